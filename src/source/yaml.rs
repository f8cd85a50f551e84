use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZero;
use std::ops::Range;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use serde_saphyr::{Error, Options, Spanned};

use super::{Entry, MAX_DEPTH, Node, NodeValue, Source, Span};

/// Why a document could not be read, in our own words: a parser's text may quote a value.
#[derive(Debug)]
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// The way out, where there is a usual one.
    pub help: Option<&'static str>,
    /// Where reading stopped.
    pub span: Span,
}

/// Reads every document of every text, in order; each is either a node or its one syntax error.
///
/// Documents that hold nothing (a leading `---`, only comments) are left out.
pub fn parse_documents(sources: &[Arc<Source>]) -> Vec<Result<Node, SyntaxError>> {
    let bytes: usize = sources.iter().map(|source| source.text.len()).sum();
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS);
    let share = (bytes / threads).max(LEAST_BYTES_OF_A_THREAD);
    let mut rest = sources;
    let mut shares = Vec::new();
    while !rest.is_empty() {
        let mut taken = 0;
        let count = rest.iter().take_while(|source| {
            let more = taken < share;
            taken += source.text.len();
            more
        });
        let (first, further) = rest.split_at(count.count());
        shares.push(first);
        rest = further;
    }
    // 64 levels of a recursive reader need more stack than a thread has by default.
    std::thread::scope(|scope| {
        let read = |share| {
            std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, move || parse_all(share))
        };
        let readers: Vec<_> = shares.into_iter().map(|share| (share, read(share))).collect();
        let documents = readers.into_iter().flat_map(|(share, reader)| {
            match reader.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(documents)) => documents,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                Err(_) => parse_all(share),
            }
        });
        documents.collect()
    })
}

/// The most threads that read texts side by side.
const MAX_THREADS: usize = 8;

/// Less text than this is not worth a thread of its own.
const LEAST_BYTES_OF_A_THREAD: usize = 64 << 10;

fn parse_all(sources: &[Arc<Source>]) -> Vec<Result<Node, SyntaxError>> {
    let documents = sources.iter().flat_map(|source| {
        split_documents(&source.text)
            .into_iter()
            .filter_map(|range| parse_document(source, range).transpose())
    });
    documents.collect()
}

