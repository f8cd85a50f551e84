//! The last look: everything that was written is read once more and compared with what it should be.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::{Map, Value, json};

use super::attached::calls;
use super::wait::BEHIND;
use super::{Run, UnknownPath, Written, is_reset, unknown_in};
use crate::catalog::{CLIENT, CLIENT_SECRETS, Field, Kind, Omitted, SETTINGS, Shape};
use crate::cognito::ApiError;
use crate::diff::Change;
use crate::normalize::{self, same};
use crate::path::{Path, Segment};
use crate::plan::Record;
use crate::read::{describe_attached, describe_client};

/// A difference between what was written and what is live afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The field, with its resource's address.
    pub address: Path,
    /// What sort of difference.
    pub kind: MismatchKind,
    /// More about it, for what could not be looked at.
    pub detail: Option<String>,
}

/// What sort of difference a [`Mismatch`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MismatchKind {
    /// A reset did not take: Cognito keeps the value.
    Kept,
    /// A written value did not take.
    NotTaken,
    /// The pool had none, and an update that leaves it out made Cognito fill in its default.
    FilledIn,
    /// A member that this version does not know is gone after an update that carried it.
    Lost,
    /// A field that was not written is another one: somebody else changed it meanwhile.
    Foreign,
    /// The resource could not be read again.
    Unverified,
}

/// What a canonical document means at a path: its value there, else what absence means.
pub(super) fn meaning_at<'a>(root: &'a Field, canonical: &'a Value, path: &Path) -> Option<&'a Value> {
    let keys = path.keys()?;
    let start = (root, Some(canonical));
    let (_, value) = keys.into_iter().try_fold(start, |(field, value), key| {
        let (inner, absent) = match &field.shape {
            Shape::Map(item) => (item.as_ref(), field.when_absent().and_then(|all| all.get(key))),
            _ => (field.member(key)?, None),
        };
        Some((inner, value.and_then(|value| value.get(key)).or(absent).or(inner.when_absent())))
    })?;
    value
}

/// The canonical value at a path.
fn value_at<'a>(canonical: &'a Value, path: &Path) -> Option<&'a Value> {
    path.keys()?.into_iter().try_fold(canonical, |value, key| value.get(key))
}

/// A resource that was looked at again.
struct Looked {
    address: Path,
    written: Written,
    mismatches: Vec<Mismatch>,
    /// Its document, if it is a client.
    client: Option<Value>,
    /// Whether it was written so short a time before that the read may be behind.
    is_behind: bool,
}

