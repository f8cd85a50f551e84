//! The steps of app clients.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Action, Planner, Refusal, RefusalRule, Step, Unknown, Unmanaged};
use crate::catalog::CLIENT;
use crate::catalog::presets::filled_in;
use crate::diff::{self, Change, ChangeKind};
use crate::identity::{ClientMatch, ListedClient, client_name, match_clients};
use crate::normalize;
use crate::path::Path;
use crate::read::LivePool;

/// What the names of clients begin with that OpenSearch makes for itself.
const OPENSEARCH: [&str; 2] = ["AWSElasticsearch-", "AmazonOpenSearchService-"];

impl Planner<'_> {
    pub(super) fn clients(&mut self) {
        let manifest = self.manifest;
        let none = Map::new();
        let declared = manifest.section("clients").and_then(Value::as_object);
        let listed = self.live.map(|live| live.listed.as_slice()).unwrap_or_default();
        let matches = match_clients(declared.unwrap_or(&none), listed);
        let mut declared_ids: BTreeSet<&str> = BTreeSet::new();
        for (key, client) in declared.unwrap_or(&none) {
            let at = Path::of(["clients", key]);
            match (matches.get(key), self.live) {
                (Some(ClientMatch::Live(id)), Some(live)) => {
                    declared_ids.insert(id);
                    self.update_client(&at, key, client, live, id);
                }
                (Some(ClientMatch::Ambiguous(ids)), _) => {
                    declared_ids.extend(ids.iter().map(String::as_str));
                    let message = format!("{} live clients have this name: {}", ids.len(), ids.join(", "));
                    let help =
                        "say which one is meant: `clientId: …`; the others can be declared under other keys";
                    self.refuse(RefusalRule::Ambiguous, &at, message, help);
                }
                (Some(ClientMatch::Claimed(id)), _) => {
                    declared_ids.insert(id);
                    let message = format!("another declaration means the same live client, {id}");
                    let help = "say with `clientId: …` which client each of the two means";
                    self.refuse(RefusalRule::Ambiguous, &at, message, help);
                }
                (Some(ClientMatch::PinnedIsGone(id)), _) => {
                    let message = format!("the pool has no client {id}");
                    let help = "leave `clientId` out to create the client anew; it then has another id";
                    self.refuse(RefusalRule::Gone, &at.key("clientId"), message, help);
                }
                _ => self.create_client(&at, key, client),
            }
        }
        let mut undeclared: Vec<&ListedClient> =
            listed.iter().filter(|client| !declared_ids.contains(client.id.as_str())).collect();
        // Ids are random; a plan is not.
        undeclared.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        let deleted = self.delete_by_address(&undeclared);
        if declared.is_some() {
            let rest = undeclared.into_iter().filter(|client| !deleted.contains(&client.id));
            self.undeclared_clients(rest.collect());
        }
    }

    fn create_client(&mut self, at: &Path, key: &str, client: &Value) {
        if self.policy.ignores(at) {
            let address = self.address(at);
            return self.plan.ignored.push(address);
        }
        self.clients.insert(key.to_owned(), None);
        let written = normalize::client_written(client);
        let mut changes = diff::creation(&CLIENT.root, &written);
        self.anchor_secrets(at, &mut changes);
        mark_presets(client, &mut changes);
        let all = changes.iter().map(|change| (&change.path, change.after.as_ref()));
        let desired = normalize::with_changes(&json!({}), all);
        self.preflight_client(at, None, &desired);
        self.preflight_references(at, &changes, &desired);
        let changes = changes.into_iter().filter(|change| change.path.last_key() != Some("clientName"));
        let name = client_name(key, client).to_owned();
        let needs = self.what_a_client_needs(&desired);
        self.step(at, Action::CreateClient { name }, changes.collect()).needs = needs;
    }

    /// Lets references to secrets name their files from where we are.
    pub(super) fn anchor_secrets(&self, at: &Path, changes: &mut [Change]) {
        for change in changes.iter_mut().filter(|change| change.secret) {
            change.after = self.manifest.reference(&at.join(&change.path));
        }
    }

    fn update_client(&mut self, at: &Path, key: &str, client: &Value, live: &LivePool, id: &str) {
        let Some(document) = live.clients.get(id) else { return };
        self.clients.insert(key.to_owned(), Some(id.to_owned()));
        self.plan.sign_in.clients.insert(key.to_owned(), document.clone());
        let mut canonical = normalize::client_answer(document);
        let written = self.with_name(at, key, client, &canonical);
        let passed = normalize::passed_through(&CLIENT, &written);
        normalize::pass_through(&CLIENT, &mut canonical, document, &passed);
        let mut difference = self.difference(&CLIENT.root, at, &written, &canonical);
        if client["clientName"].is_null() && client["clientId"].is_string() {
            // A pin says which client is meant, not how it is called: the key is only the default of its name.
            let names =
                difference.changes.iter_mut().filter(|change| change.path.last_key() == Some("clientName"));
            names.for_each(|change| change.kind = ChangeKind::Reset);
        }
        self.note_secrets(at, &difference.secrets);
        mark_presets(client, &mut difference.changes);
        if !difference.changes.is_empty() {
            let all = difference.changes.iter().map(|change| (&change.path, change.after.as_ref()));
            let desired = normalize::with_changes(&canonical, all);
            self.preflight_client(at, Some(&canonical), &desired);
            self.preflight_references(at, &difference.changes, &desired);
            let needs = self.what_a_client_needs(&desired);
            let action = Action::UpdateClient { client_id: id.to_owned() };
            self.step(at, action, difference.changes).needs = needs;
        }
        let address = self.address(at);
        let members = normalize::unknown_members(&CLIENT, document);
        self.plan
            .unknown
            .extend(members.into_iter().map(|member| Unknown { address: address.clone(), member }));
    }

    /// What is written of a client, with the name that it has by its key.
    fn with_name(&self, at: &Path, key: &str, client: &Value, live: &Value) -> Value {
        let mut written = normalize::client_written(client);
        // What is fixed at creation is, left out, what it is live; a preset of it is for new clients.
        if client.get("generateSecret").is_none()
            && client["clientSecret"].is_null()
            && let Value::Object(members) = &mut written
        {
            members.remove("generateSecret");
        }
        let only_pinned = client["clientName"].is_null() && client["clientId"].is_string();
        let keeps = only_pinned && self.policy.keeps(&at.key("clientName"));
        written["clientName"] =
            if keeps { live["clientName"].clone() } else { json!(client_name(key, client)) };
        written
    }

    /// `policy.delete`: exactly the named clients, if they are still there.
    fn delete_by_address(&mut self, undeclared: &[&ListedClient]) -> BTreeSet<String> {
        let mut by_name: BTreeMap<&str, Vec<&ListedClient>> = BTreeMap::new();
        // A client that registered itself is never matched by name.
        for client in undeclared.iter().filter(|client| !client.dynamic) {
            by_name.entry(&client.name).or_default().push(client);
        }
        let mut deleted = BTreeSet::new();
        for path in self.policy.delete.clone() {
            let keys = path.keys().unwrap_or_default();
            let ["clients", name] = keys[..] else { continue };
            match by_name.get(name).map(Vec::as_slice).unwrap_or_default() {
                [] => {}
                [client] => {
                    deleted.insert(client.id.clone());
                    self.delete_client(client);
                }
                found => {
                    let ids = found.iter().map(|client| client.id.as_str()).collect::<Vec<_>>().join(", ");
                    let message = format!("`{path}` names {} live clients: {ids}", found.len());
                    let at = Path::of(["policy", "delete"]);
                    self.refuse(
                        RefusalRule::Prune,
                        &at,
                        message,
                        "delete the one that is meant by other means",
                    );
                }
            }
        }
        deleted
    }

    fn delete_client(&mut self, client: &ListedClient) {
        let action = Action::DeleteClient { client_id: client.id.clone(), name: client.name.clone() };
        let address = self.address(&Path::of(["clients", &client.name]));
        self.deleted_clients.push(Step::new(address, action, Vec::new()));
    }

    /// Lists undeclared clients, or deletes them where pruning says so. What made itself is never pruned.
    fn undeclared_clients(&mut self, clients: Vec<&ListedClient>) {
        // While it is not known which client a declaration means, it may be one of these.
        let unclear = |refusal: &Refusal| matches!(refusal.rule, RefusalRule::Ambiguous | RefusalRule::Gone);
        let known = !self.plan.refusals.iter().any(unclear);
        let prunes =
            self.policy.prunes("clients") && known && !clients.is_empty() && self.may_prune("clients");
        for client in clients {
            let note = if client.dynamic {
                Some("registered itself")
            } else if OPENSEARCH.iter().any(|prefix| client.name.starts_with(prefix)) {
                Some("made by OpenSearch")
            } else {
                None
            };
            let ignored = self.policy.ignores(&Path::of(["clients", &client.name]));
            if prunes && note.is_none() && !ignored {
                self.delete_client(client);
            } else {
                let address = self.address(&Path::of(["clients", &client.name]));
                let id = Some(client.id.clone());
                self.plan.unmanaged.push(Unmanaged { address, id, note });
            }
        }
    }
}

/// Says of each change that a member of the preset makes where its value comes from.
fn mark_presets(client: &Value, changes: &mut [Change]) {
    for preset in filled_in(client) {
        let of_it = |change: &&mut Change| change.path.keys().is_some_and(|keys| keys == [preset.member]);
        if let Some(change) = changes.iter_mut().find(of_it) {
            change.preset = Some(preset.application_type);
        }
    }
}
