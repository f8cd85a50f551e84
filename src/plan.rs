//! The plan: which calls make the live pool equal to the manifest, and what stands in their way.
//!
//! A plan is a pure value. What is shown and what is executed is this one value.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::catalog::{OWNER_TAG, PASS_THROUGH, SCHEMA_GENERATION, SCHEMA_TAG};
use crate::diff::{Change, ChangeKind, SecretState};
use crate::manifest::load::PoolManifest;
use crate::normalize::UnknownMember;
use crate::path::{Path, Pattern};
use crate::read::LivePool;

mod action;
mod attached;
mod client_secrets;
mod clients;
mod domains;
mod gates;
mod limits;
mod members;
pub mod mfa;
mod narrow;
mod order;
mod policy;
mod preflight;
mod records;
mod references;
mod refusal;
mod replicas;
mod settings;
mod ui;

pub use crate::read::LiveSecret;
pub use action::{Action, Owner, Record, Verb};
pub(crate) use client_secrets::{COUNT as SECRET_COUNT, VALUE as SECRET_VALUE, date, made};
pub use limits::{AccountPlan, LimitChange, plan_limits};
pub use policy::Policy;
pub use refusal::{Refusal, RefusalRule};

/// What all pools of a run need.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// What their account needs, before them; `None` if nothing of it is declared.
    pub account: Option<AccountPlan>,
    /// One plan a pool, by pool key.
    pub pools: Vec<PoolPlan>,
}

/// What one pool needs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PoolPlan {
    /// The pool's key, the first step of its addresses.
    pub key: String,
    /// The pool's id; `None` while it does not exist.
    pub pool_id: Option<String>,
    /// The calls, in order.
    pub steps: Vec<Step>,
    /// Live members of managed collections that no manifest declares; they are left alone.
    pub unmanaged: Vec<Unmanaged>,
    /// Members of answers that this version does not know; they are sent back as they are.
    pub unknown: Vec<Unknown>,
    /// Differences that `policy.ignore` leaves alone.
    pub ignored: Vec<Path>,
    /// Fields newer than the generation last applied, left as they are live.
    pub new_in_this_version: Vec<Path>,
    /// What is refused.
    pub refusals: Vec<Refusal>,
    /// Members that the service answers but refuses to take back (`policy.unknown`).
    pub dropped: Vec<String>,
    /// Written secrets that are live too and are no change.
    pub secrets: Vec<Secret>,
    /// Written values whose live ones could not be fetched, and are no change.
    pub not_compared: Vec<NotCompared>,
    /// Which secrets clients have whose declarations speak of them.
    pub client_secrets: Vec<ClientSecrets>,
    /// What is there of what a sign-in link is made of.
    pub sign_in: SignIn,
}

/// The live secrets of a client, without their values.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientSecrets {
    /// The section that speaks of them.
    pub address: Path,
    /// The secrets, the oldest first.
    pub secrets: Vec<LiveSecret>,
}

/// What sign-in links are made of, as it is live.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SignIn {
    /// The pool's domains.
    pub domains: BTreeSet<String>,
    /// `DescribeUserPoolClient.UserPoolClient` of the declared clients by key, without secrets.
    pub clients: BTreeMap<String, Value>,
}

/// A written secret that is live too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// The field.
    pub address: Path,
    /// How the two compare.
    pub state: SecretState,
}

/// A written value whose live one could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotCompared {
    /// The field.
    pub address: Path,
    /// Why it could not be fetched.
    pub why: String,
}

/// One call, with the changes that it makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The resource that it changes.
    pub address: Path,
    /// The call.
    pub action: Action,
    /// What it changes, with the values that this rests on.
    pub changes: Vec<Change>,
    /// Whether it only prepares a later call; its changes are then no end in themselves.
    pub intermediate: bool,
    /// The resources whose steps must have been done before.
    pub needs: Vec<Path>,
    /// What the call does beyond its changes.
    pub notes: Vec<String>,
    /// What no client may use at that moment, because it goes.
    pub unused: Option<Unused>,
}

