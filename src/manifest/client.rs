//! `clients`: app clients.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::branding::ManagedLoginBranding;
use super::client_secrets::ClientSecrets;
use super::pass_through::PassThrough;
use super::risk::RiskConfiguration;
use super::secret::SecretReference;
use super::session::ClientSessionConfiguration;
use super::terms::Terms;
use super::ui::UiCustomization;
use super::values::{Arn, Name, OAuthFlow, RedirectUrl, Scope, Text};

/// One app client.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Client {
    /// The client's name in AWS. Default: the key under `clients`. Names are not unique in a pool.
    #[schemars(extend("x-identifies" = true, "examples" = ["Web shop"]))]
    pub client_name: Option<Name>,

    /// The id of the live client that this entry means. Only needed where two live clients share a name.
    #[schemars(extend(
        "minLength" = 1,
        "maxLength" = 128,
        "pattern" = r"[\w+]+",
        "x-operation" = "identity",
        "examples" = ["1example23456789"]
    ))]
    pub client_id: Option<String>,

    /// The key that this entry had before. The live client of that name is renamed in place and keeps its id. Remove
    /// the line once it is applied everywhere.
    #[schemars(extend("x-operation" = "identity", "examples" = ["website"]))]
    pub formerly: Option<Name>,

    /// What sort of application uses the client. It fills in the members that are left out here, before the service's
    /// own defaults; the plan says which. Default: none, nothing is filled in.
    #[schemars(extend("x-operation" = "identity", "examples" = ["spa"]))]
    pub application_type: Option<ApplicationType>,

    /// Whether Cognito makes a secret for this client when it creates it. Default: `false`, a public client.
    ///
    /// Fixed at creation. Server-side applications and `client_credentials` need a secret; browsers and mobile apps
    /// cannot keep one.
    #[schemars(extend("default" = false, "x-create-only" = true))]
    pub generate_secret: Option<bool>,

    /// A secret of your own for a new client, as a reference: the value itself never stands in a manifest. Excludes
    /// `generateSecret`. Fixed at creation.
    #[schemars(extend("writeOnly" = true, "x-create-only" = true, "examples" = [{ "env": "WEB_CLIENT_SECRET" }]))]
    pub client_secret: Option<SecretReference>,

    /// How long an access token is valid. Default: `1h`.
    ///
    /// A duration such as `30m`, or a number in the unit of `tokenValidityUnits.accessToken`. 5 minutes to 1 day. A
    /// revoked user keeps access until the token expires unless the resource server asks Cognito.
    #[schemars(extend(
        "type" = ["integer", "string", "null"],
        "minimum" = 1,
        "maximum" = 86400,
        "pattern" = DURATION,
        "default" = "1h",
        "x-weaker" = "higher",
        "examples" = ["30m", 1]
    ))]
    pub access_token_validity: Option<u32>,

    /// How long an ID token is valid. Default: `1h`.
    ///
    /// A duration such as `30m`, or a number in the unit of `tokenValidityUnits.idToken`. 5 minutes to 1 day.
    #[schemars(extend(
        "type" = ["integer", "string", "null"],
        "minimum" = 1,
        "maximum" = 86400,
        "pattern" = DURATION,
        "default" = "1h",
        "x-weaker" = "higher",
        "examples" = ["30m", 1]
    ))]
    pub id_token_validity: Option<u32>,

    /// How long a refresh token is valid, hence how long a user stays signed in. Default: `30d`.
    ///
    /// A duration such as `12h`, or a number in the unit of `tokenValidityUnits.refreshToken`; `0` means 30 days. 1
    /// hour to 10 years. Tokens that were issued before keep their own end.
    #[schemars(extend(
        "type" = ["integer", "string", "null"],
        "minimum" = 0,
        "maximum" = 315_360_000,
        "pattern" = DURATION,
        "default" = "30d",
        "x-weaker" = "higher",
        "examples" = ["12h", 30]
    ))]
    pub refresh_token_validity: Option<u32>,

    /// The units of the three validities where they are plain numbers. Durations such as `1h` need none.
    #[schemars(extend("x-send" = "never"))]
    pub token_validity_units: Option<TokenValidityUnits>,

    /// The user attributes that tokens and user-info answers of this client may show. Custom ones carry their prefix.
    ///
    /// Left out, it is the service's own set: all standard attributes.
    #[schemars(length(min = 1), extend("x-weaker" = "widened", "examples" = [["email", "email_verified", "custom:tenant_id"]]))]
    pub read_attributes: Option<Vec<AttributeName>>,

    /// The user attributes that this client may change. Custom ones carry their prefix.
    ///
    /// Left out, it is the service's own set: all standard attributes except the two that say `verified`. A list must
    /// hold every required attribute and every one that an identity provider maps.
    #[schemars(length(min = 1), extend("x-weaker" = "widened", "examples" = [["email", "name"]]))]
    pub write_attributes: Option<Vec<AttributeName>>,

    /// The ways in which this client may sign users in through the API.
    ///
    /// Default: SRP, custom challenges and refresh tokens. The names with `ALLOW_` cannot stand beside those without.
    #[schemars(length(min = 1), extend(
        "default" = ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        "examples" = [["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]]
    ))]
    pub explicit_auth_flows: Option<Vec<ExplicitAuthFlow>>,

    /// Who may sign users in: `COGNITO` for the pool's own users, and the names of identity providers, which must
    /// exist first. Default: none.
    #[schemars(extend("default" = [], "examples" = [["COGNITO", "Google"]]))]
    pub supported_identity_providers: Option<Vec<ProviderName>>,

    /// The URLs that the login pages may send a user back to, with a code or tokens. Compared character by
    /// character, so a slash at the end matters. Default: none; at most 100.
    ///
    /// HTTPS, except `http://localhost` for tests and the schemes of apps such as `myapp://callback`. Needs
    /// `allowedOAuthFlowsUserPoolClient`.
    #[schemars(
        rename = "callbackURLs",
        length(min = 0, max = 100),
        extend("default" = [], "examples" = [["https://app.example.com/callback", "myapp://callback"]])
    )]
    pub callback_urls: Option<Vec<RedirectUrl>>,

    /// The URLs that the logout endpoint may send a user to. Default: none; at most 100.
    #[schemars(
        rename = "logoutURLs",
        length(min = 0, max = 100),
        extend("default" = [], "examples" = [["https://app.example.com/"]])
    )]
    pub logout_urls: Option<Vec<RedirectUrl>>,

    /// The callback URL that is used when a request names none. Must be one of `callbackURLs`. Default: none.
    #[schemars(rename = "defaultRedirectURI", extend("examples" = ["https://app.example.com/callback"]))]
    pub default_redirect_uri: Option<RedirectUrl>,

    /// The OAuth grants of this client. Default: none. Needs `allowedOAuthFlowsUserPoolClient`.
    #[schemars(
        rename = "allowedOAuthFlows",
        length(min = 0, max = 3),
        extend("default" = [], "examples" = [["code"]])
    )]
    pub allowed_oauth_flows: Option<Vec<OAuthFlow>>,

    /// The scopes that this client may ask for: `openid`, `email`, `phone`, `profile`,
    /// `aws.cognito.signin.user.admin`, and those of resource servers as `identifier/scope`, which must exist first.
    /// Default: none; at most 50.
    #[schemars(
        rename = "allowedOAuthScopes",
        length(max = 50),
        extend("default" = [], "examples" = [["openid", "email", "https://api.example.com/orders.read"]])
    )]
    pub allowed_oauth_scopes: Option<Vec<Scope>>,

    /// Whether this client uses OAuth and the login pages at all. Default: `false`. Callback URLs, logout URLs, grants
    /// and scopes need `true`.
    #[schemars(rename = "allowedOAuthFlowsUserPoolClient", extend("default" = false))]
    pub allowed_oauth_flows_user_pool_client: Option<bool>,

    /// Where Amazon Pinpoint collects sign-in metrics of this client. Default: nowhere. Pinpoint is at its end of
    /// life.
    #[schemars(extend("x-absent" = null, "minProperties" = 1))]
    pub analytics_configuration: Option<AnalyticsConfiguration>,

    /// Whether sign-in and password recovery say that a user does not exist. Default: `LEGACY`, which tells an
    /// attacker which accounts there are; `ENABLED` does not.
    #[schemars(extend("default" = "LEGACY", "x-weaker" = ["ENABLED", "LEGACY"]))]
    pub prevent_user_existence_errors: Option<PreventUserExistenceErrors>,

    /// Whether a refresh token and its access tokens can be revoked. Default: `true`. Tokens then carry the claims
    /// `origin_jti` and `jti`.
    #[schemars(extend("default" = true, "x-absent" = false, "x-weaker" = [true, false]))]
    pub enable_token_revocation: Option<bool>,

    /// Whether a server may pass on the user's own IP address and device for threat protection. Default: `false`.
    /// Needs a client secret.
    #[schemars(extend("default" = false))]
    pub enable_propagate_additional_user_context_data: Option<bool>,

    /// Minutes that a user has to answer the challenges of one sign-in. Default: 3.
    #[schemars(
        range(min = 3, max = 15),
        extend("default" = 3, "x-weaker" = "higher", "examples" = [5])
    )]
    pub auth_session_validity: Option<u32>,

    /// Whether each use of a refresh token replaces it by a new one, so that a stolen one shows.
    pub refresh_token_rotation: Option<RefreshTokenRotation>,

    /// What threat protection does at this client, in the place of the pool's `riskConfiguration`. Left out, it is left
    /// alone; `{}` is the pool's again.
    #[schemars(extend(
        "x-section" = true,
        "examples" = [{ "compromisedCredentialsRiskConfiguration": { "actions": { "eventAction": "BLOCK" } } }]
    ))]
    pub risk_configuration: Option<RiskConfiguration>,

    /// The sessions of this client's users. The pool's `sessionConfiguration` must track sessions. Left out, it is left
    /// alone.
    #[schemars(extend("x-section" = true, "examples" = [{ "ssoSession": { "maxValidityMinutes": 480 } }]))]
    pub session_configuration: Option<ClientSessionConfiguration>,

    /// How the classic login pages look at this client, in the place of the pool's `uiCustomization`. Left out, it is
    /// left alone; `{}` is the pool's again.
    #[schemars(extend("x-section" = true, "examples" = [{ "css": { "file": "./web.css" } }]))]
    pub ui_customization: Option<UiCustomization>,

    /// How the pages of managed login look at this client; without a style they do not work. `{}` is Cognito's own look.
    ///
    /// Left out, it is left alone, unless `policy.delete` names it.
    #[schemars(extend("x-section" = true, "examples" = [{ "settings": { "file": "./branding.json" } }]))]
    pub managed_login_branding: Option<ManagedLoginBranding>,

    /// The documents that the sign-up pages of managed login link to, by name. The pages show them once there are both,
    /// `terms-of-use` and `privacy-policy`.
    ///
    /// A live one that is not declared is listed and left alone, unless `policy.delete` names it.
    #[schemars(extend(
        "x-section" = true,
        "propertyNames" = { "enum": ["terms-of-use", "privacy-policy"] },
        "examples" = [{
            "terms-of-use": { "links": { "cognito:default": "https://example.com/terms" } },
            "privacy-policy": { "links": { "cognito:default": "https://example.com/privacy" } },
        }]
    ))]
    pub terms: Option<BTreeMap<String, Terms>>,

    /// Members of the API that this version does not know yet, by their paths in the API's own names.
    pub pass_through: Option<PassThrough>,

    /// How many secrets the client has, which is how they are rotated. Only of a client that has one since it was
    /// created. Left out, they are left alone; `{}` means one.
    #[schemars(extend(
        "x-section" = true,
        "examples" = [{ "count": 2, "clientSecret": { "env": "WEB_CLIENT_SECRET_NEXT" } }]
    ))]
    pub secrets: Option<ClientSecrets>,
}

