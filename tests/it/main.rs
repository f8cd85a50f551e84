//! Tests of the crate from outside, as one binary.

// Clippy allows this by itself only inside of test functions, not in their helpers.
#![allow(clippy::unwrap_used)]

mod editor;
mod fields;
mod schema;
mod surface;
