//! What a pool or a client has one of, each in the API's own document.

use serde_json::{Map, Value};

use super::{Call, Refused, client, given};

/// The key under which a pool's own document lies beside those of its clients.
const POOL: &str = "ALL";

impl Call<'_> {
    /// Whose document the input means: the client's that it names, else the pool's.
    pub(super) fn attached_to(&self) -> Result<String, Refused> {
        let pool = self.pool_state()?;
        match self.input["ClientId"].as_str() {
            None => Ok(POOL.to_owned()),
            Some(id) if pool.clients.contains_key(id) => Ok(id.to_owned()),
            Some(id) => Err(client::no_client(id)),
        }
    }

    /// A document by section and owner; `None` if it was never set.
    pub(super) fn attached(&self, section: &str, owner: &str) -> Result<Option<&Value>, Refused> {
        Ok(self.pool_state()?.attached.get(section).and_then(|documents| documents.get(owner)))
    }

    /// The pool's own document; `None` if it was never set.
    pub(super) fn attached_to_pool(&self, section: &str) -> Result<Option<&Value>, Refused> {
        self.attached(section, POOL)
    }

    /// Puts the input's document in the place of what there was. One that says nothing is none.
    pub(super) fn attach(
        &mut self,
        section: &str,
        mut document: Map<String, Value>,
    ) -> Result<Value, Refused> {
        let owner = self.attached_to()?;
        let (input, now) = (self.input, self.now());
        let documents = self.pool_state_mut()?.attached.entry(section.to_owned()).or_default();
        for id in ["UserPoolId", "ClientId"] {
            document.remove(id);
        }
        if document.is_empty() {
            documents.remove(&owner);
        }
        let says_nothing = document.is_empty();
        document.insert("LastModifiedDate".to_owned(), now);
        for id in ["UserPoolId", "ClientId"].into_iter().filter(|id| given(input, id)) {
            document.insert(id.to_owned(), input[id].clone());
        }
        let document = Value::Object(document);
        if !says_nothing {
            documents.insert(owner, document.clone());
        }
        Ok(document)
    }
}
