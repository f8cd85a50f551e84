//! What an apply did.

use std::fmt::Write as _;

use crate::apply::{Mismatch, MismatchKind, Outcome, PoolReport, Report, StepResult};
use crate::path::Path;
use crate::plan::{Action, Step};
use crate::render::{carried_hint, count, style};

/// What an apply did, step by step.
///
/// `refused` is how many things the plan refused, which are not done either.
pub fn report(report: &Report, refused: usize) -> String {
    let mut text = String::new();
    if let Some(account) = &report.account {
        account.results.iter().for_each(|result| self::result(&mut text, None, result));
        account.mismatches.iter().for_each(|mismatch| self::mismatch(&mut text, mismatch));
    }
    for pool in &report.pools {
        pool.results.iter().for_each(|result| self::result(&mut text, Some(pool), result));
        pool.mismatches.iter().for_each(|mismatch| self::mismatch(&mut text, mismatch));
        for (address, status) in &pool.pending {
            let colour = style::MODIFY;
            let _ =
                writeln!(text, "{colour}pending{colour:#}  {address}  Cognito still works on it: {status}");
        }
    }
    sign_in(&mut text, &report.pools);
    let done = report.results().filter(|result| result.outcome == Outcome::Done).count();
    let other = report.results().count() - done;
    let mismatches = report.mismatches().count();
    let left = "Plan again to see what is left.";
    let _ = match (done, other + refused, mismatches) {
        (_, 0, 0) => writeln!(text, "\nApplied: {}.", count(done, "call")),
        (0, other, _) => writeln!(text, "\nNothing was applied: {other} not done. {left}"),
        (_, other, _) => writeln!(
            text,
            "\nApplied in part: {} done, {other} not done, {}. {left}",
            count(done, "call"),
            count(mismatches, "difference")
        ),
    };
    text
}

/// Where users sign in now.
fn sign_in(text: &mut String, reports: &[PoolReport]) {
    let links: Vec<(String, &String)> = reports
        .iter()
        .flat_map(|report| {
            let address = |key: &str| Path::of([report.key.as_str(), "clients", key]).to_string();
            report.sign_in.iter().map(move |(key, url)| (address(key), url))
        })
        .collect();
    let width = links.iter().map(|(address, _)| address.len()).max().unwrap_or_default();
    if !links.is_empty() {
        text.push_str("\nSign in at\n");
    }
    for (address, url) in links {
        let _ = writeln!(text, "  {address:<width$}  {url}");
    }
}

/// What became of one step, on a line of its own.
fn result(text: &mut String, report: Option<&PoolReport>, result: &StepResult) {
    let operation = result.step.action.operation();
    let address = &result.step.address;
    match &result.outcome {
        Outcome::Done => {
            let id = report.map(|report| new_id(report, &result.step)).unwrap_or_default();
            let colour = style::ADD;
            let _ = writeln!(text, "{colour}done{colour:#}     {address}  {operation}{id}");
        }
        Outcome::Failed { error, carried } => {
            problem(text, "failed", address, &error.to_string());
            if let Some(hint) = carried_hint(carried) {
                let help = style::HELP;
                let _ = writeln!(text, "  {help}help:{help:#} {hint}");
            }
        }
        Outcome::Unresolved(what) | Outcome::NotReady(what) => {
            problem(text, "failed", address, &format!("{operation}: {what}"));
        }
        Outcome::Stale(paths) => {
            let paths = paths.iter().map(Path::to_string).collect::<Vec<_>>().join(", ");
            let what = format!("{operation}: changed since the plan, so nothing was written: {paths}");
            problem(text, "stale", address, &what);
        }
        Outcome::Skipped(needed) => {
            problem(text, "skipped", address, &format!("{operation}: `{needed}` failed before it"));
        }
    }
}

fn new_id(report: &PoolReport, step: &Step) -> String {
    let id = match &step.action {
        Action::CreatePool { .. } => report.pool_id.as_ref(),
        Action::CreateClient { .. } => {
            step.address.last_key().and_then(|key| report.created_clients.get(key))
        }
        Action::AddSecret { .. } => report.added_secrets.get(&step.address),
        Action::CreateMember { name, .. } => report.dns_targets.get(name),
        _ => None,
    };
    id.map_or_else(String::new, |id| format!("  {id}"))
}

fn problem(text: &mut String, word: &str, address: &Path, what: &str) {
    let colour = style::ERROR;
    let _ = writeln!(text, "{colour}{word:<8}{colour:#} {address}  {what}");
}

fn mismatch(text: &mut String, mismatch: &Mismatch) {
    let (word, what) = match mismatch.kind {
        MismatchKind::Kept => ("kept", "kept by Cognito: the reset did not take"),
        MismatchKind::FilledIn => {
            ("filled", "the pool had none, and the update made Cognito fill in its default")
        }
        MismatchKind::NotTaken => ("differs", "the written value did not take"),
        MismatchKind::Lost => ("lost", "a member that this version does not know was sent back and is gone"),
        MismatchKind::Foreign => ("foreign", "somebody else changed it meanwhile"),
        MismatchKind::Unverified => ("unread", "it could not be read again"),
    };
    let detail = mismatch.detail.as_ref().map_or_else(String::new, |detail| format!(": {detail}"));
    problem(text, word, &mismatch.address, &format!("{what}{detail}"));
}
