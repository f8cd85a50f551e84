//! What a pool or a client has one of.

use super::{Outcome, Run, unknown_in};
use crate::body;
use crate::catalog::{Attached, Kind};
use crate::cognito::ApiError;
use crate::normalize;
use crate::plan::{Owner, Step};
use crate::read::describe_attached;

/// How it is called; every kind with such steps has that.
pub(super) fn calls(kind: &'static Kind) -> &'static Attached {
    kind.attached.as_ref().expect("a plan has such steps only for kinds that are attached")
}

impl Run<'_> {
    pub(super) async fn set_attached(
        &mut self,
        step: &Step,
        kind: &'static Kind,
        owner: &Owner,
    ) -> Result<Outcome, ApiError> {
        let attached = calls(kind);
        let client = self.client_of(owner);
        let mut document =
            describe_attached(self.services.read, attached, self.pool(), client.as_deref()).await?;
        normalize::drop_unknown(kind, &mut document, &self.plan.dropped);
        let live = normalize::attached_answer(kind, attached, &document);
        if let Some(stale) = self.stale(step, &live) {
            return Ok(Outcome::Stale(stale));
        }
        let patch = self.patch(step);
        let input = body::set_attached(kind, attached, self.pool(), client.as_deref(), &document, &patch);
        let written = self.write(attached.set, input).await;
        let outcome = self.updated(step, &live, unknown_in(kind.section, kind, &document), written);
        if outcome == Outcome::Done {
            self.written.entry(step.address.clone()).or_default().attached = Some((kind, client));
        }
        Ok(outcome)
    }

    /// The id of the client that has it; it may be new.
    pub(super) fn client_of(&self, owner: &Owner) -> Option<String> {
        match owner {
            Owner::Pool => None,
            Owner::Client { key, id } => {
                id.as_ref().or_else(|| self.report.created_clients.get(key)).cloned()
            }
        }
    }
}
