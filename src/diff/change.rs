use serde_json::Value;

use crate::catalog::Reset;
use crate::path::Path;

/// What the differ must know besides the two sides.
pub struct Rules<'a> {
    /// `policy.omitted: keep` for a path of the resource: what is not written stays as it is live.
    pub keeps: &'a dyn Fn(&Path) -> bool,
    /// `policy.ignore` for a path of the resource: it stays as it is live, written or not.
    pub ignores: &'a dyn Fn(&Path) -> bool,
    /// The generation of fields last applied to the pool; newer ones stay as they are until they are written.
    pub generation: u32,
    /// How the live secret at a path of the resource compares with the one that its reference names.
    pub secret: &'a dyn Fn(&Path) -> SecretState,
}

/// How a live secret compares with the one that a manifest refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretState {
    /// It is the same.
    Same,
    /// It is another.
    Changed,
    /// Nobody looked, or nobody can: what the service never returns.
    NotCompared,
}

impl SecretState {
    /// The state as output shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "changed",
            Self::NotCompared => "not compared",
        }
    }
}

/// How a field changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It has no value yet.
    Add,
    /// It has another value.
    Modify,
    /// It loses its value, because the manifest says so.
    Remove,
    /// It goes back to its default, only because a written section omits it.
    Reset,
}

/// One change of one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The field, from its resource.
    pub path: Path,
    /// How it changes.
    pub kind: ChangeKind,
    /// The live value; `None` is absence.
    pub before: Option<Value>,
    /// The value to be; `None` is absence.
    pub after: Option<Value>,
    /// How absence is written, or a default restored.
    pub reset: Reset,
    /// Whether the change weakens security.
    pub weakens: bool,
    /// Whether the value is a secret, which no output shows.
    pub secret: bool,
    /// The `applicationType` that the value comes from, where the manifest does not say it itself.
    pub preset: Option<&'static str>,
}

/// A written value that differs from a live one that cannot change.
#[derive(Debug, Clone, PartialEq)]
pub struct Immutable {
    /// The field, from its resource.
    pub path: Path,
    /// The live value.
    pub live: Option<Value>,
    /// The written value.
    pub written: Option<Value>,
}

/// Everything the differ found about one resource.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Difference {
    /// What an update has to write.
    pub changes: Vec<Change>,
    /// What no update can write.
    pub immutable: Vec<Immutable>,
    /// Members of collections that are live and not declared.
    pub unmanaged: Vec<Path>,
    /// Differences that `policy.ignore` leaves alone.
    pub ignored: Vec<Path>,
    /// Fields newer than the generation last applied, left as they are live.
    pub new_in_this_version: Vec<Path>,
    /// Written secrets that are live too and are no change.
    pub secrets: Vec<(Path, SecretState)>,
    /// Written values whose live ones could not be fetched, and why.
    pub not_compared: Vec<(Path, String)>,
}
