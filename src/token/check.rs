use serde_json::Value;

use super::{KeySet, Token};
use crate::duration::iso_time;

/// The one algorithm that Cognito signs with. A token never chooses another.
const ALGORITHM: &str = "RS256";

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenUse {
    /// It says who signed in.
    Id,
    /// It lets its bearer call APIs.
    Access,
}

impl TokenUse {
    /// The value of `token_use`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Access => "access",
        }
    }

    /// The claim that names the client.
    const fn client_claim(self) -> &'static str {
        match self {
            Self::Id => "aud",
            Self::Access => "client_id",
        }
    }

    fn of(token: &Token) -> Option<Self> {
        [Self::Id, Self::Access].into_iter().find(|known| token.claim("token_use") == Some(known.as_str()))
    }
}

/// What a token is held against. What is not said is not checked, and never passes.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// The keys that may have signed it.
    pub keys: Option<KeySet>,
    /// `iss`.
    pub issuer: Option<String>,
    /// The clients that it may be for.
    pub client_ids: Option<Vec<String>>,
    /// `token_use`.
    pub token_use: Option<TokenUse>,
    /// How many seconds the clocks may differ.
    pub leeway: u32,
}

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckKind {
    /// `alg`.
    Algorithm,
    /// The signature.
    Signature,
    /// `iss`.
    Issuer,
    /// `aud` or `client_id`.
    Client,
    /// `token_use`.
    TokenUse,
    /// `exp`.
    Expiry,
    /// `nbf` and `iat`.
    Start,
}

impl CheckKind {
    /// Its name for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Algorithm => "algorithm",
            Self::Signature => "signature",
            Self::Issuer => "issuer",
            Self::Client => "client",
            Self::TokenUse => "tokenUse",
            Self::Expiry => "expiry",
            Self::Start => "start",
        }
    }

    /// Its name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::TokenUse => "token use",
            other => other.as_str(),
        }
    }
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is as it should be.
    Passed,
    /// It is not.
    Failed,
    /// There was nothing to hold it against.
    NotChecked,
}

/// One check of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub kind: CheckKind,
    /// How it ended.
    pub outcome: Outcome,
    /// Why; it may hold what the token says.
    pub detail: String,
}

/// What is left of a check when its name is known.
type Found = (Outcome, String);

/// Holds a token against what is expected of it, at a time in seconds since 1970. Every check runs.
pub fn inspect(token: &Token, expected: &Expected, now: i64) -> Vec<Check> {
    let algorithm = algorithm(token);
    let signature = signature(token, expected.keys.as_ref(), algorithm.0);
    let found = [
        (CheckKind::Algorithm, algorithm),
        (CheckKind::Signature, signature),
        (CheckKind::Issuer, issuer(token, expected.issuer.as_deref())),
        (CheckKind::Client, client(token, expected.client_ids.as_deref())),
        (CheckKind::TokenUse, token_use(token, expected.token_use)),
        (CheckKind::Expiry, expiry(token, now.saturating_sub(expected.leeway.into()))),
        (CheckKind::Start, start(token, now.saturating_add(expected.leeway.into()))),
    ];
    found.into_iter().map(|(kind, (outcome, detail))| Check { kind, outcome, detail }).collect()
}

/// Whether every check ran and passed.
pub fn is_verified(checks: &[Check]) -> bool {
    checks.iter().all(|check| check.outcome == Outcome::Passed)
}

fn passed(detail: impl Into<String>) -> Found {
    (Outcome::Passed, detail.into())
}

fn failed(detail: impl Into<String>) -> Found {
    (Outcome::Failed, detail.into())
}

fn not_checked(detail: impl Into<String>) -> Found {
    (Outcome::NotChecked, detail.into())
}

fn algorithm(token: &Token) -> Found {
    match token.header.get("alg").map(|alg| alg.as_str()) {
        Some(Some(ALGORITHM)) if token.header.contains_key("crit") => {
            failed("the header demands extensions that nobody here knows (`crit`)")
        }
        Some(Some(ALGORITHM)) => passed(ALGORITHM),
        Some(Some(other)) => failed(format!("{other} is refused: Cognito signs with {ALGORITHM}")),
        Some(None) | None => failed("the header names no algorithm (`alg`)"),
    }
}

