//! The manifest's schema, as a file and as a table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use cognitops::catalog::presets;
use cognitops::manifest::schema::{schema, schema_text};
use cognitops::project;
use serde_json::{Value, json};

use crate::fields::{Field, fields, fields_of_all_files, project_fields};

/// The schema files with what they should hold and how to mend them.
fn schema_files() -> [(&'static str, String, &'static str); 2] {
    [
        ("schema/cognitops.schema.json", schema_text(), "cargo run -- schema"),
        ("schema/cognitops-project.schema.json", project::schema_text(), "cargo run -- schema --project"),
    ]
}

/// For every pattern: a field that has it, a value that it accepts, and one that only a search would accept.
pub(crate) const PATTERNS: [(&str, &str, &str); 41] = [
    ("pool", "customers", "customers/eu"),
    ("poolId", "eu-west-1_AbCdEf123", "eu-west-1_AbCdEf123!"),
    ("settings.userPoolTags", "aws:team", "my-aws:team"),
    ("settings.attributes", "custom:email", "email address"),
    ("settings.acrConfiguration", "Level4", "Level42"),
    ("settings.acrConfiguration{}.acrValue", "urn:example:mfa", "urn example"),
    ("settings.lambdaConfig.preSignUp", FUNCTION, "see arn:aws:lambda:eu-west-1:123456789012:function:f"),
    ("settings.smsConfiguration.snsCallerArn", FUNCTION, "see arn:aws:iam::123456789012:role/cognito-sms"),
    ("settings.smsAuthenticationMessage", "Code: {####}", "Code:\n{####}"),
    ("settings.verificationMessageTemplate.emailMessage", "Code: {####}", "\u{1}Code: {####}"),
    ("settings.verificationMessageTemplate.emailSubject", "Your code", "Your code\u{1}"),
    ("settings.verificationMessageTemplate.emailMessageByLink", "{##Here##}", "\u{1}{##Here##}"),
    ("settings.adminCreateUserConfig.inviteMessageTemplate.emailMessage", "Hello", "Hello\u{1}"),
    ("settings.emailConfiguration.replyToEmailAddress", "a@example.com", "mail a@example.com"),
    ("settings.emailConfiguration.configurationSet", "mails", "mails!"),
    ("settings.attributes{}.stringAttributeConstraints.maxLength", "64", "64 characters"),
    ("settings.attributes{}.numberAttributeConstraints.maxValue", "-1", "1.5"),
    ("domains", "auth.acme.com", "auth.acme.com/"),
    ("resourceServers{}.scopes", "orders.read", "orders/read"),
    ("identityProviders{}.idpIdentifiers[]", "acme.com", "acme.com/"),
    ("clients{}.clientId", "1example23456789", "1example-23456789"),
    ("clients{}.accessTokenValidity", "90m", "1h30m"),
    ("clients{}.supportedIdentityProviders[]", "Google", "Google\n"),
    ("clients{}.callbackURLs[]", "https://example.com/", "https://example.com/ or so"),
    ("clients{}.analyticsConfiguration.applicationId", "d70b2ba3", "d70b2ba3-x"),
    ("clients{}.clientSecret.env", "WEB_SECRET", "$WEB_SECRET"),
    (
        "riskConfiguration.accountTakeoverRiskConfiguration.notifyConfiguration.blockEmail.htmlBody",
        "<p>Blocked</p>",
        "<p>Blocked</p>\u{1}",
    ),
    ("logDelivery{}.s3Configuration.bucketArn", "arn:aws:s3:::logs", "see arn:aws:s3:::logs"),
    ("clients{}.terms{}.links", "cognito:french", "the cognito:french"),
    ("settings.passThrough", "Policies.NewPolicy", "Policies.NewPolicy[0]"),
    ("policy.delete[]", "clients[\"old web\"]", "clients.old web"),
    ("policy.ignore[]", "clients.*.callbackURLs", "clients/*"),
    ("project", "customers", "customers/eu"),
    ("environments", "prod", "prod eu"),
    ("base.accountId", "111111111111", "1111-1111-1111 or 111111111111"),
    ("base.endpointUrl", "http://127.0.0.1:5000", "see http://127.0.0.1:5000"),
    ("base.values", "web_host", "web.host"),
    ("base.provisionedLimits", "UserCreation", "UserCreation of all"),
    ("base.assumeRole.roleArn", ROLE, "see arn:aws:iam::111111111111:role/cognitops"),
    ("base.assumeRole.externalId", "customers", "customers!"),
    ("base.assumeRole.sessionName", "cognitops-ci", "cognitops/ci"),
];

const ROLE: &str = "arn:aws:iam::111111111111:role/cognitops";

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:cognito-trigger";

