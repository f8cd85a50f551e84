//! The steps of what a pool or a client has one of.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::action::Owner;
use super::{Action, Planner, RefusalRule, Unknown, Unmanaged};
use crate::catalog::{
    ATTACHED, Attached, CLIENT, CLIENT_RISK, CLIENT_SESSION, CLIENT_UI, Kind, LOG_DELIVERY, RISK, SESSION, UI,
};
use crate::diff::{Change, ChangeKind, Difference};
use crate::normalize::{self, with_changes};
use crate::path::Path;

/// A rule over what is attached, what changes of it, and the pool as it is to be: where it is broken, what is wrong, and
/// the way out.
struct Rule {
    kinds: &'static [&'static LazyLock<Kind>],
    broken: fn(&Planner<'_>, &[Change], &Value) -> bool,
    field: &'static [&'static str],
    message: &'static str,
    help: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        kinds: &[&RISK, &CLIENT_RISK],
        broken: |planner, _, _| planner.threat_protection_after() == "OFF",
        field: &[],
        message: "the pool's threat protection is off",
        help: "write `userPoolTier: PLUS` and `userPoolAddOns: {advancedSecurityMode: ENFORCED}` in `settings`",
    },
    Rule {
        kinds: &[&SESSION, &CLIENT_SESSION],
        broken: |planner, changes, desired| {
            let tracks = desired["userSessionTracking"] == "ENABLED";
            planner.tier_after() == "LITE" && (!changes.is_empty() || tracks)
        },
        field: &[],
        message: "sessions are not in the tier LITE",
        help: "write `userPoolTier: ESSENTIALS` in `settings`, or leave the section out",
    },
    Rule {
        kinds: &[&CLIENT_SESSION],
        broken: |planner, changes, _| !changes.is_empty() && planner.tracks_sessions_after() == Some(false),
        field: &[],
        message: "the pool does not track sessions",
        help: "write `sessionConfiguration: {userSessionTracking: ENABLED}` beside `settings`",
    },
    Rule {
        kinds: &[&LOG_DELIVERY],
        broken: |planner, _, desired| planner.tier_after() != "PLUS" && desired["userAuthEvents"].is_object(),
        field: &["userAuthEvents"],
        message: "the logs of threat protection need the tier PLUS",
        help: "write `userPoolTier: PLUS` in `settings`, or leave `userAuthEvents` out",
    },
    Rule {
        kinds: &[&UI, &CLIENT_UI],
        broken: |planner, changes, _| planner.lacks_pages(changes),
        field: &[],
        message: "the pool has no domain that serves its login pages",
        help: "declare a domain, for example `domains: {acme-login: {}}`, or leave the section out",
    },
];

