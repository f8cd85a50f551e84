//! What applications need to know of a live pool: ids and URLs. Nothing in it is secret.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::identity::{is_custom_domain, match_clients};
use crate::manifest::load::PoolManifest;
use crate::path::Path;
use crate::plan::Policy;
use crate::read::LivePool;
use crate::template::Fact;

/// A pool's ids and URLs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outputs {
    /// The pool's key in addresses.
    pub key: String,
    /// `Id`.
    pub pool_id: String,
    /// `Arn`.
    pub arn: String,
    /// The Region.
    pub region: String,
    /// What tokens hold as `iss`.
    pub issuer: String,
    /// Where the keys are that verify tokens.
    pub jwks_uri: String,
    /// Where the discovery document is.
    pub discovery_url: String,
    /// The base URL of the prefix domain, if the pool has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain_url: Option<String>,
    /// The base URL of the custom domain, if the pool has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_domain_url: Option<String>,
    /// The ids of declared clients that exist, by their keys.
    pub clients: BTreeMap<String, String>,
}

/// The base URL of a domain of either sort, by the forms that the developer guide gives.
pub fn domain_url(region: &str, name: &str) -> String {
    if is_custom_domain(name) {
        return format!("https://{name}");
    }
    // GovCloud has FIPS endpoints only.
    let auth = if region.starts_with("us-gov-") { "auth-fips" } else { "auth" };
    format!("https://{name}.{auth}.{region}.amazoncognito.com")
}

/// The ids of declared clients that exist, by their keys.
fn client_ids(declared: Option<&Map<String, Value>>, live: &LivePool) -> BTreeMap<String, String> {
    let Some(declared) = declared else { return BTreeMap::new() };
    let found = match_clients(declared, &live.listed).into_iter();
    found.filter_map(|(key, found)| Some((key, found.live()?.to_owned()))).collect()
}

/// What tokens hold as `iss`; `IssuerConfiguration` has two forms of it.
fn issuer(region: &str, id: &str, updated: bool) -> String {
    let host = if updated { "issuer-cognito-idp" } else { "cognito-idp" };
    format!("https://{host}.{region}.amazonaws.com/{id}")
}

/// What a manifest says itself of what a reference stands for, whether its pool is there or not.
pub fn declared_fact(manifest: &PoolManifest, region: &str, fact: &Fact) -> Option<String> {
    let is_custom = match fact {
        Fact::Pool("region") => return Some(region.to_owned()),
        Fact::Pool("domainUrl") => false,
        Fact::Pool("customDomainUrl") => true,
        Fact::Pool(_) | Fact::ClientId(_) => return None,
    };
    let domains = manifest.section("domains").and_then(Value::as_object).into_iter().flatten();
    let mut names = domains.map(|(name, _)| name).filter(|name| is_custom_domain(name) == is_custom);
    names.next().map(|name| domain_url(region, name))
}

impl Outputs {
    /// Reads them off a live pool, for the clients that a manifest declares.
    ///
    /// The forms of the URLs are those of the developer guide: keys and discovery stand at the pool's endpoint, never
    /// at its domain, and `IssuerConfiguration` changes the issuer alone.
    pub fn of(manifest: &PoolManifest, live: &LivePool) -> Self {
        let declared = manifest.section("clients").and_then(Value::as_object);
        Self { clients: client_ids(declared, live), ..Self::of_pool(&manifest.key, &live.pool) }
    }

    /// What they will be once the manifest is applied: an issuer of the declared form, and no domain that goes.
    pub fn planned(manifest: &PoolManifest, live: &LivePool) -> Self {
        let mut planned = Self::of_pool(&manifest.key, &live.pool);
        planned.clients = client_ids(manifest.declared_clients(), live);
        let policy = Policy::of(&manifest.value);
        let form = Path::of(["settings", "issuerConfiguration", "type"]);
        if let Some(written) = manifest.value["settings"]["issuerConfiguration"]["type"].as_str()
            && !policy.ignores(&form)
        {
            planned.issuer = issuer(&planned.region, &planned.pool_id, written == "UPDATED");
        }
        let declared = &manifest.value["domains"];
        let stays = |name: &str| declared.get(name).is_some() || !policy.lets_go("domains", name);
        let url_stays = |member: &str| live.pool[member].as_str().is_none_or(stays);
        planned.domain_url = planned.domain_url.filter(|_| url_stays("Domain"));
        planned.custom_domain_url = planned.custom_domain_url.filter(|_| url_stays("CustomDomain"));
        planned
    }

    /// Reads off `DescribeUserPool.UserPool`, or the answer to a creation, what it says; that is nothing of clients.
    pub fn of_pool(key: &str, pool: &Value) -> Self {
        let text = |member: &str| pool[member].as_str().unwrap_or_default().to_owned();
        let id = text("Id");
        let region = id.split_once('_').map_or("", |(region, _)| region).to_owned();
        let endpoint = format!("https://cognito-idp.{region}.amazonaws.com/{id}");
        let issuer = issuer(&region, &id, pool["IssuerConfiguration"]["Type"] == "UPDATED");
        let domain = |member: &str| pool[member].as_str().filter(|domain| !domain.is_empty());
        Self {
            key: key.to_owned(),
            pool_id: id.clone(),
            arn: text("Arn"),
            jwks_uri: format!("{endpoint}/.well-known/jwks.json"),
            discovery_url: format!("{endpoint}/.well-known/openid-configuration"),
            issuer,
            domain_url: domain("Domain").map(|name| domain_url(&region, name)),
            custom_domain_url: domain("CustomDomain").map(|name| domain_url(&region, name)),
            region,
            clients: BTreeMap::new(),
        }
    }

    /// What a reference stands for, if it is known.
    pub fn fact(&self, fact: &Fact) -> Option<&str> {
        let name = match fact {
            Fact::ClientId(key) => return self.clients.get(key).map(String::as_str),
            Fact::Pool(name) => *name,
        };
        match name {
            "id" => Some(&self.pool_id),
            "arn" => Some(&self.arn),
            "region" => Some(&self.region),
            "issuer" => Some(&self.issuer),
            "jwksUri" => Some(&self.jwks_uri),
            "discoveryUrl" => Some(&self.discovery_url),
            "domainUrl" => self.domain_url.as_deref(),
            "customDomainUrl" => self.custom_domain_url.as_deref(),
            _ => None,
        }
    }

    /// Names with their values, in the order in which they are shown.
    pub fn entries(&self) -> Vec<(String, &str)> {
        let Self {
            key: _,
            pool_id,
            arn,
            region,
            issuer,
            jwks_uri,
            discovery_url,
            domain_url,
            custom_domain_url,
            clients,
        } = self;
        let mut entries: Vec<(String, &str)> = [
            ("pool id", Some(pool_id)),
            ("arn", Some(arn)),
            ("region", Some(region)),
            ("issuer", Some(issuer)),
            ("jwks uri", Some(jwks_uri)),
            ("discovery url", Some(discovery_url)),
            ("domain url", domain_url.as_ref()),
            ("custom domain url", custom_domain_url.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.as_str())))
        .collect();
        entries.extend(clients.iter().map(|(key, id)| (format!("client {key} id"), id.as_str())));
        entries
    }
}
