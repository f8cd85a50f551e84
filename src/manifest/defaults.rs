//! `clientDefaults` and `identityProviderDefaults`: what a member of their collection leaves out.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::client::Client;
use super::identity_provider::IdentityProvider;
use super::shape::Shape;
use crate::source::{Entry, Node, NodeValue};

/// The blocks of defaults with the collections that they are for.
pub const BLOCKS: [(&str, &str); 2] =
    [("clientDefaults", "clients"), ("identityProviderDefaults", "identityProviders")];

/// What app clients have that do not say otherwise.
#[derive(Debug)]
pub struct ClientDefaults;

/// What tells a client from others, or is about its own secrets.
const OF_ONE_CLIENT: [&str; 5] = ["clientName", "clientId", "formerly", "clientSecret", "secrets"];

impl JsonSchema for ClientDefaults {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ClientDefaults".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = generator.subschema_for::<Client>();
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.retain(|name, _| !OF_ONE_CLIENT.contains(&name.as_str()));
        }
        schema
    }
}

/// What identity providers have that do not say otherwise.
#[derive(Debug)]
pub struct IdentityProviderDefaults;

impl JsonSchema for IdentityProviderDefaults {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "IdentityProviderDefaults".into()
    }

    /// The members that any type has; details apart from secrets.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let union = generator.subschema_for::<IdentityProvider>();
        let mut members = Map::new();
        let mut details = Map::new();
        let mut types = Vec::new();
        let mut texts = Vec::new();
        for branch in union.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
            types.push(branch["properties"]["providerType"]["const"].clone());
            texts.push(branch["description"].clone());
            for (name, member) in branch["properties"].as_object().into_iter().flatten() {
                members.entry(name.clone()).or_insert_with(|| member.clone());
            }
            let of_type = branch["properties"]["providerDetails"]["properties"].as_object();
            for (name, member) in
                of_type.into_iter().flatten().filter(|(_, member)| member["writeOnly"] != true)
            {
                details.entry(name.clone()).or_insert_with(|| member.clone());
            }
        }
        members.remove("idpIdentifiers"); // each belongs to one provider
        members["providerType"] = json!({
            "description": "The kind of the providers that do not name one themselves.",
            "type": "string",
            "enum": types,
            "markdownEnumDescriptions": texts,
        });
        members["providerDetails"] = json!({
            "description": "Details for every provider whose type has them.",
            "type": "object",
            "properties": details,
            "additionalProperties": false,
            "x-verbatim": true,
        });
        Schema::from(Map::from_iter([
            ("type".to_owned(), json!("object")),
            ("properties".to_owned(), Value::Object(members)),
            ("additionalProperties".to_owned(), json!(false)),
        ]))
    }
}

/// Gives every member of the two collections what it leaves out of its defaults.
pub fn fill_in(root: &mut Node, schema: &Value) {
    for (block, collection) in BLOCKS {
        let Some(mut defaults) = root.get(block).map(|entry| entry.node.clone()) else { continue };
        let shape = Shape::of(schema).member(collection);
        // What is no default fills in nothing; validation says so of the block.
        if let NodeValue::Map(entries) = &mut defaults.value {
            let known = Shape::of(schema).member(block);
            entries.retain(|key, _| !known.member(key).is_unknown());
        }
        let NodeValue::Map(sections) = &mut root.value else { continue };
        let Some(NodeValue::Map(members)) = sections.get_mut(collection).map(|entry| &mut entry.node.value)
        else {
            continue;
        };
        for (key, member) in members {
            if let (NodeValue::Map(into), NodeValue::Map(from)) = (&mut member.node.value, &defaults.value) {
                let shape = shape.member(key);
                // Which details a provider takes depends on its type, which may be a default itself.
                let kind = from.get("providerType").filter(|_| !into.contains_key("providerType"));
                if let Some(kind) = kind {
                    into.insert("providerType".to_owned(), filled(kind, block));
                }
                let shape = shape.of_type(into.get("providerType").and_then(|entry| entry.node.as_str()));
                fill(into, from, &shape, block);
            }
        }
    }
}

fn fill(
    into: &mut BTreeMap<String, Entry>,
    from: &BTreeMap<String, Entry>,
    shape: &Shape<'_>,
    block: &'static str,
) {
    for (key, default) in from {
        let shape = shape.member(key);
        if shape.is_unknown() {
            continue;
        }
        match into.get_mut(key).map(|entry| &mut entry.node.value) {
            None => {
                let mut entry = filled(default, block);
                if let NodeValue::Map(members) = &mut entry.node.value {
                    members.retain(|name, _| !shape.member(name).is_unknown());
                }
                into.insert(key.clone(), entry);
            }
            Some(NodeValue::Map(written)) => {
                if let NodeValue::Map(default) = &default.node.value {
                    fill(written, default, &shape, block);
                }
            }
            Some(_) => {}
        }
    }
}

/// A copy of a default for one member.
fn filled(entry: &Entry, block: &'static str) -> Entry {
    let mut entry = entry.clone();
    mark(&mut entry.node, block);
    entry
}

fn mark(node: &mut Node, block: &'static str) {
    node.filled_from = Some(block);
    match &mut node.value {
        NodeValue::List(items) => items.iter_mut().for_each(|item| mark(item, block)),
        NodeValue::Map(entries) => entries.values_mut().for_each(|entry| mark(&mut entry.node, block)),
        _ => {}
    }
}
