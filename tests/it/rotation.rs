//! The rotation of a client's secret on the command line: who gets a new value, and that nobody else sees it.

use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;
use serde_json::Value;

use crate::runner::{Project, Ran};

const OWN: &str = "canary_of_a_rotated_secret_0123456789";

const ONE: &str = "\
apiVersion: cognitops/v1
pool: customers
settings: {}
clients:
  web:
    generateSecret: true
    secrets: { count: 1 }
";

fn two() -> String {
    ONE.replace("count: 1", "count: 2")
}

fn own() -> String {
    ONE.replace("count: 1", "count: 2, clientSecret: { env: NEXT }")
}

/// Output without what differs from run to run.
fn anonymous(mut ran: Ran) -> Ran {
    let id = regex::Regex::new(r"--[0-9]{13}").unwrap();
    let date = regex::Regex::new(r"20[0-9]{2}-[0-9-]+T[0-9:]+Z").unwrap();
    for text in [&mut ran.stdout, &mut ran.stderr] {
        *text = date.replace_all(&id.replace_all(text, "--[TIME]"), "[DATE]").into_owned();
    }
    ran
}

/// A project in which the client has the secret that it was made with.
fn project() -> Project {
    let project = Project::with(ONE);
    let ran = run(&project, "apply --yes --allow-create-pool");
    assert_eq!(ran.code, 0, "{ran}");
    project
}

/// Runs a command. Whatever it is, no value of a secret is in what it prints.
fn run(project: &Project, line: &str) -> Ran {
    let ran = project.run_with(&format!("{line} -f pool.yaml --sandbox=state.json"), "", &[("NEXT", OWN)]);
    for output in [&ran.stdout, &ran.stderr] {
        for value in values(project) {
            assert!(!output.contains(&value), "{line}: {output}");
        }
        assert!(!output.contains("canary"), "{line}: {output}");
    }
    ran
}

/// The values of the client's secrets.
fn values(project: &Project) -> Vec<String> {
    let state: Value = serde_json::from_str(&project.read("state.json")).unwrap_or_default();
    let pools = state["pools"].as_object().into_iter().flatten();
    let clients = pools.flat_map(|(_, pool)| {
        pool["clients"].as_object().unwrap().values().cloned().chain(
            pool["clientSecrets"]
                .as_object()
                .into_iter()
                .flatten()
                .flat_map(|(_, all)| all.as_object().unwrap().values().cloned()),
        )
    });
    let value = |secret: Value| {
        secret["ClientSecret"].as_str().or(secret["ClientSecretValue"].as_str()).map(str::to_owned)
    };
    clients.filter_map(value).collect()
}

