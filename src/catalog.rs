//! What cognitops manages: one entry per kind, and the table of its fields.
//!
//! The table is the manifest's JSON schema, walked once. What a field does (its default, what its absence
//! means, how it is reset and sent) stands on the field and is read from here by differ, planner and body.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cognito::{ReadOperation, WriteOperation};
use crate::path::Path;

mod field;
mod kinds;
pub mod presets;

pub use field::{Field, Omitted, PASS_THROUGH, Reset, SendRule, Shape, Weaker};
pub use kinds::{
    ATTACHED, BRANDING, CLIENT, CLIENT_RISK, CLIENT_SECRETS, CLIENT_SESSION, CLIENT_UI, DOMAIN, GROUP,
    IDENTITY_PROVIDER, KINDS, LIMIT, LOG_DELIVERY, NAMED, RECORDS, REPLICA, RESOURCE_SERVER, RISK, SESSION,
    SETTINGS, TERMS, UI, limit_definition,
};

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
