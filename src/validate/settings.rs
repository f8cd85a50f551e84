//! Field rules of `settings` that need no live pool.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Check, strings};
use crate::cognito::mfa::Rule;
use crate::diagnostic::Code;
use crate::normalize::{custom_attribute_name, mfa_state};
use crate::path::Path;

/// The most custom attributes that a pool takes.
const MAX_CUSTOM_ATTRIBUTES: usize = 50;

fn at(keys: &[&str]) -> Path {
    Path::of(std::iter::once("settings").chain(keys.iter().copied()))
}

pub(super) fn check(check: &mut Check<'_>) {
    let manifest = check.manifest;
    let Some(settings) = manifest.section("settings") else { return };
    sign_in(check, settings);
    attributes(check, settings);
    messages(check, settings);
    lambda(check, settings);
    tier(check, settings);
    keys(check, settings);
    mfa(check, settings);
}

fn sign_in(check: &mut Check<'_>, settings: &Value) {
    let aliases = strings(&settings["aliasAttributes"]);
    if !aliases.is_empty() && !strings(&settings["usernameAttributes"]).is_empty() {
        check.key_error(
            Code::Conflict,
            &at(&["aliasAttributes"]),
            "`aliasAttributes` and `usernameAttributes` exclude each other",
            "an alias is another way to sign in beside the user name, a username attribute replaces it",
        );
    }
    if aliases.contains(&"preferred_username")
        && settings["attributes"]["preferred_username"]["required"] == true
    {
        check.error(
            Code::Conflict,
            &at(&["attributes", "preferred_username", "required"]),
            "`preferred_username` is an alias here, so it cannot be required",
            "leave one of the two out",
        );
    }
    let mechanisms = settings["accountRecoverySetting"]["recoveryMechanisms"].as_array();
    let (mut names, mut priorities) = (BTreeSet::new(), BTreeSet::new());
    for (index, mechanism) in mechanisms.into_iter().flatten().enumerate() {
        let path = at(&["accountRecoverySetting", "recoveryMechanisms"]).index(index);
        if mechanism["name"].as_str().is_some_and(|name| !names.insert(name)) {
            let path = path.key("name");
            check.error(Code::DefinedTwice, &path, "this mechanism is listed twice", "keep one of the two");
        }
        if mechanism["priority"].as_u64().is_some_and(|priority| !priorities.insert(priority)) {
            let path = path.key("priority");
            check.error(
                Code::DefinedTwice,
                &path,
                "two mechanisms have this priority",
                "number them 1 and 2",
            );
        }
    }
}

fn attributes(check: &mut Check<'_>, settings: &Value) {
    let Some(attributes) = settings["attributes"].as_object() else { return };
    let mut custom = 0;
    for (name, definition) in attributes {
        let path = at(&["attributes", name]);
        let canonical = crate::normalize::canonical_attribute_name(name);
        if canonical != *name && attributes.contains_key(&canonical) {
            let message = format!("`{canonical}` is the same attribute");
            check.key_error(Code::DefinedTwice, &path, message, "keep one of the two");
        }
        if definition.is_null() || custom_attribute_name(&canonical).is_none() {
            continue;
        }
        custom += 1;
        if definition.get("mutable").is_none_or(Value::is_null) {
            check.key_error(
                Code::Missing,
                &path,
                format!("the custom attribute `{name}` does not say whether it is `mutable`"),
                "it can never change: write `mutable: true`, or `false` for a value that is set once",
            );
        }
        if definition["required"] == true {
            let help = "only standard attributes can be required, from the pool's creation on";
            check.error(Code::Conflict, &path.key("required"), "a custom attribute cannot be required", help);
        }
    }
    if custom > MAX_CUSTOM_ATTRIBUTES {
        let message = format!("a pool has at most {MAX_CUSTOM_ATTRIBUTES} custom attributes");
        check.key_error(Code::Bound, &at(&["attributes"]), message, "keep what can change elsewhere");
    }
}

fn messages(check: &mut Check<'_>, settings: &Value) {
    let email = &settings["emailConfiguration"];
    let keeps = check.keeps_what_is_omitted();
    if email["emailSendingAccount"] == "DEVELOPER" && !email["sourceArn"].is_string() && !keeps {
        check.error(
            Code::Missing,
            &at(&["emailConfiguration", "emailSendingAccount"]),
            "`DEVELOPER` needs `sourceArn`: the verified SES identity that sends",
            "add `sourceArn`, or leave `emailSendingAccount` out",
        );
    }
    let sms = &settings["smsConfiguration"];
    let has = |key: &str| sms.get(key).is_some_and(|value| !value.is_null());
    if sms.is_object() && has("snsCallerArn") == has("eumsSms") {
        let message = "`smsConfiguration` needs either `snsCallerArn` or `eumsSms`";
        let help = "SNS or End User Messaging sends the texts, not both";
        check.key_error(Code::Conflict, &at(&["smsConfiguration"]), message, help);
    }
    let template = &settings["verificationMessageTemplate"];
    let unused: &[&str] = if template["defaultEmailOption"] == "CONFIRM_WITH_LINK" {
        &["emailMessage", "emailSubject"]
    } else {
        &["emailMessageByLink", "emailSubjectByLink"]
    };
    for member in unused.iter().filter(|member| template[**member].is_string()) {
        check.warning(
            Code::Unused,
            &at(&["verificationMessageTemplate", member]),
            format!("`{member}` is not used with this `defaultEmailOption`"),
            "CONFIRM_WITH_CODE uses emailMessage and emailSubject, CONFIRM_WITH_LINK the two …ByLink",
        );
    }
}

