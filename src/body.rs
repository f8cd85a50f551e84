//! Requests, each built from the live document and a patch by one pure function per kind.
//!
//! An update starts from what is live, so that nothing the manifest does not mention is lost. Sending an answer
//! back whole is refused by the service on almost every real pool, so each field says how its value goes back.

use serde_json::{Map, Value, json};

use crate::catalog::{CLIENT, Field, Kind, Reset, SETTINGS, Shape};
use crate::diff::Change;
use crate::duration;
use crate::normalize::{self, CLIENT_VALIDITIES, keyed_items, to_api};
use crate::path::Path;

mod attached;
mod limits;
mod live;
mod member;
mod records;

pub use attached::set_attached;
pub use limits::set_limit;
use live::{complete, drop_absent, drop_empty, leave_out};
pub use member::{create_member, delete_member, update_member};
pub use records::{change_record, clear_record, create_record, record, restore_record, update_record};

/// What an update writes: values by path, in canonical form.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Patch(Vec<Edit>);

/// One field of a [`Patch`].
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The field, from its resource.
    pub path: Path,
    /// What is written there.
    pub write: Write,
}

/// What an [`Edit`] writes.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// A canonical value.
    Value(Value),
    /// An explicit null.
    Null,
    /// Nothing: the member is left out.
    Omit,
}

impl Patch {
    /// A patch of these edits.
    pub fn new(edits: Vec<Edit>) -> Self {
        Self(edits)
    }

    /// The patch that makes these changes.
    pub fn from_changes<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Self {
        let edits = changes.into_iter().map(|change| {
            let write = match (&change.after, change.reset) {
                (Some(value), _) => Write::Value(value.clone()),
                (None, Reset::Null) => Write::Null,
                (None, Reset::Empty) => Write::Value(json!("")),
                (None, Reset::Omit | Reset::Value | Reset::Impossible) => Write::Omit,
            };
            Edit { path: change.path.clone(), write }
        });
        Self(edits.collect())
    }

    /// The same with the values of secrets in the place of their references.
    #[must_use]
    pub fn resolved(mut self, secret: impl Fn(&Path) -> Option<String>) -> Self {
        for edit in &mut self.0 {
            if let Some(value) = secret(&edit.path) {
                edit.write = Write::Value(Value::String(value));
            }
        }
        self
    }

    /// Whether the patch writes nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The edits.
    pub fn edits(&self) -> &[Edit] {
        &self.0
    }

    /// The value that the patch writes at a path.
    fn value_at(&self, at: &Path) -> Option<&Value> {
        self.0.iter().find(|edit| edit.path == *at).and_then(|edit| match &edit.write {
            Write::Value(value) => Some(value),
            Write::Null | Write::Omit => None,
        })
    }

    fn touches(&self, at: &Path) -> bool {
        self.0.iter().any(|edit| {
            edit.path.segments().starts_with(at.segments()) || at.segments().starts_with(edit.path.segments())
        })
    }
}

/// `CreateUserPool`: MFA is off, for the service takes it only once a factor exists.
pub fn create_pool(name: &str, patch: &Patch, tags: &Map<String, Value>) -> Value {
    let mut body = Map::new();
    apply(&SETTINGS.root, &mut body, patch, |operation| operation != Some("SetUserPoolMfaConfig"));
    if let Some(Value::Object(attributes)) = body.remove("Schema") {
        body.insert(
            "Schema".to_owned(),
            attributes.into_iter().map(|(name, value)| attribute(&name, value)).collect(),
        );
    }
    mirror_token_trigger(&mut body);
    let mut all_tags =
        body.remove("UserPoolTags").and_then(|tags| tags.as_object().cloned()).unwrap_or_default();
    all_tags.extend(tags.clone());
    body.insert("UserPoolTags".to_owned(), Value::Object(all_tags));
    body.insert("PoolName".to_owned(), json!(name));
    Value::Object(body)
}

/// `AddCustomAttributes`.
pub fn add_attributes<'a>(
    pool_id: &str,
    attributes: impl IntoIterator<Item = (&'a str, &'a Value)>,
) -> Value {
    let item = SETTINGS.root.member("attributes").map(|field| &field.shape);
    let list: Vec<Value> = attributes
        .into_iter()
        .map(|(name, definition)| match item {
            Some(Shape::Map(item)) => attribute(name, to_api(item, definition)),
            _ => attribute(name, definition.clone()),
        })
        .collect();
    json!({"UserPoolId": pool_id, "CustomAttributes": list})
}

fn attribute(name: &str, mut definition: Value) -> Value {
    definition["Name"] = json!(normalize::custom_attribute_name(name).unwrap_or(name));
    definition
}

