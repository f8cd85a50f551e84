//! Reads that are behind: for a moment, what this apply made may not be there yet, and what it wrote not be shown.
//!
//! An update sends the whole document back, so one that is built on an old document would undo the write before it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::verify::{MismatchKind, differences};
use super::wait::Pauses;
use super::{Run, Stop, Wait, Written, fields_of, passed_through};
use crate::body::Patch;
use crate::catalog::Field;
use crate::cognito::{ApiError, ApiFuture, ErrorCode, FetchFuture, ReadCognito, ReadOperation};
use crate::normalize;
use crate::plan::{Action, Step};

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
        self.lock().insert(id.to_owned(), self.wait.for_reads());
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

/// What an update is built on, and what it changes.
pub(super) struct Current<T> {
    /// The documents.
    pub(super) documents: T,
    /// Their canonical form.
    pub(super) live: Value,
    /// What to change in them.
    pub(super) patch: Patch,
}

impl Run<'_> {
    /// Reads what a step changes, as often as it does not show yet what this apply wrote to it. What does not show even
    /// then is written once more, for the documents go back as a whole.
    pub(super) async fn current<T>(
        &self,
        step: &Step,
        read: impl AsyncFn() -> Result<T, ApiError>,
        canonical: impl Fn(&T) -> Value,
        passed: impl Fn(&T) -> &Value,
    ) -> Result<Current<T>, Stop> {
        let kind = step.action.kind();
        let written = self.written.get(&step.address);
        let mut paths = passed_through(step);
        paths.extend(written.into_iter().flat_map(|written| written.passed_through(kind)));
        let mut pauses = self.services.wait.for_reads();
        loop {
            let documents = read().await?;
            let mut live = canonical(&documents);
            normalize::pass_through(kind, &mut live, passed(&documents), &paths);
            let stale = self.stale(step, &live);
            let does_not_show = written.is_some_and(|written| {
                sends_documents(&step.action) && does_not_show(written, fields_of(step, &live), &live)
            });
            let is_behind = does_not_show || written.is_some() && stale.is_some();
            if is_behind && pauses.pause().await {
                continue;
            }
            if let Some(stale) = stale {
                return Err(Stop::Stale(stale));
            }
            let again = written.filter(|_| does_not_show);
            let again = again.into_iter().flat_map(|written| &written.all_changes);
            return Ok(Current { documents, live, patch: self.patch(step, again) });
        }
    }
}

/// Whether a step sends back what it read; what others do not name stays as it is.
fn sends_documents(action: &Action) -> bool {
    match action {
        Action::AddAttributes
        | Action::Tag { .. }
        | Action::AddSecret { .. }
        | Action::DeleteSecret { .. } => false,
        Action::UpdateMember { kind, .. } => kind.calls.as_ref().is_none_or(|calls| !calls.patches),
        Action::UpdateRecord(record) => {
            record.kind.records.as_ref().is_none_or(|records| records.clears.is_none())
        }
        _ => true,
    }
}

/// Whether something that was written to a resource does not show there.
fn does_not_show(written: &Written, root: &Field, live: &Value) -> bool {
    let own = [MismatchKind::Kept, MismatchKind::NotTaken];
    differences(&written.expected, &written.all_changes, root, live)
        .iter()
        .any(|(_, kind)| own.contains(kind))
}
