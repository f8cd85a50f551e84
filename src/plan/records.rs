//! The steps of what belongs to clients and has ids of its own.

use serde_json::Value;

use super::action::{Owner, Record};
use super::{Action, Planner, RefusalRule, Unknown, Unmanaged};
use crate::catalog::{BRANDING, CLIENT, Kind, PASS_THROUGH, RECORDS, Records, Reset};
use crate::diff::{self, Change, ChangeKind};
use crate::manifest::policy::deleted_records;
use crate::normalize::{self, with_changes};
use crate::path::Path;

impl Planner<'_> {
    pub(super) fn records(&mut self) {
        for kind in RECORDS {
            let Some(records) = &kind.records else { continue };
            for (key, id) in self.clients.clone() {
                self.records_of(kind, records, &key, id.as_deref());
            }
        }
    }

    /// The records of one kind that a client has or is to have.
    fn records_of(&mut self, kind: &'static Kind, records: &Records, key: &str, id: Option<&str>) {
        let manifest = self.manifest;
        let written = &manifest.value["clients"][key][kind.section];
        let deleted = deleted_records(&manifest.value, key, kind.section);
        let section = Path::of([CLIENT.section, key, kind.section]);
        for name in records.all_names() {
            let at = name.map_or_else(|| section.clone(), |name| section.key(name));
            let own = name.map_or(written, |name| &written[name]);
            let live = self.live.zip(id.map(str::to_owned));
            let live =
                live.and_then(|(live, id)| live.records.get(&(kind.section, id, name.map(str::to_owned))));
            let owner = Owner::Client { key: key.to_owned(), id: id.map(str::to_owned) };
            let record = Record { kind, owner, name: name.map(str::to_owned) };
            match (own.is_null(), live) {
                (false, None) => self.create_record(&at, record, own),
                (false, Some(document)) => self.update_record(&at, record, own, document),
                (true, Some(_)) if deleted.contains(&record.name) => {
                    let is_style = *kind == *BRANDING;
                    let step = self.step(&at, Action::DeleteRecord(record), Vec::new());
                    if is_style {
                        let note = "without a style the client's pages of managed login do not work";
                        step.notes.push(note.to_owned());
                    }
                }
                (true, Some(_)) if !written.is_null() && name.is_some() => {
                    let address = self.address(&at);
                    self.plan.unmanaged.push(Unmanaged { address, id: None, note: None });
                }
                (true, _) => {}
            }
        }
    }

    fn create_record(&mut self, at: &Path, record: Record, written: &Value) {
        if self.policy.ignores(at) {
            let address = self.address(at);
            return self.plan.ignored.push(address);
        }
        self.preflight_record(at, record.kind);
        let written = normalize::record_written(record.kind, written);
        let changes = diff::creation(&record.kind.root, &written);
        let needs = self.pool_and_client(&record.owner);
        self.step(at, Action::CreateRecord(record), changes).needs = needs;
    }

    /// The calls that make the changes. Where an update takes nothing away, everything goes first, and what stays comes
    /// back with the rest.
    fn change_record(&mut self, at: &Path, record: Record, live: &Value, changes: Vec<Change>) {
        let needs = self.pool_and_client(&record.owner);
        let clears = record.kind.records.is_some_and(|records| records.clears.is_some());
        let goes = |change: &Change| loses(change.before.as_ref(), change.after.as_ref());
        if !clears || !changes.iter().any(goes) {
            self.step(at, Action::UpdateRecord(record), changes).needs = needs;
            return;
        }
        let all = changes.iter().map(|change| (&change.path, change.after.as_ref()));
        if is_empty(&with_changes(live, all)) {
            self.step(at, Action::ClearRecord(record), changes).needs = needs;
            return;
        }
        let members = live.as_object().into_iter().flatten().filter(|(name, _)| *name != PASS_THROUGH);
        let everything = members.map(|(name, value)| Change {
            path: Path::of([name]),
            kind: ChangeKind::Remove,
            before: Some(value.clone()),
            after: None,
            reset: Reset::Omit,
            weakens: false,
            secret: false,
            preset: None,
        });
        let first = self.step(at, Action::ClearRecord(record.clone()), everything.collect());
        first.intermediate = true;
        first.needs.clone_from(&needs);
        self.step(at, Action::UpdateRecord(record), changes).needs = needs;
    }

    /// Refuses what the service would refuse of a pool as it is to be.
    fn preflight_record(&mut self, at: &Path, kind: &Kind) {
        if *kind == *BRANDING && self.tier_after() == "LITE" {
            let help = "write `userPoolTier: ESSENTIALS` in `settings`, or leave the section out";
            self.refuse(RefusalRule::State, at, "managed login is not in the tier LITE", help);
        }
    }

    fn update_record(&mut self, at: &Path, record: Record, written: &Value, document: &Value) {
        let kind = record.kind;
        let written = normalize::record_written(kind, written);
        let mut live = normalize::record_answer(kind, document);
        let passed = normalize::passed_through(kind, &written);
        normalize::pass_through(kind, &mut live, document, &passed);
        let changes = self.difference(&kind.root, at, &written, &live).changes;
        if !changes.is_empty() {
            self.preflight_record(at, kind);
            self.change_record(at, record, &live, changes);
        }
        let address = self.address(at);
        let unknown = normalize::unknown_members(kind, document);
        self.plan
            .unknown
            .extend(unknown.into_iter().map(|member| Unknown { address: address.clone(), member }));
    }
}

/// Whether something that was there is not there afterwards.
fn loses(before: Option<&Value>, after: Option<&Value>) -> bool {
    match (before, after) {
        (Some(_), None) => true,
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            before.iter().any(|(name, value)| loses(Some(value), after.get(name)))
        }
        (Some(Value::Object(before)), Some(_)) => !before.is_empty(),
        _ => false,
    }
}

/// Whether a value holds nothing but empty maps.
fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.values().all(is_empty))
}
