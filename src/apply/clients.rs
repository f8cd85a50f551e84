use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::behind::BEHIND;
use super::{Outcome, Run, Stop, lost, passed_through, unknown_in};
use crate::body;
use crate::catalog::CLIENT;
use crate::cognito::{ApiError, ErrorCode, WriteOperation};
use crate::normalize;
use crate::path::Path;
use crate::plan::{Step, Unused};
use crate::read::{client_ids, describe_client, hide_secret};

impl Run<'_> {
    /// The clients that use by now what is to go; the plan found none that still would.
    pub(super) async fn users(&self, unused: &Unused) -> Result<Vec<Path>, ApiError> {
        let mut pauses = self.services.wait.begin(BEHIND);
        loop {
            let mut users = Vec::new();
            for id in client_ids(&self.own, self.pool()).await? {
                // One that this apply deleted may still be listed.
                let client = match describe_client(&self.own, self.pool(), &id).await {
                    Err(error) if error.code == ErrorCode::ResourceNotFound => continue,
                    client => client?,
                };
                let list = client[unused.list].as_array().into_iter().flatten().filter_map(Value::as_str);
                if list.into_iter().any(|used| unused.names.iter().any(|name| name == used)) {
                    let name = client["ClientName"].as_str().unwrap_or_default();
                    users.push(Path::of([CLIENT.section, name, unused.list]));
                }
            }
            if users.is_empty() || !pauses.pause().await {
                return Ok(users);
            }
        }
    }

    pub(super) async fn delete_client(&self, client_id: &str) -> Result<Outcome, Stop> {
        let input = json!({"UserPoolId": self.pool(), "ClientId": client_id});
        self.write(WriteOperation::DeleteUserPoolClient, input).await?;
        Ok(Outcome::Done)
    }

    pub(super) async fn create_client(&mut self, step: &Step, name: &str) -> Result<Outcome, Stop> {
        let input = body::create_client(self.pool(), name, &self.patch(step));
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
        let (client, live) = self.current(step, read, normalize::client_answer, |client| client).await?;
        let input = body::update_client(&client, &self.patch(step));
        let written = self.write(WriteOperation::UpdateUserPoolClient, input).await;
        let outcome = self.updated(step, &live, unknown_in("client", &CLIENT, &client), written);
        if outcome == Outcome::Done {
            self.written.entry(step.address.clone()).or_default().client_id = Some(id.to_owned());
        }
        Ok(outcome)
    }
}
