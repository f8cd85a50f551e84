//! Provisioned limits.

use serde_json::Value;

use super::{AccountReport, Mismatch, MismatchKind, Outcome, Progress, Run, Services, Stop, apply_pool};
use crate::body;
use crate::cognito::{ApiError, ErrorCode, WriteOperation};
use crate::path::Path;
use crate::plan::{AccountPlan, PoolPlan, Step};
use crate::read::{limit_of, provisioned_limit};

/// Executes the account's plan.
pub async fn apply_account(
    plan: &AccountPlan,
    services: &Services<'_>,
    progress: Progress<'_>,
) -> AccountReport {
    // Steps are steps, though there is no pool that they are of.
    let plan = PoolPlan { steps: plan.steps.clone(), ..PoolPlan::default() };
    let report = apply_pool(&plan, services, progress).await;
    AccountReport { results: report.results, mismatches: report.mismatches }
}

impl Run<'_> {
    /// Sets a limit, unless it is no longer what the plan rests on. The answer says what it is then, so there is no
    /// last look.
    pub(super) async fn set_limit(&mut self, step: &Step, category: &str) -> Result<Outcome, Stop> {
        let [change] = step.changes.as_slice() else { return Ok(Outcome::Done) };
        let live = provisioned_limit(&self.own, category).await?;
        if change.before != Some(live.provisioned.into()) {
            return Err(Stop::Stale(vec![Path::of([category])]));
        }
        let asked = change.after.as_ref().unwrap_or(&Value::Null);
        let operation = WriteOperation::UpdateProvisionedLimit;
        let answer = self.write(operation, body::set_limit(category, asked)).await.map_err(with_way_out)?;
        let (kind, detail) = match limit_of(operation.name(), &answer) {
            Ok(limit) if *asked == limit.provisioned => return Ok(Outcome::Done),
            Ok(limit) => (MismatchKind::NotTaken, format!("it is {}", limit.provisioned)),
            Err(error) => (MismatchKind::Unverified, error.to_string()),
        };
        self.report.mismatches.push(Mismatch { address: step.address.clone(), kind, detail: Some(detail) });
        Ok(Outcome::Done)
    }
}

/// Says where the maximum stands that a limit is above.
fn with_way_out(mut error: ApiError) -> ApiError {
    if error.code == ErrorCode::ServiceQuotaExceeded {
        error.message = format!("{}; the account's maximum stands in Service Quotas", error.message);
    }
    error
}
