//! Resource servers.

use cognitops::cognito::ReadOperation::ListResourceServers;
use cognitops::cognito::WriteOperation::{
    CreateResourceServer, CreateUserPoolClient, DeleteResourceServer, UpdateResourceServer,
    UpdateUserPoolClient,
};
use cognitops::sandbox::OmittedMode;
use serde_json::{Value, json};

use super::{account, all_refused, read, refused, scope_names, scopes, texts, world, write};

#[test]
fn the_scopes_of_a_resource_server_are_answered_sorted_and_replaced_whole() {
    for omitted in OmittedMode::ALL {
        let world = account(omitted, None);
        let input = json!({"Identifier": "orders", "Name": "Orders", "Scopes": scopes(&["write", "read"])});
        let created = write(&world, CreateResourceServer, input).unwrap();
        let server = json!({
            "UserPoolId": world.pool_id(),
            "Identifier": "orders",
            "Name": "Orders",
            "Scopes": scopes(&["read", "write"]),
        });
        assert_eq!(created["ResourceServer"], server);
        let list = read(&world, ListResourceServers, json!({"MaxResults": 50})).unwrap();
        assert_eq!(list, json!({"ResourceServers": [server]}));
        let input = json!({"Identifier": "orders", "Name": "All", "Scopes": scopes(&["list"])});
        let updated = write(&world, UpdateResourceServer, input).unwrap();
        assert_eq!(updated["ResourceServer"]["Name"], "All");
        assert_eq!(scope_names(&world), ["list"], "{omitted}");
        write(&world, UpdateResourceServer, json!({"Identifier": "orders", "Name": "All"})).unwrap();
        let kept: &[&str] = if omitted == OmittedMode::Keep { &["list"] } else { &[] };
        assert_eq!(scope_names(&world), kept, "{omitted}");
    }
}

#[test]
fn resource_servers_are_refused_in_the_services_words() {
    let world = world();
    let id = world.pool_id();
    write(&world, CreateResourceServer, json!({"Identifier": "orders", "Name": "Orders"})).unwrap();
    let managed = json!({"Identifier": "own", "Name": "Own", "UserPoolId": id, "ManagedBy": "COGNITO"});
    world.sandbox.insert_member(&id, "resourceServers", "own", managed);
    let exists = format!("InvalidParameterException: orders already exists in user pool {id}.");
    let missing = "ResourceNotFoundException: Resource server does not exist.";
    let violation = "InvalidParameterException: 1 validation error detected: Value at";
    let update = |scopes: Value| json!({"Identifier": "orders", "Name": "a", "Scopes": scopes});
    all_refused(
        &world,
        &[
            (CreateResourceServer, json!({"Identifier": "orders", "Name": "a"}), &exists),
            (UpdateResourceServer, json!({"Identifier": "b", "Name": "a"}), missing),
            (DeleteResourceServer, json!({"Identifier": "b"}), missing),
            (
                UpdateResourceServer,
                update(scopes(&["a", "b", "a"])),
                "InvalidParameterException: The scope a is given twice.",
            ),
            (UpdateResourceServer, json!({"Identifier": "orders"}), &format!("{violation} 'name'")),
            (
                UpdateResourceServer,
                update(json!([{"ScopeName": "a"}])),
                &format!("{violation} 'scopes.scopeDescription'"),
            ),
            (UpdateResourceServer, json!({"Identifier": "own", "Name": "a"}), "NotAuthorizedException: "),
            (DeleteResourceServer, json!({"Identifier": "own"}), "NotAuthorizedException: "),
        ],
    );
}

#[test]
fn a_scope_may_go_that_a_client_lists_but_no_client_is_given_it_again() {
    let world = world();
    let server = |scopes: Value| json!({"Identifier": "orders", "Name": "Orders", "Scopes": scopes});
    write(&world, CreateResourceServer, server(scopes(&["read"]))).unwrap();
    let mut client = json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthScopes": ["orders/read"]});
    client["ClientName"] = json!("web");
    write(&world, CreateUserPoolClient, client.clone()).unwrap();
    write(&world, UpdateResourceServer, server(json!([]))).unwrap();
    assert_eq!(texts(&world.client("web")["AllowedOAuthScopes"]), ["orders/read"]);
    client["ClientId"] = json!(world.client_id("web"));
    let answer = refused(write(&world, UpdateUserPoolClient, client.clone()));
    assert!(answer.starts_with("ScopeDoesNotExistException"), "{answer}");
    write(&world, UpdateResourceServer, server(scopes(&["read"]))).unwrap();
    write(&world, UpdateUserPoolClient, client).unwrap();
    write(&world, DeleteResourceServer, json!({"Identifier": "orders"})).unwrap();
}
