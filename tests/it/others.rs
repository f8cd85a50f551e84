//! Second opinions: the main job against servers that nobody here wrote, with an explicit list of where they differ
//! from AWS.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::runner::{Project, Ran};

mod compare;

const LIMIT: Duration = Duration::from_secs(30);

/// A server in a process of its own, on a free port of loopback.
pub(crate) struct Other {
    process: Child,
    port: u16,
}

impl Other {
    pub(crate) fn start(name: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let text = port.to_string();
        let bin = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/servers/.{name}/bin"));
        let mut command = match name {
            "moto" => Command::new(bin.join("moto_server")),
            _ => Command::new(bin.join("ministack")),
        };
        if name == "moto" {
            command.args(["-H", "127.0.0.1", "-p", &text]);
        }
        let process = command
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", &text)
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the servers are installed by tests/servers/install");
        let mut server = Self { process, port };
        server.wait();
        server
    }

    fn wait(&mut self) {
        let started = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(started.elapsed() < LIMIT, "the server did not start");
            assert!(self.process.try_wait().unwrap().is_none(), "the server ended");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn run(&self, project: &Project, line: &str) -> Ran {
        let line = format!("{line} -f pool.yaml --region us-east-1 --endpoint-url {}", self.url());
        let environment = [
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("GOOGLE_CLIENT_SECRET", "google"),
            ("CORPORATE_CLIENT_SECRET", "corporate"),
        ];
        project.run_with(&line, "", &environment)
    }

    /// The paths that a plan would still change, or that it refuses to.
    fn differences(&self, project: &Project) -> Vec<String> {
        let ran = self.run(project, "plan --format json --allow-reset");
        let plan: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
        let pool = &plan["pools"][0];
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let mut found = Vec::new();
        for resource in list(&pool["resources"]) {
            for change in list(&resource["steps"]).iter().flat_map(|step| list(&step["changes"])) {
                let address = resource["address"].as_str().unwrap();
                found.push(format!("{address}.{}", change["path"].as_str().unwrap()));
            }
        }
        found.extend(
            list(&pool["refusals"]).iter().map(|refusal| refusal["address"].as_str().unwrap().to_owned()),
        );
        found.sort();
        found
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where a server differs: in which example, when, which fields, and what AWS is documented to do.
struct Known {
    server: &'static str,
    example: &'static str,
    after_creation: &'static [&'static str],
    after_change: &'static [&'static str],
    aws: &'static str,
}

const KNOWN: &[Known] = &[
    Known {
        server: "moto",
        example: "quickstart",
        after_creation: &[
            "customers.settings.adminCreateUserConfig.inviteMessageTemplate",
            "customers.settings.verificationMessageTemplate.emailMessage",
            "customers.settings.verificationMessageTemplate.emailSubject",
            "customers.settings.verificationMessageTemplate.smsMessage",
        ],
        after_change: &[],
        aws: "answers no texts that nobody set; only DefaultEmailOption is filled in",
    },
    Known {
        server: "moto",
        example: "quickstart",
        after_creation: &[],
        after_change: &[
            "customers.settings.usernameAttributes",
            "customers.settings.usernameConfiguration.caseSensitive",
        ],
        aws: "keeps what is fixed at creation, which no update holds",
    },
    Known {
        server: "moto",
        example: "hosted-ui",
        after_creation: &[
            "shop.domains.acme-shop.managedLoginVersion",
            "shop.domains[\"auth.acme.com\"].customDomainConfig.certificateArn",
        ],
        after_change: &[
            "shop.domains.acme-shop.managedLoginVersion",
            "shop.domains[\"auth.acme.com\"].customDomainConfig.certificateArn",
        ],
        aws: "keeps a domain's version and certificate, and both of a pool's domains",
    },
    Known {
        server: "moto",
        example: "hosted-ui",
        after_creation: &[
            "shop.settings.adminCreateUserConfig.inviteMessageTemplate",
            "shop.settings.verificationMessageTemplate.emailMessage",
            "shop.settings.verificationMessageTemplate.emailSubject",
            "shop.settings.verificationMessageTemplate.smsMessage",
        ],
        after_change: &[
            "shop.settings.adminCreateUserConfig.inviteMessageTemplate",
            "shop.settings.verificationMessageTemplate.emailMessage",
            "shop.settings.verificationMessageTemplate.emailSubject",
            "shop.settings.verificationMessageTemplate.smsMessage",
        ],
        aws: "answers no texts that nobody set; only DefaultEmailOption is filled in",
    },
    Known {
        server: "moto",
        example: "hosted-ui",
        after_creation: &[],
        after_change: &["shop.resourceServers[\"https://api.acme.com\"].scopes[\"orders.write\"]"],
        aws: "has UpdateResourceServer",
    },
];

/// A project with an example's one manifest.
fn example(name: &str) -> (Project, String) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    let file = std::fs::read_dir(directory).unwrap().next().unwrap().unwrap().path();
    let manifest = std::fs::read_to_string(file).unwrap();
    (Project::with(&manifest), manifest)
}

