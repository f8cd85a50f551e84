use crate::path::Path;

/// Something that the plan refuses to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule.
    pub rule: RefusalRule,
    /// The resource or field.
    pub address: Path,
    /// What is refused.
    pub message: String,
    /// The way out.
    pub help: String,
    /// Where the manifest says it: `file:line:column`.
    pub place: Option<String>,
}

/// Why something is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefusalRule {
    /// The pool lies in another account than the environment says.
    Account,
    /// Several live clients have the name of a declared one.
    Ambiguous,
    /// Two manifests mean one live pool, one by its name and one by its id.
    SamePool,
    /// A declared client's `clientId` is not there.
    Gone,
    /// A value that is fixed at creation differs.
    Immutable,
    /// The pool belongs to somebody else.
    Owner,
    /// Pruning without the complete set, or without an owner.
    Prune,
    /// A domain would take the place of another.
    Replace,
    /// Fields would go back to their defaults only because the manifest omits them.
    Reset,
    /// A client's secret would end that applications may still use.
    Secret,
    /// The service refuses the state, or every way to it.
    State,
}

impl RefusalRule {
    /// The rule's name, as output shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Ambiguous => "ambiguous",
            Self::SamePool => "same-pool",
            Self::Gone => "gone",
            Self::Immutable => "immutable",
            Self::Owner => "owner",
            Self::Prune => "prune",
            Self::Replace => "replace",
            Self::Reset => "reset",
            Self::Secret => "secret",
            Self::State => "state",
        }
    }

    /// Whether it stops the whole run, or only its own resource.
    pub const fn stops_the_run(self) -> bool {
        !matches!(self, Self::Ambiguous | Self::Gone)
    }
}
