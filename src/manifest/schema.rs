//! The JSON schema of a manifest: what editors read, what validation checks, and the table that the engine consults.
//!
//! What schemars derives serves neither editors nor the API, so one transform finishes it.

use std::sync::LazyLock;

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value, json};

use super::Manifest;

static SCHEMA: LazyLock<Value> = LazyLock::new(generate::<Manifest>);

/// The finished schema of a document type.
pub fn generate<T: schemars::JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .with_transform(Finish);
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// The schema of one manifest document, without `$ref` and `$defs`: every member stands in its place.
pub fn schema() -> &'static Value {
    &SCHEMA
}

/// The same for editors, as a file: indented, with a line break at its end.
pub fn schema_text() -> String {
    text_for_editors(schema(), &[])
}

/// A schema for editors, which see one file and not what becomes of it, as a file.
///
/// Placeholders may stand in texts, so the bounds of a text hold only where it has none. What a block lacks, a layer or
/// defaults may say, and a layer removes a member of a map by `null`. `alone` names the members at the top of which
/// none of this is so; it is of their members.
pub fn text_for_editors(schema: &Value, alone: &[&str]) -> String {
    let mut schema = schema.clone();
    for (name, member) in schema["properties"].as_object_mut().into_iter().flatten() {
        if !alone.contains(&name.as_str()) {
            for_editors(member, true);
        } else if let Some(members) = member.get_mut("additionalProperties") {
            for_editors(members, true);
        }
    }
    format!("{schema:#}\n")
}

/// What bounds a text.
const TEXT_BOUNDS: [&str; 4] = ["minLength", "maxLength", "pattern", "patternErrorMessage"];

/// `part`: whether what stands there may be a part of what there is in the end. A list is one value, and so are a
/// reference to a secret and a value in a file.
fn for_editors(schema: &mut Value, part: bool) {
    let Value::Object(object) = schema else { return };
    let is_value = object.contains_key("x-file") || object.get("writeOnly") == Some(&Value::Bool(true));
    let part = part && !is_value;
    for (keyword, inner) in object.iter_mut() {
        // Names of members and examples are no schemas.
        match (keyword.as_str(), inner) {
            ("properties", Value::Object(members)) => {
                for member in members.values_mut() {
                    for_editors(member, part);
                }
            }
            ("additionalProperties", inner) => {
                for_editors(inner, part);
                if part {
                    allow_null(inner);
                }
            }
            ("items" | "propertyNames", inner) => for_editors(inner, false),
            ("oneOf" | "anyOf", Value::Array(branches)) => {
                for branch in branches {
                    for_editors(branch, part);
                }
            }
            _ => {}
        }
    }
    if part {
        object.remove("required");
        // Branches that only say which members are required have nothing left to say.
        let is_empty = |branch: &Value| branch.as_object().is_some_and(Map::is_empty);
        if object.get("anyOf").and_then(Value::as_array).is_some_and(|all| all.iter().all(is_empty)) {
            object.remove("anyOf");
        }
        // Branches overlap where the member is missing that tells them apart.
        let has_members = |branch: &Value| branch.get("properties").is_some();
        if object.get("oneOf").and_then(Value::as_array).is_some_and(|all| all.iter().all(has_members))
            && let Some(branches) = object.remove("oneOf")
        {
            object.insert("anyOf".into(), branches);
        }
    }
    if object.contains_key("enum") || object.contains_key("const") {
        return;
    }
    let bounds: Map<String, Value> =
        TEXT_BOUNDS.iter().filter_map(|bound| object.remove_entry(*bound)).collect();
    if !bounds.is_empty() {
        object.insert("if".into(), json!({ "type": "string", "pattern": r"\$\{" }));
        object.insert("else".into(), bounds.into());
    }
}

/// Lets `null` stand where a value of a map stands.
fn allow_null(schema: &mut Value) {
    let Value::Object(object) = schema else { return };
    if let Some(values) = object.get_mut("enum").and_then(Value::as_array_mut) {
        values.push(Value::Null);
        if let Some(texts) = object.get_mut("markdownEnumDescriptions").and_then(Value::as_array_mut) {
            texts.push("Takes the entry away.".into());
        }
    }
    for union in ["oneOf", "anyOf"] {
        if let Some(branches) = object.get_mut(union).and_then(Value::as_array_mut) {
            branches.push(json!({ "type": "null" }));
        }
    }
    match object.get_mut("type") {
        Some(Value::Array(kinds)) if !kinds.contains(&"null".into()) => kinds.push("null".into()),
        Some(kind @ Value::String(_)) => *kind = json!([kind.take(), "null"]),
        _ => {}
    }
}

