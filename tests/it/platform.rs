//! The examples with environments: a small one, and a platform of many applications from one short definition.

use std::path::Path;

use serde_json::Value;

use crate::runner::{Project, Ran};

const ENVIRONMENTS: [&str; 3] = ["dev", "prod", "test"];

const SECRETS: [(&str, &str); 9] = [
    ("ALDER_SECRET", "example"),
    ("BIRCH_SECRET", "example"),
    ("CEDAR_SECRET", "example"),
    ("ELM_SECRET", "example"),
    ("HAZEL_SECRET", "example"),
    ("LARCH_SECRET", "example"),
    ("MAPLE_SECRET", "example"),
    ("OAK_SECRET", "example"),
    ("ROWAN_SECRET", "example"),
];

fn run(project: &Project, line: &str) -> Ran {
    let ran = project.run_with(line, "", &SECRETS);
    assert_eq!(ran.code, 0, "{line}: {ran}");
    ran
}

/// The manifest of one pool in one environment, as the engine sees it.
fn rendered(project: &Project, environment: &str, pool: &str) -> Value {
    let ran = run(project, &format!("render --env {environment} --format json"));
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    let pools = answer["pools"].as_array().unwrap();
    pools.iter().find(|found| found["key"] == pool).expect("the pool")["manifest"].clone()
}

#[test]
fn the_platform_is_short() {
    let project = Project::example("platform");
    let mut lines = 0;
    for (path, text) in project.files() {
        let text = String::from_utf8(text).unwrap();
        assert!(text.lines().all(|line| line.len() <= 120), "{}", path.display());
        lines += text.lines().count();
    }
    assert!(lines < 300, "{lines} lines");
}

#[test]
fn the_files_name_their_schema() {
    for example in ["environments", "platform"] {
        let project = Project::example(example);
        for (path, text) in project.files() {
            let text = String::from_utf8(text).unwrap();
            let schema =
                text.lines().next().unwrap().strip_prefix("# yaml-language-server: $schema=").unwrap();
            let within = path.strip_prefix(project.path()).unwrap();
            let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example);
            let found = directory.join(within).with_file_name(schema).canonicalize().unwrap();
            let is_project = within == Path::new("cognitops.yaml");
            let name = if is_project { "cognitops-project.schema.json" } else { "cognitops.schema.json" };
            assert_eq!(found.file_name().unwrap(), name, "{}", path.display());
        }
    }
}

#[test]
fn the_platform_is_valid_and_plans_to_nothing_once_applied() {
    let project = Project::example("platform");
    assert_eq!(run(&project, "validate --all-envs --strict").stdout, "6 pools are valid.\n");
    let applied = run(&project, "apply --all-envs --sandbox --yes --allow-create-pool");
    for (call, count) in [("CreateUserPoolClient", 3 * (16 + 3)), ("CreateIdentityProvider", 3 * 9)] {
        assert_eq!(applied.stdout.matches(call).count(), 2 * count, "{call}, planned and done");
    }
    let planned = run(&project, "plan --all-envs --sandbox --detailed-exitcode");
    assert_eq!(
        planned.stdout.matches("No changes: 2 pools are as their manifests say.").count(),
        3,
        "{planned}"
    );
    for environment in ENVIRONMENTS {
        assert!(project.at(&format!(".cognitops/sandbox-{environment}.json")).exists());
    }
}

#[test]
fn the_small_example_is_valid_without_a_warning() {
    let project = Project::example("environments");
    assert_eq!(run(&project, "validate --all-envs --strict").stdout, "2 pools are valid.\n");
}

#[test]
fn the_platform_has_its_applications_providers_and_previews() {
    let project = Project::example("platform");
    for environment in ENVIRONMENTS {
        let users = rendered(&project, environment, "users");
        let providers = users["identityProviders"].as_object().unwrap();
        assert_eq!(providers.len(), 9);
        assert!(providers.values().all(|provider| provider["providerType"] == "OIDC"), "{providers:?}");
        let clients = users["clients"].as_object().unwrap();
        assert_eq!(clients.len(), 16);
        for (name, client) in clients {
            let callbacks: Vec<&str> =
                client["callbackURLs"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            let previews: Vec<&&str> =
                callbacks.iter().filter(|url| url.contains(".preview.example.com/")).collect();
            assert_eq!(previews.len(), if environment == "dev" { 50 } else { 0 }, "{environment} {name}");
            assert_eq!(callbacks.len(), previews.len() + 1, "{environment} {name}");
            if let [first, .., last] = previews[..] {
                assert!(first.starts_with("https://pr-0.preview.example.com/"), "{first}");
                assert!(last.starts_with("https://pr-49.preview.example.com/"), "{last}");
            }
        }
        let services = rendered(&project, environment, "services");
        let machines = services["clients"].as_object().unwrap().values();
        assert!(machines.map(|client| &client["applicationType"]).all(|kind| kind == "machine-to-machine"));
    }
}

#[test]
fn the_environments_differ_where_they_say_so() {
    let project = Project::example("platform");
    let facts = |environment: &str| {
        let users = rendered(&project, environment, "users");
        let settings = &users["settings"];
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        [
            text(&settings["lambdaConfig"]["preTokenGeneration"]["lambdaArn"]),
            text(&settings["deletionProtection"]),
            text(&settings["mfaConfiguration"]),
            text(&settings["policies"]["passwordPolicy"]["minimumLength"]),
            text(&users["clients"]["checkout"]["authSessionValidity"]),
            text(&users["clients"]["checkout"]["refreshTokenValidity"]),
            text(&users["clients"]["checkout"]["logoutURLs"][0]),
            text(&users["identityProviders"]["Oak"]["providerDetails"]["oidc_issuer"]),
        ]
        .join("\n")
    };
    insta::assert_snapshot!(ENVIRONMENTS.map(facts).join("\n\n"), @"
    arn:aws:lambda:eu-west-1:111111111111:function:claims:latest
    INACTIVE
    OPTIONAL
    8
    15
    30d
    https://checkout.dev.example.com/
    https://oak.sandbox.partners.example.com

    arn:aws:lambda:eu-central-1:333333333333:function:claims:stable
    ACTIVE
    ON
    14
    5
    12h
    https://checkout.example.com/
    https://oak.partners.example.com

    arn:aws:lambda:eu-west-1:222222222222:function:claims:candidate
    INACTIVE
    OPTIONAL
    14
    5
    7d
    https://checkout.test.example.com/
    https://oak.sandbox.partners.example.com
    ");
}

#[test]
fn what_is_rendered_renders_to_itself() {
    for (example, environments) in [("environments", &["dev", "prod"][..]), ("platform", &ENVIRONMENTS[..])] {
        let project = Project::example(example);
        for environment in environments {
            let first = run(&project, &format!("render --env {environment}")).stdout;
            let alone = Project::new().file("rendered.yaml", &first);
            assert_eq!(run(&alone, "render -f rendered.yaml").stdout, first, "{example} {environment}");
        }
    }
}
