//! References to live pools that are not known yet, as they travel in texts.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{Name, Otherwise, Placeholder, Reference, named};

/// What begins and ends an open reference in a text: noncharacters, which no manifest may hold.
const OPEN: char = '\u{FDD0}';
const CLOSE: char = '\u{FDD1}';

/// Whether a text holds a character that stands for an open reference.
pub fn is_reserved(text: &str) -> bool {
    text.contains([OPEN, CLOSE])
}

/// The text that stands for a reference until it is known.
pub fn open(reference: &Reference) -> String {
    format!("{OPEN}{reference}{CLOSE}")
}

/// The open references of a text with the texts around them, in order.
fn pieces(text: &str) -> Vec<Result<Reference, &str>> {
    let mut pieces = Vec::new();
    for (index, piece) in text.split(OPEN).enumerate() {
        let (reference, rest) = match piece.split_once(CLOSE) {
            Some((name, rest)) if index > 0 => (named(name, Otherwise::Error).ok(), rest),
            _ => (None, piece),
        };
        if let Some(Placeholder { name: Name::Reference(reference), .. }) = reference {
            pieces.push(Ok(reference));
        }
        if !rest.is_empty() {
            pieces.push(Err(rest));
        }
    }
    pieces
}

/// A text with what is known put in the place of its references.
pub fn fill_text(text: &str, known: &dyn Fn(&Reference) -> Option<String>) -> String {
    if !is_reserved(text) {
        return text.to_owned();
    }
    let pieces = pieces(text).into_iter();
    pieces.map(|piece| piece.map_or_else(str::to_owned, |r| known(&r).unwrap_or_else(|| open(&r)))).collect()
}

/// A text as a manifest would have it: references as placeholders, and a literal `${` escaped.
pub fn written(text: &str) -> String {
    let escaped = text.replace("${", "$${");
    fill_text(&escaped, &|reference| Some(format!("${{{reference}}}")))
}

/// The same of an item of a list, in which a literal range is escaped too.
pub fn written_item(text: &str) -> String {
    static RANGE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(\{+)([0-9]+\.\.[0-9]+)(\}+)").expect("the pattern is a constant"));
    let text = written(text);
    RANGE.replace_all(&text, "{$1$2$3}").into_owned()
}

/// A value with its open references as a manifest would have them. Without any it stays as it is.
pub fn written_value(value: &Value) -> Cow<'_, Value> {
    if references(value).is_empty() {
        return Cow::Borrowed(value);
    }
    let mut shown = value.clone();
    write_out(&mut shown);
    Cow::Owned(shown)
}

fn write_out(value: &mut Value) {
    match value {
        Value::String(text) => *text = written(text),
        Value::Array(items) => items.iter_mut().for_each(write_out),
        Value::Object(members) => members.values_mut().for_each(write_out),
        _ => {}
    }
}

/// A value as a manifest would have it, in whose texts and keys nothing is a placeholder.
pub fn escaped(value: &Value) -> Value {
    match value {
        Value::String(text) => written(text).into(),
        Value::Array(items) => {
            let item =
                |item: &Value| item.as_str().map_or_else(|| escaped(item), |text| written_item(text).into());
            items.iter().map(item).collect()
        }
        Value::Object(members) => {
            members.iter().map(|(name, value)| (written(name), escaped(value))).collect()
        }
        other => other.clone(),
    }
}

/// Puts what is known in the place of references, at any depth.
pub fn fill(value: &mut Value, known: &dyn Fn(&Reference) -> Option<String>) {
    match value {
        Value::String(text) if is_reserved(text) => *text = fill_text(text, known),
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, known)),
        Value::Object(members) => members.values_mut().for_each(|member| fill(member, known)),
        _ => {}
    }
}

/// The references that are still open in a value, at any depth.
pub fn references(value: &Value) -> Vec<Reference> {
    match value {
        Value::String(text) if is_reserved(text) => pieces(text).into_iter().filter_map(Result::ok).collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Object(members) => members.values().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
