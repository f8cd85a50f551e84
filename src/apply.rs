//! Executes a plan, and decides nothing.
//!
//! Before each write the resource is read again: the request is built from what is live then, and a write whose
//! plan rests on values that have changed is not made. At the end everything that was written is read once more.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::body::{self, Patch};
use crate::catalog::{Field, Kind, SETTINGS};
use crate::cognito::{ApiError, ErrorCode, ReadCognito, WriteCognito, WriteOperation};
use crate::diff::{Change, ChangeKind};
use crate::normalize;
use crate::outputs::Outputs;
use crate::path::Path;
use crate::plan::{Action, PoolPlan, SignIn, Step};
use crate::read::{describe_pool, mfa_config};
use crate::template::{Fact, Reference};

mod attached;
mod behind;
mod busy;
mod client_secrets;
mod clients;
mod limits;
mod lost;
mod members;
mod records;
mod report;
mod sign_in;
mod verify;
mod wait;
mod written;

use behind::{Current, Own};
pub use client_secrets::{KeepSecret, NewSecret};
pub use limits::apply_account;
use report::Stop;
pub use report::{AccountReport, Outcome, PoolReport, Report, StepResult};
pub use verify::{Mismatch, MismatchKind};
pub use wait::{Sleep, Wait};
use written::{UnknownPath, Written, unknown_in};

/// The most attributes that one `AddCustomAttributes` takes.
const ATTRIBUTES_PER_CALL: usize = 25;

/// Turns a secret's reference into its value.
pub type ResolveSecret<'a> = &'a (dyn Fn(&Value) -> Result<String, String> + Sync);

/// Told about each step before it runs.
pub type Progress<'a> = &'a mut dyn FnMut(&Step);

/// What apply needs besides the plan.
pub struct Services<'a> {
    /// Reads.
    pub read: &'a dyn ReadCognito,
    /// Writes.
    pub write: &'a dyn WriteCognito,
    /// Secrets.
    pub resolve: ResolveSecret<'a>,
    /// Takes the secrets that Cognito makes and answers once.
    pub keep: KeepSecret<'a>,
    /// How long to wait for what the service does in the background.
    pub wait: Wait<'a>,
}

/// Executes one pool's plan.
pub async fn apply_pool(plan: &PoolPlan, services: &Services<'_>, progress: Progress<'_>) -> PoolReport {
    let mut run = Run {
        services,
        own: Own::new(services.read, services.wait),
        plan,
        pool_id: plan.pool_id.clone(),
        written: BTreeMap::new(),
        secrets: BTreeMap::new(),
        removed_domains: BTreeMap::new(),
        cleared_records: BTreeMap::new(),
        deleted_clients: BTreeSet::new(),
        is_repeated: false,
        sign_in: plan.sign_in.clone(),
        missing: None,
        report: PoolReport { key: plan.key.clone(), ..PoolReport::default() },
    };
    if let Err(unresolved) = run.resolve_secrets() {
        run.report.results = unresolved;
        run.report.pool_id = run.pool_id;
        return run.report;
    }
    let mut failed: BTreeSet<(Path, Option<String>)> = BTreeSet::new();
    for step in &plan.steps {
        let outcome = if let Some(address) = run.missing_prerequisite(step, &failed) {
            Outcome::Skipped(address)
        } else {
            progress(step);
            match run.filled(step) {
                Ok(step) => run.step_in_turn(&step).await,
                Err(missing) => Outcome::Skipped(missing),
            }
        };
        if outcome != Outcome::Done {
            failed.insert(resource(step));
            if matches!(step.action, Action::CreatePool { .. } | Action::AddAttributes) {
                run.missing.get_or_insert_with(|| step.address.clone());
            }
        }
        run.report.results.push(StepResult { step: step.clone(), outcome });
    }
    run.verify().await;
    run.report.sign_in = run.sign_in_urls();
    run.report.pool_id = run.pool_id;
    run.report
}

/// A step's resource, to keep.
fn resource(step: &Step) -> (Path, Option<String>) {
    let (address, id) = step.resource();
    (address.clone(), id.map(str::to_owned))
}

struct Run<'a> {
    services: &'a Services<'a>,
    /// Reads; those of `services` do not wait for what was just made.
    own: Own<'a>,
    plan: &'a PoolPlan,
    pool_id: Option<String>,
    written: BTreeMap<Path, Written>,
    /// The secrets that are sent, by the addresses of their fields.
    secrets: BTreeMap<Path, String>,
    /// What deleted domains were.
    removed_domains: BTreeMap<String, Value>,
    /// What records were before everything was taken out of them.
    cleared_records: BTreeMap<Path, Value>,
    /// The ids of deleted clients.
    deleted_clients: BTreeSet<String>,
    /// Whether the step is made once more, since another change was under way.
    is_repeated: bool,
    /// What sign-in links are made of, as it is now.
    sign_in: SignIn,
    /// The failed step that everything after it needs.
    missing: Option<Path>,
    report: PoolReport,
}

