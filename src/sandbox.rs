//! An embedded Cognito control plane, for trying manifests without an AWS account and for tests.
//!
//! It has Cognito's semantics as far as they are known, not a key-value store's: constraints and error codes of the
//! API's model, computed members, defaults on read, sorted lists, the rules between fields, and what an update does
//! to members that it leaves out. That last one is not known for sure, so it is a mode.

use std::collections::VecDeque;
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::cognito::{ApiError, ErrorCode};

mod answer;
mod attached;
mod attributes;
mod branding;
mod calls;
mod certificate;
mod client;
mod client_rules;
mod client_secrets;
mod clock;
mod conditions;
mod constraints;
mod domain;
mod group;
mod identity_provider;
mod limits;
mod log_delivery;
mod mfa;
mod model;
mod omission;
mod other;
mod page;
mod pool;
mod pool_rules;
mod provider_types;
mod replica;
mod resource_server;
mod risk;
pub mod server;
mod session;
mod store;
mod terms;
mod ui;

pub use clock::Clock;
pub use conditions::{Conditions, Faults};
use conditions::{Fate, Traffic};
pub use store::{Access, SandboxError};
use store::{State, Store};

/// How a sandbox behaves, and whose account it plays.
#[derive(Debug, Clone)]
pub struct Options {
    /// The Region of new pools.
    pub region: String,
    /// The account of new pools.
    pub account_id: String,
    /// What an update does to members that it leaves out.
    pub omitted: OmittedMode,
    /// Answers lists without order in an order that this number seeds; `None` answers as Cognito is seen to.
    pub shuffle: Option<u64>,
    /// What goes wrong there, and how long things take.
    pub conditions: Conditions,
    /// Its time.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            region: "us-east-1".to_owned(),
            account_id: "123456789012".to_owned(),
            omitted: OmittedMode::Documented,
            shuffle: None,
            conditions: Conditions::default(),
            clock: Clock::system(),
        }
    }
}

/// What an update does to members that it leaves out. AWS documents one thing; others have measured another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OmittedMode {
    /// They go back to their defaults.
    #[default]
    Documented,
    /// Some go back, some stay, as third parties have measured.
    Measured,
    /// They stay.
    Keep,
}

impl OmittedMode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Documented, Self::Measured, Self::Keep];
}

impl fmt::Display for OmittedMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::Measured => "measured",
            Self::Keep => "keep",
        })
    }
}

impl FromStr for OmittedMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|mode| mode.to_string() == text);
        found.ok_or_else(|| "the mode is documented, measured or keep".to_owned())
    }
}

/// What a call may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Read,
    Write,
}

/// The embedded control plane.
pub struct Sandbox {
    options: Options,
    inner: Mutex<Inner>,
    /// Held while the state file is replaced: two writers could leave the older state.
    flushing: Mutex<()>,
}

