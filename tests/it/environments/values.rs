use insta::assert_snapshot;

use super::{rendered, with_values};
use crate::runner::Project;

#[test]
fn values_and_variables_stand_in_texts_and_keys() {
    let project = with_values(
        "{ host: example.com, port: 8443, beta: true, web: { name: Shop }, site: 'www.${values.host}', none: null, empty: '' }",
        "\
domains: { '${values.empty:-acme}-${env:STAGE}': {} }
groups: { all: { description: 'a literal $${b}' } }
clients:
  web:
    clientName: ${values.web.name} ${env:STAGE:-none} ${values.beta}
    callbackURLs: ['https://${values.site}:${values.port}/${values.none:-x:-y}', 'https://a.example.com/${env:UNSET:-}']
    allowedOAuthFlowsUserPoolClient: true
",
    );
    let ran = project.run_with("render", "", &[("STAGE", "dev")]);
    assert_snapshot!(ran, @"
    exit: 0
    --- stdout
    apiVersion: cognitops/v1
    pool: shop
    domains:
      acme-dev: {}
    groups:
      all:
        description: a literal $${b}
    clients:
      web:
        allowedOAuthFlowsUserPoolClient: true
        callbackURLs:
        - https://www.example.com:8443/x:-y
        - https://a.example.com/
        clientName: Shop dev true
    ");
}

#[test]
fn a_number_stands_as_it_is_written() {
    let project = with_values(
        "{ a: 1.10, b: 1.0, c: 1e3, d: 123456789012345678901234567890, e: [2.50] }",
        "groups: { g: { description: '${values.a} ${values.b} ${values.c} ${values.d}' } }\nclients: { web: { logoutURLs: ['https://a.example.com/${values.e}'], allowedOAuthFlowsUserPoolClient: true } }\n",
    );
    let text = rendered(&project, "render");
    assert!(text.contains("1.10 1.0 1e3 123456789012345678901234567890"), "{text}");
    assert!(text.contains("https://a.example.com/2.50"), "{text}");
}

#[test]
fn an_item_that_names_lists_stands_for_their_product() {
    let project = with_values(
        "{ hosts: [a, 'b-{1..2}'], none: [], paths: ['${values.hosts}/x', 7] }",
        "\
clients:
  web:
    allowedOAuthFlowsUserPoolClient: true
    callbackURLs:
      - https://fixed.example.com/
      - https://${values.hosts}.example.com/{08..10}
      - https://${values.none}.example.com/{0..5}
      - https://p.example.com/${values.paths}
",
    );
    assert_snapshot!(rendered(&project, "render"), @"
    clients:
      web:
        allowedOAuthFlowsUserPoolClient: true
        callbackURLs:
        - https://fixed.example.com/
        - https://a.example.com/08
        - https://a.example.com/09
        - https://a.example.com/10
        - https://b-1.example.com/08
        - https://b-1.example.com/09
        - https://b-1.example.com/10
        - https://b-2.example.com/08
        - https://b-2.example.com/09
        - https://b-2.example.com/10
        - https://p.example.com/a/x
        - https://p.example.com/b-1/x
        - https://p.example.com/b-2/x
        - https://p.example.com/7
    ");
}

#[test]
fn a_rendered_manifest_renders_to_itself() {
    let project = with_values(
        "{ hosts: [a, b], text: 'x: {y} #z' }",
        "\
settings:
  emailConfiguration: { from: '${values.text} $${literal} ${values.text}' }
  userPoolTags: { 'a$${b}': \"line 1\\nline 2 \\u00e9\" }
clientDefaults: { enableTokenRevocation: false }
riskConfiguration: { riskExceptionConfiguration: { skippedIPRangeList: ['10.0.0.{{0..2}}'] } }
clients:
  web: { callbackURLs: ['https://${values.hosts}.example.com/?c=${clients.api.clientId}'], allowedOAuthFlowsUserPoolClient: true }
  api: { clientSecret: { file: ./secret } }
",
    );
    let once = project.run("render");
    assert_eq!(once.code, 0, "{once}");
    assert!(once.stdout.contains("- 10.0.0.{{0..2}}\n"), "{once}");
    assert!(once.stdout.contains("$${literal}") && once.stdout.contains("${clients.api.clientId}"), "{once}");
    let elsewhere = Project::new().file("pool.yaml", &once.stdout);
    assert_eq!(elsewhere.run("render -f pool.yaml").stdout, once.stdout);
    let json = project.run("render --format json").stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    elsewhere.write("pool.yaml", json["pools"][0]["manifest"].to_string());
    assert_eq!(elsewhere.run("render -f pool.yaml").stdout, once.stdout);
}

#[test]
fn the_project_file_takes_values_in_what_says_where() {
    let file = "\
base:
  region: ${values.region:-eu-west-1}
  accountId: ${env:ACCOUNT}
  manifests: ['pools/${values.kind}.yaml']
environments:
  dev: { values: { kind: small } }
  prod: { values: { kind: large, region: eu-central-1 } }
";
    let manifest = "apiVersion: cognitops/v1\npool: shop\nsettings: {}\n";
    let project = Project::new()
        .file("cognitops.yaml", file)
        .file("pools/small.yaml", manifest)
        .file("pools/large.yaml", manifest);
    let account = [("ACCOUNT", "333333333333")];
    let ran = project.run_with("apply --all-envs --sandbox --yes --allow-create-pool", "", &account);
    assert_eq!(ran.code, 0, "{ran}");
    let outputs = project.run_with("outputs --all-envs --sandbox --format json", "", &account).stdout;
    let json: serde_json::Value = serde_json::from_str(&outputs).unwrap();
    let arn = |index: usize| json["environments"][index]["pools"][0]["arn"].as_str().unwrap().to_owned();
    assert!(arn(0).starts_with("arn:aws:cognito-idp:eu-west-1:333333333333:"), "{outputs}");
    assert!(arn(1).starts_with("arn:aws:cognito-idp:eu-central-1:333333333333:"), "{outputs}");
    assert_snapshot!(project.run_with("validate --env dev", "", &[("ACCOUNT", "3")]), @"
    exit: 1
    --- stderr
    error[form]: `environments.dev.accountId` does not have the form it needs
     --> cognitops.yaml:3:14
      |
    3 |   accountId: ${env:ACCOUNT}
      |              ^^^^^^^^^^^^^^
      |
      = help: for example 111111111111; `env:ACCOUNT` is an environment variable

    1 error.
    ");
    assert_snapshot!(project.run("validate --env dev"), @"
    exit: 1
    --- stderr
    error[bad-reference]: the environment variable ACCOUNT is not set, or is not text
     --> cognitops.yaml:3:14
      |
    3 |   accountId: ${env:ACCOUNT}
      |              ^^^^^^^^^^^^^^
      |
      = help: set it, or give a default: ${env:NAME:-default}

    1 error.
    ");
}
