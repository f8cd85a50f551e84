//! Generated manifests: any valid combination of what the schema's fields can hold.

use std::sync::LazyLock;

use cognitops::manifest::load;
use cognitops::path::{Path, Segment};
use cognitops::source::Source;
use cognitops::validate;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// How properties are tested: 64 cases, or as many as `PROPTEST_CASES` says. A failure prints its smallest input; nothing
/// is written beside the tests.
pub(crate) fn config() -> ProptestConfig {
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => default,
        None => ProptestConfig { cases: 64, ..default },
    }
}

/// A field with values that it can hold.
struct Candidate {
    path: Vec<String>,
    values: Vec<Value>,
}

static SETTINGS: LazyLock<Vec<Candidate>> = LazyLock::new(|| {
    let mut all = Vec::new();
    collect(&cognitops::manifest::schema()["properties"]["settings"], &mut Vec::new(), &mut all);
    all
});

static CLIENT: LazyLock<Vec<Candidate>> = LazyLock::new(|| {
    let mut all = Vec::new();
    let schema = &cognitops::manifest::schema()["properties"]["clients"]["additionalProperties"];
    collect(schema, &mut Vec::new(), &mut all);
    // Which live client is meant is no setting of it.
    all.retain(|candidate| {
        !["clientId", "formerly", "clientName", "clientSecret", "secrets"]
            .contains(&candidate.path[0].as_str())
    });
    all
});

/// One of a collection's members: what it needs, and what it may have besides.
struct Member {
    section: &'static str,
    name: &'static str,
    base: Value,
    fields: Vec<Candidate>,
}

static MEMBERS: LazyLock<Vec<Member>> = LazyLock::new(|| {
    let secret = json!({"env": "PROVIDER"});
    let social = json!({"client_id": "1", "client_secret": secret, "authorize_scopes": "openid email"});
    let mut apple = social.clone();
    apple.as_object_mut().unwrap().remove("client_secret");
    merge(&mut apple, &json!({"team_id": "T", "key_id": "K", "private_key": secret}));
    let mut oidc = social.clone();
    merge(&mut oidc, &json!({"oidc_issuer": "https://a.example", "attributes_request_method": "GET"}));
    let saml = json!({"MetadataURL": "https://a.example/metadata"});
    let certificate =
        json!({"customDomainConfig": {"certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/a"}});
    let provider = |kind: &str, details: &Value| json!({"providerType": kind, "providerDetails": details});
    let mut google = provider("Google", &social);
    google["idpIdentifiers"] = json!(["gmail.example", "google.example"]);
    [
        ("resourceServers", "https://api.example.com", json!({"name": "API"})),
        (
            "resourceServers",
            "orders",
            json!({"name": "Orders", "scopes": {"read": "Read", "write": "Write"}}),
        ),
        ("identityProviders", "Google", google),
        ("identityProviders", "Facebook", provider("Facebook", &social)),
        ("identityProviders", "LoginWithAmazon", provider("LoginWithAmazon", &social)),
        ("identityProviders", "SignInWithApple", provider("SignInWithApple", &apple)),
        ("identityProviders", "corp-oidc", provider("OIDC", &oidc)),
        ("identityProviders", "corp-saml", provider("SAML", &saml)),
        ("groups", "admins", json!({})),
        ("groups", "users", json!({"description": "Users"})),
        ("domains", "acme-login", json!({})),
        ("domains", "acme-other", json!({})),
        ("domains", "auth.example.com", certificate.clone()),
        ("domains", "login.example.com", certificate),
    ]
    .into_iter()
    .map(|(section, name, base)| Member { section, name, fields: member_fields(section, &base), base })
    .collect()
});

fn member_fields(section: &str, base: &Value) -> Vec<Candidate> {
    let schema = &cognitops::manifest::schema()["properties"][section]["additionalProperties"];
    let branches = schema["oneOf"].as_array();
    let own = |branch: &&Value| branch["properties"]["providerType"]["const"] == base["providerType"];
    let schema = branches.and_then(|branches| branches.iter().find(own)).unwrap_or(schema);
    let mut all = Vec::new();
    collect(schema, &mut Vec::new(), &mut all);
    all
}

