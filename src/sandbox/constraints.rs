//! The constraints of the API's model, checked on every request as the service does.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde_json::{Map, Value};

use super::Refused;
use super::model::{self, Kind, Member, Shape};
use crate::cognito::ErrorCode;

/// Where the service is known not to be as its model says.
mod beyond_the_model {
    use super::model::Shape;

    /// What an operation needs though the model does not require it: without the ids nobody knows what to change.
    pub(super) fn is_required(operation: &str, member: &str) -> bool {
        operation == "UpdateManagedLoginBranding"
            && ["ManagedLoginBrandingId", "UserPoolId"].contains(&member)
    }

    /// What a number is that is left out: seen in an answer, which refuses the 0.
    pub(super) fn left_out(operation: &str, member: &str) -> Option<i64> {
        (operation == "ListResourceServers" && member == "MaxResults").then_some(0)
    }

    /// Whether a pattern is that of each part between dots: prefix and custom domains share one that has no dots.
    pub(super) fn is_of_labels(shape: &Shape) -> bool {
        shape.name == "DomainType"
    }

    /// Whether a value is not quoted. The details of providers are not marked, though secrets lie among them.
    pub(super) fn is_hidden(shape: &Shape) -> bool {
        shape.sensitive || shape.name == "ProviderDetailsType"
    }
}

/// Checks an input.
pub(super) fn check(operation: &str, input: &Value) -> Result<(), Refused> {
    let Some(shape) = model::input(operation) else { return Ok(()) };
    let mut check = Check { operation, violations: Vec::new() };
    check.value(shape, Spot { value: input, at: &At::Top, hidden: false })?;
    let mut violations = check.violations;
    violations.sort();
    violations.dedup();
    match violations.as_slice() {
        [] => Ok(()),
        [one] => Err(Refused::invalid(format!("1 validation error detected: {one}"))),
        many => {
            Err(Refused::invalid(format!("{} validation errors detected: {}", many.len(), many.join("; "))))
        }
    }
}

/// Where a value stands: the members that lead to it, from the inside. Texts are made of it only when one is needed.
enum At<'a> {
    Top,
    Member(&'a Self, &'a str),
}

impl At<'_> {
    fn path(&self) -> String {
        match self {
            Self::Top => String::new(),
            Self::Member(Self::Top, name) => lower_first(name),
            Self::Member(outer, name) => format!("{}.{}", outer.path(), lower_first(name)),
        }
    }
}

/// A value that is looked at.
#[derive(Clone, Copy)]
struct Spot<'a> {
    value: &'a Value,
    at: &'a At<'a>,
    /// Whether the value is not quoted.
    hidden: bool,
}

struct Check<'a> {
    operation: &'a str,
    violations: Vec<String>,
}

