//! The promises of the tool, over generated manifests, in every mode of what an omitted member does.

use cognitops::apply::{MismatchKind, Outcome, PoolReport};
use cognitops::cognito::ReadOperation;
use cognitops::diff::ChangeKind;
use cognitops::export::Options;
use cognitops::plan::RefusalRule;
use cognitops::sandbox::{OmittedMode, Options as SandboxOptions};
use cognitops::source::write_document;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generate::{config, manifests, text, valid};
use crate::world::World;

fn worlds() -> impl Strategy<Value = (OmittedMode, u64)> {
    (prop::sample::select(OmittedMode::ALL.to_vec()), any::<u64>())
}

fn world((omitted, shuffle): (OmittedMode, u64)) -> World {
    let mut world =
        World::with(SandboxOptions { omitted, shuffle: Some(shuffle), ..SandboxOptions::default() });
    world.context.all_resets_allowed = true;
    world.context.all_replacements_allowed = true;
    world
}

/// Lets a later manifest say nothing of what is fixed at creation, which would be refused.
pub(crate) fn without_create_only(mut manifest: Value) -> Value {
    let settings = manifest["settings"].as_object_mut().unwrap();
    for member in ["aliasAttributes", "usernameAttributes", "usernameConfiguration", "attributes"] {
        settings.remove(member);
    }
    // SMS, once configured, cannot be taken back.
    if settings.get("smsConfiguration").is_some_and(Value::is_null) {
        settings.remove("smsConfiguration");
    }
    // Nor can the routing of a domain.
    let domains = manifest.get_mut("domains").and_then(Value::as_object_mut);
    for domain in domains.into_iter().flat_map(|domains| domains.values_mut()) {
        domain.as_object_mut().unwrap().remove("routing");
    }
    for client in manifest["clients"].as_object_mut().unwrap().values_mut() {
        for member in ["applicationType", "generateSecret", "clientSecret"] {
            client.as_object_mut().unwrap().remove(member);
        }
    }
    valid(manifest)
}

/// Applies a manifest; `None` where the service allows no way to it.
fn change(world: &World, body: &str) -> Result<Option<PoolReport>, TestCaseError> {
    let plan = world.plan(body);
    if plan.refusals.iter().any(|refusal| refusal.rule == RefusalRule::State) {
        return Ok(None);
    }
    prop_assert!(plan.refusals.is_empty(), "{body}\n{:?}", plan.refusals);
    Ok(Some(world.execute(&plan)))
}

/// A world in which a manifest was applied wholly.
macro_rules! applied {
    ($how:expr, $manifest:expr) => {{
        let world = world($how);
        let body = text($manifest, 0);
        let report = change(&world, &body)?;
        prop_assume!(report.is_some());
        let report = report.unwrap();
        let undone: Vec<_> = report.results.iter().filter(|result| result.outcome != Outcome::Done).collect();
        let undone = undone.iter().map(|result| &result.outcome).collect::<Vec<_>>();
        prop_assert!(report.is_complete(), "{body}\n{undone:?}\n{:?}", report.mismatches);
        world
    }};
}

