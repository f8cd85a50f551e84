//! From texts to one [`PoolManifest`] per pool.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::diagnostic::{Code, Finding, Place};
use crate::path::{Path, Segment};
use crate::source::{self, Entry, Node, NodeValue, Source, Span};

/// What all files together say of one pool.
#[derive(Debug, Clone)]
pub struct PoolManifest {
    /// What identifies the pool in addresses and in its owner tag: its name, else its id.
    pub key: String,
    /// `pool`: the pool's name.
    pub name: Option<String>,
    /// `poolId`: the one pool that is meant.
    pub id: Option<String>,
    /// The merged document, with places.
    pub root: Node,
    /// The merged document.
    pub value: Value,
    /// The names of the inputs that it comes from, in order.
    pub inputs: Vec<String>,
}

impl PoolManifest {
    /// Where the value at a path is written, or what it lies in.
    pub fn span(&self, path: &Path) -> Span {
        self.root.span_of(path)
    }

    /// Where the key at a path is written, or what it lies in.
    pub fn key_span(&self, path: &Path) -> Span {
        self.root.key_span_of(path)
    }

    /// The reference to a secret at a path, its file named from where we are and not from where it is written.
    pub fn reference(&self, path: &Path) -> Option<Value> {
        let mut reference =
            path.keys()?.into_iter().try_fold(&self.value, |value, key| value.get(key))?.clone();
        let source = &self.span(path).source.name;
        if let (Some(file), Some(directory)) =
            (reference["file"].as_str(), std::path::Path::new(source).parent())
        {
            reference["file"] = Value::from(directory.join(file).to_string_lossy());
        }
        Some(reference)
    }

    /// A section's value, if it is written.
    pub fn section(&self, name: &str) -> Option<&Value> {
        self.value.get(name)
    }
}

/// Members of `settings` that are maps by key, and so may be written in several files.
const KEYED_SETTINGS: [&str; 2] = ["attributes", "userPoolTags"];

/// Reads the documents of all texts and merges those that describe one pool.
pub fn load(sources: &[Arc<Source>]) -> (Vec<PoolManifest>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut documents = Vec::new();
    let mut with_documents = BTreeSet::new();
    for document in source::parse_documents(sources) {
        match document {
            Ok(node) => {
                with_documents.insert(node.span.source.name.clone());
                documents.push(node);
            }
            Err(error) => {
                with_documents.insert(error.span.source.name.clone());
                findings.push(error.into());
            }
        }
    }
    for source in sources.iter().filter(|source| !with_documents.contains(&source.name)) {
        findings.push(
            Finding::input(Code::NoManifest, &source.name, "the file holds no manifest")
                .help("a manifest begins with `apiVersion: cognitops/v1` and `pool: <name>`"),
        );
    }
    let mut merge = Merge { findings, pools: BTreeMap::new() };
    for document in documents {
        merge.document(document);
    }
    let pools = merge.pools.into_values().collect::<Vec<_>>();
    let manifests = pools
        .into_iter()
        .map(|Pool { key, root, inputs }| PoolManifest {
            key,
            name: root.get("pool").and_then(|entry| entry.node.as_str()).map(str::to_owned),
            id: root.get("poolId").and_then(|entry| entry.node.as_str()).map(str::to_owned),
            value: root.to_value(),
            root,
            inputs,
        })
        .collect();
    (manifests, merge.findings)
}

struct Pool {
    key: String,
    root: Node,
    inputs: Vec<String>,
}

struct Merge {
    findings: Vec<Finding>,
    pools: BTreeMap<String, Pool>,
}

impl Merge {
    fn document(&mut self, document: Node) {
        if !matches!(document.value, NodeValue::Map(_)) {
            let place = Place::Text(document.span);
            self.findings.push(
                Finding::error(Code::WrongType, place, "a manifest is a mapping")
                    .help("it begins with `apiVersion: cognitops/v1` and `pool: <name>`"),
            );
            return;
        }
        find_placeholders(&document, &Path::root(), &mut self.findings);
        let text = |key: &str| document.get(key).and_then(|entry| entry.node.as_str()).map(str::to_owned);
        // A document without either is validated by itself; the schema says what it lacks.
        let anonymous = || format!("\0{}", self.pools.len());
        let key = text("pool").or_else(|| text("poolId")).unwrap_or_else(anonymous);
        let input = document.span.source.name.clone();
        match self.pools.get_mut(&key) {
            None => {
                self.pools.insert(key.clone(), Pool { key, root: document, inputs: vec![input] });
            }
            Some(pool) => {
                if !pool.inputs.contains(&input) {
                    pool.inputs.push(input);
                }
                merge(&mut pool.root, document, &Path::root(), &mut self.findings);
            }
        }
    }
}

/// Adds what `from` says to `into`; what both say is an error that names both places.
fn merge(into: &mut Node, from: Node, at: &Path, findings: &mut Vec<Finding>) {
    let (NodeValue::Map(into), NodeValue::Map(from)) = (&mut into.value, from.value) else { return };
    for (key, entry) in from {
        let path = at.key(&key);
        match into.get_mut(&key) {
            None => {
                into.insert(key, entry);
            }
            Some(existing) if merges(&path, existing, &entry) => {
                merge(&mut existing.node, entry.node, &path, findings);
            }
            Some(existing) if is_header(&path) && existing.node.to_value() == entry.node.to_value() => {}
            Some(existing) => {
                let message = format!("`{path}` is defined twice; the other place is {}", existing.key_span);
                let finding = Finding::error(Code::DefinedTwice, Place::Text(entry.key_span), message)
                    .at(path)
                    .help("keep one of the two");
                findings.push(finding);
            }
        }
    }
}

/// Whether two files may each say a part of what stands at `path`.
fn merges(path: &Path, a: &Entry, b: &Entry) -> bool {
    let keyed = match path.segments() {
        [Segment::Key(section)] => section != "policy",
        [Segment::Key(section), Segment::Key(member)] => {
            section == "settings" && KEYED_SETTINGS.contains(&member.as_str())
        }
        _ => false,
    };
    keyed && matches!((&a.node.value, &b.node.value), (NodeValue::Map(_), NodeValue::Map(_)))
}

fn is_header(path: &Path) -> bool {
    matches!(path.last_key(), Some("apiVersion" | "pool" | "poolId")) && path.segments().len() == 1
}

fn find_placeholders(node: &Node, at: &Path, findings: &mut Vec<Finding>) {
    let found = |span: &Span, path: &Path| {
        Finding::error(Code::NotSupported, Place::Text(span.clone()), "`${…}` is not supported yet")
            .at(path.clone())
            .help("write the value out")
    };
    match &node.value {
        NodeValue::String(text) if text.contains("${") => findings.push(found(&node.span, at)),
        NodeValue::List(items) => {
            for (index, item) in items.iter().enumerate() {
                find_placeholders(item, &at.index(index), findings);
            }
        }
        NodeValue::Map(entries) => {
            for (key, entry) in entries {
                let path = at.key(key);
                if key.contains("${") {
                    findings.push(found(&entry.key_span, &path));
                }
                find_placeholders(&entry.node, &path, findings);
            }
        }
        _ => {}
    }
}
