use cognitops::sandbox::Access;

use super::consents::Consents;
use super::work::Refused;
use super::{Exit, Failure, Global, Part, Ui, inputs, work};

/// Show what would change.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Signs: + is made, ~ is changed, - goes, ! goes back to its default because the manifest omits it.

Examples:
  cognitops plan -f customers.yaml --sandbox
  cognitops plan --env prod --sandbox --detailed-exitcode --format json
  cognitops plan --env dev,stage")]
pub(crate) struct Args {
    /// Exit with 2 if there are changes.
    #[arg(long)]
    detailed_exitcode: bool,
    #[command(flatten)]
    consents: Consents,
}

pub(crate) fn run(global: &Global, args: &Args, ui: &mut Ui) -> Result<Exit, Failure> {
    let run = inputs::load(global)?.valid()?;
    work::show_warnings(&run, ui);
    work::show_narrowing(&run, ui);
    let several = run.several;
    let runtime = work::runtime()?;
    let works = runtime.block_on(work::open(global, run, Access::Read))?;
    let plans = runtime.block_on(work::make_plans(global, &works, &args.consents, ui))?;
    let makes_a_pool = |plan: &cognitops::plan::Plan| {
        Refused::of(plan) == Refused::Nothing && plan.pools.iter().any(|pool| pool.pool_id.is_none())
    };
    let creates = plans.iter().flatten().any(makes_a_pool);
    let is_raise = |plan: &cognitops::plan::Plan| {
        Refused::of(plan) == Refused::Nothing && plan.raised_limits().next().is_some()
    };
    let raises = plans.iter().flatten().any(is_raise);
    let parts = works.iter().zip(plans).map(|(work, plan)| Part {
        environment: work.name().to_owned(),
        result: plan.map(|plan| {
            let exit = if Refused::of(&plan) != Refused::Nothing {
                Exit::Refused
            } else if args.detailed_exitcode && !plan.is_empty() {
                Exit::Changes
            } else {
                Exit::Done
            };
            (work::shown(&plan, ui.format), exit)
        }),
    });
    let parts = parts.collect();
    let exit = ui.present(several, parts)?;
    if creates {
        ui.note("Creating a user pool takes consent: `apply` asks, or takes --allow-create-pool.\n");
    }
    if raises {
        ui.note("Raising a provisioned limit takes consent, it costs money: `apply` asks, or takes --allow-cost.\n");
    }
    Ok(exit)
}
