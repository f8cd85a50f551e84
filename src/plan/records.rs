//! The steps of what belongs to clients and has ids of its own.

use serde_json::Value;

use super::action::{Owner, Record};
use super::{Action, Planner, Unknown, Unmanaged};
use crate::catalog::{CLIENT, Kind, RECORDS, Records};
use crate::diff;
use crate::manifest::policy::deleted_records;
use crate::normalize;
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
                    self.step(&at, Action::DeleteRecord(record), Vec::new());
                }
                (true, Some(_)) if !written.is_null() => {
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
        let written = normalize::record_written(record.kind, written);
        let changes = diff::creation(&record.kind.root, &written);
        let needs = self.what_an_attached_needs(&record.owner);
        self.step(at, Action::CreateRecord(record), changes).needs = needs;
    }

    fn update_record(&mut self, at: &Path, record: Record, written: &Value, document: &Value) {
        let kind = record.kind;
        let written = normalize::record_written(kind, written);
        let mut live = normalize::record_answer(kind, document);
        normalize::pass_through(&mut live, document, &normalize::passed_through(&written));
        let changes = self.difference(&kind.root, at, &written, &live).changes;
        if !changes.is_empty() {
            let needs = self.what_an_attached_needs(&record.owner);
            self.step(at, Action::UpdateRecord(record), changes).needs = needs;
        }
        let address = self.address(at);
        let unknown = normalize::unknown_members(kind, document);
        self.plan
            .unknown
            .extend(unknown.into_iter().map(|member| Unknown { address: address.clone(), member }));
    }
}
