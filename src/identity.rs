//! Which live resource a declaration means.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// A client as `ListUserPoolClients` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedClient {
    /// `ClientId`.
    pub id: String,
    /// `ClientName`; several clients may have the same.
    pub name: String,
    /// Whether it registered itself (`ClientType` is `DCR`).
    pub dynamic: bool,
}

/// The live client that a declaration means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientMatch {
    /// None yet: it is created.
    New,
    /// This one.
    Live(String),
    /// Several have the name, so none is chosen.
    Ambiguous(Vec<String>),
    /// This one, as another declaration too.
    Claimed(String),
    /// `clientId` names one that is not there.
    PinnedIsGone(String),
}

impl ClientMatch {
    /// The one live client that is meant.
    pub fn live(&self) -> Option<&str> {
        match self {
            Self::Live(id) => Some(id),
            Self::New | Self::Ambiguous(_) | Self::Claimed(_) | Self::PinnedIsGone(_) => None,
        }
    }
}

/// Whether a domain is a custom one, by its name: the name of a prefix domain has no dot.
pub fn is_custom_domain(name: &str) -> bool {
    name.contains('.')
}

/// The name in AWS of a declared client: `clientName`, else its key.
pub fn client_name<'a>(key: &'a str, declared: &'a Value) -> &'a str {
    declared["clientName"].as_str().unwrap_or(key)
}

/// Matches declared clients with listed ones: `clientId` pins, else the name decides, else the name it had before.
///
/// A client that registered itself is never matched by name.
pub fn match_clients(
    declared: &Map<String, Value>,
    listed: &[ListedClient],
) -> BTreeMap<String, ClientMatch> {
    let mut by_name: BTreeMap<&str, Vec<&ListedClient>> = BTreeMap::new();
    for client in listed.iter().filter(|client| !client.dynamic) {
        by_name.entry(&client.name).or_default().push(client);
    }
    let ids: BTreeSet<&str> = listed.iter().map(|client| client.id.as_str()).collect();
    let pinned: BTreeSet<&str> = declared.values().filter_map(|client| client["clientId"].as_str()).collect();
    let candidates = |name: &str| -> Vec<String> {
        let found = by_name.get(name).into_iter().flatten();
        found.map(|client| client.id.clone()).filter(|id| !pinned.contains(id.as_str())).collect()
    };
    let resolve = |key: &str, client: &Value| {
        if let Some(id) = client["clientId"].as_str() {
            return if ids.contains(id) {
                ClientMatch::Live(id.to_owned())
            } else {
                ClientMatch::PinnedIsGone(id.to_owned())
            };
        }
        let mut found = candidates(client_name(key, client));
        if found.is_empty() {
            found = client["formerly"].as_str().map(candidates).unwrap_or_default();
        }
        match found.len() {
            0 => ClientMatch::New,
            1 => ClientMatch::Live(found.remove(0)),
            _ => ClientMatch::Ambiguous(found),
        }
    };
    let mut matches: BTreeMap<String, ClientMatch> =
        declared.iter().map(|(key, client)| (key.clone(), resolve(key, client))).collect();
    let mut claims: BTreeMap<String, usize> = BTreeMap::new();
    for id in matches.values().filter_map(ClientMatch::live) {
        *claims.entry(id.to_owned()).or_default() += 1;
    }
    for found in matches.values_mut() {
        if let Some(id) = found.live().filter(|id| claims.get(*id).is_some_and(|count| *count > 1)) {
            *found = ClientMatch::Claimed(id.to_owned());
        }
    }
    matches
}

/// The known name that is nearest to a wrong one, if one is near.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = wrong.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), name))
        .min()
        .filter(|(distance, name)| *distance <= name.len().max(3) / 3)
        .map(|(_, name)| name)
}

/// Why a member of a section is AWS's own and nobody's to manage, if it is: by what the API says, or by the name and the
/// look of what Cognito makes for an identity provider.
pub fn made_by_aws(section: &str, pool_id: &str, name: &str, document: &Value) -> Option<&'static str> {
    let is_of_a_provider =
        name.strip_prefix(pool_id).is_some_and(|rest| rest.starts_with('_')) && document["RoleArn"].is_null();
    if document["ManagedBy"] == "COGNITO" {
        Some("managed by Cognito")
    } else if section == "groups" && is_of_a_provider {
        Some("made by Cognito for an identity provider")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listed(id: &str, name: &str) -> ListedClient {
        ListedClient { id: id.to_owned(), name: name.to_owned(), dynamic: false }
    }

    fn matched(declared: &Value, listed: &[ListedClient]) -> ClientMatch {
        let declared = json!({ "web": declared }).as_object().cloned().unwrap();
        match_clients(&declared, listed).remove("web").unwrap()
    }

    #[test]
    fn the_key_is_the_name_unless_one_is_written() {
        let live = [listed("1", "web"), listed("2", "Web shop")];
        assert_eq!(matched(&json!({}), &live), ClientMatch::Live("1".into()));
        assert_eq!(matched(&json!({"clientName": "Web shop"}), &live), ClientMatch::Live("2".into()));
    }

    #[test]
    fn twins_are_ambiguous_until_one_is_pinned() {
        let live = [listed("1", "web"), listed("2", "web")];
        assert_eq!(matched(&json!({}), &live), ClientMatch::Ambiguous(vec!["1".into(), "2".into()]));
        assert_eq!(matched(&json!({"clientId": "2"}), &live), ClientMatch::Live("2".into()));
        assert_eq!(matched(&json!({"clientId": "3"}), &live), ClientMatch::PinnedIsGone("3".into()));
    }

    #[test]
    fn formerly_renames_only_what_has_no_client_yet() {
        let live = [listed("1", "website")];
        assert_eq!(matched(&json!({"formerly": "website"}), &live), ClientMatch::Live("1".into()));
        let both = [listed("1", "website"), listed("2", "web")];
        assert_eq!(matched(&json!({"formerly": "website"}), &both), ClientMatch::Live("2".into()));
    }

    #[test]
    fn a_client_that_registered_itself_is_never_matched_by_name() {
        let live = [ListedClient { dynamic: true, ..listed("1", "web") }];
        assert_eq!(matched(&json!({}), &live), ClientMatch::New);
    }
}
