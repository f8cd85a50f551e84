//! The schema in an editor: ajv, which compiles it as strictly as it can, and the YAML language server.
//!
//! Both are JavaScript and run in node, as locked in `tests/editor`. Nothing here uses the network.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use cognitops::manifest::schema::schema;
use serde_json::{Value, json};

use crate::fields::fields;
use crate::schema::{PATTERNS, pattern_of};

/// What a script may take before it is ended.
const LIMIT: Duration = Duration::from_secs(30);

/// The keywords that JSON Schema does not know: ours, and those of editors.
fn vocabulary() -> BTreeSet<&'static str> {
    let keywords = fields().into_iter().flat_map(|field| field.schema.as_object().unwrap().keys());
    let own = keywords.map(String::as_str).filter(|keyword| keyword.starts_with("x-"));
    own.chain(["markdownDescription", "markdownEnumDescriptions", "patternErrorMessage"]).collect()
}

#[test]
fn ajv_and_our_validator_agree() {
    let ours = jsonschema::draft202012::new(schema()).unwrap();
    let mut cases = Vec::new();
    let mut expected = Vec::new();
    for (value, valid) in samples() {
        assert_eq!(ours.is_valid(&value), valid, "our validator on {value}");
        cases.push(json!({ "value": value }));
        expected.push(valid);
    }
    for (path, whole, part) in PATTERNS {
        for (value, valid) in [(whole, true), (part, false)] {
            let pattern = json!({ "type": "string", "pattern": pattern_of(path) });
            cases.push(json!({ "schema": pattern, "value": value }));
            expected.push(valid);
        }
    }
    let verdicts = run("ajv.mjs", &json!({ "schema": schema(), "vocabulary": vocabulary(), "cases": cases }));
    for ((case, verdict), valid) in cases.iter().zip(verdicts.as_array().unwrap()).zip(expected) {
        assert_eq!(*verdict, valid, "ajv on {case}");
    }
}

