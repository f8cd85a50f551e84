//! Field rules of `clients` that need no live pool.

use std::collections::BTreeMap;

use fluent_uri::Iri;
use serde_json::Value;

use super::{Check, nearest, strings};
use crate::diagnostic::Code;
use crate::duration;
use crate::identity::client_name;
use crate::normalize::{CLIENT_VALIDITIES, STANDARD_ATTRIBUTES, STANDARD_SCOPES, with_presets};
use crate::path::Path;

/// The fewest and most seconds that a token is valid: access and ID tokens, then refresh tokens.
const TOKEN_SECONDS: (u64, u64) = (5 * 60, 86_400);
const REFRESH_SECONDS: (u64, u64) = (3_600, 3_650 * 86_400);

/// The attributes that no client can write: the service sets them.
const NEVER_WRITABLE: [&str; 3] = ["email_verified", "phone_number_verified", "sub"];

pub(super) fn check(check: &mut Check<'_>) {
    let manifest = check.manifest;
    let Some(clients) = manifest.section("clients").and_then(Value::as_object) else { return };
    for (key, written) in clients {
        let path = Path::of(["clients", key]);
        let client = &with_presets(written);
        oauth(check, &path, client);
        scopes(check, &path, client);
        urls(check, &path, client);
        flows(check, &path, client);
        secret(check, &path, client);
        validities(check, &path, client);
        attributes(check, &path, client);
        implicit(check, &path, client);
    }
    identities(check, clients);
}

fn oauth(check: &mut Check<'_>, at: &Path, client: &Value) {
    let flows = strings(&client["allowedOAuthFlows"]);
    if flows.contains(&"client_credentials") && flows.len() > 1 {
        check.error(
            Code::Conflict,
            &at.key("allowedOAuthFlows"),
            "`client_credentials` must be the only grant of its client",
            "make a client of its own for it",
        );
    }
    if client["allowedOAuthFlowsUserPoolClient"] != true
        && !check.is_left_to_the_plan(&at.key("allowedOAuthFlowsUserPoolClient"))
    {
        let members = ["allowedOAuthFlows", "allowedOAuthScopes", "callbackURLs", "logoutURLs"];
        if let Some(member) = members.into_iter().find(|member| !strings(&client[*member]).is_empty()) {
            check.key_error(
                Code::Missing,
                &at.key(member),
                format!("`{member}` needs `allowedOAuthFlowsUserPoolClient: true`"),
                "add it to the client",
            );
        }
    }
    let default = client["defaultRedirectURI"].as_str();
    let listed = |default: &str| strings(&client["callbackURLs"]).contains(&default);
    if default.is_some_and(|default| !listed(default)) && !check.is_left_to_the_plan(&at.key("callbackURLs"))
    {
        check.error(
            Code::BadReference,
            &at.key("defaultRedirectURI"),
            "`defaultRedirectURI` is not among `callbackURLs`",
            "add it to `callbackURLs`",
        );
    }
}

/// The grant that nobody should begin with.
fn implicit(check: &mut Check<'_>, at: &Path, client: &Value) {
    let flows = strings(&client["allowedOAuthFlows"]);
    if let Some(index) = flows.iter().position(|flow| *flow == "implicit") {
        check.warning(
            Code::Discouraged,
            &at.key("allowedOAuthFlows").index(index),
            "the implicit grant puts tokens into URLs, where history and logs keep them, and OAuth 2.1 drops it",
            "use `code`, with PKCE where there is no secret",
        );
    }
}

/// A scope of a declared resource server must be among its scopes: what is not declared of them goes.
fn is_undeclared_scope(check: &Check<'_>, scope: &str) -> bool {
    let Some((server, name)) = scope.rsplit_once('/') else { return false };
    let declared = check.manifest.section("resourceServers").and_then(|servers| servers.get(server));
    let at = Path::of(["resourceServers", server, "scopes", name]);
    declared.is_some_and(|server| {
        server.is_object() && server["scopes"].get(name).is_none() && !check.is_left_to_the_plan(&at)
    })
}

fn scopes(check: &mut Check<'_>, at: &Path, client: &Value) {
    let scopes = strings(&client["allowedOAuthScopes"]);
    for (index, scope) in scopes.iter().enumerate() {
        if is_undeclared_scope(check, scope) {
            let (server, name) = scope.rsplit_once('/').unwrap_or_default();
            let scopes = &check.manifest.value["resourceServers"][server]["scopes"];
            let known: Vec<&str> =
                scopes.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
            let near = nearest(name, known).map(|near| format!("did you mean `{server}/{near}`?"));
            let help = near.unwrap_or_else(|| "declare it there, or leave it out".to_owned());
            let message = format!("the resource server `{server}` declares no scope `{name}`");
            check.error(Code::BadReference, &at.key("allowedOAuthScopes").index(index), message, help);
        }
        if !STANDARD_SCOPES.contains(scope) && !scope.contains('/') {
            let near = nearest(scope, STANDARD_SCOPES).map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| {
                format!(
                    "there is: {}; one of a resource server is <identifier>/<name>",
                    STANDARD_SCOPES.join(", ")
                )
            });
            let path = at.key("allowedOAuthScopes").index(index);
            check.error(Code::BadReference, &path, format!("there is no scope `{scope}`"), help);
        }
        if ["email", "phone", "profile"].contains(scope) && !scopes.contains(&"openid") {
            let path = at.key("allowedOAuthScopes").index(index);
            check.warning(
                Code::Unused,
                &path,
                "this scope only works together with `openid`",
                "add `openid`",
            );
        }
    }
}

