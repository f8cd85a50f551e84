//! Domains, identity providers, resource servers and groups.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::attached::is_without;
use super::together::Part;
use super::{LivePool, Reader, pages, text};
use crate::catalog::{
    Calls, DOMAIN, Field, GROUP, HIDDEN_SECRET, IDENTITY_PROVIDER, Kind, REPLICA, RESOURCE_SERVER,
};
use crate::cognito::{ApiError, ErrorCode, ReadCognito};
use crate::identity::is_custom_domain;
use crate::manifest::load::PoolManifest;
use crate::path::Path;

impl Reader<'_> {
    /// The collections that a manifest mentions.
    pub(super) fn member_parts<'f>(
        &'f self,
        manifest: &'f PoolManifest,
        live: &LivePool,
    ) -> impl Iterator<Item = Part<'f>> {
        let kinds: [&'static Kind; 5] = [&RESOURCE_SERVER, &IDENTITY_PROVIDER, &GROUP, &REPLICA, &DOMAIN];
        let mentioned = kinds.into_iter().filter(|kind| mentions(manifest, kind));
        mentioned.map(move |kind| {
            live.part(async move |part: &mut LivePool| {
                if *kind == *DOMAIN {
                    return self.read_domains(manifest, part).await;
                }
                self.list(kind, part).await?;
                self.describe_declared(manifest, kind, part).await
            })
        })
    }

    /// Reads which providers and scopes there are, if a client is to use one that no declared client uses yet.
    pub(super) async fn read_what_clients_name(
        &self,
        manifest: &PoolManifest,
        live: &mut LivePool,
    ) -> Result<(), ApiError> {
        for (kind, written, answered) in [
            (&*IDENTITY_PROVIDER, "supportedIdentityProviders", "SupportedIdentityProviders"),
            (&*RESOURCE_SERVER, "allowedOAuthScopes", "AllowedOAuthScopes"),
        ] {
            let declared = manifest.section("clients").and_then(Value::as_object).into_iter().flatten();
            let used: BTreeSet<&str> =
                live.clients.values().flat_map(|client| strings(&client[answered])).collect();
            let providers = kind == &*IDENTITY_PROVIDER;
            let is_the_pools = |name: &&str| if providers { *name != "COGNITO" } else { name.contains('/') };
            let named = declared.flat_map(|(_, client)| strings(&client[written]));
            let is_new = named.filter(is_the_pools).any(|name| !used.contains(name));
            if is_new && live.section(kind.section).is_none() {
                match self.list(kind, live).await {
                    // Who may only manage clients leaves this question to the service.
                    Err(error) if is_denied(&error) => {}
                    listed => listed?,
                }
            }
        }
        Ok(())
    }

    /// Lists all of a kind.
    async fn list(&self, kind: &'static Kind, live: &mut LivePool) -> Result<(), ApiError> {
        let Some(calls) = &kind.calls else { return Ok(()) };
        let Some(list) = &calls.list else { return Ok(()) };
        let listed = match pages(self.api, list, json!({ "UserPoolId": live.id })).await {
            Err(error) if is_without(&error) => Vec::new(),
            listed => listed?,
        };
        let by_name = listed.into_iter().map(|document| (text(&document, calls.identity), document));
        live.members.insert(kind.section, by_name.collect());
        Ok(())
    }

    /// Reads all of a kind, one by one where a list says too little.
    pub(super) async fn read_all_of(&self, kind: &'static Kind, live: &mut LivePool) -> Result<(), ApiError> {
        let Some(calls) = &kind.calls else { return Ok(()) };
        let names: Vec<String> = if calls.list.is_some() {
            self.list(kind, live).await?;
            live.section(kind.section).into_iter().flatten().map(|(name, _)| name.clone()).collect()
        } else {
            ["Domain", "CustomDomain"].iter().map(|member| text(&live.pool, member)).collect()
        };
        if calls.list.is_some_and(|list| list.whole) {
            return Ok(());
        }
        let mut documents = BTreeMap::new();
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            if let Some(document) = self.read_member(kind, calls, &name, live).await? {
                documents.insert(name, document);
            }
        }
        live.members.insert(kind.section, documents);
        Ok(())
    }

    /// Reads the declared ones of which the list says too little.
    async fn describe_declared(
        &self,
        manifest: &PoolManifest,
        kind: &'static Kind,
        live: &mut LivePool,
    ) -> Result<(), ApiError> {
        let Some(calls) = kind.calls.as_ref().filter(|calls| calls.list.is_some_and(|list| !list.whole))
        else {
            return Ok(());
        };
        for name in declared_names(manifest, kind) {
            if !live.section(kind.section).is_some_and(|members| members.contains_key(name)) {
                continue;
            }
            if let Some(document) = self.read_member(kind, calls, name, live).await? {
                live.members.entry(kind.section).or_default().insert(name.to_owned(), document);
            }
        }
        Ok(())
    }

    /// Reads one resource, if it is there. Its secrets are filed, and hidden in what is returned.
    async fn read_member(
        &self,
        kind: &Kind,
        calls: &Calls,
        name: &str,
        live: &mut LivePool,
    ) -> Result<Option<Value>, ApiError> {
        let mut document = describe_member(self.api, calls, &live.id, name).await?;
        if is_missing(&document) {
            return Ok(None);
        }
        let at = Path::of([kind.section, name]);
        for (path, secret) in hide_secrets(kind, &mut document) {
            live.secrets.insert(at.join(&path), secret);
        }
        Ok(Some(document))
    }

    /// The pool names its domains; one is read if something is declared of its sort.
    async fn read_domains(&self, manifest: &PoolManifest, live: &mut LivePool) -> Result<(), ApiError> {
        let Some(calls) = &DOMAIN.calls else { return Ok(()) };
        let mut domains = BTreeMap::new();
        for member in ["Domain", "CustomDomain"] {
            let name = text(&live.pool, member);
            if name.is_empty() {
                continue;
            }
            let is_of_its_sort = |other: &str| is_custom_domain(other) == is_custom_domain(&name);
            let document = if declared_names(manifest, &DOMAIN).any(is_of_its_sort) {
                self.read_member(&DOMAIN, calls, &name, live).await?
            } else {
                Some(json!({ "Domain": name }))
            };
            if let Some(document) = document {
                domains.insert(name, document);
            }
        }
        live.members.insert(DOMAIN.section, domains);
        Ok(())
    }

    /// Looks for declared domains that the pool does not have: the name may be another pool's.
    pub(super) async fn look_for_taken_domains(
        &mut self,
        manifest: &PoolManifest,
        live: Option<&LivePool>,
    ) -> Result<(), ApiError> {
        let Some(calls) = &DOMAIN.calls else { return Ok(()) };
        for name in declared_names(manifest, &DOMAIN) {
            if live.and_then(|live| live.section(DOMAIN.section)?.get(name)).is_some() {
                continue;
            }
            let owner = match describe_member(self.api, calls, "", name).await {
                Err(error) if error.code == ErrorCode::ResourceNotFound => continue,
                document => text(&document?, "UserPoolId"),
            };
            if !owner.is_empty() && live.is_none_or(|live| live.id != owner) {
                self.taken_domains.insert(name.to_owned(), owner);
            }
        }
        Ok(())
    }
}

