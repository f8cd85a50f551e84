use cognitops::apply::Outcome;
use cognitops::cognito::{ErrorCode, WriteOperation};
use serde_json::json;

use super::{error, messages, stored};
use crate::world::{World, changes, operations, unmanaged};

const NONE: [&str; 0] = [];

/// A server with scopes, and a client with some of them.
fn manifest(scopes: &[&str], used: &[&str]) -> String {
    let scopes: Vec<String> = scopes.iter().map(|scope| format!("{scope}: About {scope}")).collect();
    let used: Vec<String> = used.iter().map(|scope| format!("api/{scope}")).collect();
    format!(
        "resourceServers: {{ api: {{ name: API, scopes: {{ {} }} }} }}\nclients: {{ web: {{ \
         allowedOAuthFlowsUserPoolClient: true, allowedOAuthScopes: [{}] }} }}\npolicy: {{ maxResets: 9 }}\n",
        scopes.join(", "),
        used.join(", ")
    )
}

fn applied(scopes: &[&str], used: &[&str]) -> World {
    World::applied(&format!("settings: {{}}\n{}", manifest(scopes, used)))
}

#[test]
fn a_scope_in_use_comes_before_the_client_and_goes_after_it() {
    let world = applied(&["read"], &["read"]);
    let plan = world.plan(&manifest(&["write"], &["write"]));
    assert_eq!(operations(&plan), ["UpdateResourceServer", "UpdateUserPoolClient", "UpdateResourceServer"]);
    assert_eq!(
        changes(&plan),
        [
            "+ resourceServers.api.scopes.write absent → \"About write\"",
            "~ clients.web.allowedOAuthScopes [\"api/read\"] → [\"api/write\"]",
            "- resourceServers.api.scopes.read \"About read\" → absent",
        ]
    );
    assert_eq!(plan.steps[1].needs[0].to_string(), "customers.resourceServers.api");
    assert_eq!(plan.steps[2].needs[0].to_string(), "customers.clients.web");
    assert!(world.execute(&plan).is_complete());
    assert_eq!(stored(&world, "resourceServers")["api"]["Scopes"].as_array().unwrap().len(), 1);
}

#[test]
fn a_scope_that_nobody_uses_goes_in_one_call() {
    let world = applied(&["read", "old"], &["read"]);
    let plan = world.plan(&manifest(&["read", "new"], &["read"]));
    assert_eq!(operations(&plan), ["UpdateResourceServer"]);
    assert!(world.execute(&plan).is_complete());
}

#[test]
fn a_scope_that_another_client_uses_does_not_go_declared_or_not() {
    let world = applied(&["read"], &["read"]);
    let body = "resourceServers: { api: { name: API } }\npolicy: { omitted: keep }\n";
    assert_eq!(world.changes(body), NONE, "what is kept is not narrowed");
    let id = world.client_id("web");
    let expected = format!("the app client `web` ({id}) still uses `api/read`, which is to go");
    let body = "resourceServers: { api: { name: API, scopes: { write: Write } } }\n";
    assert_eq!(messages(&world, body), std::slice::from_ref(&expected));
    let body = "policy: { delete: [resourceServers.api] }\n";
    assert_eq!(messages(&world, body), [expected]);
}

#[test]
fn a_server_goes_by_its_address_once_no_client_uses_it() {
    let world = applied(&["read"], &["read"]);
    let body = "clients: { web: { allowedOAuthFlowsUserPoolClient: true } }\npolicy: { delete: [resourceServers.api] }\n";
    let plan = world.plan(body);
    assert_eq!(operations(&plan), ["UpdateUserPoolClient", "DeleteResourceServer"]);
    assert!(world.execute(&plan).is_complete());
    assert_eq!(stored(&world, "resourceServers"), json!({}));
}

#[test]
fn a_client_that_goes_too_no_longer_uses_anything() {
    let world = applied(&["read"], &["read"]);
    let plan = world.plan("policy: { delete: [resourceServers.api, clients.web] }\n");
    assert_eq!(operations(&plan), ["DeleteUserPoolClient", "DeleteResourceServer"]);
    assert_eq!(plan.refusals, []);
    assert!(world.execute(&plan).is_complete());
}

#[test]
fn what_is_not_declared_is_listed_and_left_alone_until_it_is_pruned() {
    let world = applied(&["read"], &[]);
    let plan = world.plan("settings: {}\nresourceServers: {}\n");
    assert_eq!(operations(&plan), NONE);
    assert_eq!(unmanaged(&plan), ["customers.resourceServers.api"]);
    let prune = "settings: {}\nresourceServers: {}\npolicy: { prune: [resourceServers] }\n";
    let plan = world.plan(prune);
    assert_eq!(operations(&plan), ["DeleteResourceServer"]);
    let mut server = stored(&world, "resourceServers")["api"].clone();
    server["ManagedBy"] = json!("COGNITO");
    world.sandbox.insert_member(&world.pool_id(), "resourceServers", "api", server);
    let plan = world.plan(prune);
    assert_eq!(operations(&plan), NONE);
    assert_eq!(plan.unmanaged[0].note, Some("managed by Cognito"));
    let body = "resourceServers: { api: { name: Other } }\npolicy: { omitted: keep }\n";
    assert_eq!(messages(&world, body), ["Cognito manages this resource server itself"]);
}

#[test]
fn a_section_that_is_not_written_is_not_read() {
    let world = applied(&["read"], &["read"]);
    let from = world.sandbox.calls().len();
    world.plan("groups: {}\n");
    assert_eq!(world.operations_since(from), ["ListUserPools", "DescribeUserPool", "ListGroups"]);
}