impl Planner<'_> {
    pub(super) fn attached(&mut self) {
        let manifest = self.manifest;
        for kind in ATTACHED {
            let Some(attached) = &kind.attached else { continue };
            if attached.of_client {
                for (key, id) in self.clients.clone() {
                    let written = &manifest.value["clients"][&key][kind.section];
                    if !written.is_null() {
                        let at = Path::of([CLIENT.section, &key, kind.section]);
                        self.set_attached(kind, attached, &at, Owner::Client { key, id }, written);
                    }
                }
                continue;
            }
            let nothing = json!({});
            let written = manifest.section(kind.section);
            if written.is_some() || !self.deleted_by_address(kind.section).is_empty() {
                let at = Path::of([kind.section]);
                self.set_attached(kind, attached, &at, Owner::Pool, written.unwrap_or(&nothing));
            }
        }
    }

    fn set_attached(
        &mut self,
        kind: &'static Kind,
        attached: &Attached,
        at: &Path,
        owner: Owner,
        written: &Value,
    ) {
        let nothing = json!({});
        let document = self.live.and_then(|live| match &owner {
            Owner::Pool => live.attached.get(&(kind.section, None)),
            Owner::Client { id: None, .. } => None, // it has yet to come
            Owner::Client { id, .. } => live.attached.get(&(kind.section, id.clone())),
        });
        let document = document.unwrap_or(&nothing);
        let mut canonical = normalize::attached_answer(kind, attached, document);
        let written = normalize::attached_written(kind, written);
        let passed = normalize::passed_through(kind, &written);
        normalize::pass_through(kind, &mut canonical, document, &passed);
        let mut difference = self.difference(&kind.root, at, &written, &canonical);
        self.undeclared_entries(kind, at, &canonical, &mut difference);
        let mut changes = difference.changes;
        self.send_what_could_not_be_fetched(kind, at, &written, &canonical, &mut changes);
        let all = changes.iter().map(|change| (&change.path, change.after.as_ref()));
        let desired = with_changes(&canonical, all);
        if owner == Owner::Pool {
            self.after.insert((kind.section, String::new()), desired.clone());
        }
        // What stays may lose the feature that it belongs to.
        if !changes.is_empty() || desired.as_object().is_some_and(|members| !members.is_empty()) {
            self.preflight_attached(kind, at, &changes, &desired);
        }
        if !changes.is_empty() {
            let mut needs = self.what_an_attached_needs(&owner);
            if *kind == *UI || *kind == *CLIENT_UI {
                needs.extend(self.new_domains());
            }
            self.step(at, Action::SetAttached { kind, owner }, changes).needs = needs;
        }
        let address = self.address(at);
        let unknown = normalize::unknown_members(kind, document);
        self.plan
            .unknown
            .extend(unknown.into_iter().map(|member| Unknown { address: address.clone(), member }));
    }

    /// Entries that are live and that no manifest declares: listed, or taken out where policy says so.
    fn undeclared_entries(&mut self, kind: &Kind, at: &Path, live: &Value, difference: &mut Difference) {
        let by_address = self.deleted_by_address(kind.section);
        let is_declared = self.manifest.section(kind.section).is_some();
        for path in std::mem::take(&mut difference.unmanaged) {
            let entry = path.last_key().unwrap_or_default();
            let is_entry = path.segments().len() == 1;
            let goes = is_entry && by_address.contains(entry)
                || is_entry
                    && self.policy.prunes(kind.section)
                    && !self.policy.ignores(&at.join(&path))
                    && self.may_prune(kind.section);
            if goes {
                difference.changes.push(Change {
                    kind: ChangeKind::Remove,
                    before: live.get(entry).cloned(),
                    after: None,
                    reset: crate::catalog::Reset::Omit,
                    weakens: false,
                    secret: false,
                    preset: None,
                    path,
                });
            } else if is_declared {
                let address = self.address(&at.join(&path));
                self.plan.unmanaged.push(Unmanaged { address, id: None, note: None });
            }
        }
    }

    /// The steps that must have been done before.
    fn what_an_attached_needs(&self, owner: &Owner) -> Vec<Path> {
        let mut needs = self.pool_and_client(owner);
        let session = self.address(&Path::of([SESSION.section]));
        if *owner != Owner::Pool && self.plan.steps.iter().any(|step| step.address == session) {
            needs.push(session);
        }
        needs
    }

    /// The pool's own steps, on which the tier hangs, and the client's creation.
    pub(super) fn pool_and_client(&self, owner: &Owner) -> Vec<Path> {
        let settings = self.address(&Path::of(["settings"]));
        let mut needs = Vec::new();
        if self.plan.steps.iter().any(|step| step.address == settings) {
            needs.push(settings);
        }
        if let Owner::Client { key, id: None } = owner {
            needs.push(self.address(&Path::of([CLIENT.section, key])));
        }
        needs
    }

    /// Refuses what the service would refuse of a pool as it is to be.
    fn preflight_attached(&mut self, kind: &Kind, at: &Path, changes: &[Change], desired: &Value) {
        for rule in RULES.iter().filter(|rule| rule.kinds.iter().any(|of| ***of == *kind)) {
            if (rule.broken)(self, changes, desired) {
                let path = rule.field.iter().fold(at.clone(), |path, key| path.key(*key));
                self.refuse(RefusalRule::State, &path, rule.message, rule.help);
            }
        }
    }

    /// The mode of threat protection that the pool will have.
    fn threat_protection_after(&self) -> &str {
        let mode = match (&self.settings_after, self.live) {
            (Some(settings), _) => &settings["userPoolAddOns"]["advancedSecurityMode"],
            (None, Some(live)) => &live.pool["UserPoolAddOns"]["AdvancedSecurityMode"],
            (None, None) => &Value::Null,
        };
        mode.as_str().unwrap_or("OFF")
    }

    /// Whether the pool will track sessions; `None` if that is not to be known.
    fn tracks_sessions_after(&self) -> Option<bool> {
        if let Some(session) = self.after.get(&(SESSION.section, String::new())) {
            return Some(session["userSessionTracking"] == "ENABLED");
        }
        let Some(live) = self.live else { return Some(false) };
        Some(live.attached.get(&(SESSION.section, None))?["UserSessionTracking"] == "ENABLED")
    }
}