impl Run<'_> {
    /// Looks at everything that was written, and again for a while at what does not show it: reads may be behind.
    pub(super) async fn verify(&mut self) {
        let mut open = std::mem::take(&mut self.written);
        let mut pauses = self.services.wait.for_reads();
        let mut settled = BTreeMap::new();
        loop {
            // Each kind has operations with quotas of their own.
            let mut kinds: BTreeMap<&str, Vec<(Path, Written)>> = BTreeMap::new();
            for (address, written) in open {
                kinds.entry(written.section()).or_default().push((address, written));
            }
            let looked = join_all(kinds.into_values().map(|resources| self.look(resources))).await;
            let (mut differing, mut found) = (BTreeMap::new(), BTreeMap::new());
            for Looked { address, written, mismatches, client, is_behind } in looked.into_iter().flatten() {
                if let (Some(client), Some(key)) = (client, address.last_key()) {
                    self.sign_in.clients.insert(key.to_owned(), client);
                }
                if !mismatches.is_empty() && is_behind {
                    differing.insert(address.clone(), written);
                }
                if !mismatches.is_empty() {
                    found.insert(address, mismatches);
                }
            }
            if differing.is_empty() || !pauses.pause().await {
                settled.extend(found);
                self.report.mismatches.extend(settled.into_values().flatten());
                return;
            }
            found.retain(|address, _| !differing.contains_key(address));
            settled.extend(found);
            open = differing;
        }
    }

    /// Looks at resources, one after the other.
    async fn look(&self, resources: Vec<(Path, Written)>) -> Vec<Looked> {
        let mut looked = Vec::new();
        for (address, written) in resources {
            let (mismatches, client) = match self.now(&written).await {
                Ok((now, client)) => (mismatches(&address, &written, now), client),
                Err(error) => {
                    let (address, detail) = (address.clone(), Some(error.to_string()));
                    (vec![Mismatch { address, kind: MismatchKind::Unverified, detail }], None)
                }
            };
            let is_behind = written.at.is_none_or(|at| at.elapsed() <= BEHIND);
            looked.push(Looked { address, written, mismatches, client, is_behind });
        }
        looked
    }

    /// What a resource is now; of a client also its document.
    async fn now(&self, written: &Written) -> Result<(Now, Option<Value>), ApiError> {
        if let Some(id) = &written.client_id {
            let client = describe_client(&self.own, self.pool(), id).await?;
            let mut live = normalize::client_answer(&client);
            normalize::pass_through(&CLIENT, &mut live, &client, &written.passed_through(&CLIENT));
            return Ok(((&CLIENT.root, live, unknown_in("client", &CLIENT, &client)), Some(client)));
        }
        let now = if let Some((kind, name)) = &written.member {
            self.member_now(kind, name, written).await?
        } else if let Some((kind, client)) = &written.attached {
            self.attached_now(kind, client.as_deref(), written).await?
        } else if let Some(record) = &written.record {
            self.record_afterwards(record, written).await?
        } else {
            self.settings_now(written).await?
        };
        Ok((now, None))
    }

    async fn settings_now(&self, written: &Written) -> Result<Now, ApiError> {
        let (pool, mfa) = self.pool_documents().await?;
        let mut unknown = unknown_in("pool", &SETTINGS, &pool);
        unknown.extend(unknown_in("mfa", &SETTINGS, &mfa));
        let mut live = normalize::settings_answer(&pool, &mfa);
        normalize::pass_through(&SETTINGS, &mut live, &pool, &written.passed_through(&SETTINGS));
        Ok((&SETTINGS.root, live, unknown))
    }

    async fn member_now(&self, kind: &'static Kind, name: &str, written: &Written) -> Result<Now, ApiError> {
        let document = self.describe(kind, name).await?;
        let mut live = normalize::member_answer(kind, &document);
        normalize::pass_through(kind, &mut live, &document, &written.passed_through(kind));
        Ok((kind.fields(&live), live, unknown_in(kind.section, kind, &document)))
    }

    async fn attached_now(
        &self,
        kind: &'static Kind,
        client: Option<&str>,
        written: &Written,
    ) -> Result<Now, ApiError> {
        if let (true, Some(client)) = (*kind == *CLIENT_SECRETS, client) {
            return self.secrets_now(client).await;
        }
        let attached = calls(kind);
        let document = describe_attached(&self.own, kind, self.pool(), client).await?;
        let mut live = normalize::attached_answer(kind, attached, &document);
        normalize::pass_through(kind, &mut live, &document, &written.passed_through(kind));
        Ok((&kind.root, live, unknown_in(kind.section, kind, &document)))
    }

    async fn record_afterwards(&self, record: &Record, written: &Written) -> Result<Now, ApiError> {
        let kind = record.kind;
        let operation = kind.records.map_or("", |records| records.read.name());
        let document = self.record_now(operation, record).await?;
        let mut live = normalize::record_answer(kind, &document);
        normalize::pass_through(kind, &mut live, &document, &written.passed_through(kind));
        Ok((&kind.root, live, unknown_in(kind.section, kind, &document)))
    }
}

/// What of a resource is not as it was written.
fn mismatches(address: &Path, written: &Written, (root, live, unknown): Now) -> Vec<Mismatch> {
    let mut found = differences(&written.expected, &written.changes, root, &live);
    let lost = written.unknown.iter().filter(|member| !unknown.contains(member));
    found.extend(lost.map(|(_, path)| (path.clone(), MismatchKind::Lost)));
    let mismatch = |(path, kind)| Mismatch { address: address.join(&path), kind, detail: None };
    found.into_iter().map(mismatch).collect()
}

