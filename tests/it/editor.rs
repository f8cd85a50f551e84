//! The schemas in an editor: ajv, which compiles them as strictly as it can, and the YAML language server.
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

use crate::fields::fields_of_all_files;
use crate::schema::{PATTERNS, pattern_of};

/// What a script may take before it is ended.
const LIMIT: Duration = Duration::from_secs(30);

/// The keywords that JSON Schema does not know: ours, and those of editors.
fn vocabulary() -> BTreeSet<&'static str> {
    let keywords =
        fields_of_all_files().into_iter().flat_map(|field| field.schema.as_object().unwrap().keys());
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

/// The schemas as they are published, for editors.
const MANIFEST: &str = "cognitops.schema.json";
const PROJECT: &str = "cognitops-project.schema.json";

fn published(file: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(root().join("schema").join(file)).unwrap()).unwrap()
}

/// What ajv and our own validator say must be what is expected.
fn judge(schema: &Value, samples: &[(Value, bool)]) {
    let ours = jsonschema::draft202012::new(schema).unwrap();
    let cases: Vec<Value> = samples.iter().map(|(value, _)| json!({ "value": value })).collect();
    let verdicts = run("ajv.mjs", &json!({ "schema": schema, "vocabulary": vocabulary(), "cases": cases }));
    for ((value, valid), verdict) in samples.iter().zip(verdicts.as_array().unwrap()) {
        assert_eq!(*verdict, *valid, "ajv on {value}");
        assert_eq!(ours.is_valid(value), *valid, "our validator on {value}");
    }
}

#[test]
fn what_is_a_manifest_is_one_in_an_editor() {
    let valid: Vec<_> = samples().into_iter().filter(|(_, valid)| *valid).collect();
    judge(&published(MANIFEST), &valid);
}

#[test]
fn the_published_manifest_schema_judges_as_it_should() {
    let with =
        |section: &str, value: Value| json!({ "apiVersion": "cognitops/v1", "pool": "p", section: value });
    let client = |client: Value| with("clients", json!({ "web": client }));
    let function = |arn: &str| with("settings", json!({ "lambdaConfig": { "postConfirmation": arn } }));
    let provider = |provider: Value| with("identityProviders", json!({ "Corp": provider }));
    let details = json!({ "oidc_issuer": "https://login.example.com", "client_secret": { "env": "CORP" } });
    judge(
        &published(MANIFEST),
        &[
            // A placeholder stands where a text does, of whatever form.
            (function("${values.functions}:welcome"), true),
            (function("arn:aws:x"), false),
            (function("arn:aws:lambda:eu-west-1:123456789012:function:welcome"), true),
            (
                client(json!({ "callbackURLs": ["https://${values.host}/", "${values.previews}/callback"] })),
                true,
            ),
            (client(json!({ "callbackURLs": ["https://example.com/ or so"] })), false),
            (client(json!({ "clientName": "${values.brand}: web" })), true),
            (client(json!({ "clientName": "a: web" })), false),
            (client(json!({ "accessTokenValidity": "${values.session}" })), true),
            (client(json!({ "accessTokenValidity": "1 hour" })), false),
            (client(json!({ "generateSecret": "${values.secret}" })), false),
            (client(json!({ "applicationType": "${values.kind}" })), false),
            (client(json!({ "authSessionValidity": "${values.minutes}" })), false),
            (client(json!({ "clientSecret": { "env": "${values.stage}_SECRET" } })), true),
            (client(json!({ "clientSecret": "${values.secret}" })), false),
            (client(json!({ "clientSecret": {} })), false),
            (with("domains", json!({ "${values.prefix}": {} })), true),
            (with("domains", json!({ "a..example": {} })), false),
            // What a file lacks, defaults or a layer below may have.
            (provider(json!({ "providerDetails": details })), true),
            (provider(json!({ "providerType": "OIDC", "providerDetails": details })), true),
            (provider(json!({ "providerType": "SAML", "providerDetails": details })), false),
            (provider(json!({ "providerDetails": { "oidc_issuer": "x", "MetadataURL": "y" } })), false),
            (provider(json!({ "providerDetails": { "client_idd": "x" } })), false),
            (
                with(
                    "settings",
                    json!({ "lambdaConfig": { "preTokenGeneration": { "lambdaVersion": "V3_0" } } }),
                ),
                true,
            ),
            (with("settings", json!({ "attributes": { "x": { "stringAttributeConstraints": {} } } })), true),
            (
                with("resourceServers", json!({ "api": { "scopes": { "read": null, "write": "Write" } } })),
                true,
            ),
            // A list is one value.
            (
                with(
                    "settings",
                    json!({ "accountRecoverySetting": { "recoveryMechanisms": [{ "priority": 1 }] } }),
                ),
                false,
            ),
            // In a layer, null takes away what a key names; a section is written or not.
            (client(Value::Null), true),
            (provider(Value::Null), true),
            (with("clients", Value::Null), false),
            (with("policy", json!({ "omitted": { "clients.*": null } })), true),
            (json!({ "apiVersion": "cognitops/v1", "clients": {} }), false),
            (json!({ "pool": "p" }), false),
            (json!({ "apiVersion": "cognitops/v1", "pool": "${values.pool}" }), true),
        ],
    );
}

