use cognitops::render::outputs;
use cognitops::sandbox::Access;

use super::account::Account;
use super::{Exit, Failure, Format, Global, Ui, inputs, work};

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
    let loaded = inputs::load(global)?.valid()?;
    let runtime = work::runtime()?;
    let account = runtime.block_on(Account::open(global, &loaded.project, Access::Read))?;
    let pools = runtime.block_on(work::outputs(account.reader(), &loaded))?;
    match ui.format {
        Format::Json => ui.print(&outputs::json(&pools)),
        Format::Human if args.dotenv => {
            let text = outputs::dotenv(&pools).map_err(|problem| {
                Failure::with_help(problem, "use --format json, which keeps them apart", Exit::Error)
            })?;
            ui.print(&text);
        }
        Format::Human => ui.print(&outputs::human(&pools)),
    }
    Ok(Exit::Done)
}
