//! What the documentation says is so: its commands run, its transcripts are what is printed, its links lead somewhere.

use std::path::{Path, PathBuf};

use crate::runner::Project;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

fn documents() -> Vec<PathBuf> {
    let docs = walkdir::WalkDir::new(root().join("docs")).into_iter().map(|entry| entry.unwrap().into_path());
    let mut all: Vec<_> =
        docs.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    all.push(root().join("README.md"));
    all.push(root().join("CHANGELOG.md"));
    all
}

/// The fenced blocks of a text, with what follows the fence.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => open = Some((info.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, body))) => {
                body.push_str(line);
                body.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    blocks
}

/// Ids in a transcript are examples.
fn anonymous(text: &str) -> String {
    let pool = regex::Regex::new(r"us-east-1_[A-Za-z0-9]{9}").unwrap();
    let client = regex::Regex::new(r"\b[0-9a-z]{26}\b").unwrap();
    client.replace_all(&pool.replace_all(text, "[POOL]"), "[CLIENT]").into_owned()
}

#[test]
fn the_readmes_transcript_is_what_is_printed() {
    let readme = read("README.md");
    let project = Project::new();
    let blocks = blocks(&readme);
    for (info, body) in &blocks {
        if let Some(file) = info.strip_prefix("yaml ") {
            project.write(file, body);
        }
    }
    assert_eq!(play(&project, &blocks, &[]), 5);
}

#[test]
fn the_transcripts_about_signing_in_are_what_is_printed() {
    let project = Project::new().file("shop.yaml", read("examples/hosted-ui/shop.yaml"));
    let secrets = [("GOOGLE_CLIENT_SECRET", "example"), ("CORPORATE_CLIENT_SECRET", "example")];
    let text = read("docs/sign-in.md");
    let blocks = blocks(&text);
    let (_, first) = blocks.iter().find(|(info, _)| info == "sh").unwrap();
    let apply = first.lines().find_map(|line| line.strip_prefix("cognitops ")).unwrap();
    let ran = project.run_with(apply, "", &secrets);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.contains("\nSign in at\n  shop.clients.web  https://auth.acme.com/login?"), "{ran}");
    assert_eq!(play(&project, &blocks, &secrets), 4);
}

#[test]
fn the_transcripts_about_environments_are_what_is_printed() {
    let project = Project::example("environments");
    let text = read("docs/environments.md");
    let blocks = blocks(&text);
    let (_, first) = blocks.iter().find(|(info, _)| info == "sh").unwrap();
    let apply = first.lines().find_map(|line| line.strip_prefix("cognitops ")).unwrap();
    let ran = project.run(apply);
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(play(&project, &blocks, &[]), 3);
}

/// Plays the transcripts of a text; returns how many commands there were.
fn play(project: &Project, blocks: &[(String, String)], environment: &[(&str, &str)]) -> usize {
    let mut commands = 0;
    for (_, transcript) in blocks.iter().filter(|(info, _)| info == "console") {
        for step in transcript.split("$ ").skip(1) {
            let (command, expected) = step.split_once('\n').unwrap();
            if let Some(script) = command.strip_prefix("sed -i '") {
                edit(project, script.split_once('\'').unwrap().0);
                continue;
            }
            let ran = project.run_with(command.strip_prefix("cognitops ").unwrap(), "", environment);
            let printed = format!("{}{}", ran.stdout, ran.stderr);
            assert_eq!(printed.trim_end(), anonymous(expected).trim_end(), "{command}");
            commands += 1;
        }
    }
    commands
}

/// Does what the transcript's `sed` does: `s/A/B/` and `/A/d`.
fn edit(project: &Project, script: &str) {
    let mut text = project.read("customers.yaml");
    for command in script.split("; ") {
        let parts: Vec<&str> = command.split('/').collect();
        let before = text.clone();
        text = match parts[..] {
            ["s", from, to, ""] => text.replace(from, to),
            ["", pattern, "d"] => text.split_inclusive('\n').filter(|line| !line.contains(pattern)).collect(),
            _ => panic!("{command}"),
        };
        assert_ne!(text, before, "{command} changes nothing");
    }
    project.write("customers.yaml", text);
}

#[test]
fn the_readmes_first_command_runs_and_a_second_apply_does_nothing() {
    let readme = read("README.md");
    let command = readme.lines().find_map(|line| line.strip_prefix("cargo run -- ")).unwrap();
    let project =
        Project::new().file("examples/quickstart/customers.yaml", read("examples/quickstart/customers.yaml"));
    let ran = project.run(command);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(project.at(".cognitops/sandbox-default.json").exists());
    let again = project.run(command);
    assert_eq!(again.stdout, "No changes: 1 pool is as its manifest says.\n");
}

#[test]
fn the_readmes_commands_run_one_after_the_other() {
    let readme = read("README.md");
    let mut project = Project::new();
    for example in ["examples/quickstart/customers.yaml", "examples/hosted-ui/shop.yaml"] {
        project.write(example, read(example));
    }
    let secrets = [("GOOGLE_CLIENT_SECRET", "example"), ("CORPORATE_CLIENT_SECRET", "example")];
    let mut commands = 0;
    for line in readme.lines() {
        if let Some(directory) = line.strip_prefix("cd ") {
            project = Project::example(directory.strip_prefix("examples/").unwrap());
        } else if let Some(command) = line.strip_prefix("cargo run -- ") {
            let ran = project.run_with(command, "", &secrets);
            assert_eq!(ran.code, 0, "{command}: {ran}");
            commands += 1;
        }
    }
    assert_eq!(commands, 7);
}