/// Manifests, and whether they are valid.
fn samples() -> Vec<(Value, bool)> {
    let settings =
        |settings: Value| json!({ "apiVersion": "cognitops/v1", "pool": "p", "settings": settings });
    let client =
        |client: Value| json!({ "apiVersion": "cognitops/v1", "pool": "p", "clients": { "web": client } });
    let attribute = |definition: Value| settings(json!({ "attributes": { "tenant_id": definition } }));
    let policy = |policy: Value| json!({ "apiVersion": "cognitops/v1", "pool": "p", "policy": policy });
    let provider = |provider: Value| json!({ "apiVersion": "cognitops/v1", "pool": "p", "identityProviders": { "Google": provider } });
    let google = json!({ "client_id": "1", "client_secret": { "env": "G" }, "authorize_scopes": "openid" });
    vec![
        (provider(json!({ "providerType": "Google", "providerDetails": google })), true),
        (provider(json!({ "providerType": "OIDC", "providerDetails": google })), false),
        (provider(json!({ "providerType": "SAML", "providerDetails": { "IDPInit": true } })), false),
        (provider(json!({ "providerType": "SAML", "providerDetails": { "MetadataURL": "x" } })), true),
        (json!({ "apiVersion": "cognitops/v1", "pool": "p", "domains": { "a.example": {} } }), true),
        (json!({ "apiVersion": "cognitops/v1", "pool": "p", "domains": { "a..example": {} } }), false),
        (
            json!({ "apiVersion": "cognitops/v1", "pool": "p", "groups": { "a": { "precedence": -1 } } }),
            false,
        ),
        (json!({ "apiVersion": "cognitops/v1", "pool": "customers" }), true),
        (json!({ "apiVersion": "cognitops/v1", "poolId": "eu-west-1_AbCdEf123" }), true),
        (json!({ "apiVersion": "cognitops/v1" }), false),
        (json!({ "apiVersion": "cognitops/v2", "pool": "customers" }), false),
        (json!({ "apiVersion": "cognitops/v1", "pool": "Müller" }), false),
        (json!({ "apiVersion": "cognitops/v1", "pool": "customers", "users": {} }), false),
        (json!({ "apiVersion": "cognitops/v1", "pool": "customers", "clients": null }), false),
        (settings(json!({})), true),
        (settings(Value::Null), false),
        (settings(json!({ "mfaConfiguration": "OFF" })), true),
        (settings(json!({ "mfaConfiguration": null })), true),
        (settings(json!({ "mfaConfiguration": false })), false),
        (settings(json!({ "smsMfaConfiguration": {} })), true),
        (settings(json!({ "smsMfaConfiguration": { "enabled": true } })), false),
        (settings(json!({ "deviceConfiguration": {} })), false),
        (settings(json!({ "policies": { "passwordPolicy": { "minimumLength": 5 } } })), false),
        (settings(json!({ "autoVerifiedAttributes": ["email", "email"] })), false),
        (settings(json!({ "userPoolTags": { "aws:x": "y" } })), false),
        (settings(json!({ "lambdaConfig": { "preTokenGeneration": FUNCTION } })), true),
        (settings(json!({ "lambdaConfig": { "preTokenGeneration": "arn" } })), false),
        (settings(json!({ "lambdaConfig": { "preTokenGeneration": { "lambdaArn": FUNCTION } } })), false),
        (settings(json!({ "emailConfiguration": { "from": "" } })), true),
        (settings(json!({ "smsAuthenticationMessage": "😀{####}" })), true),
        (attribute(json!({ "attributeDataType": "String", "mutable": true })), true),
        (
            attribute(
                json!({ "attributeDataType": "String", "stringAttributeConstraints": { "maxLength": 64 } }),
            ),
            true,
        ),
        (attribute(json!({ "attributeDataType": "Number", "stringAttributeConstraints": {} })), false),
        (attribute(json!({ "attributeDataType": "Text" })), false),
        (attribute(json!({ "mutable": true })), false),
        (client(json!({ "accessTokenValidity": "1h", "idTokenValidity": 60 })), true),
        (client(json!({ "accessTokenValidity": "1 hour" })), false),
        (client(json!({ "accessTokenValidity": 0 })), false),
        (client(json!({ "clientSecret": { "env": "WEB_SECRET" } })), true),
        (client(json!({ "clientSecret": { "env": "WEB_SECRET", "file": "secret" } })), false),
        (client(json!({ "clientSecret": "correct-horse-battery-staple" })), false),
        (client(json!({ "explicitAuthFlows": ["ALLOW_USER_SRP_AUTH", null] })), false),
        (client(Value::Null), false),
        (policy(json!({ "omitted": "keep", "prune": ["clients"], "owner": "none" })), true),
        (policy(json!({ "omitted": { "clients.*": "keep" }, "unknown": { "NewThing": "drop" } })), true),
        (policy(json!({ "omitted": "ignore" })), false),
    ]
}

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:cognito-trigger";

const HEAD: &str = "apiVersion: cognitops/v1\npool: customers\n";