/// The pool's documents without what the service counts by itself.
fn documents(world: &World) -> Value {
    let mut state = world.sandbox.document()["pools"].clone();
    for pool in state.as_object_mut().unwrap().values_mut() {
        pool["pool"].as_object_mut().unwrap().remove("LastModifiedDate");
    }
    state
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_plan_of_what_was_applied_is_empty(manifest in manifests(), how in worlds()) {
        let world = applied!(how, &manifest);
        let body = text(&manifest, 0);
        let plan = world.plan(&body);
        prop_assert!(plan.steps.is_empty(), "{body}\n{:#?}", plan.steps);
    }

    #[test]
    fn the_plan_of_a_change_that_was_applied_is_empty(
        first in manifests(),
        second in manifests().prop_map(without_create_only),
        how in worlds(),
    ) {
        let world = applied!(how, &first);
        let body = text(&second, 0);
        let Some(report) = change(&world, &body)? else { return Ok(()) };
        let kept: Vec<_> = report.mismatches.iter().collect();
        let failed: Vec<_> = report.results.iter().filter(|result| result.outcome != Outcome::Done).collect();
        // A service that keeps what is left out has no way to take a default redirect URL back, nor the mode of threat
        // protection in sign-ins with custom challenges.
        let no_way = ["DefaultRedirectURI must be in the list", "Threat protection is not available in this tier"];
        let is_known = |outcome: &Outcome| match outcome {
            Outcome::Failed { error, .. } => no_way.iter().any(|known| error.message.contains(known)),
            outcome => matches!(outcome, Outcome::Skipped(_)),
        };
        if how.0 == OmittedMode::Keep && !failed.is_empty() && failed.iter().all(|step| is_known(&step.outcome)) {
            return Ok(());
        }
        prop_assert!(failed.is_empty(), "{}\n{body}\n{failed:#?}", text(&first, 0));
        // What the service keeps is reported, and is all that is left to do.
        for mismatch in &kept {
            prop_assert_eq!(mismatch.kind, MismatchKind::Kept, "{:?} {}\n{}", mismatch, text(&first, 0), &body);
            prop_assert!(how.0 != OmittedMode::Documented, "{:?}", mismatch);
        }
        for step in &world.plan(&body).steps {
            for change in &step.changes {
                let address = step.address.join(&change.path);
                let known = kept.iter().any(|mismatch| {
                    mismatch.address.segments().starts_with(address.segments())
                        || address.segments().starts_with(mismatch.address.segments())
                });
                prop_assert!(known && change.after.is_none(), "{address}\n{}\n{body}", text(&first, 0));
            }
        }
    }

    #[test]
    fn what_is_not_managed_stays_byte_for_byte(first in manifests(), second in manifests(), how in worlds()) {
        let mut first = first;
        first["clients"]["bystander"] = json!({"authSessionValidity": 7});
        let world = applied!(how, &first);
        let mut second = without_create_only(second);
        second.as_object_mut().unwrap().remove("settings");
        let replaces = second["domains"].as_object().is_some_and(|domains| !domains.is_empty());
        let id = world.client_id("bystander");
        let before = documents(&world);
        let body = text(&second, 0);
        world.execute(&world.plan(&body));
        let (before, after) = (before.as_object().unwrap(), documents(&world));
        let without_domains = |pool: &Value| {
            let mut pool = pool.clone();
            pool.as_object_mut().unwrap().retain(|name, _| !replaces || !name.ends_with("Domain"));
            pool
        };
        for (pool, before) in before {
            for section in ["resourceServers", "identityProviders", "groups", "domains", "replicas"] {
                let undeclared = before[section].as_object().into_iter().flatten();
                let undeclared = undeclared.filter(|(name, _)| second[section].get(*name).is_none());
                for (name, member) in undeclared.filter(|_| section != "domains" || !replaces) {
                    prop_assert_eq!(&after[pool][section][name], member);
                }
            }
            prop_assert_eq!(without_domains(&after[pool]["pool"]), without_domains(&before["pool"]));
            prop_assert_eq!(&after[pool]["mfa"], &before["mfa"]);
            prop_assert_eq!(&after[pool]["clients"][&id], &before["clients"][&id]);
        }
    }

    #[test]
    fn what_a_client_does_not_mention_stays_under_keep(first in manifests(), how in worlds()) {
        let world = applied!(how, &first);
        let before = documents(&world);
        let mut keep = first.clone();
        keep["settings"] = json!({});
        keep["policy"] = json!({"omitted": "keep"});
        for client in keep["clients"].as_object_mut().unwrap().values_mut() {
            *client = json!({});
        }
        let plan = world.plan(&text(&keep, 0));
        prop_assert!(plan.steps.is_empty(), "{:#?}", plan.steps);
        prop_assert_eq!(documents(&world), before);
    }

    #[test]
    fn members_that_this_version_does_not_know_survive(
        first in manifests(),
        second in manifests().prop_map(without_create_only),
        how in worlds(),
    ) {
        let world = applied!(how, &first);
        world.tamper(|pool, mfa, clients| {
            pool["NewThing"] = json!({"Deep": [1, 2]});
            pool["Policies"]["NewPolicy"] = json!({"Level": 3});
            mfa["NewFactor"] = json!({"Enabled": true});
            for client in clients {
                client["NewFlag"] = json!(true);
            }
        });
        let Some(report) = change(&world, &text(&second, 0))? else { return Ok(()) };
        let lost = report.mismatches.iter().any(|found| found.kind == MismatchKind::Lost);
        prop_assert!(!lost, "{report:#?}");
        let (pool, mfa) = (world.pool(), world.mfa());
        prop_assert_eq!(&pool["NewThing"], &json!({"Deep": [1, 2]}));
        prop_assert_eq!(&pool["Policies"]["NewPolicy"], &json!({"Level": 3}));
        prop_assert_eq!(&mfa["NewFactor"], &json!({"Enabled": true}));
        for name in first["clients"].as_object().unwrap().keys() {
            prop_assert_eq!(&world.client(name)["NewFlag"], &json!(true));
        }
    }

    #[test]
    fn planning_makes_no_write_call(first in manifests(), second in manifests(), how in worlds()) {
        let world = applied!(how, &first);
        let before = world.sandbox.calls().len();
        let state = world.sandbox.document();
        world.plan(&text(&second, 0));
        for operation in world.operations_since(before) {
            let reads = operation == "fetch" || ReadOperation::ALL.iter().any(|read| read.name() == operation);
            prop_assert!(reads, "{operation}");
        }
        prop_assert_eq!(world.sandbox.document(), state);
    }

    #[test]
    fn the_plan_of_an_export_is_empty(first in manifests(), how in worlds(), full in any::<bool>()) {
        let world = applied!(how, &first);
        let before = world.sandbox.calls().len();
        let (text, differences) = world.exported(Options { full, ..Options::default() });
        prop_assert!(differences.is_empty(), "{}\n{}\n{differences:#?}", self::text(&first, 0), text);
        for operation in world.operations_since(before) {
            let reads = operation == "fetch" || ReadOperation::ALL.iter().any(|read| read.name() == operation);
            prop_assert!(reads, "{operation}");
        }
        // By the way that a user would take.
        let plan = world.plan(&text);
        prop_assert!(plan.steps.is_empty() && plan.refusals.is_empty(), "{text}\n{:#?}", plan.steps);
    }

    #[test]
    fn an_updated_manifest_says_what_is_live(
        first in manifests(),
        second in manifests().prop_map(without_create_only),
        how in worlds(),
        undeclared in any::<bool>(),
        in_lines in any::<bool>(),
    ) {
        let world = applied!(how, &first);
        let members = second.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value));
        let lines = write_document(members).unwrap().0.text.clone();
        let before = format!("# as it was\n{}", if in_lines { lines } else { self::text(&second, 0) });
        let updated = world.updated(&before, undeclared);
        let (text, report) = match updated {
            Ok(updated) => updated,
            // Of a client that is declared and not live, its scopes may be no more.
            Err(message) if message.contains("declares no scope") => return Ok(()),
            Err(message) => return Err(TestCaseError::fail(message)),
        };
        prop_assert!(text.starts_with("# as it was\n"));
        let plan = world.plan(&text);
        for (address, left) in &report.left {
            let reason = &left.reason;
            // What is not live may be impossible too.
            if plan.refusals.iter().any(|refusal| refusal.rule == RefusalRule::State && reason.starts_with(&refusal.message)) {
                continue;
            }
            let is_for_apply = ["it is declared and not live", "the policy deletes it", "how many secrets", "a secret is never exported"];
            let is_known = is_for_apply.iter().any(|known| reason.starts_with(known));
            prop_assert!(is_known, "{address}: {reason}\n{before}\n{text}");
        }
        for step in &plan.steps {
            let mut changes = step.changes.iter().map(|change| step.address.join(&change.path));
            let is_left = report.left.contains_key(&step.address)
                || changes.all(|address| report.left.contains_key(&address));
            prop_assert!(is_left, "{} {:?}\n{before}\n{text}", step.address, step.changes);
        }
    }

    #[test]
    fn the_plan_does_not_depend_on_the_order_of_keys(
        first in manifests(),
        second in manifests(),
        how in worlds(),
        order in 1..u64::MAX,
    ) {
        let world = applied!(how, &first);
        let mut plans = [world.plan(&text(&second, 0)), world.plan(&text(&second, order))];
        for refusal in plans.iter_mut().flat_map(|plan| &mut plan.refusals) {
            refusal.place = None; // the line of the manifest does depend on it
        }
        let shown = |plan: &cognitops::plan::PoolPlan| {
            cognitops::render::json::plan(&cognitops::plan::Plan::of(vec![plan.clone()]), None)
        };
        let [a, b] = &plans;
        prop_assert_eq!(shown(a), shown(b));
    }

    #[test]
    fn a_summary_counts_what_the_plan_shows(first in manifests(), second in manifests(), how in worlds()) {
        let world = applied!(how, &first);
        let pool = world.plan(&text(&second, 0));
        let resets = pool
            .steps
            .iter()
            .filter(|step| !step.intermediate)
            .flat_map(|step| &step.changes)
            .filter(|change| change.kind == ChangeKind::Reset)
            .count();
        let plan = cognitops::plan::Plan::of(vec![pool]);
        prop_assert_eq!(plan.summary().reset, resets);
        let shown = cognitops::render::human::plan(&plan);
        prop_assert_eq!(shown.matches("· not in the manifest").count(), resets);
    }
}
