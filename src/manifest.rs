//! What may stand in a manifest: one YAML document that describes one user pool, or a part of one.
//!
//! These types are never read into nor written from. What flows through the program is the validated
//! [`serde_json::Value`]; the types are its schema. A field's doc comment is its documentation in the editor, its
//! attributes are its bounds, and the `x-` keywords are what the engine knows of it:
//!
//! | keyword | meaning |
//! |---|---|
//! | `default` | what leaving the member out means; without it absence is the default |
//! | `x-absent` | what absence in an answer means, where that is not the default; `null`: a state of its own |
//! | `x-reset` | how to get back to the default where writing it is not the way: `null`, `empty`, `impossible` |
//! | `x-omitted` | `live`: left out, it stays as it is; `live-when-absent`: only where the pool has none |
//! | `x-send` | how a live value goes back in an update: `changed`, `nonDefault`, `never`; otherwise always |
//! | `x-create-only` | fixed at creation |
//! | `x-operation` | the operation that changes it, where that is not the update of its kind |
//! | `x-api-name` | the API's name, where it is not the member's with a capital first letter |
//! | `x-key` | the member that identifies an object in a list |
//! | `x-weaker` | how a change weakens security: `lower`, `higher`, `removed`, `widened`, or the values, strongest first |
//! | `x-since` | the schema generation that added it |
//! | `x-undeclared` | `goes`: a map is one value, and a key that is not written goes; otherwise it is left alone |
//! | `x-injected` | keys of such a map that the service adds by itself: left out, they stay |
//! | `x-verbatim` | a block whose members have the API's own names |
//! | `x-answered` | members of a block that only answers have, by name, with their own keywords |
//! | `x-derived-from` | the service makes it from these: it goes back only while they stay, and is compared only if written |
//! | `x-excluded-by` | the member whose being written takes this one out |
//! | `x-never-returned` | no answer holds it, so each update sends it |
//! | `x-words` | a text of words, whose order and separators mean nothing |
//! | `x-identifies` | it, or what stands in it, says which live resource is meant: known before anything is read |
//! | `x-api-type` | `string`: the API holds the value as a text |
//! | `x-pass-through` | members of the API that this version does not know, by their paths in the API's names |
//! | `x-passes-on` | left out, it passes from a resource to the one that takes its place |
//! | `x-section` | a section of its own in what it stands in: calls of its own read and write it |
//! | `x-file` | a long value, which `{file: PATH}` takes from a file: `text`, `base64` for bytes, `json` for a document |
//! | `x-named-by` | left out, it is what the name of the file ends in that this member names |
//! | `x-max-bytes` | the most that the file of an `x-file` holds; otherwise 1 MiB |
//! | `x-fetched-from` | the member of answers that holds the URL behind which the value lies |

use std::collections::BTreeMap;

use schemars::JsonSchema;

pub mod branding;
pub mod client;
pub mod client_secrets;
pub mod content;
pub mod defaults;
pub mod domain;
pub mod files;
pub mod group;
pub mod identity_provider;
pub mod limits;
pub mod load;
pub mod log_delivery;
pub mod lookup;
pub mod merge;
pub mod pass_through;
pub mod places;
pub mod policy;
pub mod references;
pub mod replica;
pub mod resource_server;
pub mod risk;
pub mod schema;
pub mod secret;
pub mod session;
pub mod settings;
pub mod shape;
pub mod substitute;
pub mod terms;
pub mod ui;
pub mod values;

pub use schema::schema;

use client::Client;
use defaults::{ClientDefaults, IdentityProviderDefaults};
use domain::Domain;
use group::Group;
use identity_provider::IdentityProvider;
use log_delivery::LogDestination;
use policy::Policy;
use replica::Replica;
use resource_server::ResourceServer;
use risk::RiskConfiguration;
use session::SessionConfiguration;
use settings::Settings;
use ui::UiCustomization;

