//! The steps of resource servers, identity providers and groups, which their names identify.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::narrow::{Narrowing, scopes_that_go};
use super::{Action, Planner, RefusalRule, Secret, Step, Unknown, Unmanaged};
use crate::catalog::{Field, GROUP, IDENTITY_PROVIDER, Kind, RESOURCE_SERVER, Reset};
use crate::diff::{self, Change, ChangeKind, SecretState};
use crate::identity::made_by_aws;
use crate::normalize::{self, with_changes};
use crate::path::Path;

impl Planner<'_> {
    /// Plans the collections that clients and users refer to, apart from what goes.
    pub(super) fn members(&mut self) {
        for kind in [&*RESOURCE_SERVER, &*IDENTITY_PROVIDER, &*GROUP] {
            let manifest = self.manifest;
            let declared = manifest.section(kind.section).and_then(Value::as_object);
            let live = self.live.and_then(|live| live.section(kind.section));
            for (name, written) in declared.unwrap_or(&Map::new()) {
                match live.and_then(|live| live.get(name)) {
                    Some(document) => self.update_member(kind, name, written, document),
                    None => _ = self.create_member(kind, name, written),
                }
            }
            self.undeclared_members(kind);
        }
        self.free_identifiers_first();
    }

    /// An identifier belongs to one provider, so those that give one up come before those that take one.
    fn free_identifiers_first(&mut self) {
        let gives_up = |step: &Step| {
            step.changes.iter().any(|change| {
                let items = |value: &Option<Value>| {
                    value.as_ref().and_then(Value::as_array).cloned().unwrap_or_default()
                };
                let after = items(&change.after);
                change.path.last_key() == Some("idpIdentifiers")
                    && items(&change.before).iter().any(|identifier| !after.contains(identifier))
            })
        };
        let is_provider = |step: &Step| *step.action.kind() == *IDENTITY_PROVIDER;
        let Some(first) = self.plan.steps.iter().position(is_provider) else { return };
        let count = self.plan.steps[first..].iter().take_while(|step| is_provider(step)).count();
        self.plan.steps[first..first + count].sort_by_key(|step| !gives_up(step));
    }

    /// Plans a resource that is not there; `false` if policy ignores it.
    pub(super) fn create_member(&mut self, kind: &'static Kind, name: &str, written: &Value) -> bool {
        let at = Path::of([kind.section, name]);
        if self.policy.ignores(&at) {
            let address = self.address(&at);
            self.plan.ignored.push(address);
            return false;
        }
        let written = normalize::member_written(kind, written);
        let mut changes = diff::creation(kind.fields(&written), &written);
        self.anchor_secrets(&at, &mut changes);
        let desired = with_changes(&json!({}), changes.iter().map(|c| (&c.path, c.after.as_ref())));
        self.preflight_member(kind, &at, None, &desired);
        self.after.insert((kind.section, name.to_owned()), desired);
        self.step(&at, Action::CreateMember { kind, name: name.to_owned(), replaces: None }, changes);
        true
    }

    /// Plans what changes of a resource that is there.
    pub(super) fn update_member(
        &mut self,
        kind: &'static Kind,
        name: &str,
        written: &Value,
        document: &Value,
    ) {
        let at = Path::of([kind.section, name]);
        let written = normalize::member_written(kind, written);
        let mut live = normalize::member_answer(kind, document);
        let passed = normalize::passed_through(kind, &written);
        normalize::pass_through(kind, &mut live, document, &passed);
        let fields = kind.fields(&live);
        if let Some(member) = kind.variants.as_ref().map(|variants| variants.discriminator)
            && live[member] != written[member]
        {
            return self.refuse_other_type(member, &at, &live, &written);
        }
        let mut difference = self.difference(fields, &at, &written, &live);
        let mut changes = std::mem::take(&mut difference.changes);
        self.send_secrets(&at, fields, &written, &mut changes);
        let is_sent = |path: &Path| changes.iter().any(|change| change.path == *path);
        difference.secrets.retain(|(path, _)| !is_sent(path));
        self.note_secrets(&at, &difference.secrets);
        self.anchor_secrets(&at, &mut changes);
        let desired = with_changes(&live, changes.iter().map(|c| (&c.path, c.after.as_ref())));
        if !changes.is_empty() {
            if document["ManagedBy"] == "COGNITO" {
                let help = "leave it out of the manifest";
                self.refuse(RefusalRule::Owner, &at, "Cognito manages this resource server itself", help);
            }
            self.preflight_member(kind, &at, Some(&live), &desired);
            let narrowing = self.split_off_scopes_in_use(kind, name, &mut changes);
            if !changes.is_empty() {
                let unused = scopes_that_go(name, &changes).filter(|_| *kind == *RESOURCE_SERVER);
                self.step(&at, Action::UpdateMember { kind, name: name.to_owned() }, changes).unused = unused;
            }
            self.narrowings.extend(narrowing);
        }
        self.after.insert((kind.section, name.to_owned()), desired);
        let address = self.address(&at);
        let unknown = normalize::unknown_members(kind, document);
        self.plan
            .unknown
            .extend(unknown.into_iter().map(|member| Unknown { address: address.clone(), member }));
    }

    /// What is written of another type says nothing of what is there.
    fn refuse_other_type(&mut self, member: &str, at: &Path, live: &Value, written: &Value) {
        if self.policy.ignores(&at.key(member)) {
            let address = self.address(at);
            return self.plan.ignored.push(address);
        }
        let message = format!(
            "`{member}` is fixed at creation: it is {}, the manifest says {}",
            live[member], written[member]
        );
        let help = "declare the new provider under another name, and delete the old one once nobody uses it";
        self.refuse(RefusalRule::Immutable, &at.key(member), message, help);
    }

    /// Files how written secrets compare with the live ones.
    pub(super) fn note_secrets(&mut self, at: &Path, secrets: &[(Path, SecretState)]) {
        for (path, state) in secrets {
            let address = self.address(&at.join(path));
            self.plan.secrets.push(Secret { address, state: *state });
        }
    }

    /// Adds the secrets that go along though nothing is known to be different: those that no answer holds, with every
    /// other change, and those that are to be rotated.
    fn send_secrets(&self, at: &Path, fields: &Field, written: &Value, changes: &mut Vec<Change>) {
        let rotates = self.context.rotates(&self.address(at));
        let details = fields.member("providerDetails");
        for field in details.map(Field::members).unwrap_or_default() {
            let path = Path::of(["providerDetails", &field.name]);
            let reference = &written["providerDetails"][&field.name];
            let is_sent = rotates || field.never_returned && !changes.is_empty();
            let is_there = changes.iter().any(|change| change.path == path);
            if field.secret && reference.is_object() && is_sent && !is_there {
                changes.push(Change {
                    path,
                    kind: ChangeKind::Modify,
                    before: None,
                    after: Some(reference.clone()),
                    reset: Reset::Omit,
                    weakens: false,
                    secret: true,
                    preset: None,
                });
            }
        }
    }

    /// Lists undeclared members, or deletes them where policy says so. What AWS made is never pruned.
    fn undeclared_members(&mut self, kind: &'static Kind) {
        let manifest = self.manifest;
        let declared = manifest.section(kind.section).and_then(Value::as_object);
        let Some(live) = self.live.and_then(|live| live.section(kind.section)) else { return };
        let undeclared: Vec<_> =
            live.iter().filter(|(name, _)| !declared.is_some_and(|all| all.contains_key(*name))).collect();
        let pool_id = self.live.map(|live| live.id.as_str()).unwrap_or_default();
        let by_address = self.deleted_by_address(kind.section);
        let prunes = self.policy.prunes(kind.section) && !undeclared.is_empty();
        let prunes = prunes && self.may_prune(kind.section);
        for (name, document) in undeclared {
            let at = Path::of([kind.section, name]);
            let note = made_by_aws(kind.section, pool_id, name, document);
            if by_address.contains(name) || prunes && note.is_none() && !self.policy.ignores(&at) {
                self.narrowings.push(Narrowing::deletion(kind, name, document));
            } else if declared.is_some() {
                let address = self.address(&at);
                self.plan.unmanaged.push(Unmanaged { address, id: None, note });
            }
        }
    }

    /// The names that `policy.delete` holds of a section.
    pub(super) fn deleted_by_address(&self, section: &str) -> BTreeSet<String> {
        let keys = self.policy.delete.iter().filter_map(Path::keys);
        keys.filter(|keys| keys.len() == 2 && keys[0] == section).map(|keys| keys[1].to_owned()).collect()
    }
}
