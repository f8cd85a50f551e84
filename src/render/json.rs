//! Output for programs. Its shape is a promise: `formatVersion` rises when a member goes or changes its meaning.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};

use super::image::{field_of, shown_image};
use crate::apply::Report;
use crate::catalog::Field;
use crate::diagnostic::{Finding, Place};
use crate::diff::ChangeKind;
use crate::plan::{
    AccountPlan, Action, ClientSecrets, NotCompared, Plan, Refusal, Unmanaged, Verb, date, verb,
};
use crate::template;

mod report;

use report::{AccountReportV1, ReportV1};

/// The version of the shapes in this module.
pub const FORMAT_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingsV1<'a> {
    format_version: u32,
    findings: Vec<FindingV1<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingV1<'a> {
    code: &'a str,
    severity: &'a str,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    environments: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FailureV1<'a> {
    format_version: u32,
    error: ErrorV1<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErrorV1<'a> {
    pub(super) message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) help: Option<&'a str>,
}

/// Why a command could not do its work, where that is no finding about a manifest.
pub fn failure(message: &str, help: Option<&str>) -> String {
    text(&FailureV1 { format_version: FORMAT_VERSION, error: ErrorV1 { message, help } })
}

/// The same, about a plan.
pub fn planned_failure(plan: &Plan, message: &str, help: Option<&str>) -> String {
    let mut planned = planned(plan, None);
    planned.error = Some(ErrorV1 { message, help });
    text(&planned)
}

/// What a command says of several environments: for each what it would say of it alone, with its name.
pub fn environments(texts: &[(String, String)]) -> String {
    let named = texts.iter().map(|(environment, text)| {
        let mut value: Value = serde_json::from_str(text).unwrap_or_default();
        if let Value::Object(members) = &mut value {
            members.remove("formatVersion");
            members.insert("environment".to_owned(), environment.as_str().into());
        }
        value
    });
    text(&EnvironmentsV1 { format_version: FORMAT_VERSION, environments: named.collect() })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EnvironmentsV1 {
    format_version: u32,
    environments: Vec<Value>,
}

/// The findings of `validate`.
pub fn findings(findings: &[Finding]) -> String {
    text(&FindingsV1 { format_version: FORMAT_VERSION, findings: findings.iter().map(finding).collect() })
}

fn finding(finding: &Finding) -> FindingV1<'_> {
    let Finding { code, severity, place, path, message, help, silences: _, environments } = finding;
    let (file, place) = match place {
        Place::Input(input) => (input.as_str(), None),
        Place::Text(span) => (span.source.name.as_str(), Some(span.line_column())),
    };
    FindingV1 {
        code: code.as_str(),
        severity: severity.as_str(),
        file,
        line: place.map(|(line, _)| line),
        column: place.map(|(_, column)| column),
        path: path.as_ref().map(ToString::to_string),
        message,
        help: help.as_deref(),
        environments,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlanV1<'a> {
    format_version: u32,
    summary: SummaryV1,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<AccountV1<'a>>,
    pools: Vec<PoolV1<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_report: Option<AccountReportV1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Vec<ReportV1<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorV1<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SummaryV1 {
    create: usize,
    update: usize,
    delete: usize,
    reset: usize,
    refused: usize,
}

/// What is the account's in a Region, and no pool's.
#[derive(Serialize)]
struct AccountV1<'a> {
    region: &'a str,
    resources: Vec<ResourceV1<'a>>,
    refusals: Vec<RefusalV1<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PoolV1<'a> {
    key: &'a str,
    pool_id: Option<&'a str>,
    resources: Vec<ResourceV1<'a>>,
    unmanaged: Vec<UnmanagedV1<'a>>,
    ignored: Vec<String>,
    unknown: Vec<UnknownV1>,
    new_in_this_version: Vec<String>,
    secrets: Vec<SecretV1>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_compared: Vec<NotComparedV1<'a>>,
    client_secrets: Vec<ClientSecretsV1<'a>>,
    refusals: Vec<RefusalV1<'a>>,
}

#[derive(Serialize)]
pub(super) struct NotComparedV1<'a> {
    address: String,
    reason: &'a str,
}

#[derive(Serialize)]
struct SecretV1 {
    address: String,
    state: &'static str,
}

#[derive(Serialize)]
struct ClientSecretsV1<'a> {
    address: String,
    secrets: Vec<LiveSecretV1<'a>>,
}

#[derive(Serialize)]
struct LiveSecretV1<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceV1<'a> {
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    action: &'static str,
    steps: Vec<StepV1<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UnmanagedV1<'a> {
    pub(super) address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StepV1<'a> {
    operation: &'static str,
    intermediate: bool,
    changes: Vec<ChangeV1<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ownership: Option<&'a Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    free_limit: Option<i64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    needs: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangeV1<'a> {
    path: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Cow<'a, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Cow<'a, Value>>,
    /// What `after` refers to and only the apply knows; its placeholders then stand in `after`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    known_after_apply: Vec<String>,
    weakens: bool,
    secret: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preset: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnknownV1 {
    address: String,
    path: String,
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefusalV1<'a> {
    rule: &'static str,
    address: String,
    message: &'a str,
    help: &'a str,
    place: Option<&'a str>,
}

/// A plan; after an apply, with its report.
pub fn plan(plan: &Plan, report: Option<&Report>) -> String {
    text(&planned(plan, report))
}

fn planned<'a>(plan: &'a Plan, report: Option<&'a Report>) -> PlanV1<'a> {
    let summary = plan.summary();
    PlanV1 {
        format_version: FORMAT_VERSION,
        summary: SummaryV1 {
            create: summary.create,
            update: summary.update,
            delete: summary.delete,
            reset: summary.reset,
            refused: plan.refusals().count(),
        },
        account: plan.account.as_ref().map(account),
        pools: plan.pools.iter().map(pool).collect(),
        account_report: report.and_then(|report| report.account.as_ref()).map(AccountReportV1::of),
        report: report.map(|report| report.pools.iter().map(ReportV1::of).collect()),
        error: None,
    }
}

fn account(account: &AccountPlan) -> AccountV1<'_> {
    AccountV1 {
        region: &account.region,
        resources: account
            .steps
            .iter()
            .map(|step| resource(&step.address, std::slice::from_ref(step)))
            .collect(),
        refusals: account.refusals.iter().map(refusal).collect(),
    }
}

