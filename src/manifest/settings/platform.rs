//! The pool as a piece of infrastructure: plan, protection, keys, issuer, registration.

use schemars::JsonSchema;

use crate::manifest::values::{Arn, OAuthFlow, Scope};

/// Whether the pool refuses to be deleted.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeletionProtection {
    /// It refuses until this is `INACTIVE` again.
    Active,
    /// It can be deleted.
    Inactive,
}

/// The feature plan.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UserPoolTier {
    /// Passwords, federation and the classic login pages: the cheapest.
    Lite,
    /// Passkeys, one-time codes, managed login and changes to access tokens.
    Essentials,
    /// Threat protection on top.
    Plus,
}

/// The value of a tag.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 0, "maxLength" = 256))]
pub struct TagValue(pub String);

/// The key that encrypts the pool's data.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyConfiguration {
    /// Whose key it is. A new pool uses one of AWS.
    #[schemars(extend("default" = "AWS_OWNED_KEY"))]
    pub key_type: Option<KeyType>,

    /// The ARN of your AWS KMS key. `CUSTOMER_MANAGED_KEY` needs it. Whoever disables the key disables the pool.
    #[schemars(extend("examples" = ["arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"]))]
    pub kms_key_arn: Option<Arn>,
}

/// Whose key it is.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KeyType {
    /// A key of AWS, at no cost.
    AwsOwnedKey,
    /// Your key in AWS KMS, at its price. Replicas of the pool need one that is multi-Region.
    CustomerManagedKey,
}

/// The form of the issuer.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct IssuerConfiguration {
    /// The form of the issuer's URL. A new pool has `ORIGINAL`.
    #[schemars(extend("default" = "ORIGINAL"))]
    pub r#type: Option<IssuerType>,
}

/// The form of the issuer's URL.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IssuerType {
    /// `https://cognito-idp.<Region>.amazonaws.com/<pool id>`, served from one Region.
    Original,
    /// `https://issuer-cognito-idp.<Region>.amazonaws.com/<pool id>`, whose keys several Regions serve.
    Updated,
}

/// One level of authentication.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct AcrLevel {
    /// The level's name in the claim `acr`.
    #[schemars(extend(
        "minLength" = 1,
        "maxLength" = 64,
        "pattern" = r"[\x21\x23-\x5B\x5D-\x7E]+",
        "examples" = ["https://example.com/acr/mfa"]
    ))]
    pub acr_value: String,
}

/// Dynamic client registration. An update replaces the whole block.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct DcrConfiguration {
    /// Whether applications may register clients. It must be said: AWS takes a block without it as `Enabled`. A pool
    /// without the whole block has it `Disabled`.
    #[schemars(extend("default" = "Disabled"))]
    pub enable_status: EnableStatus,

    /// Whether they may do so without an access token. Default: `false`. Clients that register count toward the quota
    /// of the pool.
    #[schemars(extend("default" = false, "x-weaker" = [false, true]))]
    pub open_dcr_enabled: Option<bool>,

    /// The grants that a client may ask for which registered with an access token. Left out, they stay as
    /// they are; new, they are the service's own.
    #[schemars(length(min = 0, max = 3), extend("x-omitted" = "live", "examples" = [["code"]]))]
    pub authenticated_grant_types: Option<Vec<OAuthFlow>>,

    /// The grants that a client may ask for which registered without one. Left out, they stay as they are;
    /// new, they are the service's own.
    #[schemars(length(min = 0, max = 3), extend("x-omitted" = "live", "examples" = [["code"]]))]
    pub open_dcr_grant_types: Option<Vec<OAuthFlow>>,

    /// The scopes that registered clients may ask for beside the standard ones, at most 50. Left out, they stay as
    /// they are; new, they are the service's own.
    #[schemars(length(max = 50), extend("x-omitted" = "live", "examples" = [["https://api.example.com/orders.read"]]))]
    pub allowed_scopes: Option<Vec<Scope>>,
}

/// Whether applications may register clients.
#[derive(Debug, JsonSchema)]
pub enum EnableStatus {
    /// They may.
    Enabled,
    /// They may not. The Lite tier allows nothing else.
    Disabled,
}
