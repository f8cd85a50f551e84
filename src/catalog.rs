//! What cognitops manages: one entry per kind, and the table of its fields.
//!
//! The table is the manifest's JSON schema, walked once. What a field does (its default, what its absence
//! means, how it is reset and sent) stands on the field and is read from here by differ, planner and body.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::cognito::{ReadOperation, WriteOperation};
use crate::path::Path;

mod field;
pub mod presets;

pub use field::{Field, Omitted, PASS_THROUGH, Reset, SendRule, Shape, Weaker};

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

/// What stands in the place of a value that lies behind a URL and could not be fetched, with the reason.
pub fn not_fetched(why: &str) -> Value {
    Value::from(format!("{NOT_FETCHED}{why})"))
}

/// Whether a value is there and not known, because it could not be fetched.
pub fn is_not_fetched(value: &Value) -> bool {
    why_not_fetched(value).is_some()
}

/// Why a value could not be fetched, if that is so.
pub fn why_not_fetched(value: &Value) -> Option<&str> {
    value.as_str()?.strip_prefix(NOT_FETCHED)?.strip_suffix(')')
}

/// No base64 begins like this.
const NOT_FETCHED: &str = "(not fetched: ";

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
    /// How it is called, if a client has records of it.
    pub records: Option<Records>,
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
    /// What stands in the place of a client's id where the pool's is set; nothing if that is left out.
    pub for_all: Option<&'static str>,
    /// The list of its answers and requests that a manifest has as a map, and the member that is the key there.
    pub listed: Option<(&'static str, &'static str)>,
}