fn lambda(check: &mut Check<'_>, settings: &Value) {
    let lambda = &settings["lambdaConfig"];
    let has_key = lambda["kmsKeyID"].is_string() || check.keeps_what_is_omitted();
    for sender in ["customSMSSender", "customEmailSender"] {
        if lambda[sender].is_object() && !has_key {
            let message = format!("`{sender}` needs `kmsKeyID`: the key that encrypts the codes it sends");
            check.key_error(
                Code::Missing,
                &at(&["lambdaConfig", sender]),
                message,
                "add `kmsKeyID` beside it",
            );
        }
    }
}

fn tier(check: &mut Check<'_>, settings: &Value) {
    let Some(tier) = settings["userPoolTier"].as_str() else { return };
    let mode = settings["userPoolAddOns"]["advancedSecurityMode"].as_str();
    if tier != "PLUS" && mode.is_some_and(|mode| mode != "OFF") {
        check.error(
            Code::Conflict,
            &at(&["userPoolAddOns", "advancedSecurityMode"]),
            "threat protection needs `userPoolTier: PLUS`",
            "change the tier, or write `advancedSecurityMode: OFF`",
        );
    }
    if tier == "LITE" && settings["dcrConfiguration"]["enableStatus"] == "Enabled" {
        check.error(
            Code::Conflict,
            &at(&["dcrConfiguration", "enableStatus"]),
            "dynamic client registration needs a tier above `LITE`",
            "change the tier, or write `enableStatus: Disabled`",
        );
    }
}

fn keys(check: &mut Check<'_>, settings: &Value) {
    let key = &settings["keyConfiguration"];
    if key["keyType"] == "CUSTOMER_MANAGED_KEY"
        && !key["kmsKeyArn"].is_string()
        && !check.keeps_what_is_omitted()
    {
        let path = at(&["keyConfiguration", "keyType"]);
        check.error(Code::Missing, &path, "`CUSTOMER_MANAGED_KEY` needs `kmsKeyArn`", "add `kmsKeyArn`");
    }
    let mut seen = BTreeSet::new();
    for (level, definition) in settings["acrConfiguration"].as_object().into_iter().flatten() {
        if definition["acrValue"].as_str().is_some_and(|name| !seen.insert(name)) {
            let path = at(&["acrConfiguration", level, "acrValue"]);
            check.error(Code::DefinedTwice, &path, "two levels have this name", "give each level its own");
        }
    }
}

/// The MFA rules on the state that the manifest describes.
///
/// What the manifest leaves to the live pool (tier, SMS configuration) is assumed to fit; the plan, which knows,
/// looks again.
fn mfa(check: &mut Check<'_>, settings: &Value) {
    if check.keeps_what_is_omitted() {
        return;
    }
    for rule in mfa_state(settings, true).violations() {
        let path = place(rule, settings);
        check.key_error(Code::Conflict, &path, rule.to_string(), way_out(rule));
    }
}

fn place(rule: Rule, settings: &Value) -> Path {
    let factor = ["smsMfaConfiguration", "softwareTokenMfaConfiguration", "emailMfaConfiguration"]
        .into_iter()
        .find(|factor| settings[*factor].is_object());
    match rule {
        Rule::OffWithFactor => at(&[factor.unwrap_or("mfaConfiguration")]),
        Rule::NoFactor | Rule::OnWithOneTimeCodeSignIn | Rule::OnWithSingleFactorPasskey => {
            at(&["mfaConfiguration"])
        }
        Rule::PasskeyAlone => at(&["policies", "signInPolicy", "allowedFirstAuthFactors"]),
        Rule::EmailNeedsDeveloperAccount | Rule::EmailNeedsEssentials | Rule::EmailIsOnlyRecovery => {
            at(&["emailMfaConfiguration"])
        }
        Rule::PhoneIsOnlyRecovery | Rule::SmsNeedsConfiguration => at(&["smsMfaConfiguration"]),
    }
}

fn way_out(rule: Rule) -> &'static str {
    match rule {
        Rule::OffWithFactor => "leave the factor out, or write `mfaConfiguration: OPTIONAL` or `ON`",
        Rule::NoFactor => "add for example `softwareTokenMfaConfiguration: {enabled: true}`",
        Rule::OnWithOneTimeCodeSignIn => {
            "write `OPTIONAL`, or take EMAIL_OTP and SMS_OTP out of the first factors"
        }
        Rule::OnWithSingleFactorPasskey => {
            "add `webAuthnConfiguration: {factorConfiguration: MULTI_FACTOR_WITH_USER_VERIFICATION}`"
        }
        Rule::PasskeyAlone => "add PASSWORD or a one-time code",
        Rule::EmailNeedsDeveloperAccount => {
            "write `emailConfiguration: {emailSendingAccount: DEVELOPER, sourceArn: …}`"
        }
        Rule::EmailNeedsEssentials => "change `userPoolTier`, or leave `emailMfaConfiguration` out",
        Rule::EmailIsOnlyRecovery => "add `verified_phone_number` to the recovery mechanisms",
        Rule::PhoneIsOnlyRecovery => "add `verified_email` to the recovery mechanisms",
        Rule::SmsNeedsConfiguration => "add `smsConfiguration`",
    }
}
