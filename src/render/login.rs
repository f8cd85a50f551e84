//! URLs for signing in and out, for programs.

use serde::Serialize;

use super::json;

/// What `login-url` found out.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoginUrl {
    /// The client's address.
    pub client: String,
    /// `ClientId`.
    pub client_id: String,
    /// Where a user signs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where a user signs out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_out_url: Option<String>,
    /// What the application shows when it exchanges the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_verifier: Option<String>,
    /// Its S256 challenge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
    /// `state`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// `nonce`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoginV1<'a> {
    format_version: u32,
    #[serde(flatten)]
    login: &'a LoginUrl,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<json::ErrorV1<'a>>,
}

/// For programs. `failure` is a message with its way out, of something that went wrong afterwards.
pub fn json(login: &LoginUrl, failure: Option<(&str, &str)>) -> String {
    let error = failure.map(|(message, help)| json::ErrorV1 { message, help: Some(help) });
    json::text(&LoginV1 { format_version: json::FORMAT_VERSION, login, error })
}