#[test]
fn the_schema_files_are_what_the_types_say() {
    for (file, text, command) in schema_files() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        if std::env::var_os("COGNITOPS_BLESS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == text,
            "{file} is out of date; run: {command} > {file} (or this test with COGNITOPS_BLESS=1)"
        );
    }
}

#[test]
fn the_schema_is_valid_and_stands_in_one_piece() {
    for (schema, title) in [(schema(), "cognitops manifest"), (project::schema(), "cognitops project")] {
        jsonschema::meta::validate(schema).unwrap();
        assert_eq!(schema["title"], title);
    }
    for (file, text, _) in schema_files() {
        jsonschema::meta::validate(&serde_json::from_str(&text).unwrap()).unwrap();
        for keyword in ["\"$ref\"", "\"$defs\"", "\"format\"", "\"$id\"", "\"default\": null"] {
            assert!(!text.contains(keyword), "{file}: {keyword}");
        }
    }
}

#[test]
fn every_field_is_described() {
    let silent: Vec<String> = fields_of_all_files()
        .into_iter()
        .filter(|field| field.named && !field.has("markdownDescription"))
        .map(|field| field.path)
        .collect();
    assert!(silent.is_empty(), "no doc comment: {silent:?}");
}

#[test]
fn every_value_of_an_enum_is_described() {
    for field in fields_of_all_files().iter().filter(|field| field.has("enum")) {
        let texts = field.schema["markdownEnumDescriptions"].as_array().unwrap();
        assert_eq!(texts.len(), field.schema["enum"].as_array().unwrap().len(), "{}", field.path);
        assert!(texts.iter().all(|text| text != ""), "{}: {texts:?}", field.path);
    }
}

#[test]
fn every_field_with_a_free_value_has_examples() {
    let bare: Vec<String> = fields_of_all_files()
        .into_iter()
        .filter(|field| field.named && has_free_value(field) && !field.has("examples"))
        .map(|field| field.path)
        .collect();
    assert!(bare.is_empty(), "no examples: {bare:?}");
}

fn has_free_value(field: &Field) -> bool {
    let boolean = field.types() == ["boolean"];
    let fixed = field.has("enum") || field.has("const");
    let block = field.has("properties") && field.types() == ["object"];
    !boolean && !fixed && !block
}

#[test]
fn examples_and_defaults_are_valid() {
    for field in fields_of_all_files() {
        let validator = jsonschema::draft202012::new(field.schema).unwrap();
        let examples = field.schema["examples"].as_array().into_iter().flatten();
        for value in examples.chain(field.schema.get("default")).chain(field.schema.get("x-absent")) {
            assert!(validator.is_valid(value), "{}: {value}", field.path);
        }
    }
}

#[test]
fn null_is_allowed_where_it_means_the_default_and_nowhere_else() {
    let sections = ["settings.attributes", "settings.userPoolTags"];
    for field in fields().iter().filter(|field| field.named) {
        let top = !field.path.contains('.');
        let refuses = top || field.required || sections.contains(&field.path.as_str());
        let validator = jsonschema::draft202012::new(field.schema).unwrap();
        assert_eq!(validator.is_valid(&Value::Null), !refuses, "{}", field.path);
    }
}

#[test]
fn null_takes_a_member_of_an_environment_away() {
    let fields = project_fields();
    for field in fields.iter().filter(|field| field.path.starts_with("environments{}.")) {
        let validator = jsonschema::draft202012::new(field.schema).unwrap();
        let is_own = !field.path["environments{}.".len()..].contains(['.', '[', '{']);
        assert!(!is_own || validator.is_valid(&Value::Null), "{}", field.path);
    }
    assert!(fields.iter().any(|field| field.path == "environments{}.values"));
}

#[test]
fn lists_of_scalars_are_sets_and_objects_are_closed() {
    for field in fields_of_all_files() {
        if field.has("items") {
            assert!(field.schema["uniqueItems"] == true || field.has("x-key"), "{}", field.path);
        }
        // A document has whatever members it has.
        if field.has("properties") && field.schema["x-file"] != "json" {
            assert_eq!(field.schema["additionalProperties"], false, "{}", field.path);
        }
    }
    assert_eq!(schema()["additionalProperties"], false);
    assert_eq!(project::schema()["additionalProperties"], false);
}

