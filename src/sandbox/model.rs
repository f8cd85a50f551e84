//! What the API's own model says of each operation: the shapes of its input, and the statuses of errors.
//!
//! The facts are `model.json`'s, which `tests/servers/model.py` takes out of botocore's copy of the model.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use regex::Regex;
use serde::Deserialize;

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let raw: RawModel = serde_json::from_str(include_str!("model.json"))
        .expect("model.json is part of the build and is read by tests");
    Model::link(raw)
});

struct Model {
    /// The input of each operation.
    inputs: BTreeMap<String, usize>,
    /// The errors of each operation.
    errors: BTreeMap<String, BTreeSet<String>>,
    shapes: Vec<Shape>,
    statuses: BTreeMap<String, u16>,
}

/// What a value must be.
pub(super) struct Shape {
    /// Its name in the model.
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The smallest number, or the shortest text, list, map or blob.
    pub(super) min: Option<i64>,
    /// The largest number, or the longest text, list, map or blob.
    pub(super) max: Option<i64>,
    pub(super) pattern: Option<Pattern>,
    /// The values that a text may have.
    pub(super) options: Option<Vec<String>>,
    /// Whether its value must not be shown.
    pub(super) sensitive: bool,
}

/// What sort of value it is, and what is in it.
pub(super) enum Kind {
    Structure(BTreeMap<String, Member>),
    List(Inner),
    Map {
        key: Inner,
        value: Inner,
    },
    Text,
    /// Of 32 bits.
    Integer,
    Boolean,
    Timestamp,
    Blob,
    /// Any JSON.
    Document,
}

/// A member of a structure.
pub(super) struct Member {
    pub(super) inner: Inner,
    pub(super) required: bool,
}

/// A shape inside another.
#[derive(Clone, Copy)]
pub(super) struct Inner(usize);

impl Inner {
    pub(super) fn shape(self) -> &'static Shape {
        &MODEL.shapes[self.0]
    }
}

/// What a whole text must match, compiled when it is needed: those of inputs are.
pub(super) struct Pattern {
    pub(super) text: String,
    regex: OnceLock<Regex>,
}

impl Pattern {
    pub(super) fn matches(&self, text: &str) -> bool {
        let compile = || whole(&self.text).expect("the patterns of inputs compile; a test compiles all");
        self.regex.get_or_init(compile).is_match(text)
    }
}

/// The shape of an operation's input; none for what is no operation of the API.
pub(super) fn input(operation: &str) -> Option<&'static Shape> {
    MODEL.inputs.get(operation).map(|at| &MODEL.shapes[*at])
}

/// Whether an error is among those of an operation.
pub(super) fn may_answer(operation: &str, code: &str) -> bool {
    MODEL.errors.get(operation).is_some_and(|errors| errors.contains(code))
}

/// The status with which an error is answered, if the model has it.
pub(super) fn status(code: &str) -> Option<u16> {
    MODEL.statuses.get(code).copied()
}

impl Shape {
    /// A member's shape, if it is a structure that has the member.
    pub(super) fn member(&self, name: &str) -> Option<&'static Self> {
        match &self.kind {
            Kind::Structure(members) => members.get(name).map(|member| member.inner.shape()),
            _ => None,
        }
    }

    /// Whether a value that must not be shown can be in it.
    pub(super) fn holds(&self, secret: &impl Fn(&Self) -> bool) -> bool {
        let inside = |inner: &Inner| inner.shape().holds(secret);
        secret(self)
            || match &self.kind {
                Kind::Structure(members) => members.values().any(|member| inside(&member.inner)),
                Kind::List(item) => inside(item),
                Kind::Map { key, value } => inside(key) || inside(value),
                _ => false,
            }
    }
}

/// A pattern as the service's language, Java, matches a whole value: its classes are ASCII, and a dot is no line end.
fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    let mut text = String::from("^(?:");
    let dots_are_all = pattern.starts_with("(?s)");
    let (mut in_class, mut escaped) = (false, false);
    for c in pattern.chars() {
        match (escaped, c) {
            (true, 'd') => text.push_str("[0-9]"),
            (true, 'w') => text.push_str("[A-Za-z0-9_]"),
            (true, 's') => text.push_str(r"[\t\n\x0B\x0C\r ]"),
            (true, 'S') => text.push_str(r"[^\t\n\x0B\x0C\r ]"),
            (true, other) => text.extend(['\\', other]),
            (false, '\\') => {}
            (false, '.') if !in_class && !dots_are_all => text.push_str(r"[^\n\r\u{85}\u{2028}\u{2029}]"),
            (false, other) => text.push(other),
        }
        in_class = match c {
            '[' if !escaped => true,
            ']' if !escaped => false,
            _ => in_class,
        };
        escaped = c == '\\' && !escaped;
    }
    text.push_str(")$");
    Regex::new(&text)
}

#[derive(Deserialize)]
struct RawModel {
    operations: BTreeMap<String, RawOperation>,
    shapes: BTreeMap<String, RawShape>,
}

#[derive(Deserialize)]
struct RawOperation {
    input: String,
    errors: BTreeSet<String>,
}

