//! What the service refuses of a pool's configuration, beyond the model's constraints.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Refused, given, strings};
use crate::cognito::ErrorCode;

/// Rules on a request to create or update a pool.
pub(super) fn request(input: &Value) -> Result<(), Refused> {
    let policy = &input["Policies"]["PasswordPolicy"];
    if given(&input["AdminCreateUserConfig"], "UnusedAccountValidityDays")
        && given(policy, "TemporaryPasswordValidityDays")
    {
        return Err(Refused::invalid(
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        ));
    }
    if given(input, "SmsConfiguration") {
        sms(&input["SmsConfiguration"])?;
    }
    if given(input, "UserPoolAddOns") && !given(&input["UserPoolAddOns"], "AdvancedSecurityMode") {
        return Err(Refused::invalid("UserPoolAddOns needs AdvancedSecurityMode."));
    }
    if let Some(tags) = input["UserPoolTags"].as_object() {
        tag_keys(tags.keys())?;
    }
    let lambda = &input["LambdaConfig"];
    let config = &lambda["PreTokenGenerationConfig"]["LambdaArn"];
    if given(lambda, "PreTokenGeneration") && !config.is_null() && lambda["PreTokenGeneration"] != *config {
        return Err(Refused::invalid(
            "PreTokenGeneration and the LambdaArn of PreTokenGenerationConfig must be the same.",
        ));
    }
    Ok(())
}

/// `aws:` keys are the service's own.
pub(super) fn tag_keys<'a>(keys: impl IntoIterator<Item = &'a String>) -> Result<(), Refused> {
    if keys.into_iter().any(|key| key.to_lowercase().starts_with("aws:")) {
        return Err(Refused::invalid("Tag keys may not start with aws:, it is reserved."));
    }
    Ok(())
}

/// SNS or End User Messaging sends, not both.
pub(super) fn sms(configuration: &Value) -> Result<(), Refused> {
    let sns = configuration["SnsCallerArn"].as_str().is_some_and(|arn| !arn.is_empty());
    if sns == given(configuration, "EumsSms") {
        return Err(Refused::invalid("SmsConfiguration needs either SnsCallerArn or EumsSms."));
    }
    Ok(())
}

/// Rules on a pool as it would be.
pub(super) fn result(pool: &Value) -> Result<(), Refused> {
    let email = &pool["EmailConfiguration"];
    if email["EmailSendingAccount"] == "DEVELOPER" && !given(email, "SourceArn") {
        return Err(Refused::invalid("SourceArn is needed for the email sending account DEVELOPER."));
    }
    let lambda = &pool["LambdaConfig"];
    let sends = given(lambda, "CustomSMSSender") || given(lambda, "CustomEmailSender");
    if sends && !given(lambda, "KMSKeyID") {
        return Err(Refused::invalid("KMSKeyID is needed for a custom sender."));
    }
    let mode = pool["UserPoolAddOns"]["AdvancedSecurityMode"].as_str().unwrap_or("OFF");
    if mode != "OFF" && pool["UserPoolTier"] != "PLUS" {
        return Err(Refused::new(
            ErrorCode::FeatureUnavailableInTier,
            "Threat protection is not available in this tier.",
        ));
    }
    if pool["UserPoolTier"] == "LITE" && pool["DcrConfiguration"]["EnableStatus"] == "Enabled" {
        return Err(Refused::new(
            ErrorCode::TierChangeNotAllowed,
            "Disable dynamic client registration before the tier becomes LITE.",
        ));
    }
    let key = &pool["KeyConfiguration"];
    if key["KeyType"] == "CUSTOMER_MANAGED_KEY" && !given(key, "KmsKeyArn") {
        return Err(Refused::invalid("KmsKeyArn is needed for CUSTOMER_MANAGED_KEY."));
    }
    let mut names = BTreeSet::new();
    let levels = pool["AcrConfiguration"].as_object().into_iter().flatten();
    if levels.filter_map(|(_, level)| level["AcrValue"].as_str()).any(|name| !names.insert(name)) {
        return Err(Refused::invalid("The names of ACR levels must be unique."));
    }
    sign_in(pool)
}

fn sign_in(pool: &Value) -> Result<(), Refused> {
    let aliases = strings(&pool["AliasAttributes"]);
    if !aliases.is_empty() && !strings(&pool["UsernameAttributes"]).is_empty() {
        return Err(Refused::invalid(
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
        ));
    }
    let required = pool["SchemaAttributes"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|attribute| attribute["Name"] == "preferred_username" && attribute["Required"] == true);
    if required && aliases.contains(&"preferred_username") {
        return Err(Refused::invalid("preferred_username cannot be both required and an alias."));
    }
    Ok(())
}
