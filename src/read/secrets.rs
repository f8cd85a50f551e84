use std::collections::BTreeMap;
use std::fmt;

use crate::path::Path;

/// The live secrets of a pool, by path from it. They can be compared, and nothing else.
#[derive(Clone, Default)]
pub struct LiveSecrets {
    values: BTreeMap<Path, String>,
    compared: BTreeMap<Path, bool>,
}

impl fmt::Debug for LiveSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys().map(Path::to_string)).finish()
    }
}

impl LiveSecrets {
    pub(super) fn insert(&mut self, path: Path, value: String) {
        self.values.insert(path, value);
    }

    /// Adds those of another part of the pool.
    pub(super) fn extend(&mut self, other: Self) {
        self.values.extend(other.values);
        self.compared.extend(other.compared);
    }

    /// Forgets the secret at a path, because it is not known which one it is.
    pub(super) fn forget(&mut self, path: &Path) {
        self.values.remove(path);
    }

    /// The paths of the secrets that can be compared.
    pub fn paths(&self) -> Vec<Path> {
        self.values.keys().cloned().collect()
    }

    /// Notes how the secret at a path compares with a value.
    pub fn compare(&mut self, path: &Path, value: &str) {
        if let Some(live) = self.values.get(path) {
            self.compared.insert(path.clone(), live == value);
        }
    }

    /// Whether the secret at a path was found to be the same; `None` if it was not compared.
    pub fn is_same(&self, path: &Path) -> Option<bool> {
        self.compared.get(path).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_can_be_compared_and_not_shown() {
        let path = Path::of(["clients", "web", "clientSecret"]);
        let mut secrets = LiveSecrets::default();
        secrets.insert(path.clone(), "hunter2".to_owned());
        assert_eq!(secrets.is_same(&path), None);
        secrets.compare(&path, "hunter3");
        assert_eq!(secrets.is_same(&path), Some(false));
        secrets.compare(&path, "hunter2");
        assert_eq!(secrets.is_same(&path), Some(true));
        assert!(!format!("{secrets:?}").contains("hunter2"));
    }
}
