//! What a pool or a client has one of.

use serde_json::Value;

use super::behind::Current;
use super::{Outcome, Run, Stop, unknown_in};
use crate::body;
use crate::catalog::{Attached, DOMAIN, Kind, is_not_fetched};
use crate::normalize;
use crate::path::Path;
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
    ) -> Result<Outcome, Stop> {
        if let Some(domain) = self.pending_domain(step) {
            let problem =
                format!("`{domain}` is not active yet; apply again once it is, or with a longer --wait");
            return Ok(Outcome::NotReady(problem));
        }
        let attached = calls(kind);
        let client = self.client_of(owner);
        let read = async || {
            let mut document = describe_attached(&self.own, kind, self.pool(), client.as_deref()).await?;
            normalize::drop_unknown(kind, &mut document, &self.plan.dropped);
            Ok(document)
        };
        let canonical = |document: &Value| normalize::attached_answer(kind, attached, document);
        let Current { documents: document, live, patch } =
            self.current(step, read, canonical, |document| document).await?;
        let input = body::set_attached(kind, attached, self.pool(), client.as_deref(), &document, &patch);
        if let Some(member) = unfetched(&input) {
            let problem =
                format!("nothing was sent, for the live {member} goes along and could not be fetched");
            return Ok(Outcome::NotReady(problem));
        }
        let written = self.write(attached.set, input).await;
        let outcome = self.updated(step, &live, unknown_in(kind.section, kind, &document), written);
        if outcome == Outcome::Done {
            self.written.entry(step.address.clone()).or_default().attached = Some((kind, client));
        }
        Ok(outcome)
    }

    /// A domain that the step needs and that Cognito still works on, if there is none that is done.
    fn pending_domain<'s>(&self, step: &'s Step) -> Option<&'s Path> {
        let is_domain =
            |address: &&Path| address.keys().is_some_and(|keys| keys.get(1) == Some(&DOMAIN.section));
        let mut domains = step.needs.iter().filter(is_domain);
        let first = domains.next()?;
        let is_pending = |address: &Path| self.report.pending.contains_key(address);
        (is_pending(first) && domains.all(is_pending)).then_some(first)
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

/// The member of a request in whose place there is only the mark of what could not be fetched.
fn unfetched(input: &Value) -> Option<&str> {
    let mut members = input.as_object().into_iter().flatten();
    members.find(|(_, value)| is_not_fetched(value)).map(|(name, _)| name.as_str())
}
