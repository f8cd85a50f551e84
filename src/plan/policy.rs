use std::collections::BTreeMap;

use serde_json::Value;

use crate::path::{Path, Pattern, Segment};

/// `policy` of a manifest that was validated.
// Each flag is one member of the policy.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Default)]
pub(super) struct Policy {
    omitted: Patterns<bool>,
    keep_all: bool,
    ignore: Patterns<()>,
    pub(super) max_resets: usize,
    pub(super) prune_clients: bool,
    pub(super) prune_tags: bool,
    pub(super) delete: Vec<Path>,
    pub(super) without_owner: bool,
    pub(super) dropped: Vec<String>,
}

/// How many fields of one resource a plan resets without being asked to.
const DEFAULT_MAX_RESETS: u64 = 3;

impl Policy {
    pub(super) fn of(manifest: &Value) -> Self {
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
            prune_clients: texts("prune").any(|collection| collection == "clients"),
            prune_tags: texts("prune").any(|collection| collection == "tags"),
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
    pub(super) fn keeps(&self, path: &Path) -> bool {
        let decided = self.omitted.covering(path);
        decided.max_by_key(|(pattern, _)| pattern.precision()).map_or(self.keep_all, |(_, keep)| *keep)
    }

    /// Whether a path stays as it is live, written or not.
    pub(super) fn ignores(&self, path: &Path) -> bool {
        self.ignore.covering(path).next().is_some()
    }
}

/// Patterns by the first keys that they name, since there may be one for each of many clients.
#[derive(Debug)]
pub(super) struct Patterns<T>(BTreeMap<Vec<String>, Vec<(Pattern, T)>>);

/// How many keys tell a resource from others: `clients.web`.
const RESOURCE_KEYS: usize = 2;

impl<T> Default for Patterns<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> FromIterator<(Pattern, T)> for Patterns<T> {
    fn from_iter<I: IntoIterator<Item = (Pattern, T)>>(patterns: I) -> Self {
        let mut all = Self::default();
        for (pattern, value) in patterns {
            let beginning = pattern.beginning(RESOURCE_KEYS).into_iter().map(str::to_owned).collect();
            all.0.entry(beginning).or_default().push((pattern, value));
        }
        all
    }
}

impl<T> Patterns<T> {
    /// The patterns that select a path or what it lies in.
    fn covering<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = &'a (Pattern, T)> {
        // Most manifests have none, and every field of every client asks.
        let most = if self.0.is_empty() { 0 } else { RESOURCE_KEYS };
        let keys = path.segments().iter().map_while(|segment| match segment {
            Segment::Key(key) => Some(key.clone()),
            Segment::Index(_) => None,
        });
        let keys: Vec<String> = keys.take(most).collect();
        let beginnings = (0..=keys.len()).map(move |length| keys[..length].to_vec());
        let found = beginnings.filter_map(|beginning| self.0.get(&beginning)).flatten();
        found.filter(move |(pattern, _)| pattern.covers(path))
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