/// What clients may not use, because it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// The member of clients that lists it, in the API's name.
    pub list: &'static str,
    /// What goes: scopes, or a provider.
    pub names: Vec<String>,
}

impl Step {
    /// A call that needs nothing before it.
    pub fn new(address: Path, action: Action, changes: Vec<Change>) -> Self {
        let (needs, notes) = (Vec::new(), Vec::new());
        Self { address, action, changes, intermediate: false, needs, notes, unused: None }
    }

    /// Whether two steps are about one resource. Of two clients, one declared and one to go, the address may be the
    /// same.
    pub fn same_resource(&self, other: &Self) -> bool {
        self.resource() == other.resource()
    }

    /// What tells the step's resource from others.
    pub fn resource(&self) -> (&Path, Option<&str>) {
        (&self.address, self.action.client_id())
    }
}

/// A live member of a managed collection that no manifest declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmanaged {
    /// Its address.
    pub address: Path,
    /// The client's id, if it is a client: several may have one name.
    pub id: Option<String>,
    /// What else there is to say, for example that it registered itself.
    pub note: Option<&'static str>,
}

/// A member of an answer that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The resource.
    pub address: Path,
    /// The member.
    pub member: UnknownMember,
}

/// How far `--adopt` goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Adopt {
    /// Not given: the owner tag rides on the first write to `settings`.
    #[default]
    OnFirstWrite,
    /// `--adopt`: the pool is tagged as ours, and members new in this version are managed.
    Now,
    /// `--adopt=takeover`: even if it belongs to somebody else.
    Takeover,
}

/// What the user consented to, and who we are.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// `<project>/<environment>`, the first parts of the owner tag.
    pub owner_prefix: String,
    /// `--allow-reset`: the addresses whose resets are allowed.
    pub allowed_resets: Vec<Pattern>,
    /// `--allow-reset` without an address.
    pub all_resets_allowed: bool,
    /// `--adopt`.
    pub adopt: Adopt,
    /// Whether all files of the environment were given, so that what is not declared is meant to go.
    pub complete: bool,
    /// The Region that the run works in, if it is known.
    pub region: Option<String>,
    /// The one account that the environment lives in, if it names one.
    pub account_id: Option<String>,
    /// `--allow-replace`: the domains that may take another's place.
    pub allowed_replacements: Vec<Pattern>,
    /// `--allow-replace` without an address.
    pub all_replacements_allowed: bool,
    /// `--rotate`: the resources whose secrets are sent again.
    pub rotated: Vec<Pattern>,
    /// `--allow-delete-secret`: the ids of the clients' secrets that may end.
    pub deleted_secrets: BTreeSet<String>,
    /// Declared domains that belong to another pool: its id by the domain's name.
    pub taken_domains: BTreeMap<String, String>,
}

impl Context {
    /// The owner tag's value for a pool.
    pub fn owner(&self, pool_key: &str) -> String {
        format!("{}/{pool_key}", self.owner_prefix)
    }

    /// Whether the domain at an address may take another's place.
    fn replaces(&self, address: &Path) -> bool {
        self.all_replacements_allowed || covers(&self.allowed_replacements, address)
    }

    /// Whether the secrets of the resource at an address are sent again.
    fn rotates(&self, address: &Path) -> bool {
        covers(&self.rotated, address)
    }

    fn ownership(&self, pool_key: &str) -> Map<String, Value> {
        Map::from_iter([
            (OWNER_TAG.to_owned(), Value::String(self.owner(pool_key))),
            (SCHEMA_TAG.to_owned(), Value::String(SCHEMA_GENERATION.to_string())),
        ])
    }
}

/// Whether a consent covers an address, with or without its pool.
fn covers(patterns: &[Pattern], address: &Path) -> bool {
    let within = Path::of(address.keys().unwrap_or_default().into_iter().skip(1));
    patterns.iter().any(|pattern| pattern.covers(address) || pattern.covers(&within))
}

