//! The order of lists in answers.

use serde_json::Value;

/// Lists that Cognito answers sorted.
const SORTED: [&str; 7] = [
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "CallbackURLs",
    "ExplicitAuthFlows",
    "LogoutURLs",
    "ReadAttributes",
    "WriteAttributes",
];

/// Lists whose order means nothing, besides the sorted ones.
const SETS: [&str; 15] = [
    "AliasAttributes",
    "AllowedFirstAuthFactors",
    "Assets",
    "AttributesRequireVerificationBeforeUpdate",
    "AutoVerifiedAttributes",
    "BlockedIPRangeList",
    "EventFilter",
    "IdpIdentifiers",
    "LogConfigurations",
    "RecoveryMechanisms",
    "SchemaAttributes",
    "Scopes",
    "SkippedIPRangeList",
    "SupportedIdentityProviders",
    "UsernameAttributes",
];

/// Brings the lists of a client's or resource server's answer into the order that Cognito is seen to answer.
pub(super) fn sort_lists(document: &mut Value) {
    for list in SORTED {
        if let Some(Value::Array(items)) = document.get_mut(list) {
            items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        }
    }
    if let Some(Value::Array(scopes)) = document.get_mut("Scopes") {
        scopes.sort_by(|a, b| a["ScopeName"].as_str().cmp(&b["ScopeName"].as_str()));
    }
}

/// Brings every list without order into an order of its own.
pub(super) fn shuffle(value: &mut Value, random: &mut fastrand::Rng) {
    let Value::Object(members) = value else { return };
    for (name, inner) in members {
        match inner {
            Value::Array(items) if SORTED.contains(&name.as_str()) || SETS.contains(&name.as_str()) => {
                random.shuffle(items);
            }
            inner => shuffle(inner, random),
        }
    }
}
