use std::time::Duration;

use cognitops::identity::{ClientMatch, match_clients};
use cognitops::login::{self, LoginError, LoginRequest, ResponseType};
use cognitops::manifest::load::PoolManifest;
use cognitops::outputs::Outputs;
use cognitops::path::Path;
use cognitops::read::LivePool;
use cognitops::render::login as render;
use serde_json::Value;

use super::work::Work;
use super::{Exit, Failure, Format, Global, Ui, inputs, work};

/// How long a browser may take to say that it cannot start.
const BROWSER_STARTS: Duration = Duration::from_secs(2);

/// Print the URL at which users sign in through a client.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads the live pool and this one client.
The pool needs a domain, and the client a grant for users and a callback URL.

Examples:
  cognitops login-url web -f customers.yaml
  cognitops login-url customers.clients.web --env dev --open
  cognitops login-url web --env dev --pkce --scope openid --scope email --state 42
  cognitops login-url web --env dev --identity-provider Google
  cognitops login-url web --env dev --sign-out")]
// Switches of a command line are what they are.
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct Args {
    /// The client's key in the manifest; with several pools its address, as in customers.clients.web.
    client: String,
    /// What the application gets: a code, or tokens at once (the implicit grant).
    #[arg(long, value_enum, value_name = "TYPE", default_value_t = Response::Code)]
    response_type: Response,
    /// Where to go after signing in, one of the client's callback URLs. Default: its default one, or its only one.
    #[arg(long, value_name = "URL")]
    redirect_uri: Option<String>,
    /// A scope to ask for, one that the client allows; can be given several times. Default: all of the client's.
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// What comes back to the application as it is.
    #[arg(long, value_name = "TEXT")]
    state: Option<String>,
    /// What comes back inside of the ID token.
    #[arg(long, value_name = "TEXT")]
    nonce: Option<String>,
    /// Sign in there without asking where, one that the client supports.
    #[arg(long, value_name = "NAME")]
    identity_provider: Option<String>,
    /// Bind the code to a fresh verifier (S256), which is printed on standard error.
    #[arg(long)]
    pkce: bool,
    /// Print the URL that signs out instead.
    #[arg(long, conflicts_with_all = ["response_type", "redirect_uri", "scopes", "state", "nonce", "identity_provider", "pkce"])]
    sign_out: bool,
    /// Where to go after signing out, one of the client's logout URLs. Default: its only one.
    #[arg(long, value_name = "URL", requires = "sign_out")]
    logout_uri: Option<String>,
    /// Use the prefix domain even if the pool has a custom one.
    #[arg(long)]
    prefix_domain: bool,
    /// Open the URL in a browser too.
    #[arg(long)]
    open: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Response {
    Code,
    Token,
}

pub(crate) fn run(global: &Global, args: &Args, ui: &mut Ui) -> Result<Exit, Failure> {
    let run = inputs::load(global)?.valid()?.only()?;
    let runtime = work::runtime()?;
    let Work { loaded, account } = runtime.block_on(work::open_one(global, run))?;
    let (manifest, key) = login::find_client(&loaded.manifests, &args.client)
        .map_err(|error| Failure::with_help(error.to_string(), error.help(), Exit::Error))?;
    let live = runtime.block_on(work::ids(account.reader(), &loaded, [manifest]))?;
    let Some(live) = live.first() else { return Err(Failure::error("the pool was not read")) };
    let outputs = Outputs::of(manifest, live);
    let base = login::base_url(&outputs, args.prefix_domain).map_err(|error| refused(&error))?;
    let id = live_client(manifest, live, key)?;
    let client = runtime.block_on(work::client(account.reader(), live, &id))?;
    let mut login = urls(args, base, &client).map_err(|error| refused(&error))?;
    login.client = Path::of([manifest.key.as_str(), "clients", key]).to_string();
    login.client_id = id;
    if login.url.is_some() && login::has_no_provider(&client) {
        ui.note(
            "The client supports no identity provider, so the page has nothing to sign in with; \
                 `supportedIdentityProviders: [COGNITO]` lets the pool's own users in.\n",
        );
    }
    show(args, &login, ui)
}

/// The id of the live client that a declaration means.
fn live_client(manifest: &PoolManifest, live: &LivePool, key: &str) -> Result<String, Failure> {
    let declared = manifest.section("clients").and_then(Value::as_object).cloned().unwrap_or_default();
    let address = Path::of([manifest.key.as_str(), "clients", key]);
    let (problem, help) = match match_clients(&declared, &live.listed).remove(key) {
        Some(ClientMatch::Live(id)) => return Ok(id),
        Some(ClientMatch::Ambiguous(ids)) => (
            format!("{} live clients have the name of `{address}`: {}", ids.len(), ids.join(", ")),
            "say in the manifest which one is meant: `clientId: …`",
        ),
        Some(ClientMatch::Claimed(id)) => (
            format!("another declaration means the same live client as `{address}`, {id}"),
            "say with `clientId: …` which client each of the two means",
        ),
        Some(ClientMatch::PinnedIsGone(id)) => (
            format!("the pool has no client {id}, which `{address}` names"),
            "leave `clientId` out and apply the manifest to create the client anew",
        ),
        Some(ClientMatch::New) | None => {
            (format!("the client `{address}` does not exist yet"), "apply the manifest")
        }
    };
    Err(Failure::with_help(problem, help, Exit::Error))
}

fn urls(args: &Args, base: &str, client: &Value) -> Result<render::LoginUrl, LoginError> {
    if args.sign_out {
        let url = login::sign_out_url(base, client, args.logout_uri.as_deref())?;
        return Ok(render::LoginUrl { sign_out_url: Some(url), ..render::LoginUrl::default() });
    }
    let verifier = args.pkce.then(fresh_verifier);
    let request = LoginRequest {
        response_type: match args.response_type {
            Response::Code => ResponseType::Code,
            Response::Token => ResponseType::Token,
        },
        redirect_uri: args.redirect_uri.clone(),
        scopes: args.scopes.clone(),
        state: args.state.clone(),
        nonce: args.nonce.clone(),
        identity_provider: args.identity_provider.clone(),
        code_challenge: verifier.as_deref().map(login::challenge),
    };
    Ok(render::LoginUrl {
        url: Some(login::sign_in_url(base, client, &request)?),
        code_challenge: request.code_challenge,
        code_verifier: verifier,
        state: request.state,
        nonce: request.nonce,
        ..render::LoginUrl::default()
    })
}

fn fresh_verifier() -> String {
    let mut random = [0; login::VERIFIER_BYTES];
    // It fails only where the system has no randomness at all, and then nothing is safe.
    aws_lc_rs::rand::fill(&mut random).expect("the system has random bytes");
    login::verifier(random)
}

fn show(args: &Args, login: &render::LoginUrl, ui: &mut Ui) -> Result<Exit, Failure> {
    let url = login.url.as_deref().or(login.sign_out_url.as_deref()).unwrap_or_default();
    if ui.format == Format::Human {
        ui.print(&format!("{url}\n"));
        if let Some(verifier) = &login.code_verifier {
            // Without it the code is of no use, so even --quiet prints it.
            ui.complain(&format!("code verifier: {verifier}\n"));
        }
    }
    let opened = if args.open { open::that_detached_with_timeout(url, BROWSER_STARTS) } else { Ok(()) };
    let message = opened.err().map(|error| format!("no browser could be opened: {error}"));
    let help = "open the URL by hand";
    match (ui.format, message) {
        (Format::Human, None) => Ok(Exit::Done),
        (Format::Human, Some(message)) => Err(Failure::with_help(message, help, Exit::Error)),
        (Format::Json, message) => {
            ui.print(&render::json(login, message.as_deref().map(|message| (message, help))));
            Ok(if message.is_some() { Exit::Error } else { Exit::Done })
        }
    }
}

fn refused(error: &LoginError) -> Failure {
    Failure::with_help(error.to_string(), error.help(), Exit::Error)
}
