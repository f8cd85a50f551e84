//! No secret reaches anything that a command prints or writes, except the sandbox's own state.

use insta::assert_snapshot;

use crate::runner::{Project, Ran};

const CANARY: &str = "canary0secret0value0that0nobody0may0see";
const IN_FILE: &str = "canary1secret1value1that1nobody1may1see";

const MANIFEST: &str = "\
apiVersion: cognitops/v1
pool: customers
settings: {}
clients:
  web: { clientSecret: { env: WEB_SECRET } }
  api: { clientSecret: { file: ./api.secret } }
  batch: { generateSecret: true }
";

fn project() -> Project {
    Project::with(MANIFEST).file("api.secret", format!("{IN_FILE}\n"))
}

fn run(project: &Project, line: &str) -> Ran {
    let ran = project.run_with(line, "", &[("WEB_SECRET", CANARY)]);
    assert_silent(&ran);
    ran
}

fn assert_silent(ran: &Ran) {
    for output in [&ran.stdout, &ran.stderr] {
        assert!(!output.contains("canary"), "{output}");
    }
}

const APPLY: &str = "apply -f pool.yaml --sandbox=state.json --yes --allow-create-pool";

#[test]
fn secrets_by_reference_are_sent_and_never_shown() {
    let project = project();
    for line in [
        "validate -f pool.yaml",
        "plan -f pool.yaml --sandbox=state.json",
        "plan -f pool.yaml --sandbox=state.json --format json",
    ] {
        assert_eq!(run(&project, line).code, 0, "{line}");
    }
    let ran = run(&project, APPLY);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.contains("clientSecret  (secret: set)"), "{ran}");
    // They did arrive, and only in the account itself.
    let state = project.read("state.json");
    assert!(state.contains(CANARY) && state.contains(IN_FILE));
    let generated: Vec<String> =
        secrets(&state).into_iter().filter(|secret| !secret.contains("canary")).collect();
    assert_eq!(generated.len(), 1);
    for format in ["human", "json"] {
        let ran = run(&project, &format!("plan -f pool.yaml --sandbox=state.json --format {format}"));
        assert_eq!(ran.code, 0);
        assert!(!ran.stdout.contains(&generated[0]), "{ran}");
        project
            .write("pool.yaml", MANIFEST.replace("{ generateSecret: true }", "{ authSessionValidity: 5 }"));
        let ran = run(&project, &format!("plan -f pool.yaml --sandbox=state.json --format {format}"));
        assert!(ran.stdout.contains("authSessionValidity") && !ran.stdout.contains(&generated[0]), "{ran}");
        project.write("pool.yaml", MANIFEST);
    }
    for (path, content) in project.files() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let holds = String::from_utf8_lossy(&content).contains("canary");
        assert_eq!(holds, ["state.json", "api.secret"].contains(&name), "{name}");
    }
}

/// The client secrets in a state file.
fn secrets(state: &str) -> Vec<String> {
    let state: serde_json::Value = serde_json::from_str(state).unwrap();
    let pools = state["pools"].as_object().unwrap().values();
    let clients = pools.flat_map(|pool| pool["clients"].as_object().unwrap().values());
    clients.filter_map(|client| client["ClientSecret"].as_str().map(str::to_owned)).collect()
}

const PROVIDERS: &str = "\
apiVersion: cognitops/v1
pool: customers
settings: {}
identityProviders:
  Google:
    providerType: Google
    providerDetails: { client_id: '1', client_secret: { env: GOOGLE }, authorize_scopes: openid }
  SignInWithApple:
    providerType: SignInWithApple
    providerDetails:
      client_id: com.example
      team_id: T
      key_id: K
      private_key: { file: ./apple.p8 }
      authorize_scopes: email
clients:
  web: { clientSecret: { env: WEB_SECRET }, supportedIdentityProviders: [Google] }
";

fn run_providers(project: &Project, line: &str, google: &str) -> Ran {
    let line = format!("{line} -f pool.yaml --sandbox=state.json");
    let ran = project.run_with(&line, "", &[("WEB_SECRET", CANARY), ("GOOGLE", google)]);
    assert_silent(&ran);
    ran
}

