//! Records of clients. Their ids are looked up when they are needed: a client may be new, and a record another one.

use std::collections::BTreeSet;

use serde_json::Value;

use super::behind::Current;
use super::{Outcome, Run, Stop, passed_through, unknown_in};
use crate::body;
use crate::catalog::{Kind, Records};
use crate::cognito::{ApiError, ErrorCode};
use crate::normalize;
use crate::plan::{Record, Step};
use crate::read::describe_record;

/// How a kind is called; every kind with such steps has that.
fn calls(kind: &'static Kind) -> &'static Records {
    kind.records.as_ref().expect("a plan has such steps only for kinds with records")
}

impl Run<'_> {
    pub(super) async fn create_record(&mut self, step: &Step, record: &Record) -> Result<Outcome, Stop> {
        let records = calls(record.kind);
        let client = self.client_of(&record.owner).unwrap_or_default();
        let name = record.name.as_deref();
        let input =
            body::create_record(record.kind, records, self.pool(), &client, name, &self.patch(step, []));
        let document = self.write(records.create, input).await?[records.answered].take();
        let mut created = normalize::record_answer(record.kind, &document);
        normalize::pass_through(record.kind, &mut created, &document, &passed_through(step));
        self.wrote(step, &created, BTreeSet::new());
        self.written.entry(step.address.clone()).or_default().record = Some(record.clone());
        Ok(Outcome::Done)
    }

    pub(super) async fn update_record(&mut self, step: &Step, record: &Record) -> Result<Outcome, Stop> {
        let (kind, records) = (record.kind, calls(record.kind));
        let Current { documents: document, mut live, patch } = self.current_record(step, record).await?;
        let cleared = self.cleared_records.get(&step.address);
        let (input, unknown) = if let Some(before) = cleared {
            // What the step does not change comes back too.
            live = normalize::record_answer(kind, before);
            let input = body::restore_record(kind, records, self.pool(), before, &self.patch(step, []));
            (input, unknown_in(kind.section, kind, before))
        } else if records.clears.is_some() {
            let input = body::change_record(kind, records, self.pool(), &document, &patch);
            (input, BTreeSet::new()) // what is not named stays
        } else {
            let input = body::update_record(kind, records, self.pool(), &document, &patch);
            (input, unknown_in(kind.section, kind, &document))
        };
        let written = self.write(records.update, input).await;
        if written.is_ok() && self.cleared_records.remove(&step.address).is_some() {
            self.written.entry(step.address.clone()).or_default().expected = live.clone();
        }
        let outcome = self.updated(step, &live, unknown, written);
        if outcome == Outcome::Done {
            self.written.entry(step.address.clone()).or_default().record = Some(record.clone());
        }
        Ok(outcome)
    }

    pub(super) async fn clear_record(&mut self, step: &Step, record: &Record) -> Result<Outcome, Stop> {
        let records = calls(record.kind);
        let Current { documents: document, live, .. } = self.current_record(step, record).await?;
        let input = body::clear_record(records, self.pool(), &document);
        let written = self.write(records.update, input).await;
        let outcome = self.updated(step, &live, BTreeSet::new(), written);
        if outcome == Outcome::Done {
            self.written.entry(step.address.clone()).or_default().record = Some(record.clone());
            self.cleared_records.insert(step.address.clone(), document);
        }
        Ok(outcome)
    }

    pub(super) async fn delete_record(&self, step: &Step, record: &Record) -> Result<Outcome, Stop> {
        let records = calls(record.kind);
        let document = self.record_now(step.action.operation(), record).await?;
        self.write(records.delete, body::record(records, self.pool(), &document)).await?;
        Ok(Outcome::Done)
    }

    async fn current_record(&self, step: &Step, record: &Record) -> Result<Current<Value>, Stop> {
        let read = async || self.record_now(step.action.operation(), record).await;
        let canonical = |document: &Value| normalize::record_answer(record.kind, document);
        self.current(step, read, canonical, |document| document).await
    }

    /// A record as it is now, without the members that are not to be sent back.
    pub(super) async fn record_now(
        &self,
        operation: &'static str,
        record: &Record,
    ) -> Result<Value, ApiError> {
        let client = self.client_of(&record.owner).unwrap_or_default();
        let records = calls(record.kind);
        let read = &self.own;
        let found = describe_record(read, records, self.pool(), &client, record.name.as_deref()).await?;
        let mut document = found.ok_or_else(|| ApiError {
            operation,
            code: ErrorCode::ResourceNotFound,
            message: format!("the client has no such {} any more; plan again", record.kind.noun),
            request_id: None,
        })?;
        normalize::drop_unknown(record.kind, &mut document, &self.plan.dropped);
        Ok(document)
    }
}
