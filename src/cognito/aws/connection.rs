use std::path::PathBuf;
use std::time::Duration;

use aws_config::{AppName, BehaviorVersion, Region};
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::timeout::TimeoutConfig;

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
        if let Some(profile) = self.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(endpoint) = self.endpoint_url {
            loader = loader.endpoint_url(endpoint);
        }
        if let Some(bundle) = self.ca_bundle {
            loader = loader.http_client(trust::client(&bundle)?);
        }
        let config = loader.load().await;
        let Some(region) = config.region().cloned() else { return Err(ConnectError::NoRegion) };
        Ok(AwsCognito {
            client: aws_sdk_cognitoidentityprovider::Client::new(&config),
            sts: account::client(&config),
            region,
        })
    }
}
