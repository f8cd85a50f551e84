//! Levels of authentication (`AcrConfiguration`).

/// The name that a level has of itself: of `Level2`, `urn:cognito:loa:2`. The API's model says so of levels that are not
/// given.
pub fn default_name(level: &str) -> String {
    level.replacen("Level", "urn:cognito:loa:", 1)
}
