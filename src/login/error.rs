use super::ResponseType;
use crate::identity::nearest;

/// Why a client has no such URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// Nothing serves the pages.
    #[error("the pool `{0}` has no domain, so it has no sign-in pages")]
    NoDomain(String),
    /// The prefix domain is asked for.
    #[error("the pool `{0}` has a custom domain only")]
    NoPrefixDomain(String),
    /// OAuth is off.
    #[error("nobody signs in through this client in a browser: it uses no OAuth grant")]
    NoOAuth,
    /// Only `client_credentials` is allowed.
    #[error("this client is for machines: with `client_credentials` no user signs in")]
    MachineToMachine,
    /// The grant that answers so is off.
    #[error("the client does not allow the response type `{}`", response.as_str())]
    Grant {
        /// What was asked for.
        response: ResponseType,
        /// What the client allows instead.
        other: Option<ResponseType>,
    },
    /// There is nowhere to go after signing in.
    #[error("the client has no callback URL")]
    NoCallbackUrl,
    /// There are several, and none is the default.
    #[error("the client has {} callback URLs and no default one", .0.len())]
    ChooseCallbackUrl(Vec<String>),
    /// It is none of the client's.
    #[error("`{wrong}` is none of the client's callback URLs")]
    CallbackUrl {
        /// What was asked for.
        wrong: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The client does not allow it.
    #[error("the client does not allow the scope `{wrong}`")]
    Scope {
        /// What was asked for.
        wrong: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The client does not support it.
    #[error("the client does not support the identity provider `{wrong}`")]
    Provider {
        /// What was asked for.
        wrong: String,
        /// What there is.
        known: Vec<String>,
    },
    /// Only a code is bound to a challenge.
    #[error("PKCE protects a code, and no code is asked for")]
    ChallengeWithoutCode,
    /// There is nowhere to go after signing out.
    #[error("the client has no logout URL")]
    NoLogoutUrl,
    /// There are several.
    #[error("the client has {} logout URLs", .0.len())]
    ChooseLogoutUrl(Vec<String>),
    /// It is none of the client's.
    #[error("`{wrong}` is none of the client's logout URLs")]
    LogoutUrl {
        /// What was asked for.
        wrong: String,
        /// What there is.
        known: Vec<String>,
    },
}

impl LoginError {
    /// The way out.
    pub fn help(&self) -> String {
        match self {
            Self::NoDomain(_) => "declare one, for example `domains: {acme-login: {}}`, and apply".into(),
            Self::NoPrefixDomain(_) => "leave --prefix-domain out".into(),
            Self::NoOAuth => "let the client allow it: `allowedOAuthFlowsUserPoolClient: true`, \
                 `allowedOAuthFlows: [code]`, and its scopes"
                .into(),
            Self::MachineToMachine => {
                "choose another client; `client_credentials` cannot be combined with grants for users".into()
            }
            Self::Grant { other: Some(other), .. } => {
                format!("add --response-type {}, which it allows", other.as_str())
            }
            Self::Grant { response, other: None } => {
                format!("let the client allow it: `allowedOAuthFlows: [{}]`", response.flow())
            }
            Self::NoCallbackUrl => "give the client one: `callbackURLs: [https://…]`".into(),
            Self::ChooseCallbackUrl(known) => {
                format!("choose with --redirect-uri: {}", known.join(", "))
            }
            Self::ChallengeWithoutCode => "leave --pkce or --response-type token out".into(),
            Self::NoLogoutUrl => "give the client one: `logoutURLs: [https://…]`".into(),
            Self::ChooseLogoutUrl(known) => format!("choose with --logout-uri: {}", known.join(", ")),
            Self::CallbackUrl { wrong, known }
            | Self::Scope { wrong, known }
            | Self::Provider { wrong, known }
            | Self::LogoutUrl { wrong, known } => instead(wrong, known),
        }
    }
}

/// The most names that are listed.
const MAX_LISTED: usize = 20;

/// What there is in the place of something that is not there.
pub(super) fn instead(wrong: &str, known: &[String]) -> String {
    match nearest(wrong, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there are none".to_owned(),
        None => {
            let listed = &known[..known.len().min(MAX_LISTED)];
            let more = known.len() - listed.len();
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("there are: {}{rest}", listed.join(", "))
        }
    }
}
