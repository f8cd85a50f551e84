//! Requests on resources that their names identify: domains, identity providers, resource servers, groups.

use serde_json::{Map, Value, json};

use super::{Patch, apply, complete, drop_absent, drop_empty, leave_out, remove_what_no_update_takes};
use crate::catalog::{Calls, Field, Kind, Shape};
use crate::normalize::{scopes_by_name, to_api};
use crate::path::Path;

/// The request that creates one.
pub fn create_member(kind: &Kind, calls: &Calls, pool_id: &str, name: &str, patch: &Patch) -> Value {
    let provider_type = patch.value_at(&Path::of(["providerType"])).cloned().unwrap_or_default();
    let mut body = Map::new();
    let writes = |operation: Option<&str>| operation.is_none_or(|name| name == calls.create.name());
    apply(kind.fields(&json!({ "providerType": provider_type })), &mut body, patch, writes);
    list_scopes(&mut body, &Value::Null);
    named(calls, pool_id, name, body)
}

/// The request that changes one. Every member goes along: what these operations do with an omitted one is not
/// documented.
pub fn update_member(
    kind: &Kind,
    calls: &Calls,
    pool_id: &str,
    name: &str,
    document: &Value,
    patch: &Patch,
) -> Value {
    let fields = kind.fields(document);
    let mut body = document.as_object().cloned().unwrap_or_default();
    let scopes = body.get("Scopes").cloned().unwrap_or_default();
    if scopes.is_array() {
        body.insert("Scopes".to_owned(), Value::Object(scopes_by_name(&scopes)));
    }
    drop_absent(fields, &mut body);
    remove_what_no_update_takes(kind, fields, &mut body);
    if calls.patches {
        body.retain(|name, _| fields.members().iter().any(|member| member.api_name == *name));
    }
    let writes = |operation: Option<&str>| operation.is_none_or(|name| name == calls.update.name());
    apply(fields, &mut body, patch, writes);
    complete(fields, &mut body, patch, &Path::root());
    say_what_is_empty(fields, &mut body);
    leave_out(fields, &mut body, patch, &Path::root());
    if calls.patches {
        drop_empty(fields, &mut body);
    }
    list_scopes(&mut body, &scopes);
    named(calls, pool_id, name, body)
}

/// The request that deletes one.
pub fn delete_member(calls: &Calls, pool_id: &str, name: &str) -> Value {
    named(calls, pool_id, name, Map::new())
}

fn named(calls: &Calls, pool_id: &str, name: &str, mut body: Map<String, Value>) -> Value {
    body.insert("UserPoolId".to_owned(), json!(pool_id));
    body.insert(calls.identity.to_owned(), json!(name));
    Value::Object(body)
}

/// Lists and maps that are empty are sent as such.
fn say_what_is_empty(fields: &Field, body: &mut Map<String, Value>) {
    for member in fields.members() {
        if let (Some(default), Shape::Set | Shape::Map(_)) = (&member.default, &member.shape) {
            body.entry(member.api_name.clone()).or_insert_with(|| to_api(member, default));
        }
    }
}

/// Scopes as the API lists them. What this version does not know of a live one goes along.
fn list_scopes(body: &mut Map<String, Value>, live: &Value) {
    let Some(Value::Object(scopes)) = body.get_mut("Scopes") else { return };
    let list: Vec<Value> = scopes
        .iter()
        .map(|(name, description)| {
            let known = live.as_array().into_iter().flatten().find(|scope| scope["ScopeName"] == **name);
            let mut scope = known.cloned().unwrap_or_else(|| json!({}));
            scope["ScopeName"] = json!(name);
            scope["ScopeDescription"] = description.clone();
            scope
        })
        .collect();
    body.insert("Scopes".to_owned(), Value::Array(list));
}