/// `UpdateUserPool`. The mode of MFA is the live one at that moment; it changes by [`set_mfa`].
pub fn update_pool(pool: &Value, mfa: &Value, patch: &Patch, rename: Option<&str>) -> Value {
    let mut body = normalize::fold_pool(pool);
    let tags = body.remove("UserPoolTags");
    drop_absent(&SETTINGS.root, &mut body);
    remove_what_no_update_takes(&SETTINGS, &SETTINGS.root, &mut body);
    apply(&SETTINGS.root, &mut body, patch, |operation| operation.is_none());
    complete(&SETTINGS.root, &mut body, patch, &Path::root());
    leave_out(&SETTINGS.root, &mut body, patch, &Path::root());
    mirror_token_trigger(&mut body);
    let lambda = body.remove("LambdaConfig").unwrap_or_else(|| json!({}));
    drop_empty(&SETTINGS.root, &mut body);
    body.insert("LambdaConfig".to_owned(), lambda);
    if let Some(Value::Object(dcr)) = body.get_mut("DcrConfiguration") {
        // Left out, it would turn registration on.
        dcr.entry("EnableStatus").or_insert_with(|| json!("Disabled"));
    }
    if let Some(Value::Object(mut tags)) = tags {
        tags.retain(|key, _| !key.starts_with("aws:"));
        body.insert("UserPoolTags".to_owned(), Value::Object(tags));
    }
    body.insert(
        "MfaConfiguration".to_owned(),
        mfa.get("MfaConfiguration").cloned().unwrap_or_else(|| json!("OFF")),
    );
    if let Some(name) = rename {
        body.insert("PoolName".to_owned(), json!(name));
    }
    body.insert("UserPoolId".to_owned(), pool["Id"].clone());
    Value::Object(body)
}

/// `SetUserPoolMfaConfig`: a full replacement, so every factor goes along.
pub fn set_mfa(pool: &Value, mfa: &Value, patch: &Patch) -> Value {
    let mut body = normalize::fold_mfa(mfa);
    apply(&SETTINGS.root, &mut body, patch, |operation| operation == Some("SetUserPoolMfaConfig"));
    complete(&SETTINGS.root, &mut body, patch, &Path::root());
    body.retain(|_, value| !value.is_null());
    let mode = body.entry("MfaConfiguration").or_insert_with(|| json!("OFF")).clone();
    if mode == "OFF" {
        for factor in normalize::FACTORS {
            body.remove(factor);
        }
    }
    if let Some(Value::Object(sms)) = body.get_mut("SmsMfaConfiguration") {
        let mut settings = normalize::fold_pool(pool);
        apply(&SETTINGS.root, &mut settings, patch, |operation| operation.is_none());
        for member in ["SmsConfiguration", "SmsAuthenticationMessage"] {
            if let Some(value) = settings.remove(member) {
                sms.insert(member.to_owned(), value);
            }
        }
    }
    body.insert("UserPoolId".to_owned(), pool["Id"].clone());
    Value::Object(body)
}

/// `CreateUserPoolClient`. A secret of one's own excludes a generated one.
pub fn create_client(pool_id: &str, name: &str, patch: &Patch) -> Value {
    let mut body = Map::new();
    apply(&CLIENT.root, &mut body, patch, |operation| operation.is_none());
    if body.contains_key("ClientSecret") {
        body.remove("GenerateSecret");
    }
    split_validities(&mut body, &json!({}), false);
    body.insert("UserPoolId".to_owned(), json!(pool_id));
    body.insert("ClientName".to_owned(), json!(name));
    Value::Object(body)
}

/// `UpdateUserPoolClient`.
pub fn update_client(client: &Value, patch: &Patch) -> Value {
    let mut body = client.as_object().cloned().unwrap_or_default();
    body.remove("ClientSecret");
    let units = body.remove("TokenValidityUnits").unwrap_or_default();
    drop_absent(&CLIENT.root, &mut body);
    remove_what_no_update_takes(&CLIENT, &CLIENT.root, &mut body);
    apply(&CLIENT.root, &mut body, patch, |operation| operation.is_none());
    complete(&CLIENT.root, &mut body, patch, &Path::root());
    leave_out(&CLIENT.root, &mut body, patch, &Path::root());
    split_validities(&mut body, &units, true);
    drop_empty(&CLIENT.root, &mut body);
    for id in ["UserPoolId", "ClientId"] {
        body.insert(id.to_owned(), client[id].clone());
    }
    Value::Object(body)
}

