//! The words of findings about values.

use jsonschema::JsonType;
use jsonschema::error::TypeKind;
use serde_json::Value;

use crate::path::Path;

pub(super) fn types(kind: &TypeKind) -> String {
    let name = |json: JsonType| match json {
        JsonType::Array => "a list",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "a mapping",
        JsonType::String => "a text",
    };
    let names: Vec<String> = match kind {
        TypeKind::Single(one) => vec![name(*one).to_owned()],
        TypeKind::Multiple(set) => {
            set.iter().filter(|json| *json != JsonType::Null).map(|json| name(json).to_owned()).collect()
        }
    };
    join(&names)
}

/// `minimumLength: "12"` is a common slip.
pub(super) fn quoted_number_help(kind: &TypeKind, instance: &Value) -> Option<String> {
    let takes = |wanted: JsonType| match kind {
        TypeKind::Single(one) => *one == wanted,
        TypeKind::Multiple(set) => set.contains(wanted),
    };
    match instance {
        // A number with leading zeros is a text, for account ids.
        Value::String(text) if takes(JsonType::Integer) && text.len() > 1 && text.starts_with('0') => {
            Some("leave the leading zeros out".to_owned())
        }
        Value::String(text) if takes(JsonType::Integer) && text.parse::<i64>().is_ok() => {
            Some("leave the quotes out".to_owned())
        }
        Value::Number(_) if takes(JsonType::Integer) => Some("write a whole number".to_owned()),
        Value::Null if takes(JsonType::Object) => Some("write `{}`".to_owned()),
        Value::String(text)
            if takes(JsonType::Boolean)
                && ["true", "false", "yes", "no", "on", "off"].contains(&text.to_lowercase().as_str()) =>
        {
            Some("write true or false, without quotes".to_owned())
        }
        Value::Number(_) | Value::Bool(_) if takes(JsonType::String) => Some("put it in quotes".to_owned()),
        Value::String(_) if takes(JsonType::Array) => Some("write it as a list: [ … ]".to_owned()),
        _ => None,
    }
}

/// What is missing most often, in full.
pub(super) fn required_help(path: &Path, key: &str) -> Option<String> {
    match key {
        "apiVersion" if path.segments().is_empty() => Some("write `apiVersion: cognitops/v1`".to_owned()),
        _ => None,
    }
}

/// The way out of a text of the wrong form: what the schema says, else an example, else the pattern.
pub(super) fn form_help(schema: &Value, pattern: &str) -> String {
    let example = || {
        let examples = schema["examples"].as_array().into_iter().flatten();
        let texts: Vec<&str> = examples.filter_map(Value::as_str).collect();
        (!texts.is_empty()).then(|| format!("for example {}", texts.join(" or ")))
    };
    let said = schema["patternErrorMessage"].as_str().map(str::to_owned);
    said.or_else(example).unwrap_or_else(|| format!("the whole text matches {pattern}"))
}

pub(super) fn one_of<S: AsRef<str>>(values: &[S]) -> String {
    join(&values.iter().map(|value| format!("`{}`", value.as_ref())).collect::<Vec<_>>())
}

pub(super) fn join(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

pub(super) fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
