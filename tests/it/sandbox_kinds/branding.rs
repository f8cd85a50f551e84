//! Styles of managed login: each test is named after the fact.

use cognitops::cognito::ReadOperation::{DescribeManagedLoginBranding, DescribeManagedLoginBrandingByClient};
use cognitops::cognito::WriteOperation::{
    CreateManagedLoginBranding, CreateUserPoolClient, DeleteManagedLoginBranding, DeleteUserPoolClient,
    UpdateManagedLoginBranding, UpdateUserPool,
};
use serde_json::{Value, json};

use super::{all_refused, members, read, refused, world, write};
use crate::world::World;

/// A new client's id.
fn client(world: &World, name: &str) -> String {
    let answer = write(world, CreateUserPoolClient, json!({"ClientName": name})).unwrap();
    answer["UserPoolClient"]["ClientId"].as_str().unwrap().to_owned()
}

fn asset(category: &str, bytes: &str) -> Value {
    json!({"Category": category, "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": bytes})
}

/// A style of a client, as it is answered.
fn style(world: &World, client: &str) -> Value {
    let answer = read(world, DescribeManagedLoginBrandingByClient, json!({"ClientId": client}));
    answer.unwrap()["ManagedLoginBranding"].clone()
}

fn categories(style: &Value) -> Vec<&str> {
    let assets = style["Assets"].as_array().unwrap().iter();
    let mut all: Vec<&str> = assets.map(|asset| asset["Category"].as_str().unwrap()).collect();
    all.sort_unstable();
    all
}

#[test]
fn an_update_of_a_style_keeps_what_it_does_not_name() {
    let world = world();
    let web = client(&world, "web");
    let input = json!({
        "ClientId": web,
        "Settings": {"categories": {"form": {"a": 1, "b": [1, 2]}}},
        "Assets": [asset("FORM_LOGO", "AAAA"), asset("PAGE_BACKGROUND", "BBBB")],
    });
    let created = write(&world, CreateManagedLoginBranding, input).unwrap()["ManagedLoginBranding"].clone();
    assert_eq!(
        members(&created),
        [
            "Assets",
            "CreationDate",
            "LastModifiedDate",
            "ManagedLoginBrandingId",
            "Settings",
            "UseCognitoProvidedValues",
            "UserPoolId"
        ]
    );
    assert_eq!(created["UseCognitoProvidedValues"], false);
    assert!(created["Assets"][0]["ResourceId"].is_string());
    let id = &created["ManagedLoginBrandingId"];
    let described = read(&world, DescribeManagedLoginBranding, json!({"ManagedLoginBrandingId": id}));
    assert_eq!(described.unwrap()["ManagedLoginBranding"], created);
    let change = json!({
        "ManagedLoginBrandingId": id,
        "Settings": {"categories": {"form": {"b": [3]}}},
        "Assets": [asset("FORM_LOGO", "CCCC")],
    });
    write(&world, UpdateManagedLoginBranding, change).unwrap();
    let changed = style(&world, &web);
    assert_eq!(changed["Settings"], json!({"categories": {"form": {"a": 1, "b": [3]}}}));
    assert_eq!(categories(&changed), ["FORM_LOGO", "PAGE_BACKGROUND"]);
    // Only this takes anything away, and it takes everything.
    let provided = json!({"ManagedLoginBrandingId": id, "UseCognitoProvidedValues": true});
    write(&world, UpdateManagedLoginBranding, provided).unwrap();
    let cleared = style(&world, &web);
    assert_eq!(cleared["UseCognitoProvidedValues"], true);
    assert_eq!((cleared.get("Settings"), cleared.get("Assets")), (None, None));
}

