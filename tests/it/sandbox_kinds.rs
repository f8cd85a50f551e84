//! What the sandbox knows of each kind: each test is named after the fact.

use cognitops::cognito::ReadOperation::{
    DescribeIdentityProvider, DescribeResourceServer, ListGroups, ListIdentityProviders, ListResourceServers,
};
use cognitops::cognito::WriteOperation::{
    CreateGroup, CreateIdentityProvider, CreateResourceServer, CreateUserPool, CreateUserPoolDomain,
};
use cognitops::cognito::{ApiError, ReadCognito, ReadOperation, WriteCognito, WriteOperation};
use cognitops::sandbox::{Access, OmittedMode, Options, Sandbox};
use serde_json::{Value, json};

use crate::world::{World, wait};

mod attached;
mod branding;
mod client_secrets;
mod clients;
mod conditions;
mod domains;
mod groups;
mod identity_providers;
mod limits;
mod pools;
mod quotas;
mod replicas;
mod resource_servers;
mod terms;
mod ui;

const SECRET: &str = "an-idp-secret";

/// A world with one pool.
fn account(omitted: OmittedMode, shuffle: Option<u64>) -> World {
    let world = World::with(Options { omitted, shuffle, ..Options::default() });
    world.write(CreateUserPool, json!({"PoolName": "customers"})).unwrap();
    world
}

fn world() -> World {
    account(OmittedMode::Documented, None)
}

/// A call about the one pool.
fn write(world: &World, operation: WriteOperation, mut input: Value) -> Result<Value, ApiError> {
    input["UserPoolId"] = json!(world.pool_id());
    world.write(operation, input)
}

fn read(world: &World, operation: ReadOperation, mut input: Value) -> Result<Value, ApiError> {
    input["UserPoolId"] = json!(world.pool_id());
    wait(world.sandbox.read(operation, input))
}

fn refused<T: std::fmt::Debug>(result: Result<T, ApiError>) -> String {
    let error = result.unwrap_err();
    format!("{}: {}", error.code.as_str(), error.message)
}

/// Each write is refused with these words, and changes nothing.
fn all_refused(world: &World, cases: &[(WriteOperation, Value, &str)]) {
    for (operation, input, words) in cases {
        let before = world.sandbox.document();
        let answer = refused(write(world, *operation, input.clone()));
        assert!(answer.starts_with(words), "{operation}: {answer}");
        assert!(!answer.contains(SECRET), "{answer}");
        assert_eq!(world.sandbox.document()["pools"], before["pools"], "{operation}");
    }
}

fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

#[test]
fn each_list_is_paged_in_its_own_bounds() {
    let world = world();
    let id = world.pool_id();
    for (operation, section, list, limit, least, most) in [
        (ListGroups, "groups", "Groups", "Limit", 0, 60),
        (ListIdentityProviders, "identityProviders", "Providers", "MaxResults", 0, 60),
        (ListResourceServers, "resourceServers", "ResourceServers", "MaxResults", 1, 50),
    ] {
        for number in 0..130 {
            let document = json!({"ProviderName": format!("{number:03}")});
            world.sandbox.insert_member(&id, section, &format!("{number:03}"), document);
        }
        let (mut seen, mut pages, mut input) = (Vec::new(), 0, json!({limit: most}));
        loop {
            let answer = read(&world, operation, input.clone()).unwrap();
            seen.extend(answer[list].as_array().unwrap().clone());
            pages += 1;
            let Some(token) = answer.get("NextToken") else { break };
            input["NextToken"] = token.clone();
        }
        assert_eq!((seen.len(), pages), (130, 3), "{operation}");
        assert!(seen.is_sorted_by_key(|item| item["ProviderName"].as_str().unwrap().to_owned()));
        let at = if limit == "Limit" { "limit" } else { "maxResults" };
        for (bound, words) in [
            (most + 1, format!("at '{at}' failed to satisfy constraint: Member must have value less than")),
            (least - 1, format!("at '{at}' failed to satisfy constraint: Member must have value greater")),
        ] {
            assert!(refused(read(&world, operation, json!({limit: bound}))).contains(&words), "{operation}");
        }
        let token = read(&world, operation, json!({limit: most, "NextToken": "nonsense"}));
        assert!(refused(token).ends_with("Invalid pagination token."));
        if least == 0 {
            let zero = read(&world, operation, json!({limit: 0})).unwrap();
            assert_eq!(zero[list].as_array().unwrap().len(), 60, "{operation}");
        }
    }
    assert_eq!(
        refused(read(&world, ListResourceServers, json!({}))),
        "InvalidParameterException: 1 validation error detected: Value '0' at 'maxResults' failed to satisfy \
         constraint: Member must have value greater than or equal to 1"
    );
}

fn scopes(names: &[&str]) -> Value {
    names.iter().map(|name| json!({"ScopeName": name, "ScopeDescription": "d"})).collect()
}

