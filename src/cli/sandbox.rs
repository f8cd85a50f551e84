use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Subcommand, ValueEnum};
use cognitops::render::listening::listening;
use cognitops::sandbox::server::{Limits, Log, Server};
use cognitops::sandbox::{Access, Conditions, Faults, Options, Sandbox, SandboxError};
use tokio::net::TcpListener;

use super::{Exit, Failure, Format, Global, Ui, work};

/// Use the embedded sandbox by itself, without manifests.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the sandbox over HTTP: what takes an endpoint URL takes it for Cognito.
    Serve(Serve),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
It speaks Cognito's protocol: boto3, the AWS CLI, Terraform and cognitops itself work on it with any credentials. It plays
the control plane: pools, clients, domains and what else configures them, and no users. It checks no signatures, so only
this machine can reach it unless --allow-remote is given. Ctrl-C or SIGTERM stops it.

Examples:
  cognitops sandbox serve
  cognitops sandbox serve --listen 127.0.0.1:0 --state cognito.json --log calls.jsonl
  cognitops sandbox serve --quotas aws --latency 20ms --fault throttle=0.05,error=0.01
  aws cognito-idp list-user-pools --max-results 10 --endpoint-url http://127.0.0.1:9339")]
struct Serve {
    /// The address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9339")]
    listen: SocketAddr,
    /// Let other machines in, on an address that is not loopback.
    #[arg(long)]
    allow_remote: bool,
    /// Keep the account in a file, which `--sandbox=FILE` of other commands reads too. Default: in memory.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Draw ids and secrets from this number, the same in every run; an account with pools goes on as it began.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// The account of new pools, 12 digits.
    #[arg(long, value_name = "ID", default_value_t = Options::default().account_id, value_parser = account_id)]
    account_id: String,
    /// Append a line of JSON for each call to a file, without secrets.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    #[command(flatten)]
    conditions: ConditionArgs,
}

/// What goes wrong, and how long things take.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Conditions")]
struct ConditionArgs {
    /// Whose request rates hold: those of AWS, by category and by operation and pool, or none.
    #[arg(long, value_name = "WHOSE", value_enum, default_value_t = Quotas::None)]
    quotas: Quotas,
    /// How long each call takes: 50ms, 2s. Changes of one pool can then overlap, which Cognito refuses.
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "0s")]
    latency: Duration,
    /// Which shares of all calls fail: throttled, with an internal error, or without an answer (half of those after they
    /// took effect), drawn from --seed.
    #[arg(long, value_name = "throttle=SHARE,error=SHARE,reset=SHARE")]
    fault: Option<Faults>,
    /// How long after a change a read may still see what was before.
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "0s")]
    stale_for: Duration,
    /// How long domains are CREATING, UPDATING or DELETING, and replicas CREATING, by the sandbox's clock.
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "0s")]
    settle_after: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Quotas {
    None,
    Aws,
}

fn duration(text: &str) -> Result<Duration, String> {
    let millis = text.strip_suffix("ms").map(|number| number.parse().map(Duration::from_millis).ok());
    let time = millis.unwrap_or_else(|| cognitops::duration::seconds(text).map(Duration::from_secs));
    time.filter(|time| *time <= LONGEST)
        .ok_or_else(|| "a duration is a number and ms, s, m or h, up to 24h: 50ms, 2m".to_owned())
}

/// The longest time that anything may take.
const LONGEST: Duration = Duration::from_hours(24);

fn account_id(text: &str) -> Result<String, String> {
    let is_one = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_one.then(|| text.to_owned()).ok_or_else(|| "an account's id is 12 digits".to_owned())
}

pub(crate) fn run(global: &Global, args: &Args, ui: &mut Ui) -> Result<Exit, Failure> {
    match &args.command {
        Command::Serve(serve) => run_server(global, serve, ui),
    }
}

