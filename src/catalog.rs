//! What cognitops manages: one entry per kind, and the table of its fields.
//!
//! The table is the manifest's JSON schema, walked once. What a field does (its default, what its absence
//! means, how it is reset and sent) stands on the field and is read from here by differ, planner and body.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::cognito::{ReadOperation, WriteOperation};

mod field;
pub mod presets;

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

/// What stands in the place of a secret of an answer.
pub const HIDDEN_SECRET: &str = "(hidden)";

/// A kind of resource.
#[derive(Debug)]
pub struct Kind {
    /// Its key in a manifest.
    pub section: &'static str,
    /// What people call one of it.
    pub noun: &'static str,
    /// Its fields, as one block.
    pub root: Field,
    /// Where it is a union: the fields of each branch.
    pub variants: Option<Variants>,
    /// Members of its answers that no request takes: computed, or another spelling of a fact that has a field.
    pub answer_only: &'static [&'static str],
    /// How one of it is called by its name; `None` for what has calls of its own.
    pub calls: Option<Calls>,
    /// How it is called, if a pool or a client has one of it.
    pub attached: Option<Attached>,
}

/// The branches of a union, told apart by one member.
#[derive(Debug)]
pub struct Variants {
    /// The member that tells them apart, in the manifest's name.
    pub discriminator: &'static str,
    /// The fields by that member's value.
    pub roots: BTreeMap<String, Field>,
}

/// The operations on what a pool, or each of its clients, has one of.
#[derive(Debug, Clone, Copy)]
pub struct Attached {
    /// Whether it is a client's, in the client's own section; else it is the pool's.
    pub of_client: bool,
    /// Reads it.
    pub read: ReadOperation,
    /// The member of the answer that holds it; `None` if the answer itself does.
    pub answered: Option<&'static str>,
    /// Replaces it as a whole.
    pub set: WriteOperation,
    /// The list of its answers and requests that a manifest has as a map, and the member that is the key there.
    pub listed: Option<(&'static str, &'static str)>,
}

/// The operations on the resources of a kind that their names identify.
#[derive(Debug, Clone, Copy)]
pub struct Calls {
    /// The member of requests that names one.
    pub identity: &'static str,
    /// Creates one.
    pub create: WriteOperation,
    /// Changes one.
    pub update: WriteOperation,
    /// Deletes one.
    pub delete: WriteOperation,
    /// Reads one; where it is what lists all, one is looked up in that.
    pub describe: ReadOperation,
    /// The member of its answer that holds the resource.
    pub described: &'static str,
    /// Whether its input names the pool too.
    pub in_pool: bool,
    /// Whether an update leaves alone what it does not name.
    pub patches: bool,
    /// Lists all of a pool; `None` where the pool itself names them.
    pub list: Option<List>,
}

/// How the resources of a kind are listed.
#[derive(Debug, Clone, Copy)]
pub struct List {
    /// The operation.
    pub operation: ReadOperation,
    /// The member of its answer that holds the resources.
    pub listed: &'static str,
    /// The member of its input that bounds a page.
    pub page_member: &'static str,
    /// The most that a page holds; 0 where no input bounds it.
    pub page: u64,
    /// Whether its entries are whole documents, so that none needs to be read by itself.
    pub whole: bool,
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.section == other.section && self.is_of_client() == other.is_of_client()
    }
}

impl Eq for Kind {}

impl Kind {
    /// Whether each client has one of its own.
    pub fn is_of_client(&self) -> bool {
        self.attached.is_some_and(|attached| attached.of_client)
    }

    /// The fields of a document of this kind, in the manifest's names or the API's.
    pub fn fields(&self, document: &Value) -> &Field {
        let Some(variants) = &self.variants else { return &self.root };
        let api_name = self.root.member(variants.discriminator).map_or("", |field| field.api_name.as_str());
        let value = document[variants.discriminator].as_str().or_else(|| document[api_name].as_str());
        value.and_then(|value| variants.roots.get(value)).unwrap_or(&self.root)
    }
}

/// `settings`: what `CreateUserPool`, `UpdateUserPool` and `SetUserPoolMfaConfig` configure.
pub static SETTINGS: LazyLock<Kind> = LazyLock::new(|| Kind {
    section: "settings",
    noun: "user pool",
    root: Field::from_schema("settings", &crate::manifest::schema()["properties"]["settings"]),
    variants: None,
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
    calls: None,
    attached: None,
});