/// Makes the derived schema fit for editors and true to the API.
#[derive(Debug, Clone)]
struct Finish;

impl Transform for Finish {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(object) = schema.as_object_mut() {
            lift_null(object);
            fold_choices(object);
            name_types(object);
            drop_noise(object);
            anchor_pattern(object);
            describe(object);
            forbid_duplicates(object);
        }
        transform_subschemas(self, schema);
    }
}

/// `anyOf: [{oneOf: […]}, {type: null}]`, which an optional choice derives to, becomes one `oneOf`.
fn lift_null(object: &mut Map<String, Value>) {
    let Some([inner, null]) = object.get("anyOf").and_then(Value::as_array).map(Vec::as_slice) else {
        return;
    };
    if *null != json!({ "type": "null" }) {
        return;
    }
    let Some(branches) = inner.get("oneOf").and_then(Value::as_array) else { return };
    let branches: Vec<Value> = branches.iter().chain([null]).cloned().collect();
    object.remove("anyOf");
    object.insert("oneOf".into(), branches.into());
}

/// A `oneOf` of constants becomes an `enum` with a text for each value: on hover, an editor would otherwise show the
/// text of the chosen value in place of the member's.
fn fold_choices(object: &mut Map<String, Value>) {
    let Some(branches) = object.get("oneOf").and_then(Value::as_array) else { return };
    let mut values = Vec::new();
    let mut texts = Vec::new();
    for branch in branches {
        if branch["type"] == "null" {
            values.push(Value::Null);
            texts.push("The default.".to_owned());
        } else if let Some(value) = branch["const"].as_str() {
            values.push(value.into());
            texts.push(reflow(branch["description"].as_str().unwrap_or_default()));
        } else {
            return;
        }
    }
    let nullable = values.contains(&Value::Null);
    object.remove("oneOf");
    object.insert("type".into(), if nullable { json!(["string", "null"]) } else { json!("string") });
    object.insert("enum".into(), values.into());
    object.insert("markdownEnumDescriptions".into(), texts.into());
}

/// States the types of a `oneOf` beside it, where an editor looks for them.
fn name_types(object: &mut Map<String, Value>) {
    if object.contains_key("type") {
        return;
    }
    let Some(branches) = object.get("oneOf").and_then(Value::as_array) else { return };
    let mut types: Vec<Value> = Vec::new();
    for branch in branches {
        // A choice that is still to be folded has no type yet; all choices are strings.
        let kind = branch.get("type").cloned().unwrap_or_else(|| "string".into());
        if !types.contains(&kind) {
            types.push(kind);
        }
    }
    let kinds = if types.len() == 1 { types.remove(0) } else { types.into() };
    object.insert("type".into(), kinds);
}

/// Drops the formats of Rust's number types and `default: null`, which editors would offer first.
fn drop_noise(object: &mut Map<String, Value>) {
    if object.get("default") == Some(&Value::Null) {
        object.remove("default");
    }
    let sized = |format: &str| {
        let digits = format.strip_prefix("uint").or_else(|| format.strip_prefix("int"));
        digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if object.get("format").and_then(Value::as_str).is_some_and(sized) {
        object.remove("format");
    }
}

/// AWS matches whole values, JSON Schema searches in them.
fn anchor_pattern(object: &mut Map<String, Value>) {
    if let Some(Value::String(pattern)) = object.get_mut("pattern") {
        *pattern = anchored(pattern);
    }
}

/// A pattern that only whole values match.
pub fn anchored(pattern: &str) -> String {
    let bare = pattern.strip_prefix('^').unwrap_or(pattern);
    let bare = bare.strip_suffix('$').unwrap_or(bare);
    format!("^(?:{bare})$")
}

/// The doc comment, with its source lines joined, for people (`description`) and for editors (`markdownDescription`).
fn describe(object: &mut Map<String, Value>) {
    let Some(text) = object.get("description").and_then(Value::as_str).map(reflow) else { return };
    object.insert("description".into(), text.as_str().into());
    object.insert("markdownDescription".into(), text.into());
}

/// Joins the lines of each paragraph.
fn reflow(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| paragraph.replace('\n', " "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// No list of scalars has an order in Cognito, so none has duplicates.
fn forbid_duplicates(object: &mut Map<String, Value>) {
    let scalar = object.get("items").is_some_and(|items| items.get("properties").is_none());
    if scalar {
        object.insert("uniqueItems".into(), true.into());
    }
}
