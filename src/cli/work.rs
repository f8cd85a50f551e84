//! What commands share that ask Cognito: accounts, live state, plans.

use cognitops::catalog::LIMIT;
use cognitops::cognito::{ApiError, ErrorCode, ReadCognito};
use cognitops::diagnostic::{Code, Finding, Place};
use cognitops::manifest::limits::DeclaredLimit;
use cognitops::manifest::load::PoolManifest;
use cognitops::manifest::references::pool_order;
use cognitops::outputs::Outputs;
use cognitops::path::Path;
use cognitops::plan::{AccountPlan, Context, Plan, plan_limits, plan_pool};
use cognitops::read::{LivePool, ReadError, Reader, Told, describe_client, provisioned_limits};
use cognitops::render::{findings, json};
use cognitops::sandbox::Access;
use futures_util::future::{join, join_all};
use indicatif::ProgressBar;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::account::Account;
use super::consents::Consents;
use super::environments::{self, Facts};
use super::inputs::{Loaded, Run};
use super::{Exit, Failure, Format, Global, Ui, secret};

/// What waits for the API; one for a command, since connections belong to it.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::error(format!("the runtime did not start: {error}")))
}

/// An environment with its account.
pub(crate) struct Work {
    pub(crate) loaded: Loaded,
    pub(crate) account: Account,
}

impl Work {
    pub(crate) fn name(&self) -> &str {
        &self.loaded.environment.name
    }
}

/// Opens the accounts of all environments. A wrong one stops the run before anything of any is read.
pub(crate) async fn open(global: &Global, run: Run, access: Access) -> Result<Vec<Work>, Failure> {
    if run.environments.len() > 1 && access == Access::Write && matches!(global.sandbox, Some(Some(_))) {
        let message = "one sandbox file is one account, and there are several environments";
        return Err(Failure::with_help(
            message,
            "leave FILE out: each environment then has its own",
            Exit::Usage,
        ));
    }
    let mut works = Vec::new();
    for loaded in run.environments {
        let account = Account::open(global, &loaded.environment, access).await?;
        works.push(Work { loaded, account });
    }
    let checks = join_all(works.iter().map(|work| work.account.check(&work.loaded.environment))).await;
    checks.into_iter().collect::<Result<Vec<()>, _>>()?;
    Ok(works)
}

/// Opens the account of one environment to read from.
pub(crate) async fn open_one(global: &Global, loaded: Loaded) -> Result<Work, Failure> {
    let account = Account::open(global, &loaded.environment, Access::Read).await?;
    account.check(&loaded.environment).await?;
    Ok(Work { loaded, account })
}

/// The pools of an environment as its manifests and its account have them, and what the account itself needs.
pub(super) struct Pools<'a> {
    pub(super) account: Option<AccountPlan>,
    pub(super) live: Vec<(&'a PoolManifest, Option<LivePool>)>,
    pub(super) context: Context,
}

/// Reads live state and plans every pool, all environments side by side.
///
/// What goes wrong in one environment does not keep the others from being planned, unless two of them mean one pool.
pub(crate) async fn make_plans(
    global: &Global,
    works: &[Work],
    consents: &Consents,
    ui: &Ui,
) -> Result<Vec<Result<Plan, Failure>>, Failure> {
    consents.check(works)?;
    let limits = environments::limits(global, works)?;
    let takes_time = works.iter().any(|work| !work.account.is_embedded());
    let bar = if takes_time { ui.progress(None) } else { ProgressBar::hidden() };
    let reading = works.iter().zip(&limits).map(|(work, limits)| read(work, limits, consents, &bar));
    let read = join_all(reading).await;
    bar.finish_and_clear();
    environments::refuse_one_pool_of_two(global, works, |index| {
        let pools = read[index].as_ref().ok();
        pools.into_iter().flat_map(|pools| &pools.live).map(|(manifest, live)| (*manifest, live.as_ref()))
    })?;
    let plans = works.iter().zip(read).map(|(work, read)| plan_pools(read?, work.account.region()));
    Ok(plans.collect())
}

/// Reads limits and pools side by side: of limits Cognito answers one a second.
async fn read<'a>(
    work: &'a Work,
    limits: &[&DeclaredLimit],
    consents: &Consents,
    bar: &ProgressBar,
) -> Result<Pools<'a>, Failure> {
    let tell = |operation: &str| {
        bar.inc(1);
        bar.set_message(format!("reading: call {}, {operation}", bar.position()));
    };
    let api = Told::new(work.account.reader(), &tell);
    let (account, pools) = join(account_plan(work, &api, limits), read_pools(work, &api, consents)).await;
    Ok(Pools { account: account?, ..pools? })
}

