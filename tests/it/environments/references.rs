use insta::assert_snapshot;

use super::{HEAD, refused};
use crate::runner::Project;

/// Two pools of which each needs something of the other, but no circle.
fn federation() -> Project {
    Project::new()
        .file(
            "pools/customers.yaml",
            "\
apiVersion: cognitops/v1
pool: customers
settings: {}
domains: { customers-login: {} }
identityProviders:
  Staff:
    providerType: OIDC
    providerDetails:
      client_id: ${pools.staff.clients.federation.clientId}
      oidc_issuer: ${pools.staff.issuer}
      authorize_scopes: openid
      attributes_request_method: GET
clients:
  web:
    supportedIdentityProviders: [COGNITO, Staff]
",
        )
        .file(
            "pools/staff.yaml",
            "\
apiVersion: cognitops/v1
pool: staff
settings: {}
clients:
  federation:
    generateSecret: true
    allowedOAuthFlowsUserPoolClient: true
    allowedOAuthFlows: [code]
    allowedOAuthScopes: [openid]
    callbackURLs: ['${pools.customers.domainUrl}/oauth2/idpresponse']
",
        )
}

#[test]
fn what_another_pool_makes_is_known_after_it() {
    let project = federation();
    assert_snapshot!(project.run("plan -f pools --sandbox=state.json"), @r#"
    exit: 0
    --- stdout
    + staff.settings  CreateUserPool
        + tag cognitops:managed-by  default/default/staff
        + tag cognitops:schema  1

    + staff.clients.federation  CreateUserPoolClient
        + allowedOAuthFlows  [code]
        + allowedOAuthFlowsUserPoolClient  true
        + allowedOAuthScopes  [openid]
        + callbackURLs  [https://customers-login.auth.us-east-1.amazoncognito.com/oauth2/idpresponse]
        + generateSecret  true

    + customers.settings  CreateUserPool
        + tag cognitops:managed-by  default/default/customers
        + tag cognitops:schema  1

    + customers.identityProviders.Staff  CreateIdentityProvider
        + providerDetails.attributes_request_method  GET
        + providerDetails.authorize_scopes  openid
        + providerDetails.client_id  "${pools.staff.clients.federation.clientId}" · known after apply
        + providerDetails.oidc_issuer  "${pools.staff.issuer}" · known after apply
        + providerType  OIDC

    + customers.clients.web  CreateUserPoolClient
        + supportedIdentityProviders  [COGNITO, Staff]

    + customers.domains.customers-login  CreateUserPoolDomain

    Plan: 6 to create, 0 to change, 0 to delete.
    --- stderr
    Creating a user pool takes consent: `apply` asks, or takes --allow-create-pool.
    "#);
    let applied = project.run("apply -f pools --sandbox=state.json --yes --allow-create-pool -q");
    assert_eq!(applied.code, 0, "{applied}");
    assert!(!project.read("state.json").contains("${"), "nothing stays open");
    let again = project.run("plan -f pools --sandbox=state.json --detailed-exitcode");
    assert_eq!(again.code, 0, "{again}");
    let drift = project.run("drift -f pools --sandbox=state.json");
    assert_eq!(drift.code, 0, "{drift}");
}

#[test]
fn a_client_that_names_another_comes_after_it() {
    let manifest = format!(
        "{HEAD}\
settings: {{}}
identityProviders:
  Self:
    providerType: OIDC
    providerDetails: {{ client_id: '${{clients.web.clientId}}', oidc_issuer: 'https://idp.example.com', authorize_scopes: openid, attributes_request_method: GET }}
clients:
  app: {{ supportedIdentityProviders: [Self] }}
  web: {{ callbackURLs: ['https://a.example.com/?pool=${{pool.id}}'], allowedOAuthFlowsUserPoolClient: true }}
"
    );
    let project = Project::with(&manifest);
    let plan = project.run("plan -f pool.yaml --sandbox --format json");
    let json: serde_json::Value = serde_json::from_str(&plan.stdout).unwrap();
    let resources = json["pools"][0]["resources"].as_array().unwrap();
    let order: Vec<&str> = resources.iter().map(|resource| resource["address"].as_str().unwrap()).collect();
    assert_eq!(
        order,
        ["shop.settings", "shop.clients.web", "shop.identityProviders.Self", "shop.clients.app"]
    );
    assert_snapshot!(serde_json::to_string_pretty(&resources[2]["steps"][0]["changes"]).unwrap(), @r#"
    [
      {
        "after": "GET",
        "kind": "add",
        "path": "providerDetails.attributes_request_method",
        "secret": false,
        "weakens": false
      },
      {
        "after": "openid",
        "kind": "add",
        "path": "providerDetails.authorize_scopes",
        "secret": false,
        "weakens": false
      },
      {
        "after": "${clients.web.clientId}",
        "kind": "add",
        "knownAfterApply": [
          "clients.web.clientId"
        ],
        "path": "providerDetails.client_id",
        "secret": false,
        "weakens": false
      },
      {
        "after": "https://idp.example.com",
        "kind": "add",
        "path": "providerDetails.oidc_issuer",
        "secret": false,
        "weakens": false
      },
      {
        "after": "OIDC",
        "kind": "add",
        "path": "providerType",
        "secret": false,
        "weakens": false
      }
    ]
    "#);
    let applied = project.run("apply -f pool.yaml --sandbox --yes --allow-create-pool");
    assert_eq!(applied.code, 0, "{applied}");
    assert_eq!(project.run("plan -f pool.yaml --sandbox --detailed-exitcode").code, 0);
    // Once it is there, what refers to it is as good as written.
    project.write("pool.yaml", manifest.replace("?pool=", "?p="));
    let changed = project.run("plan -f pool.yaml --sandbox");
    assert!(changed.stdout.contains("https://a.example.com/?p=[POOL]"), "{changed}");
}

#[test]
fn what_refers_to_something_that_failed_is_skipped() {
    let project = federation();
    let staff = project.read("pools/staff.yaml");
    project
        .write("pools/staff.yaml", staff.replace("generateSecret: true", "clientSecret: { env: NOT_SET }"));
    assert_snapshot!(project.run("apply -f pools --sandbox=state.json --yes --allow-create-pool -q"), @r#"
    exit: 5
    --- stdout
    + staff.settings  CreateUserPool
        + tag cognitops:managed-by  default/default/staff
        + tag cognitops:schema  1

    + staff.clients.federation  CreateUserPoolClient
        + allowedOAuthFlows  [code]
        + allowedOAuthFlowsUserPoolClient  true
        + allowedOAuthScopes  [openid]
        + callbackURLs  [https://customers-login.auth.us-east-1.amazoncognito.com/oauth2/idpresponse]
        + clientSecret  (secret: set)
        + generateSecret  true

    + customers.settings  CreateUserPool
        + tag cognitops:managed-by  default/default/customers
        + tag cognitops:schema  1

    + customers.identityProviders.Staff  CreateIdentityProvider
        + providerDetails.attributes_request_method  GET
        + providerDetails.authorize_scopes  openid
        + providerDetails.client_id  "${pools.staff.clients.federation.clientId}" · known after apply
        + providerDetails.oidc_issuer  "${pools.staff.issuer}" · known after apply
        + providerType  OIDC

    + customers.clients.web  CreateUserPoolClient
        + supportedIdentityProviders  [COGNITO, Staff]

    + customers.domains.customers-login  CreateUserPoolDomain

    Plan: 6 to create, 0 to change, 0 to delete.
    skipped  staff.settings  CreateUserPool: `staff.clients.federation` failed before it
    failed   staff.clients.federation  CreateUserPoolClient: the environment variable NOT_SET is not set, or is not text
    done     customers.settings  CreateUserPool  [POOL]
    skipped  customers.identityProviders.Staff  CreateIdentityProvider: `pools.staff.clients.federation.clientId` failed before it
    skipped  customers.clients.web  CreateUserPoolClient: `customers.identityProviders.Staff` failed before it
    done     customers.domains.customers-login  CreateUserPoolDomain

    Applied in part: 2 calls done, 4 not done, 0 differences. Plan again to see what is left.
    "#);
}

#[test]
fn a_policy_for_all_pools_may_name_what_one_with_references_has_not() {
    let project = federation();
    let file = "base: { manifests: [pools/], policy: { ignore: [clients.federation.callbackURLs] } }\n";
    project.write("cognitops.yaml", file);
    let ran = project.run("plan --sandbox");
    assert_eq!(ran.code, 0, "{ran}");
}

#[test]
fn a_circle_is_refused_with_its_members() {
    let project = Project::with(&format!(
        "{HEAD}clients:\n  a: {{ callbackURLs: ['https://x.example.com/${{clients.b.clientId}}'], allowedOAuthFlowsUserPoolClient: true }}\n  b: {{ logoutURLs: ['https://x.example.com/${{clients.a.clientId}}'], allowedOAuthFlowsUserPoolClient: true }}\n"
    ));
    assert_snapshot!(refused(&project, "validate -f pool.yaml"), @"
    exit: 1
    --- stdout
    error[bad-reference]: resources of `shop` refer to each other in a circle: clients.a → clients.b → clients.a
     --> pool.yaml:4:23
      |
    4 |   a: { callbackURLs: ['https://x.example.com/${clients.b.clientId}'], allowedOAuthFlowsUserPoolClient: true }
      |                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: break the circle: each needs the next to exist before it

    1 error.
    ");
    let own = Project::with(&format!("{HEAD}settings: {{ userPoolTags: {{ id: '${{pool.id}}' }} }}\n"));
    assert_snapshot!(refused(&own, "validate -f pool.yaml"), @"
    exit: 1
    --- stdout
    error[bad-reference]: resources of `shop` refer to each other in a circle: settings → settings
     --> pool.yaml:3:33
      |
    3 | settings: { userPoolTags: { id: '${pool.id}' } }
      |                                 ^^^^^^^^^^^^
      |
      = help: break the circle: each needs the next to exist before it

    1 error.
    ");
    let pools = federation();
    let staff = pools.read("pools/staff.yaml");
    pools.write("pools/staff.yaml", staff.replace("pools.customers.domainUrl", "pools.customers.issuer"));
    assert_snapshot!(refused(&pools, "validate -f pools"), @"
    exit: 1
    --- stdout
    error[bad-reference]: pools refer to each other in a circle: customers → staff → customers
     --> pools/customers.yaml:9:18
      |
    9 |       client_id: ${pools.staff.clients.federation.clientId}
      |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: break the circle: a pool is made after those that it refers to

    1 error.
    ");
}

#[test]
fn a_circle_through_a_scope_is_one() {
    let project = Project::with(&format!(
        "{HEAD}\
resourceServers: {{ api: {{ name: '${{clients.web.clientId}}', scopes: {{ read: Read }} }} }}
clients: {{ web: {{ applicationType: machine-to-machine, allowedOAuthScopes: [api/read] }} }}
"
    ));
    let ran = refused(&project, "validate -f pool.yaml");
    assert!(ran.stdout.contains("circle: clients.web → resourceServers.api → clients.web"), "{ran}");
}

#[test]
fn a_new_pool_cannot_be_made_with_what_its_clients_are() {
    let with_tag = format!(
        "{HEAD}settings: {{ userPoolTags: {{ web: '${{clients.web.clientId}}' }} }}\nclients: {{ web: {{}} }}\n"
    );
    let project = Project::with(&with_tag);
    let ran = refused(&project, "plan -f pool.yaml --sandbox=state.json");
    assert!(ran.code == 3 && ran.stdout.contains("the pool is made with `clients.web.clientId`"), "{ran}");
    project.write("pool.yaml", format!("{HEAD}settings: {{}}\nclients: {{ web: {{}} }}\n"));
    let apply = "apply -f pool.yaml --sandbox=state.json --yes --allow-create-pool";
    assert_eq!(project.run(apply).code, 0);
    project.write("pool.yaml", with_tag);
    assert_eq!(project.run(apply).code, 0, "once the client is there, its id is known");
}

#[test]
fn two_spellings_of_one_client_are_one() {
    let project = Project::with(&format!(
        "{HEAD}\
clients:
  api: {{}}
  web:
    allowedOAuthFlowsUserPoolClient: true
    logoutURLs: ['https://x.example.com/${{clients.api.clientId}}', 'https://x.example.com/${{pools.shop.clients.api.clientId}}']
"
    ));
    let ran = refused(&project, "validate -f pool.yaml");
    assert!(ran.stdout.contains("holds an item twice"), "{ran}");
}

#[test]
fn what_nobody_declares_cannot_be_referred_to() {
    let project = Project::with(&format!(
        "{HEAD}\
clients:
  web:
    allowedOAuthFlowsUserPoolClient: true
    callbackURLs:
      - https://x.example.com/${{clients.wep.clientId}}
      - https://x.example.com/${{pools.stuff.id}}
      - https://x.example.com/${{pool.uid}}
    analyticsConfiguration: {{ applicationArn: '${{clients.web2.clientId}}' }}
  web2: {{}}
"
    ));
    assert_snapshot!(refused(&project, "validate -f pool.yaml"), @"
    exit: 1
    --- stdout
    error[bad-reference]: `clients.wep.clientId`: `shop` declares no client `wep`
     --> pool.yaml:7:9
      |
    7 |       - https://x.example.com/${clients.wep.clientId}
      |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `web`?

    error[bad-reference]: `pools.stuff.id`: the pool `stuff` is not in this run
     --> pool.yaml:8:9
      |
    8 |       - https://x.example.com/${pools.stuff.id}
      |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: give its manifest too; there is: shop

    error[form]: `pool.uid` is nothing that can be known of a pool
     --> pool.yaml:9:9
      |
    9 |       - https://x.example.com/${pool.uid}
      |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `id`?

    error[form]: `clients.web.analyticsConfiguration.applicationArn` does not have the form it needs
      --> pool.yaml:10:47
       |
    10 |     analyticsConfiguration: { applicationArn: '${clients.web2.clientId}' }
       |                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: for example arn:aws:mobiletargeting:us-east-1:123456789012:apps/d70b2ba36a8c4dc5a04a0451a31a1e12

    4 errors.
    ");
    // Whether there is a domain only the live pool knows.
    let domain = Project::with(&format!(
        "{HEAD}settings: {{}}\nclients: {{ web: {{ callbackURLs: ['${{pool.domainUrl}}/x'], allowedOAuthFlowsUserPoolClient: true }} }}\n"
    ));
    assert_snapshot!(refused(&domain, "plan -f pool.yaml --sandbox"), @"
    exit: 1
    --- stderr
    error[bad-reference]: `pool.domainUrl` is not known: the pool has no such domain, or will have none
     --> pool.yaml:4:34
      |
    4 | clients: { web: { callbackURLs: ['${pool.domainUrl}/x'], allowedOAuthFlowsUserPoolClient: true } }
      |                                  ^^^^^^^^^^^^^^^^^^^^^
      |
      = help: declare the domain under `domains`

    1 error.
    ");
}

#[test]
fn what_identifies_is_known_before_anything_is_read() {
    let project = Project::with(&format!(
        "{HEAD}\
groups: {{ 'g-${{pool.id}}': {{}} }}
clients:
  web: {{ clientName: '${{pool.id}}', clientSecret: {{ env: '${{pool.id}}' }} }}
policy: {{ delete: ['clients.${{pool.id}}'] }}
"
    ));
    assert_snapshot!(refused(&project, "validate -f pool.yaml"), @"
    exit: 1
    --- stdout
    error[not-allowed]: what is known only of a live pool cannot say which resource is meant
     --> pool.yaml:3:11
      |
    3 | groups: { 'g-${pool.id}': {} }
      |           ^^^^^^^^^^^^^^
      |
      = help: use ${values.…} or ${env:…}, which are known before anything is read

    error[not-allowed]: what is known only of a live pool cannot say which resource is meant
     --> pool.yaml:5:22
      |
    5 |   web: { clientName: '${pool.id}', clientSecret: * **** ************ * *
      |                      ^^^^^^^^^^^^
      |
      = help: use ${values.…} or ${env:…}, which are known before anything is read

    error[not-allowed]: what is known only of a live pool cannot say which resource is meant
     --> pool.yaml:5:57
      |
    5 |   web: { clientName: '${pool.id}', clientSecret: * **** ************ * *
      |                                                         ^^^^^^^^^^^^
      |
      = help: use ${values.…} or ${env:…}, which are known before anything is read

    error[not-allowed]: what is known only of a live pool cannot say which resource is meant
     --> pool.yaml:6:20
      |
    6 | policy: { delete: ['clients.${pool.id}'] }
      |                    ^^^^^^^^^^^^^^^^^^^^
      |
      = help: use ${values.…} or ${env:…}, which are known before anything is read

    4 errors.
    ");
}

#[test]
fn a_fact_that_the_plan_changes_is_what_it_will_be() {
    let project = Project::new().file(
        "pools/staff.yaml",
        "\
apiVersion: cognitops/v1
pool: staff
settings: {}
domains: { staff-login: {} }
---
apiVersion: cognitops/v1
pool: customers
settings: { userPoolTags: { issuer: '${pools.staff.issuer}' } }
",
    );
    let run = |line: &str| project.run(&format!("{line} -f pools --sandbox=state.json"));
    assert_eq!(run("apply --yes --allow-create-pool").code, 0);
    assert_eq!(run("plan --detailed-exitcode").code, 0);
    let issuer = "settings: { issuerConfiguration: { type: UPDATED } }";
    project.write("pools/staff.yaml", project.read("pools/staff.yaml").replace("settings: {}", issuer));
    assert_snapshot!(run("apply --yes"), @"
    exit: 0
    --- stdout
    ~ staff.settings  UpdateUserPool
        ~ issuerConfiguration.type  ORIGINAL → UPDATED

    ~ customers.settings  TagResource
        ~ userPoolTags.issuer  https://cognito-idp.us-east-1.amazonaws.com/[POOL] → https://issuer-cognito-idp.us-east-1.amazonaws.com/[POOL]

    Plan: 0 to create, 2 to change, 0 to delete.
    done     staff.settings  UpdateUserPool
    done     customers.settings  TagResource

    Applied: 2 calls.
    ");
    assert_snapshot!(run("plan"), @"
    exit: 0
    --- stdout
    No changes: 2 pools are as their manifests say.
    ");
    // A domain that goes is no fact any more.
    project.write(
        "pools/staff.yaml",
        "\
apiVersion: cognitops/v1
pool: staff
clients: { web: { allowedOAuthFlowsUserPoolClient: true, logoutURLs: ['${pool.domainUrl}/logout'] } }
",
    );
    assert_eq!(run("plan").code, 0);
    project.write(
        "pools/staff.yaml",
        project.read("pools/staff.yaml") + "policy: { delete: [domains.staff-login] }\n",
    );
    assert_snapshot!(run("plan"), @"
    exit: 1
    --- stderr
    error[bad-reference]: `pool.domainUrl` is not known: the pool has no such domain, or will have none
     --> pools/staff.yaml:3:71
      |
    3 | clients: { web: { allowedOAuthFlowsUserPoolClient: true, logoutURLs: ['${pool.domainUrl}/logout'] } }
      |                                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: declare the domain under `domains`

    1 error.
    ");
}

#[test]
fn a_client_of_another_pool_that_nothing_makes_is_refused() {
    let project = federation();
    let staff = project.read("pools/staff.yaml") + "policy: { ignore: [clients.federation] }\n";
    project.write("pools/staff.yaml", staff);
    let ran = project.run("plan -f pools --sandbox=state.json --quiet");
    assert_eq!(ran.code, 3, "{ran}");
    let refused: Vec<&str> =
        ran.stdout.lines().skip_while(|line| !line.starts_with("refused")).take(3).collect();
    assert_snapshot!(refused.join("\n"), @"
    refused[state] customers.identityProviders.Staff: `pools.staff.clients.federation.clientId` is not known, and nothing in the run makes the client
      help: see what the plan of `staff` says of that client
    ");
}

#[test]
fn a_run_of_some_files_refers_to_clients_of_others() {
    let project = Project::new()
        .file("cognitops.yaml", "environments: { dev: { manifests: [pools/] } }\n")
        .file("pools/shop.yaml", format!("{HEAD}settings: {{}}\nclients: {{ web: {{}}, api: {{}} }}\n"))
        .file(
            "pools/team.yaml",
            format!("{HEAD}clients: {{ team: {{ allowedOAuthFlowsUserPoolClient: true, logoutURLs: ['https://a.example/${{clients.web.clientId}}'] }} }}\n"),
        );
    // What nothing makes is not known.
    let ran = project.run("plan -f pools/team.yaml --sandbox --quiet");
    assert_ne!(ran.code, 0, "{ran}");
    assert_eq!(project.run("apply --sandbox --yes --allow-create-pool").code, 0);
    let team = project.read("pools/team.yaml").replace("a.example/", "b.example/");
    project.write("pools/team.yaml", team);
    assert_snapshot!(project.run("plan -f pools/team.yaml --sandbox"), @"
    exit: 0
    --- stdout
    ~ shop.clients.team  UpdateUserPoolClient
        ~ logoutURLs
            - https://a.example/[CLIENT]
            + https://b.example/[CLIENT]

    Not declared, left alone: shop.clients.api ([CLIENT]), shop.clients.web ([CLIENT])

    Plan: 0 to create, 1 to change, 0 to delete.
    ");
    assert_snapshot!(project.run("outputs -f pools/team.yaml --sandbox --format json"), @r#"
    exit: 0
    --- stdout
    {
      "formatVersion": 1,
      "pools": [
        {
          "key": "shop",
          "poolId": "[POOL]",
          "arn": "arn:aws:cognito-idp:us-east-1:123456789012:userpool/[POOL]",
          "region": "us-east-1",
          "issuer": "https://cognito-idp.us-east-1.amazonaws.com/[POOL]",
          "jwksUri": "https://cognito-idp.us-east-1.amazonaws.com/[POOL]/.well-known/jwks.json",
          "discoveryUrl": "https://cognito-idp.us-east-1.amazonaws.com/[POOL]/.well-known/openid-configuration",
          "clients": {
            "team": "[CLIENT]"
          }
        }
      ]
    }
    "#);
}

#[test]
fn a_reference_names_a_pool_whose_name_holds_a_value() {
    let project = Project::new()
        .file("cognitops.yaml", "environments: { dev: { manifests: [pools/], values: { stage: dev } } }\n")
        .file(
            "pools/all.yaml",
            "\
apiVersion: cognitops/v1
pool: shop-${values.stage}
settings: { userPoolTags: { issuer: '${pools[\"staff-${values.stage}\"].issuer}' } }
---
apiVersion: cognitops/v1
pool: staff-${values.stage}
settings: {}
",
        );
    assert_snapshot!(project.run("plan --sandbox --quiet"), @r#"
    exit: 0
    --- stdout
    + staff-dev.settings  CreateUserPool
        + tag cognitops:managed-by  default/dev/staff-dev
        + tag cognitops:schema  1

    + shop-dev.settings  CreateUserPool
        + userPoolTags.issuer  "${pools.staff-dev.issuer}" · known after apply
        + tag cognitops:managed-by  default/dev/shop-dev
        + tag cognitops:schema  1

    Plan: 2 to create, 0 to change, 0 to delete.
    "#);
    assert_eq!(project.run("apply --sandbox --yes --allow-create-pool").code, 0);
    let text = project
        .read("pools/all.yaml")
        .replace("staff-${values.stage}\\\"", "x")
        .replace("[\"staff-", "[\"stuff-");
    project.write("pools/all.yaml", text);
    assert_snapshot!(project.run("plan --sandbox"), @r#"
    exit: 1
    --- stderr
    error[bad-reference]: `pools.stuff-dev.issuer`: the pool `stuff-dev` is not in this run
     --> pools/all.yaml:3:37
      |
    3 | settings: { userPoolTags: { issuer: '${pools["stuff-${values.stage}"].issuer}' } }
      |                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `staff-dev`?

    1 error.
    "#);
}