#[test]
fn a_scope_that_is_not_there_is_refused_before_the_first_call() {
    let world = applied(&["read"], &[]);
    let client = |scope: &str| {
        format!(
            "clients: {{ web: {{ allowedOAuthFlowsUserPoolClient: true, allowedOAuthScopes: [{scope}] }} }}\n"
        )
    };
    assert_eq!(messages(&world, &client("api/read")), NONE);
    let plan = world.plan(&client("api/raed"));
    assert_eq!(plan.refusals[0].message, "the pool has no scope `api/raed`");
    assert_eq!(plan.refusals[0].help, "did you mean `api/read`?");
    assert_eq!(
        messages(&world, &client("other/read").replace("policy", "")),
        ["the pool has no scope `other/read`"]
    );
    let new = World::new();
    let body = format!("settings: {{}}\n{}", client("api/read"));
    assert_eq!(messages(&new, &body), ["a new pool has no scope `api/read`"]);
    assert_eq!(messages(&new, &format!("settings: {{}}\n{}", manifest(&["read"], &["read"]))), NONE);
}

#[test]
fn a_client_waits_for_its_server_and_others_go_on() {
    let world = World::applied("settings: {}\n");
    let body = format!("{}groups: {{ admins: {{}} }}\n", manifest(&["read"], &["read"]));
    let plan = world.plan(&body.replace("policy: { maxResets: 9 }\n", ""));
    world.sandbox.fail_next("CreateResourceServer", error("CreateResourceServer", ErrorCode::LimitExceeded));
    let report = world.execute(&plan);
    let outcomes: Vec<_> = report
        .results
        .iter()
        .map(|result| match &result.outcome {
            Outcome::Done => format!("{} done", result.step.address),
            Outcome::Skipped(needed) => format!("{} needs {needed}", result.step.address),
            _ => format!("{} failed", result.step.address),
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            "customers.resourceServers.api failed",
            "customers.groups.admins done",
            "customers.clients.web needs customers.resourceServers.api",
        ]
    );
}

#[test]
fn a_client_does_not_wait_for_what_it_does_not_use() {
    let world = applied(&["read"], &["read"]);
    let body = manifest(&["read", "write"], &["read"])
        .replace("allowedOAuthScopes", "authSessionValidity: 9, allowedOAuthScopes");
    let plan = world.plan(&body);
    assert_eq!(operations(&plan), ["UpdateResourceServer", "UpdateUserPoolClient"]);
    assert_eq!(plan.steps[1].needs, []);
}

#[test]
fn an_update_sends_everything_and_what_it_does_not_know() {
    let world = applied(&["read"], &[]);
    let mut server = stored(&world, "resourceServers")["api"].clone();
    server["NewThing"] = json!({"Deep": 1});
    server["Scopes"][0]["NewFlag"] = json!(true);
    world.sandbox.insert_member(&world.pool_id(), "resourceServers", "api", server);
    let body = "resourceServers: { api: { name: Renamed, scopes: { read: About read } } }\n";
    let plan = world.plan(body);
    assert_eq!(plan.unknown[0].member.path.to_string(), "NewThing");
    assert!(world.execute(&plan).is_complete());
    assert_eq!(
        world.sent("UpdateResourceServer"),
        json!({
            "UserPoolId": world.pool_id(),
            "Identifier": "api",
            "Name": "Renamed",
            "NewThing": {"Deep": 1},
            "Scopes": [{"ScopeName": "read", "ScopeDescription": "About read", "NewFlag": true}],
        })
    );
}

#[test]
fn a_change_since_the_plan_stops_the_write() {
    let world = applied(&["read"], &[]);
    let plan = world.plan("resourceServers: { api: { name: Mine, scopes: { read: About read } } }\n");
    let input = json!({
        "UserPoolId": world.pool_id(), "Identifier": "api", "Name": "Theirs",
        "Scopes": [{"ScopeName": "read", "ScopeDescription": "About read"}],
    });
    world.write(WriteOperation::UpdateResourceServer, input).unwrap();
    let report = world.execute(&plan);
    assert!(matches!(&report.results[0].outcome, Outcome::Stale(paths) if paths[0].to_string() == "name"));
    assert!(report.changed_meanwhile());
}

#[test]
fn a_client_that_uses_it_by_now_stops_what_was_to_go() {
    let world = applied(&["read", "old"], &["read"]);
    let narrow = world.plan(&manifest(&["read"], &["read"]));
    let delete =
        world.plan("clients: { web: {} }\npolicy: { delete: [resourceServers.api], maxResets: 9 }\n");
    let input = json!({
        "UserPoolId": world.pool_id(),
        "ClientName": "late",
        "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthScopes": ["api/old"],
    });
    world.write(WriteOperation::CreateUserPoolClient, input).unwrap();
    for plan in [narrow, delete] {
        let report = world.execute(&plan);
        let Outcome::Stale(paths) = &report.results.last().unwrap().outcome else { panic!("{report:#?}") };
        assert_eq!(paths[0].to_string(), "clients.late.AllowedOAuthScopes");
    }
    assert_eq!(stored(&world, "resourceServers")["api"]["Scopes"].as_array().unwrap().len(), 2);
}

#[test]
fn clients_are_read_only_where_something_goes() {
    let world = applied(&["read"], &["read"]);
    for body in [
        "resourceServers: { api: { name: API, scopes: { read: About read } } }\n",
        "policy: { delete: [identityProviders.Gone, resourceServers.gone] }\n",
        "settings: {}\nresourceServers: { api: { name: API, scopes: { read: About read } } }\npolicy: { prune: [resourceServers] }\n",
    ] {
        let from = world.sandbox.calls().len();
        world.plan(body);
        assert!(!world.operations_since(from).contains(&"DescribeUserPoolClient"), "{body}");
    }
}
