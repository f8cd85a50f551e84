//! Arguments, commands and exit codes. Nothing here decides anything about Cognito.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use cognitops::diagnostic::Finding;
use cognitops::plan::Plan;
use cognitops::render::json;
use cognitops::sandbox::OmittedMode;

mod account;
mod apply;
mod consents;
mod drift;
mod environments;
mod export;
mod inputs;
mod log;
mod login_url;
mod outputs;
mod plan;
mod render;
mod sandbox;
mod schema;
mod secret;
mod secret_output;
mod token;
mod ui;
mod validate;
mod work;

pub(crate) use ui::{Part, Ui};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or no changes.
    Done = 0,
    /// An error.
    Error = 1,
    /// There are changes, and the exit code was asked to say so.
    Changes = 2,
    /// Refused by a safety rule.
    Refused = 3,
    /// The pool changed meanwhile.
    Stale = 4,
    /// Applied in part.
    Partial = 5,
    /// The command line is wrong.
    Usage = 64,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl Exit {
    /// Of two ends the one that somebody must look at first.
    pub(crate) fn worse(self, other: Self) -> Self {
        const FROM_GOOD_TO_BAD: [Exit; 7] =
            [Exit::Done, Exit::Changes, Exit::Refused, Exit::Partial, Exit::Stale, Exit::Error, Exit::Usage];
        let rank = |exit: Self| FROM_GOOD_TO_BAD.iter().position(|known| *known == exit);
        if rank(other) > rank(self) { other } else { self }
    }
}

/// Why a command could not run.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The manifests are wrong.
    Findings(Vec<Finding>),
    /// Anything else: a message, a way out, and the exit code.
    Message(String, Option<String>, Exit),
    /// The same, about a plan that has yet to be shown.
    Planned(Box<Plan>, String, Option<String>, Exit),
}

impl Failure {
    pub(crate) fn error(message: impl Into<String>) -> Self {
        Self::Message(message.into(), None, Exit::Error)
    }

    pub(crate) fn with_help(message: impl Into<String>, help: impl Into<String>, exit: Exit) -> Self {
        Self::Message(message.into(), Some(help.into()), exit)
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Findings(_) => Exit::Error,
            Self::Message(_, _, exit) | Self::Planned(_, _, _, exit) => *exit,
        }
    }

    /// The failure for programs.
    fn json(&self) -> String {
        match self {
            Self::Findings(found) => json::findings(found),
            Self::Message(message, help, _) => json::failure(message, help.as_deref()),
            Self::Planned(plan, message, help, _) => json::planned_failure(plan, message, help.as_deref()),
        }
    }
}

/// Keeps Amazon Cognito user pools equal to YAML manifests kept in Git.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  cognitops validate -f pools/                 check every manifest below pools/
  cognitops plan -f customers.yaml --sandbox   what would change, on the embedded sandbox
  cognitops apply --env dev --sandbox          make it so, asking first
  cognitops drift --all-envs                   in every environment of cognitops.yaml

Exit codes: 0 done, 1 error, 2 drift, or changes (with --detailed-exitcode), 3 refused by a safety rule,
4 the pool changed meanwhile, 5 applied in part, 64 wrong command line.";

