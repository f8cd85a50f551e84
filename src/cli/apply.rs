use std::path::PathBuf;
use std::time::Duration;

use cognitops::apply::{NewSecret, PoolReport, Report, Services, Wait, apply_account, apply_pool};
use cognitops::path::Path;
use cognitops::plan::{Action, LimitChange, Plan, PoolPlan, Step};
use cognitops::render::{human, json};
use cognitops::sandbox::Access;
use cognitops::template::Reference;
use futures_util::future::join_all;
use indicatif::ProgressBar;

use super::consents::Consents;
use super::secret_output::SecretOutput;
use super::work::{Refused, Work};
use super::{Exit, Failure, Format, Global, Part, Ui, inputs, secret, work};

/// Make the live pools equal to their manifests.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Shows the plan and asks; without a terminal it needs --yes.

Examples:
  cognitops apply -f customers.yaml --sandbox
  cognitops apply -f customers.yaml --sandbox --yes --allow-create-pool
  cognitops apply --env dev,stage --yes")]
pub(crate) struct Args {
    /// Do not ask.
    #[arg(short, long)]
    yes: bool,
    /// Create user pools that do not exist. A wrong Region or a renamed key must not make an empty one.
    #[arg(long)]
    allow_create_pool: bool,
    /// Raise provisioned limits of the account: what lies above the free limit costs money.
    #[arg(long)]
    allow_cost: bool,
    /// How long to wait for what Cognito does in the background, such as a domain that comes or goes. What takes longer
    /// is reported as pending.
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = duration)]
    wait: Duration,
    /// The file to write the secrets of clients to that Cognito makes and answers once: a new one, which only its owner
    /// can read, with a JSON object in each line.
    #[arg(long, value_name = "FILE")]
    secret_output: Option<PathBuf>,
    #[command(flatten)]
    consents: Consents,
}

/// The longest wait for what others do and for reads that are behind, each of which has a shorter limit of its own.
const BRIEF: Duration = Duration::from_mins(1);

/// A duration such as `90s`, `2m` or `1h`; `0s` does not wait.
fn duration(text: &str) -> Result<Duration, String> {
    let seconds = cognitops::duration::seconds(text).map(Duration::from_secs);
    seconds.ok_or_else(|| "a duration is a number and s, m, h or d: 90s, 2m".to_owned())
}

pub(crate) fn run(global: &Global, args: &Args, ui: &mut Ui) -> Result<Exit, Failure> {
    let run = inputs::load(global)?.valid()?;
    work::show_warnings(&run, ui);
    work::show_narrowing(&run, ui);
    let several = run.several;
    let runtime = work::runtime()?;
    let works = runtime.block_on(work::open(global, run, Access::Write))?;
    let plans = runtime.block_on(work::make_plans(global, &works, &args.consents, ui))?;
    let mut jobs: Vec<Job<'_>> = works.iter().zip(plans).map(|(work, plan)| Job::of(work, plan)).collect();
    if ui.format == Format::Human {
        let shown = jobs.iter_mut().map(Job::shown).collect();
        let exit = ui.present(several, shown)?;
        if jobs.iter().all(|job| !job.is_to_do()) {
            return Ok(jobs.iter().map(|job| job.exit).fold(exit, Exit::worse));
        }
    }
    if jobs.iter().any(Job::is_to_do)
        && let Err(failure) = consent(args, &jobs, several, ui)
    {
        return declined(jobs, failure, several, ui);
    }
    let output = secret_output(args, &jobs)?;
    let steps = jobs.iter().filter_map(Job::to_do).map(|(_, plan)| plan.steps().count()).sum();
    let bar = ui.progress(Some(steps));
    let running = jobs
        .iter()
        .filter_map(Job::to_do)
        .map(|(work, plan)| execute(plan, work, args.wait, &bar, output.as_ref()));
    let mut reports = runtime.block_on(join_all(running)).into_iter();
    bar.finish_and_clear();
    if let Some((path, secrets)) = output.and_then(SecretOutput::finish) {
        ui.note(&format!("New secrets of clients in {}: {secrets}.\n", path.display()));
    }
    for job in jobs.iter_mut().filter(|job| job.is_to_do()) {
        job.report = reports.next();
        job.work.account.flush()?;
    }
    let others = jobs.iter().filter(|job| !job.is_to_do()).map(|job| job.exit).fold(Exit::Done, Exit::worse);
    let parts = jobs.into_iter().filter_map(|job| job.part(ui.format)).collect();
    Ok(ui.present(several, parts)?.worse(others))
}

