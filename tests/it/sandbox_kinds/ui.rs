//! UI customizations.

use cognitops::cognito::ReadCognito as _;
use cognitops::cognito::ReadOperation::GetUICustomization;
use cognitops::cognito::WriteOperation::{
    CreateUserPoolClient, CreateUserPoolDomain, DeleteUserPoolClient, DeleteUserPoolDomain,
    SetUICustomization,
};
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::{all_refused, members, read, refused, world, write};
use crate::generate::PNG;
use crate::world::{World, wait};

fn with_domain() -> World {
    let world = world();
    write(&world, CreateUserPoolDomain, json!({"Domain": "acme-shop"})).unwrap();
    world
}

fn get(world: &World, input: Value) -> Value {
    read(world, GetUICustomization, input).unwrap()["UICustomization"].take()
}

#[test]
fn pages_need_a_domain() {
    let world = world();
    assert_eq!(get(&world, json!({})), json!({}));
    let refusal = refused(write(&world, SetUICustomization, json!({"CSS": "a {}"})));
    assert!(refusal.starts_with("InvalidParameterException: "), "{refusal}");
    write(&world, CreateUserPoolDomain, json!({"Domain": "acme-shop"})).unwrap();
    write(&world, SetUICustomization, json!({"CSS": "a {}"})).unwrap();
    write(&world, DeleteUserPoolDomain, json!({"Domain": "acme-shop"})).unwrap();
    refused(write(&world, SetUICustomization, json!({})));
}

#[test]
fn style_and_image_are_set_together_and_the_image_lies_behind_a_url() {
    let world = with_domain();
    write(&world, SetUICustomization, json!({"ClientId": "ALL", "CSS": "a {}", "ImageFile": PNG})).unwrap();
    let first = get(&world, json!({}));
    assert_eq!(
        members(&first),
        ["CSS", "CSSVersion", "ClientId", "CreationDate", "ImageUrl", "LastModifiedDate", "UserPoolId"]
    );
    assert_eq!(first["ClientId"], "ALL");
    let fetch = |url: &Value, most| wait(world.sandbox.fetch(url.as_str().unwrap(), most));
    assert_eq!(fetch(&first["ImageUrl"], 1_000).unwrap(), BASE64.decode(PNG.as_bytes()).unwrap());
    assert_eq!(fetch(&first["ImageUrl"], 69).unwrap_err(), "the answer is larger than 69 bytes");
    assert!(fetch(&json!("https://assets.cognito.example/x"), 1_000).is_err());
    // The version is the style's, the URL the image's.
    write(&world, SetUICustomization, json!({"CSS": "b {}", "ImageFile": PNG})).unwrap();
    let second = get(&world, json!({}));
    assert_ne!(first["CSSVersion"], second["CSSVersion"]);
    assert_eq!(first["ImageUrl"], second["ImageUrl"]);
    write(&world, SetUICustomization, json!({"CSS": "b {}"})).unwrap();
    assert_eq!(get(&world, json!({})).get("ImageUrl"), None);
    write(&world, SetUICustomization, json!({"ClientId": "ALL"})).unwrap();
    assert_eq!(get(&world, json!({})), json!({}));
}

#[test]
fn a_client_without_its_own_has_the_pools() {
    let world = with_domain();
    let mut answer = write(&world, CreateUserPoolClient, json!({"ClientName": "web"})).unwrap();
    let web = answer["UserPoolClient"]["ClientId"].take();
    let of_client = || get(&world, json!({"ClientId": web}));
    assert_eq!(of_client(), json!({}));
    write(&world, SetUICustomization, json!({"CSS": "a {}"})).unwrap();
    assert_eq!((&of_client()["ClientId"], &of_client()["CSS"]), (&json!("ALL"), &json!("a {}")));
    write(&world, SetUICustomization, json!({"ClientId": web, "ImageFile": PNG})).unwrap();
    assert_eq!((&of_client()["ClientId"], of_client().get("CSS")), (&web, None));
    write(&world, SetUICustomization, json!({"ClientId": web})).unwrap();
    assert_eq!(of_client()["ClientId"], "ALL");
    write(&world, DeleteUserPoolClient, json!({"ClientId": web})).unwrap();
    let refusal = refused(write(&world, SetUICustomization, json!({"ClientId": web})));
    assert!(refusal.starts_with("ResourceNotFoundException: "), "{refusal}");
}

#[test]
fn what_is_no_image_and_what_is_too_large_is_refused() {
    let world = with_domain();
    let large = BASE64.encode(&[BASE64.decode(PNG.as_bytes()).unwrap(), vec![0; 105_000]].concat());
    all_refused(
        &world,
        &[
            (
                SetUICustomization,
                json!({"ImageFile": BASE64.encode(b"GIF89a")}),
                "InvalidParameterException: The image file must be a PNG or JPEG image.",
            ),
            (
                SetUICustomization,
                json!({"ImageFile": "?"}),
                "SerializationException: The value at 'imageFile' has another type",
            ),
            (
                SetUICustomization,
                json!({"ImageFile": large}),
                "InvalidParameterException: Request parameters too large.",
            ),
        ],
    );
}
