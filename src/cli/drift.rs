use cognitops::plan::RefusalRule;
use cognitops::render::drift::{self, Drift};
use cognitops::sandbox::Access;

use super::account::Account;
use super::{Exit, Failure, Format, Global, Ui, inputs, work};

/// Say where the live pools are not as their manifests say.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads only. What no manifest declares is listed and is no drift.

Exit codes: 0 no drift, 2 drift.

Examples:
  cognitops drift -f customers.yaml --sandbox
  cognitops drift --env prod --format json")]
pub(crate) struct Args {
    #[command(flatten)]
    secrets: work::Secrets,
}

pub(crate) fn run(global: &Global, args: &Args, ui: &mut Ui) -> Result<Exit, Failure> {
    let loaded = inputs::load(global)?.valid()?;
    work::show_warnings(&loaded, ui);
    let runtime = work::runtime()?;
    let account = runtime.block_on(Account::open(global, &loaded.project, Access::Read))?;
    let plan = runtime.block_on(work::make_plan(account.reader(), &loaded, &args.secrets.into()))?;
    // Whose pool it is and what an apply would refuse is no matter of looking at it; another account is.
    if let Some(refusal) = plan.refusals().find(|refusal| refusal.rule == RefusalRule::Account) {
        return Err(Failure::with_help(refusal.message.clone(), refusal.help.clone(), Exit::Refused));
    }
    match ui.format {
        Format::Human => ui.print(&drift::human(&plan)),
        Format::Json => ui.print(&drift::json(&plan)),
    }
    Ok(if Drift::of(&plan).is_drift() { Exit::Changes } else { Exit::Done })
}
