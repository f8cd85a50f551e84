//! Where the values of a manifest come from, and what holds though no manifest says it.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use crate::catalog::presets::{Preset, filled_in};
use crate::catalog::{
    ATTACHED, CLIENT, Field, KINDS, Omitted, SendRule, Shape as FieldShape, client_sections,
};
use crate::manifest::defaults::BLOCKS;
use crate::manifest::load::PoolManifest;
use crate::path::{Path, Segment};
use crate::plan::Policy;
use crate::source::{Inserted, Node, NodeValue, Source, Span};
use crate::template;

/// The lines of a document with what is said about them.
pub(super) struct Explained {
    lines: Vec<String>,
    /// Lines to insert in order, each after the line of this number.
    after: Vec<(usize, String)>,
}

impl Explained {
    /// Explains the text in which a manifest is written out.
    pub(super) fn of(manifest: &PoolManifest, source: &Source, shown: &Node) -> Self {
        let mut explained =
            Self { lines: source.text.lines().map(str::to_owned).collect(), after: Vec::new() };
        explained.node(&manifest.root, shown, &shown.span);
        explained.unsaid(manifest, shown);
        explained
    }

    /// Says behind each value where it comes from. `shown` is the node in the text, `key` what stands first in its line.
    fn node(&mut self, node: &Node, shown: &Node, key: &Span) {
        match (&node.value, &shown.value) {
            (NodeValue::Map(entries), NodeValue::Map(shown)) if !entries.is_empty() => {
                for (name, entry) in entries {
                    if let Some(place) = shown.get(&template::written(name)) {
                        self.node(&entry.node, &place.node, &place.key_span);
                    }
                }
            }
            (NodeValue::List(items), NodeValue::List(shown)) if !items.is_empty() => {
                items.iter().zip(shown).for_each(|(item, place)| self.node(item, place, &place.span));
            }
            _ => {
                let (line, _) = key.line_column();
                let _ = write!(self.lines[line - 1], "  # {}", origin(node));
            }
        }
    }

    /// Adds what is not written as comments, each at the end of the innermost block that is.
    fn unsaid(&mut self, manifest: &PoolManifest, shown: &Node) {
        let mut lines = Vec::new();
        for Unsaid { path, value, from } in unsaid(manifest) {
            let keys = path.keys().unwrap_or_default();
            let (mut block, mut place, mut depth) = (shown, &shown.span, 0);
            for key in &keys {
                let Some(inner) = block.get(&template::written(key)).filter(|inner| inner.node.is_map())
                else {
                    break;
                };
                (block, place, depth) = (&inner.node, &inner.key_span, depth + 1);
            }
            let (line, column) = place.line_column();
            let indent = match &block.value {
                NodeValue::Map(entries) if !entries.is_empty() => {
                    entries.values().next().map_or(0, |first| first.key_span.line_column().1 - 1)
                }
                _ => column + 1,
            };
            let within = Path::of(keys[depth..].iter().copied());
            let text = format!("{:indent$}# {within}: {value}  # {from}", "");
            lines.push((self.end(line, indent), std::cmp::Reverse(indent), within, text));
        }
        // Where blocks end together, the inner one ends first.
        lines.sort();
        self.after = lines.into_iter().map(|(end, _, _, text)| (end, text)).collect();
    }

    /// The last line of the block whose key stands in a line and whose members are indented so far.
    fn end(&self, line: usize, indent: usize) -> usize {
        let below = self.lines[line..].iter().enumerate();
        let belongs = |text: &str| text.trim().is_empty() || text.len() - text.trim_start().len() >= indent;
        below.take_while(|(_, text)| belongs(text)).last().map_or(line, |(index, _)| line + index + 1)
    }

    /// The text with everything that is said about it.
    pub(super) fn text(self) -> String {
        let mut after = self.after.into_iter().peekable();
        let mut text = String::new();
        for (index, line) in self.lines.iter().enumerate() {
            text.push_str(line);
            text.push('\n');
            while let Some((_, inserted)) = after.next_if(|(at, _)| *at == index + 1) {
                text.push_str(&inserted);
                text.push('\n');
            }
        }
        text
    }
}

/// A value that holds though no manifest says it.
struct Unsaid {
    path: Path,
    value: Value,
    from: String,
}

