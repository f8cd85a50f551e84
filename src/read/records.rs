//! Records of clients.

use serde_json::{Map, Value, json};

use super::attached::is_without;
use super::together::Part;
use super::{LivePool, Reader};
use crate::catalog::{Kind, RECORDS, Records};
use crate::cognito::{ApiError, ErrorCode, ReadCognito};
use crate::identity::{ClientMatch, match_clients};
use crate::manifest::load::PoolManifest;
use crate::manifest::policy::deleted_records;

impl Reader<'_> {
    /// Each kind of them.
    pub(super) fn record_parts<'f>(
        &'f self,
        manifest: &'f PoolManifest,
        live: &LivePool,
    ) -> impl Iterator<Item = Part<'f>> {
        RECORDS.into_iter().map(move |kind| {
            live.part(async move |part: &mut LivePool| self.read_records(manifest, kind, part).await)
        })
    }

    /// Reads all of a section that a client writes, and what policy deletes of another.
    async fn read_records(
        &self,
        manifest: &PoolManifest,
        kind: &'static Kind,
        live: &mut LivePool,
    ) -> Result<(), ApiError> {
        let Some(records) = &kind.records else { return Ok(()) };
        let none = Map::new();
        let clients = manifest.section("clients").and_then(Value::as_object).unwrap_or(&none);
        for (key, found) in match_clients(clients, &live.listed) {
            let ClientMatch::Live(id) = found else { continue };
            let is_written = !clients[&key][kind.section].is_null();
            let deleted = deleted_records(&manifest.value, &key, kind.section);
            for name in records.all_names() {
                let is_deleted = deleted.iter().any(|deleted| deleted.as_deref() == name);
                if is_written || is_deleted {
                    self.read_record(kind, records, &id, name, live).await?;
                }
            }
        }
        Ok(())
    }

    /// Reads a record of a client, if it is there.
    pub(super) async fn read_record(
        &self,
        kind: &Kind,
        records: &Records,
        client: &str,
        name: Option<&str>,
        live: &mut LivePool,
    ) -> Result<(), ApiError> {
        if let Some(document) = describe_record(self.api, records, &live.id, client, name).await? {
            live.records.insert((kind.section, client.to_owned(), name.map(str::to_owned)), document);
        }
        Ok(())
    }
}

/// A record of a client, if it has it.
///
/// # Errors
/// The service's refusal.
pub async fn describe_record(
    api: &dyn ReadCognito,
    records: &Records,
    pool: &str,
    client: &str,
    name: Option<&str>,
) -> Result<Option<Value>, ApiError> {
    let mut input = json!({ "UserPoolId": pool, "ClientId": client });
    if let (Some((member, _)), Some(name)) = (records.names, name) {
        input[member] = json!(name);
    }
    match api.read(records.read, input).await {
        Ok(mut answer) => Ok(Some(answer[records.answered].take()).filter(Value::is_object)),
        Err(error) if error.code == ErrorCode::ResourceNotFound || is_without(&error) => Ok(None),
        Err(error) => Err(error),
    }
}
