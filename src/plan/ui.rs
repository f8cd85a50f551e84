//! What is the UI customizations' own: they need a domain, and their image travels with every change.

use serde_json::Value;

use super::{Action, Planner, RefusalRule};
use crate::catalog::{DOMAIN, Kind, Reset, is_not_fetched};
use crate::diff::{Change, ChangeKind};
use crate::path::Path;

impl Planner<'_> {
    /// Sends what could not be fetched along with other changes, for a replacement takes away what it leaves out. Where
    /// the manifest does not have it either, the change is refused.
    pub(super) fn send_what_could_not_be_fetched(
        &mut self,
        kind: &Kind,
        at: &Path,
        written: &Value,
        live: &Value,
        changes: &mut Vec<Change>,
    ) {
        if changes.is_empty() {
            return;
        }
        for field in kind.root.members().iter().filter(|field| is_not_fetched(&live[&field.name])) {
            let path = Path::of([&field.name]);
            if changes.iter().any(|change| change.path == path) {
                continue;
            }
            let whole = at.join(&path);
            let after = written.get(&field.name).filter(|value| !value.is_null());
            if let Some(after) = after.filter(|_| !self.policy.ignores(&whole)) {
                changes.push(Change {
                    path,
                    kind: ChangeKind::Modify,
                    before: live.get(&field.name).cloned(),
                    after: Some(after.clone()),
                    reset: Reset::Omit,
                    weakens: false,
                    secret: false,
                    preset: None,
                });
            } else {
                let message = format!(
                    "the live `{}` stays and must be sent again, and could not be fetched",
                    field.name
                );
                let help = format!("write `{whole}`, and let no policy keep the live one");
                self.refuse(RefusalRule::State, at, message, help);
            }
        }
    }

    /// Whether classic pages change that no domain will serve, or lose the domain that serves them.
    pub(super) fn lacks_pages(&self, changes: &[Change]) -> bool {
        let has_had_one = self.live_domains().next().is_some();
        let has_one = self.staying_domains().next().is_some() || !self.new_domains().is_empty();
        !has_one && (has_had_one || !changes.is_empty())
    }

    /// The addresses of the domains that the plan makes, if nothing but those will serve pages.
    pub(super) fn new_domains(&self) -> Vec<Path> {
        if self.staying_domains().next().is_some() {
            return Vec::new();
        }
        let is_new =
            |action: &Action| matches!(action, Action::CreateMember { kind, .. } if **kind == *DOMAIN);
        let steps = self.plan.steps.iter().filter(|step| is_new(&step.action));
        steps.map(|step| step.address.clone()).collect()
    }

    fn live_domains(&self) -> impl Iterator<Item = &str> {
        let pool = self.live.map(|live| &live.pool);
        let names = ["Domain", "CustomDomain"].into_iter().filter_map(move |slot| pool?[slot].as_str());
        names.filter(|name| !name.is_empty())
    }

    /// The live domains that the plan does not delete.
    fn staying_domains(&self) -> impl Iterator<Item = &str> {
        let goes = |name: &str| {
            self.plan.steps.iter().any(|step| {
                matches!(&step.action, Action::DeleteMember { kind, name: gone } if **kind == *DOMAIN && gone == name)
            })
        };
        self.live_domains().filter(move |name| !goes(name))
    }
}
