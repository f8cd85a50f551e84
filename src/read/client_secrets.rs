//! Which secrets clients have. No read returns their values.

use serde_json::{Map, Value, json};

use super::{LivePool, POOLS, Reader, pages, text};
use crate::catalog::{CLIENT, CLIENT_SECRETS, List};
use crate::cognito::{ApiError, ReadCognito, ReadOperation};
use crate::identity::{ClientMatch, match_clients};
use crate::manifest::load::PoolManifest;
use crate::path::Path;

/// A secret of a client, without its value.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveSecret {
    /// `ClientSecretId`: the client's id and a time.
    pub id: String,
    /// `ClientSecretCreateDate`, in seconds since 1970.
    pub created: Option<f64>,
}

/// How the secrets of a client are listed.
const SECRETS: List = List {
    operation: ReadOperation::ListUserPoolClientSecrets,
    listed: "ClientSecrets",
    page_member: "",
    page: 0,
    ..POOLS
};

impl Reader<'_> {
    /// Reads which secrets the clients have whose declarations speak of them.
    pub(super) async fn read_client_secrets(
        &self,
        manifest: &PoolManifest,
        live: &mut LivePool,
    ) -> Result<(), ApiError> {
        let none = Map::new();
        let declared = manifest.section(CLIENT.section).and_then(Value::as_object).unwrap_or(&none);
        for (key, found) in match_clients(declared, &live.listed) {
            let ClientMatch::Live(id) = found else { continue };
            let is_asked = declared[&key][CLIENT_SECRETS.section].is_object();
            // The service refuses the question for a client that registered itself; a public one has none.
            let is_dynamic = live.listed.iter().any(|client| client.id == id && client.dynamic);
            let is_public = live.clients.get(&id).is_none_or(|client| client.get("ClientSecret").is_none());
            if !is_asked || is_dynamic || is_public {
                continue;
            }
            let secrets = client_secrets(self.api, &live.id, &id).await?;
            if secrets.len() > 1 {
                // Which of them a description of the client shows is not documented.
                live.secrets.forget(&Path::of([CLIENT.section, &key, "clientSecret"]));
            }
            live.client_secrets.insert(id, secrets);
        }
        Ok(())
    }
}

/// The secrets of a client, the oldest first.
///
/// # Errors
/// The service's refusal.
pub async fn client_secrets(
    api: &dyn ReadCognito,
    pool: &str,
    client: &str,
) -> Result<Vec<LiveSecret>, ApiError> {
    let listed = pages(api, &SECRETS, json!({ "UserPoolId": pool, "ClientId": client })).await?;
    let mut secrets: Vec<LiveSecret> = listed
        .iter()
        .map(|secret| LiveSecret {
            id: text(secret, "ClientSecretId"),
            created: secret["ClientSecretCreateDate"].as_f64(),
        })
        .collect();
    secrets.sort_by(|a, b| {
        let dates = a.created.unwrap_or_default().total_cmp(&b.created.unwrap_or_default());
        dates.then_with(|| a.id.cmp(&b.id))
    });
    Ok(secrets)
}
