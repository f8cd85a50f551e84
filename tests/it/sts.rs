//! The account that credentials belong to, and roles that they assume, over real HTTP and TLS on loopback.

use std::process::{Command, Stdio};

use cognitops::cognito::aws::{AssumeRole, AwsCognito, Connection};
use cognitops::cognito::{ApiError, ReadCognito, ReadOperation};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::others::Other;
use crate::runner::{Project, finish};
use crate::server::{Answer, Server, json_type, sts, sts_refused};
use crate::wire::authority;

const KEYS: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "canary0aws0key")];

const ROLE: &str = "arn:aws:iam::222222222222:role/deploy";

/// The variable that tells the child below what to do.
const TASK: &str = "COGNITOPS_TEST_STS";

/// The other side of [`ask`]: does nothing where nobody asks.
#[test]
fn child() {
    let Ok(task) = std::env::var(TASK) else { return };
    let task: Value = serde_json::from_str(&task).unwrap();
    let text = |name: &str| task[name].as_str().map(str::to_owned);
    let role = |role_arn| AssumeRole {
        role_arn,
        external_id: text("externalId"),
        session_name: text("sessionName"),
    };
    let connection = Connection {
        region: text("region"),
        endpoint_url: text("endpointUrl"),
        ca_bundle: text("caBundle").map(Into::into),
        assume_role: text("roleArn").map(role),
        ..Connection::default()
    };
    tracing_subscriber::fmt().with_env_filter("cognitops=info").without_time().with_ansi(false).init();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let aws = connection.connect().await.unwrap();
        println!("\nregion: {}", aws.region());
        for step in task["steps"].as_array().unwrap() {
            let (name, result) = match step.as_str().unwrap() {
                "account" => ("account", aws.account_id().await),
                _ => ("pools", pools(&aws).await),
            };
            println!("{name}: {}", result.unwrap_or_else(|error| error.to_string()));
        }
    });
}

async fn pools(aws: &AwsCognito) -> Result<String, ApiError> {
    let answer = aws.read(ReadOperation::ListUserPools, json!({"MaxResults": 1})).await?;
    Ok(answer["UserPools"].as_array().unwrap().len().to_string())
}

/// What a process of its own prints about a connection, for the SDK reads the environment.
fn ask(task: &Value, environment: &[(&str, &str)]) -> String {
    let project = Project::new();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "sts::child", "--nocapture", "--color", "never"])
        .current_dir(project.path())
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "")
        .env("AWS_SHARED_CREDENTIALS_FILE", "")
        .envs(environment.iter().copied())
        .env(TASK, task.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let output = finish(command, b"");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(!printed.contains("canary"), "{printed}");
    let milliseconds = regex::Regex::new(r"milliseconds=\d+").unwrap();
    let printed = milliseconds.replace_all(&printed, "milliseconds=[N]");
    let ours = ["region: ", "account: ", "pools: ", " INFO", " WARN"];
    let lines = printed.lines().filter(|line| ours.iter().any(|word| line.starts_with(word)));
    lines.collect::<Vec<_>>().join("\n")
}

fn task(url: &str, steps: &[&str]) -> Value {
    json!({"region": "eu-west-1", "endpointUrl": url, "steps": steps})
}

/// The same as a role.
fn role_task(url: &str, steps: &[&str]) -> Value {
    let mut task = task(url, steps);
    task["roleArn"] = json!(ROLE);
    task
}

fn operations(server: &Server) -> Vec<String> {
    server.calls.lock().unwrap().iter().map(|(name, _)| name.clone()).collect()
}

fn signers(server: &Server) -> Vec<String> {
    server.signers.lock().unwrap().iter().cloned().collect()
}

