//! `identityProviders`: other places where users may have their accounts.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::pass_through::PassThrough;
use super::values::Text;

mod details;

pub use details::{
    AmazonDetails, AppleDetails, FacebookDetails, GoogleDetails, OidcDetails, RequestMethod, SamlDetails,
    SigningAlgorithm,
};

/// An identity provider, told apart by `providerType`.
#[derive(Debug)]
pub enum IdentityProvider {
    /// SAML 2.0.
    Saml(SamlProvider),
    /// `OpenID` Connect.
    Oidc(OidcProvider),
    /// Google.
    Google(GoogleProvider),
    /// Facebook.
    Facebook(FacebookProvider),
    /// Login with Amazon.
    Amazon(AmazonProvider),
    /// Sign in with Apple.
    Apple(AppleProvider),
}

impl JsonSchema for IdentityProvider {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "IdentityProvider".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "oneOf": [
                generator.subschema_for::<SamlProvider>(),
                generator.subschema_for::<OidcProvider>(),
                generator.subschema_for::<GoogleProvider>(),
                generator.subschema_for::<FacebookProvider>(),
                generator.subschema_for::<AmazonProvider>(),
                generator.subschema_for::<AppleProvider>(),
            ]
        })
    }
}

/// Defines a provider of one type: the members that all types share, and the type's own.
macro_rules! provider {
    ($(#[$doc:meta])* $name:ident, $type:literal, $details:ty, { $($own:tt)* }) => {
        $(#[$doc])*
        #[derive(Debug, JsonSchema)]
        #[schemars(rename_all = "camelCase", deny_unknown_fields, title = $type)]
        pub struct $name {
            /// The kind of provider. Fixed once the provider exists.
            #[schemars(extend("const" = $type, "x-create-only" = true))]
            pub provider_type: String,

            /// How Cognito talks to the provider. The keys are the API's own.
            pub provider_details: $details,

            /// Which attribute of a user gets which claim: user pool attributes, custom ones with their prefix, to the
            /// provider's names. Default: none but the `username` that Cognito adds by itself.
            ///
            /// What is not written here goes. Each attribute must be mutable, and every client that uses the provider
            /// must be able to write it.
            #[schemars(extend(
                "type" = ["object", "null"],
                "default" = {},
                "propertyNames" = { "minLength": 1, "maxLength": 32 },
                "x-undeclared" = "goes",
                "x-injected" = ["username"],
                "examples" = [{ "email": "email", "given_name": "given_name" }]
            ))]
            pub attribute_mapping: Option<BTreeMap<String, Text>>,

            /// Other names by which a sign-in link may ask for the provider, such as the domains of its users' email
            /// addresses. Each belongs to one provider of the pool. Default: none; at most 50.
            #[schemars(
                length(min = 0, max = 50),
                extend("default" = [], "examples" = [["example.com"]])
            )]
            pub idp_identifiers: Option<Vec<IdpIdentifier>>,

            /// Members of the API that this version does not know yet, by their paths in the API's own names.
            pub pass_through: Option<PassThrough>,

            $($own)*
        }
    };
}

provider!(
    /// A company's own SAML 2.0 identity provider.
    SamlProvider, "SAML", SamlDetails, {}
);

provider!(
    /// An `OpenID` Connect provider.
    OidcProvider, "OIDC", OidcDetails, {
        /// Which ACR value of the provider each level of the pool means, by `Level1` to `Level4`. Default: none.
        #[schemars(extend(
            "type" = ["object", "null"],
            "default" = {},
            "minProperties" = 0,
            "maxProperties" = 4,
            "propertyNames" = { "pattern": "Level[1-4]" },
            "x-send" = "nonDefault",
            "x-undeclared" = "goes",
            "examples" = [{ "Level2": "urn:example:mfa" }]
        ))]
        pub acr_mapping: Option<BTreeMap<String, AcrValue>>,
    }
);

provider!(
    /// Accounts of Google. The provider's key must be `Google`.
    GoogleProvider, "Google", GoogleDetails, {}
);

provider!(
    /// Accounts of Facebook. The provider's key must be `Facebook`.
    FacebookProvider, "Facebook", FacebookDetails, {}
);

provider!(
    /// Accounts of Amazon. The provider's key must be `LoginWithAmazon`.
    AmazonProvider, "LoginWithAmazon", AmazonDetails, {}
);

provider!(
    /// Accounts of Apple. The provider's key must be `SignInWithApple`.
    AppleProvider, "SignInWithApple", AppleDetails, {}
);

/// Another name of a provider.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 1, "maxLength" = 40, "pattern" = r"[\w\s+=.@-]+"))]
pub struct IdpIdentifier(pub String);

/// An ACR value: printable ASCII without spaces, quotes and backslashes.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 1, "maxLength" = 64, "pattern" = r"[\x21\x23-\x5B\x5D-\x7E]+"))]
pub struct AcrValue(pub String);
