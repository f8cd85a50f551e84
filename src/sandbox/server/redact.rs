//! Requests without secrets, for the log.

use serde_json::{Map, Value, json};

use crate::sandbox::model::{self, Kind, Shape};

/// What stands in the place of a secret.
const HIDDEN: &str = "(hidden)";

/// The longest text that is shown, in characters.
const LONGEST: usize = 256;

/// Parts of names that sound like a secret's, without case and underscores.
const SOUNDS: [&str; 7] = ["secret", "password", "passwd", "privatekey", "token", "apikey", "credential"];

/// What the model calls sensitive and is none: the id of a client stands in every sign-in URL.
const NO_SECRET: &str = "ClientIdType";

/// An operation's input as it may be shown: without what the model calls sensitive, and without texts below a name that
/// sounds like a secret's, unless the model counts up their values.
pub(super) fn redacted(operation: &str, input: &Value) -> Value {
    shown(model::input(operation), input, Reason::None)
}

/// Why a text may be a secret.
#[derive(Clone, Copy, PartialEq)]
enum Reason {
    None,
    /// A name above it sounds like one.
    Name,
    /// The model says so of it, or of what it is in.
    Model,
}

/// A value as it may be shown; what the model does not know has no shape.
fn shown(shape: Option<&Shape>, value: &Value, reason: Reason) -> Value {
    let is_marked = shape.is_some_and(|shape| shape.sensitive && shape.name != NO_SECRET);
    let reason = if is_marked { Reason::Model } else { reason };
    match value {
        Value::Object(entries) => {
            let shown = entries.iter().map(|(name, inner)| {
                let shape = match shape.map(|shape| &shape.kind) {
                    Some(Kind::Map { value, .. }) => Some(value.shape()),
                    _ => shape.and_then(|shape| shape.member(name)),
                };
                let sounds = reason == Reason::None && sounds_like_a_secret(name);
                (name.clone(), self::shown(shape, inner, if sounds { Reason::Name } else { reason }))
            });
            Value::Object(shown.collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            let shape = match shape.map(|shape| &shape.kind) {
                Some(Kind::List(item)) => Some(item.shape()),
                _ => None,
            };
            items.iter().map(|item| self::shown(shape, item, reason)).collect()
        }
        Value::String(text) => {
            let is_one_of_few = shape.is_some_and(|shape| shape.options.is_some());
            match reason {
                Reason::Model => json!(HIDDEN),
                Reason::Name if !is_one_of_few => json!(HIDDEN),
                _ => shortened(text),
            }
        }
        // Whether a secret is to be made, or how long a token lives, is none.
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn sounds_like_a_secret(name: &str) -> bool {
    let name = name.to_lowercase().replace(['_', '-'], "");
    SOUNDS.iter().any(|sound| name.contains(sound))
}

fn shortened(text: &str) -> Value {
    match text.char_indices().nth(LONGEST) {
        None => json!(text),
        Some((at, _)) => json!(format!("{}… ({} bytes)", &text[..at], text.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cognito::surface::SURFACE;

    /// A value of a shape in which a text that the model marks is a canary; how many there are.
    fn with_canaries(shape: &Shape, marked: bool, canaries: &mut usize) -> Value {
        let marked = marked || (shape.sensitive && shape.name != NO_SECRET);
        match &shape.kind {
            Kind::Structure(members) => members
                .iter()
                .map(|(name, member)| (name.clone(), with_canaries(member.inner.shape(), marked, canaries)))
                .collect(),
            Kind::List(item) => json!([with_canaries(item.shape(), marked, canaries)]),
            Kind::Map { value, .. } => json!({ "key": with_canaries(value.shape(), marked, canaries) }),
            _ if marked => {
                *canaries += 1;
                json!("canary")
            }
            _ => json!("plain"),
        }
    }

    #[test]
    fn whatever_the_model_marks_is_hidden_wherever_it_stands() {
        let (mut canaries, mut plain) = (0, 0);
        for operation in &SURFACE.configuration_operations {
            let input = with_canaries(model::input(operation).unwrap(), false, &mut canaries);
            let shown = redacted(operation, &input).to_string();
            assert!(!shown.contains("canary"), "{operation}: {shown}");
            plain += shown.matches("plain").count();
        }
        assert!(canaries >= 2, "{canaries}");
        assert!(plain > 300, "{plain}");
    }

    #[test]
    fn a_mark_hides_whatever_the_names_sound_like() {
        let input = model::input("CreateUserPoolClient").unwrap();
        let (secret, id) = (input.member("ClientSecret"), input.member("UserPoolId"));
        assert_eq!(shown(secret, &json!("canary"), Reason::None), HIDDEN);
        let inside = shown(secret, &json!({"a": ["canary"], "b": 1}), Reason::None);
        assert_eq!(inside, json!({"a": [HIDDEN], "b": 1}));
        assert_eq!(shown(id, &json!("plain"), Reason::None), "plain");
        let client = model::input("DeleteUserPoolClient").unwrap().member("ClientId");
        assert_eq!(shown(client, &json!("plain"), Reason::None), "plain");
    }

    #[test]
    fn secrets_are_hidden_and_what_only_sounds_like_one_is_not() {
        let input = json!({
            "UserPoolId": "us-east-1_a",
            "ClientId": "abc",
            "ClientSecret": "canary",
            "GenerateSecret": true,
            "AccessTokenValidity": 5,
            "TokenValidityUnits": {"AccessToken": "minutes"},
        });
        let mut shown = input.clone();
        shown["ClientSecret"] = json!(HIDDEN);
        assert_eq!(redacted("CreateUserPoolClient", &input), shown);
        let input = json!({
            "ProviderDetails": {"client_id": "id", "client_secret": "canary", "private_key": "canary"},
            "Future": {"apiKey": {"value": ["canary"]}},
        });
        let shown = redacted("UpdateIdentityProvider", &input);
        assert_eq!(shown["ProviderDetails"]["client_id"], "id");
        assert!(!shown.to_string().contains("canary"), "{shown}");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let shown = redacted("SetUICustomization", &json!({"CSS": "é".repeat(300)}));
        assert_eq!(shown["CSS"], format!("{}… (600 bytes)", "é".repeat(256)));
    }
}
