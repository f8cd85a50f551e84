use serde_json::{Map, Value, json};

use crate::duration;

/// A token's lifetime: its field, its member and its unit's member in the API, and the unit of a bare number.
#[derive(Debug)]
pub struct Validity {
    /// The field of the manifest.
    pub name: &'static str,
    /// The member of the API.
    pub api_name: &'static str,
    /// Its unit's name in `tokenValidityUnits`.
    pub unit_name: &'static str,
    /// Its unit's member of `TokenValidityUnits`.
    pub unit_api_name: &'static str,
    /// The unit of a number that has none.
    pub default_unit: &'static str,
    /// What absence means, and a refresh token's 0.
    pub default: &'static str,
}

/// The three lifetimes of a client's tokens.
pub const CLIENT_VALIDITIES: [Validity; 3] = [
    Validity {
        name: "accessTokenValidity",
        api_name: "AccessTokenValidity",
        unit_name: "accessToken",
        unit_api_name: "AccessToken",
        default_unit: "hours",
        default: "1h",
    },
    Validity {
        name: "idTokenValidity",
        api_name: "IdTokenValidity",
        unit_name: "idToken",
        unit_api_name: "IdToken",
        default_unit: "hours",
        default: "1h",
    },
    Validity {
        name: "refreshTokenValidity",
        api_name: "RefreshTokenValidity",
        unit_name: "refreshToken",
        unit_api_name: "RefreshToken",
        default_unit: "days",
        default: "30d",
    },
];

/// Scopes that every pool has.
pub const STANDARD_SCOPES: [&str; 5] =
    ["aws.cognito.signin.user.admin", "email", "openid", "phone", "profile"];

/// Other spellings of facts that have a field, as paths in an answer.
pub(super) const FOLDED: &[&str] = &[];

/// `DescribeUserPoolClient.UserPoolClient` with one spelling per fact, still in the API's names.
///
/// A secret becomes the fact that there is one, so no later step can show it.
pub fn fold_client(client: &Value) -> Map<String, Value> {
    let mut client = client.as_object().cloned().unwrap_or_default();
    let has_secret = client.remove("ClientSecret").is_some();
    client.insert("GenerateSecret".to_owned(), json!(has_secret));
    client
}

/// Lifetimes become one text each, and their units go.
pub(super) fn canonical(client: &mut Map<String, Value>) {
    let units = client.remove("tokenValidityUnits").unwrap_or_default();
    for validity in &CLIENT_VALIDITIES {
        let Some(value) = client.get_mut(validity.name) else { continue };
        let seconds = match &*value {
            Value::Number(number) => number.as_u64().and_then(|number| {
                duration::in_unit(number, units[validity.unit_name].as_str().unwrap_or(validity.default_unit))
            }),
            Value::String(text) => duration::seconds(text),
            _ => None,
        };
        match seconds {
            Some(0) => *value = json!(validity.default),
            Some(seconds) => *value = json!(duration::text(seconds)),
            None => {}
        }
    }
}

/// A canonical lifetime as a client writes it that names the unit beside it: the number, the unit's name in
/// `tokenValidityUnits`, and the unit, which is the written one if that can hold the time. `None` if it names none.
pub fn with_written_unit(
    client: &Value,
    member: &str,
    lifetime: &Value,
) -> Option<(u64, &'static str, String)> {
    let validity = CLIENT_VALIDITIES.iter().find(|validity| validity.name == member)?;
    let unit = client["tokenValidityUnits"][validity.unit_name].as_str()?;
    let text = lifetime.as_str()?;
    let (seconds, one) = (duration::seconds(text)?, duration::in_unit(1, unit)?);
    if seconds.is_multiple_of(one) {
        return Some((seconds / one, validity.unit_name, unit.to_owned()));
    }
    let (number, unit) = duration::parse(text)?;
    Some((number, validity.unit_name, unit.name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical_of(value: &Value) -> Value {
        let mut client = value.as_object().cloned().unwrap();
        canonical(&mut client);
        Value::Object(client)
    }

    #[test]
    fn validity_and_unit_are_one_value() {
        let written = json!({"accessTokenValidity": 60, "tokenValidityUnits": {"accessToken": "minutes"}, "refreshTokenValidity": "720h"});
        assert_eq!(
            canonical_of(&written),
            json!({"accessTokenValidity": "1h", "refreshTokenValidity": "30d"})
        );
        let live = json!({"refreshTokenValidity": 0, "tokenValidityUnits": {}, "idTokenValidity": 1});
        assert_eq!(canonical_of(&live), json!({"refreshTokenValidity": "30d", "idTokenValidity": "1h"}));
    }

    #[test]
    fn a_secret_becomes_the_fact_that_there_is_one() {
        let folded = fold_client(&json!({"ClientSecret": "hunter2"}));
        assert_eq!(Value::Object(folded), json!({"GenerateSecret": true}));
    }

    #[test]
    fn a_lifetime_is_told_in_the_unit_that_is_written() {
        let told = |unit: &str, lifetime: &str| {
            let client = json!({"tokenValidityUnits": {"accessToken": unit}});
            with_written_unit(&client, "accessTokenValidity", &json!(lifetime))
        };
        assert_eq!(told("minutes", "1h"), Some((60, "accessToken", "minutes".to_owned())));
        assert_eq!(told("hours", "90m"), Some((90, "accessToken", "minutes".to_owned())));
        assert_eq!(with_written_unit(&json!({}), "accessTokenValidity", &json!("1h")), None);
    }
}
