use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde_json::Value;

use super::{MAX_KEYS_BYTES, Token};

/// Why a document is no key set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// It is over the limit.
    #[error("it is larger than {} MiB", MAX_KEYS_BYTES >> 20)]
    TooLarge,
    /// It is something else, for example a web page.
    #[error("it is no JSON")]
    NotJson,
    /// It has no keys.
    #[error("it is no key set: it has no list `keys`")]
    NoKeys,
}

/// The public keys that a pool signs with (JWKS).
#[derive(Debug, Clone)]
pub struct KeySet {
    // As they are: a key of a kind that nobody here knows does not spoil the others.
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a key set.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(document: &[u8]) -> Result<Self, KeysError> {
        if document.len() > MAX_KEYS_BYTES {
            return Err(KeysError::TooLarge);
        }
        let mut document: Value = serde_json::from_slice(document).map_err(|_| KeysError::NotJson)?;
        match document.get_mut("keys").map(Value::take) {
            Some(Value::Array(keys)) => Ok(Self { keys }),
            _ => Err(KeysError::NoKeys),
        }
    }

    /// Verifies a token's signature; the message says why it is not verified.
    pub(super) fn verify(&self, token: &Token) -> Result<(), String> {
        let Some(wanted) = token.key_id() else {
            return Err("the token does not say which key signed it (`kid`)".to_owned());
        };
        let mut found = self.keys.iter().filter(|key| key["kid"] == wanted).peekable();
        if found.peek().is_none() {
            return Err(format!("no key of the set has the token's `kid`, {wanted}"));
        }
        let keys: Vec<DecodingKey> = found.filter_map(rsa_key).collect();
        if keys.is_empty() {
            return Err(format!("the key {wanted} is no RSA key for signatures with RS256"));
        }
        let signed = keys.iter().any(|key| {
            let signed = token.signed.as_bytes();
            crypto::verify(&token.signature, signed, key, Algorithm::RS256).unwrap_or(false)
        });
        if signed { Ok(()) } else { Err(format!("the key {wanted} did not sign this token")) }
    }
}

/// A key of a set, if it is one that RS256 signatures are verified with.
fn rsa_key(key: &Value) -> Option<DecodingKey> {
    let key: Jwk = serde_json::from_value(key.clone()).ok()?;
    let signs = matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let rs256 = matches!(key.common.key_algorithm, None | Some(KeyAlgorithm::RS256));
    let rsa = matches!(key.algorithm, AlgorithmParameters::RSA(_));
    if signs && rs256 && rsa { DecodingKey::from_jwk(&key).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_set_is_told_apart() {
        for (text, expected) in [
            ("<html>hello", KeysError::NotJson),
            ("", KeysError::NotJson),
            ("{\"keys\":[", KeysError::NotJson),
            ("[]", KeysError::NoKeys),
            ("{\"keys\":{}}", KeysError::NoKeys),
        ] {
            assert_eq!(KeySet::parse(text.as_bytes()).unwrap_err(), expected, "{text}");
        }
        assert_eq!(KeySet::parse(&vec![b' '; MAX_KEYS_BYTES + 1]).unwrap_err(), KeysError::TooLarge);
    }

    #[test]
    fn only_rsa_keys_for_rs256_signatures_verify() {
        let key = |key: &str| rsa_key(&serde_json::from_str(key).unwrap()).is_some();
        assert!(key(r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#));
        assert!(key(r#"{"kty":"RSA","n":"AQAB","e":"AQAB","use":"sig","alg":"RS256","kid":"k"}"#));
        for wrong in [
            r#"{"kty":"RSA","n":"AQAB","e":"AQAB","use":"enc"}"#,
            r#"{"kty":"RSA","n":"AQAB","e":"AQAB","alg":"RS512"}"#,
            r#"{"kty":"RSA","n":"?","e":"AQAB"}"#,
            r#"{"kty":"RSA","e":"AQAB"}"#,
            r#"{"kty":"oct","k":"AQAB"}"#,
            r#"{"kty":"later","z":1}"#,
            "7",
        ] {
            assert!(!key(wrong), "{wrong}");
        }
    }
}
