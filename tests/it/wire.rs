//! The client for Cognito itself, over real HTTP and TLS on loopback.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use cognitops::cognito::{ReadOperation, WriteOperation};
use cognitops::sandbox::{Options, Sandbox};
use insta::assert_snapshot;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::Value;

use crate::runner::{Project, Ran};
use crate::server::{Answer, Server, answer, json_type, refused};

const WEB: &str = "\
apiVersion: cognitops/v1
pool: customers
settings:
  usernameAttributes: [email]
  mfaConfiguration: OPTIONAL
  softwareTokenMfaConfiguration: { enabled: true }
clients:
  web: { clientSecret: { env: WEB_SECRET }, authSessionValidity: 5 }
  api: { accessTokenValidity: 15m }
";

const CANARY: &str = "canary0secret0value0that0nobody0may0see";

const CREDENTIALS: [(&str, &str); 5] = [
    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "canary0aws0key"),
    ("WEB_SECRET", CANARY),
    ("GOOGLE_CLIENT_SECRET", "canary0google"),
    ("CORPORATE_CLIENT_SECRET", "canary0corporate"),
];

fn project() -> Project {
    Project::with(WEB)
}

/// Runs a command against a server with credentials.
fn run(project: &Project, server: &Server, line: &str) -> Ran {
    let line = format!("{line} -f pool.yaml --region us-east-1 --endpoint-url {}", server.url());
    let ran = project.run_with(&line, "", &CREDENTIALS);
    assert!(!ran.to_string().contains("canary"), "{ran}");
    ran
}

const APPLY: &str = "apply --yes --allow-create-pool";

#[test]
fn the_main_job_over_http_makes_the_calls_that_it_makes_in_process() {
    makes_the_same_calls(WEB, &WEB.replace("15m", "30m"));
}

#[test]
fn setting_up_sign_in_over_http_makes_the_calls_that_it_makes_in_process() {
    let example = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hosted-ui/shop.yaml");
    let manifest = std::fs::read_to_string(example).unwrap();
    let changed = manifest
        .replace("orders.read: Read orders", "orders.write: Write orders")
        .replace("/orders.read", "/orders.write")
        .replace("openid email profile", "openid email")
        .replace("Administrators", "Admins")
        .replace("managedLoginVersion: 1", "managedLoginVersion: 2");
    makes_the_same_calls(&manifest, &changed);
}

#[test]
fn what_a_pool_has_one_of_travels_by_operations_of_its_own() {
    let example = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sessions/pool.yaml");
    let sessions = std::fs::read_to_string(example).unwrap();
    // The SDK has no operation of these names; see `makes_the_same_calls`.
    makes_the_same_calls(&sessions, &sessions.replace("480", "60").replace("maxPerUser: 5", "maxPerUser: 6"));
    let risk = "\
apiVersion: cognitops/v1
pool: bank
settings: { userPoolTier: PLUS, userPoolAddOns: { advancedSecurityMode: AUDIT } }
riskConfiguration: { compromisedCredentialsRiskConfiguration: { actions: { eventAction: NO_ACTION } } }
logDelivery:
  userAuthEvents: { logLevel: INFO, s3Configuration: { bucketArn: 'arn:aws:s3:::logs' } }
";
    makes_the_same_calls(risk, &risk.replace("NO_ACTION", "BLOCK").replace("s3:::logs", "s3:::others"));
}

#[test]
fn the_look_of_login_pages_travels_over_http() {
    let manifest = "\
apiVersion: cognitops/v1
pool: bank
settings: {}
domains: { acme-bank: {} }
uiCustomization: { css: '.label-customizable {font-weight: 400}' }
clients: { web: { uiCustomization: { css: '.label-customizable {font-weight: 500}' } } }
";
    makes_the_same_calls(manifest, &manifest.replace("400", "300").replace("500", "600"));
}

