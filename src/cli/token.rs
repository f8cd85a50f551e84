use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Subcommand, ValueEnum};
use cognitops::outputs::Outputs;
use cognitops::render::token as render;
use cognitops::token::{
    self, Expected, KeySet, MAX_KEYS_BYTES, MAX_TOKEN_BYTES, Outcome, Token, TokenUse, inspect,
};
use tokio::runtime::Runtime;

use super::{Exit, Failure, Format, Global, Ui, inputs, work};

/// Look into the tokens that users get.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Show what an ID or access token says, and check that it is genuine and meant for the pool's clients.
    Inspect(InspectArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
The token comes from standard input: it is a credential, and arguments are seen by others.
With -f or --env, keys, issuer and client ids are those of that one pool; the options win.
What is not given is reported as not checked.

Exit codes: 0 nothing failed, 1 a check failed, or the input is no token.

Examples:
  cognitops token inspect -f customers.yaml < token.txt
  cognitops token inspect --env dev --token-use access --format json < token.txt
  cognitops token inspect --jwks keys.json --client-id 1example23456789abcdefghij \\
    --issuer https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123 < token.txt")]
struct InspectArgs {
    /// The file with the keys (JWKS) that may have signed the token.
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_url")]
    jwks: Option<PathBuf>,
    /// The URL of the keys: https, or http on this machine.
    #[arg(long, value_name = "URL")]
    jwks_url: Option<String>,
    /// The issuer that the token must name.
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// A client that the token may be for; can be given several times.
    #[arg(long = "client-id", value_name = "ID")]
    client_ids: Vec<String>,
    /// What the token must be for.
    #[arg(long, value_enum, value_name = "USE")]
    token_use: Option<UseArg>,
    /// How many seconds this machine's clock and the issuer's may differ.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    leeway: u32,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum UseArg {
    Id,
    Access,
}

/// Whether a token stands among this process's arguments.
pub(crate) fn is_an_argument() -> bool {
    std::env::args_os().skip(1).any(|argument| token::looks_like_one(&argument.to_string_lossy()))
}

/// Why that is refused. It quotes nothing.
pub(crate) fn an_argument() -> Failure {
    let message = "a token is a credential and may not be an argument, which others on this machine can see";
    Failure::with_help(message, "pipe it in: cognitops token inspect < token.txt", Exit::Usage)
}

pub(crate) fn run(global: &Global, args: &Args, ui: &mut Ui) -> Result<Exit, Failure> {
    let TokenCommand::Inspect(args) = &args.command;
    if is_an_argument() {
        return Err(an_argument());
    }
    if global.files.iter().any(|file| file == Path::new("-")) {
        let message = "the token and the manifest cannot both come from standard input";
        return Err(Failure::with_help(message, "name the manifest's file with -f", Exit::Usage));
    }
    let token = Token::parse(&read_input(ui)?)
        .map_err(|error| Failure::with_help(error.to_string(), error.help(), Exit::Error))?;
    let expected = expected(global, args)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let checks = inspect(&token, &expected, i64::try_from(now).unwrap_or(i64::MAX));
    match ui.format {
        Format::Human => ui.print(&render::human(&token, &checks)),
        Format::Json => ui.print(&render::json(&token, &checks)),
    }
    let failed = checks.iter().any(|check| check.outcome == Outcome::Failed);
    Ok(if failed { Exit::Error } else { Exit::Done })
}

fn read_input(ui: &mut Ui) -> Result<Vec<u8>, Failure> {
    if io::stdin().is_terminal() {
        ui.note("Paste the token, then end the input (Ctrl-D).\n");
    }
    read_up_to(io::stdin().lock(), MAX_TOKEN_BYTES)
        .map_err(|error| Failure::error(format!("standard input cannot be read: {error}")))
}

/// Reads one byte more than a limit at most, so that what is over it can be told.
fn read_up_to(from: impl Read, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What the token is held against: the pool's, where manifests are given, and what the options say.
fn expected(global: &Global, args: &InspectArgs) -> Result<Expected, Failure> {
    let runtime = work::runtime()?;
    let mut expected = Expected { leeway: args.leeway, ..Expected::default() };
    let mut keys_at = args.jwks_url.clone();
    if !global.env.is_empty() || global.all_envs || !global.files.is_empty() {
        let (outputs, url) = pool(global, &runtime)?;
        expected.issuer = Some(outputs.issuer);
        expected.client_ids = Some(outputs.clients.into_values().collect());
        keys_at = keys_at.or(url);
    }
    expected.issuer = args.issuer.clone().or(expected.issuer);
    if !args.client_ids.is_empty() {
        expected.client_ids = Some(args.client_ids.clone());
    }
    expected.token_use = args.token_use.map(|usage| match usage {
        UseArg::Id => TokenUse::Id,
        UseArg::Access => TokenUse::Access,
    });
    expected.keys = match (&args.jwks, keys_at) {
        (Some(file), _) => Some(keys_in(file)?),
        (None, Some(url)) => Some(keys(&url, &runtime.block_on(fetch(global, &url))?)?),
        (None, None) => None,
    };
    Ok(expected)
}

/// What the one pool says of itself, and where its keys are; the sandbox has none.
fn pool(global: &Global, runtime: &Runtime) -> Result<(Outputs, Option<String>), Failure> {
    let loaded = inputs::load(global)?.valid()?.only()?;
    if loaded.manifests.len() > 1 {
        let message =
            format!("the manifests describe {} pools, and a token is one pool's", loaded.manifests.len());
        return Err(Failure::with_help(message, "name one pool's manifest with -f", Exit::Error));
    }
    let work = runtime.block_on(work::open_one(global, loaded))?;
    let outputs = runtime.block_on(work::outputs(&work))?;
    let Some(outputs) = outputs.into_iter().next() else {
        return Err(Failure::error("the manifests describe no pool"));
    };
    let endpoint = global.endpoint_url.as_ref().or(work.loaded.environment.endpoint_url.as_ref());
    let url = match (&global.sandbox, endpoint) {
        (Some(_), _) => None,
        // Another server's tokens are signed by another server's keys.
        (None, Some(endpoint)) => {
            Some(format!("{}/{}/.well-known/jwks.json", endpoint.trim_end_matches('/'), outputs.pool_id))
        }
        (None, None) => Some(outputs.jwks_uri.clone()),
    };
    Ok((outputs, url))
}

fn keys_in(file: &Path) -> Result<KeySet, Failure> {
    let name = file.display().to_string();
    let document =
        File::open(file).and_then(|opened| read_up_to(opened, MAX_KEYS_BYTES)).map_err(|error| {
            let words = error.to_string();
            let words = words.split(" (os error").next().unwrap_or_default().to_lowercase();
            Failure::with_help(format!("the keys {name}: {words}"), KEYS_HELP, Exit::Error)
        })?;
    keys(&name, &document)
}

const KEYS_HELP: &str = "`cognitops outputs` prints the URL of a pool's keys (jwks uri)";

fn keys(name: &str, document: &[u8]) -> Result<KeySet, Failure> {
    KeySet::parse(document)
        .map_err(|error| Failure::with_help(format!("the keys {name}: {error}"), KEYS_HELP, Exit::Error))
}

#[cfg(feature = "aws")]
async fn fetch(global: &Global, url: &str) -> Result<Vec<u8>, Failure> {
    use cognitops::cognito::aws::{FetchError, fetch};
    fetch(url, global.ca_bundle.as_deref(), MAX_KEYS_BYTES).await.map_err(|error| {
        let help = "check URL, network and proxy, or give the keys with --jwks FILE";
        // What is not allowed may hold a password.
        let name = if matches!(error, FetchError::NotAllowed) { "of --jwks-url" } else { url };
        Failure::with_help(format!("the keys {name}: {error}"), help, Exit::Error)
    })
}

#[cfg(not(feature = "aws"))]
#[allow(clippy::unused_async)] // the other build waits
async fn fetch(_: &Global, _: &str) -> Result<Vec<u8>, Failure> {
    let message = "this build fetches no keys";
    Err(Failure::with_help(
        message,
        "give the keys with --jwks FILE, or build with the feature `aws`",
        Exit::Error,
    ))
}
