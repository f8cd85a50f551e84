//! From the command line to validated manifests.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use cognitops::diagnostic::{self, Finding, Severity};
use cognitops::manifest::content::ReadContent;
use cognitops::manifest::files::{Files, Input, read_content};
use cognitops::manifest::limits::DeclaredLimit;
use cognitops::manifest::load::{self, Documents, PoolManifest, Setting};
use cognitops::project::{self, Environment, Selection};
use cognitops::source::Source;
use cognitops::validate;

use super::{Exit, Failure, Global};

/// What a command works on: the manifests of one environment or of several, and all that was found about them.
pub(crate) struct Run {
    pub(crate) environments: Vec<Loaded>,
    pub(crate) findings: Vec<Finding>,
    /// Whether the command line may mean more than one environment, so that output says of each which it is.
    pub(crate) several: bool,
}

/// The manifests of one environment.
pub(crate) struct Loaded {
    pub(crate) environment: Environment,
    pub(crate) manifests: Vec<PoolManifest>,
    /// Whether these are all files of the environment.
    pub(crate) complete: bool,
    /// The limits of the account that the run is about. They are of no file, so `-f` narrows them away.
    pub(crate) limits: Vec<DeclaredLimit>,
}

impl Run {
    /// The manifests, if nothing is wrong with them; warnings are not.
    pub(crate) fn valid(self) -> Result<Self, Failure> {
        if self.findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(Failure::Findings(self.findings));
        }
        Ok(self)
    }

    /// The one environment of a command that works on no more.
    pub(crate) fn only(mut self) -> Result<Loaded, Failure> {
        match self.environments.pop() {
            Some(only) if self.environments.is_empty() => Ok(only),
            _ => Err(Failure::with_help(
                "this command works on one environment",
                "choose it with --env",
                Exit::Usage,
            )),
        }
    }

    /// How many pools there are.
    pub(crate) fn pools(&self) -> usize {
        self.environments.iter().map(|loaded| loaded.manifests.len()).sum()
    }
}

/// The one environment that a command works on which needs no manifests.
pub(crate) fn environment(global: &Global) -> Result<Environment, Failure> {
    let mut environments =
        project::load(&working_directory()?, &selection(global), &variable).map_err(Failure::Findings)?;
    match environments.pop() {
        Some(only) if environments.is_empty() => Ok(only),
        _ => Err(Failure::with_help(
            "this command works on one environment",
            "choose it with --env",
            Exit::Usage,
        )),
    }
}

fn working_directory() -> Result<PathBuf, Failure> {
    std::env::current_dir()
        .map_err(|error| Failure::error(format!("the working directory cannot be read: {error}")))
}

fn selection(global: &Global) -> Selection {
    match (global.all_envs, global.env.as_slice()) {
        (true, _) => Selection::All,
        (false, []) => Selection::Only,
        (false, names) => Selection::Named(names.to_vec()),
    }
}

/// Finds, reads, merges and validates.
pub(crate) fn load(global: &Global) -> Result<Run, Failure> {
    let inputs = Inputs::read(global)?;
    Ok(inputs.run(&inputs.documents(), &read_content))
}

/// The texts of a command, and which of them each environment has.
pub(crate) struct Inputs {
    environments: Vec<(Environment, Layers)>,
    pub(crate) sources: Vec<Arc<Source>>,
    findings: Vec<Finding>,
    several: bool,
    /// Whether `-f` says which files.
    narrowed: bool,
}

impl Inputs {
    /// Finds and reads the files.
    pub(crate) fn read(global: &Global) -> Result<Self, Failure> {
        let environments =
            project::load(&working_directory()?, &selection(global), &variable).map_err(Failure::Findings)?;
        let mut files = Files::default();
        let given = read(&mut files, &global.files);
        let mut layered = Vec::new();
        for environment in environments {
            let is_about_nothing = environment.manifests.is_empty() && environment.limits.is_empty();
            if global.files.is_empty() && is_about_nothing {
                let message = "there are no manifests to work on";
                let help =
                    "name files or directories with -f, or list them under the environment in cognitops.yaml";
                return Err(Failure::with_help(message, help, Exit::Usage));
            }
            let layers = Layers::read(global, &mut files, &given, &environment)?;
            layered.push((environment, layers));
        }
        let used: BTreeSet<&String> =
            layered.iter().flat_map(|(_, layers)| layers.names.iter().flatten()).collect();
        files.sources.retain(|source| used.contains(&source.name));
        let several = global.all_envs || global.env.len() > 1;
        Ok(Self {
            environments: layered,
            sources: files.sources,
            findings: files.findings,
            several,
            narrowed: !global.files.is_empty(),
        })
    }

    /// What the texts hold.
    pub(crate) fn documents(&self) -> Documents {
        Documents::read(&self.sources)
    }

