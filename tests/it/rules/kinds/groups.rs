use cognitops::sandbox::{OmittedMode, Options};
use serde_json::json;

use super::stored;
use crate::world::{World, operations, unmanaged};

const NONE: [&str; 0] = [];

#[test]
fn a_group_is_made_changed_and_reset() {
    let world =
        World::applied("settings: {}\ngroups: { admins: { description: Administrators, precedence: 1 } }\n");
    let body = "groups: { admins: { precedence: 2 } }\n";
    assert_eq!(
        world.changes(body),
        ["! groups.admins.description \"Administrators\" → absent", "~ groups.admins.precedence 1 → 2"]
    );
    world.must_apply(body);
    assert_eq!(
        world.sent("UpdateGroup"),
        json!({"UserPoolId": world.pool_id(), "GroupName": "admins", "Description": "", "Precedence": 2})
    );
    assert_eq!(world.changes(body), NONE);
}

#[test]
fn a_service_that_keeps_what_is_left_out_is_reported() {
    let world = World::with(Options { omitted: OmittedMode::Keep, ..Options::default() });
    world.must_apply("settings: {}\ngroups: { admins: { precedence: 1, description: A } }\n");
    let report = world.execute(&world.plan("groups: { admins: {} }\n"));
    let kept: Vec<_> = report.mismatches.iter().map(|mismatch| mismatch.address.to_string()).collect();
    assert_eq!(kept, ["customers.groups.admins.precedence"], "the description went by an empty text");
}

#[test]
fn a_group_goes_only_by_its_address() {
    let world = World::applied("settings: {}\ngroups: { admins: {}, testers: {} }\n");
    let plan = world.plan("groups: { admins: {} }\n");
    assert_eq!(operations(&plan), NONE);
    assert_eq!(unmanaged(&plan), ["customers.groups.testers"]);
    let plan = world.plan("groups: { admins: {} }\npolicy: { delete: [groups.testers, groups.gone] }\n");
    assert_eq!(operations(&plan), ["DeleteGroup"]);
    assert!(world.execute(&plan).is_complete());
    assert!(stored(&world, "groups").get("testers").is_none());
}

#[test]
fn a_group_that_cognito_made_for_a_provider_says_so() {
    let world = World::applied("settings: {}\n");
    let name = format!("{}_Google", world.pool_id());
    let group = json!({"GroupName": name, "UserPoolId": world.pool_id()});
    world.sandbox.insert_member(&world.pool_id(), "groups", &name, group);
    let plan = world.plan("groups: {}\n");
    assert_eq!(plan.unmanaged[0].note, Some("made by Cognito for an identity provider"));
}

#[test]
fn groups_and_servers_are_listed_once_and_not_described_in_a_plan() {
    let names: Vec<String> = (0..130).map(|number| format!("g-{number}: {{}}")).collect();
    let body = format!("settings: {{}}\ngroups: {{ {} }}\n", names.join(", "));
    let world = World::applied(&body);
    let from = world.sandbox.calls().len();
    assert_eq!(world.changes(&body), NONE);
    let lists = world.operations_since(from).into_iter().filter(|name| *name == "ListGroups").count();
    assert_eq!((lists, world.operations_since(from).len()), (3, 6));
}
