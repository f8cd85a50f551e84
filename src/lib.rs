//! Keeps Amazon Cognito user pools equal to YAML manifests kept in Git.

pub mod body;
pub mod catalog;
pub mod cognito;
pub mod diagnostic;
pub mod diff;
pub mod manifest;
pub mod normalize;
pub mod path;
pub mod source;
pub mod validate;
