//! What a client refers to must be there, before the first call.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Planner, RefusalRule};
use crate::diff::Change;
use crate::normalize::{
    STANDARD_ATTRIBUTES, STANDARD_SCOPES, canonical_attribute_name, custom_attribute_name,
};
use crate::path::Path;

/// An attribute of the pool as it is to be.
struct Attribute {
    mutable: bool,
    required: bool,
}

fn texts<'a>(client: &'a Value, list: &str) -> impl Iterator<Item = &'a str> {
    client[list].as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn attribute_problems(attributes: &BTreeMap<String, Attribute>, list: &str, client: &Value) -> Vec<String> {
    let names: Vec<&str> = texts(client, list).collect();
    let mut problems: Vec<String> = Vec::new();
    for name in &names {
        match attributes.get(*name) {
            None => problems.push(format!("`{name}` is no attribute of the pool")),
            Some(attribute) if list == "writeAttributes" && !attribute.mutable => {
                problems.push(format!("`{name}` cannot be written: it is not mutable"));
            }
            Some(_) => {}
        }
    }
    if list == "writeAttributes" && !names.is_empty() {
        let required = attributes.iter().filter(|(name, attribute)| attribute.required && *name != "sub");
        let missing = required.filter(|(name, _)| !names.contains(&name.as_str()));
        problems.extend(missing.map(|(name, _)| format!("the list lacks `{name}`, which the pool requires")));
    }
    problems
}

impl Planner<'_> {
    /// Refuses what a client refers to that is not there: attributes, and in a new pool providers and scopes.
    pub(super) fn preflight_references(&mut self, at: &Path, changes: &[Change], desired: &Value) {
        for list in ["readAttributes", "writeAttributes"] {
            if !changes.iter().any(|change| change.path.last_key() == Some(list)) {
                continue;
            }
            for problem in attribute_problems(&self.attributes(), list, desired) {
                let help = "declare it in `settings.attributes`, or change the list";
                self.refuse(RefusalRule::State, &at.key(list), problem, help);
            }
        }
        if self.live.is_some() {
            return;
        }
        for name in texts(desired, "supportedIdentityProviders").filter(|name| *name != "COGNITO") {
            let message = format!("a new pool has no identity provider `{name}`");
            let help = "leave it out until the provider is there";
            self.refuse(RefusalRule::State, &at.key("supportedIdentityProviders"), message, help);
        }
        for scope in texts(desired, "allowedOAuthScopes").filter(|scope| !STANDARD_SCOPES.contains(scope)) {
            let message = format!("a new pool has no scope `{scope}`");
            let help = "leave it out until its resource server is there";
            self.refuse(RefusalRule::State, &at.key("allowedOAuthScopes"), message, help);
        }
    }

    /// The attributes that the pool has or is to have, by the names that clients know them by.
    fn attributes(&self) -> BTreeMap<String, Attribute> {
        let mut all: BTreeMap<String, Attribute> = BTreeMap::new();
        let mut insert = |name: &str, mutable: bool, required: bool| {
            all.insert(name.to_owned(), Attribute { mutable, required });
        };
        match self.live {
            Some(live) => {
                for attribute in live.pool["SchemaAttributes"].as_array().into_iter().flatten() {
                    let name = attribute["Name"].as_str().unwrap_or_default();
                    insert(name, attribute["Mutable"] != false, attribute["Required"] == true);
                }
            }
            None => STANDARD_ATTRIBUTES.iter().for_each(|name| insert(name, *name != "sub", *name == "sub")),
        }
        let declared = self.manifest.value["settings"]["attributes"].as_object();
        for (name, definition) in declared.into_iter().flatten() {
            let canonical = canonical_attribute_name(name);
            let known = custom_attribute_name(&canonical)
                .map_or(canonical.clone(), |custom| format!("custom:{custom}"));
            if self.live.is_none() || known.starts_with("custom:") {
                insert(&known, definition["mutable"] != false, definition["required"] == true);
            }
        }
        all
    }
}
