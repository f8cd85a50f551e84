//! Drift: what is live and not as the manifests say, without the intent to change it.

use std::fmt::Write as _;

use serde::Serialize;

use super::human::{account_heading, change_lines, limit_change, unmanaged_name};
use super::json::{self, ChangeV1, NotComparedV1, UnmanagedV1};
use super::style;
use crate::plan::{AccountPlan, NotCompared, Plan, PoolPlan, Refusal, RefusalRule, Step, Verb, verb};

/// How the resources of a plan differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drift {
    /// Resources that are there and differ.
    pub changed: usize,
    /// Resources that a manifest declares and that are not there.
    pub missing: usize,
    /// Members of managed collections that no manifest declares.
    pub unmanaged: usize,
}

impl Drift {
    /// Counts a plan's differences.
    pub fn of(plan: &Plan) -> Self {
        let mut drift = Self::default();
        drift.changed += plan.account.as_ref().map_or(0, |limits| limits.steps.len() + limits.refusals.len());
        for pool in &plan.pools {
            for (_, steps) in pool.resources() {
                match verb(steps) {
                    Verb::Create => drift.missing += 1,
                    Verb::Update => drift.changed += 1,
                    Verb::Delete => drift.unmanaged += 1,
                }
            }
            drift.changed += fixed_only(pool).count();
            drift.unmanaged += pool.unmanaged.len();
        }
        drift
    }

    /// Whether anything differs that a manifest declares. What nobody declares is no drift.
    pub fn is_drift(self) -> bool {
        self.changed + self.missing > 0
    }
}

/// Differences that no update can mend, on resources that nothing else is planned for.
fn fixed_only(pool: &PoolPlan) -> impl Iterator<Item = &Refusal> {
    let planned = |refusal: &Refusal| {
        pool.steps.iter().any(|step| refusal.address.segments().starts_with(step.address.segments()))
    };
    pool.refusals.iter().filter(move |refusal| refusal.rule == RefusalRule::Immutable && !planned(refusal))
}

/// Drift for people: the live value stands before the arrow, the manifest's behind it.
pub fn human(plan: &Plan) -> String {
    let mut text = String::new();
    if let Some(account) = &plan.account {
        of_account(&mut text, account);
    }
    for pool in &plan.pools {
        for (address, steps) in pool.resources() {
            let (word, colour) = word(steps);
            let _ = writeln!(text, "{colour}{word:<9}{colour:#} {address}");
            if verb(steps) == Verb::Update {
                steps.iter().filter(|step| !step.intermediate).for_each(|step| change_lines(&mut text, step));
            }
        }
        for refusal in pool.refusals.iter().filter(|refusal| refusal.rule == RefusalRule::Immutable) {
            let colour = style::MODIFY;
            let _ = writeln!(text, "{colour}changed  {colour:#} {}: {}", refusal.address, refusal.message);
        }
        for unmanaged in &pool.unmanaged {
            let dim = style::DIM;
            let _ = writeln!(text, "{dim}unmanaged {}{dim:#}", unmanaged_name(unmanaged));
        }
        for NotCompared { address, why } in &pool.not_compared {
            let dim = style::DIM;
            let _ = writeln!(
                text,
                "{dim}unknown   {address}: not compared, the live value could not be fetched: {why}{dim:#}"
            );
        }
    }
    let Drift { changed, missing, unmanaged } = Drift::of(plan);
    if !text.is_empty() && !text.ends_with("\n\n") {
        text.push('\n');
    }
    if changed + missing == 0 {
        text.push_str("No drift");
        let _ = if unmanaged > 0 { writeln!(text, ": {unmanaged} unmanaged.") } else { writeln!(text, ".") };
    } else {
        let _ = writeln!(text, "Drift: {changed} changed, {missing} missing, {unmanaged} unmanaged.");
    }
    text
}

/// The limits of the account that differ, also where nothing can be done about it.
fn of_account(text: &mut String, account: &AccountPlan) {
    if account.steps.is_empty() && account.refusals.is_empty() {
        return;
    }
    account_heading(text, account);
    let colour = style::MODIFY;
    for step in &account.steps {
        let _ = writeln!(text, "{colour}changed  {colour:#} {}  {}", step.address, limit_change(step));
    }
    for refusal in &account.refusals {
        let _ = writeln!(text, "{colour}changed  {colour:#} {}: {}", refusal.address, refusal.message);
    }
    text.push('\n');
}

fn word(steps: &[Step]) -> (&'static str, anstyle::Style) {
    match verb(steps) {
        Verb::Create => ("missing", style::ADD),
        Verb::Update => ("changed", style::MODIFY),
        Verb::Delete => ("unmanaged", style::DIM),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DriftV1<'a> {
    format_version: u32,
    summary: SummaryV1,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<AccountV1<'a>>,
    pools: Vec<PoolV1<'a>>,
}

#[derive(Serialize)]
struct AccountV1<'a> {
    region: &'a str,
    changed: Vec<ChangedV1<'a>>,
}

#[derive(Serialize)]
struct SummaryV1 {
    changed: usize,
    missing: usize,
    unmanaged: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PoolV1<'a> {
    key: &'a str,
    pool_id: Option<&'a str>,
    changed: Vec<ChangedV1<'a>>,
    missing: Vec<String>,
    unmanaged: Vec<UnmanagedV1<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_compared: Vec<NotComparedV1<'a>>,
}

#[derive(Serialize)]
struct ChangedV1<'a> {
    address: String,
    changes: Vec<ChangeV1<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// Drift for programs.
pub fn json(plan: &Plan) -> String {
    let Drift { changed, missing, unmanaged } = Drift::of(plan);
    json::text(&DriftV1 {
        format_version: json::FORMAT_VERSION,
        summary: SummaryV1 { changed, missing, unmanaged },
        account: plan.account.as_ref().map(account),
        pools: plan.pools.iter().map(pool).collect(),
    })
}

fn account(account: &AccountPlan) -> AccountV1<'_> {
    let differing = account.steps.iter().map(|step| ChangedV1 {
        address: step.address.to_string(),
        changes: json::changes(step),
        message: None,
    });
    AccountV1 {
        region: &account.region,
        changed: differing.chain(account.refusals.iter().map(refused)).collect(),
    }
}

/// A difference that no update can mend.
fn refused(refusal: &Refusal) -> ChangedV1<'_> {
    ChangedV1 { address: refusal.address.to_string(), changes: Vec::new(), message: Some(&refusal.message) }
}

fn pool(pool: &PoolPlan) -> PoolV1<'_> {
    let of = |wanted: Verb| pool.resources().filter(move |(_, steps)| verb(steps) == wanted);
    let mut changed: Vec<ChangedV1<'_>> = of(Verb::Update)
        .map(|(address, steps)| ChangedV1 {
            address: address.to_string(),
            changes: steps.iter().filter(|s| !s.intermediate).flat_map(json::changes).collect(),
            message: None,
        })
        .collect();
    let fixed = pool.refusals.iter().filter(|refusal| refusal.rule == RefusalRule::Immutable);
    changed.extend(fixed.map(refused));
    let pruned = of(Verb::Delete).map(|(address, steps)| UnmanagedV1 {
        address: address.to_string(),
        client_id: steps[0].action.client_id(),
        note: None,
    });
    PoolV1 {
        key: &pool.key,
        pool_id: pool.pool_id.as_deref(),
        changed,
        missing: of(Verb::Create).map(|(address, _)| address.to_string()).collect(),
        unmanaged: pruned.chain(pool.unmanaged.iter().map(json::unmanaged)).collect(),
        not_compared: json::not_compared(pool),
    }
}
