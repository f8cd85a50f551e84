//! MFA as a manifest says it.

use serde_json::Value;

use crate::cognito::mfa::{Mode, Rule, State};
use crate::path::Path;

/// What the MFA rules look at, from canonical settings.
pub fn mfa_state(settings: &Value, sms_configured: bool) -> State {
    let texts = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let sign_in = texts(&settings["policies"]["signInPolicy"]["allowedFirstAuthFactors"]);
    let first = |factor: &str| sign_in.iter().any(|known| known == factor);
    let mechanisms = settings["accountRecoverySetting"]["recoveryMechanisms"].as_array();
    let recovery: Vec<&str> =
        mechanisms.into_iter().flatten().filter_map(|mechanism| mechanism["name"].as_str()).collect();
    State {
        mode: settings["mfaConfiguration"].as_str().and_then(Mode::parse).unwrap_or_default(),
        sms: settings["smsMfaConfiguration"].is_object(),
        software_token: settings["softwareTokenMfaConfiguration"]["enabled"] == true,
        email: settings["emailMfaConfiguration"].is_object(),
        passkeys_are_multi_factor: settings["webAuthnConfiguration"]["factorConfiguration"]
            == "MULTI_FACTOR_WITH_USER_VERIFICATION",
        sign_in_password: sign_in.is_empty() || first("PASSWORD"),
        sign_in_one_time_code: first("EMAIL_OTP") || first("SMS_OTP"),
        sign_in_passkey: first("WEB_AUTHN"),
        recovery_email_only: recovery == ["verified_email"],
        recovery_phone_only: recovery == ["verified_phone_number"],
        developer_email: settings["emailConfiguration"]["emailSendingAccount"] == "DEVELOPER",
        sms_configured,
        lite: settings["userPoolTier"] == "LITE",
    }
}

/// Where in settings a rule is broken.
pub fn mfa_place(rule: Rule, settings: &Value) -> Path {
    let factor = ["smsMfaConfiguration", "softwareTokenMfaConfiguration", "emailMfaConfiguration"]
        .into_iter()
        .find(|factor| settings[*factor].is_object());
    match rule {
        Rule::OffWithFactor => Path::of(["settings", factor.unwrap_or("mfaConfiguration")]),
        Rule::NoFactor | Rule::OnWithOneTimeCodeSignIn | Rule::OnWithSingleFactorPasskey => {
            Path::of(["settings", "mfaConfiguration"])
        }
        Rule::PasskeyAlone => Path::of(["settings", "policies", "signInPolicy", "allowedFirstAuthFactors"]),
        Rule::EmailNeedsDeveloperAccount | Rule::EmailNeedsEssentials | Rule::EmailIsOnlyRecovery => {
            Path::of(["settings", "emailMfaConfiguration"])
        }
        Rule::PhoneIsOnlyRecovery | Rule::SmsNeedsConfiguration => {
            Path::of(["settings", "smsMfaConfiguration"])
        }
    }
}

/// The way out of a broken rule.
pub fn mfa_way_out(rule: Rule) -> &'static str {
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