/// Plans one pool.
pub fn plan_pool(manifest: &PoolManifest, live: Option<&LivePool>, context: &Context) -> PoolPlan {
    let mut planner = Planner {
        manifest,
        live,
        context,
        policy: policy::Policy::of(&manifest.value),
        plan: PoolPlan {
            key: manifest.key.clone(),
            pool_id: live.map(|live| live.id.clone()),
            ..PoolPlan::default()
        },
        after: BTreeMap::new(),
        references: Rc::default(),
        narrowings: Vec::new(),
        deleted_clients: Vec::new(),
        clients: BTreeMap::new(),
        settings_after: None,
    };
    planner.account();
    planner.owner();
    planner.settings();
    planner.members();
    planner.references = Rc::new(planner.collect_references());
    planner.clients();
    planner.domains();
    planner.attached();
    planner.records();
    planner.client_secrets();
    planner.replicas();
    planner.removals();
    planner.order_by_references();
    planner.resets();
    planner.plan.dropped.clone_from(&planner.policy.dropped);
    planner.forget_what_is_passed_through();
    planner.plan
}

struct Planner<'a> {
    manifest: &'a PoolManifest,
    live: Option<&'a LivePool>,
    context: &'a Context,
    policy: policy::Policy,
    plan: PoolPlan,
    /// What resources will be, in canonical form, by section and name.
    after: BTreeMap<(&'static str, String), Value>,
    /// What clients may refer to.
    references: Rc<references::References>,
    /// What goes once the clients are done.
    narrowings: Vec<narrow::Narrowing>,
    deleted_clients: Vec<Step>,
    /// The ids of the declared clients that are there or will be, by key; `None` while one does not exist.
    clients: BTreeMap<String, Option<String>>,
    /// What the settings will be, in canonical form, if they are managed.
    settings_after: Option<Value>,
}

impl Planner<'_> {
    /// The address of something in the manifest.
    fn address(&self, path: &Path) -> Path {
        Path::of([self.plan.key.clone()]).join(path)
    }

    fn refuse(
        &mut self,
        rule: RefusalRule,
        path: &Path,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = self.manifest.key_span(path).to_string();
        let address = self.address(path);
        let (message, help) = (message.into(), help.into());
        self.plan.refusals.push(Refusal { rule, address, message, help, place: Some(place) });
    }

    /// Refuses that something goes, at the line of the policy that lets it go.
    fn refuse_removal(&mut self, path: &Path, message: String, help: String) {
        self.refuse(RefusalRule::State, path, message, help);
        let policy = |list: &str| self.manifest.value["policy"][list].as_array().into_iter().flatten();
        let names_it =
            |entry: &Value| entry.as_str().is_some_and(|text| Path::parse(text).as_ref() == Ok(path));
        let is_declared = path.keys().is_some_and(|keys| {
            keys.iter().try_fold(&self.manifest.value, |value, key| value.get(key)).is_some()
        });
        let place = match policy("delete").position(names_it) {
            Some(index) => Path::of(["policy", "delete"]).index(index),
            None if is_declared => return, // only a part of it goes
            None => Path::of(["policy", "prune"]),
        };
        let place = self.manifest.span(&place).to_string();
        if let Some(refusal) = self.plan.refusals.last_mut() {
            refusal.place = Some(place);
        }
    }

    fn step(&mut self, path: &Path, action: Action, changes: Vec<Change>) -> &mut Step {
        let address = self.address(path);
        self.plan.steps.push_mut(Step::new(address, action, changes))
    }

    /// A member that the manifest sets is known to it.
    fn forget_what_is_passed_through(&mut self) {
        let manifest = &self.manifest.value;
        self.plan.unknown.retain(|Unknown { address, member }| {
            let keys = address.keys().unwrap_or_default().into_iter().skip(1);
            let Some(resource) = keys.into_iter().try_fold(manifest, |value, key| value.get(key)) else {
                return true;
            };
            // It may stand in an entry of the resource, whose key then comes first.
            let path = member.path.keys().unwrap_or_default();
            !(0..path.len()).any(|depth| {
                let (within, name) = path.split_at(depth);
                let holder = within.iter().try_fold(resource, |value, key| value.get(*key));
                holder.is_some_and(|holder| holder[PASS_THROUGH].get(name.join(".")).is_some())
            })
        });
    }

    /// The generation of fields that was last applied to the pool.
    fn generation(&self) -> u32 {
        let recorded = self.live.and_then(|live| live.tags().get(SCHEMA_TAG)).and_then(Value::as_str);
        match recorded.and_then(|text| text.parse().ok()) {
            Some(generation) if self.context.adopt == Adopt::OnFirstWrite => generation,
            _ => SCHEMA_GENERATION,
        }
    }
}