/// The differences that are known of a server in an example.
fn known(server: &str, example: &str, pick: fn(&Known) -> &'static [&'static str]) -> Vec<&'static str> {
    let of_it = KNOWN.iter().filter(|known| known.server == server && known.example == example);
    let mut all: Vec<&str> = of_it.flat_map(pick).copied().collect();
    all.sort_unstable();
    all
}

/// Validate, plan, apply, plan, change, apply, plan, drift.
fn main_job(name: &str) {
    let ((project, manifest), server) = (example("quickstart"), Other::start(name));
    assert_eq!(project.run("validate -f pool.yaml").code, 0);
    let ran = server.run(&project, "plan --detailed-exitcode");
    assert_eq!(ran.code, 2, "{ran}");
    let ran = server.run(&project, "apply --yes --allow-create-pool");
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(
        server.differences(&project),
        known(name, "quickstart", |known| known.after_creation),
        "{name}"
    );
    project
        .write("pool.yaml", manifest.replace("minimumLength: 12", "minimumLength: 14").replace("15m", "30m"));
    let ran = server.run(&project, "apply --yes --allow-reset");
    let expected = known(name, "quickstart", |known| known.after_change);
    assert_eq!(ran.code, if expected.is_empty() { 0 } else { 4 }, "{ran}");
    assert_eq!(server.differences(&project), expected, "{name}");
    let ran = server.run(&project, "drift");
    assert_eq!(ran.code, if expected.is_empty() { 0 } else { 2 }, "{ran}");
    assert!(KNOWN.iter().all(|known| !known.aws.is_empty()), "each difference has what AWS does beside it");
}

/// The same for domains, providers, scopes, groups and the clients that use them.
fn hosted_ui(name: &str) {
    let ((project, manifest), server) = (example("hosted-ui"), Other::start(name));
    let ran = server.run(&project, "apply --yes --allow-create-pool --wait 5s");
    let expected = known(name, "hosted-ui", |known| known.after_creation);
    // What did not take is reported at once.
    assert_eq!(ran.code, if expected.is_empty() { 0 } else { 5 }, "{ran}");
    assert!(ran.stdout.contains("Applied") && !ran.stdout.contains("failed"), "{ran}");
    assert_eq!(server.differences(&project), expected, "{name}");
    let changed = manifest
        .replace("authorize_scopes: openid email profile", "authorize_scopes: openid email")
        .replace("{ orders.read: Read orders }", "{ orders.read: Read orders, orders.write: Write orders }")
        .replace("accessTokenValidity: 30m", "accessTokenValidity: 15m");
    project.write("pool.yaml", format!("{changed}\npolicy: {{ ignore: [settings] }}\n"));
    server.run(&project, "apply --yes --allow-reset --wait 5s");
    project.write("pool.yaml", changed);
    assert_eq!(server.differences(&project), known(name, "hosted-ui", |known| known.after_change), "{name}");
    let ran = server.run(&project, "login-url web --redirect-uri myapp://callback");
    assert!(
        ran.stdout.starts_with("https://") && ran.stdout.contains("/login?response_type=code&client_id="),
        "{ran}"
    );
}

#[test]
fn moto_sets_up_sign_in_but_for_what_is_known() {
    hosted_ui("moto");
}

#[test]
fn ministack_sets_up_sign_in() {
    hosted_ui("ministack");
}

#[test]
fn moto_agrees_but_for_what_is_known() {
    main_job("moto");
}

#[test]
fn ministack_agrees() {
    main_job("ministack");
}
