//! The steps of a pool's own settings.

use serde_json::{Map, Value, json};

use super::mfa::{self, MfaCall};
use super::{Action, Adopt, NotCompared, Planner, RefusalRule, Step, Unknown, Unmanaged};
use crate::catalog::{OWNER_TAG, Reset, SCHEMA_TAG, SETTINGS};
use crate::cognito::mfa::{Rule, State};
use crate::diff::{self, Change, ChangeKind, Difference, Immutable, SecretState};
use crate::normalize::{self, custom_attribute_name, mfa_place, mfa_state, mfa_way_out, with_changes};
use crate::path::{Path, Segment};

impl Planner<'_> {
    pub(super) fn settings(&mut self) {
        let Some(written) = self.manifest.section("settings") else { return };
        let written = normalize::settings_written(written);
        match self.live {
            None => self.create_pool(&written),
            Some(live) => {
                let mut canonical = normalize::settings_answer(&live.pool, &live.mfa);
                let passed = normalize::passed_through(&SETTINGS, &written);
                normalize::pass_through(&SETTINGS, &mut canonical, &live.pool, &passed);
                let at = Path::of(["settings"]);
                let difference = self.difference(&SETTINGS.root, &at, &written, &canonical);
                self.update_settings(&canonical, difference);
                for document in [&live.pool, &live.mfa] {
                    let address = self.address(&at);
                    let members = normalize::unknown_members(&SETTINGS, document);
                    self.plan.unknown.extend(
                        members.into_iter().map(|member| Unknown { address: address.clone(), member }),
                    );
                }
            }
        }
    }

    /// Compares a resource and files what the differ found beside the changes.
    pub(super) fn difference(
        &mut self,
        root: &crate::catalog::Field,
        at: &Path,
        written: &Value,
        live: &Value,
    ) -> Difference {
        let rules = diff::Rules {
            keeps: &|path| self.policy.keeps(&at.join(path)),
            ignores: &|path| self.policy.ignores(&at.join(path)),
            generation: self.generation(),
            secret: &|path| self.secret_state(&at.join(path)),
        };
        let difference = diff::diff(root, written, live, &rules);
        for Immutable { path, live, written } in &difference.immutable {
            let show =
                |value: &Option<Value>| value.as_ref().map_or_else(|| "absent".to_owned(), Value::to_string);
            let (live, written) = (show(live), show(written));
            if root.at(path).is_some_and(|field| field.secret) {
                let message = format!("`{path}` is fixed at creation, and the live secret is another");
                let help = "name the secret that the client has, or leave the field out";
                self.refuse(RefusalRule::Immutable, &at.join(path), message, help);
                continue;
            }
            let fixed = root.at(path).is_none_or(|field| field.reset != Reset::Impossible);
            let message = if fixed {
                format!("`{path}` is fixed at creation: it is {live}, the manifest says {written}")
            } else {
                format!(
                    "`{path}` cannot be taken back, only changed: it is {live}, the manifest says {written}"
                )
            };
            let help =
                "write the live value, or leave the field out; neither pool nor client is ever replaced";
            self.refuse(RefusalRule::Immutable, &at.join(path), message, help);
        }
        let full = |paths: &[Path]| paths.iter().map(|path| self.address(&at.join(path))).collect::<Vec<_>>();
        let (ignored, new) = (full(&difference.ignored), full(&difference.new_in_this_version));
        self.plan.ignored.extend(ignored);
        self.plan.new_in_this_version.extend(new);
        for (path, why) in &difference.not_compared {
            let address = self.address(&at.join(path));
            self.plan.not_compared.push(NotCompared { address, why: why.clone() });
        }
        difference
    }

    /// How the live secret at a path compares with the one that its reference names.
    fn secret_state(&self, path: &Path) -> SecretState {
        match self.live.and_then(|live| live.secrets.is_same(path)) {
            None => SecretState::NotCompared,
            Some(true) => SecretState::Same,
            Some(false) => SecretState::Changed,
        }
    }

    fn create_pool(&mut self, written: &Value) {
        let at = Path::of(["settings"]);
        if self.policy.without_owner {
            let help = "take `policy.owner: none` out, or create the pool by other means";
            return self.refuse(RefusalRule::Owner, &at, "without an owner no pool is created", help);
        }
        let changes = diff::creation(&SETTINGS.root, written);
        let all = changes.iter().map(|change| (&change.path, change.after.as_ref()));
        let desired = with_changes(&json!({}), all);
        self.preflight_settings(None, &desired);
        self.settings_after = Some(desired.clone());
        let state = mfa_state(&desired, desired["smsConfiguration"].is_object());
        self.refuse_mfa(&desired, &state.violations(), &[]);
        let (mfa_changes, mut pool_changes): (Vec<_>, Vec<_>) = changes.into_iter().partition(is_mfa);
        // At creation the name of a standard attribute means that one; only adding is unmistakable.
        let added: Vec<_> = pool_changes.extract_if(.., |change| has_a_standard_name(change)).collect();
        let name = self.manifest.name.clone().unwrap_or_default();
        let ownership = self.context.ownership(&self.plan.key);
        self.step(&at, Action::CreatePool { name, ownership }, pool_changes);
        if !added.is_empty() {
            self.step(&at, Action::AddAttributes, added);
        }
        if mfa_changes.iter().any(|change| change.after != Some(json!("OFF"))) {
            self.step(&at, Action::SetMfa, mfa_changes);
        }
    }

    fn update_settings(&mut self, live: &Value, difference: Difference) {
        let at = Path::of(["settings"]);
        let mut groups = Groups::default();
        for change in difference.changes {
            groups.add(change);
        }
        for path in difference.unmanaged {
            self.undeclared(path, live, &mut groups);
        }
        for change in groups.attributes.extract_if(.., |change| !is_custom(change)) {
            let message = format!("`{}` is a standard attribute that the pool does not have", change.path);
            let help = "standard attributes are part of a pool from its creation on";
            self.refuse(RefusalRule::Immutable, &at.join(&change.path), message, help);
        }
        let before = self.plan.steps.len();
        if !groups.attributes.is_empty() {
            self.step(&at, Action::AddAttributes, groups.attributes);
        }
        self.pool_and_mfa(live, groups.pool, &groups.mfa);
        let wrote = self.plan.steps.len() > before || !groups.tags.is_empty();
        let ownership = self.missing_ownership(wrote);
        if !groups.tags.is_empty() || !ownership.is_empty() {
            self.step(&at, Action::Tag { ownership }, groups.tags);
        }
    }

    /// The owner tags that the pool lacks, if they are to be written now.
    fn missing_ownership(&self, wrote: bool) -> Map<String, Value> {
        if self.policy.without_owner || !(wrote || self.context.adopt != Adopt::OnFirstWrite) {
            return Map::new();
        }
        let mut ownership = self.context.ownership(&self.plan.key);
        if let Some(live) = self.live {
            // An ordinary write does not raise the generation: that would adopt what is new in silence.
            let raises = self.context.adopt != Adopt::OnFirstWrite || !live.tags().contains_key(SCHEMA_TAG);
            ownership
                .retain(|tag, value| live.tags().get(tag) != Some(value) && (raises || tag == OWNER_TAG));
        }
        ownership
    }

    /// Lists an undeclared tag or attribute, or removes the tag where pruning says so.
    fn undeclared(&mut self, path: Path, live: &Value, groups: &mut Groups) {
        let at = Path::of(["settings"]);
        match path.segments() {
            [Segment::Key(section), Segment::Key(name)] if section == "attributes" => {
                if custom_attribute_name(name).is_some() {
                    self.plan.unmanaged.push(Unmanaged {
                        address: self.address(&at.join(&path)),
                        id: None,
                        note: None,
                    });
                }
            }
            [Segment::Key(section), Segment::Key(name)]
                if section == "userPoolTags"
                    && !self.policy.ignores(&at.join(&path))
                    && self.prunes_tags() =>
            {
                let before = live["userPoolTags"].get(name).cloned();
                groups.tags.push(Change {
                    path,
                    kind: ChangeKind::Remove,
                    before,
                    after: None,
                    reset: Reset::Omit,
                    weakens: false,
                    secret: false,
                    preset: None,
                });
            }
            _ => self.plan.unmanaged.push(Unmanaged {
                address: self.address(&at.join(&path)),
                id: None,
                note: None,
            }),
        }
    }

    fn prunes_tags(&mut self) -> bool {
        self.policy.prunes("tags") && self.may_prune("tags")
    }

    /// Whether pruning is allowed here; if it is not, the plan is refused.
    pub(super) fn may_prune(&mut self, collection: &str) -> bool {
        let at = Path::of(["policy", "prune"]);
        let problem = if !self.context.complete {
            Some((
                "not all files of the environment were given, so what is undeclared is not known",
                "leave -f out",
            ))
        } else if !self.is_ours() {
            Some((
                "the pool is not managed by this manifest yet",
                "apply once without `prune`, or with --adopt",
            ))
        } else {
            None
        };
        if let Some((message, help)) = problem {
            let address = self.address(&at);
            if !self.plan.refusals.iter().any(|refusal| refusal.address == address) {
                self.refuse(
                    RefusalRule::Prune,
                    &at,
                    format!("`{collection}` cannot be pruned: {message}"),
                    help,
                );
            }
        }
        problem.is_none()
    }

    /// The calls that change pool and MFA, in an order whose every state the service allows.
    fn pool_and_mfa(&mut self, live: &Value, pool: Vec<Change>, mfa: &[Change]) {
        let at = Path::of(["settings"]);
        let rename = self.rename();
        let updates_pool = !pool.is_empty() || rename.is_some();
        let all = || pool.iter().chain(mfa).map(|change| (&change.path, change.after.as_ref()));
        let desired = with_changes(live, all());
        self.preflight_settings(Some(live), &desired);
        self.settings_after = Some(desired.clone());
        let state = |settings: &Value| mfa_state(settings, settings["smsConfiguration"].is_object());
        let (from, to) = (state(live), state(&desired));
        let before = from.violations();
        if !mfa.is_empty() || updates_pool && to.violations().iter().any(|rule| !before.contains(rule)) {
            match mfa::path(from, to) {
                Ok(calls) => {
                    for call in calls {
                        match call {
                            MfaCall::UpdatePool if updates_pool => {
                                self.update_pool(rename.clone(), pool.clone());
                            }
                            MfaCall::SetDesired if !mfa.is_empty() => {
                                self.step(&at, Action::SetMfa, mfa.to_vec());
                            }
                            MfaCall::SetShared => self.shared_factors(live, from, to, mfa),
                            MfaCall::UpdatePool | MfaCall::SetDesired => {}
                        }
                    }
                }
                Err(rules) => {
                    self.refuse_mfa(&desired, &to.violations(), &rules);
                    // Refused, and still shown.
                    if updates_pool {
                        self.update_pool(rename, pool);
                    }
                    if !mfa.is_empty() {
                        self.step(&at, Action::SetMfa, mfa.to_vec());
                    }
                }
            }
        } else if updates_pool {
            self.update_pool(rename, pool);
        }
    }

    /// Refuses an MFA configuration: for each rule that it breaks itself, else because no way leads to it.
    fn refuse_mfa(&mut self, desired: &Value, itself: &[Rule], ways: &[Rule]) {
        for rule in itself {
            let path = mfa_place(*rule, desired);
            self.refuse(RefusalRule::State, &path, rule.to_string(), mfa_way_out(*rule));
        }
        if itself.is_empty() && !ways.is_empty() {
            let reasons = ways.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            let message = format!("no order of calls reaches this MFA configuration: {reasons}");
            let help = "apply in two steps: first with `mfaConfiguration: OPTIONAL` and both the old and the new \
                        factors, then as it is to be";
            self.refuse(RefusalRule::State, &Path::of(["settings", "mfaConfiguration"]), message, help);
        }
    }

    fn update_pool(&mut self, rename: Option<String>, mut changes: Vec<Change>) {
        if let (Some(name), Some(live)) = (&rename, self.live) {
            changes.insert(0, renamed(&live.pool["Name"], name));
        }
        self.step(&Path::of(["settings"]), Action::UpdatePool { rename }, changes);
    }

    /// `pool` beside `poolId`, or a pool found by its tag, may name a pool anew.
    fn rename(&self) -> Option<String> {
        let (live, name) = self.live.zip(self.manifest.name.as_ref())?;
        (live.pool["Name"] != **name).then(|| name.clone())
    }

    /// The call in between: only the factors that both ends share.
    fn shared_factors(&mut self, live: &Value, from: State, to: State, mfa: &[Change]) {
        let shared = mfa::shared(from, to);
        let mut changes: Vec<Change> = mfa
            .iter()
            .filter(|change| change.path.segments().first() == web_authn().first())
            // What only prepares is not counted as a reset; the last call is.
            .map(|change| Change { kind: ChangeKind::Modify, ..change.clone() })
            .collect();
        let mut change = |name: &str, after: Option<Value>| {
            let before = live.get(name).cloned();
            if before != after {
                changes.push(Change {
                    path: Path::of([name]),
                    kind: ChangeKind::Modify,
                    before,
                    after,
                    reset: Reset::Omit,
                    weakens: false,
                    secret: false,
                    preset: None,
                });
            }
        };
        change("mfaConfiguration", Some(json!(shared.mode.as_str())));
        for (name, kept) in [
            ("smsMfaConfiguration", shared.sms),
            ("softwareTokenMfaConfiguration", shared.software_token),
            ("emailMfaConfiguration", shared.email),
        ] {
            if !kept {
                change(name, None);
            }
        }
        let address = self.address(&Path::of(["settings"]));
        let step = Step::new(address, Action::SetMfa, changes);
        self.plan.steps.push(Step { intermediate: true, ..step });
    }
}

