//! Field rules of the terms documents of clients.

use serde_json::Value;

use super::Check;
use crate::catalog::{CLIENT, Records, TERMS};
use crate::diagnostic::Code;
use crate::path::Path;

/// The most terms documents of a pool.
const MOST: usize = 40;

/// The link for languages without one of their own.
const DEFAULT: &str = "cognito:default";

pub(super) fn check(check: &mut Check<'_>) {
    let manifest = check.manifest;
    let mut count = 0;
    for (key, client) in manifest.section(CLIENT.section).and_then(Value::as_object).into_iter().flatten() {
        let Some(terms) = client[TERMS.section].as_object() else { continue };
        let section = Path::of([CLIENT.section, key, TERMS.section]);
        for (name, document) in terms {
            let links = section.key(name).key("links");
            let is_written = document["links"].as_object().is_some_and(|links| !links.is_empty());
            if is_written && !document["links"][DEFAULT].is_string() {
                let message = format!("`{links}` needs `{DEFAULT}`");
                let help = "write the URL for all languages without one of their own";
                check.key_error(Code::Missing, &links, message, help);
            }
        }
        if let (1, Some(name)) = (terms.len(), terms.keys().next()) {
            let names = TERMS.records.iter().flat_map(Records::all_names).flatten();
            let other = names.filter(|other| other != name).map(|name| format!("`{name}`"));
            let other: Vec<String> = other.collect();
            let message = format!("`{section}` has `{name}` alone, and the pages show neither without both");
            let help = format!("declare {} too", other.join(" and "));
            check.key_warning(Code::Unused, &section.key(name), message, help);
        }
        count += terms.len();
        if count > MOST && count - terms.len() <= MOST {
            let message = format!("a pool has at most {MOST} terms documents");
            check.key_error(Code::Bound, &section, message, "leave some of them out");
        }
    }
}