impl Run<'_> {
    /// What a step needs and what failed: an earlier step of its resource, the pool's creation, its attributes.
    fn missing_prerequisite(&self, step: &Step, failed: &BTreeSet<(Path, Option<String>)>) -> Option<Path> {
        if failed.contains(&resource(step)) {
            return Some(step.address.clone());
        }
        let needed = step.needs.iter().find(|needed| failed.iter().any(|(address, _)| address == *needed));
        needed.or(self.missing.as_ref()).cloned()
    }

    /// Resolves every secret before the first write; if one does not resolve, nothing is written.
    fn resolve_secrets(&mut self) -> Result<(), Vec<StepResult>> {
        let mut problems: BTreeMap<Path, String> = BTreeMap::new();
        for step in &self.plan.steps {
            for change in step.changes.iter().filter(|change| change.secret) {
                let Some(reference) = &change.after else { continue };
                match (self.services.resolve)(reference) {
                    Ok(secret) => self.secrets.insert(step.address.join(&change.path), secret),
                    Err(problem) => problems.insert(step.address.clone(), problem),
                };
            }
        }
        let Some((first, _)) = problems.first_key_value() else { return Ok(()) };
        let results = self.plan.steps.iter().map(|step| StepResult {
            step: step.clone(),
            outcome: match problems.get(&step.address) {
                Some(problem) => Outcome::Unresolved(problem.clone()),
                None => Outcome::Skipped(first.clone()),
            },
        });
        Err(results.collect())
    }

    fn pool(&self) -> &str {
        self.pool_id.as_deref().unwrap_or_default()
    }

    /// A step with what is known by now in the place of its references.
    ///
    /// # Errors
    /// What is not known, because what makes it failed.
    fn filled(&self, step: &Step) -> Result<Step, Path> {
        let mut filled = step.clone();
        filled.fill(&|Reference { pool, fact }| {
            let is_own = pool.as_ref().is_none_or(|pool| *pool == self.plan.key);
            match fact {
                _ if !is_own => None,
                Fact::ClientId(key) => self.report.created_clients.get(key).cloned(),
                Fact::Pool(_) => self.report.created.as_ref()?.fact(fact).map(str::to_owned),
            }
        });
        match filled.references().first() {
            None => Ok(filled),
            Some(reference) => Err(Path::parse(&reference.to_string()).unwrap_or_default()),
        }
    }

    /// The patch of a step, with its secrets, over changes that were made before.
    fn patch<'a>(&self, step: &'a Step, before: impl IntoIterator<Item = &'a Change>) -> Patch {
        let mut changes: Vec<&Change> = Vec::new();
        for change in before.into_iter().chain(&step.changes) {
            changes.retain(|earlier| earlier.path != change.path);
            changes.push(change);
        }
        Patch::from_changes(changes).resolved(|path| self.secrets.get(&step.address.join(path)).cloned())
    }

    async fn step(&mut self, step: &Step) -> Result<Outcome, Stop> {
        if let Some(unused) = &step.unused {
            let users = self.users(unused).await?;
            if !users.is_empty() {
                return Err(Stop::Stale(users));
            }
        }
        match &step.action {
            Action::CreatePool { name, ownership } => self.create_pool(step, name, ownership).await,
            Action::AddAttributes | Action::UpdatePool { .. } | Action::SetMfa | Action::Tag { .. } => {
                self.update_pool(step).await
            }
            Action::CreateClient { name } => self.create_client(step, name).await,
            Action::UpdateClient { client_id } => self.update_client(step, client_id).await,
            Action::DeleteClient { client_id, .. } => self.delete_client(client_id).await,
            Action::SetAttached { kind, owner } => self.set_attached(step, kind, owner).await,
            Action::CreateRecord(record) => self.create_record(step, record).await,
            Action::UpdateRecord(record) => self.update_record(step, record).await,
            Action::ClearRecord(record) => self.clear_record(step, record).await,
            Action::DeleteRecord(record) => self.delete_record(step, record).await,
            Action::AddSecret { owner } => self.add_secret(step, owner).await,
            Action::DeleteSecret { client_id, secret_id } => {
                self.delete_secret(step, client_id, secret_id).await
            }
            Action::SetLimit { category, .. } => self.set_limit(step, category).await,
            Action::CreateMember { kind, name, replaces } => {
                self.create_member(step, kind, name, replaces.as_deref()).await
            }
            Action::UpdateMember { kind, name } => self.update_member(step, kind, name).await,
            Action::DeleteMember { kind, name } => self.delete_member(step, kind, name).await,
        }
    }

    async fn create_pool(
        &mut self,
        step: &Step,
        name: &str,
        ownership: &Map<String, Value>,
    ) -> Result<Outcome, Stop> {
        let input = body::create_pool(name, &Patch::from_changes(&step.changes), ownership);
        let begun = lost::now();
        let pool = match self.write(WriteOperation::CreateUserPool, input).await {
            Ok(mut answer) => answer["UserPool"].take(),
            Err(error) => self.find_lost_pool(error, name, begun).await?,
        };
        self.pool_id = pool["Id"].as_str().map(str::to_owned);
        self.own.made(self.pool());
        self.report.created = Some(Outputs::of_pool(&self.plan.key, &pool));
        let mut created = normalize::settings_answer(&pool, &json!({}));
        normalize::pass_through(&SETTINGS, &mut created, &pool, &passed_through(step));
        self.wrote(step, &created, BTreeSet::new());
        Ok(Outcome::Done)
    }

    async fn update_pool(&mut self, step: &Step) -> Result<Outcome, Stop> {
        let read = async || self.pool_documents().await;
        let canonical = |(pool, mfa): &(Value, Value)| normalize::settings_answer(pool, mfa);
        let Current { documents: (pool, mfa), live, patch } =
            self.current(step, read, canonical, |(pool, _)| pool).await?;
        let (written, unknown) = match &step.action {
            Action::UpdatePool { rename } => {
                let input = body::update_pool(&pool, &mfa, &patch, rename.as_deref());
                (
                    self.write(WriteOperation::UpdateUserPool, input).await,
                    unknown_in("pool", &SETTINGS, &pool),
                )
            }
            Action::SetMfa => {
                let input = body::set_mfa(&pool, &mfa, &patch);
                (
                    self.write(WriteOperation::SetUserPoolMfaConfig, input).await,
                    unknown_in("mfa", &SETTINGS, &mfa),
                )
            }
            Action::Tag { ownership } => (self.tag(step, &pool, ownership).await, BTreeSet::new()),
            _ => (self.add_attributes(step).await, BTreeSet::new()),
        };
        Ok(self.updated(step, &live, unknown, written))
    }

    /// What became of an update that sent members along which this version does not know.
    fn updated(
        &mut self,
        step: &Step,
        live: &Value,
        unknown: BTreeSet<UnknownPath>,
        written: Result<Value, ApiError>,
    ) -> Outcome {
        match written {
            Ok(_) => {
                self.wrote(step, live, unknown);
                Outcome::Done
            }
            Err(error) if error.code == ErrorCode::InvalidParameter => {
                Outcome::Failed { error, carried: unknown.into_iter().map(|(_, path)| path).collect() }
            }
            Err(error) => error.into(),
        }
    }

    /// The pool's two documents as they are now, without the members that are not to be sent back.
    async fn pool_documents(&self) -> Result<(Value, Value), ApiError> {
        let mut pool = describe_pool(&self.own, self.pool()).await?;
        let mut mfa = mfa_config(&self.own, self.pool()).await?;
        for document in [&mut pool, &mut mfa] {
            normalize::drop_unknown(&SETTINGS, document, &self.plan.dropped);
        }
        Ok((pool, mfa))
    }

    async fn add_attributes(&self, step: &Step) -> Result<Value, ApiError> {
        let attributes: Vec<(&str, &Value)> = step
            .changes
            .iter()
            .filter_map(|change| Some((change.path.last_key()?, change.after.as_ref()?)))
            .collect();
        for chunk in attributes.chunks(ATTRIBUTES_PER_CALL) {
            let input = body::add_attributes(self.pool(), chunk.iter().copied());
            self.write(WriteOperation::AddCustomAttributes, input).await?;
        }
        Ok(Value::Null)
    }

    async fn tag(
        &self,
        step: &Step,
        pool: &Value,
        ownership: &Map<String, Value>,
    ) -> Result<Value, ApiError> {
        let mut set = ownership.clone();
        let mut removed = Vec::new();
        for change in &step.changes {
            match (change.path.last_key(), &change.after) {
                (Some(key), Some(value)) => {
                    set.insert(key.to_owned(), value.clone());
                }
                (Some(key), None) => removed.push(key),
                (None, _) => {}
            }
        }
        let arn = &pool["Arn"];
        if !set.is_empty() {
            self.write(WriteOperation::TagResource, json!({"ResourceArn": arn, "Tags": set})).await?;
        }
        if !removed.is_empty() {
            self.write(WriteOperation::UntagResource, json!({"ResourceArn": arn, "TagKeys": removed}))
                .await?;
        }
        Ok(Value::Null)
    }
}

/// What a step passes through, by its paths.
fn passed_through(step: &Step) -> Vec<Path> {
    passed_in(step.action.kind(), &step.changes)
}

fn passed_in(kind: &Kind, changes: &[Change]) -> Vec<Path> {
    let paths = changes.iter().map(|change| &change.path);
    paths.filter(|path| normalize::is_passed_through(kind, path)).cloned().collect()
}

/// The table of a step's resource, of which `canonical` is the state.
fn fields_of(step: &Step, canonical: &Value) -> &'static Field {
    step.action.kind().fields(canonical)
}

/// Whether a change was a reset.
fn is_reset(change: &Change) -> bool {
    change.kind == ChangeKind::Reset || change.after.is_none()
}
