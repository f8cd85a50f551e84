//! The effective manifest: layers merged, placeholders replaced, lists unfolded, defaults filled in.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

use super::json;
use crate::catalog::presets::presets;
use crate::catalog::{Field, KINDS, Omitted, SendRule, Shape as FieldShape};
use crate::manifest::defaults::BLOCKS;
use crate::manifest::load::{PoolManifest, from_here};
use crate::manifest::schema::schema;
use crate::manifest::shape::Shape;
use crate::path::{Path, Pattern, Segment};
use crate::plan::Policy;
use crate::source::{Inserted, Node, NodeValue, Span, WriteError, write_document};
use crate::template;

/// The sections of a manifest in the order in which people read them.
const ORDER: [&str; 10] = [
    "apiVersion",
    "pool",
    "poolId",
    "settings",
    "domains",
    "resourceServers",
    "identityProviders",
    "groups",
    "clients",
    "policy",
];

/// A manifest as YAML. With `explain`, each value has the place that it comes from behind it, and what is not written
/// stands as a comment in its place.
///
/// # Errors
/// A manifest that YAML does not keep as it is.
pub fn yaml(manifest: &PoolManifest, explain: bool) -> Result<String, WriteError> {
    let document = document(manifest);
    let members = ORDER.iter().filter_map(|section| Some((*section, document.get(*section)?)));
    let (source, node) = write_document(members)?;
    if !explain {
        return Ok(source.text.clone());
    }
    let mut explained =
        Explained { lines: source.text.lines().map(str::to_owned).collect(), after: Vec::new() };
    explained.node(&manifest.root, &node, &node.span);
    explained.unsaid(manifest, &node, &Policy::of(&manifest.value));
    Ok(explained.text())
}

/// The document as it is written out: what is filled in stands in its place, and placeholders that are open stay.
fn document(manifest: &PoolManifest) -> Map<String, Value> {
    let mut document = match written(&manifest.root, &Shape::of(schema())) {
        Value::Object(document) => document,
        _ => Map::new(),
    };
    document.retain(|section, _| BLOCKS.iter().all(|(block, _)| block != section));
    let is_shared = manifest.root.get("policy").is_some_and(|policy| {
        let source = &policy.key_span.source.name;
        !manifest.inputs.contains(source)
    });
    if let (true, Some(policy)) = (is_shared, document.get_mut("policy")) {
        leave_out_what_others_have(policy, manifest);
    }
    document
}

/// Takes out of a policy for all pools what this one has nothing of: by itself it would be an error.
fn leave_out_what_others_have(policy: &mut Value, manifest: &PoolManifest) {
    let concerns = |text: &str| {
        let keys = Pattern::parse(text)
            .map(|pattern| pattern.beginning(2).into_iter().map(str::to_owned).collect::<Vec<_>>());
        match keys.as_deref() {
            Ok([section, key]) if section != "settings" => {
                manifest.section(section).and_then(|members| members.get(key)).is_some()
            }
            _ => true,
        }
    };
    let is_written = |collection: &str| match collection {
        "tags" => manifest.value["settings"]["userPoolTags"].is_object(),
        section => manifest.section(section).is_some(),
    };
    if let Value::Array(pruned) = &mut policy["prune"] {
        pruned.retain(|collection| collection.as_str().is_some_and(is_written));
    }
    if let Value::Array(ignored) = &mut policy["ignore"] {
        ignored.retain(|text| text.as_str().is_some_and(concerns));
    }
    if let Value::Object(omitted) = &mut policy["omitted"] {
        omitted.retain(|text, _| concerns(text));
    }
    if let Value::Object(members) = policy {
        members.retain(|_, value| !value.is_null());
    }
}

fn written(node: &Node, shape: &Shape<'_>) -> Value {
    match &node.value {
        NodeValue::String(text) => template::written(text).into(),
        NodeValue::List(items) => items.iter().map(|item| written(item, &shape.item())).collect(),
        NodeValue::Map(entries) => {
            let mut members = Map::new();
            for (key, entry) in entries {
                let mut value = written(&entry.node, &shape.member(key));
                if let (true, "file", Some(file)) = (shape.is_secret(), key.as_str(), value.as_str()) {
                    value = from_here(file, &node.span).into();
                }
                members.insert(template::written(key), value);
            }
            Value::Object(members)
        }
        NodeValue::Null | NodeValue::Bool(_) | NodeValue::Number(_) => node.to_value(),
    }
}

/// The lines of a document with what is said about them.
struct Explained {
    lines: Vec<String>,
    /// Lines to insert, each after the line of this number.
    after: Vec<(usize, String)>,
}

impl Explained {
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

    fn text(mut self) -> String {
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
struct ManifestsV1<'a> {
    format_version: u32,
    pools: Vec<ManifestV1<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ManifestV1<'a> {
    key: &'a str,
    manifest: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origins: Option<Vec<OriginV1>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OriginV1 {
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

/// Manifests for programs.
pub fn json(manifests: &[PoolManifest], explain: bool) -> String {
    let pools = manifests.iter().map(|manifest| ManifestV1 {
        key: &manifest.key,
        manifest: document(manifest),
        origins: explain.then(|| origins(manifest)),
    });
    json::text(&ManifestsV1 { format_version: json::FORMAT_VERSION, pools: pools.collect() })
}

fn origins(manifest: &PoolManifest) -> Vec<OriginV1> {
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
