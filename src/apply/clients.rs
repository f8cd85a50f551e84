use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::behind::Current;
use super::{Outcome, Run, Stop, lost, passed_through, unknown_in};
use crate::body;
use crate::catalog::CLIENT;
use crate::cognito::{ApiError, WriteOperation};
use crate::normalize;
use crate::path::Path;
use crate::plan::{Step, Unused};
use crate::read::{client_ids, describe_client, hide_secret};

impl Run<'_> {
    /// The clients that use by now what is to go; the plan found none that still would.
    pub(super) async fn users(&self, unused: &Unused) -> Result<Vec<Path>, ApiError> {
        let mut users = BTreeMap::new();
        for id in client_ids(&self.own, self.pool()).await? {
            if !self.deleted_clients.contains(&id)
                && let Some(user) = self.as_user(unused, &id).await?
            {
                users.insert(id, user);
            }
        }
        // One that this apply changed may not show it yet.
        let is_ours =
            |id: &String| self.written.values().any(|written| written.client_id.as_ref() == Some(id));
        let mut pauses = self.services.wait.for_reads();
        while !users.is_empty() && users.keys().all(is_ours) && pauses.pause().await {
            for id in users.keys().cloned().collect::<Vec<_>>() {
                if self.as_user(unused, &id).await?.is_none() {
                    users.remove(&id);
                }
            }
        }
        Ok(users.into_values().collect())
    }

    /// The place at which a client uses what is to go, if it does.
    async fn as_user(&self, unused: &Unused, id: &str) -> Result<Option<Path>, ApiError> {
        let client = describe_client(&self.own, self.pool(), id).await?;
        let mut list = client[unused.list].as_array().into_iter().flatten().filter_map(Value::as_str);
        let is_user = list.any(|used| unused.names.iter().any(|name| name == used));
        let name = client["ClientName"].as_str().unwrap_or_default();
        Ok(is_user.then(|| Path::of([CLIENT.section, name, unused.list])))
    }

    pub(super) async fn delete_client(&mut self, client_id: &str) -> Result<Outcome, Stop> {
        let input = json!({"UserPoolId": self.pool(), "ClientId": client_id});
        self.write(WriteOperation::DeleteUserPoolClient, input).await?;
        self.deleted_clients.insert(client_id.to_owned());
        Ok(Outcome::Done)
    }

    pub(super) async fn create_client(&mut self, step: &Step, name: &str) -> Result<Outcome, Stop> {
        let input = body::create_client(self.pool(), name, &self.patch(step, []));
        let begun = lost::now();
        let mut client = match self.write(WriteOperation::CreateUserPoolClient, input).await {
            Ok(mut answer) => answer["UserPoolClient"].take(),
            Err(error) => self.find_lost_client(error, name, begun).await?,
        };
        hide_secret(&mut client);
        let id = client["ClientId"].as_str().unwrap_or_default().to_owned();
        self.own.made(&id);
        if let Some(key) = step.address.last_key() {
            self.report.created_clients.insert(key.to_owned(), id.clone());
        }
        let mut created = normalize::client_answer(&client);
        normalize::pass_through(&CLIENT, &mut created, &client, &passed_through(step));
        self.wrote(step, &created, BTreeSet::new());
        self.written.entry(step.address.clone()).or_default().client_id = Some(id);
        Ok(Outcome::Done)
    }

    pub(super) async fn update_client(&mut self, step: &Step, id: &str) -> Result<Outcome, Stop> {
        let read = async || {
            let mut client = describe_client(&self.own, self.pool(), id).await?;
            normalize::drop_unknown(&CLIENT, &mut client, &self.plan.dropped);
            Ok(client)
        };
        let Current { documents: client, live, patch } =
            self.current(step, read, normalize::client_answer, |client| client).await?;
        let input = body::update_client(&client, &patch);
        let written = self.write(WriteOperation::UpdateUserPoolClient, input).await;
        let outcome = self.updated(step, &live, unknown_in("client", &CLIENT, &client), written);
        if outcome == Outcome::Done {
            self.written.entry(step.address.clone()).or_default().client_id = Some(id.to_owned());
        }
        Ok(outcome)
    }
}
