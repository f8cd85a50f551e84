//! Live values on their way into texts.

use data_encoding::BASE64;
use serde_json::{Map, Value, json};

use crate::catalog::CLIENT;
use crate::identity::ListedClient;
use crate::read::LivePool;
use crate::source::{EditChange, Node};
use crate::template;

/// What an export has under keys.
pub(super) fn value_at(manifest: &Map<String, Value>, live: &LivePool, keys: &[String]) -> Option<Value> {
    let (first, rest) = keys.split_first()?;
    let value = rest.iter().try_fold(manifest.get(first)?, |value, key| value.get(key));
    match (value, keys) {
        (Some(value), _) => Some(value.clone()),
        // An export leaves the name out that the key says.
        (None, [section, key, member]) if section == CLIENT.section && member == "clientName" => {
            let is_it = |client: &&ListedClient| client.name == *key;
            live.listed.iter().find(is_it).map(|client| json!(client.name))
        }
        _ => None,
    }
}

/// Why a written value must not be replaced: it stands for one that is written elsewhere, perhaps for others too.
pub(super) fn stands_for_another(raw: &Node, effective: &Node) -> Option<String> {
    let text = raw.as_str()?;
    let is_template = template::parse(text, false)
        .is_ok_and(|parts| parts.iter().any(|part| !matches!(part, template::Part::Text(_))));
    is_template.then(|| {
        let places: Vec<String> = effective
            .inserted
            .iter()
            .map(|inserted| match &inserted.place {
                Some(place) => format!("`{}` ({place})", inserted.name),
                None => format!("`{}`", inserted.name),
            })
            .collect();
        let what = if places.is_empty() { format!("`{text}`") } else { places.join(" and ") };
        format!("it is written as {what}: change that, or write the value in its place")
    })
}

/// The change that makes a written list say what is live, item by item.
pub(super) fn items(raw: &[Node], effective: &[Node], live: &[Value]) -> Result<EditChange, String> {
    let mut removed = Vec::new();
    let mut said: Vec<Value> = Vec::new();
    for (position, item) in raw.iter().enumerate() {
        let is_of_it = |other: &&Node| {
            other.span.source.name == item.span.source.name && other.span.bytes == item.span.bytes
        };
        let means: Vec<Value> = effective.iter().filter(is_of_it).map(Node::to_value).collect();
        let count = means.iter().filter(|value| live.contains(value)).count();
        if count == means.len() {
            said.extend(means);
        } else if count == 0 {
            removed.push(position);
        } else {
            let text = item.as_str().unwrap_or_default();
            let many = means.len();
            return Err(format!(
                "its item `{text}` stands for {many}, and not all of them are live ({count}): \
                 write out those that are, or change what it stands for"
            ));
        }
    }
    let added = live.iter().filter(|value| !said.contains(value));
    let Value::Array(added) = template::escaped(&added.cloned().collect()) else { return Err(String::new()) };
    Ok(EditChange::Items { removed, added })
}

/// What a file is to hold.
pub(super) fn content(form: &str, live: &Value) -> Option<Vec<u8>> {
    match form {
        "base64" => BASE64.decode(live.as_str()?.as_bytes()).ok(),
        "json" => serde_json::to_vec_pretty(live).ok().map(|mut bytes| {
            bytes.push(b'\n');
            bytes
        }),
        _ => Some(live.as_str()?.as_bytes().to_vec()),
    }
}

/// Lays one value over another.
pub(super) fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}
