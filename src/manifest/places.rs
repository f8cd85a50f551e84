//! Where the members of a manifest are written, when its texts were merged and their placeholders replaced.

use std::collections::BTreeMap;

use super::load::Documents;
use crate::path::Path;
use crate::source::{Entry, Node, NodeValue, Span};

/// The places of all keys of the texts of a run.
#[derive(Debug)]
pub struct Places<'a> {
    /// By text and position: the mapping of the text, from 0, and the path in it.
    keys: BTreeMap<(&'a str, usize), (usize, Path)>,
    mappings: BTreeMap<&'a str, Vec<&'a Node>>,
}

/// Where a member stands, or the nearest member that it would lie in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Written {
    /// The text.
    pub source: String,
    /// Which of its mappings, from 0.
    pub document: usize,
    /// The path in that mapping, as it is written.
    pub path: Path,
    /// How many keys of the wanted path lead there.
    pub depth: usize,
}

impl<'a> Places<'a> {
    /// The places of these texts.
    pub fn of(documents: &'a Documents) -> Self {
        let mut places = Self { keys: BTreeMap::new(), mappings: BTreeMap::new() };
        for (source, nodes) in documents.texts() {
            let mappings: Vec<&Node> = nodes.iter().filter(|node| node.is_map()).collect();
            for (document, node) in mappings.iter().enumerate() {
                places.note(source, document, node, &Path::root());
            }
            places.mappings.insert(source, mappings);
        }
        places
    }

    fn note(&mut self, source: &'a str, document: usize, node: &Node, at: &Path) {
        let NodeValue::Map(entries) = &node.value else { return };
        for (key, Entry { key_span, node }) in entries {
            let path = at.key(key);
            self.note(source, document, node, &path);
            // What an anchor is put in the place of more than once is written where it comes first.
            self.keys.entry((source, key_span.bytes.start)).or_insert((document, path));
        }
    }

    /// Where the member of an effective manifest is written, or what it would lie in; `None` if nothing of it is.
    /// What defaults fill in is not written.
    pub fn written(&self, root: &Node, keys: &[&str]) -> Option<Written> {
        let mut at = root;
        let mut nearest = None;
        for (index, key) in keys.iter().enumerate() {
            let Some(entry) = at.get(key).filter(|entry| entry.node.filled_from.is_none()) else { break };
            let Some(written) = self.at(&entry.key_span, index + 1) else { break };
            nearest = Some(written);
            at = &entry.node;
        }
        nearest
    }

    fn at(&self, key: &Span, depth: usize) -> Option<Written> {
        let source = key.source.name.as_str();
        let (document, path) = self.keys.get(&(source, key.bytes.start))?;
        Some(Written { source: source.to_owned(), document: *document, path: path.clone(), depth })
    }

    /// What is written at a place, with its placeholders.
    pub fn node(&self, written: &Written) -> Option<&'a Node> {
        self.mappings.get(written.source.as_str())?.get(written.document)?.at(&written.path)
    }
}
