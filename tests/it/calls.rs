//! How many calls a command makes: the quotas of the service are what its time is made of.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::Duration;

use cognitops::outputs::Outputs;
use cognitops::read::{Reader, Told};
use cognitops::sandbox::{Conditions, Options};
use serde_json::json;

use crate::world::{World, wait};

fn manifest(clients: usize, session: u32) -> String {
    let mut text = "settings: {}\nclients:\n".to_owned();
    for number in 0..clients {
        let minutes = if number == 0 { session } else { 3 };
        let _ = writeln!(text, "  app-{number}: {{ authSessionValidity: {minutes} }}");
    }
    text
}

fn count(world: &World, from: usize) -> BTreeMap<&'static str, usize> {
    let mut count = BTreeMap::new();
    for operation in world.operations_since(from) {
        *count.entry(operation).or_default() += 1;
    }
    count
}

#[test]
fn operations_with_quotas_of_their_own_are_called_side_by_side() {
    let conditions = Conditions { latency: Duration::from_millis(1), ..Conditions::default() };
    let world = World::with(Options { conditions, ..Options::default() });
    let calm = World::applied(
        "settings: {userPoolTier: PLUS, userPoolAddOns: {advancedSecurityMode: ENFORCED}}\n\
         clients: {a: {riskConfiguration: {}}, b: {riskConfiguration: {}}, c: {riskConfiguration: {}}}\n\
         groups: {one: {}}\nresourceServers: {api: {name: API}}",
    );
    let state = calm.sandbox.document()["pools"][calm.pool_id()].clone();
    let clients = state["clients"].as_object().unwrap().values().cloned().collect();
    world.sandbox.insert_pool(state["pool"].clone(), state["mfa"].clone(), clients);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let pool = calm.pool();
    runtime.block_on(Reader::new(&world.sandbox).whole(pool, &mut |_, _| {})).unwrap();
    let called = world.operations_since(0);
    let position = |name: &str| called.iter().position(|other| *other == name).unwrap();
    let last = |name: &str| called.iter().rposition(|other| *other == name).unwrap();
    assert_eq!(called.iter().filter(|name| **name == "DescribeUserPoolClient").count(), 3);
    for beside in ["DescribeManagedLoginBrandingByClient", "GetUICustomization"] {
        assert!(position(beside) < last("DescribeUserPoolClient"), "{called:?}");
        assert!(position("DescribeUserPoolClient") < last(beside), "{called:?}");
    }
}

#[test]
fn a_reader_tells_of_each_call() {
    let world = World::applied(&manifest(3, 3));
    let (from, told) = (world.sandbox.calls().len(), Mutex::new(Vec::new()));
    let tell = |operation| told.lock().unwrap().push(operation);
    world.try_plan_over(&manifest(3, 3), &Told::new(&world.sandbox, &tell)).unwrap();
    assert!(!told.lock().unwrap().is_empty());
    assert_eq!(*told.lock().unwrap(), world.operations_since(from));
}

#[test]
fn a_plan_reads_each_client_once_and_each_list_page_by_page() {
    let world = World::applied(&manifest(125, 3));
    let from = world.sandbox.calls().len();
    world.plan(&manifest(125, 3));
    let expected = [
        ("DescribeUserPool", 1),
        ("DescribeUserPoolClient", 125),
        ("GetUserPoolMfaConfig", 1),
        ("ListUserPoolClients", 4), // and which of them registered themselves
        ("ListUserPools", 1),
    ];
    assert_eq!(count(&world, from), BTreeMap::from(expected));
}

#[test]
fn an_apply_reads_and_writes_only_what_changes() {
    let world = World::applied(&manifest(125, 3));
    let plan = world.plan(&manifest(125, 5));
    let from = world.sandbox.calls().len();
    assert!(world.execute(&plan).is_complete());
    let expected = [("DescribeUserPoolClient", 2), ("UpdateUserPoolClient", 1)];
    assert_eq!(count(&world, from), BTreeMap::from(expected));
}

#[test]
fn a_creation_is_read_back_once() {
    let world = World::new();
    let plan = world.plan(&manifest(10, 3));
    let from = world.sandbox.calls().len();
    assert!(world.execute(&plan).is_complete());
    let expected = [
        ("CreateUserPool", 1),
        ("CreateUserPoolClient", 10),
        ("DescribeUserPool", 1),
        ("DescribeUserPoolClient", 10),
        ("GetUserPoolMfaConfig", 1),
    ];
    assert_eq!(count(&world, from), BTreeMap::from(expected));
}