/// `clients`: what `CreateUserPoolClient` and `UpdateUserPoolClient` configure.
pub static CLIENT: LazyLock<Kind> = LazyLock::new(|| Kind {
    section: "clients",
    noun: "app client",
    root: Field::from_schema("clients", item_schema("clients")),
    variants: None,
    answer_only: &["ClientId", "ClientType", "CreationDate", "LastModifiedDate", "UserPoolId"],
    calls: None,
    attached: None,
});

/// `resourceServers`.
pub static RESOURCE_SERVER: LazyLock<Kind> = LazyLock::new(|| Kind {
    section: "resourceServers",
    noun: "resource server",
    root: Field::from_schema("resourceServers", item_schema("resourceServers")),
    variants: None,
    answer_only: &["Identifier", "ManagedBy", "UserPoolId"],
    calls: Some(Calls {
        identity: "Identifier",
        create: WriteOperation::CreateResourceServer,
        update: WriteOperation::UpdateResourceServer,
        delete: WriteOperation::DeleteResourceServer,
        describe: ReadOperation::DescribeResourceServer,
        described: "ResourceServer",
        in_pool: true,
        patches: false,
        list: Some(List {
            operation: ReadOperation::ListResourceServers,
            listed: "ResourceServers",
            page_member: "MaxResults",
            page: 50,
            whole: true,
        }),
    }),
    attached: None,
});

/// `identityProviders`.
pub static IDENTITY_PROVIDER: LazyLock<Kind> = LazyLock::new(|| {
    let schema = item_schema("identityProviders");
    let branches = schema["oneOf"].as_array().into_iter().flatten();
    let roots = branches.filter_map(|branch| {
        let value = branch["properties"]["providerType"]["const"].as_str()?;
        Some((value.to_owned(), Field::from_schema("identityProviders", branch)))
    });
    Kind {
        section: "identityProviders",
        noun: "identity provider",
        root: Field::from_schema("identityProviders", schema),
        variants: Some(Variants { discriminator: "providerType", roots: roots.collect() }),
        answer_only: &["CreationDate", "LastModifiedDate", "ProviderName", "UserPoolId"],
        calls: Some(Calls {
            identity: "ProviderName",
            create: WriteOperation::CreateIdentityProvider,
            update: WriteOperation::UpdateIdentityProvider,
            delete: WriteOperation::DeleteIdentityProvider,
            describe: ReadOperation::DescribeIdentityProvider,
            described: "IdentityProvider",
            in_pool: true,
            patches: false,
            list: Some(List {
                operation: ReadOperation::ListIdentityProviders,
                listed: "Providers",
                page_member: "MaxResults",
                page: 60,
                whole: false,
            }),
        }),
        attached: None,
    }
});

/// `groups`.
pub static GROUP: LazyLock<Kind> = LazyLock::new(|| Kind {
    section: "groups",
    noun: "group",
    root: Field::from_schema("groups", item_schema("groups")),
    variants: None,
    answer_only: &["CreationDate", "GroupName", "LastModifiedDate", "UserPoolId"],
    calls: Some(Calls {
        identity: "GroupName",
        create: WriteOperation::CreateGroup,
        update: WriteOperation::UpdateGroup,
        delete: WriteOperation::DeleteGroup,
        describe: ReadOperation::GetGroup,
        described: "Group",
        in_pool: true,
        patches: false,
        list: Some(List {
            operation: ReadOperation::ListGroups,
            listed: "Groups",
            page_member: "Limit",
            page: 60,
            whole: true,
        }),
    }),
    attached: None,
});

/// `domains`.
pub static DOMAIN: LazyLock<Kind> = LazyLock::new(|| Kind {
    section: "domains",
    noun: "domain",
    root: Field::from_schema("domains", item_schema("domains")),
    variants: None,
    answer_only: &[
        "AWSAccountId",
        "CloudFrontDistribution",
        "Domain",
        "S3Bucket",
        "Status",
        "UserPoolId",
        "Version",
    ],
    calls: Some(Calls {
        identity: "Domain",
        create: WriteOperation::CreateUserPoolDomain,
        update: WriteOperation::UpdateUserPoolDomain,
        delete: WriteOperation::DeleteUserPoolDomain,
        describe: ReadOperation::DescribeUserPoolDomain,
        described: "DomainDescription",
        in_pool: false,
        patches: true,
        list: None,
    }),
    attached: None,
});

