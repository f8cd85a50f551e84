use serde_json::{Map, Value};

/// A call that a plan makes.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// `CreateUserPool`.
    CreatePool {
        /// The pool's name.
        name: String,
        /// The tags that mark its owner.
        ownership: Map<String, Value>,
    },
    /// `AddCustomAttributes`.
    AddAttributes,
    /// `UpdateUserPool`.
    UpdatePool {
        /// The pool's new name, if it is renamed.
        rename: Option<String>,
    },
    /// `SetUserPoolMfaConfig`.
    SetMfa,
    /// `TagResource` and `UntagResource`.
    Tag {
        /// The tags that mark the pool's owner, where they are missing.
        ownership: Map<String, Value>,
    },
    /// `CreateUserPoolClient`.
    CreateClient {
        /// The client's name.
        name: String,
    },
    /// `UpdateUserPoolClient`.
    UpdateClient {
        /// The client.
        client_id: String,
    },
    /// `DeleteUserPoolClient`.
    DeleteClient {
        /// The client.
        client_id: String,
        /// Its name.
        name: String,
    },
}

impl Action {
    /// What the call does to its resource.
    pub const fn verb(&self) -> Verb {
        match self {
            Self::CreatePool { .. } | Self::CreateClient { .. } => Verb::Create,
            Self::DeleteClient { .. } => Verb::Delete,
            Self::AddAttributes
            | Self::UpdatePool { .. }
            | Self::SetMfa
            | Self::Tag { .. }
            | Self::UpdateClient { .. } => Verb::Update,
        }
    }

    /// The live client that the call is about, if it is about one.
    pub fn client_id(&self) -> Option<&str> {
        match self {
            Self::UpdateClient { client_id } | Self::DeleteClient { client_id, .. } => Some(client_id),
            Self::CreatePool { .. }
            | Self::AddAttributes
            | Self::UpdatePool { .. }
            | Self::SetMfa
            | Self::Tag { .. }
            | Self::CreateClient { .. } => None,
        }
    }

    /// The API operation.
    pub const fn operation(&self) -> &'static str {
        match self {
            Self::CreatePool { .. } => "CreateUserPool",
            Self::AddAttributes => "AddCustomAttributes",
            Self::UpdatePool { .. } => "UpdateUserPool",
            Self::SetMfa => "SetUserPoolMfaConfig",
            Self::Tag { .. } => "TagResource",
            Self::CreateClient { .. } => "CreateUserPoolClient",
            Self::UpdateClient { .. } => "UpdateUserPoolClient",
            Self::DeleteClient { .. } => "DeleteUserPoolClient",
        }
    }
}

/// What happens to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is deleted.
    Delete,
}
