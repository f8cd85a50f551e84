//! Everything that can be said of a manifest without asking Cognito, all of it at once.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diagnostic::{Code, Finding, Place, Severity};
use crate::manifest::load::PoolManifest;
use crate::path::{Path, Pattern, Patterns};

mod attributes;
mod clients;
mod domains;
mod identity_providers;
mod policy;
pub mod schema;
mod settings;

pub use crate::identity::nearest;

/// Validates one pool's manifest: its schema, then what its values mean together.
///
/// Field rules run on whatever has the right type, so one wrong type hides no other finding.
pub fn validate(manifest: &PoolManifest) -> Vec<Finding> {
    let mut findings = schema::MANIFEST.check(&manifest.value, &manifest.root);
    let ignore = strings(&manifest.value["policy"]["ignore"]).into_iter();
    let ignore = ignore.filter_map(|text| Some((Pattern::parse(text).ok()?, ()))).collect();
    let mut check = Check { manifest, ignore, findings: Vec::new() };
    settings::check(&mut check);
    identity_providers::check(&mut check);
    clients::check(&mut check);
    domains::check(&mut check);
    policy::check(&mut check);
    // What the schema says of a value is enough of it.
    let said: BTreeSet<String> =
        findings.iter().filter_map(|finding| finding.path.as_ref()).map(ToString::to_string).collect();
    let is_new =
        |finding: &Finding| finding.path.as_ref().is_none_or(|path| !said.contains(&path.to_string()));
    findings.extend(check.findings.into_iter().filter(is_new));
    findings
}

/// What the field rules write their findings into.
struct Check<'a> {
    manifest: &'a PoolManifest,
    /// `policy.ignore`.
    ignore: Patterns<()>,
    findings: Vec<Finding>,
}

impl Check<'_> {
    /// Reports an error at a value.
    fn error(&mut self, code: Code, path: &Path, message: impl Into<String>, help: impl Into<String>) {
        let place = Place::Text(self.manifest.span(path));
        self.findings.push(Finding::error(code, place, message).at(path.clone()).help(help));
    }

    /// Reports an error at a key.
    fn key_error(&mut self, code: Code, path: &Path, message: impl Into<String>, help: impl Into<String>) {
        let place = Place::Text(self.manifest.key_span(path));
        self.findings.push(Finding::error(code, place, message).at(path.clone()).help(help));
    }

    /// Reports a warning at a value.
    fn warning(&mut self, code: Code, path: &Path, message: impl Into<String>, help: impl Into<String>) {
        self.error(code, path, message, help);
        if let Some(finding) = self.findings.last_mut() {
            finding.severity = Severity::Warning;
        }
    }

    /// Whether policy leaves a value to the live pool, which only the plan knows.
    fn is_left_to_the_plan(&self, path: &Path) -> bool {
        self.keeps_what_is_omitted() || self.ignore.covering(path).next().is_some()
    }

    /// Whether `policy.omitted` leaves everything that is not written as it is live.
    fn keeps_what_is_omitted(&self) -> bool {
        self.manifest.value["policy"]["omitted"] != Value::Null
            && self.manifest.value["policy"]["omitted"] != "default"
    }
}

/// The strings of a list; nothing for what is no list.
fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}
