use serde_json::{Map, Value};

use crate::catalog::{CLIENT, CLIENT_SECRETS, Calls, Kind, LIMIT, Records, SETTINGS};

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
    /// Replaces as a whole what a pool or a client has one of.
    SetAttached {
        /// What it is.
        kind: &'static Kind,
        /// Whose it is.
        owner: Owner,
    },
    /// Creates a record of a client.
    CreateRecord(Record),
    /// Changes a record of a client.
    UpdateRecord(Record),
    /// Takes everything out of a record of a client, whose updates leave alone what they do not name.
    ClearRecord(Record),
    /// Deletes a record of a client.
    DeleteRecord(Record),
    /// `AddUserPoolClientSecret`.
    AddSecret {
        /// The client.
        owner: Owner,
    },
    /// `DeleteUserPoolClientSecret`.
    DeleteSecret {
        /// The client.
        client_id: String,
        /// The secret's id.
        secret_id: String,
    },
    /// `UpdateProvisionedLimit`, of the account and no pool.
    SetLimit {
        /// The API category.
        category: String,
        /// What of it is free, in requests a second.
        free: i64,
    },
    /// Creates a resource that its name identifies.
    CreateMember {
        /// What it is.
        kind: &'static Kind,
        /// Its name.
        name: String,
        /// The domain whose place it takes, and which must be gone before.
        replaces: Option<String>,
    },
    /// Changes a resource that its name identifies.
    UpdateMember {
        /// What it is.
        kind: &'static Kind,
        /// Its name.
        name: String,
    },
    /// Deletes a resource that its name identifies.
    DeleteMember {
        /// What it is.
        kind: &'static Kind,
        /// Its name.
        name: String,
    },
}

/// Whose something is of which there is one each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// The pool's.
    Pool,
    /// A client's.
    Client {
        /// The client's key in the manifest.
        key: String,
        /// Its id; `None` while it does not exist.
        id: Option<String>,
    },
}

/// What belongs to a client and has an id of its own, which is looked up when it is needed.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// What it is.
    pub kind: &'static Kind,
    /// The client that it belongs to.
    pub owner: Owner,
    /// Its name, if a client can have several.
    pub name: Option<String>,
}

impl Action {
    /// What the call does to its resource.
    pub fn verb(&self) -> Verb {
        match self {
            Self::CreatePool { .. }
            | Self::CreateClient { .. }
            | Self::CreateRecord(_)
            | Self::CreateMember { .. } => Verb::Create,
            Self::DeleteClient { .. } | Self::DeleteRecord(_) | Self::DeleteMember { .. } => Verb::Delete,
            Self::AddAttributes
            | Self::UpdatePool { .. }
            | Self::SetMfa
            | Self::Tag { .. }
            | Self::UpdateClient { .. }
            | Self::SetAttached { .. }
            | Self::UpdateRecord(_)
            | Self::ClearRecord(_)
            | Self::AddSecret { .. }
            | Self::DeleteSecret { .. }
            | Self::SetLimit { .. }
            | Self::UpdateMember { .. } => Verb::Update,
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
            | Self::CreateClient { .. }
            | Self::SetAttached { .. }
            | Self::CreateRecord(_)
            | Self::UpdateRecord(_)
            | Self::ClearRecord(_)
            | Self::DeleteRecord(_)
            | Self::AddSecret { .. }
            | Self::DeleteSecret { .. }
            | Self::SetLimit { .. }
            | Self::CreateMember { .. }
            | Self::UpdateMember { .. }
            | Self::DeleteMember { .. } => None,
        }
    }

    /// What kind of resource the call is about.
    pub fn kind(&self) -> &'static Kind {
        match self {
            Self::CreatePool { .. }
            | Self::AddAttributes
            | Self::UpdatePool { .. }
            | Self::SetMfa
            | Self::Tag { .. } => &SETTINGS,
            Self::CreateClient { .. } | Self::UpdateClient { .. } | Self::DeleteClient { .. } => &CLIENT,
            Self::CreateRecord(record)
            | Self::UpdateRecord(record)
            | Self::ClearRecord(record)
            | Self::DeleteRecord(record) => record.kind,
            Self::AddSecret { .. } | Self::DeleteSecret { .. } => &CLIENT_SECRETS,
            Self::SetLimit { .. } => &LIMIT,
            Self::SetAttached { kind, .. }
            | Self::CreateMember { kind, .. }
            | Self::UpdateMember { kind, .. }
            | Self::DeleteMember { kind, .. } => kind,
        }
    }

    /// The API operation.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::CreatePool { .. } => "CreateUserPool",
            Self::AddAttributes => "AddCustomAttributes",
            Self::UpdatePool { .. } => "UpdateUserPool",
            Self::SetMfa => "SetUserPoolMfaConfig",
            Self::Tag { .. } => "TagResource",
            Self::CreateClient { .. } => "CreateUserPoolClient",
            Self::UpdateClient { .. } => "UpdateUserPoolClient",
            Self::DeleteClient { .. } => "DeleteUserPoolClient",
            Self::AddSecret { .. } => "AddUserPoolClientSecret",
            Self::DeleteSecret { .. } => "DeleteUserPoolClientSecret",
            Self::SetLimit { .. } => "UpdateProvisionedLimit",
            Self::SetAttached { kind, .. } => kind.attached.map_or("", |attached| attached.set.name()),
            Self::CreateRecord(record) => record_call(record, |calls| calls.create.name()),
            Self::UpdateRecord(record) | Self::ClearRecord(record) => {
                record_call(record, |calls| calls.update.name())
            }
            Self::DeleteRecord(record) => record_call(record, |calls| calls.delete.name()),
            Self::CreateMember { kind, .. } => call(kind, |calls| calls.create.name()),
            Self::UpdateMember { kind, .. } => call(kind, |calls| calls.update.name()),
            Self::DeleteMember { kind, .. } => call(kind, |calls| calls.delete.name()),
        }
    }
}

fn call(kind: &Kind, name: fn(&Calls) -> &'static str) -> &'static str {
    kind.calls.as_ref().map_or("", name)
}

fn record_call(record: &Record, name: fn(&Records) -> &'static str) -> &'static str {
    record.kind.records.as_ref().map_or("", name)
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
