use serde_json::{Map, Value, json};

use super::is_absent;

/// The members of `settings` that `SetUserPoolMfaConfig` writes, in the API's names.
pub const MFA_MEMBERS: [&str; 5] = [
    "MfaConfiguration",
    "SmsMfaConfiguration",
    "SoftwareTokenMfaConfiguration",
    "EmailMfaConfiguration",
    "WebAuthnConfiguration",
];

/// The blocks of the second factors. While MFA is off they say nothing, and no request takes them.
pub const FACTORS: [&str; 3] =
    ["SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration"];

/// Other spellings of facts that have a field, as paths in an answer.
pub(super) const FOLDED: &[&str] = &[
    "LambdaConfig.PreTokenGeneration",
    "AdminCreateUserConfig.UnusedAccountValidityDays",
    "SmsMfaConfiguration.SmsConfiguration",
    "SmsMfaConfiguration.SmsAuthenticationMessage",
];

/// The attributes that every pool has; their names take no prefix.
pub const STANDARD_ATTRIBUTES: [&str; 21] = [
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "identities",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "website",
    "zoneinfo",
];

/// What a temporary password's validity of 0 days means.
const DEFAULT_TEMPORARY_PASSWORD_DAYS: u64 = 7;

/// `DescribeUserPool.UserPool` with one spelling per fact, still in the API's names.
///
/// What is not folded stays as it is, members that this version does not know among it.
pub fn fold_pool(pool: &Value) -> Map<String, Value> {
    let mut pool = pool.as_object().cloned().unwrap_or_default();
    fold_token_trigger(&mut pool);
    fold_verification_texts(&mut pool);
    fold_validity_days(&mut pool);
    pool
}

/// `PreTokenGeneration` mirrors `PreTokenGenerationConfig.LambdaArn`; alone it means version `V1_0`.
fn fold_token_trigger(pool: &mut Map<String, Value>) {
    let Some(Value::Object(lambda)) = pool.get_mut("LambdaConfig") else { return };
    lambda.retain(|_, trigger| !trigger.is_null());
    let Some(arn) = lambda.remove("PreTokenGeneration").filter(|arn| !is_absent(arn)) else { return };
    lambda
        .entry("PreTokenGenerationConfig")
        .or_insert_with(|| json!({"LambdaArn": arn, "LambdaVersion": "V1_0"}));
}

/// The three older members mirror the template's texts.
fn fold_verification_texts(pool: &mut Map<String, Value>) {
    for (older, member) in [
        ("EmailVerificationMessage", "EmailMessage"),
        ("EmailVerificationSubject", "EmailSubject"),
        ("SmsVerificationMessage", "SmsMessage"),
    ] {
        let Some(text) = pool.remove(older).filter(|text| !is_absent(text)) else { continue };
        let template = pool.entry("VerificationMessageTemplate").or_insert_with(|| json!({}));
        if let Value::Object(template) = template {
            template.entry(member).or_insert(text);
        }
    }
}

/// `UnusedAccountValidityDays` mirrors `TemporaryPasswordValidityDays`; an update may hold only one of them.
fn fold_validity_days(pool: &mut Map<String, Value>) {
    let unused = pool
        .get_mut("AdminCreateUserConfig")
        .and_then(Value::as_object_mut)
        .and_then(|config| config.remove("UnusedAccountValidityDays"));
    let Some(policy) = pool.get_mut("Policies").and_then(|policies| policies.get_mut("PasswordPolicy"))
    else {
        return;
    };
    let Some(policy) = policy.as_object_mut() else { return };
    if let Some(unused) = unused {
        policy.entry("TemporaryPasswordValidityDays").or_insert(unused);
    }
    if policy.get("TemporaryPasswordValidityDays") == Some(&json!(0)) {
        policy.insert("TemporaryPasswordValidityDays".to_owned(), json!(DEFAULT_TEMPORARY_PASSWORD_DAYS));
    }
}

/// `GetUserPoolMfaConfig` with one spelling per fact, still in the API's names.
///
/// `SmsMfaConfiguration` keeps only that it is there: its members stand in the pool's own document. A software
/// token that is not enabled is none.
pub fn fold_mfa(mfa: &Value) -> Map<String, Value> {
    let mut mfa = mfa.as_object().cloned().unwrap_or_default();
    mfa.retain(|_, value| !value.is_null());
    if let Some(Value::Object(sms)) = mfa.get_mut("SmsMfaConfiguration") {
        sms.remove("SmsConfiguration");
        sms.remove("SmsAuthenticationMessage");
    }
    if mfa.get("SoftwareTokenMfaConfiguration").is_some_and(|token| token["Enabled"] != true) {
        mfa.remove("SoftwareTokenMfaConfiguration");
    }
    if mfa.get("MfaConfiguration").is_none_or(|mode| mode == "OFF") {
        mfa.retain(|member, _| !FACTORS.contains(&member.as_str()));
    }
    mfa
}

/// Tags of AWS and of cognitops are no user's to manage.
pub(super) fn hide_foreign_tags(pool: &mut Map<String, Value>) {
    if let Some(Value::Object(tags)) = pool.get_mut("UserPoolTags") {
        tags.retain(|key, _| !key.starts_with("aws:") && !key.starts_with("cognitops:"));
    }
}

/// `SchemaAttributes` by the names that a manifest gives them.
pub(super) fn attributes_by_name(attributes: &Value) -> Value {
    let attributes = attributes.as_array().map(Vec::as_slice).unwrap_or_default();
    attributes
        .iter()
        .filter_map(|attribute| {
            Some((canonical_attribute_name(attribute["Name"].as_str()?), attribute.clone()))
        })
        .collect::<Map<_, _>>()
        .into()
}

