use std::fs;
use std::io::Write;
use std::path::{Path as FilePath, PathBuf};

use cognitops::cognito::ReadCognito;
use cognitops::export::{self, Export, Options};
use cognitops::identity::nearest;
use cognitops::read::{LivePool, Reader, describe_pool};
use cognitops::render::export::{File, as_json, files, left_out, stem};
use cognitops::sandbox::Access;
use cognitops::source::Source;

use super::account::Account;
use super::{Exit, Failure, Format, Global, Ui, inputs, work};

mod update;

/// Write manifests of live pools.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads and never writes to a pool. The plan of what it prints is empty. A secret is never exported: its place takes a
reference to an environment variable.

Examples:
  cognitops export customers > pools/customers.yaml
  cognitops export eu-west-1_AbCdEf123 --region eu-west-1 --output pools/
  cognitops export --all --split --output pools/
  cognitops export --update -f pools/customers.yaml
  cognitops export customers --env prod --format json | jq '.pools[0].secrets'")]
#[allow(clippy::struct_excessive_bools)] // each is an option
pub(crate) struct Args {
    /// The names or ids of user pools.
    #[arg(value_name = "POOL", required_unless_present_any = ["all", "update"])]
    pools: Vec<String>,
    /// Every user pool of the account and Region.
    #[arg(long, conflicts_with = "pools")]
    all: bool,
    /// Write files into this directory, one a pool, and not to standard output.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Write one file a section, in a directory a pool. Needs --output.
    #[arg(long, requires = "output")]
    split: bool,
    /// Replace files that are there.
    #[arg(long, requires = "output")]
    overwrite: bool,
    /// Write what has its default too.
    #[arg(long)]
    full: bool,
    /// Write members that this version does not know, under `passThrough`; never what is named like a secret.
    #[arg(long)]
    include_unknown: bool,
    /// Pin each pool by its `poolId`.
    #[arg(long)]
    pin: bool,
    /// Edit the manifests that -f or the environment names, so that they say what is live. Comments, order and
    /// references stay.
    #[arg(long, conflicts_with_all = ["pools", "all", "output", "full", "include_unknown", "pin"])]
    update: bool,
    /// With --update, write what no manifest declares too, in the collections that a manifest has.
    #[arg(long, requires = "update", conflicts_with_all = ["pools", "all"])]
    include_undeclared: bool,
}

pub(crate) fn run(global: &Global, args: &Args, ui: &mut Ui) -> Result<Exit, Failure> {
    if args.update {
        return update::run(global, args, ui);
    }
    let environment = inputs::environment(global)?;
    let runtime = work::runtime()?;
    let exports = runtime.block_on(async {
        let account = Account::open(global, &environment, Access::Read).await?;
        account.check(&environment).await?;
        read(account.reader(), args, ui).await
    })?;
    let mut texts = Vec::new();
    let mut to_save = Vec::new();
    for (export, live) in &exports {
        let made = checked(args, export, live)?;
        ui.note(&left_out(export));
        match &args.output {
            None => texts.extend(made.into_iter().map(|file| file.text)),
            Some(directory) => to_save.extend(with_images(args, directory, export)?),
        }
    }
    if let Some(directory) = &args.output {
        save(args, &to_save)?;
        let count = to_save.len();
        let files = if count == 1 { "file" } else { "files" };
        ui.note(&format!("Wrote {count} {files} to {}.\n", directory.display()));
    }
    if ui.format == Format::Json {
        let exports: Vec<Export> = exports.into_iter().map(|(export, _)| export).collect();
        ui.print(&as_json(&exports));
    } else if args.output.is_none() {
        ui.print(&texts.join("---\n"));
    }
    Ok(Exit::Done)
}

async fn read(api: &dyn ReadCognito, args: &Args, ui: &Ui) -> Result<Vec<(Export, LivePool)>, Failure> {
    let failed = |error: cognitops::cognito::ApiError| {
        let help = work::way_out(&error).map(str::to_owned);
        Failure::Message(error.to_string(), help, Exit::Error)
    };
    let mut reader = Reader::new(api);
    let all = reader.all_pools().await.map_err(failed)?;
    let ids: Vec<String> = if args.all {
        all.iter().map(|(id, _)| id.clone()).collect()
    } else {
        args.pools.iter().map(|pool| meant(pool, &all)).collect::<Result<_, _>>()?
    };
    let options = Options { full: args.full, pin: args.pin, include_unknown: args.include_unknown };
    let mut exports = Vec::new();
    for id in ids {
        let bar = ui.progress(None);
        let pool = describe_pool(api, &id).await.map_err(failed)?;
        bar.set_message(format!("{id}: reading"));
        let mut tell = |done: usize, of: usize| bar.set_message(format!("{id}: client {} of {of}", done + 1));
        let live = reader.whole(pool, &mut tell).await.map_err(failed)?;
        bar.finish_and_clear();
        // A name that two pools have tells neither.
        let twins = all.iter().filter(|(_, name)| live.pool["Name"] == **name).count() > 1;
        let options = Options { pin: options.pin || twins, ..options };
        exports.push((export::export(&live, options), live));
    }
    Ok(exports)
}

