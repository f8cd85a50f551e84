//! A creation whose answer is lost is looked for before anything is made again.

use cognitops::apply::Outcome;
use cognitops::cognito::{ApiFuture, ErrorCode, WriteCognito, WriteOperation};
use serde_json::{Value, json};

use super::error;
use crate::world::{World, wait};

/// A writer that loses the answers of an operation after it was done, once or `times` over.
struct Loses<'a> {
    world: &'a World,
    operation: WriteOperation,
    times: usize,
}

impl WriteCognito for Loses<'_> {
    fn write(&self, operation: WriteOperation, input: Value) -> ApiFuture<'_> {
        let mut answer = wait(self.world.sandbox.write(operation, input.clone()));
        if operation == self.operation {
            for _ in 1..self.times {
                answer = wait(self.world.sandbox.write(operation, input.clone()));
            }
            answer = answer.and(Err(error(operation.name(), ErrorCode::NoAnswer)));
        }
        Box::pin(std::future::ready(answer))
    }
}

const MANIFEST: &str = "settings: {}\nclients: { web: { authSessionValidity: 5 } }\n";

#[test]
fn the_one_that_was_made_is_taken_over() {
    for operation in [WriteOperation::CreateUserPool, WriteOperation::CreateUserPoolClient] {
        let world = World::new();
        let report = world.execute_over(&world.plan(MANIFEST), &Loses { world: &world, operation, times: 1 });
        assert!(report.is_complete(), "{report:#?}");
        assert_eq!(report.created_clients["web"], world.client_id("web"));
        assert_eq!(world.changes(MANIFEST), [""; 0]);
    }
}

#[test]
fn of_several_none_is_taken() {
    let world = World::applied("settings: {}\n");
    let loses = Loses { world: &world, operation: WriteOperation::CreateUserPoolClient, times: 2 };
    let report = world.execute_over(&world.plan(MANIFEST), &loses);
    let Outcome::Failed { error, .. } = &report.results[0].outcome else { panic!("{report:#?}") };
    assert!(error.message.contains("several are there of that name: "), "{error}");
}

#[test]
fn an_older_one_of_the_name_is_not_taken() {
    let world = World::new();
    let plan = world.plan(MANIFEST);
    // Made by somebody else, long ago by its date, but only after the plan.
    world.write(WriteOperation::CreateUserPool, json!({"PoolName": "customers"})).unwrap();
    world.tamper(|pool, _, _| pool["CreationDate"] = json!(1_700_000_000));
    world.sandbox.fail_next("CreateUserPool", error("CreateUserPool", ErrorCode::NoAnswer));
    let report = world.execute(&plan);
    assert!(matches!(report.results[0].outcome, Outcome::Failed { .. }), "{report:#?}");
    assert!(matches!(report.results[1].outcome, Outcome::Skipped(_)));
}

#[test]
fn a_refusal_is_no_lost_answer() {
    let world = World::new();
    let plan = world.plan(MANIFEST);
    world.sandbox.fail_next("CreateUserPool", error("CreateUserPool", ErrorCode::LimitExceeded));
    let from = world.sandbox.calls().len();
    world.execute(&plan);
    assert_eq!(world.operations_since(from), ["CreateUserPool"]);
}

#[test]
fn where_nobody_can_be_asked_nobody_waits() {
    let world = World::applied("settings: {}\n");
    let plan = world.plan(MANIFEST);
    world.sandbox.fail_next("CreateUserPoolClient", error("CreateUserPoolClient", ErrorCode::NoAnswer));
    world.sandbox.fail_next("ListUserPoolClients", error("ListUserPoolClients", ErrorCode::NoAnswer));
    let from = world.sandbox.calls().len();
    world.execute(&plan);
    assert_eq!(world.operations_since(from), ["CreateUserPoolClient", "ListUserPoolClients"]);
}