/// What the account needs, if anything of it is declared.
async fn account_plan(
    work: &Work,
    api: &dyn ReadCognito,
    limits: &[&DeclaredLimit],
) -> Result<Option<AccountPlan>, Failure> {
    let mut live = Vec::new();
    let mut findings = Vec::new();
    for (declared, limit) in provisioned_limits(api, limits).await {
        match limit {
            Ok(limit) => live.push((declared, limit)),
            Err(error) if matches!(error.code, ErrorCode::ResourceNotFound | ErrorCode::InvalidParameter) => {
                findings.push(no_limit(declared, &error));
            }
            Err(error) => {
                let help = way_out(&error).map(str::to_owned);
                return Err(Failure::Message(error.to_string(), help, Exit::Error));
            }
        }
    }
    if findings.is_empty() {
        Ok((!live.is_empty()).then(|| plan_limits(live, work.account.region())))
    } else {
        Err(Failure::Findings(findings))
    }
}

/// A category that has no limit to set, at its line.
fn no_limit(declared: &DeclaredLimit, error: &ApiError) -> Finding {
    let path = Path::of([LIMIT.section, &declared.category]);
    let message = format!("`{path}` is no limit that can be set: {error}");
    Finding::error(Code::BadReference, Place::Text(declared.place.clone()), message)
        .at(path)
        .help("write a category whose limit is adjustable, as the quotas of Cognito name it, such as UserAuthentication")
}

async fn read_pools<'a>(
    work: &'a Work,
    api: &dyn ReadCognito,
    consents: &Consents,
) -> Result<Pools<'a>, Failure> {
    let mut context = consents.context(&work.loaded)?;
    let mut reader = Reader::new(api);
    let mut read = Read::default();
    let mut pools = Vec::new();
    for manifest in &work.loaded.manifests {
        let live = reader.pool(manifest, &context.owner(&manifest.key)).await;
        if let Ok(mut live) = read.of(manifest, live)? {
            if let Some(live) = live.as_mut().filter(|_| consents.secrets.compare_secrets) {
                read.findings.extend(compare_secrets(manifest, live));
            }
            pools.push((manifest, live));
        }
    }
    read.finish()?;
    context.taken_domains = reader.taken_domains;
    Ok(Pools { account: None, live: pools, context })
}

/// Plans every pool, and what the account itself needs.
pub(super) fn plan_pools(pools: Pools<'_>, region: &str) -> Result<Plan, Failure> {
    let Pools { account, live, mut context } = pools;
    context.region = Some(region.to_owned());
    let facts = Facts::of(&live, region);
    let manifests = facts.filled(&live)?;
    let plan = |index: usize| plan_pool(&manifests[index], live[index].1.as_ref(), &context);
    // Validation has refused circles.
    let declared: Vec<&PoolManifest> = live.iter().map(|(manifest, _)| *manifest).collect();
    let order = pool_order(&declared).unwrap_or_else(|_| (0..manifests.len()).collect());
    Ok(Plan::of(order.into_iter().map(plan).collect()).with_account(account))
}

/// Compares every live secret that a manifest refers to. A finding says which reference does not resolve.
fn compare_secrets(manifest: &PoolManifest, live: &mut LivePool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in live.secrets.paths() {
        let Some(reference) = manifest.reference(&path) else { continue };
        match secret::resolve(&reference) {
            Ok(value) => live.secrets.compare(&path, &value),
            Err(problem) => {
                let place = Place::Text(manifest.span(&path));
                let message = format!("`{path}` cannot be compared: {problem}");
                let finding = Finding::error(Code::BadReference, place, message).at(path);
                findings.push(finding.help("set it, or leave --compare-secrets out"));
            }
        }
    }
    findings
}

/// The ids and URLs of every pool.
pub(crate) async fn outputs(work: &Work) -> Result<Vec<Outputs>, Failure> {
    let Work { loaded, account } = work;
    let live = ids(account.reader(), loaded, &loaded.manifests).await?;
    Ok(loaded.manifests.iter().zip(&live).map(|(manifest, live)| Outputs::of(manifest, live)).collect())
}

/// The pools of manifests, with no more of their clients than which there are; all of them must exist.
pub(crate) async fn ids(
    api: &dyn ReadCognito,
    loaded: &Loaded,
    manifests: impl IntoIterator<Item = &PoolManifest>,
) -> Result<Vec<LivePool>, Failure> {
    let context = Consents::default().context(loaded)?;
    let mut reader = Reader::new(api);
    let mut read = Read::default();
    let mut pools = Vec::new();
    for manifest in manifests {
        let live = reader.ids(manifest, &context.owner(&manifest.key)).await;
        match read.of(manifest, live)? {
            Ok(Some(live)) => pools.push(live),
            Ok(None) => read.missing(manifest),
            Err(Noted) => {}
        }
    }
    read.finish()?;
    Ok(pools)
}