/// Options of every command.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Manifest files and directories; `-` is standard input. Default: the environment's, from cognitops.yaml.
    #[arg(short, long = "file", value_name = "PATH", global = true)]
    files: Vec<PathBuf>,
    /// The environment of cognitops.yaml to work on; several, side by side, as in dev,stage.
    #[arg(long, value_name = "NAME", value_delimiter = ',', global = true)]
    env: Vec<String>,
    /// Work on every environment of cognitops.yaml.
    #[arg(long, conflicts_with = "env", global = true)]
    all_envs: bool,
    /// Work on the embedded sandbox, an account of its own in a file. Default: .cognitops/sandbox-ENV.json.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, global = true)]
    // Not given, given alone, given with a file.
    #[allow(clippy::option_option)]
    sandbox: Option<Option<PathBuf>>,
    /// What the sandbox does with members that an update leaves out: `documented` (they go back to their defaults),
    /// `measured` (as third parties have observed, member by member) or `keep`.
    #[arg(long, value_name = "MODE", default_value = "documented", global = true, hide_short_help = true)]
    sandbox_omitted: OmittedMode,
    /// Let the sandbox answer lists without order in an order that this number seeds.
    #[arg(long, value_name = "SEED", global = true, hide_short_help = true)]
    sandbox_shuffle: Option<u64>,
    /// The AWS Region; it wins over the environment's.
    #[arg(long, value_name = "REGION", global = true)]
    region: Option<String>,
    /// The AWS profile to take credentials from; it wins over the environment's.
    #[cfg_attr(not(feature = "aws"), allow(dead_code))]
    #[arg(long, value_name = "NAME", global = true)]
    profile: Option<String>,
    /// A Cognito-compatible server in the place of AWS's own; it wins over the environment's.
    #[cfg_attr(not(feature = "aws"), allow(dead_code))]
    #[arg(long, value_name = "URL", global = true)]
    endpoint_url: Option<String>,
    /// Certificates to trust in place of the system's, in PEM.
    #[cfg_attr(not(feature = "aws"), allow(dead_code))]
    #[arg(long, value_name = "FILE", env = "AWS_CA_BUNDLE", hide_env_values = true, global = true)]
    ca_bundle: Option<PathBuf>,
    /// When to use colour. `NO_COLOR` is respected.
    #[arg(long, value_enum, default_value_t = When::Auto, global = true)]
    color: When,
    /// What the output is for: people, or programs (JSON with a `formatVersion`).
    #[arg(long, value_enum, default_value_t = Format::Human, global = true)]
    format: Format,
    /// No progress and no remarks on standard error, only errors.
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Log on standard error: -v each call, -vv also what the HTTP client does. Never a request's or answer's body.
    #[arg(short, long, action = clap::ArgAction::Count, conflicts_with = "quiet", global = true)]
    verbose: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Human,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check manifests without asking Cognito.
    Validate(validate::Args),
    /// Print the effective manifests.
    Render(render::Args),
    /// Show what would change.
    Plan(plan::Args),
    /// Make the live pools equal to their manifests.
    Apply(apply::Args),
    /// Say where the live pools are not as their manifests say.
    Drift(drift::Args),
    /// Write manifests of live pools.
    Export(export::Args),
    /// Print ids and URLs of the live pools: pool, clients, issuer, keys, domains.
    Outputs(outputs::Args),
    /// Print the URL at which users sign in through a client.
    LoginUrl(login_url::Args),
    /// Look into the tokens that users get.
    Token(token::Args),
    /// Print the JSON schema of manifests, for editors.
    Schema(schema::Args),
    /// Use the embedded sandbox by itself: serve it over HTTP.
    Sandbox(sandbox::Args),
}

/// Whether a command line that is wrong asks for JSON all the same.
fn wants_json() -> bool {
    let arguments: Vec<_> = std::env::args_os().collect();
    arguments.iter().any(|argument| argument == "--format=json")
        || arguments.windows(2).any(|pair| pair == ["--format", "json"])
}

/// Refuses a command line without a word of it.
fn refuse(failure: &Failure) -> ExitCode {
    Ui::plain(if wants_json() { Format::Json } else { Format::Human }).fail(failure).into()
}

/// Runs the command line of this process.
pub(crate) fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if !error.use_stderr() => {
            let _ = error.print();
            return Exit::Done.into();
        }
        // Clap's message would quote it.
        Err(_) if token::is_an_argument() => return refuse(&token::an_argument()),
        Err(error) => {
            let _ = error.print();
            if wants_json() {
                let text = error.render().to_string();
                let _ = io::stdout().write_all(json::failure(text.trim_end(), None).as_bytes());
            }
            return Exit::Usage.into();
        }
    };
    let mut ui = Ui::new(&cli.global);
    log::start(cli.global.verbose, ui.colours_errors());
    let result = match &cli.command {
        Command::Validate(args) => validate::run(&cli.global, args, &mut ui),
        Command::Render(args) => render::run(&cli.global, args, &mut ui),
        Command::Plan(args) => plan::run(&cli.global, args, &mut ui),
        Command::Apply(args) => apply::run(&cli.global, args, &mut ui),
        Command::Drift(args) => drift::run(&cli.global, args, &mut ui),
        Command::Export(args) => export::run(&cli.global, args, &mut ui),
        Command::Outputs(args) => outputs::run(&cli.global, args, &mut ui),
        Command::LoginUrl(args) => login_url::run(&cli.global, args, &mut ui),
        Command::Token(args) => token::run(&cli.global, args, &mut ui),
        Command::Schema(args) => Ok(schema::run(args, &mut ui)),
        Command::Sandbox(args) => sandbox::run(&cli.global, args, &mut ui),
    };
    let exit = result.unwrap_or_else(|failure| ui.fail(&failure));
    match ui.lost.take() {
        None => exit.into(),
        Some(error) => {
            ui.format = Format::Human; // the other way out is the one that is left
            let message = format!("the output could not be written: {error}");
            ui.fail(&Failure::error(message)).into()
        }
    }
}
