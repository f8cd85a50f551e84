//! What the command line consents to.

use std::collections::BTreeMap;

use cognitops::catalog::CLIENT;
use cognitops::manifest::load::PoolManifest;
use cognitops::path::{Path, Pattern};
use cognitops::plan::{Adopt, Context};
use cognitops::project::Environment;

use super::inputs::Loaded;
use super::work::Work;
use super::{Exit, Failure};

/// Consents, given on the command line.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Consents {
    /// Let fields go back to their defaults because the manifest omits them: all, or those of an address.
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    allow_reset: Vec<String>,
    /// Tag the pool as managed by this manifest, and manage what is new in this version. `--adopt=takeover` even if
    /// the pool belongs to somebody else.
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "now")]
    adopt: Option<AdoptArg>,
    /// Let a declared domain take the place of another of its sort: any, or that of an address. Sign-in is out in
    /// between.
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    allow_replace: Vec<String>,
    /// Let a secret of a client end, by its id, which the plan names: who still uses it is locked out.
    #[arg(long, value_name = "ID")]
    allow_delete_secret: Vec<String>,
    /// Send the secrets of an identity provider again, from their references.
    #[arg(long, value_name = "ADDRESS")]
    rotate: Vec<String>,
    #[command(flatten)]
    pub(super) secrets: Secrets,
}

/// Whether live secrets are looked at.
#[derive(Debug, Default, Clone, Copy, clap::Args)]
pub(crate) struct Secrets {
    /// Compare live secrets with what their references name; every reference must then resolve.
    #[arg(long)]
    pub(super) compare_secrets: bool,
}

impl From<Secrets> for Consents {
    fn from(secrets: Secrets) -> Self {
        Self { secrets, ..Self::default() }
    }
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum AdoptArg {
    Now,
    Takeover,
}

impl Consents {
    pub(super) fn context(&self, loaded: &Loaded) -> Result<Context, Failure> {
        let Environment { project, name, account_id, .. } = &loaded.environment;
        Ok(Context {
            owner_prefix: format!("{project}/{name}"),
            allowed_resets: patterns(&self.allow_reset, "--allow-reset=customers.settings")?,
            all_resets_allowed: self.allow_reset.iter().any(String::is_empty),
            adopt: match self.adopt {
                None => Adopt::OnFirstWrite,
                Some(AdoptArg::Now) => Adopt::Now,
                Some(AdoptArg::Takeover) => Adopt::Takeover,
            },
            complete: loaded.complete,
            region: None,
            account_id: account_id.clone(),
            allowed_replacements: patterns(
                &self.allow_replace,
                "--allow-replace=customers.domains.acme-login",
            )?,
            all_replacements_allowed: self.allow_replace.iter().any(String::is_empty),
            rotated: patterns(&self.rotate, "--rotate=customers.identityProviders.Google")?,
            deleted_secrets: self.allow_delete_secret.iter().cloned().collect(),
            taken_domains: BTreeMap::new(),
        })
    }

    /// An address that means nothing would rotate nothing, and say so to nobody.
    pub(super) fn check(&self, works: &[Work]) -> Result<(), Failure> {
        let rotated = patterns(&self.rotate, "--rotate=customers.identityProviders.Google")?;
        rotates_something(&self.rotate, &rotated, works.iter().flat_map(|work| &work.loaded.manifests))
    }
}

/// The addresses of an option; an empty one stands for all.
fn patterns(texts: &[String], example: &str) -> Result<Vec<Pattern>, Failure> {
    let addresses = texts.iter().filter(|text| !text.is_empty());
    addresses
        .map(|text| Pattern::parse(text))
        .collect::<Result<_, _>>()
        .map_err(|problem| Failure::with_help(problem, format!("for example {example}"), Exit::Usage))
}

/// An address that means nothing would rotate nothing, and say so to nobody.
fn rotates_something<'a>(
    texts: &[String],
    patterns: &[Pattern],
    manifests: impl Iterator<Item = &'a PoolManifest>,
) -> Result<(), Failure> {
    let declared = manifests.flat_map(|manifest| {
        let providers = manifest.section("identityProviders").and_then(serde_json::Value::as_object);
        providers.into_iter().flatten().map(|(name, _)| (manifest.key.as_str(), name.as_str()))
    });
    let addresses: Vec<[Path; 2]> = declared
        .map(|(key, name)| {
            [Path::of([key, "identityProviders", name]), Path::of(["identityProviders", name])]
        })
        .collect();
    if texts.iter().any(String::is_empty) {
        let help = "for example --rotate=customers.identityProviders.Google";
        return Err(Failure::with_help("--rotate needs an address", help, Exit::Usage));
    }
    for (text, pattern) in texts.iter().zip(patterns) {
        if !addresses.iter().flatten().any(|address| pattern.covers(address)) {
            let known: Vec<String> = addresses.iter().map(|[address, _]| address.to_string()).collect();
            let message = format!("--rotate {text} names no declared identity provider");
            let is_of_clients = pattern.beginning(2).contains(&CLIENT.section);
            let help = match known.as_slice() {
                _ if is_of_clients => "a client gets a new secret by `secrets: {count: 2}`".to_owned(),
                [] => "none is declared".to_owned(),
                known => format!("there is: {}", known.join(", ")),
            };
            return Err(Failure::with_help(message, help, Exit::Usage));
        }
    }
    Ok(())
}