struct Inner {
    store: Store,
    /// How many calls there were.
    number: u64,
    /// The calls, unless they are forgotten.
    calls: Option<Vec<(&'static str, Value)>>,
    faults: VecDeque<(&'static str, ApiError)>,
    traffic: Traffic,
}

impl Sandbox {
    /// The Region of new pools.
    pub fn region(&self) -> &str {
        &self.options.region
    }

    /// Its time.
    pub fn clock(&self) -> &Clock {
        &self.options.clock
    }

    /// Puts its time forward, and keeps that with the account: what it works on is done at a time.
    pub fn advance(&self, time: Duration) {
        let before = self.options.clock.now();
        self.options.clock.advance(time);
        let by = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        if self.options.clock.now() > before {
            let mut inner = self.lock();
            let ahead = &mut inner.store.state_mut().clock_ahead;
            *ahead = ahead.saturating_add(by).min(clock::FURTHEST);
        }
    }

    /// The account that its pools live in; without any, that of new ones.
    pub fn account_id(&self) -> String {
        let inner = self.lock();
        let first = inner.store.state().pools.values().next();
        let arn = first.and_then(|pool| pool.pool["Arn"].as_str());
        let of_it = arn.and_then(|arn| arn.split(':').nth(4)).map(str::to_owned);
        of_it.unwrap_or_else(|| self.options.account_id.clone())
    }

    /// An empty account that lives as long as this value. Its ids are the same in every run.
    pub fn in_memory(options: Options) -> Self {
        Self::with_store(Store::in_memory(), options)
    }

    /// The account in a state file; a file that does not exist is an empty account.
    ///
    /// With [`Access::Write`] the file is locked until this value is dropped.
    ///
    /// # Errors
    /// The file is not ours, is broken or too large, or is in use by another process. Nothing is changed then.
    pub fn open(path: &Path, access: Access, options: Options) -> Result<Self, SandboxError> {
        Ok(Self::with_store(Store::open(path, access)?, options))
    }

    fn with_store(store: Store, options: Options) -> Self {
        options.clock.advance(Duration::from_millis(store.state().clock_ahead));
        let traffic = Traffic::new(&options.conditions);
        let inner = Inner { store, number: 0, calls: Some(Vec::new()), faults: VecDeque::new(), traffic };
        Self { options, inner: Mutex::new(inner), flushing: Mutex::new(()) }
    }

    /// Draws ids and secrets from a seed. An account that has drawn any goes on as it began.
    #[must_use]
    pub fn seeded(self, seed: u64) -> Self {
        self.lock().store.seed(seed);
        self
    }

    /// Remembers no calls: a server's go on for ever.
    #[must_use]
    pub fn forgetful(self) -> Self {
        self.lock().calls = None;
        self
    }

    /// Whether it is kept in a file.
    fn has_file(&self) -> bool {
        self.lock().store.has_file()
    }

    /// Writes the state file, if anything changed. The old file stays until the new one is whole; meanwhile calls go on.
    ///
    /// # Errors
    /// The file or its directory cannot be written.
    pub fn flush(&self) -> Result<(), SandboxError> {
        let _one = self.flushing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(pending) = self.lock().store.take_pending()? else { return Ok(()) };
        pending.write().inspect_err(|_| self.lock().store.keep_pending())
    }

    /// Every call so far, with its input, unless they are forgotten.
    pub fn calls(&self) -> Vec<(&'static str, Value)> {
        self.lock().calls.clone().unwrap_or_default()
    }

    /// Puts a pool in as it was answered somewhere: `DescribeUserPool.UserPool`, `GetUserPoolMfaConfig`, and
    /// `DescribeUserPoolClient.UserPoolClient` of its clients. Members that the model does not know stay.
    ///
    /// What else lies in a pool of that id already stays too: groups, providers, resource servers and domains.
    pub fn insert_pool(&self, pool: Value, mfa: Value, clients: Vec<Value>) {
        let mut inner = self.lock();
        let id = pool["Id"].as_str().unwrap_or_default().to_owned();
        let clients = clients
            .into_iter()
            .map(|client| (client["ClientId"].as_str().unwrap_or_default().to_owned(), client))
            .collect();
        let entry = inner.store.state_mut().pools.entry(id).or_default();
        (entry.pool, entry.mfa, entry.clients) = (pool, mfa, clients);
    }

    /// Puts something into a pool as it was answered somewhere, into a section of the state file: `domains`, `groups`,
    /// `identityProviders`, `replicas`, `resourceServers` or, by their ids, `brandings` and `terms`. Without the pool nothing happens.
    ///
    /// # Panics
    /// There is no such section.
    pub fn insert_member(&self, pool_id: &str, section: &str, name: &str, document: Value) {
        let mut inner = self.lock();
        let Some(pool) = inner.store.state_mut().pools.get_mut(pool_id) else { return };
        let members = match section {
            "domains" => {
                pool.pool[domain::slot(name)] = Value::from(name);
                &mut pool.domains
            }
            "groups" => &mut pool.groups,
            "identityProviders" => &mut pool.identity_providers,
            "replicas" => &mut pool.replicas,
            "resourceServers" => &mut pool.resource_servers,
            "brandings" => &mut pool.brandings,
            "terms" => &mut pool.terms,
            other => panic!("the state has no section {other}"),
        };
        members.insert(name.to_owned(), document);
    }

    /// Puts what a pool has one of (`ALL`), or a client of that id, into a section of the state file's `attached`, as it
    /// was answered somewhere. Without the pool nothing happens.
    pub fn insert_attached(&self, pool_id: &str, section: &str, owner: &str, document: Value) {
        let mut inner = self.lock();
        let Some(pool) = inner.store.state_mut().pools.get_mut(pool_id) else { return };
        pool.attached.entry(section.to_owned()).or_default().insert(owner.to_owned(), document);
    }

    /// The whole state, as the state file holds it.
    pub fn document(&self) -> Value {
        self.lock().store.document()
    }

    /// Lets the next call of an operation fail, without effect.
    pub fn fail_next(&self, operation: &'static str, error: ApiError) {
        self.lock().faults.push_back((operation, error));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one call: records it, plays what befalls it, checks the model's constraints, and does it.
    fn call(
        &self,
        operation: &'static str,
        input: &Value,
        sort: Sort,
        run: impl FnOnce(&mut Call<'_>) -> Result<Value, Refused>,
    ) -> Result<Value, ApiError> {
        let mut inner = self.lock();
        inner.number += 1;
        if let Some(calls) = &mut inner.calls {
            calls.push((operation, input.clone()));
        }
        if let Some(at) = inner.faults.iter().position(|(name, _)| *name == operation)
            && let Some((_, error)) = inner.faults.remove(at)
        {
            return Err(error);
        }
        let (number, now, conditions) = (inner.number, self.options.clock.now(), &self.options.conditions);
        let failed = |Refused { code, message }| {
            let request_id = Some(format!("sandbox-{number}"));
            ApiError { operation, code, message, request_id }
        };
        let Inner { store, traffic, .. } = &mut *inner;
        store.settle(now);
        let fate = traffic.fate(conditions, operation, input, now);
        if let Some(refused) = fate.without_effect() {
            return Err(failed(refused));
        }
        let is_clear = conditions.stale.is_zero();
        let before = (sort == Sort::Write && !is_clear).then(|| store.state().clone());
        let mut stale = if sort == Sort::Read && !is_clear { traffic.stale(conditions, now) } else { None };
        if let Some(state) = &mut stale {
            store.swap(state);
        }
        let mut call = Call { store: &mut *store, options: &self.options, input, number };
        let result = constraints::check(operation, input).and_then(|()| run(&mut call));
        if let Some(state) = stale {
            store.swap(state);
        }
        if let Some(before) = before.filter(|_| result.is_ok()) {
            traffic.remember(conditions, before, now);
        }
        if matches!(fate, Fate::Reset { .. }) {
            return Err(failed(conditions::reset()));
        }
        result.map_err(failed)
    }
}

/// One call under way.
struct Call<'a> {
    store: &'a mut Store,
    options: &'a Options,
    input: &'a Value,
    number: u64,
}

/// Why a call is refused.
#[derive(Debug)]
struct Refused {
    code: ErrorCode,
    message: String,
}

impl Refused {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidParameter, message)
    }
}

impl Call<'_> {
    fn state(&self) -> &State {
        self.store.state()
    }

