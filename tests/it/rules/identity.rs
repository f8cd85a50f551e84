//! Which live resource is meant, and whose it is.

use cognitops::cognito::{ApiFuture, ReadCognito, ReadOperation};
use cognitops::plan::{Adopt, RefusalRule};
use cognitops::read::Reader;
use serde_json::{Value, json};

use crate::world::{World, changes, manifest, operations, unmanaged, wait};

const NONE: [&str; 0] = [];

#[test]
fn a_pool_is_found_by_its_id_or_by_its_one_name() {
    let world = World::applied("settings: {}\n");
    let id = world.pool_id();
    let pinned = format!("apiVersion: cognitops/v1\npoolId: {id}\nclients: {{ web: {{}} }}\n");
    assert_eq!(operations(&world.plan(&pinned)), ["CreateUserPoolClient"]);
    let gone = "apiVersion: cognitops/v1\npoolId: us-east-1_AAAAAAAAA\nsettings: {}\n";
    assert_eq!(
        world.try_plan(gone).unwrap_err().to_string(),
        "there is no pool `us-east-1_AAAAAAAAA` in this account and Region"
    );
}

#[test]
fn several_pools_of_one_name_are_not_chosen_from() {
    let world = World::applied("settings: {}\n");
    let (mut twin, mfa) = (world.pool(), world.mfa());
    let first = world.pool_id();
    twin["Id"] = json!("us-east-1_AAAAAAAAA");
    world.sandbox.insert_pool(twin, mfa, Vec::new());
    let error = world.try_plan("settings: {}\n").unwrap_err().to_string();
    assert!(error.starts_with("2 pools are named `customers`: "), "{error}");
    let pinned = format!("apiVersion: cognitops/v1\npool: customers\npoolId: {first}\nsettings: {{}}\n");
    assert_eq!(world.plan(&pinned).pool_id.as_deref(), Some(first.as_str()));
}

#[test]
fn a_new_pool_is_tagged_with_its_owner() {
    let world = World::applied("settings: {}\n");
    let tags = world.pool()["UserPoolTags"].clone();
    assert_eq!(tags, json!({"cognitops:managed-by": "shop/test/customers", "cognitops:schema": "1"}));
}

#[test]
fn another_owners_pool_is_refused() {
    let mut world = World::applied("settings: {}\n");
    world.context.owner_prefix = "shop/prod".to_owned();
    let body = "settings: { autoVerifiedAttributes: [email] }\n";
    assert_eq!(world.refusals(body), [(RefusalRule::Owner, "customers.settings".to_owned())]);
    world.context.adopt = Adopt::Now;
    assert_eq!(world.refusals(body).len(), 1, "--adopt alone does not take over");
    world.context.adopt = Adopt::Takeover;
    world.must_apply(body);
    assert_eq!(world.pool()["UserPoolTags"]["cognitops:managed-by"], "shop/prod/customers");
}

#[test]
fn a_pool_of_a_cloudformation_stack_is_refused_by_the_stacks_name() {
    let mut world = World::applied("settings: {}\n");
    let stack = "arn:aws:cloudformation:us-east-1:123456789012:stack/auth/1";
    world.tamper(|pool, _, _| pool["UserPoolTags"] = json!({"aws:cloudformation:stack-id": stack}));
    let plan = world.plan("settings: {}\n");
    assert_eq!(plan.refusals.len(), 1);
    assert_eq!(plan.refusals[0].rule, RefusalRule::Owner);
    assert!(plan.refusals[0].message.contains(stack) && plan.refusals[0].help.contains("--adopt=takeover"));
    world.context.adopt = Adopt::Takeover;
    world.must_apply("settings: {}\n");
    assert_eq!(world.pool()["UserPoolTags"]["aws:cloudformation:stack-id"], stack);
}