fn web_authn() -> [Segment; 1] {
    [Segment::Key("webAuthnConfiguration".to_owned())]
}

fn renamed(before: &Value, name: &str) -> Change {
    Change {
        path: Path::of(["pool"]),
        kind: ChangeKind::Modify,
        before: Some(before.clone()),
        after: Some(json!(name)),
        reset: Reset::Value,
        weakens: false,
        secret: false,
        preset: None,
    }
}

/// Changes by the call that makes them.
#[derive(Default)]
struct Groups {
    attributes: Vec<Change>,
    pool: Vec<Change>,
    mfa: Vec<Change>,
    tags: Vec<Change>,
}

impl Groups {
    fn add(&mut self, change: Change) {
        match operation(&change) {
            Some("AddCustomAttributes") => self.attributes.push(change),
            Some("SetUserPoolMfaConfig") => self.mfa.push(change),
            Some("TagResource") => self.tags.push(change),
            _ => self.pool.push(change),
        }
    }
}

/// What writes a change, where it is not the update of its kind.
fn operation(change: &Change) -> Option<&'static str> {
    let first = change.path.segments().first()?.clone();
    SETTINGS.root.at(&Path::root().with(first))?.operation.as_deref()
}

fn is_mfa(change: &Change) -> bool {
    operation(change) == Some("SetUserPoolMfaConfig")
}

/// Whether a change adds a custom attribute whose name a standard one has.
fn has_a_standard_name(change: &Change) -> bool {
    let attribute = change.path.last_key().filter(|_| operation(change) == Some("AddCustomAttributes"));
    attribute.is_some_and(|name| name.starts_with("custom:"))
}

fn is_custom(change: &Change) -> bool {
    change.path.last_key().is_some_and(|name| custom_attribute_name(name).is_some())
}
