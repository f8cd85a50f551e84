use serde_json::Value;

use crate::cognito::{ApiFuture, FetchFuture, ReadCognito, ReadOperation};

/// A reader that tells of each call before it is made: within Cognito's quotas, reading a large pool takes minutes.
pub struct Told<'a> {
    api: &'a dyn ReadCognito,
    tell: &'a (dyn Fn(&'static str) + Sync),
}

impl<'a> Told<'a> {
    /// A reader that hands the name of each operation to `tell`.
    pub fn new(api: &'a dyn ReadCognito, tell: &'a (dyn Fn(&'static str) + Sync)) -> Self {
        Self { api, tell }
    }
}

impl ReadCognito for Told<'_> {
    fn read(&self, operation: ReadOperation, input: Value) -> ApiFuture<'_> {
        (self.tell)(operation.name());
        self.api.read(operation, input)
    }

    fn fetch<'a>(&'a self, url: &'a str, most: usize) -> FetchFuture<'a> {
        self.api.fetch(url, most)
    }
}