/// One environment with its plan and, once it is applied, what became of it.
struct Job<'a> {
    work: &'a Work,
    plan: Result<Plan, Failure>,
    refused: Refused,
    /// How it ends if nothing is executed.
    exit: Exit,
    report: Option<Report>,
}

impl<'a> Job<'a> {
    fn of(work: &'a Work, plan: Result<Plan, Failure>) -> Self {
        let refused = plan.as_ref().map_or(Refused::Run, Refused::of);
        let exit = match &plan {
            Err(failure) => failure.exit(),
            Ok(_) if refused == Refused::Nothing => Exit::Done,
            Ok(_) => Exit::Refused,
        };
        Self { work, plan, refused, exit, report: None }
    }

    /// The plan, if there is one to execute.
    fn to_do(&self) -> Option<(&'a Work, &Plan)> {
        let plan = self.plan.as_ref().ok().filter(|plan| self.refused != Refused::Run && !plan.is_empty());
        plan.map(|plan| (self.work, plan))
    }

    fn is_to_do(&self) -> bool {
        self.to_do().is_some()
    }

    /// The plan for people; a failure is shown once.
    fn shown(&mut self) -> Part {
        let environment = self.work.name().to_owned();
        let result = match &mut self.plan {
            Ok(plan) => Ok((work::shown(plan, Format::Human), Exit::Done)),
            Err(failure) => Err(std::mem::replace(failure, Failure::error(""))),
        };
        Part { environment, result }
    }

    /// What is said at the end. For people, nothing of what was not executed: its plan was shown.
    fn part(self, format: Format) -> Option<Part> {
        let environment = self.work.name().to_owned();
        let exit = self.exit;
        let result = match (self.plan, self.report, format) {
            (Ok(plan), Some(report), Format::Human) => {
                let exit = ended(&report, self.refused);
                Ok((human::report(&report, plan.refusals().count()), exit))
            }
            (Ok(plan), Some(report), Format::Json) => {
                Ok((json::plan(&plan, Some(&report)), ended(&report, self.refused)))
            }
            (_, None, Format::Human) => return None,
            (Ok(plan), None, Format::Json) => Ok((json::plan(&plan, None), exit)),
            (Err(failure), _, _) => Err(failure),
        };
        Some(Part { environment, result })
    }
}

/// Says that nothing was applied, for programs with the plans that were not.
fn declined(jobs: Vec<Job<'_>>, failure: Failure, several: bool, ui: &mut Ui) -> Result<Exit, Failure> {
    let (Format::Json, Failure::Message(message, help, exit)) = (ui.format, &failure) else {
        return Err(failure);
    };
    let parts = jobs.into_iter().filter_map(|job| {
        if !job.is_to_do() {
            return job.part(Format::Json);
        }
        let environment = job.work.name().to_owned();
        let planned = |plan| Failure::Planned(Box::new(plan), message.clone(), help.clone(), *exit);
        Some(Part { environment, result: job.plan.and_then(|plan| Err(planned(plan))) })
    });
    let parts = parts.collect();
    ui.present(several, parts)
}