/// One Amazon Cognito user pool, or a part of one, as cognitops keeps it.
///
/// A section that is not written is not managed: not read, not compared, not drift. Inside a written section, a
/// member that is left out means its default.
#[derive(Debug, JsonSchema)]
#[schemars(
    rename_all = "camelCase",
    deny_unknown_fields,
    title = "cognitops manifest",
    extend("anyOf" = [{ "required": ["pool"] }, { "required": ["poolId"] }])
)]
pub struct Manifest {
    /// The version of the manifest's language: `cognitops/v1`. It freezes every default, so a new release of
    /// cognitops never changes a pool by itself.
    #[schemars(extend("const" = "cognitops/v1"))]
    pub api_version: String,

    /// The name of the user pool.
    ///
    /// Names are not unique in AWS: if the account has two pools of this name in the Region, write `poolId` too.
    /// With `poolId`, a different name here renames the pool in place; without it, a new name means a new pool,
    /// which cognitops creates only after asking.
    #[schemars(extend("type" = "string", "x-api-name" = "PoolName", "examples" = ["customers"]))]
    pub pool: Option<values::Name>,

    /// The id of the user pool, which pins one among several of the same name.
    #[schemars(extend(
        "type" = "string",
        "minLength" = 1,
        "maxLength" = 55,
        "pattern" = r"[\w-]+_[0-9a-zA-Z]+",
        "x-api-name" = "UserPoolId",
        "x-operation" = "identity",
        "examples" = ["eu-west-1_AbCdEf123"]
    ))]
    pub pool_id: Option<String>,

    /// The pool itself: everything that `CreateUserPool`, `UpdateUserPool` and `SetUserPoolMfaConfig` set.
    ///
    /// Writing this section, even as `{}`, makes this manifest the pool's owner. Without it the pool is left alone
    /// and only the other sections are managed.
    #[schemars(extend("type" = "object"))]
    pub settings: Option<Settings>,

    /// The domains of the sign-in pages and OAuth endpoints, by name. A name without a dot is a prefix domain of
    /// Amazon's, one with dots a domain of your own.
    ///
    /// A pool has one of each. A name other than the live one replaces it, which takes consent: sign-in is out while the
    /// old one goes and the new one comes.
    #[schemars(extend(
        "type" = "object",
        "propertyNames" = {
            "minLength": 1,
            "maxLength": 63,
            "pattern": r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*",
        },
        "examples" = [{ "acme-login": { "managedLoginVersion": 2 } }]
    ))]
    pub domains: Option<BTreeMap<String, Domain>>,

    /// The resource servers, by identifier: usually the URL of an API. Those that are live and not declared are listed
    /// and left alone, unless `policy.prune` says otherwise.
    #[schemars(extend(
        "type" = "object",
        "propertyNames" = { "minLength": 1, "maxLength": 256, "pattern": r"[\x21\x23-\x5B\x5D-\x7E]+" },
        "examples" = [{ "https://api.example.com": { "name": "Orders API", "scopes": { "orders.read": "Read orders" } } }]
    ))]
    pub resource_servers: Option<BTreeMap<String, ResourceServer>>,

    /// The identity providers, by name. The social ones have their type's name. Those that are live and not declared are
    /// listed and left alone: deleting one cuts its users off, so it takes its address in `policy.delete`.
    #[schemars(extend(
        "type" = "object",
        "propertyNames" = { "minLength": 1, "maxLength": 32, "pattern": r"[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+" },
        "examples" = [{
            "Google": {
                "providerType": "Google",
                "providerDetails": {
                    "client_id": "1example23456789.apps.googleusercontent.com",
                    "client_secret": { "env": "GOOGLE_CLIENT_SECRET" },
                    "authorize_scopes": "openid email profile",
                },
                "attributeMapping": { "email": "email" },
            },
        }]
    ))]
    pub identity_providers: Option<BTreeMap<String, IdentityProvider>>,

    /// The groups of users, by name. Those that are live and not declared are listed and left alone: deleting one ends
    /// its users' memberships, so it takes its address in `policy.delete`.
    #[schemars(extend(
        "type" = "object",
        "propertyNames" = { "minLength": 1, "maxLength": 128, "pattern": r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+" },
        "examples" = [{ "admins": { "description": "Administrators", "precedence": 1 } }]
    ))]
    pub groups: Option<BTreeMap<String, Group>>,

    /// The app clients, by a key of your choice, which is also the client's name unless it has a `clientName`.
    ///
    /// Live clients that are not declared here are listed and left alone, unless `policy.prune` says otherwise. A
    /// client is never replaced, because its id lives in your applications.
    #[schemars(extend(
        "type" = "object",
        "propertyNames" = { "minLength": 1, "maxLength": 128, "pattern": r"[\w\s+=,.@-]+" },
        "examples" = [{ "web": { "callbackURLs": ["https://app.example.com/callback"] } }]
    ))]
    pub clients: Option<BTreeMap<String, Client>>,

    /// What threat protection does about risky sign-ins, for every client that has no `riskConfiguration` of its own.
    ///
    /// It needs the tier `PLUS` and `userPoolAddOns.advancedSecurityMode`. What is left out is the service's own.
    #[schemars(extend(
        "type" = "object",
        "examples" = [{ "compromisedCredentialsRiskConfiguration": { "actions": { "eventAction": "BLOCK" } } }]
    ))]
    pub risk_configuration: Option<RiskConfiguration>,

    /// Where the pool's logs go, by the source of their events: `userNotification` for messages that could not be
    /// delivered, `userAuthEvents` for the events of threat protection, which need the tier `PLUS`.
    ///
    /// A live destination of a source that is not declared is listed and left alone, unless `policy.prune` or
    /// `policy.delete` says otherwise.
    #[schemars(extend(
        "type" = "object",
        "propertyNames" = { "enum": ["userNotification", "userAuthEvents"] },
        "examples" = [{
            "userNotification": {
                "logLevel": "ERROR",
                "cloudWatchLogsConfiguration": {
                    "logGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/cognito",
                },
            },
        }]
    ))]
    pub log_delivery: Option<BTreeMap<String, LogDestination>>,

    /// The sessions of the pool's users that Cognito keeps track of. Needs a tier above `LITE`.
    #[schemars(extend("type" = "object", "examples" = [{ "userSessionTracking": "ENABLED" }]))]
    pub session_configuration: Option<SessionConfiguration>,

    /// How the classic login pages look, for every client that has no `uiCustomization` of its own. The pool needs a
    /// domain. Pages of managed login (`managedLoginVersion: 2`) take nothing from it.
    ///
    /// What is left out is the service's own: `{}` takes CSS and image away.
    #[schemars(extend(
        "type" = "object",
        "examples" = [{ "css": { "file": "./login.css" }, "imageFile": { "file": "./logo.png" } }]
    ))]
    pub ui_customization: Option<UiCustomization>,

    /// The replicas of the pool, by Region. Those that are live and not declared are listed and left alone; deleting one
    /// takes its address in `policy.delete`. The pool's own Region is none of them.
    #[schemars(extend(
        "type" = "object",
        "propertyNames" = { "minLength": 5, "maxLength": 32 },
        "examples" = [{ "eu-central-1": { "status": "ACTIVE" } }]
    ))]
    pub replicas: Option<BTreeMap<String, Replica>>,

    /// What app clients have that do not say otherwise: each member fills in where a client leaves it out, before its
    /// application type and the service's default. `null` in a client is the service's default said aloud.
    ///
    /// It may stand in one file per pool, or in the project file.
    #[schemars(extend("type" = "object"))]
    pub client_defaults: Option<ClientDefaults>,

    /// What identity providers have that do not say otherwise. A detail goes to the providers whose type has it.
    ///
    /// It may stand in one file per pool, or in the project file.
    #[schemars(extend("type" = "object"))]
    pub identity_provider_defaults: Option<IdentityProviderDefaults>,

    /// How cognitops treats what this manifest does not say. It may stand in one file per pool, or in the project file.
    #[schemars(extend("type" = "object", "x-identifies" = true))]
    pub policy: Option<Policy>,
}
