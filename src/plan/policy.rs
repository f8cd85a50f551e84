use serde_json::Value;

use crate::manifest::policy::is_written;
use crate::path::{Path, Pattern, Patterns};

/// `policy` of a manifest that was validated.
#[derive(Debug, Default)]
pub struct Policy {
    omitted: Patterns<bool>,
    keep_all: bool,
    ignore: Patterns<()>,
    pub(super) max_resets: usize,
    prune: Vec<String>,
    pub(super) delete: Vec<Path>,
    pub(super) without_owner: bool,
    pub(super) dropped: Vec<String>,
}

/// How many fields of one resource a plan resets without being asked to.
const DEFAULT_MAX_RESETS: u64 = 3;

impl Policy {
    /// Reads it off a manifest.
    pub fn of(manifest: &Value) -> Self {
        let policy = &manifest["policy"];
        let texts = |key: &str| policy[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        let by_address = policy["omitted"].as_object().into_iter().flatten();
        let resets = policy["maxResets"].as_u64().unwrap_or(DEFAULT_MAX_RESETS);
        Self {
            omitted: by_address
                .filter_map(|(text, answer)| Some((Pattern::parse(text).ok()?, answer == "keep")))
                .collect(),
            keep_all: policy["omitted"] == "keep",
            ignore: texts("ignore").filter_map(|text| Some((Pattern::parse(text).ok()?, ()))).collect(),
            max_resets: usize::try_from(resets).unwrap_or(usize::MAX),
            // What is not written is not managed, whatever a policy for all pools says.
            prune: texts("prune")
                .filter(|collection| is_written(manifest, collection))
                .map(str::to_owned)
                .collect(),
            delete: texts("delete").filter_map(|text| Path::parse(text).ok()).collect(),
            without_owner: policy["owner"] == "none",
            dropped: policy["unknown"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| name.clone())
                .collect(),
        }
    }

    /// Whether what is not written at a path stays as it is live. The most literal address decides.
    pub fn keeps(&self, path: &Path) -> bool {
        let decided = self.omitted.covering(path);
        decided.max_by_key(|(pattern, _)| pattern.precision()).map_or(self.keep_all, |(_, keep)| *keep)
    }

    /// Whether undeclared members of a collection are deleted.
    pub(super) fn prunes(&self, collection: &str) -> bool {
        self.prune.iter().any(|pruned| pruned == collection)
    }

    /// Whether an undeclared member of a collection is deleted.
    pub fn lets_go(&self, collection: &str, name: &str) -> bool {
        let at = Path::of([collection, name]);
        self.delete.contains(&at) || self.prunes(collection) && !self.ignores(&at)
    }

    /// Whether a path stays as it is live, written or not.
    pub fn ignores(&self, path: &Path) -> bool {
        self.ignore.covering(path).next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_most_specific_address_decides_what_omission_means() {
        let policy =
            Policy::of(&json!({"policy": {"omitted": {"clients.*": "keep", "clients.web": "default"}}}));
        let keeps = |path: &str| policy.keeps(&Path::parse(path).unwrap());
        assert!(keeps("clients.api.callbackURLs"));
        assert!(!keeps("clients.web.callbackURLs"));
        assert!(!keeps("settings.policies"));
    }
}
