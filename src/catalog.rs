//! What cognitops manages: one entry per kind, and the table of its fields.
//!
//! The table is the manifest's JSON schema, walked once. What a field does (its default, what its absence
//! means, how it is reset and sent) stands on the field and is read from here by differ, planner and body.

use std::sync::LazyLock;

use serde_json::Value;

mod field;

pub use field::{Field, Omitted, Reset, SendRule, Shape, Weaker};

/// The generation of fields that this version manages, recorded on a pool as the tag [`SCHEMA_TAG`].
///
/// A field with a higher `x-since` than the recorded generation is left as it is live until it is adopted.
pub const SCHEMA_GENERATION: u32 = 1;

/// The tag that names a pool's owner: `<project>/<environment>/<pool key>`.
pub const OWNER_TAG: &str = "cognitops:managed-by";

/// The tag that holds the [`SCHEMA_GENERATION`] last applied.
pub const SCHEMA_TAG: &str = "cognitops:schema";

/// The tag by which CloudFormation (and with it CDK, SAM and Amplify) marks what it owns.
pub const CLOUDFORMATION_TAG: &str = "aws:cloudformation:stack-id";

/// A kind of resource.
#[derive(Debug)]
pub struct Kind {
    /// Its key in a manifest.
    pub section: &'static str,
    /// What people call one of it.
    pub noun: &'static str,
    /// Its fields, as one block.
    pub root: Field,
    /// Members of its answers that no request takes: computed, or another spelling of a fact that has a field.
    pub answer_only: &'static [&'static str],
}

/// `settings`: what `CreateUserPool`, `UpdateUserPool` and `SetUserPoolMfaConfig` configure.
pub static SETTINGS: LazyLock<Kind> = LazyLock::new(|| Kind {
    section: "settings",
    noun: "user pool",
    root: Field::from_schema("settings", &crate::manifest::schema()["properties"]["settings"]),
    answer_only: &[
        // Computed.
        "Arn",
        "CreationDate",
        "CustomDomain",
        "Domain",
        "EmailConfigurationFailure",
        "EstimatedNumberOfUsers",
        "Id",
        "LastModifiedDate",
        "SmsConfigurationFailure",
        "Status",
        // `pool` and `attributes` under the names that answers give them.
        "Name",
        "SchemaAttributes",
        // Older spellings of `verificationMessageTemplate`'s texts, which they mirror.
        "EmailVerificationMessage",
        "EmailVerificationSubject",
        "SmsVerificationMessage",
    ],
});

/// `clients`: what `CreateUserPoolClient` and `UpdateUserPoolClient` configure.
pub static CLIENT: LazyLock<Kind> = LazyLock::new(|| Kind {
    section: "clients",
    noun: "app client",
    root: Field::from_schema("clients", client_schema(crate::manifest::schema())),
    answer_only: &["ClientId", "ClientType", "CreationDate", "LastModifiedDate", "UserPoolId"],
});

fn client_schema(schema: &Value) -> &Value {
    &schema["properties"]["clients"]["additionalProperties"]
}
