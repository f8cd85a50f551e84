//! What `plan` and `apply` share: the account, the live state, and the plan.

use cognitops::cognito::{ErrorCode, ReadCognito};
use cognitops::diagnostic::{Code, Finding, Place};
use cognitops::manifest::load::PoolManifest;
use cognitops::path::{Path, Pattern};
use cognitops::plan::{Adopt, Context, Plan, plan_pool};
use cognitops::project::Project;
use cognitops::read::{ReadError, Reader};
use cognitops::render::{findings, json};
use tokio::runtime::Runtime;

use super::inputs::Loaded;
use super::{Exit, Failure, Format, Ui};

/// Consents, given on the command line.
#[derive(Debug, Default, clap::Args)]
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

/// What waits for the API; one for a command, since connections belong to it.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::error(format!("the runtime did not start: {error}")))
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
            Err(ReadError::Api(error)) => {
                let help = way_out(&error.code).map(str::to_owned);
                return Err(Failure::Message(format!("{}: {error}", manifest.key), help, Exit::Error));
            }
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

/// What helps against an error of the service that is about who asks, and not about what.
fn way_out(code: &ErrorCode) -> Option<&'static str> {
    match code {
        ErrorCode::NoAnswer => Some("check network, endpoint, Region and credentials"),
        ErrorCode::NotAuthorized => Some("check which permissions the credentials have"),
        ErrorCode::Other(code) => match code.as_str() {
            "AccessDeniedException" => Some("check which permissions the credentials have"),
            "ExpiredTokenException" | "ExpiredToken" => Some("the credentials have expired: sign in again"),
            "UnrecognizedClientException" | "InvalidSignatureException" | "IncompleteSignature" => {
                Some("the credentials are not valid here: check profile, account and Region")
            }
            _ => None,
        },
        _ => None,
    }
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
