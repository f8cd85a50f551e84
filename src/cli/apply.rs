use std::io::IsTerminal;
use std::time::Duration;

use cognitops::apply::{PoolReport, Services, Wait, apply_pool};
use cognitops::plan::{Plan, PoolPlan, Step};
use cognitops::render::{human, json};
use cognitops::sandbox::Access;
use indicatif::{ProgressBar, ProgressStyle};

use super::account::Account;
use super::work::Refused;
use super::{Exit, Failure, Format, Global, Ui, inputs, secret, work};

/// Make the live pools equal to their manifests.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Shows the plan and asks; without a terminal it needs --yes.

Examples:
  cognitops apply -f customers.yaml --sandbox
  cognitops apply -f customers.yaml --sandbox --yes --allow-create-pool")]
pub(crate) struct Args {
    /// Do not ask.
    #[arg(short, long)]
    yes: bool,
    /// Create user pools that do not exist. A wrong Region or a renamed key must not make an empty one.
    #[arg(long)]
    allow_create_pool: bool,
    /// How long to wait for what Cognito does in the background, such as a domain that comes or goes. What takes longer
    /// is reported as pending.
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = duration)]
    wait: Duration,
    #[command(flatten)]
    consents: work::Consents,
}

/// A duration such as `90s`, `2m` or `1h`; `0s` does not wait.
fn duration(text: &str) -> Result<Duration, String> {
    let seconds = cognitops::duration::seconds(text).map(Duration::from_secs);
    seconds.ok_or_else(|| "a duration is a number and s, m, h or d: 90s, 2m".to_owned())
}

pub(crate) fn run(global: &Global, args: &Args, ui: &mut Ui) -> Result<Exit, Failure> {
    let loaded = inputs::load(global)?.valid()?;
    work::show_warnings(&loaded, ui);
    let runtime = work::runtime()?;
    let account = runtime.block_on(Account::open(global, &loaded.project, Access::Write))?;
    let plan = runtime.block_on(work::make_plan(account.reader(), &loaded, &args.consents))?;
    if ui.format == Format::Human {
        work::show(&plan, ui);
    }
    let refused = Refused::of(&plan);
    if refused == Refused::Run || plan.is_empty() {
        if ui.format == Format::Json {
            ui.print(&json::plan(&plan, None));
        }
        return Ok(if refused == Refused::Nothing { Exit::Done } else { Exit::Refused });
    }
    if let Err(failure) = consent(args, &plan, ui) {
        return Err(match (ui.format, failure) {
            (Format::Json, Failure::Message(message, help, exit)) => {
                Failure::Planned(plan, message, help, exit)
            }
            (_, failure) => failure,
        });
    }
    let reports = runtime.block_on(execute(&plan, &account, args.wait, ui));
    account.flush()?;
    match ui.format {
        Format::Human => ui.print(&human::report(&reports, plan.refusals().count())),
        Format::Json => ui.print(&json::plan(&plan, Some(&reports))),
    }
    Ok(exit(&reports, refused))
}

/// Asks on a terminal; elsewhere the flags must have said it.
fn consent(args: &Args, plan: &Plan, ui: &mut Ui) -> Result<(), Failure> {
    let declined = || Failure::Message("nothing was applied".to_owned(), None, Exit::Refused);
    for pool in plan.pools.iter().filter(|pool| pool.pool_id.is_none() && !pool.steps.is_empty()) {
        if args.allow_create_pool {
            continue;
        }
        let question = format!("The user pool `{}` does not exist. Create it?", pool.key);
        match if args.yes { None } else { ui.ask(&question) } {
            Some(true) => {}
            Some(false) => return Err(declined()),
            None => {
                let message =
                    format!("the user pool `{}` does not exist, and creating one takes consent", pool.key);
                let help = "check Region and name; if it is meant to be new, add --allow-create-pool";
                return Err(Failure::with_help(message, help, Exit::Refused));
            }
        }
    }
    if args.yes {
        return Ok(());
    }
    match ui.ask("Apply this plan?") {
        Some(true) => Ok(()),
        Some(false) => Err(declined()),
        None => {
            let message = "apply asks before it writes, and there is no terminal to ask on";
            Err(Failure::with_help(message, "add --yes", Exit::Refused))
        }
    }
}

async fn execute(plan: &Plan, account: &Account, limit: Duration, ui: &Ui) -> Vec<PoolReport> {
    let wait = Wait { limit, sleep: &|time| Box::pin(tokio::time::sleep(time)) };
    let services =
        Services { read: account.reader(), write: account.writer(), resolve: &secret::resolve, wait };
    let bar = progress_bar(plan, ui);
    let mut reports = Vec::new();
    for pool in plan.pools.iter().filter(|pool: &&PoolPlan| !pool.steps.is_empty()) {
        let mut progress = |step: &Step| {
            bar.set_message(format!("{} {}", step.action.operation(), step.address));
            bar.inc(1);
        };
        reports.push(apply_pool(pool, &services, &mut progress).await);
    }
    bar.finish_and_clear();
    reports
}

/// A bar on a terminal, nothing elsewhere.
fn progress_bar(plan: &Plan, ui: &Ui) -> ProgressBar {
    if ui.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let steps: usize = plan.pools.iter().map(|pool| pool.steps.len()).sum();
    let bar = ProgressBar::new(steps as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    bar
}

fn exit(reports: &[PoolReport], refused: Refused) -> Exit {
    if reports.iter().any(PoolReport::changed_meanwhile) {
        Exit::Stale
    } else if reports.iter().all(PoolReport::is_complete) {
        if refused == Refused::Nothing { Exit::Done } else { Exit::Partial }
    } else if reports.iter().any(PoolReport::wrote_something) {
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

    fn report(outcomes: Vec<Outcome>, mismatches: &[MismatchKind]) -> PoolReport {
        let step = Step {
            address: Path::root(),
            action: Action::SetMfa,
            changes: Vec::new(),
            intermediate: false,
            needs: Vec::new(),
            notes: Vec::new(),
            unused: None,
        };
        let mismatch = |kind: &MismatchKind| Mismatch { address: Path::root(), kind: *kind, detail: None };
        PoolReport {
            results: outcomes.into_iter().map(|outcome| StepResult { step: step.clone(), outcome }).collect(),
            mismatches: mismatches.iter().map(mismatch).collect(),
            ..PoolReport::default()
        }
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
            let reports = [report(outcomes, mismatches)];
            assert_eq!(exit(&reports, Refused::Nothing), expected, "{reports:?}");
        }
        let done = [report(vec![Outcome::Done], &[])];
        assert_eq!(
            exit(&done, Refused::Resources),
            Exit::Partial,
            "what was refused for one client is not done"
        );
    }
}
