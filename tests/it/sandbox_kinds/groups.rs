//! Groups.

use cognitops::cognito::ReadOperation::{GetGroup, ListGroups};
use cognitops::cognito::WriteOperation::{CreateGroup, DeleteGroup, UpdateGroup};
use cognitops::sandbox::OmittedMode;
use serde_json::{Value, json};

use super::{account, all_refused, members, read, refused, world, write};
use crate::world::World;

const ROLE: &str = "arn:aws:iam::123456789012:role/admins";

fn group(world: &World) -> Value {
    read(world, GetGroup, json!({"GroupName": "admins"})).unwrap()["Group"].take()
}

#[test]
fn a_group_has_what_it_was_given_and_dates() {
    let world = world();
    let created = write(&world, CreateGroup, json!({"GroupName": "admins", "Description": ""})).unwrap();
    assert_eq!(members(&created["Group"]), ["CreationDate", "GroupName", "LastModifiedDate", "UserPoolId"]);
    let input = json!({"GroupName": "admins", "Description": "All", "RoleArn": ROLE, "Precedence": 0});
    let updated = write(&world, UpdateGroup, input).unwrap();
    assert_eq!(updated["Group"], group(&world));
    assert_eq!(
        (&updated["Group"]["RoleArn"], &updated["Group"]["Precedence"], &updated["Group"]["Description"]),
        (&json!(ROLE), &json!(0), &json!("All"))
    );
    assert_eq!(read(&world, ListGroups, json!({})).unwrap(), json!({"Groups": [group(&world)]}));
    assert_eq!(write(&world, DeleteGroup, json!({"GroupName": "admins"})).unwrap(), json!({}));
    assert_eq!(read(&world, ListGroups, json!({})).unwrap(), json!({"Groups": []}));
}

#[test]
fn what_an_update_of_a_group_leaves_out_goes_as_documented_and_stays_otherwise() {
    for omitted in OmittedMode::ALL {
        let world = account(omitted, None);
        let input = json!({"GroupName": "admins", "Description": "All", "RoleArn": ROLE, "Precedence": 1});
        write(&world, CreateGroup, input).unwrap();
        write(&world, UpdateGroup, json!({"GroupName": "admins", "Precedence": 2})).unwrap();
        let group = group(&world);
        let kept = omitted != OmittedMode::Documented;
        assert_eq!(group["Precedence"], 2, "{omitted}");
        assert_eq!(group.get("Description").is_some(), kept, "{omitted}");
        assert_eq!(group.get("RoleArn").is_some(), kept, "{omitted}");
        write(&world, UpdateGroup, json!({"GroupName": "admins", "Description": ""})).unwrap();
        assert_eq!(self::group(&world).get("Description"), None, "{omitted}: empty is absent");
    }
}

#[test]
fn groups_are_refused_in_the_services_words() {
    let world = world();
    write(&world, CreateGroup, json!({"GroupName": "admins"})).unwrap();
    let null = "InvalidParameterException: 1 validation error detected: Value at 'groupName' failed to satisfy \
                constraint: Member must not be null";
    all_refused(
        &world,
        &[
            (
                CreateGroup,
                json!({"GroupName": "admins"}),
                "GroupExistsException: A group with the name already exists.",
            ),
            (CreateGroup, json!({}), null),
            (DeleteGroup, json!({}), null),
            (UpdateGroup, json!({"GroupName": "b"}), "ResourceNotFoundException: Group not found."),
            (DeleteGroup, json!({"GroupName": "b"}), "ResourceNotFoundException: Group not found."),
            (
                CreateGroup,
                json!({"GroupName": "b", "Precedence": -1}),
                "InvalidParameterException: 1 validation error detected: Value '-1' at 'precedence'",
            ),
        ],
    );
    assert_eq!(refused(read(&world, GetGroup, json!({}))), null);
    assert!(refused(read(&world, GetGroup, json!({"GroupName": "b"}))).ends_with("Group not found."));
    let nobody = json!({"UserPoolId": "us-east-1_AAAAAAAAA", "GroupName": "b"});
    assert!(refused(world.write(CreateGroup, nobody)).starts_with("ResourceNotFoundException: User pool"));
}
