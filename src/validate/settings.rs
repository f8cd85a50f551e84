//! Field rules of `settings` that need no live pool.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Check, strings};
use crate::diagnostic::Code;
use crate::normalize::{level_name, mfa_place, mfa_state, mfa_way_out};
use crate::path::Path;

fn at(keys: &[&str]) -> Path {
    Path::of(std::iter::once("settings").chain(keys.iter().copied()))
}

pub(super) fn check(check: &mut Check<'_>) {
    let manifest = check.manifest;
    let Some(settings) = manifest.section("settings") else { return };
    sign_in(check, settings);
    super::attributes::check(check, settings);
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
    let alone = |mechanism: &Value| mechanism["name"] == "admin_only";
    if mechanisms.is_some_and(|all| all.len() > 1 && all.iter().any(alone)) {
        let path = at(&["accountRecoverySetting", "recoveryMechanisms"]);
        check.error(Code::Conflict, &path, "`admin_only` stands alone", "keep it, or the other way");
    }
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
    let by_link = template["defaultEmailOption"] == "CONFIRM_WITH_LINK";
    if by_link && !template["emailMessageByLink"].is_string() && !keeps {
        let path = at(&["verificationMessageTemplate", "defaultEmailOption"]);
        let help = "add for example `emailMessageByLink: 'Please {##confirm your address##}.'`";
        check.warning(Code::Missing, &path, "`CONFIRM_WITH_LINK` uses `emailMessageByLink`", help);
    }
    let unused: &[&str] = if by_link {
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
    let flows = &settings["userPoolAddOns"]["advancedSecurityAdditionalFlows"]["customAuthMode"];
    if tier != "PLUS" && flows.is_string() {
        check.error(
            Code::Conflict,
            &at(&["userPoolAddOns", "advancedSecurityAdditionalFlows"]),
            "threat protection of custom authentication needs `userPoolTier: PLUS`",
            "change the tier, or leave it out",
        );
    }
    if tier == "LITE" {
        lite(check, settings);
    }
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

/// What the schema says needs the Essentials tier.
fn lite(check: &mut Check<'_>, settings: &Value) {
    let factors = strings(&settings["policies"]["signInPolicy"]["allowedFirstAuthFactors"]);
    let trigger = &settings["lambdaConfig"]["preTokenGeneration"]["lambdaVersion"];
    let levels = settings["acrConfiguration"].as_object().into_iter().flatten();
    let mut names = levels.map(|(level, definition)| (level_name(level), definition));
    for (wrong, keys, message) in [
        (
            factors.iter().any(|factor| *factor != "PASSWORD"),
            &["policies", "signInPolicy", "allowedFirstAuthFactors"][..],
            "sign-in without a password needs a tier above `LITE`",
        ),
        (
            trigger.is_string() && trigger != "V1_0",
            &["lambdaConfig", "preTokenGeneration", "lambdaVersion"],
            "this version of the trigger needs a tier above `LITE`",
        ),
        (
            names.any(|(default, definition)| definition["acrValue"] != default),
            &["acrConfiguration"],
            "names of ACR levels need a tier above `LITE`",
        ),
        (
            settings["webAuthnConfiguration"]["factorConfiguration"] == "MULTI_FACTOR_WITH_USER_VERIFICATION",
            &["webAuthnConfiguration", "factorConfiguration"],
            "passkeys as both factors need a tier above `LITE`",
        ),
    ] {
        if wrong {
            check.error(Code::Conflict, &at(keys), message, "change the tier, or the value");
        }
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
    let levels = settings["acrConfiguration"].as_object();
    let default = |level: &u8| level_name(&format!("Level{level}"));
    let written = |level: &u8| levels.is_some_and(|levels| levels.contains_key(&format!("Level{level}")));
    // "Levels that are not given keep" their names, and all four must differ.
    let kept: Vec<String> = (1..=4).filter(|level| !written(level)).map(|level| default(&level)).collect();
    let mut seen: BTreeSet<&str> = kept.iter().map(String::as_str).collect();
    for (level, definition) in levels.into_iter().flatten() {
        if definition["acrValue"].as_str().is_some_and(|name| !seen.insert(name)) {
            let path = at(&["acrConfiguration", level, "acrValue"]);
            check.error(
                Code::DefinedTwice,
                &path,
                "another level has this name",
                "give each of the four levels its own",
            );
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
        let path = mfa_place(rule, settings);
        check.key_error(Code::Conflict, &path, rule.to_string(), mfa_way_out(rule));
    }
}
