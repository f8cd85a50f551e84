//! Live state: the only room besides `apply` that calls the API, and it only reads.
//!
//! Nothing is read that the manifest does not ask about: a section that is not written is not read.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::catalog::OWNER_TAG;
use crate::cognito::{ApiError, ErrorCode, ReadCognito, ReadOperation};
use crate::identity::{ClientMatch, ListedClient, match_clients};
use crate::manifest::load::PoolManifest;

/// What stands in the place of a secret from here on.
pub const HIDDEN_SECRET: &str = "(hidden)";

/// The most entries that one page of a list holds.
const PAGE: u64 = 60;

/// A user pool as it is, in the API's own documents.
#[derive(Debug, Clone)]
pub struct LivePool {
    /// `Id`.
    pub id: String,
    /// `DescribeUserPool.UserPool`.
    pub pool: Value,
    /// `GetUserPoolMfaConfig`, if `settings` is written.
    pub mfa: Value,
    /// Every client, if `clients` is written or one is to be deleted.
    pub listed: Vec<ListedClient>,
    /// `DescribeUserPoolClient.UserPoolClient` of the declared clients, by id, without their secrets.
    pub clients: BTreeMap<String, Value>,
}

impl LivePool {
    /// `UserPoolTags`.
    pub fn tags(&self) -> &Map<String, Value> {
        static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        self.pool["UserPoolTags"].as_object().unwrap_or(&EMPTY)
    }
}

/// Why a pool could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The service refused a call.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// Several pools have the name.
    #[error("{} pools are named `{name}`: {}", ids.len(), ids.join(", "))]
    AmbiguousPool {
        /// The name.
        name: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// `poolId` names none.
    #[error("there is no pool `{0}` in this account and Region")]
    PinnedPoolIsGone(String),
    /// No pool has the name, and the manifest has no `settings`, so it cannot create it.
    #[error("there is no pool named `{0}`, and a manifest without `settings` creates none")]
    NoSuchPool(String),
}

/// Reads the state of the pools that manifests describe. The list of pools is read once for all of them.
pub struct Reader<'a> {
    api: &'a dyn ReadCognito,
    pools: Option<Vec<(String, String)>>,
}

impl<'a> Reader<'a> {
    /// A reader that has read nothing yet.
    pub fn new(api: &'a dyn ReadCognito) -> Self {
        Self { api, pools: None }
    }

    /// The live state of the pool that a manifest means; `None` if it has yet to be created.
    ///
    /// `owner` is the value of the owner tag under which the pool may stand with another name.
    ///
    /// # Errors
    /// The service's refusal, or that no one pool is meant.
    pub async fn pool(
        &mut self,
        manifest: &PoolManifest,
        owner: &str,
    ) -> Result<Option<LivePool>, ReadError> {
        match self.find(manifest, owner).await? {
            None => Ok(None),
            Some(pool) => self.details(manifest, pool).await.map(Some),
        }
    }

    /// The same with no more of the clients than which there are.
    ///
    /// # Errors
    /// The service's refusal, or that no one pool is meant.
    pub async fn ids(&mut self, manifest: &PoolManifest, owner: &str) -> Result<Option<LivePool>, ReadError> {
        let Some(pool) = self.find(manifest, owner).await? else { return Ok(None) };
        let id = text(&pool, "Id");
        let listed = match manifest.section("clients") {
            Some(_) => list_clients(self.api, &id).await?,
            None => Vec::new(),
        };
        Ok(Some(LivePool { id, pool, mfa: json!({}), listed, clients: BTreeMap::new() }))
    }

    /// `DescribeUserPool.UserPool` of the pool that a manifest means.
    async fn find(&mut self, manifest: &PoolManifest, owner: &str) -> Result<Option<Value>, ReadError> {
        let owns = manifest.section("settings").is_some();
        let pool = match (&manifest.id, &manifest.name) {
            (Some(id), _) => match describe_pool(self.api, id).await {
                Err(error) if error.code == ErrorCode::ResourceNotFound => {
                    return Err(ReadError::PinnedPoolIsGone(id.clone()));
                }
                pool => pool?,
            },
            (None, name) => {
                let name = name.as_deref().unwrap_or_default();
                let ids = self.named(name).await?;
                match ids.as_slice() {
                    [id] => describe_pool(self.api, id).await?,
                    [] => match self.owned(owner, owns).await? {
                        Some(pool) => pool,
                        None if owns => return Ok(None),
                        None => return Err(ReadError::NoSuchPool(name.to_owned())),
                    },
                    _ => return Err(ReadError::AmbiguousPool { name: name.to_owned(), ids }),
                }
            }
        };
        Ok(Some(pool))
    }