#[test]
fn a_pattern_speaks_of_the_whole_value() {
    for (path, whole, part) in PATTERNS {
        let pattern = pattern_of(path);
        let anchored = jsonschema::draft202012::new(&json!({ "pattern": pattern })).unwrap();
        assert!(anchored.is_valid(&whole.into()), "{path} refuses {whole:?}");
        let bare = pattern.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$")).expect("anchored");
        let search = jsonschema::draft202012::new(&json!({ "pattern": bare })).unwrap();
        assert!(search.is_valid(&part.into()), "{path}: not even a search accepts {part:?}");
        assert!(!anchored.is_valid(&part.into()), "{path} accepts {part:?}");
    }
    let tried: BTreeSet<String> = PATTERNS.iter().map(|(path, _, _)| pattern_of(path)).collect();
    let missing: Vec<String> = fields_of_all_files()
        .iter()
        .filter(|field| own_pattern(field).is_some_and(|pattern| !tried.contains(pattern)))
        .map(|field| field.path.clone())
        .collect();
    assert!(missing.is_empty(), "patterns without a case: {missing:?}");
}

/// The pattern of a field's value, or of its keys.
pub(crate) fn pattern_of(path: &str) -> String {
    let fields = fields_of_all_files();
    let found = fields.iter().filter(|field| field.path == path).find_map(own_pattern);
    found.unwrap_or_else(|| panic!("{path} has no pattern")).to_owned()
}

fn own_pattern(field: &Field) -> Option<&str> {
    let keys = &field.schema["propertyNames"];
    [&field.schema["pattern"], &keys["pattern"], &keys["not"]["pattern"]].into_iter().find_map(Value::as_str)
}

#[test]
fn reserved_tag_keys_are_refused() {
    let fields = fields();
    let tags = fields.iter().find(|field| field.path == "settings.userPoolTags").unwrap();
    let validator = jsonschema::draft202012::new(tags.schema).unwrap();
    for (key, allowed) in [
        ("team", true),
        ("my-aws:key", true),
        ("aws", true),
        ("aws:x", false),
        ("AWS:x", false),
        ("cognitops:managed-by", false),
        ("", false),
    ] {
        assert_eq!(validator.is_valid(&json!({ key: "x" })), allowed, "{key:?}");
    }
}

/// The keywords of our own and what each may say.
#[test]
fn extension_keywords_are_known_and_well_formed() {
    let one_of = |value: &Value, words: &[&str]| value.as_str().is_some_and(|word| words.contains(&word));
    for field in fields_of_all_files() {
        let keywords = field.schema.as_object().unwrap();
        for (keyword, value) in keywords.iter().filter(|(keyword, _)| keyword.starts_with("x-")) {
            let fine = match keyword.as_str() {
                "x-absent" => field.schema.get("default") != Some(value),
                "x-reset" => one_of(value, &["null", "empty", "impossible"]),
                "x-omitted" => one_of(value, &["live", "live-when-absent"]),
                "x-send" => one_of(value, &["changed", "nonDefault", "never"]),
                "x-create-only" | "x-identifies" | "x-section" | "x-pass-through" | "x-passes-on"
                | "x-verbatim" | "x-words" | "x-never-returned" => value == true,
                "x-operation" => {
                    let operations = [
                        "SetUserPoolMfaConfig",
                        "AddCustomAttributes",
                        "AddUserPoolClientSecret",
                        "TagResource",
                        "UpdateUserPoolReplica",
                        "identity",
                    ];
                    one_of(value, &operations)
                }
                "x-api-name" | "x-excluded-by" | "x-fetched-from" => value.is_string(),
                "x-undeclared" => value == "goes" && field.has("additionalProperties"),
                "x-injected" => value.is_array() && field.has("x-undeclared"),
                "x-file" => {
                    one_of(value, &["text", "base64", "json"])
                        && field.schema["properties"].get("file").is_some()
                }
                "x-named-by" => value.is_string() && field.has("enum"),
                "x-max-bytes" => value.is_u64() && field.has("x-file"),
                "x-api-type" => value == "string",
                "x-derived-from" => value.as_array().is_some_and(|sources| !sources.is_empty()),
                "x-answered" => value.as_object().unwrap().iter().all(|(name, keywords)| {
                    let known = ["x-send", "x-derived-from"];
                    field.schema["properties"].get(name).is_none()
                        && keywords
                            .as_object()
                            .unwrap()
                            .keys()
                            .all(|keyword| known.contains(&keyword.as_str()))
                }),
                "x-key" => field.schema["items"]["properties"].get(value.as_str().unwrap()).is_some(),
                "x-weaker" => {
                    one_of(value, &["lower", "higher", "removed", "widened"])
                        || names_every_value(&field, value)
                }
                _ => false,
            };
            assert!(fine, "{}: {keyword}: {value}", field.path);
        }
    }
}

