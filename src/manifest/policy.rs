//! `policy`: how cognitops treats what the manifest does not say.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::path::Path;

/// Whether a manifest writes a collection that `prune` names.
pub fn is_written(manifest: &Value, collection: &str) -> bool {
    match collection {
        "tags" => manifest["settings"]["userPoolTags"].is_object(),
        section => manifest[section].is_object(),
    }
}

/// The records in a section of a client that `delete` names: each by its name, if the section has several.
pub fn deleted_records(manifest: &Value, client: &str, section: &str) -> Vec<Option<String>> {
    let texts = manifest["policy"]["delete"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let paths = texts.filter_map(|text| Path::parse(text).ok());
    let names = paths.filter_map(|path| match path.keys()?[..] {
        ["clients", of, within] if of == client && within == section => Some(None),
        ["clients", of, within, name] if of == client && within == section => Some(Some(name.to_owned())),
        _ => None,
    });
    names.collect()
}

/// What cognitops may do beyond the members that are written.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::zero_sized_map_values, reason = "the type is a schema; its map never holds anything")]
pub struct Policy {
    /// What a member means that a written section leaves out: its default, or whatever is live.
    ///
    /// `default` keeps the pool equal to the manifest. `keep` suits a pool that is adopted step by step. A map gives
    /// the answer by address, with `*` and `**` as globs; addresses that no entry matches use `default`.
    #[schemars(extend("default" = "default", "examples" = ["keep", { "settings": "keep", "clients.*": "default" }]))]
    pub omitted: Option<Omitted>,

    /// How many members of one resource a plan may reset only because the manifest leaves them out. More are
    /// refused, which catches a section that was emptied by mistake.
    #[schemars(range(min = 0), extend("default" = 3, "examples" = [0, 10]))]
    pub max_resets: Option<u32>,

    /// The collections in which live members that no manifest declares are deleted. Default: none.
    ///
    /// It needs the complete set, so it is refused when the collection is not written or when not all files of the
    /// environment were given. Deleting a client locks out every application that uses its id. Identity providers and
    /// groups are never pruned, since users are linked to them: name them in `delete`.
    #[schemars(extend("default" = [], "examples" = [["clients"]]))]
    pub prune: Option<Vec<Prunable>>,

    /// Addresses of live members to delete, each exactly once. Removing a declaration deletes nothing; naming it
    /// here does. Deleting an identity provider cuts off its users, deleting a group ends its memberships. Of a client
    /// that is declared, its style and its terms documents have addresses too.
    #[schemars(extend(
        "default" = [],
        "examples" = [[
            "clients.old",
            "clients.web.terms.privacy-policy",
            "groups.testers",
            "resourceServers[\"https://api.example.com\"]",
        ]]
    ))]
    pub delete: Option<Vec<Address>>,

    /// Paths whose live value is kept, whatever the manifest says; `*` and `**` are globs. For members that
    /// something else changes at run time, for example preview URLs.
    #[schemars(extend("default" = [], "examples" = [["clients.web.callbackURLs"]]))]
    pub ignore: Option<Vec<PathGlob>>,

    /// `none` makes cognitops work without its ownership tag on the pool. It then never creates the pool and never
    /// prunes.
    pub owner: Option<Owner>,

    /// Members of Cognito's answers that this version does not know and that Cognito refuses to take back, each
    /// with `drop`. The error that calls for it names the member.
    #[schemars(extend("examples" = [{ "SomeNewMember": "drop" }]))]
    pub unknown: Option<BTreeMap<String, Unknown>>,
}

/// The answer for everything, or by address.
#[derive(Debug)]
pub enum Omitted {
    /// One answer.
    Everywhere(WhenOmitted),
    /// An answer by address.
    ByAddress(BTreeMap<String, WhenOmitted>),
}

impl JsonSchema for Omitted {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Omitted".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut everywhere = generator.subschema_for::<WhenOmitted>();
        everywhere.insert("title".into(), "Everywhere".into());
        everywhere.remove("description"); // on hover, it would stand in the place of the member's
        let answer = generator.subschema_for::<WhenOmitted>();
        json_schema!({
            "oneOf": [
                everywhere,
                {
                    "title": "By address",
                    "type": "object",
                    "propertyNames": { "pattern": PATH_GLOB },
                    "additionalProperties": answer,
                },
            ]
        })
    }
}

/// What a member means that is left out.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub enum WhenOmitted {
    /// It means its default, so it is reset where it differs.
    Default,
    /// It stays as it is live.
    Keep,
}

/// A collection that `prune` can name.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub enum Prunable {
    /// App clients. Those that registered themselves dynamically are never deleted.
    Clients,
    /// Domains. Sign-in at them ends.
    Domains,
    /// Destinations of logs.
    LogDelivery,
    /// Resource servers. Those that Cognito manages itself are never deleted, and none that a client still uses.
    ResourceServers,
    /// The pool's tags. Tags of AWS and of cognitops are never removed.
    Tags,
}

/// Whether the pool carries an ownership tag.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub enum Owner {
    /// No tag.
    None,
}

/// What becomes of a member that this version does not know.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub enum Unknown {
    /// It is left out of updates.
    Drop,
}

/// Keys joined by dots; a key with other characters than letters, digits, `_` and `-` stands as `["…"]`.
const ADDRESS: &str = r#"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+|\["(?:[^"\\]|\\.)+"\])*"#;

/// The same with `*` and `**`, which may stand for keys or parts of keys.
const PATH_GLOB: &str = r#"[A-Za-z0-9_*-]+(?:\.[A-Za-z0-9_*-]+|\["(?:[^"\\]|\\.)+"\])*"#;

/// The address of one member of a collection.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 1, "pattern" = ADDRESS))]
pub struct Address(pub String);

/// A path in the manifest, possibly with globs.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 1, "pattern" = PATH_GLOB))]
pub struct PathGlob(pub String);