    async fn details(&self, manifest: &PoolManifest, pool: Value) -> Result<LivePool, ReadError> {
        let owns = manifest.section("settings").is_some();
        let id = text(&pool, "Id");
        let mfa = if owns { mfa_config(self.api, &id).await? } else { json!({}) };
        let declared = manifest.section("clients").and_then(Value::as_object);
        let deletes = manifest.value["policy"]["delete"].as_array().is_some_and(|list| !list.is_empty());
        let listed =
            if declared.is_some() || deletes { list_clients(self.api, &id).await? } else { Vec::new() };
        let mut clients = BTreeMap::new();
        for found in match_clients(declared.unwrap_or(&Map::new()), &listed).into_values() {
            if let ClientMatch::Live(client) = found {
                let document = describe_client(self.api, &id, &client).await?;
                clients.insert(client, document);
            }
        }
        Ok(LivePool { id, pool, mfa, listed, clients })
    }

    async fn all(&mut self) -> Result<&[(String, String)], ApiError> {
        let pools = if let Some(pools) = self.pools.take() {
            pools
        } else {
            let pages = pages(self.api, ReadOperation::ListUserPools, json!({}), "UserPools").await?;
            pages.iter().map(|pool| (text(pool, "Id"), text(pool, "Name"))).collect()
        };
        Ok(self.pools.insert(pools))
    }

    async fn named(&mut self, name: &str) -> Result<Vec<String>, ApiError> {
        let pools = self.all().await?;
        Ok(pools.iter().filter(|(_, other)| other == name).map(|(id, _)| id.clone()).collect())
    }

    /// The pool that carries our owner tag under another name: one that was renamed by other means.
    async fn owned(&mut self, owner: &str, owns: bool) -> Result<Option<Value>, ApiError> {
        let ids: Vec<String> =
            if owns { self.all().await?.iter().map(|(id, _)| id.clone()).collect() } else { Vec::new() };
        for id in ids {
            let pool = describe_pool(self.api, &id).await?;
            if pool["UserPoolTags"][OWNER_TAG] == owner {
                return Ok(Some(pool));
            }
        }
        Ok(None)
    }
}

/// `DescribeUserPool`.
///
/// # Errors
/// The service's refusal.
pub async fn describe_pool(api: &dyn ReadCognito, id: &str) -> Result<Value, ApiError> {
    let mut answer = api.read(ReadOperation::DescribeUserPool, json!({ "UserPoolId": id })).await?;
    Ok(answer["UserPool"].take())
}

/// `GetUserPoolMfaConfig`.
///
/// # Errors
/// The service's refusal.
pub async fn mfa_config(api: &dyn ReadCognito, id: &str) -> Result<Value, ApiError> {
    api.read(ReadOperation::GetUserPoolMfaConfig, json!({ "UserPoolId": id })).await
}

/// `DescribeUserPoolClient`, without the client's secret.
///
/// # Errors
/// The service's refusal.
pub async fn describe_client(api: &dyn ReadCognito, pool: &str, client: &str) -> Result<Value, ApiError> {
    let input = json!({ "UserPoolId": pool, "ClientId": client });
    let mut answer = api.read(ReadOperation::DescribeUserPoolClient, input).await?;
    let mut client = answer["UserPoolClient"].take();
    hide_secret(&mut client);
    Ok(client)
}

/// Takes a client's secret out of a document, and leaves that there is one.
pub fn hide_secret(client: &mut Value) {
    if let Some(secret) = client.get_mut("ClientSecret") {
        *secret = json!(HIDDEN_SECRET);
    }
}

async fn list_clients(api: &dyn ReadCognito, pool: &str) -> Result<Vec<ListedClient>, ApiError> {
    let input = json!({ "UserPoolId": pool });
    let clients = pages(api, ReadOperation::ListUserPoolClients, input, "UserPoolClients").await?;
    let listed = clients.iter().map(|client| ListedClient {
        id: text(client, "ClientId"),
        name: text(client, "ClientName"),
        dynamic: client["ClientType"] == "DCR",
    });
    Ok(listed.collect())
}

/// All pages of a list. A page may be short or empty while more follow, so only a missing token ends it.
async fn pages(
    api: &dyn ReadCognito,
    operation: ReadOperation,
    mut input: Value,
    member: &str,
) -> Result<Vec<Value>, ApiError> {
    let mut all = Vec::new();
    input["MaxResults"] = json!(PAGE);
    loop {
        let mut answer = api.read(operation, input.clone()).await?;
        if let Some(Value::Array(page)) = answer.get_mut(member).map(Value::take) {
            all.extend(page);
        }
        match answer.get_mut("NextToken").map(Value::take) {
            Some(Value::String(token)) => input["NextToken"] = json!(token),
            _ => return Ok(all),
        }
    }
}

fn text(object: &Value, member: &str) -> String {
    object[member].as_str().unwrap_or_default().to_owned()
}