/// A sort of application.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum ApplicationType {
    /// A page that runs in the browser: no secret, the code grant, refresh tokens for 5 days.
    Spa,
    /// A server that renders pages: a secret, the code grant.
    TraditionalWeb,
    /// An app on a phone or a desktop: no secret, the code grant.
    Mobile,
    /// A service that acts for itself: a secret, the grant `client_credentials`, no users.
    MachineToMachine,
}

/// A whole number and its unit.
const DURATION: &str = "[1-9][0-9]*(s|m|h|d)";

/// The units of plain numbers in the validities of tokens.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenValidityUnits {
    /// The unit of `accessTokenValidity`. Default: hours.
    #[schemars(extend("default" = "hours"))]
    pub access_token: Option<TimeUnit>,

    /// The unit of `idTokenValidity`. Default: hours.
    #[schemars(extend("default" = "hours"))]
    pub id_token: Option<TimeUnit>,

    /// The unit of `refreshTokenValidity`. Default: days.
    #[schemars(extend("default" = "days"))]
    pub refresh_token: Option<TimeUnit>,
}

/// A unit of time.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
}

/// The name of a user attribute, custom ones with their prefix.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 1, "maxLength" = 2048))]
pub struct AttributeName(pub String);

/// The name of an identity provider, or `COGNITO`.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 1, "maxLength" = 32, "pattern" = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+"))]
pub struct ProviderName(pub String);