#[test]
fn a_secret_is_same_changed_set_or_not_compared() {
    let google = "canary2google";
    let project = Project::with(PROVIDERS).file("apple.p8", "canary3apple\n");
    let apply = "apply --yes --allow-create-pool";
    let ran = run_providers(&project, &format!("{apply} -v"), google);
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(ran.stdout.matches("(secret: set)").count(), 3, "{ran}");
    let state = project.read("state.json");
    assert!([google, "canary3apple", CANARY].iter().all(|secret| state.contains(secret)));
    assert_snapshot!(run_providers(&project, "plan", google), @"
    exit: 0
    --- stdout
    Secrets not compared (--compare-secrets, or --rotate to send them again): customers.identityProviders.Google.providerDetails.client_secret, customers.identityProviders.SignInWithApple.providerDetails.private_key, customers.clients.web.clientSecret

    No changes: 1 pool is as its manifest says.
    ");
    assert_snapshot!(run_providers(&project, "plan --compare-secrets", google), @"
    exit: 0
    --- stdout
    Secrets not compared (--compare-secrets, or --rotate to send them again): customers.identityProviders.SignInWithApple.providerDetails.private_key

    Secrets that are the same: customers.identityProviders.Google.providerDetails.client_secret, customers.clients.web.clientSecret

    No changes: 1 pool is as its manifest says.
    ");
    assert_snapshot!(run_providers(&project, "drift --compare-secrets", "canary4other"), @"
    exit: 2
    --- stdout
    changed   customers.identityProviders.Google
        ~ providerDetails.client_secret  (secret: changed)

    Drift: 1 changed, 0 missing, 0 unmanaged.
    ");
    assert_snapshot!(run_providers(&project, "plan --compare-secrets --format json", "canary4other"), @r#"
    exit: 0
    --- stdout
    {
      "formatVersion": 1,
      "summary": {
        "create": 0,
        "update": 1,
        "delete": 0,
        "reset": 0,
        "refused": 0
      },
      "pools": [
        {
          "key": "customers",
          "poolId": "[POOL]",
          "resources": [
            {
              "address": "customers.identityProviders.Google",
              "action": "update",
              "steps": [
                {
                  "operation": "UpdateIdentityProvider",
                  "intermediate": false,
                  "changes": [
                    {
                      "path": "providerDetails.client_secret",
                      "kind": "modify",
                      "weakens": false,
                      "secret": true,
                      "secretState": "changed"
                    }
                  ]
                }
              ]
            }
          ],
          "unmanaged": [],
          "ignored": [],
          "unknown": [],
          "newInThisVersion": [],
          "secrets": [
            {
              "address": "customers.identityProviders.SignInWithApple.providerDetails.private_key",
              "state": "not compared"
            },
            {
              "address": "customers.clients.web.clientSecret",
              "state": "same"
            }
          ],
          "clientSecrets": [],
          "refusals": []
        }
      ]
    }
    "#);
    assert_snapshot!(run_providers(&project, &format!("{apply} --compare-secrets"), "canary4other"), @"
    exit: 0
    --- stdout
    ~ customers.identityProviders.Google  UpdateIdentityProvider
        ~ providerDetails.client_secret  (secret: changed)

    Secrets not compared (--compare-secrets, or --rotate to send them again): customers.identityProviders.SignInWithApple.providerDetails.private_key

    Secrets that are the same: customers.clients.web.clientSecret

    Plan: 0 to create, 1 to change, 0 to delete.
    done     customers.identityProviders.Google  UpdateIdentityProvider

    Applied: 1 call.
    ");
    assert!(project.read("state.json").contains("canary4other"));
    assert_snapshot!(run_providers(&project, &format!("{apply} --rotate identityProviders.SignInWithApple"), google), @"
    exit: 0
    --- stdout
    ~ customers.identityProviders.SignInWithApple  UpdateIdentityProvider
        ~ providerDetails.private_key  (secret: not compared, sent from its reference)

    Secrets not compared (--compare-secrets, or --rotate to send them again): customers.identityProviders.Google.providerDetails.client_secret, customers.clients.web.clientSecret

    Plan: 0 to create, 1 to change, 0 to delete.
    done     customers.identityProviders.SignInWithApple  UpdateIdentityProvider

    Applied: 1 call.
    ");
    assert_snapshot!(run_providers(&project, "plan --rotate identityProviders.Gogle", google), @"
    exit: 64
    --- stderr
    error: --rotate identityProviders.Gogle names no declared identity provider
      help: there is: customers.identityProviders.Google, customers.identityProviders.SignInWithApple
    ");
    let ran = project.run("plan --compare-secrets -f pool.yaml --sandbox=state.json");
    assert_silent(&ran);
    assert_snapshot!(ran, @"
    exit: 1
    --- stderr
    error[bad-reference]: `clients.web.clientSecret` cannot be compared: the environment variable WEB_SECRET is not set, or is not text
      --> pool.yaml:17:24
       |
    17 |   web: { clientSecret: * **** ********** ** *************************** ******** *
       |                        ^
       |
       = help: set it, or leave --compare-secrets out

    error[bad-reference]: `identityProviders.Google.providerDetails.client_secret` cannot be compared: the environment variable GOOGLE is not set, or is not text
     --> pool.yaml:7:55
      |
    7 |     providerDetails: { client_id: '1', client_secret: * **** ****** ** ***************** ****** *
      |                                                       ^
      |
      = help: set it, or leave --compare-secrets out

    2 errors.
    ");
}

#[test]
fn a_literal_secret_of_a_provider_is_refused_and_never_quoted() {
    for (from, to) in [
        ("{ env: GOOGLE }", CANARY.to_owned()),
        ("{ env: GOOGLE }", format!("{{ value: {CANARY} }}")),
        ("{ file: ./apple.p8 }", format!("|\n        {CANARY}")),
        ("providerType: SignInWithApple", "providerType: OIDC".to_owned()),
    ] {
        let manifest = PROVIDERS
            .replace(from, &to)
            .replace("team_id: T", &format!("team_id: T\n      secret: {CANARY}"));
        let project = Project::with(&manifest);
        for line in ["validate -f pool.yaml", "validate -f pool.yaml --format json", APPLY] {
            let ran = project.run(line);
            assert_eq!(ran.code, 1, "{to}: {ran}");
            assert!(!ran.to_string().contains("canary"), "{to}: {ran}");
        }
    }
}

#[test]
fn a_literal_secret_is_refused_and_never_quoted() {
    for wrong in [
        format!("clientSecret: {CANARY}"),
        format!("clientSecret: {{ value: {CANARY} }}"),
        format!("clientSecret: [{CANARY}]"),
        format!("clientSecret: {{ env: '{CANARY} with blanks' }}"),
        format!("clientSecret:\n      {CANARY}"),
        format!("clientSecret: >-\n      {CANARY}"),
        format!("secret: {CANARY}"),
        format!("clientSecret: \"{CANARY}"),
        format!("clientSecret: {CANARY}: x"),
        format!("secrets: {CANARY}"),
        format!("secrets: [{CANARY}]"),
        format!("secrets: {{ count: {CANARY} }}"),
        format!("secrets: {{ count: 2, clientSecret: {CANARY} }}"),
        format!("secrets:\n      count: 3\n      next: {CANARY}"),
        format!("secrets:\n      next:\n        {CANARY}"),
    ] {
        let project = Project::with(&format!(
            "apiVersion: cognitops/v1\npool: p\nsettings: {{}}\nclients:\n  web:\n    {wrong}\n"
        ));
        for line in ["validate -f pool.yaml", "validate -f pool.yaml --format json", APPLY] {
            let ran = project.run(line);
            assert_eq!(ran.code, 1, "{wrong}: {ran}");
            assert!(!ran.to_string().contains("canary"), "{wrong}: {ran}");
        }
    }
}

#[test]
fn a_reference_that_does_not_resolve_names_itself() {
    let project = Project::with(MANIFEST);
    let ran = project.run(APPLY);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(!ran.stdout.contains("done  "), "nothing is written before every secret is there: {ran}");
    assert!(ran.stdout.contains("the environment variable WEB_SECRET is not set, or is not text"), "{ran}");
    assert!(ran.stdout.contains("the secret file ./api.secret: it cannot be read"), "{ran}");
}

#[test]
fn a_secret_that_the_service_refuses_is_not_in_its_words() {
    let project = project();
    let ran = project.run_with(APPLY, "", &[("WEB_SECRET", "canary-too-short!")]);
    assert_silent(&ran);
    assert_eq!(ran.code, 5, "{ran}");
    assert!(
        ran.stdout
            .contains("failed   customers.clients.web  CreateUserPoolClient: InvalidParameterException"),
        "{ran}"
    );
}

#[test]
fn the_state_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let project = project();
    run(&project, APPLY);
    let mode = std::fs::metadata(project.at("state.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}
