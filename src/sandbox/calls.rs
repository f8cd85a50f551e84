//! The calls of the API: which part of the sandbox does which, and when.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::{Call, Refused, Sandbox, Sort, model};
use crate::cognito::{
    ApiError, ApiFuture, ErrorCode, FetchFuture, ReadCognito, ReadOperation, WriteCognito, WriteOperation,
};

impl Sandbox {
    /// Does something once the time has passed that a call takes.
    pub(super) fn in_time<'a>(
        &'a self,
        answer: impl FnOnce() -> Result<Value, ApiError> + Send + 'a,
    ) -> ApiFuture<'a> {
        let latency = self.options.conditions.latency;
        if latency.is_zero() {
            return Box::pin(std::future::ready(answer()));
        }
        Box::pin(async move {
            tokio::time::sleep(latency).await;
            answer()
        })
    }

    /// Begins a change. Where changes take time, one that overlaps another of its pool may be refused.
    fn turn(&self, operation: &'static str, input: &Value) -> Result<Option<Turn<'_>>, ApiError> {
        let pool = input["UserPoolId"].as_str().filter(|_| !self.options.conditions.latency.is_zero());
        let Some(pool) = pool.map(str::to_owned) else { return Ok(None) };
        let is_first = {
            let mut inner = self.lock();
            let under_way = inner.traffic.under_way.entry(pool.clone()).or_default();
            *under_way += 1;
            *under_way == 1
        };
        let turn = Turn { sandbox: self, pool };
        let code = ErrorCode::ConcurrentModification;
        if is_first || !model::may_answer(operation, code.as_str()) {
            return Ok(Some(turn));
        }
        let refuse = |_: &mut Call<'_>| {
            let message = "Only one request can be processed at a time for this user pool.";
            Err(Refused::new(code.clone(), message))
        };
        self.call(operation, input, Sort::Write, refuse).map(|_| Some(turn))
    }
}

/// A change of a pool that is under way.
struct Turn<'a> {
    sandbox: &'a Sandbox,
    pool: String,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut inner = self.sandbox.lock();
        let under_way = &mut inner.traffic.under_way;
        if let Some(count) = under_way.get_mut(&self.pool) {
            *count -= 1;
        }
        under_way.retain(|_, count| *count > 0);
    }
}

impl ReadCognito for Sandbox {
    fn read(&self, operation: ReadOperation, input: Value) -> ApiFuture<'_> {
        let answer = move || {
            self.call(operation.name(), &input, Sort::Read, |call| match operation {
                ReadOperation::DescribeIdentityProvider => call.describe_provider(),
                ReadOperation::DescribeManagedLoginBranding => call.describe_branding(),
                ReadOperation::DescribeManagedLoginBrandingByClient => call.describe_branding_by_client(),
                ReadOperation::DescribeResourceServer => call.describe_server(),
                ReadOperation::DescribeRiskConfiguration => call.describe_risk(),
                ReadOperation::DescribeTerms => call.describe_terms(),
                ReadOperation::DescribeTermsByClient => call.describe_terms_by_client(),
                ReadOperation::DescribeUserPool => call.describe_pool(),
                ReadOperation::DescribeUserPoolClient => call.describe_client(),
                ReadOperation::DescribeUserPoolDomain => Ok(call.describe_domain()),
                ReadOperation::GetGroup => call.get_group(),
                ReadOperation::GetLogDeliveryConfiguration => call.get_logs(),
                ReadOperation::GetProvisionedLimit => call.get_limit(),
                ReadOperation::GetUICustomization => call.get_ui(),
                ReadOperation::GetUserPoolClientSessionConfiguration => call.get_client_session(),
                ReadOperation::GetUserPoolMfaConfig => call.get_mfa(),
                ReadOperation::GetUserPoolSessionConfiguration => call.get_session(),
                ReadOperation::ListGroups => call.list_groups(),
                ReadOperation::ListIdentityProviders => call.list_providers(),
                ReadOperation::ListResourceServers => call.list_servers(),
                ReadOperation::ListTerms => call.list_terms(),
                ReadOperation::ListUserPoolClientSecrets => call.list_secrets(),
                ReadOperation::ListUserPoolClients => call.list_clients(),
                ReadOperation::ListUserPoolReplicas => call.list_replicas(),
                ReadOperation::ListUserPools => call.list_pools(),
            })
        };
        self.in_time(answer)
    }

    /// What its own URLs lead to. It counts as a call, `fetch`, with the `Url`.
    fn fetch<'a>(&'a self, url: &'a str, most: usize) -> FetchFuture<'a> {
        let answer = self.call("fetch", &json!({ "Url": url }), Sort::Read, |call| call.image());
        let bytes = answer.map_err(|error| error.message).and_then(|image| {
            let bytes = BASE64.decode(image.as_str().unwrap_or_default().as_bytes());
            let fitting = bytes.ok().filter(|bytes| bytes.len() <= most);
            fitting.ok_or_else(|| format!("the answer is larger than {most} bytes"))
        });
        Box::pin(std::future::ready(bytes))
    }
}