    /// Merges and validates. Long values come from the files that `content` reads.
    pub(crate) fn run(&self, documents: &Documents, content: ReadContent<'_>) -> Run {
        let mut findings = self.findings.clone();
        let mut loaded = Vec::new();
        for (environment, layers) in &self.environments {
            let setting = Setting {
                environment: &environment.name,
                layers: &layers.names,
                whole: layers.whole,
                only: layers.only.as_ref(),
                values: environment.values.as_ref(),
                variable: &variable,
                content,
                shared: &environment.shared,
            };
            let (manifests, mut found) = load::load_environment(documents, &setting);
            found.extend(validate::validate_run(&manifests, layers.complete));
            if self.several {
                for finding in &mut found {
                    finding.environments = vec![environment.name.clone()];
                }
            }
            findings.extend(found);
            let limits = if self.narrowed { Vec::new() } else { environment.limits.clone() };
            let (complete, environment) = (layers.complete, environment.clone());
            loaded.push(Loaded { environment, manifests, complete, limits });
        }
        diagnostic::sort(&mut findings);
        for finding in findings.iter_mut().filter(|finding| finding.environments.len() == loaded.len()) {
            finding.environments.clear(); // it is of all
        }
        Run { environments: loaded, findings, several: self.several }
    }
}

/// The given files without those that are laid over another environment's manifests: they are no manifests here.
fn without_layers_of_others(
    environment: &Environment,
    given: &[String],
    layers: &[Vec<String>],
    others: &BTreeSet<String>,
) -> Result<Vec<String>, Failure> {
    let is_here = |name: &&String| !others.contains(*name) || layers.iter().flatten().any(|own| own == *name);
    let here: Vec<String> = given.iter().filter(is_here).cloned().collect();
    if here.is_empty() && !given.is_empty() {
        let message =
            format!("the files given with -f are layers of other environments than `{}`", environment.name);
        return Err(Failure::with_help(message, "choose their environment with --env", Exit::Usage));
    }
    Ok(here)
}

/// An environment variable, if it is text.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Which texts lie over which.
struct Layers {
    names: Vec<Vec<String>>,
    /// Whether the first layer is all of the project's.
    whole: bool,
    /// The texts that the run is about, if not all.
    only: Option<BTreeSet<String>>,
    complete: bool,
}

impl Layers {
    /// Reads the files of an environment.
    fn read(
        global: &Global,
        files: &mut Files,
        given: &[String],
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let found = files.findings.len();
        let base = read(files, &environment.manifests);
        let of_base = files.findings.split_off(found);
        let layers: Vec<Vec<String>> =
            environment.layers.iter().map(|layer| read(files, std::slice::from_ref(layer))).collect();
        // Of files that cannot be read nobody knows what they declare.
        let is_known = environment.manifests.is_empty() || !base.is_empty() && of_base.is_empty();
        let found = files.findings.len();
        let others: BTreeSet<String> = read(files, &environment.other_layers).into_iter().collect();
        files.findings.truncate(found);
        let is_layer =
            |name: &String| others.contains(name) || layers.iter().flatten().any(|own| own == name);
        let base: Vec<String> = base.into_iter().filter(|name| !is_layer(name)).collect();
        let given = without_layers_of_others(environment, given, &layers, &others)?;
        let mut layers = Self::of(global, &given, base, &layers)?;
        layers.complete &= is_known || global.files.is_empty();
        if layers.whole {
            files.findings.extend(of_base);
        }
        Ok(layers)
    }

    /// `-f` narrows a run to files of the project; other files take the place of its manifests, below its layers.
    fn of(
        global: &Global,
        given: &[String],
        base: Vec<String>,
        layers: &[Vec<String>],
    ) -> Result<Self, Failure> {
        let with =
            |first: Vec<String>| std::iter::once(first).chain(layers.iter().cloned()).collect::<Vec<_>>();
        if global.files.is_empty() {
            return Ok(Self { names: with(base), whole: true, only: None, complete: true });
        }
        let only: BTreeSet<String> = given.iter().cloned().collect();
        let of_project: BTreeSet<&String> = base.iter().chain(layers.iter().flatten()).collect();
        let complete = of_project.iter().all(|name| only.contains(*name));
        if given.iter().all(|name| of_project.contains(name)) {
            // All of its files are the project as a whole.
            let only = Some(only).filter(|_| !complete);
            return Ok(Self { names: with(base), whole: true, only, complete });
        }
        if let Some(own) = given.iter().find(|name| of_project.contains(name)) {
            let message = format!("{own} is of the project, and other files given with -f are not");
            let help =
                "give files of the project, or files from elsewhere, which take the place of its `manifests`";
            return Err(Failure::with_help(message, help, Exit::Usage));
        }
        Ok(Self { names: with(given.to_vec()), whole: false, only: Some(only), complete })
    }
}

/// Reads files and directories, and returns the names of all texts in them.
fn read(files: &mut Files, paths: &[PathBuf]) -> Vec<String> {
    let inputs: Vec<Input> = paths.iter().cloned().map(Input::from).collect();
    files.read(&inputs, &mut io::stdin().lock())
}
