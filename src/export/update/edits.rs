//! What to change in manifests so that they say what is live, and no more than that.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::super::{Export, Options, client_keys, export};
use super::values::{content, items, merge, stands_for_another, value_at};
use super::{Left, Planned};
use crate::catalog::CLIENT;
use crate::identity::match_clients;
use crate::manifest::load::{PoolManifest, from_here};
use crate::manifest::places::{Places, Written};
use crate::manifest::schema;
use crate::manifest::shape::Shape;
use crate::normalize::with_written_unit;
use crate::path::Path;
use crate::plan::{Action, RefusalRule, Step, Unmanaged, Verb};
use crate::read::LivePool;
use crate::source::{Edit, EditChange, Node, NodeValue};
use crate::template;

/// How to go about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    /// Write what is live and what no manifest declares, in collections that a manifest has.
    pub(super) undeclared: bool,
    /// Say of what is not live that it is not: taking it out was not enough, because something else says it too.
    pub(super) say_null: bool,
}

/// What to change in the texts of a pool's manifest.
#[derive(Debug, Default)]
pub(super) struct Edits {
    /// The edits of texts.
    pub(super) texts: Vec<TextEdit>,
    /// What files are to hold that manifests name, with the member that each is of.
    pub(super) contents: BTreeMap<PathBuf, (Path, Vec<u8>)>,
    /// What stays different.
    pub(super) left: BTreeMap<Path, Left>,
    /// The environment variables of secrets that come with what was undeclared, with where each stands.
    pub(super) secrets: BTreeMap<String, Path>,
}

/// An edit of a text, with the members that it is for.
#[derive(Debug)]
pub(super) struct TextEdit {
    /// The text's name.
    pub(super) source: String,
    /// The edit.
    pub(super) edit: Edit,
    /// The addresses of what then says what is live.
    pub(super) addresses: Vec<Path>,
}

/// Finds what to change in the manifest of a pool for which this is the plan.
///
/// Only what the plan would change of the pool is written, where it is written or where it would stand.
pub(super) fn edits(planned: &Planned<'_>, places: &Places<'_>, how: How) -> Edits {
    let Planned { manifest, live, plan } = planned;
    let full = Options { full: true, ..Options::default() };
    let mut updater = Updater {
        manifest,
        live,
        places,
        how,
        full: export(live, full),
        sparse: export(live, Options::default()),
        exported: exported_clients(manifest, live),
        edits: BTreeMap::new(),
        thinned: BTreeMap::new(),
        found: Edits::default(),
    };
    for step in plan.steps.iter().filter(|step| !step.intermediate) {
        updater.step(step);
    }
    for refusal in &plan.refusals {
        match refusal.rule {
            RefusalRule::Immutable => {
                updater.member(&refusal.address, refusal.address.segments().len());
            }
            RefusalRule::Reset => {} // the fields themselves are changes
            _ => updater.leave(refusal.address.clone(), format!("{}: {}", refusal.message, refusal.help)),
        }
    }
    if how.undeclared {
        updater.undeclared(&plan.unmanaged);
    }
    updater.finish()
}

/// The keys that an export gives the live clients of declared ones, by the keys of these.
fn exported_clients(manifest: &PoolManifest, live: &LivePool) -> BTreeMap<String, String> {
    let Some(declared) = manifest.declared_clients() else { return BTreeMap::new() };
    let (keys, _) = client_keys(&live.listed);
    let matches = match_clients(declared, &live.listed).into_iter();
    matches.filter_map(|(key, found)| Some((key, keys.get(found.live()?)?.clone()))).collect()
}

/// The text, which of its mappings, and the path in that, as it is written.
type Place = (String, usize, Path);

struct Updater<'a> {
    manifest: &'a PoolManifest,
    live: &'a LivePool,
    places: &'a Places<'a>,
    how: How,
    /// What is live, with defaults.
    full: Export,
    /// The same without them.
    sparse: Export,
    /// The keys under which an export has the declared clients that are live.
    exported: BTreeMap<String, String>,
    edits: BTreeMap<Place, (EditChange, Vec<Path>)>,
    /// The blocks from which something goes, with their keys in the manifest.
    thinned: BTreeMap<Place, Vec<String>>,
    found: Edits,
}

