//! What a client refers to must be there, before the first call.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Planner, RefusalRule};
use crate::diff::Change;
use crate::normalize::{STANDARD_ATTRIBUTES, STANDARD_SCOPES, custom_attribute_name, settings_written};
use crate::path::Path;

fn texts<'a>(client: &'a Value, list: &str) -> impl Iterator<Item = &'a str> {
    client[list].as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn attribute_problems(attributes: &BTreeMap<String, bool>, list: &str, client: &Value) -> Vec<String> {
    let names: Vec<&str> = texts(client, list).collect();
    let mut problems: Vec<String> = Vec::new();
    let unknown = names.iter().filter(|name| !attributes.contains_key(**name));
    problems.extend(unknown.map(|name| format!("`{name}` is no attribute of the pool")));
    if list == "writeAttributes" && !names.is_empty() {
        let required = attributes.iter().filter(|(name, required)| **required && *name != "sub");
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

    /// The attributes that the pool has or is to have, by the names that clients know them by, and whether
    /// each is required.
    fn attributes(&self) -> BTreeMap<String, bool> {
        let mut all: BTreeMap<String, bool> = BTreeMap::new();
        let mut insert = |name: &str, required: bool| {
            all.insert(name.to_owned(), required);
        };
        match self.live {
            Some(live) => {
                for attribute in live.pool["SchemaAttributes"].as_array().into_iter().flatten() {
                    let name = attribute["Name"].as_str().unwrap_or_default();
                    insert(name, attribute["Required"] == true);
                }
            }
            None => STANDARD_ATTRIBUTES.iter().for_each(|name| insert(name, *name == "sub")),
        }
        let settings = self.manifest.section("settings").map(settings_written).unwrap_or_default();
        for (name, definition) in settings["attributes"].as_object().into_iter().flatten() {
            let required = definition["required"] == true;
            match (custom_attribute_name(name), name.starts_with("dev:")) {
                // Answers spell a developer's attribute in one of two ways.
                (Some(custom), true) => {
                    insert(&format!("dev:{custom}"), required);
                    insert(&format!("dev:custom:{custom}"), required);
                }
                (Some(custom), false) => insert(&format!("custom:{custom}"), required),
                (None, _) if self.live.is_none() => insert(name, required),
                (None, _) => {}
            }
        }
        all
    }
}
