//! Writing YAML: whatever is written is read again, and text that does not read back equal is never given out.

use std::sync::Arc;

use serde_json::Value;

use super::{Node, NodeValue, Source, parse_documents};

/// Why a document cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The writer refuses it.
    #[error("it cannot be written as YAML")]
    Unwritable,
    /// What was written does not read back equal.
    #[error("it holds something that YAML does not keep, such as a line separator U+2028 or the key `<<`")]
    NotKept,
}

/// Writes one document, its members in the given order, and reads it again: the text with the places in it.
///
/// # Errors
/// A document that YAML does not keep as it is.
pub fn write_document<'a>(
    members: impl IntoIterator<Item = (&'a str, &'a Value)>,
) -> Result<(Arc<Source>, Node), WriteError> {
    let mut mapping = serde_yaml::Mapping::new();
    let mut wanted = serde_json::Map::new();
    for (key, value) in members {
        let written = serde_yaml::to_value(value).map_err(|_| WriteError::Unwritable)?;
        mapping.insert(serde_yaml::Value::from(key), written);
        wanted.insert(key.to_owned(), value.clone());
    }
    let text = serde_yaml::to_string(&mapping).map_err(|_| WriteError::Unwritable)?;
    let source = Source::new("", text);
    let mut documents = parse_documents(std::slice::from_ref(&source)).into_iter();
    match (documents.next(), documents.next()) {
        (Some(Ok(node)), None) if node.to_value() == Value::Object(wanted.clone()) => Ok((source, node)),
        (None, None) if wanted.is_empty() => {
            let span = super::Span::new(&source, 0..0);
            Ok((source, Node::new(NodeValue::Map(std::collections::BTreeMap::new()), span)))
        }
        _ => Err(WriteError::NotKept),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let nasty = json!({"a": ["yes", "012", "1e3", "null", "~", "", " x ", "a\nb\n", "#", "é\u{85}", "- a", "{a}"], "b": {"1": true, "": null}});
        let (source, node) = write_document([("z", &nasty), ("a", &json!(1))]).unwrap();
        assert!(source.text.starts_with("z:\n"), "the order is kept");
        assert_eq!(node.to_value()["z"], nasty);
    }

    #[test]
    fn what_does_not_read_back_is_not_given_out() {
        assert!(write_document([("a", &json!({"<<": {"b": 1}}))]).is_err());
    }
}