#[test]
fn sts_is_asked_for_the_account_at_the_same_endpoint() {
    let server = Server::sandbox();
    assert_snapshot!(ask(&task(&server.url(), &["account", "pools"]), &KEYS), @r#"
    region: eu-west-1
     INFO call{operation="GetCallerIdentity"}: cognitops::cognito::aws: done milliseconds=[N]
    account: 123456789012
     INFO call{operation="ListUserPools"}: cognitops::cognito::aws: done milliseconds=[N]
    pools: 0
    "#);
    assert_eq!(operations(&server), ["GetCallerIdentity", "ListUserPools"]);
    // The endpoint and the Region of the environment.
    let (server, task) = (Server::sandbox(), json!({"steps": ["account"]}));
    let (url, [id, key]) = (server.url(), KEYS);
    let printed = ask(&task, &[id, key, ("AWS_ENDPOINT_URL", &url), ("AWS_REGION", "us-east-2")]);
    assert_snapshot!(printed, @r#"
    region: us-east-2
     INFO call{operation="GetCallerIdentity"}: cognitops::cognito::aws: done milliseconds=[N]
    account: 123456789012
    "#);
    assert_eq!(operations(&server), ["GetCallerIdentity"]);
}

#[test]
fn credentials_that_say_their_account_cost_no_call() {
    let server = Server::sandbox();
    let [id, key] = KEYS;
    let printed = ask(&task(&server.url(), &["account"]), &[id, key, ("AWS_ACCOUNT_ID", "333333333333")]);
    assert_snapshot!(printed, @"
    region: eu-west-1
    account: 333333333333
    ");
    assert_eq!(operations(&server), Vec::<String>::new());
}

#[test]
fn a_role_is_assumed_once_and_calls_are_its_own() {
    let server = Server::sandbox();
    assert_snapshot!(ask(&role_task(&server.url(), &[]), &KEYS), @"region: eu-west-1");
    assert_eq!(operations(&server), Vec::<String>::new(), "not before it is needed");
    assert_snapshot!(ask(&role_task(&server.url(), &["account", "pools", "account", "pools"]), &KEYS), @r#"
    region: eu-west-1
    account: 222222222222
     INFO call{operation="ListUserPools"}: cognitops::cognito::aws: done milliseconds=[N]
    pools: 0
    account: 222222222222
     INFO call{operation="ListUserPools"}: cognitops::cognito::aws: done milliseconds=[N]
    pools: 0
    "#);
    assert_eq!(operations(&server), ["AssumeRole", "ListUserPools", "ListUserPools"]);
    assert_eq!(signers(&server), ["AKIDEXAMPLE", "AKIDROLE"]);
    let input = server.calls.lock().unwrap()[0].1.clone();
    assert_eq!(input["RoleArn"], ROLE);
    assert_eq!(input["RoleSessionName"], "cognitops");
    assert_eq!(input.get("ExternalId"), None);
}

#[test]
fn a_role_has_its_external_id_and_session_name_and_the_endpoint_of_the_environment() {
    let server = Server::sandbox();
    let mut task = role_task("", &["pools"]);
    task["endpointUrl"] = Value::Null;
    task["externalId"] = json!("partner 1");
    task["sessionName"] = json!("pipeline-7");
    let (url, [id, key]) = (server.url(), KEYS);
    ask(&task, &[id, key, ("AWS_ENDPOINT_URL", &url)]);
    assert_eq!(operations(&server), ["AssumeRole", "ListUserPools"]);
    let input = server.calls.lock().unwrap()[0].1.clone();
    assert_eq!(
        (&input["ExternalId"], &input["RoleSessionName"]),
        (&json!("partner 1"), &json!("pipeline-7"))
    );
}

#[test]
fn a_ca_bundle_is_trusted_for_sts_too() {
    let (pem, config) = authority();
    let server = Server::with_tls(config, Value::Null);
    let project = Project::new().file("ca.pem", pem);
    let mut task = role_task(&server.url(), &["pools"]);
    task["caBundle"] = json!(project.at("ca.pem"));
    assert!(ask(&task, &KEYS).contains("pools: 0"));
    assert_eq!(operations(&server), ["AssumeRole", "ListUserPools"]);
    task["roleArn"] = Value::Null;
    task["steps"] = json!(["account"]);
    assert!(ask(&task, &KEYS).contains("account: 123456789012"));
}

/// What is printed where STS answers something.
fn asked_of(answer: impl Fn() -> Answer + Send + 'static) -> String {
    let server = Server::answering(move |_, _| answer());
    ask(&task(&server.url(), &["account"]), &KEYS)
}

#[test]
fn what_keeps_the_account_from_being_known_is_said() {
    let expired = || sts_refused("ExpiredToken", "The security token included in the request is expired");
    assert_snapshot!(asked_of(expired), @r#"
    region: eu-west-1
     WARN call{operation="GetCallerIdentity" request_id="0123-request"}: cognitops::cognito::aws: refused milliseconds=[N] code="ExpiredToken"
    account: GetCallerIdentity: ExpiredToken: The security token included in the request is expired (request 0123-request)
    "#);
    let mismatch = || {
        let canonical =
            "The Canonical String for this request should have been\n'POST\nx-amz-security-token:canary'";
        sts_refused("SignatureDoesNotMatch", &format!("The signatures do not match.\n\n{canonical}"))
    };
    assert_snapshot!(asked_of(mismatch), @r#"
    region: eu-west-1
     WARN call{operation="GetCallerIdentity" request_id="0123-request"}: cognitops::cognito::aws: refused milliseconds=[N] code="SignatureDoesNotMatch"
    account: GetCallerIdentity: SignatureDoesNotMatch: The signatures do not match. (request 0123-request)
    "#);
    let page = || -> Answer { (200, vec![], b"<html>hello".to_vec()) };
    assert_snapshot!(asked_of(page), @r#"
    region: eu-west-1
     WARN call{operation="GetCallerIdentity" }: cognitops::cognito::aws: refused milliseconds=[N] code="no answer"
    account: GetCallerIdentity: no answer: the server does not answer as STS does; is STS at the same endpoint?
    "#);
    let json = || -> Answer { (200, vec![json_type()], b"{}".to_vec()) };
    assert_snapshot!(asked_of(json), @r#"
    region: eu-west-1
     WARN call{operation="GetCallerIdentity" }: cognitops::cognito::aws: refused milliseconds=[N] code="no answer"
    account: GetCallerIdentity: no answer: the server does not answer as STS does; is STS at the same endpoint?
    "#);
    let nobody = || -> Answer {
        let result = "<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>";
        (200, vec![], result.into())
    };
    assert_snapshot!(asked_of(nobody), @r#"
    region: eu-west-1
     WARN call{operation="GetCallerIdentity" }: cognitops::cognito::aws: refused milliseconds=[N] code="no answer"
    account: GetCallerIdentity: no answer: the server does not answer as STS does; is STS at the same endpoint?
    "#);
    let huge = || -> Answer { (200, vec![], vec![b' '; 17 << 20]) };
    assert_snapshot!(asked_of(huge), @r#"
    region: eu-west-1
     WARN call{operation="GetCallerIdentity" }: cognitops::cognito::aws: refused milliseconds=[N] code="no answer"
    account: GetCallerIdentity: no answer: length limit exceeded
    "#);
    // What Cognito answers to what it does not know.
    let unknown = || crate::server::refused("UnknownOperationException", "");
    assert_snapshot!(asked_of(unknown), @r#"
    region: eu-west-1
     WARN call{operation="GetCallerIdentity" }: cognitops::cognito::aws: refused milliseconds=[N] code="no answer"
    account: GetCallerIdentity: no answer: the server does not answer as STS does; is STS at the same endpoint?
    "#);
    assert_snapshot!(ask(&task("http://127.0.0.1:1", &["account"]), &KEYS), @r#"
    region: eu-west-1
     WARN call{operation="GetCallerIdentity" }: cognitops::cognito::aws: refused milliseconds=[N] code="no answer"
    account: GetCallerIdentity: no answer: client error (Connect): tcp connect error: Connection refused
    "#);
    assert_snapshot!(ask(&task("http://127.0.0.1:1", &["account"]), &[]), @r#"
    region: eu-west-1
     WARN call{operation="GetCallerIdentity" }: cognitops::cognito::aws: refused milliseconds=[N] code="no answer"
    account: GetCallerIdentity: no answer: the credential provider was not enabled: no credentials found in chain.
    "#);
}

#[test]
fn a_role_that_is_refused_is_said() {
    let refused = || {
        Server::answering(|operation, input| match operation {
            "AssumeRole" => {
                let message =
                    format!("User: ci is not authorized to perform: sts:AssumeRole on resource: {ROLE}");
                sts_refused("AccessDenied", &message)
            }
            _ => sts(operation, &input),
        })
    };
    let server = refused();
    assert_snapshot!(ask(&role_task(&server.url(), &["account", "pools"]), &KEYS), @r#"
    region: eu-west-1
     WARN call{operation="GetCallerIdentity" request_id="0123-request"}: cognitops::cognito::aws: refused milliseconds=[N] code="AccessDenied"
    account: AssumeRole: AccessDenied: User: ci is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/deploy (request 0123-request)
     WARN call{operation="ListUserPools" request_id="0123-request"}: cognitops::cognito::aws: refused milliseconds=[N] code="AccessDenied"
    pools: AssumeRole: AccessDenied: User: ci is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/deploy (request 0123-request)
    "#);
    assert_eq!(operations(&server), ["AssumeRole", "AssumeRole"], "a refusal is not tried again");
    assert_snapshot!(ask(&role_task(&server.url(), &["pools"]), &[]), @r#"
    region: eu-west-1
     WARN call{operation="ListUserPools" }: cognitops::cognito::aws: refused milliseconds=[N] code="no answer"
    pools: ListUserPools: no answer: an error occurred while loading credentials: the credential provider was not enabled: no credentials found in chain.
    "#);
}

#[test]
fn moto_knows_accounts_and_roles() {
    let server = Other::start("moto");
    assert_snapshot!(ask(&task(&server.url(), &["account", "pools"]), &KEYS), @r#"
    region: eu-west-1
     INFO call{operation="GetCallerIdentity"}: cognitops::cognito::aws: done milliseconds=[N]
    account: 123456789012
     INFO call{operation="ListUserPools"}: cognitops::cognito::aws: done milliseconds=[N]
    pools: 0
    "#);
    assert_snapshot!(ask(&role_task(&server.url(), &["account", "pools"]), &KEYS), @r#"
    region: eu-west-1
    account: 222222222222
     INFO call{operation="ListUserPools"}: cognitops::cognito::aws: done milliseconds=[N]
    pools: 0
    "#);
}
