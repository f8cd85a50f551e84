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

impl PoolReport {
    /// Whether everything was done and has taken.
    pub fn is_complete(&self) -> bool {
        self.mismatches.is_empty() && self.results.iter().all(|result| result.outcome == Outcome::Done)
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
        self.results.iter().any(|result| result.outcome == Outcome::Done)
    }

    /// Whether the pool changed under us.
    pub fn changed_meanwhile(&self) -> bool {
        self.mismatches.iter().any(|mismatch| mismatch.kind == MismatchKind::Foreign)
            || self.results.iter().any(|result| matches!(result.outcome, Outcome::Stale(_)))
    }
}
