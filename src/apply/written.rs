//! What this apply wrote so far: what it should have led to, and what the next step on the same resource rests on.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::Value;

use super::{Run, fields_of, passed_in, verify};
use crate::catalog::{CLIENT, Kind, SETTINGS};
use crate::diff::Change;
use crate::normalize::{self, same, with_changes};
use crate::path::Path;
use crate::plan::{Record, Step};

/// A document, and the path in it of a member that this version does not know.
pub(super) type UnknownPath = (&'static str, Path);

pub(super) fn unknown_in(document: &'static str, kind: &Kind, answer: &Value) -> BTreeSet<UnknownPath> {
    normalize::unknown_members(kind, answer).into_iter().map(|member| (document, member.path)).collect()
}

/// What was written to a resource.
#[derive(Default)]
pub(super) struct Written {
    /// The canonical state that the writes should have led to.
    pub(super) expected: Value,
    /// When it was last written to.
    pub(super) at: Option<Instant>,
    /// The final changes, in order.
    pub(super) changes: Vec<Change>,
    /// All changes, in order: those too that lead to others only.
    pub(super) all_changes: Vec<Change>,
    /// Members that this version does not know and that an update carried along.
    pub(super) unknown: BTreeSet<UnknownPath>,
    /// The client, if it is one.
    pub(super) client_id: Option<String>,
    /// What it is and how it is called, if its name identifies it.
    pub(super) member: Option<(&'static Kind, String)>,
    /// What it is and the id of its client, if a pool or a client has one of it.
    pub(super) attached: Option<(&'static Kind, Option<String>)>,
    /// The record, if it is one of a client.
    pub(super) record: Option<Record>,
}

impl Written {
    /// The section of its kind.
    pub(super) fn section(&self) -> &'static str {
        let member = self.member.as_ref().map(|(kind, _)| kind.section);
        let attached = self.attached.as_ref().map(|(kind, _)| kind.section);
        let record = self.record.as_ref().map(|record| record.kind.section);
        let client = self.client_id.as_ref().map(|_| CLIENT.section);
        client.or(member).or(attached).or(record).unwrap_or(SETTINGS.section)
    }

    /// The paths of what is passed through, and of what is no longer: that it went is looked at too.
    pub(super) fn passed_through(&self, kind: &Kind) -> Vec<Path> {
        let mut paths = normalize::passed_through(kind, &self.expected);
        paths.extend(passed_in(kind, &self.changes));
        paths
    }
}

impl Run<'_> {
    /// The fields of a step that are no longer as the plan, or our own last write, left them.
    pub(super) fn stale(&self, step: &Step, live: &Value) -> Option<Vec<Path>> {
        let ours = self.written.get(&step.address).map(|written| &written.expected);
        let root = fields_of(step, live);
        let changed = step.changes.iter().filter(|change| !change.secret).filter(|change| {
            let Some(field) = root.at(&change.path) else { return false };
            let is = verify::meaning_at(root, live, &change.path);
            let was = match ours {
                Some(expected) => verify::meaning_at(root, expected, &change.path),
                None => change.before.as_ref(),
            };
            let are_same = |one: Option<&Value>, other: Option<&Value>| match (one, other) {
                (Some(one), Some(other)) => same(field, one, other),
                (one, other) => one == other,
            };
            // The change that was under way may have been this step's own, whose answer was lost.
            let is_done = self.is_repeated && are_same(is, change.after.as_ref().or(field.when_absent()));
            !are_same(is, was) && !is_done
        });
        let paths: Vec<Path> = changed.map(|change| change.path.clone()).collect();
        (!paths.is_empty()).then_some(paths)
    }

    /// Notes what a step wrote, for the next step on its resource and for the last look.
    pub(super) fn wrote(&mut self, step: &Step, live: &Value, unknown: BTreeSet<UnknownPath>) {
        let changes = step.changes.iter().filter(|change| !change.secret);
        let changes = changes.map(|change| (&change.path, change.after.as_ref()));
        let written = self.written.entry(step.address.clone()).or_default();
        written.at = Some(Instant::now());
        let base = if written.expected.is_null() { live } else { &written.expected };
        written.expected = with_changes(base, changes);
        written.all_changes.extend(step.changes.iter().cloned());
        if !step.intermediate {
            written.changes.extend(step.changes.iter().filter(|change| !change.secret).cloned());
        }
        // What goes with the block that the step removed is not lost.
        let root = fields_of(step, live);
        let removed = step.changes.iter().filter(|change| change.after.is_none());
        let removed: Vec<Path> =
            removed.filter_map(|change| root.api_path(&change.path).map(Path::of)).collect();
        let goes = |path: &Path| removed.iter().any(|gone| path.segments().starts_with(gone.segments()));
        written.unknown.retain(|(_, path)| !goes(path));
        written.unknown.extend(unknown.into_iter().filter(|(_, path)| !goes(path)));
    }
}
