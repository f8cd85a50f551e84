//! `sessionConfiguration`: sessions that the service keeps track of, for a pool and for one client.

use schemars::JsonSchema;

use super::pass_through::PassThrough;

/// The sessions of a pool's users. Needs a tier above `LITE`.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SessionConfiguration {
    /// Whether Cognito keeps track of sessions. Default: `DISABLED`. What clients say of their sessions sleeps
    /// meanwhile.
    #[schemars(extend("default" = "DISABLED", "x-weaker" = ["ENABLED", "DISABLED"]))]
    pub user_session_tracking: Option<UserSessionTracking>,

    /// The sessions of one user.
    pub token_session: Option<TokenSession>,

    /// Members of the API that this version does not know yet, by their paths in the API's own names.
    pub pass_through: Option<PassThrough>,
}

/// Whether sessions are tracked.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UserSessionTracking {
    /// They are: each can be seen and ended by itself.
    Enabled,
    /// They are not.
    Disabled,
}

/// The sessions of one user.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenSession {
    /// How many sessions a user has at most. Default: 20. One more ends the one that was used least recently.
    #[schemars(range(min = 1, max = 100), extend("default" = 20, "x-weaker" = "higher", "examples" = [5]))]
    pub max_per_user: Option<u32>,
}

/// The sessions of a client's users. The pool's `sessionConfiguration` must track sessions.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientSessionConfiguration {
    /// Signing in once for several clients.
    #[schemars(extend("x-api-name" = "SSOSession"))]
    pub sso_session: Option<SsoSession>,

    /// Members of the API that this version does not know yet, by their paths in the API's own names.
    pub pass_through: Option<PassThrough>,
}

/// Signing in once for several clients.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SsoSession {
    /// Minutes after a sign-in in which the client takes it over without asking the user. Default: 60; `0` asks always;
    /// at most 129600, which is 90 days.
    #[schemars(range(min = 0, max = 129_600), extend("default" = 60, "x-weaker" = "higher", "examples" = [480]))]
    pub max_validity_minutes: Option<u32>,
}
