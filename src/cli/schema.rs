use super::{Exit, Ui};

/// Print the JSON schema of manifests, for editors.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example: cognitops schema > cognitops.schema.json, and as a manifest's first line
  # yaml-language-server: $schema=./cognitops.schema.json")]
pub(crate) struct Args {
    /// The schema of cognitops.yaml instead.
    #[arg(long)]
    project: bool,
}

pub(crate) fn run(args: &Args, ui: &mut Ui) -> Exit {
    if args.project {
        ui.print(&cognitops::project::schema_text());
    } else {
        ui.print(&cognitops::manifest::schema::schema_text());
    }
    Exit::Done
}
