//! Styles of managed login: each belongs to a client and has an id.

use serde_json::{Map, Value, json};

use super::{Call, Refused, client, given};
use crate::cognito::ErrorCode;

/// The most styles of a pool.
const MAX_STYLES: usize = 20;

/// The most bytes of a request.
/// The most images of a style.
const MOST_ASSETS: usize = 40;

const MAX_REQUEST_BYTES: usize = 2_000_000;

const PROVIDED: &str = "UseCognitoProvidedValues";

/// What tells the images of a style apart.
const KEYS: [&str; 2] = ["Category", "ColorMode"];

const ID_LETTERS: &[u8] = b"0123456789abcdef";

impl Call<'_> {
    pub(super) fn describe_branding(&self) -> Result<Value, Refused> {
        let id = self.text("ManagedLoginBrandingId");
        let style = self.pool_state()?.brandings.get(id).ok_or_else(no_style)?;
        Ok(self.answered_style(style))
    }

    pub(super) fn describe_branding_by_client(&self) -> Result<Value, Refused> {
        let id = self.style_of(self.text("ClientId"))?.ok_or_else(no_style)?;
        Ok(self.answered_style(&self.pool_state()?.brandings[&id]))
    }

    pub(super) fn create_branding(&mut self) -> Result<Value, Refused> {
        let client = self.text("ClientId").to_owned();
        if self.style_of(&client)?.is_some() {
            let message = "The app client already has a managed login style.";
            return Err(Refused::new(ErrorCode::ManagedLoginBrandingExists, message));
        }
        self.check_style()?;
        if self.pool_state()?.brandings.len() >= MAX_STYLES {
            return Err(Refused::new(ErrorCode::LimitExceeded, "The pool has its maximum of styles."));
        }
        let id = self.store.state_mut().uuid();
        let style = json!({
            "ManagedLoginBrandingId": id,
            "UserPoolId": self.input["UserPoolId"],
            "ClientId": client,
            "CreationDate": self.now(),
        });
        self.keep_style(id, style)
    }

    /// What is left out stays: "preserves existing style settings that you don't specify."
    pub(super) fn update_branding(&mut self) -> Result<Value, Refused> {
        let id = self.text("ManagedLoginBrandingId").to_owned();
        let style = self.pool_state()?.brandings.get(&id).cloned().ok_or_else(no_style)?;
        self.check_style()?;
        self.keep_style(id, style)
    }

    pub(super) fn delete_branding(&mut self) -> Result<Value, Refused> {
        let id = self.text("ManagedLoginBrandingId").to_owned();
        self.pool_state_mut()?.brandings.remove(&id).map(|_| json!({})).ok_or_else(no_style)
    }

    /// The id of a client's style, if it has one.
    fn style_of(&self, id: &str) -> Result<Option<String>, Refused> {
        let pool = self.pool_state()?;
        if !pool.clients.contains_key(id) {
            return Err(client::no_client(id));
        }
        let found = pool.brandings.iter().find(|(_, style)| style["ClientId"] == id);
        Ok(found.map(|(id, _)| id.clone()))
    }

    fn answered_style(&self, style: &Value) -> Value {
        let mut style = style.clone();
        if let Value::Object(members) = &mut style {
            members.remove("ClientId");
        }
        self.shuffled(&mut style);
        json!({ "ManagedLoginBranding": style })
    }

    /// Writes what the input holds into a style.
    fn keep_style(&mut self, id: String, mut style: Value) -> Result<Value, Refused> {
        let input = self.input;
        if input[PROVIDED] == true
            && let Value::Object(members) = &mut style
        {
            members.remove("Settings");
            members.remove("Assets");
        }
        if input["Settings"].is_object() {
            merge(&mut style["Settings"], &input["Settings"]);
        }
        for asset in input["Assets"].as_array().into_iter().flatten() {
            let mut asset = asset.clone();
            if !given(&asset, "ResourceId") {
                asset["ResourceId"] = json!(self.store.state_mut().random(ID_LETTERS, 32));
            }
            if !style["Assets"].is_array() {
                style["Assets"] = json!([]);
            }
            let is_other = |old: &Value| KEYS.iter().any(|key| old[*key] != asset[*key]);
            if let Some(assets) = style["Assets"].as_array_mut() {
                assets.retain(is_other);
                assets.push(asset);
            }
        }
        if style["Assets"].as_array().is_some_and(|assets| assets.len() > MOST_ASSETS) {
            return Err(Refused::invalid(format!("A style has at most {MOST_ASSETS} assets.")));
        }
        let customised = style["Settings"].is_object() || style["Assets"].is_array();
        style[PROVIDED] = json!(!customised && (input[PROVIDED] == true || style[PROVIDED] == true));
        if let Value::Object(members) = &mut style {
            members.retain(|_, value| !value.is_null());
        }
        style["LastModifiedDate"] = self.now();
        self.pool_state_mut()?.brandings.insert(id, style.clone());
        Ok(self.answered_style(&style))
    }

    fn check_style(&self) -> Result<(), Refused> {
        let input = self.input;
        if self.pool_state()?.pool["UserPoolTier"] == "LITE" {
            let message = "Managed login is not available in the user pool's tier.";
            return Err(Refused::new(ErrorCode::from("OperationNotEnabledException"), message));
        }
        if input[PROVIDED] == true && (given(input, "Settings") || given(input, "Assets")) {
            let message = "Settings and Assets must be omitted when UseCognitoProvidedValues is true.";
            return Err(Refused::invalid(message));
        }
        if input.to_string().len() > MAX_REQUEST_BYTES {
            return Err(Refused::invalid("The request is larger than 2 MB."));
        }
        for asset in input["Assets"].as_array().into_iter().flatten() {
            if !given(asset, "Bytes") && !given(asset, "ResourceId") {
                return Err(Refused::invalid("An asset has no bytes."));
            }
        }
        Ok(())
    }
}

fn no_style() -> Refused {
    Refused::new(ErrorCode::ResourceNotFound, "Managed login branding not found.")
}

/// Objects by key, everything else as a whole.
fn merge(old: &mut Value, new: &Value) {
    let Value::Object(entries) = new else {
        *old = new.clone();
        return;
    };
    if !old.is_object() {
        *old = Value::Object(Map::new());
    }
    for (key, value) in entries {
        merge(&mut old[key], value);
    }
}
