//! What the service refuses of a pool's configuration, beyond the model's constraints.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Refused, given, strings};
use crate::cognito::ErrorCode;
use crate::cognito::acr::default_name;

/// Rules on a request to create or update a pool of a Region.
pub(super) fn request(input: &Value, region: &str) -> Result<(), Refused> {
    let policy = &input["Policies"]["PasswordPolicy"];
    if given(&input["AdminCreateUserConfig"], "UnusedAccountValidityDays")
        && given(policy, "TemporaryPasswordValidityDays")
    {
        return Err(Refused::invalid(
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        ));
    }
    if given(input, "SmsConfiguration") {
        sms(&input["SmsConfiguration"], region)?;
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

/// The most tags of a pool, without those of AWS's own.
const MOST_TAGS: usize = 50;

/// A pool has so many tags and no more.
pub(super) fn tag_count(tags: &Value) -> Result<(), Refused> {
    let own = tags.as_object().into_iter().flatten().filter(|(key, _)| !key.starts_with("aws:"));
    if own.count() > MOST_TAGS {
        return Err(Refused::invalid(format!("A user pool has at most {MOST_TAGS} tags.")));
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

/// SNS or End User Messaging sends, not both, and the latter in the pool's own Region.
pub(super) fn sms(configuration: &Value, region: &str) -> Result<(), Refused> {
    let sns = configuration["SnsCallerArn"].as_str().is_some_and(|arn| !arn.is_empty());
    if sns == given(configuration, "EumsSms") {
        return Err(Refused::invalid("SmsConfiguration needs either SnsCallerArn or EumsSms."));
    }
    let eums = &configuration["EumsSms"];
    if given(eums, "Region") && eums["Region"] != region {
        return Err(Refused::invalid(format!("The Region of EumsSms must be the pool's, {region}.")));
    }
    Ok(())
}

/// Rules on a pool as it would be, and as it was; null if it is new.
pub(super) fn result(pool: &Value, before: &Value) -> Result<(), Refused> {
    tag_count(&pool["UserPoolTags"])?;
    let email = &pool["EmailConfiguration"];
    if email["EmailSendingAccount"] == "DEVELOPER" && !given(email, "SourceArn") {
        return Err(Refused::invalid("SourceArn is needed for the email sending account DEVELOPER."));
    }
    let lambda = &pool["LambdaConfig"];
    let sends = given(lambda, "CustomSMSSender") || given(lambda, "CustomEmailSender");
    if sends && !given(lambda, "KMSKeyID") {
        return Err(Refused::invalid("KMSKeyID is needed for a custom sender."));
    }
    tier(pool, before)?;
    let key = &pool["KeyConfiguration"];
    if key["KeyType"] == "CUSTOMER_MANAGED_KEY" && !given(key, "KmsKeyArn") {
        return Err(Refused::invalid("KmsKeyArn is needed for CUSTOMER_MANAGED_KEY."));
    }
    levels(&pool["AcrConfiguration"])?;
    sign_in(pool)
}

/// Whether a pool has a feature.
type Feature = fn(&Value) -> bool;

/// What a tier does not have. A pool that has it does not change to the tier.
fn tier(pool: &Value, before: &Value) -> Result<(), Refused> {
    let refused = |has: Feature, message: &str| {
        let changes = has(before) && before["UserPoolTier"] != pool["UserPoolTier"];
        let code =
            if changes { ErrorCode::TierChangeNotAllowed } else { ErrorCode::FeatureUnavailableInTier };
        Err(Refused::new(code, message))
    };
    if pool["UserPoolTier"] != "PLUS" && has_threat_protection(pool) {
        return refused(has_threat_protection, "Threat protection is not available in this tier.");
    }
    if pool["UserPoolTier"] != "LITE" {
        return Ok(());
    }
    let above_lite: [(Feature, &str); 3] = [
        (has_registration, "Dynamic client registration is not available in this tier."),
        (has_level_names, "Names of ACR levels are not available in this tier."),
        (has_other_first_factors, "Sign-in without a password is not available in this tier."),
    ];
    match above_lite.into_iter().find(|(has, _)| has(pool)) {
        Some((has, message)) => refused(has, message),
        None => Ok(()),
    }
}

fn has_threat_protection(pool: &Value) -> bool {
    let add_ons = &pool["UserPoolAddOns"];
    let mode = add_ons["AdvancedSecurityMode"].as_str().unwrap_or("OFF");
    mode != "OFF" || given(&add_ons["AdvancedSecurityAdditionalFlows"], "CustomAuthMode")
}

fn has_registration(pool: &Value) -> bool {
    pool["DcrConfiguration"]["EnableStatus"] == "Enabled"
}

fn has_other_first_factors(pool: &Value) -> bool {
    let factors = strings(&pool["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]);
    factors.iter().any(|factor| *factor != "PASSWORD")
}

/// Whether a level has another name than its own.
fn has_level_names(pool: &Value) -> bool {
    let levels = pool["AcrConfiguration"].as_object();
    levels.into_iter().flatten().any(|(level, definition)| definition["AcrValue"] != default_name(level))
}

/// No two levels have one name; a level that is not given has its own.
fn levels(configuration: &Value) -> Result<(), Refused> {
    let mut names = BTreeSet::new();
    for level in 1..=4 {
        let level = format!("Level{level}");
        let name = configuration[&level]["AcrValue"].as_str().map(str::to_owned);
        let name = name.unwrap_or_else(|| default_name(&level));
        if !names.insert(name) {
            return Err(Refused::invalid("The names of ACR levels must be unique."));
        }
    }
    Ok(())
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
