//! Everything of a pool, as an export needs it.

use serde_json::{Value, json};

use super::together::Part;
use super::{LivePool, Reader, describe_attached, list_clients, mfa_config, pages};
use crate::catalog::{ATTACHED, CLIENT_RISK, CLIENT_SESSION, Kind, List, NAMED, RECORDS, SESSION, TERMS};
use crate::cognito::{ApiError, ReadOperation};
use crate::identity::ListedClient;

/// How the terms documents of a pool are listed.
const TERMS_OF_POOL: List = List {
    operation: ReadOperation::ListTerms,
    listed: "Terms",
    page_member: "MaxResults",
    page: 60,
    whole: false,
};

/// Told how many clients were read, of how many.
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize);

impl Reader<'_> {
    /// Reads a pool with all that lies in it, each thing once.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn whole(&self, pool: Value, progress: Progress<'_>) -> Result<LivePool, ApiError> {
        let id = pool["Id"].as_str().unwrap_or_default().to_owned();
        let mfa = mfa_config(self.api, &id).await?;
        let mut live = LivePool::new(id, pool, mfa, Vec::new());
        let mut parts: Vec<Part<'_>> = NAMED.into_iter().map(|kind| self.all_of(kind, &live)).collect();
        for kind in ATTACHED.into_iter().filter(|kind| !kind.is_of_client()) {
            parts.push(live.part(async move |part: &mut LivePool| {
                let document = describe_attached(self.api, kind, &part.id, None).await?;
                part.attached.insert((kind.section, None), document);
                Ok(())
            }));
        }
        live.read_together(parts).await?;
        live.listed = list_clients(self.api, &live.id).await?;
        // Few pools have terms documents, and one question is less than two for each client.
        let has_terms = !pages(self.api, &TERMS_OF_POOL, json!({ "UserPoolId": live.id })).await?.is_empty();
        let listed = live.listed.iter().filter(|client| !client.dynamic);
        let ids: Vec<String> = listed.map(|client| client.id.clone()).collect();
        self.read_whole_clients(&ids, has_terms, &mut live, progress).await?;
        Ok(live)
    }

    /// Reads what no manifest declares of a pool that was read for one, in the collections that it has: clients with
    /// all that they have, and what the lists of other kinds say too little of.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn undeclared(&self, live: &mut LivePool, progress: Progress<'_>) -> Result<(), ApiError> {
        let known = NAMED.into_iter().filter(|kind| live.members.contains_key(kind.section));
        let parts = known.map(|kind| self.all_of(kind, live)).collect();
        live.read_together(parts).await?;
        let is_undeclared =
            |client: &&ListedClient| !client.dynamic && !live.clients.contains_key(&client.id);
        let undeclared = live.listed.iter().filter(is_undeclared);
        let ids: Vec<String> = undeclared.map(|client| client.id.clone()).collect();
        self.read_whole_clients(&ids, true, live, progress).await
    }

    /// All of a kind.
    fn all_of<'f>(&'f self, kind: &'static Kind, live: &LivePool) -> Part<'f> {
        live.part(async move |part: &mut LivePool| self.read_all_of(kind, part).await)
    }

    /// Reads clients with all that they have one of or records of, each kind by itself.
    async fn read_whole_clients(
        &self,
        ids: &[String],
        has_terms: bool,
        live: &mut LivePool,
        progress: Progress<'_>,
    ) -> Result<(), ApiError> {
        let mut parts = vec![live.part(async move |part: &mut LivePool| {
            for (index, id) in ids.iter().enumerate() {
                progress(index, ids.len());
                self.read_client(part, id.clone(), None).await?;
            }
            Ok(())
        })];
        let of_clients = ATTACHED.into_iter().filter(|kind| kind.is_of_client());
        for kind in of_clients.filter(|kind| may_have_its_own(live, kind)) {
            parts.push(live.part(async move |part: &mut LivePool| {
                for id in ids {
                    let document = describe_attached(self.api, kind, &part.id, Some(id)).await?;
                    part.attached.insert((kind.section, Some(id.clone())), document);
                }
                Ok(())
            }));
        }
        for kind in RECORDS.into_iter().filter(|kind| has_terms || ***kind != *TERMS) {
            let Some(records) = &kind.records else { continue };
            parts.push(live.part(async move |part: &mut LivePool| {
                for id in ids {
                    for name in records.all_names() {
                        self.read_record(kind, records, id, name, part).await?;
                    }
                }
                Ok(())
            }));
        }
        live.read_together(parts).await
    }
}

/// Whether a client can have anything of its own, by what the pool has.
fn may_have_its_own(live: &LivePool, kind: &Kind) -> bool {
    if *kind == *CLIENT_RISK {
        let mode = live.pool["UserPoolAddOns"]["AdvancedSecurityMode"].as_str();
        mode.is_some_and(|mode| mode != "OFF")
    } else if *kind == *CLIENT_SESSION {
        let pool = live.attached.get(&(SESSION.section, None));
        pool.is_some_and(|pool| pool["UserSessionTracking"] == "ENABLED")
    } else {
        true
    }
}
