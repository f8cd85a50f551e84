use cognitops::plan::{Plan, RefusalRule};
use cognitops::render::drift::{self, Drift};
use cognitops::sandbox::Access;

use super::consents::Secrets;
use super::{Exit, Failure, Format, Global, Part, Ui, inputs, work};

/// Say where the live pools are not as their manifests say.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads only. What no manifest declares is listed and is no drift.

Exit codes: 0 no drift, 2 drift.

Examples:
  cognitops drift -f customers.yaml --sandbox
  cognitops drift --env prod --format json
  cognitops drift --all-envs")]
pub(crate) struct Args {
    #[command(flatten)]
    secrets: Secrets,
}

pub(crate) fn run(global: &Global, args: &Args, ui: &mut Ui) -> Result<Exit, Failure> {
    let run = inputs::load(global)?.valid()?;
    work::show_warnings(&run, ui);
    work::show_narrowing(&run, ui);
    let several = run.several;
    let runtime = work::runtime()?;
    let works = runtime.block_on(work::open(global, run, Access::Read))?;
    let plans = runtime.block_on(work::make_plans(global, &works, &args.secrets.into(), ui))?;
    let parts = works.iter().zip(plans).map(|(work, plan)| Part {
        environment: work.name().to_owned(),
        result: plan.and_then(|plan| of_plan(&plan, ui.format)),
    });
    let parts = parts.collect();
    ui.present(several, parts)
}

fn of_plan(plan: &Plan, format: Format) -> Result<(String, Exit), Failure> {
    // Whose pool it is and what an apply would refuse is no matter of looking at it; another account is.
    if let Some(refusal) = plan.refusals().find(|refusal| refusal.rule == RefusalRule::Account) {
        return Err(Failure::with_help(refusal.message.clone(), refusal.help.clone(), Exit::Refused));
    }
    let text = match format {
        Format::Human => drift::human(plan),
        Format::Json => drift::json(plan),
    };
    Ok((text, if Drift::of(plan).is_drift() { Exit::Changes } else { Exit::Done }))
}
