//! Images in output: their size, never their bytes.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::catalog::{Field, Shape};
use crate::plan::Step;

/// A value with `(image, 12,345 bytes)` in the place of each image in it; `field` is what the catalog knows of it.
pub(super) fn shown_image<'a>(field: Option<&Field>, value: &'a Value) -> Cow<'a, Value> {
    match field {
        Some(field) if holds_images(field) => Cow::Owned(shown(field, value)),
        _ => Cow::Borrowed(value),
    }
}

/// The field that a change of a step is about.
pub(super) fn field_of<'a>(step: &'a Step, change: &crate::diff::Change) -> Option<&'a Field> {
    step.action.kind().root.at(&change.path)
}

fn holds_images(field: &Field) -> bool {
    field.is_image
        || match &field.shape {
            Shape::Block(members) | Shape::Objects(members) => members.iter().any(holds_images),
            Shape::Map(item) => holds_images(item),
            Shape::Scalar | Shape::Set => false,
        }
}

fn shown(field: &Field, value: &Value) -> Value {
    let members = |members: &[Field], object: &Map<String, Value>| -> Value {
        let shown_member = |(name, value): (&String, &Value)| {
            let member = members.iter().find(|member| member.name == *name);
            (name.clone(), member.map_or_else(|| value.clone(), |member| shown(member, value)))
        };
        object.iter().map(shown_member).collect()
    };
    match (&field.shape, value) {
        (_, Value::String(text)) if field.is_image => size(text).into(),
        (Shape::Block(fields), Value::Object(object)) => members(fields, object),
        (Shape::Map(item), Value::Object(object)) => {
            object.iter().map(|(key, value)| (key.clone(), shown(item, value))).collect()
        }
        (Shape::Objects(fields), Value::Array(items)) => items
            .iter()
            .map(|item| item.as_object().map_or_else(|| item.clone(), |object| members(fields, object)))
            .collect(),
        _ => value.clone(),
    }
}

/// `(image, 12,345 bytes)`, from its base64.
fn size(base64: &str) -> String {
    let characters = base64.trim_end_matches('=').len();
    let digits = (characters * 3 / 4).to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("(image, {text} bytes)")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_image_is_shown_by_its_size_wherever_it_stands() {
        let block = Field::from_schema(
            "x",
            &json!({"properties": {
                "logo": {"x-file": "base64"},
                "all": {"items": {"properties": {"bytes": {"x-file": "base64"}, "name": {"type": "string"}}}},
            }}),
        );
        let bytes = data_encoding::BASE64.encode(&[7; 12_346]);
        let value = json!({"logo": bytes, "all": [{"bytes": "AA==", "name": "AA=="}]});
        assert_eq!(
            *shown_image(Some(&block), &value),
            json!({
                "logo": "(image, 12,346 bytes)",
                "all": [{"bytes": "(image, 1 bytes)", "name": "AA=="}],
            })
        );
        assert_eq!(*shown_image(None, &value), value);
    }
}
