//! Replicas: what is made, changed and deleted, and in which calls.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cognitops::apply::{Outcome, PoolReport, Services, Wait, apply_pool};
use cognitops::cognito::{ApiFuture, ReadCognito, ReadOperation};
use cognitops::plan::PoolPlan;
use serde_json::{Value, json};

use super::{messages, stored};
use crate::world::{World, operations, unmanaged, wait};

const NONE: [&str; 0] = [];

const KEY: &str = "settings: { keyConfiguration: { keyType: CUSTOMER_MANAGED_KEY, kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/mrk-1' } }\n";

fn body(replicas: &str) -> String {
    format!("{KEY}replicas: {{ {replicas} }}\n")
}

#[test]
fn a_replica_is_made_and_then_put_into_service() {
    let world = World::new();
    let body =
        body("eu-west-1: { status: ACTIVE, userPoolTags: { team: a } }, eu-west-2: { status: INACTIVE }");
    let plan = world.plan(&body);
    assert_eq!(
        operations(&plan),
        ["CreateUserPool", "CreateUserPoolReplica", "UpdateUserPoolReplica", "CreateUserPoolReplica"]
    );
    assert_eq!(
        world.changes(&body)[world.changes(&body).len() - 2..],
        [
            r#"+ replicas.eu-west-1.userPoolTags.team absent → "a""#,
            r#"~ replicas.eu-west-1.status "INACTIVE" → "ACTIVE""#
        ]
    );
    world.must_apply(&body);
    let made = stored(&world, "replicas");
    assert_eq!(
        (&made["eu-west-1"]["Status"], &made["eu-west-2"]["Status"]),
        (&json!("ACTIVE"), &json!("INACTIVE"))
    );
    assert_eq!(made["eu-west-1"]["UserPoolTags"], json!({"team": "a"}));
    assert_eq!(world.changes(&body), NONE);
}

#[test]
fn tags_are_given_once_and_a_status_that_is_left_out_stays() {
    let world = World::applied(&body("eu-west-1: { status: ACTIVE, userPoolTags: { team: a } }"));
    for same in [
        "eu-west-1: {}",
        "eu-west-1: { status: ACTIVE, userPoolTags: { team: b } }",
        "eu-west-1: { status: null }",
    ] {
        assert_eq!(world.changes(&body(same)), NONE, "{same}");
    }
    let off = body("eu-west-1: { status: INACTIVE }");
    assert_eq!(world.changes(&off), [r#"~ replicas.eu-west-1.status "ACTIVE" → "INACTIVE""#]);
    world.must_apply(&off);
    let sent = world.sent("UpdateUserPoolReplica");
    assert_eq!(sent, json!({"UserPoolId": world.pool_id(), "RegionName": "eu-west-1", "Status": "INACTIVE"}));
    assert_eq!(stored(&world, "replicas")["eu-west-1"]["UserPoolTags"], json!({"team": "a"}));
}

#[test]
fn one_that_is_not_declared_is_listed_and_goes_only_by_its_address() {
    let world = World::applied(&body("eu-west-1: { status: ACTIVE }, eu-west-2: {}"));
    let declared = body("eu-west-2: {}");
    let plan = world.plan(&declared);
    assert_eq!(operations(&plan), NONE);
    assert_eq!(unmanaged(&plan), ["customers.replicas.eu-west-1"], "and not the pool itself");
    // Without the section nobody asks.
    let from = world.sandbox.calls().len();
    world.plan(KEY);
    assert!(!world.operations_since(from).contains(&"ListUserPoolReplicas"));
    let delete = format!("{KEY}policy: {{ delete: [replicas.eu-west-1, replicas.eu-west-2] }}\n");
    let plan = world.plan(&delete);
    assert_eq!(
        operations(&plan),
        ["UpdateUserPoolReplica", "DeleteUserPoolReplica", "DeleteUserPoolReplica"],
        "what serves users is taken out of service first"
    );
    let summary = cognitops::plan::Plan::of(vec![plan]).summary();
    assert_eq!((summary.update, summary.delete), (0, 2));
    world.must_apply(&delete);
    assert!(stored(&world, "replicas").is_null());
    assert_eq!(world.changes(&delete), NONE);
}

#[test]
fn the_pool_itself_is_no_replica() {
    let mut world = World::applied(KEY);
    let own = body("us-east-1: {}");
    assert_eq!(messages(&world, &own), ["us-east-1 is the Region of the pool itself, which is no replica"]);
    let delete = format!("{KEY}policy: {{ delete: [replicas.us-east-1] }}\n");
    assert_eq!(
        messages(&world, &delete),
        ["us-east-1 is the Region of the pool itself, which is no replica"]
    );
    // Of a pool that is yet to come the Region of the run says it.
    world = World::new();
    world.context.region = Some("us-east-1".to_owned());
    assert_eq!(messages(&world, &own).len(), 1);
}

#[test]
fn a_replica_needs_a_key_that_other_regions_have() {
    let world = World::new();
    let replica = "replicas: { eu-west-1: {} }\n";
    assert_eq!(
        messages(&world, &format!("settings: {{}}\n{replica}")),
        ["a replica needs a key of your own"]
    );
    let one = body("eu-west-1: {}").replace("mrk-1", "1234");
    assert_eq!(messages(&world, &one), ["a replica needs a multi-Region key"]);
    // As it is live, where the settings are somebody else's.
    world.must_apply("settings: {}\n");
    assert_eq!(messages(&world, replica), ["a replica needs a key of your own"]);
    world.must_apply(KEY);
    world.must_apply(replica);
}

/// A reader for which a replica is on its way for some looks more.
struct Late<'a> {
    world: &'a World,
    status: Option<&'static str>,
    looks: AtomicUsize,
}

impl ReadCognito for Late<'_> {
    fn read(&self, operation: ReadOperation, input: Value) -> ApiFuture<'_> {
        let mut answer = wait(self.world.sandbox.read(operation, input));
        if operation == ReadOperation::ListUserPoolReplicas
            && self.looks.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
            && let Ok(answer) = &mut answer
        {
            let replicas = answer["UserPoolReplicas"].as_array_mut().unwrap();
            match self.status {
                Some(status) => {
                    let late = json!({"RegionName": "eu-west-1", "Role": "SECONDARY", "Status": status});
                    replicas.truncate(1);
                    replicas.push(late);
                }
                None => replicas.truncate(1),
            }
        }
        Box::pin(std::future::ready(answer))
    }
}

