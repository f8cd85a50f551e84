//! What a pool or a client has one of.

use serde_json::{Value, json};

use super::{LivePool, Reader, members};
use crate::catalog::{ATTACHED, Attached, SESSION};
use crate::cognito::{ApiError, ErrorCode, ReadCognito};
use crate::identity::{ClientMatch, match_clients};
use crate::manifest::load::PoolManifest;

impl Reader<'_> {
    /// Reads what the manifest mentions of it.
    pub(super) async fn read_attached(
        &self,
        manifest: &PoolManifest,
        live: &mut LivePool,
    ) -> Result<(), ApiError> {
        let clients = manifest.section("clients").and_then(Value::as_object).cloned().unwrap_or_default();
        let matches = match_clients(&clients, &live.listed);
        for kind in ATTACHED {
            let Some(attached) = &kind.attached else { continue };
            if !attached.of_client {
                let is_mentioned = manifest.section(kind.section).is_some()
                    || members::deletes_or_prunes(manifest, kind.section);
                // Whether a client may have sessions hangs on the pool's.
                let is_asked =
                    **kind == *SESSION && clients.values().any(|client| client[kind.section].is_object());
                if is_mentioned || is_asked {
                    match describe_attached(self.api, attached, &live.id, None).await {
                        Err(error) if !is_mentioned && members::is_denied(&error) => {}
                        document => _ = live.attached.insert((kind.section, None), document?),
                    }
                }
                continue;
            }
            for (key, found) in &matches {
                let ClientMatch::Live(id) = found else { continue };
                if !clients[key][kind.section].is_null() {
                    let document = describe_attached(self.api, attached, &live.id, Some(id)).await?;
                    live.attached.insert((kind.section, Some(id.clone())), document);
                }
            }
        }
        Ok(())
    }
}

/// What a pool has one of, or a client. What is not there, and what a client only inherits, is an empty document.
///
/// # Errors
/// The service's refusal.
pub async fn describe_attached(
    api: &dyn ReadCognito,
    attached: &Attached,
    pool: &str,
    client: Option<&str>,
) -> Result<Value, ApiError> {
    let mut input = json!({ "UserPoolId": pool });
    if let Some(client) = client {
        input["ClientId"] = json!(client);
    }
    let document = match api.read(attached.read, input).await {
        Ok(mut answer) => match attached.answered {
            Some(member) => answer[member].take(),
            None => answer,
        },
        Err(error) if is_without(&error) => Value::Null,
        Err(error) => return Err(error),
    };
    let is_own = client.is_none_or(|client| document["ClientId"] == client);
    Ok(if is_own && document.is_object() { document } else { json!({}) })
}

/// Whether the pool has nothing of the sort, because a feature is off that it belongs to.
pub(super) fn is_without(error: &ApiError) -> bool {
    let other = |code: &str| error.code.as_str() == code;
    matches!(error.code, ErrorCode::UserPoolAddOnNotEnabled | ErrorCode::FeatureUnavailableInTier)
        || other("OperationNotEnabledException")
}
