//! What is in a token and what its checks found. The token itself is never part of it.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{json, style};
use crate::duration::iso_time;
use crate::token::{Check, Outcome, Token, is_verified};

/// The claims that one looks for, first; the others follow by name.
const FIRST: [&str; 13] = [
    "sub",
    "username",
    "cognito:username",
    "email",
    "token_use",
    "iss",
    "aud",
    "client_id",
    "scope",
    "cognito:groups",
    "auth_time",
    "iat",
    "exp",
];

/// Claims that are times.
const TIMES: [&str; 4] = ["auth_time", "exp", "iat", "nbf"];

/// For people.
pub fn human(token: &Token, checks: &[Check]) -> String {
    let mut text = String::new();
    table(&mut text, "header", token.header.iter());
    let known = FIRST.iter().filter_map(|name| token.claims.get_key_value(*name));
    let others = token.claims.iter().filter(|(name, _)| !FIRST.contains(&name.as_str()));
    table(&mut text, "claims", known.chain(others));
    title(&mut text, "checks");
    let width = checks.iter().map(|check| check.kind.label().len()).max().unwrap_or_default();
    for Check { kind, outcome, detail } in checks {
        let (word, colour) = match outcome {
            Outcome::Passed => ("ok", style::ADD),
            Outcome::Failed => ("FAILED", style::ERROR),
            Outcome::NotChecked => ("not checked", style::MODIFY),
        };
        let label = kind.label();
        let _ = writeln!(text, "  {colour}{word:<11}{colour:#}  {label:<width$}  {}", escaped(detail));
    }
    let _ = writeln!(text, "\n{}", summary(checks));
    text
}

fn summary(checks: &[Check]) -> String {
    let of = |outcome: Outcome| {
        let found = checks.iter().filter(|check| check.outcome == outcome);
        found.map(|check| check.kind.label()).collect::<Vec<_>>().join(", ")
    };
    let (failed, not_checked) = (of(Outcome::Failed), of(Outcome::NotChecked));
    match (failed.is_empty(), not_checked.is_empty()) {
        (true, true) => "The token is what it should be.".to_owned(),
        (true, false) => format!("Nothing failed, but this was not checked: {not_checked}."),
        (false, _) => format!("The token is not what it should be: {failed}."),
    }
}

fn title(text: &mut String, title: &str) {
    let name = style::NAME;
    let _ = writeln!(text, "{name}{title}{name:#}");
}

fn table<'a>(text: &mut String, name: &str, members: impl Iterator<Item = (&'a String, &'a Value)>) {
    title(text, name);
    let members: Vec<(String, String)> =
        members.map(|(name, value)| (escaped(name), shown(name, value))).collect();
    let width = members.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    for (name, value) in members {
        let _ = writeln!(text, "  {name:<width$}  {value}");
    }
}

fn shown(name: &str, value: &Value) -> String {
    let time = value.as_i64().filter(|_| TIMES.contains(&name)).and_then(iso_time);
    match (value, time) {
        (_, Some(time)) => format!("{time} ({value})"),
        (Value::String(text), _) => escaped(text),
        (other, _) => escaped(&other.to_string()),
    }
}

/// A text that cannot change what else the terminal shows: whoever made the token chose it.
fn escaped(text: &str) -> String {
    let acts = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if acts(c) { safe.extend(c.escape_unicode()) } else { safe.push(c) }
    }
    safe
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenV1<'a> {
    format_version: u32,
    verified: bool,
    header: &'a Map<String, Value>,
    claims: &'a Map<String, Value>,
    checks: Vec<CheckV1<'a>>,
}

#[derive(Serialize)]
struct CheckV1<'a> {
    check: &'static str,
    outcome: &'static str,
    detail: &'a str,
}

/// For programs.
pub fn json(token: &Token, checks: &[Check]) -> String {
    json::text(&TokenV1 {
        format_version: json::FORMAT_VERSION,
        verified: is_verified(checks),
        header: &token.header,
        claims: &token.claims,
        checks: checks.iter().map(check).collect(),
    })
}

fn check(Check { kind, outcome, detail }: &Check) -> CheckV1<'_> {
    let outcome = match outcome {
        Outcome::Passed => "ok",
        Outcome::Failed => "failed",
        Outcome::NotChecked => "notChecked",
    };
    CheckV1 { check: kind.as_str(), outcome, detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_token_acts_on_the_terminal() {
        assert_eq!(escaped("a\x1b[2Jb\n\u{9b}c\u{202e}d ü"), "a\\u{1b}[2Jb\\u{a}\\u{9b}c\\u{202e}d ü");
        assert_eq!(shown("x", &serde_json::json!(["\u{7f}", {"a": 1}])), "[\"\\u{7f}\",{\"a\":1}]");
        assert_eq!(shown("exp", &serde_json::json!(0)), "1970-01-01T00:00:00Z (0)");
        assert_eq!(shown("exp", &serde_json::json!("0")), "0");
    }
}
