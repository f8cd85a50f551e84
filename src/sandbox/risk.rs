//! Risk configurations.

use serde_json::{Map, Value, json};

use super::omission::known_part;
use super::{Call, Refused};
use crate::cognito::ErrorCode;

const SECTION: &str = "riskConfiguration";

impl Call<'_> {
    pub(super) fn describe_risk(&self) -> Result<Value, Refused> {
        let owner = self.attached_to()?;
        self.needs_threat_protection()?;
        let own = self.attached(SECTION, &owner)?;
        // A client without its own inherits the pool's, which names no client.
        let document = own.or(self.attached_to_pool(SECTION)?).cloned();
        let none = || json!({ "UserPoolId": self.input["UserPoolId"] });
        Ok(json!({ "RiskConfiguration": document.unwrap_or_else(none) }))
    }

    pub(super) fn set_risk(&mut self) -> Result<Value, Refused> {
        let owner = self.attached_to()?;
        self.needs_threat_protection()?;
        let stored = self.attached(SECTION, &owner)?.cloned().unwrap_or_default();
        let known = known_part("SetRiskConfiguration", "", self.input, &stored);
        let mut document: Map<String, Value> = known.as_object().cloned().unwrap_or_default();
        document.remove("LastModifiedDate");
        if let Some(Value::Object(credentials)) = document.get_mut("CompromisedCredentialsRiskConfiguration")
        {
            credentials.entry("EventFilter").or_insert_with(|| json!([]));
        }
        Ok(json!({ "RiskConfiguration": self.attach(SECTION, document)? }))
    }

    fn needs_threat_protection(&self) -> Result<(), Refused> {
        let mode = self.pool_state()?.pool["UserPoolAddOns"]["AdvancedSecurityMode"].as_str();
        if mode.is_none_or(|mode| mode == "OFF") {
            return Err(Refused::new(
                ErrorCode::UserPoolAddOnNotEnabled,
                "Threat protection is not enabled for this user pool.",
            ));
        }
        Ok(())
    }
}
