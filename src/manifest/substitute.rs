//! Placeholders and ranges of a document: what they stand for is put in their place.
//!
//! They stand where the schema takes a text that is none of a fixed set, and in keys that are data. Numbers, booleans
//! and the words of an enumeration differ by layer instead, so an editor's schema never meets a placeholder there.

use std::collections::BTreeMap;

use super::lookup::{Filled, Lookup, MAX_ITEMS_OF_A_LIST};
use super::shape::Shape;
use crate::diagnostic::{Code, Finding, Place};
use crate::path::Path;
use crate::source::{Entry, Node, NodeValue, Source, Span};
use crate::template;

/// Whether a text can hold anything to replace, or what no document may hold.
pub fn concerns(source: &Source) -> bool {
    template::may_be_template(&source.text) || may_be_reserved(&source.text)
}

/// A noncharacter may stand there as itself or as an escape.
fn may_be_reserved(text: &str) -> bool {
    template::is_reserved(text) || text.contains("\\u") || text.contains("\\U")
}

/// Replaces placeholders in documents by one environment's values.
pub struct Substitution<'a> {
    lookup: &'a Lookup<'a>,
    /// What was found wrong.
    pub findings: Vec<Finding>,
}

impl<'a> Substitution<'a> {
    /// A substitution that has found nothing yet.
    pub fn new(lookup: &'a Lookup<'a>) -> Self {
        Self { lookup, findings: Vec::new() }
    }

    /// Replaces placeholders in keys that are data, and in the header: what identifies is known before all else.
    pub fn identities(&mut self, document: &mut Node, schema: &'a serde_json::Value) {
        self.keys(document, &Shape::of(schema), &Path::root());
        for header in ["pool", "poolId"] {
            if let NodeValue::Map(entries) = &mut document.value
                && let Some(entry) = entries.get_mut(header)
            {
                self.value(&mut entry.node, &Shape::of(schema).member(header), &Path::of([header]), false);
            }
        }
    }

