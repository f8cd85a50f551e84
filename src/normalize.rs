//! One canonical form for what a manifest says and for what Cognito answers.
//!
//! The canonical form is manifest-shaped: manifest names, one spelling per fact, absent members absent. Both
//! sides pass the same hooks, so a difference between them is a difference in meaning.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::catalog::presets::filled_in;
use crate::catalog::{CLIENT, Field, HIDDEN_SECRET, Kind, PASS_THROUGH, SETTINGS, Shape, is_not_fetched};
use crate::path::Path;

mod attached;
mod client;
mod member;
mod mfa;
mod pass_through;
mod records;
mod settings;

/// The name that a level of authentication has of itself.
pub use crate::cognito::acr::default_name as level_name;
pub use attached::{attached_answer, attached_written, fold_attached, unfold_attached};
pub use client::{CLIENT_VALIDITIES, STANDARD_SCOPES, fold_client, with_written_unit};
pub use member::{member_answer, member_written, scopes_by_name};
pub use mfa::{mfa_place, mfa_state, mfa_way_out};
pub use pass_through::{is_passed_through, pass_through, passed_through};
pub use records::{fold_record, record_answer, record_written, unfold_record};
pub use settings::{
    FACTORS, MFA_MEMBERS, STANDARD_ATTRIBUTES, canonical_attribute_name, custom_attribute_name, fold_mfa,
    fold_pool,
};

/// The canonical form of a pool's settings, from `DescribeUserPool.UserPool` and `GetUserPoolMfaConfig`.
pub fn settings_answer(pool: &Value, mfa: &Value) -> Value {
    let mut folded = fold_pool(pool);
    let factors = fold_mfa(mfa);
    for member in MFA_MEMBERS {
        match factors.get(member) {
            Some(value) => folded.insert(member.to_owned(), value.clone()),
            None => folded.remove(member),
        };
    }
    if let Some(attributes) = pool.get("SchemaAttributes") {
        folded.insert("Schema".to_owned(), settings::attributes_by_name(attributes));
    }
    settings::hide_foreign_tags(&mut folded);
    let mut canonical = named(&crate::catalog::SETTINGS.root, &Value::Object(folded));
    settings::order_recovery_mechanisms(&mut canonical);
    canonical
}

/// The canonical form of a client, from `DescribeUserPoolClient.UserPoolClient`.
pub fn client_answer(client: &Value) -> Value {
    let folded = Value::Object(fold_client(client));
    let mut canonical = named(&crate::catalog::CLIENT.root, &folded);
    if let Value::Object(members) = &mut canonical {
        client::canonical(members);
    }
    canonical
}

/// The canonical form of a written `settings` section. A null stays: it is a default said aloud.
pub fn settings_written(written: &Value) -> Value {
    let mut written = written.clone();
    without_empty_texts(&SETTINGS.root, &mut written);
    if let Value::Object(members) = &mut written {
        settings::canonical_written(members);
    }
    settings::order_recovery_mechanisms(&mut written);
    written
}

/// A written client with what its `applicationType` fills in.
pub fn with_presets(written: &Value) -> Value {
    let mut filled = written.clone();
    if let Value::Object(members) = &mut filled {
        members.extend(filled_in(written).map(|preset| (preset.member.to_owned(), preset.value)));
        // Nor does saying the default of `generateSecret` aloud speak against a secret of one's own.
        if !written["clientSecret"].is_null() && written["generateSecret"].is_null() {
            members.remove("generateSecret");
        }
    }
    filled
}

/// The canonical form of a written client.
pub fn client_written(written: &Value) -> Value {
    let mut written = with_presets(written);
    without_empty_texts(&CLIENT.root, &mut written);
    if let Value::Object(members) = &mut written {
        client::canonical(members);
        // A secret of one's own is a secret: written, it answers `generateSecret` too.
        if members.get("clientSecret").is_some_and(|secret| !secret.is_null()) {
            members.insert("generateSecret".to_owned(), Value::Bool(true));
        }
    }
    written
}

/// An empty text is no text, and an empty document none: answers do not hold it, so it means the default.
fn without_empty_texts(field: &Field, written: &mut Value) {
    let Value::Object(object) = written else { return };
    for (name, value) in object {
        let inner = match &field.shape {
            Shape::Block(_) => field.member(name),
            Shape::Map(item) if !item.members().is_empty() => Some(item.as_ref()),
            _ => None,
        };
        match inner {
            Some(inner) if matches!(inner.shape, Shape::Scalar) && *value == "" => *value = Value::Null,
            Some(inner) if inner.is_document && value.as_object().is_some_and(Map::is_empty) => {
                *value = Value::Null;
            }
            Some(inner) => without_empty_texts(inner, value),
            None => {}
        }
    }
}

