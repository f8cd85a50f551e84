//! Texts, the YAML documents in them, and where each value stands.
//!
//! This is the only room that reads and writes YAML. It reads it into [`Node`]s, each of which knows its place, so
//! that a finding about a value can show the line that the value stands in.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Number, Value};

use crate::path::{Path, Segment};

mod edit;
mod write;
mod yaml;

pub use edit::{Edit, EditChange, edit};
pub use write::{WriteError, write_document};
pub use yaml::{SyntaxError, parse_documents};

/// How deeply a YAML document may nest.
pub const MAX_DEPTH: usize = 64;

/// A text with the name that messages call it by.
#[derive(Debug)]
pub struct Source {
    /// The path as the user gave it, or `<stdin>`.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Where each line begins, in bytes: a file can hold as many findings as lines.
    lines: OnceLock<Vec<usize>>,
}

impl Source {
    /// A text under a name.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into(), lines: OnceLock::new() })
    }

    /// Where each line begins, in bytes.
    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let after = self.text.match_indices('\n').map(|(newline, _)| newline + 1);
            std::iter::once(0).chain(after).collect()
        })
    }
}

/// A stretch of a [`Source`], in bytes.
#[derive(Debug, Clone)]
pub struct Span {
    /// The text.
    pub source: Arc<Source>,
    /// From and to, in bytes; always on character boundaries of the text.
    pub bytes: Range<usize>,
}

impl Span {
    /// A stretch of `source`; the ends are moved to the nearest character boundaries before them.
    pub fn new(source: &Arc<Source>, bytes: Range<usize>) -> Self {
        let floor = |at: usize| source.text.floor_char_boundary(at.min(source.text.len()));
        let start = floor(bytes.start);
        Self { source: Arc::clone(source), bytes: start..floor(bytes.end).max(start) }
    }

    /// Line and column of the start, both from 1, the column in characters.
    pub fn line_column(&self) -> (usize, usize) {
        let lines = self.source.lines();
        let line = lines.partition_point(|start| *start <= self.bytes.start);
        let start = lines[line - 1];
        (line, self.source.text[start..self.bytes.start].chars().count() + 1)
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (line, column) = self.line_column();
        write!(f, "{}:{line}:{column}", self.source.name)
    }
}

/// A value of a YAML document with its place.
#[derive(Debug, Clone)]
pub struct Node {
    /// The value.
    pub value: NodeValue,
    /// Where it is written; for an alias, where the anchored value is.
    pub span: Span,
    /// What was put in the place of placeholders in it.
    pub inserted: Vec<Inserted>,
    /// The block of defaults that it comes from, where it is not written in its own place.
    pub filled_from: Option<&'static str>,
}

/// What was put in the place of a placeholder.
#[derive(Debug, Clone)]
pub struct Inserted {
    /// The placeholder, as `values.host` or `env:HOST`.
    pub name: String,
    /// Where the value stands, if it stands in a text.
    pub place: Option<Span>,
}

/// What a [`Node`] is.
#[derive(Debug, Clone)]
pub enum NodeValue {
    /// Null, written or left out.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping; its keys are distinct.
    Map(BTreeMap<String, Entry>),
}

/// A key of a mapping with its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where the key is written.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

/// A node with the place of the key that leads to it.
type Keyed<'a> = (&'a Node, Option<&'a Span>);

impl Node {
    /// A value at its place.
    pub fn new(value: NodeValue, span: Span) -> Self {
        Self { value, span, inserted: Vec::new(), filled_from: None }
    }

    /// The value without places.
    pub fn to_value(&self) -> Value {
        match &self.value {
            NodeValue::Null => Value::Null,
            NodeValue::Bool(bool) => Value::Bool(*bool),
            NodeValue::Number(number) => Value::Number(number.clone()),
            NodeValue::String(text) => Value::String(text.clone()),
            NodeValue::List(items) => items.iter().map(Self::to_value).collect(),
            NodeValue::Map(entries) => Value::Object(
                entries
                    .iter()
                    .map(|(key, entry)| (key.clone(), entry.node.to_value()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    /// Whether it is a mapping.
    pub fn is_map(&self) -> bool {
        matches!(self.value, NodeValue::Map(_))
    }

    /// The node at a path, if there is one.
    pub fn at(&self, path: &Path) -> Option<&Self> {
        self.walk(path).ok().map(|(node, _)| node)
    }

    /// The entry of a mapping; `None` for anything else.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            NodeValue::Map(entries) => entries.get(key),
            _ => None,
        }
    }

    /// The text of a string; `None` for anything else.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            NodeValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// Where the value at `path` stands; for what is not there, its nearest ancestor.
    pub fn span_of(&self, path: &Path) -> Span {
        self.walk(path).map_or_else(|(ancestor, _)| ancestor.span.clone(), |(node, _)| node.span.clone())
    }

    /// Where the last key of `path` is written; for what is not there, the key of its nearest ancestor.
    pub fn key_span_of(&self, path: &Path) -> Span {
        let (node, key) = self.walk(path).unwrap_or_else(|nearest| nearest);
        key.cloned().unwrap_or_else(|| node.span.clone())
    }

    /// The node at `path` and the place of its key; `Err` holds the nearest ancestor's.
    fn walk(&self, path: &Path) -> Result<Keyed<'_>, Keyed<'_>> {
        let mut at = (self, None);
        for segment in path.segments() {
            let next = match (&at.0.value, segment) {
                (NodeValue::Map(entries), Segment::Key(key)) => {
                    entries.get(key).map(|entry| (&entry.node, Some(&entry.key_span)))
                }
                (NodeValue::List(items), Segment::Index(index)) => items.get(*index).map(|node| (node, None)),
                _ => None,
            };
            at = next.ok_or(at)?;
        }
        Ok(at)
    }
}
