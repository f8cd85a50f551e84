//! The steps of clients' secrets: one is added, or one ends.
//!
//! How many there are and when they were made is all that is known of them, so it is all that decides: a rotation that
//! stopped halfway goes on from what is live.

use serde_json::{Value, json};

use super::{Action, ClientSecrets, Owner, Planner, RefusalRule};
use crate::catalog::{CLIENT, CLIENT_SECRETS, Reset};
use crate::diff::{Change, ChangeKind};
use crate::duration::iso_time;
use crate::path::Path;
use crate::read::LiveSecret;

/// The members of the section.
pub(crate) const COUNT: &str = "count";
pub(crate) const VALUE: &str = "clientSecret";

impl Planner<'_> {
    pub(super) fn client_secrets(&mut self) {
        let manifest = self.manifest;
        for (key, id) in self.clients.clone() {
            let written = &manifest.value[CLIENT.section][&key][CLIENT_SECRETS.section];
            if written.is_null() {
                continue;
            }
            let at = Path::of([CLIENT.section, &key, CLIENT_SECRETS.section]);
            if self.policy.ignores(&at) {
                let address = self.address(&at);
                self.plan.ignored.push(address);
                continue;
            }
            self.secrets_of_client(&at, written, Owner::Client { key, id });
        }
    }

    fn secrets_of_client(&mut self, at: &Path, written: &Value, owner: Owner) {
        let Some((live, before)) = self.live_secrets(at, &owner) else { return };
        let mut counted = written.clone();
        if let Value::Object(members) = &mut counted {
            members.remove(VALUE); // nobody answers it, so nothing compares it
        }
        let canonical = json!({ COUNT: before });
        let changes = self.difference(&CLIENT_SECRETS.root, at, &counted, &canonical).changes;
        let after = changes.first().and_then(|change| change.after.as_ref()?.as_u64()).unwrap_or(before);
        if after > before {
            self.add_secret(at, owner, changes);
        } else if after < before {
            self.remove_secret(at, owner, &live, changes);
        }
        if !live.is_empty() {
            let address = self.address(at);
            self.plan.client_secrets.push(ClientSecrets { address, secrets: live });
        }
    }

    /// The secrets that a client has, and how many it will have before any step about them; `None` if it has none.
    fn live_secrets(&mut self, at: &Path, owner: &Owner) -> Option<(Vec<LiveSecret>, u64)> {
        let Owner::Client { key, id } = owner else { return None };
        let listed = self.live.map(|live| live.listed.as_slice()).unwrap_or_default();
        if listed.iter().any(|client| Some(&client.id) == id.as_ref() && client.dynamic) {
            let message =
                "the client registered itself, and Cognito keeps the secrets of such clients to itself";
            self.refuse(RefusalRule::State, at, message, "leave `secrets` out");
            return None;
        }
        let live = id.as_ref().and_then(|id| self.live?.client_secrets.get(id)).cloned().unwrap_or_default();
        let made = self.address(&Path::of([CLIENT.section, key]));
        let makes_one = |change: &Change| match change.path.last_key() {
            Some("generateSecret") => change.after == Some(json!(true)),
            name => name == Some(VALUE),
        };
        let is_made_with_one =
            self.plan.steps.iter().any(|step| step.address == made && step.changes.iter().any(makes_one));
        let before = if id.is_none() { u64::from(is_made_with_one) } else { live.len() as u64 };
        if before == 0 {
            let message = "the client has no secret, and whether it has one is fixed at its creation";
            let help = "leave `secrets` out, or declare a new client with `generateSecret: true`";
            self.refuse(RefusalRule::State, at, message, help);
            return None;
        }
        Some((live, before))
    }

    fn add_secret(&mut self, at: &Path, owner: Owner, mut changes: Vec<Change>) {
        let reference = self.manifest.reference(&at.key(VALUE)).filter(Value::is_object);
        let mut notes = Vec::new();
        if reference.is_some() {
            changes.push(Change {
                path: Path::of([VALUE]),
                kind: ChangeKind::Add,
                before: None,
                after: reference,
                reset: Reset::Omit,
                weakens: false,
                secret: true,
                preset: None,
            });
        } else {
            notes.push(
                "Cognito makes the value, and answers it once: apply writes it to the file that --secret-output \
                 names"
                    .to_owned(),
            );
        }
        notes.push(
            "both secrets are valid then; once no application uses the older one, write `count: 1`"
                .to_owned(),
        );
        let Owner::Client { key, id } = &owner else { return };
        let client = self.address(&Path::of([CLIENT.section, key]));
        let needs = if id.is_none() { vec![client] } else { Vec::new() };
        let step = self.step(at, Action::AddSecret { owner }, changes);
        (step.needs, step.notes) = (needs, notes);
    }

    /// Plans that the older secret ends, or the one that the consent names.
    fn remove_secret(&mut self, at: &Path, owner: Owner, live: &[LiveSecret], changes: Vec<Change>) {
        let Owner::Client { id: Some(client_id), .. } = owner else { return };
        let Some(older) = live.first() else { return };
        let named = live.iter().find(|secret| self.context.deleted_secrets.contains(&secret.id));
        let goes = named.unwrap_or(older);
        if named.is_none() {
            let message = format!("{} would end, and who still uses it is locked out", described(goes));
            let others: Vec<&str> = live[1..].iter().map(|secret| secret.id.as_str()).collect();
            let help = format!(
                "consent with --allow-delete-secret={}; if it is the newer one that nobody uses, name that: {}; to keep \
                 both, write `count: 2`",
                goes.id,
                others.join(", ")
            );
            self.refuse(RefusalRule::Secret, &at.key(COUNT), message, help);
        }
        let note = format!("{} ends, and who still uses it is locked out", described(goes));
        let action = Action::DeleteSecret { client_id, secret_id: goes.id.clone() };
        self.step(at, action, changes).notes = vec![note];
    }
}

/// A secret, by its id and its date.
fn described(secret: &LiveSecret) -> String {
    format!("the secret {}{}", secret.id, made(secret))
}

/// When a secret was made, as a part of a sentence; nothing if that is not known.
pub(crate) fn made(secret: &LiveSecret) -> String {
    date(secret).map_or_else(String::new, |date| format!(" of {date}"))
}

/// When a secret was made, if that is known.
pub(crate) fn date(secret: &LiveSecret) -> Option<String> {
    #[allow(clippy::cast_possible_truncation)] // whole seconds are enough
    secret.created.and_then(|seconds| iso_time(seconds as i64))
}
