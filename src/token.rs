//! JSON Web Tokens of a user pool: what is in one, and whether it is what it should be.
//!
//! A token is a credential. Nothing here prints one, and no error quotes one.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

mod check;
mod keys;

pub use check::{Check, CheckKind, Expected, Outcome, TokenUse, inspect, is_verified};
pub use keys::{KeySet, KeysError};

/// The largest token, in bytes. Cognito's are a few KiB.
pub const MAX_TOKEN_BYTES: usize = 64 << 10;

/// The largest key set, in bytes.
pub const MAX_KEYS_BYTES: usize = 1 << 20;

/// A token that could be read. That says nothing about whether it is genuine.
pub struct Token {
    /// The header.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
    /// Header and claims as they are signed.
    signed: String,
    /// The signature, in base64url.
    signature: String,
}

impl fmt::Debug for Token {
    // Its parts are the credential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").finish_non_exhaustive()
    }
}

/// Why a text is no token that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// There is nothing.
    #[error("there is no token on standard input")]
    Empty,
    /// It is over the limit.
    #[error("the input is larger than {} KiB, which no token is", MAX_TOKEN_BYTES >> 10)]
    TooLarge,
    /// It does not have a token's parts.
    #[error("the input is no JSON Web Token: it has {} where a token has three, with dots between them", parts(*.0))]
    Parts(usize),
    /// It is a JWE.
    #[error("the token is encrypted: only Cognito can read it")]
    Encrypted,
    /// A part is not what it should be.
    #[error("the input is no JSON Web Token: its {0} is no JSON object in base64url")]
    Broken(&'static str),
}

fn parts(number: usize) -> String {
    if number == 1 { "one part".to_owned() } else { format!("{number} parts") }
}

impl TokenError {
    /// The way out.
    pub fn help(self) -> &'static str {
        match self {
            Self::Empty => "pipe it in, for example: cognitops token inspect < token.txt",
            Self::TooLarge | Self::Parts(_) | Self::Broken(_) => {
                "give one ID or access token and nothing else; it begins with eyJ"
            }
            Self::Encrypted => "refresh tokens are; give the ID token or the access token",
        }
    }
}

impl Token {
    /// Reads a token; blanks around it and `Bearer` before it are no part of it.
    ///
    /// # Errors
    /// It is none, or none that can be read.
    pub fn parse(input: &[u8]) -> Result<Self, TokenError> {
        if input.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLarge);
        }
        // What is not text becomes a part that is not base64url.
        let text = String::from_utf8_lossy(input);
        let text = without_bearer(text.trim());
        if text.is_empty() {
            return Err(TokenError::Empty);
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else {
            let encrypted = parts.len() == 5 && object(parts[0]).is_some_and(|h| h.contains_key("enc"));
            return Err(if encrypted { TokenError::Encrypted } else { TokenError::Parts(parts.len()) });
        };
        Ok(Self {
            header: object(header).ok_or(TokenError::Broken("header"))?,
            claims: object(claims).ok_or(TokenError::Broken("second part"))?,
            signed: format!("{header}.{claims}"),
            signature: (*signature).to_owned(),
        })
    }

    /// The name of the key that signed it, as it says itself.
    pub fn key_id(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    fn claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }
}

fn without_bearer(text: &str) -> &str {
    match text.split_once(char::is_whitespace) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim_start(),
        _ => text,
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let json = BASE64URL_NOPAD.decode(part.as_bytes()).ok()?;
    serde_json::from_slice(&json).ok()
}

/// Whether a text holds what looks like a token, which must not be shown.
pub fn looks_like_one(text: &str) -> bool {
    let begins = |piece: &str| piece.len() > 16 && piece.starts_with("eyJ"); // `{"` in base64url
    text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(json: &str) -> String {
        BASE64URL_NOPAD.encode(json.as_bytes())
    }

    #[test]
    fn blanks_and_bearer_are_no_part_of_a_token() {
        let token = format!("{}.{}.c2ln", encoded(r#"{"kid":"k"}"#), encoded(r#"{"sub":"s"}"#));
        for text in [
            token.clone(),
            format!("{token}\r\n"),
            format!("  Bearer {token} \n\n"),
            format!("bearer\t{token}"),
        ] {
            let read = Token::parse(text.as_bytes()).unwrap();
            assert_eq!((read.key_id(), read.claim("sub")), (Some("k"), Some("s")));
            assert_eq!(format!("{read:?}"), "Token { .. }");
        }
    }

    #[test]
    fn what_is_no_token_is_told_apart() {
        let object = encoded("{}");
        let encrypted = encoded(r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#);
        for (text, expected) in [
            (String::new(), TokenError::Empty),
            (" \n".to_owned(), TokenError::Empty),
            ("Bearer ".to_owned(), TokenError::Parts(1)),
            ("hunter2".to_owned(), TokenError::Parts(1)),
            (format!("{object}.{object}"), TokenError::Parts(2)),
            (format!("{object}.{object}.a.b.c"), TokenError::Parts(5)),
            (format!("{encrypted}.a.b.c.d"), TokenError::Encrypted),
            (format!("{}.{object}.a", encoded("[]")), TokenError::Broken("header")),
            (format!("{{}}.{object}.a"), TokenError::Broken("header")),
            (format!("{object}.{object}=.a"), TokenError::Broken("second part")),
            (format!("{object}.{}.a", encoded("{\"a\":")), TokenError::Broken("second part")),
            (format!("{object}.{}.a", encoded(&"[".repeat(40_000))), TokenError::Broken("second part")),
            ("x".repeat(MAX_TOKEN_BYTES + 1), TokenError::TooLarge),
        ] {
            assert_eq!(Token::parse(text.as_bytes()).unwrap_err(), expected);
        }
        assert_eq!(Token::parse(b"\xff.\xff.\xff").unwrap_err(), TokenError::Broken("header"));
    }

    #[test]
    fn a_token_among_arguments_is_recognised() {
        let token = format!("{}.{}.c2ln", encoded(r#"{"kid":"k1234"}"#), encoded("{}"));
        for text in [token.clone(), format!("--token={token}"), format!("Bearer {token}"), token[..20].into()]
        {
            assert!(looks_like_one(&text), "{text}");
        }
        for text in ["inspect", "eyJ", "--jwks=keys.json", "/home/keyJ/a-long-enough-name.json"] {
            assert!(!looks_like_one(text), "{text}");
        }
    }
}