#[test]
fn a_plan_of_every_kind_reads_each_thing_once() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/hosted-ui/shop.yaml");
    let manifest = std::fs::read_to_string(example).unwrap();
    let world = World::applied(&manifest);
    let from = world.sandbox.calls().len();
    world.plan(&manifest);
    let expected = [
        ("DescribeIdentityProvider", 2),
        ("DescribeUserPool", 1),
        ("DescribeUserPoolClient", 2),
        ("DescribeUserPoolDomain", 2),
        ("GetUserPoolMfaConfig", 1),
        ("ListGroups", 1),
        ("ListIdentityProviders", 1),
        ("ListResourceServers", 1),
        ("ListUserPoolClients", 2),
        ("ListUserPools", 1),
    ];
    assert_eq!(count(&world, from), BTreeMap::from(expected));
    let calls: Vec<String> = world.sandbox.calls()[from..].iter().map(|call| format!("{call:?}")).collect();
    let different: std::collections::BTreeSet<&String> = calls.iter().collect();
    assert_eq!(calls.len(), different.len(), "nothing is asked twice");
}

#[test]
fn what_a_pool_or_a_client_has_one_of_is_read_where_it_is_written() {
    let manifest = "settings: { userPoolTier: PLUS, userPoolAddOns: { advancedSecurityMode: AUDIT } }
sessionConfiguration: { userSessionTracking: ENABLED }
clients:
  a: { sessionConfiguration: { ssoSession: { maxValidityMinutes: 5 } } }
  b: { riskConfiguration: {} }
  c: {}
";
    let world = World::applied(manifest);
    let from = world.sandbox.calls().len();
    world.plan(manifest);
    let expected = [
        ("DescribeRiskConfiguration", 1),
        ("DescribeUserPool", 1),
        ("DescribeUserPoolClient", 3),
        ("GetUserPoolClientSessionConfiguration", 1),
        ("GetUserPoolMfaConfig", 1),
        ("GetUserPoolSessionConfiguration", 1),
        ("ListUserPoolClients", 2),
        ("ListUserPools", 1),
    ];
    assert_eq!(count(&world, from), BTreeMap::from(expected));
}

#[test]
fn an_export_reads_each_thing_once_and_grows_with_the_clients() {
    for clients in [1, 130] {
        let world = World::applied(&manifest(clients, 3));
        let from = world.sandbox.calls().len();
        world.exported(cognitops::export::Options::default());
        let expected = [
            ("DescribeManagedLoginBrandingByClient", clients),
            ("DescribeRiskConfiguration", 1),
            ("DescribeUserPool", 1),
            ("DescribeUserPoolClient", clients),
            ("GetLogDeliveryConfiguration", 1),
            ("GetUICustomization", clients + 1),
            ("GetUserPoolMfaConfig", 1),
            ("GetUserPoolSessionConfiguration", 1),
            ("ListGroups", 1),
            ("ListIdentityProviders", 1),
            ("ListResourceServers", 1),
            ("ListTerms", 1),
            ("ListUserPoolClients", clients.div_ceil(60) + 1),
            ("ListUserPoolReplicas", 1),
        ];
        assert_eq!(count(&world, from), BTreeMap::from(expected));
    }
}

#[test]
fn pages_are_read_where_they_are_written_and_an_image_is_fetched_once() {
    let manifest = format!(
        "settings: {{}}
domains: {{ acme-shop: {{}} }}
uiCustomization: {{ css: 'a {{}}', imageFile: {} }}
clients:
  a: {{ uiCustomization: {{ css: 'b {{}}' }} }}
  b: {{ uiCustomization: {{}} }}
  c: {{}}
",
        crate::generate::PNG
    );
    let world = World::applied(&manifest);
    let from = world.sandbox.calls().len();
    world.plan(&manifest);
    let calls = count(&world, from);
    assert_eq!(calls.get("GetUICustomization"), Some(&3));
    assert_eq!(calls.get("fetch"), Some(&1), "what a client inherits is not fetched");
    let set: Vec<serde_json::Value> = world
        .sandbox
        .calls()
        .into_iter()
        .filter(|call| call.0 == "SetUICustomization")
        .map(|call| call.1)
        .collect();
    assert_eq!(set[0]["ClientId"], "ALL", "the pool's is set for all clients");
}

