//! AWS's own service model, flattened: every leaf input member of the configuration operations.

use std::sync::LazyLock;

use serde::Deserialize;

/// The model's members and operations, read once from `config-surface.json`.
pub static SURFACE: LazyLock<Surface> = LazyLock::new(|| {
    serde_json::from_str(include_str!("config-surface.json"))
        .expect("config-surface.json is part of the build and is read by tests")
});

/// The flattened model.
#[derive(Debug, Deserialize)]
pub struct Surface {
    /// Where the rest comes from.
    pub source: Source,
    /// The operations that configure something, or read what is configured.
    pub configuration_operations: Vec<String>,
    /// One entry per leaf input member and operation.
    pub members: Vec<Member>,
}

/// The model itself.
#[derive(Debug, Deserialize)]
pub struct Source {
    /// Every operation of the API, those about users too.
    pub all_operations: Vec<String>,
}

/// One leaf input member of one operation.
///
/// In `path`, `a.b` is a structure's member, `a[]` an element of a list, `a{}` a value of a map.
#[derive(Debug, Deserialize)]
pub struct Member {
    /// The operation, for example `UpdateUserPool`.
    pub op: String,
    /// Where the member stands in the operation's input.
    pub path: String,
    /// `string`, `integer`, `boolean`, `timestamp`, `blob` or `document`.
    pub r#type: String,
    /// Whether its structure requires it.
    #[serde(default)]
    pub required: bool,
    /// The smallest number, or the shortest string in characters.
    pub min: Option<u64>,
    /// The largest number, or the longest string in characters.
    pub max: Option<u64>,
    /// What a whole value must match.
    pub pattern: Option<String>,
    /// Whether its value must not be shown.
    #[serde(default)]
    pub sensitive: bool,
    /// The values it may have.
    pub r#enum: Option<Vec<String>>,
    /// The lists and maps that it lies in, outermost first.
    #[serde(default)]
    pub containers: Vec<Container>,
}

/// A list or map on the way to a member.
#[derive(Debug, Deserialize)]
pub struct Container {
    /// Where it stands, in the notation of [`Member::path`].
    pub path: String,
    /// `list` or `map`.
    pub kind: String,
    /// The fewest elements.
    pub min: Option<u64>,
    /// The most elements.
    pub max: Option<u64>,
    /// The shortest key of a map, in characters.
    pub key_min: Option<u64>,
    /// The longest key of a map, in characters.
    pub key_max: Option<u64>,
    /// What a whole key of a map must match.
    pub key_pattern: Option<String>,
}

impl Surface {
    /// The members of one operation, in the model's order.
    pub fn of<'a>(&'a self, operation: &'a str) -> impl Iterator<Item = &'a Member> {
        self.members.iter().filter(move |member| member.op == operation)
    }
}
