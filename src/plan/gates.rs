//! What a plan refuses, whatever the manifest says: foreign pools, and losing settings by omission.

use serde_json::Value;

use super::{Adopt, Planner, Refusal, RefusalRule, covers};
use crate::catalog::{CLOUDFORMATION_TAG, OWNER_TAG};
use crate::diff::ChangeKind;
use crate::path::Path;

impl Planner<'_> {
    /// Whether the live pool carries our owner tag.
    pub(super) fn is_ours(&self) -> bool {
        let Some(live) = self.live else { return true };
        let ours = |key: &str| live.tags().get(OWNER_TAG).is_some_and(|tag| *tag == self.context.owner(key));
        // `poolId` beside another `pool` renames: the tag then names the pool as it was called.
        let pinned = self.manifest.id.is_some();
        let former = live.pool["Name"].as_str().unwrap_or_default();
        ours(&self.plan.key) || pinned && (ours(former) || ours(&live.id))
    }

    /// Refuses a pool of another account than the environment's.
    pub(super) fn account(&mut self) {
        let (Some(wanted), Some(live)) = (&self.context.account_id, self.live) else { return };
        let arn = live.pool["Arn"].as_str().unwrap_or_default();
        if arn.split(':').nth(4).is_some_and(|account| account != wanted) {
            let message = format!("the pool {} is not in the account {wanted} of this environment", live.id);
            let help = "check credentials and `accountId` in cognitops.yaml";
            self.refuse(RefusalRule::Account, &Path::root(), message, help);
        }
    }

    /// Refuses a pool that belongs to somebody else. Only a manifest with `settings` asks.
    pub(super) fn owner(&mut self) {
        let Some(live) = self.live else { return };
        if self.manifest.section("settings").is_none() || self.context.adopt == Adopt::Takeover {
            return;
        }
        let text = |tag: &str| live.tags().get(tag).and_then(Value::as_str).map(str::to_owned);
        let at = Path::of(["settings"]);
        let help = "leave `settings` out to manage only the other sections, or take the pool over with --adopt=takeover";
        if let Some(stack) = text(CLOUDFORMATION_TAG) {
            let message = format!("the pool belongs to the CloudFormation stack {stack}");
            self.refuse(RefusalRule::Owner, &at, message, help);
        }
        if let Some(owner) = text(OWNER_TAG).filter(|_| !self.is_ours()) {
            let message =
                format!("the pool is managed as `{owner}`, not as `{}`", self.context.owner(&self.plan.key));
            self.refuse(RefusalRule::Owner, &at, message, help);
        }
    }

    /// Refuses resets that nobody can have meant, and those that weaken security.
    pub(super) fn resets(&mut self) {
        let ours = self.is_ours();
        let mut refusals = Vec::new();
        for (address, steps) in self.plan.resources() {
            let resets: Vec<_> = steps
                .iter()
                .filter(|step| !step.intermediate)
                .flat_map(|step| &step.changes)
                .filter(|change| change.kind == ChangeKind::Reset)
                .filter(|change| !self.may_reset(&address.join(&change.path)))
                .collect();
            let paths = |resets: &[&crate::diff::Change]| {
                resets.iter().map(|change| change.path.to_string()).collect::<Vec<_>>().join(", ")
            };
            let weakening: Vec<_> = resets.iter().filter(|change| change.weakens).copied().collect();
            let message = if resets.is_empty() {
                continue;
            } else if !ours {
                format!(
                    "the pool is not managed by this manifest yet, and these would be reset: {}",
                    paths(&resets)
                )
            } else if resets.len() > self.policy.max_resets {
                format!("more than {} fields would be reset: {}", self.policy.max_resets, paths(&resets))
            } else if !weakening.is_empty() {
                format!("these resets weaken security: {}", paths(&weakening))
            } else {
                continue;
            };
            let path = Path::of(address.keys().unwrap_or_default().into_iter().skip(1));
            refusals.push(Refusal {
                rule: RefusalRule::Reset,
                address: address.clone(),
                message,
                help: format!(
                    "write the fields that are to stay (`export --update` does), or set `policy.omitted: keep`, or consent with --allow-reset={address}"
                ),
                place: Some(self.manifest.key_span(&path).to_string()),
            });
        }
        self.plan.refusals.extend(refusals);
    }

    /// Whether `--allow-reset` covers an address, with or without its pool.
    fn may_reset(&self, address: &Path) -> bool {
        self.context.all_resets_allowed || covers(&self.context.allowed_resets, address)
    }
}
