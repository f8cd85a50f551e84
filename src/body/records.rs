//! Requests on records of clients.

use serde_json::{Map, Value, json};

use super::attached::say_defaults;
use super::{Patch, apply, complete, drop_absent, leave_out, remove_what_no_update_takes};
use crate::catalog::{Field, Kind, Records, Shape};
use crate::normalize::{fold_record, record_answer, to_api, unfold_record};
use crate::path::Path;

/// The request that creates one.
pub fn create_record(
    kind: &Kind,
    records: &Records,
    pool_id: &str,
    client_id: &str,
    name: Option<&str>,
    patch: &Patch,
) -> Value {
    let mut body = Map::new();
    apply(&kind.root, &mut body, patch, |_| true);
    say_defaults(&kind.root, &mut body);
    let mut body = unfold_record(records, body);
    if let (Some(clears), true) = (records.clears, body.is_empty()) {
        body.insert(clears.to_owned(), json!(true));
    }
    body.insert("UserPoolId".to_owned(), json!(pool_id));
    body.insert("ClientId".to_owned(), json!(client_id));
    if let (Some((member, _)), Some(name)) = (records.names, name) {
        body.insert(member.to_owned(), json!(name));
    }
    Value::Object(body)
}

/// The request that changes one where an update leaves alone what it does not name: what the patch touches. What this
/// version does not know stays as it is.
pub fn change_record(
    kind: &Kind,
    records: &Records,
    pool_id: &str,
    document: &Value,
    patch: &Patch,
) -> Value {
    let known = to_api(&kind.root, &record_answer(kind, document));
    let mut body = known.as_object().cloned().unwrap_or_default();
    apply(&kind.root, &mut body, patch, |_| true);
    for member in kind.root.members() {
        leave_untouched_out(member, &mut body, patch, &Path::of([&member.name]));
    }
    let mut body = unfold_record(records, body);
    if let Value::Object(which) = record(records, pool_id, document) {
        body.extend(which);
    }
    Value::Object(body)
}

/// The request that brings back, with the patch in it, what was in one before everything was taken out.
pub fn restore_record(
    kind: &Kind,
    records: &Records,
    pool_id: &str,
    document: &Value,
    patch: &Patch,
) -> Value {
    let mut body = fold_record(records, document);
    remove_what_no_update_takes(kind, &kind.root, &mut body);
    for member in kind.root.members() {
        if let Some(value) = body.get_mut(&member.api_name) {
            leave_answers_out(member, value);
        }
    }
    apply(&kind.root, &mut body, patch, |_| true);
    let mut body = unfold_record(records, body);
    if let Value::Object(which) = record(records, pool_id, document) {
        body.extend(which);
    }
    Value::Object(body)
}

/// Takes members out at any depth that only answers have.
fn leave_answers_out(field: &Field, value: &mut Value) {
    let Value::Object(members) = value else { return };
    match &field.shape {
        Shape::Map(item) => members.values_mut().for_each(|entry| leave_answers_out(item, entry)),
        Shape::Block(fields) => {
            for field in fields {
                if field.answered {
                    members.remove(&field.api_name);
                } else if let Some(inner) = members.get_mut(&field.api_name) {
                    leave_answers_out(field, inner);
                }
            }
        }
        Shape::Scalar | Shape::Set | Shape::Objects(_) => {}
    }
}

/// Takes a member out of a request that a patch does not touch; of a map, the entries.
fn leave_untouched_out(field: &Field, object: &mut Map<String, Value>, patch: &Patch, at: &Path) {
    if !patch.touches(at) {
        object.remove(&field.api_name);
    } else if let (Shape::Map(item), Some(Value::Object(entries))) =
        (&field.shape, object.get_mut(&field.api_name))
    {
        leave_untouched_entries_out(item, entries, patch, at);
    }
}

fn leave_untouched_entries_out(item: &Field, entries: &mut Map<String, Value>, patch: &Patch, at: &Path) {
    entries.retain(|key, _| patch.touches(&at.key(key)));
    if let Shape::Map(inner) = &item.shape {
        for (key, entry) in entries {
            if let Value::Object(entries) = entry {
                leave_untouched_entries_out(inner, entries, patch, &at.key(key));
            }
        }
    }
}

/// The request that takes everything out of one.
pub fn clear_record(records: &Records, pool_id: &str, document: &Value) -> Value {
    let mut body = record(records, pool_id, document);
    if let Some(clears) = records.clears {
        body[clears] = json!(true);
    }
    body
}

/// The request that changes one. Every member goes along: what the operation does with an omitted one is not
/// documented.
pub fn update_record(
    kind: &Kind,
    records: &Records,
    pool_id: &str,
    document: &Value,
    patch: &Patch,
) -> Value {
    let mut body = document.as_object().cloned().unwrap_or_default();
    drop_absent(&kind.root, &mut body);
    remove_what_no_update_takes(kind, &kind.root, &mut body);
    apply(&kind.root, &mut body, patch, |_| true);
    complete(&kind.root, &mut body, patch, &Path::root());
    say_defaults(&kind.root, &mut body);
    leave_out(&kind.root, &mut body, patch, &Path::root());
    if let Value::Object(which) = record(records, pool_id, document) {
        body.extend(which);
    }
    if let Some((member, _)) = records.names {
        body.insert(member.to_owned(), document[member].clone());
    }
    Value::Object(body)
}

/// Which record is meant; the whole request that deletes it.
pub fn record(records: &Records, pool_id: &str, document: &Value) -> Value {
    json!({ "UserPoolId": pool_id, records.id: document[records.id] })
}