impl Updater<'_> {
    fn step(&mut self, step: &Step) {
        let reason = match (&step.action, step.action.verb()) {
            (Action::AddSecret { .. } | Action::DeleteSecret { .. }, _) => {
                "how many secrets there are to be is the manifest's to say: apply it, or change `count`"
            }
            (Action::AddAttributes, _) | (_, Verb::Create) => "it is declared and not live: apply makes it",
            (_, Verb::Delete) => "the policy deletes it: apply it, or take it out of the policy",
            (_, Verb::Update) => {
                self.own_values(step);
                for change in &step.changes {
                    let address = step.address.join(&change.path);
                    if change.secret {
                        self.leave(address, "a secret is never exported: put it where its reference leads, or apply the reference");
                    } else {
                        self.member(&address, step.address.segments().len());
                    }
                }
                return;
            }
        };
        self.leave(step.address.clone(), reason);
    }

    /// Takes out what says aloud whether a record has values of its own: that changes with them.
    fn own_values(&mut self, step: &Step) {
        let (Action::UpdateRecord(record) | Action::ClearRecord(record)) = &step.action else { return };
        let flag = record.kind.records.and_then(|records| records.clears);
        let field = record.kind.root.members().iter().find(|field| Some(field.api_name.as_str()) == flag);
        let Some(address) = field.map(|field| step.address.key(&field.name)) else { return };
        let Some(keys) = address.keys() else { return };
        let written = keys[1..].iter().try_fold(&self.manifest.value, |value, key| value.get(*key));
        if written.is_some_and(Value::is_boolean) {
            self.put(&address, &keys[1..], None);
        }
    }

    fn leave(&mut self, address: Path, reason: impl Into<String>) {
        let left = Left::at(self.manifest, &address, reason);
        self.found.left.insert(address, left);
    }

    /// Writes what is live of one member, which lies below so many keys of its resource, the pool's among them.
    fn member(&mut self, address: &Path, resource: usize) {
        let Some(keys) = address.keys() else { return };
        let mut keys = &keys[1..];
        let live = self.live_value(keys);
        // Of a block that is not live nothing is left.
        while live.is_none() && keys.len() > resource && self.live_value(&keys[..keys.len() - 1]).is_none() {
            keys = &keys[..keys.len() - 1];
        }
        // A lifetime with its unit beside it is two members.
        if let ([section, client, member], Some(lifetime)) = (keys, &live)
            && let declared = &self.manifest.value[*section][*client]
            && let Some((number, unit_of, unit)) = with_written_unit(declared, member, lifetime)
        {
            self.put(address, &[section, client, "tokenValidityUnits", unit_of], Some(json!(unit)));
            return self.put(address, keys, Some(json!(number)));
        }
        self.put(address, keys, live);
    }

    /// Puts a value where it is written, or where it would be.
    fn put(&mut self, address: &Path, keys: &[&str], live: Option<Value>) {
        let Some(written) = self.places.written(&self.manifest.root, keys) else {
            return self.leave(address.clone(), "no file has the section that it lies in: write the section");
        };
        let known = Path::of(keys[..written.depth].iter().copied());
        let (Some(raw), Some(effective)) = (self.places.node(&written), self.manifest.root.at(&known)) else {
            return;
        };
        let within = &keys[written.depth..];
        if within.is_empty() {
            self.replace(address, keys, written, raw, effective, live);
        } else if !raw.is_map() {
            let keys = &keys[..written.depth];
            self.replace(address, keys, written, raw, effective, self.live_value(keys));
        } else {
            let path = written.path.key(within[0]);
            let value = match within {
                [_] => live.unwrap_or_default(),
                _ => self.new_block(&keys[..=written.depth], &within[1..], live.unwrap_or_default()),
            };
            self.edit(address, Written { path, ..written }, EditChange::Set(template::escaped(&value)));
        }
    }

    /// A block that is not written yet, for the sake of one value in it: what an export would say of it, since it may
    /// need more than that.
    fn new_block(&self, block: &[&str], within: &[&str], value: Value) -> Value {
        let exported = value_at(&self.sparse.manifest, self.live, &self.exported_keys(block));
        let has_it = |block: &Value| within.iter().try_fold(block, |value, key| value.get(*key)).is_some();
        exported
            .filter(has_it)
            .unwrap_or_else(|| within.iter().rev().fold(value, |value, key| json!({ *key: value })))
    }

    /// Replaces what is written.
    fn replace(
        &mut self,
        address: &Path,
        keys: &[&str],
        written: Written,
        raw: &Node,
        effective: &Node,
        live: Option<Value>,
    ) {
        if let Some(reason) = stands_for_another(raw, effective) {
            return self.leave(address.clone(), reason);
        }
        let shape = keys.iter().fold(Shape::of(schema()), |shape, key| shape.member(key));
        let form = shape.file_form().and_then(|form| form["x-file"].as_str());
        if let (Some(form), Some(file), Some(live)) = (form, raw.get("file"), &live) {
            let name = from_here(file.node.as_str().unwrap_or_default(), &file.node.span);
            return match content(form, live) {
                Some(bytes) => _ = self.found.contents.insert(name.into(), (address.clone(), bytes)),
                None => self.leave(
                    address.clone(),
                    format!("`{name}` cannot hold it: write the value in the manifest"),
                ),
            };
        }
        let change = match (&raw.value, &effective.value, live) {
            (_, _, None) if self.how.say_null => EditChange::Set(Value::Null),
            (_, _, None) => {
                let block = (written.source.clone(), written.document, written.path.parent());
                let keys = keys[..keys.len() - 1].iter().map(|key| (*key).to_owned());
                self.thinned.insert(block, keys.collect());
                EditChange::Remove
            }
            (NodeValue::List(raw), NodeValue::List(effective), Some(Value::Array(live))) => {
                match items(raw, effective, &live) {
                    Ok(change) => change,
                    Err(reason) => return self.leave(address.clone(), reason),
                }
            }
            (_, _, Some(live)) => EditChange::Set(template::escaped(&live)),
        };
        self.edit(address, written, change);
    }

    /// Notes an edit; what several members add to one new block is one edit.
    fn edit(&mut self, address: &Path, written: Written, change: EditChange) {
        let key = (written.source, written.document, written.path);
        match self.edits.get_mut(&key) {
            Some((EditChange::Set(known), addresses)) => {
                if let EditChange::Set(more) = change {
                    merge(known, more);
                }
                addresses.push(address.clone());
            }
            Some((_, addresses)) => addresses.push(address.clone()),
            None => _ = self.edits.insert(key, (change, vec![address.clone()])),
        }
    }

    /// What a manifest with all defaults would say of a member.
    fn live_value(&self, keys: &[&str]) -> Option<Value> {
        value_at(&self.full.manifest, self.live, &self.exported_keys(keys))
    }

    /// The keys under which an export has what the manifest has under these: a client's may be another.
    fn exported_keys(&self, keys: &[&str]) -> Vec<String> {
        let mut keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        if let [section, key, ..] = keys.as_mut_slice()
            && section == CLIENT.section
            && let Some(exported) = self.exported.get(key)
        {
            key.clone_from(exported);
        }
        keys
    }

    /// Writes what is live and not declared, where a manifest has the collection that it lies in.
    fn undeclared(&mut self, unmanaged: &[Unmanaged]) {
        let (keys_of_clients, _) = client_keys(&self.live.listed);
        for Unmanaged { address, id, .. } in unmanaged {
            let Some(keys) = address.keys() else { continue };
            let mut keys: Vec<String> = keys.into_iter().skip(1).map(str::to_owned).collect();
            if let (Some(key), Some(last)) =
                (id.as_ref().and_then(|id| keys_of_clients.get(id)), keys.last_mut())
            {
                last.clone_from(key);
            }
            let Some(mut value) = value_at(&self.sparse.manifest, self.live, &keys) else { continue };
            let Some((last, collection)) = keys.split_last() else { continue };
            let collection: Vec<&str> = collection.iter().map(String::as_str).collect();
            let Some(written) = self.places.written(&self.manifest.root, &collection) else { continue };
            if written.depth != collection.len() {
                continue;
            }
            let mut name = last.clone();
            if let Some(id) = id {
                name = self.free_key(last);
                if name != *last {
                    let live_name =
                        self.live.clients.get(id).map_or(Value::Null, |client| client["ClientName"].clone());
                    value["clientName"] = live_name;
                    value["clientId"] = json!(id);
                }
            }
            let at = Path::of(keys.iter().map(String::as_str));
            let is_of_it = |path: &Path| path.segments().starts_with(at.segments());
            let secrets = self.sparse.secrets.iter().filter(|(_, path)| is_of_it(path));
            self.found.secrets.extend(secrets.map(|(name, path)| (name.clone(), path.clone())));
            let path = written.path.key(template::written(&name));
            let address = Path::of([self.manifest.key.as_str()]).join(&Path::of(collection)).key(name);
            self.edit(&address, Written { path, ..written }, EditChange::Set(template::escaped(&value)));
        }
    }

    /// A key that no declared client has.
    fn free_key(&self, key: &str) -> String {
        let is_free = |key: &String| self.manifest.value[CLIENT.section].get(key).is_none();
        let numbered = (2_u32..).map(|number| format!("{key}-{number}"));
        std::iter::once(key.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
    }

    /// Lets a block from which everything goes say what is live of it: some may not be empty.
    fn fill_emptied(&mut self) {
        for (block, keys) in std::mem::take(&mut self.thinned) {
            let (source, document, path) = block.clone();
            let written = Written { source, document, path, depth: keys.len() };
            let Some(NodeValue::Map(entries)) = self.places.node(&written).map(|node| &node.value) else {
                continue;
            };
            let is_of_it =
                |place: &Place| (&place.0, place.1, place.2.parent()) == (&block.0, block.1, block.2.clone());
            let of_it: Vec<Place> = self.edits.keys().filter(|place| is_of_it(place)).cloned().collect();
            let goes = |place: &Place| matches!(self.edits.get(place), Some((EditChange::Remove, _)));
            if of_it.len() != entries.len() || !of_it.iter().all(goes) {
                continue;
            }
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            let live = self.live_value(&keys).unwrap_or_else(|| json!({}));
            let addresses =
                of_it.iter().filter_map(|place| self.edits.remove(place)).flat_map(|(_, all)| all);
            let addresses = addresses.collect();
            self.edits.insert(block, (EditChange::Set(template::escaped(&live)), addresses));
        }
    }

    fn finish(mut self) -> Edits {
        self.fill_emptied();
        let edits = self.edits.into_iter().map(|((source, document, path), (change, addresses))| TextEdit {
            source,
            edit: Edit { document, path, change },
            addresses,
        });
        self.found.texts = edits.collect();
        self.found
    }
}