fn apply_late(
    world: &World,
    plan: &PoolPlan,
    status: Option<&'static str>,
    looks: usize,
    limit: Duration,
) -> PoolReport {
    let read = Late { world, status, looks: AtomicUsize::new(looks) };
    let services = Services {
        read: &read,
        write: &world.sandbox,
        resolve: &|_| Err(String::new()),
        keep: &|_| Ok(()),
        wait: Wait { limit, brief: Duration::ZERO, sleep: &|_| Box::pin(std::future::ready(())) },
    };
    wait(apply_pool(plan, &services, &mut |_| {}))
}

#[test]
fn what_is_on_its_way_is_waited_for() {
    let wanted = body("eu-west-1: { status: ACTIVE }");
    for status in [Some("CREATING"), None] {
        let world = World::applied(KEY);
        let report = apply_late(&world, &world.plan(&wanted), status, 3, Duration::from_mins(2));
        assert!(report.is_complete() && report.pending.is_empty(), "{report:#?}");
        // What takes longer is pending, and the next run goes on from there.
        let world = World::applied(KEY);
        let report = apply_late(&world, &world.plan(&wanted), status, 50, Duration::from_secs(3));
        assert_eq!(report.pending.values().collect::<Vec<_>>(), ["CREATING"]);
        let Outcome::Failed { error, .. } = &report.results[1].outcome else { panic!("{report:#?}") };
        assert_eq!(
            error.message,
            "the replica eu-west-1 is still being created; apply again, or with a longer --wait"
        );
        assert_eq!(operations(&world.plan(&wanted)), ["UpdateUserPoolReplica"]);
        world.must_apply(&wanted);
    }
}

#[test]
fn one_that_is_going_is_waited_for_before_it_is_made_again() {
    let world = World::applied(KEY);
    let going = json!({"RegionName": "eu-west-1", "Role": "SECONDARY", "Status": "DELETING"});
    world.sandbox.insert_member(&world.pool_id(), "replicas", "eu-west-1", going);
    let wanted = body("eu-west-1: {}");
    let plan = world.plan(&wanted);
    assert_eq!(operations(&plan), ["CreateUserPoolReplica"]);
    let delete = format!("{KEY}policy: {{ delete: [replicas.eu-west-1] }}\n");
    assert_eq!(operations(&world.plan(&delete)), NONE, "it goes by itself");
    let report = world.execute(&plan);
    let Outcome::Failed { error, .. } = &report.results[0].outcome else { panic!("{report:#?}") };
    assert!(error.message.starts_with("the replica eu-west-1 is still being deleted"), "{error}");
    // Gone after three looks.
    let world = World::applied(KEY);
    let report = apply_late(&world, &plan_for(&world, &plan), Some("DELETING"), 3, Duration::from_mins(2));
    assert!(report.is_complete(), "{report:#?}");
}

/// The same plan, for the pool of another world.
fn plan_for(world: &World, plan: &PoolPlan) -> PoolPlan {
    PoolPlan { pool_id: Some(world.pool_id()), ..plan.clone() }
}
