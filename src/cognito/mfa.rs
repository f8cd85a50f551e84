//! What Cognito allows of multi-factor authentication, as one rule table over states of a pool.
//!
//! The facts are measured and documented behaviour of `SetUserPoolMfaConfig`, `UpdateUserPool` and
//! `CreateUserPool`; the planner looks for a path through allowed states, the sandbox refuses the others.

use std::fmt;

/// How much MFA a pool asks of its users, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Mode {
    /// `OFF`.
    #[default]
    Off,
    /// `OPTIONAL`: each user decides.
    Optional,
    /// `ON`: every user needs a second factor.
    On,
}

impl Mode {
    /// Every mode, weakest first.
    pub const ALL: [Self; 3] = [Self::Off, Self::Optional, Self::On];

    /// The mode in the API's spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "OFF",
            Self::Optional => "OPTIONAL",
            Self::On => "ON",
        }
    }

    /// Reads the API's spelling; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text)
    }
}

/// The part of a pool's state that the MFA rules look at.
// Each flag is a fact of its own that some rule reads; grouping them would only rename them.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State {
    /// `MfaConfiguration`.
    pub mode: Mode,
    /// `SmsMfaConfiguration` is present.
    pub sms: bool,
    /// `SoftwareTokenMfaConfiguration.Enabled`.
    pub software_token: bool,
    /// `EmailMfaConfiguration` is present.
    pub email: bool,
    /// `WebAuthnConfiguration.FactorConfiguration` is `MULTI_FACTOR_WITH_USER_VERIFICATION`.
    pub passkeys_are_multi_factor: bool,
    /// `PASSWORD` is among the first factors.
    pub sign_in_password: bool,
    /// `EMAIL_OTP` or `SMS_OTP` is among the first factors.
    pub sign_in_one_time_code: bool,
    /// `WEB_AUTHN` is among the first factors.
    pub sign_in_passkey: bool,
    /// The only way to recover an account is `verified_email`.
    pub recovery_email_only: bool,
    /// The only way to recover an account is `verified_phone_number`.
    pub recovery_phone_only: bool,
    /// `EmailConfiguration.EmailSendingAccount` is `DEVELOPER`.
    pub developer_email: bool,
    /// The pool has an `SmsConfiguration`.
    pub sms_configured: bool,
    /// The tier is `LITE`.
    pub lite: bool,
}

impl State {
    /// Whether any factor is switched on.
    pub const fn has_factor(&self) -> bool {
        self.sms || self.software_token || self.email
    }

    /// The rules that this state breaks, in the order of [`Rule`]'s declaration.
    pub fn violations(&self) -> Vec<Rule> {
        let on = self.mode == Mode::On;
        let table = [
            (self.mode == Mode::Off && self.has_factor(), Rule::OffWithFactor),
            (self.mode != Mode::Off && !self.has_factor(), Rule::NoFactor),
            (on && self.sign_in_one_time_code, Rule::OnWithOneTimeCodeSignIn),
            (on && self.sign_in_passkey && !self.passkeys_are_multi_factor, Rule::OnWithSingleFactorPasskey),
            (
                self.sign_in_passkey && !self.sign_in_password && !self.sign_in_one_time_code,
                Rule::PasskeyAlone,
            ),
            (self.email && !self.developer_email, Rule::EmailNeedsDeveloperAccount),
            (self.email && self.lite, Rule::EmailNeedsEssentials),
            (self.email && self.recovery_email_only, Rule::EmailIsOnlyRecovery),
            (self.sms && self.recovery_phone_only, Rule::PhoneIsOnlyRecovery),
            (self.sms && !self.sms_configured, Rule::SmsNeedsConfiguration),
        ];
        table.into_iter().filter_map(|(broken, rule)| broken.then_some(rule)).collect()
    }
}

/// One thing that Cognito refuses about MFA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// `OFF` is refused beside any SMS, software token or e-mail block.
    OffWithFactor,
    /// `ON` and `OPTIONAL` are refused while no factor exists.
    NoFactor,
    /// `ON` is refused while `EMAIL_OTP` or `SMS_OTP` is a first factor.
    OnWithOneTimeCodeSignIn,
    /// `ON` with passkeys needs `MULTI_FACTOR_WITH_USER_VERIFICATION`.
    OnWithSingleFactorPasskey,
    /// `WEB_AUTHN` cannot be the only first factor.
    PasskeyAlone,
    /// E-mail MFA needs the pool's own SES identity.
    EmailNeedsDeveloperAccount,
    /// E-mail MFA needs the Essentials tier or Plus.
    EmailNeedsEssentials,
    /// E-mail cannot be both a factor and the only way to recover an account.
    EmailIsOnlyRecovery,
    /// The phone cannot be both a factor and the only way to recover an account.
    PhoneIsOnlyRecovery,
    /// SMS as a factor needs an SMS configuration.
    SmsNeedsConfiguration,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OffWithFactor => "MFA that is OFF takes no SMS, software token or e-mail factor",
            Self::NoFactor => "MFA that is ON or OPTIONAL needs at least one factor",
            Self::OnWithOneTimeCodeSignIn => {
                "MFA cannot be ON while EMAIL_OTP or SMS_OTP is a first factor of sign-in (OPTIONAL can)"
            }
            Self::OnWithSingleFactorPasskey => {
                "MFA that is ON with passkey sign-in needs FactorConfiguration MULTI_FACTOR_WITH_USER_VERIFICATION"
            }
            Self::PasskeyAlone => "WEB_AUTHN cannot be the only first factor of sign-in",
            Self::EmailNeedsDeveloperAccount => {
                "e-mail MFA needs EmailSendingAccount DEVELOPER (the pool's own SES identity)"
            }
            Self::EmailNeedsEssentials => "e-mail MFA needs the tier ESSENTIALS or PLUS",
            Self::EmailIsOnlyRecovery => {
                "e-mail cannot be an MFA factor while verified_email is the only way to recover an account"
            }
            Self::PhoneIsOnlyRecovery => {
                "SMS cannot be an MFA factor while verified_phone_number is the only way to recover an account"
            }
            Self::SmsNeedsConfiguration => "SMS as an MFA factor needs an SMS configuration",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untouched_pool_breaks_no_rule() {
        let state = State { sign_in_password: true, ..State::default() };
        assert_eq!(state.violations(), []);
    }

    #[test]
    fn off_takes_no_factor_and_on_needs_one() {
        let off = State { software_token: true, sign_in_password: true, ..State::default() };
        assert_eq!(off.violations(), [Rule::OffWithFactor]);
        let on = State { mode: Mode::On, sign_in_password: true, ..State::default() };
        assert_eq!(on.violations(), [Rule::NoFactor]);
    }

    #[test]
    fn optional_takes_one_time_codes_as_first_factor_and_on_does_not() {
        let optional = State {
            mode: Mode::Optional,
            software_token: true,
            sign_in_password: true,
            sign_in_one_time_code: true,
            ..State::default()
        };
        assert_eq!(optional.violations(), []);
        let on = State { mode: Mode::On, ..optional };
        assert_eq!(on.violations(), [Rule::OnWithOneTimeCodeSignIn]);
    }

    #[test]
    fn email_factor_needs_its_sender_its_tier_and_another_recovery() {
        let state = State {
            mode: Mode::Optional,
            email: true,
            sign_in_password: true,
            recovery_email_only: true,
            lite: true,
            ..State::default()
        };
        assert_eq!(
            state.violations(),
            [Rule::EmailNeedsDeveloperAccount, Rule::EmailNeedsEssentials, Rule::EmailIsOnlyRecovery]
        );
    }
}