/// How many resources are made, changed and deleted, and how many fields are reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Resources that are made.
    pub create: usize,
    /// Resources that are changed in place.
    pub update: usize,
    /// Resources that are deleted.
    pub delete: usize,
    /// Fields that go back to their defaults only because the manifest omits them.
    pub reset: usize,
}

impl Plan {
    /// The plans of all pools of a run. Two manifests that mean one live pool would undo each other, so the second
    /// is refused.
    pub fn of(mut pools: Vec<PoolPlan>) -> Self {
        let mut keys: BTreeMap<String, String> = BTreeMap::new();
        for pool in &mut pools {
            let Some(id) = pool.pool_id.clone() else { continue };
            if let Some(other) = keys.insert(id.clone(), pool.key.clone()) {
                pool.refusals.push(Refusal {
                    rule: RefusalRule::SamePool,
                    address: Path::of([pool.key.clone()]),
                    message: format!("`{other}` means the same live pool, {id}"),
                    help: "give both manifests the same `pool` and `poolId`: they are then one".to_owned(),
                    place: None,
                });
            }
        }
        order::refuse_what_nothing_makes(&mut pools);
        Self { account: None, pools }
    }

    /// The same, with what their account needs.
    #[must_use]
    pub fn with_account(self, account: Option<AccountPlan>) -> Self {
        Self { account, ..self }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps().next().is_none()
    }

    /// Every call, in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let of_account = self.account.iter().flat_map(|account| &account.steps);
        of_account.chain(self.pools.iter().flat_map(|pool| &pool.steps))
    }

    /// Everything that is refused.
    pub fn refusals(&self) -> impl Iterator<Item = &Refusal> {
        let of_account = self.account.iter().flat_map(|account| &account.refusals);
        of_account.chain(self.pools.iter().flat_map(|pool| &pool.refusals))
    }

    /// The limits of the account that are raised, which costs money.
    pub fn raised_limits(&self) -> impl Iterator<Item = LimitChange<'_>> {
        self.account.iter().flat_map(AccountPlan::raised)
    }

    /// What the plan does, in numbers.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        summary.update += self.account.as_ref().map_or(0, |account| account.steps.len());
        for pool in &self.pools {
            let mut seen = BTreeSet::new();
            for (verb, steps) in pool.resources().map(|(_, steps)| (verb(steps), steps)) {
                // A resource that is first widened and then narrowed is one.
                let is_new = seen.insert(steps[0].resource());
                match verb {
                    Verb::Create => summary.create += usize::from(is_new),
                    Verb::Update => summary.update += usize::from(is_new),
                    Verb::Delete => summary.delete += usize::from(is_new),
                }
                let changes = steps.iter().filter(|step| !step.intermediate).flat_map(|step| &step.changes);
                summary.reset += changes.filter(|change| change.kind == ChangeKind::Reset).count();
            }
        }
        summary
    }
}

/// What happens to a resource in the end: one that is changed on its way out goes.
pub fn verb(steps: &[Step]) -> Verb {
    let verbs = || steps.iter().map(|step| step.action.verb());
    if verbs().any(|verb| verb == Verb::Delete) {
        Verb::Delete
    } else {
        verbs().next().unwrap_or(Verb::Update)
    }
}

impl PoolPlan {
    /// The steps by resource, in order.
    pub fn resources(&self) -> impl Iterator<Item = (&Path, &[Step])> {
        self.steps.chunk_by(Step::same_resource).map(|steps| (&steps[0].address, steps))
    }
}
