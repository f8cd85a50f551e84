//! Output: the same values for people and for programs. Renderers decide nothing and compute nothing anew.

mod document;
pub mod drift;
pub mod export;
pub mod findings;
pub mod human;
mod image;
pub mod json;
pub mod listening;
pub mod login;
pub mod manifest;
mod mask;
pub mod outputs;
pub mod token;

/// Styles of human output. They are stripped where the output has no colour.
pub mod style {
    use anstyle::{AnsiColor, Style};

    /// What is made.
    pub const ADD: Style = AnsiColor::Green.on_default();
    /// What goes.
    pub const REMOVE: Style = AnsiColor::Red.on_default();
    /// What changes.
    pub const MODIFY: Style = AnsiColor::Yellow.on_default();
    /// What is lost by omission.
    pub const RESET: Style = AnsiColor::Magenta.on_default().bold();
    /// Errors.
    pub const ERROR: Style = AnsiColor::Red.on_default().bold();
    /// Ways out.
    pub const HELP: Style = AnsiColor::Cyan.on_default();
    /// Names of resources.
    pub const NAME: Style = Style::new().bold();
    /// What is only context.
    pub const DIM: Style = Style::new().dimmed();
}

/// The line above what is about one environment of several.
pub fn heading(environment: &str) -> String {
    let name = style::NAME;
    format!("{name}Environment {environment}{name:#}\n\n")
}

/// `1 client`, `2 clients`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// The way out where a refused request sent back members that this version does not know.
fn carried_hint(carried: &[crate::path::Path]) -> Option<String> {
    let first = carried.first()?.last_key()?;
    let all = carried.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Some(format!(
        "the request sent back what this version does not know: {all}; what the service does not take back is left \
         out by `policy.unknown: {{{first}: drop}}`"
    ))
}
