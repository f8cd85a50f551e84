//! Changes of others: Cognito makes one change of a pool at a time, and refuses another one meanwhile with
//! `ConcurrentModificationException`.

use std::time::Duration;

use serde_json::Value;

use super::{Outcome, Run};
use crate::cognito::{ApiError, ErrorCode, WriteOperation};
use crate::plan::Step;

/// How long a change waits for its turn.
const BUSY: Duration = Duration::from_secs(30);

/// Whether the pool was being changed by another.
fn is_busy(error: &ApiError) -> bool {
    error.code == ErrorCode::ConcurrentModification
}

/// Whether a request holds what was read before. The other change may be in it by then, so it is read again.
fn is_built_on_a_read(operation: &str) -> bool {
    operation.starts_with("Set") || operation.starts_with("Update")
}

impl Run<'_> {
    /// Makes a step's change once it is its turn.
    pub(super) async fn step_in_turn(&mut self, step: &Step) -> Outcome {
        let mut pauses = self.services.wait.begin(BUSY);
        loop {
            let outcome = self.step(step).await.unwrap_or_else(Outcome::from);
            let again = match &outcome {
                Outcome::Failed { error, .. } => is_busy(error) && is_built_on_a_read(error.operation),
                _ => false,
            };
            if !again || !pauses.pause().await {
                return outcome;
            }
        }
    }

    /// Sends a request; one that holds nothing that was read is sent until it is its turn.
    pub(super) async fn write(&self, operation: WriteOperation, input: Value) -> Result<Value, ApiError> {
        let mut pauses = self.services.wait.begin(BUSY);
        loop {
            match self.services.write.write(operation, input.clone()).await {
                Err(error)
                    if is_busy(&error) && !is_built_on_a_read(operation.name()) && pauses.pause().await => {}
                answer => return answer,
            }
        }
    }
}
