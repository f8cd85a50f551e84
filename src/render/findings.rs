//! Findings with the lines that they are about.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::count;
use super::mask::mask;
use crate::diagnostic::{Finding, Place, Severity};
use crate::path::Path;
use crate::source::Span;

/// A longer line, in bytes, is named and not shown.
const LONG_LINE: usize = 2_000;

/// Findings for people, with source excerpts.
///
/// What may be a secret is masked in them.
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
            let (excerpt, first_line, bytes) = excerpt(span, finding.path.as_ref());
            masked = excerpt;
            title.element(
                Snippet::source(masked)
                    .line_start(first_line)
                    .path(span.source.name.as_str())
                    .annotation(AnnotationKind::Primary.span(bytes)),
            )
        }
    };
    let of =
        (!finding.environments.is_empty()).then(|| format!("only in {}", finding.environments.join(", ")));
    if let Some(of) = &of {
        group = group.element(Level::NOTE.message(of.as_str()));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    Renderer::styled().render(&[group])
}

/// The lines that a finding is about, masked, with the number of the first one and the place in them.
///
/// At most one line: a block is shown by its beginning.
fn excerpt(span: &Span, path: Option<&Path>) -> (String, usize, Range<usize>) {
    let bytes = line_of(span);
    let start = bytes.start;
    let line = span.source.text[bytes].trim_end_matches('\r');
    let within = span.bytes.start - start;
    let to = (span.bytes.end.min(start + line.len()) - start).max(within);
    (mask(line, path, &span.source.text[..start]), span.line_column().0, within..to)
}

/// The line that a stretch of text begins in, in bytes.
fn line_of(span: &Span) -> Range<usize> {
    let text = &span.source.text;
    let start = text[..span.bytes.start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[span.bytes.start..].find('\n').map_or(text.len(), |newline| span.bytes.start + newline);
    start..end
}