#[test]
fn the_readmes_test_command_is_what_ci_runs() {
    let command = "npm ci --prefix tests/editor && tests/servers/install && cargo test --locked";
    assert!(read("README.md").contains(&format!("```sh\n{command}\n```")));
    assert!(read(".ci/run").lines().any(|line| line == command));
}

#[test]
fn every_example_is_valid_and_plans_to_nothing_once_applied() {
    let named = regex::Regex::new(r"\{ env: (\w+) \}").unwrap();
    let mut count = 0;
    for example in std::fs::read_dir(root().join("examples")).unwrap() {
        let project = Project::example(example.unwrap().file_name().to_str().unwrap());
        let texts: String =
            project.files().iter().map(|(_, text)| String::from_utf8_lossy(text).into_owned()).collect();
        let secrets: Vec<(&str, &str)> = named
            .captures_iter(&texts)
            .map(|found| (found.extract::<1>().1[0], "an_example_of_a_secret_value"))
            .collect();
        let of_all = if project.at("cognitops.yaml").exists() {
            "--all-envs --sandbox"
        } else {
            "-f . --sandbox=state.json"
        };
        for command in
            ["validate", "apply --yes --allow-create-pool --allow-cost", "plan --detailed-exitcode"]
        {
            let ran = project.run_with(&format!("{command} {of_all}"), "", &secrets);
            assert_eq!(ran.code, 0, "{ran}");
        }
        count += 1;
    }
    assert!(count > 0);
}

#[test]
fn the_yaml_in_the_documentation_is_valid() {
    let project = Project::new();
    for path in documents() {
        for (info, body) in blocks(&std::fs::read_to_string(&path).unwrap()) {
            let (name, command) = match info.split(' ').next() {
                Some("yaml") if body.contains("apiVersion") => ("pool.yaml", "validate -f pool.yaml"),
                Some("yaml") if body.contains("environments:") => {
                    ("cognitops.yaml", "validate -f pool.yaml --all-envs")
                }
                _ => continue,
            };
            project.write("pool.yaml", "apiVersion: cognitops/v1\npool: p\n");
            project.write(name, &body);
            let ran = project.run(command);
            assert_eq!(ran.code, 0, "{}\n{body}\n{ran}", path.display());
            let _ = std::fs::remove_file(project.at("cognitops.yaml"));
        }
    }
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let links = regex::Regex::new(r"\]\(([^)#:]+)(?:#[^)]*)?\)").unwrap();
    for path in documents() {
        let text = std::fs::read_to_string(&path).unwrap();
        for found in links.captures_iter(&text) {
            let target = path.parent().unwrap().join(&found[1]);
            assert!(target.exists(), "{}: {}", path.display(), &found[1]);
        }
    }
}

#[test]
fn the_limits_in_the_documentation_are_those_of_the_code() {
    use cognitops::manifest::files::{MAX_FILE_BYTES, MAX_FILES, MAX_RUN_BYTES};
    use cognitops::manifest::lookup::{
        MAX_BYTES_OF_AN_ENVIRONMENT, MAX_ITEMS_OF_A_LIST, MAX_ITEMS_OF_AN_ENVIRONMENT,
    };
    let text = read("docs/commands.md");
    let mib = |bytes: u64| format!("{} MiB", bytes >> 20);
    for row in [
        format!("| a manifest file | {} |", mib(MAX_FILE_BYTES)),
        format!("| all files of a run | {}, {},000 files |", mib(MAX_RUN_BYTES), MAX_FILES / 1_000),
        format!("| a token | {} KiB |", cognitops::token::MAX_TOKEN_BYTES >> 10),
        format!("| a token's keys | {} |", mib(cognitops::token::MAX_KEYS_BYTES as u64)),
        format!("| items that one list unfolds into | {},000 |", MAX_ITEMS_OF_A_LIST / 1_000),
        format!(
            "| items of all lists of an environment | {},000,000 |",
            MAX_ITEMS_OF_AN_ENVIRONMENT / 1_000_000
        ),
        format!(
            "| text that all placeholders of an environment unfold into | {} |",
            mib(MAX_BYTES_OF_AN_ENVIRONMENT)
        ),
        format!("| nesting of a YAML document | {} levels |", cognitops::source::MAX_DEPTH),
    ] {
        assert!(text.contains(&row), "{row}");
    }
}

#[test]
fn every_direct_dependency_has_its_reason() {
    let manifest = read("Cargo.toml");
    let section = manifest.split("[dependencies]\n").nth(1).unwrap().split("\n[").next().unwrap();
    let text = read("docs/dependencies.md");
    for line in section.lines().filter(|line| line.contains(" = ")) {
        let name = line.split(" = ").next().unwrap();
        assert!(text.contains(name), "{name}");
    }
}

#[test]
fn every_exit_code_is_documented() {
    let text = read("docs/commands.md");
    for code in [0, 1, 2, 3, 4, 5, 64] {
        assert!(text.contains(&format!("| {code} | ")), "{code}");
    }
}

#[test]
fn every_call_stands_among_the_permissions() {
    use cognitops::cognito::{ReadOperation, WriteOperation};
    let text = read("docs/aws.md");
    let reads = ReadOperation::ALL.iter().map(|operation| operation.name());
    let writes = WriteOperation::ALL.iter().map(|operation| operation.name());
    for name in reads.chain(writes) {
        assert!(text.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn every_preset_stands_in_the_documentation() {
    let text = read("docs/manifest.md");
    for preset in cognitops::catalog::presets::table() {
        assert!(text.contains(&format!("| `{}` |", preset.member)), "{}", preset.member);
        assert!(text.contains(&format!("`{}`", preset.application_type)), "{}", preset.application_type);
    }
}