/// One resource by its name, with its secrets. A domain or a replica that does not exist is an empty document.
///
/// # Errors
/// The service's refusal.
pub async fn describe_member(
    api: &dyn ReadCognito,
    calls: &Calls,
    pool: &str,
    name: &str,
) -> Result<Value, ApiError> {
    let own = calls.list.filter(|list| list.operation == calls.describe);
    if let Some(list) = &own {
        let listed = pages(api, list, json!({ "UserPoolId": pool })).await?;
        let found = listed.into_iter().find(|document| document[calls.identity] == name);
        return Ok(found.unwrap_or_else(|| json!({})));
    }
    let mut input = json!({ calls.identity: name });
    if calls.in_pool {
        input["UserPoolId"] = json!(pool);
    }
    let mut answer = api.read(calls.describe, input).await?;
    Ok(answer[calls.described].take())
}

pub(super) fn is_denied(error: &ApiError) -> bool {
    error.code == ErrorCode::NotAuthorized || error.code.as_str() == "AccessDeniedException"
}

/// Whether a document says that there is nothing of that name.
pub fn is_missing(document: &Value) -> bool {
    document.as_object().is_none_or(Map::is_empty)
}

/// Whether something may go that clients use: a resource server or a scope, or an identity provider.
pub(super) fn narrows(manifest: &PoolManifest, live: &LivePool) -> bool {
    let declared = manifest.section(RESOURCE_SERVER.section);
    let servers = live.section(RESOURCE_SERVER.section).into_iter().flatten();
    let loses_a_scope = |name: &str, server: &Value| {
        let Some(declared) = declared.and_then(|declared| declared.get(name)) else { return false };
        let mut scopes = server["Scopes"].as_array().into_iter().flatten();
        scopes.any(|scope| declared["scopes"].get(scope["ScopeName"].as_str().unwrap_or_default()).is_none())
    };
    servers.into_iter().any(|(name, server)| loses_a_scope(name, server))
        || [&*RESOURCE_SERVER, &*IDENTITY_PROVIDER].iter().any(|kind| loses_a_member(manifest, kind, live))
}