impl WriteCognito for Sandbox {
    fn write(&self, operation: WriteOperation, input: Value) -> ApiFuture<'_> {
        let turn = match self.turn(operation.name(), &input) {
            Ok(turn) => turn,
            Err(error) => return Box::pin(std::future::ready(Err(error))),
        };
        let answer = move || {
            let answer = self.call(operation.name(), &input, Sort::Write, |call| {
                if !call.store.is_writable() {
                    return Err(Refused::new(
                        ErrorCode::NotAuthorized,
                        "The sandbox was opened for reading only.",
                    ));
                }
                match operation {
                    WriteOperation::AddCustomAttributes => call.add_attributes(),
                    WriteOperation::AddUserPoolClientSecret => call.add_secret(),
                    WriteOperation::CreateGroup => call.create_group(),
                    WriteOperation::CreateIdentityProvider => call.create_provider(),
                    WriteOperation::CreateManagedLoginBranding => call.create_branding(),
                    WriteOperation::CreateResourceServer => call.create_server(),
                    WriteOperation::CreateTerms => call.create_terms(),
                    WriteOperation::CreateUserPool => call.create_pool(),
                    WriteOperation::CreateUserPoolClient => call.create_client(),
                    WriteOperation::CreateUserPoolDomain => call.create_domain(),
                    WriteOperation::CreateUserPoolReplica => call.create_replica(),
                    WriteOperation::DeleteGroup => call.delete_group(),
                    WriteOperation::DeleteIdentityProvider => call.delete_provider(),
                    WriteOperation::DeleteManagedLoginBranding => call.delete_branding(),
                    WriteOperation::DeleteResourceServer => call.delete_server(),
                    WriteOperation::DeleteTerms => call.delete_terms(),
                    WriteOperation::DeleteUserPool => call.delete_pool(),
                    WriteOperation::DeleteUserPoolClient => call.delete_client(),
                    WriteOperation::DeleteUserPoolClientSecret => call.delete_secret(),
                    WriteOperation::DeleteUserPoolDomain => call.delete_domain(),
                    WriteOperation::DeleteUserPoolReplica => call.delete_replica(),
                    WriteOperation::SetLogDeliveryConfiguration => call.set_logs(),
                    WriteOperation::SetRiskConfiguration => call.set_risk(),
                    WriteOperation::SetUICustomization => call.set_ui(),
                    WriteOperation::SetUserPoolClientSessionConfiguration => call.set_client_session(),
                    WriteOperation::SetUserPoolMfaConfig => call.set_mfa(),
                    WriteOperation::SetUserPoolSessionConfiguration => call.set_session(),
                    WriteOperation::TagResource => call.tag(),
                    WriteOperation::UntagResource => call.untag(),
                    WriteOperation::UpdateGroup => call.update_group(),
                    WriteOperation::UpdateIdentityProvider => call.update_provider(),
                    WriteOperation::UpdateManagedLoginBranding => call.update_branding(),
                    WriteOperation::UpdateProvisionedLimit => call.update_limit(),
                    WriteOperation::UpdateResourceServer => call.update_server(),
                    WriteOperation::UpdateTerms => call.update_terms(),
                    WriteOperation::UpdateUserPool => call.update_pool(),
                    WriteOperation::UpdateUserPoolClient => call.update_client(),
                    WriteOperation::UpdateUserPoolDomain => call.update_domain(),
                    WriteOperation::UpdateUserPoolReplica => call.update_replica(),
                }
            });
            drop(turn); // the next change may begin
            answer
        };
        self.in_time(answer)
    }
}
