//! Sessions of pools and clients.

use serde_json::{Map, Value, json};

use super::omission::known_part;
use super::{Call, Refused};
use crate::cognito::ErrorCode;

const SECTION: &str = "sessionConfiguration";

impl Call<'_> {
    pub(super) fn get_session(&self) -> Result<Value, Refused> {
        self.session(&json!({ "UserSessionTracking": "DISABLED", "TokenSession": { "MaxPerUser": 20 } }))
    }

    pub(super) fn get_client_session(&self) -> Result<Value, Refused> {
        self.session(&json!({ "SSOSession": { "MaxValidityMinutes": 60 } }))
    }

    /// What was set, or what the service answers of what never was.
    fn session(&self, never: &Value) -> Result<Value, Refused> {
        let owner = self.attached_to()?;
        let mut answer = self.attached(SECTION, &owner)?.unwrap_or(never).clone();
        for id in ["UserPoolId", "ClientId"] {
            answer[id] = self.input[id].clone();
        }
        if let Value::Object(members) = &mut answer {
            members.retain(|name, value| name != "LastModifiedDate" && !value.is_null());
        }
        Ok(answer)
    }

    pub(super) fn set_session(&mut self) -> Result<Value, Refused> {
        self.needs_a_tier_with_sessions()?;
        self.set("SetUserPoolSessionConfiguration")?;
        self.get_session()
    }

    pub(super) fn set_client_session(&mut self) -> Result<Value, Refused> {
        self.needs_a_tier_with_sessions()?;
        let pool = self.attached_to_pool(SECTION)?;
        if pool.is_none_or(|pool| pool["UserSessionTracking"] != "ENABLED") {
            return Err(Refused::invalid("Session tracking is not enabled for the user pool."));
        }
        self.set("SetUserPoolClientSessionConfiguration")?;
        self.get_client_session()
    }

    fn set(&mut self, operation: &str) -> Result<(), Refused> {
        let owner = self.attached_to()?;
        let stored = self.attached(SECTION, &owner)?.cloned().unwrap_or_default();
        let known = known_part(operation, "", self.input, &stored);
        let document: Map<String, Value> = known.as_object().cloned().unwrap_or_default();
        self.attach(SECTION, document).map(|_| ())
    }

    fn needs_a_tier_with_sessions(&self) -> Result<(), Refused> {
        if self.pool_state()?.pool["UserPoolTier"] == "LITE" {
            let message = "Session configuration is not available in the user pool's tier.";
            return Err(Refused::new(ErrorCode::FeatureUnavailableInTier, message));
        }
        Ok(())
    }
}
