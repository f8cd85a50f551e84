use cognitops::outputs::Outputs;
use cognitops::render::outputs;
use cognitops::sandbox::Access;
use futures_util::future::join_all;

use super::{Exit, Failure, Format, Global, Part, Ui, inputs, work};

/// Print ids and URLs of the live pools: pool, clients, issuer, keys, domains.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cognitops outputs -f customers.yaml --sandbox
  cognitops outputs --env dev --dotenv > .env
  cognitops outputs --env dev --format json | jq -r '.pools[0].clients.web'")]
pub(crate) struct Args {
    /// Print lines NAME=value, for an environment file.
    #[arg(long)]
    dotenv: bool,
}

pub(crate) fn run(global: &Global, args: &Args, ui: &mut Ui) -> Result<Exit, Failure> {
    if args.dotenv && ui.format == Format::Json {
        let message = "--dotenv and --format json exclude each other";
        return Err(Failure::with_help(message, "choose one", Exit::Usage));
    }
    let run = inputs::load(global)?.valid()?;
    let several = run.several;
    if args.dotenv && several {
        let message = "--dotenv prints the names of one environment";
        return Err(Failure::with_help(message, "choose it with --env", Exit::Usage));
    }
    let runtime = work::runtime()?;
    let works = runtime.block_on(work::open(global, run, Access::Read))?;
    let read = runtime.block_on(join_all(works.iter().map(work::outputs)));
    let parts = works.iter().zip(read).map(|(work, pools)| Part {
        environment: work.name().to_owned(),
        result: pools.and_then(|pools| Ok((text(args, &pools, ui.format)?, Exit::Done))),
    });
    let parts = parts.collect();
    ui.present(several, parts)
}

fn text(args: &Args, pools: &[Outputs], format: Format) -> Result<String, Failure> {
    match format {
        Format::Json => Ok(outputs::json(pools)),
        Format::Human if args.dotenv => outputs::dotenv(pools).map_err(|problem| {
            Failure::with_help(problem, "use --format json, which keeps them apart", Exit::Error)
        }),
        Format::Human => Ok(outputs::human(pools)),
    }
}
