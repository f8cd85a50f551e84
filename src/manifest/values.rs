//! Strings with a shape that several members share.
//!
//! Bounds and patterns are the API's own; the finished schema anchors every pattern.

use schemars::JsonSchema;

/// An Amazon Resource Name.
#[derive(Debug, JsonSchema)]
#[schemars(extend(
    "minLength" = 20,
    "maxLength" = 2048,
    "pattern" = r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?"
))]
pub struct Arn(pub String);

/// A redirect URL: no spaces, 1 to 1,024 characters.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 1, "maxLength" = 1024, "pattern" = r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"))]
pub struct RedirectUrl(pub String);

/// An OAuth scope or an ACR name: printable ASCII without spaces, quotes and backslashes.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 1, "maxLength" = 256, "pattern" = r"[\x21\x23-\x5B\x5D-\x7E]+"))]
pub struct Scope(pub String);

/// An SMS text that holds the code as `{####}`.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 6, "maxLength" = 140, "pattern" = r".*\{####\}.*"))]
pub struct SmsCodeMessage(pub String);

/// An email body that holds the code as `{####}`.
#[derive(Debug, JsonSchema)]
#[schemars(extend(
    "minLength" = 6,
    "maxLength" = 20000,
    "pattern" = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*"
))]
pub struct EmailCodeMessage(pub String);

/// The subject line of an email.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 1, "maxLength" = 140, "pattern" = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+"))]
pub struct EmailSubject(pub String);

/// A string that the API bounds only by size.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 0, "maxLength" = 131_072))]
pub struct Text(pub String);

/// The code of an AWS Region.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 5, "maxLength" = 32))]
pub struct Region(pub String);

/// The name of a user pool or of an app client.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 1, "maxLength" = 128, "pattern" = r"[\w\s+=,.@-]+"))]
pub struct Name(pub String);

/// An OAuth 2.0 grant.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum OAuthFlow {
    /// The authorization code grant, with PKCE for public clients: the one to use for people.
    Code,
    /// Tokens in the redirect URL. Deprecated by OAuth 2.1; they leak through history and logs.
    Implicit,
    /// Machine to machine, without a user. Must be the client's only grant, and needs a client secret.
    ClientCredentials,
}

/// A contact attribute that Cognito can verify by a message.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum VerifiedAttribute {
    /// By SMS, which costs money and needs `smsConfiguration`.
    PhoneNumber,
    /// By email.
    Email,
}