#[test]
fn a_good_manifest_has_no_diagnostics() {
    let manifest = "\
settings:
  mfaConfiguration: OFF
  deletionProtection: ACTIVE
  usernameAttributes: [email]
  policies:
    passwordPolicy: { minimumLength: 12, requireSymbols: false }
  attributes:
    tenant_id: { attributeDataType: String, mutable: false, stringAttributeConstraints: { maxLength: \"64\" } }
  userPoolTags: { team: identity }
  lambdaConfig:
    preTokenGeneration:
      lambdaArn: arn:aws:lambda:eu-west-1:123456789012:function:claims
      lambdaVersion: V2_0
clients:
  web:
    callbackURLs: [https://app.example.com/callback, myapp://callback]
    accessTokenValidity: 30m
    clientSecret: { env: WEB_CLIENT_SECRET }
    applicationType: spa
policy:
  omitted: keep
";
    let example = std::fs::read_to_string(root().join("examples/hosted-ui/shop.yaml")).unwrap();
    assert_eq!(language_server(true, &[Document::new(&example)])[0]["diagnostics"], json!([]));
    let by_setting = format!("{HEAD}{manifest}");
    let by_modeline =
        format!("# yaml-language-server: $schema=../../schema/cognitops.schema.json\n{by_setting}");
    let answers = language_server(true, &[Document::new(&by_setting)]);
    assert_eq!(answers[0]["diagnostics"], json!([]));
    let answers = language_server(false, &[Document::new(&by_modeline)]);
    assert_eq!(answers[0]["diagnostics"], json!([]));
}

#[test]
fn mistakes_are_reported_where_they_stand() {
    let unknown = format!("{HEAD}settings:\n  mfaConfig: OFF\n");
    let value = format!("{HEAD}settings:\n  mfaConfiguration: SOMETIMES\n");
    let length = format!("{HEAD}settings:\n  policies:\n    passwordPolicy:\n      minimumLength: 5\n");
    let empty = format!("{HEAD}clients:\n");
    let modeline = format!(
        "# yaml-language-server: $schema=../../schema/cognitops.schema.json\n{HEAD}settings:\n  mfaConfig: OFF\n"
    );
    let documents: Vec<Document> = [&unknown, &value, &length, &empty].map(|text| Document::new(text)).into();
    let answers = language_server(true, &documents);
    let expected = [
        (3, "Property mfaConfig is not allowed."),
        (3, "Value is not accepted. Valid values: \"OFF\", \"ON\", \"OPTIONAL\", null."),
        (5, "Value is below the minimum of 6."),
        (2, "Incorrect type. Expected \"object(cognitops manifest)\"."),
    ];
    for (answer, (line, message)) in answers.iter().zip(expected) {
        assert_eq!(answer["diagnostics"], json!([{ "line": line, "message": message }]));
    }
    let answers = language_server(false, &[Document::new(&modeline)]);
    assert_eq!(answers[0]["diagnostics"][0]["message"], "Property mfaConfig is not allowed.");
}

#[test]
fn hovering_a_member_shows_its_documentation() {
    let member = format!("{HEAD}settings:\n  policies:\n    passwordPolicy:\n      minimum‸Length: 12\n");
    let choice = format!("{HEAD}settings:\n  mfaCon‸figuration: OFF\n");
    let branch =
        format!("{HEAD}settings:\n  attributes:\n    x: {{ attributeDataType: String, muta‸ble: true }}\n");
    let documents = [Document::hovering(&member), Document::hovering(&choice), Document::hovering(&branch)];
    let answers = language_server(true, &documents);
    let shown = |index: usize| answers[index]["hover"].as_str().unwrap_or_default().to_owned();
    assert!(shown(0).contains("The fewest characters of a password. Default: 8."), "{}", shown(0));
    assert!(shown(1).contains("Whether users need a second factor."), "{}", shown(1));
    assert!(shown(1).contains("Each user decides."), "{}", shown(1));
    assert!(shown(2).contains("Whether a value can change once it is set."), "{}", shown(2));
}

#[test]
fn completion_offers_members_and_values() {
    let members = format!("{HEAD}settings:\n  ‸\n");
    let values = format!("{HEAD}settings:\n  mfaConfiguration: ‸\n");
    let attribute =
        format!("{HEAD}settings:\n  attributes:\n    tenant_id:\n      attributeDataType: String\n      ‸\n");
    let flows = format!("{HEAD}clients:\n  web:\n    explicitAuthFlows:\n      - ‸\n");
    let documents = [&members, &values, &attribute, &flows].map(|text| Document::completing(text));
    let answers = language_server(true, &documents);
    // The server quotes what other readers of YAML take for booleans, such as OFF.
    let offered = |index: usize| -> Vec<&str> {
        let items = answers[index]["completion"].as_array().unwrap();
        items.iter().filter_map(|item| Some(item["label"].as_str()?.trim_matches('"'))).collect()
    };
    assert!(offered(0).contains(&"mfaConfiguration"), "{:?}", offered(0));
    assert!(offered(0).contains(&"policies"), "{:?}", offered(0));
    for value in ["OFF", "ON", "OPTIONAL"] {
        assert!(offered(1).contains(&value), "{:?}", offered(1));
    }
    assert_ne!(offered(1).first(), Some(&"null"), "{:?}", offered(1));
    assert!(offered(2).contains(&"stringAttributeConstraints"), "{:?}", offered(2));
    assert!(!offered(2).contains(&"numberAttributeConstraints"), "{:?}", offered(2));
    assert!(offered(3).contains(&"ALLOW_USER_SRP_AUTH"), "{:?}", offered(3));
    assert!(!offered(3).contains(&"null"), "{:?}", offered(3));
}

#[test]
fn a_provider_is_helped_by_its_type() {
    let head = format!("{HEAD}identityProviders:\n  Corp:\n");
    let types = format!("{head}    providerType: ‸\n");
    let details = format!("{head}    providerType: SAML\n    providerDetails:\n      ‸\n");
    let wrong = format!(
        "{head}    providerType: SAML\n    providerDetails:\n      MetadataURL: x\n      client_id: y\n"
    );
    let hover = format!("{head}    providerType: OIDC\n    providerDetails:\n      oidc_‸issuer: x\n");
    let documents = [
        Document::completing(&types),
        Document::completing(&details),
        Document::new(&wrong),
        Document::hovering(&hover),
    ];
    let answers = language_server(true, &documents);
    let offered = |index: usize| -> Vec<&str> {
        let items = answers[index]["completion"].as_array().unwrap();
        items.iter().filter_map(|item| item["label"].as_str()).collect()
    };
    for value in ["SAML", "OIDC", "Google", "Facebook", "LoginWithAmazon", "SignInWithApple"] {
        assert!(offered(0).contains(&value), "{:?}", offered(0));
    }
    assert!(offered(1).contains(&"MetadataURL"), "{:?}", offered(1));
    assert!(!offered(1).contains(&"client_id"), "{:?}", offered(1));
    assert_eq!(
        answers[2]["diagnostics"],
        json!([{ "line": 7, "message": "Property client_id is not allowed." }])
    );
    assert!(answers[3]["hover"].as_str().unwrap().contains("The provider's issuer URL"), "{}", answers[3]);
}

/// A document to open, and where to ask in it.
struct Document(Value);

impl Document {
    fn new(text: &str) -> Self {
        Self(json!({ "text": text }))
    }

    /// Asks for the documentation at `‸`.
    fn hovering(text: &str) -> Self {
        let (text, position) = Self::cursor(text);
        Self(json!({ "text": text, "hover": position }))
    }

    /// Asks for completions at `‸`.
    fn completing(text: &str) -> Self {
        let (text, position) = Self::cursor(text);
        Self(json!({ "text": text, "complete": position }))
    }

    fn cursor(text: &str) -> (String, Value) {
        let (before, after) = text.split_once('‸').expect("a cursor");
        let line = before.matches('\n').count();
        let character = before.lines().last().filter(|_| !before.ends_with('\n')).map_or(0, str::len);
        (format!("{before}{after}"), json!({ "line": line, "character": character }))
    }
}

/// What the language server says of each document. `by_setting` gives it our schema for all of them.
fn language_server(by_setting: bool, documents: &[Document]) -> Vec<Value> {
    let schema = root().join("schema/cognitops.schema.json");
    let documents: Vec<&Value> = documents.iter().map(|document| &document.0).collect();
    let answers = run(
        "language-server.mjs",
        &json!({ "schema": by_setting.then_some(schema), "documents": documents }),
    );
    answers.as_array().unwrap().clone()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Runs a script of `tests/editor` with JSON on both sides.
fn run(script: &str, input: &Value) -> Value {
    let directory = root().join("tests/editor");
    let installed = directory.join("node_modules/yaml-language-server").is_dir();
    assert!(installed, "the editor tests' packages are missing; run: npm ci --prefix tests/editor");
    let mut command = Command::new("node");
    command.arg(directory.join(script)).current_dir(&directory);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut script = Ended(command.spawn().expect("node is needed for the editor tests"));
    let child = &mut script.0;
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let answer = thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let complaint = thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).map(|_| text)
    });
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(started.elapsed() < LIMIT, "the script took longer than {LIMIT:?}");
        thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "{}", complaint.join().unwrap().unwrap());
    serde_json::from_str(&answer.join().unwrap().unwrap()).unwrap()
}

/// A process that does not outlive its test. The language server below it ends with it: it watches its parent.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // Both fail when the process has ended already, which is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
