//! Everything that can be said of a manifest without asking Cognito, all of it at once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::diagnostic::{Code, Finding, Place, Severity};
use crate::manifest::load::PoolManifest;
use crate::path::{Path, Pattern, Patterns, Segment};
use crate::template;

mod attributes;
mod branding;
mod clients;
mod domains;
mod identity_providers;
mod log_delivery;
mod pass_through;
mod policy;
mod references;
pub mod schema;
mod settings;
mod terms;
mod ui;

pub use crate::identity::nearest;
pub use pass_through::sounds_like_a_secret;

/// Validates the manifests of a run: each by itself, and what they refer to in each other.
///
/// `whole`: whether they are all that the environment has. If not, a policy may name what another file declares.
pub fn validate_run(manifests: &[PoolManifest], whole: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut shared: BTreeMap<(String, String), (usize, Finding)> = BTreeMap::new();
    let may_be_elsewhere = |finding: &Finding| {
        is_about_policy(finding) && matches!(finding.code, Code::BadReference | Code::Missing)
    };
    for manifest in manifests {
        for finding in validate(manifest).into_iter().filter(|finding| whole || !may_be_elsewhere(finding)) {
            match place_in_shared_policy(manifest, &finding) {
                Some(place) => shared.entry((place, finding.message.clone())).or_insert((0, finding)).0 += 1,
                None => findings.push(finding),
            }
        }
    }
    // A policy for all pools may name what only some of them have.
    let concerns_all =
        |(count, finding): &(usize, Finding)| *count == manifests.len() || !may_be_elsewhere(finding);
    findings.extend(shared.into_values().filter(concerns_all).map(|(_, finding)| finding));
    findings.extend(references::check(manifests));
    findings
}

/// Where a finding about a policy stands that is none of the manifest's own.
fn place_in_shared_policy(manifest: &PoolManifest, finding: &Finding) -> Option<String> {
    let Place::Text(span) = &finding.place else { return None };
    (is_about_policy(finding) && !manifest.inputs.contains(&span.source.name)).then(|| span.to_string())
}

/// Whether a finding is about `policy`, which may name what only other manifests declare.
pub fn is_about_policy(finding: &Finding) -> bool {
    let first = finding.path.as_ref().and_then(|path| path.segments().first());
    matches!(first, Some(Segment::Key(key)) if key == "policy")
}

/// Validates one pool's manifest: its schema, then what its values mean together.
///
/// Field rules run on whatever has the right type, so one wrong type hides no other finding. In the place of what only
/// a live pool knows stands something of its form.
pub fn validate(manifest: &PoolManifest) -> Vec<Finding> {
    let plausible;
    let manifest = if template::references(&manifest.value).is_empty() {
        manifest
    } else {
        plausible = manifest.filled(&|reference| Some(references::stand_in(&manifest.key, reference)));
        &plausible
    };
    let mut findings = schema::MANIFEST.check(&manifest.value, &manifest.root);
    let ignore = strings(&manifest.value["policy"]["ignore"]).into_iter();
    let ignore = ignore.filter_map(|text| Some((Pattern::parse(text).ok()?, ()))).collect();
    let mut check = Check { manifest, ignore, findings: Vec::new() };
    settings::check(&mut check);
    identity_providers::check(&mut check);
    clients::check(&mut check);
    domains::check(&mut check);
    log_delivery::check(&mut check);
    branding::check(&mut check);
    terms::check(&mut check);
    pass_through::check(&mut check);
    ui::check(&mut check);
    policy::check(&mut check);
    // What the schema says of a value is enough of it.
    let said: BTreeSet<String> =
        findings.iter().filter_map(|finding| finding.path.as_ref()).map(ToString::to_string).collect();
    let is_new =
        |finding: &Finding| finding.path.as_ref().is_none_or(|path| !said.contains(&path.to_string()));
    findings.extend(check.findings.into_iter().filter(is_new));
    say_once_of_defaults(manifest, &mut findings);
    for finding in &mut findings {
        if let Some(node) = finding.path.as_ref().and_then(|path| manifest.root.at(path)) {
            finding.note_origin(&node.inserted);
        }
    }
    findings
}

/// Of a default that many members have, one finding is enough.
fn say_once_of_defaults(manifest: &PoolManifest, findings: &mut Vec<Finding>) {
    let is_filled = |finding: &Finding| {
        let node = finding.path.as_ref().and_then(|path| manifest.root.at(path));
        node.is_some_and(|node| node.filled_from.is_some())
    };
    let what = |finding: &Finding| match &finding.place {
        Place::Text(span) => (span.source.name.clone(), span.bytes.start, finding.code),
        Place::Input(input) => (input.clone(), 0, finding.code),
    };
    let (mut own, filled): (Vec<Finding>, Vec<Finding>) =
        std::mem::take(findings).into_iter().partition(|finding| !is_filled(finding));
    let mut said: BTreeSet<_> = own.iter().map(what).collect();
    own.extend(filled.into_iter().filter(|finding| said.insert(what(finding))));
    *findings = own;
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

    /// Reports a warning at a key.
    fn key_warning(&mut self, code: Code, path: &Path, message: impl Into<String>, help: impl Into<String>) {
        self.key_error(code, path, message, help);
        if let Some(finding) = self.findings.last_mut() {
            finding.severity = Severity::Warning;
        }
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
