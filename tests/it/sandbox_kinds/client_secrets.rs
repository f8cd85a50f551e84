//! Secrets of app clients.

use cognitops::cognito::ReadOperation::{DescribeUserPoolClient, ListUserPoolClientSecrets};
use cognitops::cognito::WriteOperation::{
    AddUserPoolClientSecret, CreateUserPoolClient, DeleteUserPoolClient, DeleteUserPoolClientSecret,
};
use serde_json::{Value, json};

use super::{all_refused, members, read, refused, world, write};
use crate::world::World;

const OWN: &str = "a_secret_of_ones_own_and_long";

/// The id of a new client with a secret.
fn confidential(world: &World) -> Value {
    let input = json!({"ClientName": "web", "GenerateSecret": true});
    write(world, CreateUserPoolClient, input).unwrap()["UserPoolClient"]["ClientId"].take()
}

fn secrets(world: &World, client: &Value) -> Vec<Value> {
    let answer = read(world, ListUserPoolClientSecrets, json!({ "ClientId": client })).unwrap();
    answer["ClientSecrets"].as_array().unwrap().clone()
}

fn shown(world: &World, client: &Value) -> Value {
    read(world, DescribeUserPoolClient, json!({ "ClientId": client })).unwrap()["UserPoolClient"]["ClientSecret"].take()
}

#[test]
fn lists_show_no_values_and_what_is_generated_is_answered_once() {
    let world = world();
    let client = confidential(&world);
    let first = secrets(&world, &client);
    assert_eq!(first.len(), 1, "the one that it was created with");
    assert!(
        first[0]["ClientSecretId"].as_str().unwrap().starts_with(&format!("{}--", client.as_str().unwrap()))
    );
    let added = write(&world, AddUserPoolClientSecret, json!({ "ClientId": client })).unwrap();
    let added = &added["ClientSecretDescriptor"];
    assert_eq!(members(added), ["ClientSecretCreateDate", "ClientSecretId", "ClientSecretValue"]);
    let both = secrets(&world, &client);
    assert_eq!((both.len(), &both[0]), (2, &first[0]));
    for secret in &both {
        assert_eq!(members(secret), ["ClientSecretCreateDate", "ClientSecretId"]);
    }
    let id = &first[0]["ClientSecretId"];
    write(&world, DeleteUserPoolClientSecret, json!({ "ClientId": client, "ClientSecretId": id })).unwrap();
    assert_eq!(secrets(&world, &client), both[1..]);
    assert_eq!(shown(&world, &client), added["ClientSecretValue"]);
    let own =
        write(&world, AddUserPoolClientSecret, json!({ "ClientId": client, "ClientSecret": OWN })).unwrap();
    assert_eq!(members(&own["ClientSecretDescriptor"]), ["ClientSecretCreateDate", "ClientSecretId"]);
    write(&world, DeleteUserPoolClient, json!({ "ClientId": client })).unwrap();
    assert!(!world.sandbox.document().to_string().contains(OWN), "they go with their client");
}

#[test]
fn there_are_at_most_two_and_at_least_one() {
    let world = world();
    let client = confidential(&world);
    let only = secrets(&world, &client)[0]["ClientSecretId"].clone();
    all_refused(
        &world,
        &[
            (
                DeleteUserPoolClientSecret,
                json!({ "ClientId": client, "ClientSecretId": only }),
                "InvalidParameterException: The last secret",
            ),
            (
                DeleteUserPoolClientSecret,
                json!({ "ClientId": client, "ClientSecretId": "none--1" }),
                "ResourceNotFoundException",
            ),
            (
                DeleteUserPoolClientSecret,
                json!({ "ClientId": client }),
                "InvalidParameterException: 1 validation",
            ),
            (
                AddUserPoolClientSecret,
                json!({ "ClientId": client, "ClientSecret": "too_short" }),
                "InvalidParameterException: 1 validation error detected: Value at 'clientSecret' failed",
            ),
            (AddUserPoolClientSecret, json!({ "ClientId": "none" }), "ResourceNotFoundException"),
        ],
    );
    write(&world, AddUserPoolClientSecret, json!({ "ClientId": client })).unwrap();
    all_refused(
        &world,
        &[(AddUserPoolClientSecret, json!({ "ClientId": client }), "LimitExceededException")],
    );
}

#[test]
fn neither_public_clients_nor_those_that_registered_themselves_have_any() {
    let world = world();
    let client = write(&world, CreateUserPoolClient, json!({"ClientName": "spa"})).unwrap();
    let public = client["UserPoolClient"]["ClientId"].clone();
    let dynamic = confidential(&world);
    world.tamper(|_, _, clients| {
        let registered = clients.iter_mut().find(|client| client["ClientId"] == dynamic).unwrap();
        registered["ClientType"] = json!("DCR");
    });
    for client in [public, dynamic] {
        let input = json!({ "ClientId": client });
        let code = "InvalidParameterException: ";
        assert!(refused(read(&world, ListUserPoolClientSecrets, input.clone())).starts_with(code));
        all_refused(&world, &[(AddUserPoolClientSecret, input, code)]);
    }
}
