//! Records of clients.

use serde_json::{Map, Value, json};

use super::{named, without_empty_texts};
use crate::catalog::{Kind, Records};

/// The members of an answer as a manifest has them: a list by the members that tell its entries apart.
///
/// What was never customised is absent, however the answer says so.
pub fn fold_record(records: &Records, document: &Value) -> Map<String, Value> {
    let mut folded = document.as_object().cloned().unwrap_or_default();
    if let Some((list, keys)) = records.listed
        && let Some(Value::Array(entries)) = folded.remove(list)
    {
        let mut by_key = json!({});
        for mut entry in entries {
            let names: Option<Vec<String>> =
                keys.iter().map(|key| entry[*key].as_str().map(str::to_owned)).collect();
            let Some(members) = entry.as_object_mut() else { continue };
            members.retain(|name, _| !keys.contains(&name.as_str()));
            let place = names.unwrap_or_default().into_iter().fold(&mut by_key, |at, name| &mut at[name]);
            *place = entry;
        }
        folded.insert(list.to_owned(), by_key);
    }
    if let Some(clears) = records.clears
        && folded.remove(clears) == Some(Value::Bool(true))
    {
        folded.retain(|name, _| !records.cleared.contains(&name.as_str()));
    }
    folded
}

/// The list that the API has of what [`fold_record`] folds.
pub fn unfold_record(records: &Records, mut folded: Map<String, Value>) -> Map<String, Value> {
    let Some((list, keys)) = records.listed else { return folded };
    let Some(by_key) = folded.remove(list) else { return folded };
    let mut entries = vec![(json!({}), by_key)];
    for key in keys {
        let inner = entries.into_iter().flat_map(|(known, by_key)| {
            let members = by_key.as_object().cloned().unwrap_or_default();
            members.into_iter().map(move |(name, entry)| {
                let mut known = known.clone();
                known[*key] = name.into();
                (known, entry)
            })
        });
        entries = inner.collect();
    }
    let whole = entries.into_iter().map(|(mut known, entry)| {
        if let (Value::Object(known), Value::Object(members)) = (&mut known, entry) {
            known.extend(members);
        }
        known
    });
    let whole: Vec<Value> = whole.collect();
    if !whole.is_empty() {
        folded.insert(list.to_owned(), whole.into());
    }
    folded
}

/// The canonical form of a record, from the document that describes it.
pub fn record_answer(kind: &Kind, document: &Value) -> Value {
    let Some(records) = &kind.records else { return json!({}) };
    named(&kind.root, &Value::Object(fold_record(records, document)))
}

/// The canonical form of it as it is written.
pub fn record_written(kind: &Kind, written: &Value) -> Value {
    let mut written = written.clone();
    without_empty_texts(&kind.root, &mut written);
    let clears = kind.records.as_ref().and_then(|records| records.clears);
    let said = kind.root.members().iter().find(|member| Some(member.api_name.as_str()) == clears);
    if let (Some(said), Value::Object(members)) = (said, &mut written) {
        members.remove(&said.name);
    }
    written
}