#[test]
fn what_is_wrong_with_a_style_is_refused() {
    let world = world();
    let (web, app) = (client(&world, "web"), client(&world, "app"));
    let provided = json!({"ClientId": web, "UseCognitoProvidedValues": true});
    let created = write(&world, CreateManagedLoginBranding, provided.clone()).unwrap();
    let id = created["ManagedLoginBranding"]["ManagedLoginBrandingId"].clone();
    let both = json!({"ClientId": app, "UseCognitoProvidedValues": true, "Settings": {"a": 1}});
    let mut wrong = asset("FORM_LOGO", "AAAA");
    wrong["Extension"] = json!("GIF");
    let mut bare = asset("FORM_LOGO", "AAAA");
    bare.as_object_mut().unwrap().remove("Bytes");
    let (large, too_large) = ("A".repeat(1_200_000), "A".repeat(1_400_000));
    all_refused(
        &world,
        &[
            (CreateManagedLoginBranding, provided, "ManagedLoginBrandingExistsException"),
            (
                CreateManagedLoginBranding,
                both,
                "InvalidParameterException: Settings and Assets must be omitted",
            ),
            (CreateManagedLoginBranding, json!({"ClientId": "nobody"}), "ResourceNotFoundException"),
            (
                CreateManagedLoginBranding,
                json!({"ClientId": app, "Assets": [wrong]}),
                "InvalidParameterException: 1 validation error detected",
            ),
            (
                CreateManagedLoginBranding,
                json!({"ClientId": app, "Assets": [asset("FORM_LOGO", &too_large)]}),
                "InvalidParameterException: 1 validation error detected: Value at 'assets.bytes' failed to satisfy \
                 constraint: Member must have length less than or equal to 1000000",
            ),
            (
                CreateManagedLoginBranding,
                json!({"ClientId": app, "Assets": [asset("FORM_LOGO", &large), asset("PAGE_BACKGROUND", &large)]}),
                "InvalidParameterException: The request is larger than 2 MB",
            ),
            (
                CreateManagedLoginBranding,
                json!({"ClientId": app, "Assets": [asset("FORM_LOGO", "not base64")]}),
                "SerializationException: The value at 'assets.bytes' has another type",
            ),
            (
                CreateManagedLoginBranding,
                json!({"ClientId": app, "Assets": [bare]}),
                "InvalidParameterException: An asset has no bytes",
            ),
            (UpdateManagedLoginBranding, json!({"Settings": {}}), "InvalidParameterException"),
        ],
    );
    write(&world, UpdateUserPool, json!({"UserPoolTier": "LITE"})).unwrap();
    let update = json!({"ManagedLoginBrandingId": id, "Settings": {"a": 1}});
    all_refused(&world, &[(UpdateManagedLoginBranding, update, "OperationNotEnabledException")]);
    write(&world, DeleteManagedLoginBranding, json!({"ManagedLoginBrandingId": id})).unwrap();
    let refusal = refused(read(&world, DescribeManagedLoginBrandingByClient, json!({"ClientId": web})));
    assert!(refusal.starts_with("ResourceNotFoundException"), "{refusal}");
}

#[test]
fn a_style_goes_with_its_client_and_a_pool_has_at_most_twenty() {
    let world = world();
    let clients: Vec<String> = (0..21).map(|number| client(&world, &format!("app-{number}"))).collect();
    let provided = |client: &str| json!({"ClientId": client, "UseCognitoProvidedValues": true});
    for client in &clients[..20] {
        write(&world, CreateManagedLoginBranding, provided(client)).unwrap();
    }
    all_refused(&world, &[(CreateManagedLoginBranding, provided(&clients[20]), "LimitExceededException")]);
    write(&world, DeleteUserPoolClient, json!({"ClientId": clients[0]})).unwrap();
    write(&world, CreateManagedLoginBranding, provided(&clients[20])).unwrap();
}

#[test]
fn a_style_has_forty_images_told_apart_by_their_use_and_colour() {
    let world = world();
    let web = client(&world, "web");
    let images = |count: usize| json!({"ClientId": web, "Assets": vec![asset("FORM_LOGO", "AAAA"); count]});
    let words = "InvalidParameterException: 1 validation error detected: ";
    all_refused(&world, &[(CreateManagedLoginBranding, images(41), words)]);
    write(&world, CreateManagedLoginBranding, images(40)).unwrap();
    assert_eq!(categories(&style(&world, &web)), ["FORM_LOGO"]);
    let id = style(&world, &web)["ManagedLoginBrandingId"].clone();
    let mut dark = asset("FORM_LOGO", "BBBB");
    dark["ColorMode"] = json!("DARK");
    write(&world, UpdateManagedLoginBranding, json!({"ManagedLoginBrandingId": id, "Assets": [dark]}))
        .unwrap();
    assert_eq!(categories(&style(&world, &web)), ["FORM_LOGO", "FORM_LOGO"]);
}

#[test]
fn a_style_has_at_most_forty_images() {
    let world = world();
    let web = client(&world, "web");
    let categories = [
        "FAVICON_ICO",
        "FAVICON_SVG",
        "EMAIL_GRAPHIC",
        "SMS_GRAPHIC",
        "AUTH_APP_GRAPHIC",
        "PASSWORD_GRAPHIC",
        "PASSKEY_GRAPHIC",
        "PAGE_HEADER_LOGO",
        "PAGE_HEADER_BACKGROUND",
        "PAGE_FOOTER_LOGO",
        "PAGE_FOOTER_BACKGROUND",
        "PAGE_BACKGROUND",
        "FORM_BACKGROUND",
        "FORM_LOGO",
    ];
    let all = |modes: &[&str]| -> Vec<Value> {
        let of = |mode: &&str| {
            let mut one = |category: &&str| {
                let mut asset = asset(category, "AAAA");
                asset["ColorMode"] = json!(mode);
                asset
            };
            categories.iter().map(&mut one).collect::<Vec<_>>()
        };
        modes.iter().flat_map(of).collect()
    };
    let input = json!({"ClientId": web, "Assets": all(&["LIGHT", "DARK"])});
    let made = write(&world, CreateManagedLoginBranding, input).unwrap();
    let id = &made["ManagedLoginBranding"]["ManagedLoginBrandingId"];
    let more = json!({"ManagedLoginBrandingId": id, "Assets": all(&["DYNAMIC"])});
    let words = "InvalidParameterException: A style has at most 40 assets.";
    assert_eq!(refused(write(&world, UpdateManagedLoginBranding, more)), words);
    assert_eq!(style(&world, &web)["Assets"].as_array().unwrap().len(), 28);
}
