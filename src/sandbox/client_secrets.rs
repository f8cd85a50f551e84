//! The secrets of app clients. A client that has one may have a second.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::client::{SECRET_LENGTH, SECRET_LETTERS, no_client};
use super::{Call, Refused, given};
use crate::cognito::ErrorCode;

const MOST: usize = 2;

/// The secrets of a client by id; ids begin with the client's and end with a time, so they are in order.
type Secrets = BTreeMap<String, Value>;

impl Call<'_> {
    pub(super) fn list_secrets(&self) -> Result<Value, Refused> {
        let secrets = self.secrets()?;
        let listed: Vec<Value> = secrets.into_values().map(|secret| shown(&secret)).collect();
        Ok(json!({ "ClientSecrets": listed }))
    }

    pub(super) fn add_secret(&mut self) -> Result<Value, Refused> {
        let mut secrets = self.secrets()?;
        if secrets.len() >= MOST {
            let message = "The client has its maximum of secrets.";
            return Err(Refused::new(ErrorCode::LimitExceeded, message));
        }
        let own = given(self.input, "ClientSecret");
        let value = if own {
            self.input["ClientSecret"].clone()
        } else {
            json!(self.store.state_mut().random(SECRET_LETTERS, SECRET_LENGTH))
        };
        let secret = new(self.text("ClientId"), &value, &self.now(), &secrets);
        let mut answer = shown(&secret);
        if !own {
            answer["ClientSecretValue"] = secret["ClientSecretValue"].clone();
        }
        secrets.insert(answer["ClientSecretId"].as_str().unwrap_or_default().to_owned(), secret);
        self.keep(secrets)?;
        Ok(json!({ "ClientSecretDescriptor": answer }))
    }

    pub(super) fn delete_secret(&mut self) -> Result<Value, Refused> {
        let mut secrets = self.secrets()?;
        let id = self.text("ClientSecretId");
        if !secrets.contains_key(id) {
            let message = format!("Client secret {id} does not exist.");
            return Err(Refused::new(ErrorCode::ResourceNotFound, message));
        }
        if secrets.len() == 1 {
            return Err(Refused::invalid("The last secret of a client cannot be deleted."));
        }
        secrets.remove(id);
        self.keep(secrets)?;
        Ok(json!({}))
    }

    /// The secrets of the client that the input names; the first is the one that it was created with.
    fn secrets(&self) -> Result<Secrets, Refused> {
        let id = self.text("ClientId");
        let pool = self.pool_state()?;
        let client = pool.clients.get(id).ok_or_else(|| no_client(id))?;
        if client["ClientType"] == "DCR" {
            return Err(Refused::invalid("The secrets of dynamically registered clients cannot be managed."));
        }
        if let Some(secrets) = pool.client_secrets.get(id) {
            return Ok(secrets.clone());
        }
        if !given(client, "ClientSecret") {
            return Err(Refused::invalid("The client has no secret: it is a public client."));
        }
        let first = new(id, &client["ClientSecret"], &client["CreationDate"], &Secrets::new());
        Ok(Secrets::from([(first["ClientSecretId"].as_str().unwrap_or_default().to_owned(), first)]))
    }

    /// Stores a client's secrets. Which of two a description of the client shows is not documented; here, the older.
    fn keep(&mut self, secrets: Secrets) -> Result<(), Refused> {
        let id = self.text("ClientId").to_owned();
        let pool = self.pool_state_mut()?;
        if let (Some(client), Some(oldest)) = (pool.clients.get_mut(&id), secrets.values().next()) {
            client["ClientSecret"] = oldest["ClientSecretValue"].clone();
        }
        pool.client_secrets.insert(id, secrets);
        Ok(())
    }
}

/// A secret with an id that none has yet.
fn new(client: &str, value: &Value, created: &Value, others: &Secrets) -> Value {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a date of this century
    let mut time = (created.as_f64().unwrap_or_default() * 1000.0) as u64;
    let id = loop {
        let id = format!("{client}--{time:013}");
        if !others.contains_key(&id) {
            break id;
        }
        time += 1;
    };
    json!({ "ClientSecretId": id, "ClientSecretValue": value, "ClientSecretCreateDate": created })
}

/// A secret as lists show it.
fn shown(secret: &Value) -> Value {
    json!({
        "ClientSecretId": secret["ClientSecretId"],
        "ClientSecretCreateDate": secret["ClientSecretCreateDate"],
    })
}