/// The id of the pool that a name or an id means.
fn meant(pool: &str, all: &[(String, String)]) -> Result<String, Failure> {
    let named: Vec<&str> = all.iter().filter(|(_, name)| name == pool).map(|(id, _)| id.as_str()).collect();
    match named.as_slice() {
        [id] => return Ok((*id).to_owned()),
        [] => {}
        ids => {
            let message = format!("{} pools are named `{pool}`: {}", ids.len(), ids.join(", "));
            return Err(Failure::with_help(message, "give the id of the one that is meant", Exit::Error));
        }
    }
    if all.iter().any(|(id, _)| id == pool) {
        return Ok(pool.to_owned());
    }
    let near = nearest(pool, all.iter().map(|(_, name)| name.as_str()));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "check Region and account; --all exports every pool that is there".to_owned(),
    };
    Err(Failure::with_help(
        format!("there is no pool `{pool}` in this account and Region"),
        help,
        Exit::Error,
    ))
}

/// The texts of one export, if they say what is live.
fn checked(args: &Args, export: &Export, live: &LivePool) -> Result<Vec<File>, Failure> {
    let made = rendered(export, args.split)?;
    let sources: Vec<_> = made.iter().map(|file| Source::new(&file.name, file.text.clone())).collect();
    let differences = export::differences(&sources, live);
    if differences.is_empty() {
        return Ok(made);
    }
    let message = format!(
        "the pool `{}` cannot be exported: its manifest would not say what is live: {}",
        export.key,
        differences.join("; ")
    );
    let help = "write a manifest by hand with `policy.omitted: keep`, which leaves such members alone";
    Err(Failure::with_help(message, help, Exit::Error))
}

fn rendered(export: &Export, is_split: bool) -> Result<Vec<File>, Failure> {
    files(export, is_split).map_err(|error| {
        let help = "use --format json without --output, which keeps it";
        Failure::with_help(format!("the manifest of `{}`: {error}", export.key), help, Exit::Error)
    })
}

/// The files of one export, its images in files of their own.
fn with_images(
    args: &Args,
    directory: &FilePath,
    export: &Export,
) -> Result<Vec<(PathBuf, Vec<u8>)>, Failure> {
    let (export, images) = export.clone().with_image_files();
    let place = if args.split { directory.join(stem(&export)) } else { directory.to_owned() };
    let texts = rendered(&export, args.split)?.into_iter().map(|file| (file.name, file.text.into_bytes()));
    let images = images.into_iter().map(|image| (image.name, image.bytes));
    Ok(texts.chain(images).map(|(name, bytes)| (place.join(name), bytes)).collect())
}

/// Writes all files, or none of them where one is there.
fn save(args: &Args, files: &[(PathBuf, Vec<u8>)]) -> Result<(), Failure> {
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()).filter(|_| !args.overwrite) {
        let message = format!("{} is there", path.display());
        return Err(Failure::with_help(message, "choose another --output, or add --overwrite", Exit::Error));
    }
    for (path, bytes) in files {
        replace(path, bytes)?;
    }
    Ok(())
}

/// Puts a file there as a whole. One that is there keeps its permissions, and a link to it stays one.
fn replace(path: &FilePath, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        let help = "check that its directory can be written";
        Failure::with_help(format!("{}: {error}", path.display()), help, Exit::Error)
    };
    let old = path.canonicalize().ok();
    let path = old.as_deref().unwrap_or(path);
    let place = path.parent().unwrap_or(path);
    fs::create_dir_all(place).map_err(failed)?;
    let mut file = tempfile::NamedTempFile::new_in(place).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    if old.is_some() {
        let permissions = fs::metadata(path).map_err(failed)?.permissions();
        file.as_file().set_permissions(permissions).map_err(failed)?;
    }
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
