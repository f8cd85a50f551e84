//! Reads that are behind: for a moment, what this apply made may not be there yet, and what it wrote not be shown.
//!
//! An update sends the whole document back, so one that is built on an old document would undo the write before it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::verify::{MismatchKind, differences};
use super::wait::Pauses;
use super::{Run, Stop, Wait, Written, fields_of, passed_through};
use crate::catalog::Field;
use crate::cognito::{ApiError, ApiFuture, ErrorCode, FetchFuture, ReadCognito, ReadOperation};
use crate::normalize;
use crate::plan::Step;

/// How long a read may be behind a write.
pub(super) const BEHIND: Duration = Duration::from_secs(3);

/// A reader that asks again for the pool and the clients that this apply made, while they are not there yet.
pub(super) struct Own<'a> {
    read: &'a dyn ReadCognito,
    wait: Wait<'a>,
    /// The ids of what was made, with what is left of the time to wait for each.
    made: Mutex<BTreeMap<String, Pauses<'a>>>,
}

impl<'a> Own<'a> {
    pub(super) fn new(read: &'a dyn ReadCognito, wait: Wait<'a>) -> Self {
        Self { read, wait, made: Mutex::default() }
    }

    /// Notes the id of something that was made.
    pub(super) fn made(&self, id: &str) {
        self.lock().insert(id.to_owned(), self.wait.begin(BEHIND));
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Pauses<'a>>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Pauses for what a read names, if it is new; `false` if it is not, or its time is over.
    async fn pause(&self, input: &Value) -> bool {
        for member in ["ClientId", "UserPoolId"] {
            let id = input[member].as_str().unwrap_or_default();
            let Some(mut pauses) = self.lock().remove(id) else { continue };
            if pauses.pause().await {
                self.lock().insert(id.to_owned(), pauses);
                return true;
            }
        }
        false
    }
}

impl ReadCognito for Own<'_> {
    fn read(&self, operation: ReadOperation, input: Value) -> ApiFuture<'_> {
        Box::pin(async move {
            loop {
                match self.read.read(operation, input.clone()).await {
                    Err(error) if error.code == ErrorCode::ResourceNotFound && self.pause(&input).await => {}
                    answer => return answer,
                }
            }
        })
    }

    fn fetch<'a>(&'a self, url: &'a str, most: usize) -> FetchFuture<'a> {
        self.read.fetch(url, most)
    }
}

impl Run<'_> {
    /// Reads what a step changes, as often as it does not show yet what this apply wrote to it: the documents, and their
    /// canonical form.
    pub(super) async fn current<T>(
        &self,
        step: &Step,
        read: impl AsyncFn() -> Result<T, ApiError>,
        canonical: impl Fn(&T) -> Value,
        passed: impl Fn(&T) -> &Value,
    ) -> Result<(T, Value), Stop> {
        let mut pauses = self.services.wait.begin(BEHIND);
        loop {
            let documents = read().await?;
            let mut live = canonical(&documents);
            let kind = step.action.kind();
            normalize::pass_through(kind, &mut live, passed(&documents), &passed_through(step));
            let stale = self.stale(step, &live);
            let is_behind = match self.written.get(&step.address) {
                Some(written) => stale.is_some() || does_not_show(written, fields_of(step, &live), &live),
                None => false,
            };
            if is_behind && pauses.pause().await {
                continue;
            }
            return match stale {
                Some(stale) => Err(Stop::Stale(stale)),
                None => Ok((documents, live)),
            };
        }
    }
}

/// Whether something that was written to a resource does not show there.
fn does_not_show(written: &Written, root: &Field, live: &Value) -> bool {
    let own = [MismatchKind::Kept, MismatchKind::NotTaken];
    differences(&written.expected, &written.all_changes, root, live)
        .iter()
        .any(|(_, kind)| own.contains(kind))
}
