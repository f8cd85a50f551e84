//! `replicas`: copies of the pool in other Regions.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::pass_through::PassThrough;
use super::settings::platform::TagValue;

/// The pool in another Region. Its key must be a multi-Region key of your own (`settings.keyConfiguration`).
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Replica {
    /// Whether the replica serves users. A new one is `INACTIVE`, whatever is written; a second call then makes it
    /// `ACTIVE`. Left out, it stays as it is live: taking it out of service costs users.
    #[schemars(extend("x-operation" = "UpdateUserPoolReplica", "x-omitted" = "live"))]
    pub status: Option<ReplicaStatus>,

    /// Tags of the replica, apart from the pool's own. They are given to a new one; afterwards no answer shows them, so
    /// they are neither compared nor changed.
    #[schemars(extend(
        "propertyNames" = { "minLength": 1, "maxLength": 128 },
        "x-create-only" = true,
        "x-never-returned" = true,
        "examples" = [{ "team": "identity" }]
    ))]
    pub user_pool_tags: Option<BTreeMap<String, TagValue>>,

    /// Members of the API that this version does not know yet, by their paths in the API's own names.
    pub pass_through: Option<PassThrough>,
}

/// Whether a replica serves users.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReplicaStatus {
    /// It does.
    Active,
    /// It can be configured, and serves nobody.
    Inactive,
}