    fn keys(&mut self, node: &mut Node, shape: &Shape<'_>, at: &Path) {
        match &mut node.value {
            NodeValue::List(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.keys(item, &shape.item(), &at.index(index));
                }
            }
            NodeValue::Map(entries) => {
                let written: Vec<String> = entries
                    .keys()
                    .filter(|key| key.contains("${") || template::is_reserved(key))
                    .cloned()
                    .collect();
                for key in written {
                    self.key(entries, &key, shape, at);
                }
                for (key, entry) in entries {
                    self.keys(&mut entry.node, &shape.member(key), &at.key(key));
                }
            }
            _ => {}
        }
    }

    fn key(&mut self, entries: &mut BTreeMap<String, Entry>, key: &str, shape: &Shape<'_>, at: &Path) {
        let Some(span) = entries.get(key).map(|entry| entry.key_span.clone()) else { return };
        let path = at.key(key);
        if template::is_reserved(key) {
            return self.findings.push(reserved(&span, path));
        }
        if !shape.has_free_keys() {
            let message = "a placeholder cannot stand in the name of a member";
            return self.findings.push(only(Code::NotAllowed, &span, path, message, "write the name out"));
        }
        let filled = match self.lookup.text(key) {
            Ok(filled) => filled,
            Err(problem) => return self.findings.push(problem.finding(&span, path)),
        };
        if template::is_reserved(&filled.text) {
            return self.findings.push(unknown_identity(&span, path));
        }
        if let Some(other) = entries.get(&filled.text) {
            let message = format!("the key `{key}` becomes the same as the one at {}", other.key_span);
            let finding = Finding::error(Code::DefinedTwice, Place::Text(span), message).at(path);
            return self.findings.push(finding.help("keep one of the two"));
        }
        if let Some(entry) = entries.remove(key) {
            entries.insert(filled.text, entry);
        }
    }

    /// Replaces placeholders in all values of a document.
    pub fn values(&mut self, document: &mut Node, schema: &'a serde_json::Value) {
        self.value(document, &Shape::of(schema), &Path::root(), true);
    }

    /// Replaces placeholders in a value that must be known before anything is read.
    pub fn known(&mut self, node: &mut Node, shape: &Shape<'_>, at: &Path) {
        self.value(node, shape, at, false);
    }

    /// `open`: whether references to live pools may stand there.
    fn value(&mut self, node: &mut Node, shape: &Shape<'_>, at: &Path, open: bool) {
        if shape.is_unknown() {
            return; // validation says that there is no such member
        }
        let open = open && !shape.is_secret() && !shape.is_identity();
        match &mut node.value {
            NodeValue::String(text) if template::is_reserved(text) => {
                self.findings.push(reserved(&node.span, at.clone()));
            }
            NodeValue::String(text) if text.contains("${") => {
                if !shape.takes_text() {
                    return self.findings.push(no_place(&node.span, at.clone(), shape));
                }
                match self.lookup.text(text) {
                    Ok(filled) if !open && template::is_reserved(&filled.text) => {
                        self.findings.push(unknown_identity(&node.span, at.clone()));
                    }
                    Ok(filled) => {
                        *text = filled.text;
                        node.inserted = filled.inserted;
                    }
                    Err(problem) => self.findings.push(problem.finding(&node.span, at.clone())),
                }
            }
            NodeValue::List(items) => {
                let inner = shape.item();
                let written = items.len();
                for (index, item) in std::mem::take(items).into_iter().enumerate() {
                    self.item(item, &inner, &at.index(index), open, items);
                }
                if items.len() > written && items.len() as u64 > MAX_ITEMS_OF_A_LIST {
                    let message = format!("this list unfolds into more than {MAX_ITEMS_OF_A_LIST} items");
                    let help = "use shorter lists or smaller ranges";
                    self.findings.push(only(Code::TooLarge, &node.span, at.clone(), message, help));
                }
            }
            NodeValue::Map(entries) => {
                for (key, entry) in entries {
                    self.value(&mut entry.node, &shape.member(key), &at.key(key), open);
                }
            }
            _ => {}
        }
    }

    /// An item of a list, which may stand for several.
    fn item(&mut self, mut item: Node, shape: &Shape<'_>, at: &Path, open: bool, items: &mut Vec<Node>) {
        let text = match &item.value {
            NodeValue::String(text) if shape.takes_text() && !template::is_reserved(text) => text,
            _ => {
                self.value(&mut item, shape, at, open);
                return items.push(item);
            }
        };
        if !template::may_be_template(text) {
            return items.push(item);
        }
        match self.lookup.items(text) {
            Ok(filled) if !open && filled.iter().any(|filled| template::is_reserved(&filled.text)) => {
                self.findings.push(unknown_identity(&item.span, at.clone()));
            }
            Ok(filled) => items.extend(filled.into_iter().map(|Filled { text, inserted }| Node {
                inserted,
                ..Node::new(NodeValue::String(text), item.span.clone())
            })),
            Err(problem) => self.findings.push(problem.finding(&item.span, at.clone())),
        }
    }
}

/// An error of which nothing else need be said.
fn only(code: Code, span: &Span, path: Path, message: impl Into<String>, help: &str) -> Finding {
    let finding = Finding::error(code, Place::Text(span.clone()), message).at(path).help(help);
    Finding { silences: Some(span.clone()), ..finding }
}

fn reserved(span: &Span, path: Path) -> Finding {
    let message = "the characters U+FDD0 and U+FDD1 cannot stand in a manifest";
    only(Code::Form, span, path, message, "Unicode gives them no meaning; leave them out")
}

fn no_place(span: &Span, path: Path, shape: &Shape<'_>) -> Finding {
    let message = format!("`{path}` takes no placeholder");
    let help = if shape.item().takes_text() {
        "write a list with the placeholder as its item: a list value then stands for one item per element"
    } else {
        "placeholders stand in texts; write the value out, and in a layer where it differs by environment"
    };
    only(Code::NotAllowed, span, path, message, help)
}

fn unknown_identity(span: &Span, path: Path) -> Finding {
    let message = "what is known only of a live pool cannot say which resource is meant";
    let help = "use ${values.…} or ${env:…}, which are known before anything is read";
    only(Code::NotAllowed, span, path, message, help)
}