/// Gives an answer's members their names in the manifest and leaves out what the table does not know.
///
/// Absence has several spellings in answers: no member, an empty string, an empty list.
fn named(field: &Field, answer: &Value) -> Value {
    match (&field.shape, answer) {
        (Shape::Block(members), Value::Object(object)) => named_members(members, object),
        (Shape::Objects(members), Value::Array(items)) => items
            .iter()
            .map(|item| {
                item.as_object().map_or_else(|| item.clone(), |object| named_members(members, object))
            })
            .collect(),
        (Shape::Map(item), Value::Object(object)) => {
            object.iter().map(|(key, value)| (key.clone(), named(item, value))).collect()
        }
        (Shape::Scalar, Value::String(text)) if field.held_as_text => {
            text.parse().map_or_else(|_| answer.clone(), Value::Bool)
        }
        (Shape::Set, Value::Array(items)) => {
            // Answers may come in any order; what is shown of them does not.
            let mut items = items.clone();
            items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            Value::Array(items)
        }
        _ => answer.clone(),
    }
}

fn named_members(members: &[Field], object: &Map<String, Value>) -> Value {
    let mut result = Map::new();
    for member in members.iter().filter(|member| !member.answered) {
        let Some(value) = object.get(&member.api_name).filter(|value| !is_absent(value)) else { continue };
        let value = if member.secret { Value::from(HIDDEN_SECRET) } else { named(member, value) };
        let empty = value.as_object().is_some_and(Map::is_empty);
        let empty_is_something =
            member.absence_is_state && !member.never_empty || matches!(member.shape, Shape::Map(_));
        if !empty || empty_is_something {
            result.insert(member.name.clone(), value);
        }
    }
    Value::Object(result)
}

/// Whether a value of an answer says that there is none.
fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Gives a canonical value the API's names, for a request.
pub fn to_api(field: &Field, value: &Value) -> Value {
    let members_to_api = |members: &[Field], object: &Map<String, Value>| -> Value {
        let known = object.iter().filter(|(name, _)| *name != PASS_THROUGH);
        let mut all: Value = known
            .filter_map(|(name, value)| {
                let member = members.iter().find(|member| member.name == *name)?;
                Some((member.api_name.clone(), to_api(member, value)))
            })
            .collect();
        // What is passed through may lie in what is known.
        let passed = object.get(PASS_THROUGH).and_then(Value::as_object).into_iter().flatten();
        for (path, value) in passed {
            put(&mut all, &path.split('.').collect::<Vec<_>>(), Some(value));
        }
        all
    };
    match (&field.shape, value) {
        (Shape::Block(members), Value::Object(object)) => members_to_api(members, object),
        (Shape::Objects(members), Value::Array(items)) => items
            .iter()
            .map(|item| {
                item.as_object().map_or_else(|| item.clone(), |object| members_to_api(members, object))
            })
            .collect(),
        (Shape::Map(item), Value::Object(object)) => {
            object.iter().map(|(key, value)| (key.clone(), to_api(item, value))).collect()
        }
        (Shape::Scalar, Value::Bool(flag)) if field.held_as_text => Value::from(flag.to_string()),
        _ => value.clone(),
    }
}

/// A member of an answer that stands in none of our tables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownMember {
    /// Where it stands, in the API's names.
    pub path: Path,
    /// `string`, `number`, `boolean`, `list`, `object` or `null`; never its value.
    pub r#type: &'static str,
}

/// The members of an answer that this version does not know, at any depth.
pub fn unknown_members(kind: &Kind, answer: &Value) -> Vec<UnknownMember> {
    let mut found = Vec::new();
    if let Some(attached) = &kind.attached {
        let folded = fold_attached(attached, answer);
        collect_unknown(&kind.root, &folded, kind.answer_only, &Path::root(), &mut found);
        return found;
    }
    if let Some(records) = &kind.records {
        let folded = fold_record(records, answer);
        collect_unknown(&kind.root, &folded, kind.answer_only, &Path::root(), &mut found);
        return found;
    }
    if let Value::Object(object) = answer {
        let folded_spellings = settings::FOLDED.iter().chain(client::FOLDED);
        let known: Vec<&str> = kind.answer_only.iter().chain(folded_spellings).copied().collect();
        collect_unknown(kind.fields(answer), object, &known, &Path::root(), &mut found);
    }
    found
}

/// The items of a list of objects, each with what identifies it.
pub fn keyed_items<'a>(
    field: &Field,
    items: &'a [Value],
) -> impl Iterator<Item = (&'a str, &'a Map<String, Value>)> {
    let key = match &field.shape {
        Shape::Objects(members) => field.key.as_ref().and_then(|key| {
            members.iter().find(|member| member.name == *key).map(|member| member.api_name.clone())
        }),
        _ => None,
    };
    items.iter().filter_map(move |item| Some((item[key.as_ref()?].as_str()?, item.as_object()?)))
}