impl Check<'_> {
    fn value(&mut self, shape: &Shape, spot: Spot<'_>) -> Result<(), Refused> {
        let spot = Spot { hidden: spot.hidden || beyond_the_model::is_hidden(shape), ..spot };
        let wrong_type = || wrong_type(&spot.at.path());
        match (&shape.kind, spot.value) {
            (Kind::Structure(members), Value::Object(given)) => self.structure(members, given, spot)?,
            (Kind::List(item), Value::Array(items)) => {
                self.length(shape, items.len(), spot);
                items.iter().try_for_each(|value| self.value(item.shape(), Spot { value, ..spot }))?;
            }
            (Kind::Map { key, value }, Value::Object(entries)) => {
                self.length(shape, entries.len(), spot);
                entries.keys().for_each(|name| self.key(key.shape(), name, spot.at));
                let inner = value.shape();
                entries.values().try_for_each(|value| self.value(inner, Spot { value, ..spot }))?;
            }
            (Kind::Text, Value::String(text)) => self.text(shape, text, spot),
            (Kind::Blob, Value::String(text)) => {
                let bytes = BASE64.decode(text.as_bytes()).map_err(|_| wrong_type())?;
                // Nobody reads bytes.
                self.length(shape, bytes.len(), Spot { hidden: true, ..spot });
            }
            (Kind::Integer, Value::Number(number)) => {
                let number = number.as_i64().filter(|number| i32::try_from(*number).is_ok());
                self.bounds(shape, number.ok_or_else(wrong_type)?, "value", spot);
            }
            (Kind::Boolean, Value::Bool(_)) | (Kind::Timestamp, Value::Number(_)) | (Kind::Document, _) => {}
            _ => return Err(wrong_type()),
        }
        Ok(())
    }

    /// Members that the model does not know violate nothing: they may be newer than it.
    fn structure(
        &mut self,
        members: &BTreeMap<String, Member>,
        given: &Map<String, Value>,
        spot: Spot<'_>,
    ) -> Result<(), Refused> {
        let is_top = matches!(spot.at, At::Top);
        for (name, member) in members {
            let at = At::Member(spot.at, name);
            let required = member.required || (is_top && beyond_the_model::is_required(self.operation, name));
            let left_out = || beyond_the_model::left_out(self.operation, name).filter(|_| is_top);
            match given.get(name).filter(|value| !value.is_null()) {
                Some(value) => self.value(member.inner.shape(), Spot { value, at: &at, ..spot })?,
                None if required => {
                    self.add(Spot { at: &at, hidden: true, ..spot }, "Member must not be null");
                }
                None => {
                    if let Some(number) = left_out() {
                        let value = &Value::from(number);
                        self.bounds(member.inner.shape(), number, "value", Spot { value, at: &at, ..spot });
                    }
                }
            }
        }
        Ok(())
    }

    fn text(&mut self, shape: &Shape, text: &str, spot: Spot<'_>) {
        self.length(shape, text.chars().count(), spot);
        if let Some(options) = shape.options.as_ref().filter(|options| !options.iter().any(|one| one == text))
        {
            let options = options.join(", ");
            self.add(spot, &format!("Member must satisfy enum value set: [{options}]"));
        }
        if let Some(pattern) = shape.pattern.as_ref().filter(|_| !fits(shape, text)) {
            let pattern = &pattern.text;
            self.add(spot, &format!("Member must satisfy regular expression pattern: {pattern}"));
        }
    }

    fn key(&mut self, shape: &Shape, key: &str, at: &At<'_>) {
        let length = as_number(key.chars().count());
        let is_within =
            shape.min.is_none_or(|min| length >= min) && shape.max.is_none_or(|max| length <= max);
        let is_option = shape.options.as_ref().is_none_or(|options| options.iter().any(|one| one == key));
        if !is_within || !is_option || !fits(shape, key) {
            let value = &Value::from(key);
            self.add(Spot { value, at, hidden: false }, "Map keys must satisfy constraint");
        }
    }

    fn length(&mut self, shape: &Shape, length: usize, spot: Spot<'_>) {
        self.bounds(shape, as_number(length), "length", spot);
    }

    fn bounds(&mut self, shape: &Shape, size: i64, what: &str, spot: Spot<'_>) {
        let less = shape.min.filter(|min| size < *min).map(|min| ("greater", min));
        let more = shape.max.filter(|max| size > *max).map(|max| ("less", max));
        for (side, bound) in less.into_iter().chain(more) {
            let spot = Spot { hidden: spot.hidden || shape.holds(&beyond_the_model::is_hidden), ..spot };
            self.add(spot, &format!("Member must have {what} {side} than or equal to {bound}"));
        }
    }

    fn add(&mut self, spot: Spot<'_>, what: &str) {
        let shown = match spot.value {
            _ if spot.hidden => String::new(),
            Value::String(text) => format!(" '{text}'"),
            other => format!(" '{other}'"),
        };
        let path = spot.at.path();
        self.violations.push(format!("Value{shown} at '{path}' failed to satisfy constraint: {what}"));
    }
}

/// Whether a text matches the pattern, if there is one.
fn fits(shape: &Shape, text: &str) -> bool {
    let Some(pattern) = &shape.pattern else { return true };
    if beyond_the_model::is_of_labels(shape) {
        text.split('.').all(|label| pattern.matches(label))
    } else {
        pattern.matches(text)
    }
}

fn as_number(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

fn wrong_type(at: &str) -> Refused {
    Refused::new(ErrorCode::Serialization, format!("The value at '{at}' has another type than the member"))
}

fn lower_first(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(operation: &str, input: &Value) -> String {
        check(operation, input).unwrap_err().message
    }

    #[test]
    fn bounds_enums_and_patterns_are_refused_in_the_services_words() {
        let input = json!({"PoolName": "x", "Policies": {"PasswordPolicy": {"MinimumLength": 5}}});
        assert_eq!(
            message("CreateUserPool", &input),
            "1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy \
             constraint: Member must have value greater than or equal to 6"
        );
        let input = json!({"PoolName": "a/b", "MfaConfiguration": "MAYBE"});
        let text = message("CreateUserPool", &input);
        assert!(text.starts_with("2 validation errors detected: "), "{text}");
        assert!(text.contains("enum value set: [OFF, ON, OPTIONAL]"), "{text}");
    }

    #[test]
    fn required_members_list_sizes_and_types_are_checked() {
        assert!(message("CreateUserPool", &json!({})).contains("'poolName'"));
        let urls: Vec<_> = (0..101).map(|n| format!("https://a/{n}")).collect();
        let input = json!({"UserPoolId": "r_a", "ClientName": "x", "CallbackURLs": urls});
        assert!(message("CreateUserPoolClient", &input).contains("less than or equal to 100"));
        let refused = check("CreateUserPool", &json!({"PoolName": 1})).unwrap_err();
        assert_eq!(refused.code, ErrorCode::Serialization);
    }

    #[test]
    fn a_secret_is_not_quoted() {
        let input = json!({"UserPoolId": "r_a", "ClientName": "x", "ClientSecret": "hunter2"});
        assert!(!message("CreateUserPoolClient", &input).contains("hunter2"));
        let long = "hunter2".repeat(20_000);
        let input =
            json!({"UserPoolId": "r_a", "ProviderName": "x", "ProviderDetails": {"client_secret": long}});
        assert!(!message("UpdateIdentityProvider", &input).contains("hunter2"));
    }
}
