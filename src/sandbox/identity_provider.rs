//! Identity providers.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::page::{self, Pages};
use super::store::PoolState;
use super::{Call, OmittedMode, Refused, given, omission, provider_types, strings};
use crate::cognito::ErrorCode;

/// The most identity providers of a pool.
const MAX_PROVIDERS: usize = 300;

impl Call<'_> {
    pub(super) fn describe_provider(&self) -> Result<Value, Refused> {
        let name = self.text("ProviderName");
        let provider = self.pool_state()?.identity_providers.get(name);
        provider.ok_or_else(|| no_provider(name)).map(|provider| self.provider_answer(provider))
    }

    pub(super) fn list_providers(&self) -> Result<Value, Refused> {
        let pages = Pages { list: "Providers", ..page::PAGES };
        self.page(&pages, &self.pool_state()?.identity_providers, |provider| {
            let members = ["ProviderName", "ProviderType", "LastModifiedDate", "CreationDate"];
            let listed = members.iter().filter(|member| given(provider, member));
            listed.map(|member| ((*member).to_owned(), provider[*member].clone())).collect()
        })
    }

    pub(super) fn create_provider(&mut self) -> Result<Value, Refused> {
        let input = self.input;
        let (name, kind) = (self.text("ProviderName").to_owned(), self.text("ProviderType"));
        let pool = self.pool_state()?;
        if name == "COGNITO" {
            return Err(Refused::invalid("The provider name COGNITO is reserved."));
        }
        if provider_types::of(kind).is_some_and(|known| known.social) && name != kind {
            return Err(Refused::invalid(format!("Provider {name} cannot be of type {kind}.")));
        }
        if pool.identity_providers.contains_key(&name) {
            return Err(Refused::new(
                ErrorCode::DuplicateProvider,
                format!("The provider {name} already exists."),
            ));
        }
        if pool.identity_providers.len() >= MAX_PROVIDERS {
            return Err(Refused::new(
                ErrorCode::LimitExceeded,
                "The pool has its maximum of identity providers.",
            ));
        }
        let mut provider = Map::from_iter([
            ("UserPoolId".to_owned(), input["UserPoolId"].clone()),
            ("ProviderName".to_owned(), input["ProviderName"].clone()),
            ("ProviderType".to_owned(), input["ProviderType"].clone()),
            ("CreationDate".to_owned(), self.now()),
        ]);
        let members = omission::IDENTITY_PROVIDER;
        omission::update("CreateIdentityProvider", &mut provider, input, members, OmittedMode::Documented);
        self.put_provider(name, provider)
    }

    pub(super) fn update_provider(&mut self) -> Result<Value, Refused> {
        let (input, omitted) = (self.input, self.options.omitted);
        let name = self.text("ProviderName").to_owned();
        let stored = self.pool_state()?.identity_providers.get(&name).and_then(Value::as_object);
        let mut provider = stored.ok_or_else(|| no_provider(&name))?.clone();
        let members = omission::IDENTITY_PROVIDER;
        omission::update("UpdateIdentityProvider", &mut provider, input, members, omitted);
        self.put_provider(name, provider)
    }

    /// Clients may go on listing it: nothing is documented that would keep it.
    pub(super) fn delete_provider(&mut self) -> Result<Value, Refused> {
        let name = self.text("ProviderName").to_owned();
        let removed = self.pool_state_mut()?.identity_providers.remove(&name);
        removed.map(|_| json!({})).ok_or_else(|| no_provider(&name))
    }

    /// Checks a provider as it would be, completes and stores it.
    fn put_provider(&mut self, name: String, provider: Map<String, Value>) -> Result<Value, Refused> {
        let mut provider = Value::Object(provider);
        let pool = self.pool_state()?;
        if given(self.input, "ProviderDetails") {
            provider_types::check(&provider)?;
        }
        check_mapping(pool, self.input)?;
        let maps_levels = self.input["AcrMapping"].as_object().is_some_and(|levels| !levels.is_empty());
        if maps_levels && provider["ProviderType"] != "OIDC" {
            return Err(Refused::invalid("AcrMapping is for providers of type OIDC only."));
        }
        check_identifiers(pool, &name, &provider)?;
        provider_types::complete(&mut provider, given(self.input, "ProviderDetails"));
        provider["LastModifiedDate"] = self.now();
        let answer = self.provider_answer(&provider);
        self.pool_state_mut()?.identity_providers.insert(name, provider);
        Ok(answer)
    }

    /// A provider as answers show it: secrets in clear, but never Apple's private key.
    pub(super) fn provider_answer(&self, provider: &Value) -> Value {
        let mut provider = provider.clone();
        if let Some(Value::Object(details)) = provider.get_mut("ProviderDetails") {
            details.remove(provider_types::PRIVATE_KEY);
        }
        if !given(&provider, "IdpIdentifiers") {
            provider["IdpIdentifiers"] = json!([]);
        }
        self.shuffled(&mut provider);
        json!({ "IdentityProvider": provider })
    }
}

fn no_provider(name: &str) -> Refused {
    Refused::new(ErrorCode::ResourceNotFound, format!("Identity provider {name} does not exist."))
}

/// Attributes are mapped to those of the pool, and to the user's name.
fn check_mapping(pool: &PoolState, input: &Value) -> Result<(), Refused> {
    let schema = pool.pool["SchemaAttributes"].as_array().into_iter().flatten();
    let known: BTreeSet<&str> = schema.filter_map(|attribute| attribute["Name"].as_str()).collect();
    let mapped = input["AttributeMapping"].as_object().into_iter().flatten();
    match mapped.map(|(name, _)| name.as_str()).find(|name| *name != "username" && !known.contains(name)) {
        Some(name) => Err(Refused::invalid(format!(
            "Invalid attribute mapping specified: {name} is no attribute of the pool."
        ))),
        None => Ok(()),
    }
}

/// An identifier leads to one provider of a pool.
fn check_identifiers(pool: &PoolState, name: &str, provider: &Value) -> Result<(), Refused> {
    let others = pool.identity_providers.iter().filter(|(other, _)| *other != name);
    let taken: BTreeSet<&str> = others.flat_map(|(_, other)| strings(&other["IdpIdentifiers"])).collect();
    match strings(&provider["IdpIdentifiers"]).into_iter().find(|identifier| taken.contains(identifier)) {
        Some(identifier) => Err(Refused::new(
            ErrorCode::DuplicateProvider,
            format!("The identifier {identifier} belongs to another provider."),
        )),
        None => Ok(()),
    }
}
