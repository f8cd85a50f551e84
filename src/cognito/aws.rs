//! Amazon Cognito itself, and servers that speak its protocol, through the AWS SDK for Rust.
//!
//! The SDK does credentials, endpoints, signatures, retries, timeouts and error codes. Its typed shapes drop members
//! that they do not know and send absent numbers as 0, so requests and answers pass it by as JSON documents.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::{Builder, Region};
use serde_json::Value;
use tracing::{Instrument, Span};

use super::{
    ApiError, ApiFuture, ErrorCode, FetchFuture, ReadCognito, ReadOperation, WriteCognito, WriteOperation,
};

mod account;
mod connection;
mod document;
mod fetch;
mod pace;
mod trust;

pub use connection::{AssumeRole, ConnectError, Connection};
use document::Document;
pub use fetch::{FetchError, fetch};
use pace::Pace;
pub use trust::TrustError;

/// How often a creation is tried again that the service throttled.
const CREATE_ATTEMPTS: u32 = 5;

/// A connection to one account and Region.
#[derive(Debug, Clone)]
pub struct AwsCognito {
    client: Client,
    /// For the account's id, which Cognito does not answer.
    sts: aws_sdk_sts::Client,
    region: Region,
    /// Certificates to trust, in place of the system's.
    ca_bundle: Option<PathBuf>,
    pace: Arc<Pace>,
}

/// Calls the SDK's operation of a name; its typed input stays empty, the document goes in its place.
macro_rules! call {
    ($client:expr, $operation:expr, $document:expr, $config:expr; $($name:ident => $method:ident),+ $(,)?) => {
        match $operation {
            $(stringify!($name) => {
                let mut call = $client.$method().customize().interceptor($document.clone());
                if let Some(config) = $config {
                    call = call.config_override(config);
                }
                document::finish($operation, $document, call.send().await)
            })+
            other => unreachable!("the operation {other} stands in no table"),
        }
    };
}

/// The span of a call; [`ended`] says in it how the call ended.
fn span(operation: &'static str) -> Span {
    tracing::info_span!("call", operation, request_id = tracing::field::Empty)
}

/// Logs how a call ended.
fn ended<T>(span: &Span, elapsed: Duration, result: &Result<T, ApiError>) {
    let _entered = span.enter();
    match result {
        Ok(_) => tracing::info!(milliseconds = elapsed.as_millis(), "done"),
        Err(error) => {
            span.record("request_id", error.request_id.as_deref());
            tracing::warn!(milliseconds = elapsed.as_millis(), code = error.code.as_str(), "refused");
        }
    }
}

impl AwsCognito {
    /// The Region in use, whoever named it.
    pub fn region(&self) -> &str {
        self.region.as_ref()
    }

    /// The id of the account that the credentials belong to, as STS says.
    ///
    /// # Errors
    /// There are no credentials, or STS refused them or did not answer.
    pub async fn account_id(&self) -> Result<String, ApiError> {
        account::id(&self.sts).await
    }

    /// One call. `config` changes the client's own configuration for it.
    async fn call(
        &self,
        operation: &'static str,
        input: &Value,
        config: Option<Builder>,
    ) -> Result<Value, ApiError> {
        self.pace.turn(operation, input).await;
        let document = Document::new(operation, input);
        let span = span(operation);
        let result = self.send(operation, &document, config).instrument(span.clone()).await;
        ended(&span, document.elapsed(), &result);
        result
    }

