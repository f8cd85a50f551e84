//! Names that an export gives.

use std::collections::{BTreeMap, BTreeSet};

use crate::identity::ListedClient;

/// The keys of clients, by their ids, and the names that several of them have. A client that registered itself has none.
pub fn client_keys(listed: &[ListedClient]) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let ours: Vec<&ListedClient> = listed.iter().filter(|client| !client.dynamic).collect();
    let mut seen = BTreeSet::new();
    let twins: BTreeSet<String> =
        ours.iter().filter(|client| !seen.insert(&client.name)).map(|client| client.name.clone()).collect();
    let mut taken: BTreeSet<String> = ours.iter().map(|client| client.name.clone()).collect();
    let mut keys = BTreeMap::new();
    for client in ours {
        let key = if twins.contains(&client.name) {
            let numbered = (1_u32..).map(|number| format!("{}-{number}", client.name));
            let key = numbered.into_iter().find(|key| !taken.contains(key)).unwrap_or_default();
            taken.insert(key.clone());
            key
        } else {
            client.name.clone()
        };
        keys.insert(client.id.clone(), key);
    }
    (keys, twins)
}

/// The environment variable that holds a provider's secret: `GOOGLE_CLIENT_SECRET`.
pub fn secret_name(provider: &str, member: &str) -> String {
    let mut name = String::new();
    let mut before = '_';
    for c in format!("{provider}_{member}").chars() {
        let is_word = c.is_ascii_alphanumeric();
        let begins = c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit());
        if (!is_word || begins) && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if is_word {
            name.push(c.to_ascii_uppercase());
        }
        before = c;
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_named_after_its_provider() {
        for (provider, name) in [
            ("Google", "GOOGLE_CLIENT_SECRET"),
            ("LoginWithAmazon", "LOGIN_WITH_AMAZON_CLIENT_SECRET"),
            ("corp-oidc.2", "CORP_OIDC_2_CLIENT_SECRET"),
            ("7-eleven", "_7_ELEVEN_CLIENT_SECRET"),
        ] {
            assert_eq!(secret_name(provider, "client_secret"), name);
        }
    }

    #[test]
    fn twins_get_keys_of_their_own() {
        let client =
            |id: &str, name: &str, dynamic| ListedClient { id: id.into(), name: name.into(), dynamic };
        let listed = [
            client("a", "web", false),
            client("b", "web", false),
            client("c", "web-1", false),
            client("d", "x", true),
        ];
        let (keys, twins) = client_keys(&listed);
        let keys: Vec<(&str, &str)> = keys.iter().map(|(id, key)| (id.as_str(), key.as_str())).collect();
        assert_eq!(keys, [("a", "web-2"), ("b", "web-3"), ("c", "web-1")]);
        assert_eq!(twins.into_iter().collect::<Vec<_>>(), ["web"]);
    }
}