/// What a pool has one of.
static ATTACHED: LazyLock<Vec<(&str, Vec<Candidate>)>> = LazyLock::new(|| {
    let mut all: Vec<(&str, Vec<Candidate>)> = Vec::new();
    for section in ["riskConfiguration", "sessionConfiguration", "uiCustomization"] {
        let mut fields = Vec::new();
        collect(&cognitops::manifest::schema()["properties"][section], &mut Vec::new(), &mut fields);
        all.push((section, fields));
    }
    let log = |source: &str, log: Value| Candidate { path: vec![source.to_owned()], values: vec![log] };
    let group = json!({"logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:cognito"});
    let bucket = json!({"bucketArn": "arn:aws:s3:::logs"});
    let logs = vec![
        log("userNotification", json!({"logLevel": "ERROR", "cloudWatchLogsConfiguration": group})),
        log("userAuthEvents", json!({"logLevel": "INFO", "cloudWatchLogsConfiguration": group})),
        log("userAuthEvents", json!({"logLevel": "INFO", "s3Configuration": bucket})),
    ];
    all.push(("logDelivery", logs));
    all
});

/// Lets a pool have the features that what it has one of belongs to.
fn enable_features(manifest: &mut Value) {
    let has =
        |section: &str| manifest["clients"].as_object().unwrap().values().any(|c| c[section].is_object());
    let risk = has("riskConfiguration") || manifest["riskConfiguration"].is_object();
    let sessions = has("sessionConfiguration");
    let pages = has("uiCustomization") || manifest["uiCustomization"].is_object();
    if risk || manifest["logDelivery"]["userAuthEvents"].is_object() {
        let plus = json!({"userPoolTier": "PLUS", "userPoolAddOns": {"advancedSecurityMode": "ENFORCED"}});
        merge(&mut manifest["settings"], &plus);
    }
    if pages && manifest["domains"].as_object().is_none_or(Map::is_empty) {
        merge(manifest, &json!({"domains": {"acme-login": {}}}));
    }
    if sessions {
        merge(manifest, &json!({"sessionConfiguration": {"userSessionTracking": "ENABLED"}}));
    }
}