#[test]
fn the_tag_is_never_a_difference_by_itself() {
    let mut world = World::applied("settings: {}\n");
    world.tamper(|pool, _, _| pool["UserPoolTags"] = json!({}));
    assert_eq!(operations(&world.plan("settings: {}\n")), NONE);
    let written = "settings: { autoVerifiedAttributes: [email] }\n";
    assert_eq!(
        operations(&world.plan(written)),
        ["UpdateUserPool", "TagResource"],
        "it rides on the first write"
    );
    world.context.adopt = Adopt::Now;
    assert_eq!(operations(&world.plan("settings: {}\n")), ["TagResource"]);
    world.must_apply("settings: {}\n");
    assert_eq!(world.pool()["UserPoolTags"]["cognitops:managed-by"], "shop/test/customers");
    assert_eq!(operations(&world.plan("settings: {}\n")), NONE);
}

#[test]
fn without_an_owner_nothing_is_tagged_or_created() {
    let world = World::applied("settings: {}\n");
    world.tamper(|pool, _, _| pool["UserPoolTags"] = json!({}));
    let body = "settings: { autoVerifiedAttributes: [email] }\npolicy: { owner: none }\n";
    world.must_apply(body);
    assert_eq!(world.pool()["UserPoolTags"], json!({}));
    let empty = World::new();
    assert_eq!(empty.refusals(body), [(RefusalRule::Owner, "customers.settings".to_owned())]);
}

#[test]
fn a_pool_with_our_tag_under_another_name_is_a_rename_in_place() {
    let world = World::applied("settings: {}\nclients: { web: {} }\n");
    let id = world.pool_id();
    world.tamper(|pool, _, _| pool["Name"] = json!("customers-2019"));
    let plan = world.plan("settings: {}\nclients: { web: {} }\n");
    assert_eq!(plan.pool_id.as_deref(), Some(id.as_str()), "no second pool is made");
    assert_eq!(changes(&plan), ["~ settings.pool \"customers-2019\" → \"customers\""]);
    world.must_apply("settings: {}\nclients: { web: {} }\n");
    assert_eq!(world.pool()["Name"], "customers");
    assert_eq!(world.pool_id(), id);
}

#[test]
fn a_pinned_pool_takes_a_new_name_in_place() {
    let world = World::applied("settings: { policies: { passwordPolicy: { minimumLength: 10 } } }\n");
    let id = world.pool_id();
    let body = format!(
        "apiVersion: cognitops/v1\npool: customers\npoolId: {id}\nsettings: {{ policies: {{ passwordPolicy: {{ minimumLength: 10 }} }} }}\n"
    );
    world.tamper(|pool, _, _| pool["Name"] = json!("old"));
    world.must_apply(&body);
    let pool = world.pool();
    assert_eq!(
        (pool["Name"].as_str(), pool["Policies"]["PasswordPolicy"]["MinimumLength"].as_u64()),
        (Some("customers"), Some(10))
    );
}

#[test]
fn a_client_is_named_by_its_key_unless_it_has_a_name() {
    let world = World::applied("settings: {}\nclients: { web: { clientName: Web shop } }\n");
    assert_eq!(world.client("Web shop")["ClientName"], "Web shop");
    assert_eq!(operations(&world.plan("clients: { web: { clientName: Web shop } }\n")), NONE);
}

#[test]
fn client_id_pins_so_twins_can_be_declared() {
    let world = World::applied("settings: {}\nclients: { web: {} }\n");
    let first = world.client_id("web");
    let second = "a".repeat(26);
    world.tamper(|_, _, clients| {
        let mut twin = clients[0].clone();
        twin["ClientId"] = json!(second);
        twin["AuthSessionValidity"] = json!(9);
        clients.push(twin);
    });
    let ambiguous = "clients: { web: { authSessionValidity: 4 }, api: {} }\n";
    let plan = world.plan(ambiguous);
    assert_eq!(world.refusals(ambiguous), [(RefusalRule::Ambiguous, "customers.clients.web".to_owned())]);
    assert_eq!(operations(&plan), ["CreateUserPoolClient"], "only the ambiguous client stops");
    assert!(!RefusalRule::Ambiguous.stops_the_run());
    let twins = format!(
        "clients:\n  web: {{ clientId: {first} }}\n  twin: {{ clientName: web, clientId: {second}, authSessionValidity: 9 }}\n"
    );
    assert_eq!(changes(&world.plan(&twins)), NONE);
    let gone = format!("clients: {{ web: {{ clientId: {} }} }}\n", "b".repeat(26));
    assert_eq!(world.refusals(&gone), [(RefusalRule::Gone, "customers.clients.web.clientId".to_owned())]);
}

