//! Quotas, faults, slowness and stale answers, each on request.

use std::time::Duration;

use cognitops::cognito::ReadOperation::{
    DescribeUserPool, DescribeUserPoolClient, DescribeUserPoolDomain, ListUserPoolClients,
    ListUserPoolReplicas,
};
use cognitops::cognito::WriteOperation::{
    CreateGroup, CreateUserPool, CreateUserPoolClient, CreateUserPoolDomain, CreateUserPoolReplica,
    DeleteUserPoolDomain, TagResource, UpdateUserPool, UpdateUserPoolDomain, UpdateUserPoolReplica,
};
use cognitops::cognito::quotas::CATEGORIES;
use cognitops::cognito::{ErrorCode, ReadCognito, WriteCognito};
use cognitops::sandbox::{Clock, Conditions, Faults, Options};
use futures_util::future::join;
use serde_json::{Value, json};

use super::{read, refused, write};
use crate::world::{World, wait};

/// A world under conditions, with one pool, at a time that stands still.
fn world(conditions: Conditions) -> World {
    let clock = Clock::standing(Duration::from_secs(1_700_000_000));
    let world = World::with(Options { conditions, clock, ..Options::default() });
    while world.write(CreateUserPool, json!({"PoolName": "customers"})).is_err() {}
    world
}

fn advance(world: &World, millis: u64) {
    world.sandbox.clock().advance(Duration::from_millis(millis));
}

fn quotas() -> World {
    world(Conditions { quotas: true, ..Conditions::default() })
}

/// How many of so many calls are answered.
fn answered<T, E>(calls: usize, call: impl Fn() -> Result<T, E>) -> usize {
    (0..calls).filter(|_| call().is_ok()).count()
}

#[test]
fn an_operation_is_held_to_five_requests_a_second_in_each_pool() {
    let world = quotas();
    let list = || read(&world, ListUserPoolClients, json!({"MaxResults": 60}));
    assert_eq!(answered(9, list), 5);
    assert_eq!(refused(list()), "TooManyRequestsException: Rate exceeded");
    // A fifth of a second holds one, and no more than a second's worth is saved up.
    advance(&world, 200);
    assert_eq!(answered(9, list), 1);
    advance(&world, 60_000);
    assert_eq!(answered(9, list), 5);
    // Another operation has its own, and so has another pool.
    let describe = || read(&world, DescribeUserPoolClient, json!({"ClientId": "none"}));
    assert_eq!(describe().unwrap_err().code, ErrorCode::ResourceNotFound);
    let other = json!({"UserPoolId": "us-east-1_other0000", "MaxResults": 60});
    let elsewhere = wait(world.sandbox.read(ListUserPoolClients, other));
    assert_eq!(elsewhere.unwrap_err().code, ErrorCode::ResourceNotFound);
}

#[test]
fn a_category_is_held_to_its_rate_over_all_pools() {
    for category in CATEGORIES.iter().filter(|category| category.name == "UserPoolRead") {
        let world = quotas();
        let describe = || read(&world, DescribeUserPool, json!({}));
        let rate = usize::try_from(category.rate).unwrap();
        assert_eq!(answered(rate * 2, describe), rate, "{}", category.name);
        advance(&world, 1_000);
        assert_eq!(answered(rate * 2, describe), rate, "{}", category.name);
    }
    // Of two operations of a category, one leaves the other what is left: 15 in all, 5 each in a pool.
    let world = quotas();
    let create = |name: &str| write(&world, CreateUserPoolClient, json!({"ClientName": name}));
    assert_eq!(answered(9, || create("web")), 5);
}

#[test]
fn a_throttled_call_has_no_effect() {
    let world = quotas();
    let create = |name: &str| write(&world, CreateUserPoolClient, json!({"ClientName": name}));
    assert_eq!(answered(20, || create("web")), 5);
    advance(&world, 1_000);
    let listed = read(&world, ListUserPoolClients, json!({"MaxResults": 60})).unwrap();
    assert_eq!(listed["UserPoolClients"].as_array().unwrap().len(), 5);
}

#[test]
fn without_conditions_a_thousand_clients_come_at_once() {
    let world = world(Conditions::default());
    let input = json!({"UserPoolId": world.pool_id(), "ClientName": "web"});
    let create = || world.write(CreateUserPoolClient, input.clone());
    assert_eq!(answered(1_000, create), 1_000);
}

