//! Multi-factor authentication: a document beside the pool's, under rules that look at both.

use serde_json::{Map, Value, json};

use super::store::PoolState;
use super::{Call, OmittedMode, Refused, given, strings};
use crate::cognito::ErrorCode;
use crate::cognito::mfa::{Mode, Rule, State};

/// The blocks of the three second factors.
const FACTORS: [&str; 3] = ["SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration"];

/// Passkeys that are both factors of sign-in.
const BOTH_FACTORS: &str = "MULTI_FACTOR_WITH_USER_VERIFICATION";

/// What the MFA rules look at, of a pool with these documents.
pub(super) fn state_of(pool: &Value, mfa: &Value) -> State {
    let sign_in = strings(&pool["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]);
    let mechanisms = pool["AccountRecoverySetting"]["RecoveryMechanisms"].as_array();
    let recovery: Vec<&str> =
        mechanisms.into_iter().flatten().filter_map(|mechanism| mechanism["Name"].as_str()).collect();
    State {
        mode: mfa["MfaConfiguration"].as_str().and_then(Mode::parse).unwrap_or_default(),
        sms: given(mfa, "SmsMfaConfiguration"),
        software_token: mfa["SoftwareTokenMfaConfiguration"]["Enabled"] == true,
        email: given(mfa, "EmailMfaConfiguration"),
        passkeys_are_multi_factor: mfa["WebAuthnConfiguration"]["FactorConfiguration"] == BOTH_FACTORS,
        sign_in_password: sign_in.is_empty() || sign_in.contains(&"PASSWORD"),
        sign_in_one_time_code: sign_in.contains(&"EMAIL_OTP") || sign_in.contains(&"SMS_OTP"),
        sign_in_passkey: sign_in.contains(&"WEB_AUTHN"),
        recovery_email_only: recovery == ["verified_email"],
        recovery_phone_only: recovery == ["verified_phone_number"],
        developer_email: pool["EmailConfiguration"]["EmailSendingAccount"] == "DEVELOPER",
        sms_configured: given(pool, "SmsConfiguration"),
        lite: pool["UserPoolTier"] == "LITE",
    }
}

/// Refuses a state that breaks a rule of MFA.
pub(super) fn check(pool: &Value, mfa: &Value) -> Result<(), Refused> {
    let Some(rule) = state_of(pool, mfa).violations().first().copied() else { return Ok(()) };
    let code = match rule {
        Rule::EmailNeedsEssentials => ErrorCode::FeatureUnavailableInTier,
        _ => ErrorCode::InvalidParameter,
    };
    Err(Refused::new(code, format!("Invalid MFA configuration given: {rule}.")))
}

/// Switches MFA off: the factors go, passkeys stay.
pub(super) fn switch_off(mfa: &mut Value) {
    if let Value::Object(members) = mfa {
        members.retain(|name, _| !FACTORS.contains(&name.as_str()));
    }
    mfa["MfaConfiguration"] = json!("OFF");
}

impl Call<'_> {
    pub(super) fn get_mfa(&self) -> Result<Value, Refused> {
        self.pool_state().map(answer)
    }

    /// A full replacement. A mode that is left out is read as `OFF`.
    pub(super) fn set_mfa(&mut self) -> Result<Value, Refused> {
        let mode = self.text("MfaConfiguration").to_owned();
        let mode = if mode.is_empty() { "OFF" } else { &mode };
        if mode == "OFF" && FACTORS.iter().any(|factor| given(self.input, factor)) {
            return Err(Refused::invalid(
                "Invalid MFA configuration given, can't disable MFA and configure an MFA together.",
            ));
        }
        let (input, omitted, region) = (self.input, self.options.omitted, self.options.region.clone());
        let stored = self.pool_state_mut()?;
        let mut mfa = Map::from_iter([("MfaConfiguration".to_owned(), json!(mode))]);
        let mut pool = stored.pool.clone();
        for (name, value) in input.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
            match name.as_str() {
                "UserPoolId" | "MfaConfiguration" => {}
                "SmsMfaConfiguration" => mfa_sms(&mut pool, &mut mfa, value, &region)?,
                "SoftwareTokenMfaConfiguration" if value["Enabled"] != true => {}
                "WebAuthnConfiguration" => {
                    if stored.mfa[name]["FactorConfiguration"] != value["FactorConfiguration"] {
                        passkeys_in_tier(value, &pool)?;
                    }
                    mfa.insert(name.clone(), passkeys(value, &stored.mfa[name], omitted));
                }
                known if FACTORS.contains(&known) || stored.mfa.get(known).is_some() => {
                    mfa.insert(name.clone(), value.clone());
                }
                _ => {}
            }
        }
        if omitted == OmittedMode::Keep
            && let Some(passkeys) = stored.mfa.get("WebAuthnConfiguration")
        {
            mfa.entry("WebAuthnConfiguration").or_insert_with(|| passkeys.clone());
        }
        let mfa = Value::Object(mfa);
        check(&pool, &mfa)?;
        pool["MfaConfiguration"] = json!(mode);
        stored.pool = pool;
        stored.mfa = mfa;
        Ok(answer(stored))
    }
}

/// The SMS factor: its configuration and message are the pool's own.
fn mfa_sms(
    pool: &mut Value,
    mfa: &mut Map<String, Value>,
    value: &Value,
    region: &str,
) -> Result<(), Refused> {
    let mut block = value.as_object().cloned().unwrap_or_default();
    if let Some(configuration) = block.remove("SmsConfiguration") {
        super::pool_rules::sms(&configuration, region)?;
        pool["SmsConfiguration"] = configuration;
    }
    if let Some(message) = block.remove("SmsAuthenticationMessage") {
        pool["SmsAuthenticationMessage"] = message;
    }
    mfa.insert("SmsMfaConfiguration".to_owned(), Value::Object(block));
    Ok(())
}

/// Passkeys are both factors only above the tier `LITE`.
fn passkeys_in_tier(value: &Value, pool: &Value) -> Result<(), Refused> {
    if pool["UserPoolTier"] == "LITE" && value["FactorConfiguration"] == BOTH_FACTORS {
        return Err(Refused::new(
            ErrorCode::FeatureUnavailableInTier,
            "Passkeys as both factors are not available in this tier.",
        ));
    }
    Ok(())
}

fn passkeys(value: &Value, stored: &Value, omitted: OmittedMode) -> Value {
    let mut block = value.as_object().cloned().unwrap_or_default();
    let kept: &[&str] = match omitted {
        OmittedMode::Documented => &[],
        OmittedMode::Measured => &["FactorConfiguration"],
        OmittedMode::Keep => &["FactorConfiguration", "RelyingPartyId", "UserVerification"],
    };
    for member in kept.iter().filter(|member| given(stored, member)) {
        block.entry(*member).or_insert_with(|| stored[*member].clone());
    }
    block.entry("UserVerification").or_insert_with(|| json!("preferred"));
    block.entry("FactorConfiguration").or_insert_with(|| json!("SINGLE_FACTOR"));
    Value::Object(block)
}

fn answer(stored: &PoolState) -> Value {
    let mut answer = stored.mfa.clone();
    if !answer.is_object() {
        answer = json!({});
    }
    if answer["MfaConfiguration"].is_null() {
        answer["MfaConfiguration"] = json!("OFF");
    }
    if let Some(Value::Object(sms)) = answer.get_mut("SmsMfaConfiguration") {
        for member in ["SmsConfiguration", "SmsAuthenticationMessage"] {
            if let Some(value) = stored.pool.get(member) {
                sms.insert(member.to_owned(), value.clone());
            }
        }
    }
    answer
}
