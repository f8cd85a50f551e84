//! Domains, identity providers, resource servers, groups and replicas.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::behind::Current;
use super::{Outcome, Run, Stop, passed_through, unknown_in};
use crate::body;
use crate::catalog::{Calls, DOMAIN, Kind, REPLICA};
use crate::cognito::{ApiError, ErrorCode};
use crate::identity::is_custom_domain;
use crate::normalize;
use crate::plan::Step;
use crate::read::{describe_member, is_missing};

/// The longest that a domain or a replica takes to come or to go.
const DELAY: Duration = Duration::from_hours(1);

/// Whether the service makes one in the background, and takes it away so.
fn takes_time(kind: &Kind) -> bool {
    *kind == *DOMAIN || *kind == *REPLICA
}

/// The operations of a kind; every kind with member steps has them.
fn calls(kind: &'static Kind) -> &'static Calls {
    kind.calls.as_ref().expect("a plan has such steps only for kinds with calls of their own")
}

impl Run<'_> {
    /// The document of one resource, with its secrets.
    pub(super) async fn describe(&self, kind: &'static Kind, name: &str) -> Result<Value, ApiError> {
        let mut document = describe_member(&self.own, calls(kind), self.pool(), name).await?;
        normalize::drop_unknown(kind, &mut document, &self.plan.dropped);
        Ok(document)
    }

    pub(super) async fn create_member(
        &mut self,
        step: &Step,
        kind: &'static Kind,
        name: &str,
        replaces: Option<&str>,
    ) -> Result<Outcome, Stop> {
        if let Some(old) = replaces
            && let Err(error) = self.wait_until_gone(kind, old).await
        {
            return Err(self.bring_back(replaces, error).await.into());
        }
        let input = body::create_member(kind, calls(kind), self.pool(), name, &self.patch(step, []));
        let answer = match self.write(calls(kind).create, input).await {
            Ok(answer) => answer,
            Err(error) => return Err(self.bring_back(replaces, error).await.into()),
        };
        let document = if *kind == *DOMAIN {
            if let Some(target) = answer["CloudFrontDomain"].as_str().filter(|_| is_custom_domain(name)) {
                self.report.dns_targets.insert(name.to_owned(), target.to_owned());
            }
            self.sign_in.domains.insert(name.to_owned());
            self.settled(step, kind, name, true).await?
        } else if takes_time(kind) {
            self.settled(step, kind, name, true).await?
        } else {
            answer[calls(kind).described].clone()
        };
        let mut created = normalize::member_answer(kind, &document);
        normalize::pass_through(kind, &mut created, &document, &passed_through(step));
        self.wrote(step, &created, BTreeSet::new());
        self.written.entry(step.address.clone()).or_default().member = Some((kind, name.to_owned()));
        Ok(Outcome::Done)
    }

    pub(super) async fn update_member(
        &mut self,
        step: &Step,
        kind: &'static Kind,
        name: &str,
    ) -> Result<Outcome, Stop> {
        let read = async || {
            let document = if takes_time(kind) {
                self.at_rest(kind, name, false).await?
            } else {
                self.describe(kind, name).await?
            };
            if *kind == *REPLICA && is_under_way(kind, &document) {
                return Err(still(step.action.operation(), kind, name, "created"));
            }
            Ok(document)
        };
        let canonical = |document: &Value| normalize::member_answer(kind, document);
        let Current { documents: document, live, patch } =
            self.current(step, read, canonical, |document| document).await?;
        let input = body::update_member(kind, calls(kind), self.pool(), name, &document, &patch);
        let unknown = if calls(kind).patches {
            BTreeSet::new() // what is not named stays
        } else {
            unknown_in(kind.section, kind, &document)
        };
        let written = self.write(calls(kind).update, input).await;
        let outcome = self.updated(step, &live, unknown, written);
        if outcome == Outcome::Done {
            self.written.entry(step.address.clone()).or_default().member = Some((kind, name.to_owned()));
            if takes_time(kind) {
                self.settled(step, kind, name, false).await?;
            }
        }
        Ok(outcome)
    }

    pub(super) async fn delete_member(
        &mut self,
        step: &Step,
        kind: &'static Kind,
        name: &str,
    ) -> Result<Outcome, Stop> {
        if *kind == *DOMAIN {
            let document = self.at_rest(kind, name, false).await?;
            self.removed_domains.insert(name.to_owned(), document);
        }
        self.write(calls(kind).delete, body::delete_member(calls(kind), self.pool(), name)).await?;
        if *kind == *DOMAIN {
            self.sign_in.domains.remove(name);
        }
        self.written.remove(&step.address); // what was changed on its way out is not looked at again
        Ok(Outcome::Done)
    }

    /// A name is free only once nothing answers for it.
    async fn wait_until_gone(&self, kind: &'static Kind, name: &str) -> Result<(), ApiError> {
        let mut pauses = self.services.wait.begin(DELAY);
        loop {
            match self.describe(kind, name).await {
                Err(error) if error.code == ErrorCode::ResourceNotFound => return Ok(()),
                Ok(document) if is_missing(&document) => return Ok(()),
                Ok(_) => {}
                Err(error) => return Err(error),
            }
            if !pauses.pause().await {
                return Err(still(calls(kind).create.name(), kind, name, "deleted"));
            }
        }
    }

    /// A domain or a replica once nothing is under way on it: until then the service takes no change of it. After the
    /// wait it is answered as it is. A new one may not be there yet.
    async fn at_rest(&self, kind: &'static Kind, name: &str, is_new: bool) -> Result<Value, ApiError> {
        let mut pauses = self.services.wait.begin(DELAY);
        let mut for_reads = self.services.wait.for_reads();
        loop {
            let document = self.describe(kind, name).await?;
            let is_behind = is_new && is_missing(&document) && for_reads.pause().await;
            if !is_behind && (!is_under_way(kind, &document) || !pauses.pause().await) {
                return Ok(document);
            }
        }
    }

    /// Creates a deleted prefix domain again whose successor could not be created.
    async fn bring_back(&mut self, old: Option<&str>, mut error: ApiError) -> ApiError {
        let Some((name, document)) =
            old.filter(|old| !is_custom_domain(old)).and_then(|old| self.removed_domains.remove_entry(old))
        else {
            return error;
        };
        let mut input = json!({ "Domain": name, "UserPoolId": self.pool() });
        for member in ["ManagedLoginVersion", "Routing"] {
            if let Some(value) = document.get(member).filter(|value| !value.is_null()) {
                input[member] = value.clone();
            }
        }
        let outcome = match self.write(calls(&DOMAIN).create, input).await {
            Ok(_) => {
                self.sign_in.domains.insert(name.clone());
                format!("the domain {name} was created again")
            }
            Err(again) => format!("and the domain {name} could not be created again: {again}"),
        };
        error.message = format!("{}; {outcome}", error.message);
        error
    }

    /// A domain or a replica as soon as nothing is under way on it. What takes longer is reported as pending.
    async fn settled(
        &mut self,
        step: &Step,
        kind: &'static Kind,
        name: &str,
        is_new: bool,
    ) -> Result<Value, ApiError> {
        let document = self.at_rest(kind, name, is_new).await?;
        match document["Status"].as_str() {
            Some(status @ ("CREATING" | "UPDATING")) => {
                self.report.pending.insert(step.address.clone(), status.to_owned());
            }
            None if is_under_way(kind, &document) => {
                self.report.pending.insert(step.address.clone(), "CREATING".to_owned());
            }
            Some("FAILED") => {
                return Err(ApiError {
                    operation: step.action.operation(),
                    code: ErrorCode::Other("FAILED".to_owned()),
                    message: format!(
                        "Cognito could not set up the domain {name}; look at its certificate and DNS"
                    ),
                    request_id: None,
                });
            }
            _ => _ = self.report.pending.remove(&step.address),
        }
        Ok(document)
    }
}

/// Whether something is under way on a domain or a replica. A new replica may be missing in the list at first.
fn is_under_way(kind: &Kind, document: &Value) -> bool {
    let is_missing = *kind == *REPLICA && is_missing(document);
    is_missing || matches!(document["Status"].as_str(), Some("CREATING" | "UPDATING"))
}

/// What is said of what takes longer than the wait.
fn still(operation: &'static str, kind: &Kind, name: &str, done: &str) -> ApiError {
    ApiError {
        operation,
        code: ErrorCode::NoAnswer,
        message: format!(
            "the {} {name} is still being {done}; apply again, or with a longer --wait",
            kind.noun
        ),
        request_id: None,
    }
}
