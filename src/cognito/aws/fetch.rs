//! What lies behind a URL, a pool's public keys or an image: one plain GET, by the HTTP client that the SDK calls with.

use std::path::Path;
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use fluent_uri::Uri;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::document::chain;
use super::{TrustError, trust};

const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(10);

/// Why a document could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Whoever listens on the way could put something else in its place, or it is no URL at all.
    #[error("it must be an https URL without a name or password in it, or http on this machine")]
    NotAllowed,
    /// The CA bundle cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The server did not answer in time.
    #[error("the server did not answer within {} seconds", WHOLE.as_secs())]
    Late,
    /// There was no answer.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// Something else than the document. A redirect is not followed.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// It is over the limit.
    #[error("the answer is larger than {}", size(*.0))]
    TooLarge(usize),
}

fn size(bytes: usize) -> String {
    if bytes < 1 << 20 { format!("{} KiB", bytes >> 10) } else { format!("{} MiB", bytes >> 20) }
}

/// Fetches the document at a URL, up to a size.
///
/// # Errors
/// The URL is not allowed, or there was no such answer.
pub async fn fetch(url: &str, ca_bundle: Option<&Path>, limit: usize) -> Result<Vec<u8>, FetchError> {
    if !is_allowed(url) {
        return Err(FetchError::NotAllowed);
    }
    let tls = match ca_bundle {
        Some(bundle) => trust::tls(bundle)?,
        None => TlsContext::default(),
    };
    let connector = Connector::builder()
        .proxy_config(ProxyConfig::from_env())
        .connector_settings(HttpConnectorSettings::builder().connect_timeout(CONNECT).build())
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(tls)
        .build();
    tokio::time::timeout(WHOLE, get(&connector, url, limit)).await.unwrap_or(Err(FetchError::Late))
}

async fn get(connector: &Connector, url: &str, limit: usize) -> Result<Vec<u8>, FetchError> {
    let request = HttpRequest::get(url).map_err(|_| FetchError::NotAllowed)?;
    let answer = connector.call(request).await.map_err(|error| FetchError::NoAnswer(chain(&error)))?;
    match answer.status().as_u16() {
        200 => {}
        status => return Err(FetchError::Status(status)),
    }
    match Limited::new(answer.into_body(), limit).collect().await {
        Ok(body) => Ok(body.to_bytes().to_vec()),
        Err(error) if error.is::<LengthLimitError>() => Err(FetchError::TooLarge(limit)),
        Err(error) => Err(FetchError::NoAnswer(chain(error.as_ref()))),
    }
}

/// Whether what comes from a URL can be believed.
fn is_allowed(url: &str) -> bool {
    let Ok(url) = Uri::parse(url) else { return false };
    let Some(authority) = url.authority() else { return false };
    let host = authority.host();
    let here = ["localhost", "127.0.0.1", "[::1]"].contains(&host);
    let scheme = url.scheme().as_str();
    let safe = scheme.eq_ignore_ascii_case("https") || (scheme.eq_ignore_ascii_case("http") && here);
    safe && !host.is_empty() && authority.userinfo().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_come_over_https_or_from_this_machine() {
        for url in [
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x/.well-known/jwks.json",
            "http://localhost:9229/p/.well-known/jwks.json",
            "http://127.0.0.1/",
            "http://[::1]:80/",
        ] {
            assert!(is_allowed(url), "{url}");
        }
        for url in [
            "http://example.com/jwks.json",
            "http://localhost.example.com/",
            "http://localhost@example.com/",
            "https://name:password@example.com/",
            "file:///etc/passwd",
            "https:///x",
            "jwks.json",
            "",
            "https://a b/",
        ] {
            assert!(!is_allowed(url), "{url}");
        }
    }
}