#[test]
fn faults_come_in_their_shares_and_again_from_the_same_seed() {
    let faults = Faults { throttle: 0.2, error: 0.1, reset: 0.2 };
    let outcomes = |seed: u64| {
        let world = world(Conditions { faults, seed, ..Conditions::default() });
        let codes: Vec<String> = (0..1_000)
            .map(|_| match read(&world, DescribeUserPool, json!({})) {
                Ok(_) => "ok".to_owned(),
                Err(error) => error.code.as_str().to_owned(),
            })
            .collect();
        codes
    };
    let first = outcomes(1);
    assert_eq!(first, outcomes(1));
    assert_ne!(first, outcomes(2));
    let share = |code: &str| first.iter().filter(|found| *found == code).count();
    for (code, expected) in
        [("TooManyRequestsException", 200), ("InternalErrorException", 100), ("no answer", 200), ("ok", 500)]
    {
        assert!(share(code).abs_diff(expected) < 60, "{code}: {}", share(code));
    }
}

#[test]
fn half_of_the_calls_without_an_answer_took_effect() {
    let faults = Faults { reset: 0.5, ..Faults::default() };
    let world = world(Conditions { faults, seed: 7, ..Conditions::default() });
    let create = || write(&world, CreateUserPoolClient, json!({"ClientName": "web"}));
    let (calls, known) = (400, answered(400, create));
    let state = world.sandbox.document();
    let made = state["pools"][world.pool_id()]["clients"].as_object().unwrap().len();
    assert!(made > known && made < calls, "{known} {made}");
    assert!((made - known).abs_diff(calls / 4) < 40, "{known} {made}");
}

#[test]
fn shares_are_read_from_a_text() {
    let read = |text: &str| text.parse::<Faults>();
    assert_eq!(read("throttle=0.1,reset=1e-3").unwrap(), Faults { throttle: 0.1, error: 0.0, reset: 0.001 });
    for (text, problem) in [
        ("throttle", "`throttle` is not as throttle=0.1"),
        ("error=2", "`2` is not a share from 0 to 1"),
        ("error=NaN", "`NaN` is not a share from 0 to 1"),
        ("slow=0.1", "`slow` is none of throttle, error and reset"),
        ("throttle=0.6,error=0.6", "together they are more than 1"),
    ] {
        assert_eq!(read(text).unwrap_err(), problem);
    }
}

#[test]
fn a_read_may_see_what_was_before_a_change_but_not_for_long() {
    let stale = Duration::from_secs(2);
    let world = world(Conditions { stale, ..Conditions::default() });
    advance(&world, 5_000);
    write(&world, CreateUserPoolClient, json!({"ClientName": "web"})).unwrap();
    let count = || {
        let listed = read(&world, ListUserPoolClients, json!({"MaxResults": 60})).unwrap();
        listed["UserPoolClients"].as_array().unwrap().len()
    };
    let seen: Vec<usize> = (0..50).map(|_| count()).collect();
    assert!(seen.contains(&0) && seen.contains(&1), "{seen:?}");
    // The change itself is not lost, and later changes rest on it.
    write(&world, CreateUserPoolClient, json!({"ClientName": "app"})).unwrap();
    advance(&world, 2_000);
    assert!((0..50).all(|_| count() == 2));
}

