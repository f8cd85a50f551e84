//! What a pool or a client has one of.

use serde_json::{Map, Value};

use super::{named, without_empty_texts};
use crate::catalog::{Attached, Kind};

/// The members of an answer as a manifest has them: a list by what its entries are about.
pub fn fold_attached(attached: &Attached, document: &Value) -> Map<String, Value> {
    let Some((list, key)) = attached.listed else { return document.as_object().cloned().unwrap_or_default() };
    let entries = document[list].as_array().into_iter().flatten();
    let by_key = entries.filter_map(|entry| {
        let mut members = entry.as_object()?.clone();
        let key = members.remove(key)?;
        Some((key.as_str()?.to_owned(), Value::Object(members)))
    });
    by_key.collect()
}

/// The list that the API has of what [`fold_attached`] folds.
pub fn unfold_attached(attached: &Attached, folded: Map<String, Value>) -> Map<String, Value> {
    let Some((list, key)) = attached.listed else { return folded };
    let entries = folded.into_iter().map(|(name, mut entry)| {
        entry[key] = Value::from(name);
        entry
    });
    Map::from_iter([(list.to_owned(), entries.collect())])
}

/// The canonical form of what is attached, from the document that describes it.
pub fn attached_answer(kind: &Kind, attached: &Attached, document: &Value) -> Value {
    named(&kind.root, &Value::Object(fold_attached(attached, document)))
}

/// The canonical form of it as it is written.
pub fn attached_written(kind: &Kind, written: &Value) -> Value {
    let mut written = written.clone();
    without_empty_texts(&kind.root, &mut written);
    written
}