/// Cuts a text at its document markers.
///
/// `---` at the start of a line is a marker wherever it stands (YAML 1.2 §9.1.2 forbids it in scalars), so one
/// broken document leaves the others readable.
fn split_documents(text: &str) -> Vec<Range<usize>> {
    let mut starts = vec![0];
    let mut at = 0;
    let mut has_content = false;
    for line in text.split_inclusive('\n') {
        if line == "---" || line.starts_with("---") && line[3..].starts_with([' ', '\t', '\r', '\n']) {
            if has_content {
                starts.push(at);
            }
            has_content = true;
        } else if !line.starts_with(['#', '%']) && !line.trim().is_empty() {
            has_content = true;
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

fn parse_document(source: &Arc<Source>, range: Range<usize>) -> Result<Option<Node>, SyntaxError> {
    let text = &source.text[range.clone()];
    let raw: Option<Spanned<Raw>> = serde_saphyr::from_str_with_options(text, options())
        .map_err(|error| syntax_error(source, &range, error.without_snippet()))?;
    let Some(raw) = raw else { return Ok(None) };
    if matches!(raw.value, Raw::Null) {
        return Ok(None);
    }
    Ok(Some(Place { source, offset: range.start }.node(raw)))
}

fn options() -> Options {
    let mut options = Options::default();
    // `OFF` is a value of the API, not a boolean; account ids begin with zeros.
    options.strict_booleans = true;
    options.leading_zero_numbers_as_strings = true;
    options.underscored_numbers_as_strings = true;
    options.reject_unsupported_tags = true;
    options.with_snippet = false;
    options.alias_limits.max_total_replayed_events = 250_000;
    if let Some(budget) = &mut options.budget {
        budget.max_depth = MAX_DEPTH;
        budget.flow_nesting_limit = MAX_DEPTH;
        budget.max_nodes = 2_000_000;
        budget.max_events = 8_000_000;
    }
    options
}

/// A value as the parser gives it, with the parser's own places.
enum Raw {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    List(Vec<Spanned<Self>>),
    Map(Vec<(Spanned<String>, Spanned<Self>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Raw, E> {
        // JSON Schema takes 12.0 as the whole number that it is, and so must everything after it.
        #[allow(clippy::cast_possible_truncation)] // within the range in which a double is exact
        if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
            return Ok(Raw::Number((value as i64).into()));
        }
        Number::from_f64(value).map(Raw::Number).ok_or_else(|| E::custom("this number is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

/// Turns the parser's places, which count from the start of a document, into places of the text.
struct Place<'a> {
    source: &'a Arc<Source>,
    offset: usize,
}

impl Place<'_> {
    fn node(&self, raw: Spanned<Raw>) -> Node {
        let span = self.span(raw.defined);
        let value = match raw.value {
            Raw::Null => NodeValue::Null,
            Raw::Bool(bool) => NodeValue::Bool(bool),
            Raw::Number(number) => NodeValue::Number(number),
            Raw::String(text) => NodeValue::String(text),
            Raw::List(items) => NodeValue::List(items.into_iter().map(|item| self.node(item)).collect()),
            Raw::Map(entries) => NodeValue::Map(
                entries
                    .into_iter()
                    .map(|(key, value)| {
                        let key_span = self.span(key.defined);
                        (key.value, Entry { key_span, node: self.node(value) })
                    })
                    .collect::<BTreeMap<_, _>>(),
            ),
        };
        Node::new(value, span)
    }

    #[allow(clippy::cast_possible_truncation)] // a text is at most 16 MiB
    fn span(&self, location: serde_saphyr::Location) -> Span {
        let span = location.span();
        let start = match span.byte_offset() {
            Some(offset) => self.offset + offset as usize,
            // The scanner's own errors have a line and a column only.
            None => self.at(location.line() as usize, location.column() as usize),
        };
        Span::new(self.source, start..start + span.byte_len().unwrap_or(0) as usize)
    }

    /// The byte at a line and column (both from 1) of the document.
    fn at(&self, line: usize, column: usize) -> usize {
        let mut lines = self.source.text[self.offset..].split_inclusive('\n');
        let before: usize = lines.clone().take(line.saturating_sub(1)).map(str::len).sum();
        let text = lines.nth(line.saturating_sub(1)).unwrap_or_default();
        let within: usize = text.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
        self.offset + before + within
    }
}

fn syntax_error(source: &Arc<Source>, range: &Range<usize>, error: &Error) -> SyntaxError {
    let (message, help) = describe(error);
    let offset = range.start;
    let span = error.location().map_or_else(
        || Span::new(source, offset..offset),
        |location| {
            let mut span = Place { source, offset }.span(location);
            // A place past the end of the text (an unclosed bracket) is shown on its last line.
            let last = source.text[range.clone()].trim_end().len() + offset;
            if span.bytes.start > last {
                span = Span::new(source, last..last);
            }
            span
        },
    );
    let line = source.text[..span.bytes.start].rfind('\n').map_or(0, |newline| newline + 1);
    let is_in_a_flow = source.text[line..span.bytes.start].contains(['[', '{']);
    let help = help.or((is_in_a_flow && source.text[line..span.bytes.start].ends_with('$'))
        .then_some("between brackets or braces, a text with `${…}` stands in quotes"));
    SyntaxError { message, help, span }
}

/// Our words for a parser's error. Only texts that cannot hold a value of the document are taken over.
fn describe(error: &Error) -> (String, Option<&'static str>) {
    let fixed = |message: &str, help| (message.to_owned(), help);
    match error {
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            (format!("the key `{key}` stands twice in one mapping"), Some("keep one of the two"))
        }
        Error::DuplicateMappingKey { key: None, .. } => fixed("a key stands twice in one mapping", None),
        Error::Budget { breach, .. } => (
            budget(breach),
            Some("a manifest nests at most 64 levels deep and holds at most 2 million values"),
        ),
        Error::AliasReplayCounterOverflow { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => {
            fixed("aliases unfold into too many values", Some("write the values out, or split the file"))
        }
        Error::UnknownAnchor { .. } => fixed("this alias names no anchor of the document", None),
        Error::UnsupportedTag { .. } => fixed("tags are not supported", Some("leave the `!…` out")),
        Error::NullIntoString { .. } => fixed("a key is empty", None),
        Error::MergeValueNotMapOrSeqOfMaps { .. } => {
            fixed("`<<` takes a mapping or a list of mappings", None)
        }
        Error::NonFiniteFloat { .. } => fixed("this number is not finite", None),
        Error::Eof { .. } => fixed("the document ends too early", None),
        Error::MultipleDocuments { .. } => {
            fixed("a second document begins here", Some("separate documents by a line with `---`"))
        }
        Error::Message { msg, .. } | Error::ExternalMessage { msg, .. } => (syntax(msg), tab_help(msg)),
        Error::AliasError { error, .. } => describe(error),
        _ => fixed("this is not valid YAML", None),
    }
}

fn budget(breach: &serde_saphyr::budget::BudgetBreach) -> String {
    use serde_saphyr::budget::BudgetBreach as Breach;
    match breach {
        Breach::Depth { .. } => "the document nests too deeply".to_owned(),
        Breach::Nodes { .. } | Breach::Events { .. } => "the document holds too many values".to_owned(),
        _ => "the document has too many anchors or aliases".to_owned(),
    }
}

/// The scanner's sentences are fixed texts that quote punctuation at most; anything that quotes more is left out.
fn syntax(message: &str) -> String {
    let quotes_a_value =
        message.contains(['`', '"']) || message.split('\'').skip(1).step_by(2).any(|q| q.len() > 2);
    if quotes_a_value || message.len() > 120 {
        "this is not valid YAML".to_owned()
    } else if message.contains("recursion limit") {
        "the document nests too deeply".to_owned()
    } else {
        format!("this is not valid YAML: {message}")
    }
}

fn tab_help(message: &str) -> Option<&'static str> {
    message.contains("tab").then_some("indent by spaces")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::Path;

    fn parse(text: &str) -> Vec<Result<Node, SyntaxError>> {
        parse_documents(&[Source::new("x.yaml", text)])
    }

    fn only(text: &str) -> Node {
        let mut documents = parse(text);
        assert_eq!(documents.len(), 1, "{documents:?}");
        documents.remove(0).unwrap()
    }

    fn error(text: &str) -> SyntaxError {
        parse(text).into_iter().find_map(Result::err).expect("a syntax error")
    }

    #[test]
    fn off_and_account_ids_stay_strings() {
        let node = only("a: OFF\nb: 012345678901\nc: yes\nd: true\ne: 1_000\nf: 12\n");
        assert_eq!(
            node.to_value(),
            serde_json::json!({"a": "OFF", "b": "012345678901", "c": "yes", "d": true, "e": "1_000", "f": 12})
        );
    }

    #[test]
    fn every_value_knows_its_place() {
        let node = only("# é\na:\n  - x\n  - {b: 'ü', c: 3}\n");
        let c = node.span_of(&Path::parse("a[1].c").unwrap());
        assert_eq!(c.to_string(), "x.yaml:4:17");
        let b = node.key_span_of(&Path::parse("a[1].b").unwrap());
        assert_eq!((b.to_string().as_str(), &b.source.text[b.bytes.clone()]), ("x.yaml:4:6", "b"));
    }

    #[test]
    fn one_broken_document_leaves_the_others_readable() {
        let documents = parse("a: 1\n---\nb: [1\n---\n# only a comment\n---\nc: 3\n");
        let outcome: Vec<_> = documents.iter().map(Result::is_ok).collect();
        assert_eq!(outcome, [true, false, true]);
        assert_eq!(documents[1].as_ref().unwrap_err().span.line_column().0, 3);
        assert_eq!(documents[2].as_ref().unwrap().span_of(&Path::of(["c"])).to_string(), "x.yaml:7:4");
    }

    #[test]
    fn duplicate_keys_tabs_tags_and_unknown_aliases_are_errors() {
        assert_eq!(error("a: 1\na: 2\n").message, "the key `a` stands twice in one mapping");
        assert_eq!(error("a:\n\tb: 1\n").help, Some("indent by spaces"));
        assert_eq!(error("a: !env X\n").message, "tags are not supported");
        assert_eq!(error("a: *nope\n").message, "this alias names no anchor of the document");
    }

    #[test]
    fn merge_keys_and_aliases_point_at_their_definition() {
        let node = only("base: &b {x: 1}\nuse:\n  <<: *b\n  y: 2\n");
        assert_eq!(node.to_value()["use"], serde_json::json!({"x": 1, "y": 2}));
    }

    #[test]
    fn hostile_nesting_and_alias_bombs_are_refused_at_once() {
        for text in ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(100_000)] {
            assert_eq!(parse(&text).len(), 1);
            assert_eq!(error(&text).message, "the document nests too deeply");
        }
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let previous = format!("*a{}, ", level - 1).repeat(10);
            bomb = format!("{bomb}a{level}: &a{level} [{previous}]\n");
        }
        assert!(parse(&bomb)[0].is_err());
    }

    #[test]
    fn a_syntax_error_never_quotes_a_value() {
        for text in
            ["secret: \"hunter2", "s: 'hunter2\n", "x: {s: hunter2", "a: hunter2: b", "- a\nhunter2: 1"]
        {
            assert!(!error(text).message.contains("hunter2"), "{}", error(text).message);
        }
    }
}