#[test]
fn an_image_is_fetched_from_its_url_without_credentials() {
    let image = data_encoding::BASE64.decode(crate::generate::PNG.as_bytes()).unwrap();
    let (status, bytes) = (Arc::new(AtomicU16::new(200)), image.clone());
    let told = Arc::clone(&status);
    let images = Server::answering(move |_, _| (told.load(Ordering::SeqCst), vec![], bytes.clone()));
    let url = format!("{}/logo.png", images.url());
    let sandbox = Sandbox::in_memory(Options::default());
    let server = Server::answering(move |operation, input| {
        let (status, headers, body) = answer(&sandbox, operation, input);
        let mut body: Value = serde_json::from_slice(&body).unwrap();
        if let Some(place) = body.pointer_mut("/UICustomization/ImageUrl") {
            *place = url.clone().into();
        }
        (status, headers, body.to_string().into_bytes())
    });
    let manifest = "apiVersion: cognitops/v1
pool: shop
settings: {}
domains: { acme-shop: {} }
uiCustomization: { css: 'a {}', imageFile: { file: logo.png } }
";
    let project = Project::with(manifest).file("logo.png", &image);
    assert_eq!(run(&project, &server, APPLY).code, 0);
    assert_snapshot!(run(&project, &server, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    project.write("logo.png", [image, vec![0; 930]].concat());
    assert_snapshot!(run(&project, &server, "plan"), @"
    exit: 0
    --- stdout
    ~ shop.uiCustomization  SetUICustomization
        ~ imageFile  (image, 70 bytes) → (image, 1,000 bytes)

    Plan: 0 to create, 1 to change, 0 to delete.
    ");
    status.store(403, Ordering::SeqCst);
    assert_snapshot!(run(&project, &server, "plan"), @"
    exit: 0
    --- stdout
    Not compared, the live value could not be fetched: shop.uiCustomization.imageFile (the server answered with status 403)

    No changes: 1 pool is as its manifest says.
    ");
    assert!(!images.calls.lock().unwrap().is_empty());
    assert!(images.signers.lock().unwrap().is_empty(), "the request is signed");
}

/// Applies, plans, changes and applies over HTTP and in process, and compares the calls and their bodies.
fn makes_the_same_calls(manifest: &str, changed: &str) {
    let (project, server) = (Project::with(manifest), Server::sandbox());
    let ran = run(&project, &server, APPLY);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(
        run(&project, &server, "plan -q").stdout.ends_with("No changes: 1 pool is as its manifest says.\n")
    );
    project.write("pool.yaml", changed);
    assert_eq!(run(&project, &server, "plan --detailed-exitcode").code, 2);
    assert_eq!(run(&project, &server, APPLY).code, 0);
    let wire = std::mem::take(&mut *server.calls.lock().unwrap());
    let world = crate::world::World::new();
    let world = crate::world::World {
        context: cognitops::plan::Context { owner_prefix: "default/default".to_owned(), ..world.context },
        ..world
    };
    world.must_apply(manifest);
    world.plan(manifest);
    world.plan(changed);
    world.must_apply(changed);
    let in_process = world.sandbox.calls().into_iter().map(|(name, input)| (name.to_owned(), input));
    let (wire, in_process) = (ordered(wire), ordered(in_process.collect()));
    let names = |calls: &[(String, Value)]| calls.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&wire), names(&in_process));
    for ((name, input), (_, body)) in wire.into_iter().zip(in_process) {
        assert_eq!(without_secret(input), without_secret(body), "{name}");
    }
}

/// Calls with the reads between two writes in an order of their own: over HTTP they are made side by side.
fn ordered(mut calls: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let is_read = |(name, _): &(String, Value)| ReadOperation::ALL.iter().any(|read| read.name() == name);
    for reads in calls.chunk_by_mut(|one, other| is_read(one) && is_read(other)) {
        reads.sort_by_key(|(name, input)| (name.clone(), input.to_string()));
    }
    calls
}

/// The two worlds resolve secrets to different values.
fn without_secret(mut input: Value) -> Value {
    for holder in ["", "/ProviderDetails"] {
        for secret in ["ClientSecret", "client_secret"] {
            if let Some(secret) = input.pointer_mut(&format!("{holder}/{secret}")) {
                *secret = Value::Null;
            }
        }
    }
    input
}

#[test]
fn a_refusal_names_operation_resource_code_and_request() {
    let server = Server::answering(|_, _| {
        refused("AccessDeniedException", "User is not authorized to perform: cognito-idp:ListUserPools")
    });
    assert_snapshot!(run(&project(), &server, "plan"), @"
    exit: 1
    --- stderr
    error: customers: ListUserPools: AccessDeniedException: User is not authorized to perform: cognito-idp:ListUserPools (request 0123-request)
      help: check which permissions the credentials have
    ");
    let server = Server::answering(|_, _| {
        refused("ExpiredTokenException", "The security token included in the request is expired")
    });
    assert_snapshot!(run(&project(), &server, "plan"), @"
    exit: 1
    --- stderr
    error: customers: ListUserPools: ExpiredTokenException: The security token included in the request is expired (request 0123-request)
      help: the credentials have expired: sign in again
    ");
}

#[test]
fn what_is_not_cognito_is_named_as_such() {
    let page = || -> Answer {
        (200, vec![("content-type".to_owned(), "text/html".to_owned())], b"<html>hello".to_vec())
    };
    assert_snapshot!(run(&project(), &Server::answering(move |_, _| page()), "plan"), @"
    exit: 1
    --- stderr
    error: customers: ListUserPools: no answer: the server answered something that is no JSON object; is the endpoint Cognito's?
      help: check network, endpoint, Region and credentials
    ");
    let truncated = || -> Answer { (200, vec![json_type()], b"{\"UserPools\": [{\"Id\": \"us-".to_vec()) };
    assert_snapshot!(run(&project(), &Server::answering(move |_, _| truncated()), "plan"), @"
    exit: 1
    --- stderr
    error: customers: ListUserPools: no answer: the server answered something that is no JSON object; is the endpoint Cognito's?
      help: check network, endpoint, Region and credentials
    ");
    let huge = || -> Answer { (200, vec![json_type()], vec![b' '; 50 << 20]) };
    assert_snapshot!(run(&project(), &Server::answering(move |_, _| huge()), "plan"), @"
    exit: 1
    --- stderr
    error: customers: ListUserPools: no answer: length limit exceeded
      help: check network, endpoint, Region and credentials
    ");
    let failing = || -> Answer { (500, vec![], b"oops".to_vec()) };
    let server = Server::answering(move |_, _| failing());
    let ran = run(&project(), &server, "plan");
    assert_eq!(ran.code, 1, "{ran}");
    assert!(server.calls.lock().unwrap().len() > 1, "a failure of the server is tried again");
}

#[test]
fn nothing_is_called_without_region_or_credentials() {
    let (project, server) = (project(), Server::sandbox());
    let endpoint = format!("plan -f pool.yaml --endpoint-url {}", server.url());
    assert_snapshot!(project.run_with(&endpoint, "", &CREDENTIALS), @"
    exit: 1
    --- stderr
    error: no AWS Region is known
      help: add --region, set AWS_REGION, or name it in the profile or in cognitops.yaml; --sandbox needs none
    ");
    assert_snapshot!(project.run(&format!("{endpoint} --region us-east-1")), @"
    exit: 1
    --- stderr
    error: customers: ListUserPools: no answer: no credentials found in chain.
      help: check the profile in the AWS configuration files, or choose another with --profile
    ");
    assert!(server.calls.lock().unwrap().is_empty());
    let unreachable = "plan -f pool.yaml --region us-east-1 --endpoint-url http://127.0.0.1:1";
    assert_snapshot!(project.run_with(unreachable, "", &CREDENTIALS), @"
    exit: 1
    --- stderr
    error: customers: ListUserPools: no answer: client error (Connect): tcp connect error: Connection refused
      help: check network, endpoint, Region and credentials
    ");
}

#[test]
fn a_creation_is_never_sent_twice_after_a_lost_answer() {
    let server = Server::answering(|operation, _| match operation {
        "ListUserPools" => (200, vec![json_type()], b"{\"UserPools\": []}".to_vec()),
        _ => (500, vec![], b"oops".to_vec()),
    });
    let ran = run(&project(), &server, &format!("{APPLY} --wait 0s"));
    assert_eq!(ran.code, 1, "{ran}");
    let calls = server.calls.lock().unwrap();
    assert_eq!(calls.iter().filter(|(name, _)| name == "CreateUserPool").count(), 1);
}

#[test]
fn a_throttled_creation_is_sent_again() {
    let throttled = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::answering(move |operation, _| match operation {
        "ListUserPools" => (200, vec![json_type()], b"{\"UserPools\": []}".to_vec()),
        "CreateUserPool" if throttled.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 => {
            refused("TooManyRequestsException", "Too many requests")
        }
        _ => refused("LimitExceededException", "enough"),
    });
    let ran = run(&project(), &server, APPLY);
    assert!(ran.stdout.contains("LimitExceededException: enough (request 0123-request)"), "{ran}");
    assert_eq!(server.calls.lock().unwrap().iter().filter(|(name, _)| name == "CreateUserPool").count(), 2);
}

#[test]
fn logs_name_each_call_and_no_secret() {
    let (project, server) = (project(), Server::sandbox());
    for (verbosity, line) in [("-v", APPLY), ("-vv", "plan")] {
        let ran = run(&project, &server, &format!("{line} {verbosity}"));
        assert_eq!(ran.code, 0, "{ran}");
        assert!(
            ran.stderr.contains(
                "call{operation=\"DescribeUserPool\"}: cognitops::cognito::aws: done milliseconds="
            ),
            "{ran}"
        );
    }
    assert!(!run(&project, &server, "plan").stderr.contains("call{"));
}

/// Runs a plan with a profile of an AWS configuration file, and nothing else that leads to credentials or a Region.
fn run_with_profile(project: &Project, server: &Server, config: &str, more: &[(&str, &str)]) -> Ran {
    project.write("aws-config", config);
    let line = format!("plan -f pool.yaml --profile dev --endpoint-url {}", server.url());
    let home = project.path().display().to_string();
    let mut environment = vec![("AWS_CONFIG_FILE", "aws-config"), ("HOME", home.as_str())];
    environment.extend(more);
    let ran = project.run_with(&line, "", &environment);
    assert!(!ran.to_string().contains("canary"), "{ran}");
    ran
}

#[test]
fn a_profile_may_ask_a_process_for_credentials() {
    let server = Server::sandbox();
    let credentials = r#"{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "canary"}"#;
    let project = project().file("credentials.json", credentials);
    let config = |file: &str| format!("[profile dev]\nregion = us-east-1\ncredential_process = cat {file}\n");
    let ran = run_with_profile(&project, &server, &config("credentials.json"), &[("PATH", "/usr/bin:/bin")]);
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(server.signers.lock().unwrap().keys().collect::<Vec<_>>(), ["AKIDPROCESS"]);
    let ran = run_with_profile(&project, &server, &config("none.json"), &[("PATH", "/usr/bin:/bin")]);
    assert_eq!(ran.code, 1, "{ran}");
    assert_snapshot!(ran, @"
    exit: 1
    --- stderr
    error: customers: ListUserPools: no answer: an error occurred while loading credentials: Error retrieving credentials: external process exited with code exit status: 1
      help: check the profile in the AWS configuration files, or choose another with --profile
    ");
}

#[test]
fn a_named_profile_is_the_only_source_of_credentials() {
    let server = Server::sandbox();
    let keys = [("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT"), ("AWS_SECRET_ACCESS_KEY", "canary0aws0key")];
    let of_its_own =
        "[profile dev]\nregion = us-east-1\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = x\n";
    let project = project();
    project.write("pool.yaml", "apiVersion: cognitops/v1\npool: customers\nsettings: {}\n");
    let ran = run_with_profile(&project, &server, of_its_own, &keys);
    assert_eq!(ran.code, 0, "{ran}");
    let signers: Vec<String> = server.signers.lock().unwrap().keys().cloned().collect();
    assert_eq!(signers, ["AKIDPROFILE"]);
    let ran = run_with_profile(&project, &server, "[profile dev]\nregion = us-east-1\n", &keys);
    assert_snapshot!(ran, @"
    exit: 1
    --- stderr
    error: customers: ListUserPools: no answer: no credentials: there is no profile `dev`, or it holds none
      help: check the profile in the AWS configuration files, or choose another with --profile
    ");
    let line =
        format!("plan -f pool.yaml --region us-east-1 --profile other --endpoint-url {}", server.url());
    assert_snapshot!(project.run_with(&line, "", &keys), @"
    exit: 1
    --- stderr
    error: customers: ListUserPools: no answer: no credentials: there is no profile `other`, or it holds none
      help: check the profile in the AWS configuration files, or choose another with --profile
    ");
    // What only the environment names has no such claim.
    let mut environment = keys.to_vec();
    let config = project.at("config").display().to_string();
    environment.extend([("AWS_CONFIG_FILE", config.as_str()), ("AWS_PROFILE", "dev")]);
    let ran = project.run_with(&line.replace("--profile other ", ""), "", &environment);
    assert_eq!(ran.code, 0, "{ran}");
}

#[test]
fn a_profile_of_single_sign_on_gets_the_credentials_of_its_role() {
    // The portal and Cognito are one server here; what has no target is asked of the portal.
    let sandbox = cognitops::sandbox::Sandbox::in_memory(cognitops::sandbox::Options::default());
    let server = Server::answering(move |operation, input| match operation {
        "" => {
            let role = serde_json::json!({"roleCredentials": {
                "accessKeyId": "AKIDROLE",
                "secretAccessKey": "canary",
                "sessionToken": "canary",
                "expiration": 4_102_444_800_000_u64,
            }});
            (200, vec![json_type()], role.to_string().into_bytes())
        }
        _ => crate::server::answer(&sandbox, operation, input),
    });
    // The token lies where `aws sso login` leaves it, under the SHA-1 of the session's name.
    let token = r#"{"accessToken": "canary", "expiresAt": "2099-01-01T00:00:00Z", "region": "us-east-1", "startUrl": "https://corp.example/start"}"#;
    let project = project().file(".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json", token);
    let config = "\
[profile dev]
region = us-east-1
sso_session = corp
sso_account_id = 123456789012
sso_role_name = admin

[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.example/start
";
    let url = server.url();
    let ran = run_with_profile(&project, &server, config, &[("AWS_ENDPOINT_URL_SSO", &url)]);
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(server.signers.lock().unwrap().keys().collect::<Vec<_>>(), ["AKIDROLE"]);
    // Not signed in.
    std::fs::remove_dir_all(project.at(".aws")).unwrap();
    let ran = run_with_profile(&project, &server, config, &[("AWS_ENDPOINT_URL_SSO", &url)]);
    assert_eq!(ran.code, 1, "{ran}");
    assert_snapshot!(ran, @"
    exit: 1
    --- stderr
    error: customers: ListUserPools: no answer: an error occurred while loading credentials: an error occurred while loading an access token: failed to load the cached SSO token
      help: sign in with `aws sso login`, for the same profile
    ");
}

/// A certificate authority with a server that it vouches for.
pub(crate) fn authority() -> (String, ServerConfig) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server =
        CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![server.der().clone()], private)
        .unwrap();
    (issuer.pem(), config)
}

#[test]
fn a_ca_bundle_is_trusted_and_checked() {
    let (pem, config) = authority();
    let server = Server::with_tls(config, Value::Null);
    let project = project()
        .file("ca.pem", &pem)
        .file("empty.pem", "no certificate\n")
        .file("broken.pem", format!("{pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
    let ran = run(&project, &server, &format!("{APPLY} --ca-bundle ca.pem"));
    assert_eq!(ran.code, 0, "{ran}");
    let line = format!("plan -f pool.yaml --region us-east-1 --endpoint-url {}", server.url());
    let mut environment = CREDENTIALS.to_vec();
    environment.push(("AWS_CA_BUNDLE", "ca.pem"));
    assert_eq!(project.run_with(&line, "", &environment).code, 0, "by the variable too");
    let untrusted = run(&project, &server, "plan");
    assert_eq!(untrusted.code, 1, "{untrusted}");
    assert!(untrusted.stderr.contains("certificate"), "{untrusted}");
    for bundle in ["broken.pem", "empty.pem", "none.pem", "."] {
        assert_eq!(run(&project, &server, &format!("plan --ca-bundle {bundle}")).code, 1);
    }
    assert_snapshot!(run(&project, &server, "plan --ca-bundle broken.pem"), @"
    exit: 1
    --- stderr
    error: the CA bundle broken.pem: certificate 2 is broken
      help: give another file with --ca-bundle, or unset AWS_CA_BUNDLE
    ");
    assert_snapshot!(run(&project, &server, "plan --ca-bundle empty.pem"), @"
    exit: 1
    --- stderr
    error: the CA bundle empty.pem holds no certificate
      help: give another file with --ca-bundle, or unset AWS_CA_BUNDLE
    ");
}

#[test]
fn validate_and_version_need_no_client() {
    let project = project();
    let broken = [("AWS_CA_BUNDLE", "none.pem"), ("AWS_PROFILE", "none")];
    assert_eq!(project.run_with("validate -f pool.yaml", "", &broken).code, 0);
    assert_eq!(project.run_with("--version", "", &broken).code, 0);
    assert_eq!(project.run_with("plan -f pool.yaml --sandbox", "", &broken).code, 0);
}

/// The SDK's own members of each operation's input, by its schema.
macro_rules! members {
    ($($operation:ident $module:ident $input:ident)+) => {
        BTreeMap::from([$((
            stringify!($operation),
            aws_sdk_cognitoidentityprovider::operation::$module::$input::SCHEMA
                .members()
                .iter()
                .filter_map(|member| member.member_name().map(str::to_owned))
                .collect::<Vec<_>>(),
        )),+])
    };
}

/// The operations of the table that this version of the SDK lacks; they travel as others.
const LACKED: [&str; 4] = [
    "GetUserPoolClientSessionConfiguration",
    "GetUserPoolSessionConfiguration",
    "SetUserPoolClientSessionConfiguration",
    "SetUserPoolSessionConfiguration",
];

#[test]
fn an_sdk_that_knows_a_new_member_is_looked_at() {
    let members = members! {
        AddCustomAttributes add_custom_attributes AddCustomAttributesInput
        AddUserPoolClientSecret add_user_pool_client_secret AddUserPoolClientSecretInput
        CreateGroup create_group CreateGroupInput
        CreateIdentityProvider create_identity_provider CreateIdentityProviderInput
        CreateManagedLoginBranding create_managed_login_branding CreateManagedLoginBrandingInput
        CreateResourceServer create_resource_server CreateResourceServerInput
        CreateTerms create_terms CreateTermsInput
        CreateUserPool create_user_pool CreateUserPoolInput
        CreateUserPoolClient create_user_pool_client CreateUserPoolClientInput
        CreateUserPoolDomain create_user_pool_domain CreateUserPoolDomainInput
        CreateUserPoolReplica create_user_pool_replica CreateUserPoolReplicaInput
        DeleteGroup delete_group DeleteGroupInput
        DeleteIdentityProvider delete_identity_provider DeleteIdentityProviderInput
        DeleteManagedLoginBranding delete_managed_login_branding DeleteManagedLoginBrandingInput
        DeleteResourceServer delete_resource_server DeleteResourceServerInput
        DeleteTerms delete_terms DeleteTermsInput
        DeleteUserPool delete_user_pool DeleteUserPoolInput
        DeleteUserPoolClient delete_user_pool_client DeleteUserPoolClientInput
        DeleteUserPoolClientSecret delete_user_pool_client_secret DeleteUserPoolClientSecretInput
        DeleteUserPoolDomain delete_user_pool_domain DeleteUserPoolDomainInput
        DeleteUserPoolReplica delete_user_pool_replica DeleteUserPoolReplicaInput
        DescribeIdentityProvider describe_identity_provider DescribeIdentityProviderInput
        DescribeManagedLoginBranding describe_managed_login_branding DescribeManagedLoginBrandingInput
        DescribeManagedLoginBrandingByClient describe_managed_login_branding_by_client DescribeManagedLoginBrandingByClientInput
        DescribeResourceServer describe_resource_server DescribeResourceServerInput
        DescribeRiskConfiguration describe_risk_configuration DescribeRiskConfigurationInput
        DescribeTerms describe_terms DescribeTermsInput
        DescribeTermsByClient describe_terms_by_client DescribeTermsByClientInput
        DescribeUserPool describe_user_pool DescribeUserPoolInput
        DescribeUserPoolClient describe_user_pool_client DescribeUserPoolClientInput
        DescribeUserPoolDomain describe_user_pool_domain DescribeUserPoolDomainInput
        GetGroup get_group GetGroupInput
        GetLogDeliveryConfiguration get_log_delivery_configuration GetLogDeliveryConfigurationInput
        GetProvisionedLimit get_provisioned_limit GetProvisionedLimitInput
        GetUICustomization get_ui_customization GetUiCustomizationInput
        GetUserPoolMfaConfig get_user_pool_mfa_config GetUserPoolMfaConfigInput
        ListGroups list_groups ListGroupsInput
        ListIdentityProviders list_identity_providers ListIdentityProvidersInput
        ListResourceServers list_resource_servers ListResourceServersInput
        ListTerms list_terms ListTermsInput
        ListUserPoolClientSecrets list_user_pool_client_secrets ListUserPoolClientSecretsInput
        ListUserPoolClients list_user_pool_clients ListUserPoolClientsInput
        ListUserPoolReplicas list_user_pool_replicas ListUserPoolReplicasInput
        ListUserPools list_user_pools ListUserPoolsInput
        SetLogDeliveryConfiguration set_log_delivery_configuration SetLogDeliveryConfigurationInput
        SetRiskConfiguration set_risk_configuration SetRiskConfigurationInput
        SetUICustomization set_ui_customization SetUiCustomizationInput
        SetUserPoolMfaConfig set_user_pool_mfa_config SetUserPoolMfaConfigInput
        TagResource tag_resource TagResourceInput
        UntagResource untag_resource UntagResourceInput
        UpdateGroup update_group UpdateGroupInput
        UpdateIdentityProvider update_identity_provider UpdateIdentityProviderInput
        UpdateManagedLoginBranding update_managed_login_branding UpdateManagedLoginBrandingInput
        UpdateProvisionedLimit update_provisioned_limit UpdateProvisionedLimitInput
        UpdateResourceServer update_resource_server UpdateResourceServerInput
        UpdateTerms update_terms UpdateTermsInput
        UpdateUserPool update_user_pool UpdateUserPoolInput
        UpdateUserPoolClient update_user_pool_client UpdateUserPoolClientInput
        UpdateUserPoolDomain update_user_pool_domain UpdateUserPoolDomainInput
        UpdateUserPoolReplica update_user_pool_replica UpdateUserPoolReplicaInput
    };
    let ours = ReadOperation::ALL.iter().map(|operation| operation.name());
    let ours: Vec<_> = ours.chain(WriteOperation::ALL.iter().map(|operation| operation.name())).collect();
    let looked_at = |operation: &&&str| members.contains_key(**operation) || LACKED.contains(operation);
    let unseen: Vec<_> = ours.iter().filter(|operation| !looked_at(operation)).collect();
    assert!(unseen.is_empty(), "each operation of the table is looked at: {unseen:?}");
    assert_eq!(members.len() + LACKED.len(), ours.len());
    let lines: Vec<String> =
        members.iter().map(|(operation, members)| format!("{operation}: {}", members.join(" "))).collect();
    assert_snapshot!(lines.join("\n"), @"
    AddCustomAttributes: UserPoolId CustomAttributes
    AddUserPoolClientSecret: UserPoolId ClientId ClientSecret
    CreateGroup: GroupName UserPoolId Description RoleArn Precedence
    CreateIdentityProvider: UserPoolId ProviderName ProviderType ProviderDetails AttributeMapping IdpIdentifiers AcrMapping
    CreateManagedLoginBranding: UserPoolId ClientId UseCognitoProvidedValues Settings Assets
    CreateResourceServer: UserPoolId Identifier Name Scopes
    CreateTerms: UserPoolId ClientId TermsName TermsSource Enforcement Links
    CreateUserPool: PoolName Policies DeletionProtection LambdaConfig AutoVerifiedAttributes AliasAttributes UsernameAttributes SmsVerificationMessage EmailVerificationMessage EmailVerificationSubject VerificationMessageTemplate SmsAuthenticationMessage MfaConfiguration UserAttributeUpdateSettings DeviceConfiguration EmailConfiguration SmsConfiguration UserPoolTags AdminCreateUserConfig Schema UserPoolAddOns UsernameConfiguration AccountRecoverySetting UserPoolTier KeyConfiguration IssuerConfiguration AcrConfiguration
    CreateUserPoolClient: UserPoolId ClientName GenerateSecret ClientSecret RefreshTokenValidity AccessTokenValidity IdTokenValidity TokenValidityUnits ReadAttributes WriteAttributes ExplicitAuthFlows SupportedIdentityProviders CallbackURLs LogoutURLs DefaultRedirectURI AllowedOAuthFlows AllowedOAuthScopes AllowedOAuthFlowsUserPoolClient AnalyticsConfiguration PreventUserExistenceErrors EnableTokenRevocation EnablePropagateAdditionalUserContextData AuthSessionValidity RefreshTokenRotation
    CreateUserPoolDomain: Domain UserPoolId ManagedLoginVersion CustomDomainConfig Routing
    CreateUserPoolReplica: UserPoolId RegionName UserPoolTags
    DeleteGroup: GroupName UserPoolId
    DeleteIdentityProvider: UserPoolId ProviderName
    DeleteManagedLoginBranding: ManagedLoginBrandingId UserPoolId
    DeleteResourceServer: UserPoolId Identifier
    DeleteTerms: TermsId UserPoolId
    DeleteUserPool: UserPoolId
    DeleteUserPoolClient: UserPoolId ClientId
    DeleteUserPoolClientSecret: UserPoolId ClientId ClientSecretId
    DeleteUserPoolDomain: Domain UserPoolId
    DeleteUserPoolReplica: UserPoolId RegionName
    DescribeIdentityProvider: UserPoolId ProviderName
    DescribeManagedLoginBranding: UserPoolId ManagedLoginBrandingId ReturnMergedResources
    DescribeManagedLoginBrandingByClient: UserPoolId ClientId ReturnMergedResources
    DescribeResourceServer: UserPoolId Identifier
    DescribeRiskConfiguration: UserPoolId ClientId
    DescribeTerms: TermsId UserPoolId
    DescribeTermsByClient: ClientId UserPoolId TermsName
    DescribeUserPool: UserPoolId
    DescribeUserPoolClient: UserPoolId ClientId
    DescribeUserPoolDomain: Domain
    GetGroup: GroupName UserPoolId
    GetLogDeliveryConfiguration: UserPoolId
    GetProvisionedLimit: LimitDefinition
    GetUICustomization: UserPoolId ClientId
    GetUserPoolMfaConfig: UserPoolId
    ListGroups: UserPoolId Limit NextToken
    ListIdentityProviders: UserPoolId MaxResults NextToken
    ListResourceServers: UserPoolId MaxResults NextToken
    ListTerms: UserPoolId MaxResults NextToken
    ListUserPoolClientSecrets: UserPoolId ClientId NextToken
    ListUserPoolClients: UserPoolId MaxResults NextToken
    ListUserPoolReplicas: UserPoolId NextToken
    ListUserPools: NextToken MaxResults
    SetLogDeliveryConfiguration: UserPoolId LogConfigurations
    SetRiskConfiguration: UserPoolId ClientId CompromisedCredentialsRiskConfiguration AccountTakeoverRiskConfiguration RiskExceptionConfiguration
    SetUICustomization: UserPoolId ClientId CSS ImageFile
    SetUserPoolMfaConfig: UserPoolId SmsMfaConfiguration SoftwareTokenMfaConfiguration EmailMfaConfiguration MfaConfiguration WebAuthnConfiguration
    TagResource: ResourceArn Tags
    UntagResource: ResourceArn TagKeys
    UpdateGroup: GroupName UserPoolId Description RoleArn Precedence
    UpdateIdentityProvider: UserPoolId ProviderName ProviderDetails AttributeMapping IdpIdentifiers AcrMapping
    UpdateManagedLoginBranding: UserPoolId ManagedLoginBrandingId UseCognitoProvidedValues Settings Assets
    UpdateProvisionedLimit: LimitDefinition RequestedLimitValue
    UpdateResourceServer: UserPoolId Identifier Name Scopes
    UpdateTerms: TermsId UserPoolId TermsName TermsSource Enforcement Links
    UpdateUserPool: UserPoolId Policies DeletionProtection LambdaConfig AutoVerifiedAttributes SmsVerificationMessage EmailVerificationMessage EmailVerificationSubject VerificationMessageTemplate SmsAuthenticationMessage UserAttributeUpdateSettings MfaConfiguration DeviceConfiguration EmailConfiguration SmsConfiguration UserPoolTags AdminCreateUserConfig UserPoolAddOns AccountRecoverySetting PoolName UserPoolTier KeyConfiguration IssuerConfiguration AcrConfiguration
    UpdateUserPoolClient: UserPoolId ClientId ClientName RefreshTokenValidity AccessTokenValidity IdTokenValidity TokenValidityUnits ReadAttributes WriteAttributes ExplicitAuthFlows SupportedIdentityProviders CallbackURLs LogoutURLs DefaultRedirectURI AllowedOAuthFlows AllowedOAuthScopes AllowedOAuthFlowsUserPoolClient AnalyticsConfiguration PreventUserExistenceErrors EnableTokenRevocation EnablePropagateAdditionalUserContextData AuthSessionValidity RefreshTokenRotation
    UpdateUserPoolDomain: Domain UserPoolId ManagedLoginVersion CustomDomainConfig Routing
    UpdateUserPoolReplica: UserPoolId RegionName Status
    ");
}

#[test]
fn what_belongs_to_a_client_travels_as_it_is() {
    let manifest = "\
apiVersion: cognitops/v1
pool: shop
settings: {}
clients:
  web:
    terms: { terms-of-use: { links: { 'cognito:default': 'https://shop.example/terms' } } }
    managedLoginBranding:
      settings: { a: { b: 1, c: [1, 2.5, null, true] }, d: x }
      assets: { FORM_LOGO: { LIGHT: { bytes: AAAA, extension: PNG } } }
";
    makes_the_same_calls(manifest, &manifest.replace(", d: x", "").replace("/terms'", "/agb'"));
}

#[test]
fn limits_travel_over_http_and_only_where_they_are_declared() {
    let project =
        Project::new().file("pool.yaml", "apiVersion: cognitops/v1\npool: customers\nsettings: {}\n");
    let server = Server::sandbox();
    let mut from = 0;
    let mut calls_of = |limits: &str, line: &str| {
        let environment = format!("region: us-east-1, manifests: [pool.yaml], provisionedLimits: {limits}");
        project.write("cognitops.yaml", format!("environments: {{ prod: {{ {environment} }} }}\n"));
        let line = format!("{line} --endpoint-url {}", server.url());
        let ran = project.run_with(&line, "", &CREDENTIALS);
        assert_eq!(ran.code, 0, "{ran}");
        let all = server.calls.lock().unwrap();
        let names: Vec<String> = all.iter().skip(from).map(|(name, _)| name.clone()).collect();
        from = all.len();
        names.into_iter().filter(|name| name.ends_with("ProvisionedLimit")).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(calls_of("{}", "apply --yes --allow-create-pool"), none);
    assert_eq!(calls_of("{}", "drift"), none);
    let limit = "{ UserCreation: 80 }";
    assert_eq!(
        calls_of(limit, "apply --yes --allow-cost"),
        ["GetProvisionedLimit", "GetProvisionedLimit", "UpdateProvisionedLimit"]
    );
    assert_eq!(calls_of(limit, "plan --detailed-exitcode"), ["GetProvisionedLimit"]);
    assert_eq!(calls_of(limit, "outputs"), none, "which asks for no more than ids");
}
