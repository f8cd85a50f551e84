//! What environments and pools of one run have to do with each other.

use std::borrow::Cow;
use std::collections::BTreeMap;

use cognitops::diagnostic::{Code, Finding, Place, Severity};
use cognitops::manifest::limits::DeclaredLimit;
use cognitops::manifest::load::PoolManifest;
use cognitops::manifest::references::{comes_to_be, uses};
use cognitops::outputs::{Outputs, declared_fact};
use cognitops::project::Environment;
use cognitops::read::LivePool;
use cognitops::template::Reference;
use cognitops::validate;

use super::work::Work;
use super::{Exit, Failure, Global};

/// Refuses two environments that mean one live pool, or would make one: each would undo what the other does.
pub(super) fn refuse_one_pool_of_two<'a, P>(
    global: &Global,
    works: &[Work],
    pools: impl Fn(usize) -> P,
) -> Result<(), Failure>
where
    P: Iterator<Item = (&'a PoolManifest, Option<&'a LivePool>)>,
{
    let mut seen: BTreeMap<&str, Vec<(usize, &PoolManifest)>> = BTreeMap::new();
    for index in 0..works.len() {
        for (manifest, live) in pools(index) {
            let name = live.map_or(manifest.key.as_str(), |live| live.id.as_str());
            let others = seen.entry(name).or_default();
            let is_same = |(other, _): &&(usize, &PoolManifest)| {
                is_one_account(global, works, index, *other, live.is_some())
            };
            if let Some((other, first)) = others.iter().find(is_same) {
                let what = if live.is_some() { "mean one live pool" } else { "would create one pool" };
                let message = format!(
                    "the environments `{}` and `{}` {what}, {name}",
                    works[*other].name(),
                    works[index].name()
                );
                let places = format!("{} and {}", first.root.span, manifest.root.span);
                let help = format!("give each an account, a Region or a pool of its own ({places})");
                return Err(Failure::with_help(message, help, Exit::Refused));
            }
            others.push((index, manifest));
        }
    }
    Ok(())
}

/// The limits to plan, by environment. What several declare alike of one account is the first one's to plan.
///
/// Refuses two environments that want one limit to be different values: each would undo what the other does.
pub(super) fn limits<'a>(global: &Global, works: &'a [Work]) -> Result<Vec<Vec<&'a DeclaredLimit>>, Failure> {
    let of_one_account = |a: usize, b: usize| {
        is_one_account(global, works, a, b, false) && works[a].account.region() == works[b].account.region()
    };
    let mut planned = Vec::new();
    for (index, work) in works.iter().enumerate() {
        let mut own = Vec::new();
        for limit in &work.loaded.limits {
            let before = (0..index).filter(|other| of_one_account(*other, index));
            let mut same = before.flat_map(|other| {
                let of_it = works[other].loaded.limits.iter();
                of_it.filter(|first| first.category == limit.category).map(move |first| (other, first))
            });
            match same.next() {
                None => own.push(limit),
                Some((_, first)) if first.value == limit.value => {}
                Some((other, first)) => {
                    let message = format!(
                        "the environments `{}` and `{}` are one account and Region, and want different limits of \
                         {}: {} and {}",
                        works[other].name(),
                        work.name(),
                        limit.category,
                        first.value,
                        limit.value
                    );
                    let help = format!(
                        "declare it in one of them, or in `base` ({} and {})",
                        first.place, limit.place
                    );
                    return Err(Failure::with_help(message, help, Exit::Refused));
                }
            }
        }
        planned.push(own);
    }
    Ok(planned)
}

/// Whether what has one name in two environments is one thing. The id of a live pool tells accounts apart by itself.
fn is_one_account(global: &Global, works: &[Work], a: usize, b: usize, by_id: bool) -> bool {
    if a == b {
        return false; // the plan of the environment says it
    }
    let (one, other) = (&works[a].loaded.environment, &works[b].loaded.environment);
    if let Some(file) = &global.sandbox {
        return file.is_some(); // else each environment has its own
    }
    let endpoint =
        |environment: &Environment| global.endpoint_url.clone().or_else(|| environment.endpoint_url.clone());
    let is_same_account = match (&one.account_id, &other.account_id) {
        (Some(one), Some(other)) => one == other,
        _ => (&one.profile, &one.assume_role) == (&other.profile, &other.assume_role),
    };
    let is_same_region = works[a].account.region() == works[b].account.region();
    endpoint(one) == endpoint(other) && (by_id || is_same_account && is_same_region)
}

/// What is known of the pools of an environment before anything is written.
pub(super) struct Facts<'a> {
    pools: BTreeMap<&'a str, (&'a PoolManifest, Option<Outputs>)>,
    region: &'a str,
}

impl<'a> Facts<'a> {
    pub(super) fn of(pools: &[(&'a PoolManifest, Option<LivePool>)], region: &'a str) -> Self {
        let referred = pools.iter().any(|(manifest, _)| !uses(manifest).is_empty());
        let outputs = |(manifest, live): &(&'a PoolManifest, Option<LivePool>)| {
            let known = live.as_ref().map(|live| Outputs::planned(manifest, live));
            (manifest.key.as_str(), (*manifest, known))
        };
        let pools = if referred { pools.iter().map(outputs).collect() } else { BTreeMap::new() };
        Self { pools, region }
    }

    /// What a reference in a pool's manifest stands for.
    fn known(&self, from: &str, Reference { pool, fact }: &Reference) -> Option<String> {
        let (manifest, outputs) = self.pools.get(pool.as_deref().unwrap_or(from))?;
        let live = || outputs.as_ref()?.fact(fact).map(str::to_owned);
        declared_fact(manifest, self.region, fact).or_else(live)
    }

    /// The manifests with what is known in the place of their references.
    pub(super) fn filled<'m>(
        &self,
        pools: &[(&'m PoolManifest, Option<LivePool>)],
    ) -> Result<Vec<Cow<'m, PoolManifest>>, Failure> {
        let mut manifests = Vec::new();
        let mut findings = Vec::new();
        for (manifest, _) in pools {
            let uses = uses(manifest);
            if uses.is_empty() {
                manifests.push(Cow::Borrowed(*manifest));
                continue;
            }
            let filled = manifest.filled(&|reference| self.known(&manifest.key, reference));
            let found = validate::validate(&filled).into_iter();
            // Nothing of a policy is filled in, so all was said of it.
            let is_new = |finding: &Finding| {
                finding.severity == Severity::Error && !validate::is_about_policy(finding)
            };
            findings.extend(found.filter(is_new));
            for found in uses {
                let is_open = self.known(&manifest.key, &found.reference).is_none();
                if is_open && !comes_to_be(&found.reference.fact) {
                    let message = format!(
                        "`{}` is not known: the pool has no such domain, or will have none",
                        found.reference
                    );
                    let place = Place::Text(manifest.span(&found.at));
                    let finding = Finding::error(Code::BadReference, place, message).at(found.at);
                    findings.push(finding.help("declare the domain under `domains`"));
                }
            }
            manifests.push(Cow::Owned(filled));
        }
        if findings.is_empty() { Ok(manifests) } else { Err(Failure::Findings(findings)) }
    }
}
