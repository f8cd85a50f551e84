//! Documents of one pool: those of one layer add up, those of a later layer are laid over the earlier ones.

use std::collections::{BTreeMap, BTreeSet};

use super::defaults::BLOCKS;
use super::shape::Shape;
use crate::diagnostic::{Code, Finding, Place};
use crate::path::{Path, Segment};
use crate::source::{Entry, Node, NodeValue, Span};

/// Members of `settings` that are maps by key, and so may be written in several files.
const KEYED_SETTINGS: [&str; 2] = ["attributes", "userPoolTags"];

/// Sections that stand in one file of a layer only.
pub(super) fn stands_once(section: &str) -> bool {
    section == "policy" || BLOCKS.iter().any(|(block, _)| *block == section)
}

/// Adds what `from` says to `into`; what both say is an error that names both places.
pub(super) fn add(into: &mut Node, from: Node, at: &Path, findings: &mut Vec<Finding>) {
    let (NodeValue::Map(into), NodeValue::Map(from)) = (&mut into.value, from.value) else { return };
    for (key, entry) in from {
        let path = at.key(&key);
        match into.get_mut(&key) {
            None => {
                into.insert(key, entry);
            }
            Some(existing) if adds_up(&path, existing, &entry) => {
                add(&mut existing.node, entry.node, &path, findings);
            }
            Some(existing) if is_header(&path) && existing.node.to_value() == entry.node.to_value() => {}
            Some(existing) => findings.push(twice(&path, &entry.key_span, &existing.key_span)),
        }
    }
}

/// What is said at two places that must be one.
pub(super) fn twice(path: &Path, second: &Span, first: &Span) -> Finding {
    let message = format!("`{path}` is defined twice; the other place is {first}");
    Finding::error(Code::DefinedTwice, Place::Text(second.clone()), message)
        .at(path.clone())
        .help("keep one of the two")
}

/// Whether two files may each say a part of what stands at `path`.
fn adds_up(path: &Path, a: &Entry, b: &Entry) -> bool {
    let keyed = match path.segments() {
        [Segment::Key(section)] => !stands_once(section),
        [Segment::Key(section), Segment::Key(member)] => {
            section == "settings" && KEYED_SETTINGS.contains(&member.as_str())
        }
        _ => false,
    };
    keyed && a.node.is_map() && b.node.is_map()
}

pub(super) fn is_header(path: &Path) -> bool {
    matches!(path.last_key(), Some("apiVersion" | "pool" | "poolId")) && path.segments().len() == 1
}

/// Lays `from` over `into`: maps merge, `null` removes, all else replaces.
///
/// `all`: whether everything that could lie below is there, so that a removal of nothing is a slip.
pub fn lay_over(
    into: &mut Node,
    from: Node,
    shape: &Shape<'_>,
    at: &Path,
    all: bool,
    findings: &mut Vec<Finding>,
) {
    let (NodeValue::Map(into), NodeValue::Map(from)) = (&mut into.value, from.value) else { return };
    for (key, entry) in from {
        let path = at.key(&key);
        let shape = shape.member(&key);
        let removes = matches!(entry.node.value, NodeValue::Null);
        match into.get_mut(&key) {
            // A section whose lines are all commented out must not make it unmanaged.
            _ if removes && path.segments().len() == 1 => findings.push(empty_section(&path, &entry)),
            None if !removes => _ = into.insert(key, entry),
            None if all => findings.push(removes_nothing(&path, &entry)),
            None => {}
            Some(below) if is_header(&path) && below.node.to_value() == entry.node.to_value() => {}
            Some(_) if removes => _ = into.remove(&key),
            Some(below)
                if below.node.is_map()
                    && entry.node.is_map()
                    && !shape.is_secret()
                    && !(shape.file_form().is_some()
                        && names_a_file(&below.node) != names_a_file(&entry.node)) =>
            {
                lay_over(&mut below.node, entry.node, &shape, &path, all, findings);
            }
            Some(below) => *below = entry,
        }
    }
}

/// Whether a mapping says in which file a value stands.
fn names_a_file(node: &Node) -> bool {
    matches!(&node.value, NodeValue::Map(entries) if entries.len() == 1 && entries.contains_key("file"))
}

fn empty_section(path: &Path, entry: &Entry) -> Finding {
    Finding::error(Code::EmptySection, Place::Text(entry.key_span.clone()), format!("`{path}` is null"))
        .at(path.clone())
        .help(format!("write `{path}: {{}}`, or leave it out"))
}

fn removes_nothing(path: &Path, entry: &Entry) -> Finding {
    let message = format!("`{path}` is not in what lies below, so `null` removes nothing");
    Finding::error(Code::BadReference, Place::Text(entry.key_span.clone()), message)
        .at(path.clone())
        .help("leave it out, or mend its name")
}

/// What documents speak of: sections, and of collections their members.
#[derive(Debug, Default)]
pub(super) struct Mentioned(BTreeMap<String, Option<BTreeSet<String>>>);

impl Mentioned {
    /// Notes what a document speaks of.
    pub(super) fn note(&mut self, document: &Node) {
        let NodeValue::Map(sections) = &document.value else { return };
        for (section, entry) in sections {
            let members = match &entry.node.value {
                NodeValue::Map(members) if section != "settings" => members.keys().cloned().collect(),
                _ => BTreeSet::new(),
            };
            let noted =
                self.0.entry(section.clone()).or_insert_with(|| (section != "settings").then(BTreeSet::new));
            if let Some(noted) = noted {
                noted.extend(members);
            }
        }
    }

    /// Takes out of a pool what no document speaks of. What holds for the whole pool stays.
    pub(super) fn narrow(&self, root: &mut Node) {
        if !self.0.contains_key("policy") {
            without_deletions(root);
        }
        // What is declared and to be deleted is a slip that is to be seen.
        let deleted = deletions(root);
        let NodeValue::Map(sections) = &mut root.value else { return };
        sections.retain(|section, entry| {
            if stands_once(section) || is_header(&Path::of([section.as_str()])) {
                return true;
            }
            let mentioned = self.0.get(section);
            let NodeValue::Map(entries) = &mut entry.node.value else { return mentioned.is_some() };
            if mentioned != Some(&None) {
                let members = mentioned.and_then(Option::as_ref);
                entries.retain(|key, _| {
                    members.is_some_and(|members| members.contains(key))
                        || deleted.contains(&Path::of([section, key]))
                });
            }
            mentioned.is_some() || !entries.is_empty()
        });
    }
}

/// The addresses that the policy deletes.
fn deletions(root: &Node) -> BTreeSet<Path> {
    let list = root.at(&Path::of(["policy", "delete"])).map(|node| &node.value);
    let Some(NodeValue::List(items)) = list else { return BTreeSet::new() };
    items.iter().filter_map(|item| Path::parse(item.as_str()?).ok()).collect()
}

/// Takes out of the policy what it deletes by address: a run that is about other files does not.
fn without_deletions(root: &mut Node) {
    if let NodeValue::Map(sections) = &mut root.value
        && let Some(NodeValue::Map(policy)) = sections.get_mut("policy").map(|entry| &mut entry.node.value)
    {
        policy.remove("delete");
    }
}
