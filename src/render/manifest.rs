//! The effective manifest: layers merged, placeholders replaced, lists unfolded, defaults filled in.

use serde::Serialize;
use serde_json::{Map, Value};

use super::json;
use crate::manifest::defaults::BLOCKS;
use crate::manifest::load::{PoolManifest, from_here};
use crate::manifest::policy::is_written;
use crate::manifest::schema::schema;
use crate::manifest::shape::Shape;
use crate::path::Pattern;
use crate::source::{Node, NodeValue, WriteError, write_document};
use crate::template;

mod explain;

use explain::{Explained, OriginV1, origins};

/// The sections of a manifest in the order in which people read them.
pub(super) const ORDER: [&str; 15] = [
    "apiVersion",
    "pool",
    "poolId",
    "settings",
    "domains",
    "resourceServers",
    "identityProviders",
    "groups",
    "clients",
    "riskConfiguration",
    "sessionConfiguration",
    "logDelivery",
    "uiCustomization",
    "replicas",
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
    Ok(Explained::of(manifest, &source, &node).text())
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
    if let Value::Array(pruned) = &mut policy["prune"] {
        pruned.retain(|collection| collection.as_str().is_some_and(|name| is_written(&manifest.value, name)));
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
        NodeValue::List(items) => {
            let item = |item: &Node| match &item.value {
                NodeValue::String(text) => template::written_item(text).into(),
                _ => written(item, &shape.item()),
            };
            items.iter().map(item).collect()
        }
        NodeValue::Map(entries) => {
            let mut members = Map::new();
            for (key, entry) in entries {
                let mut value = written(&entry.node, &shape.member(key));
                let is_in_file = shape.is_secret() || shape.file_form().is_some();
                if let (true, "file", Some(file)) = (is_in_file, key.as_str(), value.as_str()) {
                    value = from_here(file, &node.span).into();
                }
                members.insert(template::written(key), value);
            }
            Value::Object(members)
        }
        NodeValue::Null | NodeValue::Bool(_) | NodeValue::Number(_) => node.to_value(),
    }
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

/// Manifests for programs.
pub fn json(manifests: &[PoolManifest], explain: bool) -> String {
    let pools = manifests.iter().map(|manifest| ManifestV1 {
        key: &manifest.key,
        manifest: document(manifest),
        origins: explain.then(|| origins(manifest)),
    });
    json::text(&ManifestsV1 { format_version: json::FORMAT_VERSION, pools: pools.collect() })
}
