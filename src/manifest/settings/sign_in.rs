//! Who signs in, with what, and how they get back in.

use schemars::JsonSchema;

use crate::manifest::values::VerifiedAttribute;

/// An attribute that can stand in for the user name.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum AliasAttribute {
    /// A verified phone number.
    PhoneNumber,
    /// A verified email address.
    Email,
    /// A name that the user may change. It cannot be a required attribute as well.
    PreferredUsername,
}

/// How user names compare.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsernameConfiguration {
    /// Whether `Jane` and `jane` are two users. A pool that was made without this member says yes; the console writes
    /// `false`, which is what you want, for email addresses too.
    ///
    /// Fixed at creation.
    #[schemars(extend("x-absent" = true, "x-create-only" = true))]
    pub case_sensitive: bool,
}

/// Rules for passwords and for the first factor.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policies {
    /// What a password must look like. Each member has its own default, whether or not the others are written.
    pub password_policy: Option<PasswordPolicy>,

    /// The factors with which a sign-in may begin.
    #[schemars(extend("x-send" = "nonDefault"))]
    pub sign_in_policy: Option<SignInPolicy>,
}

/// What a password must look like.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordPolicy {
    /// The fewest characters of a password. Default: 8. Passwords that users already have are not checked again.
    #[schemars(range(min = 6, max = 99), extend("default" = 8, "x-weaker" = "lower", "examples" = [12]))]
    pub minimum_length: Option<u32>,

    /// Whether a password needs an upper-case letter (A to Z). Default: `true`.
    #[schemars(extend("default" = true, "x-absent" = false, "x-weaker" = [true, false]))]
    pub require_uppercase: Option<bool>,

    /// Whether a password needs a lower-case letter (a to z). Default: `true`.
    #[schemars(extend("default" = true, "x-absent" = false, "x-weaker" = [true, false]))]
    pub require_lowercase: Option<bool>,

    /// Whether a password needs a digit. Default: `true`.
    #[schemars(extend("default" = true, "x-absent" = false, "x-weaker" = [true, false]))]
    pub require_numbers: Option<bool>,

    /// Whether a password needs a special character. Default: `true`.
    #[schemars(extend("default" = true, "x-absent" = false, "x-weaker" = [true, false]))]
    pub require_symbols: Option<bool>,

    /// How many of their previous passwords users may not choose again. Default: 0. Needs the Essentials tier.
    #[schemars(range(min = 0, max = 24), extend("default" = 0, "x-weaker" = "lower", "examples" = [5]))]
    pub password_history_size: Option<u32>,

    /// Days that a temporary password of an invited user works. Default: 7, which `0` means too. Afterwards an
    /// administrator has to invite the user again.
    #[schemars(range(min = 0, max = 365), extend("default" = 7, "x-weaker" = "higher", "examples" = [3]))]
    pub temporary_password_validity_days: Option<u32>,
}

/// The factors with which a sign-in may begin.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInPolicy {
    /// The first factors that users may choose from. Default: passwords only. All others need the Essentials tier, and
    /// clients with `ALLOW_USER_AUTH`.
    #[schemars(
        length(min = 1, max = 5),
        extend("default" = ["PASSWORD"], "examples" = [["PASSWORD", "WEB_AUTHN"]])
    )]
    pub allowed_first_auth_factors: Option<Vec<AuthFactor>>,
}

/// A first factor.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuthFactor {
    /// A password.
    Password,
    /// A code by email. Not together with `mfaConfiguration: ON`.
    EmailOtp,
    /// A code by SMS, which costs money. Not together with `mfaConfiguration: ON`.
    SmsOtp,
    /// A passkey. It cannot be the only factor.
    WebAuthn,
    /// A code of an authenticator app.
    SoftwareToken,
}

/// What happens when a user changes a verified attribute.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserAttributeUpdateSettings {
    /// The attributes whose new value counts only once the user has verified it; until then the old one works.
    /// Default: none, so that a mistyped address takes effect at once. Each must be in `autoVerifiedAttributes` too.
    #[schemars(extend("default" = [], "x-weaker" = "removed", "examples" = [["email"]]))]
    pub attributes_require_verification_before_update: Option<Vec<VerifiedAttribute>>,
}

/// How users get back into their account.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountRecoverySetting {
    /// The ways to recover an account, best first by `priority`. Default: email, then phone.
    ///
    /// A channel that is a second factor cannot be the only way to recover.
    #[schemars(
        length(min = 1, max = 2),
        extend(
            "default" = [
                { "name": "verified_email", "priority": 1 },
                { "name": "verified_phone_number", "priority": 2 },
            ],
            "x-key" = "name",
            "examples" = [[{ "name": "verified_email", "priority": 1 }]],
        )
    )]
    pub recovery_mechanisms: Option<Vec<RecoveryMechanism>>,
}

/// One way to recover an account.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecoveryMechanism {
    /// Where the code goes.
    pub name: RecoveryOption,

    /// The order among the ways: 1 is tried first.
    #[schemars(range(min = 1, max = 2), extend("examples" = [1]))]
    pub priority: u32,
}

/// Where a recovery code goes.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum RecoveryOption {
    /// To the verified email address.
    VerifiedEmail,
    /// To the verified phone number.
    VerifiedPhoneNumber,
    /// Nowhere: an administrator resets the password. It must stand alone.
    AdminOnly,
}

/// Remembered devices.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceConfiguration {
    /// Whether a remembered device stands in for the second factor. Default: `false`, users are always asked for it.
    #[schemars(extend("default" = false, "x-weaker" = [false, true]))]
    pub challenge_required_on_new_device: Option<bool>,

    /// Whether a device is remembered only when the user agrees. Default: `false`, always.
    #[schemars(extend("default" = false))]
    pub device_only_remembered_on_user_prompt: Option<bool>,
}

/// Threat protection.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserPoolAddOns {
    /// What threat protection does. Default: `OFF`. The others need the Plus tier, whose price is per active user.
    #[schemars(extend("default" = "OFF", "x-weaker" = ["ENFORCED", "AUDIT", "OFF"]))]
    pub advanced_security_mode: Option<AdvancedSecurityMode>,

    /// Threat protection for further ways to sign in.
    pub advanced_security_additional_flows: Option<AdvancedSecurityAdditionalFlows>,
}

/// What threat protection does.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AdvancedSecurityMode {
    /// Nothing.
    Off,
    /// It records risks and does not act.
    Audit,
    /// It acts on risks as the risk configuration says.
    Enforced,
}

/// Threat protection for further ways to sign in.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdvancedSecurityAdditionalFlows {
    /// What threat protection does in sign-ins with custom challenges. Default: absent, nothing.
    #[schemars(extend("x-weaker" = ["ENFORCED", "AUDIT", null]))]
    pub custom_auth_mode: Option<CustomAuthMode>,
}

/// What threat protection does in sign-ins with custom challenges.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CustomAuthMode {
    /// It records risks and does not act.
    Audit,
    /// It acts on risks.
    Enforced,
}
