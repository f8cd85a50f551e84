//! The rules that make the tool safe on a real pool, each by its name.

mod identity;
mod omission;
mod sections;
mod update;
