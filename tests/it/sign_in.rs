//! Domains, providers and clients together, on the command line.

use insta::assert_snapshot;

use crate::runner::{Project, Ran};

const POOL: &str = "\
apiVersion: cognitops/v1
pool: customers
settings: {}
domains: { acme-login: {} }
clients:
  web: { applicationType: spa, callbackURLs: ['https://a.example/'] }
";

fn run(project: &Project, line: &str) -> Ran {
    project.run(&format!("{line} -f pool.yaml --sandbox=state.json"))
}

fn applied() -> Project {
    let project = Project::with(POOL);
    let ran = run(&project, "apply --yes --allow-create-pool");
    assert_eq!(ran.code, 0, "{ran}");
    project
}

#[test]
fn a_replaced_domain_takes_consent_and_says_what_it_means() {
    let project = applied();
    project.write("pool.yaml", POOL.replace("acme-login", "acme-sign-in"));
    assert_snapshot!(run(&project, "plan"), @"
    exit: 3
    --- stdout
    - customers.domains.acme-login  DeleteUserPoolDomain
        note: sign-in at acme-login ends here, and links and bookmarks with it

    + customers.domains.acme-sign-in  CreateUserPoolDomain
        + managedLoginVersion  1
        note: sign-in is out until this is done: up to a minute, for a custom domain an hour

    refused[replace] customers.domains.acme-sign-in: the pool has the domain `acme-login`, and only one of its sort: it would be deleted, and sign-in would be out until `acme-sign-in` is there
      --> pool.yaml:4:12
      help: consent with --allow-replace=customers.domains.acme-sign-in, or write `acme-login`

    Plan: 1 to create, 0 to change, 1 to delete.
    ");
    assert_eq!(run(&project, "apply --yes").code, 3);
    assert_snapshot!(run(&project, "apply --yes --allow-replace=customers.domains.acme-sign-in"), @"
    exit: 0
    --- stdout
    - customers.domains.acme-login  DeleteUserPoolDomain
        note: sign-in at acme-login ends here, and links and bookmarks with it

    + customers.domains.acme-sign-in  CreateUserPoolDomain
        + managedLoginVersion  1
        note: sign-in is out until this is done: up to a minute, for a custom domain an hour

    Plan: 1 to create, 0 to change, 1 to delete.
    done     customers.domains.acme-login  DeleteUserPoolDomain
    done     customers.domains.acme-sign-in  CreateUserPoolDomain

    Sign in at
      customers.clients.web  https://acme-sign-in.auth.us-east-1.amazoncognito.com/login?response_type=code&client_id=[CLIENT]&redirect_uri=https%3A%2F%2Fa.example%2F

    Applied: 2 calls.
    ");
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    assert_snapshot!(run(&project, "drift"), @"
    exit: 0
    --- stdout
    No drift.
    ");
}

#[test]
fn a_plan_for_programs_has_notes_needs_and_presets() {
    let project = Project::with(&POOL.replace(
        "clients:\n",
        "resourceServers: { api: { name: API, scopes: { read: Read } } }\nclients:\n  m2m: { applicationType: machine-to-machine, allowedOAuthScopes: [api/read] }\n",
    ));
    let ran = run(&project, "plan --format json");
    let plan: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let resources = plan["pools"][0]["resources"].as_array().unwrap();
    let client = resources.iter().find(|resource| resource["address"] == "customers.clients.m2m").unwrap();
    assert_snapshot!(serde_json::to_string_pretty(&client["steps"][0]).unwrap(), @r#"
    {
      "changes": [
        {
          "after": [
            "client_credentials"
          ],
          "kind": "add",
          "path": "allowedOAuthFlows",
          "preset": "machine-to-machine",
          "secret": false,
          "weakens": false
        },
        {
          "after": true,
          "kind": "add",
          "path": "allowedOAuthFlowsUserPoolClient",
          "preset": "machine-to-machine",
          "secret": false,
          "weakens": false
        },
        {
          "after": [
            "api/read"
          ],
          "kind": "add",
          "path": "allowedOAuthScopes",
          "secret": false,
          "weakens": false
        },
        {
          "after": [
            "ALLOW_REFRESH_TOKEN_AUTH"
          ],
          "kind": "add",
          "path": "explicitAuthFlows",
          "preset": "machine-to-machine",
          "secret": false,
          "weakens": false
        },
        {
          "after": true,
          "kind": "add",
          "path": "generateSecret",
          "preset": "machine-to-machine",
          "secret": false,
          "weakens": false
        },
        {
          "after": "ENABLED",
          "kind": "add",
          "path": "preventUserExistenceErrors",
          "preset": "machine-to-machine",
          "secret": false,
          "weakens": false
        }
      ],
      "intermediate": false,
      "needs": [
        "customers.resourceServers.api"
      ],
      "operation": "CreateUserPoolClient"
    }
    "#);
}

#[test]
fn an_apply_for_programs_has_links_and_targets() {
    let custom = "domains: { auth.a.example: { customDomainConfig: { certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/a' } } }";
    let project = Project::with(&POOL.replace("domains: { acme-login: {} }", custom));
    let ran = run(&project, "apply --yes --allow-create-pool --format json");
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let report = &report["report"][0];
    let target = report["dnsTargets"]["auth.a.example"].as_str().unwrap();
    assert!(target.ends_with(".cloudfront.net"), "{ran}");
    assert_snapshot!(report["signInUrls"]["web"].as_str().unwrap(), @"https://auth.a.example/login?response_type=code&client_id=[CLIENT]&redirect_uri=https%3A%2F%2Fa.example%2F");
}

#[test]
fn what_goes_while_it_is_used_is_refused_at_its_line() {
    let project = applied();
    let with_provider = POOL.replace(
        "clients:\n",
        "identityProviders:\n  Corp: { providerType: SAML, providerDetails: { MetadataURL: 'https://idp.example/metadata' } }\nclients:\n",
    );
    let used = with_provider
        .replace("applicationType: spa", "applicationType: spa, supportedIdentityProviders: [Corp]");
    project.write("pool.yaml", used);
    assert_eq!(run(&project, "apply --yes").code, 0);
    project.write(
        "pool.yaml",
        POOL.replace("clients:\n", "policy: { delete: [identityProviders.Corp] }\nclients:\n")
            .replace("  web:", "  other:"),
    );
    assert_snapshot!(run(&project, "plan"), @"
    exit: 3
    --- stdout
    + customers.clients.other  CreateUserPoolClient
        + allowedOAuthFlows  [code] · from applicationType spa
        + allowedOAuthFlowsUserPoolClient  true · from applicationType spa
        + allowedOAuthScopes  [email, openid] · from applicationType spa
        + callbackURLs  [https://a.example/]
        + explicitAuthFlows  [ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_SRP_AUTH] · from applicationType spa
        + generateSecret  false · from applicationType spa
        + preventUserExistenceErrors  ENABLED · from applicationType spa
        + refreshTokenValidity  5d · from applicationType spa
        + supportedIdentityProviders  [COGNITO] · from applicationType spa

    - customers.identityProviders.Corp  DeleteIdentityProvider

    Not declared, left alone: customers.clients.web ([CLIENT])

    refused[state] customers.identityProviders.Corp: the app client `web` ([CLIENT]) still uses `Corp`, which is to go
      --> pool.yaml:5:20
      help: take it out of the client's `supportedIdentityProviders` in the same apply, or keep it

    Plan: 1 to create, 0 to change, 1 to delete.
    ");
}

#[test]
fn the_wait_is_a_duration() {
    assert_snapshot!(run(&applied(), "apply --wait soon"), @"
    exit: 64
    --- stderr
    error: invalid value 'soon' for '--wait <DURATION>': a duration is a number and s, m, h or d: 90s, 2m

    For more information, try '--help'.
    ");
}
