//! Long values, which may stand in files of their own.
//!
//! `{file: PATH}` in the place of such a value means what the file holds; the path is relative to the manifest.

use std::path::Path as FilePath;

use data_encoding::BASE64;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::load::from_here;
use super::shape::Shape;
use crate::diagnostic::{Code, Finding, Place};
use crate::path::{Path, Segment};
use crate::source::{Node, NodeValue, Span};
use crate::template;

/// The largest text that a manifest takes from a file, in bytes.
pub const MAX_TEXT_BYTES: u64 = 1 << 20;

/// The bytes of an image, in base64, or the file that holds them.
#[derive(Debug)]
pub struct Image<const MOST: u64>;

/// A JSON document, or the file that holds it.
#[derive(Debug)]
pub struct Document;

/// A style sheet.
#[derive(Debug)]
pub struct Css;

/// The body of an email in HTML.
#[derive(Debug)]
pub struct HtmlBody;

/// The body of an email as plain text.
#[derive(Debug)]
pub struct TextBody;

/// What names a file in the place of its content.
fn file_member() -> Value {
    json!({
        "file": {
            "description": "The file that holds the value, relative to the manifest.",
            "type": "string",
            "minLength": 1,
        },
    })
}

impl<const MOST: u64> JsonSchema for Image<MOST> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Image{MOST}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "object"],
            "properties": file_member(),
            "required": ["file"],
            "additionalProperties": false,
            "x-file": "base64",
            "x-max-bytes": MOST,
        })
    }
}

impl JsonSchema for Document {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Document".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": file_member(),
            "additionalProperties": { "type": ["string", "number", "boolean", "object", "array", "null"] },
            "x-file": "json",
        })
    }
}

/// A text with these bounds, or the file that holds it.
fn text_or_file(bounds: &Value) -> Schema {
    let mut schema = json_schema!({
        "type": ["string", "object"],
        "properties": file_member(),
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

impl JsonSchema for Css {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Css".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        text_or_file(&json!({ "minLength": 0, "maxLength": 131_072 }))
    }
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
    for (path, span, file) in places {
        let Some(form) = place(schema, &path).file_form() else { continue };
        match content(&from_here(file, span), form, read) {
            Ok(content) => {
                put(value, &path, content);
                name_the_sort(value, schema, &path, file);
            }
            Err((code, message, help)) => {
                let place = Place::Text(span.clone());
                found.push(Finding::error(code, place, format!("`{file}`: {message}")).at(path).help(help));
            }
        }
    }
}

/// The mappings that hold nothing but the name of a file.
fn references<'a>(node: &'a Node, at: &Path, found: &mut Vec<(Path, &'a Span, &'a str)>) {
    match &node.value {
        NodeValue::Map(entries) => {
            if let (1, Some(file)) = (entries.len(), entries.get("file"))
                && let Some(name) = file.node.as_str()
            {
                found.push((at.clone(), &file.node.span, name));
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

/// What a file holds, as the value that a schema asks for.
fn content(file: &str, form: &Value, read: ReadContent<'_>) -> Result<Value, (Code, String, &'static str)> {
    let limit = form["x-max-bytes"].as_u64().unwrap_or(MAX_TEXT_BYTES);
    let bytes = read(FilePath::new(file), limit).map_err(|message| {
        (Code::Unreadable, message, "the path is relative to the manifest that it stands in")
    })?;
    if form["x-file"] == "base64" {
        return Ok(BASE64.encode(&bytes).into());
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        (Code::WrongType, "the file is no text in UTF-8".to_owned(), "name a text file in UTF-8")
    })?;
    if template::is_reserved(&text) {
        let message = "the file holds U+FDD0 or U+FDD1, which stand for nothing in any text".to_owned();
        return Err((Code::Form, message, "take the characters out"));
    }
    if form["x-file"] == "json" {
        return match serde_json::from_str(&text) {
            Ok(document @ Value::Object(_)) => Ok(document),
            Ok(_) => Err((Code::WrongType, "the file holds no JSON object".to_owned(), "write one")),
            Err(error) => {
                let message = format!("line {}, column {} is not JSON", error.line(), error.column());
                Err((Code::Form, message, "mend the file"))
            }
        };
    }
    Ok(text.into())
}

/// What the name of a file says of its sort, by the members that say that of the file at a path.
pub fn sorts_of_file<'a>(schema: &'a Value, path: &Path, file: &str) -> Vec<(&'a str, String)> {
    let ending = FilePath::new(file).extension().and_then(|ending| ending.to_str());
    let (Some(name), Some(ending)) = (path.last_key(), ending) else { return Vec::new() };
    let sort = match ending.to_uppercase().as_str() {
        "JPG" => "JPEG".to_owned(),
        sort => sort.to_owned(),
    };
    let members = place(schema, &path.parent()).named_by(name).into_iter();
    let takes =
        |taken: &Value| taken["enum"].as_array().is_some_and(|all| all.iter().any(|known| *known == *sort));
    members.filter(|(_, taken)| takes(taken)).map(|(member, _)| (member, sort.clone())).collect()
}

/// Says what sort of file it was that a value came from, in the member that is for that, if it is not written.
fn name_the_sort(value: &mut Value, schema: &Value, path: &Path, file: &str) {
    for (member, sort) in sorts_of_file(schema, path, file) {
        let Some(Value::Object(members)) = at_mut(value, &path.parent()) else { continue };
        if members.get(member).is_none_or(Value::is_null) {
            members.insert(member.to_owned(), sort.into());
        }
    }
}

fn put(value: &mut Value, path: &Path, content: Value) {
    if let Some(at) = at_mut(value, path) {
        *at = content;
    }
}

fn at_mut<'a>(value: &'a mut Value, path: &Path) -> Option<&'a mut Value> {
    path.segments().iter().try_fold(value, |value, segment| match segment {
        Segment::Key(key) => value.get_mut(key),
        Segment::Index(index) => value.get_mut(*index),
    })
}
