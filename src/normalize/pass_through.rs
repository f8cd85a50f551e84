//! Members that this version does not know and that a manifest sets all the same.

use serde_json::{Map, Value};

use crate::catalog::PASS_THROUGH;

/// The names of what a canonical document passes through.
pub fn passed_through(canonical: &Value) -> Vec<String> {
    canonical[PASS_THROUGH].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// Adds to a canonical answer what the document holds under these names.
pub fn pass_through(canonical: &mut Value, document: &Value, names: &[String]) {
    if names.is_empty() {
        return;
    }
    let live = names.iter().filter_map(|name| {
        let value = name.split('.').try_fold(document, |value, member| value.get(member))?;
        (!value.is_null()).then(|| (name.clone(), value.clone()))
    });
    let live: Map<String, Value> = live.collect();
    if let Value::Object(members) = canonical {
        members.insert(PASS_THROUGH.to_owned(), Value::Object(live));
    }
}
