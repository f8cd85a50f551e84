//! What of a canonical answer a manifest has to say.

use serde_json::{Map, Value};

use crate::catalog::{Field, PASS_THROUGH, SendRule, Shape, is_not_fetched};
use crate::normalize::same;

/// How much is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Detail {
    /// What has its default too.
    pub(super) full: bool,
}

/// The members of a block that must be written so that the manifest says what is live.
pub(super) fn written(block: &Field, schema: &Value, live: &Value, detail: Detail) -> Map<String, Value> {
    let schema = branch(schema, live);
    let mut members = Map::new();
    if let Shape::Map(item) = &block.shape {
        return entries(block, item, schema, live, detail);
    }
    for field in block.members() {
        let is_ours = field.operation.as_deref() == Some("identity")
            || field.name == PASS_THROUGH
            || field.send == SendRule::Never;
        if is_ours || field.answered || field.secret || is_derived(field, live) {
            continue;
        }
        let schema_of = &schema["properties"][&field.name];
        let is_required =
            schema["required"].as_array().is_some_and(|all| all.iter().any(|name| *name == *field.name));
        // What absence means may be another thing than what leaving it out of a manifest does.
        let value = live.get(&field.name).or(field.absent.as_ref());
        let value = value.filter(|value| !is_not_fetched(value));
        let is_leaf = matches!(field.shape, Shape::Scalar | Shape::Set);
        let value = value.or_else(|| field.default.as_ref().filter(|_| detail.full && is_leaf));
        if let Some(value) = value.and_then(|value| said(field, schema_of, value, is_required, detail)) {
            members.insert(field.name.clone(), value);
        } else if let Some(value) = without_live(field, schema_of, live, is_required, detail) {
            members.insert(field.name.clone(), value);
        }
    }
    members
}

/// What must be said inside a block that no answer holds.
fn without_live(
    field: &Field,
    schema: &Value,
    live: &Value,
    is_required: bool,
    detail: Detail,
) -> Option<Value> {
    let is_absent = live.get(&field.name).is_none() && field.absent.is_none();
    if !is_absent || field.absence_is_state || !matches!(field.shape, Shape::Block(_)) {
        return None;
    }
    let inner = written(field, schema, &Value::Object(Map::new()), detail);
    (!inner.is_empty() || is_required).then_some(Value::Object(inner))
}

/// Whether the service makes a value from others that are there: it is compared only where it is written.
fn is_derived(field: &Field, live: &Value) -> bool {
    field.derived_from.iter().any(|source| !live[source].is_null())
}

/// What is written of a value; `None` if leaving it out says the same.
fn said(field: &Field, schema: &Value, value: &Value, is_required: bool, detail: Detail) -> Option<Value> {
    match &field.shape {
        Shape::Block(_) => {
            let mut inner = written(field, schema, value, detail);
            if inner.is_empty() && field.never_empty {
                inner = written(field, schema, value, Detail { full: true });
            }
            let is_state = field.absence_is_state && !field.never_empty && field.default.is_none();
            let is_said = !inner.is_empty() || is_required || is_state;
            is_said.then_some(Value::Object(inner))
        }
        Shape::Map(item) => {
            let entries = entries(field, item, schema, value, detail);
            (!entries.is_empty() || is_required).then_some(Value::Object(entries))
        }
        Shape::Scalar | Shape::Set | Shape::Objects(_) => {
            let is_default = field.default.as_ref().is_some_and(|default| same(field, default, value));
            (is_required || detail.full || !is_default).then(|| value.clone())
        }
    }
}

fn entries(map: &Field, item: &Field, schema: &Value, live: &Value, detail: Detail) -> Map<String, Value> {
    let entries = live.as_object().into_iter().flatten();
    let is_default = |key: &str, value: &Value| {
        !detail.full && map.default.as_ref().is_some_and(|default| default[key] == *value)
    };
    entries
        .filter(|(key, value)| !map.injected.contains(key) && !is_default(key, value))
        .map(|(key, value)| match &item.shape {
            Shape::Block(_) => {
                let inner = written(item, &schema["additionalProperties"], value, detail);
                (key.clone(), Value::Object(inner))
            }
            _ => (key.clone(), value.clone()),
        })
        .collect()
}

/// The branch of a union that a value is of.
fn branch<'a>(schema: &'a Value, value: &Value) -> &'a Value {
    let is_of_it = |branch: &&Value| {
        let constants = branch["properties"].as_object().into_iter().flatten();
        let mut constants = constants.filter_map(|(name, member)| Some((name, member.get("const")?)));
        constants.all(|(name, constant)| value[name] == *constant)
    };
    schema["oneOf"].as_array().and_then(|all| all.iter().find(is_of_it)).unwrap_or(schema)
}
