//! What a client or a provider refers to must be there, before the first call.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::{Planner, RefusalRule, Verb};
use crate::catalog::{IDENTITY_PROVIDER, Kind, RESOURCE_SERVER};
use crate::diff::{Change, ChangeKind};
use crate::normalize::{
    STANDARD_ATTRIBUTES, STANDARD_SCOPES, custom_attribute_name, scopes_by_name, settings_written,
};
use crate::path::Path;

/// What clients may refer to, once everything before them is done.
#[derive(Debug, Default)]
pub(super) struct References {
    /// The providers that there will be; `None` if that is not known.
    providers: Option<BTreeSet<String>>,
    /// The scopes that there will be; `None` if that is not known.
    scopes: Option<BTreeSet<String>>,
    /// The addresses of resources that steps make, and of scopes that they add.
    made: BTreeSet<Path>,
}

/// What must be known of an attribute.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attribute {
    required: bool,
    mutable: bool,
}

fn texts<'a>(client: &'a Value, list: &str) -> impl Iterator<Item = &'a str> {
    client[list].as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn changes_member(changes: &[Change], member: &str) -> bool {
    changes.iter().any(|change| change.path.last_key() == Some(member))
}

fn attribute_problems(attributes: &BTreeMap<String, Attribute>, list: &str, client: &Value) -> Vec<String> {
    let names: Vec<&str> = texts(client, list).collect();
    let mut problems: Vec<String> = Vec::new();
    let unknown = names.iter().filter(|name| !attributes.contains_key(**name));
    problems.extend(unknown.map(|name| format!("`{name}` is no attribute of the pool")));
    if list == "writeAttributes" && !names.is_empty() {
        let required = attributes.iter().filter(|(name, attribute)| attribute.required && *name != "sub");
        let missing = required.filter(|(name, _)| !names.contains(&name.as_str()));
        problems.extend(missing.map(|(name, _)| format!("the list lacks `{name}`, which the pool requires")));
    }
    problems
}

