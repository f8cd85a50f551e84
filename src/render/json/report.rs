//! What an apply did.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::apply::{AccountReport, Mismatch, MismatchKind, Outcome, PoolReport, StepResult};
use crate::render::carried_hint;

#[derive(Serialize)]
pub(super) struct AccountReportV1 {
    results: Vec<ResultV1>,
    mismatches: Vec<MismatchV1>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReportV1<'a> {
    key: &'a str,
    pool_id: Option<&'a str>,
    created_clients: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    added_secrets: BTreeMap<String, &'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    dns_targets: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pending: BTreeMap<String, &'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    sign_in_urls: &'a BTreeMap<String, String>,
    results: Vec<ResultV1>,
    mismatches: Vec<MismatchV1>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultV1 {
    address: String,
    operation: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MismatchV1 {
    address: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl AccountReportV1 {
    pub(super) fn of(account: &AccountReport) -> Self {
        Self {
            results: account.results.iter().map(result).collect(),
            mismatches: account.mismatches.iter().map(mismatch).collect(),
        }
    }
}

impl<'a> ReportV1<'a> {
    pub(super) fn of(report: &'a PoolReport) -> Self {
        Self {
            key: &report.key,
            pool_id: report.pool_id.as_deref(),
            created_clients: &report.created_clients,
            added_secrets: report
                .added_secrets
                .iter()
                .map(|(address, id)| (address.to_string(), id.as_str()))
                .collect(),
            dns_targets: &report.dns_targets,
            pending: report
                .pending
                .iter()
                .map(|(address, status)| (address.to_string(), status.as_str()))
                .collect(),
            sign_in_urls: &report.sign_in,
            results: report.results.iter().map(result).collect(),
            mismatches: report.mismatches.iter().map(mismatch).collect(),
        }
    }
}

fn mismatch(mismatch: &Mismatch) -> MismatchV1 {
    MismatchV1 {
        address: mismatch.address.to_string(),
        kind: match mismatch.kind {
            MismatchKind::Kept => "kept",
            MismatchKind::FilledIn => "filledIn",
            MismatchKind::NotTaken => "notTaken",
            MismatchKind::Lost => "lost",
            MismatchKind::Foreign => "foreign",
            MismatchKind::Unverified => "unverified",
        },
        detail: mismatch.detail.clone(),
    }
}

fn result(result: &StepResult) -> ResultV1 {
    let (outcome, detail) = match &result.outcome {
        Outcome::Done => ("done", None),
        Outcome::Failed { error, carried } => {
            let hint = carried_hint(carried).map_or_else(String::new, |hint| format!("; {hint}"));
            ("failed", Some(format!("{error}{hint}")))
        }
        Outcome::Unresolved(problem) | Outcome::NotReady(problem) => ("failed", Some(problem.clone())),
        Outcome::Stale(paths) => {
            ("stale", Some(paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")))
        }
        Outcome::Skipped(needed) => ("skipped", Some(needed.to_string())),
    };
    ResultV1 {
        address: result.step.address.to_string(),
        operation: result.step.action.operation(),
        outcome,
        detail,
    }
}
