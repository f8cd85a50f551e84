//! Where logs go.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::omission::known_part;
use super::{Call, Refused, given};
use crate::cognito::ErrorCode;

const SECTION: &str = "logDelivery";
const DESTINATIONS: [&str; 3] = ["CloudWatchLogsConfiguration", "FirehoseConfiguration", "S3Configuration"];

impl Call<'_> {
    pub(super) fn get_logs(&self) -> Result<Value, Refused> {
        let mut document = match self.attached_to_pool(SECTION)? {
            Some(document) => document.clone(),
            None => json!({ "UserPoolId": self.input["UserPoolId"], "LogConfigurations": [] }),
        };
        if let Value::Object(members) = &mut document {
            members.remove("LastModifiedDate");
        }
        self.shuffled(&mut document);
        Ok(json!({ "LogDeliveryConfiguration": document }))
    }

    pub(super) fn set_logs(&mut self) -> Result<Value, Refused> {
        let tier = self.pool_state()?.pool["UserPoolTier"].as_str().unwrap_or("ESSENTIALS").to_owned();
        let mut sources = BTreeSet::new();
        for log in self.input["LogConfigurations"].as_array().into_iter().flatten() {
            check(log, &tier)?;
            if !sources.insert(log["EventSource"].as_str()) {
                return Err(Refused::invalid("Only one log configuration is allowed for each event source."));
            }
        }
        let stored = self.attached_to_pool(SECTION)?.cloned().unwrap_or_default();
        let logs = self.input["LogConfigurations"].as_array().into_iter().flatten().map(|log| {
            let of_source = |stored: &&Value| stored["EventSource"] == log["EventSource"];
            let all = stored["LogConfigurations"].as_array();
            let old = all.into_iter().flatten().find(of_source).cloned().unwrap_or_default();
            known_part("SetLogDeliveryConfiguration", "LogConfigurations", log, &old)
        });
        let document = Map::from_iter([("LogConfigurations".to_owned(), logs.collect::<Vec<_>>().into())]);
        self.attach(SECTION, document)?;
        self.get_logs()
    }
}

/// "userAuthEvents = INFO + PLUS; userNotification = ERROR + CloudWatch only."
fn check(log: &Value, tier: &str) -> Result<(), Refused> {
    let destinations: Vec<&str> = DESTINATIONS.into_iter().filter(|member| given(log, member)).collect();
    let level = &log["LogLevel"];
    if log["EventSource"] == "userAuthEvents" {
        if tier != "PLUS" {
            let message = "User activity logs are not available in the user pool's tier.";
            return Err(Refused::new(ErrorCode::FeatureUnavailableInTier, message));
        }
        if level != "INFO" {
            return Err(Refused::invalid("The log level of userAuthEvents is INFO."));
        }
    } else if level != "ERROR" || destinations != ["CloudWatchLogsConfiguration"] {
        return Err(Refused::invalid("userNotification logs errors, to CloudWatch Logs."));
    }
    if destinations.len() != 1 {
        return Err(Refused::invalid("A log configuration has exactly one destination."));
    }
    Ok(())
}
