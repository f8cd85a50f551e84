//! App clients.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::page::{self, Pages};
use super::{Call, OmittedMode, Refused, answer, client_rules, given, omission};
use crate::cognito::ErrorCode;

const ID_LETTERS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const ID_LENGTH: usize = 26;
pub(super) const SECRET_LETTERS: &[u8] = ID_LETTERS;
pub(super) const SECRET_LENGTH: usize = 51;

/// The type of a client that does not say how it came to be: somebody made it.
const MADE: &str = "REGULAR";

/// The most clients of a pool. As the other quotas, the default one: AWS can be asked for more.
const MAX_CLIENTS: usize = 1_000;

impl Call<'_> {
    pub(super) fn describe_client(&self) -> Result<Value, Refused> {
        let id = self.text("ClientId");
        let client = self.pool_state()?.clients.get(id).ok_or_else(|| no_client(id))?;
        let mut client = client.clone();
        answer::sort_lists(&mut client);
        self.shuffled(&mut client);
        Ok(json!({ "UserPoolClient": client }))
    }

    pub(super) fn list_clients(&self) -> Result<Value, Refused> {
        let wanted = self.input["ClientType"].as_str();
        let all = self.pool_state()?.clients.iter();
        let is_wanted = |client: &Value| {
            wanted.is_none_or(|wanted| client["ClientType"].as_str().unwrap_or(MADE) == wanted)
        };
        let clients: BTreeMap<String, &Value> =
            all.filter(|(_, client)| is_wanted(client)).map(|(id, client)| (id.clone(), client)).collect();
        self.page(&Pages { list: "UserPoolClients", ..page::PAGES }, &clients, |client| {
            let members = ["ClientId", "UserPoolId", "ClientName"];
            let listed = members.iter().filter(|member| given(client, member));
            listed.map(|member| ((*member).to_owned(), client[*member].clone())).collect()
        })
    }

    pub(super) fn create_client(&mut self) -> Result<Value, Refused> {
        let input = self.input;
        let pool = self.pool_state()?;
        if pool.clients.len() >= MAX_CLIENTS {
            return Err(Refused::new(ErrorCode::LimitExceeded, "The pool has its maximum of clients."));
        }
        let own = given(input, "ClientSecret");
        if own && input["GenerateSecret"] == true {
            return Err(Refused::invalid("ClientSecret and GenerateSecret cannot be used together."));
        }
        let mut client = Map::new();
        omission::update(
            "CreateUserPoolClient",
            &mut client,
            input,
            omission::CLIENT,
            OmittedMode::Documented,
        );
        client.insert("UserPoolId".to_owned(), input["UserPoolId"].clone());
        client.insert("ClientType".to_owned(), json!("REGULAR"));
        if own {
            client.insert("ClientSecret".to_owned(), input["ClientSecret"].clone());
        } else if input["GenerateSecret"] == true {
            let secret = self.store.state_mut().random(SECRET_LETTERS, SECRET_LENGTH);
            client.insert("ClientSecret".to_owned(), json!(secret));
        }
        let mut client = Value::Object(client);
        complete(&mut client);
        client_rules::check(self.pool_state()?, &client, &Value::Null)?;
        let id = self.store.state_mut().random(ID_LETTERS, ID_LENGTH);
        let now = self.now();
        client["ClientId"] = json!(id);
        client["CreationDate"] = now.clone();
        client["LastModifiedDate"] = now;
        self.pool_state_mut()?.clients.insert(id, client.clone());
        answer::sort_lists(&mut client);
        self.shuffled(&mut client);
        Ok(json!({ "UserPoolClient": client }))
    }

    pub(super) fn update_client(&mut self) -> Result<Value, Refused> {
        let (input, omitted) = (self.input, self.options.omitted);
        let id = self.text("ClientId").to_owned();
        let pool = self.pool_state()?;
        let mut client = pool.clients.get(&id).ok_or_else(|| no_client(&id))?.clone();
        if let Value::Object(members) = &mut client {
            omission::update("UpdateUserPoolClient", members, input, omission::CLIENT, omitted);
        }
        complete(&mut client);
        client_rules::check(pool, &client, &pool.clients[&id])?;
        client["LastModifiedDate"] = self.now();
        self.pool_state_mut()?.clients.insert(id, client.clone());
        answer::sort_lists(&mut client);
        self.shuffled(&mut client);
        Ok(json!({ "UserPoolClient": client }))
    }

    pub(super) fn delete_client(&mut self) -> Result<Value, Refused> {
        let id = self.text("ClientId").to_owned();
        let pool = self.pool_state_mut()?;
        for documents in pool.attached.values_mut() {
            documents.remove(&id);
        }
        for records in [&mut pool.brandings, &mut pool.terms] {
            records.retain(|_, record| record["ClientId"] != *id);
        }
        pool.client_secrets.remove(&id);
        match pool.clients.remove(&id) {
            Some(_) => Ok(json!({})),
            None => Err(no_client(&id)),
        }
    }
}

pub(super) fn no_client(id: &str) -> Refused {
    Refused::new(ErrorCode::ResourceNotFound, format!("User pool client {id} does not exist."))
}

/// What the service adds: 0 days are 30, and a grace period stands beside rotation.
fn complete(client: &mut Value) {
    if client["RefreshTokenValidity"] == 0 {
        client["RefreshTokenValidity"] = json!(30);
        client["TokenValidityUnits"]["RefreshToken"] = json!("days");
    }
    if given(client, "RefreshTokenRotation")
        && !given(&client["RefreshTokenRotation"], "RetryGracePeriodSeconds")
    {
        client["RefreshTokenRotation"]["RetryGracePeriodSeconds"] = json!(0);
    }
}
