//! Which room may use which: data flows one way, and what lies between reading and writing is pure.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What each room of the library may use of the others. A room's own files may use each other.
const ROOMS: &[(&str, &[&str])] = &[
    ("path", &[]),
    ("source", &["path"]),
    ("template", &["identity", "path"]),
    ("diagnostic", &["path", "source"]),
    ("cognito", &[]),
    ("manifest", &["diagnostic", "identity", "path", "source", "template"]),
    ("catalog", &["cognito", "duration", "manifest", "path"]),
    ("duration", &[]),
    ("normalize", &["catalog", "cognito", "duration", "path"]),
    (
        "validate",
        &[
            "catalog",
            "diagnostic",
            "duration",
            "identity",
            "manifest",
            "normalize",
            "path",
            "source",
            "template",
        ],
    ),
    ("project", &["diagnostic", "manifest", "path", "source", "validate"]),
    ("diff", &["catalog", "normalize", "path"]),
    ("identity", &[]),
    ("body", &["catalog", "diff", "duration", "normalize", "path"]),
    ("login", &["identity", "manifest", "outputs", "path"]),
    (
        "export",
        &[
            "catalog",
            "diagnostic",
            "identity",
            "manifest",
            "normalize",
            "path",
            "plan",
            "read",
            "source",
            "template",
            "validate",
        ],
    ),
    ("outputs", &["identity", "manifest", "path", "plan", "read", "template"]),
    ("read", &["catalog", "cognito", "identity", "manifest", "path"]),
    (
        "plan",
        &[
            "catalog",
            "cognito",
            "diff",
            "duration",
            "identity",
            "manifest",
            "normalize",
            "path",
            "read",
            "template",
        ],
    ),
    (
        "apply",
        &[
            "body",
            "catalog",
            "cognito",
            "diff",
            "identity",
            "login",
            "normalize",
            "outputs",
            "path",
            "plan",
            "read",
            "template",
        ],
    ),
    (
        "render",
        &[
            "apply",
            "catalog",
            "diagnostic",
            "diff",
            "export",
            "duration",
            "manifest",
            "outputs",
            "path",
            "plan",
            "source",
            "template",
            "token",
        ],
    ),
    ("token", &["duration"]),
    ("sandbox", &["cognito"]),
];

/// Rooms that neither wait nor touch the world; the parser's own thread is the one exception, in `source`.
const PURE: &[&str] = &[
    "body",
    "catalog",
    "diagnostic",
    "diff",
    "duration",
    "identity",
    "login",
    "normalize",
    "path",
    "plan",
    "render",
    "source",
    "template",
    "token",
    "validate",
];

/// The text of every file of a room, without its unit tests.
fn rooms() -> BTreeMap<String, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut rooms: BTreeMap<String, String> = BTreeMap::new();
    for entry in walkdir::WalkDir::new(&source).into_iter().map(Result::unwrap) {
        if entry.path().extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let within = entry.path().strip_prefix(&source).unwrap();
        let first = within.components().next().unwrap().as_os_str().to_str().unwrap();
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        rooms.entry(first.trim_end_matches(".rs").to_owned()).or_default().push_str(code);
    }
    rooms
}

/// The rooms that a text uses: `crate::room` in it, or `cognitops::room` in the binary.
fn used(text: &str) -> BTreeSet<&str> {
    let names = regex::Regex::new(r"\b(?:crate|cognitops)::([a-z_]+)").unwrap();
    names.captures_iter(text).map(|found| found.get(1).unwrap().as_str()).collect()
}

#[test]
fn every_room_uses_only_what_it_may() {
    let rooms = rooms();
    let known: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).chain(["cli", "lib", "main"]).collect();
    let there: BTreeSet<&str> = rooms.keys().map(String::as_str).collect();
    assert_eq!(there, known, "a new room needs a line in this test's table");
    for (room, allowed) in ROOMS {
        let mut uses = used(&rooms[*room]);
        uses.remove(room);
        let unused: Vec<_> = allowed.iter().filter(|other| !uses.contains(**other)).collect();
        assert_eq!(unused, Vec::<&&str>::new(), "`{room}` no longer uses this; take it out of the table");
        let forbidden: Vec<_> = uses.iter().filter(|other| !allowed.contains(other)).collect();
        assert_eq!(forbidden, Vec::<&&str>::new(), "`{room}` must not use this");
    }
}