fn urls(check: &mut Check<'_>, at: &Path, client: &Value) {
    for member in ["callbackURLs", "logoutURLs"] {
        for (index, url) in strings(&client[member]).into_iter().enumerate() {
            if let Err(problem) = redirect_url(url) {
                let path = at.key(member).index(index);
                let help =
                    "for example https://app.example.com/callback, http://localhost:3000 or myapp://callback";
                check.error(Code::Form, &path, problem, help);
            }
        }
    }
}

/// What Cognito takes as a redirect URL: absolute, without fragment, and plain HTTP only on the own machine.
fn redirect_url(text: &str) -> Result<(), &'static str> {
    let Ok(url) = Iri::parse(text) else { return Err("a redirect URL is absolute: it begins with a scheme") };
    if url.has_fragment() {
        return Err("a redirect URL has no fragment");
    }
    let scheme = url.scheme().as_str().to_lowercase();
    let host = url.authority().map(|authority| authority.host()).filter(|host| !host.is_empty());
    match (scheme.as_str(), host) {
        ("http" | "https", None) => Err("a redirect URL of the web names a host"),
        ("http", Some(host)) if !["localhost", "127.0.0.1", "[::1]"].contains(&host) => {
            Err("a redirect URL is HTTPS, except on localhost, 127.0.0.1 and [::1]")
        }
        (_, None) if url.path().as_str().is_empty() => Err("a redirect URL says more than its scheme"),
        _ => Ok(()),
    }
}

fn flows(check: &mut Check<'_>, at: &Path, client: &Value) {
    let flows = strings(&client["explicitAuthFlows"]);
    let allow = flows.iter().any(|flow| flow.starts_with("ALLOW_"));
    if allow && flows.iter().any(|flow| !flow.starts_with("ALLOW_")) {
        check.error(
            Code::Conflict,
            &at.key("explicitAuthFlows"),
            "old names and ALLOW_ names cannot be mixed",
            "use ALLOW_ADMIN_USER_PASSWORD_AUTH, ALLOW_CUSTOM_AUTH and ALLOW_USER_PASSWORD_AUTH",
        );
    }
    let rotation = client["refreshTokenRotation"]["feature"] == "ENABLED";
    if rotation && flows.contains(&"ALLOW_REFRESH_TOKEN_AUTH") {
        check.error(
            Code::Conflict,
            &at.key("explicitAuthFlows"),
            "refresh token rotation excludes ALLOW_REFRESH_TOKEN_AUTH",
            "take ALLOW_REFRESH_TOKEN_AUTH out",
        );
    } else if rotation && flows.is_empty() && !check.is_left_to_the_plan(&at.key("explicitAuthFlows")) {
        check.key_error(
            Code::Missing,
            &at.key("refreshTokenRotation"),
            "refresh token rotation excludes ALLOW_REFRESH_TOKEN_AUTH, which `explicitAuthFlows` has by default",
            "write `explicitAuthFlows: [ALLOW_USER_SRP_AUTH]`, or whichever the client needs",
        );
    }
}

fn secret(check: &mut Check<'_>, at: &Path, client: &Value) {
    let own = client["clientSecret"].is_object();
    let none = client["generateSecret"] == false && !own;
    if own && client["generateSecret"] == true {
        let message = "`clientSecret` and `generateSecret` exclude each other";
        check.key_error(Code::Conflict, &at.key("clientSecret"), message, "keep one of the two");
    }
    if none && strings(&client["allowedOAuthFlows"]).contains(&"client_credentials") {
        let message = "`client_credentials` needs a client with a secret";
        check.error(Code::Conflict, &at.key("generateSecret"), message, "write `generateSecret: true`");
    }
    // What a preset says of it is for new clients only.
    let key = at.last_key().unwrap_or_default();
    let is_written = check.manifest.value["clients"][key]["generateSecret"] == false;
    if client["secrets"].is_object() && none && is_written {
        let message = "a public client has no secrets";
        check.key_error(Code::Conflict, &at.key("secrets"), message, "leave `secrets` out");
    }
    if none && client["enablePropagateAdditionalUserContextData"] == true {
        let path = at.key("enablePropagateAdditionalUserContextData");
        let message = "passing on user context data needs a client with a secret";
        check.error(Code::Conflict, &path, message, "leave it out, or write `generateSecret: true`");
    }
}

