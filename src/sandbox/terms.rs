//! Terms documents: each belongs to a client, has a name of two, and an id.

use serde_json::{Map, Value, json};

use super::omission::known_part;
use super::page::{self, Pages};
use super::{Call, Refused, client};
use crate::cognito::ErrorCode;

/// The most terms documents of a pool.
const MAX_TERMS: usize = 40;

/// What a list of terms documents says of each.
const LISTED: [&str; 5] = ["TermsId", "TermsName", "Enforcement", "CreationDate", "LastModifiedDate"];

impl Call<'_> {
    pub(super) fn describe_terms(&self) -> Result<Value, Refused> {
        let terms = self.pool_state()?.terms.get(self.text("TermsId")).ok_or_else(no_terms)?;
        Ok(json!({ "Terms": terms }))
    }

    pub(super) fn describe_terms_by_client(&self) -> Result<Value, Refused> {
        let id = self.terms_of(&self.input["ClientId"], &self.input["TermsName"])?.ok_or_else(no_terms)?;
        Ok(json!({ "Terms": self.pool_state()?.terms[&id] }))
    }

    pub(super) fn list_terms(&self) -> Result<Value, Refused> {
        self.page(&Pages { list: "Terms", ..page::PAGES }, &self.pool_state()?.terms, |terms| {
            LISTED.iter().map(|member| ((*member).to_owned(), terms[*member].clone())).collect()
        })
    }

    pub(super) fn create_terms(&mut self) -> Result<Value, Refused> {
        let input = self.input;
        if self.terms_of(&input["ClientId"], &input["TermsName"])?.is_some() {
            return Err(exists());
        }
        check(&input["Links"])?;
        if self.pool_state()?.terms.len() >= MAX_TERMS {
            return Err(Refused::new(
                ErrorCode::LimitExceeded,
                "The pool has its maximum of terms documents.",
            ));
        }
        let known = known_part("CreateTerms", "", input, &Value::Null);
        let mut terms: Map<String, Value> = known.as_object().cloned().unwrap_or_default();
        let id = self.store.state_mut().uuid();
        terms.insert("TermsId".to_owned(), json!(id));
        terms.insert("CreationDate".to_owned(), self.now());
        self.keep_terms(id, terms)
    }

    /// What is left out stays: no document is without it.
    pub(super) fn update_terms(&mut self) -> Result<Value, Refused> {
        let input = self.input;
        let id = self.text("TermsId").to_owned();
        let stored = self.pool_state()?.terms.get(&id).cloned().ok_or_else(no_terms)?;
        let other = self.terms_of(&stored["ClientId"], &input["TermsName"])?;
        if other.is_some_and(|other| other != id) {
            return Err(exists());
        }
        if input["Links"].is_object() {
            check(&input["Links"])?;
        }
        let mut terms = stored.as_object().cloned().unwrap_or_default();
        if let Value::Object(known) = known_part("UpdateTerms", "", input, &stored) {
            terms.extend(known);
        }
        self.keep_terms(id, terms)
    }

    pub(super) fn delete_terms(&mut self) -> Result<Value, Refused> {
        let id = self.text("TermsId").to_owned();
        self.pool_state_mut()?.terms.remove(&id).map(|_| json!({})).ok_or_else(no_terms)
    }

    fn keep_terms(&mut self, id: String, mut terms: Map<String, Value>) -> Result<Value, Refused> {
        terms.insert("LastModifiedDate".to_owned(), self.now());
        let terms = Value::Object(terms);
        self.pool_state_mut()?.terms.insert(id, terms.clone());
        Ok(json!({ "Terms": terms }))
    }

    /// The id of a client's document of a name, if it has one.
    fn terms_of(&self, client: &Value, name: &Value) -> Result<Option<String>, Refused> {
        let pool = self.pool_state()?;
        let id = client.as_str().unwrap_or_default();
        if !pool.clients.contains_key(id) {
            return Err(client::no_client(id));
        }
        let found =
            pool.terms.iter().find(|(_, terms)| terms["ClientId"] == *client && terms["TermsName"] == *name);
        Ok(found.map(|(id, _)| id.clone()))
    }
}

fn no_terms() -> Refused {
    Refused::new(ErrorCode::ResourceNotFound, "Terms not found.")
}

fn exists() -> Refused {
    Refused::new(ErrorCode::TermsExists, "The app client already has terms of this name.")
}

/// "link map needs `cognito:default`"
fn check(links: &Value) -> Result<(), Refused> {
    if links["cognito:default"].is_string() {
        return Ok(());
    }
    Err(Refused::invalid("Links must contain a URL for cognito:default."))
}
