//! What goes: only after the clients that use it, and not while one does.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Action, Planner, Step, Unused};
use crate::catalog::{IDENTITY_PROVIDER, Kind, RESOURCE_SERVER};
use crate::diff::Change;
use crate::path::Path;

/// A resource, or a part of one, that is to go.
#[derive(Debug)]
pub(super) struct Narrowing {
    kind: &'static Kind,
    name: String,
    /// The member of clients that lists what goes, in the manifest's name and the API's.
    list: (&'static str, &'static str),
    /// What clients may not use any more.
    uses: Vec<String>,
    /// What goes of the resource; nothing if it goes as a whole.
    changes: Vec<Change>,
}

const PROVIDERS: (&str, &str) = ("supportedIdentityProviders", "SupportedIdentityProviders");
const SCOPES: (&str, &str) = ("allowedOAuthScopes", "AllowedOAuthScopes");

impl Narrowing {
    /// The deletion of a resource.
    pub(super) fn deletion(kind: &'static Kind, name: &str, document: &Value) -> Self {
        let scopes = document["Scopes"].as_array().into_iter().flatten();
        let scopes = scopes.filter_map(|scope| scope["ScopeName"].as_str());
        let (list, uses) = if *kind == *IDENTITY_PROVIDER {
            (PROVIDERS, vec![name.to_owned()])
        } else {
            (SCOPES, scopes.map(|scope| format!("{name}/{scope}")).collect())
        };
        Self { kind, name: name.to_owned(), list, uses, changes: Vec::new() }
    }
}

impl Planner<'_> {
    /// Takes out of a resource server's changes the scopes that go while clients have them.
    pub(super) fn split_off_scopes_in_use(
        &self,
        kind: &'static Kind,
        name: &str,
        changes: &mut Vec<Change>,
    ) -> Option<Narrowing> {
        if *kind != *RESOURCE_SERVER {
            return None;
        }
        let clients = self.live.into_iter().flat_map(|live| live.clients.values());
        let in_use: BTreeSet<&str> = clients.flat_map(|client| texts(&client[SCOPES.1])).collect();
        let scope = |change: &Change| match change.path.keys().as_deref() {
            Some(["scopes", scope]) if change.after.is_none() => Some(format!("{name}/{scope}")),
            _ => None,
        };
        let goes = |change: &mut Change| scope(change).is_some_and(|scope| in_use.contains(scope.as_str()));
        let split: Vec<Change> = changes.extract_if(.., goes).collect();
        let uses: Vec<String> = split.iter().filter_map(scope).collect();
        (!uses.is_empty()).then(|| Narrowing {
            kind,
            name: name.to_owned(),
            list: SCOPES,
            uses,
            changes: split,
        })
    }

    /// Whether a resource is to go as a whole.
    pub(super) fn goes(&self, kind: &Kind, name: &str) -> bool {
        self.narrowings
            .iter()
            .any(|narrowing| narrowing.kind == kind && narrowing.name == name && narrowing.changes.is_empty())
    }

    /// Plans what goes, after everything else: first the clients, then what they used.
    pub(super) fn removals(&mut self) {
        let clients = std::mem::take(&mut self.deleted_clients);
        self.plan.steps.extend(clients);
        let steps: BTreeMap<String, usize> = (self.plan.steps.iter().enumerate())
            .filter_map(|(index, step)| Some((step.action.client_id()?.to_owned(), index)))
            .collect();
        for narrowing in std::mem::take(&mut self.narrowings) {
            let at = Path::of([narrowing.kind.section, &narrowing.name]);
            let needs = self.free_of_users(&at, &narrowing, &steps);
            let Narrowing { kind, name, changes, list: (_, list), uses } = narrowing;
            let action = if changes.is_empty() {
                Action::DeleteMember { kind, name }
            } else {
                Action::UpdateMember { kind, name }
            };
            let step = self.step(&at, action, changes);
            step.needs = needs;
            step.unused = (!uses.is_empty()).then_some(Unused { list, names: uses });
        }
    }

    /// The clients that stop using what goes; one that does not refuses the plan.
    ///
    /// `steps` are those of clients, by id.
    fn free_of_users(
        &mut self,
        at: &Path,
        narrowing: &Narrowing,
        steps: &BTreeMap<String, usize>,
    ) -> Vec<Path> {
        let Some(live) = self.live else { return Vec::new() };
        let (written, answered) = narrowing.list;
        let mut needs = Vec::new();
        for (id, client) in &live.clients {
            let found_in = |list: &[&str]| narrowing.uses.iter().find(|name| list.contains(&name.as_str()));
            let Some(in_use) = found_in(&texts(&client[answered])) else { continue };
            let step = steps.get(id).map(|index| &self.plan.steps[*index]);
            let is_free = |step: &&Step| {
                let is_gone = matches!(step.action, Action::DeleteClient { .. });
                is_gone || after(step, written).is_some_and(|list| found_in(&texts(list)).is_none())
            };
            if let Some(step) = step.filter(is_free) {
                needs.push(step.address.clone());
                continue;
            }
            let name = client["ClientName"].as_str().unwrap_or_default();
            let message = format!("the app client `{name}` ({id}) still uses `{in_use}`, which is to go");
            let help = format!("take it out of the client's `{written}` in the same apply, or keep it");
            self.refuse_removal(at, message, help);
        }
        needs
    }
}

/// The scopes that a change of a resource server takes away.
pub(super) fn scopes_that_go(name: &str, changes: &[Change]) -> Option<Unused> {
    let gone = changes.iter().filter(|change| change.after.is_none());
    let names: Vec<String> = gone
        .filter_map(|change| match change.path.keys().as_deref() {
            Some(["scopes", scope]) => Some(format!("{name}/{scope}")),
            _ => None,
        })
        .collect();
    (!names.is_empty()).then_some(Unused { list: SCOPES.1, names })
}

/// A client's list after a step, if the step changes it.
fn after<'a>(step: &'a Step, list: &str) -> Option<&'a Value> {
    let change = step.changes.iter().find(|change| change.path.last_key() == Some(list))?;
    Some(change.after.as_ref().unwrap_or(&Value::Null))
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}
