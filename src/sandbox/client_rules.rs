//! What the service refuses of a client, beyond the model's constraints.

use serde_json::Value;

use super::store::PoolState;
use super::{Refused, given, strings};
use crate::cognito::ErrorCode;

/// Scopes that every pool has.
const STANDARD_SCOPES: [&str; 5] = ["aws.cognito.signin.user.admin", "email", "openid", "phone", "profile"];

/// Attributes that no client writes.
const NEVER_WRITABLE: [&str; 3] = ["email_verified", "phone_number_verified", "sub"];

/// Rules on a client as it would be.
pub(super) fn check(pool: &PoolState, client: &Value, before: &Value) -> Result<(), Refused> {
    oauth(client)?;
    redirects(client)?;
    by_choice(pool, client, before)?;
    flows(client)?;
    validities(client)?;
    providers(pool, client)?;
    scopes(pool, client)?;
    attributes(pool, client)
}

fn oauth(client: &Value) -> Result<(), Refused> {
    let refused = |message: &str| Err(Refused::new(ErrorCode::InvalidOAuthFlow, message));
    let flows = strings(&client["AllowedOAuthFlows"]);
    if flows.contains(&"client_credentials") {
        if flows.len() > 1 {
            return refused(
                "client_credentials flow can not be selected along with code flow or implicit flow.",
            );
        }
        if !given(client, "ClientSecret") {
            return refused(
                "client_credentials flow can not be selected if client does not have a client secret.",
            );
        }
    }
    if client["EnablePropagateAdditionalUserContextData"] == true && !given(client, "ClientSecret") {
        return Err(Refused::invalid(
            "EnablePropagateAdditionalUserContextData needs a client with a secret.",
        ));
    }
    let members = ["AllowedOAuthFlows", "AllowedOAuthScopes", "CallbackURLs", "LogoutURLs"];
    let used = members.iter().find(|member| !strings(&client[**member]).is_empty());
    match used.filter(|_| client["AllowedOAuthFlowsUserPoolClient"] != true) {
        Some(member) => {
            Err(Refused::invalid(format!("AllowedOAuthFlowsUserPoolClient must be true for {member}.")))
        }
        None => Ok(()),
    }
}

fn redirects(client: &Value) -> Result<(), Refused> {
    for url in ["CallbackURLs", "LogoutURLs"].iter().flat_map(|member| strings(&client[*member])) {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", ""));
        let local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|host| {
            rest.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?']))
        });
        if scheme.is_empty() && !url.contains(':') || url.contains('#') || scheme == "http" && !local {
            return Err(Refused::invalid(format!("Invalid redirect URL: {url}")));
        }
    }
    match client["DefaultRedirectURI"].as_str() {
        Some(default) if !strings(&client["CallbackURLs"]).contains(&default) => {
            Err(Refused::invalid("DefaultRedirectURI must be in the list of CallbackURLs."))
        }
        _ => Ok(()),
    }
}

/// Sign-in by choice is not in the tier `LITE`. A client that had it before its pool came to that tier keeps it.
fn by_choice(pool: &PoolState, client: &Value, before: &Value) -> Result<(), Refused> {
    let has_it = |client: &Value| strings(&client["ExplicitAuthFlows"]).contains(&"ALLOW_USER_AUTH");
    if pool.pool["UserPoolTier"] == "LITE" && has_it(client) && !has_it(before) {
        return Err(Refused::new(
            ErrorCode::FeatureUnavailableInTier,
            "ALLOW_USER_AUTH is not available in this tier.",
        ));
    }
    Ok(())
}