fn pool(pool: &crate::plan::PoolPlan) -> PoolV1<'_> {
    let texts = |paths: &[crate::path::Path]| paths.iter().map(ToString::to_string).collect();
    PoolV1 {
        key: &pool.key,
        pool_id: pool.pool_id.as_deref(),
        resources: pool.resources().map(|(address, steps)| resource(address, steps)).collect(),
        unmanaged: pool.unmanaged.iter().map(unmanaged).collect(),
        ignored: texts(&pool.ignored),
        unknown: pool
            .unknown
            .iter()
            .map(|unknown| UnknownV1 {
                address: unknown.address.to_string(),
                path: unknown.member.path.to_string(),
                r#type: unknown.member.r#type,
            })
            .collect(),
        new_in_this_version: texts(&pool.new_in_this_version),
        secrets: pool
            .secrets
            .iter()
            .map(|secret| SecretV1 { address: secret.address.to_string(), state: secret.state.as_str() })
            .collect(),
        not_compared: not_compared(pool),
        client_secrets: pool.client_secrets.iter().map(client_secrets).collect(),
        refusals: pool.refusals.iter().map(refusal).collect(),
    }
}

/// What could not be fetched, and why.
pub(super) fn not_compared(pool: &crate::plan::PoolPlan) -> Vec<NotComparedV1<'_>> {
    let all = pool.not_compared.iter();
    all.map(|NotCompared { address, why }| NotComparedV1 { address: address.to_string(), reason: why })
        .collect()
}

fn client_secrets(client: &ClientSecrets) -> ClientSecretsV1<'_> {
    let secrets = client.secrets.iter().map(|secret| LiveSecretV1 { id: &secret.id, created: date(secret) });
    ClientSecretsV1 { address: client.address.to_string(), secrets: secrets.collect() }
}

pub(super) fn unmanaged(unmanaged: &Unmanaged) -> UnmanagedV1<'_> {
    let Unmanaged { address, id, note } = unmanaged;
    UnmanagedV1 { address: address.to_string(), client_id: id.as_deref(), note: *note }
}

fn resource<'a>(address: &crate::path::Path, steps: &'a [crate::plan::Step]) -> ResourceV1<'a> {
    let action = match verb(steps) {
        Verb::Create => "create",
        Verb::Update => "update",
        Verb::Delete => "delete",
    };
    let client_id = steps[0].action.client_id();
    let steps = steps.iter().map(|step| StepV1 {
        operation: step.action.operation(),
        intermediate: step.intermediate,
        changes: changes(step),
        ownership: match &step.action {
            Action::CreatePool { ownership, .. } | Action::Tag { ownership } => Some(ownership),
            _ => None,
        },
        free_limit: step.limit().map(|limit| limit.free),
        notes: &step.notes,
        needs: step.needs.iter().map(ToString::to_string).collect(),
    });
    ResourceV1 { address: address.to_string(), client_id, action, steps: steps.collect() }
}

/// The changes of a step.
pub(super) fn changes(step: &crate::plan::Step) -> Vec<ChangeV1<'_>> {
    step.changes.iter().map(|change| self::change(change, field_of(step, change))).collect()
}

fn change<'a>(change: &'a crate::diff::Change, field: Option<&Field>) -> ChangeV1<'a> {
    let kind = match change.kind {
        ChangeKind::Add => "add",
        ChangeKind::Modify => "modify",
        ChangeKind::Remove => "remove",
        ChangeKind::Reset => "reset",
    };
    ChangeV1 {
        path: change.path.to_string(),
        kind,
        before: change.before.as_ref().filter(|_| !change.secret).map(|value| shown_image(field, value)),
        after: change.after.as_ref().filter(|_| !change.secret).map(|value| {
            match shown_image(field, value) {
                Cow::Borrowed(value) => template::written_value(value),
                shown @ Cow::Owned(_) => shown,
            }
        }),
        known_after_apply: change
            .after
            .as_ref()
            .map(|after| template::references(after).iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
        weakens: change.weakens,
        secret: change.secret,
        secret_state: super::human::secret_state(change),
        preset: change.preset,
    }
}

fn refusal(refusal: &Refusal) -> RefusalV1<'_> {
    RefusalV1 {
        rule: refusal.rule.as_str(),
        address: refusal.address.to_string(),
        message: &refusal.message,
        help: &refusal.help,
        place: refusal.place.as_deref(),
    }
}

pub(super) fn text<T: Serialize>(value: &T) -> String {
    // These shapes hold nothing that JSON cannot; an error here would be a fault of this module.
    serde_json::to_string_pretty(value)
        .map_or_else(|error| format!("{{\"error\":\"{error}\"}}\n"), |text| text + "\n")
}
