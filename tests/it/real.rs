//! Real answers of AWS: they load into the sandbox and show no difference that is none.

use std::path::Path;

use cognitops::apply::MismatchKind;
use cognitops::normalize;
use cognitops::plan::RefusalRule;
use cognitops::sandbox::{OmittedMode, Options};
use serde_json::{Map, Value, json};

use crate::world::{World, changes};

fn fixture(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/real").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A pool's answer with those of its clients.
const POOLS: [(&str, &[&str]); 4] = [
    ("pool-b.json", &["pool-b-client.json"]),
    ("pool-c.json", &["pool-c-client.json"]),
    ("pool-c.json", &["pool-c-client-after-update.json", "client-a.json", "client-untouched.json"]),
    ("pool-mobilehub.json", &[]),
];

/// A pool as answered, in the sandbox.
fn world(pool: &str, clients: &[&str], omitted: OmittedMode, seed: Option<u64>) -> World {
    let pool = fixture(pool)["UserPool"].take();
    let region = pool["Id"].as_str().unwrap().split_once('_').unwrap().0.to_owned();
    let mut world = World::with(Options { omitted, shuffle: seed, region, ..Options::default() });
    world.context.all_resets_allowed = true;
    let mfa = json!({"MfaConfiguration": pool["MfaConfiguration"]});
    let clients = clients.iter().map(|name| {
        let mut client = fixture(name)["UserPoolClient"].take();
        client["UserPoolId"] = pool["Id"].clone();
        client
    });
    let clients = clients.collect();
    let id = pool["Id"].as_str().unwrap().to_owned();
    world.sandbox.insert_pool(pool, mfa, clients);
    let google = fixture("pool-c-google-idp.json")["IdentityProvider"].take();
    world.sandbox.insert_member(&id, "identityProviders", "Google", google);
    world
}

/// A manifest that says everything that is live.
fn everything(world: &World) -> String {
    let pool = world.pool();
    let state = world.sandbox.document()["pools"][world.pool_id()].clone();
    let clients: Map<String, Value> = state["clients"]
        .as_object()
        .unwrap()
        .values()
        .map(|client| (client["ClientName"].as_str().unwrap().to_owned(), normalize::client_answer(client)))
        .collect();
    json!({
        "apiVersion": "cognitops/v1",
        "pool": pool["Name"],
        "settings": normalize::settings_answer(&pool, &world.mfa()),
        "clients": clients,
    })
    .to_string()
}

/// What is live, without what the service counts by itself.
fn documents(world: &World) -> Value {
    let mut state = world.sandbox.document()["pools"][world.pool_id()].clone();
    state["pool"].as_object_mut().unwrap().remove("LastModifiedDate");
    for client in state["clients"].as_object_mut().unwrap().values_mut() {
        client.as_object_mut().unwrap().remove("LastModifiedDate");
    }
    state
}

#[test]
fn a_manifest_that_says_what_is_live_plans_nothing() {
    for (pool, clients) in POOLS {
        for seed in [None, Some(1), Some(2)] {
            let world = world(pool, clients, OmittedMode::Documented, seed);
            let plan = world.plan(&everything(&world));
            assert_eq!(changes(&plan), [""; 0], "{pool}");
            assert_eq!(plan.refusals, [], "{pool}");
            let unknown: Vec<_> =
                plan.unknown.iter().map(|unknown| unknown.member.path.to_string()).collect();
            assert_eq!(unknown, [""; 0], "{pool}");
        }
    }
}

#[test]
fn an_export_of_what_is_real_plans_nothing() {
    for (pool, clients) in POOLS {
        for full in [false, true] {
            let world = world(pool, clients, OmittedMode::Documented, None);
            let (text, differences) =
                world.exported(cognitops::export::Options { full, ..Default::default() });
            assert_eq!(differences, [""; 0], "{pool}\n{text}");
            let plan = world.plan(&text);
            assert_eq!((changes(&plan), plan.refusals), (vec![], vec![]), "{pool}\n{text}");
        }
    }
}

#[test]
fn an_update_of_one_member_changes_nothing_else() {
    for (pool, clients) in POOLS {
        for omitted in OmittedMode::ALL {
            let world = world(pool, clients, omitted, None);
            let before = documents(&world);
            let name = world.pool()["Name"].as_str().unwrap().to_owned();
            let clients: Map<String, Value> = before["clients"]
                .as_object()
                .unwrap()
                .values()
                .map(|client| {
                    (client["ClientName"].as_str().unwrap().to_owned(), json!({"authSessionValidity": 9}))
                })
                .collect();
            let body = json!({
                    "apiVersion": "cognitops/v1",
                    "pool": name,
                    "settings": {"policies": {"passwordPolicy": {"minimumLength": 33}}},
                    "clients": clients,
                    "policy": {"omitted": "keep", "owner": "none"},
            });
            let mut report = world.execute(&world.plan(&body.to_string()));
            // A pool that never had account recovery gets Cognito's default by any update, and the report says so.
            report.mismatches.retain(|found| found.kind != MismatchKind::FilledIn);
            assert!(report.is_complete(), "{report:#?}");
            let after = documents(&world);
            let mut changed = Vec::new();
            differences(&before, &after, String::new(), &mut changed);
            changed.retain(|path| !is_said_aloud(path));
            let mut expected = vec!["pool.Policies.PasswordPolicy.MinimumLength".to_owned()];
            expected.extend(
                before["clients"]
                    .as_object()
                    .unwrap()
                    .keys()
                    .map(|id| format!("clients.{id}.AuthSessionValidity")),
            );
            changed.sort();
            expected.sort();
            assert_eq!(changed, expected, "{pool} {omitted}");
        }
    }
}

/// What an update says aloud where the answer was silent, with the same meaning: lifetimes and their units, and
/// what the service completes by itself.
fn is_said_aloud(path: &str) -> bool {
    let pool = [
        "pool.AccountRecoverySetting",
        "pool.AdminCreateUserConfig.UnusedAccountValidityDays",
        "pool.DeletionProtection",
        "pool.EmailConfiguration.EmailSendingAccount",
        "pool.EmailVerificationMessage",
        "pool.EmailVerificationSubject",
        "pool.Policies.PasswordPolicy.PasswordHistorySize",
        "pool.Policies.PasswordPolicy.TemporaryPasswordValidityDays",
        "pool.Policies.SignInPolicy",
        "pool.SmsVerificationMessage",
        "pool.UserAttributeUpdateSettings",
        "pool.UserPoolTags",
        "pool.UserPoolTier",
        "pool.VerificationMessageTemplate",
    ];
    pool.contains(&path) || path.contains("TokenValidity") || path.contains("TokenValidityUnits")
}

/// The items of a list of texts, sorted.
fn texts(value: &Value) -> Option<Vec<&str>> {
    let mut texts = value.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?;
    texts.sort_unstable();
    Some(texts)
}

fn differences(a: &Value, b: &Value, at: String, found: &mut Vec<String>) {
    if let (Some(a), Some(b)) = (texts(a), texts(b))
        && a == b
    {
        return; // no list of texts is ordered
    }
    let (Value::Object(a), Value::Object(b)) = (a, b) else {
        if a != b {
            found.push(at);
        }
        return;
    };
    for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
        let path = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
        let null = Value::Null;
        differences(a.get(key).unwrap_or(&null), b.get(key).unwrap_or(&null), path, found);
    }
}

