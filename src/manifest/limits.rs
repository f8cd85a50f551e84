//! Provisioned limits: how many requests a second Cognito lets an account make in a Region.

use schemars::JsonSchema;

use crate::source::Span;

/// Requests a second.
#[derive(Debug, JsonSchema)]
#[schemars(transparent, inline)]
pub struct RequestsPerSecond(
    #[schemars(range(min = 1, max = 2_147_483_647), extend("examples" = [200]))] pub i32,
);

/// A limit that an environment declares.
#[derive(Debug, Clone)]
pub struct DeclaredLimit {
    /// The API category that it bounds.
    pub category: String,
    /// Requests a second.
    pub value: i64,
    /// Where the category is written.
    pub place: Span,
}