/// Combinations that chance would rarely bring together.
static SETTINGS_TOGETHER: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let sms = json!({"snsCallerArn": "arn:aws:iam::123456789012:role/sms", "externalId": "x"});
    let ses = json!({"emailSendingAccount": "DEVELOPER", "sourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a.example"});
    let both = json!({"recoveryMechanisms": [{"name": "verified_phone_number", "priority": 1}, {"name": "verified_email", "priority": 2}]});
    vec![
        json!({"mfaConfiguration": "OPTIONAL", "softwareTokenMfaConfiguration": {"enabled": true}}),
        json!({"mfaConfiguration": "ON", "softwareTokenMfaConfiguration": {"enabled": true}}),
        json!({"mfaConfiguration": "OPTIONAL", "smsMfaConfiguration": {}, "smsConfiguration": sms}),
        json!({"mfaConfiguration": "ON", "smsMfaConfiguration": {}, "smsConfiguration": sms, "smsAuthenticationMessage": "Code {####}"}),
        json!({"mfaConfiguration": "OPTIONAL", "emailMfaConfiguration": {"subject": "Code"}, "emailConfiguration": ses, "accountRecoverySetting": both}),
        json!({"policies": {"signInPolicy": {"allowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}}),
        json!({"policies": {"signInPolicy": {"allowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}, "webAuthnConfiguration": {"factorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}}),
        json!({"userPoolTier": "PLUS", "userPoolAddOns": {"advancedSecurityMode": "ENFORCED"}}),
        json!({"emailConfiguration": ses}),
        json!({"accountRecoverySetting": {"recoveryMechanisms": [{"name": "admin_only", "priority": 1}]}}),
        json!({"smsConfiguration": {"eumsSms": {"callerArn": "arn:aws:iam::123456789012:role/sms"}}}),
        json!({"attributes": {"plan": {"attributeDataType": "Number", "mutable": true, "numberAttributeConstraints": {"minValue": 1}}}}),
    ]
});

static CLIENT_TOGETHER: LazyLock<Vec<Value>> = LazyLock::new(|| {
    vec![
        json!({"allowedOAuthFlowsUserPoolClient": true, "allowedOAuthFlows": ["code", "implicit"], "allowedOAuthScopes": ["openid", "email"], "callbackURLs": ["https://b.example/", "https://a.example/"], "defaultRedirectURI": "https://a.example/"}),
        json!({"allowedOAuthFlowsUserPoolClient": true, "logoutURLs": ["https://a.example/"]}),
        json!({"refreshTokenRotation": {"feature": "ENABLED", "retryGracePeriodSeconds": 10}, "explicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}),
        json!({"accessTokenValidity": 10, "tokenValidityUnits": {"accessToken": "minutes"}}),
        json!({"refreshTokenValidity": 0}),
        json!({"terms": {"privacy-policy": {"links": {"cognito:default": "https://a.example", "cognito:dutch": "https://b.example"}}}}),
        json!({"readAttributes": ["email", "name"], "writeAttributes": ["name"]}),
    ]
});

const STYLE: &str = ".banner-customizable {\n  padding: 1px;\n}\n";

/// An image of one point.
pub(crate) const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mOQ96v8DwADXAHmbE/9iQAAAABJRU5ErkJggg==";

/// Values that the schema does not know to be impossible: the sandbox has no such provider, scope or attribute.
fn narrowed(path: &[String]) -> Option<Vec<Value>> {
    match path.last().map(String::as_str) {
        Some("supportedIdentityProviders") => Some(vec![json!(["COGNITO"]), json!([])]),
        Some("allowedOAuthScopes") => Some(vec![json!(["openid"]), json!(["profile", "openid"])]),
        Some("readAttributes") => Some(vec![json!(["email", "name"]), json!([])]),
        Some("writeAttributes") => Some(vec![json!(["name", "email"]), json!([])]),
        // Chance finds no files.
        Some("settings") if path.len() == 2 => Some(vec![
            json!({"categories": {"form": {"a": 1, "b": [2, 3]}}}),
            json!({"categories": {"form": {"b": [3, 2]}, "global": {}}}),
            json!({}),
        ]),
        Some("assets") => Some(vec![
            json!({"FORM_LOGO": {"LIGHT": {"bytes": "AAAA", "extension": "PNG"}, "DARK": {"bytes": "BBBB", "extension": "SVG"}}}),
            json!({"FORM_LOGO": {"LIGHT": {"bytes": "CCCC", "extension": "PNG"}}, "PAGE_BACKGROUND": {"DYNAMIC": {"bytes": "AAAA", "extension": "JPEG"}}}),
            json!({"FORM_LOGO": {}}),
        ]),
        Some("managedLoginBranding") if path.len() == 1 => {
            Some(vec![json!({}), json!({"settings": {"a": {"b": "c"}}})])
        }
        Some("generateSecret") => Some(vec![json!(false)]),
        // End User Messaging sends from the pool's Region only.
        Some("region") => Some(vec![json!("us-east-1")]),
        // No file lies beside a generated manifest.
        Some("uiCustomization") => Some(vec![json!({}), json!({"css": STYLE})]),
        Some("css") => Some(vec![json!(STYLE), json!(".label-customizable {}\n")]),
        Some("imageFile") => Some(vec![json!(PNG), json!("/9j/2wBD")]),
        // Each belongs to one provider of the pool, declared or not.
        Some("idpIdentifiers") => Some(vec![json!([])]),
        _ => None,
    }
}

/// Gathers the fields of a schema with candidates for their values.
fn collect(schema: &Value, at: &mut Vec<String>, all: &mut Vec<Candidate>) {
    // The sandbox knows no members that this version does not.
    let members = schema["properties"].as_object().into_iter().flatten();
    for (name, member) in members.filter(|(_, member)| member["x-pass-through"] != true) {
        at.push(name.clone());
        let mut values = narrowed(at).unwrap_or_else(|| values_of(member));
        if values.is_empty() && member["properties"].is_object() {
            values.extend(minimal(member));
        }
        let nullable = member["type"].as_array().is_some_and(|types| types.contains(&json!("null")));
        if nullable {
            values.push(Value::Null);
        }
        if !values.is_empty() {
            all.push(Candidate { path: at.clone(), values });
        }
        collect(member, at, all);
        at.pop();
    }
}

fn values_of(schema: &Value) -> Vec<Value> {
    let mut values: Vec<Value> = schema["examples"].as_array().cloned().unwrap_or_default();
    values.extend(schema["enum"].as_array().into_iter().flatten().filter(|value| !value.is_null()).cloned());
    values.extend(schema["default"].as_array().map(|default| json!(default)));
    let is = |name: &str| {
        schema["type"] == name || schema["type"].as_array().is_some_and(|types| types.contains(&json!(name)))
    };
    if is("boolean") {
        values.extend([json!(true), json!(false)]);
    }
    if is("integer") {
        values.extend(["minimum", "maximum"].iter().filter_map(|bound| schema.get(*bound).cloned()));
    }
    let items: Vec<Value> = schema["items"]["enum"].as_array().cloned().unwrap_or_default();
    if let (Some(first), Some(last)) = (items.first(), items.last()) {
        values.extend([json!([first]), json!([last]), json!([last, first]), json!(items)]);
    }
    values
}

/// A block with no more than it needs.
fn minimal(schema: &Value) -> Option<Value> {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let members: Option<Map<String, Value>> = required
        .iter()
        .map(|name| {
            let name = name.as_str()?;
            Some((name.to_owned(), values_of(&schema["properties"][name]).first()?.clone()))
        })
        .collect();
    members.map(Value::Object)
}

/// Which candidates a generated section takes: field and value, each by number.
type Picks = Vec<(u16, u16)>;

fn picks(most: usize) -> impl Strategy<Value = Picks> {
    prop::collection::vec((any::<u16>(), any::<u16>()), 0..most)
}

fn section(picks: &Picks, fields: &[Candidate], together: &[Value]) -> Value {
    let mut section = json!({});
    for (field, value) in picks {
        // One pick in eight is a combination.
        if field % 8 == 0 && !together.is_empty() {
            merge(&mut section, &together[usize::from(*value) % together.len()]);
            continue;
        }
        let field = &fields[usize::from(*field) % fields.len()];
        put(&mut section, &field.path, field.values[usize::from(*value) % field.values.len()].clone());
    }
    section
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

fn put(section: &mut Value, path: &[String], value: Value) {
    let mut at = section;
    for name in path {
        if !at.is_object() {
            *at = json!({});
        }
        at = at.as_object_mut().unwrap().entry(name.clone()).or_insert(Value::Null);
    }
    *at = value;
}

/// A generated manifest as a value; [`text`] makes YAML of it.
pub(crate) fn manifests() -> impl Strategy<Value = Value> {
    let clients = prop::collection::vec(picks(10), 0..4);
    let members = prop::collection::vec((any::<u16>(), picks(5)), 0..7);
    (picks(24), clients, members, picks(4)).prop_map(|(settings, clients, members, attached)| {
        let clients: Map<String, Value> = clients
            .iter()
            .enumerate()
            .map(|(number, picks)| (format!("client-{number}"), section(picks, &CLIENT, &CLIENT_TOGETHER)))
            .collect();
        let mut manifest = json!({
            "apiVersion": "cognitops/v1",
            "pool": "customers",
            "settings": section(&settings, &SETTINGS, &SETTINGS_TOGETHER),
            "clients": clients,
            "groups": {},
        });
        for (number, picks) in &members {
            let member = &MEMBERS[usize::from(*number) % MEMBERS.len()];
            let mut value = member.base.clone();
            merge(&mut value, &section(picks, &member.fields, &[]));
            put(&mut manifest, &[member.section.to_owned(), member.name.to_owned()], value);
        }
        for (number, value) in &attached {
            let (name, fields) = &ATTACHED[usize::from(*number) % ATTACHED.len()];
            let mut one = json!({});
            merge(&mut one, &section(&vec![(*value | 1, number / 3)], fields, &[]));
            merge(&mut manifest, &json!({ *name: one }));
        }
        if attached.len() % 2 == 0 {
            enable_features(&mut manifest);
        }
        if attached.len() % 3 == 2 {
            let key = json!({
                "keyType": "CUSTOMER_MANAGED_KEY",
                "kmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-1",
            });
            merge(&mut manifest["settings"], &json!({ "keyConfiguration": key }));
            let status = if settings.len() % 2 == 0 { "ACTIVE" } else { "INACTIVE" };
            let one = json!({ "status": status, "userPoolTags": { "team": "a" } });
            merge(&mut manifest, &json!({ "replicas": { "eu-west-1": one, "eu-west-2": {} } }));
        }
        if attached.len() % 3 == 1 {
            let two = json!({ "count": 2, "clientSecret": { "env": "NEXT" } });
            let server = json!({ "generateSecret": true, "secrets": two });
            merge(&mut manifest, &json!({ "clients": { "server": server } }));
        }
        if members.len() % 2 == 0 {
            let uses = uses_of_all(&manifest);
            merge(&mut manifest, &json!({ "clients": { "user": uses } }));
        }
        valid(manifest)
    })
}

/// A client that uses every declared provider and scope.
fn uses_of_all(manifest: &Value) -> Value {
    let providers = manifest["identityProviders"].as_object().into_iter().flatten().map(|(name, _)| name);
    let servers = manifest["resourceServers"].as_object().into_iter().flatten();
    let scopes = servers.flat_map(|(server, value)| {
        let scopes = value["scopes"].as_object().into_iter().flatten();
        scopes.map(move |(scope, _)| format!("{server}/{scope}"))
    });
    json!({
        "allowedOAuthFlowsUserPoolClient": true,
        "supportedIdentityProviders": providers.collect::<Vec<_>>(),
        "allowedOAuthScopes": scopes.collect::<Vec<_>>(),
    })
}

/// Takes out of a manifest what makes it invalid, until nothing does.
pub(crate) fn valid(mut manifest: Value) -> Value {
    loop {
        let (manifests, mut findings) = load::load(&[Source::new("pool.yaml", text(&manifest, 0))]);
        findings.extend(manifests.iter().flat_map(validate::validate));
        findings.retain(|finding| finding.severity == cognitops::diagnostic::Severity::Error);
        let Some(finding) = findings.first() else { return manifest };
        let path = finding.path.clone().unwrap_or_else(|| panic!("{finding:?}\n{manifest:#}"));
        assert!(path.segments().len() > 1, "{finding:?}\n{manifest:#}");
        remove(&mut manifest, &path);
    }
}

/// Takes a value out; where nothing is, what would hold it.
fn remove(manifest: &mut Value, path: &Path) {
    let keys: Vec<&str> = path
        .segments()
        .iter()
        .map_while(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        })
        .collect();
    for depth in (1..keys.len()).rev() {
        let holder = keys[..depth].iter().try_fold(&mut *manifest, |value, key| value.get_mut(*key));
        if let Some(Value::Object(members)) = holder
            && members.remove(keys[depth]).is_some()
        {
            return;
        }
    }
    panic!("nothing at {path} to take out of {manifest:#}");
}

/// A manifest as YAML, its keys in an order that a number decides.
pub(crate) fn text(manifest: &Value, order: u64) -> String {
    let mut text = String::new();
    flow(manifest, &mut fastrand::Rng::with_seed(order), order != 0, &mut text);
    text
}

fn flow(value: &Value, random: &mut fastrand::Rng, shuffle: bool, text: &mut String) {
    let Value::Object(members) = value else {
        text.push_str(&value.to_string());
        return;
    };
    let mut members: Vec<_> = members.iter().collect();
    if shuffle {
        random.shuffle(&mut members);
    }
    text.push('{');
    for (index, (name, value)) in members.into_iter().enumerate() {
        text.push_str(if index == 0 { "" } else { ", " });
        text.push_str(&json!(name).to_string());
        text.push_str(": ");
        flow(value, random, shuffle, text);
    }
    text.push('}');
}
