//! How many requests a second Cognito lets an account make in a Region.
//!
//! Read from "Quotas in Amazon Cognito" of the developer guide. Operations that it does not list (log delivery, client
//! secrets, terms, replicas, sessions) are of no category here: what holds for them is not known.

use serde_json::Value;

/// Operations that share a quota.
#[derive(Debug, PartialEq, Eq)]
pub struct Category {
    /// Its name in the quotas.
    pub name: &'static str,
    /// Requests a second, of all its operations in all pools of an account and Region.
    pub rate: u32,
    /// Whether each operation is held to [`RATE_IN_A_POOL`] in each pool too.
    pub in_pools: bool,
    /// Its operations.
    pub operations: &'static [&'static str],
}

/// Requests a second of one operation in one pool, where the category has such a limit.
pub const RATE_IN_A_POOL: u32 = 5;

/// The categories of the control plane.
pub const CATEGORIES: [Category; 7] = [
    Category {
        name: "UserPoolRead",
        rate: 15,
        in_pools: false,
        operations: &["DescribeUserPool", "ListUserPools"],
    },
    Category {
        name: "UserPoolUpdate",
        rate: 15,
        in_pools: false,
        operations: &["CreateUserPool", "DeleteUserPool", "UpdateUserPool"],
    },
    Category {
        name: "UserPoolResourceRead",
        rate: 20,
        in_pools: true,
        operations: &[
            "DescribeIdentityProvider",
            "DescribeManagedLoginBranding",
            "DescribeManagedLoginBrandingByClient",
            "DescribeResourceServer",
            "DescribeRiskConfiguration",
            "DescribeUserPoolDomain",
            "GetGroup",
            "GetIdentityProviderByIdentifier",
            "GetSigningCertificate",
            "GetUICustomization",
            "GetUserPoolMfaConfig",
            "ListGroups",
            "ListIdentityProviders",
            "ListResourceServers",
            "ListTagsForResource",
        ],
    },
    Category {
        name: "UserPoolResourceUpdate",
        rate: 15,
        in_pools: true,
        operations: &[
            "AddCustomAttributes",
            "CreateGroup",
            "CreateIdentityProvider",
            "CreateManagedLoginBranding",
            "CreateResourceServer",
            "CreateUserPoolDomain",
            "DeleteGroup",
            "DeleteIdentityProvider",
            "DeleteManagedLoginBranding",
            "DeleteResourceServer",
            "DeleteUserPoolDomain",
            "SetRiskConfiguration",
            "SetUICustomization",
            "SetUserPoolMfaConfig",
            "TagResource",
            "UntagResource",
            "UpdateGroup",
            "UpdateIdentityProvider",
            "UpdateManagedLoginBranding",
            "UpdateResourceServer",
            "UpdateUserPoolDomain",
        ],
    },
    Category {
        name: "UserPoolClientRead",
        rate: 15,
        in_pools: true,
        operations: &["DescribeUserPoolClient", "ListUserPoolClients"],
    },
    Category {
        name: "UserPoolClientUpdate",
        rate: 15,
        in_pools: true,
        operations: &["CreateUserPoolClient", "DeleteUserPoolClient", "UpdateUserPoolClient"],
    },
    Category {
        name: "LimitManagement",
        rate: 1,
        in_pools: false,
        operations: &["GetProvisionedLimit", "UpdateProvisionedLimit"],
    },
];

/// The pool that a request names, by its id or its ARN.
pub fn pool_of(input: &Value) -> Option<&str> {
    let of_arn = || input["ResourceArn"].as_str()?.rsplit_once('/').map(|(_, id)| id);
    input["UserPoolId"].as_str().or_else(of_arn)
}

/// The category of an operation, if it has one.
pub fn category(operation: &str) -> Option<&'static Category> {
    CATEGORIES.iter().find(|category| category.operations.contains(&operation))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cognito::surface::SURFACE;

    #[test]
    fn every_operation_is_of_one_category_or_of_none() {
        let all: Vec<&str> = CATEGORIES.iter().flat_map(|category| category.operations).copied().collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        let known: BTreeSet<&str> = SURFACE.configuration_operations.iter().map(String::as_str).collect();
        let of_none: Vec<&str> = known.iter().copied().filter(|name| category(name).is_none()).collect();
        assert!(all.iter().all(|name| known.contains(name)), "{all:?}");
        insta::assert_debug_snapshot!(of_none, @r#"
        [
            "AddUserPoolClientSecret",
            "CreateTerms",
            "CreateUserPoolReplica",
            "DeleteTerms",
            "DeleteUserPoolClientSecret",
            "DeleteUserPoolReplica",
            "DescribeTerms",
            "DescribeTermsByClient",
            "GetLogDeliveryConfiguration",
            "GetUserPoolClientSessionConfiguration",
            "GetUserPoolSessionConfiguration",
            "ListTerms",
            "ListUserPoolClientSecrets",
            "ListUserPoolReplicas",
            "SetLogDeliveryConfiguration",
            "SetUserPoolClientSessionConfiguration",
            "SetUserPoolSessionConfiguration",
            "UpdateTerms",
            "UpdateUserPoolReplica",
        ]
        "#);
    }
}