/// A client's live document, without its secret.
pub(crate) async fn client(api: &dyn ReadCognito, pool: &LivePool, id: &str) -> Result<Value, Failure> {
    describe_client(api, &pool.id, id).await.map_err(|error| {
        let help = way_out(&error).map(str::to_owned);
        Failure::Message(error.to_string(), help, Exit::Error)
    })
}

/// Reading pool after pool: what is wrong with one manifest does not hide what is wrong with the next.
#[derive(Default)]
pub(super) struct Read {
    findings: Vec<Finding>,
}

/// A finding says why there is nothing.
pub(super) struct Noted;

impl Read {
    /// What was read of a manifest's pool; `Noted` if no one pool is meant.
    pub(super) fn of(
        &mut self,
        manifest: &PoolManifest,
        live: Result<Option<LivePool>, ReadError>,
    ) -> Result<Result<Option<LivePool>, Noted>, Failure> {
        let help = match live {
            Ok(live) => return Ok(Ok(live)),
            Err(ReadError::Api(error)) => {
                let help = way_out(&error).map(str::to_owned);
                return Err(Failure::Message(format!("{}: {error}", manifest.key), help, Exit::Error));
            }
            Err(ReadError::AmbiguousPool { .. }) => "say which one is meant: `poolId: …`",
            Err(ReadError::NoSuchPool(_)) => {
                "check Region and account, or add `settings: {}` to let this manifest own the pool"
            }
            Err(ReadError::PinnedPoolIsGone(_)) => "check Region and account",
        };
        if let Err(error) = live {
            self.findings.push(not_found(manifest, error.to_string(), help));
        }
        Ok(Err(Noted))
    }

    /// Notes that a manifest's pool, which must be there, is not.
    pub(super) fn missing(&mut self, manifest: &PoolManifest) {
        let message = format!("the pool `{}` does not exist yet", manifest.key);
        self.findings.push(not_found(manifest, message, "check Region and account, or apply the manifest"));
    }

    pub(super) fn finish(self) -> Result<(), Failure> {
        if self.findings.is_empty() { Ok(()) } else { Err(Failure::Findings(self.findings)) }
    }
}

/// Why no one pool is meant, at the line that says which.
fn not_found(manifest: &PoolManifest, message: String, help: &str) -> Finding {
    let key = if manifest.id.is_some() { "poolId" } else { "pool" };
    let path = Path::of([key]);
    let place = Place::Text(manifest.span(&path));
    Finding::error(Code::BadReference, place, message).at(path).help(help)
}

/// What helps against an error of the service that is about who asks, and not about what.
pub(crate) fn way_out(error: &ApiError) -> Option<&'static str> {
    match &error.code {
        ErrorCode::NoAnswer if error.message.contains("SSO token") => {
            Some("sign in with `aws sso login`, for the same profile")
        }
        ErrorCode::NoAnswer
            if ["loading credentials", "no credentials"]
                .iter()
                .any(|words| error.message.contains(words)) =>
        {
            Some("check the profile in the AWS configuration files, or choose another with --profile")
        }
        ErrorCode::NoAnswer => Some("check network, endpoint, Region and credentials"),
        ErrorCode::NotAuthorized => Some("check which permissions the credentials have"),
        ErrorCode::Other(code) => match code.as_str() {
            "AccessDeniedException" | "AccessDenied" => Some("check which permissions the credentials have"),
            "ExpiredTokenException" | "ExpiredToken" => Some("the credentials have expired: sign in again"),
            "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "IncompleteSignature" => {
                Some("the credentials are not valid here: check profile, account and Region")
            }
            _ => None,
        },
        _ => None,
    }
}

/// Shows the warnings of manifests that are valid.
pub(crate) fn show_warnings(run: &Run, ui: &mut Ui) {
    if !run.findings.is_empty() {
        ui.note(&findings::human(&run.findings));
    }
}

/// Says what of an environment a run with `-f` leaves alone.
pub(crate) fn show_narrowing(run: &Run, ui: &mut Ui) {
    if run.environments.iter().any(|loaded| loaded.environment.limits.len() > loaded.limits.len()) {
        ui.note("The provisioned limits of the environment are left alone: -f narrows the run to files.\n");
    }
}

/// A plan as a text.
pub(crate) fn shown(plan: &Plan, format: Format) -> String {
    match format {
        Format::Human => cognitops::render::human::plan(plan),
        Format::Json => json::plan(plan, None),
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
