//! What the types of identity providers need, and what the service adds to them.

use serde_json::{Map, Value, json};

use super::Refused;

/// The one detail that no answer shows.
pub(super) const PRIVATE_KEY: &str = "private_key";

/// A detail that the service computes and takes from nobody.
const CERTIFICATE: &str = "ActiveEncryptionCertificate";

/// Where a provider answers whose metadata came as a file.
const FILE_ORIGIN: &str = "https://idp.example";

const API_VERSION: &str = "v17.0";

/// A type of identity providers.
pub(super) struct Type {
    name: &'static str,
    /// Whether there is one provider of the type at most, named as it.
    pub(super) social: bool,
    /// Details without which a provider is refused.
    needed: &'static [&'static str],
    /// Details that are added when they are not given; `{issuer}` and `{version}` are the provider's own.
    added: &'static [(&'static str, &'static str)],
    /// What the user's name is mapped to when nothing is said.
    username: Option<&'static str>,
}

const TYPES: [Type; 6] = [
    Type {
        name: "Facebook",
        social: true,
        needed: &["client_id", "client_secret", "authorize_scopes"],
        added: &[
            ("attributes_url", "https://graph.facebook.com/{version}/me?fields="),
            ("attributes_url_add_attributes", "true"),
            ("authorize_url", "https://www.facebook.com/{version}/dialog/oauth"),
            ("token_request_method", "GET"),
            ("token_url", "https://graph.facebook.com/{version}/oauth/access_token"),
        ],
        username: Some("id"),
    },
    Type {
        name: "Google",
        social: true,
        needed: &["client_id", "client_secret", "authorize_scopes"],
        added: &[
            ("attributes_url", "https://people.googleapis.com/v1/people/me?personFields="),
            ("attributes_url_add_attributes", "true"),
            ("authorize_url", "https://accounts.google.com/o/oauth2/v2/auth"),
            ("oidc_issuer", "https://accounts.google.com"),
            ("token_request_method", "POST"),
            ("token_url", "https://www.googleapis.com/oauth2/v4/token"),
        ],
        username: Some("sub"),
    },
    Type {
        name: "LoginWithAmazon",
        social: true,
        needed: &["client_id", "client_secret", "authorize_scopes"],
        added: &[
            ("attributes_url", "https://api.amazon.com/user/profile"),
            ("attributes_url_add_attributes", "false"),
            ("authorize_url", "https://www.amazon.com/ap/oa"),
            ("token_request_method", "POST"),
            ("token_url", "https://api.amazon.com/auth/o2/token"),
        ],
        username: Some("user_id"),
    },
    Type {
        name: "OIDC",
        social: false,
        needed: &["client_id", "attributes_request_method", "oidc_issuer", "authorize_scopes"],
        // The service asks the issuer for its endpoints; these stand in for them.
        added: &[
            ("attributes_url", "{issuer}/userinfo"),
            ("attributes_url_add_attributes", "false"),
            ("authorize_url", "{issuer}/authorize"),
            ("jwks_uri", "{issuer}/jwks"),
            ("token_url", "{issuer}/token"),
        ],
        username: Some("sub"),
    },
    Type { name: "SAML", social: false, needed: &[], added: &[], username: None },
    Type {
        name: "SignInWithApple",
        social: true,
        // The private key among them, in an update too: the service does not give it out to be sent back.
        needed: &["client_id", "team_id", "key_id", PRIVATE_KEY, "authorize_scopes"],
        added: &[
            ("attributes_url_add_attributes", "false"),
            ("authorize_url", "https://appleid.apple.com/auth/authorize"),
            ("oidc_issuer", "https://appleid.apple.com"),
            ("token_request_method", "POST"),
            ("token_url", "https://appleid.apple.com/auth/token"),
        ],
        username: Some("sub"),
    },
];

/// The type of a name.
pub(super) fn of(name: &str) -> Option<&'static Type> {
    TYPES.iter().find(|known| known.name == name)
}

fn type_of(provider: &Value) -> Option<&'static Type> {
    provider["ProviderType"].as_str().and_then(of)
}

/// A detail as text; an empty one is none.
fn detail<'a>(details: &'a Value, name: &str) -> Option<&'a str> {
    details[name].as_str().filter(|text| !text.is_empty())
}

/// Rules on the details of a request. Details that no rule knows are taken; values stand in no message, since secrets
/// are among them.
pub(super) fn check(provider: &Value) -> Result<(), Refused> {
    let details = &provider["ProviderDetails"];
    if details.get(CERTIFICATE).is_some() {
        return Err(Refused::invalid(format!("{CERTIFICATE} is read-only.")));
    }
    let Some(known) = type_of(provider) else { return Ok(()) };
    if known.needed.iter().any(|name| detail(details, name).is_none()) {
        let (last, first) = known.needed.split_last().unwrap_or((&"", &[]));
        return Err(Refused::invalid(format!(
            "{} and {last} are all required idp details for {}.",
            first.join(", "),
            known.name
        )));
    }
    if known.name != "SAML" {
        return Ok(());
    }
    match (detail(details, "MetadataURL"), detail(details, "MetadataFile")) {
        (Some(url), None) if origin(url).is_none() => {
            Err(Refused::invalid("MetadataURL must be an HTTP or HTTPS URL."))
        }
        (Some(_), None) | (None, Some(_)) => Ok(()),
        _ => Err(Refused::invalid("A SAML provider needs either MetadataURL or MetadataFile.")),
    }
}

/// What the service adds to a provider; to its details only when they were given anew.
pub(super) fn complete(provider: &mut Value, details_given: bool) {
    let Some(known) = type_of(provider) else { return };
    if details_given && let Some(Value::Object(details)) = provider.get_mut("ProviderDetails") {
        add(known, details);
        if known.name == "SAML" {
            derive(details);
        }
    }
    if let (Some(source), Some(Value::Object(mapping))) =
        (known.username, provider.get_mut("AttributeMapping"))
    {
        mapping.entry("username").or_insert_with(|| json!(source));
    }
}

fn add(known: &Type, details: &mut Map<String, Value>) {
    let own = |name: &str| details.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (issuer, version) = (own("oidc_issuer"), own("api_version"));
    let version = if version.is_empty() { API_VERSION } else { &version };
    for (name, value) in known.added {
        let value = value.replace("{issuer}", issuer.trim_end_matches('/')).replace("{version}", version);
        details.entry(*name).or_insert_with(|| json!(value));
    }
}

/// What a SAML provider's metadata says: computed, whatever was sent.
fn derive(details: &mut Map<String, Value>) {
    let url = details.get("MetadataURL").and_then(Value::as_str);
    let origin = url.and_then(origin).unwrap_or(FILE_ORIGIN).to_owned();
    details.insert("SSORedirectBindingURI".to_owned(), json!(format!("{origin}/sso")));
    details.insert("SLORedirectBindingURI".to_owned(), json!(format!("{origin}/slo")));
    if details.get("EncryptedResponses").is_some_and(|encrypted| encrypted == "true") {
        details.insert(CERTIFICATE.to_owned(), json!("MIICvTCCAaWgAwIBAgIJAKc0ZW5jcnlwdGlvbg=="));
    }
}

/// A URL up to its path.
fn origin(url: &str) -> Option<&str> {
    let start = ["https://", "http://"].iter().find(|scheme| url.starts_with(**scheme))?.len();
    let length = url[start..].find(['/', '?', '#']).unwrap_or(url.len() - start);
    (length > 0).then(|| &url[..start + length])
}