fn flows(client: &Value) -> Result<(), Refused> {
    let flows = strings(&client["ExplicitAuthFlows"]);
    let allow = flows.iter().filter(|flow| flow.starts_with("ALLOW_")).count();
    if allow > 0 && allow < flows.len() {
        return Err(Refused::invalid("Old and ALLOW_ names of authentication flows cannot be mixed."));
    }
    // Without flows of its own a client has three, ALLOW_REFRESH_TOKEN_AUTH among them.
    let refreshes = flows.is_empty() || flows.contains(&"ALLOW_REFRESH_TOKEN_AUTH");
    if client["RefreshTokenRotation"]["Feature"] == "ENABLED" && refreshes {
        return Err(Refused::invalid("ALLOW_REFRESH_TOKEN_AUTH is not allowed with refresh token rotation."));
    }
    Ok(())
}

fn validities(client: &Value) -> Result<(), Refused> {
    let units = &client["TokenValidityUnits"];
    for (member, unit, default, least, most) in [
        ("AccessTokenValidity", "AccessToken", "hours", 300, 86_400),
        ("IdTokenValidity", "IdToken", "hours", 300, 86_400),
        ("RefreshTokenValidity", "RefreshToken", "days", 3_600, 3_650 * 86_400),
    ] {
        let Some(number) = client[member].as_u64() else { continue };
        let seconds = number.saturating_mul(match units[unit].as_str().unwrap_or(default) {
            "seconds" => 1,
            "minutes" => 60,
            "hours" => 3_600,
            _ => 86_400,
        });
        if !(least..=most).contains(&seconds) {
            return Err(Refused::invalid(format!("Invalid range for token validity: {member}.")));
        }
    }
    Ok(())
}

fn providers(pool: &PoolState, client: &Value) -> Result<(), Refused> {
    let known = |name: &str| name == "COGNITO" || pool.identity_providers.contains_key(name);
    match strings(&client["SupportedIdentityProviders"]).into_iter().find(|name| !known(name)) {
        Some(name) => {
            let id = pool.pool["Id"].as_str().unwrap_or_default();
            Err(Refused::invalid(format!("The provider {name} does not exist for User Pool {id}.")))
        }
        None => Ok(()),
    }
}

fn scopes(pool: &PoolState, client: &Value) -> Result<(), Refused> {
    let known = |scope: &str| {
        STANDARD_SCOPES.contains(&scope)
            || scope.rsplit_once('/').is_some_and(|(server, name)| {
                let scopes = pool.resource_servers.get(server).map(|server| &server["Scopes"]);
                scopes.and_then(Value::as_array).into_iter().flatten().any(|scope| scope["ScopeName"] == name)
            })
    };
    match strings(&client["AllowedOAuthScopes"]).into_iter().find(|scope| !known(scope)) {
        Some(scope) => {
            Err(Refused::new(ErrorCode::ScopeDoesNotExist, format!("Invalid scope requested: {scope}")))
        }
        None => Ok(()),
    }
}

fn attributes(pool: &PoolState, client: &Value) -> Result<(), Refused> {
    let schema = pool.pool["SchemaAttributes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let find = |name: &str| schema.iter().find(|attribute| attribute["Name"] == name);
    for member in ["ReadAttributes", "WriteAttributes"] {
        if let Some(name) = strings(&client[member]).into_iter().find(|name| find(name).is_none()) {
            return Err(Refused::invalid(format!(
                "Invalid {member} specified: {name} is no attribute of the pool."
            )));
        }
    }
    let writable = strings(&client["WriteAttributes"]);
    if writable.is_empty() {
        return Ok(());
    }
    for name in &writable {
        if NEVER_WRITABLE.contains(name) {
            return Err(Refused::invalid(format!(
                "Invalid write attributes specified: {name} cannot be written."
            )));
        }
    }
    let missing = schema.iter().find(|attribute| {
        let name = attribute["Name"].as_str().unwrap_or_default();
        attribute["Required"] == true && name != "sub" && !writable.contains(&name)
    });
    match missing {
        Some(attribute) => Err(Refused::invalid(format!(
            "Invalid write attributes specified: the required attribute {} is missing.",
            attribute["Name"].as_str().unwrap_or_default()
        ))),
        None => Ok(()),
    }
}
