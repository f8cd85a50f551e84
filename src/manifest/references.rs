//! What manifests refer to: facts of live pools, and in which order they come to be known.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::load::PoolManifest;
use crate::path::{Path, Segment};
use crate::source::{Node, NodeValue};
use crate::template::{self, Fact, Reference};

/// A place that refers to something.
#[derive(Debug, Clone)]
pub struct Use {
    /// Where the reference stands.
    pub at: Path,
    /// What it refers to.
    pub reference: Reference,
}

/// Every reference of a manifest that is still open.
pub fn uses(manifest: &PoolManifest) -> Vec<Use> {
    let mut uses = Vec::new();
    collect(&manifest.root, &Path::root(), &mut uses);
    // What defaults refer to, the members refer to that they fill in.
    uses.retain(|found| !is_default(&found.at));
    uses
}

fn is_default(path: &Path) -> bool {
    let blocks = super::defaults::BLOCKS;
    matches!(path.segments().first(), Some(Segment::Key(first)) if blocks.iter().any(|(block, _)| block == first))
}

fn collect(node: &Node, at: &Path, uses: &mut Vec<Use>) {
    match &node.value {
        NodeValue::String(text) if template::is_reserved(text) => {
            let references = template::references(&Value::from(text.as_str())).into_iter();
            uses.extend(references.map(|reference| Use { at: at.clone(), reference }));
        }
        NodeValue::List(items) => {
            items.iter().enumerate().for_each(|(index, item)| collect(item, &at.index(index), uses));
        }
        NodeValue::Map(entries) => {
            for (key, entry) in entries {
                collect(&entry.node, &at.key(key), uses);
            }
        }
        _ => {}
    }
}

/// Whether a fact comes to be with its pool or its client, and is not known by the manifest alone.
pub fn comes_to_be(fact: &Fact) -> bool {
    !matches!(fact, Fact::Pool("region" | "domainUrl" | "customDomainUrl"))
}

/// A circle in which each needs the next, and the last the first.
pub type Circle<T> = Vec<T>;

/// The order in which pools are made, so that each finds what it refers to in others.
///
/// # Errors
/// The keys of pools that refer to each other in a circle.
pub fn pool_order(manifests: &[&PoolManifest]) -> Result<Vec<usize>, Circle<String>> {
    let position: BTreeMap<&str, usize> =
        manifests.iter().enumerate().map(|(index, manifest)| (manifest.key.as_str(), index)).collect();
    let needs = |index: &usize| -> BTreeSet<usize> {
        let others = uses(manifests[*index]).into_iter().filter(|found| comes_to_be(&found.reference.fact));
        let others = others.filter_map(|found| position.get(found.reference.pool?.as_str()).copied());
        others.filter(|other| other != index).collect()
    };
    ordered((0..manifests.len()).collect(), needs)
        .map_err(|circle| circle.into_iter().map(|index| manifests[index].key.clone()).collect())
}

/// A circle among the resources of one pool, by their addresses in it.
pub fn resource_circle(manifest: &PoolManifest) -> Option<Circle<Path>> {
    let settings = Path::of(["settings"]);
    let mut needs: BTreeMap<Path, BTreeSet<Path>> = BTreeMap::new();
    for Use { at, reference } in uses(manifest) {
        let is_own = reference.pool.as_ref().is_none_or(|pool| *pool == manifest.key);
        if !is_own || !comes_to_be(&reference.fact) {
            continue;
        }
        let target = match reference.fact {
            Fact::Pool(_) => settings.clone(),
            Fact::ClientId(key) => Path::of(["clients", &key]),
        };
        needs.entry(resource(&at)).or_default().insert(target);
    }
    if needs.is_empty() {
        return None;
    }
    // A client needs the providers that it names, and the resource servers of its scopes.
    for (key, client) in manifest.section("clients").and_then(Value::as_object).into_iter().flatten() {
        let texts = |list: &str| client[list].as_array().into_iter().flatten().filter_map(Value::as_str);
        let providers = texts("supportedIdentityProviders").map(|name| Path::of(["identityProviders", name]));
        let servers = texts("allowedOAuthScopes").filter_map(|scope| scope.rsplit_once('/'));
        let servers = servers.map(|(server, _)| Path::of(["resourceServers", server]));
        needs.entry(Path::of(["clients", key])).or_default().extend(providers.chain(servers));
    }
    let all: Vec<Path> = needs.keys().cloned().collect();
    ordered(all, |path| needs.get(path).cloned().unwrap_or_default()).err()
}

/// The resource that a path lies in.
fn resource(path: &Path) -> Path {
    let keys = path.segments().iter().map_while(|segment| match segment {
        Segment::Key(key) => Some(key.as_str()),
        Segment::Index(_) => None,
    });
    let keys: Vec<&str> = keys.take(2).collect();
    Path::of(if keys.first() == Some(&"settings") { &keys[..1] } else { &keys[..] }.iter().copied())
}

/// Things in an order in which each comes after what it needs; else a circle.
fn ordered<T: Clone + Ord>(all: Vec<T>, needs: impl Fn(&T) -> BTreeSet<T>) -> Result<Vec<T>, Circle<T>> {
    let mut done = Vec::new();
    let mut seen = BTreeSet::new();
    for first in all {
        // Depth first, on a stack of its own: a chain may be as long as the manifest.
        let mut way: Vec<(T, Vec<T>)> = Vec::new();
        if seen.insert(first.clone()) {
            let open = needs(&first).into_iter().collect();
            way.push((first, open));
        }
        while let Some((_, open)) = way.last_mut() {
            let Some(next) = open.pop() else {
                done.extend(way.pop().map(|(finished, _)| finished));
                continue;
            };
            if let Some(begin) = way.iter().position(|(other, _)| *other == next) {
                return Err(way[begin..].iter().map(|(other, _)| other.clone()).chain([next]).collect());
            }
            if seen.insert(next.clone()) {
                let open = needs(&next).into_iter().collect();
                way.push((next, open));
            }
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_comes_first() {
        let needs = |number: &u8| (1..*number).rev().take(1).collect();
        assert_eq!(ordered(vec![3, 1, 2], needs), Ok(vec![1, 2, 3]));
    }

    #[test]
    fn a_circle_is_found() {
        let needs = |number: &u8| BTreeSet::from([(number + 1) % 3]);
        assert_eq!(ordered(vec![0, 1, 2], needs), Err(vec![0, 1, 2, 0]));
        assert_eq!(ordered(vec![7], |_| BTreeSet::from([7])), Err(vec![7, 7]));
    }
}
