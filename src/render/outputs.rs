//! Ids and URLs, for people, for programs, and for environment files.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::{json, style};
use crate::outputs::Outputs;

/// For people.
pub fn human(pools: &[Outputs]) -> String {
    let mut text = String::new();
    for pool in pools {
        let name = style::NAME;
        let _ = writeln!(text, "{name}{}{name:#}", pool.key);
        let entries = pool.entries();
        let width = entries.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        for (name, value) in entries {
            let _ = writeln!(text, "  {name:<width$}  {value}");
        }
    }
    text
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutputsV1<'a> {
    format_version: u32,
    pools: &'a [Outputs],
}

/// For programs.
pub fn json(pools: &[Outputs]) -> String {
    json::text(&OutputsV1 { format_version: json::FORMAT_VERSION, pools })
}

/// Lines `NAME=value`, the names beginning with the pool's: `CUSTOMERS_CLIENT_WEB_ID`.
///
/// # Errors
/// Two things that would have one name.
pub fn dotenv(pools: &[Outputs]) -> Result<String, String> {
    let mut lines: BTreeMap<String, &str> = BTreeMap::new();
    let mut text = String::new();
    for pool in pools {
        for (name, value) in pool.entries() {
            let name = variable(&format!("{} {name}", pool.key));
            if lines.insert(name.clone(), value).is_some() {
                return Err(format!("two values would be called {name}"));
            }
            let _ = writeln!(text, "{name}={value}");
        }
    }
    Ok(text)
}

/// A name as environment variables have it.
fn variable(name: &str) -> String {
    let letters = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    let name: String = letters.collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}
