//! Changes of others: Cognito makes one change of a pool at a time, and refuses another one meanwhile with
//! `ConcurrentModificationException`.

use serde_json::Value;

use super::{Outcome, Run};
use crate::cognito::{ApiError, ErrorCode, WriteOperation};
use crate::plan::{Step, Verb};

/// Whether the pool was being changed by another.
fn is_busy(error: &ApiError) -> bool {
    error.code == ErrorCode::ConcurrentModification
}

impl Run<'_> {
    /// Makes a step's change once it is its turn. What it rests on is read again each time, since the other change may be
    /// in it by then.
    pub(super) async fn step_in_turn(&mut self, step: &Step) -> Outcome {
        let mut pauses = self.services.wait.for_turn();
        self.is_repeated = false;
        loop {
            let outcome = self.step(step).await.unwrap_or_else(Outcome::from);
            let Outcome::Failed { error, .. } = &outcome else { return outcome };
            let is_gone = self.is_repeated && error.code == ErrorCode::ResourceNotFound;
            if is_gone && step.action.verb() == Verb::Delete {
                return Outcome::Done; // the change that was under way was this one, whose answer was lost
            }
            if !is_busy(error) || !pauses.pause().await {
                return outcome;
            }
            self.is_repeated = true;
        }
    }

    /// Sends a request. A domain is created once it is its turn: its predecessor may be deleted by then, which is not to be
    /// done again.
    pub(super) async fn write(&self, operation: WriteOperation, input: Value) -> Result<Value, ApiError> {
        if operation != WriteOperation::CreateUserPoolDomain {
            return self.services.write.write(operation, input).await;
        }
        let mut pauses = self.services.wait.for_turn();
        loop {
            match self.services.write.write(operation, input.clone()).await {
                Err(error) if is_busy(&error) && pauses.pause().await => {}
                answer => return answer,
            }
        }
    }
}
