//! Where the values of a manifest come from, and what holds though no manifest says it.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use crate::catalog::presets::presets;
use crate::catalog::{Field, KINDS, Omitted, SendRule, Shape as FieldShape};
use crate::manifest::defaults::BLOCKS;
use crate::manifest::load::PoolManifest;
use crate::path::{Path, Segment};
use crate::plan::Policy;
use crate::source::{Inserted, Node, NodeValue, Source, Span};
use crate::template;

/// The lines of a document with what is said about them.
pub(super) struct Explained {
    lines: Vec<String>,
    /// Lines to insert, each after the line of this number.
    after: Vec<(usize, String)>,
}

impl Explained {
    /// Explains the text in which a manifest is written out.
    pub(super) fn of(manifest: &PoolManifest, source: &Source, shown: &Node) -> Self {
        let mut explained =
            Self { lines: source.text.lines().map(str::to_owned).collect(), after: Vec::new() };
        explained.node(&manifest.root, shown, &shown.span);
        explained.unsaid(manifest, shown, &Policy::of(&manifest.value));
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

    /// Adds what is not written: what presets fill in, and the service's defaults.
    fn unsaid(&mut self, manifest: &PoolManifest, shown: &Node, policy: &Policy) {
        for kind in KINDS {
            let Some(section) = shown.get(kind.section) else { continue };
            if kind.section == "settings" {
                let place = (&section.node, &section.key_span);
                self.block(&kind.root, place, &Path::of([kind.section]), &[], policy);
                continue;
            }
            let NodeValue::Map(members) = &section.node.value else { continue };
            for (key, member) in members {
                let Some(declared) = manifest.section(kind.section).and_then(|all| all.get(unescaped(key)))
                else {
                    continue;
                };
                let presets: Vec<Unsaid> = presets(declared["applicationType"].as_str().unwrap_or_default())
                    .into_iter()
                    .filter(|preset| declared.get(preset.member).is_none())
                    .map(|preset| Unsaid {
                        path: Path::of([preset.member]),
                        value: preset.value,
                        from: format!("applicationType {}", preset.application_type),
                    })
                    .collect();
                let at = Path::of([kind.section.to_owned(), unescaped(key)]);
                self.block(kind.fields(declared), (&member.node, &member.key_span), &at, &presets, policy);
            }
        }
    }

    /// Adds what is not written of one block and of those in it.
    fn block(
        &mut self,
        field: &Field,
        (shown, key): (&Node, &Span),
        at: &Path,
        presets: &[Unsaid],
        policy: &Policy,
    ) {
        let NodeValue::Map(entries) = &shown.value else { return };
        let mut missing: Vec<Unsaid> = presets.to_vec();
        for member in field.members().iter().filter(|member| !member.answered) {
            match entries.get(&member.name) {
                Some(entry) => {
                    let place = (&entry.node, &entry.key_span);
                    self.block(member, place, &at.key(&member.name), &[], policy);
                }
                None if presets.iter().any(|preset| preset.path == Path::of([&member.name])) => {}
                None => defaults(member, at, &Path::of([&member.name]), policy, &mut missing),
            }
        }
        missing.sort_by(|a, b| a.path.cmp(&b.path));
        let (line, column) = key.line_column();
        let indent = match entries.values().next() {
            Some(first) => first.key_span.line_column().1 - 1,
            None => column + 1,
        };
        let end = self.end(line, indent);
        for Unsaid { path, value, from } in missing {
            self.after.push((end, format!("{:indent$}# {path}: {value}  # {from}", "")));
        }
    }

    /// The last line of the block whose key stands in a line and whose members are indented so far.
    fn end(&self, line: usize, indent: usize) -> usize {
        let below = self.lines[line..].iter().enumerate();
        let belongs = |text: &str| text.trim().is_empty() || text.len() - text.trim_start().len() >= indent;
        below.take_while(|(_, text)| belongs(text)).last().map_or(line, |(index, _)| line + index + 1)
    }

    /// The text with everything that is said about it.
    pub(super) fn text(mut self) -> String {
        self.after.sort_by_key(|(line, _)| *line);
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
#[derive(Debug, Clone)]
struct Unsaid {
    path: Path,
    value: Value,
    from: String,
}

/// The defaults of a field that is not written, and of all below it. What is then as it is live has none.
fn defaults(field: &Field, block: &Path, at: &Path, policy: &Policy, found: &mut Vec<Unsaid>) {
    let stays = field.create_only
        || field.send == SendRule::Never
        || field.omitted != Omitted::Default
        || field.operation.as_deref() == Some("identity");
    match (&field.shape, &field.default) {
        _ if stays => {}
        (_, Some(_)) if policy.keeps(&block.join(at)) => {}
        (_, Some(value)) => {
            found.push(Unsaid { path: at.clone(), value: value.clone(), from: "default".to_owned() });
        }
        (FieldShape::Block(members), None) if !field.absence_is_state => {
            for member in members.iter().filter(|member| !member.answered) {
                defaults(member, block, &at.key(&member.name), policy, found);
            }
        }
        _ => {}
    }
}

/// A key as it is, from how it is written.
fn unescaped(key: &str) -> String {
    key.replace("$${", "${")
}

/// Where a value comes from.
fn origin(node: &Node) -> String {
    let mut text = place(&node.span);
    if let Some(block) = node.filled_from {
        let _ = write!(text, ", {block}");
    }
    for Inserted { name, place: from } in &node.inserted {
        let _ = match from {
            Some(from) => write!(text, ", {name} {}", place(from)),
            None => write!(text, ", {name}"),
        };
    }
    text
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
    let policy = Policy::of(&manifest.value);
    written_origins(&manifest.root, &Path::root(), &mut origins);
    for kind in KINDS {
        let Some(section) = manifest.section(kind.section) else { continue };
        let at = Path::of([kind.section]);
        if kind.section == "settings" {
            unsaid_origins(&kind.root, section, &at, &policy, &mut origins);
            continue;
        }
        for (key, declared) in section.as_object().into_iter().flatten() {
            let at = at.key(key);
            let mut filled = declared.clone();
            for preset in presets(declared["applicationType"].as_str().unwrap_or_default()) {
                if declared.get(preset.member).is_none() {
                    filled[preset.member] = preset.value.clone();
                    let from = format!("applicationType {}", preset.application_type);
                    origins.push(unsaid_origin(&at.key(preset.member), preset.value, from));
                }
            }
            unsaid_origins(kind.fields(declared), &filled, &at, &policy, &mut origins);
        }
    }
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
            let inserted = node.inserted.iter().map(|Inserted { name, place: from }| match from {
                Some(from) => format!("{name} {}", place(from)),
                None => name.clone(),
            });
            origins.push(OriginV1 {
                path: at.to_string(),
                from: node.filled_from.unwrap_or("written").to_owned(),
                value: template::written_value(&node.to_value()).into_owned(),
                file: Some(node.span.source.name.clone()),
                line: Some(line),
                column: Some(column),
                inserted: inserted.collect(),
            });
        }
    }
}

fn unsaid_origins(field: &Field, written: &Value, at: &Path, policy: &Policy, origins: &mut Vec<OriginV1>) {
    for member in field.members().iter().filter(|member| !member.answered) {
        if let Some(value) = written.get(&member.name) {
            unsaid_origins(member, value, &at.key(&member.name), policy, origins);
        } else {
            let mut missing = Vec::new();
            defaults(member, at, &Path::of([&member.name]), policy, &mut missing);
            let missing = missing.into_iter();
            origins.extend(
                missing.map(|Unsaid { path, value, from }| unsaid_origin(&at.join(&path), value, from)),
            );
        }
    }
}

fn unsaid_origin(path: &Path, value: Value, from: String) -> OriginV1 {
    let (file, line, column, inserted) = (None, None, None, Vec::new());
    OriginV1 { path: path.to_string(), from, value, file, line, column, inserted }
}
