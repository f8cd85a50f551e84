//! Where users sign in and out through an app client: URLs of a pool's domain.
//!
//! Clients are documents in the API's own names, as `DescribeUserPoolClient` answers them, not in the manifest's.

use data_encoding::BASE64URL_NOPAD;
use form_urlencoded::Serializer;
use serde_json::Value;

use crate::outputs::Outputs;

mod client;
mod error;

pub use client::{ClientError, find_client};
pub use error::LoginError;

/// How many random bytes a code verifier is made of.
pub const VERIFIER_BYTES: usize = 32;

/// What a sign-in answers to the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResponseType {
    /// A code, which the application exchanges for tokens.
    #[default]
    Code,
    /// The tokens themselves, in the URL's fragment.
    Token,
}

impl ResponseType {
    /// The value of `response_type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Token => "token",
        }
    }

    /// What `AllowedOAuthFlows` calls it.
    pub const fn flow(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Token => "implicit",
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Code => Self::Token,
            Self::Token => Self::Code,
        }
    }
}

/// What a sign-in is to be like; what is not said is not sent, except for the redirect URL, which has a default.
#[derive(Debug, Clone, Default)]
pub struct LoginRequest {
    /// `response_type`.
    pub response_type: ResponseType,
    /// `redirect_uri`, one of the client's callback URLs.
    pub redirect_uri: Option<String>,
    /// `scope`, each one that the client allows.
    pub scopes: Vec<String>,
    /// `state`, which comes back to the application.
    pub state: Option<String>,
    /// `nonce`, which comes back inside of the ID token.
    pub nonce: Option<String>,
    /// `identity_provider`, which skips the page that lets users choose.
    pub identity_provider: Option<String>,
    /// `code_challenge`, made by [`challenge`].
    pub code_challenge: Option<String>,
}

/// A code verifier (RFC 7636) of random bytes.
pub fn verifier(random: [u8; VERIFIER_BYTES]) -> String {
    BASE64URL_NOPAD.encode(&random)
}

/// The S256 challenge of a code verifier.
pub fn challenge(verifier: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
    BASE64URL_NOPAD.encode(digest.as_ref())
}

/// The base URL of a pool's domain: the custom one where there are both, unless the prefix domain is preferred.
///
/// # Errors
/// The pool has no domain, or not the one that is asked for.
pub fn base_url(outputs: &Outputs, prefix_domain: bool) -> Result<&str, LoginError> {
    let (prefix, custom) = (outputs.domain_url.as_deref(), outputs.custom_domain_url.as_deref());
    match (prefix, custom) {
        (None, None) => Err(LoginError::NoDomain(outputs.key.clone())),
        (None, Some(_)) if prefix_domain => Err(LoginError::NoPrefixDomain(outputs.key.clone())),
        (Some(url), _) if prefix_domain => Ok(url),
        (_, Some(url)) | (Some(url), None) => Ok(url),
    }
}

/// The URL at which a user signs in.
///
/// `/login` is the page itself. `/oauth2/authorize` leads there too, and is where provider, nonce and challenge are
/// documented.
///
/// # Errors
/// The client does not allow what is asked for.
pub fn sign_in_url(base_url: &str, client: &Value, request: &LoginRequest) -> Result<String, LoginError> {
    let LoginRequest { response_type, redirect_uri, scopes, state, nonce, identity_provider, code_challenge } =
        request;
    allows(client, *response_type)?;
    let redirect = redirect_url(client, redirect_uri.as_deref())?;
    for scope in scopes {
        let allowed = texts(client, "AllowedOAuthScopes");
        if !allowed.contains(&scope.as_str()) {
            return Err(LoginError::Scope { wrong: scope.clone(), known: owned(&allowed) });
        }
    }
    let providers = texts(client, "SupportedIdentityProviders");
    if let Some(wrong) = identity_provider.as_ref().filter(|name| !providers.contains(&name.as_str())) {
        return Err(LoginError::Provider { wrong: wrong.clone(), known: owned(&providers) });
    }
    if code_challenge.is_some() && *response_type == ResponseType::Token {
        return Err(LoginError::ChallengeWithoutCode);
    }
    let authorize = nonce.is_some() || identity_provider.is_some() || code_challenge.is_some();
    let scope = (!scopes.is_empty()).then(|| scopes.join(" "));
    Ok(url(
        base_url,
        if authorize { "/oauth2/authorize" } else { "/login" },
        &[
            ("response_type", Some(response_type.as_str())),
            ("client_id", Some(id(client))),
            ("redirect_uri", Some(redirect)),
            ("scope", scope.as_deref()),
            ("state", state.as_deref()),
            ("nonce", nonce.as_deref()),
            ("identity_provider", identity_provider.as_deref()),
            ("code_challenge", code_challenge.as_deref()),
            ("code_challenge_method", code_challenge.as_ref().map(|_| "S256")),
        ],
    ))
}