    async fn send(
        &self,
        operation: &'static str,
        document: &Document,
        config: Option<Builder>,
    ) -> Result<Value, ApiError> {
        call!(self.client, operation, document, config;
            AddCustomAttributes => add_custom_attributes,
            AddUserPoolClientSecret => add_user_pool_client_secret,
            CreateGroup => create_group,
            CreateIdentityProvider => create_identity_provider,
            CreateManagedLoginBranding => create_managed_login_branding,
            CreateResourceServer => create_resource_server,
            CreateTerms => create_terms,
            CreateUserPool => create_user_pool,
            CreateUserPoolClient => create_user_pool_client,
            CreateUserPoolDomain => create_user_pool_domain,
            CreateUserPoolReplica => create_user_pool_replica,
            DeleteGroup => delete_group,
            DeleteIdentityProvider => delete_identity_provider,
            DeleteManagedLoginBranding => delete_managed_login_branding,
            DeleteResourceServer => delete_resource_server,
            DeleteTerms => delete_terms,
            DeleteUserPool => delete_user_pool,
            DeleteUserPoolClient => delete_user_pool_client,
            DeleteUserPoolClientSecret => delete_user_pool_client_secret,
            DeleteUserPoolDomain => delete_user_pool_domain,
            DeleteUserPoolReplica => delete_user_pool_replica,
            DescribeIdentityProvider => describe_identity_provider,
            DescribeManagedLoginBranding => describe_managed_login_branding,
            DescribeManagedLoginBrandingByClient => describe_managed_login_branding_by_client,
            DescribeResourceServer => describe_resource_server,
            DescribeRiskConfiguration => describe_risk_configuration,
            DescribeTerms => describe_terms,
            DescribeTermsByClient => describe_terms_by_client,
            DescribeUserPool => describe_user_pool,
            DescribeUserPoolClient => describe_user_pool_client,
            DescribeUserPoolDomain => describe_user_pool_domain,
            GetGroup => get_group,
            GetLogDeliveryConfiguration => get_log_delivery_configuration,
            GetProvisionedLimit => get_provisioned_limit,
            GetUICustomization => get_ui_customization,
            GetUserPoolMfaConfig => get_user_pool_mfa_config,
            ListGroups => list_groups,
            ListIdentityProviders => list_identity_providers,
            ListResourceServers => list_resource_servers,
            ListTerms => list_terms,
            ListUserPoolClientSecrets => list_user_pool_client_secrets,
            ListUserPoolClients => list_user_pool_clients,
            ListUserPoolReplicas => list_user_pool_replicas,
            ListUserPools => list_user_pools,
            SetLogDeliveryConfiguration => set_log_delivery_configuration,
            SetRiskConfiguration => set_risk_configuration,
            SetUICustomization => set_ui_customization,
            SetUserPoolMfaConfig => set_user_pool_mfa_config,
            TagResource => tag_resource,
            UntagResource => untag_resource,
            UpdateGroup => update_group,
            UpdateIdentityProvider => update_identity_provider,
            UpdateManagedLoginBranding => update_managed_login_branding,
            UpdateProvisionedLimit => update_provisioned_limit,
            UpdateResourceServer => update_resource_server,
            UpdateTerms => update_terms,
            UpdateUserPool => update_user_pool,
            UpdateUserPoolClient => update_user_pool_client,
            UpdateUserPoolDomain => update_user_pool_domain,
            UpdateUserPoolReplica => update_user_pool_replica,
            // The SDK has none of its own for these: the document says which operation is meant.
            GetUserPoolClientSessionConfiguration => get_user_pool_mfa_config,
            GetUserPoolSessionConfiguration => get_user_pool_mfa_config,
            SetUserPoolClientSessionConfiguration => set_user_pool_mfa_config,
            SetUserPoolSessionConfiguration => set_user_pool_mfa_config,
        )
    }

    /// A creation of something without a unique name: after a lost answer a second try could make a second one, so
    /// only a call that was not let in is repeated.
    async fn create(&self, operation: &'static str, input: &Value) -> Result<Value, ApiError> {
        let mut wait = Duration::from_millis(500);
        let mut attempt = 1;
        loop {
            let once = Builder::new().retry_config(RetryConfig::disabled());
            match self.call(operation, input, Some(once)).await {
                Err(error) if error.code == ErrorCode::TooManyRequests && attempt < CREATE_ATTEMPTS => {
                    tokio::time::sleep(wait).await;
                    wait *= 2;
                    attempt += 1;
                }
                result => return result,
            }
        }
    }
}

impl ReadCognito for AwsCognito {
    fn read(&self, operation: ReadOperation, input: Value) -> ApiFuture<'_> {
        Box::pin(async move { self.call(operation.name(), &input, None).await })
    }

    fn fetch<'a>(&'a self, url: &'a str, most: usize) -> FetchFuture<'a> {
        Box::pin(async move {
            let fetched = fetch(url, self.ca_bundle.as_deref(), most).await;
            fetched.map_err(|error| error.to_string())
        })
    }
}

impl WriteCognito for AwsCognito {
    fn write(&self, operation: WriteOperation, input: Value) -> ApiFuture<'_> {
        Box::pin(async move {
            match operation {
                WriteOperation::AddUserPoolClientSecret
                | WriteOperation::CreateUserPool
                | WriteOperation::CreateUserPoolClient => self.create(operation.name(), &input).await,
                _ => self.call(operation.name(), &input, None).await,
            }
        })
    }
}
