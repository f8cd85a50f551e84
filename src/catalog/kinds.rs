//! The entry of each kind.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Attached, Calls, Field, Kind, List, Records, Variants};
use crate::cognito::{ReadOperation, WriteOperation};

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

/// `provisionedLimits` of an environment: no pool's, but the account's.
pub static LIMIT: LazyLock<Kind> = LazyLock::new(|| {
    let schema = crate::manifest::schema::generate::<crate::manifest::limits::RequestsPerSecond>();
    Kind {
        section: "provisionedLimits",
        noun: "provisioned limit",
        root: Field::from_schema("provisionedLimits", &schema),
        variants: None,
        answer_only: &[],
        calls: None,
        attached: None,
        records: None,
    }
});

/// What names a category's limit in requests and answers.
pub fn limit_definition(category: &str) -> Value {
    json!({ "LimitClass": "API_CATEGORY", "Attributes": { "Category": category } })
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
