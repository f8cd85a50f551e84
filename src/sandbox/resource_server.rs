//! Resource servers and their scopes.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::page::{self, Pages};
use super::{Call, OmittedMode, Refused, answer, omission};
use crate::cognito::ErrorCode;

/// The most resource servers of a pool.
const MAX_SERVERS: usize = 25;

impl Call<'_> {
    pub(super) fn describe_server(&self) -> Result<Value, Refused> {
        let server = self.pool_state()?.resource_servers.get(self.text("Identifier"));
        server.ok_or_else(no_server).map(|server| self.server_answer(server))
    }

    /// Whole documents. Without `MaxResults` the service is seen to read 0, and to refuse it.
    pub(super) fn list_servers(&self) -> Result<Value, Refused> {
        let pages = Pages { list: "ResourceServers", most: 50, ..page::PAGES };
        self.page(&pages, &self.pool_state()?.resource_servers, |server| self.in_order(server))
    }

    pub(super) fn create_server(&mut self) -> Result<Value, Refused> {
        let input = self.input;
        let identifier = self.text("Identifier").to_owned();
        let id = self.text("UserPoolId").to_owned();
        let servers = &mut self.pool_state_mut()?.resource_servers;
        if servers.contains_key(&identifier) {
            return Err(Refused::invalid(format!("{identifier} already exists in user pool {id}.")));
        }
        if servers.len() >= MAX_SERVERS {
            return Err(Refused::new(
                ErrorCode::LimitExceeded,
                "The pool has its maximum of resource servers.",
            ));
        }
        check_scopes(input)?;
        let mut server = Map::from_iter([
            ("Identifier".to_owned(), input["Identifier"].clone()),
            ("UserPoolId".to_owned(), input["UserPoolId"].clone()),
        ]);
        let members = omission::RESOURCE_SERVER;
        omission::update("CreateResourceServer", &mut server, input, members, OmittedMode::Documented);
        let server = Value::Object(server);
        servers.insert(identifier, server.clone());
        Ok(self.server_answer(&server))
    }

    /// Scopes may go that clients still list: nothing is documented that would keep them.
    pub(super) fn update_server(&mut self) -> Result<Value, Refused> {
        let (input, omitted) = (self.input, self.options.omitted);
        let server = self.own_server()?;
        check_scopes(input)?;
        omission::update("UpdateResourceServer", server, input, omission::RESOURCE_SERVER, omitted);
        let server = Value::Object(server.clone());
        Ok(self.server_answer(&server))
    }

    pub(super) fn delete_server(&mut self) -> Result<Value, Refused> {
        let identifier = self.text("Identifier").to_owned();
        self.own_server()?;
        self.pool_state_mut()?.resource_servers.remove(&identifier);
        Ok(json!({}))
    }

    /// The server that the call names. One that the service manages is not ours to change.
    fn own_server(&mut self) -> Result<&mut Map<String, Value>, Refused> {
        let identifier = self.text("Identifier").to_owned();
        let server = self.pool_state_mut()?.resource_servers.get_mut(&identifier);
        let server = server.and_then(Value::as_object_mut).ok_or_else(no_server)?;
        if server.get("ManagedBy").is_some_and(|manager| manager == "COGNITO") {
            return Err(Refused::new(
                ErrorCode::NotAuthorized,
                "The resource server is managed by Amazon Cognito.",
            ));
        }
        Ok(server)
    }

    fn server_answer(&self, server: &Value) -> Value {
        json!({ "ResourceServer": self.in_order(server) })
    }

    fn in_order(&self, server: &Value) -> Value {
        let mut server = server.clone();
        answer::sort_lists(&mut server);
        self.shuffled(&mut server);
        server
    }
}

fn no_server() -> Refused {
    Refused::new(ErrorCode::ResourceNotFound, "Resource server does not exist.")
}

fn check_scopes(input: &Value) -> Result<(), Refused> {
    let scopes = input["Scopes"].as_array().into_iter().flatten();
    let mut names = BTreeSet::new();
    match scopes.filter_map(|scope| scope["ScopeName"].as_str()).find(|name| !names.insert(*name)) {
        Some(name) => Err(Refused::invalid(format!("The scope {name} is given twice."))),
        None => Ok(()),
    }
}
