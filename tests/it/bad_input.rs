//! Inputs that nobody should give: one clear message, the right exit code, at once, and nothing changed.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::runner::Project;

const POOL: &str = "apiVersion: cognitops/v1\npool: customers\nsettings: {}\n";

/// Runs a command that must fail and leave every file as it is.
fn refused(project: &Project, line: &str) -> String {
    let before = project.files();
    let ran = project.run(line);
    assert_ne!(ran.code, 0, "{ran}");
    assert!(project.files() == before, "`{line}` changed a file");
    ran.to_string()
}

fn validate(project: &Project) -> String {
    refused(project, "validate -f pool.yaml")
}

#[test]
fn a_missing_file() {
    assert_snapshot!(validate(&Project::new()), @"
    exit: 1
    --- stdout
    error[unreadable]: there is no such file or directory
    --> pool.yaml

    1 error.
    ");
}

#[test]
fn a_directory_without_manifests() {
    let project = Project::new().file("pools/readme.md", "no YAML");
    assert_snapshot!(refused(&project, "validate -f pools"), @"
    exit: 1
    --- stdout
    error[no-manifest]: the directory holds no manifest
    --> pools
     = help: manifests are files ending in .yaml or .yml

    1 error.
    ");
}

#[test]
fn an_empty_file() {
    assert_snapshot!(validate(&Project::with("")), @"
    exit: 1
    --- stdout
    error[no-manifest]: the file holds no manifest
    --> pool.yaml
     = help: a manifest begins with `apiVersion: cognitops/v1` and `pool: <name>`

    1 error.
    ");
    assert_snapshot!(validate(&Project::with("# nothing but a comment\n---\n")), @"
    exit: 1
    --- stdout
    error[no-manifest]: the file holds no manifest
    --> pool.yaml
     = help: a manifest begins with `apiVersion: cognitops/v1` and `pool: <name>`

    1 error.
    ");
}

#[test]
fn a_document_that_is_no_mapping() {
    assert_snapshot!(validate(&Project::with("- a\n- b\n")), @"
    exit: 1
    --- stdout
    error[wrong-type]: a manifest is a mapping
     --> pool.yaml:1:1
      |
    1 | - a
      | ^
      |
      = help: it begins with `apiVersion: cognitops/v1` and `pool: <name>`

    1 error.
    ");
}

#[test]
fn invalid_utf8() {
    assert_snapshot!(validate(&Project::new().file("pool.yaml", b"pool: a\nx: \xff\xfe\n")), @"
    exit: 1
    --- stdout
    error[unreadable]: line 2 is not valid UTF-8
    --> pool.yaml

    1 error.
    ");
}

#[test]
fn tabs() {
    assert_snapshot!(validate(&Project::with("settings:\n\tuserPoolTier: LITE\n")), @"
    exit: 1
    --- stdout
    error[yaml-syntax]: this is not valid YAML: tabs disallowed within this context (block indentation)
     --> pool.yaml:2:2
      |
    2 |     userPoolTier: LITE
      |     ^
      |
      = help: indent by spaces

    1 error.
    ");
}

#[test]
fn duplicate_keys() {
    assert_snapshot!(validate(&Project::with(&format!("{POOL}settings: {{}}\n"))), @"
    exit: 1
    --- stdout
    error[yaml-syntax]: the key `settings` stands twice in one mapping
     --> pool.yaml:4:1
      |
    4 | settings: {}
      | ^^^^^^^^
      |
      = help: keep one of the two

    1 error.
    ");
}

#[test]
fn an_anchor_bomb() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let previous = format!("*a{}, ", level - 1).repeat(10);
        text = format!("{text}a{level}: &a{level} [{previous}]\n");
    }
    let output = validate(&Project::with(&text));
    assert!(output.starts_with("exit: 1") && output.contains("error[yaml-syntax]"), "{output}");
    assert!(output.len() < 2_000, "{output}");
}

#[test]
fn hostile_nesting() {
    for text in ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(100_000)] {
        let output = validate(&Project::with(&text));
        assert!(output.contains("the document nests too deeply"), "{}", &output[..output.len().min(2_000)]);
        assert!(output.len() < 2_000);
    }
}

#[test]
fn a_hundred_megabytes() {
    let project = Project::with(&"- a: b\n".repeat(100 * 1024 * 1024 / 7));
    assert_snapshot!(project.run("validate -f pool.yaml"), @"
    exit: 1
    --- stdout
    error[too-large]: a manifest is at most 16 MiB
    --> pool.yaml

    1 error.
    ");
    let line = "validate -f -";
    let ran = project.run_with(line, &"# comment\n".repeat(2 * 1024 * 1024), &[]);
    assert_snapshot!(ran, @"
    exit: 1
    --- stdout
    error[too-large]: a manifest is at most 16 MiB
    --> <stdin>

    1 error.
    ");
}

#[test]
fn more_than_a_run_reads() {
    let project = Project::new();
    for number in 0..5 {
        project.write(&format!("pools/{number}.yaml"), format!("# {}\n", "x".repeat(15 * 1024 * 1024)));
    }
    let ran = project.run("validate -f pools --quiet");
    assert!(ran.to_string().contains("a run reads at most 64 MiB"), "{ran}");
    assert_eq!(ran.code, 1);
}

#[cfg(unix)]
#[test]
fn a_symlink_loop() {
    let project = Project::new().file("pools/pool.yaml", POOL);
    std::os::unix::fs::symlink("../pools", project.at("pools/again")).unwrap();
    assert_snapshot!(refused(&project, "validate -f pools"), @"
    exit: 1
    --- stdout
    error[unreadable]: its symbolic links form a loop
    --> pools/again

    1 error.
    ");
    std::os::unix::fs::symlink("self.yaml", project.at("self.yaml")).unwrap();
    assert_snapshot!(refused(&project, "validate -f self.yaml"), @"
    exit: 1
    --- stdout
    error[unreadable]: its symbolic links form a loop
    --> self.yaml

    1 error.
    ");
}

#[cfg(unix)]
#[test]
fn a_fifo_and_a_device() {
    let project = Project::new();
    let made = std::process::Command::new("mkfifo").arg(project.at("pipe.yaml")).status().unwrap();
    assert!(made.success());
    assert_snapshot!(refused(&project, "validate -f pipe.yaml"), @"
    exit: 1
    --- stdout
    error[unreadable]: this is not a regular file
    --> pipe.yaml

    1 error.
    ");
    assert_snapshot!(refused(&project, "validate -f /dev/zero"), @"
    exit: 1
    --- stdout
    error[unreadable]: this is not a regular file
    --> /dev/zero

    1 error.
    ");
    let project = Project::with(POOL);
    assert_snapshot!(refused(&project, "plan -f pool.yaml --sandbox=/dev/zero"), @"
    exit: 1
    --- stderr
    error: the sandbox file /dev/zero is not a regular file; choose another with --sandbox=FILE
    ");
}

/// A state file with one pool, made by the sandbox itself, for a test to change.
fn state(project: &Project) -> Value {
    let ran = project.run("apply -f pool.yaml --sandbox=state.json --yes --allow-create-pool");
    assert_eq!(ran.code, 0, "{ran}");
    serde_json::from_str(&project.read("state.json")).unwrap()
}

#[test]
fn two_pools_of_one_name() {
    let project = Project::with(POOL);
    let mut state = state(&project);
    let pools = state["pools"].as_object_mut().unwrap();
    let mut twin = pools.values().next().unwrap().clone();
    twin["pool"]["Id"] = json!("us-east-1_AAAAAAAAA");
    pools.insert("us-east-1_AAAAAAAAA".to_owned(), twin);
    project.write("state.json", state.to_string());
    assert_snapshot!(refused(&project, "plan -f pool.yaml --sandbox=state.json"), @"
    exit: 1
    --- stderr
    error[bad-reference]: 2 pools are named `customers`: [POOL], [POOL]
     --> pool.yaml:2:7
      |
    2 | pool: customers
      |       ^^^^^^^^^
      |
      = help: say which one is meant: `poolId: …`

    1 error.
    ");
    assert_snapshot!(refused(&project, "apply -f pool.yaml --sandbox=state.json --yes"), @"
    exit: 1
    --- stderr
    error[bad-reference]: 2 pools are named `customers`: [POOL], [POOL]
     --> pool.yaml:2:7
      |
    2 | pool: customers
      |       ^^^^^^^^^
      |
      = help: say which one is meant: `poolId: …`

    1 error.
    ");
}

#[test]
fn a_client_name_that_exists_twice() {
    let project = Project::with(&format!("{POOL}clients: {{ web: {{}}, api: {{}} }}\n"));
    let mut state = state(&project);
    let pool = state["pools"].as_object_mut().unwrap().values_mut().next().unwrap();
    let clients = pool["clients"].as_object_mut().unwrap();
    let mut twin = clients.values().find(|client| client["ClientName"] == "web").unwrap().clone();
    let id = "a".repeat(26);
    twin["ClientId"] = json!(id);
    clients.insert(id, twin);
    project.write("state.json", state.to_string());
    let ran = project.run("plan -f pool.yaml --sandbox=state.json");
    assert_snapshot!(ran, @"
    exit: 3
    --- stdout
    refused[ambiguous] customers.clients.web: 2 live clients have this name: [CLIENT], [CLIENT]
      --> pool.yaml:4:12
      help: say which one is meant: `clientId: …`; the others can be declared under other keys

    Nothing is planned.
    ");
}

#[test]
fn a_corrupt_state_file() {
    let project = Project::with(POOL);
    for (text, what) in [
        ("{\"format\": \"cognitops-sandbox\", \"versi", "is broken (line 1"),
        ("[1, 2]", "is not a sandbox file of cognitops"),
        ("{\"version\": 4, \"terraform_version\": \"1.9.0\"}", "is not a sandbox file of cognitops"),
        ("{\"format\": \"cognitops-sandbox\", \"version\": 99}", "was written by a later version"),
        ("{\"format\": \"cognitops-sandbox\", \"version\": 1, \"pools\": 3}", "is broken"),
        ("", "is broken"),
        ("\u{0}\u{1}", "is broken"),
    ] {
        project.write("state.json", text);
        for command in ["plan", "apply --yes --allow-create-pool"] {
            let line = format!("{command} -f pool.yaml --sandbox=state.json");
            let before = project.read("state.json");
            let ran = project.run(&line);
            assert_eq!(ran.code, 1, "{text}: {ran}");
            assert!(ran.stderr.contains(what), "{text}: {ran}");
            assert_eq!(ran.stderr.matches("error").count(), 1, "{ran}");
            assert_eq!(project.read("state.json"), before);
            assert!(!project.at("state.json.lock").exists(), "nothing is left beside it");
        }
    }
    assert_snapshot!(project.run("plan -f pool.yaml --sandbox=state.json"), @"
    exit: 1
    --- stderr
    error: the sandbox file state.json is broken (line 1, column 1); mend it, remove it, or choose another with --sandbox=FILE
    ");
}

#[test]
fn a_sandbox_in_a_directory_that_is_a_file() {
    let project = Project::with(POOL).file("taken", "");
    assert_snapshot!(refused(&project, "apply -f pool.yaml --sandbox=taken/state.json --yes --allow-create-pool"), @"
    exit: 1
    --- stderr
    error: the sandbox file taken/state.json: not a directory
    ");
    assert_snapshot!(refused(&project, "plan -f pool.yaml --sandbox=."), @"
    exit: 1
    --- stderr
    error: the sandbox file . is not a regular file; choose another with --sandbox=FILE
    ");
}

#[test]
fn null_sections_and_wrong_shapes() {
    let project =
        Project::with("apiVersion: cognitops/v2\npool: [a]\nsettings:\nclients:\n  web: 3\npolcy: {}\n");
    assert_snapshot!(validate(&project), @"
    exit: 1
    --- stdout
    error[not-allowed]: `apiVersion` takes `cognitops/v1`
     --> pool.yaml:1:13
      |
    1 | apiVersion: cognitops/v2
      |             ^^^^^^^^^^^^

    error[wrong-type]: `pool` takes a text
     --> pool.yaml:2:7
      |
    2 | pool: [a]
      |       ^

    error[empty-section]: `settings` is null
     --> pool.yaml:3:1
      |
    3 | settings:
      | ^^^^^^^^
      |
      = help: write `settings: {}`, or leave it out

    error[wrong-type]: `clients.web` takes a mapping
     --> pool.yaml:5:8
      |
    5 |   web: 3
      |        ^

    error[unknown-key]: the manifest has no member `polcy`
     --> pool.yaml:6:1
      |
    6 | polcy: {}
      | ^^^^^
      |
      = help: did you mean `policy`?

    5 errors.
    ");
}

#[test]
fn a_long_line_is_named_and_not_shown() {
    let project = Project::with(&format!(
        "{POOL}clients: {{ web: {{ callbackURLs: [\"{}\"] }} }}\n",
        "x".repeat(3_000)
    ));
    assert_snapshot!(validate(&project), @"
    exit: 1
    --- stdout
    error[missing]: `callbackURLs` needs `allowedOAuthFlowsUserPoolClient: true`
    --> pool.yaml:4:19
     = help: add it to the client

    error[bound]: `clients.web.callbackURLs[0]` is too long: the text has at most 1024 characters
    --> pool.yaml:4:34

    2 errors.
    ");
}
