//! The seam to Amazon Cognito: operations, errors and facts of the API.
//!
//! Requests and answers are JSON documents in the API's own spelling, so a member that this version
//! does not know survives both ways. Nothing here knows about manifests.

use std::future::Future;
use std::pin::Pin;

use serde_json::Value;

pub mod acr;
#[cfg(feature = "aws")]
pub mod aws;
mod error;
pub mod mfa;
mod operation;
pub mod quotas;
pub mod surface;

pub use error::{ApiError, ErrorCode};
pub use operation::{OtherOperation, ReadOperation, WriteOperation};

/// The answer of one API call, pending.
pub type ApiFuture<'a> = Pin<Box<dyn Future<Output = Result<Value, ApiError>> + Send + 'a>>;

/// The bytes behind a URL, pending; or why there are none.
pub type FetchFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, String>> + Send + 'a>>;

/// Calls that cannot change anything.
///
/// Commands that only look (`plan`, `drift`) receive this trait alone, so they cannot write.
pub trait ReadCognito: Send + Sync {
    /// Calls `operation` with `input`, a JSON object with the members of the operation's input shape.
    ///
    /// # Errors
    /// Whatever the service answers instead of a result, as an [`ApiError`].
    fn read(&self, operation: ReadOperation, input: Value) -> ApiFuture<'_>;

    /// Gets what lies behind a URL of an answer, at most so many bytes.
    ///
    /// # Errors
    /// Why it cannot be got. Most servers but Cognito keep no such files.
    fn fetch<'a>(&'a self, _url: &'a str, _most: usize) -> FetchFuture<'a> {
        Box::pin(std::future::ready(Err("this server keeps no files".to_owned())))
    }
}

/// Calls that change the account.
pub trait WriteCognito: Send + Sync {
    /// Calls `operation` with `input`, a JSON object with the members of the operation's input shape.
    ///
    /// # Errors
    /// Whatever the service answers instead of a result, as an [`ApiError`].
    fn write(&self, operation: WriteOperation, input: Value) -> ApiFuture<'_>;
}
