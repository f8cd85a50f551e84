//! Keeps Amazon Cognito user pools equal to YAML manifests kept in Git.

pub mod apply;
pub mod body;
pub mod catalog;
pub mod cognito;
pub mod diagnostic;
pub mod diff;
pub mod duration;
pub mod export;
pub mod identity;
pub mod login;
pub mod manifest;
pub mod normalize;
pub mod outputs;
pub mod path;
pub mod plan;
pub mod project;
pub mod read;
pub mod render;
pub mod sandbox;
pub mod source;
pub mod template;
pub mod token;
pub mod validate;
