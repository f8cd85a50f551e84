//! Terms documents: each test is named after the fact.

use cognitops::cognito::ReadOperation::{DescribeTerms, DescribeTermsByClient, ListTerms};
use cognitops::cognito::WriteOperation::{
    CreateTerms, CreateUserPoolClient, DeleteTerms, DeleteUserPoolClient, UpdateTerms,
};
use serde_json::{Value, json};

use super::{all_refused, members, read, refused, world, write};
use crate::world::World;

/// A new client's id.
fn client(world: &World, name: &str) -> String {
    let answer = write(world, CreateUserPoolClient, json!({"ClientName": name})).unwrap();
    answer["UserPoolClient"]["ClientId"].as_str().unwrap().to_owned()
}

fn terms(client: &str, name: &str) -> Value {
    json!({
        "ClientId": client,
        "TermsName": name,
        "TermsSource": "LINK",
        "Enforcement": "NONE",
        "Links": {"cognito:default": "https://example.com/"},
    })
}

#[test]
fn terms_have_ids_of_their_own_and_one_of_each_name_for_a_client() {
    let world = world();
    let (web, app) = (client(&world, "web"), client(&world, "app"));
    let created = write(&world, CreateTerms, terms(&web, "terms-of-use")).unwrap()["Terms"].clone();
    let id = created["TermsId"].as_str().unwrap().to_owned();
    let uuid =
        regex::Regex::new("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$").unwrap();
    assert!(uuid.is_match(&id), "{id}");
    assert_eq!(
        members(&created),
        [
            "ClientId",
            "CreationDate",
            "Enforcement",
            "LastModifiedDate",
            "Links",
            "TermsId",
            "TermsName",
            "TermsSource",
            "UserPoolId"
        ]
    );
    assert_eq!(read(&world, DescribeTerms, json!({"TermsId": id})).unwrap()["Terms"], created);
    let by_client = json!({"ClientId": web, "TermsName": "terms-of-use"});
    assert_eq!(read(&world, DescribeTermsByClient, by_client.clone()).unwrap()["Terms"], created);
    let of_others = [(&app, "terms-of-use"), (&web, "privacy-policy")];
    for (client, name) in of_others {
        let by_client = json!({"ClientId": client, "TermsName": name});
        let refusal = refused(read(&world, DescribeTermsByClient, by_client));
        assert!(refusal.starts_with("ResourceNotFoundException"), "{refusal}");
    }
    let without_default = json!({"Links": {"cognito:french": "https://example.com/"}});
    let mut incomplete = terms(&web, "privacy-policy");
    incomplete["Links"] = without_default["Links"].clone();
    all_refused(
        &world,
        &[
            (CreateTerms, terms(&web, "terms-of-use"), "TermsExistsException"),
            (CreateTerms, terms("nobody", "terms-of-use"), "ResourceNotFoundException"),
            (
                CreateTerms,
                incomplete,
                "InvalidParameterException: Links must contain a URL for cognito:default",
            ),
            (CreateTerms, terms(&web, "imprint"), "InvalidParameterException: 1 validation error detected"),
            (
                UpdateTerms,
                json!({"TermsId": id, "Links": without_default["Links"]}),
                "InvalidParameterException",
            ),
        ],
    );
    let other =
        write(&world, CreateTerms, terms(&web, "privacy-policy")).unwrap()["Terms"]["TermsId"].clone();
    let renamed = json!({"TermsId": other, "TermsName": "terms-of-use"});
    all_refused(&world, &[(UpdateTerms, renamed, "TermsExistsException")]);
    write(&world, DeleteTerms, json!({"TermsId": id})).unwrap();
    let refusal = refused(read(&world, DescribeTermsByClient, by_client));
    assert!(refusal.starts_with("ResourceNotFoundException"), "{refusal}");
    assert!(
        refused(write(&world, DeleteTerms, json!({"TermsId": id}))).starts_with("ResourceNotFoundException")
    );
}

