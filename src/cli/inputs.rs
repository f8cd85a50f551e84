//! From the command line to validated manifests.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cognitops::diagnostic::{self, Finding, Severity};
use cognitops::manifest::files::{self, Input};
use cognitops::manifest::load::{self, PoolManifest};
use cognitops::project::{self, Project};
use cognitops::source::Source;
use cognitops::validate;

use super::{Exit, Failure, Global};

/// Manifests with all that was found about them.
pub(crate) struct Loaded {
    pub(crate) project: Project,
    pub(crate) manifests: Vec<PoolManifest>,
    pub(crate) findings: Vec<Finding>,
    /// Whether these are all files of the environment.
    pub(crate) complete: bool,
}

impl Loaded {
    /// The manifests, if nothing is wrong with them; warnings are not.
    pub(crate) fn valid(self) -> Result<Self, Failure> {
        if self.findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(Failure::Findings(self.findings));
        }
        Ok(self)
    }
}

/// Finds, reads, merges and validates.
pub(crate) fn load(global: &Global) -> Result<Loaded, Failure> {
    let directory = std::env::current_dir()
        .map_err(|error| Failure::error(format!("the working directory cannot be read: {error}")))?;
    let project = project::load(&directory, global.env.as_deref()).map_err(Failure::Findings)?;
    let given = if global.files.is_empty() { &project.manifests } else { &global.files };
    if given.is_empty() {
        let message = "there are no manifests to work on";
        let help = "name files or directories with -f, or list them under the environment in cognitops.yaml";
        return Err(Failure::with_help(message, help, Exit::Usage));
    }
    let (sources, mut findings) = read(given);
    let (manifests, merge_findings) = load::load(&sources);
    findings.extend(merge_findings);
    for manifest in &manifests {
        findings.extend(validate::validate(manifest));
    }
    diagnostic::sort(&mut findings);
    let complete = global.files.is_empty() || covers(&sources, &project.manifests);
    Ok(Loaded { project, manifests, findings, complete })
}

fn read(paths: &[PathBuf]) -> (Vec<Arc<Source>>, Vec<Finding>) {
    let inputs: Vec<Input> = paths.iter().cloned().map(Input::from).collect();
    files::read(&inputs, &mut io::stdin().lock())
}

/// Whether the texts that were read are at least those of the project's environment.
fn covers(sources: &[Arc<Source>], project: &[PathBuf]) -> bool {
    if project.is_empty() {
        return true;
    }
    let real = |name: &str| Path::new(name).canonicalize().ok();
    let have: BTreeSet<PathBuf> = sources.iter().filter_map(|source| real(&source.name)).collect();
    let (all, _) = read(project);
    all.iter().all(|source| real(&source.name).is_some_and(|path| have.contains(&path)))
}
