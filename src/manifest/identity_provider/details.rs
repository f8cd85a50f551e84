//! `providerDetails`: what each type of provider needs, with the API's own keys.
//!
//! `x-answered` names what Cognito adds to its answers. What is derived goes back with updates while its sources stay
//! as they are, and is never shown. The keys and the added members are those of the API reference of
//! `CreateIdentityProvider`.

use schemars::JsonSchema;

use crate::manifest::secret::SecretReference;
use crate::manifest::values::Text;

/// The details of a SAML provider.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, extend(
    "x-verbatim" = true,
    "anyOf" = [{ "required": ["MetadataURL"] }, { "required": ["MetadataFile"] }],
    "x-answered" = {
        "ActiveEncryptionCertificate": { "x-send": "never" },
        "SLORedirectBindingURI": { "x-derived-from": ["MetadataURL", "MetadataFile"] },
        "SSORedirectBindingURI": { "x-derived-from": ["MetadataURL", "MetadataFile"] },
    }
))]
pub struct SamlDetails {
    /// Where the provider's metadata document is; Cognito reads it again as it changes. Excludes `MetadataFile`.
    #[schemars(
        rename = "MetadataURL",
        extend("x-excluded-by" = "MetadataFile", "examples" = ["https://idp.example.com/saml/metadata"])
    )]
    pub metadata_url: Option<Text>,

    /// The metadata document itself, as XML. Excludes `MetadataURL`.
    #[schemars(
        rename = "MetadataFile",
        extend("x-excluded-by" = "MetadataURL", "examples" = ["<EntityDescriptor …>"])
    )]
    pub metadata_file: Option<Text>,

    /// Whether signing out of Cognito also signs out at the provider. Default: `false`.
    #[schemars(rename = "IDPSignout", extend("default" = false, "x-api-type" = "string"))]
    pub idp_signout: Option<bool>,

    /// Whether the provider may start a sign-in by itself. Default: `false`. A start from outside can be forged, so
    /// AWS advises against it where the application can start sign-ins.
    #[schemars(
        rename = "IDPInit",
        extend("default" = false, "x-api-type" = "string", "x-weaker" = [false, true])
    )]
    pub idp_init: Option<bool>,

    /// Whether the provider must encrypt its assertions. Default: `false`.
    #[schemars(
        rename = "EncryptedResponses",
        extend("default" = false, "x-api-type" = "string", "x-weaker" = [true, false])
    )]
    pub encrypted_responses: Option<bool>,

    /// How Cognito signs its requests to the provider. Default: not at all.
    #[schemars(rename = "RequestSigningAlgorithm", extend("x-weaker" = "removed"))]
    pub request_signing_algorithm: Option<SigningAlgorithm>,
}

/// How requests are signed.
#[derive(Debug, JsonSchema)]
pub enum SigningAlgorithm {
    /// RSA with SHA-256.
    #[schemars(rename = "rsa-sha256")]
    RsaSha256,
}

/// The details of an `OpenID` Connect provider.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, extend(
    "x-verbatim" = true,
    "x-answered" = { "attributes_url_add_attributes": { "x-derived-from": ["oidc_issuer"] } }
))]
pub struct OidcDetails {
    /// The id that the provider gave to Cognito.
    #[schemars(extend("examples" = ["1example23456789"]))]
    pub client_id: Text,

    /// The secret that the provider gave to Cognito, as a reference. Left out for a public client; an existing secret
    /// then stays.
    #[schemars(extend("writeOnly" = true, "x-omitted" = "live", "examples" = [{ "env": "OIDC_CLIENT_SECRET" }]))]
    pub client_secret: Option<SecretReference>,

    /// The provider's issuer URL, below which its discovery document is.
    #[schemars(extend("examples" = ["https://login.example.com"]))]
    pub oidc_issuer: Text,

    /// The scopes that Cognito asks for, with spaces between them; `openid` is one of them.
    #[schemars(extend("x-words" = true, "examples" = ["openid email profile"]))]
    pub authorize_scopes: Text,

    /// How Cognito asks for a user's claims.
    pub attributes_request_method: RequestMethod,

