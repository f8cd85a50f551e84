//! The account that credentials belong to. What a variable or a profile says of it is no proof, so STS is asked.

use std::time::Instant;

use aws_config::SdkConfig;
use aws_sdk_sts::Client;
use aws_sdk_sts::config::Builder;
use tracing::Instrument;

use super::document::{Limit, not_sts, sts_failure};
use super::{ended, span};
use crate::cognito::ApiError;

const OPERATION: &str = "GetCallerIdentity";

/// A client of STS where Cognito's is, too.
pub(super) fn client(config: &SdkConfig) -> Client {
    Client::from_conf(Builder::from(config).interceptor(Limit).build())
}

/// The account's id.
pub(super) async fn id(sts: &Client) -> Result<String, ApiError> {
    let (span, started) = (span(OPERATION), Instant::now());
    let result = sts.get_caller_identity().send().instrument(span.clone()).await;
    let result = match result {
        Ok(answer) => answer.account.ok_or_else(|| not_sts(OPERATION)),
        Err(error) => Err(sts_failure(OPERATION, &error)),
    };
    ended(&span, started.elapsed(), &result);
    result
}
