//! Editors on the schema.
