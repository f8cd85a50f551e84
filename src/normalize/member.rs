use serde_json::{Map, Value};

use super::{named, without_empty_texts};
use crate::catalog::{Kind, REPLICA, RESOURCE_SERVER};

/// The canonical form of a resource that its name identifies, from the document that describes it.
pub fn member_answer(kind: &Kind, document: &Value) -> Value {
    let fields = kind.fields(document);
    let mut folded = document.clone();
    // What is still on its way is not in service yet.
    if *kind == *REPLICA && folded["Status"] == "CREATING" {
        folded["Status"] = "INACTIVE".into();
    }
    if *kind != *RESOURCE_SERVER {
        return named(fields, &folded);
    }
    if let Some(scopes) = folded.get_mut("Scopes") {
        *scopes = Value::Object(scopes_by_name(scopes));
    }
    named(fields, &folded)
}

/// The scopes of a resource server's answer as a manifest has them: descriptions by name.
pub fn scopes_by_name(scopes: &Value) -> Map<String, Value> {
    let scopes = scopes.as_array().into_iter().flatten();
    scopes
        .filter_map(|scope| {
            Some((scope["ScopeName"].as_str()?.to_owned(), scope["ScopeDescription"].clone()))
        })
        .collect()
}

/// The canonical form of such a resource as it is written.
pub fn member_written(kind: &Kind, written: &Value) -> Value {
    let mut written = written.clone();
    without_empty_texts(kind.fields(&written.clone()), &mut written);
    written
}