#[test]
fn formerly_renames_in_place() {
    let world = World::applied("settings: {}\nclients: { website: { authSessionValidity: 5 } }\n");
    let id = world.client_id("website");
    let body = "clients: { web: { formerly: website, authSessionValidity: 5 } }\n";
    assert_eq!(changes(&world.plan(body)), ["~ clients.web.clientName \"website\" → \"web\""]);
    world.must_apply(body);
    assert_eq!(world.client_id("web"), id);
    assert_eq!(operations(&world.plan(body)), NONE);
}

#[test]
fn a_client_that_registered_itself_is_never_matched_by_name() {
    let world = World::applied("settings: {}\nclients: { web: {} }\n");
    world.tamper(|_, _, clients| clients[0]["ClientType"] = json!("DCR"));
    let plan = world.plan("clients: { web: {} }\n");
    assert_eq!(operations(&plan), ["CreateUserPoolClient"]);
    assert_eq!(unmanaged(&plan), ["customers.clients.web"]);
}

/// A server that does not know the filter of the list by which such clients are told apart, and answers all of them.
struct WithoutFilter<'a>(&'a World);

impl ReadCognito for WithoutFilter<'_> {
    fn read(&self, operation: ReadOperation, mut input: Value) -> ApiFuture<'_> {
        input.as_object_mut().unwrap().remove("ClientType");
        self.0.sandbox.read(operation, input)
    }
}

#[test]
fn a_server_without_the_filter_has_clients_like_others() {
    let world = World::applied("settings: {}\nclients: { web: {}, app: {} }\n");
    let declared = manifest("clients: { web: {} }\n");
    let old = WithoutFilter(&world);
    let live = wait(Reader::new(&old).pool(&declared, "shop/test/customers")).unwrap().unwrap();
    assert_eq!(live.listed.len(), 2);
    assert!(live.listed.iter().all(|client| !client.dynamic));
}

#[test]
fn a_client_is_never_replaced() {
    let world = World::applied("settings: {}\nclients: { web: { generateSecret: false } }\n");
    let id = world.client_id("web");
    let body = "clients: { web: { generateSecret: true } }\n";
    assert_eq!(
        world.refusals(body),
        [(RefusalRule::Immutable, "customers.clients.web.generateSecret".to_owned())]
    );
    assert_eq!(operations(&world.plan(body)), NONE);
    // A new key is a new client; the old one stays until it is deleted by name.
    world.must_apply("clients: { web2: { generateSecret: true } }\n");
    assert_eq!(world.client_id("web"), id);
}

#[test]
fn a_pool_in_another_account_is_refused() {
    let mut world = World::applied("settings: {}\n");
    world.context.account_id = Some("999999999999".to_owned());
    assert_eq!(world.refusals("clients: { web: {} }\n"), [(RefusalRule::Account, "customers".to_owned())]);
    world.context.account_id = Some("123456789012".to_owned());
    assert_eq!(world.refusals("clients: { web: {} }\n"), []);
}

#[test]
fn tags_merge_by_key() {
    let world = World::applied("settings: { userPoolTags: { team: identity } }\n");
    world.tamper(|pool, _, _| pool["UserPoolTags"]["backup"] = json!("daily"));
    world.must_apply("settings: { userPoolTags: { team: core } }\n");
    let tags = world.pool()["UserPoolTags"].clone();
    assert_eq!((tags["team"].as_str(), tags["backup"].as_str()), (Some("core"), Some("daily")));
}