/// Takes the members of these names out of an answer where this version does not know them.
pub fn drop_unknown(kind: &Kind, answer: &mut Value, names: &[String]) {
    for UnknownMember { path, .. } in unknown_members(kind, answer) {
        let keys = path.keys().unwrap_or_default();
        let Some((last, parents)) = keys.split_last() else { continue };
        // A list that a manifest has as a map.
        let listed = kind.attached.and_then(|attached| attached.listed).map(|(name, _)| name);
        let parents: Vec<&str> = listed.into_iter().chain(parents.iter().copied()).collect();
        let parent = parents.iter().try_fold(&mut *answer, |value, key| match value {
            // The items of a list of objects go by what identifies them.
            Value::Array(items) => items.iter_mut().find(|item| is_keyed_by(item, key)),
            value => value.get_mut(*key),
        });
        if names.iter().any(|name| name == last)
            && let Some(Value::Object(members)) = parent
        {
            members.remove(*last);
        }
    }
}

fn is_keyed_by(item: &Value, key: &str) -> bool {
    item.as_object().is_some_and(|members| members.values().any(|value| value == key))
}

fn collect_unknown(
    field: &Field,
    object: &Map<String, Value>,
    known: &[&str],
    at: &Path,
    found: &mut Vec<UnknownMember>,
) {
    for (name, value) in object {
        let path = at.key(name);
        let inner = match &field.shape {
            Shape::Map(item) => Some(item.as_ref()),
            Shape::Block(members) | Shape::Objects(members) => {
                members.iter().find(|member| member.api_name == *name)
            }
            Shape::Scalar | Shape::Set => None,
        };
        match (inner, value) {
            (Some(inner), Value::Object(object)) if !matches!(inner.shape, Shape::Scalar) => {
                collect_unknown(inner, object, known, &path, found);
            }
            (Some(inner), Value::Array(items)) => {
                for (key, item) in keyed_items(inner, items) {
                    collect_unknown(inner, item, known, &path.key(key), found);
                }
            }
            (Some(_), _) => {}
            (None, _) if known.contains(&path.to_string().as_str()) => {}
            (None, _) => found.push(UnknownMember { path, r#type: type_name(value) }),
        }
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Whether two canonical values of a field mean the same.
///
/// No list of scalars is ordered, a number that the API holds as a string is still that number, and the words of a text
/// may stand in any order. What could not be fetched differs from nothing.
pub fn same(field: &Field, a: &Value, b: &Value) -> bool {
    if field.fetched_from.is_some() && (is_not_fetched(a) || is_not_fetched(b)) {
        return true;
    }
    match (&field.shape, a, b) {
        (Shape::Set, Value::Array(a), Value::Array(b)) => {
            a.len() == b.len()
                && a.iter().all(|item| b.contains(item))
                && b.iter().all(|item| a.contains(item))
        }
        // Of what is passed through nothing is known; no list of scalars that is known has an order.
        (Shape::Scalar, Value::Array(a), Value::Array(b)) => {
            let scalars = a.iter().chain(b).all(|item| !item.is_object() && !item.is_array());
            a == b || scalars && a.len() == b.len() && a.iter().all(|item| b.contains(item))
        }
        (_, Value::Number(number), Value::String(text)) | (_, Value::String(text), Value::Number(number)) => {
            number.to_string() == *text
        }
        (_, Value::String(a), Value::String(b)) if field.words => words(a) == words(b),
        _ => a == b,
    }
}

/// The words of a text; spaces and commas separate them.
fn words(text: &str) -> BTreeSet<&str> {
    text.split([' ', ',']).filter(|word| !word.is_empty()).collect()
}

/// A canonical document with changes made to it.
pub fn with_changes<'a>(
    canonical: &Value,
    changes: impl IntoIterator<Item = (&'a Path, Option<&'a Value>)>,
) -> Value {
    let mut result = canonical.clone();
    for (path, value) in changes {
        if let Some(keys) = path.keys() {
            put(&mut result, &keys, value);
        }
    }
    result
}

fn put(at: &mut Value, keys: &[&str], value: Option<&Value>) {
    let Some((key, further)) = keys.split_first() else { return };
    if !at.is_object() {
        *at = Value::Object(Map::new());
    }
    let Value::Object(object) = at else { return };
    match (further, value) {
        ([], Some(value)) => {
            object.insert((*key).to_owned(), value.clone());
        }
        ([], None) => {
            object.remove(*key);
        }
        _ => {
            put(object.entry((*key).to_owned()).or_insert_with(|| Value::Object(Map::new())), further, value);
        }
    }
}
