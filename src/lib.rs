//! Keeps Amazon Cognito user pools equal to YAML manifests kept in Git.

pub mod cognito;
pub mod manifest;
