//! From a live pool to the manifest that says the same.
//!
//! What a manifest leaves out has a meaning of its own, so what to write stands on the fields, as what to compare does.
//! The result is planned against the pool that it comes from: it is given out only if that plan is empty.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::catalog::{ATTACHED, CLIENT, Field, Kind, NAMED, RECORDS, REPLICA, SETTINGS, is_not_fetched};
use crate::diagnostic::Severity;
use crate::identity::made_by_aws;
use crate::manifest::load;
use crate::manifest::schema;
use crate::normalize::{self, STANDARD_ATTRIBUTES};
use crate::path::Path;
use crate::plan::{Context, RefusalRule, plan_pool};
use crate::read::LivePool;
use crate::source::Source;
use crate::validate;

mod fields;
mod images;
mod names;
mod unknown;
pub mod update;

use fields::{Detail, written};
pub use images::ImageFile;
pub use names::{client_keys, secret_name};

/// What to write of a pool.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Write what has its default too.
    pub full: bool,
    /// Pin the pool by its id.
    pub pin: bool,
    /// Pass members through that this version does not know.
    pub include_unknown: bool,
}

/// A pool as a manifest, with what there is to say of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// The pool's key: its name.
    pub key: String,
    /// The pool's id.
    pub pool_id: String,
    /// The manifest.
    pub manifest: Map<String, Value>,
    /// The environment variables that its references to secrets name, with where each stands.
    pub secrets: BTreeMap<String, Path>,
    /// What is live and not in the manifest, with the reason.
    pub left_out: Vec<(Path, String)>,
}

/// Makes the manifest of a pool that was read as a whole.
pub fn export(live: &LivePool, options: Options) -> Export {
    let name = live.pool["Name"].as_str().unwrap_or_default();
    let mut exporter = Exporter {
        live,
        detail: Detail { full: options.full },
        include_unknown: options.include_unknown,
        export: Export {
            key: name.to_owned(),
            pool_id: live.id.clone(),
            manifest: Map::new(),
            secrets: BTreeMap::new(),
            left_out: Vec::new(),
        },
    };
    exporter.put("apiVersion", json!("cognitops/v1"));
    exporter.put("pool", json!(name));
    if options.pin {
        exporter.put("poolId", json!(live.id));
    }
    exporter.settings();
    for kind in NAMED {
        exporter.members(kind);
    }
    exporter.clients();
    exporter.attached_to_pool();
    exporter.not_fetched();
    exporter.unknown();
    exporter.export
}

/// What the manifest in these texts would change of the pool that it was exported from. It is nothing, or the export is
/// wrong.
pub fn differences(sources: &[Arc<Source>], live: &LivePool) -> Vec<String> {
    let (manifests, mut findings) = load::load(sources);
    findings.extend(manifests.iter().flat_map(validate::validate));
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let mut differences: Vec<String> = errors
        .map(|finding| {
            let path = finding.path.as_ref().map_or_else(String::new, |path| format!("{path}: "));
            format!("{path}{}", finding.message)
        })
        .collect();
    let [manifest] = manifests.as_slice() else {
        differences.push(format!("it describes {} pools", manifests.len()));
        return differences;
    };
    if !differences.is_empty() {
        return differences;
    }
    let plan = plan_pool(manifest, Some(live), &Context { complete: true, ..Context::default() });
    // Whose pool it is, is no matter of what the manifest says.
    let refusals = plan.refusals.iter().filter(|refusal| refusal.rule != RefusalRule::Owner);
    differences.extend(refusals.map(|refusal| format!("{}: {}", refusal.address, refusal.message)));
    for step in &plan.steps {
        let changes = step.changes.iter().map(|change| step.address.join(&change.path).to_string());
        differences.push(format!(
            "{} of {}",
            step.action.operation(),
            changes.collect::<Vec<_>>().join(", ")
        ));
    }
    differences
}

struct Exporter<'a> {
    live: &'a LivePool,
    detail: Detail,
    include_unknown: bool,
    export: Export,
}

