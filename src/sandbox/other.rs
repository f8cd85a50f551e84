//! Operations that only other clients call.

use serde_json::{Value, json};

use super::{Call, Refused, Sandbox, Sort, certificate};
use crate::cognito::{ApiFuture, ErrorCode, OtherOperation};

impl Sandbox {
    /// Answers an operation that nothing of ours calls.
    ///
    /// # Errors
    /// What Cognito would refuse.
    pub fn other(&self, operation: OtherOperation, input: Value) -> ApiFuture<'_> {
        self.in_time(move || {
            self.call(operation.name(), &input, Sort::Read, |call| match operation {
                OtherOperation::GetIdentityProviderByIdentifier => call.provider_by_identifier(),
                OtherOperation::GetSigningCertificate => call.signing_certificate(),
                OtherOperation::ListTagsForResource => call.list_tags(),
            })
        })
    }
}

impl Call<'_> {
    fn provider_by_identifier(&self) -> Result<Value, Refused> {
        let identifier = &self.input["IdpIdentifier"];
        let mut providers = self.pool_state()?.identity_providers.values();
        let names = |provider: &&Value| {
            provider["IdpIdentifiers"].as_array().is_some_and(|names| names.contains(identifier))
        };
        let found = providers.find(names).ok_or_else(|| {
            let text = identifier.as_str().unwrap_or_default();
            let message = format!("The identity provider identifier {text} does not exist.");
            Refused::new(ErrorCode::ResourceNotFound, message)
        })?;
        Ok(self.provider_answer(found))
    }

    fn signing_certificate(&self) -> Result<Value, Refused> {
        let pool = &self.pool_state()?.pool;
        let id = pool["Id"].as_str().unwrap_or_default();
        #[allow(clippy::cast_possible_truncation)] // a day is enough
        let created = pool["CreationDate"].as_f64().unwrap_or_default() as i64;
        let certificate = certificate::of(id, created).map_err(|message| {
            Refused::new(ErrorCode::InternalError, format!("The certificate cannot be made: {message}."))
        })?;
        Ok(json!({ "Certificate": certificate }))
    }

    fn list_tags(&self) -> Result<Value, Refused> {
        let arn = self.text("ResourceArn");
        let missing = || Refused::new(ErrorCode::ResourceNotFound, format!("Resource {arn} does not exist."));
        let mut pools = self.state().pools.iter().filter(|(id, _)| self.is_here(id));
        let (_, pool) = pools.find(|(_, stored)| stored.pool["Arn"] == arn).ok_or_else(missing)?;
        let tags = &pool.pool["UserPoolTags"];
        Ok(json!({ "Tags": if tags.is_object() { tags.clone() } else { json!({}) } }))
    }
}
