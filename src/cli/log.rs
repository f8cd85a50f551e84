//! Logging on standard error.

use tracing_subscriber::EnvFilter;

/// Starts logging as often as `-v` was given; not given, nothing is logged.
///
/// The HTTP client's own logs hold no bodies at these levels. Those of `aws_config` are left out: they repeat what STS and
/// credential processes say word by word, and a session token may stand in it.
pub(crate) fn start(verbosity: u8, colour: bool) {
    let filter = match verbosity {
        0 => return,
        1 => "cognitops=info",
        _ => "cognitops=debug,aws_smithy_runtime=info,hyper_util=debug,rustls=info",
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        .without_time()
        .init();
}
