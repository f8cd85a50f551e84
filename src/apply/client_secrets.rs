//! The secrets of clients.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::behind::Current;
use super::verify::Now;
use super::{Outcome, Run, Stop, lost};
use crate::catalog::CLIENT_SECRETS;
use crate::cognito::{ApiError, WriteOperation};
use crate::path::Path;
use crate::plan::{Owner, SECRET_COUNT, SECRET_VALUE, Step};
use crate::read::{LiveSecret, client_secrets};

/// A secret that Cognito made. It is never answered again.
pub struct NewSecret<'a> {
    /// The section that speaks of the client's secrets.
    pub address: &'a Path,
    /// The client.
    pub client_id: &'a str,
    /// The secret's id.
    pub id: &'a str,
    /// Its value.
    pub value: &'a str,
}

/// Takes a new secret to where it is kept; what it answers is why it could not.
pub type KeepSecret<'a> = &'a (dyn Fn(&NewSecret<'_>) -> Result<(), String> + Sync);

/// The canonical form of what is live of them.
fn canonical(secrets: usize) -> Value {
    json!({ SECRET_COUNT: secrets })
}

impl Run<'_> {
    async fn secrets_of(&self, client: &str) -> Result<Vec<LiveSecret>, ApiError> {
        client_secrets(&self.own, self.pool(), client).await
    }

    async fn current_secrets(&self, step: &Step, client: &str) -> Result<Current<Vec<LiveSecret>>, Stop> {
        let read = async || self.secrets_of(client).await;
        // Nothing is passed through: no document says more of them.
        self.current(step, read, |secrets| canonical(secrets.len()), |_| &Value::Null).await
    }

    pub(super) async fn secrets_now(&self, client: &str) -> Result<Now, ApiError> {
        let live = canonical(self.secrets_of(client).await?.len());
        Ok((&CLIENT_SECRETS.root, live, BTreeSet::new()))
    }

    pub(super) async fn add_secret(&mut self, step: &Step, owner: &Owner) -> Result<Outcome, Stop> {
        let client = self.client_of(owner).unwrap_or_default();
        let Current { documents: before, live, .. } = self.current_secrets(step, &client).await?;
        let own = self.secrets.get(&step.address.key(SECRET_VALUE)).cloned();
        let mut input = json!({ "UserPoolId": self.pool(), "ClientId": client });
        if let Some(own) = &own {
            input["ClientSecret"] = json!(own);
        }
        let begun = lost::now();
        let added = match self.write(WriteOperation::AddUserPoolClientSecret, input).await {
            Ok(mut answer) => answer["ClientSecretDescriptor"].take(),
            Err(error) => self.find_lost_secret(error, &client, &before, begun).await?,
        };
        let id = added["ClientSecretId"].as_str().unwrap_or_default();
        if own.is_none()
            && let Err(problem) = self.hand_over(step, &client, &added)
        {
            // A secret whose value nobody has would stand in the way of the next try.
            let ending = match self.end_secret(&client, id).await {
                Ok(()) => "the secret was deleted again".to_owned(),
                Err(error) => format!("and the secret {id} could not be deleted again: {error}"),
            };
            return Ok(Outcome::Unresolved(format!("{problem}; {ending}")));
        }
        self.report.added_secrets.insert(step.address.clone(), id.to_owned());
        self.wrote_secrets(step, &live, client);
        Ok(Outcome::Done)
    }

    /// Gives the value that Cognito made, and answers this once, to who keeps it.
    fn hand_over(&self, step: &Step, client_id: &str, added: &Value) -> Result<(), String> {
        let id = added["ClientSecretId"].as_str().unwrap_or_default();
        let Some(value) = added["ClientSecretValue"].as_str() else {
            return Err("the answer with the new secret's value was lost".to_owned());
        };
        (self.services.keep)(&NewSecret { address: &step.address, client_id, id, value })
    }

    /// The secret that a call added whose answer was lost, without its value.
    async fn find_lost_secret(
        &self,
        error: ApiError,
        client: &str,
        before: &[LiveSecret],
        begun: f64,
    ) -> Result<Value, ApiError> {
        self.find_lost(error, begun, async || {
            let now = self.secrets_of(client).await?;
            let new = now.into_iter().filter(|secret| before.iter().all(|known| known.id != secret.id));
            let found = new.map(|LiveSecret { id, created }| {
                (id.clone(), json!({ "ClientSecretId": id, "CreationDate": created }))
            });
            Ok(found.collect())
        })
        .await
    }

    pub(super) async fn delete_secret(
        &mut self,
        step: &Step,
        client: &str,
        secret: &str,
    ) -> Result<Outcome, Stop> {
        let Current { documents: before, live, .. } = self.current_secrets(step, client).await?;
        if before.iter().all(|known| known.id != secret) {
            return Err(Stop::Stale(vec![Path::of([SECRET_COUNT])]));
        }
        self.end_secret(client, secret).await?;
        self.wrote_secrets(step, &live, client.to_owned());
        Ok(Outcome::Done)
    }

    async fn end_secret(&self, client: &str, secret: &str) -> Result<(), ApiError> {
        let input = json!({ "UserPoolId": self.pool(), "ClientId": client, "ClientSecretId": secret });
        self.write(WriteOperation::DeleteUserPoolClientSecret, input).await.map(|_| ())
    }

    fn wrote_secrets(&mut self, step: &Step, live: &Value, client: String) {
        self.wrote(step, live, BTreeSet::new());
        self.written.entry(step.address.clone()).or_default().attached =
            Some((&CLIENT_SECRETS, Some(client)));
    }
}
