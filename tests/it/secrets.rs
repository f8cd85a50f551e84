//! No secret reaches anything that a command prints or writes, except the sandbox's own state.

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
