//! What of a live document goes back in an update.

use serde_json::{Map, Value};

use super::Patch;
use crate::catalog::{Field, SendRule, Shape};
use crate::normalize::{same, to_api};
use crate::path::Path;

/// Says aloud what absence means in the blocks that a patch writes to: of a partial block the API has two readings.
///
/// A member whose absence means another thing than leaving it out does is said aloud in every update.
pub(super) fn complete(field: &Field, object: &mut Map<String, Value>, patch: &Patch, at: &Path) {
    for member in field.members() {
        let here = at.key(&member.name);
        if let Some(meant) = member.absent.as_ref().filter(|_| !member.create_only && !patch.touches(&here)) {
            object.entry(member.api_name.clone()).or_insert_with(|| to_api(member, meant));
        }
        let Some(Value::Object(inner)) = object.get_mut(&member.api_name) else { continue };
        if !patch.touches(&here) {
            continue;
        }
        complete(member, inner, patch, &here);
        for leaf in member.members().iter().filter(|leaf| leaf.members().is_empty()) {
            let removed = patch.edits().iter().any(|edit| edit.path == here.key(&leaf.name));
            if let (Some(meant), false) = (leaf.when_absent(), removed) {
                inner.entry(leaf.api_name.clone()).or_insert_with(|| to_api(leaf, meant));
            }
        }
    }
}

/// Leaves out what a field's `x-send` does not send back.
pub(super) fn leave_out(field: &Field, object: &mut Map<String, Value>, patch: &Patch, at: &Path) {
    for member in field.members() {
        let inner_path = at.key(&member.name);
        // Made from what changes, it would no longer be true.
        let is_stale = !patch.touches(&inner_path)
            && member.derived_from.iter().any(|source| patch.touches(&at.key(source)));
        let leaves = match member.send {
            _ if is_stale => true,
            SendRule::Always => false,
            SendRule::Never => true,
            SendRule::Changed => !patch.touches(&inner_path),
            SendRule::NonDefault => {
                !patch.touches(&inner_path)
                    && object.get(&member.api_name).is_some_and(|value| is_default(member, value))
            }
        };
        if leaves {
            object.remove(&member.api_name);
        } else if let Some(Value::Object(inner)) = object.get_mut(&member.api_name) {
            leave_out(member, inner, patch, &inner_path);
        }
    }
}

/// Whether a value in the API's names is its field's default.
fn is_default(field: &Field, value: &Value) -> bool {
    match (&field.shape, value) {
        (Shape::Block(members), Value::Object(object)) => object.iter().all(|(name, value)| {
            members.iter().any(|member| member.api_name == *name && is_default(member, value))
        }),
        (Shape::Map(item), Value::Object(object)) => {
            let default = field.default.as_ref().map(|default| to_api_map(item, default));
            object.is_empty() || default.is_some_and(|default| default == *value)
        }
        _ => match &field.default {
            Some(default) => same(field, default, value),
            None => false,
        },
    }
}

fn to_api_map(item: &Field, default: &Value) -> Value {
    default.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), to_api(item, value))).collect()
}

/// Takes known members out of an answer that say that there is nothing: the service refuses most of them.
pub(super) fn drop_absent(field: &Field, body: &mut Map<String, Value>) {
    body.retain(|name, value| {
        let known = field.members().iter().any(|member| member.api_name == *name);
        !known || !value.is_null() && *value != ""
    });
    for member in field.members() {
        if let Some(Value::Object(inner)) = body.get_mut(&member.api_name) {
            drop_absent(member, inner);
        }
    }
}

/// Takes known blocks without members out; the service refuses an empty one.
pub(super) fn drop_empty(field: &Field, body: &mut Map<String, Value>) {
    for member in field.members() {
        if let Some(Value::Object(inner)) = body.get_mut(&member.api_name) {
            drop_empty(member, inner);
            if inner.is_empty() {
                body.remove(&member.api_name);
            }
        }
    }
}
