//! The steps of replicas, by Region.

use serde_json::{Map, Value, json};

use super::{Action, Planner, RefusalRule, Step, Unmanaged};
use crate::catalog::{REPLICA, Reset, SETTINGS};
use crate::diff::{Change, ChangeKind};
use crate::path::Path;

/// What a new replica is, and what one must be to go.
const INACTIVE: &str = "INACTIVE";

impl Planner<'_> {
    pub(super) fn replicas(&mut self) {
        let manifest = self.manifest;
        let declared = manifest.section(REPLICA.section).and_then(Value::as_object);
        let live = self.live.and_then(|live| live.section(REPLICA.section));
        for (region, written) in declared.unwrap_or(&Map::new()) {
            let document = live.and_then(|live| live.get(region));
            if self.is_own_region(region, document) {
                let message = format!("{region} is the Region of the pool itself, which is no replica");
                let at = Path::of([REPLICA.section, region]);
                self.refuse(RefusalRule::State, &at, message, "leave it out");
                continue;
            }
            match document {
                // On its way out by itself: its place is free once it is gone.
                Some(document) if document["Status"] == "DELETING" => {
                    self.create_replica(region, written, Some(region));
                }
                Some(document) => self.update_member(&REPLICA, region, written, document),
                None => self.create_replica(region, written, None),
            }
        }
        self.undeclared_replicas(declared);
    }

    fn is_own_region(&self, region: &str, document: Option<&Value>) -> bool {
        match document {
            Some(document) => document["Role"] == "PRIMARY",
            None => self.live.is_none() && self.context.region.as_deref() == Some(region),
        }
    }

    /// Plans a replica that is not there; `after` is one that is still on its way out.
    fn create_replica(&mut self, region: &str, written: &Value, after: Option<&str>) {
        let at = Path::of([REPLICA.section, region]);
        if !self.create_member(&REPLICA, region, written) {
            return;
        }
        self.preflight_key(&at);
        let settings = self.address(&Path::of([SETTINGS.section]));
        let needs = self.plan.steps.iter().any(|step| step.address == settings).then_some(settings);
        let Some(step) = self.plan.steps.last_mut() else { return };
        step.needs.extend(needs);
        if let Action::CreateMember { replaces, .. } = &mut step.action {
            *replaces = after.map(str::to_owned);
        }
        // The call that makes one takes no status.
        let is_status = |change: &mut Change| change.path.last_key() == Some("status");
        let status = step.changes.extract_if(.., is_status).next().and_then(|change| change.after);
        if status.is_some_and(|status| status != INACTIVE) {
            let change = status_change(INACTIVE, "ACTIVE");
            self.step(&at, Action::UpdateMember { kind: &REPLICA, name: region.to_owned() }, vec![change]);
        }
    }

    /// Refuses a replica of a pool whose key is not there in other Regions.
    fn preflight_key(&mut self, at: &Path) {
        let (kind, arn) = match (&self.settings_after, self.live) {
            (Some(settings), _) => {
                let key = &settings["keyConfiguration"];
                (&key["keyType"], &key["kmsKeyArn"])
            }
            (None, Some(live)) => {
                let key = &live.pool["KeyConfiguration"];
                (&key["KeyType"], &key["KmsKeyArn"])
            }
            (None, None) => (&Value::Null, &Value::Null),
        };
        // The id of a multi-Region key begins with `mrk-`; an alias does not say.
        let is_of_one_region = arn
            .as_str()
            .and_then(|arn| arn.split_once(":key/"))
            .is_some_and(|(_, id)| !id.starts_with("mrk-"));
        let help = "write `keyConfiguration: {keyType: CUSTOMER_MANAGED_KEY, kmsKeyArn: …}` in `settings`, with a \
                    multi-Region key";
        if kind != "CUSTOMER_MANAGED_KEY" {
            self.refuse(RefusalRule::State, at, "a replica needs a key of your own", help);
        } else if is_of_one_region {
            self.refuse(RefusalRule::State, at, "a replica needs a multi-Region key", help);
        }
    }

    /// Replicas that are live and that no manifest declares: listed, or deleted by their addresses.
    fn undeclared_replicas(&mut self, declared: Option<&Map<String, Value>>) {
        let Some(live) = self.live.and_then(|live| live.section(REPLICA.section)) else { return };
        let by_address = self.deleted_by_address(REPLICA.section);
        for (region, document) in live {
            let at = Path::of([REPLICA.section, region]);
            let is_declared = declared.is_some_and(|declared| declared.contains_key(region));
            let goes = by_address.contains(region);
            let is_going = document["Status"] == "DELETING";
            if self.is_own_region(region, Some(document)) {
                if goes {
                    let message = format!("{region} is the Region of the pool itself, which is no replica");
                    self.refuse_removal(&at, message, "leave it out of `policy.delete`".to_owned());
                }
            } else if goes && !is_going {
                self.delete_replica(&at, region, document);
            } else if declared.is_some() && !is_declared {
                let address = self.address(&at);
                let note = is_going.then_some("being deleted");
                self.plan.unmanaged.push(Unmanaged { address, id: None, note });
            }
        }
    }

    /// Only one that serves nobody can be deleted, so one that does is taken out of service first.
    fn delete_replica(&mut self, at: &Path, region: &str, document: &Value) {
        let name = region.to_owned();
        let address = self.address(at);
        if document["Status"] == "ACTIVE" {
            let action = Action::UpdateMember { kind: &REPLICA, name: name.clone() };
            let step = Step::new(address.clone(), action, vec![status_change("ACTIVE", INACTIVE)]);
            self.plan.steps.push(Step { intermediate: true, ..step });
        }
        let step = self.step(at, Action::DeleteMember { kind: &REPLICA, name }, Vec::new());
        step.notes = vec![format!("users are no longer served in {region}")];
    }
}

fn status_change(before: &str, after: &str) -> Change {
    Change {
        path: Path::of(["status"]),
        kind: ChangeKind::Modify,
        before: Some(json!(before)),
        after: Some(json!(after)),
        reset: Reset::Omit,
        weakens: false,
        secret: false,
        preset: None,
    }
}
