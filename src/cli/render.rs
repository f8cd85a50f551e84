use cognitops::render::manifest;

use super::{Exit, Failure, Format, Global, Part, Ui, inputs, work};

/// Print the effective manifests: layers merged, values in the place of placeholders, lists unfolded, defaults filled in.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Asks nobody: what only a live pool knows, such as ${clients.web.clientId}, stays as it is.
What it prints is a manifest again, whole and by itself: it holds the policy and the values of its project, and names
files from the directory that render runs in. Read it with -f, outside the project.

Examples:
  cognitops render --env prod
  cognitops render --env prod --explain
  cognitops render -f customers.yaml --format json")]
pub(crate) struct Args {
    /// Say of each value which file and line it comes from, and show what is not written: defaults and presets.
    #[arg(long)]
    explain: bool,
}

pub(crate) fn run(global: &Global, args: &Args, ui: &mut Ui) -> Result<Exit, Failure> {
    let run = inputs::load(global)?.valid()?;
    work::show_warnings(&run, ui);
    let several = run.several;
    if ui.format == Format::Json {
        let parts = run.environments.into_iter().map(|loaded| {
            let result = Ok((manifest::json(&loaded.manifests, args.explain), Exit::Done));
            Part { environment: loaded.environment.name, result }
        });
        let parts = parts.collect();
        return ui.present(several, parts);
    }
    let mut documents = Vec::new();
    for loaded in &run.environments {
        for pool in &loaded.manifests {
            let yaml = manifest::yaml(pool, args.explain).map_err(|error| {
                let help = "use --format json, which keeps it";
                Failure::with_help(format!("the manifest of `{}`: {error}", pool.key), help, Exit::Error)
            })?;
            let heading =
                if several { format!("# environment {}\n", loaded.environment.name) } else { String::new() };
            documents.push(format!("{heading}{yaml}"));
        }
    }
    ui.print(&documents.join("---\n"));
    Ok(Exit::Done)
}