/// Takes computed members, create-only members and what another operation writes out of an answer.
fn remove_what_no_update_takes(kind: &Kind, root: &Field, body: &mut Map<String, Value>) {
    let own = kind.calls.map(|calls| calls.update.name());
    for member in kind.answer_only {
        body.remove(*member);
    }
    for field in root.members() {
        let is_anothers = field.operation.is_some() && field.operation.as_deref() != own;
        if is_create_only(field) || is_anothers {
            body.remove(&field.api_name);
        }
    }
}

fn is_create_only(field: &Field) -> bool {
    let members = field.members();
    field.create_only || !members.is_empty() && members.iter().all(is_create_only)
}

/// Writes a patch's edits into a document of API names.
fn apply(root: &Field, body: &mut Map<String, Value>, patch: &Patch, writes: impl Fn(Option<&str>) -> bool) {
    for edit in patch.edits() {
        let top =
            edit.path.segments().first().map(|first| Path::root().with(first.clone())).unwrap_or_default();
        let operation = root.at(&top).and_then(|field| field.operation.as_deref());
        let Some((field, names)) = root.at(&edit.path).zip(root.api_path(&edit.path)) else {
            continue;
        };
        if !writes(operation) {
            continue;
        }
        let value = match &edit.write {
            Write::Value(value) => Some(with_unknown_of_items(field, to_api(field, value), at(body, &names))),
            Write::Null => Some(Value::Null),
            Write::Omit => None,
        };
        put(body, &names, value);
    }
}

/// The value at a path of API names.
fn at<'a>(object: &'a Map<String, Value>, names: &[String]) -> Option<&'a Value> {
    let (first, further) = names.split_first()?;
    further.iter().try_fold(object.get(first)?, |value, name| value.get(name))
}

/// A list of objects with the unknown members that its items have live; an item is known by its key.
fn with_unknown_of_items(field: &Field, mut written: Value, live: Option<&Value>) -> Value {
    let (Shape::Objects(members), Some(Value::Array(live)), Value::Array(items)) =
        (&field.shape, live, &mut written)
    else {
        return written;
    };
    for (key, known) in keyed_items(field, live) {
        let same = items.iter_mut().filter_map(Value::as_object_mut);
        for item in same.filter(|item| item.values().any(|value| value == key)) {
            for (name, value) in known.iter().filter(|(name, _)| members.iter().all(|m| m.api_name != **name))
            {
                item.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
    }
    written
}

fn put(object: &mut Map<String, Value>, names: &[String], value: Option<Value>) {
    let Some((name, further)) = names.split_first() else { return };
    if further.is_empty() {
        match value {
            Some(value) => object.insert(name.clone(), value),
            None => object.remove(name),
        };
        return;
    }
    let inner = object.entry(name.clone()).or_insert_with(|| json!({}));
    if !inner.is_object() {
        *inner = json!({});
    }
    if let Value::Object(inner) = inner {
        put(inner, further, value);
    }
}

/// Both API members of the one trigger.
fn mirror_token_trigger(body: &mut Map<String, Value>) {
    if let Some(Value::Object(lambda)) = body.get_mut("LambdaConfig") {
        let arn = lambda.get("PreTokenGenerationConfig").and_then(|config| config.get("LambdaArn")).cloned();
        if let Some(arn) = arn {
            lambda.insert("PreTokenGeneration".to_owned(), arn);
        }
    }
}

/// Lifetimes as a number and a unit each; in an update all three pairs are always sent together.
fn split_validities(body: &mut Map<String, Value>, units: &Value, all: bool) {
    let mut sent = units.as_object().cloned().unwrap_or_default();
    sent.retain(|unit, _| CLIENT_VALIDITIES.iter().all(|validity| validity.unit_api_name != unit));
    for validity in &CLIENT_VALIDITIES {
        let live_unit = units[validity.unit_api_name].as_str().unwrap_or(validity.default_unit);
        let pair = match body.remove(validity.api_name) {
            Some(Value::String(text)) => duration::parse(&text).map(|(number, unit)| (number, unit.name)),
            Some(Value::Number(number)) => {
                number.as_u64().filter(|n| *n > 0).map(|number| (number, live_unit))
            }
            _ => None,
        };
        let default = || duration::parse(validity.default).map(|(number, unit)| (number, unit.name));
        if let Some((number, unit)) = pair.or_else(|| if all { default() } else { None }) {
            body.insert(validity.api_name.to_owned(), json!(number));
            sent.insert(validity.unit_api_name.to_owned(), json!(unit));
        }
    }
    if !sent.is_empty() {
        body.insert("TokenValidityUnits".to_owned(), Value::Object(sent));
    }
}