#[test]
fn outputs_read_no_client_and_follow_the_pools_domains_and_issuer() {
    let world = World::applied(&manifest(3, 3));
    world.tamper(|pool, _, _| {
        pool["Domain"] = json!("acme-login");
        pool["CustomDomain"] = json!("auth.acme.com");
        pool["IssuerConfiguration"] = json!({"Type": "UPDATED"});
    });
    let id = world.pool_id();
    let from = world.sandbox.calls().len();
    let manifest = crate::world::manifest(&manifest(3, 3));
    let live = wait(Reader::new(&world.sandbox).ids(&manifest, "nobody")).unwrap().unwrap();
    let outputs = Outputs::of(&manifest, &live);
    assert_eq!(
        count(&world, from),
        BTreeMap::from([("DescribeUserPool", 1), ("ListUserPoolClients", 2), ("ListUserPools", 1)])
    );
    assert_eq!(outputs.domain_url.as_deref(), Some("https://acme-login.auth.us-east-1.amazoncognito.com"));
    assert_eq!(outputs.custom_domain_url.as_deref(), Some("https://auth.acme.com"));
    assert_eq!(outputs.issuer, format!("https://issuer-cognito-idp.us-east-1.amazonaws.com/{id}"));
    assert_eq!(
        outputs.jwks_uri,
        format!("https://cognito-idp.us-east-1.amazonaws.com/{id}/.well-known/jwks.json")
    );
    assert_eq!(outputs.clients["app-1"], world.client_id("app-1"));
}

#[test]
fn terms_are_read_by_client_and_name_where_they_are_written() {
    let links = "{ links: { 'cognito:default': 'https://a.example' } }";
    let manifest = format!(
        "settings: {{}}
clients:
  a: {{ terms: {{ terms-of-use: {links}, privacy-policy: {links} }} }}
  b: {{}}
"
    );
    let world = World::applied(&manifest);
    let from = world.sandbox.calls().len();
    world.plan(&manifest);
    assert_eq!(count(&world, from)["DescribeTermsByClient"], 2);
    let plan = world.plan(&manifest.replacen("a.example", "b.example", 1));
    let from = world.sandbox.calls().len();
    assert!(world.execute(&plan).is_complete());
    assert_eq!(count(&world, from), BTreeMap::from([("DescribeTermsByClient", 2), ("UpdateTerms", 1)]));
}

#[test]
fn a_style_is_read_once_by_its_client() {
    let manifest = "settings: {}\nclients: { a: { managedLoginBranding: {} }, b: {} }\n";
    let world = World::applied(manifest);
    let from = world.sandbox.calls().len();
    world.plan(manifest);
    assert_eq!(count(&world, from)["DescribeManagedLoginBrandingByClient"], 1);
    let style = "managedLoginBranding: { settings: { a: { b: 1 } } }";
    let plan = world.plan(&manifest.replace("managedLoginBranding: {}", style));
    let from = world.sandbox.calls().len();
    assert!(world.execute(&plan).is_complete());
    let expected = [("DescribeManagedLoginBrandingByClient", 2), ("UpdateManagedLoginBranding", 1)];
    assert_eq!(count(&world, from), BTreeMap::from(expected));
}

#[test]
fn a_declared_limit_is_read_once_and_set_after_another_look_and_others_are_left_alone() {
    let world = World::new();
    assert_eq!(world.account_plan(&[]).steps, []);
    assert_eq!(count(&world, 0), BTreeMap::new());
    let plan = world.account_plan(&[("UserAuthentication", 200), ("UserCreation", 50)]);
    assert_eq!(count(&world, 0), BTreeMap::from([("GetProvisionedLimit", 2)]));
    let from = world.sandbox.calls().len();
    assert_eq!(world.execute_account(&plan, &world.sandbox).mismatches, []);
    let expected = [("GetProvisionedLimit", 1), ("UpdateProvisionedLimit", 1)];
    assert_eq!(count(&world, from), BTreeMap::from(expected));
}