#[test]
fn an_update_of_terms_replaces_the_links_and_keeps_what_it_leaves_out() {
    let world = world();
    let web = client(&world, "web");
    let mut input = terms(&web, "terms-of-use");
    input["Links"]["cognito:french"] = json!("https://example.com/fr");
    let created = write(&world, CreateTerms, input).unwrap()["Terms"].clone();
    let id = &created["TermsId"];
    let same = write(&world, UpdateTerms, json!({"TermsId": id})).unwrap()["Terms"].clone();
    assert_eq!(same["Links"], created["Links"]);
    assert_eq!(same["CreationDate"], created["CreationDate"]);
    let links = json!({"cognito:default": "https://example.com/new"});
    let changed = write(&world, UpdateTerms, json!({"TermsId": id, "Links": links})).unwrap();
    assert_eq!(changed["Terms"]["Links"], links);
    assert_eq!(changed["Terms"]["Enforcement"], "NONE");
}

#[test]
fn terms_go_with_their_client_and_a_pool_has_at_most_forty() {
    let world = world();
    let clients: Vec<String> = (0..21).map(|number| client(&world, &format!("app-{number}"))).collect();
    for client in &clients[..20] {
        for name in ["terms-of-use", "privacy-policy"] {
            write(&world, CreateTerms, terms(client, name)).unwrap();
        }
    }
    all_refused(&world, &[(CreateTerms, terms(&clients[20], "terms-of-use"), "LimitExceededException")]);
    let first = read(&world, ListTerms, json!({"MaxResults": 25})).unwrap();
    assert_eq!(first["Terms"].as_array().unwrap().len(), 25);
    assert_eq!(
        members(&first["Terms"][0]),
        ["CreationDate", "Enforcement", "LastModifiedDate", "TermsId", "TermsName"]
    );
    let rest = read(&world, ListTerms, json!({"MaxResults": 25, "NextToken": first["NextToken"]})).unwrap();
    assert_eq!(rest["Terms"].as_array().unwrap().len(), 15);
    assert_eq!(rest.get("NextToken"), None);
    write(&world, DeleteUserPoolClient, json!({"ClientId": clients[0]})).unwrap();
    write(&world, CreateTerms, terms(&clients[20], "terms-of-use")).unwrap();
    let all = read(&world, ListTerms, json!({})).unwrap();
    assert_eq!(all["Terms"].as_array().unwrap().len(), 39);
}

#[test]
fn terms_are_of_use_or_of_privacy_and_have_a_default_link() {
    let world = world();
    let web = client(&world, "web");
    let mut without = terms(&web, "terms-of-use");
    without["Links"] = json!({"cognito:english": "https://example.com/"});
    all_refused(
        &world,
        &[
            (
                CreateTerms,
                terms(&web, "imprint"),
                "InvalidParameterException: 1 validation error detected: Value 'imprint' at 'termsName'",
            ),
            (
                CreateTerms,
                without,
                "InvalidParameterException: Links must contain a URL for cognito:default.",
            ),
        ],
    );
    for name in ["terms-of-use", "privacy-policy"] {
        write(&world, CreateTerms, terms(&web, name)).unwrap();
    }
}

#[test]
fn a_list_of_terms_has_pages_of_one_to_sixty_and_says_nothing_of_links() {
    let world = world();
    let web = client(&world, "web");
    for name in ["terms-of-use", "privacy-policy"] {
        write(&world, CreateTerms, terms(&web, name)).unwrap();
    }
    for bound in [0, 61] {
        let words = format!(
            "InvalidParameterException: 1 validation error detected: Value '{bound}' at 'maxResults'"
        );
        let answer = refused(read(&world, ListTerms, json!({ "MaxResults": bound })));
        assert!(answer.starts_with(&words), "{answer}");
    }
    let first = read(&world, ListTerms, json!({"MaxResults": 1})).unwrap();
    let last = read(&world, ListTerms, json!({"MaxResults": 1, "NextToken": first["NextToken"]})).unwrap();
    assert_eq!(last.get("NextToken"), None);
    assert_ne!(first["Terms"], last["Terms"]);
    assert_eq!(
        members(&first["Terms"][0]),
        ["CreationDate", "Enforcement", "LastModifiedDate", "TermsId", "TermsName"]
    );
}
