//! What a pool or a client has one of.

use data_encoding::BASE64;
use serde_json::{Map, Value, json};

use super::together::Part;
use super::{LivePool, Reader, members};
use crate::catalog::{ATTACHED, Kind, SESSION, not_fetched};
use crate::cognito::{ApiError, ErrorCode, ReadCognito};
use crate::identity::{ClientMatch, match_clients};
use crate::manifest::load::PoolManifest;

/// The most bytes that are fetched of one value.
const MAX_FETCHED: usize = 1 << 20;

impl Reader<'_> {
    /// Each kind of it, as far as the manifest mentions it.
    pub(super) fn attached_parts<'f>(
        &'f self,
        manifest: &'f PoolManifest,
        live: &LivePool,
    ) -> impl Iterator<Item = Part<'f>> {
        ATTACHED.into_iter().map(move |kind| {
            live.part(async move |part: &mut LivePool| self.read_attached(manifest, kind, part).await)
        })
    }

    /// Reads what the manifest mentions of a kind.
    async fn read_attached(
        &self,
        manifest: &PoolManifest,
        kind: &'static Kind,
        live: &mut LivePool,
    ) -> Result<(), ApiError> {
        let none = Map::new();
        let clients = manifest.section("clients").and_then(Value::as_object).unwrap_or(&none);
        if kind.is_of_client() {
            for (key, found) in match_clients(clients, &live.listed) {
                let ClientMatch::Live(id) = found else { continue };
                if !clients[&key][kind.section].is_null() {
                    let document = describe_attached(self.api, kind, &live.id, Some(&id)).await?;
                    live.attached.insert((kind.section, Some(id)), document);
                }
            }
            return Ok(());
        }
        let is_mentioned =
            manifest.section(kind.section).is_some() || members::deletes_or_prunes(manifest, kind.section);
        // Whether a client may have sessions hangs on the pool's.
        let is_asked = *kind == *SESSION && clients.values().any(|client| client[kind.section].is_object());
        if is_mentioned || is_asked {
            match describe_attached(self.api, kind, &live.id, None).await {
                Err(error) if !is_mentioned && members::is_denied(&error) => {}
                document => _ = live.attached.insert((kind.section, None), document?),
            }
        }
        Ok(())
    }
}

/// What a pool has one of, or a client. What is not there, and what a client only inherits, is an empty document.
///
/// What the answer has behind a URL only is fetched and put in it.
///
/// # Errors
/// The service's refusal.
pub async fn describe_attached(
    api: &dyn ReadCognito,
    kind: &Kind,
    pool: &str,
    client: Option<&str>,
) -> Result<Value, ApiError> {
    let Some(attached) = &kind.attached else { return Ok(json!({})) };
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
    if !is_own || !document.is_object() {
        return Ok(json!({}));
    }
    Ok(with_fetched(api, kind, document).await)
}

/// A document with the values that it has behind URLs; where one cannot be fetched, with a mark in its place.
async fn with_fetched(api: &dyn ReadCognito, kind: &Kind, mut document: Value) -> Value {
    for field in kind.root.members() {
        let Some(url) = field.fetched_from.as_ref().and_then(|member| document[member].as_str()) else {
            continue;
        };
        if url.is_empty() {
            continue;
        }
        let value = match api.fetch(url, MAX_FETCHED).await {
            Ok(bytes) => Value::from(BASE64.encode(&bytes)),
            Err(why) => not_fetched(&why),
        };
        document[&field.api_name] = value;
    }
    document
}

/// Whether the pool has nothing of the sort, because a feature is off that it belongs to.
pub(super) fn is_without(error: &ApiError) -> bool {
    let other = |code: &str| error.code.as_str() == code;
    matches!(error.code, ErrorCode::UserPoolAddOnNotEnabled | ErrorCode::FeatureUnavailableInTier)
        || other("OperationNotEnabledException")
}