/// What of a resource is not as these changes should have left it, or as it was before.
pub(super) fn differences(
    expected: &Value,
    changes: &[Change],
    root: &Field,
    live: &Value,
) -> Vec<(Path, MismatchKind)> {
    let mut differing = Vec::new();
    compare_members(root, &Path::root(), expected, live, &mut differing);
    let kind = |path: Path| {
        let change = changes.iter().rev().find(|change| {
            change.path.segments().starts_with(path.segments())
                || path.segments().starts_with(change.path.segments())
        });
        let is_the_services = change.is_none()
            && (is_derived_from(root, &path, changes) || completes_by_itself(root, &path, expected));
        if is_the_services || change.is_some_and(|change| added_by_the_service(change, &path)) {
            return None;
        }
        let kind = match change {
            Some(change) if is_reset(change) => MismatchKind::Kept,
            Some(_) => MismatchKind::NotTaken,
            None if is_filled_in(root, &path, expected) => MismatchKind::FilledIn,
            None => MismatchKind::Foreign,
        };
        Some((path, kind))
    };
    differing.into_iter().filter_map(kind).collect()
}

/// Whether a member was absent that the service may fill in whenever it is written to: one without a default of ours,
/// or a key that it injects.
fn completes_by_itself(root: &Field, path: &Path, expected: &Value) -> bool {
    let parent = path.parent();
    let injected = root.at(&parent).map(|field| field.injected.as_slice()).unwrap_or_default();
    let is_injected = path.last_key().is_some_and(|key| injected.iter().any(|name| name == key));
    let has_none = |field: &Field| field.omitted == Omitted::Live && field.default.is_none();
    (is_injected || root.at(path).is_some_and(has_none)) && value_at(expected, path).is_none()
}

/// Whether the service made a member anew because something was written that it makes it from.
fn is_derived_from(root: &Field, path: &Path, changes: &[Change]) -> bool {
    let sources = root.at(path).map(|field| field.derived_from.as_slice()).unwrap_or_default();
    sources.iter().any(|source| {
        let source = path.parent().key(source);
        changes.iter().any(|change| change.path == source)
    })
}

/// Whether a field was absent that no update can keep absent.
fn is_filled_in(root: &Field, path: &Path, expected: &Value) -> bool {
    let field = root.at(path);
    field.is_some_and(|field| field.omitted == Omitted::LiveWhenAbsent) && value_at(expected, path).is_none()
}

/// Whether a member stands in something new that was written without it: the service completed what it was given.
fn added_by_the_service(change: &Change, path: &Path) -> bool {
    let Some(within) = path.segments().strip_prefix(change.path.segments()) else { return false };
    let keys = Path::of(within.iter().filter_map(|segment| match segment {
        Segment::Key(key) => Some(key.as_str()),
        Segment::Index(_) => None,
    }));
    change.before.is_none() && change.after.as_ref().is_some_and(|after| value_at(after, &keys).is_none())
}

/// A resource's table, its canonical state, and its unknown members.
pub(super) type Now = (&'static Field, Value, BTreeSet<UnknownPath>);

/// The paths at which two canonical documents differ in meaning.
fn compare_members(field: &Field, at: &Path, expected: &Value, live: &Value, differing: &mut Vec<Path>) {
    let empty = Map::new();
    let (expected_object, live_object) =
        (expected.as_object().unwrap_or(&empty), live.as_object().unwrap_or(&empty));
    if let Shape::Map(item) = &field.shape {
        for key in
            expected_object.keys().chain(live_object.keys().filter(|key| !expected_object.contains_key(*key)))
        {
            compare(item, &at.key(key), expected_object.get(key), live_object.get(key), differing);
        }
        return;
    }
    for member in field.members() {
        let (expected, live) = (expected_object.get(&member.name), live_object.get(&member.name));
        compare(member, &at.key(&member.name), expected, live, differing);
    }
}

fn compare(
    field: &Field,
    path: &Path,
    expected: Option<&Value>,
    live: Option<&Value>,
    differing: &mut Vec<Path>,
) {
    if field.never_returned {
        return;
    }
    let container = matches!(field.shape, Shape::Block(_) | Shape::Map(_));
    let is_state = field.absence_is_state && expected.is_some() != live.is_some();
    if container && !is_state {
        let nothing = json!({});
        let absent = field.when_absent().unwrap_or(&nothing);
        return compare_members(field, path, expected.unwrap_or(absent), live.unwrap_or(absent), differing);
    }
    let equal = match (expected.or(field.when_absent()), live.or(field.when_absent())) {
        (Some(expected), Some(live)) => same(field, expected, live),
        (expected, live) => expected.is_none() == live.is_none(),
    };
    if !equal && !field.secret {
        differing.push(path.clone());
    }
}
