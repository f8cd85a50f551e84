//! The command line of cognitops.

fn main() {}
