//! Which branch of a union a value means.

use serde_json::Value;

use super::words::join;

/// What a value of a union is meant to be.
pub(super) enum Branch {
    Meant(usize),
    Unknown { discriminator: String, known: Vec<String> },
    Undiscriminated { discriminator: String, known: Vec<String> },
    WrongType,
}

/// The branch of a union that a value means: the one of its discriminator, else the one of its type.
pub(super) fn chosen_branch(branches: &[Value], instance: &Value) -> Branch {
    let discriminated: Option<Vec<_>> = branches.iter().map(constant).collect();
    if let (Some(discriminated), Some(object)) = (discriminated, instance.as_object()) {
        let discriminator = discriminated.first().map(|(key, _)| key.clone()).unwrap_or_default();
        let known = discriminated.iter().map(|(_, value)| value.clone()).collect();
        return match object.get(&discriminator) {
            None => Branch::Undiscriminated { discriminator, known },
            Some(value) => match discriminated.iter().position(|(_, known)| value == known.as_str()) {
                Some(index) => Branch::Meant(index),
                None => Branch::Unknown { discriminator, known },
            },
        };
    }
    // Closed objects without a discriminator are told apart by the key that only one of them has.
    if let Some(object) = instance.as_object() {
        let by_key = branches
            .iter()
            .position(|branch| object.keys().any(|key| branch["properties"].get(key).is_some()));
        let by_shape = || branches.iter().position(|branch| of_type(branch, "object"));
        return by_key.or_else(by_shape).map_or(Branch::WrongType, Branch::Meant);
    }
    let name = match instance {
        Value::String(_) => "string",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "array",
        Value::Null => "null",
        Value::Object(_) => "object",
    };
    branches.iter().position(|branch| of_type(branch, name)).map_or(Branch::WrongType, Branch::Meant)
}

/// The member of a branch that only takes one text: what tells it from the others.
fn constant(branch: &Value) -> Option<(String, String)> {
    let properties = branch["properties"].as_object()?;
    properties.iter().find_map(|(key, schema)| Some((key.clone(), schema["const"].as_str()?.to_owned())))
}

fn of_type(branch: &Value, name: &str) -> bool {
    branch["type"] == name || branch["type"].as_array().is_some_and(|types| types.iter().any(|t| t == name))
}

/// The forms of a union's branches, as a sentence names them.
pub(super) fn forms(branches: &[Value]) -> String {
    if let Some((discriminator, _)) = branches.first().and_then(constant) {
        return format!("a mapping with `{discriminator}`");
    }
    let mut forms: Vec<String> = Vec::new();
    for branch in branches {
        let keys = branch["properties"].as_object().into_iter().flatten().map(|(key, _)| format!("{key}: …"));
        let keys = keys.collect::<Vec<_>>().join(", ");
        let form = match branch["type"].as_str().or_else(|| branch["type"][0].as_str()) {
            Some("object") if !keys.is_empty() => format!("{{{keys}}}"),
            Some("string") => "a text".to_owned(),
            Some("integer" | "number") => "a number".to_owned(),
            Some("array") => "a list".to_owned(),
            _ => continue,
        };
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    join(&forms)
}