#[test]
fn what_the_service_works_on_is_done_after_its_time() {
    let settling = Duration::from_mins(1);
    let world = world(Conditions { settling, ..Conditions::default() });
    let status = |name: &str| {
        let answer = wait(world.sandbox.read(DescribeUserPoolDomain, json!({"Domain": name}))).unwrap();
        answer["DomainDescription"]["Status"].as_str().map(str::to_owned)
    };
    let has = |name: &str, expected: Option<&str>| {
        assert_eq!(status(name).as_deref(), expected);
        advance(&world, 59_999);
        assert_eq!(status(name).as_deref(), expected);
        advance(&world, 1);
    };
    let domain = json!({"Domain": "acme-login", "ManagedLoginVersion": 1});
    write(&world, CreateUserPoolDomain, domain.clone()).unwrap();
    assert_eq!(
        refused(write(&world, UpdateUserPoolDomain, domain.clone())),
        "InvalidParameterException: The domain acme-login cannot be changed while it is CREATING."
    );
    has("acme-login", Some("CREATING"));
    assert_eq!(status("acme-login").as_deref(), Some("ACTIVE"));
    write(&world, UpdateUserPoolDomain, domain.clone()).unwrap();
    has("acme-login", Some("UPDATING"));
    write(&world, DeleteUserPoolDomain, json!({"Domain": "acme-login"})).unwrap();
    assert!(world.pool()["Domain"].is_string());
    has("acme-login", Some("DELETING"));
    assert_eq!(status("acme-login"), None);
    assert_eq!(world.pool()["Domain"], Value::Null);

    let key = json!({
        "KeyType": "CUSTOMER_MANAGED_KEY",
        "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-1",
    });
    write(&world, UpdateUserPool, json!({"KeyConfiguration": key})).unwrap();
    write(&world, CreateUserPoolReplica, json!({"RegionName": "eu-west-1"})).unwrap();
    let status = || {
        let listed = read(&world, ListUserPoolReplicas, json!({})).unwrap();
        listed["UserPoolReplicas"][1]["Status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(), "CREATING");
    advance(&world, 60_000);
    assert_eq!(status(), "INACTIVE");
}

#[test]
fn of_two_changes_of_a_pool_at_once_one_is_refused() {
    let latency = Duration::from_millis(5);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let world = World::with(Options {
        conditions: Conditions { latency, ..Conditions::default() },
        ..Options::default()
    });
    let create = |name: &str| world.sandbox.write(CreateUserPool, json!({"PoolName": name}));
    let (one, other) = runtime.block_on(join(create("customers"), create("staff")));
    let id = |created: Result<Value, _>| created.map(|pool| pool["UserPool"]["Id"].clone()).unwrap();
    let (one, other) = (id(one), id(other));
    let update = |pool: &Value| world.sandbox.write(UpdateUserPool, json!({"UserPoolId": pool}));
    let (first, second) = runtime.block_on(join(update(&one), update(&one)));
    assert!(first.is_ok(), "{first:?}");
    assert_eq!(
        refused(second),
        "ConcurrentModificationException: Only one request can be processed at a time for this user pool."
    );
    // Neither changes of two pools nor one after the other are in each other's way; nor is one that has no such error.
    let (first, second) = runtime.block_on(join(update(&one), update(&other)));
    assert!(first.is_ok() && second.is_ok());
    assert!(runtime.block_on(update(&one)).is_ok());
    let group = |name: &str| world.sandbox.write(CreateGroup, json!({"UserPoolId": one, "GroupName": name}));
    let (first, second) = runtime.block_on(join(group("a"), group("b")));
    assert!(first.is_ok() && second.is_ok());
}

#[test]
fn tags_of_a_pool_are_held_to_its_rate_too() {
    let world = quotas();
    let arn = world.pool()["Arn"].clone();
    advance(&world, 1_000);
    let tag = || world.write(TagResource, json!({"ResourceArn": arn, "Tags": {"team": "a"}}));
    assert_eq!(answered(20, tag), 5);
}

#[test]
fn a_domain_that_is_called_like_a_region_is_no_replica_of_it() {
    let world = world(Conditions { settling: Duration::from_mins(1), ..Conditions::default() });
    let key = json!({
        "KeyType": "CUSTOMER_MANAGED_KEY",
        "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-1",
    });
    write(&world, UpdateUserPool, json!({"KeyConfiguration": key})).unwrap();
    write(&world, CreateUserPoolReplica, json!({"RegionName": "us-west-2"})).unwrap();
    advance(&world, 60_000);
    write(&world, UpdateUserPoolReplica, json!({"RegionName": "us-west-2", "Status": "ACTIVE"})).unwrap();
    write(&world, CreateUserPoolDomain, json!({"Domain": "us-west-2"})).unwrap();
    advance(&world, 60_000);
    let listed = read(&world, ListUserPoolReplicas, json!({})).unwrap();
    assert_eq!(listed["UserPoolReplicas"][1]["Status"], "ACTIVE", "{listed}");
}
