//! Tests of the crate from outside, as one binary.

// Clippy allows this by itself only inside of test functions, not in their helpers.
#![allow(clippy::unwrap_used)]
// Snapshots stand inside of the tests.
#![allow(clippy::too_many_lines)]

mod answers;
mod attached;
mod bad_input;
mod branding;
mod calls;
mod cli;
mod constraints;
mod docs;
mod editor;
mod environments;
mod export;
mod export_update;
mod faults;
mod fields;
mod generate;
mod limits;
mod login;
mod mfa_path;
mod model;
#[cfg(feature = "aws")]
mod others;
mod platform;
mod promises;
mod real;
mod records;
mod replicas;
mod rooms;
mod rotation;
mod rules;
mod runner;
mod sandbox;
mod sandbox_kinds;
mod schema;
mod secrets;
mod serve;
#[cfg(feature = "aws")]
mod server;
mod sign_in;
#[cfg(feature = "aws")]
mod sts;
mod surface;
mod token;
mod ui;
#[cfg(feature = "aws")]
mod wire;
mod world;
