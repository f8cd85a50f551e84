//! Everything of a pool, as an export needs it.

use serde_json::{Value, json};

use super::{LivePool, Reader, describe_attached, list_clients, mfa_config, pages};
use crate::catalog::{ATTACHED, CLIENT_RISK, CLIENT_SESSION, Kind, List, NAMED, RECORDS, SESSION, TERMS};
use crate::cognito::{ApiError, ReadOperation};

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
    /// Reads a pool with all that lies in it, each thing once. Clients are read one by one.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn whole(&self, pool: Value, progress: Progress<'_>) -> Result<LivePool, ApiError> {
        let id = pool["Id"].as_str().unwrap_or_default().to_owned();
        let mfa = mfa_config(self.api, &id).await?;
        let mut live = LivePool::new(id, pool, mfa, Vec::new());
        for kind in NAMED {
            self.read_all_of(kind, &mut live).await?;
        }
        for kind in ATTACHED.into_iter().filter(|kind| !kind.is_of_client()) {
            let document = describe_attached(self.api, kind, &live.id, None).await?;
            live.attached.insert((kind.section, None), document);
        }
        live.listed = list_clients(self.api, &live.id).await?;
        let count = live.listed.len();
        // Few pools have terms documents, and one question is less than two for each client.
        let has_terms = !pages(self.api, &TERMS_OF_POOL, json!({ "UserPoolId": live.id })).await?.is_empty();
        for (index, client) in live.listed.clone().into_iter().enumerate() {
            progress(index, count);
            if !client.dynamic {
                self.read_whole_client(&client.id, has_terms, &mut live).await?;
            }
        }
        Ok(live)
    }

    /// Reads what no manifest declares of a pool that was read for one, in the collections that it has: clients with
    /// all that they have, and what the lists of other kinds say too little of.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn undeclared(&self, live: &mut LivePool, progress: Progress<'_>) -> Result<(), ApiError> {
        for kind in NAMED {
            if live.members.contains_key(kind.section) {
                self.read_all_of(kind, live).await?;
            }
        }
        let undeclared: Vec<String> = live
            .listed
            .iter()
            .filter(|client| !client.dynamic && !live.clients.contains_key(&client.id))
            .map(|client| client.id.clone())
            .collect();
        for (index, id) in undeclared.iter().enumerate() {
            progress(index, undeclared.len());
            self.read_whole_client(id, true, live).await?;
        }
        Ok(())
    }

    /// Reads a client with all that it has one of or records of.
    async fn read_whole_client(
        &self,
        id: &str,
        has_terms: bool,
        live: &mut LivePool,
    ) -> Result<(), ApiError> {
        self.read_client(live, id.to_owned(), None).await?;
        for kind in ATTACHED.into_iter().filter(|kind| kind.is_of_client()) {
            if may_have_its_own(live, kind) {
                let document = describe_attached(self.api, kind, &live.id, Some(id)).await?;
                live.attached.insert((kind.section, Some(id.to_owned())), document);
            }
        }
        for kind in RECORDS.into_iter().filter(|kind| has_terms || ***kind != *TERMS) {
            let Some(records) = &kind.records else { continue };
            for name in records.all_names() {
                self.read_record(kind, records, id, name, live).await?;
            }
        }
        Ok(())
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