impl Planner<'_> {
    /// Refuses what a client refers to that is not there: attributes, providers and scopes.
    pub(super) fn preflight_references(&mut self, at: &Path, changes: &[Change], desired: &Value) {
        for list in ["readAttributes", "writeAttributes"] {
            if !changes_member(changes, list) {
                continue;
            }
            for problem in attribute_problems(&self.attributes(), list, desired) {
                let help = "declare it in `settings.attributes`, or change the list";
                self.refuse(RefusalRule::State, &at.key(list), problem, help);
            }
        }
        let references = Rc::clone(&self.references);
        for (list, kind, known) in [
            ("supportedIdentityProviders", &*IDENTITY_PROVIDER, &references.providers),
            ("allowedOAuthScopes", &*RESOURCE_SERVER, &references.scopes),
        ] {
            let Some(known) = known.as_ref().filter(|_| changes_member(changes, list)) else { continue };
            for name in texts(desired, list).filter(|name| !known.contains(*name)) {
                self.refuse_unknown(at, list, kind, name, known);
            }
        }
        if changes_member(changes, "supportedIdentityProviders") || changes_member(changes, "writeAttributes")
        {
            self.refuse_unwritable_mappings(at, desired);
        }
    }

    fn refuse_unknown(&mut self, at: &Path, list: &str, kind: &Kind, name: &str, known: &BTreeSet<String>) {
        let what = if list == "allowedOAuthScopes" { "scope" } else { kind.noun };
        let pool = if self.live.is_some() { "the pool has" } else { "a new pool has" };
        let near = crate::identity::nearest(name, known.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it in `{}`, or leave it out until it is there", kind.section),
        };
        self.refuse(RefusalRule::State, &at.key(list), format!("{pool} no {what} `{name}`"), help);
    }

    /// A provider writes the attributes that it maps with the rights of the client.
    fn refuse_unwritable_mappings(&mut self, at: &Path, desired: &Value) {
        let writable: Vec<&str> = texts(desired, "writeAttributes").collect();
        if writable.is_empty() {
            return; // the service's own set
        }
        let mut missing = Vec::new();
        for provider in texts(desired, "supportedIdentityProviders") {
            let after = self.after.get(&(IDENTITY_PROVIDER.section, provider.to_owned()));
            let mapped = after.and_then(|after| after["attributeMapping"].as_object()).into_iter().flatten();
            let mapped = mapped.map(|(name, _)| name.as_str()).filter(|name| *name != "username");
            let lacking = mapped.filter(|name| !writable.contains(name));
            missing.extend(lacking.map(|name| format!("the list lacks `{name}`, which `{provider}` maps")));
        }
        for problem in missing {
            let help = "add it, or take it out of the provider's `attributeMapping`";
            self.refuse(RefusalRule::State, &at.key("writeAttributes"), problem, help);
        }
    }

    /// Refuses the mapping of an attribute that is not there or cannot change.
    pub(super) fn preflight_mapping(&mut self, at: &Path, desired: &Value) {
        let attributes = self.attributes();
        let mapping = desired["attributeMapping"].as_object().into_iter().flatten();
        for name in mapping.map(|(name, _)| name).filter(|name| *name != "username") {
            let problem = match attributes.get(name) {
                None => format!("`{name}` is no attribute of the pool"),
                Some(attribute) if !attribute.mutable => {
                    format!("`{name}` cannot change once it is set, so its users could not sign in twice")
                }
                Some(_) => continue,
            };
            let help = "map a mutable attribute of the pool; custom ones have the prefix `custom:`";
            self.refuse(RefusalRule::State, &at.key("attributeMapping").key(name), problem, help);
        }
    }

    /// Collects what clients may refer to; everything before the clients must be planned.
    pub(super) fn collect_references(&self) -> References {
        let mut providers = self.names_after(&IDENTITY_PROVIDER);
        if let Some(providers) = &mut providers {
            providers.insert("COGNITO".to_owned());
        }
        let mut made = BTreeSet::new();
        for step in &self.plan.steps {
            if step.action.verb() == Verb::Create {
                made.insert(step.address.clone());
            }
            let added = step.changes.iter().filter(|change| change.kind == ChangeKind::Add);
            made.extend(added.map(|change| step.address.join(&change.path)));
        }
        References { providers, scopes: self.scopes(), made }
    }

    fn scopes(&self) -> Option<BTreeSet<String>> {
        let mut all: BTreeSet<String> = STANDARD_SCOPES.iter().map(|scope| (*scope).to_owned()).collect();
        for server in self.names_after(&RESOURCE_SERVER)? {
            let key = (RESOURCE_SERVER.section, server.clone());
            let scopes = if let Some(after) = self.after.get(&key) {
                after["scopes"].as_object().cloned().unwrap_or_default()
            } else {
                let live = self.live.and_then(|live| live.section(RESOURCE_SERVER.section)?.get(&server));
                live.map(|live| scopes_by_name(&live["Scopes"])).unwrap_or_default()
            };
            all.extend(scopes.keys().map(|scope| format!("{server}/{scope}")));
        }
        Some(all)
    }

    /// The names that a kind will have.
    fn names_after(&self, kind: &Kind) -> Option<BTreeSet<String>> {
        let mut names: BTreeSet<String> = match self.live {
            None => BTreeSet::new(),
            Some(live) => live.section(kind.section)?.keys().cloned().collect(),
        };
        names.retain(|name| !self.goes(kind, name));
        let declared = self.after.keys().filter(|(section, _)| *section == kind.section);
        names.extend(declared.map(|(_, name)| name.clone()));
        Some(names)
    }

    /// The steps that must be done before a client's: those that make a provider, a resource server or a scope that it
    /// names.
    pub(super) fn what_a_client_needs(&self, desired: &Value) -> Vec<Path> {
        let made = &self.references.made;
        let mut needs = BTreeSet::new();
        for name in texts(desired, "supportedIdentityProviders") {
            let address = self.address(&Path::of([IDENTITY_PROVIDER.section, name]));
            needs.extend(made.get(&address).cloned());
        }
        for (server, scope) in texts(desired, "allowedOAuthScopes").filter_map(|scope| scope.rsplit_once('/'))
        {
            let address = self.address(&Path::of([RESOURCE_SERVER.section, server]));
            if made.contains(&address) || made.contains(&address.key("scopes").key(scope)) {
                needs.insert(address);
            }
        }
        needs.into_iter().collect()
    }

    /// The attributes that the pool has or is to have, by the names that clients know them by.
    fn attributes(&self) -> BTreeMap<String, Attribute> {
        let mut all: BTreeMap<String, Attribute> = BTreeMap::new();
        let mut insert = |name: &str, required: bool, mutable: bool| {
            all.insert(name.to_owned(), Attribute { required, mutable });
        };
        match self.live {
            Some(live) => {
                for attribute in live.pool["SchemaAttributes"].as_array().into_iter().flatten() {
                    let name = attribute["Name"].as_str().unwrap_or_default();
                    insert(name, attribute["Required"] == true, attribute["Mutable"] != false);
                }
            }
            None => STANDARD_ATTRIBUTES.iter().for_each(|name| insert(name, *name == "sub", *name != "sub")),
        }
        let settings = self.manifest.section("settings").map(settings_written).unwrap_or_default();
        for (name, definition) in settings["attributes"].as_object().into_iter().flatten() {
            let (required, mutable) = (definition["required"] == true, definition["mutable"] != false);
            match (custom_attribute_name(name), name.starts_with("dev:")) {
                // Answers spell a developer's attribute in one of two ways.
                (Some(custom), true) => {
                    insert(&format!("dev:{custom}"), required, mutable);
                    insert(&format!("dev:custom:{custom}"), required, mutable);
                }
                (Some(custom), false) => insert(&format!("custom:{custom}"), required, mutable),
                (None, _) if self.live.is_none() => insert(name, required, mutable),
                (None, _) => {}
            }
        }
        all
    }
}