/// `replicas`: nothing describes one, so it is looked up in the list.
pub static REPLICA: LazyLock<Kind> = LazyLock::new(|| Kind {
    section: "replicas",
    noun: "replica",
    root: Field::from_schema("replicas", item_schema("replicas")),
    variants: None,
    answer_only: &["RegionName", "Role", "UserPoolArn"],
    calls: Some(Calls {
        identity: "RegionName",
        create: WriteOperation::CreateUserPoolReplica,
        update: WriteOperation::UpdateUserPoolReplica,
        delete: WriteOperation::DeleteUserPoolReplica,
        describe: ReadOperation::ListUserPoolReplicas,
        described: "UserPoolReplica",
        in_pool: true,
        patches: true,
        list: Some(List {
            operation: ReadOperation::ListUserPoolReplicas,
            listed: "UserPoolReplicas",
            page_member: "",
            page: 0,
            whole: true,
        }),
    }),
    attached: None,
});

/// `riskConfiguration` of a pool.
pub static RISK: LazyLock<Kind> = LazyLock::new(|| Kind {
    attached: Some(Attached {
        of_client: false,
        read: ReadOperation::DescribeRiskConfiguration,
        answered: Some("RiskConfiguration"),
        set: WriteOperation::SetRiskConfiguration,
        listed: None,
    }),
    ..attached("riskConfiguration", "risk configuration", pool_schema("riskConfiguration"))
});

/// `riskConfiguration` of a client.
pub static CLIENT_RISK: LazyLock<Kind> = LazyLock::new(|| Kind {
    attached: RISK.attached.map(|calls| Attached { of_client: true, ..calls }),
    ..attached("riskConfiguration", "risk configuration", client_schema("riskConfiguration"))
});

/// `logDelivery`.
pub static LOG_DELIVERY: LazyLock<Kind> = LazyLock::new(|| Kind {
    attached: Some(Attached {
        of_client: false,
        read: ReadOperation::GetLogDeliveryConfiguration,
        answered: Some("LogDeliveryConfiguration"),
        set: WriteOperation::SetLogDeliveryConfiguration,
        listed: Some(("LogConfigurations", "EventSource")),
    }),
    ..attached("logDelivery", "log delivery", pool_schema("logDelivery"))
});

/// `sessionConfiguration` of a pool.
pub static SESSION: LazyLock<Kind> = LazyLock::new(|| Kind {
    attached: Some(Attached {
        of_client: false,
        read: ReadOperation::GetUserPoolSessionConfiguration,
        answered: None,
        set: WriteOperation::SetUserPoolSessionConfiguration,
        listed: None,
    }),
    ..attached("sessionConfiguration", "session configuration", pool_schema("sessionConfiguration"))
});

/// `sessionConfiguration` of a client.
pub static CLIENT_SESSION: LazyLock<Kind> = LazyLock::new(|| Kind {
    attached: Some(Attached {
        of_client: true,
        read: ReadOperation::GetUserPoolClientSessionConfiguration,
        answered: None,
        set: WriteOperation::SetUserPoolClientSessionConfiguration,
        listed: None,
    }),
    ..attached("sessionConfiguration", "session configuration", client_schema("sessionConfiguration"))
});

/// `secrets` of a client: of them there are one or two, and no read returns their values.
pub static CLIENT_SECRETS: LazyLock<Kind> =
    LazyLock::new(|| attached("secrets", "client secrets", client_schema("secrets")));

/// Every kind that a client has in a section of its own.
pub fn client_sections() -> impl Iterator<Item = &'static LazyLock<Kind>> {
    ATTACHED.into_iter().filter(|kind| kind.is_of_client()).chain([&CLIENT_SECRETS])
}

/// Every kind of which a pool or a client has one, in the order in which a plan sets them.
pub static ATTACHED: [&LazyLock<Kind>; 5] = [&SESSION, &CLIENT_SESSION, &RISK, &CLIENT_RISK, &LOG_DELIVERY];

/// A kind of which a pool or a client has one; its calls have yet to be said.
fn attached(section: &'static str, noun: &'static str, schema: &Value) -> Kind {
    Kind {
        section,
        noun,
        root: Field::from_schema(section, schema),
        variants: None,
        answer_only: &["ClientId", "LastModifiedDate", "UserPoolId"],
        calls: None,
        attached: None,
    }
}

/// Every kind with resources of its own in a manifest, in the order in which a plan makes them.
pub static KINDS: [&LazyLock<Kind>; 7] =
    [&SETTINGS, &RESOURCE_SERVER, &IDENTITY_PROVIDER, &GROUP, &CLIENT, &DOMAIN, &REPLICA];

fn pool_schema(section: &str) -> &'static Value {
    &crate::manifest::schema()["properties"][section]
}

fn client_schema(section: &str) -> &'static Value {
    &item_schema("clients")["properties"][section]
}

fn item_schema(section: &str) -> &'static Value {
    &crate::manifest::schema()["properties"][section]["additionalProperties"]
}
