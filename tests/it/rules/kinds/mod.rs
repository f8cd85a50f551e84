//! Resource servers, identity providers, groups and domains, by the rules of each.

mod domains;
mod groups;
mod identity_providers;
mod lost;
mod replicas;
mod resource_servers;
mod secrets;

use cognitops::cognito::{ApiError, ErrorCode};
use serde_json::Value;

use crate::world::World;

/// What the sandbox holds of a section.
fn stored(world: &World, section: &str) -> Value {
    world.sandbox.document()["pools"][world.pool_id()][section].clone()
}

fn error(operation: &'static str, code: ErrorCode) -> ApiError {
    ApiError { operation, code, message: "refused by the test".to_owned(), request_id: None }
}

/// The messages of a plan's refusals.
fn messages(world: &World, body: &str) -> Vec<String> {
    world.plan(body).refusals.into_iter().map(|refusal| refusal.message).collect()
}