fn signature(token: &Token, keys: Option<&KeySet>, algorithm: Outcome) -> Found {
    match keys {
        _ if algorithm != Outcome::Passed => not_checked("the algorithm is refused"),
        None => not_checked("no keys: give --jwks or --jwks-url, or the manifest of a pool on AWS with -f"),
        Some(keys) => match keys.verify(token) {
            Ok(()) => passed(format!("by the key {}", token.key_id().unwrap_or_default())),
            Err(problem) => failed(problem),
        },
    }
}

fn issuer(token: &Token, expected: Option<&str>) -> Found {
    match (token.claim("iss"), expected) {
        (_, None) => not_checked("give --issuer, or the pool's manifest with -f"),
        (None, Some(_)) => failed("the token names no issuer (`iss`)"),
        (Some(issuer), Some(expected)) if issuer == expected => passed(issuer),
        (Some(issuer), Some(expected)) => failed(format!("it is {issuer}, not {expected}")),
    }
}

fn client(token: &Token, expected: Option<&[String]>) -> Found {
    let Some(expected) = expected else {
        return not_checked("give --client-id, or the pool's manifest with -f");
    };
    // The claim of the other kind of token says nothing.
    let Some(usage) = TokenUse::of(token) else {
        return failed("without a known `token_use` nothing says which claim names the client");
    };
    let claim = usage.client_claim();
    let clients: Vec<&str> = match token.claims.get(claim) {
        Some(Value::String(client)) => vec![client],
        Some(Value::Array(clients)) => clients.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    match clients.iter().find(|client| expected.iter().any(|id| id == *client)) {
        Some(client) => passed(*client),
        None if clients.is_empty() => failed(format!("the token names no client (`{claim}`)")),
        None => failed(format!("it is for {}, which is none of those expected", clients.join(", "))),
    }
}

fn token_use(token: &Token, expected: Option<TokenUse>) -> Found {
    match (TokenUse::of(token), expected) {
        (None, _) => failed("`token_use` is neither id nor access"),
        (Some(usage), None) => {
            not_checked(format!("it is {}; --token-use says which it must be", usage.as_str()))
        }
        (Some(usage), Some(expected)) if usage == expected => passed(usage.as_str()),
        (Some(usage), Some(expected)) => {
            failed(format!("it is {}, not {}", usage.as_str(), expected.as_str()))
        }
    }
}

fn expiry(token: &Token, earliest: i64) -> Found {
    match seconds(token, "exp") {
        None => failed("the token has no time of expiry (`exp`)"),
        Some(end) if earliest >= end => failed(format!("it expired at {}", time(end))),
        Some(end) => passed(format!("at {}", time(end))),
    }
}

fn start(token: &Token, latest: i64) -> Found {
    let broken = |name: &&str| token.claims.contains_key(*name) && seconds(token, name).is_none();
    if let Some(name) = ["nbf", "iat"].iter().find(|name| broken(name)) {
        return failed(format!("`{name}` is no time"));
    }
    match (seconds(token, "nbf"), seconds(token, "iat")) {
        (Some(begin), _) if begin > latest => failed(format!("it is not valid before {}", time(begin))),
        (_, Some(issued)) if issued > latest => {
            failed(format!("it was issued in the future, at {}", time(issued)))
        }
        (Some(begin), _) => passed(format!("valid from {}", time(begin))),
        (None, Some(issued)) => passed(format!("issued at {}", time(issued))),
        (None, None) => not_checked("the token does not say (`nbf`, `iat`)"),
    }
}

/// A time claim in whole seconds; fractions are legal, and round to the past.
fn seconds(token: &Token, name: &str) -> Option<i64> {
    let value = token.claims.get(name)?;
    #[allow(clippy::cast_possible_truncation)] // it saturates
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds.floor() as i64))
}

fn time(seconds: i64) -> String {
    iso_time(seconds).unwrap_or_else(|| seconds.to_string())
}