/// The operations on records of a client, which have ids that the service gives them.
#[derive(Debug, Clone, Copy)]
pub struct Records {
    /// Reads one by its client.
    pub read: ReadOperation,
    /// The member of answers that holds it.
    pub answered: &'static str,
    /// The member that identifies one.
    pub id: &'static str,
    /// The member that tells those of a client apart, and its values; `None` if a client has one.
    pub names: Option<(&'static str, &'static [&'static str])>,
    /// Creates one.
    pub create: WriteOperation,
    /// Changes one.
    pub update: WriteOperation,
    /// Deletes one.
    pub delete: WriteOperation,
    /// The list of its answers and requests that a manifest has as maps, and the members that are the keys there.
    pub listed: Option<(&'static str, &'static [&'static str])>,
    /// Where an update leaves alone what it does not name: the flag that, alone in a request, takes everything away.
    pub clears: Option<&'static str>,
    /// What the flag takes away.
    pub cleared: &'static [&'static str],
}

impl Records {
    /// The names of all that a client can have; one without a name where it has one.
    pub fn all_names(&self) -> impl Iterator<Item = Option<&'static str>> {
        let one = self.names.is_none().then_some(None);
        self.names.into_iter().flat_map(|(_, names)| names).map(|name| Some(*name)).chain(one)
    }
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
        self.records.is_some() || self.attached.is_some_and(|attached| attached.of_client)
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
    records: None,
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
    records: None,
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
    records: None,
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
        records: None,
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
    records: None,
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
    records: None,
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
    records: None,
});

/// `riskConfiguration` of a pool.
pub static RISK: LazyLock<Kind> = LazyLock::new(|| Kind {
    attached: Some(Attached {
        of_client: false,
        read: ReadOperation::DescribeRiskConfiguration,
        answered: Some("RiskConfiguration"),
        set: WriteOperation::SetRiskConfiguration,
        for_all: None,
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
        for_all: None,
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
        for_all: None,
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
        for_all: None,
        listed: None,
    }),
    ..attached("sessionConfiguration", "session configuration", client_schema("sessionConfiguration"))
});

/// `uiCustomization` of a pool.
pub static UI: LazyLock<Kind> = LazyLock::new(|| Kind {
    answer_only: UI_ANSWERS,
    attached: Some(Attached {
        of_client: false,
        read: ReadOperation::GetUICustomization,
        answered: Some("UICustomization"),
        set: WriteOperation::SetUICustomization,
        for_all: Some("ALL"),
        listed: None,
    }),
    ..attached("uiCustomization", "UI customization", pool_schema("uiCustomization"))
});

/// `uiCustomization` of a client.
pub static CLIENT_UI: LazyLock<Kind> = LazyLock::new(|| Kind {
    answer_only: UI_ANSWERS,
    attached: UI.attached.map(|calls| Attached { of_client: true, ..calls }),
    ..attached("uiCustomization", "UI customization", client_schema("uiCustomization"))
});

/// What the service makes of a UI customization.
const UI_ANSWERS: &[&str] =
    &["CSSVersion", "ClientId", "CreationDate", "ImageUrl", "LastModifiedDate", "UserPoolId"];

/// The kinds, apart from clients, whose resources their names identify.
pub static NAMED: [&LazyLock<Kind>; 5] = [&DOMAIN, &RESOURCE_SERVER, &IDENTITY_PROVIDER, &GROUP, &REPLICA];

/// `secrets` of a client: of them there are one or two, and no read returns their values.
pub static CLIENT_SECRETS: LazyLock<Kind> =
    LazyLock::new(|| attached("secrets", "client secrets", client_schema("secrets")));

/// Every kind of which a pool or a client has one, in the order in which a plan sets them.
pub static ATTACHED: [&LazyLock<Kind>; 7] =
    [&SESSION, &CLIENT_SESSION, &RISK, &CLIENT_RISK, &UI, &CLIENT_UI, &LOG_DELIVERY];

/// `terms` of a client.
pub static TERMS: LazyLock<Kind> = LazyLock::new(|| Kind {
    answer_only: &["ClientId", "CreationDate", "LastModifiedDate", "TermsId", "TermsName", "UserPoolId"],
    records: Some(Records {
        read: ReadOperation::DescribeTermsByClient,
        answered: "Terms",
        id: "TermsId",
        names: Some(("TermsName", &["privacy-policy", "terms-of-use"])),
        create: WriteOperation::CreateTerms,
        update: WriteOperation::UpdateTerms,
        delete: WriteOperation::DeleteTerms,
        listed: None,
        clears: None,
        cleared: &[],
    }),
    ..attached("terms", "terms document", &client_schema("terms")["additionalProperties"])
});

/// `managedLoginBranding` of a client.
pub static BRANDING: LazyLock<Kind> = LazyLock::new(|| Kind {
    answer_only: &["CreationDate", "LastModifiedDate", "ManagedLoginBrandingId", "UserPoolId"],
    records: Some(Records {
        read: ReadOperation::DescribeManagedLoginBrandingByClient,
        answered: "ManagedLoginBranding",
        id: "ManagedLoginBrandingId",
        names: None,
        create: WriteOperation::CreateManagedLoginBranding,
        update: WriteOperation::UpdateManagedLoginBranding,
        delete: WriteOperation::DeleteManagedLoginBranding,
        listed: Some(("Assets", &["Category", "ColorMode"])),
        clears: Some("UseCognitoProvidedValues"),
        cleared: &["Assets", "Settings"],
    }),
    ..attached("managedLoginBranding", "managed login style", client_schema("managedLoginBranding"))
});

/// Every kind of which a client has records, in the order in which a plan makes them.
pub static RECORDS: [&LazyLock<Kind>; 2] = [&BRANDING, &TERMS];

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
        records: None,
    }
}

/// Every kind with resources of its own in a manifest, in the order in which a plan makes them.
pub static KINDS: [&LazyLock<Kind>; 7] =
    [&SETTINGS, &RESOURCE_SERVER, &IDENTITY_PROVIDER, &GROUP, &CLIENT, &DOMAIN, &REPLICA];

/// What a client writes in sections of its own, with the path of each below the client.
pub fn sections_of_client(client: &Value) -> Vec<(&'static Kind, Path, &Value)> {
    let mut all: Vec<(&'static Kind, Path, &Value)> = Vec::new();
    for kind in
        ATTACHED.into_iter().chain(RECORDS).filter(|kind| kind.is_of_client()).chain([&CLIENT_SECRETS])
    {
        let (section, at) = (&client[kind.section], Path::of([kind.section]));
        if kind.records.is_some_and(|records| records.names.is_some()) {
            let members = section.as_object().into_iter().flatten();
            all.extend(members.map(|(name, member)| (&**kind, at.key(name), member)));
        } else {
            all.push((&**kind, at, section));
        }
    }
    all.retain(|(_, _, written)| written.is_object());
    all
}

fn pool_schema(section: &str) -> &'static Value {
    &crate::manifest::schema()["properties"][section]
}

fn client_schema(section: &str) -> &'static Value {
    &item_schema("clients")["properties"][section]
}

fn item_schema(section: &str) -> &'static Value {
    &crate::manifest::schema()["properties"][section]["additionalProperties"]
}
