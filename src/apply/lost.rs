//! Creations whose answer was lost: what they made has no unique name, so it is looked for before anything is made again.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::Run;
use crate::cognito::{ApiError, ErrorCode};
use crate::read::{clients_named, describe_client, describe_pool, pools_named};

/// How long a new resource may take until lists show it.
const LIST_DELAY: Duration = Duration::from_secs(30);

/// How far clocks may differ, in seconds.
const CLOCK_SKEW: f64 = 5.0;

/// Seconds since 1970.
pub(super) fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// Whether the call may have been done though it failed.
fn is_ambiguous(error: &ApiError) -> bool {
    matches!(error.code, ErrorCode::NoAnswer | ErrorCode::InternalError | ErrorCode::InternalServer)
}

/// Whether a document was made after a time; one without a date is taken as new.
fn is_since(document: &Value, begun: f64) -> bool {
    document["CreationDate"].as_f64().is_none_or(|created| created >= begun - CLOCK_SKEW)
}

/// A document; `None` if it is listed and not there yet.
fn there(described: Result<Value, ApiError>) -> Result<Option<Value>, ApiError> {
    match described {
        Err(error) if error.code == ErrorCode::ResourceNotFound => Ok(None),
        described => described.map(Some),
    }
}

impl Run<'_> {
    /// The pool that a creation made whose answer was lost: exactly one of that name, made since.
    pub(super) async fn find_lost_pool(
        &self,
        error: ApiError,
        name: &str,
        begun: f64,
    ) -> Result<Value, ApiError> {
        self.find_lost(error, begun, async || {
            let mut found = Vec::new();
            for id in pools_named(&self.own, name).await? {
                found.extend(there(describe_pool(&self.own, &id).await)?.map(|pool| (id, pool)));
            }
            Ok(found)
        })
        .await
    }

    /// The same for a client.
    pub(super) async fn find_lost_client(
        &self,
        error: ApiError,
        name: &str,
        begun: f64,
    ) -> Result<Value, ApiError> {
        self.find_lost(error, begun, async || {
            let mut found = Vec::new();
            for id in clients_named(&self.own, self.pool(), name).await? {
                let client = there(describe_client(&self.own, self.pool(), &id).await)?;
                found.extend(client.map(|client| (id, client)));
            }
            Ok(found)
        })
        .await
    }

    pub(super) async fn find_lost(
        &self,
        mut error: ApiError,
        begun: f64,
        look: impl AsyncFn() -> Result<Vec<(String, Value)>, ApiError>,
    ) -> Result<Value, ApiError> {
        if !is_ambiguous(&error) {
            return Err(error);
        }
        let mut pauses = self.services.wait.begin(LIST_DELAY);
        loop {
            // Who cannot be asked now was hardly reached before.
            let Ok(mut found) = look().await else { return Err(error) };
            found.retain(|(_, document)| is_since(document, begun));
            match found.len() {
                0 if pauses.pause().await => {}
                0 => return Err(error),
                1 => return Ok(found.remove(0).1),
                _ => {
                    let ids: Vec<String> = found.into_iter().map(|(id, _)| id).collect();
                    error.message = format!(
                        "{}; it may have been done, and several are there of that name: {}",
                        error.message,
                        ids.join(", ")
                    );
                    return Err(error);
                }
            }
        }
    }
}
