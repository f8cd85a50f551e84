//! The order of steps that refer to what other steps make.

use std::collections::BTreeSet;

use super::{Action, Planner, PoolPlan, Refusal, RefusalRule, Step, Verb};
use crate::path::Path;
use crate::template::{self, Fact, Reference};

impl Step {
    /// The references in what it writes that only an apply can know.
    pub fn references(&self) -> Vec<Reference> {
        self.changes
            .iter()
            .filter_map(|change| change.after.as_ref())
            .flat_map(template::references)
            .collect()
    }
}

impl PoolPlan {
    /// The same plan with what is known by now in the place of references.
    #[must_use]
    pub fn filled(&self, known: &dyn Fn(&Reference) -> Option<String>) -> Self {
        let mut plan = self.clone();
        plan.steps.iter_mut().for_each(|step| step.fill(known));
        plan
    }

    /// The client of this pool that a reference is about.
    fn client_of(&self, reference: &Reference) -> Option<Path> {
        let is_own = reference.pool.as_ref().is_none_or(|pool| *pool == self.key);
        match &reference.fact {
            Fact::ClientId(key) if is_own => Some(Path::of([self.key.as_str(), "clients", key])),
            Fact::ClientId(_) | Fact::Pool(_) => None,
        }
    }
}

impl Step {
    /// Puts what is known in the place of references.
    pub fn fill(&mut self, known: &dyn Fn(&Reference) -> Option<String>) {
        self.changes
            .iter_mut()
            .filter_map(|change| change.after.as_mut())
            .for_each(|after| template::fill(after, known));
    }
}

/// Refuses references to clients of other pools that are neither there nor made by the run.
pub(super) fn refuse_what_nothing_makes(pools: &mut [PoolPlan]) {
    let steps = pools.iter().flat_map(|pool| &pool.steps);
    let made: BTreeSet<Path> =
        steps.filter(|step| step.action.verb() == Verb::Create).map(|step| step.address.clone()).collect();
    for pool in pools {
        for step in &pool.steps {
            for reference in step.references() {
                let Reference { pool: Some(other), fact: Fact::ClientId(key) } = &reference else { continue };
                let client = Path::of([other.as_str(), "clients", key]);
                if *other != pool.key && !made.contains(&client) {
                    pool.refusals.push(Refusal {
                        rule: RefusalRule::State,
                        address: step.address.clone(),
                        message: format!(
                            "`{reference}` is not known, and nothing in the run makes the client"
                        ),
                        help: format!("see what the plan of `{other}` says of that client"),
                        place: None,
                    });
                }
            }
        }
    }
}

impl Planner<'_> {
    /// Lets steps wait for the clients whose ids they write, and what needs those steps for them.
    pub(super) fn order_by_references(&mut self) {
        if self.plan.steps.iter().all(|step| step.references().is_empty()) {
            return;
        }
        let is_made = |step: &Step| step.action.verb() == Verb::Create;
        let made: BTreeSet<Path> =
            self.plan.steps.iter().filter(|step| is_made(step)).map(|step| step.address.clone()).collect();
        let mut lost = Vec::new();
        let mut steps = std::mem::take(&mut self.plan.steps);
        for step in &mut steps {
            for reference in step.references() {
                match self.plan.client_of(&reference) {
                    Some(_) if matches!(step.action, Action::CreatePool { .. }) => {
                        lost.push((step.address.clone(), reference));
                    }
                    Some(client) if made.contains(&client) => step.needs.push(client),
                    Some(_) => lost.push((step.address.clone(), reference)),
                    None => {}
                }
            }
        }
        self.plan.steps = in_order(steps, &made);
        for (address, reference) in lost {
            let at = Path::of(address.keys().unwrap_or_default().into_iter().skip(1));
            let (message, help) = if at == Path::of(["settings"]) {
                let message = format!("the pool is made with `{reference}`, and the client after the pool");
                (message, "leave it out of `settings` until the pool is there")
            } else {
                let message = format!("`{reference}` is not known, and nothing in the plan makes the client");
                (message, "see what the plan says of that client")
            };
            self.refuse(RefusalRule::State, &at, message, help);
        }
    }
}

/// The steps in the same order, but for those that wait for the making of a later one: they come right after it.
fn in_order(steps: Vec<Step>, made: &BTreeSet<Path>) -> Vec<Step> {
    let mut done: Vec<Step> = Vec::new();
    let mut done_at = BTreeSet::new();
    let mut waiting: Vec<Step> = Vec::new();
    for step in steps {
        waiting.push(step);
        // What is done now may be what others wait for.
        while let Some(ready) = (0..waiting.len()).find(|index| is_ready(&waiting, *index, &done_at, made)) {
            let step = waiting.remove(ready);
            done_at.insert(step.address.clone());
            done.push(step);
        }
    }
    done.extend(waiting); // validation excludes circles
    done
}

/// Whether a waiting step can be done: all that it needs is, and so is every earlier step of its own resource.
fn is_ready(waiting: &[Step], index: usize, done: &BTreeSet<Path>, made: &BTreeSet<Path>) -> bool {
    let step = &waiting[index];
    let waits = |address: &Path| waiting[..index].iter().any(|other| other.address == *address);
    !waits(&step.address)
        && step
            .needs
            .iter()
            .all(|needed| if made.contains(needed) { done.contains(needed) } else { !waits(needed) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Action;

    fn step(name: &str, needs: &[&str]) -> Step {
        let needs = needs.iter().map(|needed| Path::of([*needed])).collect();
        Step { needs, ..Step::new(Path::of([name]), Action::SetMfa, Vec::new()) }
    }

    #[test]
    fn a_step_waits_for_what_it_needs_and_lets_others_pass() {
        let steps = vec![
            step("provider", &["web"]),
            step("app", &["provider"]),
            step("api", &[]),
            step("web", &[]),
            step("last", &[]),
        ];
        let made = ["web", "provider", "api"].into_iter().map(|name| Path::of([name])).collect();
        let order: Vec<String> = in_order(steps, &made).iter().map(|step| step.address.to_string()).collect();
        assert_eq!(order, ["api", "web", "provider", "app", "last"]);
    }
}
