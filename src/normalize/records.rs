//! Records of clients.

use serde_json::Value;

use super::{named, without_empty_texts};
use crate::catalog::Kind;

/// The canonical form of a record, from the document that describes it.
pub fn record_answer(kind: &Kind, document: &Value) -> Value {
    named(&kind.root, document)
}

/// The canonical form of it as it is written.
pub fn record_written(kind: &Kind, written: &Value) -> Value {
    let mut written = written.clone();
    without_empty_texts(&kind.root, &mut written);
    written
}
