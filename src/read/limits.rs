//! Provisioned limits of the account, each read by itself: nothing lists them.

use serde_json::{Value, json};

use crate::catalog::limit_definition;
use crate::cognito::{ApiError, ErrorCode, ReadCognito, ReadOperation};
use crate::manifest::limits::DeclaredLimit;

/// A limit as it is, in requests a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveLimit {
    /// What Cognito lets through.
    pub provisioned: i64,
    /// What of it is free.
    pub free: i64,
}

/// Each declared limit with what is live of it, or why that is not known. Nothing else of limits is read.
pub async fn provisioned_limits<'a>(
    api: &dyn ReadCognito,
    declared: &[&'a DeclaredLimit],
) -> Vec<(&'a DeclaredLimit, Result<LiveLimit, ApiError>)> {
    let mut limits = Vec::new();
    for limit in declared {
        limits.push((*limit, provisioned_limit(api, &limit.category).await));
    }
    limits
}

/// The limit of an API category.
///
/// # Errors
/// What the service answers instead; that the answer holds no limit.
pub async fn provisioned_limit(api: &dyn ReadCognito, category: &str) -> Result<LiveLimit, ApiError> {
    let operation = ReadOperation::GetProvisionedLimit;
    let answer = api.read(operation, json!({ "LimitDefinition": limit_definition(category) })).await?;
    limit_of(operation.name(), &answer)
}

/// The limit in an answer of an operation.
///
/// # Errors
/// There is none in it.
pub fn limit_of(operation: &'static str, answer: &Value) -> Result<LiveLimit, ApiError> {
    let value = |member: &str| {
        answer["Limit"][member].as_i64().ok_or_else(|| ApiError {
            operation,
            code: ErrorCode::NoAnswer,
            message: format!("the answer has no {member}"),
            request_id: None,
        })
    };
    Ok(LiveLimit { provisioned: value("ProvisionedLimitValue")?, free: value("FreeLimitValue")? })
}
