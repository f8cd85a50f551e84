//! An HTTP client that trusts the certificates of a file. The SDK knows no `AWS_CA_BUNDLE`, panics on a broken
//! certificate and takes a file without any as an empty store, so the file is checked first.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

/// The largest bundle, in bytes.
const MAX_BUNDLE_BYTES: u64 = 4 << 20;

/// Why a CA bundle cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// It cannot be read.
    #[error("the CA bundle {}: {message}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        message: String,
    },
    /// A certificate in it is broken.
    #[error("the CA bundle {}: certificate {number} is broken", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Which one, from 1.
        number: usize,
    },
    /// There is none in it.
    #[error("the CA bundle {} holds no certificate", .0.display())]
    Empty(PathBuf),
}

/// Trust in the certificates of a PEM file and no others.
pub(super) fn tls(path: &Path) -> Result<TlsContext, TrustError> {
    let store = TrustStore::empty().with_pem_certificate(checked(path)?);
    let unusable = |message: String| TrustError::Unreadable { path: path.to_owned(), message };
    TlsContext::builder().with_trust_store(store).build().map_err(|error| unusable(error.to_string()))
}

/// A client with that trust.
pub(super) fn client(path: &Path) -> Result<SharedHttpClient, TrustError> {
    let tls = tls(path)?;
    Ok(Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(tls.clone()).build()
    }))
}

/// The text of a bundle, if every certificate in it can be used.
fn checked(path: &Path) -> Result<Vec<u8>, TrustError> {
    let unreadable = |error: std::io::Error| TrustError::Unreadable {
        path: path.to_owned(),
        message: error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase(),
    };
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        let message = "it is not a regular file".to_owned();
        return Err(TrustError::Unreadable { path: path.to_owned(), message });
    }
    let mut text = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BUNDLE_BYTES).read_to_end(&mut text))
        .map_err(unreadable)?;
    let mut count = 0;
    for certificate in CertificateDer::pem_slice_iter(&text) {
        count += 1;
        let usable = certificate.is_ok_and(|der| webpki::anchor_from_trusted_cert(&der).is_ok());
        if !usable {
            return Err(TrustError::Broken { path: path.to_owned(), number: count });
        }
    }
    if count == 0 { Err(TrustError::Empty(path.to_owned())) } else { Ok(text) }
}
