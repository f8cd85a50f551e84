//! What `plan` and `apply` share: the account, the live state, and the plan.

use std::fs;
use std::path::PathBuf;

use cognitops::cognito::ReadCognito;
use cognitops::diagnostic::{Code, Finding, Place};
use cognitops::manifest::load::PoolManifest;
use cognitops::path::{Path, Pattern};
use cognitops::plan::{Adopt, Context, Plan, plan_pool};
use cognitops::project::Project;
use cognitops::read::{ReadError, Reader};
use cognitops::render::{findings, json};
use cognitops::sandbox::{Access, Options, Sandbox};

use super::inputs::Loaded;
use super::{Exit, Failure, Format, Global, Ui};

/// Consents, given on the command line.
#[derive(Debug, clap::Args)]
pub(crate) struct Consents {
    /// Let fields go back to their defaults because the manifest omits them: all, or those of an address.
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    allow_reset: Vec<String>,
    /// Tag the pool as managed by this manifest, and manage what is new in this version. `--adopt=takeover` even if
    /// the pool belongs to somebody else.
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "now")]
    adopt: Option<AdoptArg>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum AdoptArg {
    Now,
    Takeover,
}

impl Consents {
    fn context(&self, loaded: &Loaded) -> Result<Context, Failure> {
        let addresses = self.allow_reset.iter().filter(|text| !text.is_empty());
        let patterns =
            addresses.map(|text| Pattern::parse(text)).collect::<Result<_, _>>().map_err(|problem| {
                Failure::with_help(problem, "for example --allow-reset=customers.settings", Exit::Usage)
            })?;
        let Project { name, environment, account_id, .. } = &loaded.project;
        Ok(Context {
            owner_prefix: format!("{name}/{environment}"),
            allowed_resets: patterns,
            all_resets_allowed: self.allow_reset.iter().any(String::is_empty),
            adopt: match self.adopt {
                None => Adopt::OnFirstWrite,
                Some(AdoptArg::Now) => Adopt::Now,
                Some(AdoptArg::Takeover) => Adopt::Takeover,
            },
            complete: loaded.complete,
            account_id: account_id.clone(),
        })
    }
}

/// Opens the account that a command works on.
pub(crate) fn open(global: &Global, project: &Project, access: Access) -> Result<Sandbox, Failure> {
    let Some(file) = &global.sandbox else {
        let message = "this version works on the embedded sandbox only";
        return Err(Failure::with_help(message, "add --sandbox", Exit::Usage));
    };
    let defaults = Options::default();
    let options = Options {
        region: global.region.clone().or_else(|| project.region.clone()).unwrap_or(defaults.region),
        account_id: project.account_id.clone().unwrap_or(defaults.account_id),
        omitted: global.sandbox_omitted,
        shuffle: global.sandbox_shuffle,
    };
    let path = match file {
        Some(file) => file.clone(),
        None => default_file(project, access)?,
    };
    Sandbox::open(&path, access, options).map_err(|error| Failure::error(error.to_string()))
}

/// The sandbox's file below the project; the directory keeps itself out of Git.
fn default_file(project: &Project, access: Access) -> Result<PathBuf, Failure> {
    let directory = project.root.join(".cognitops");
    if access == Access::Write {
        let ignore = directory.join(".gitignore");
        let made = fs::create_dir_all(&directory)
            .and_then(|()| if ignore.exists() { Ok(()) } else { fs::write(&ignore, "*\n") });
        made.map_err(|error| Failure::error(format!("{}: {error}", directory.display())))?;
    }
    Ok(directory.join(format!("sandbox-{}.json", project.environment)))
}

/// Runs a future to its end on this thread.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| Failure::error(format!("the runtime did not start: {error}")))?;
    Ok(runtime.block_on(future))
}

/// Reads live state and plans every pool.
pub(crate) async fn make_plan(
    api: &dyn ReadCognito,
    loaded: &Loaded,
    consents: &Consents,
) -> Result<Plan, Failure> {
    let context = consents.context(loaded)?;
    let mut reader = Reader::new(api);
    let (mut pools, mut findings) = (Vec::new(), Vec::new());
    for manifest in &loaded.manifests {
        let live = match reader.pool(manifest, &context.owner(&manifest.key)).await {
            Ok(live) => live,
            Err(ReadError::Api(error)) => return Err(Failure::error(format!("{}: {error}", manifest.key))),
            Err(error) => {
                findings.push(not_found(manifest, &error));
                continue;
            }
        };
        pools.push(plan_pool(manifest, live.as_ref(), &context));
    }
    if findings.is_empty() { Ok(Plan::of(pools)) } else { Err(Failure::Findings(findings)) }
}

/// Why no one pool is meant, at the line that says which.
fn not_found(manifest: &PoolManifest, error: &ReadError) -> Finding {
    let key = if manifest.id.is_some() { "poolId" } else { "pool" };
    let help = match error {
        ReadError::AmbiguousPool { .. } => "say which one is meant: `poolId: …`",
        ReadError::NoSuchPool(_) => {
            "check Region and account, or add `settings: {}` to let this manifest own the pool"
        }
        ReadError::PinnedPoolIsGone(_) | ReadError::Api(_) => "check Region and account",
    };
    let path = Path::of([key]);
    let place = Place::Text(manifest.span(&path));
    Finding::error(Code::BadReference, place, error.to_string()).at(path).help(help)
}

/// Shows the warnings of manifests that are valid.
pub(crate) fn show_warnings(loaded: &Loaded, ui: &mut Ui) {
    if !loaded.findings.is_empty() {
        ui.note(&findings::human(&loaded.findings));
    }
}

/// Shows a plan.
pub(crate) fn show(plan: &Plan, ui: &mut Ui) {
    match ui.format {
        Format::Human => ui.print(&cognitops::render::human::plan(plan)),
        Format::Json => ui.print(&json::plan(plan, None)),
    }
}

/// What of a plan is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Nothing.
    Nothing,
    /// Single resources; the others go on.
    Resources,
    /// The whole run.
    Run,
}

impl Refused {
    pub(crate) fn of(plan: &Plan) -> Self {
        if plan.refusals().any(|refusal| refusal.rule.stops_the_run()) {
            Self::Run
        } else if plan.refusals().next().is_some() {
            Self::Resources
        } else {
            Self::Nothing
        }
    }
}
