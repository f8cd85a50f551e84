//! The attributes of a pool: standard ones that every pool has, custom ones that are only ever added.

use serde_json::{Map, Value, json};

use super::{Call, Refused};

/// The most custom attributes of a pool.
const MAX_CUSTOM: usize = 50;

/// Standard attributes that are plain text: mutable, not required, up to 2,048 characters.
const PLAIN: [&str; 16] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "gender",
    "zoneinfo",
    "locale",
    "phone_number",
    "address",
    "birthdate",
];

/// The standard attributes as every real pool answers them.
fn standard() -> Vec<Value> {
    let attribute = |name: &str, data_type: &str, mutable: bool, required: bool| {
        json!({
            "Name": name,
            "AttributeDataType": data_type,
            "DeveloperOnlyAttribute": false,
            "Mutable": mutable,
            "Required": required,
        })
    };
    let text = |name: &str, min: &str, max: &str, mutable: bool, required: bool| {
        let mut text = attribute(name, "String", mutable, required);
        text["StringAttributeConstraints"] = json!({"MinLength": min, "MaxLength": max});
        text
    };
    let mut all = vec![text("sub", "1", "2048", false, true)];
    all.extend(PLAIN.iter().map(|name| match *name {
        "birthdate" => text(name, "10", "10", true, false),
        name => text(name, "0", "2048", true, false),
    }));
    for name in ["email_verified", "phone_number_verified"] {
        all.push(attribute(name, "Boolean", true, false));
    }
    let mut updated_at = attribute("updated_at", "Number", true, false);
    updated_at["NumberAttributeConstraints"] = json!({"MinValue": "0"});
    all.push(updated_at);
    let mut identities = attribute("identities", "String", true, false);
    identities["StringAttributeConstraints"] = json!({});
    all.push(identities);
    all
}

/// The schema of a new pool: the standard attributes as they were asked for, then the custom ones.
pub(super) fn schema(asked: &Value) -> Result<Value, Refused> {
    let mut all = standard();
    let mut custom = Vec::new();
    for attribute in asked.as_array().into_iter().flatten() {
        match all.iter_mut().find(|known| known["Name"] == attribute["Name"]) {
            Some(known) => {
                for member in
                    ["Mutable", "Required", "StringAttributeConstraints", "NumberAttributeConstraints"]
                {
                    if let Some(value) = attribute.get(member).filter(|value| !value.is_null()) {
                        known[member] = value.clone();
                    }
                }
            }
            None => custom.push(attribute.clone()),
        }
    }
    add(&mut all, &custom)?;
    Ok(Value::Array(all))
}

/// Adds custom attributes under the names that answers give them.
fn add(all: &mut Vec<Value>, custom: &[Value]) -> Result<(), Refused> {
    for attribute in custom {
        let name = attribute["Name"].as_str().unwrap_or_default();
        if attribute["Required"] == true {
            return Err(Refused::invalid("Required custom attributes are not supported currently."));
        }
        let developer_only = attribute["DeveloperOnlyAttribute"] == true;
        let full = if developer_only { format!("dev:custom:{name}") } else { format!("custom:{name}") };
        if all.iter().any(|known| known["Name"] == full) {
            return Err(Refused::invalid(format!("{full}: Existing attribute already has name {full}.")));
        }
        let data_type = attribute["AttributeDataType"].as_str().unwrap_or("String");
        let mut stored = Map::from_iter([
            ("Name".to_owned(), json!(full)),
            ("AttributeDataType".to_owned(), json!(data_type)),
            ("DeveloperOnlyAttribute".to_owned(), json!(developer_only)),
            ("Mutable".to_owned(), json!(attribute["Mutable"] == true)),
            ("Required".to_owned(), json!(false)),
        ]);
        let constraints = match data_type {
            "String" => Some("StringAttributeConstraints"),
            "Number" => Some("NumberAttributeConstraints"),
            _ => None,
        };
        if let Some(member) = constraints {
            let value = attribute.get(member).cloned().unwrap_or_else(|| json!({}));
            stored.insert(member.to_owned(), value);
        }
        all.push(Value::Object(stored));
    }
    let is_custom =
        |attribute: &&Value| attribute["Name"].as_str().is_some_and(|name| name.contains("custom:"));
    if all.iter().filter(is_custom).count() > MAX_CUSTOM {
        return Err(Refused::new(
            crate::cognito::ErrorCode::LimitExceeded,
            format!("A user pool can have at most {MAX_CUSTOM} custom attributes."),
        ));
    }
    Ok(())
}

impl Call<'_> {
    pub(super) fn add_attributes(&mut self) -> Result<Value, Refused> {
        let custom = self.input["CustomAttributes"].as_array().cloned().unwrap_or_default();
        let pool = self.pool_state_mut()?;
        let mut all = pool.pool["SchemaAttributes"].as_array().cloned().unwrap_or_default();
        add(&mut all, &custom)?;
        pool.pool["SchemaAttributes"] = Value::Array(all);
        Ok(json!({}))
    }
}