/// The scopes of the server `orders` in the order of the answer.
fn scope_names(world: &World) -> Vec<String> {
    let answer = read(world, DescribeResourceServer, json!({"Identifier": "orders"})).unwrap();
    let scopes = answer["ResourceServer"]["Scopes"].as_array().unwrap();
    scopes.iter().map(|scope| scope["ScopeName"].as_str().unwrap().to_owned()).collect()
}

/// The least details of a type, with more or other ones.
fn details(kind: &str, more: &Value) -> Value {
    let mut details = match kind {
        "OIDC" => json!({"client_id": "i", "attributes_request_method": "GET", "authorize_scopes": "openid",
            "oidc_issuer": "https://idp.acme.com/"}),
        "SAML" => json!({"MetadataURL": "https://sso.acme.com/metadata?x=1"}),
        "SignInWithApple" => json!({"client_id": "i", "team_id": "t", "key_id": "k", "private_key": SECRET,
            "authorize_scopes": "email"}),
        _ => json!({"client_id": "i", "client_secret": SECRET, "authorize_scopes": "openid"}),
    };
    for (name, value) in more.as_object().unwrap() {
        if value.is_null() {
            details.as_object_mut().unwrap().remove(name);
        } else {
            details[name] = value.clone();
        }
    }
    details
}

/// The input that creates a provider of a type.
fn provider(kind: &str, more: &Value) -> Value {
    let name = if ["OIDC", "SAML"].contains(&kind) { "acme" } else { kind };
    json!({"ProviderName": name, "ProviderType": kind, "ProviderDetails": details(kind, more)})
}

fn create_provider(world: &World, kind: &str, more: &Value) -> Value {
    write(world, CreateIdentityProvider, provider(kind, more)).unwrap()["IdentityProvider"].take()
}

fn described(world: &World, name: &str) -> Value {
    read(world, DescribeIdentityProvider, json!({"ProviderName": name})).unwrap()["IdentityProvider"].take()
}

#[test]
fn scopes_and_identifiers_have_no_order_when_lists_are_shuffled() {
    let names: Vec<String> = (0..20).map(|number| format!("{number:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut orders = std::collections::BTreeSet::new();
    for seed in 0..4 {
        let world = account(OmittedMode::Documented, Some(seed));
        let server = json!({"Identifier": "orders", "Name": "Orders", "Scopes": scopes(&names)});
        write(&world, CreateResourceServer, server).unwrap();
        let mut input = provider("Google", &json!({}));
        input["IdpIdentifiers"] = json!(names);
        write(&world, CreateIdentityProvider, input).unwrap();
        let described = described(&world, "Google");
        for mut order in [
            scope_names(&world),
            texts(&described["IdpIdentifiers"]).into_iter().map(str::to_owned).collect(),
        ] {
            assert_ne!(order, names, "{seed}");
            orders.insert(order.clone());
            order.sort();
            assert_eq!(order, names, "{seed}");
        }
        let list = read(&world, ListResourceServers, json!({"MaxResults": 1})).unwrap();
        assert_ne!(list["ResourceServers"][0]["Scopes"], scopes(&names));
    }
    assert!(orders.len() > 1, "another seed, another order");
}

#[test]
fn a_state_file_without_the_newer_kinds_loads_and_one_with_them_is_read_back_whole() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.json");
    let open = || Sandbox::open(&path, Access::Write, Options::default()).unwrap();
    let sandbox = open();
    let id = wait(sandbox.write(CreateUserPool, json!({"PoolName": "a"}))).unwrap()["UserPool"]["Id"].clone();
    sandbox.flush().unwrap();
    drop(sandbox);
    let mut state: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let pool = state["pools"][id.as_str().unwrap()].as_object_mut().unwrap();
    for section in ["groups", "domains", "identityProviders", "resourceServers"] {
        assert_eq!(pool.remove(section), Some(json!({})), "{section}");
    }
    std::fs::write(&path, state.to_string()).unwrap();
    let sandbox = open();
    for (operation, mut input) in [
        (CreateGroup, json!({"GroupName": "admins"})),
        (CreateResourceServer, json!({"Identifier": "orders", "Name": "Orders"})),
        (CreateIdentityProvider, provider("SignInWithApple", &json!({}))),
        (CreateUserPoolDomain, json!({"Domain": "acme"})),
    ] {
        input["UserPoolId"] = id.clone();
        wait(sandbox.write(operation, input)).unwrap();
    }
    sandbox.flush().unwrap();
    let document = sandbox.document();
    drop(sandbox);
    assert_eq!(open().document(), document);
}

#[test]
fn a_pool_put_in_again_keeps_what_lies_in_it() {
    let world = world();
    write(&world, CreateGroup, json!({"GroupName": "admins"})).unwrap();
    create_provider(&world, "Google", &json!({}));
    write(&world, CreateUserPoolDomain, json!({"Domain": "acme"})).unwrap();
    let before = world.sandbox.document();
    world.tamper(|_, _, _| {});
    assert_eq!(world.sandbox.document(), before);
}
