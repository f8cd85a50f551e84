//! The account that credentials belong to, and roles that they assume, over real HTTP and TLS on loopback.

use insta::assert_snapshot;
use serde_json::Value;

use crate::others::Other;
use crate::runner::{Project, Ran};
use crate::server::{Answer, Server, json_type, sts, sts_refused};
use crate::wire::authority;

const KEYS: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "canary0aws0key")];

const MANIFEST: &str = "apiVersion: cognitops/v1\npool: customers\nsettings: {}\nclients: { web: {} }\n";

/// A project with one environment, in which this stands beside the Region and the manifest.
fn project(members: &str) -> Project {
    let file = format!("environments:\n  dev: {{ region: us-east-1, manifests: [pool.yaml], {members} }}\n");
    Project::with(MANIFEST).file("cognitops.yaml", file)
}

/// Runs a command against a server, and looks that it shows no secret.
fn run(project: &Project, url: &str, line: &str, more: &[(&str, &str)]) -> Ran {
    let environment: Vec<_> = KEYS.iter().chain(more).copied().collect();
    let ran = project.run_with(&format!("{line} --endpoint-url {url}"), "", &environment);
    assert!(!ran.to_string().contains("canary"), "{ran}");
    ran
}

/// The calls so far, which are then forgotten.
fn calls(server: &Server) -> Vec<String> {
    std::mem::take(&mut *server.calls.lock().unwrap()).into_iter().map(|(name, _)| name).collect()
}

/// The calls that were signed with a key.
fn signed(server: &Server, key: &str) -> Vec<String> {
    server.signers.lock().unwrap()[key].iter().cloned().collect()
}

const OURS: &str = "accountId: '123456789012'";
const ROLE: &str = "assumeRole: { roleArn: arn:aws:iam::123456789012:role/deploy";

#[test]
fn the_account_is_asked_for_first_and_once() {
    let (project, server) = (project(OURS), Server::sandbox());
    let ran = run(&project, &server.url(), "apply --yes --allow-create-pool", &[]);
    assert_eq!(ran.code, 0, "{ran}");
    let made = calls(&server);
    assert_eq!(made[..2], ["GetCallerIdentity", "ListUserPools"]);
    assert_eq!(made.iter().filter(|name| *name == "GetCallerIdentity").count(), 1, "{made:?}");
    let verbose = run(&project, &server.url(), "plan -v", &[]);
    assert!(verbose.stderr.contains("call{operation=\"GetCallerIdentity\"}"), "{verbose}");
    calls(&server);
    project.write("pool.yaml", format!("{MANIFEST}---\n{}", MANIFEST.replace("customers", "staff")));
    assert_eq!(run(&project, &server.url(), "plan", &[]).code, 0);
    let made = calls(&server);
    assert_eq!(made[..2], ["GetCallerIdentity", "ListUserPools"]);
    assert_eq!(made.iter().filter(|name| *name == "GetCallerIdentity").count(), 1, "{made:?}");
}

