//! Provisioned limits of the account, a Region's each. Nothing here is slowed down by them.

use serde_json::{Value, json};

use super::{Call, Refused};
use crate::cognito::ErrorCode;

/// What is free of the categories that can be adjusted, in requests a second, as AWS published it in 2023.
const FREE: [(&str, i64); 8] = [
    ("UserAccountRecovery", 30),
    ("UserAuthentication", 120),
    ("UserCreation", 50),
    ("UserFederation", 25),
    ("UserRead", 120),
    ("UserResourceRead", 50),
    ("UserToken", 120),
    ("UserUpdate", 25),
];

/// How many times the free limit an account may have. In AWS the maximum stands in Service Quotas.
const MOST: i64 = 10;

impl Call<'_> {
    pub(super) fn get_limit(&self) -> Result<Value, Refused> {
        let (category, free) = self.limit()?;
        Ok(answer(&category, self.provisioned(&category).unwrap_or(free), free))
    }

    pub(super) fn update_limit(&mut self) -> Result<Value, Refused> {
        let (category, free) = self.limit()?;
        let asked = self.input["RequestedLimitValue"].as_i64().unwrap_or_default();
        if asked < free {
            let message = format!("The requested limit is below the default limit of {category}, {free}.");
            return Err(Refused::invalid(message));
        }
        if asked > free * MOST {
            let message = format!(
                "The requested limit is above the maximum of the account for {category}, {}.",
                free * MOST
            );
            return Err(Refused::new(ErrorCode::ServiceQuotaExceeded, message));
        }
        let region = self.options.region.clone();
        self.store.state_mut().limits.entry(region).or_default().insert(category.clone(), asked);
        Ok(answer(&category, asked, free))
    }

    fn provisioned(&self, category: &str) -> Option<i64> {
        self.state().limits.get(&self.options.region)?.get(category).copied()
    }

    /// The category that the input names, and what of it is free.
    fn limit(&self) -> Result<(String, i64), Refused> {
        let definition = &self.input["LimitDefinition"];
        let category = definition["Attributes"]["Category"].as_str();
        let Some(category) = category.filter(|_| definition["LimitClass"] == "API_CATEGORY") else {
            return Err(Refused::invalid(
                "The limit definition needs the class API_CATEGORY and a Category.",
            ));
        };
        let free = FREE.iter().find(|(name, _)| *name == category);
        free.map(|(_, free)| (category.to_owned(), *free)).ok_or_else(|| {
            let message = format!("There is no adjustable limit of the category {category}.");
            Refused::new(ErrorCode::ResourceNotFound, message)
        })
    }
}

fn answer(category: &str, provisioned: i64, free: i64) -> Value {
    json!({
        "Limit": {
            "LimitDefinition": { "LimitClass": "API_CATEGORY", "Attributes": { "Category": category } },
            "ProvisionedLimitValue": provisioned,
            "FreeLimitValue": free,
        }
    })
}