/// The ids of the client's secrets, the oldest first.
fn ids(project: &Project) -> Vec<String> {
    let state: Value = serde_json::from_str(&project.read("state.json")).unwrap();
    let pool = state["pools"].as_object().unwrap().values().next().unwrap();
    let all = pool["clientSecrets"].as_object().unwrap().values().next().unwrap();
    all.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn a_rotation_with_a_value_of_ones_own() {
    let project = project();
    project.write("pool.yaml", own());
    assert_snapshot!(anonymous(run(&project, "plan")), @"
    exit: 0
    --- stdout
    ~ customers.clients.web.secrets  AddUserPoolClientSecret
        ~ count  1 → 2
        + clientSecret  (secret: set)
        note: both secrets are valid then; once no application uses the older one, write `count: 1`

    Plan: 0 to create, 1 to change, 0 to delete.
    ");
    assert_eq!(run(&project, "plan --format json").code, 0);
    assert_snapshot!(anonymous(run(&project, "apply --yes")), @"
    exit: 0
    --- stdout
    ~ customers.clients.web.secrets  AddUserPoolClientSecret
        ~ count  1 → 2
        + clientSecret  (secret: set)
        note: both secrets are valid then; once no application uses the older one, write `count: 1`

    Plan: 0 to create, 1 to change, 0 to delete.
    done     customers.clients.web.secrets  AddUserPoolClientSecret  [CLIENT]--[TIME]

    Applied: 1 call.
    ");
    assert!(values(&project).contains(&OWN.to_owned()));
    // Between the two steps the plan says what there is, and that is no difference.
    assert_snapshot!(anonymous(run(&project, "plan --detailed-exitcode")), @"
    exit: 0
    --- stdout
    Two secrets are valid: customers.clients.web.secrets ([CLIENT]--[TIME] of [DATE], then [CLIENT]--[TIME] of [DATE])

    No changes: 1 pool is as its manifest says.
    ");
    assert_snapshot!(anonymous(run(&project, "drift")), @"
    exit: 0
    --- stdout
    No drift.
    ");
    let json = anonymous(run(&project, "plan --format json"));
    let plan: Value = serde_json::from_str(&json.stdout).unwrap_or_else(|_| panic!("{json}"));
    assert_eq!(plan["pools"][0]["clientSecrets"][0]["address"], "customers.clients.web.secrets");
    assert_eq!(plan["pools"][0]["clientSecrets"][0]["secrets"].as_array().unwrap().len(), 2);
    // The end of the older one takes consent.
    project.write("pool.yaml", ONE);
    assert_snapshot!(anonymous(run(&project, "plan")), @"
    exit: 3
    --- stdout
    ~ customers.clients.web.secrets  DeleteUserPoolClientSecret
        ~ count  2 → 1
        note: the secret [CLIENT]--[TIME] of [DATE] ends, and who still uses it is locked out

    Two secrets are valid: customers.clients.web.secrets ([CLIENT]--[TIME] of [DATE], then [CLIENT]--[TIME] of [DATE])

    refused[secret] customers.clients.web.secrets.count: the secret [CLIENT]--[TIME] of [DATE] would end, and who still uses it is locked out
      --> pool.yaml:7:16
      help: consent with --allow-delete-secret=[CLIENT]--[TIME]; if it is the newer one that nobody uses, name that: [CLIENT]--[TIME]; to keep both, write `count: 2`

    Plan: 0 to create, 1 to change, 0 to delete.
    ");
    assert_snapshot!(anonymous(run(&project, "drift")), @"
    exit: 2
    --- stdout
    changed   customers.clients.web.secrets
        ~ count  2 → 1

    Drift: 1 changed, 0 missing, 0 unmanaged.
    ");
    assert_eq!(run(&project, "apply --yes").code, 3);
    assert_eq!(values(&project).len(), 3, "one of the two stands in the client too");
    let older = &ids(&project)[0];
    assert_snapshot!(anonymous(run(&project, &format!("apply --yes --allow-delete-secret={older}"))), @"
    exit: 0
    --- stdout
    ~ customers.clients.web.secrets  DeleteUserPoolClientSecret
        ~ count  2 → 1
        note: the secret [CLIENT]--[TIME] of [DATE] ends, and who still uses it is locked out

    Two secrets are valid: customers.clients.web.secrets ([CLIENT]--[TIME] of [DATE], then [CLIENT]--[TIME] of [DATE])

    Plan: 0 to create, 1 to change, 0 to delete.
    done     customers.clients.web.secrets  DeleteUserPoolClientSecret

    Applied: 1 call.
    ");
    let mut left = values(&project);
    left.dedup();
    assert_eq!(left, [OWN]);
    let again = run(&project, &format!("apply --yes --allow-delete-secret={older}"));
    assert_eq!((again.code, again.stdout.as_str()), (0, "No changes: 1 pool is as its manifest says.\n"));
}

#[test]
fn a_value_that_cognito_makes_goes_to_a_file_and_nowhere_else() {
    let project = project();
    project.write("pool.yaml", two());
    let before = project.read("state.json");
    assert_snapshot!(anonymous(run(&project, "apply --yes")), @"
    exit: 3
    --- stdout
    ~ customers.clients.web.secrets  AddUserPoolClientSecret
        ~ count  1 → 2
        note: Cognito makes the value, and answers it once: apply writes it to the file that --secret-output names
        note: both secrets are valid then; once no application uses the older one, write `count: 1`

    Plan: 0 to create, 1 to change, 0 to delete.
    --- stderr
    error: Cognito makes the new secret of `customers.clients.web.secrets` and shows its value once, to nobody here
      help: add --secret-output FILE, or name a value of your own: `clientSecret` in that section
    ");
    assert_eq!(run(&project, "apply --yes --format json").code, 3);
    assert_eq!(project.read("state.json"), before, "nothing is written");
    assert_snapshot!(anonymous(run(&project, "apply --yes --secret-output new.jsonl")), @"
    exit: 0
    --- stdout
    ~ customers.clients.web.secrets  AddUserPoolClientSecret
        ~ count  1 → 2
        note: Cognito makes the value, and answers it once: apply writes it to the file that --secret-output names
        note: both secrets are valid then; once no application uses the older one, write `count: 1`

    Plan: 0 to create, 1 to change, 0 to delete.
    done     customers.clients.web.secrets  AddUserPoolClientSecret  [CLIENT]--[TIME]

    Applied: 1 call.
    --- stderr
    New secrets of clients in new.jsonl: 1.
    ");
    let text = project.read("new.jsonl");
    let line: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&line["environment"], &line["address"], &line["clientSecretId"]),
        (&"default".into(), &"customers.clients.web.secrets".into(), &ids(&project)[1].clone().into())
    );
    assert!(values(&project).contains(&line["clientSecret"].as_str().unwrap().to_owned()));
    assert_eq!(std::fs::metadata(project.at("new.jsonl")).unwrap().permissions().mode() & 0o777, 0o600);
    // The same command again has nothing to do, and leaves the file alone.
    assert_eq!(run(&project, "apply --yes --secret-output new.jsonl").code, 0);
    assert_eq!(project.read("new.jsonl"), text);
    for (path, content) in project.files() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let holds = String::from_utf8_lossy(&content).contains(line["clientSecret"].as_str().unwrap());
        assert_eq!(holds, ["state.json", "new.jsonl"].contains(&name.as_str()), "{name}");
    }
}

#[test]
fn a_file_that_is_there_is_not_written_over() {
    let project = project();
    project.write("pool.yaml", two());
    project.write("new.jsonl", "what nobody else has\n");
    assert_snapshot!(run(&project, "apply --yes --secret-output new.jsonl"), @"
    exit: 1
    --- stdout
    ~ customers.clients.web.secrets  AddUserPoolClientSecret
        ~ count  1 → 2
        note: Cognito makes the value, and answers it once: apply writes it to the file that --secret-output names
        note: both secrets are valid then; once no application uses the older one, write `count: 1`

    Plan: 0 to create, 1 to change, 0 to delete.
    --- stderr
    error: the file new.jsonl for new secrets: file exists
      help: name a file that does not exist, in a directory that does
    ");
    assert_snapshot!(run(&project, "apply --yes --secret-output none/new.jsonl").stderr, @"
    error: the file none/new.jsonl for new secrets: no such file or directory
      help: name a file that does not exist, in a directory that does
    ");
    assert_eq!(project.read("new.jsonl"), "what nobody else has\n");
    std::os::unix::fs::symlink(project.at("elsewhere"), project.at("link")).unwrap();
    assert_eq!(run(&project, "apply --yes --secret-output link").code, 1, "nor is what a link leads to");
    assert_eq!(values(&project).len(), 1, "nothing was applied");
}

#[test]
fn where_nothing_is_made_no_file_is() {
    let project = project();
    project.write("pool.yaml", own());
    // A value that the service refuses.
    let line = "apply --yes --secret-output new.jsonl -f pool.yaml --sandbox=state.json";
    let ran = project.run_with(line, "", &[("NEXT", "canary-too-short!")]);
    assert!(ran.code == 1 && !ran.to_string().contains("canary"), "{ran}");
    assert!(ran.stdout.contains("AddUserPoolClientSecret: InvalidParameterException"), "{ran}");
    assert_eq!(run(&project, "apply --yes --secret-output new.jsonl").code, 0, "the next try has its way");
    assert!(!project.at("new.jsonl").exists());
}

#[test]
fn rotate_is_about_providers_and_says_how_a_client_rotates() {
    let project = project();
    assert_snapshot!(run(&project, "plan --rotate clients.web.secrets"), @"
    exit: 64
    --- stderr
    error: --rotate clients.web.secrets names no declared identity provider
      help: a client gets a new secret by `secrets: {count: 2}`
    ");
}
