//! The command line of cognitops.

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    cli::run()
}
