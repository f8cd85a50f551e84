use std::collections::BTreeMap;

use super::{Path, Pattern, Segment};

/// Patterns by the first keys that they name, since there may be one for each of many clients.
#[derive(Debug)]
pub struct Patterns<T>(BTreeMap<Vec<String>, Vec<(Pattern, T)>>);

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
    pub fn covering<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = &'a (Pattern, T)> {
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
