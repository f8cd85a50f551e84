//! How many there may be of what: the default quotas, and the bounds of the API's model.

use cognitops::cognito::WriteOperation::{
    AddCustomAttributes, CreateGroup, CreateIdentityProvider, CreateManagedLoginBranding,
    CreateResourceServer, CreateTerms, CreateUserPool, CreateUserPoolClient,
};
use serde_json::{Value, json};

use super::{all_refused, provider, refused, scopes, world, write};

#[test]
fn a_pool_holds_so_many_of_each_kind() {
    let world = world();
    let id = world.pool_id();
    let client = write(&world, CreateUserPoolClient, json!({"ClientName": "web"})).unwrap();
    let client = client["UserPoolClient"]["ClientId"].clone();
    let terms = json!({
        "ClientId": client, "TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE",
        "Links": {"cognito:default": "https://a.example"},
    });
    for (section, most, operation, input) in [
        ("groups", 10_000, CreateGroup, json!({"GroupName": "more"})),
        ("resourceServers", 25, CreateResourceServer, json!({"Identifier": "more", "Name": "more"})),
        ("identityProviders", 300, CreateIdentityProvider, provider("Google", &json!({}))),
        (
            "brandings",
            20,
            CreateManagedLoginBranding,
            json!({"ClientId": client, "UseCognitoProvidedValues": true}),
        ),
        ("terms", 40, CreateTerms, terms),
    ] {
        for number in 1..most {
            world.sandbox.insert_member(&id, section, &number.to_string(), json!({}));
        }
        write(&world, operation, input.clone()).unwrap();
        world.sandbox.insert_member(&id, section, "0", json!({}));
        let other = match operation {
            CreateGroup => json!({"GroupName": "one-more"}),
            CreateResourceServer => json!({"Identifier": "one-more", "Name": "more"}),
            CreateIdentityProvider => provider("Facebook", &json!({})),
            _ => {
                let made = write(&world, CreateUserPoolClient, json!({"ClientName": "other"})).unwrap();
                let mut input = input;
                input["ClientId"] = made["UserPoolClient"]["ClientId"].clone();
                input
            }
        };
        all_refused(&world, &[(operation, other, "LimitExceededException: The pool has its maximum of ")]);
    }
}

#[test]
fn a_pool_holds_a_thousand_clients() {
    let world = world();
    let pool = world.pool_id(); // asked once: it copies the whole state
    let create = |number: u32| {
        world.write(CreateUserPoolClient, json!({"UserPoolId": pool, "ClientName": format!("c{number}")}))
    };
    for number in 0..1_000 {
        create(number).unwrap();
    }
    assert_eq!(refused(create(1_000)), "LimitExceededException: The pool has its maximum of clients.");
}

#[test]
fn a_region_holds_a_thousand_pools() {
    let world = world();
    for number in 1..1_000 {
        let id = format!("us-east-1_{number:09}");
        world.sandbox.insert_pool(json!({ "Id": id }), json!({}), Vec::new());
    }
    world.sandbox.insert_pool(json!({"Id": "eu-west-1_000000000"}), json!({}), Vec::new());
    let created = world.write(CreateUserPool, json!({"PoolName": "more"}));
    assert_eq!(refused(created), "LimitExceededException: The account has its maximum of user pools.");
}

#[test]
fn a_pool_has_at_most_fifty_custom_attributes_of_twenty_letters() {
    let world = world();
    let add = |names: &[String]| {
        let one = |name: &String| json!({"Name": name, "AttributeDataType": "String"});
        let list: Vec<Value> = names.iter().map(one).collect();
        write(&world, AddCustomAttributes, json!({ "CustomAttributes": list }))
    };
    let names: Vec<String> = (0..50).map(|number| format!("a{number}")).collect();
    let long = "a".repeat(21);
    assert!(refused(add(&[long])).starts_with("InvalidParameterException: 1 validation error detected: "));
    add(&["a".repeat(20)]).unwrap();
    for part in names[..49].chunks(25) {
        add(part).unwrap();
    }
    assert!(refused(add(&names[49..])).starts_with("LimitExceededException: "));
}

/// Bounds of the model are refused as such, before any quota.
#[test]
fn lists_within_one_resource_have_the_bounds_of_the_model() {
    let world = world();
    let urls = |count: usize| (0..count).map(|n| format!("https://a.example/{n}")).collect::<Vec<_>>();
    let client = |member: &str, list: Value| json!({"ClientName": "web", "AllowedOAuthFlowsUserPoolClient": true, member: list});
    let names: Vec<String> = (0..101).map(|number| format!("s{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let server =
        |count: usize| json!({"Identifier": "api", "Name": "API", "Scopes": scopes(&names[..count])});
    let identified = |count: usize| {
        let mut input = provider("Google", &json!({}));
        input["IdpIdentifiers"] = json!(names[..count]);
        input
    };
    let of_api: Vec<String> = names[..51].iter().map(|name| format!("api/{name}")).collect();
    for (operation, fits, too_many) in [
        (
            CreateUserPoolClient,
            client("CallbackURLs", json!(urls(100))),
            client("CallbackURLs", json!(urls(101))),
        ),
        (
            CreateUserPoolClient,
            client("LogoutURLs", json!(urls(100))),
            client("LogoutURLs", json!(urls(101))),
        ),
        (CreateResourceServer, server(100), server(101)),
        (
            CreateUserPoolClient,
            client("AllowedOAuthScopes", json!(of_api[..50])),
            client("AllowedOAuthScopes", json!(of_api)),
        ),
        (CreateIdentityProvider, identified(50), identified(51)),
    ] {
        all_refused(
            &world,
            &[(operation, too_many, "InvalidParameterException: 1 validation error detected: ")],
        );
        write(&world, operation, fits).unwrap();
    }
}
