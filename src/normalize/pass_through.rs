//! Members that this version does not know and a manifest sets all the same.

use serde_json::{Value, json};

use super::fold_attached;
use crate::catalog::{Field, Kind, PASS_THROUGH, Shape};
use crate::path::Path;

/// The paths of what a canonical document passes through; of a map of resources, what each entry does.
pub fn passed_through(kind: &Kind, canonical: &Value) -> Vec<Path> {
    below(&kind.root, canonical)
}

fn below(root: &Field, canonical: &Value) -> Vec<Path> {
    if let Shape::Map(item) = &root.shape {
        let entries = canonical.as_object().into_iter().flatten();
        let inner = entries.map(|(key, entry)| (Path::of([key]), below(item, entry)));
        return inner.flat_map(|(at, paths)| paths.into_iter().map(move |path| at.join(&path))).collect();
    }
    let names = canonical[PASS_THROUGH].as_object().filter(|_| root.member(PASS_THROUGH).is_some());
    names.into_iter().flatten().map(|(name, _)| Path::of([PASS_THROUGH, name])).collect()
}

/// Whether a path below a resource is that of something passed through.
pub fn is_passed_through(kind: &Kind, path: &Path) -> bool {
    kind.root.at(&path.parent()).is_some_and(|field| field.name == PASS_THROUGH)
}

/// Adds to a canonical answer what the document holds at these paths.
pub fn pass_through(kind: &Kind, canonical: &mut Value, document: &Value, paths: &[Path]) {
    let folded = kind.attached.map(|attached| Value::Object(fold_attached(&attached, document)));
    let document = folded.as_ref().unwrap_or(document);
    for path in paths {
        let keys = path.keys().unwrap_or_default();
        let [within @ .., PASS_THROUGH, name] = &keys[..] else { continue };
        let live = within
            .iter()
            .copied()
            .chain(name.split('.'))
            .try_fold(document, |value, member| value.get(member))
            .filter(|value| !value.is_null());
        let resource = within.iter().try_fold(&mut *canonical, |value, key| value.get_mut(*key));
        let Some(Value::Object(resource)) = resource else { continue };
        let members = resource.entry(PASS_THROUGH).or_insert_with(|| json!({}));
        if let Some(live) = live {
            members[*name] = live.clone();
        }
    }
}
