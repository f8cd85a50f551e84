//! Replicas of a pool.

use cognitops::cognito::ReadCognito;
use cognitops::cognito::ReadOperation::{ListUserPoolReplicas, ListUserPools};
use cognitops::cognito::WriteOperation::{
    CreateUserPoolReplica, DeleteUserPoolReplica, UpdateUserPool, UpdateUserPoolReplica,
};
use serde_json::{Value, json};

use super::{all_refused, members, read, world, write};
use crate::world::{World, wait};

const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd";

fn with_key(arn: &str) -> World {
    let world = world();
    let key = json!({"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": arn});
    write(&world, UpdateUserPool, json!({ "KeyConfiguration": key })).unwrap();
    world
}

fn replicas(world: &World) -> Vec<Value> {
    read(world, ListUserPoolReplicas, json!({})).unwrap()["UserPoolReplicas"].as_array().unwrap().clone()
}

fn region(status: &str) -> Value {
    json!({"RegionName": "eu-west-1", "Status": status})
}

#[test]
fn the_pool_itself_is_in_the_list_and_a_new_replica_is_inactive_without_its_tags() {
    let world = with_key(KEY);
    assert_eq!(replicas(&world)[0]["Role"], "PRIMARY");
    let input = json!({"RegionName": "eu-west-1", "UserPoolTags": {"team": "a"}});
    let created = write(&world, CreateUserPoolReplica, input).unwrap();
    let replica = &created["UserPoolReplica"];
    assert_eq!(members(replica), ["RegionName", "Role", "Status", "UserPoolArn"]);
    assert_eq!((&replica["Role"], &replica["Status"]), (&json!("SECONDARY"), &json!("INACTIVE")));
    assert!(replica["UserPoolArn"].as_str().unwrap().starts_with("arn:aws:cognito-idp:eu-west-1:"));
    assert_eq!(&replicas(&world)[1], replica);
}

#[test]
fn a_list_of_pools_names_the_regions_of_their_replicas() {
    let world = with_key(KEY);
    let listed = || {
        let answer = wait(world.sandbox.read(ListUserPools, json!({"MaxResults": 1}))).unwrap();
        answer["UserPools"][0].get("ReplicaRegions").cloned()
    };
    assert_eq!(listed(), None);
    write(&world, CreateUserPoolReplica, json!({"RegionName": "eu-west-1"})).unwrap();
    assert_eq!(listed(), Some(json!(["eu-west-1"])));
}

#[test]
fn only_an_inactive_replica_can_be_deleted() {
    let world = with_key(KEY);
    write(&world, CreateUserPoolReplica, json!({"RegionName": "eu-west-1"})).unwrap();
    write(&world, UpdateUserPoolReplica, region("ACTIVE")).unwrap();
    all_refused(
        &world,
        &[
            (
                DeleteUserPoolReplica,
                json!({"RegionName": "eu-west-1"}),
                "InvalidParameterException: Only an inactive",
            ),
            (DeleteUserPoolReplica, json!({"RegionName": "eu-west-2"}), "ResourceNotFoundException"),
            (CreateUserPoolReplica, json!({"RegionName": "eu-west-1"}), "InvalidParameterException"),
            (CreateUserPoolReplica, json!({"RegionName": "us-east-1"}), "InvalidParameterException"),
            (UpdateUserPoolReplica, region("CREATING"), "InvalidParameterException: 1 validation"),
        ],
    );
    write(&world, UpdateUserPoolReplica, region("INACTIVE")).unwrap();
    let gone = write(&world, DeleteUserPoolReplica, json!({"RegionName": "eu-west-1"})).unwrap();
    assert_eq!(gone["UserPoolReplica"]["Status"], "DELETING");
    assert_eq!(replicas(&world).len(), 1);
}

#[test]
fn a_replica_needs_a_multi_region_key_and_a_state_that_takes_a_change() {
    let create = (CreateUserPoolReplica, json!({"RegionName": "eu-west-1"}), "OperationNotEnabledException");
    all_refused(&world(), std::slice::from_ref(&create));
    all_refused(&with_key("arn:aws:kms:us-east-1:123456789012:key/1234abcd"), &[create]);
    let world = with_key(KEY);
    world.sandbox.insert_member(&world.pool_id(), "replicas", "eu-west-1", region("CREATING"));
    all_refused(
        &world,
        &[(UpdateUserPoolReplica, region("ACTIVE"), "InvalidParameterException: The replica")],
    );
}