/// A way to sign a user in through the API.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExplicitAuthFlow {
    /// Old name of `ALLOW_ADMIN_USER_PASSWORD_AUTH`.
    AdminNoSrpAuth,
    /// Old name of `ALLOW_CUSTOM_AUTH`, for clients that allow nothing else.
    CustomAuthFlowOnly,
    /// Old name of `ALLOW_USER_PASSWORD_AUTH`.
    UserPasswordAuth,
    /// A server with AWS credentials sends the user's name and password.
    AllowAdminUserPasswordAuth,
    /// Challenges that your Lambda triggers define.
    AllowCustomAuth,
    /// The client sends the password itself over TLS. Prefer SRP, which does not.
    AllowUserPasswordAuth,
    /// Secure Remote Password: the password never leaves the device.
    AllowUserSrpAuth,
    /// New tokens for a refresh token. Needed unless rotation is on, and refused when it is.
    AllowRefreshTokenAuth,
    /// Choice-based sign-in: passwords, passkeys and one-time codes. Needs the Essentials tier.
    AllowUserAuth,
    /// A service that holds a user's token gets a narrower one that names the service as actor.
    AllowTokenExchangeDelegation,
    /// A service that holds a user's token gets a narrower one in the user's name alone.
    AllowTokenExchangeImpersonation,
}