fn run_server(global: &Global, args: &Serve, ui: &mut Ui) -> Result<Exit, Failure> {
    check(global, args)?;
    let sandbox = sandbox(global, args)?;
    let log = args.log.as_deref().map(Log::open).transpose();
    let log = log.map_err(|error| {
        Failure::with_help(error.to_string(), "give another file with --log", Exit::Error)
    })?;
    let complain =
        Box::new(|message: &str| Ui::plain(Format::Human).complain(&format!("warning: {message}\n")));
    let server = Server::new(sandbox, Limits::default(), log, complain);
    work::runtime()?.block_on(serve(server, args, ui))
}

/// Refuses what would go to another place than it says, or to more readers.
fn check(global: &Global, args: &Serve) -> Result<(), Failure> {
    if global.sandbox.is_some() {
        let message = "--sandbox says what other commands work on";
        return Err(Failure::with_help(message, "name the file with --state FILE", Exit::Usage));
    }
    let is_loopback = match args.listen.ip() {
        IpAddr::V4(address) => address.is_loopback(),
        IpAddr::V6(address) => address.to_canonical().is_loopback(),
    };
    if is_loopback || args.allow_remote {
        return Ok(());
    }
    let message =
        format!("{} is reached from other machines, and the sandbox checks no signatures", args.listen.ip());
    let help = "listen on 127.0.0.1, or let everybody in who can reach it with --allow-remote";
    Err(Failure::with_help(message, help, Exit::Usage))
}

fn sandbox(global: &Global, args: &Serve) -> Result<Sandbox, Failure> {
    let defaults = Options::default();
    let options = Options {
        region: global.region.clone().unwrap_or(defaults.region),
        account_id: args.account_id.clone(),
        omitted: global.sandbox_omitted,
        shuffle: global.sandbox_shuffle,
        conditions: Conditions {
            quotas: args.conditions.quotas == Quotas::Aws,
            latency: args.conditions.latency,
            faults: args.conditions.fault.unwrap_or_default(),
            stale: args.conditions.stale_for,
            settling: args.conditions.settle_after,
            seed: args.seed.unwrap_or_default(),
        },
        ..defaults
    };
    let sandbox = match &args.state {
        None => Sandbox::in_memory(options),
        Some(file) => Sandbox::open(file, Access::Write, options).map_err(|error| failed(&error))?,
    };
    let sandbox = sandbox.forgetful();
    Ok(match args.seed {
        Some(seed) => sandbox.seeded(seed),
        None => sandbox,
    })
}

/// A state file that cannot be used; here another option names it.
fn failed(error: &SandboxError) -> Failure {
    Failure::error(error.to_string().replace("--sandbox=FILE", "--state FILE"))
}

async fn serve(server: Server, args: &Serve, ui: &mut Ui) -> Result<Exit, Failure> {
    let cannot = |error: &io::Error| {
        let message = format!("{} cannot be listened on: {error}", args.listen);
        Failure::with_help(message, "choose another with --listen ADDRESS:PORT", Exit::Error)
    };
    let listener = TcpListener::bind(args.listen).await.map_err(|error| cannot(&error))?;
    let address = listener.local_addr().map_err(|error| cannot(&error))?;
    // Whoever has read the line may send a signal.
    let stop = stop().map_err(|error| Failure::error(format!("signals cannot be waited for: {error}")))?;
    ui.print(&line(ui.format, address, args.state.as_deref()));
    if args.state.is_none() {
        ui.note("the account is in memory and goes with the server; --state FILE keeps it\n");
    }
    let calls = server.serve(listener, stop).await.map_err(|error| failed(&error))?;
    ui.note(&format!("stopped after {calls} call{}\n", if calls == 1 { "" } else { "s" }));
    Ok(Exit::Done)
}

fn line(format: Format, address: SocketAddr, state: Option<&Path>) -> String {
    match format {
        Format::Human => format!("listening on http://{address}\n"),
        Format::Json => listening(&format!("http://{address}"), state),
    }
}

/// Done once this process is asked to stop.
#[cfg(unix)]
fn stop() -> io::Result<impl Future<Output = ()>> {
    use std::pin::pin;

    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        futures_util::future::select(pin!(interrupt.recv()), pin!(terminate.recv())).await;
    })
}

/// Done once this process is asked to stop.
#[cfg(windows)]
fn stop() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
