//! Findings with the lines that they are about.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::count;
use crate::diagnostic::{Finding, Place, Severity};
use crate::source::Span;

/// What stands for a value that may be a secret.
const MASK: char = '*';

/// A longer line, in bytes, is named and not shown.
const LONG_LINE: usize = 2_000;

/// Findings for people, with source excerpts.
///
/// A line whose key looks like that of a secret is shown with its value masked: a secret in the wrong place is
/// exactly what a finding may be about.
pub fn human(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        text.push_str(&one(finding));
        text.push_str("\n\n");
    }
    text
}

/// The closing line: how many findings of each severity, over how many pools.
pub fn summary(findings: &[Finding], pools: usize) -> String {
    let number = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    match (number(Severity::Error), number(Severity::Warning)) {
        (0, 0) => format!(
            "{} valid.\n",
            if pools == 1 { "1 pool is".to_owned() } else { format!("{pools} pools are") }
        ),
        (0, warnings) => format!("{}, no error.\n", count(warnings, "warning")),
        (errors, 0) => format!("{}.\n", count(errors, "error")),
        (errors, warnings) => format!("{}, {}.\n", count(errors, "error"), count(warnings, "warning")),
    }
}

fn one(finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.code.as_str());
    let masked;
    let mut group = match &finding.place {
        Place::Input(input) => {
            Group::with_title(title).element(annotate_snippets::Origin::path(input.as_str()))
        }
        Place::Text(span) if line_of(span).len() > LONG_LINE => {
            let (line, column) = span.line_column();
            let origin = annotate_snippets::Origin::path(span.source.name.as_str());
            Group::with_title(title).element(origin.line(line).char_column(column))
        }
        Place::Text(span) => {
            let (excerpt, first_line, bytes) = excerpt(span);
            masked = excerpt;
            title.element(
                Snippet::source(masked)
                    .line_start(first_line)
                    .path(span.source.name.as_str())
                    .annotation(AnnotationKind::Primary.span(bytes)),
            )
        }
    };
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    Renderer::styled().render(&[group])
}

/// The lines that a finding is about, masked, with the number of the first one and the place in them.
///
/// At most one line: a block is shown by its beginning.
fn excerpt(span: &Span) -> (String, usize, Range<usize>) {
    let bytes = line_of(span);
    let start = bytes.start;
    let line = span.source.text[bytes].trim_end_matches('\r');
    let within = span.bytes.start - start;
    let to = (span.bytes.end.min(start + line.len()) - start).max(within);
    (mask(line), span.line_column().0, within..to)
}

/// The line that a stretch of text begins in, in bytes.
fn line_of(span: &Span) -> Range<usize> {
    let text = &span.source.text;
    let start = text[..span.bytes.start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[span.bytes.start..].find('\n').map_or(text.len(), |newline| span.bytes.start + newline);
    start..end
}

/// Masks the value of a key that looks like a secret's; the length in bytes stays.
fn mask(line: &str) -> String {
    let Some((key, value)) = line.split_once(':') else { return line.to_owned() };
    let suspicious =
        ["secret", "password", "private_key", "privatekey", "token", "apikey", "api_key", "credential"];
    let lower = key.to_lowercase();
    let names_a_secret = suspicious.iter().any(|word| lower.contains(word));
    let harmless = value.trim().is_empty()
        || value.trim_start().starts_with(['{', '[', '#'])
        || [
            "validity",
            "units",
            "policy",
            "attributes",
            "mfaconfiguration",
            "rotation",
            "generatesecret",
            "trigger",
        ]
        .iter()
        .any(|word| lower.contains(word));
    if !names_a_secret || harmless {
        return line.to_owned();
    }
    let mut masked = format!("{key}:");
    for character in value.chars() {
        if character.is_whitespace() {
            masked.push(character);
        } else {
            for _ in 0..character.len_utf8() {
                let _ = write!(masked, "{MASK}");
            }
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn a_literal_secret_is_masked_and_keeps_its_length() {
        assert_eq!(mask("    clientSecret: hünter2"), "    clientSecret: ********");
        assert_eq!(mask("client_secret: \"a b\""), "client_secret: ** **");
    }

    #[test]
    fn what_only_sounds_like_a_secret_is_shown() {
        for line in
            ["  accessTokenValidity: 2x", "  passwordPolicy: 12", "  clientSecret: {env: X}", "  - https://a"]
        {
            assert_eq!(mask(line), line);
        }
    }
}
