//! The rules that make the tool safe on a real pool, each by its name.

mod client_secrets;
mod edges;
mod identity;
mod kinds;
mod omission;
mod pass_through;
mod sections;
mod update;
mod validation;
