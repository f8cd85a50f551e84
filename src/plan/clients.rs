//! The steps of app clients.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Action, Planner, RefusalRule, Unknown, Unmanaged};
use crate::catalog::CLIENT;
use crate::diff;
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
                (Some(ClientMatch::PinnedIsGone(id)), _) => {
                    let message = format!("the pool has no client {id}");
                    let help = "leave `clientId` out to create the client anew; it then has another id";
                    self.refuse(RefusalRule::Gone, &at.key("clientId"), message, help);
                }
                _ => self.create_client(&at, key, client),
            }
        }
        let undeclared: Vec<&ListedClient> =
            listed.iter().filter(|client| !declared_ids.contains(client.id.as_str())).collect();
        let deleted = self.delete_by_address(&undeclared);
        if declared.is_some() {
            let rest = undeclared.into_iter().filter(|client| !deleted.contains(&client.id));
            self.undeclared_clients(rest.collect());
        }
    }

    fn create_client(&mut self, at: &Path, key: &str, client: &Value) {
        let written = normalize::client_written(client);
        let changes = diff::creation(&CLIENT.root, &written);
        let all = changes.iter().map(|change| (&change.path, change.after.as_ref()));
        self.preflight_client(at, None, &normalize::with_changes(&json!({}), all));
        let changes = changes.into_iter().filter(|change| change.path.last_key() != Some("clientName"));
        let name = client_name(key, client).to_owned();
        self.step(at, Action::CreateClient { name }, changes.collect());
    }

    fn update_client(&mut self, at: &Path, key: &str, client: &Value, live: &LivePool, id: &str) {
        let Some(document) = live.clients.get(id) else { return };
        let mut written = normalize::client_written(client);
        written["clientName"] = json!(client_name(key, client));
        let canonical = normalize::client_answer(document);
        let difference = self.difference(&CLIENT.root, at, &written, &canonical);
        if !difference.changes.is_empty() {
            let all = difference.changes.iter().map(|change| (&change.path, change.after.as_ref()));
            self.preflight_client(at, Some(&canonical), &normalize::with_changes(&canonical, all));
            self.step(at, Action::UpdateClient { client_id: id.to_owned() }, difference.changes);
        }
        let address = self.address(at);
        let members = normalize::unknown_members(&CLIENT, document);
        self.plan
            .unknown
            .extend(members.into_iter().map(|member| Unknown { address: address.clone(), member }));
    }

    /// `policy.delete`: exactly the named clients, if they are still there.
    fn delete_by_address(&mut self, undeclared: &[&ListedClient]) -> BTreeSet<String> {
        let mut by_name: BTreeMap<&str, Vec<&ListedClient>> = BTreeMap::new();
        for client in undeclared {
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
        self.step(&Path::of(["clients", &client.name]), action, Vec::new());
    }

    /// Lists undeclared clients, or deletes them where pruning says so. What made itself is never pruned.
    fn undeclared_clients(&mut self, clients: Vec<&ListedClient>) {
        let prunes = self.policy.prune_clients && !clients.is_empty() && self.may_prune("clients");
        for client in clients {
            let note = if client.dynamic {
                Some("registered itself")
            } else if OPENSEARCH.iter().any(|prefix| client.name.starts_with(prefix)) {
                Some("made by OpenSearch")
            } else {
                None
            };
            if prunes && note.is_none() {
                self.delete_client(client);
            } else {
                let address = self.address(&Path::of(["clients", &client.name]));
                self.plan.unmanaged.push(Unmanaged { address, note });
            }
        }
    }
}