#[test]
fn nothing_is_read_of_another_account() {
    let (project, server) = (project("accountId: '999999999999'"), Server::sandbox());
    // What a variable says of the account is no proof.
    let claimed = [("AWS_ACCOUNT_ID", "999999999999")];
    assert_snapshot!(run(&project, &server.url(), "plan", &claimed), @"
    exit: 3
    --- stderr
    error: this is the account 123456789012, and the environment `dev` lives in 999999999999
      help: check the credentials, their profile, and `accountId` in cognitops.yaml
    ");
    calls(&server);
    let lines = ["plan --format json", "apply --yes", "drift", "outputs", "login-url web"];
    for line in lines {
        let ran = run(&project, &server.url(), line, &claimed);
        assert_eq!(ran.code, 3, "{ran}");
        assert_eq!(calls(&server), ["GetCallerIdentity"], "{line}");
    }
    // {"alg":"RS256","kid":"a"}, {"token_use":"id"}
    let token = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJ0b2tlbl91c2UiOiJpZCJ9.AAAA";
    let line = format!("token inspect --env dev --endpoint-url {}", server.url());
    let ran = project.run_with(&line, token, &KEYS);
    assert_eq!(ran.code, 3, "{ran}");
    assert_eq!(calls(&server), ["GetCallerIdentity"]);
    // What a profile says of it is no proof either.
    let config = format!(
        "[default]\naws_account_id = 999999999999\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        KEYS[0].1, KEYS[1].1
    );
    let project = project.file("config", config);
    let line = format!("plan --endpoint-url {}", server.url());
    let ran = project.run_with(&line, "", &[("AWS_CONFIG_FILE", "config")]);
    assert_eq!(ran.code, 3, "{ran}");
    assert_eq!(calls(&server), ["GetCallerIdentity"]);
}

#[test]
fn one_wrong_account_of_several_stops_the_run() {
    let file = "base: { region: us-east-1, manifests: [pool.yaml] }\n\
        environments: { dev: { accountId: '123456789012' }, prod: { accountId: '999999999999' } }\n";
    let (project, server) = (Project::with(MANIFEST).file("cognitops.yaml", file), Server::sandbox());
    let ran = run(&project, &server.url(), "plan --all-envs", &[]);
    assert_eq!(ran.code, 3, "{ran}");
    assert!(ran.stderr.contains("the environment `prod` lives in 999999999999"), "{ran}");
    assert_eq!(calls(&server), ["GetCallerIdentity", "GetCallerIdentity"]);
}

#[test]
fn environments_of_one_account_and_region_are_one_place() {
    let file = "base: { region: us-east-1, manifests: [pool.yaml] }\nenvironments: { dev: {}, prod: {} }\n";
    let (project, server) = (Project::with(MANIFEST).file("cognitops.yaml", file), Server::sandbox());
    let new = run(&project, &server.url(), "plan --all-envs", &[]);
    assert!(new.code == 3 && new.stderr.contains("would create one pool, customers"), "{new}");
    assert_eq!(run(&project, &server.url(), "apply --env dev --yes --allow-create-pool", &[]).code, 0);
    let live = run(&project, &server.url(), "apply --all-envs --yes", &[]);
    assert!(live.code == 3 && live.stderr.contains("mean one live pool"), "{live}");
}

#[test]
fn without_an_account_sts_is_not_asked() {
    let (with_none, server) = (project("profile: default"), Server::sandbox());
    let config = with_none.file(
        "config",
        "[default]\nregion = us-east-1\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = x\n",
    );
    let path = config.at("config").display().to_string();
    assert_eq!(run(&config, &server.url(), "plan", &[("AWS_CONFIG_FILE", &path)]).code, 0);
    assert_eq!(calls(&server)[0], "ListUserPools");
    let ours = project(&format!("{OURS}, {ROLE} }}"));
    assert_eq!(run(&ours, &server.url(), "plan --sandbox", &[]).code, 0);
    assert_eq!(calls(&server), Vec::<String>::new());
}

#[test]
fn a_role_is_assumed_once_and_calls_are_its_own() {
    let (project, server) = (project(&format!("{OURS}, {ROLE} }}")), Server::sandbox());
    let ran = run(&project, &server.url(), "apply --yes --allow-create-pool", &[]);
    assert_eq!(ran.code, 0, "{ran}");
    let input = server.calls.lock().unwrap()[0].1.clone();
    assert_eq!((&input["RoleSessionName"], input.get("ExternalId")), (&"cognitops".into(), None));
    let made = calls(&server);
    assert_eq!(made[..3], ["AssumeRole", "GetCallerIdentity", "ListUserPools"]);
    assert_eq!(made.iter().filter(|name| *name == "AssumeRole").count(), 1, "{made:?}");
    // Its own, down to the last: the credentials themselves do no more than to assume it.
    assert_eq!(signed(&server, "AKIDEXAMPLE"), ["AssumeRole"]);
    assert!(signed(&server, "AKIDDEPLOY").contains(&"CreateUserPool".to_owned()));
    assert_eq!(server.signers.lock().unwrap().len(), 2);
}

#[test]
fn each_environment_has_its_own_role() {
    let file = "base: { manifests: [pool.yaml] }\n\
        environments:\n  \
          dev: { region: us-east-1, assumeRole: { roleArn: arn:aws:iam::123456789012:role/dev } }\n  \
          prod: { region: us-east-2, assumeRole: { roleArn: arn:aws:iam::123456789012:role/prod } }\n  \
          here: { region: us-west-1 }\n";
    let (project, server) = (Project::with(MANIFEST).file("cognitops.yaml", file), Server::sandbox());
    let ran = run(&project, &server.url(), "plan --all-envs", &[]);
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(signed(&server, "AKIDDEV"), ["ListUserPools"]);
    assert_eq!(signed(&server, "AKIDPROD"), ["ListUserPools"]);
    assert_eq!(signed(&server, "AKIDEXAMPLE"), ["AssumeRole", "ListUserPools"]);
    assert_eq!(calls(&server).iter().filter(|name| *name == "AssumeRole").count(), 2);
}

#[test]
fn sts_may_have_an_endpoint_of_its_own() {
    let (project, sts, cognito) =
        (project(&format!("{OURS}, {ROLE} }}")), Server::sandbox(), Server::sandbox());
    let apart = [
        ("AWS_ENDPOINT_URL_STS", &*sts.url()),
        ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", &cognito.url()),
    ];
    let ran = project.run_with("plan", "", &[&KEYS[..], &apart].concat());
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(calls(&sts), ["AssumeRole", "GetCallerIdentity"]);
    assert_eq!(calls(&cognito), ["ListUserPools"]);
    // The option is for all.
    let both = Server::sandbox();
    assert_eq!(run(&project, &both.url(), "plan", &apart).code, 0);
    assert_eq!(calls(&both), ["AssumeRole", "GetCallerIdentity", "ListUserPools"]);
    assert_eq!((calls(&sts), calls(&cognito)), (vec![], vec![]));
}

#[test]
fn a_role_has_its_external_id_and_its_session_name() {
    let members = format!("{ROLE}, externalId: partner-1, sessionName: '${{env:RUN}}' }}");
    let (project, server) = (project(&members), Server::sandbox());
    let ran = run(&project, &server.url(), "plan", &[("RUN", "pipeline-7")]);
    assert_eq!(ran.code, 0, "{ran}");
    let input = server.calls.lock().unwrap()[0].1.clone();
    assert_eq!(
        (&input["ExternalId"], &input["RoleSessionName"]),
        (&"partner-1".into(), &"pipeline-7".into())
    );
}

#[test]
fn a_role_that_is_refused_is_said() {
    let server = Server::answering(|operation, input| match operation {
        "AssumeRole" => {
            let message = "User: ci is not authorized to perform: sts:AssumeRole on resource: deploy";
            sts_refused("AccessDenied", message)
        }
        _ => sts(operation, &input),
    });
    let with_account = project(&format!("{OURS}, {ROLE} }}"));
    assert_snapshot!(run(&with_account, &server.url(), "plan", &[]), @"
    exit: 1
    --- stderr
    error: the account of the environment `dev` is not known: AssumeRole: AccessDenied: User: ci is not authorized to perform: sts:AssumeRole on resource: deploy (request 0123-request)
      help: check which permissions the credentials have
    ");
    let without = project(&format!("{ROLE} }}"));
    assert_snapshot!(run(&without, &server.url(), "plan", &[]), @"
    exit: 1
    --- stderr
    error: customers: AssumeRole: AccessDenied: User: ci is not authorized to perform: sts:AssumeRole on resource: deploy (request 0123-request)
      help: check which permissions the credentials have
    ");
    assert_eq!(calls(&server), ["AssumeRole", "AssumeRole"]);
}

/// A refusal that repeats the request, and so the session token in it.
fn wrong_signature() -> Answer {
    let canonical =
        "The Canonical String for this request should have been\n'POST\nx-amz-security-token:canary'";
    sts_refused("SignatureDoesNotMatch", &format!("The signatures do not match.\n\n{canonical}"))
}

#[test]
fn the_most_that_is_logged_holds_no_secret() {
    let (refused, granted) = (Server::answering(|_, _| wrong_signature()), Server::sandbox());
    let token = [("AWS_SESSION_TOKEN", "canary0token")];
    for members in [OURS.to_owned(), format!("{ROLE} }}"), format!("{OURS}, {ROLE} }}")] {
        for (server, code) in [(&refused, 1), (&granted, 0)] {
            let ran = run(&project(&members), &server.url(), "plan -vv", &token);
            assert_eq!(ran.code, code, "{ran}");
            assert!(ran.stderr.contains("hyper_util"), "{ran}");
        }
    }
    // The same for a role that a profile assumes, and for what a process says.
    let base =
        "aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = canary\naws_session_token = canary\n";
    let role = format!(
        "role_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n[profile base]\n{base}"
    );
    let process = "credential_process = sh fails.sh\n".to_owned();
    calls(&refused);
    for (way, made) in [(role, vec!["AssumeRole"]), (process, vec![])] {
        let project = project("profile: dev")
            .file("config", format!("[profile dev]\n{way}"))
            .file("fails.sh", "echo canary >&2\nexit 1\n");
        let line = format!("plan -vv --endpoint-url {}", refused.url());
        let url = refused.url();
        let more = [("AWS_CONFIG_FILE", "config"), ("PATH", "/usr/bin:/bin"), ("AWS_ENDPOINT_URL", &url)];
        let ran = project.run_with(&line, "", &more);
        assert!(ran.code == 1 && !ran.to_string().contains("canary"), "{ran}");
        assert_eq!(calls(&refused), made);
    }
}

#[test]
fn a_ca_bundle_is_trusted_for_sts_too() {
    let (pem, config) = authority();
    let server = Server::with_tls(config, Value::Null);
    let project = project(&format!("{OURS}, {ROLE} }}")).file("ca.pem", pem);
    let ran = run(&project, &server.url(), "plan --ca-bundle ca.pem", &[]);
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(calls(&server), ["AssumeRole", "GetCallerIdentity", "ListUserPools"]);
    assert_snapshot!(run(&project, &server.url(), "plan", &[]), @"
    exit: 1
    --- stderr
    error: the account of the environment `dev` is not known: AssumeRole: no answer: client error (Connect): TLS handshake failed: invalid peer certificate: UnknownIssuer
      help: check network, endpoint, Region and credentials
    ");
    assert_eq!(calls(&server), Vec::<String>::new());
}

/// What is said where STS answers something. It is the same of the account and of a role, but for the operation's name.
fn said(answer: impl Fn() -> Answer + Send + 'static) -> String {
    let server = Server::answering(move |_, _| answer());
    let ran = run(&project(OURS), &server.url(), "plan", &[]);
    assert_eq!(ran.code, 1, "{ran}");
    let of_role = run(&project(&format!("{OURS}, {ROLE} }}")), &server.url(), "plan", &[]);
    assert_eq!(of_role.code, 1, "{of_role}");
    assert_eq!(of_role.stderr, ran.stderr.replace("GetCallerIdentity", "AssumeRole"));
    ran.stderr
}

#[test]
fn what_keeps_the_account_from_being_known_is_said() {
    assert_snapshot!(said(|| sts_refused("ExpiredToken", "The security token is expired")), @"
    error: the account of the environment `dev` is not known: GetCallerIdentity: ExpiredToken: The security token is expired (request 0123-request)
      help: the credentials have expired: sign in again
    ");
    assert_snapshot!(said(wrong_signature), @"
    error: the account of the environment `dev` is not known: GetCallerIdentity: SignatureDoesNotMatch: The signatures do not match. (request 0123-request)
      help: the credentials are not valid here: check profile, account and Region
    ");
    assert_snapshot!(said(|| (200, vec![], b"<html>hello".to_vec())), @"
    error: the account of the environment `dev` is not known: GetCallerIdentity: no answer: the server does not answer as STS does; is STS at the same endpoint?
      help: check network, endpoint, Region and credentials
    ");
    let not_sts = "the server does not answer as STS does; is STS at the same endpoint?";
    assert!(said(|| (200, vec![json_type()], b"{}".to_vec())).contains(not_sts));
    assert!(said(|| crate::server::refused("UnknownOperationException", "")).contains(not_sts));
    let alone = |body: Vec<u8>| {
        let server = Server::answering(move |_, _| (200, vec![], body.clone()));
        run(&project(OURS), &server.url(), "plan", &[]).stderr
    };
    let nobody = "<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>";
    assert!(alone(nobody.into()).contains(not_sts));
    assert!(alone(vec![b' '; 17 << 20]).contains("length limit exceeded"));
}

#[test]
fn a_role_that_nobody_can_be_asked_for_is_said() {
    let project = project(&format!("{OURS}, {ROLE} }}"));
    assert_snapshot!(run(&project, "http://127.0.0.1:1", "plan", &[]), @"
    exit: 1
    --- stderr
    error: the account of the environment `dev` is not known: AssumeRole: no answer: client error (Connect): tcp connect error: Connection refused
      help: check network, endpoint, Region and credentials
    ");
    assert_snapshot!(project.run("plan --endpoint-url http://127.0.0.1:1"), @"
    exit: 1
    --- stderr
    error: the account of the environment `dev` is not known: AssumeRole: no answer: no credentials found in chain.
      help: check the profile in the AWS configuration files, or choose another with --profile
    ");
}

#[test]
fn moto_knows_accounts_and_roles() {
    let server = Other::start("moto");
    let members = format!("accountId: '222222222222', {ROLE} }}").replace("123456789012", "222222222222");
    for members in [OURS, &members] {
        let ran = run(&project(members), &server.url(), "plan", &[]);
        assert_eq!(ran.code, 0, "{ran}");
    }
    let wrong = run(&project("accountId: '999999999999'"), &server.url(), "plan", &[]);
    assert_eq!(wrong.code, 3, "{wrong}");
}
