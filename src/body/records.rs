//! Requests on records of clients.

use serde_json::{Map, Value, json};

use super::attached::say_defaults;
use super::{Patch, apply, complete, drop_absent, leave_out, remove_what_no_update_takes};
use crate::catalog::{Kind, Records};
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
    body.insert("UserPoolId".to_owned(), json!(pool_id));
    body.insert("ClientId".to_owned(), json!(client_id));
    if let (Some((member, _)), Some(name)) = (records.names, name) {
        body.insert(member.to_owned(), json!(name));
    }
    Value::Object(body)
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
