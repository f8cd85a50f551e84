//! Progress of reading: Cognito lets no more than 5 calls a second through for some of it.

use cognitops::cognito::{ApiFuture, FetchFuture, ReadCognito, ReadOperation};
use indicatif::ProgressBar;
use serde_json::Value;

/// A reader that shows how many calls it has made, and which it is at.
pub(crate) struct Shown<'a> {
    pub(crate) read: &'a dyn ReadCognito,
    pub(crate) bar: &'a ProgressBar,
}

impl ReadCognito for Shown<'_> {
    fn read(&self, operation: ReadOperation, input: Value) -> ApiFuture<'_> {
        self.bar.inc(1);
        self.bar.set_message(format!("reading: call {}, {}", self.bar.position(), operation.name()));
        self.read.read(operation, input)
    }

    fn fetch<'a>(&'a self, url: &'a str, most: usize) -> FetchFuture<'a> {
        self.read.fetch(url, most)
    }
}

#[cfg(test)]
mod tests {
    use cognitops::sandbox::{Options, Sandbox};
    use serde_json::json;

    use super::*;

    #[test]
    fn calls_are_counted_and_named() {
        let runtime = crate::cli::work::runtime().unwrap();
        let (sandbox, bar) = (Sandbox::in_memory(Options::default()), ProgressBar::hidden());
        let shown = Shown { read: &sandbox, bar: &bar };
        for calls in 1..=2 {
            let call = shown.read(ReadOperation::ListUserPools, json!({"MaxResults": 60}));
            runtime.block_on(call).unwrap();
            assert_eq!(bar.message(), format!("reading: call {calls}, ListUserPools"));
        }
    }
}
