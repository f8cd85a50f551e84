use std::collections::BTreeMap;

use super::{Mismatch, MismatchKind};
use crate::cognito::ApiError;
use crate::outputs::Outputs;
use crate::path::Path;
use crate::plan::Step;
use crate::template::Fact;

/// What became of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// The service refused it.
    Failed {
        /// Its words.
        error: ApiError,
        /// Members that this version does not know and that the request sent back: perhaps the reason.
        carried: Vec<Path>,
    },
    /// A secret's reference did not resolve, or a new secret could not be handed over.
    Unresolved(String),
    /// It was not sent, because something that it needs is not there yet: a domain, an image.
    NotReady(String),
    /// It was not made, because something changed since the plan: these fields.
    Stale(Vec<Path>),
    /// It was not tried, because what it needs failed.
    Skipped(Path),
}

/// One step with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StepResult {
    /// The step.
    pub step: Step,
    /// What became of it.
    pub outcome: Outcome,
}

/// What an apply did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// To the account itself, if anything was to be done to it.
    pub account: Option<AccountReport>,
    /// To its pools.
    pub pools: Vec<PoolReport>,
}

/// What an apply did to the account itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccountReport {
    /// Every step, in order.
    pub results: Vec<StepResult>,
    /// What is not as it was written.
    pub mismatches: Vec<Mismatch>,
}

/// What an apply did to one pool.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PoolReport {
    /// The pool's key.
    pub key: String,
    /// The pool's id, if it exists.
    pub pool_id: Option<String>,
    /// The pool's ids and URLs, if this apply created it.
    pub created: Option<Outputs>,
    /// The ids of clients, by their key, that this apply created.
    pub created_clients: BTreeMap<String, String>,
    /// The ids of the secrets of clients that this apply added, by the section that speaks of them.
    pub added_secrets: BTreeMap<Path, String>,
    /// Where the DNS names of new custom domains must point, by domain.
    pub dns_targets: BTreeMap<String, String>,
    /// Domains that Cognito still works on, with their status.
    pub pending: BTreeMap<Path, String>,
    /// Where users sign in, by the keys of clients that this apply wrote, or of all if it wrote a domain.
    pub sign_in: BTreeMap<String, String>,
    /// Every step, in order.
    pub results: Vec<StepResult>,
    /// What the last look found different from what was written.
    pub mismatches: Vec<Mismatch>,
}

impl From<ApiError> for Outcome {
    fn from(error: ApiError) -> Self {
        Self::Failed { error, carried: Vec::new() }
    }
}

/// Why a step was not done.
pub(super) enum Stop {
    /// A call failed.
    Api(ApiError),
    /// The resource is no longer what the plan rests on, at these paths.
    Stale(Vec<Path>),
}

impl From<ApiError> for Stop {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<Stop> for Outcome {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Api(error) => error.into(),
            Stop::Stale(paths) => Self::Stale(paths),
        }
    }
}

impl Report {
    /// Every step, in order.
    pub fn results(&self) -> impl Iterator<Item = &StepResult> {
        let of_account = self.account.iter().flat_map(|account| &account.results);
        of_account.chain(self.pools.iter().flat_map(|pool| &pool.results))
    }

    /// Everything that is not as it was written.
    pub fn mismatches(&self) -> impl Iterator<Item = &Mismatch> {
        let of_account = self.account.iter().flat_map(|account| &account.mismatches);
        of_account.chain(self.pools.iter().flat_map(|pool| &pool.mismatches))
    }

    /// Whether everything was done and has taken.
    pub fn is_complete(&self) -> bool {
        is_complete(self.results(), self.mismatches())
    }

    /// Whether anything was written.
    pub fn wrote_something(&self) -> bool {
        wrote_something(self.results())
    }

    /// Whether something changed under us.
    pub fn changed_meanwhile(&self) -> bool {
        changed_meanwhile(self.results(), self.mismatches())
    }
}

fn is_complete<'a>(
    mut results: impl Iterator<Item = &'a StepResult>,
    mut mismatches: impl Iterator<Item = &'a Mismatch>,
) -> bool {
    mismatches.next().is_none() && results.all(|result| result.outcome == Outcome::Done)
}

fn wrote_something<'a>(mut results: impl Iterator<Item = &'a StepResult>) -> bool {
    results.any(|result| result.outcome == Outcome::Done)
}

fn changed_meanwhile<'a>(
    mut results: impl Iterator<Item = &'a StepResult>,
    mut mismatches: impl Iterator<Item = &'a Mismatch>,
) -> bool {
    mismatches.any(|mismatch| mismatch.kind == MismatchKind::Foreign)
        || results.any(|result| matches!(result.outcome, Outcome::Stale(_)))
}

impl PoolReport {
    /// Whether everything was done and has taken.
    pub fn is_complete(&self) -> bool {
        is_complete(self.results.iter(), self.mismatches.iter())
    }

    /// What a reference of another pool stands for, if this apply made it.
    pub fn fact(&self, fact: &Fact) -> Option<&str> {
        match fact {
            Fact::ClientId(key) => self.created_clients.get(key).map(String::as_str),
            Fact::Pool(_) => self.created.as_ref()?.fact(fact),
        }
    }

    /// Whether anything was written.
    pub fn wrote_something(&self) -> bool {
        wrote_something(self.results.iter())
    }

    /// Whether the pool changed under us.
    pub fn changed_meanwhile(&self) -> bool {
        changed_meanwhile(self.results.iter(), self.mismatches.iter())
    }
}