/// `custom:tenant` is `tenant`; `custom:email` stays, for `email` is another attribute.
///
/// `dev:custom:flag` and `dev:flag` are `dev:flag`: there may be a `custom:flag` too.
pub fn canonical_attribute_name(name: &str) -> String {
    if let Some(developer) = name.strip_prefix("dev:") {
        return format!("dev:{}", developer.strip_prefix("custom:").unwrap_or(developer));
    }
    match name.strip_prefix("custom:") {
        Some(custom) if !STANDARD_ATTRIBUTES.contains(&custom) => custom.to_owned(),
        _ => name.to_owned(),
    }
}

/// The name that a custom attribute is created under, without its prefix; `None` for a standard one.
pub fn custom_attribute_name(canonical: &str) -> Option<&str> {
    match canonical.strip_prefix("custom:").or_else(|| canonical.strip_prefix("dev:")) {
        Some(custom) => Some(custom),
        None if STANDARD_ATTRIBUTES.contains(&canonical) => None,
        None => Some(canonical),
    }
}

/// Brings what a manifest wrote to the one spelling per fact.
pub(super) fn canonical_written(settings: &mut Map<String, Value>) {
    if let Some(Value::Object(lambda)) = settings.get_mut("lambdaConfig")
        && let Some(trigger @ Value::String(_)) = lambda.get_mut("preTokenGeneration")
    {
        *trigger = json!({"lambdaArn": trigger.clone(), "lambdaVersion": "V1_0"});
    }
    let days = settings
        .get_mut("policies")
        .and_then(|policies| policies.get_mut("passwordPolicy"))
        .and_then(|policy| policy.get_mut("temporaryPasswordValidityDays"));
    if let Some(days) = days
        && *days == json!(0)
    {
        *days = json!(DEFAULT_TEMPORARY_PASSWORD_DAYS);
    }
    if settings.get("softwareTokenMfaConfiguration").is_some_and(|token| token["enabled"] != true) {
        settings.insert("softwareTokenMfaConfiguration".to_owned(), Value::Null);
    }
    if let Some(Value::Object(attributes)) = settings.get_mut("attributes") {
        *attributes = std::mem::take(attributes)
            .into_iter()
            .map(|(name, definition)| {
                let developer = definition["developerOnlyAttribute"] == true;
                let name = if developer { format!("dev:{name}") } else { name };
                (canonical_attribute_name(&name), with_text_bounds(definition))
            })
            .collect();
    }
}

/// Recovery mechanisms are known by their names; their order is their priority.
pub(super) fn order_recovery_mechanisms(settings: &mut Value) {
    let mechanisms = settings
        .get_mut("accountRecoverySetting")
        .and_then(|setting| setting.get_mut("recoveryMechanisms"))
        .and_then(Value::as_array_mut);
    if let Some(mechanisms) = mechanisms {
        mechanisms.sort_by_key(|mechanism| mechanism["priority"].as_u64());
    }
}

/// The API holds an attribute's bounds as text; a manifest may write numbers.
fn with_text_bounds(mut definition: Value) -> Value {
    for constraints in ["stringAttributeConstraints", "numberAttributeConstraints"] {
        for (_, bound) in definition.get_mut(constraints).and_then(Value::as_object_mut).into_iter().flatten()
        {
            if let Value::Number(number) = bound {
                *bound = Value::String(number.to_string());
            }
        }
    }
    definition
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_per_fact_the_pre_token_trigger() {
        let folded = fold_pool(&json!({"LambdaConfig": {"PreTokenGeneration": "arn:a"}}));
        assert_eq!(
            folded["LambdaConfig"],
            json!({"PreTokenGenerationConfig": {"LambdaArn": "arn:a", "LambdaVersion": "V1_0"}})
        );
        let both = json!({"LambdaConfig": {"PreTokenGeneration": "arn:a", "PreTokenGenerationConfig": {"LambdaArn": "arn:a", "LambdaVersion": "V2_0"}}});
        assert_eq!(
            fold_pool(&both)["LambdaConfig"],
            json!({"PreTokenGenerationConfig": {"LambdaArn": "arn:a", "LambdaVersion": "V2_0"}})
        );
    }

    #[test]
    fn one_spelling_per_fact_texts_and_days() {
        let folded = fold_pool(&json!({
            "EmailVerificationMessage": "{####}", "SmsVerificationMessage": "",
            "Policies": {"PasswordPolicy": {"MinimumLength": 8}},
            "AdminCreateUserConfig": {"UnusedAccountValidityDays": 3},
        }));
        assert_eq!(folded["VerificationMessageTemplate"], json!({"EmailMessage": "{####}"}));
        assert_eq!(folded["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"], 3);
        assert_eq!(folded["AdminCreateUserConfig"], json!({}));
    }

    #[test]
    fn attribute_names_lose_their_prefix_unless_it_tells_two_apart() {
        for (answered, canonical) in [
            ("custom:tenant", "tenant"),
            ("dev:custom:x", "dev:x"),
            ("dev:x", "dev:x"),
            ("custom:email", "custom:email"),
            ("email", "email"),
        ] {
            assert_eq!(canonical_attribute_name(answered), canonical);
        }
        assert_eq!(custom_attribute_name("tenant"), Some("tenant"));
        assert_eq!(custom_attribute_name("custom:email"), Some("email"));
        assert_eq!(custom_attribute_name("email"), None);
    }

    #[test]
    fn a_software_token_that_is_off_is_none() {
        assert!(fold_mfa(&json!({"SoftwareTokenMfaConfiguration": {"Enabled": false}})).is_empty());
    }
}