/// What holds in a manifest though it does not say it: what presets fill in, and the service's defaults.
fn unsaid(manifest: &PoolManifest) -> Vec<Unsaid> {
    let policy = Policy::of(&manifest.value);
    let mut found = Vec::new();
    for kind in KINDS {
        let Some(section) = manifest.section(kind.section) else { continue };
        let at = Path::of([kind.section]);
        if kind.section == "settings" {
            missing(&kind.root, section, &at, &policy, &mut found);
            continue;
        }
        for (key, declared) in section.as_object().into_iter().flatten() {
            let at = at.key(key);
            let mut filled = declared.clone();
            for Preset { application_type, member, value, .. } in filled_in(declared) {
                filled[member] = value.clone();
                let from = format!("applicationType {application_type}");
                found.push(Unsaid { path: at.key(member), value, from });
            }
            missing(kind.fields(declared), &filled, &at, &policy, &mut found);
            for inner in client_sections().filter(|_| **kind == *CLIENT) {
                if let Some(written) = declared.get(inner.section).filter(|written| written.is_object()) {
                    missing(&inner.root, written, &at.key(inner.section), &policy, &mut found);
                }
            }
        }
    }
    for kind in ATTACHED.into_iter().filter(|kind| !kind.is_of_client()) {
        if let Some(written) = manifest.section(kind.section) {
            missing(&kind.root, written, &Path::of([kind.section]), &policy, &mut found);
        }
    }
    found
}

/// What is not written of a block, and of those in it.
fn missing(field: &Field, written: &Value, at: &Path, policy: &Policy, found: &mut Vec<Unsaid>) {
    for member in field.members().iter().filter(|member| !member.answered) {
        let path = at.key(&member.name);
        match written.get(&member.name) {
            Some(value) => missing(member, value, &path, policy, found),
            None => defaults(member, &path, policy, found),
        }
    }
}

/// The defaults of a field that is not written, and of all below it. What is then as it is live has none.
fn defaults(field: &Field, at: &Path, policy: &Policy, found: &mut Vec<Unsaid>) {
    let stays = field.create_only
        || field.send == SendRule::Never
        || field.omitted != Omitted::Default
        || field.operation.as_deref() == Some("identity");
    match (&field.shape, &field.default) {
        _ if stays => {}
        (_, Some(_)) if policy.keeps(at) => {}
        (_, Some(value)) => {
            found.push(Unsaid { path: at.clone(), value: value.clone(), from: "default".to_owned() });
        }
        (FieldShape::Block(members), None) if !field.absence_is_state => {
            for member in members.iter().filter(|member| !member.answered) {
                defaults(member, &at.key(&member.name), policy, found);
            }
        }
        _ => {}
    }
}

/// Where a value comes from.
fn origin(node: &Node) -> String {
    let mut text = place(&node.span);
    if let Some(block) = node.filled_from {
        let _ = write!(text, ", {block}");
    }
    for inserted in &node.inserted {
        let _ = write!(text, ", {}", insertion(inserted));
    }
    text
}

/// What went into a value, with its place.
fn insertion(Inserted { name, place: from }: &Inserted) -> String {
    from.as_ref().map_or_else(|| name.clone(), |from| format!("{name} {}", place(from)))
}

/// File and line.
fn place(span: &Span) -> String {
    format!("{}:{}", span.source.name, span.line_column().0)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OriginV1 {
    path: String,
    from: String,
    value: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inserted: Vec<String>,
}

/// Where each value of a manifest comes from.
pub(super) fn origins(manifest: &PoolManifest) -> Vec<OriginV1> {
    let mut origins = Vec::new();
    written_origins(&manifest.root, &Path::root(), &mut origins);
    origins.extend(unsaid(manifest).into_iter().map(|Unsaid { path, value, from }| OriginV1 {
        path: path.to_string(),
        from,
        value,
        file: None,
        line: None,
        column: None,
        inserted: Vec::new(),
    }));
    origins
}

fn written_origins(node: &Node, at: &Path, origins: &mut Vec<OriginV1>) {
    match &node.value {
        NodeValue::Map(entries) if !entries.is_empty() => {
            for (key, entry) in entries {
                let is_block = at.segments().is_empty() && BLOCKS.iter().any(|(block, _)| block == key);
                if !is_block {
                    written_origins(&entry.node, &at.key(key), origins);
                }
            }
        }
        NodeValue::List(items) if !items.is_empty() => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| written_origins(item, &at.with(Segment::Index(index)), origins));
        }
        _ => {
            let (line, column) = node.span.line_column();
            origins.push(OriginV1 {
                path: at.to_string(),
                from: node.filled_from.unwrap_or("written").to_owned(),
                value: template::written_value(&node.to_value()).into_owned(),
                file: Some(node.span.source.name.clone()),
                line: Some(line),
                column: Some(column),
                inserted: node.inserted.iter().map(insertion).collect(),
            });
        }
    }
}
