use insta::assert_snapshot;

use super::{HEAD, refused, shown};
use crate::runner::Project;

const FILE: &str = "\
project: shop
base: { manifests: [pools/] }
environments:
  dev: { region: eu-west-1, values: { length: dev } }
  prod: { region: eu-central-1, values: { length: prod } }
";

fn project() -> Project {
    Project::new().file("cognitops.yaml", FILE).file(
        "pools/shop.yaml",
        format!("{HEAD}settings: {{ userPoolTags: {{ stage: '${{values.length}}' }} }}\n"),
    )
}

#[test]
fn environments_run_side_by_side_with_one_report() {
    let project = project();
    assert_snapshot!(project.run("validate --all-envs"), @"
    exit: 0
    --- stdout
    2 pools are valid.
    ");
    assert_snapshot!(project.run("apply --env dev,prod --sandbox --yes"), @"
    exit: 3
    --- stdout
    Environment dev

    + shop.settings  CreateUserPool
        + userPoolTags.stage  dev
        + tag cognitops:managed-by  shop/dev/shop
        + tag cognitops:schema  1

    Plan: 1 to create, 0 to change, 0 to delete.

    Environment prod

    + shop.settings  CreateUserPool
        + userPoolTags.stage  prod
        + tag cognitops:managed-by  shop/prod/shop
        + tag cognitops:schema  1

    Plan: 1 to create, 0 to change, 0 to delete.
    --- stderr
    error: the user pool `shop` does not exist in the environment `dev`, and creating one takes consent
      help: check Region and name; if it is meant to be new, add --allow-create-pool
    ");
    assert_snapshot!(shown(&project.run("apply --env dev,prod --sandbox --yes --allow-create-pool")), @"
    exit: 0
    --- stdout
    Environment dev

    + shop.settings  CreateUserPool
        + userPoolTags.stage  dev
        + tag cognitops:managed-by  shop/dev/shop
        + tag cognitops:schema  1

    Plan: 1 to create, 0 to change, 0 to delete.

    Environment prod

    + shop.settings  CreateUserPool
        + userPoolTags.stage  prod
        + tag cognitops:managed-by  shop/prod/shop
        + tag cognitops:schema  1

    Plan: 1 to create, 0 to change, 0 to delete.

    Environment dev

    done     shop.settings  CreateUserPool  [POOL]

    Applied: 1 call.

    Environment prod

    done     shop.settings  CreateUserPool  [POOL]

    Applied: 1 call.
    ");
    assert_snapshot!(project.run("plan --all-envs --sandbox --detailed-exitcode"), @"
    exit: 0
    --- stdout
    Environment dev

    No changes: 1 pool is as its manifest says.

    Environment prod

    No changes: 1 pool is as its manifest says.
    ");
    assert_snapshot!(project.run("outputs --all-envs --sandbox --dotenv"), @"
    exit: 64
    --- stderr
    error: --dotenv prints the names of one environment
      help: choose it with --env
    ");
    assert!(
        project.at(".cognitops/sandbox-dev.json").exists()
            && project.at(".cognitops/sandbox-prod.json").exists()
    );
}

#[test]
fn the_worst_exit_code_of_all_is_the_one() {
    let project = project();
    assert_eq!(project.run("apply --env dev --sandbox --yes --allow-create-pool").code, 0);
    let plan = project.run("plan --all-envs --sandbox --detailed-exitcode --format json");
    assert_eq!(plan.code, 2, "{plan}");
    let json: serde_json::Value = serde_json::from_str(&plan.stdout).unwrap();
    let creates = |index: usize| json["environments"][index]["summary"]["create"].as_u64();
    assert_eq!((creates(0), creates(1)), (Some(0), Some(1)), "{plan}");
    assert_eq!(json["environments"][1]["environment"], "prod");
    // One that cannot be read does not keep the other from being planned.
    project.write(".cognitops/sandbox-prod.json", "{");
    let broken = project.run("plan --all-envs --sandbox");
    assert_eq!(broken.code, 1, "{broken}");
}

#[test]
fn a_failure_in_one_environment_leaves_the_others_to_be_done() {
    let project = project();
    project.write(
        "cognitops.yaml",
        FILE.replace("length: prod }", "length: prod }, manifests: [pools/, more.yaml]"),
    );
    project.write("more.yaml", "apiVersion: cognitops/v1\npool: not-there\nclients: { web: {} }\n");
    assert_snapshot!(shown(&project.run("apply --all-envs --sandbox --yes --allow-create-pool -q")), @"
    exit: 1
    --- stdout
    Environment dev

    + shop.settings  CreateUserPool
        + userPoolTags.stage  dev
        + tag cognitops:managed-by  shop/dev/shop
        + tag cognitops:schema  1

    Plan: 1 to create, 0 to change, 0 to delete.

    Environment prod


    Environment dev

    done     shop.settings  CreateUserPool  [POOL]

    Applied: 1 call.
    --- stderr
    error[bad-reference]: there is no pool named `not-there`, and a manifest without `settings` creates none
     --> more.yaml:2:7
      |
    2 | pool: not-there
      |       ^^^^^^^^^
      |
      = help: check Region and account, or add `settings: {}` to let this manifest own the pool

    1 error.
    ");
    let json = project.run("plan --all-envs --sandbox --format json");
    assert_eq!(json.code, 1, "{json}");
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["environments"][1]["findings"][0]["code"], "bad-reference", "{json}");
}

#[test]
fn two_environments_that_mean_one_pool_are_refused() {
    let project = project();
    project.write("cognitops.yaml", FILE.replace("eu-central-1", "eu-west-1"));
    assert_snapshot!(shown(&refused(&project, "plan --all-envs --sandbox=state.json")), @"
    exit: 3
    --- stderr
    error: the environments `dev` and `prod` would create one pool, shop
      help: give each an account, a Region or a pool of its own (pools/shop.yaml:1:1 and pools/shop.yaml:1:1)
    ");
    assert_eq!(project.run("apply --env dev --sandbox=state.json --yes --allow-create-pool").code, 0);
    assert_snapshot!(shown(&refused(&project, "plan --all-envs --sandbox=state.json")), @"
    exit: 3
    --- stderr
    error: the environments `dev` and `prod` mean one live pool, [POOL]
      help: give each an account, a Region or a pool of its own (pools/shop.yaml:1:1 and pools/shop.yaml:1:1)
    ");
    assert_snapshot!(refused(&project, "apply --all-envs --sandbox=state.json --yes"), @"
    exit: 64
    --- stderr
    error: one sandbox file is one account, and there are several environments
      help: leave FILE out: each environment then has its own
    ");
}

#[test]
fn another_account_is_refused_before_anything_is_read() {
    let project = project();
    assert_eq!(project.run("apply --env dev --sandbox=state.json --yes --allow-create-pool").code, 0);
    project.write(
        "cognitops.yaml",
        FILE.replace("{ region: eu-west-1,", "{ region: eu-west-1, accountId: '999999999999',"),
    );
    for line in ["plan", "drift", "outputs", "apply --yes", "plan --format json"] {
        let ran = refused(&project, &format!("{line} --env dev --sandbox=state.json"));
        assert_eq!(ran.code, 3, "{ran}");
    }
    assert_snapshot!(refused(&project, "drift --env dev --sandbox=state.json"), @"
    exit: 3
    --- stderr
    error: this is the account 123456789012, and the environment `dev` lives in 999999999999
      help: check the credentials, their profile, and `accountId` in cognitops.yaml
    ");
}

#[test]
fn a_command_for_one_environment_says_so() {
    let project = project();
    assert_snapshot!(refused(&project, "login-url web --all-envs --sandbox"), @"
    exit: 64
    --- stderr
    error: this command works on one environment
      help: choose it with --env
    ");
    assert_snapshot!(refused(&project, "plan --env dev --all-envs --sandbox").stderr.lines().next().unwrap(), @"error: the argument '--env <NAME>' cannot be used with '--all-envs'");
}

#[test]
fn a_finding_names_the_environments_that_it_is_of() {
    let project = Project::new()
        .file(
            "cognitops.yaml",
            "\
base: { manifests: [pools/] }
environments:
  dev: { values: { host: dev.example.com } }
  test: { values: { host: '' } }
  prod: { values: { hots: prod.example.com } }
",
        )
        .file(
            "pools/shop.yaml",
            "\
apiVersion: cognitops/v1
pool: shop
settings: { userPoolTier: GOLD }
clients: { web: { allowedOAuthFlowsUserPoolClient: true, logoutURLs: ['${values.host}'] } }
",
        );
    assert_snapshot!(project.run("validate --all-envs"), @r"
    exit: 1
    --- stdout
    error[not-allowed]: `settings.userPoolTier` takes `LITE`, `ESSENTIALS` or `PLUS`
     --> pools/shop.yaml:3:27
      |
    3 | settings: { userPoolTier: GOLD }
      |                           ^^^^

    error[form]: `clients.web.logoutURLs[0]` does not have the form it needs
     --> pools/shop.yaml:4:71
      |
    4 | clients: { web: { allowedOAuthFlowsUserPoolClient: true, logoutURLs: ['${values.host}'] } }
      |                                                                       ^^^^^^^^^^^^^^^^
      |
      = note: only in test
      = help: the whole text matches ^(?:[\p{L}\p{M}\p{S}\p{N}\p{P}]+)$; `values.host` stands at cognitops.yaml:4:27

    error[bound]: `clients.web.logoutURLs[0]` is too short: the text has at least 1 character
     --> pools/shop.yaml:4:71
      |
    4 | clients: { web: { allowedOAuthFlowsUserPoolClient: true, logoutURLs: ['${values.host}'] } }
      |                                                                       ^^^^^^^^^^^^^^^^
      |
      = note: only in test
      = help: `values.host` stands at cognitops.yaml:4:27

    error[bad-reference]: `values.host` is not defined in the environment `prod`
     --> pools/shop.yaml:4:71
      |
    4 | clients: { web: { allowedOAuthFlowsUserPoolClient: true, logoutURLs: ['${values.host}'] } }
      |                                                                       ^^^^^^^^^^^^^^^^
      |
      = note: only in prod
      = help: did you mean `values.hots`?

    error[form]: a redirect URL is absolute: it begins with a scheme
     --> pools/shop.yaml:4:71
      |
    4 | clients: { web: { allowedOAuthFlowsUserPoolClient: true, logoutURLs: ['${values.host}'] } }
      |                                                                       ^^^^^^^^^^^^^^^^
      |
      = note: only in dev
      = help: for example https://app.example.com/callback, http://localhost:3000 or myapp://callback; `values.host` stands at cognitops.yaml:3:26

    5 errors.
    ");
    assert_snapshot!(project.run("validate --all-envs --format json"), @r#"
    exit: 1
    --- stdout
    {
      "formatVersion": 1,
      "findings": [
        {
          "code": "not-allowed",
          "severity": "error",
          "file": "pools/shop.yaml",
          "line": 3,
          "column": 27,
          "path": "settings.userPoolTier",
          "message": "`settings.userPoolTier` takes `LITE`, `ESSENTIALS` or `PLUS`"
        },
        {
          "code": "form",
          "severity": "error",
          "file": "pools/shop.yaml",
          "line": 4,
          "column": 71,
          "path": "clients.web.logoutURLs[0]",
          "message": "`clients.web.logoutURLs[0]` does not have the form it needs",
          "help": "the whole text matches ^(?:[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+)$; `values.host` stands at cognitops.yaml:4:27",
          "environments": [
            "test"
          ]
        },
        {
          "code": "bound",
          "severity": "error",
          "file": "pools/shop.yaml",
          "line": 4,
          "column": 71,
          "path": "clients.web.logoutURLs[0]",
          "message": "`clients.web.logoutURLs[0]` is too short: the text has at least 1 character",
          "help": "`values.host` stands at cognitops.yaml:4:27",
          "environments": [
            "test"
          ]
        },
        {
          "code": "bad-reference",
          "severity": "error",
          "file": "pools/shop.yaml",
          "line": 4,
          "column": 71,
          "path": "clients.web.logoutURLs[0]",
          "message": "`values.host` is not defined in the environment `prod`",
          "help": "did you mean `values.hots`?",
          "environments": [
            "prod"
          ]
        },
        {
          "code": "form",
          "severity": "error",
          "file": "pools/shop.yaml",
          "line": 4,
          "column": 71,
          "path": "clients.web.logoutURLs[0]",
          "message": "a redirect URL is absolute: it begins with a scheme",
          "help": "for example https://app.example.com/callback, http://localhost:3000 or myapp://callback; `values.host` stands at cognitops.yaml:3:26",
          "environments": [
            "dev"
          ]
        }
      ]
    }
    "#);
    assert_snapshot!(project.run("validate --env dev"), @"
    exit: 1
    --- stdout
    error[not-allowed]: `settings.userPoolTier` takes `LITE`, `ESSENTIALS` or `PLUS`
     --> pools/shop.yaml:3:27
      |
    3 | settings: { userPoolTier: GOLD }
      |                           ^^^^

    error[form]: a redirect URL is absolute: it begins with a scheme
     --> pools/shop.yaml:4:71
      |
    4 | clients: { web: { allowedOAuthFlowsUserPoolClient: true, logoutURLs: ['${values.host}'] } }
      |                                                                       ^^^^^^^^^^^^^^^^
      |
      = help: for example https://app.example.com/callback, http://localhost:3000 or myapp://callback; `values.host` stands at cognitops.yaml:3:26

    2 errors.
    ");
}