    /// Where users sign in. Only needed where the issuer's discovery document does not say it.
    #[schemars(extend(
        "x-omitted" = "live",
        "x-derived-from" = ["oidc_issuer"],
        "examples" = ["https://login.example.com/authorize"]
    ))]
    pub authorize_url: Option<Text>,

    /// Where Cognito gets tokens. Only needed where the issuer's discovery document does not say it.
    #[schemars(extend(
        "x-omitted" = "live",
        "x-derived-from" = ["oidc_issuer"],
        "examples" = ["https://login.example.com/token"]
    ))]
    pub token_url: Option<Text>,

    /// Where Cognito gets a user's claims. Only needed where the issuer's discovery document does not say it.
    #[schemars(extend(
        "x-omitted" = "live",
        "x-derived-from" = ["oidc_issuer"],
        "examples" = ["https://login.example.com/userinfo"]
    ))]
    pub attributes_url: Option<Text>,

    /// Where the provider's keys are. Only needed where the issuer's discovery document does not say it.
    #[schemars(extend(
        "x-omitted" = "live",
        "x-derived-from" = ["oidc_issuer"],
        "examples" = ["https://login.example.com/jwks.json"]
    ))]
    pub jwks_uri: Option<Text>,
}

/// How Cognito asks for a user's claims.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RequestMethod {
    /// By GET.
    Get,
    /// By POST.
    Post,
}

/// Defines the details of a provider that Cognito knows by itself.
macro_rules! social {
    ($(#[$doc:meta])* $name:ident, $answered:tt, $scopes:literal, { $($own:tt)* }) => {
        $(#[$doc])*
        #[derive(Debug, JsonSchema)]
        #[schemars(deny_unknown_fields, extend("x-verbatim" = true, "x-answered" = $answered))]
        pub struct $name {
            /// The id that the provider gave to Cognito.
            #[schemars(extend("examples" = ["1example23456789"]))]
            pub client_id: Text,

            /// The scopes that Cognito asks for.
            #[schemars(extend("x-words" = true, "examples" = [$scopes]))]
            pub authorize_scopes: Text,

            $($own)*
        }
    };
}

social!(
    /// The details of Google.
    GoogleDetails,
    {
        "attributes_url": {},
        "attributes_url_add_attributes": {},
        "authorize_url": {},
        "oidc_issuer": {},
        "token_request_method": {},
        "token_url": {},
    },
    "openid email profile",
    {
        /// The secret that Google gave to Cognito, as a reference.
        #[schemars(extend(
            "writeOnly" = true,
            "x-omitted" = "live",
            "examples" = [{ "env": "GOOGLE_CLIENT_SECRET" }]
        ))]
        pub client_secret: SecretReference,
    }
);

social!(
    /// The details of Facebook.
    FacebookDetails,
    {
        "attributes_url": { "x-derived-from": ["api_version"] },
        "attributes_url_add_attributes": {},
        "authorize_url": { "x-derived-from": ["api_version"] },
        "token_request_method": {},
        "token_url": { "x-derived-from": ["api_version"] },
    },
    "public_profile, email",
    {
        /// The secret that Facebook gave to Cognito, as a reference.
        #[schemars(extend(
            "writeOnly" = true,
            "x-omitted" = "live",
            "examples" = [{ "env": "FACEBOOK_CLIENT_SECRET" }]
        ))]
        pub client_secret: SecretReference,

        /// The version of Facebook's API. Left out, it stays as it is; a new provider gets the service's own.
        #[schemars(extend("x-omitted" = "live", "examples" = ["v17.0"]))]
        pub api_version: Option<Text>,
    }
);

social!(
    /// The details of Login with Amazon.
    AmazonDetails,
    {
        "attributes_url": {},
        "attributes_url_add_attributes": {},
        "authorize_url": {},
        "token_request_method": {},
        "token_url": {},
    },
    "profile postal_code",
    {
        /// The secret that Amazon gave to Cognito, as a reference.
        #[schemars(extend(
            "writeOnly" = true,
            "x-omitted" = "live",
            "examples" = [{ "env": "AMAZON_CLIENT_SECRET" }]
        ))]
        pub client_secret: SecretReference,
    }
);

social!(
    /// The details of Sign in with Apple.
    AppleDetails,
    {
        "attributes_url_add_attributes": {},
        "authorize_url": {},
        "oidc_issuer": {},
        "token_request_method": {},
        "token_url": {},
    },
    "email name",
    {
        /// The id of the Apple developer team.
        #[schemars(extend("examples" = ["2EXAMPLE"]))]
        pub team_id: Text,

        /// The id of the private key.
        #[schemars(extend("examples" = ["1EXAMPLE"]))]
        pub key_id: Text,

        /// The private key, as a reference. Cognito never returns it, so it is sent with every change of the provider,
        /// and never compared.
        #[schemars(extend(
            "writeOnly" = true,
            "x-omitted" = "live",
            "x-never-returned" = true,
            "examples" = [{ "file": "/run/secrets/apple.p8" }]
        ))]
        pub private_key: SecretReference,
    }
);