/// Whether policy lets something of a kind go that is there.
fn loses_a_member(manifest: &PoolManifest, kind: &Kind, live: &LivePool) -> bool {
    let policy = &manifest.value["policy"];
    let deleted: Vec<Path> =
        strings(&policy["delete"]).into_iter().filter_map(|text| Path::parse(text).ok()).collect();
    let prunes = strings(&policy["prune"]).contains(&kind.section);
    let declared: Vec<&str> = declared_names(manifest, kind).collect();
    let mut names = live.section(kind.section).into_iter().flatten().map(|(name, _)| name.as_str());
    names.any(|name| {
        !declared.contains(&name) && (prunes || deleted.contains(&Path::of([kind.section, name])))
    })
}

/// Whether policy lets members of a section go.
pub(super) fn deletes_or_prunes(manifest: &PoolManifest, section: &str) -> bool {
    let policy = &manifest.value["policy"];
    let mut deletes = strings(&policy["delete"]).into_iter().filter_map(|text| Path::parse(text).ok());
    strings(&policy["prune"]).contains(&section)
        || deletes.any(|path| path.keys().is_some_and(|keys| keys.first() == Some(&section)))
}

fn mentions(manifest: &PoolManifest, kind: &Kind) -> bool {
    manifest.section(kind.section).is_some() || deletes_or_prunes(manifest, kind.section)
}

fn declared_names<'a>(manifest: &'a PoolManifest, kind: &Kind) -> impl Iterator<Item = &'a str> {
    let declared = manifest.section(kind.section).and_then(Value::as_object);
    declared.into_iter().flatten().map(|(name, _)| name.as_str())
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Takes the secrets out of a document, and leaves that there are some.
fn hide_secrets(kind: &Kind, document: &mut Value) -> Vec<(Path, String)> {
    let mut found = Vec::new();
    let fields = kind.fields(document);
    hide_in(fields, document, &Path::root(), &mut found);
    found
}

fn hide_in(field: &Field, document: &mut Value, at: &Path, found: &mut Vec<(Path, String)>) {
    for member in field.members() {
        let Some(value) = document.get_mut(&member.api_name) else { continue };
        let path = at.key(&member.name);
        if !member.secret {
            hide_in(member, value, &path, found);
        } else if let Some(secret) = value.as_str() {
            found.push((path, secret.to_owned()));
            *value = json!(HIDDEN_SECRET);
        }
    }
}