impl Exporter<'_> {
    fn put(&mut self, section: &str, value: Value) {
        self.export.manifest.insert(section.to_owned(), value);
    }

    fn settings(&mut self) {
        let canonical = normalize::settings_answer(&self.live.pool, &self.live.mfa);
        let mut settings =
            written(&SETTINGS.root, &schema()["properties"]["settings"], &canonical, self.detail);
        if let Some(Value::Object(attributes)) = settings.get_mut("attributes") {
            // Every pool has the standard ones; which of them it requires is fixed at its creation.
            attributes.retain(|name, attribute| {
                let is_standard = STANDARD_ATTRIBUTES.contains(&name.as_str());
                !is_standard || name != "sub" && attribute["required"] == true
            });
        }
        if let Some(Value::Object(tags)) = settings.get_mut("userPoolTags") {
            tags.retain(|tag, _| !tag.starts_with("aws:") && !tag.starts_with("cognitops:"));
        }
        for map in ["attributes", "userPoolTags"] {
            if settings.get(map).is_some_and(|map| *map == json!({})) {
                settings.remove(map);
            }
        }
        self.put(SETTINGS.section, Value::Object(settings));
    }

    fn members(&mut self, kind: &'static Kind) {
        let mut members = Map::new();
        for (name, document) in self.live.section(kind.section).into_iter().flatten() {
            let at = Path::of([kind.section, name]);
            if document["Role"] == "PRIMARY" {
                continue; // the pool itself, in its own Region
            }
            if let Some(status @ ("CREATING" | "DELETING")) =
                document["Status"].as_str().filter(|_| *kind == *REPLICA)
            {
                self.export.left_out.push((at, format!("it is {status}")));
                continue;
            }
            if let Some(reason) = made_by_aws(kind.section, &self.live.id, name, document) {
                self.export.left_out.push((at, reason.to_owned()));
                continue;
            }
            let canonical = normalize::member_answer(kind, document);
            let item = &schema()["properties"][kind.section]["additionalProperties"];
            let mut member = written(kind.fields(&canonical), item, &canonical, self.detail);
            self.refer_to_secrets(kind, &at, name, &canonical, &mut member);
            members.insert(name.clone(), Value::Object(member));
        }
        if !members.is_empty() {
            self.put(kind.section, Value::Object(members));
        }
    }

    /// Writes references in the place of a provider's secrets.
    fn refer_to_secrets(
        &mut self,
        kind: &Kind,
        at: &Path,
        name: &str,
        canonical: &Value,
        member: &mut Map<String, Value>,
    ) {
        let details = kind.fields(canonical).member("providerDetails");
        for field in details.into_iter().flat_map(Field::members).filter(|field| field.secret) {
            let is_there = !canonical["providerDetails"][&field.name].is_null() || field.never_returned;
            if let (true, Some(Value::Object(details))) = (is_there, member.get_mut("providerDetails")) {
                let variable = self.new_variable(secret_name(name, &field.name));
                let path = at.key("providerDetails").key(&field.name);
                details.insert(field.name.clone(), json!({ "env": variable }));
                self.export.secrets.insert(variable, path);
            }
        }
    }

    /// A variable that no other secret has.
    fn new_variable(&self, name: String) -> String {
        let numbered = (2_u32..).map(|number| format!("{name}_{number}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        names.find(|name| !self.export.secrets.contains_key(name)).unwrap_or(name)
    }

    fn clients(&mut self) {
        let live = self.live;
        let mut clients = Map::new();
        let (keys, twins) = client_keys(&live.listed);
        for client in &live.listed {
            let at = Path::of([CLIENT.section, &client.name]);
            let Some(key) = keys.get(&client.id) else {
                let reason = format!("the client {} registered itself", client.id);
                self.export.left_out.push((at, reason));
                continue;
            };
            let Some(document) = live.clients.get(&client.id) else { continue };
            let item = &schema()["properties"]["clients"]["additionalProperties"];
            let mut written_client =
                written(&CLIENT.root, item, &normalize::client_answer(document), self.detail);
            written_client.remove("clientSecret");
            if *key == client.name {
                written_client.remove("clientName");
            }
            if twins.contains(&client.name) {
                written_client.insert("clientName".to_owned(), json!(client.name));
                written_client.insert("clientId".to_owned(), json!(client.id));
            }
            for kind in ATTACHED.into_iter().filter(|kind| kind.is_of_client()) {
                let schema = &item["properties"][kind.section];
                if let Some(own) = self.attached(kind, Some(&client.id), schema) {
                    written_client.insert(kind.section.to_owned(), own);
                }
            }
            for kind in RECORDS {
                if let Some(own) = self.records(kind, &client.id, &item["properties"][kind.section]) {
                    written_client.insert(kind.section.to_owned(), own);
                }
            }
            clients.insert(key.clone(), Value::Object(written_client));
        }
        if !clients.is_empty() {
            self.put(CLIENT.section, Value::Object(clients));
        }
    }

    /// The records of a client; `None` if it has none.
    fn records(&self, kind: &Kind, client: &str, schema: &Value) -> Option<Value> {
        let record = |name: Option<&str>, schema: &Value| {
            let key = (kind.section, client.to_owned(), name.map(str::to_owned));
            let canonical = normalize::record_answer(kind, self.live.records.get(&key)?);
            Some(Value::Object(written(&kind.root, schema, &canonical, self.detail)))
        };
        let Some((_, names)) = kind.records.as_ref()?.names else { return record(None, schema) };
        let all = names.iter().filter_map(|name| {
            Some(((*name).to_owned(), record(Some(name), &schema["additionalProperties"])?))
        });
        let all: Map<String, Value> = all.collect();
        (!all.is_empty()).then_some(Value::Object(all))
    }

    fn attached_to_pool(&mut self) {
        for kind in ATTACHED.into_iter().filter(|kind| !kind.is_of_client()) {
            if let Some(own) = self.attached(kind, None, &schema()["properties"][kind.section]) {
                self.put(kind.section, own);
            }
        }
    }

    /// What a pool or a client has one of; `None` if that is no more than every one has.
    fn attached(&self, kind: &Kind, client: Option<&str>, schema: &Value) -> Option<Value> {
        let document = self.live.attached.get(&(kind.section, client.map(str::to_owned)))?;
        let canonical = normalize::attached_answer(kind, kind.attached.as_ref()?, document);
        let own = written(&kind.root, schema, &canonical, self.detail);
        (!own.is_empty()).then_some(Value::Object(own))
    }

    /// Names the images that could not be fetched.
    fn not_fetched(&mut self) {
        for ((section, client), document) in &self.live.attached {
            let at = match client.as_ref().and_then(|id| self.live.clients.get(id)) {
                Some(client) => {
                    Path::of([CLIENT.section, client["ClientName"].as_str().unwrap_or_default(), section])
                }
                None => Path::of([*section]),
            };
            for (member, value) in document.as_object().into_iter().flatten() {
                if is_not_fetched(value) {
                    let reason = format!("`{member}`: {}", value.as_str().unwrap_or_default());
                    self.export.left_out.push((at.clone(), reason));
                }
            }
        }
    }
}
