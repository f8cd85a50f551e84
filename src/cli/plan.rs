use cognitops::sandbox::Access;

use super::account::Account;
use super::work::Refused;
use super::{Exit, Failure, Global, Ui, inputs, work};

/// Show what would change.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Signs: + is made, ~ is changed, - goes, ! goes back to its default because the manifest omits it.

Examples:
  cognitops plan -f customers.yaml --sandbox
  cognitops plan --env prod --sandbox --detailed-exitcode --format json")]
pub(crate) struct Args {
    /// Exit with 2 if there are changes.
    #[arg(long)]
    detailed_exitcode: bool,
    #[command(flatten)]
    consents: work::Consents,
}

pub(crate) fn run(global: &Global, args: &Args, ui: &mut Ui) -> Result<Exit, Failure> {
    let loaded = inputs::load(global)?.valid()?;
    work::show_warnings(&loaded, ui);
    let runtime = work::runtime()?;
    let account = runtime.block_on(Account::open(global, &loaded.project, Access::Read))?;
    let plan = runtime.block_on(work::make_plan(account.reader(), &loaded, &args.consents))?;
    work::show(&plan, ui);
    if Refused::of(&plan) != Refused::Nothing {
        return Ok(Exit::Refused);
    }
    if plan.pools.iter().any(|pool| pool.pool_id.is_none()) {
        ui.note("Creating a user pool takes consent: `apply` asks, or takes --allow-create-pool.\n");
    }
    Ok(if args.detailed_exitcode && !plan.is_empty() { Exit::Changes } else { Exit::Done })
}
