//! Manifests that are there, made to say what is live: comments, order and references stay.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use crate::manifest::content::ReadContent;
use crate::manifest::load::{Documents, PoolManifest};
use crate::manifest::places::Places;
use crate::path::Path;
use crate::plan::PoolPlan;
use crate::read::LivePool;
use crate::source::{Edit, Source, edit};

mod edits;
mod values;

use edits::{Edits, How, TextEdit, edits};

/// What one look leaves different, the next one sees: so many are enough, or something undoes what was written.
const LOOKS: usize = 4;

/// A pool as its manifests and its account have it.
#[derive(Debug)]
pub struct Planned<'a> {
    /// What the manifests say.
    pub manifest: PoolManifest,
    /// What is live.
    pub live: &'a LivePool,
    /// What would make the pool as the manifests say.
    pub plan: PoolPlan,
}

/// Loads and plans texts, long values from the files that the second argument reads.
pub type Look<'a, 'l, E> = &'a mut dyn FnMut(&Documents, ReadContent<'_>) -> Result<Vec<Planned<'l>>, E>;

/// Texts on their way to say what is live. No file is touched.
#[derive(Debug)]
pub struct Update {
    /// The texts.
    pub sources: Vec<Arc<Source>>,
    /// What files are to hold that manifests name.
    pub contents: BTreeMap<PathBuf, Vec<u8>>,
    /// What was done, and what stays different.
    pub report: UpdateReport,
}

/// What an update does to files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UpdateReport {
    /// By a file's name the addresses of what it then says as it is live.
    pub files: BTreeMap<String, BTreeSet<Path>>,
    /// What stays different.
    pub left: BTreeMap<Path, Left>,
    /// The environment variables of secrets that came in, with where each stands.
    pub secrets: BTreeMap<String, Path>,
}

/// Why something stays different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The reason, and the way out.
    pub reason: String,
    /// Where it is written, or what it would lie in: `file:line:column`.
    pub place: String,
}

impl Left {
    fn at(manifest: &PoolManifest, address: &Path, reason: impl Into<String>) -> Self {
        let within = Path::of(address.keys().unwrap_or_default().into_iter().skip(1));
        Self { reason: reason.into(), place: manifest.key_span(&within).to_string() }
    }
}

impl Update {
    /// Texts as they are.
    pub fn of(sources: Vec<Arc<Source>>) -> Self {
        Self { sources, contents: BTreeMap::new(), report: UpdateReport::default() }
    }

    /// Edits the texts until they say what is live, or can no further. With `undeclared` they get what no manifest
    /// declares too, in the collections that they have.
    ///
    /// Only what a plan would change is written: where it stands, or in the block in which it would.
    ///
    /// # Errors
    /// Those of `look`.
    pub fn run<E>(
        &mut self,
        undeclared: bool,
        read: ReadContent<'_>,
        look: Look<'_, '_, E>,
    ) -> Result<(), E> {
        for number in 1..=LOOKS {
            let documents = Documents::read(&self.sources);
            let contents = self.contents.clone();
            let content = |path: &FilePath, limit: u64| match contents.get(path) {
                Some(bytes) => Ok(bytes.clone()),
                None => read(path, limit),
            };
            let places = Places::of(&documents);
            let how = How { undeclared, say_null: number > 1 };
            self.report.left.clear();
            let mut has_changed = false;
            for planned in look(&documents, &content)? {
                let found = edits(&planned, &places, how);
                has_changed |= self.take(found, &planned.manifest, number == LOOKS);
            }
            if !has_changed {
                break;
            }
        }
        Ok(())
    }

    /// Makes the edits, and returns whether they changed anything. The last ones are not made: nobody would look.
    fn take(&mut self, found: Edits, manifest: &PoolManifest, is_last: bool) -> bool {
        let Edits { texts: edits, contents, left, secrets } = found;
        self.report.left.extend(left);
        self.report.secrets.extend(secrets);
        let mut has_changed = false;
        for (path, (address, bytes)) in contents {
            let name = path.display().to_string();
            if is_last || self.contents.get(&path) == Some(&bytes) {
                let reason = format!("what {name} holds does not say it: look at what it is to hold");
                let left = Left::at(manifest, &address, reason);
                self.report.left.insert(address, left);
            } else {
                self.report.files.entry(name).or_default().insert(address);
                self.contents.insert(path, bytes);
                has_changed = true;
            }
        }
        for source in &mut self.sources {
            let of_it: Vec<&TextEdit> = edits.iter().filter(|edit| edit.source == source.name).collect();
            let own: Vec<Edit> = of_it.iter().map(|edit| edit.edit.clone()).collect();
            let (text, refused) =
                if is_last { (source.text.clone(), (0..own.len()).collect()) } else { edit(source, &own) };
            for (position, TextEdit { addresses, .. }) in of_it.into_iter().enumerate() {
                for address in addresses {
                    if refused.contains(&position) {
                        let reason = format!("{} cannot be edited there: write it by hand", source.name);
                        self.report.left.insert(address.clone(), Left::at(manifest, address, reason));
                    } else {
                        self.report.files.entry(source.name.clone()).or_default().insert(address.clone());
                    }
                }
            }
            if text != source.text {
                has_changed = true;
                *source = Source::new(&source.name, text);
            }
        }
        has_changed
    }
}
