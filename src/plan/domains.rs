//! The steps of domains: two slots, one for a prefix domain and one for a custom one.

use serde_json::{Map, Value};

use super::{Action, Planner, RefusalRule, Unmanaged};
use crate::catalog::{DOMAIN, Field};
use crate::identity::is_custom_domain;
use crate::normalize;
use crate::path::Path;

/// What a change of the custom domain means for passkeys: it is their default relying party (`WebAuthnConfiguration` of
/// the API reference).
const PASSKEYS: &str = "passkeys belong to a domain, by default to the custom one: those of another domain are no \
                        longer offered, unless `webAuthnConfiguration.relyingPartyId` names it";

impl Planner<'_> {
    pub(super) fn domains(&mut self) {
        let manifest = self.manifest;
        let names = ["Domain", "CustomDomain"].iter().filter_map(|member| self.live?.pool[*member].as_str());
        self.plan.sign_in.domains = names.filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let none = Map::new();
        let declared = manifest.section(DOMAIN.section).and_then(Value::as_object);
        let live = self.live.and_then(|live| live.section(DOMAIN.section));
        let goes = |name: &str| {
            live.and_then(|live| live.get(name)).is_some_and(|domain| domain["Status"] == "DELETING")
        };
        let in_slot = |custom: bool| {
            live.into_iter().flat_map(|live| live.keys()).find(move |name| is_custom_domain(name) == custom)
        };
        for (name, written) in declared.unwrap_or(&none) {
            match in_slot(is_custom_domain(name)) {
                None => self.create_domain(name, written, None),
                // On its way out by itself: its place is free once it is gone.
                Some(old) if goes(old) => self.create_domain(name, written, Some(old)),
                Some(old) => match live.and_then(|live| live.get(name)) {
                    Some(document) => self.update_member(&DOMAIN, name, written, document),
                    None => self.replace_domain(old, name, written),
                },
            }
        }
        self.undeclared_domains(declared);
    }

    /// Plans a domain that is not there; `after` is one that is still on its way out of the slot.
    fn create_domain(&mut self, name: &str, written: &Value, after: Option<&str>) {
        self.refuse_taken(name);
        if !self.create_member(&DOMAIN, name, written) {
            return;
        }
        if let Some(Action::CreateMember { replaces, .. }) = self.plan.steps.last_mut().map(|s| &mut s.action)
        {
            *replaces = after.map(str::to_owned);
        }
        if is_custom_domain(name) {
            self.note_last_step([
                "its DNS name must point to the CloudFront distribution that the report names".to_owned(),
                PASSKEYS.to_owned(),
            ]);
        }
    }

    /// Another name in the same slot: the old one goes first.
    fn replace_domain(&mut self, old: &str, name: &str, written: &Value) {
        self.refuse_taken(name);
        let (from, to) = (Path::of([DOMAIN.section, old]), Path::of([DOMAIN.section, name]));
        if self.policy.ignores(&from) || self.policy.ignores(&to) {
            let address = self.address(&to);
            return self.plan.ignored.push(address);
        }
        if !self.context.replaces(&self.address(&to)) {
            let message = format!(
                "the pool has the domain `{old}`, and only one of its sort: it would be deleted, and sign-in would be \
                 out until `{name}` is there"
            );
            let help = format!("consent with --allow-replace={}, or write `{old}`", self.address(&to));
            self.refuse(RefusalRule::Replace, &to, message, help);
        }
        self.step(&from, Action::DeleteMember { kind: &DOMAIN, name: old.to_owned() }, Vec::new());
        self.note_last_step([format!("sign-in at {old} ends here, and links and bookmarks with it")]);
        let needs = vec![self.address(&from)];
        let written = self.with_what_stays(old, written);
        self.create_member(&DOMAIN, name, &written);
        if let Some(step) = self.plan.steps.last_mut() {
            step.needs = needs;
            if let Action::CreateMember { replaces, .. } = &mut step.action {
                *replaces = Some(old.to_owned());
            }
        }
        self.note_last_step([
            "sign-in is out until this is done: up to a minute, for a custom domain an hour".to_owned(),
        ]);
        if is_custom_domain(name) {
            self.note_last_step([
                "its DNS name must point to another CloudFront distribution, which the report names"
                    .to_owned(),
                PASSKEYS.to_owned(),
            ]);
        }
    }

    /// What is written of a domain, with what the one before it has of the members that stay as they are.
    fn with_what_stays(&self, old: &str, written: &Value) -> Value {
        let live = self.live.and_then(|live| live.section(DOMAIN.section)?.get(old));
        let live = live.map(|document| normalize::member_answer(&DOMAIN, document)).unwrap_or_default();
        let mut written = written.clone();
        pass_on(&DOMAIN.root, &live, &mut written);
        written
    }

    /// Refuses a domain that another pool has.
    fn refuse_taken(&mut self, name: &str) {
        let owner = self.context.taken_domains.get(name);
        if let Some(owner) = owner.filter(|owner| Some(*owner) != self.plan.pool_id.as_ref()) {
            let message = format!("the domain `{name}` belongs to another pool, {owner}");
            let help = "choose another name: a prefix is unique in its Region, a custom domain everywhere";
            self.refuse(RefusalRule::State, &Path::of([DOMAIN.section, name]), message, help);
        }
    }

    fn undeclared_domains(&mut self, declared: Option<&Map<String, Value>>) {
        let Some(live) = self.live.and_then(|live| live.section(DOMAIN.section)) else { return };
        let replaced: Vec<String> = self.replaced_domains().map(str::to_owned).collect();
        let is_declared = |name: &String| declared.is_some_and(|declared| declared.contains_key(name));
        let undeclared: Vec<&String> =
            live.keys().filter(|name| !is_declared(name) && !replaced.contains(name)).collect();
        let by_address = self.deleted_by_address(DOMAIN.section);
        let prunes = self.policy.prunes(DOMAIN.section) && !undeclared.is_empty();
        let prunes = prunes && self.may_prune(DOMAIN.section);
        for name in undeclared {
            let at = Path::of([DOMAIN.section, name]);
            if by_address.contains(name) || prunes && !self.policy.ignores(&at) {
                self.step(&at, Action::DeleteMember { kind: &DOMAIN, name: name.clone() }, Vec::new());
                self.note_last_step([format!("sign-in at {name} ends here")]);
                if is_custom_domain(name) {
                    self.note_last_step([PASSKEYS.to_owned()]);
                }
            } else if declared.is_some() {
                let address = self.address(&at);
                self.plan.unmanaged.push(Unmanaged { address, id: None, note: None });
            }
        }
    }

    /// The domains that others take the place of.
    fn replaced_domains(&self) -> impl Iterator<Item = &str> {
        self.plan.steps.iter().filter_map(|step| match &step.action {
            Action::CreateMember { replaces, .. } => replaces.as_deref(),
            _ => None,
        })
    }

    fn note_last_step(&mut self, notes: impl IntoIterator<Item = String>) {
        if let Some(step) = self.plan.steps.last_mut() {
            step.notes.extend(notes);
        }
    }
}

/// Writes what passes on of a live resource where its successor does not say otherwise, in blocks that it has.
fn pass_on(field: &Field, live: &Value, written: &mut Value) {
    for member in field.members() {
        let Value::Object(members) = &mut *written else { return };
        let Some(value) = live.get(&member.name).filter(|value| !value.is_null()) else { continue };
        if member.passes_on {
            members.entry(member.name.clone()).or_insert_with(|| value.clone());
        } else if let Some(inner) = members.get_mut(&member.name) {
            pass_on(member, value, inner);
        }
    }
}
