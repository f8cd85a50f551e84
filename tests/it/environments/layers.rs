use insta::assert_snapshot;

use super::{HEAD, refused, rendered};
use crate::runner::Project;

const FILE: &str = "\
project: shop
base: { manifests: [pools/] }
environments:
  dev: {}
  prod: { layers: [layers/all/, layers/prod.yaml] }
";

fn project(base: &str, all: &str, prod: &str) -> Project {
    Project::new()
        .file("cognitops.yaml", FILE)
        .file("pools/shop.yaml", format!("{HEAD}{base}"))
        .file("layers/all/shop.yaml", format!("{HEAD}{all}"))
        .file("layers/prod.yaml", format!("{HEAD}{prod}"))
}

const BASE: &str = "\
settings:
  deletionProtection: INACTIVE
  policies: { passwordPolicy: { minimumLength: 10, requireSymbols: false } }
  userPoolTags: { team: identity, cost: '1' }
clients:
  web: { callbackURLs: ['https://a.example.com/'], allowedOAuthFlowsUserPoolClient: true, accessTokenValidity: 1h }
  old: {}
";

#[test]
fn maps_merge_all_else_replaces_and_null_removes() {
    let all =
        "settings: { deletionProtection: ACTIVE, policies: { passwordPolicy: { minimumLength: 12 } } }\n";
    let prod = "\
settings: { userPoolTags: { cost: null }, policies: { passwordPolicy: { minimumLength: 14 } } }
clients:
  web: { callbackURLs: ['https://b.example.com/'], accessTokenValidity: null }
  old: null
  new: { accessTokenValidity: null }
";
    let project = project(BASE, all, prod);
    assert_snapshot!(rendered(&project, "render --env prod"), @"
    settings:
      deletionProtection: ACTIVE
      policies:
        passwordPolicy:
          minimumLength: 14
          requireSymbols: false
      userPoolTags:
        team: identity
    clients:
      new:
        accessTokenValidity: null
      web:
        allowedOAuthFlowsUserPoolClient: true
        callbackURLs:
        - https://b.example.com/
    ");
    assert!(
        rendered(&project, "render --env dev").contains("old: {}"),
        "each environment has its own layers"
    );
}

#[test]
fn a_reference_to_a_secret_is_one_value() {
    let project = project(
        "clients: { web: { clientSecret: { env: BASE } } }\n",
        "clients: { web: { clientSecret: { file: ./secret } } }\n",
        "clients: { web: {} }\n",
    );
    assert_snapshot!(rendered(&project, "render --env prod"), @"
    clients:
      web:
        clientSecret:
          file: layers/all/./secret
    ");
}

#[test]
fn a_finding_points_at_the_layer_that_is_wrong() {
    let project = project(BASE, "settings: { mfaConfiguration: MAYBE }\n", "clients: {}\n");
    assert_snapshot!(refused(&project, "validate --env prod"), @"
    exit: 1
    --- stdout
    error[not-allowed]: `settings.mfaConfiguration` takes `OFF`, `ON` or `OPTIONAL`
     --> layers/all/shop.yaml:3:31
      |
    3 | settings: { mfaConfiguration: MAYBE }
      |                               ^^^^^

    1 error.
    ");
    assert_eq!(project.run("validate --env dev").code, 0);
}

#[test]
fn files_of_one_layer_may_not_say_the_same_twice() {
    let layer = "clients: { web: { accessTokenValidity: 2h } }\n";
    let project =
        project(BASE, layer, "clients: {}\n").file("layers/all/twice.yaml", format!("{HEAD}{layer}"));
    assert_snapshot!(refused(&project, "validate --env prod"), @"
    exit: 1
    --- stdout
    error[defined-twice]: `clients.web` is defined twice; the other place is layers/all/shop.yaml:3:12
     --> layers/all/twice.yaml:3:12
      |
    3 | clients: { web: { accessTokenValidity: 2h } }
      |            ^^^
      |
      = help: keep one of the two

    1 error.
    ");
}

#[test]
fn a_layer_that_lies_over_nothing_is_an_error() {
    let project = project(
        BASE,
        "clients: { odl: null, web: { idTokenValidity: null } }\n",
        "settings: { userPoolTags: { nothing: null } }\n",
    );
    project.write("layers/all/shopp.yaml", "apiVersion: cognitops/v1\npool: shopp\nclients: {}\n");
    assert_snapshot!(refused(&project, "validate --env prod"), @"
    exit: 1
    --- stdout
    error[bad-reference]: `clients.odl` is not in what lies below, so `null` removes nothing
     --> layers/all/shop.yaml:3:12
      |
    3 | clients: { odl: null, web: { idTokenValidity: null } }
      |            ^^^
      |
      = help: leave it out, or mend its name

    error[bad-reference]: `clients.web.idTokenValidity` is not in what lies below, so `null` removes nothing
     --> layers/all/shop.yaml:3:30
      |
    3 | clients: { odl: null, web: { idTokenValidity: null } }
      |                              ^^^^^^^^^^^^^^^
      |
      = help: leave it out, or mend its name

    error[bad-reference]: the layer lies over nothing: the layers below describe no pool `shopp`
     --> layers/all/shopp.yaml:2:7
      |
    2 | pool: shopp
      |       ^^^^^
      |
      = help: did you mean `shop`?

    error[bad-reference]: `settings.userPoolTags.nothing` is not in what lies below, so `null` removes nothing
     --> layers/prod.yaml:3:29
      |
    3 | settings: { userPoolTags: { nothing: null } }
      |                             ^^^^^^^
      |
      = help: leave it out, or mend its name

    4 errors.
    ");
}

#[test]
fn a_narrowed_run_keeps_the_layers_and_the_defaults() {
    let defaults = "clientDefaults: { accessTokenValidity: 30m }\n";
    let project = project(
        &format!("{defaults}settings: {{}}\nclients: {{ api: {{}} }}\n"),
        "clients: { web: { idTokenValidity: 15m }, only-here: {} }\nsettings: { deletionProtection: ACTIVE }\n",
        "clients: { web: { enableTokenRevocation: false } }\n",
    );
    project.write("pools/web.yaml", format!("{HEAD}clients: {{ web: {{}} }}\n"));
    assert_snapshot!(rendered(&project, "render --env prod -f pools/web.yaml"), @"
    clients:
      web:
        accessTokenValidity: 30m
        enableTokenRevocation: false
        idTokenValidity: 15m
    ");
    assert_snapshot!(rendered(&project, "render --env prod -f layers/prod.yaml"), @"
    clients:
      web:
        accessTokenValidity: 30m
        enableTokenRevocation: false
        idTokenValidity: 15m
    ");
    // A text from elsewhere takes the place of the project's manifests, below its layers.
    project.write("other.yaml", format!("{HEAD}clients: {{ web: {{ accessTokenValidity: 2h }} }}\n"));
    assert_snapshot!(rendered(&project, "render --env prod -f other.yaml"), @"
    clients:
      web:
        accessTokenValidity: 2h
        enableTokenRevocation: false
        idTokenValidity: 15m
    ");
}

#[test]
fn a_narrowed_run_deletes_nothing_that_other_files_name() {
    let policy = "settings: {}\nclients: { web: {} }\npolicy: { delete: [clients.old] }\n";
    let project = project(policy, "clients: {}\n", "clients: {}\n");
    project.write("pools/api.yaml", format!("{HEAD}clients: {{ api: {{}} }}\n"));
    project.write("old.yaml", format!("{HEAD}settings: {{}}\nclients: {{ old: {{}} }}\n"));
    let apply = "apply --env dev --sandbox --yes --allow-create-pool -q";
    assert_eq!(project.run(&format!("{apply} -f old.yaml")).code, 0);
    let part = project.run("plan --env dev --sandbox -f pools/api.yaml");
    assert!(
        part.stdout.contains("+ shop.clients.api") && !part.stdout.contains("- shop.clients.old"),
        "{part}"
    );
    for line in [
        "plan --env dev --sandbox -f pools/shop.yaml",
        "plan --env dev --sandbox",
        "plan --env dev --sandbox -f pools",
    ] {
        let whole = project.run(line);
        assert!(whole.stdout.contains("- shop.clients.old"), "{whole}");
    }
}

#[test]
fn a_section_without_lines_is_an_error_in_a_layer_too() {
    let project = project(BASE, "clients:\n  # web: {}\n", "settings: {}\n");
    assert_snapshot!(refused(&project, "validate --env prod"), @"
    exit: 1
    --- stdout
    error[empty-section]: `clients` is null
     --> layers/all/shop.yaml:3:1
      |
    3 | clients:
      | ^^^^^^^
      |
      = help: write `clients: {}`, or leave it out

    1 error.
    ");
}

#[test]
fn files_of_the_project_and_others_do_not_mix() {
    let project = project(BASE, "clients: {}\n", "clients: {}\n");
    project.write("other.yaml", format!("{HEAD}clients: {{ other: {{}} }}\n"));
    assert_snapshot!(refused(&project, "plan --env prod --sandbox -f other.yaml -f layers/prod.yaml"), @"
    exit: 64
    --- stderr
    error: layers/prod.yaml is of the project, and other files given with -f are not
      help: give files of the project, or files from elsewhere, which take the place of its `manifests`
    ");
}

#[test]
fn a_layer_of_another_environment_is_no_manifest() {
    let project = project(BASE, "clients: {}\n", "clients: { web: { accessTokenValidity: 5m } }\n");
    let file = format!("{FILE}  test: {{ layers: [layers/test.yaml] }}\n");
    project.write("cognitops.yaml", file);
    project.write("layers/test.yaml", format!("{HEAD}clients: {{ web: {{ accessTokenValidity: 6m }} }}\n"));
    assert_snapshot!(refused(&project, "plan --env prod --sandbox -f layers/test.yaml"), @"
    exit: 64
    --- stderr
    error: the files given with -f are layers of other environments than `prod`
      help: choose their environment with --env
    ");
    assert_snapshot!(rendered(&project, "render --env prod -f layers"), @"
    clients:
      web:
        accessTokenValidity: 5m
        allowedOAuthFlowsUserPoolClient: true
        callbackURLs:
        - https://a.example.com/
    ");
}

#[test]
fn what_cannot_be_read_is_not_complete() {
    let project = project("settings: {}\nclients: { web: {}, api: {} }\n", "clients: {}\n", "clients: {}\n");
    let file = "base: { manifests: [pools/], policy: { prune: [clients] } }\nenvironments: { dev: {} }\n";
    project.write("cognitops.yaml", file);
    assert_eq!(project.run("apply --sandbox --yes --allow-create-pool").code, 0);
    project.write("new.yaml", format!("{HEAD}clients: {{ new: {{}} }}\n"));
    std::fs::rename(project.at("pools"), project.at("moved")).unwrap();
    let ran = project.run("plan --sandbox -f new.yaml");
    assert!(ran.code == 3 && ran.stdout.contains("refused[prune]"), "{ran}");
}

#[test]
fn what_another_file_declares_is_not_deleted_by_a_narrowed_run() {
    let project =
        project("settings: {}\npolicy: { delete: [clients.old] }\n", "clients: {}\n", "clients: {}\n");
    project.write("pools/old.yaml", format!("{HEAD}clients: {{ old: {{}} }}\n"));
    for line in [
        "validate --env dev",
        "validate --env dev -f pools/shop.yaml",
        "plan --env dev --sandbox -f pools/shop.yaml",
    ] {
        let ran = refused(&project, line);
        assert!(ran.to_string().contains("`clients.old` is declared and to be deleted"), "{line}: {ran}");
    }
}

#[test]
fn files_of_layers_are_no_manifests_wherever_they_lie() {
    let project = project(
        BASE,
        "clients: { web: { accessTokenValidity: 5m } }\n",
        "settings: { deletionProtection: ACTIVE }\n",
    );
    project.write("cognitops.yaml", FILE.replace("[pools/]", "[.]"));
    assert_eq!(project.run("validate --all-envs").code, 0);
    let dev = rendered(&project, "render --env dev");
    assert!(dev.contains("accessTokenValidity: 1h") && dev.contains("INACTIVE"), "{dev}");
}

#[test]
fn a_layer_says_which_pool_it_lies_over() {
    let project = project(BASE, "clients: {}\n", "clients: {}\n");
    project.write("layers/prod.yaml", "apiVersion: cognitops/v1\nclients: {}\n");
    assert_snapshot!(refused(&project, "validate --env prod"), @"
    exit: 1
    --- stdout
    error[missing]: a layer says which pool it lies over
     --> layers/prod.yaml:1:1
      |
    1 | apiVersion: cognitops/v1
      | ^
      |
      = help: add `pool: <name>`

    1 error.
    ");
    // Of a text that cannot be read nobody knows which pools it describes.
    project.write("pools/shop.yaml", "pool: [");
    let ran = refused(&project, "validate --env prod");
    assert!(!ran.stdout.contains("lies over nothing"), "{ran}");
}

#[test]
fn pruning_needs_the_layers_too() {
    let project = project(
        "settings: {}\nclients: { web: {} }\npolicy: { prune: [clients] }\n",
        "clients: {}\n",
        "clients: {}\n",
    );
    let apply = "apply --env prod --sandbox --yes --allow-create-pool -q";
    assert_eq!(project.run(apply).code, 0);
    project.write("more.yaml", format!("{HEAD}clients: {{ gone: {{}} }}\n"));
    assert_eq!(project.run(&format!("{apply} -f more.yaml")).code, 0);
    let whole = project.run("plan --env prod --sandbox");
    assert!(whole.stdout.contains("- shop.clients.gone"), "{whole}");
    let part = project.run("plan --env prod --sandbox -f pools -f layers/all");
    assert_eq!(part.code, 3, "{part}");
    assert!(part.stdout.contains("refused[prune]"), "{part}");
}

#[test]
fn one_policy_holds_for_all_pools_or_stands_in_one_manifest() {
    let policy = "project: shop\nbase:\n  manifests: [pools/]\n  policy: { prune: [clients, tags], ignore: [clients.web.callbackURLs], maxResets: 0 }\n";
    let project = Project::new()
        .file("cognitops.yaml", policy)
        .file("pools/shop.yaml", format!("{HEAD}settings: {{}}\nclients: {{ web: {{}} }}\n"))
        .file("pools/staff.yaml", "apiVersion: cognitops/v1\npool: staff\nsettings: { userPoolTags: {} }\n");
    assert_snapshot!(project.run("validate --strict"), @"
    exit: 0
    --- stdout
    2 pools are valid.
    ");
    assert_snapshot!(rendered(&project, "render -f pools/staff.yaml"), @"
    apiVersion: cognitops/v1
    pool: staff
    settings:
      userPoolTags: {}
    policy:
      ignore: []
      maxResets: 0
      prune:
      - tags
    ");
    let elsewhere = Project::new().file("pool.yaml", project.run("render -f pools/staff.yaml").stdout);
    assert_eq!(elsewhere.run("validate -f pool.yaml").code, 0, "what is rendered stands by itself");
    assert_eq!(project.run("apply --sandbox --yes --allow-create-pool -q").code, 0);
    let other = "apiVersion: cognitops/v1\npool: staff\nclients: { a: {}, b: {} }\n";
    project.write("staff-clients.yaml", other);
    assert_eq!(project.run("apply --sandbox --yes -f staff-clients.yaml").code, 0);
    let plan = project.run("plan --sandbox");
    assert!(!plan.stdout.contains("staff.clients"), "what a pool does not write is not pruned\n{plan}");
    project.write("pools/shop.yaml", format!("{HEAD}settings: {{}}\npolicy: {{ maxResets: 1 }}\n"));
    assert_snapshot!(refused(&project, "validate"), @"
    exit: 1
    --- stdout
    error[defined-twice]: `policy` is defined twice; the other place is cognitops.yaml:4:3
     --> pools/shop.yaml:4:1
      |
    4 | policy: { maxResets: 1 }
      | ^^^^^^
      |
      = help: it stands in the project file or in one manifest of the pool

    1 error.
    ");
    // What no pool has is a slip.
    project.write("pools/shop.yaml", format!("{HEAD}settings: {{}}\n"));
    assert_snapshot!(refused(&project, "validate"), @"
    exit: 1
    --- stdout
    error[missing]: `clients` is not written, so everything in it would be deleted
     --> cognitops.yaml:4:21
      |
    4 |   policy: { prune: [clients, tags], ignore: [clients.web.callbackURLs], maxResets: 0 }
      |                     ^^^^^^^
      |
      = help: write `clients` (`{}` if it is meant to be empty), or take it out of `prune`

    error[bad-reference]: there is no app client `web` in this manifest
     --> cognitops.yaml:4:46
      |
    4 |   policy: { prune: [clients, tags], ignore: [clients.web.callbackURLs], maxResets: 0 }
      |                                              ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: declare it, or leave it out

    2 errors.
    ");
}

#[test]
fn defaults_fill_in_what_members_leave_out() {
    let project = Project::new().file(
        "pool.yaml",
        format!(
            "{HEAD}\
clientDefaults:
  applicationType: spa
  accessTokenValidity: 15m
  refreshTokenRotation: {{ feature: ENABLED, retryGracePeriodSeconds: 10 }}
  explicitAuthFlows: [ALLOW_USER_SRP_AUTH]
identityProviderDefaults:
  providerType: OIDC
  providerDetails: {{ authorize_scopes: openid, attributes_request_method: GET }}
  attributeMapping: {{ email: email }}
clients:
  web: {{ accessTokenValidity: null, refreshTokenRotation: {{ retryGracePeriodSeconds: 20 }} }}
  api: {{ applicationType: machine-to-machine, refreshTokenRotation: null }}
identityProviders:
  Partner:
    providerDetails: {{ client_id: a, oidc_issuer: 'https://idp.example.com' }}
    attributeMapping: {{ name: name }}
  Google:
    providerType: Google
    providerDetails: {{ client_id: a, client_secret: {{ env: GOOGLE_SECRET }} }}
"
        ),
    );
    assert_snapshot!(project.run("validate -f pool.yaml"), @"
    exit: 0
    --- stdout
    1 pool is valid.
    ");
    assert_snapshot!(rendered(&project, "render -f pool.yaml"), @"
    identityProviders:
      Google:
        attributeMapping:
          email: email
        providerDetails:
          authorize_scopes: openid
          client_id: a
          client_secret:
            env: GOOGLE_SECRET
        providerType: Google
      Partner:
        attributeMapping:
          email: email
          name: name
        providerDetails:
          attributes_request_method: GET
          authorize_scopes: openid
          client_id: a
          oidc_issuer: https://idp.example.com
        providerType: OIDC
    clients:
      api:
        accessTokenValidity: 15m
        applicationType: machine-to-machine
        explicitAuthFlows:
        - ALLOW_USER_SRP_AUTH
        refreshTokenRotation: null
      web:
        accessTokenValidity: null
        applicationType: spa
        explicitAuthFlows:
        - ALLOW_USER_SRP_AUTH
        refreshTokenRotation:
          feature: ENABLED
          retryGracePeriodSeconds: 20
    ");
}

#[test]
fn a_wrong_default_is_reported_once_in_its_place() {
    let project = Project::new().file(
        "pool.yaml",
        format!("{HEAD}clientDefaults: {{ accessTokenValidity: 1m, callbackURLs: ['nothing'], clientName: x }}\nclients: {{ a: {{}}, b: {{}} }}\n"),
    );
    assert_snapshot!(refused(&project, "validate -f pool.yaml"), @"
    exit: 1
    --- stdout
    error[bound]: `accessTokenValidity` is from 5 minutes to 1 day
     --> pool.yaml:3:40
      |
    3 | clientDefaults: { accessTokenValidity: 1m, callbackURLs: ['nothing'], clientName: x }
      |                                        ^^
      |
      = help: a number without a unit counts hours

    error[missing]: `callbackURLs` needs `allowedOAuthFlowsUserPoolClient: true`
     --> pool.yaml:3:44
      |
    3 | clientDefaults: { accessTokenValidity: 1m, callbackURLs: ['nothing'], clientName: x }
      |                                            ^^^^^^^^^^^^
      |
      = help: add it to the client

    error[form]: a redirect URL is absolute: it begins with a scheme
     --> pool.yaml:3:59
      |
    3 | clientDefaults: { accessTokenValidity: 1m, callbackURLs: ['nothing'], clientName: x }
      |                                                           ^^^^^^^^^
      |
      = help: for example https://app.example.com/callback, http://localhost:3000 or myapp://callback

    error[unknown-key]: `clientDefaults` has no member `clientName`
     --> pool.yaml:3:71
      |
    3 | clientDefaults: { accessTokenValidity: 1m, callbackURLs: ['nothing'], clientName: x }
      |                                                                       ^^^^^^^^^^

    4 errors.
    ");
}

#[test]
fn explain_names_the_place_of_each_value() {
    let project = project(
        BASE,
        "settings: { deletionProtection: ACTIVE }\n",
        "clients: { web: { applicationType: spa } }\n",
    );
    project.write(
        "cognitops.yaml",
        FILE.replace(
            "base: {",
            "base: { clientDefaults: { idTokenValidity: \"${values.ttl}\" }, values: { ttl: 20m },",
        ),
    );
    assert_snapshot!(rendered(&project, "render --env prod --explain"), @r#"
    apiVersion: cognitops/v1  # pools/shop.yaml:1
    pool: shop  # pools/shop.yaml:2
    settings:
      deletionProtection: ACTIVE  # layers/all/shop.yaml:3
      policies:
        passwordPolicy:
          minimumLength: 10  # pools/shop.yaml:5
          requireSymbols: false  # pools/shop.yaml:5
          # passwordHistorySize: 0  # default
          # requireLowercase: true  # default
          # requireNumbers: true  # default
          # requireUppercase: true  # default
          # temporaryPasswordValidityDays: 7  # default
        # signInPolicy.allowedFirstAuthFactors: ["PASSWORD"]  # default
      userPoolTags:
        cost: '1'  # pools/shop.yaml:6
        team: identity  # pools/shop.yaml:6
      # adminCreateUserConfig.allowAdminCreateUserOnly: false  # default
      # autoVerifiedAttributes: []  # default
      # emailConfiguration.emailSendingAccount: "COGNITO_DEFAULT"  # default
      # mfaConfiguration: "OFF"  # default
      # userAttributeUpdateSettings.attributesRequireVerificationBeforeUpdate: []  # default
      # userPoolAddOns.advancedSecurityMode: "OFF"  # default
      # verificationMessageTemplate.defaultEmailOption: "CONFIRM_WITH_CODE"  # default
      # webAuthnConfiguration.factorConfiguration: "SINGLE_FACTOR"  # default
      # webAuthnConfiguration.userVerification: "preferred"  # default
    clients:
      old:
        idTokenValidity: 20m  # cognitops.yaml:2, clientDefaults, values.ttl cognitops.yaml:2
        # accessTokenValidity: "1h"  # default
        # allowedOAuthFlows: []  # default
        # allowedOAuthFlowsUserPoolClient: false  # default
        # allowedOAuthScopes: []  # default
        # authSessionValidity: 3  # default
        # callbackURLs: []  # default
        # enablePropagateAdditionalUserContextData: false  # default
        # enableTokenRevocation: true  # default
        # explicitAuthFlows: ["ALLOW_CUSTOM_AUTH","ALLOW_REFRESH_TOKEN_AUTH","ALLOW_USER_SRP_AUTH"]  # default
        # logoutURLs: []  # default
        # preventUserExistenceErrors: "LEGACY"  # default
        # refreshTokenRotation.feature: "DISABLED"  # default
        # refreshTokenRotation.retryGracePeriodSeconds: 0  # default
        # refreshTokenValidity: "30d"  # default
        # supportedIdentityProviders: []  # default
      web:
        accessTokenValidity: 1h  # pools/shop.yaml:8
        allowedOAuthFlowsUserPoolClient: true  # pools/shop.yaml:8
        applicationType: spa  # layers/prod.yaml:3
        callbackURLs:
        - https://a.example.com/  # pools/shop.yaml:8
        idTokenValidity: 20m  # cognitops.yaml:2, clientDefaults, values.ttl cognitops.yaml:2
        # allowedOAuthFlows: ["code"]  # applicationType spa
        # allowedOAuthScopes: ["email","openid"]  # applicationType spa
        # authSessionValidity: 3  # default
        # enablePropagateAdditionalUserContextData: false  # default
        # enableTokenRevocation: true  # default
        # explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH","ALLOW_USER_SRP_AUTH"]  # applicationType spa
        # generateSecret: false  # applicationType spa
        # logoutURLs: []  # default
        # preventUserExistenceErrors: "ENABLED"  # applicationType spa
        # refreshTokenRotation.feature: "DISABLED"  # default
        # refreshTokenRotation.retryGracePeriodSeconds: 0  # default
        # refreshTokenValidity: "5d"  # applicationType spa
        # supportedIdentityProviders: ["COGNITO"]  # applicationType spa
    "#);
    let json = project.run("render --env prod --explain --format json");
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let origins = json["pools"][0]["origins"].as_array().unwrap();
    let of = |path: &str| origins.iter().find(|origin| origin["path"] == path).unwrap().to_string();
    assert_snapshot!(of("clients.web.idTokenValidity"), @r#"{"column":44,"file":"cognitops.yaml","from":"clientDefaults","inserted":["values.ttl cognitops.yaml:2"],"line":2,"path":"clients.web.idTokenValidity","value":"20m"}"#);
    assert_snapshot!(of("clients.web.supportedIdentityProviders"), @r#"{"from":"applicationType spa","path":"clients.web.supportedIdentityProviders","value":["COGNITO"]}"#);
    assert_snapshot!(of("settings.policies.passwordPolicy.requireNumbers"), @r#"{"from":"default","path":"settings.policies.passwordPolicy.requireNumbers","value":true}"#);
    // What is kept as it is live has no default.
    project.write("kept.yaml", format!("{HEAD}settings: {{}}\nclients: {{ web: {{}} }}\npolicy: {{ omitted: {{ settings: keep, clients.web.callbackURLs: keep }} }}\n"));
    let kept = project.run("render --env dev -f kept.yaml --explain").stdout;
    assert!(
        !kept.contains("passwordPolicy") && !kept.contains("# callbackURLs") && kept.contains("# logoutURLs"),
        "{kept}"
    );
    // What is said is still a manifest, and the same one.
    project.write("again/pool.yaml", project.run("render --env prod --explain").stdout);
    let again = project.run("render -f again/pool.yaml --env dev").stdout;
    assert!(again.contains("accessTokenValidity: 1h"), "{again}");
}
