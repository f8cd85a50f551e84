//! What differs between two JSON documents.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::human::inline;
use super::style;
use crate::path::Path;

/// A line for each value that differs; a list is one value.
pub(super) fn lines(text: &mut String, before: Option<&Value>, after: Option<&Value>) {
    let nothing = Value::Object(Map::new());
    value(text, &Path::root(), before.or(Some(&nothing)), after.or(Some(&nothing)));
}

fn value(text: &mut String, at: &Path, before: Option<&Value>, after: Option<&Value>) {
    if before == after {
        return;
    }
    let members = |value: Option<&Value>| match value {
        None => Some(Map::new()),
        Some(value) => value.as_object().cloned(),
    };
    if let (Some(old), Some(new)) = (members(before), members(after))
        && !(old.is_empty() && new.is_empty())
    {
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            value(text, &at.key(key), old.get(key), new.get(key));
        }
        return;
    }
    let (sign, colour) = match (before, after) {
        (None, _) => ('+', style::ADD),
        (_, None) => ('-', style::REMOVE),
        _ => ('~', style::MODIFY),
    };
    let values: Vec<String> = before.into_iter().chain(after).map(inline).collect();
    let _ = writeln!(text, "        {colour}{sign}{colour:#} {at}  {}", values.join(" → "));
}
