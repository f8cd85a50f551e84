use cognitops::diagnostic::Severity;
use cognitops::render::{findings, json};

use super::{Exit, Failure, Format, Global, Ui, inputs};

/// Check manifests without asking Cognito.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cognitops validate -f customers.yaml
  cognitops validate -f pools/ --format json
  cognitops validate --all-envs
  generate-manifest | cognitops validate -f -")]
pub(crate) struct Args {
    /// Treat warnings as errors.
    #[arg(long)]
    strict: bool,
}

pub(crate) fn run(global: &Global, args: &Args, ui: &mut Ui) -> Result<Exit, Failure> {
    let run = inputs::load(global)?;
    match ui.format {
        Format::Json => ui.print(&json::findings(&run.findings)),
        Format::Human => {
            ui.print(&findings::human(&run.findings));
            let summary = findings::summary(&run.findings, run.pools());
            if !ui.quiet {
                ui.print(&summary);
            }
        }
    }
    let bad = |severity| severity == Severity::Error || args.strict;
    let failed = run.findings.iter().any(|finding| bad(finding.severity));
    Ok(if failed { Exit::Error } else { Exit::Done })
}
