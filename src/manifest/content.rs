//! Long values, which may stand in files of their own.
//!
//! `{file: PATH}` in the place of such a value means what the file holds; the path is relative to the manifest.

use std::path::Path as FilePath;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::load::from_here;
use super::shape::Shape;
use crate::diagnostic::{Code, Finding, Place};
use crate::path::{Path, Segment};
use crate::source::{Node, NodeValue};
use crate::template;

/// The largest text that a manifest takes from a file, in bytes.
pub const MAX_TEXT_BYTES: u64 = 1 << 20;

/// The body of an email in HTML.
#[derive(Debug)]
pub struct HtmlBody;

/// The body of an email as plain text.
#[derive(Debug)]
pub struct TextBody;

/// A text with these bounds, or the file that holds it.
fn text_or_file(bounds: &Value) -> Schema {
    let mut schema = json_schema!({
        "type": ["string", "object"],
        "properties": {
            "file": {
                "description": "The file that holds the value, relative to the manifest.",
                "type": "string",
                "minLength": 1,
            },
        },
        "required": ["file"],
        "additionalProperties": false,
        "x-file": "text",
    });
    for (keyword, value) in bounds.as_object().into_iter().flatten() {
        schema.insert(keyword.clone(), value.clone());
    }
    schema
}

/// The bounds of an email's body in notifications of threat protection.
fn notification_body() -> Schema {
    text_or_file(&json!({
        "minLength": 6,
        "maxLength": 20000,
        "pattern": r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]+",
    }))
}

impl JsonSchema for HtmlBody {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "HtmlBody".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        notification_body()
    }
}

impl JsonSchema for TextBody {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TextBody".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        notification_body()
    }
}

/// Reads a file of at most so many bytes.
pub type ReadContent<'a> = &'a dyn Fn(&FilePath, u64) -> Result<Vec<u8>, String>;

/// Puts what files hold in the place of `{file: PATH}`, wherever the schema lets a long value stand in a file.
pub fn take_in(
    root: &Node,
    value: &mut Value,
    schema: &Value,
    read: ReadContent<'_>,
    found: &mut Vec<Finding>,
) {
    let mut places = Vec::new();
    references(root, &Path::root(), &mut places);
    for (path, node, file) in places {
        if place(schema, &path).file_form().is_none() {
            continue;
        }
        match content(&from_here(file, &node.span), read) {
            Ok(text) => put(value, &path, text),
            Err((code, message, help)) => {
                let place = Place::Text(node.span.clone());
                found.push(Finding::error(code, place, format!("`{file}`: {message}")).at(path).help(help));
            }
        }
    }
}

/// The mappings that hold nothing but the name of a file.
fn references<'a>(node: &'a Node, at: &Path, found: &mut Vec<(Path, &'a Node, &'a str)>) {
    match &node.value {
        NodeValue::Map(entries) => {
            if let (1, Some(file)) = (entries.len(), entries.get("file").and_then(|file| file.node.as_str()))
            {
                found.push((at.clone(), node, file));
            }
            for (key, entry) in entries {
                references(&entry.node, &at.key(key), found);
            }
        }
        NodeValue::List(items) => {
            for (index, item) in items.iter().enumerate() {
                references(item, &at.index(index), found);
            }
        }
        _ => {}
    }
}

/// What the schema takes at a path.
fn place<'a>(schema: &'a Value, path: &Path) -> Shape<'a> {
    path.segments().iter().fold(Shape::of(schema), |shape, segment| match segment {
        Segment::Key(key) => shape.member(key),
        Segment::Index(_) => shape.item(),
    })
}

fn content(file: &str, read: ReadContent<'_>) -> Result<String, (Code, String, &'static str)> {
    let bytes = read(FilePath::new(file), MAX_TEXT_BYTES).map_err(|message| {
        (Code::Unreadable, message, "the path is relative to the manifest that it stands in")
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        (Code::WrongType, "the file is no text in UTF-8".to_owned(), "name a text file in UTF-8")
    })?;
    if template::is_reserved(&text) {
        let message = "the file holds U+FDD0 or U+FDD1, which stand for nothing in any text".to_owned();
        return Err((Code::Form, message, "take the characters out"));
    }
    Ok(text)
}

fn put(value: &mut Value, path: &Path, text: String) {
    let at = path.segments().iter().try_fold(value, |value, segment| match segment {
        Segment::Key(key) => value.get_mut(key),
        Segment::Index(index) => value.get_mut(*index),
    });
    if let Some(at) = at {
        *at = Value::String(text);
    }
}