/// The URL that signs a user out and leads to one of the client's logout URLs.
///
/// # Errors
/// The client has no such logout URL, or several and none is chosen.
pub fn sign_out_url(base_url: &str, client: &Value, logout_uri: Option<&str>) -> Result<String, LoginError> {
    let known = texts(client, "LogoutURLs");
    let logout = match (logout_uri, known.as_slice()) {
        (_, []) => return Err(LoginError::NoLogoutUrl),
        (Some(wanted), _) if known.contains(&wanted) => wanted,
        (Some(wanted), _) => {
            return Err(LoginError::LogoutUrl { wrong: wanted.to_owned(), known: owned(&known) });
        }
        (None, [only]) => only,
        (None, _) => return Err(LoginError::ChooseLogoutUrl(owned(&known))),
    };
    Ok(url(base_url, "/logout", &[("client_id", Some(id(client))), ("logout_uri", Some(logout))]))
}

/// The plain sign-in URL of a client that has the code grant and a callback URL; of several the default one, else the
/// first.
pub fn default_sign_in_url(base_url: &str, client: &Value) -> Option<String> {
    let redirect = client["DefaultRedirectURI"].as_str().or(texts(client, "CallbackURLs").first().copied());
    let request = LoginRequest { redirect_uri: Some(redirect?.to_owned()), ..LoginRequest::default() };
    sign_in_url(base_url, client, &request).ok()
}

/// Whether a client supports no identity provider, so that the page has nothing to sign in with.
pub fn has_no_provider(client: &Value) -> bool {
    texts(client, "SupportedIdentityProviders").is_empty()
}

/// Whether users may sign in through a client, and get what is asked for.
fn allows(client: &Value, response: ResponseType) -> Result<(), LoginError> {
    let flows = texts(client, "AllowedOAuthFlows");
    if flows == ["client_credentials"] {
        return Err(LoginError::MachineToMachine);
    }
    if client["AllowedOAuthFlowsUserPoolClient"] != true || flows.is_empty() {
        return Err(LoginError::NoOAuth);
    }
    if flows.contains(&response.flow()) {
        return Ok(());
    }
    let other = Some(response.other()).filter(|other| flows.contains(&other.flow()));
    Err(LoginError::Grant { response, other })
}

/// The redirect URL that is asked for, else the default one, else the only one.
fn redirect_url<'a>(client: &'a Value, wanted: Option<&'a str>) -> Result<&'a str, LoginError> {
    let known = texts(client, "CallbackURLs");
    match (wanted, client["DefaultRedirectURI"].as_str(), known.as_slice()) {
        (_, _, []) => Err(LoginError::NoCallbackUrl),
        (Some(wanted), _, _) if known.contains(&wanted) => Ok(wanted),
        (Some(wanted), _, _) => {
            Err(LoginError::CallbackUrl { wrong: wanted.to_owned(), known: owned(&known) })
        }
        (None, Some(url), _) => Ok(url),
        (None, None, [only]) => Ok(only),
        (None, None, _) => Err(LoginError::ChooseCallbackUrl(owned(&known))),
    }
}

fn url(base_url: &str, path: &str, parameters: &[(&str, Option<&str>)]) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(parameters.iter().filter_map(|(name, value)| Some((name, (*value)?))));
    format!("{}{path}?{}", base_url.trim_end_matches('/'), query.finish())
}

fn id(client: &Value) -> &str {
    client["ClientId"].as_str().unwrap_or_default()
}

