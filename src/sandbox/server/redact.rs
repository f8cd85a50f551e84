//! Requests without secrets, for the log.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::cognito::surface::{Member, SURFACE};
use crate::sandbox::constraints::is_map;

/// What stands in the place of a secret.
const HIDDEN: &str = "(hidden)";

/// The longest text that is shown, in characters.
const LONGEST: usize = 256;

/// Parts of names that sound like a secret's, without case and underscores.
const SOUNDS: [&str; 7] = ["secret", "password", "passwd", "privatekey", "token", "apikey", "credential"];

/// What the model calls sensitive and is none: the id of a client stands in every sign-in URL.
const NO_SECRETS: [&str; 1] = ["ClientId"];

/// An operation's input as it may be shown: without what the model calls sensitive, and without texts below a name that
/// sounds like a secret's, unless the model counts up their values.
pub(super) fn redacted(operation: &str, input: &Value) -> Value {
    let members = SURFACE.of(operation);
    let members = members.map(|member| (member.path.replace("[]", "").replace("{}", ""), member)).collect();
    Redaction { operation, members }.shown(input, "", false)
}

struct Redaction<'a> {
    operation: &'a str,
    /// The model's members by their paths without marks.
    members: BTreeMap<String, &'a Member>,
}

impl Redaction<'_> {
    fn shown(&self, value: &Value, path: &str, suspicious: bool) -> Value {
        match value {
            Value::Object(entries) => {
                let are_data = is_map(self.operation, path);
                let shown = entries.iter().map(|(name, inner)| {
                    let inside = match path {
                        _ if are_data => path.to_owned(),
                        "" => name.clone(),
                        _ => format!("{path}.{name}"),
                    };
                    (name.clone(), self.shown(inner, &inside, suspicious || sounds_like_a_secret(name)))
                });
                Value::Object(shown.collect::<Map<_, _>>())
            }
            Value::Array(items) => items.iter().map(|item| self.shown(item, path, suspicious)).collect(),
            Value::String(text) => {
                let member = self.members.get(path);
                let is_marked = member.is_some_and(|member| member.sensitive) && !NO_SECRETS.contains(&path);
                let is_one_of_few = member.is_some_and(|member| member.r#enum.is_some());
                if is_marked || (suspicious && !is_one_of_few) { json!(HIDDEN) } else { shortened(text) }
            }
            // Whether a secret is to be made, or how long a token lives, is none.
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
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