fn validities(check: &mut Check<'_>, at: &Path, client: &Value) {
    for validity in &CLIENT_VALIDITIES {
        let path = at.key(validity.name);
        let unit = client["tokenValidityUnits"][validity.unit_name].as_str();
        let seconds = match &client[validity.name] {
            // A text of the right form that is no duration is one too long to count.
            Value::String(text) => {
                if unit.is_some() {
                    let path = at.key("tokenValidityUnits").key(validity.unit_name);
                    let message = format!("`{}` already names its unit", validity.name);
                    check.error(Code::Conflict, &path, message, "leave the unit out");
                }
                Some(duration::seconds(text).unwrap_or(u64::MAX))
            }
            Value::Number(number) => number
                .as_u64()
                .map(|number| duration::in_unit(number, unit.unwrap_or(validity.default_unit)))
                .map(|seconds| seconds.unwrap_or(u64::MAX)),
            _ => None,
        };
        let refresh = validity.name == "refreshTokenValidity";
        let (least, most) = if refresh { REFRESH_SECONDS } else { TOKEN_SECONDS };
        let allowed = |seconds| (least..=most).contains(&seconds) || (refresh && seconds == 0);
        if seconds.is_some_and(|seconds| !allowed(seconds)) {
            let message = format!(
                "`{}` is from {} to {}",
                validity.name,
                if refresh { "1 hour" } else { "5 minutes" },
                if refresh { "3,650 days" } else { "1 day" },
            );
            let help = format!("a number without a unit counts {}", validity.default_unit);
            check.error(Code::Bound, &path, message, help);
        }
    }
}

fn attributes(check: &mut Check<'_>, at: &Path, client: &Value) {
    for member in ["readAttributes", "writeAttributes"] {
        for (index, name) in strings(&client[member]).into_iter().enumerate() {
            let path = at.key(member).index(index);
            if !STANDARD_ATTRIBUTES.contains(&name)
                && !name.starts_with("custom:")
                && !name.starts_with("dev:")
            {
                let message = "this is no standard attribute";
                check.error(
                    Code::BadReference,
                    &path,
                    message,
                    "a custom attribute is written with its prefix: custom:…",
                );
            } else if member == "writeAttributes" && NEVER_WRITABLE.contains(&name) {
                let message = "no client can write this attribute: the service sets it";
                check.error(Code::NotAllowed, &path, message, "take it out");
            }
        }
    }
}

/// No two declarations may mean one live client: by its id, by its name, or by the name it had.
fn identities(check: &mut Check<'_>, clients: &serde_json::Map<String, Value>) {
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
    let twice = |other: &str| format!("`clients.{other}` means the same client");
    for (key, client) in clients {
        let path = Path::of(["clients", key]);
        if let Some(id) = client["clientId"].as_str() {
            if let Some(other) = ids.insert(id, key) {
                check.error(Code::DefinedTwice, &path.key("clientId"), twice(other), "keep one of the two");
            }
        } else if let Some(other) = names.insert(client_name(key, client), key) {
            let help = "give them different names, or pin each to its live client with `clientId`";
            let message =
                format!("`clients.{other}` has the same name, so neither can be told from the other");
            check.key_error(Code::DefinedTwice, &path, message, help);
        }
    }
    let mut former: BTreeMap<&str, &str> = BTreeMap::new();
    for (key, client) in clients.iter().filter(|(_, client)| !client["clientId"].is_string()) {
        let Some(name) = client["formerly"].as_str() else { continue };
        let path = Path::of(["clients", key, "formerly"]);
        match names.get(name) {
            Some(own) if own == key => {
                let message = format!("`{name}` is the client's name now, so it was not renamed");
                check.error(Code::Conflict, &path, message, "leave `formerly` out");
            }
            Some(other) => {
                let message = format!("`clients.{other}` has this name, so that client was not renamed");
                check.error(Code::Conflict, &path, message, "leave `formerly` out");
            }
            None => {
                if let Some(other) = former.insert(name, key) {
                    check.error(
                        Code::DefinedTwice,
                        &path,
                        twice(other),
                        "one client can only be renamed once",
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::redirect_url;

    #[test]
    fn plain_http_is_for_the_own_machine() {
        for good in
            ["https://a.example", "http://localhost", "http://127.0.0.1:80/x", "http://[::1]/", "myapp://x"]
        {
            assert_eq!(redirect_url(good), Ok(()), "{good}");
        }
        for bad in [
            "http://a.example",
            "http://localhost.evil.example",
            "http://localhost:@evil.example",
            "https://",
            "https:/x",
            "myapp:",
            "/callback",
            "https://a/#x",
            "://x",
        ] {
            assert!(redirect_url(bad).is_err(), "{bad}");
        }
    }
}
