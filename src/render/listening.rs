//! Where the sandbox is served.

use std::path::Path;

use serde_json::json;

use super::json::FORMAT_VERSION;

/// The one line that says to programs where the server is, and which file keeps its state, if one does.
pub fn listening(url: &str, state: Option<&Path>) -> String {
    let mut line = json!({ "formatVersion": FORMAT_VERSION, "listening": url });
    if let Some(path) = state {
        line["state"] = json!(path.to_string_lossy());
    }
    format!("{line}\n")
}
