//! Rules of `identityProviders`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Check, strings};
use crate::diagnostic::Code;
use crate::path::Path;

/// The types whose one provider has the type's name.
const SOCIAL: [&str; 4] = ["Facebook", "Google", "LoginWithAmazon", "SignInWithApple"];

pub(super) fn check(check: &mut Check<'_>) {
    let manifest = check.manifest;
    let Some(providers) = manifest.section("identityProviders").and_then(Value::as_object) else { return };
    let mut identifiers: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, provider) in providers {
        let at = Path::of(["identityProviders", name]);
        let kind = provider["providerType"].as_str().unwrap_or_default();
        if name == "COGNITO" {
            let message = "`COGNITO` is the pool itself, not an identity provider";
            check.key_error(Code::NotAllowed, &at, message, "choose another name");
        } else if SOCIAL.contains(&kind) && name != kind {
            let message = format!("a provider of the type {kind} is called `{kind}`");
            check.key_error(Code::NotAllowed, &at, message, format!("rename it to `{kind}`"));
        } else if SOCIAL.contains(&name.as_str()) && ["OIDC", "SAML"].contains(&kind) {
            let message = format!("`{name}` is the name of the provider of that type");
            check.key_error(
                Code::NotAllowed,
                &at,
                message,
                format!("choose another name, or `providerType: {name}`"),
            );
        }
        metadata(check, &at, provider);
        scopes(check, &at, provider);
        for (index, identifier) in strings(&provider["idpIdentifiers"]).into_iter().enumerate() {
            if let Some(other) = identifiers.insert(identifier, name).filter(|other| other != name) {
                let path = at.key("idpIdentifiers").index(index);
                let message = format!("`identityProviders.{other}` has this identifier too");
                check.error(Code::DefinedTwice, &path, message, "keep one of the two");
            }
        }
    }
}

fn metadata(check: &mut Check<'_>, at: &Path, provider: &Value) {
    let details = &provider["providerDetails"];
    let at = at.key("providerDetails");
    let is_written = |member: &str| details[member].as_str().is_some_and(|text| !text.is_empty());
    match (is_written("MetadataURL"), is_written("MetadataFile")) {
        (true, true) => {
            let message = "`MetadataURL` and `MetadataFile` exclude each other";
            let help = "keep `MetadataURL`, which follows the provider's changes";
            check.key_error(Code::Conflict, &at.key("MetadataFile"), message, help);
        }
        (false, false) if provider["providerType"] == "SAML" && details.is_object() => {
            let message = "a SAML provider needs `MetadataURL` or `MetadataFile`";
            check.key_error(Code::Missing, &at, message, "write where the provider's metadata document is");
        }
        _ => {}
    }
}

fn scopes(check: &mut Check<'_>, at: &Path, provider: &Value) {
    let scopes = provider["providerDetails"]["authorize_scopes"].as_str();
    if provider["providerType"] == "OIDC"
        && let Some(scopes) =
            scopes.filter(|scopes| !scopes.split_whitespace().any(|scope| scope == "openid"))
    {
        let path = at.key("providerDetails").key("authorize_scopes");
        let message = "an OpenID Connect provider needs the scope `openid`";
        check.error(Code::Missing, &path, message, format!("write `openid {scopes}`"));
    }
}