/// What sign-in tells about users that do not exist.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PreventUserExistenceErrors {
    /// An error of its own when the user does not exist.
    Legacy,
    /// The same answer as for a wrong password.
    Enabled,
}

/// Where Amazon Pinpoint collects metrics.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnalyticsConfiguration {
    /// The id of the Pinpoint project. Excludes `applicationArn`; goes with `roleArn` and `externalId`.
    #[schemars(extend("pattern" = "^[0-9a-fA-F]+$", "examples" = ["d70b2ba36a8c4dc5a04a0451a31a1e12"]))]
    pub application_id: Option<String>,

    /// The ARN of the Pinpoint project; the role is then a service-linked one.
    #[schemars(extend("examples" = ["arn:aws:mobiletargeting:us-east-1:123456789012:apps/d70b2ba36a8c4dc5a04a0451a31a1e12"]))]
    pub application_arn: Option<Arn>,

    /// The role through which Cognito publishes events to Pinpoint.
    #[schemars(extend("examples" = ["arn:aws:iam::123456789012:role/pinpoint-analytics"]))]
    pub role_arn: Option<Arn>,

    /// The external id that the role's trust policy asks for.
    #[schemars(extend("examples" = ["cognito-analytics"]))]
    pub external_id: Option<Text>,

    /// Whether Cognito sends user attributes along. Default: `false`.
    #[schemars(extend("default" = false))]
    pub user_data_shared: Option<bool>,
}

/// Replacement of refresh tokens.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefreshTokenRotation {
    /// Whether refresh tokens rotate. `DISABLED` unless the block is written. `ENABLED` excludes the auth flow
    /// `ALLOW_REFRESH_TOKEN_AUTH`.
    #[schemars(extend("default" = "DISABLED", "x-weaker" = ["ENABLED", "DISABLED"]))]
    pub feature: Rotation,

    /// Seconds in which the previous refresh token still works, for clients that lost an answer. Default: 0.
    #[schemars(range(min = 0, max = 60), extend("default" = 0, "examples" = [10]))]
    pub retry_grace_period_seconds: Option<u32>,
}

/// Whether refresh tokens rotate.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Rotation {
    /// Each use gives a new refresh token and ends the old one.
    Enabled,
    /// A refresh token works until it expires.
    Disabled,
}