#[test]
fn the_published_project_schema_judges_as_it_should() {
    let environment = |environment: Value| json!({ "environments": { "dev": environment } });
    let role = |arn: &str| environment(json!({ "assumeRole": { "roleArn": arn } }));
    let client = |client: Value| environment(json!({ "clientDefaults": client }));
    let arn = "arn:aws:iam::111111111111:role/cognitops";
    judge(
        &published(PROJECT),
        &[
            (json!({}), true),
            (json!({ "project": "shop", "base": {}, "environments": { "dev": {}, "prod": {} } }), true),
            (json!({ "projects": "shop" }), false),
            (json!({ "project": "shop/eu" }), false),
            (json!({ "project": "${values.name}" }), false),
            (json!({ "environments": { "${values.name}": {} } }), false),
            (json!({ "environments": { "dev": null } }), false),
            (json!({ "base": null }), false),
            (environment(json!({ "regions": "eu-west-1" })), false),
            (environment(json!({ "accountId": "111111111111" })), true),
            (environment(json!({ "accountId": "1111" })), false),
            (environment(json!({ "accountId": 111_111_111_111_u64 })), false),
            (environment(json!({ "accountId": "${values.account}" })), true),
            (environment(json!({ "region": "${values.region}", "endpointUrl": "${env:SERVER}" })), true),
            (environment(json!({ "endpointUrl": "localhost" })), false),
            (environment(json!({ "region": null, "layers": null, "values": null, "policy": null })), true),
            (environment(json!({ "manifests": ["pools/", "${values.stage}.yaml"] })), true),
            (environment(json!({ "manifests": "pools/" })), false),
            (role(arn), true),
            (role("arn:aws:iam::${values.account}:role/cognitops"), true),
            (role("arn:aws:iam"), false),
            (environment(json!({ "assumeRole": { "sessionName": "ci" } })), true),
            (environment(json!({ "assumeRole": arn })), false),
            (
                environment(
                    json!({ "values": { "host": "x", "n": 1, "list": ["a", 2], "map": { "a": ["b"] } } }),
                ),
                true,
            ),
            (environment(json!({ "values": { "a.b": "x" } })), false),
            (environment(json!({ "values": ["x"] })), false),
            (environment(json!({ "policy": { "omitted": "keep", "prune": ["clients"] } })), true),
            (environment(json!({ "policy": { "maxResets": "${values.n}" } })), false),
            (client(json!({ "applicationType": "spa", "callbackURLs": ["${values.previews}/"] })), true),
            (client(json!({ "clientName": "web" })), false),
            (client(json!({ "applicationType": "${values.kind}" })), false),
            (client(json!({ "enableTokenRevocation": "${values.flag}" })), false),
            (environment(json!({ "identityProviderDefaults": { "providerType": "OIDC" } })), true),
            (environment(json!({ "identityProviderDefaults": { "providerType": "LDAP" } })), false),
            (
                environment(
                    json!({ "identityProviderDefaults": { "providerDetails": { "client_secret": {} } } }),
                ),
                false,
            ),
        ],
    );
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
    let by_setting = format!("{HEAD}{manifest}");
    let by_modeline =
        format!("# yaml-language-server: $schema=../../schema/cognitops.schema.json\n{by_setting}");
    let answers = language_server(Some(MANIFEST), &[Document::new(&by_setting)]);
    assert_eq!(answers[0]["diagnostics"], json!([]));
    let answers = language_server(None, &[Document::new(&by_modeline)]);
    assert_eq!(answers[0]["diagnostics"], json!([]));
}