#[test]
fn pure_rooms_do_not_wait() {
    for (room, text) in rooms() {
        if PURE.contains(&room.as_str()) {
            for word in
                ["async ", ".await", "tokio", "aws_sdk", "aws_config", "std::fs", "std::net", "std::env"]
            {
                assert!(!text.contains(word), "`{room}` is pure and uses `{word}`");
            }
        }
    }
}

/// What runs on a runtime, or waits, beside the command line: the client for AWS between its tries, calls of the sandbox
/// that take time on request, and its server. None of them makes a runtime.
const WAITING: [&str; 4] = ["cognito/aws", "sandbox/calls.rs", "sandbox/server.rs", "sandbox/server/"];

#[test]
fn only_the_command_line_runs_a_runtime_and_prints() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in walkdir::WalkDir::new(&source).into_iter().map(Result::unwrap) {
        let within = entry.path().strip_prefix(&source).unwrap().to_str().unwrap().to_owned();
        let is_code = entry.path().extension().is_some_and(|extension| extension == "rs");
        if !is_code || within.starts_with("cli") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let may_wait = WAITING.iter().any(|place| within.starts_with(place));
        for word in ["tokio::", "hyper::", "hyper_util::"] {
            assert!(may_wait || !code.contains(word), "{within} uses {word}");
        }
        for word in ["tokio::runtime", "std::env::var", "io::stdout", "io::stderr", "indicatif"] {
            assert!(!code.contains(word), "{within} uses `{word}`, which is for `cli`");
        }
    }
}

/// The sandbox itself knows nothing of its server: commands that work on a file use it as it is.
#[test]
fn the_sandbox_does_not_use_its_server() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in walkdir::WalkDir::new(source.join("sandbox")).into_iter().map(Result::unwrap) {
        let within = entry.path().strip_prefix(&source).unwrap().to_str().unwrap().to_owned();
        if entry.file_type().is_file() && !within.starts_with("sandbox/server") {
            assert!(!std::fs::read_to_string(entry.path()).unwrap().contains("server::"), "{within}");
        }
    }
}

#[test]
fn only_reading_and_applying_call_the_api() {
    for (room, text) in rooms() {
        let calls = text.contains("dyn ReadCognito") || text.contains("dyn WriteCognito");
        assert_eq!(calls, ["apply", "cli", "read"].contains(&room.as_str()), "`{room}`");
    }
    let cli = &rooms()["cli"];
    assert!(!cli.contains("ReadOperation") && !cli.contains("WriteOperation"), "`cli` makes calls itself");
}

#[test]
fn only_one_room_uses_the_aws_sdk() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in walkdir::WalkDir::new(&source).into_iter().map(Result::unwrap) {
        let within = entry.path().strip_prefix(&source).unwrap().to_str().unwrap().to_owned();
        if entry.file_type().is_file() && !within.starts_with("cognito/aws") {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            for word in ["aws_sdk", "aws_config", "aws_smithy"] {
                let named_in_a_log_filter = within == "cli/log.rs";
                assert!(!text.contains(word) || named_in_a_log_filter, "{within} uses {word}");
            }
        }
    }
}

#[test]
fn a_plan_cannot_write() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in [
        "read.rs",
        "plan.rs",
        "cli/drift.rs",
        "cli/login_url.rs",
        "cli/outputs.rs",
        "cli/plan.rs",
        "cli/render.rs",
        "cli/validate.rs",
    ] {
        let text = std::fs::read_to_string(source.join(file)).unwrap();
        assert!(!text.contains("WriteCognito") && !text.contains("Access::Write"), "{file}");
    }
}