#[derive(Deserialize)]
struct RawShape {
    r#type: RawType,
    #[serde(default)]
    members: BTreeMap<String, String>,
    #[serde(default)]
    required: Vec<String>,
    member: Option<String>,
    key: Option<String>,
    value: Option<String>,
    min: Option<i64>,
    max: Option<i64>,
    pattern: Option<String>,
    r#enum: Option<Vec<String>>,
    #[serde(default)]
    sensitive: bool,
    status: Option<u16>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawType {
    Structure,
    List,
    Map,
    String,
    Integer,
    Boolean,
    Timestamp,
    Blob,
    Document,
}

impl Model {
    /// Puts places where names are.
    fn link(raw: RawModel) -> Self {
        let places: BTreeMap<String, usize> =
            raw.shapes.keys().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        let inputs =
            raw.operations.iter().map(|(name, operation)| (name.clone(), places[&operation.input])).collect();
        let errors = raw.operations.into_iter().map(|(name, operation)| (name, operation.errors)).collect();
        let with_status = raw.shapes.iter().filter_map(|(name, shape)| Some((name.clone(), shape.status?)));
        let statuses = with_status.collect();
        let shapes = raw.shapes.into_iter().map(|(name, shape)| Shape::link(name, shape, &places)).collect();
        Self { inputs, errors, shapes, statuses }
    }
}

impl Shape {
    fn link(name: String, raw: RawShape, places: &BTreeMap<String, usize>) -> Self {
        let inner = |target: &String| Inner(places[target]);
        let part = |target: Option<String>| inner(&target.expect("a list or map says what is in it"));
        let kind = match raw.r#type {
            RawType::Structure => {
                let members = raw.members.iter().map(|(name, target)| {
                    let member = Member { inner: inner(target), required: raw.required.contains(name) };
                    (name.clone(), member)
                });
                Kind::Structure(members.collect())
            }
            RawType::List => Kind::List(part(raw.member)),
            RawType::Map => Kind::Map { key: part(raw.key), value: part(raw.value) },
            RawType::String => Kind::Text,
            RawType::Integer => Kind::Integer,
            RawType::Boolean => Kind::Boolean,
            RawType::Timestamp => Kind::Timestamp,
            RawType::Blob => Kind::Blob,
            RawType::Document => Kind::Document,
        };
        let pattern = raw.pattern.map(|text| Pattern { text, regex: OnceLock::new() });
        let (min, max, options, sensitive) = (raw.min, raw.max, raw.r#enum, raw.sensitive);
        Self { name, kind, min, max, pattern, options, sensitive }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cognito::surface::SURFACE;

    #[test]
    fn every_pattern_of_an_input_compiles() {
        fn patterns(shape: &'static Shape, found: &mut BTreeSet<&'static str>) {
            found.extend(shape.pattern.as_ref().map(|pattern| pattern.text.as_str()));
            match &shape.kind {
                Kind::Structure(members) => {
                    for member in members.values() {
                        patterns(member.inner.shape(), found);
                    }
                }
                Kind::List(item) => patterns(item.shape(), found),
                Kind::Map { key, value } => {
                    patterns(key.shape(), found);
                    patterns(value.shape(), found);
                }
                _ => {}
            }
        }
        let mut found = BTreeSet::new();
        for operation in MODEL.inputs.keys() {
            patterns(input(operation).unwrap(), &mut found);
        }
        assert!(found.len() >= 30, "{}", found.len());
        for pattern in found {
            whole(pattern).unwrap();
        }
    }

    #[test]
    fn patterns_are_matched_over_the_whole_value_and_in_ascii() {
        let matches = |pattern: &str, text: &str| whole(pattern).unwrap().is_match(text);
        assert!(matches(r"[\w\s+=,.@-]+", "a_Z 0\t@-"));
        for text in ["é", "a\u{a0}b", "٣", "", "a/", "a\n\u{85}"] {
            assert!(!matches(r"[\w\s+=,.@-]+", text), "{text:?}");
        }
        assert!(matches(r"[\S]+", "é\u{a0}") && !matches(r"[\S]+", "a b"));
        assert!(matches(r".*\{####\}.*", "a {####}") && !matches(r".*\{####\}.*", "a\r{####}"));
        assert!(matches("(?s).*", "a\nb"));
        assert!(matches(r"^[\w\- .]+$", "a-b c.") && !matches(r"^[\w\- .]+$", "a\n"));
    }

    #[test]
    fn the_model_has_every_configuration_operation_and_no_other() {
        let operations: BTreeSet<&String> = MODEL.inputs.keys().collect();
        assert_eq!(operations, SURFACE.configuration_operations.iter().collect());
    }

    #[test]
    fn only_an_internal_error_is_the_servers_fault() {
        let faults: Vec<&String> =
            MODEL.statuses.iter().filter(|(_, status)| **status != 400).map(|(code, _)| code).collect();
        assert_eq!(faults, ["InternalErrorException", "InternalServerException"]);
        assert_eq!(status("InternalErrorException"), Some(500));
        assert_eq!(status("NoSuchException"), None);
    }
}