#[test]
fn the_examples_have_no_diagnostics() {
    let files =
        walkdir::WalkDir::new(root().join("examples")).into_iter().map(|entry| entry.unwrap().into_path());
    let files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")).collect();
    let documents: Vec<Document> = files.iter().map(|path| Document::file(path)).collect();
    for (path, answer) in files.iter().zip(language_server(None, &documents)) {
        assert_eq!(answer["diagnostics"], json!([]), "{}", path.display());
    }
    assert!(files.len() > 10, "{files:?}");
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
    let answers = language_server(Some(MANIFEST), &documents);
    let expected = [
        (3, "Property mfaConfig is not allowed."),
        (3, "Value is not accepted. Valid values: \"OFF\", \"ON\", \"OPTIONAL\", null."),
        (5, "Value is below the minimum of 6."),
        (2, "Incorrect type. Expected \"object(cognitops manifest)\"."),
    ];
    for (answer, (line, message)) in answers.iter().zip(expected) {
        assert_eq!(answer["diagnostics"], json!([{ "line": line, "message": message }]));
    }
    let answers = language_server(None, &[Document::new(&modeline)]);
    assert_eq!(answers[0]["diagnostics"][0]["message"], "Property mfaConfig is not allowed.");
}

#[test]
fn hovering_a_member_shows_its_documentation() {
    let member = format!("{HEAD}settings:\n  policies:\n    passwordPolicy:\n      minimum‸Length: 12\n");
    let choice = format!("{HEAD}settings:\n  mfaCon‸figuration: OFF\n");
    let branch =
        format!("{HEAD}settings:\n  attributes:\n    x: {{ attributeDataType: String, muta‸ble: true }}\n");
    let documents = [Document::hovering(&member), Document::hovering(&choice), Document::hovering(&branch)];
    let answers = language_server(Some(MANIFEST), &documents);
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
    let answers = language_server(Some(MANIFEST), &documents);
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
    let answers = language_server(Some(MANIFEST), &documents);
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

const PROJECT_FILE: &str = "\
project: shop
base:
  region: ${values.region}
  manifests: [pools/]
  policy: { omitted: keep, prune: [clients] }
  clientDefaults: { applicationType: spa, accessTokenValidity: 30m }
  identityProviderDefaults: { providerType: OIDC, providerDetails: { attributes_request_method: GET } }
environments:
  dev:
    accountId: \"111111111111\"
    assumeRole: { roleArn: \"arn:aws:iam::111111111111:role/cognitops\" }
    values: { region: eu-west-1, previews: [\"https://pr-{0..49}.example.com\"], limits: { size: 3 } }
  prod:
    accountId: ${env:ACCOUNT}
    layers: [layers/prod/]
    policy: null
";

#[test]
fn a_good_project_file_has_no_diagnostics_and_a_bad_one_has_them_where_they_stand() {
    let environment = "environments:\n  dev:\n";
    let unknown = format!("{environment}    acountId: \"111111111111\"\n");
    let account = format!("{environment}    accountId: \"1111\"\n");
    let switch = format!("{environment}    clientDefaults:\n      generateSecret: ${{values.secret}}\n");
    let word = format!("{environment}    policy:\n      omitted: ${{values.omitted}}\n");
    let documents = [PROJECT_FILE, &unknown, &account, &switch, &word].map(Document::new);
    let answers = language_server(Some(PROJECT), &documents);
    assert_eq!(answers[0]["diagnostics"], json!([]));
    let expected = [
        (2, "Property acountId is not allowed."),
        (2, "String does not match the pattern of \"^(?:[0-9]{12})$\"."),
        (3, "Incorrect type. Expected one of boolean, null."),
        (3, "Value is not accepted. Valid values: \"default\", \"keep\"."),
    ];
    for (answer, (line, message)) in answers[1..].iter().zip(expected) {
        assert_eq!(answer["diagnostics"], json!([{ "line": line, "message": message }]));
    }
}

#[test]
fn an_environment_is_completed_and_explained() {
    let environment = "environments:\n  dev:\n";
    let places = [
        "‸",
        "policy:\n      ‸",
        "policy:\n      omitted: ‸",
        "clientDefaults:\n      ‸",
        "assumeRole:\n      ‸",
    ];
    let mut documents = vec![Document::completing("‸\n")];
    documents.extend(places.map(|place| Document::completing(&format!("{environment}    {place}\n"))));
    let answers = language_server(Some(PROJECT), &documents);
    let offered = |index: usize| -> BTreeSet<&str> {
        let items = answers[index]["completion"].as_array().unwrap();
        items.iter().filter_map(|item| item["label"].as_str()).collect()
    };
    assert_eq!(offered(0), BTreeSet::from(["base", "environments", "project"]));
    let members = published(PROJECT)["properties"]["base"]["properties"].clone();
    let members: BTreeSet<&str> = members.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(offered(1), members);
    for (index, member) in
        [(2, "omitted"), (2, "prune"), (3, "keep"), (3, "default"), (4, "applicationType"), (5, "roleArn")]
    {
        assert!(offered(index).contains(member), "{:?}", offered(index));
    }
    for of_one_client in ["clientName", "clientId", "clientSecret"] {
        assert!(!offered(4).contains(of_one_client), "{:?}", offered(4));
    }

    let hovers = [
        ("ba‸se: {}", "What all environments share."),
        ("environments:\n  d‸ev: {}", "One environment: an account and a Region"),
        ("base:\n  acc‸ountId: \"111111111111\"", "The one account that its pools live in."),
        ("base:\n  val‸ues: {}", "Values for `${values.name}` in manifests"),
        ("base:\n  lay‸ers: []", "laid over `manifests`"),
        ("base:\n  pol‸icy: {}", "The policy of every pool."),
        ("base:\n  policy:\n    omi‸tted: keep", "What a member means that a written section leaves out"),
        ("base:\n  client‸Defaults: {}", "What the app clients of every pool have"),
        ("base:\n  clientDefaults:\n    application‸Type: spa", "A page that runs in the browser"),
        ("base:\n  identity‸ProviderDefaults: {}", "What the identity providers of every pool have"),
    ];
    let documents = hovers.map(|(text, _)| Document::hovering(&format!("{text}\n")));
    for (answer, (text, expected)) in language_server(Some(PROJECT), &documents).iter().zip(hovers) {
        let shown = answer["hover"].as_str().unwrap_or_default();
        assert!(shown.contains(expected), "{text}: {shown}");
    }
}

/// A document to open, and where to ask in it.
struct Document(Value);

impl Document {
    fn new(text: &str) -> Self {
        Self(json!({ "text": text }))
    }

    /// A file in its place.
    fn file(path: &Path) -> Self {
        Self(json!({ "text": std::fs::read_to_string(path).unwrap(), "path": path }))
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

/// What the language server says of each document. Without a schema for all of them, each names its own.
fn language_server(schema: Option<&str>, documents: &[Document]) -> Vec<Value> {
    let schema = schema.map(|file| root().join("schema").join(file));
    let documents: Vec<&Value> = documents.iter().map(|document| &document.0).collect();
    let answers = run("language-server.mjs", &json!({ "schema": schema, "documents": documents }));
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
