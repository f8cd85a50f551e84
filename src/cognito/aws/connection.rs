use std::path::PathBuf;
use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::timeout::TimeoutConfig;

use super::pace::{Holder, Pace};
use super::{AwsCognito, TrustError, account, trust};

/// Where to connect to; what is not said comes from the environment and the profile, as with every AWS tool.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    /// The AWS Region.
    pub region: Option<String>,
    /// The profile of the AWS configuration files.
    pub profile: Option<String>,
    /// A server in the place of AWS's own.
    pub endpoint_url: Option<String>,
    /// Certificates to trust, in place of the system's.
    pub ca_bundle: Option<PathBuf>,
    /// A role to work with, in place of the credentials themselves.
    pub assume_role: Option<AssumeRole>,
    /// The account's id, where it is known: connections to one account and Region share its quotas.
    pub account_id: Option<String>,
}

/// A role that the credentials may assume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssumeRole {
    /// The role's ARN.
    pub role_arn: String,
    /// What the role's trust policy may ask for, `sts:ExternalId`.
    pub external_id: Option<String>,
    /// The session's name in the account's logs; `cognitops` if it is not said.
    pub session_name: Option<String>,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nothing names a Region.
    #[error("no AWS Region is known")]
    NoRegion,
    /// The CA bundle cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

impl Connection {
    /// Prepares a client. Nothing is sent, except where credentials or a profile need it.
    ///
    /// # Errors
    /// No Region, or a CA bundle that cannot be used.
    pub async fn connect(self) -> Result<AwsCognito, ConnectError> {
        let account = self.account();
        let endpoint = self.endpoint_url.clone();
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(Duration::from_secs(30))
            .operation_timeout(Duration::from_mins(2))
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(4));
        if let Ok(name) = AppName::new("cognitops") {
            loader = loader.app_name(name);
        }
        if let Some(region) = self.region {
            loader = loader.region(Region::new(region));
        }
        if let Some(profile) = &self.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(endpoint) = self.endpoint_url {
            loader = loader.endpoint_url(endpoint);
        }
        if let Some(bundle) = &self.ca_bundle {
            loader = loader.http_client(trust::client(bundle)?);
        }
        let mut config = loader.load().await;
        if let Some(profile) = self.profile {
            config = of_profile(profile, config);
        }
        let Some(region) = config.region().cloned() else { return Err(ConnectError::NoRegion) };
        if let Some(role) = self.assume_role {
            config = role.over(config).await;
        }
        let holder = Holder { region: region.to_string(), endpoint, account };
        Ok(AwsCognito {
            client: aws_sdk_cognitoidentityprovider::Client::new(&config),
            sts: account::client(&config),
            region,
            ca_bundle: self.ca_bundle,
            pace: Pace::of(holder),
        })
    }

    /// The account that the connection leads to, or the profile in its place, as far as they are named.
    fn account(&self) -> Option<String> {
        let of_role = self.assume_role.as_ref().and_then(|role| role.role_arn.split(':').nth(4));
        self.account_id.as_deref().or(of_role).or(self.profile.as_deref()).map(str::to_owned)
    }
}

/// The configuration with a profile's credentials and no others, as the AWS CLI reads `--profile`: the SDK would prefer
/// access keys of the environment.
fn of_profile(profile: String, config: SdkConfig) -> SdkConfig {
    let mut of_provider = ProviderConfig::default().with_region(config.region().cloned());
    if let Some(http) = config.http_client() {
        of_provider = of_provider.with_http_client(http);
    }
    let provider = ProfileFileCredentialsProvider::builder().configure(&of_provider).profile_name(&profile);
    let provider = OfProfile { profile, provider: provider.build() };
    config.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build()
}

/// The credentials of a profile, or an error that names it.
#[derive(Debug)]
struct OfProfile {
    profile: String,
    provider: ProfileFileCredentialsProvider,
}

impl ProvideCredentials for OfProfile {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            self.provider.provide_credentials().await.map_err(|error| match error {
                CredentialsError::CredentialsNotLoaded(_) => CredentialsError::not_loaded(format!(
                    "no credentials: there is no profile `{}`, or it holds none",
                    self.profile
                )),
                error => error,
            })
        })
    }
}

impl AssumeRole {
    /// The configuration with the role's credentials; its own become those that assume the role, when first needed.
    async fn over(self, config: SdkConfig) -> SdkConfig {
        let Self { role_arn, external_id, session_name } = self;
        let mut provider = AssumeRoleProvider::builder(role_arn)
            .session_name(session_name.as_deref().unwrap_or("cognitops"))
            .configure(&config);
        if let Some(external_id) = external_id {
            provider = provider.external_id(external_id);
        }
        let provider = SharedCredentialsProvider::new(provider.build().await);
        config.into_builder().credentials_provider(provider).build()
    }
}
