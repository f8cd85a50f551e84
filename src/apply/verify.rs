//! The last look: everything that was written is read once more and compared with what it should be.

use serde_json::{Map, Value, json};

use super::{Run, Written, is_reset};
use crate::catalog::{CLIENT, Field, SETTINGS, Shape};
use crate::normalize::{self, same};
use crate::path::Path;
use crate::plan::{Action, Step};
use crate::read::{describe_client, describe_pool, mfa_config};

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
    /// A member that this version does not know is gone after an update that carried it.
    Lost,
    /// A field that was not written is another one: somebody else changed it meanwhile.
    Foreign,
    /// The resource could not be read again.
    Unverified,
}

/// The table of a step's resource.
pub(super) fn root_of(step: &Step) -> &'static Field {
    match step.action {
        Action::CreateClient { .. } | Action::UpdateClient { .. } | Action::DeleteClient { .. } => {
            &CLIENT.root
        }
        Action::CreatePool { .. }
        | Action::AddAttributes
        | Action::UpdatePool { .. }
        | Action::SetMfa
        | Action::Tag { .. } => &SETTINGS.root,
    }
}

/// The canonical value at a path.
pub(super) fn value_at<'a>(canonical: &'a Value, path: &Path) -> Option<&'a Value> {
    path.keys()?.into_iter().try_fold(canonical, |value, key| value.get(key))
}

impl Run<'_> {
    pub(super) async fn verify(&mut self) {
        for (address, written) in std::mem::take(&mut self.written) {
            let read = match &written.client_id {
                Some(id) => self.client_now(id).await,
                None => self.settings_now().await,
            };
            match read {
                Ok((root, live, unknown)) => self.compare(&address, &written, root, &live, &unknown),
                Err(error) => self.report.mismatches.push(Mismatch {
                    address,
                    kind: MismatchKind::Unverified,
                    detail: Some(error.to_string()),
                }),
            }
        }
    }

    async fn client_now(&self, id: &str) -> Result<Now, crate::cognito::ApiError> {
        let client = describe_client(self.services.read, self.pool(), id).await?;
        let unknown = normalize::unknown_members(&CLIENT, &client);
        let unknown = unknown.into_iter().map(|member| ("client", member.path)).collect();
        Ok((&CLIENT.root, normalize::client_answer(&client), unknown))
    }

    async fn settings_now(&self) -> Result<Now, crate::cognito::ApiError> {
        let pool = describe_pool(self.services.read, self.pool()).await?;
        let mfa = mfa_config(self.services.read, self.pool()).await?;
        let unknown = self.carried(&[("pool", &pool), ("mfa", &mfa)]);
        Ok((&SETTINGS.root, normalize::settings_answer(&pool, &mfa), unknown.into_iter().collect()))
    }

    fn compare(
        &mut self,
        address: &Path,
        written: &Written,
        root: &Field,
        live: &Value,
        unknown: &[(&'static str, Path)],
    ) {
        let mut differing = Vec::new();
        compare_members(root, &Path::root(), &written.expected, live, &mut differing);
        for path in differing {
            let change = written.changes.iter().rev().find(|change| {
                change.path.segments().starts_with(path.segments())
                    || path.segments().starts_with(change.path.segments())
            });
            let kind = match change {
                Some(change) if is_reset(change) => MismatchKind::Kept,
                Some(_) => MismatchKind::NotTaken,
                None => MismatchKind::Foreign,
            };
            self.report.mismatches.push(Mismatch { address: address.join(&path), kind, detail: None });
        }
        for (_, path) in written.unknown.iter().filter(|member| !unknown.contains(member)) {
            let kind = MismatchKind::Lost;
            self.report.mismatches.push(Mismatch { address: address.join(path), kind, detail: None });
        }
    }
}

/// A resource's table, its canonical state, and its unknown members.
type Now = (&'static Field, Value, Vec<(&'static str, Path)>);

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
    let container = matches!(field.shape, Shape::Block(_) | Shape::Map(_));
    let is_state = field.absence_is_state && expected.is_some() != live.is_some();
    if container && !is_state {
        let nothing = json!({});
        return compare_members(
            field,
            path,
            expected.unwrap_or(&nothing),
            live.unwrap_or(&nothing),
            differing,
        );
    }
    let equal = match (expected.or(field.when_absent()), live.or(field.when_absent())) {
        (Some(expected), Some(live)) => same(field, expected, live),
        (expected, live) => expected.is_none() == live.is_none(),
    };
    if !equal && !field.secret {
        differing.push(path.clone());
    }
}