/// Asks on a terminal; elsewhere the flags must have said it.
fn consent(args: &Args, jobs: &[Job<'_>], several: bool, ui: &mut Ui) -> Result<(), Failure> {
    let place = |work: &Work| {
        if several { format!(" in the environment `{}`", work.name()) } else { String::new() }
    };
    let plans = || jobs.iter().filter_map(Job::to_do);
    for (work, limit) in plans().flat_map(|(work, plan)| plan.raised_limits().map(move |limit| (work, limit)))
    {
        let LimitChange { category, before, after, .. } = limit;
        let raise = format!(
            "raising the limit of {category}{} from {before} to {after} requests a second",
            place(work)
        );
        let needed = Consent {
            question: format!("{}, for the whole account, costs money. Raise it?", capitalised(&raise)),
            message: format!("{raise} costs money, and takes consent"),
            help: "if it is meant to cost that, add --allow-cost",
        };
        needed.get(args.allow_cost, args, ui)?;
    }
    let pools = plans().flat_map(|(work, plan)| plan.pools.iter().map(move |pool| (work, pool)));
    for (work, pool) in pools.filter(|(_, pool)| pool.pool_id.is_none() && !pool.steps.is_empty()) {
        let missing = format!("the user pool `{}` does not exist{}", pool.key, place(work));
        let needed = Consent {
            question: format!("{}. Create it?", capitalised(&missing)),
            message: format!("{missing}, and creating one takes consent"),
            help: "check Region and name; if it is meant to be new, add --allow-create-pool",
        };
        needed.get(args.allow_create_pool, args, ui)?;
    }
    let made: Vec<&Path> = made_secrets(jobs).collect();
    if let (Some(first), None) = (made.first(), &args.secret_output) {
        let message =
            format!("Cognito makes the new secret of `{first}` and shows its value once, to nobody here");
        let help = "add --secret-output FILE, or name a value of your own: `clientSecret` in that section";
        return Err(Failure::with_help(message, help, Exit::Refused));
    }
    if args.yes {
        return Ok(());
    }
    match ui.ask(if several { "Apply these plans?" } else { "Apply this plan?" }) {
        Some(true) => Ok(()),
        Some(false) => Err(declined_by_answer()),
        None => {
            let message = "apply asks before it writes, and there is no terminal to ask on";
            Err(Failure::with_help(message, "add --yes", Exit::Refused))
        }
    }
}

/// What `--yes` alone does not consent to.
struct Consent {
    question: String,
    message: String,
    help: &'static str,
}

impl Consent {
    fn get(self, allowed: bool, args: &Args, ui: &mut Ui) -> Result<(), Failure> {
        if allowed {
            return Ok(());
        }
        match if args.yes { None } else { ui.ask(&self.question) } {
            Some(true) => Ok(()),
            Some(false) => Err(declined_by_answer()),
            None => Err(Failure::with_help(self.message, self.help, Exit::Refused)),
        }
    }
}

fn declined_by_answer() -> Failure {
    Failure::Message("nothing was applied".to_owned(), None, Exit::Refused)
}

/// The beginning of a sentence.
fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

/// The sections whose clients get a secret that Cognito makes.
fn made_secrets<'a>(jobs: &'a [Job<'_>]) -> impl Iterator<Item = &'a Path> {
    let pools = jobs.iter().filter_map(Job::to_do).flat_map(|(_, plan)| &plan.pools);
    let is_made = |step: &&Step| {
        matches!(step.action, Action::AddSecret { .. }) && !step.changes.iter().any(|change| change.secret)
    };
    pools.flat_map(|pool| &pool.steps).filter(is_made).map(|step| &step.address)
}

/// The file for secrets that Cognito makes, if it will make any.
fn secret_output(args: &Args, jobs: &[Job<'_>]) -> Result<Option<SecretOutput>, Failure> {
    let path = args.secret_output.as_ref().filter(|_| made_secrets(jobs).next().is_some());
    path.map(|path| SecretOutput::create(path)).transpose()
}

/// Applies the account of one environment and then its pools, one after the other: a later one may refer to what an
/// earlier one made.
async fn execute(
    plan: &Plan,
    work: &Work,
    limit: Duration,
    bar: &ProgressBar,
    output: Option<&SecretOutput>,
) -> Report {
    let account = &work.account;
    let keep = |secret: &NewSecret<'_>| match output {
        Some(output) => output.keep(work.name(), secret),
        None => Err("there is no file for new secrets".to_owned()),
    };
    // The embedded sandbox is one's own: nobody else changes it, and no read is behind.
    let brief = if account.is_embedded() { Duration::ZERO } else { BRIEF };
    let wait = Wait { limit, brief, sleep: &|time| Box::pin(tokio::time::sleep(time)) };
    let services = Services {
        read: account.reader(),
        write: account.writer(),
        resolve: &secret::resolve,
        keep: &keep,
        wait,
    };
    let mut progress = |step: &Step| {
        bar.set_message(format!("{} {}", step.action.operation(), step.address));
        bar.inc(1);
    };
    let of_account = plan.account.as_ref().filter(|account| !account.steps.is_empty());
    let account = match of_account {
        Some(account) => Some(apply_account(account, &services, &mut progress).await),
        None => None,
    };
    let mut reports: Vec<PoolReport> = Vec::new();
    for pool in plan.pools.iter().filter(|pool: &&PoolPlan| !pool.steps.is_empty()) {
        let made = |reference: &Reference| {
            let report = reports.iter().find(|report| Some(&report.key) == reference.pool.as_ref())?;
            report.fact(&reference.fact).map(str::to_owned)
        };
        let pool = pool.filled(&made);
        reports.push(apply_pool(&pool, &services, &mut progress).await);
    }
    Report { account, pools: reports }
}

fn ended(report: &Report, refused: Refused) -> Exit {
    if report.changed_meanwhile() {
        Exit::Stale
    } else if report.is_complete() {
        if refused == Refused::Nothing { Exit::Done } else { Exit::Partial }
    } else if report.wrote_something() {
        Exit::Partial
    } else {
        Exit::Error
    }
}

#[cfg(test)]
mod tests {
    use cognitops::apply::{Mismatch, MismatchKind, Outcome, StepResult};
    use cognitops::path::Path;
    use cognitops::plan::Action;

    use super::*;

    fn report(outcomes: Vec<Outcome>, mismatches: &[MismatchKind]) -> Report {
        let step = Step::new(Path::root(), Action::SetMfa, Vec::new());
        let mismatch = |kind: &MismatchKind| Mismatch { address: Path::root(), kind: *kind, detail: None };
        let pool = PoolReport {
            results: outcomes.into_iter().map(|outcome| StepResult { step: step.clone(), outcome }).collect(),
            mismatches: mismatches.iter().map(mismatch).collect(),
            ..PoolReport::default()
        };
        Report { account: None, pools: vec![pool] }
    }

    #[test]
    fn the_exit_code_tells_whole_part_nothing_and_stale_apart() {
        let failed = || Outcome::Unresolved(String::new());
        let stale = || Outcome::Stale(vec![Path::root()]);
        for (outcomes, mismatches, expected) in [
            (vec![Outcome::Done], &[][..], Exit::Done),
            (vec![Outcome::Done, failed()], &[], Exit::Partial),
            (vec![failed()], &[], Exit::Error),
            (vec![Outcome::Done], &[MismatchKind::Kept], Exit::Partial),
            (vec![Outcome::Done], &[MismatchKind::Lost], Exit::Partial),
            (vec![Outcome::Done, stale()], &[], Exit::Stale),
            (vec![Outcome::Done], &[MismatchKind::Foreign], Exit::Stale),
        ] {
            let report = report(outcomes, mismatches);
            assert_eq!(ended(&report, Refused::Nothing), expected, "{report:?}");
        }
        let done = report(vec![Outcome::Done], &[]);
        assert_eq!(
            ended(&done, Refused::Resources),
            Exit::Partial,
            "what was refused for one client is not done"
        );
    }
}
