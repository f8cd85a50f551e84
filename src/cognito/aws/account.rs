//! The account that credentials belong to: some say it themselves, STS knows it of all.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use aws_config::SdkConfig;
use aws_sdk_sts::Client;
use aws_sdk_sts::config::{
    Builder, ConfigBag, Credentials, IdentityCache, ResolveCachedIdentity, RuntimeComponents,
    SharedIdentityCache,
};
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::identity::{IdentityFuture, SharedIdentityResolver};
use tracing::Instrument;

use super::document::{Limit, failure, no_answer};
use super::{ended, span};
use crate::cognito::ApiError;

const OPERATION: &str = "GetCallerIdentity";

/// A client of STS where Cognito's is, too.
pub(super) fn client(config: &SdkConfig) -> Client {
    Client::from_conf(Builder::from(config).interceptor(Limit).build())
}

/// The account's id.
pub(super) async fn id(sts: &Client) -> Result<String, ApiError> {
    let said = Arc::default();
    let cache = sts.config().identity_cache().unwrap_or_else(|| IdentityCache::lazy().build());
    let listener = Listener { cache, said: Arc::clone(&said) };
    let call = sts.get_caller_identity().customize();
    let call = call.config_override(Builder::default().identity_cache(listener));
    let (span, started) = (span(OPERATION), Instant::now());
    let result = call.send().instrument(span.clone()).await;
    if let Some(account) = said.get() {
        return Ok(account.clone());
    }
    let not_sts =
        || no_answer(OPERATION, "the server does not answer as STS does; is STS at the same endpoint?");
    let result = match result {
        Ok(answer) => answer.account.ok_or_else(not_sts),
        Err(SdkError::ServiceError(error)) if error.err().code().is_none() => Err(not_sts()),
        Err(error) => Err(failure(OPERATION, &error)),
    };
    ended(&span, started.elapsed(), &result);
    result
}

/// The SDK's cache of credentials, which ends the call when the credentials say their account: a role is not assumed
/// a second time, nor a process asked twice, only to look.
#[derive(Debug)]
struct Listener {
    cache: SharedIdentityCache,
    said: Arc<OnceLock<String>>,
}

impl ResolveCachedIdentity for Listener {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        components: &'a RuntimeComponents,
        config: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        IdentityFuture::new(async move {
            let identity = self.cache.resolve_cached_identity(resolver, components, config).await?;
            match identity.data::<Credentials>().and_then(Credentials::account_id) {
                Some(account) => {
                    self.said.get_or_init(|| account.as_str().to_owned());
                    Err("the credentials say it".into())
                }
                None => Ok(identity),
            }
        })
    }
}