#[test]
fn what_was_declared_is_what_is_live() {
    for name in ["declared-vs-live-UserPool.MinimalPool.json", "declared-vs-live-UserPool.PoolD3F588B8.json"]
    {
        let mut pair = fixture(name);
        let mut live = pair["live"].take();
        live["SchemaAttributes"] = live["Schema"].take();
        live["Name"] = json!("customers");
        live["Id"] = json!("us-east-1_AAAAAAAAA");
        let mut declared = pair["declared"].take();
        declared["SchemaAttributes"] = declared["Schema"].take();
        let members = live.as_object_mut().unwrap();
        for member in ["Schema", "UserPoolName", "UserPoolId", "ProviderURL", "ProviderName", "Tags"] {
            members.remove(member);
        }
        let world = World::new();
        world.sandbox.insert_pool(
            live.clone(),
            json!({"MfaConfiguration": live["MfaConfiguration"]}),
            Vec::new(),
        );
        let settings = normalize::settings_answer(&declared, &json!({}));
        let plan = world.plan(&format!("settings: {settings}\n"));
        assert_eq!(changes(&plan), [""; 0], "{name}");
        assert!(
            plan.refusals.iter().all(|refusal| refusal.rule == RefusalRule::Owner),
            "{:?}",
            plan.refusals
        );
    }
}

