//! Second factors and passkeys.

use schemars::JsonSchema;

use crate::manifest::values::EmailCodeMessage;

/// Whether users need a second factor.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MfaConfiguration {
    /// No user is asked for a second factor.
    Off,
    /// Every user needs one.
    On,
    /// Each user decides.
    Optional,
}

/// SMS codes; the block has no members, its presence is the switch.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, extend("properties" = {}))]
pub struct SmsMfaConfiguration {}

/// Authenticator apps.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SoftwareTokenMfaConfiguration {
    /// Whether users may set up an authenticator app. Default: `false`.
    #[schemars(extend("default" = false))]
    pub enabled: Option<bool>,
}

/// Email codes.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmailMfaConfiguration {
    /// The email, in HTML; `{####}` stands for the code. Default: Cognito's own text.
    #[schemars(extend("examples" = ["Your sign-in code is {####}."]))]
    pub message: Option<EmailCodeMessage>,

    /// The subject of the email. Default: Cognito's own.
    #[schemars(extend("pattern" = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+", "examples" = ["Your sign-in code"]))]
    pub subject: Option<String>,
}

/// Passkeys.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebAuthnConfiguration {
    /// The domain that passkeys belong to. Left out, it stays as it is; a new pool uses its domain, the custom one
    /// first.
    ///
    /// Passkeys do not move: after a change every registered one is useless.
    #[schemars(length(min = 1, max = 127), extend("x-omitted" = "live", "examples" = ["auth.example.com"]))]
    pub relying_party_id: Option<String>,

    /// Whether the device must ask for a fingerprint, a face or a PIN. Default: `preferred`.
    #[schemars(extend("default" = "preferred", "x-weaker" = ["required", "preferred"]))]
    pub user_verification: Option<UserVerification>,

    /// Whether a passkey alone counts as two factors. Default: `SINGLE_FACTOR`. With `mfaConfiguration: ON`, passkeys
    /// need the other one.
    #[schemars(extend(
        "default" = "SINGLE_FACTOR",
        "x-weaker" = ["MULTI_FACTOR_WITH_USER_VERIFICATION", "SINGLE_FACTOR"]
    ))]
    pub factor_configuration: Option<FactorConfiguration>,
}

/// Whether the device must verify its user.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum UserVerification {
    /// It must.
    Required,
    /// It does if it can.
    Preferred,
}

/// What a passkey counts as.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FactorConfiguration {
    /// One factor.
    SingleFactor,
    /// Two factors, when the device has verified its user.
    MultiFactorWithUserVerification,
}
