use std::fmt;

/// Declares an operation enum whose variants are named as the API names its operations.
macro_rules! operations {
    ($(#[$meta:meta])* $name:ident { $($variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $(#[doc = concat!("The API operation `", stringify!($variant), "`.")] $variant),+
        }

        impl $name {
            /// Every operation, in the order of its declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The operation's name in the API, as in `x-amz-target`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),+ }
            }

            /// The operation of a name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|operation| operation.name() == name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

operations! {
    /// The operations that only read.
    ReadOperation {
        DescribeIdentityProvider,
        DescribeManagedLoginBranding,
        DescribeManagedLoginBrandingByClient,
        DescribeResourceServer,
        DescribeRiskConfiguration,
        DescribeTerms,
        DescribeTermsByClient,
        DescribeUserPool,
        DescribeUserPoolClient,
        DescribeUserPoolDomain,
        GetGroup,
        GetLogDeliveryConfiguration,
        GetProvisionedLimit,
        GetUICustomization,
        GetUserPoolClientSessionConfiguration,
        GetUserPoolMfaConfig,
        GetUserPoolSessionConfiguration,
        ListGroups,
        ListIdentityProviders,
        ListResourceServers,
        ListTerms,
        ListUserPoolClientSecrets,
        ListUserPoolClients,
        ListUserPoolReplicas,
        ListUserPools,
    }
}

operations! {
    /// The operations that change something.
    WriteOperation {
        AddCustomAttributes,
        AddUserPoolClientSecret,
        CreateGroup,
        CreateIdentityProvider,
        CreateManagedLoginBranding,
        CreateResourceServer,
        CreateTerms,
        CreateUserPool,
        CreateUserPoolClient,
        CreateUserPoolDomain,
        CreateUserPoolReplica,
        DeleteGroup,
        DeleteIdentityProvider,
        DeleteManagedLoginBranding,
        DeleteResourceServer,
        DeleteTerms,
        DeleteUserPool,
        DeleteUserPoolClient,
        DeleteUserPoolClientSecret,
        DeleteUserPoolDomain,
        DeleteUserPoolReplica,
        SetLogDeliveryConfiguration,
        SetRiskConfiguration,
        SetUICustomization,
        SetUserPoolClientSessionConfiguration,
        SetUserPoolMfaConfig,
        SetUserPoolSessionConfiguration,
        TagResource,
        UntagResource,
        UpdateGroup,
        UpdateIdentityProvider,
        UpdateManagedLoginBranding,
        UpdateProvisionedLimit,
        UpdateResourceServer,
        UpdateTerms,
        UpdateUserPool,
        UpdateUserPoolClient,
        UpdateUserPoolDomain,
        UpdateUserPoolReplica,
    }
}

operations! {
    /// Reads of the configuration surface that say nothing which the others do not say. Nobody here calls them; a server
    /// that speaks the whole protocol answers them.
    OtherOperation {
        GetIdentityProviderByIdentifier,
        GetSigningCertificate,
        ListTagsForResource,
    }
}