fn texts<'a>(client: &'a Value, member: &str) -> Vec<&'a str> {
    client[member].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BASE: &str = "https://acme.auth.us-east-1.amazoncognito.com";

    fn client() -> Value {
        json!({
            "ClientId": "1example",
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email", "https://api.acme.com/orders.read"],
            "CallbackURLs": ["https://app.acme.com/callback?a=1&b=ü"],
            "LogoutURLs": ["myapp://bye"],
            "SupportedIdentityProviders": ["COGNITO", "Google"],
        })
    }

    fn with(member: &str, value: Value) -> Value {
        let mut client = client();
        client[member] = value;
        client
    }

    fn query(url: &str) -> Vec<(String, String)> {
        let query = url.split_once('?').unwrap().1;
        form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    #[test]
    fn the_plain_url_is_the_login_page_with_an_encoded_redirect() {
        let url = sign_in_url(BASE, &client(), &LoginRequest::default()).unwrap();
        assert_eq!(
            url,
            "https://acme.auth.us-east-1.amazoncognito.com/login?response_type=code&client_id=1example\
             &redirect_uri=https%3A%2F%2Fapp.acme.com%2Fcallback%3Fa%3D1%26b%3D%C3%BC"
        );
        assert_eq!(default_sign_in_url(BASE, &client()), Some(url));
    }

    #[test]
    fn every_parameter_survives_its_encoding() {
        let request = LoginRequest {
            scopes: vec!["openid".to_owned(), "https://api.acme.com/orders.read".to_owned()],
            state: Some("a b&c=d#e\n".to_owned()),
            nonce: Some("%2F".to_owned()),
            identity_provider: Some("Google".to_owned()),
            code_challenge: Some(challenge("v")),
            ..LoginRequest::default()
        };
        let url = sign_in_url(&format!("{BASE}/"), &client(), &request).unwrap();
        assert!(url.starts_with(&format!("{BASE}/oauth2/authorize?response_type=code&")), "{url}");
        assert!(!url.contains(['#', ' ', '\n']), "{url}");
        let query = query(&url);
        for (name, value) in [
            ("scope", "openid https://api.acme.com/orders.read"),
            ("state", "a b&c=d#e\n"),
            ("nonce", "%2F"),
            ("identity_provider", "Google"),
            ("code_challenge_method", "S256"),
        ] {
            assert!(query.contains(&(name.to_owned(), value.to_owned())), "{name}: {url}");
        }
    }

    #[test]
    fn the_challenge_is_that_of_the_standards_example() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(super::verifier([255; VERIFIER_BYTES]).len(), 43);
    }

    #[test]
    fn what_a_client_does_not_allow_is_refused() {
        let plain = LoginRequest::default();
        let refused =
            |client: &Value, request: &LoginRequest| sign_in_url(BASE, client, request).unwrap_err();
        for client in [
            with("AllowedOAuthFlowsUserPoolClient", json!(false)),
            with("AllowedOAuthFlowsUserPoolClient", Value::Null),
            with("AllowedOAuthFlows", json!([])),
        ] {
            assert_eq!(refused(&client, &plain), LoginError::NoOAuth);
        }
        let machine = with("AllowedOAuthFlows", json!(["client_credentials"]));
        assert_eq!(refused(&machine, &plain), LoginError::MachineToMachine);
        let implicit = with("AllowedOAuthFlows", json!(["implicit"]));
        let other = Some(ResponseType::Token);
        assert_eq!(refused(&implicit, &plain), LoginError::Grant { response: ResponseType::Code, other });
        assert_eq!(refused(&with("CallbackURLs", json!([])), &plain), LoginError::NoCallbackUrl);
        let challenged =
            LoginRequest { response_type: ResponseType::Token, code_challenge: Some("x".into()), ..plain };
        assert_eq!(refused(&implicit, &challenged), LoginError::ChallengeWithoutCode);
    }

    #[test]
    fn of_several_callback_urls_the_default_one_is_taken() {
        let mut client = with("CallbackURLs", json!(["https://a/", "https://b/"]));
        let several = vec!["https://a/".to_owned(), "https://b/".to_owned()];
        let plain = LoginRequest::default();
        assert_eq!(sign_in_url(BASE, &client, &plain), Err(LoginError::ChooseCallbackUrl(several.clone())));
        assert!(default_sign_in_url(BASE, &client).unwrap().contains("https%3A%2F%2Fa%2F"));
        client["DefaultRedirectURI"] = json!("https://b/");
        assert!(sign_in_url(BASE, &client, &plain).unwrap().contains("https%3A%2F%2Fb%2F"));
        let wrong = "https://c/".to_owned();
        let asked = LoginRequest { redirect_uri: Some(wrong.clone()), ..plain };
        assert_eq!(
            sign_in_url(BASE, &client, &asked),
            Err(LoginError::CallbackUrl { wrong, known: several })
        );
    }

    #[test]
    fn signing_out_leads_to_the_only_logout_url() {
        let url = sign_out_url(BASE, &client(), None).unwrap();
        assert_eq!(url, format!("{BASE}/logout?client_id=1example&logout_uri=myapp%3A%2F%2Fbye"));
        assert_eq!(sign_out_url(BASE, &json!({}), None), Err(LoginError::NoLogoutUrl));
        let several = with("LogoutURLs", json!(["https://a/", "https://b/"]));
        assert!(matches!(sign_out_url(BASE, &several, None), Err(LoginError::ChooseLogoutUrl(_))));
        assert!(sign_out_url(BASE, &several, Some("https://b/")).is_ok());
        assert!(matches!(
            sign_out_url(BASE, &several, Some("https://c/")),
            Err(LoginError::LogoutUrl { .. })
        ));
    }

    #[test]
    fn a_client_without_code_grant_or_callback_has_no_default_url() {
        for client in [
            with("AllowedOAuthFlows", json!(["implicit"])),
            with("CallbackURLs", json!([])),
            with("AllowedOAuthFlowsUserPoolClient", json!(false)),
            json!({}),
        ] {
            assert_eq!(default_sign_in_url(BASE, &client), None, "{client}");
        }
    }
}
