//! Live state: the only room besides `apply` that calls the API, and it only reads.
//!
//! Nothing is read that the manifest does not ask about: a section that is not written is not read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::catalog::{CLIENT, HIDDEN_SECRET, List, OWNER_TAG};
use crate::cognito::{ApiError, ErrorCode, ReadCognito, ReadOperation};
use crate::identity::{ClientMatch, ListedClient, match_clients};
use crate::manifest::load::PoolManifest;
use crate::manifest::references::uses;
use crate::path::Path;

mod attached;
mod client_secrets;
mod limits;
mod members;
mod records;
mod secrets;
mod together;
mod told;
mod whole;

pub use attached::describe_attached;
pub use client_secrets::{LiveSecret, client_secrets};
pub use limits::{LiveLimit, limit_of, provisioned_limit, provisioned_limits};
pub use members::{describe_member, is_missing};
pub use records::describe_record;
pub use secrets::LiveSecrets;
pub use told::Told;
pub use whole::Progress;

/// The most entries that one page of pools or clients holds.
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
    /// `DescribeUserPoolClient.UserPoolClient` of the declared clients, by id, without their secrets. All clients, if
    /// something goes that one of them may use.
    pub clients: BTreeMap<String, Value>,
    /// What the service answers of the other collections, by section and name, without secrets. A section that was not
    /// read is not there; of an undeclared member there may be only its entry in a list.
    pub members: BTreeMap<&'static str, BTreeMap<String, Value>>,
    /// What the pool (`None`) and its clients, by id, have one of, by section. What was not read is not there; what was
    /// and is not, is an empty document.
    pub attached: BTreeMap<(&'static str, Option<String>), Value>,
    /// The records of clients that were read and are there, by section, client's id and name.
    pub records: BTreeMap<(&'static str, String, Option<String>), Value>,
    /// Which secrets declared clients have, by the clients' ids, the oldest first. Only where `secrets` is written.
    pub client_secrets: BTreeMap<String, Vec<LiveSecret>>,
    /// The secrets of what was read.
    pub secrets: LiveSecrets,
}

impl LivePool {
    /// A pool of which no more is read yet.
    fn new(id: String, pool: Value, mfa: Value, listed: Vec<ListedClient>) -> Self {
        Self {
            id,
            pool,
            mfa,
            listed,
            clients: BTreeMap::new(),
            members: BTreeMap::new(),
            attached: BTreeMap::new(),
            records: BTreeMap::new(),
            client_secrets: BTreeMap::new(),
            secrets: LiveSecrets::default(),
        }
    }

    /// The resources of a section by name, if it was read.
    pub fn section(&self, section: &str) -> Option<&BTreeMap<String, Value>> {
        self.members.get(section)
    }

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
    /// Declared domains that belong to another pool: its id by the domain's name.
    pub taken_domains: BTreeMap<String, String>,
}

impl<'a> Reader<'a> {
    /// A reader that has read nothing yet.
    pub fn new(api: &'a dyn ReadCognito) -> Self {
        Self { api, pools: None, taken_domains: BTreeMap::new() }
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
        let live = match self.find(manifest, owner).await? {
            None => None,
            Some(pool) => Some(self.details(manifest, pool).await?),
        };
        self.look_for_taken_domains(manifest, live.as_ref()).await?;
        Ok(live)
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
        Ok(Some(LivePool::new(id, pool, json!({}), listed)))
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
        let mut live = LivePool::new(id, pool, mfa, Vec::new());
        live.read_together(self.member_parts(manifest, &live).collect()).await?;
        let declared = manifest.section("clients").and_then(Value::as_object);
        let narrows = members::narrows(manifest, &live);
        let refers = manifest.all_clients.is_some() && !uses(manifest).is_empty();
        if declared.is_some() || narrows || refers || members::deletes_or_prunes(manifest, CLIENT.section) {
            live.listed = list_clients(self.api, &live.id).await?;
        }
        let mut parts = vec![live.part(async move |part: &mut LivePool| {
            self.read_clients(declared, narrows, part).await?;
            self.read_client_secrets(manifest, part).await
        })];
        parts.extend(self.attached_parts(manifest, &live));
        parts.extend(self.record_parts(manifest, &live));
        live.read_together(parts).await?;
        self.read_what_clients_name(manifest, &mut live).await?;
        Ok(live)
    }

    /// Reads the declared clients and, if something goes that one may use, all others.
    async fn read_clients(
        &self,
        declared: Option<&Map<String, Value>>,
        narrows: bool,
        live: &mut LivePool,
    ) -> Result<(), ApiError> {
        for (key, found) in match_clients(declared.unwrap_or(&Map::new()), &live.listed) {
            if let ClientMatch::Live(client) = found {
                self.read_client(live, client, Some(&key)).await?;
            }
        }
        if narrows {
            for client in live.listed.clone() {
                if !live.clients.contains_key(&client.id) {
                    self.read_client(live, client.id, None).await?;
                }
            }
        }
        Ok(())
    }

    /// Reads one client; under the key of its declaration its secret can be compared.
    async fn read_client(&self, live: &mut LivePool, id: String, key: Option<&str>) -> Result<(), ApiError> {
        let mut client = describe_client_with_secret(self.api, &live.id, &id).await?;
        if let (Some(key), Some(secret)) = (key, client["ClientSecret"].as_str()) {
            live.secrets.insert(Path::of([CLIENT.section, key, "clientSecret"]), secret.to_owned());
        }
        hide_secret(&mut client);
        live.clients.insert(id, client);
        Ok(())
    }

    /// The ids and names of all pools of the account and Region.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn all_pools(&mut self) -> Result<Vec<(String, String)>, ApiError> {
        Ok(self.all().await?.to_vec())
    }

    async fn all(&mut self) -> Result<&[(String, String)], ApiError> {
        let pools = if let Some(pools) = self.pools.take() {
            pools
        } else {
            let pages = pages(self.api, &POOLS, json!({})).await?;
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
    let mut client = describe_client_with_secret(api, pool, client).await?;
    hide_secret(&mut client);
    Ok(client)
}

async fn describe_client_with_secret(
    api: &dyn ReadCognito,
    pool: &str,
    client: &str,
) -> Result<Value, ApiError> {
    let input = json!({ "UserPoolId": pool, "ClientId": client });
    let mut answer = api.read(ReadOperation::DescribeUserPoolClient, input).await?;
    Ok(answer["UserPoolClient"].take())
}

/// Takes a client's secret out of a document, and leaves that there is one.
pub fn hide_secret(client: &mut Value) {
    if let Some(secret) = client.get_mut("ClientSecret") {
        *secret = json!(HIDDEN_SECRET);
    }
}

/// The ids of the pools of a name.
///
/// # Errors
/// The service's refusal.
pub async fn pools_named(api: &dyn ReadCognito, name: &str) -> Result<Vec<String>, ApiError> {
    let pools = pages(api, &POOLS, json!({})).await?;
    Ok(pools.iter().filter(|pool| pool["Name"] == name).map(|pool| text(pool, "Id")).collect())
}

/// The ids of a pool's clients of a name, apart from those that registered themselves.
///
/// # Errors
/// The service's refusal.
pub async fn clients_named(api: &dyn ReadCognito, pool: &str, name: &str) -> Result<Vec<String>, ApiError> {
    let clients = list_clients(api, pool).await?.into_iter();
    Ok(clients.filter(|client| client.name == name && !client.dynamic).map(|client| client.id).collect())
}

/// The ids of all clients of a pool.
///
/// # Errors
/// The service's refusal.
pub async fn client_ids(api: &dyn ReadCognito, pool: &str) -> Result<Vec<String>, ApiError> {
    Ok(list_clients(api, pool).await?.into_iter().map(|client| client.id).collect())
}

/// How pools are listed.
const POOLS: List = List {
    operation: ReadOperation::ListUserPools,
    listed: "UserPools",
    page_member: "MaxResults",
    page: PAGE,
    whole: false,
};

/// How clients are listed.
const CLIENTS: List =
    List { operation: ReadOperation::ListUserPoolClients, listed: "UserPoolClients", ..POOLS };

async fn list_clients(api: &dyn ReadCognito, pool: &str) -> Result<Vec<ListedClient>, ApiError> {
    let clients = pages(api, &CLIENTS, json!({ "UserPoolId": pool })).await?;
    let dynamic = if clients.is_empty() { BTreeSet::new() } else { registered_clients(api, pool).await? };
    let listed = clients.iter().map(|client| {
        let id = text(client, "ClientId");
        ListedClient { dynamic: dynamic.contains(&id), name: text(client, "ClientName"), id }
    });
    Ok(listed.collect())
}

/// The clients that registered themselves. The list does not say which they are: it takes the kind as a filter.
///
/// A server that does not know the filter answers all clients; the description of one tells.
async fn registered_clients(api: &dyn ReadCognito, pool: &str) -> Result<BTreeSet<String>, ApiError> {
    let filter = json!({ "UserPoolId": pool, "ClientType": DYNAMIC });
    let found = pages(api, &CLIENTS, filter).await?;
    let ids: BTreeSet<String> = found.iter().map(|client| text(client, "ClientId")).collect();
    let Some(first) = ids.first() else { return Ok(ids) };
    let described = describe_client(api, pool, first).await?;
    Ok(if described["ClientType"] == DYNAMIC { ids } else { BTreeSet::new() })
}

/// The `ClientType` of a client that registered itself, by dynamic client registration.
const DYNAMIC: &str = "DCR";

/// All pages of a list. A page may be short or empty while more follow, so only a missing token ends it.
async fn pages(api: &dyn ReadCognito, list: &List, mut input: Value) -> Result<Vec<Value>, ApiError> {
    let mut all = Vec::new();
    if list.page > 0 {
        input[list.page_member] = json!(list.page);
    }
    loop {
        let mut answer = api.read(list.operation, input.clone()).await?;
        if let Some(Value::Array(page)) = answer.get_mut(list.listed).map(Value::take) {
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
