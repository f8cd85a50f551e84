//! Excerpts without secrets: a secret in the wrong place is exactly what a finding may be about.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::catalog::{ATTACHED, Field, KINDS, RECORDS, Shape};
use crate::path::Path;

/// A key, at its colon, that sounds like a secret's.
static SUSPICIOUS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)([\w-]*(?:secret|passw(?:or)?d|private_?key|token|api_?key|credential)[\w-]*)["']?\s*:"#,
    )
    .expect("the pattern is a constant")
});

/// The members that the schema knows and that hold no secret, however they sound.
static HARMLESS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    fn collect(field: &Field, names: &mut BTreeSet<String>) {
        if !field.secret {
            names.insert(field.name.to_lowercase());
        }
        match &field.shape {
            Shape::Block(members) | Shape::Objects(members) => members.iter().for_each(|m| collect(m, names)),
            Shape::Map(item) => collect(item, names),
            Shape::Scalar | Shape::Set => {}
        }
    }
    let mut names = BTreeSet::new();
    for kind in KINDS.into_iter().chain(ATTACHED).chain(RECORDS) {
        collect(&kind.root, &mut names);
        let variants = kind.variants.iter().flat_map(|variants| variants.roots.values());
        variants.for_each(|root| collect(root, &mut names));
    }
    names
});

/// A reference to a secret, which is none itself.
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*\{\s*(?:env|file)\s*:\s*[\w./-]{1,80}\s*\}[\s,}]*(?:#.*)?$")
        .expect("the pattern is a constant")
});

/// A line of a text with every value masked that may be a secret; its length in bytes stays.
///
/// `path` is where a finding stands, if that is known, and `before` the text above the line: a value may stand below
/// its key.
pub(super) fn mask(line: &str, path: Option<&Path>, before: &str) -> String {
    let inside =
        path.is_some_and(|path| path.keys().unwrap_or_default().into_iter().any(sounds_like_a_secret));
    match secret_from(line) {
        Some(from) => format!("{}{}", &line[..from], stars(&line[from..])),
        None if line.contains(':')
            && REFERENCE.is_match(line.split_once(':').map_or("", |(_, value)| value)) =>
        {
            line.to_owned()
        }
        None if inside || follows_a_secrets_key(before) => stars(line),
        None => line.to_owned(),
    }
}

/// Where in a line the value of a secret's key begins.
fn secret_from(line: &str) -> Option<usize> {
    let found = SUSPICIOUS
        .captures_iter(line)
        .find(|found| found.get(1).is_some_and(|key| is_secret(key.as_str())))?;
    let from = found.get(0)?.end();
    let value = &line[from..];
    (!value.trim().is_empty() && !REFERENCE.is_match(value)).then_some(from)
}

/// Whether the last line above that says anything is a secret's key without a value.
fn follows_a_secrets_key(before: &str) -> bool {
    let above = before.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let open = above.trim_end().trim_end_matches(['|', '>', '-', '+', '{', '[', ' ']);
    open.ends_with(':') && SUSPICIOUS.captures(open).is_some_and(|found| is_secret(&found[1]))
}

fn sounds_like_a_secret(key: &str) -> bool {
    SUSPICIOUS.captures(&format!("{key}:")).is_some_and(|found| is_secret(&found[1]))
}

fn is_secret(key: &str) -> bool {
    !HARMLESS.contains(&key.to_lowercase())
}

fn stars(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() { c.to_string() } else { "*".repeat(c.len_utf8()) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(line: &str) -> String {
        mask(line, None, "")
    }

    #[test]
    fn a_literal_secret_is_masked_and_keeps_its_length() {
        assert_eq!(alone("    clientSecret: hünter2"), "    clientSecret: ********");
        assert_eq!(alone("client_secret: \"a b\""), "client_secret: ** **");
        assert_eq!(alone("web: { clientSecret: { value: x } }"), "web: { clientSecret: * ****** * * *");
        assert_eq!(alone("\"apiKey\": x"), "\"apiKey\": *");
    }

    #[test]
    fn a_value_below_its_key_is_masked() {
        for before in ["clients:\n  clientSecret:\n", "  clientSecret: >-\n\n", "  password: |\n"] {
            assert_eq!(mask("    hunter2", None, before), "    *******");
        }
        assert_eq!(
            mask("    hunter2", Some(&Path::of(["clients", "web", "clientSecret"])), ""),
            "    *******"
        );
    }

    #[test]
    fn what_only_sounds_like_a_secret_is_shown() {
        for line in [
            "  accessTokenValidity: 2x",
            "  passwordHistorySize: 99",
            "  tokenValidityUnits: {accessToken: hour}",
            "  preTokenGeneration: {lambdaArn: x}",
            "  passwordPolicy: 12",
            "  clientSecret: { env: WEB_SECRET }",
            "  web: { clientSecret: {file: ./web.secret} }",
            "  - https://a",
            "  generateSecret: maybe",
            "  enableTokenRevocation: 3",
            "  clientSecret:",
        ] {
            assert_eq!(alone(line), line);
        }
    }
}