/// Whether an order of values holds each of the field's values, and null where absence is a state.
fn names_every_value(field: &Field, order: &Value) -> bool {
    let mut named: Vec<String> = order.as_array().unwrap().iter().map(Value::to_string).collect();
    named.retain(|value| value != "null");
    named.sort();
    let mut values: Vec<String> = match field.schema["enum"].as_array() {
        Some(values) => values.iter().filter(|value| !value.is_null()).map(Value::to_string).collect(),
        None => vec!["false".into(), "true".into()],
    };
    values.sort();
    named == values
}

/// `apiVersion: cognitops/v1` promises that what a manifest leaves out means the same in every release. If this fails,
/// pools would change without a change of their manifest: that needs another `apiVersion`, not another snapshot.
#[test]
fn defaults_are_frozen() {
    let mut lines: BTreeMap<String, String> = BTreeMap::new();
    for field in fields() {
        let mut line = String::new();
        for keyword in ["default", "x-absent", "x-reset", "x-omitted", "x-send"] {
            if let Some(value) = field.schema.get(keyword) {
                write!(line, " {keyword}={value}").unwrap();
            }
        }
        if !line.is_empty() {
            lines.insert(field.path, line);
        }
    }
    let table: Vec<String> = lines.iter().map(|(path, line)| format!("{path}:{line}")).collect();
    insta::assert_snapshot!(table.join("\n"));
}

/// The same promise holds for what `applicationType` fills in.
#[test]
fn presets_are_frozen() {
    let lines: Vec<String> = presets::table()
        .iter()
        .map(|preset| {
            format!("{} {}={} ({})", preset.application_type, preset.member, preset.value, preset.reason)
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    spa allowedOAuthFlows=["code"] (tokens never stand in a URL, and PKCE protects the code)
    spa allowedOAuthFlowsUserPoolClient=true (the grant needs it)
    spa allowedOAuthScopes=["email","openid"] (who the user is, and nothing more)
    spa explicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH","ALLOW_USER_SRP_AUTH"] (the password never leaves the device, and a session can be renewed)
    spa generateSecret=false (whoever opens the page has what is in it)
    spa preventUserExistenceErrors="ENABLED" (a stranger does not learn who has an account)
    spa refreshTokenValidity="5d" (what a browser stores, other scripts of the page can read)
    spa supportedIdentityProviders=["COGNITO"] (the pool's own users may sign in)
    traditional-web allowedOAuthFlows=["code"] (tokens never stand in a URL, and PKCE protects the code)
    traditional-web allowedOAuthFlowsUserPoolClient=true (the grant needs it)
    traditional-web allowedOAuthScopes=["email","openid"] (who the user is, and nothing more)
    traditional-web explicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH","ALLOW_USER_SRP_AUTH"] (the password never leaves the device, and a session can be renewed)
    traditional-web generateSecret=true (a server can keep a secret, and then only it can redeem a code)
    traditional-web preventUserExistenceErrors="ENABLED" (a stranger does not learn who has an account)
    traditional-web supportedIdentityProviders=["COGNITO"] (the pool's own users may sign in)
    mobile allowedOAuthFlows=["code"] (tokens never stand in a URL, and PKCE protects the code)
    mobile allowedOAuthFlowsUserPoolClient=true (the grant needs it)
    mobile allowedOAuthScopes=["email","openid"] (who the user is, and nothing more)
    mobile explicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH","ALLOW_USER_SRP_AUTH"] (the password never leaves the device, and a session can be renewed)
    mobile generateSecret=false (whoever has the app has what is in it)
    mobile preventUserExistenceErrors="ENABLED" (a stranger does not learn who has an account)
    mobile supportedIdentityProviders=["COGNITO"] (the pool's own users may sign in)
    machine-to-machine allowedOAuthFlows=["client_credentials"] (there is no user to ask)
    machine-to-machine allowedOAuthFlowsUserPoolClient=true (the grant needs it)
    machine-to-machine explicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"] (no user signs in through it)
    machine-to-machine generateSecret=true (the grant needs it)
    machine-to-machine preventUserExistenceErrors="ENABLED" (a stranger does not learn who has an account)
    "#);
}

#[test]
fn presets_are_values_that_their_members_take() {
    let fields = fields();
    for preset in presets::table() {
        let path = format!("clients{{}}.{}", preset.member);
        let field = fields.iter().find(|field| field.path == path).unwrap();
        let validator = jsonschema::draft202012::new(field.schema).unwrap();
        assert!(validator.is_valid(&preset.value), "{path}: {}", preset.value);
    }
    let types = fields.iter().find(|field| field.path == "clients{}.applicationType").unwrap();
    for application_type in types.schema["enum"].as_array().unwrap().iter().filter_map(Value::as_str) {
        assert!(!presets::presets(application_type).is_empty(), "{application_type}");
    }
}