#[test]
fn a_declared_client_is_what_is_live() {
    let mut pair = fixture("declared-vs-live-UserPoolClient.Client4A7F64DF.json");
    let world = World::applied("settings: {}\n");
    let mut live = pair["live"].take();
    let (pool, mfa) = (world.pool(), world.mfa());
    live["UserPoolId"] = pool["Id"].clone();
    live["ClientName"] = json!("web");
    let members = live.as_object_mut().unwrap();
    members.remove("Name");
    members.remove("GenerateSecret");
    world.sandbox.insert_pool(pool, mfa, vec![live]);
    let declared = pair["declared"].as_object_mut().unwrap();
    declared.remove("UserPoolId");
    declared.remove("GenerateSecret");
    let client = normalize::client_answer(&Value::Object(declared.clone()));
    assert_eq!(world.changes(&format!("clients: {{ web: {client} }}\n")), [""; 0]);
}

#[test]
fn a_declared_provider_is_what_is_live() {
    let mut pair = fixture("declared-vs-live-UserPoolIdentityProvider.Idp.json");
    let world = World::applied("settings: {}\n");
    let mut live = pair["live"].take();
    live["UserPoolId"] = json!(world.pool_id());
    world.sandbox.insert_member(&world.pool_id(), "identityProviders", "Google", live);
    let declared = pair["declared"].take();
    let details = &declared["ProviderDetails"];
    let body = json!({ "Google": {
        "providerType": "Google",
        "providerDetails": {
            "client_id": details["client_id"],
            "client_secret": {"env": "GOOGLE"},
            "authorize_scopes": details["authorize_scopes"],
        },
        "attributeMapping": {"email": "email"},
    }});
    assert_eq!(world.changes(&format!("identityProviders: {body}\n")), [""; 0]);
}

#[test]
fn real_providers_domains_and_servers_show_no_difference_and_nothing_unknown() {
    let world = World::applied("settings: {}\n");
    let id = world.pool_id();
    let mut google = fixture("pool-c-google-idp.json")["IdentityProvider"].take();
    let mut domain = fixture("domain-prefix.json")["DomainDescription"].take();
    let mut server = fixture("resource-servers-console-m2m.json")["ResourceServers"][0].take();
    for document in [&mut google, &mut domain, &mut server] {
        document["UserPoolId"] = json!(id);
    }
    let name = domain["Domain"].as_str().unwrap().to_owned();
    let identifier = server["Identifier"].as_str().unwrap().to_owned();
    world.sandbox.insert_member(&id, "identityProviders", "Google", google.clone());
    world.sandbox.insert_member(&id, "domains", &name, domain);
    world.sandbox.insert_member(&id, "resourceServers", &identifier, server);
    world.tamper(|pool, _, _| pool["Domain"] = json!("ap-northeast-1twdpkhzrb"));
    let mapping: Map<String, Value> = google["AttributeMapping"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(attribute, _)| *attribute != "username")
        .map(|(attribute, claim)| (attribute.clone(), claim.clone()))
        .collect();
    let body = json!({
        "apiVersion": "cognitops/v1",
        "pool": "customers",
        "identityProviders": { "Google": {
            "providerType": "Google",
            "providerDetails": {
                "client_id": google["ProviderDetails"]["client_id"],
                "client_secret": {"env": "GOOGLE"},
                "authorize_scopes": "openid email profile",
            },
            "attributeMapping": mapping,
        }},
        "domains": { &name: {} },
        "resourceServers": { &identifier: {
            "name": "Default M2M Resource Server - j2oroh",
            "scopes": {"read": "An example scope created by Amazon Cognito quick start"},
        }},
    });
    let plan = world.plan(&body.to_string());
    assert_eq!(changes(&plan), [""; 0]);
    assert_eq!((plan.refusals, plan.unknown), (vec![], vec![]));
}
