//! The account's provisioned limits, which are no pool's.

use serde_json::Value;

use super::{Action, Refusal, RefusalRule, Step};
use crate::catalog::{LIMIT, Reset};
use crate::diff::{Change, ChangeKind};
use crate::manifest::limits::DeclaredLimit;
use crate::path::Path;
use crate::read::LiveLimit;

/// What the account needs in a Region, for all of its pools.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccountPlan {
    /// The Region.
    pub region: String,
    /// How many limits are declared.
    pub declared: usize,
    /// The calls, one a limit.
    pub steps: Vec<Step>,
    /// What is refused.
    pub refusals: Vec<Refusal>,
}

/// A limit that changes, in requests a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitChange<'a> {
    /// The API category.
    pub category: &'a str,
    /// What it is.
    pub before: i64,
    /// What it will be.
    pub after: i64,
    /// What of it is free.
    pub free: i64,
}

impl LimitChange<'_> {
    /// Whether it costs more than before: what is free costs nothing.
    pub fn costs(&self) -> bool {
        self.after > self.before.max(self.free)
    }
}

impl Step {
    /// The limit that the step sets, if it sets one.
    pub fn limit(&self) -> Option<LimitChange<'_>> {
        let (Action::SetLimit { category, free }, [change]) = (&self.action, self.changes.as_slice()) else {
            return None;
        };
        let value = |value: &Option<Value>| value.as_ref()?.as_i64();
        let (before, after) = (value(&change.before)?, value(&change.after)?);
        Some(LimitChange { category, before, after, free: *free })
    }
}

impl AccountPlan {
    /// The limits that are raised, which costs money.
    pub fn raised(&self) -> impl Iterator<Item = LimitChange<'_>> {
        self.steps.iter().filter_map(Step::limit).filter(LimitChange::costs)
    }
}

/// Plans the declared limits, each with what is live of it.
pub fn plan_limits<'a>(
    limits: impl IntoIterator<Item = (&'a DeclaredLimit, LiveLimit)>,
    region: &str,
) -> AccountPlan {
    let mut plan = AccountPlan { region: region.to_owned(), ..AccountPlan::default() };
    for (declared, live) in limits {
        plan.declared += 1;
        let address = Path::of([LIMIT.section, &declared.category]);
        if declared.value < live.free {
            plan.refusals.push(below_what_is_free(address, declared, live));
        } else if declared.value != live.provisioned {
            plan.steps.push(step(address, declared, live));
        }
    }
    plan
}

fn step(address: Path, declared: &DeclaredLimit, live: LiveLimit) -> Step {
    let change = Change {
        path: Path::root(), // the value is all that there is
        kind: ChangeKind::Modify,
        before: Some(live.provisioned.into()),
        after: Some(declared.value.into()),
        reset: Reset::Omit,
        weakens: false,
        secret: false,
        preset: None,
    };
    let action = Action::SetLimit { category: declared.category.clone(), free: live.free };
    let mut step = Step::new(address, action, vec![change]);
    let notes = step.limit().map(|limit| {
        let costs = "what lies above the free limit costs money".to_owned();
        let throttles =
            format!("Cognito then throttles this category above {}, for the users of all pools", limit.after);
        let lowered = (limit.after < limit.before).then_some(throttles);
        limit.costs().then_some(costs).into_iter().chain(lowered).collect()
    });
    step.notes = notes.unwrap_or_default();
    step
}

fn below_what_is_free(address: Path, declared: &DeclaredLimit, live: LiveLimit) -> Refusal {
    let DeclaredLimit { category, value, place } = declared;
    let free = live.free;
    Refusal {
        rule: RefusalRule::State,
        address,
        message: format!(
            "{value} is below the free limit, {free} requests a second, and Cognito sets no limit below it"
        ),
        help: format!("write `{category}: {free}`, or leave it out: it then stays at {}", live.provisioned),
        place: Some(place.to_string()),
    }
}
