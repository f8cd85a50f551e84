//! The project file `cognitops.yaml`: which environments there are, where each one's manifests lie, and what differs
//! between them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde_json::Value;

use crate::manifest::defaults::{ClientDefaults, IdentityProviderDefaults};
use crate::manifest::limits::{DeclaredLimit, RequestsPerSecond};
use crate::manifest::policy::Policy;
use crate::source::{Entry, Node};

mod load;

pub use load::{Selection, load};

/// The name of project and environment where nothing names them.
pub const DEFAULT_NAME: &str = "default";

/// The project file `cognitops.yaml`: environments with one definition of their user pools.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, title = "cognitops project")]
pub struct ProjectFile {
    /// The project's name: the first part of the tag that names a pool's owner.
    #[schemars(length(min = 1, max = 64), extend("pattern" = "[A-Za-z0-9_-]+", "examples" = ["customers"]))]
    pub project: Option<String>,

    /// What all environments share. What an environment says itself is laid over it: maps merge, all else replaces,
    /// `null` removes.
    #[schemars(extend("type" = "object"))]
    pub base: Option<EnvironmentEntry>,

    /// The environments by name; `--env` selects some, `--all-envs` all of them.
    #[schemars(extend(
        "type" = "object",
        "propertyNames" = { "pattern": "[A-Za-z0-9_-]+", "maxLength": 64 },
        "examples" = [{ "dev": { "region": "eu-west-1", "accountId": "111111111111" } }]
    ))]
    pub environments: Option<BTreeMap<String, EnvironmentEntry>>,
}

/// One environment: an account and a Region with the pools that belong there.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnvironmentEntry {
    /// The AWS Region of its pools.
    #[schemars(length(min = 5, max = 32), extend("examples" = ["eu-west-1"]))]
    pub region: Option<String>,

    /// The one account that its pools live in. With credentials of any other, nothing is read.
    #[schemars(extend("pattern" = "[0-9]{12}", "examples" = ["111111111111"]))]
    pub account_id: Option<String>,

    /// The AWS profile to take credentials from.
    #[schemars(extend("examples" = ["customers-prod"]))]
    pub profile: Option<String>,

    /// The role to assume with those credentials.
    #[schemars(extend("examples" = [{ "roleArn": "arn:aws:iam::111111111111:role/cognitops" }]))]
    pub assume_role: Option<RoleToAssume>,

    /// The endpoint of a Cognito-compatible server, in place of AWS's own.
    #[schemars(extend("pattern" = "https?://.+", "examples" = ["http://127.0.0.1:5000"]))]
    pub endpoint_url: Option<String>,

    /// Manifest files and directories, relative to the project file.
    #[schemars(extend("examples" = [["pools/"]]))]
    pub manifests: Option<Vec<String>>,

    /// Manifest files and directories that are laid over `manifests`, each over those before it: maps merge, all else
    /// replaces, `null` removes.
    #[schemars(extend("examples" = [["layers/prod/"]]))]
    pub layers: Option<Vec<String>>,

    /// Provisioned limits of the whole account in this Region: requests a second by API category, for all of its pools
    /// together. What lies above a category's free limit costs money, so `apply` raises a limit with consent only
    /// (`--allow-cost`). A category that is not written is neither read nor changed.
    #[schemars(extend(
        "type" = ["object", "null"],
        "propertyNames" = { "pattern": "[A-Za-z]+", "maxLength": 128 },
        "examples" = [{ "UserAuthentication": 200, "UserCreation": 80 }]
    ))]
    pub provisioned_limits: Option<BTreeMap<String, Option<RequestsPerSecond>>>,

    /// Values for `${values.name}` in manifests: texts, numbers, lists of them, and maps of them. Plans show them, so
    /// none is a secret.
    #[schemars(extend(
        "type" = ["object", "null"],
        "propertyNames" = { "pattern": "[A-Za-z_][A-Za-z0-9_-]*", "maxLength": 128 },
        "examples" = [{ "host": "dev.example.com", "previews": ["one", "two"] }]
    ))]
    pub values: Option<BTreeMap<String, Value>>,

    /// The policy of every pool. A pool then has none of its own. What it prunes, it prunes where a pool writes that
    /// collection.
    pub policy: Option<Policy>,

    /// What the app clients of every pool have that do not say otherwise. A pool then has no such block of its own.
    pub client_defaults: Option<ClientDefaults>,

    /// What the identity providers of every pool have that do not say otherwise. A pool then has no such block of its own.
    pub identity_provider_defaults: Option<IdentityProviderDefaults>,
}

/// A role to assume.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleToAssume {
    /// The role's ARN.
    #[schemars(extend(
        "minLength" = 20,
        "maxLength" = 2048,
        "pattern" = r"arn:[a-z-]+:iam::[0-9]{12}:role/[\w+=,.@/-]+",
        "examples" = ["arn:aws:iam::111111111111:role/cognitops"]
    ))]
    pub role_arn: String,

    /// The external id that the role's trust policy asks for.
    #[schemars(extend("minLength" = 2, "maxLength" = 1224, "pattern" = r"[\w+=,.@:/-]+", "examples" = ["customers"]))]
    pub external_id: Option<String>,

    /// The session's name, which AWS logs show. Default: `cognitops`.
    #[schemars(extend("minLength" = 2, "maxLength" = 64, "pattern" = r"[\w+=,.@-]+", "examples" = ["cognitops-ci"]))]
    pub session_name: Option<String>,
}

static SCHEMA: LazyLock<Value> = LazyLock::new(crate::manifest::schema::generate::<ProjectFile>);

/// The schema of the project file.
pub fn schema() -> &'static Value {
    &SCHEMA
}

/// The schema for editors as a file: indented, with a line break at its end.
pub fn schema_text() -> String {
    crate::manifest::schema::text_for_editors(schema(), &["project", "environments"])
}

/// An environment of a project, for a command to work on.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The project's name.
    pub project: String,
    /// Its own name.
    pub name: String,
    /// The directory of the project file, or the working directory where there is none.
    pub root: PathBuf,
    /// Its Region, if one is named.
    pub region: Option<String>,
    /// Its profile, if one is named.
    pub profile: Option<String>,
    /// The role to assume, if one is named.
    pub assume_role: Option<AssumeRole>,
    /// Its endpoint, if one is named.
    pub endpoint_url: Option<String>,
    /// Its account, if one is named.
    pub account_id: Option<String>,
    /// Its manifests, as paths that can be opened from the working directory.
    pub manifests: Vec<PathBuf>,
    /// What is laid over them, in order.
    pub layers: Vec<PathBuf>,
    /// The layers of the project's other environments, which are no manifests of this one.
    pub other_layers: Vec<PathBuf>,
    /// The provisioned limits that it declares, by category.
    pub limits: Vec<DeclaredLimit>,
    /// Its values.
    pub values: Option<Node>,
    /// The sections that hold for every pool.
    pub shared: BTreeMap<String, Entry>,
}

/// A role to assume, by the names of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssumeRole {
    /// `RoleArn`.
    pub role_arn: String,
    /// `ExternalId`.
    pub external_id: Option<String>,
    /// `RoleSessionName`.
    pub session_name: Option<String>,
}
