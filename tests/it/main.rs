//! Tests of the crate from outside, as one binary.

mod editor;
mod fields;
mod schema;
mod surface;
