//! `export --update`: manifests that are there say what is live.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path as FilePath;

use cognitops::diagnostic::Finding;
use cognitops::export::update::{Planned, Update};
use cognitops::manifest::files::read_content;
use cognitops::read::{LivePool, Reader};
use cognitops::render::export::{updated, updated_as_json};
use cognitops::sandbox::Access;
use cognitops::source::Source;

use super::super::account::Account;
use super::super::consents::Consents;
use super::super::inputs::{Inputs, Loaded, Run};
use super::super::work::{self, Pools, Read};
use super::{Args, Exit, Failure, Format, Global, Ui, replace};

pub(super) fn run(global: &Global, args: &Args, ui: &mut Ui) -> Result<Exit, Failure> {
    if global.files.iter().any(|file| file == FilePath::new("-")) {
        let message = "standard input cannot be updated";
        return Err(Failure::with_help(message, "name files with -f", Exit::Usage));
    }
    let inputs = Inputs::read(global)?;
    let run = inputs.run(&inputs.documents(), &read_content).valid()?;
    work::show_warnings(&run, ui);
    let loaded = run.only()?;
    let runtime = work::runtime()?;
    let (live, region) = runtime.block_on(async {
        let account = Account::open(global, &loaded.environment, Access::Read).await?;
        account.check(&loaded.environment).await?;
        let live = read(&account, &loaded, args, ui).await?;
        Ok::<_, Failure>((live, account.region().to_owned()))
    })?;
    let mut update = Update::of(inputs.sources.clone());
    update.run(args.include_undeclared, &read_content, &mut |documents, content| {
        let loaded = inputs.run(documents, content).valid().and_then(Run::only).map_err(not_valid)?;
        plan(loaded, &live, &region)
    })?;
    for (old, new) in inputs.sources.iter().zip(&update.sources).filter(|(old, new)| old.text != new.text) {
        save(old, new)?;
    }
    for (path, bytes) in &update.contents {
        replace(path, bytes)?;
    }
    ui.print(&match ui.format {
        Format::Human => updated(&update.report),
        Format::Json => updated_as_json(&update.report),
    });
    Ok(if update.report.left.is_empty() { Exit::Done } else { Exit::Partial })
}

/// The live pools of the manifests, by key.
async fn read(
    account: &Account,
    loaded: &Loaded,
    args: &Args,
    ui: &Ui,
) -> Result<BTreeMap<String, LivePool>, Failure> {
    let context = Consents::default().context(loaded)?;
    let mut reader = Reader::new(account.reader());
    let mut read = Read::default();
    let mut pools = BTreeMap::new();
    let bar = ui.progress(None);
    for manifest in &loaded.manifests {
        bar.set_message(format!("{}: reading", manifest.key));
        let live = reader.pool(manifest, &context.owner(&manifest.key)).await;
        let Ok(live) = read.of(manifest, live)? else { continue };
        let Some(mut live) = live else {
            read.missing(manifest);
            continue;
        };
        if args.include_undeclared {
            let mut tell = |done: usize, of: usize| {
                bar.set_message(format!("{}: client {} of {of}", manifest.key, done + 1));
            };
            reader.undeclared(&mut live, &mut tell).await.map_err(|error| {
                let help = work::way_out(&error).map(str::to_owned);
                Failure::Message(error.to_string(), help, Exit::Error)
            })?;
        }
        pools.insert(manifest.key.clone(), live);
    }
    bar.finish_and_clear();
    read.finish()?;
    Ok(pools)
}

/// Plans the pools that are live.
fn plan<'l>(
    loaded: Loaded,
    live: &'l BTreeMap<String, LivePool>,
    region: &str,
) -> Result<Vec<Planned<'l>>, Failure> {
    let context = Consents::default().context(&loaded)?;
    let pools = loaded.manifests.iter().map(|manifest| (manifest, live.get(&manifest.key).cloned()));
    let plan = work::plan_pools(Pools { account: None, live: pools.collect(), context }, region)?;
    let mut plans: BTreeMap<String, _> =
        plan.pools.into_iter().map(|plan| (plan.key.clone(), plan)).collect();
    let planned = loaded.manifests.into_iter().filter_map(|manifest| {
        let (live, plan) = (live.get(&manifest.key)?, plans.remove(&manifest.key)?);
        Some(Planned { manifest, live, plan })
    });
    Ok(planned.collect())
}

/// Files that were valid before they were edited are no longer.
fn not_valid(failure: Failure) -> Failure {
    let Failure::Findings(findings) = failure else { return failure };
    let said = |finding: &Finding| {
        let path = finding.path.as_ref().map_or_else(String::new, |path| format!("{path}: "));
        format!("{path}{}", finding.message)
    };
    let all: Vec<String> = findings.iter().map(said).collect();
    let message = format!("the updated manifests would not be valid: {}", all.join("; "));
    let help = "no file was changed; write these members by hand, then run it again";
    Failure::with_help(message, help, Exit::Error)
}

/// Writes a text where the old one still is.
fn save(old: &Source, new: &Source) -> Result<(), Failure> {
    let there = fs::read_to_string(&old.name).unwrap_or_default();
    let mark = if there.starts_with('\u{feff}') { "\u{feff}" } else { "" };
    if there.strip_prefix(mark) != Some(&old.text) {
        let message = format!("{} was changed meanwhile, and is left as it is", old.name);
        return Err(Failure::with_help(message, "run it again", Exit::Stale));
    }
    replace(FilePath::new(&old.name), format!("{mark}{}", new.text).as_bytes())
}