    /// Now, as the API's timestamps count.
    fn now(&self) -> Value {
        self.options.clock.timestamp()
    }

    /// When something is done that begins now, in milliseconds since 1970; `None` if it takes no time.
    fn settled_at(&self) -> Option<u64> {
        let Options { conditions, clock, .. } = self.options;
        let until = clock.now() + conditions.settling;
        (!conditions.settling.is_zero()).then(|| u64::try_from(until.as_millis()).unwrap_or(u64::MAX))
    }

    /// A member of the input as text; the empty text if it is none.
    fn text(&self, member: &str) -> &str {
        self.input[member].as_str().unwrap_or_default()
    }

    fn pool_state(&self) -> Result<&store::PoolState, Refused> {
        let id = self.text("UserPoolId");
        let pool = self.state().pools.get(id).filter(|_| self.is_here(id));
        pool.ok_or_else(|| no_pool(id))
    }

    fn pool_state_mut(&mut self) -> Result<&mut store::PoolState, Refused> {
        let id = self.input["UserPoolId"].as_str().unwrap_or_default();
        let here = self.is_here(id);
        self.store.state_mut().pools.get_mut(id).filter(|_| here).ok_or_else(|| no_pool(id))
    }

    /// Whether a pool is in the Region of the call; its id begins with its own.
    fn is_here(&self, pool_id: &str) -> bool {
        pool_id.split_once('_').is_some_and(|(region, _)| region == self.options.region)
    }
}

fn no_pool(id: &str) -> Refused {
    Refused::new(ErrorCode::ResourceNotFound, format!("User pool {id} does not exist."))
}

/// The strings of a list.
fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether a member is there; null is not.
fn given(value: &Value, member: &str) -> bool {
    value.get(member).is_some_and(|value| !value.is_null())
}
