//! What manifests refer to must be declared, and must come to be before what refers to it.

use super::nearest;
use crate::diagnostic::{Code, Finding, Place};
use crate::manifest::load::PoolManifest;
use crate::manifest::references::{Use, pool_order, resource_circle, uses};
use crate::path::Path;
use crate::template::{Fact, Reference};

/// A text that has the form of what a reference in a pool's manifest stands for, and differs from those of others.
pub(super) fn stand_in(pool: &str, reference: &Reference) -> String {
    let in_pool = reference.pool.clone().unwrap_or_else(|| pool.to_owned());
    let name = Reference { pool: Some(in_pool), fact: reference.fact.clone() }.to_string();
    // FNV-1a, of which 26 digits are enough to tell references apart.
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let pool = format!("us-east-1_{:09}", hash % 1_000_000_000);
    match &reference.fact {
        Fact::ClientId(_) => format!("{hash:026}"),
        Fact::Pool("id") => pool,
        Fact::Pool("arn") => format!("arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool}"),
        Fact::Pool("region") => "us-east-1".to_owned(),
        Fact::Pool(name) => format!("https://{}.example.com/{hash:x}", name.to_lowercase()),
    }
}

/// The findings about references between all manifests of a run.
pub(super) fn check(manifests: &[PoolManifest]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in manifests {
        let uses = uses(manifest);
        for found in &uses {
            if let Err((message, help)) = declared(manifest, found, manifests) {
                let place = Place::Text(manifest.span(&found.at));
                findings
                    .push(Finding::error(Code::BadReference, place, message).at(found.at.clone()).help(help));
            }
        }
        if let Some(circle) = resource_circle(manifest) {
            let names = circle.iter().map(Path::to_string).collect::<Vec<_>>().join(" → ");
            let first = uses
                .iter()
                .find(|found| circle.iter().any(|path| found.at.segments().starts_with(path.segments())));
            let at = first.map(|found| found.at.clone()).unwrap_or_default();
            let message = format!("resources of `{}` refer to each other in a circle: {names}", manifest.key);
            let finding = Finding::error(Code::BadReference, Place::Text(manifest.span(&at)), message).at(at);
            findings.push(finding.help("break the circle: each needs the next to exist before it"));
        }
    }
    if let Err(circle) = pool_order(&manifests.iter().collect::<Vec<_>>())
        && let Some(manifest) = manifests.iter().find(|manifest| Some(&manifest.key) == circle.first())
    {
        let next = circle.get(1);
        let first = uses(manifest).into_iter().find(|found| found.reference.pool.as_ref() == next);
        let at = first.map(|found| found.at).unwrap_or_default();
        let message = format!("pools refer to each other in a circle: {}", circle.join(" → "));
        let finding = Finding::error(Code::BadReference, Place::Text(manifest.span(&at)), message).at(at);
        findings.push(finding.help("break the circle: a pool is made after those that it refers to"));
    }
    findings
}

fn declared(
    manifest: &PoolManifest,
    found: &Use,
    manifests: &[PoolManifest],
) -> Result<(), (String, String)> {
    let Use { reference, .. } = found;
    let pool = match &reference.pool {
        None => manifest,
        Some(key) => manifests.iter().find(|other| other.key == *key).ok_or_else(|| {
            let known: Vec<&str> = manifests.iter().map(|other| other.key.as_str()).collect();
            let near = nearest(key, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            let help =
                near.unwrap_or_else(|| format!("give its manifest too; there is: {}", known.join(", ")));
            (format!("`{reference}`: the pool `{key}` is not in this run"), help)
        })?,
    };
    if let Fact::ClientId(key) = &reference.fact {
        let known: Vec<&str> =
            pool.declared_clients().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
        if !known.contains(&key.as_str()) {
            let near = nearest(key, known).map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| "declare it, or give the file that does".to_owned());
            return Err((format!("`{reference}`: `{}` declares no client `{key}`", pool.key), help));
        }
    }
    Ok(())
}
