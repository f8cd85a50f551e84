//! `riskConfiguration`: what threat protection does about risky sign-ins, for a pool or for one client.

use schemars::JsonSchema;

use super::content::{HtmlBody, TextBody};
use super::pass_through::PassThrough;
use super::values::{Arn, EmailSubject, Text};

/// What threat protection does. It needs the tier `PLUS` and `userPoolAddOns.advancedSecurityMode`.
///
/// Written as `{}`, everything is the service's own; in a client, it is then as the pool's.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct RiskConfiguration {
    /// What happens when a password is known from a leak. Default: nothing of its own.
    #[schemars(extend("x-absent" = null, "x-weaker" = "removed"))]
    pub compromised_credentials_risk_configuration: Option<CompromisedCredentials>,

    /// What happens when a sign-in looks like somebody else's, by the level of the risk. Default: nothing of its own.
    #[schemars(extend("x-absent" = null, "x-weaker" = "removed"))]
    pub account_takeover_risk_configuration: Option<AccountTakeover>,

    /// The addresses that are always blocked, and those that are never assessed. Default: none.
    #[schemars(extend("x-absent" = null, "minProperties" = 1))]
    pub risk_exception_configuration: Option<RiskExceptions>,

    /// Members of the API that this version does not know yet, by their paths in the API's own names.
    pub pass_through: Option<PassThrough>,
}

/// What happens when a password is known from a leak.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompromisedCredentials {
    /// The events that are looked at. Default: all of them.
    #[schemars(extend("examples" = [["SIGN_IN", "PASSWORD_CHANGE"]]))]
    pub event_filter: Option<Vec<RiskEvent>>,

    /// What is done.
    pub actions: CompromisedCredentialsActions,
}

/// An event at which a password is looked at.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RiskEvent {
    /// A user signs in.
    SignIn,
    /// A user changes the password.
    PasswordChange,
    /// A user signs up.
    SignUp,
}

/// What is done about a leaked password.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompromisedCredentialsActions {
    /// Whether the event is blocked.
    #[schemars(extend("x-weaker" = ["BLOCK", "NO_ACTION"]))]
    pub event_action: CompromisedCredentialsAction,
}

/// Whether a leaked password blocks.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CompromisedCredentialsAction {
    /// The event is refused, and the user has to choose another password.
    Block,
    /// It is only logged.
    NoAction,
}

/// What happens at sign-ins that look like somebody else's.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountTakeover {
    /// The emails that tell users of it. Default: none.
    #[schemars(extend("x-absent" = null))]
    pub notify_configuration: Option<NotifyConfiguration>,

    /// What is done, by the level of the risk. A level that is left out does nothing.
    pub actions: AccountTakeoverActions,
}

/// What is done, by the level of the risk.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountTakeoverActions {
    /// At a low risk.
    #[schemars(extend("x-absent" = null, "x-weaker" = "removed"))]
    pub low_action: Option<AccountTakeoverAction>,

    /// At a medium risk.
    #[schemars(extend("x-absent" = null, "x-weaker" = "removed"))]
    pub medium_action: Option<AccountTakeoverAction>,

    /// At a high risk.
    #[schemars(extend("x-absent" = null, "x-weaker" = "removed"))]
    pub high_action: Option<AccountTakeoverAction>,
}

/// What is done at one level of risk.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountTakeoverAction {
    /// Whether the user is told, by an email of `notifyConfiguration`.
    pub notify: bool,

    /// What becomes of the sign-in.
    #[schemars(extend("x-weaker" = ["BLOCK", "MFA_REQUIRED", "MFA_IF_CONFIGURED", "NO_ACTION"]))]
    pub event_action: AccountTakeoverEventAction,
}

/// What becomes of a risky sign-in.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountTakeoverEventAction {
    /// It is refused.
    Block,
    /// It needs a second factor, if the user can have one; else it is let in.
    MfaIfConfigured,
    /// It needs a second factor, and a user without one is refused.
    MfaRequired,
    /// It is let in.
    NoAction,
}

/// The emails that tell users of risky sign-ins.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotifyConfiguration {
    /// The sender's address, verified in Amazon SES. Default: the identity's own.
    #[schemars(extend("examples" = ["security@example.com"]))]
    pub from: Option<Text>,

    /// The address that answers go to. Default: none.
    #[schemars(extend("examples" = ["help@example.com"]))]
    pub reply_to: Option<Text>,

    /// The ARN of the Amazon SES identity that sends.
    #[schemars(extend("examples" = ["arn:aws:ses:eu-west-1:123456789012:identity/example.com"]))]
    pub source_arn: Arn,

    /// The email about a sign-in that was blocked. Default: the service's own.
    #[schemars(extend("x-absent" = null))]
    pub block_email: Option<NotifyEmail>,

    /// The email about a sign-in that was let in. Default: the service's own.
    #[schemars(extend("x-absent" = null))]
    pub no_action_email: Option<NotifyEmail>,

    /// The email about a sign-in that needed a second factor. Default: the service's own.
    #[schemars(extend("x-absent" = null))]
    pub mfa_email: Option<NotifyEmail>,
}

/// An email about a risky sign-in.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotifyEmail {
    /// Its subject line.
    #[schemars(extend("examples" = ["A new sign-in to your account"]))]
    pub subject: EmailSubject,

    /// Its body in HTML, or a file that holds it. 6 to 20,000 characters. Default: none.
    #[schemars(extend("examples" = [{ "file": "./blocked.html" }]))]
    pub html_body: Option<HtmlBody>,

    /// Its body as plain text, or a file that holds it. 6 to 20,000 characters. Default: none.
    #[schemars(extend("examples" = ["Somebody tried to sign in to your account."]))]
    pub text_body: Option<TextBody>,
}

/// Addresses that are treated apart from all risk.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct RiskExceptions {
    /// The ranges that are always blocked, as CIDR blocks. Default: none; at most 200.
    #[schemars(
        rename = "blockedIPRangeList",
        length(max = 200),
        extend("x-weaker" = "removed", "examples" = [["203.0.113.0/24"]])
    )]
    pub blocked_ip_range_list: Option<Vec<Text>>,

    /// The ranges that are never assessed, as CIDR blocks. Default: none; at most 200.
    #[schemars(
        rename = "skippedIPRangeList",
        length(max = 200),
        extend("examples" = [["198.51.100.0/24"]])
    )]
    pub skipped_ip_range_list: Option<Vec<Text>>,
}
