//! `resourceServers`: the APIs that scopes belong to.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::pass_through::PassThrough;
/// One resource server: an API with the scopes that clients may ask for.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceServer {
    /// The name that people see.
    #[schemars(extend(
        "minLength" = 1,
        "maxLength" = 256,
        "pattern" = r"[\w\s+=,.@-]+",
        "examples" = ["Orders API"]
    ))]
    pub name: String,

    /// The scopes by name, each with its description. Clients ask for one as `identifier/name`. Default: none.
    ///
    /// What is not written here goes: the scopes are a part of their server. A scope that a client still uses is
    /// taken away only after that client.
    #[schemars(extend(
        "type" = ["object", "null"],
        "default" = {},
        "maxProperties" = 100,
        "propertyNames" = {
            "minLength": 1,
            "maxLength": 256,
            "pattern": r"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+",
        },
        "x-undeclared" = "goes",
        "examples" = [{ "orders.read": "Read orders" }]
    ))]
    pub scopes: Option<BTreeMap<String, ScopeDescription>>,

    /// Members of the API that this version does not know yet, by their paths in the API's own names.
    pub pass_through: Option<PassThrough>,
}

/// What a scope allows, for people.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 1, "maxLength" = 256))]
pub struct ScopeDescription(pub String);
