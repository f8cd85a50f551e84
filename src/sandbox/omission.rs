//! What an update makes of a stored document, and of the members that it leaves out.

use serde_json::{Map, Value, json};

use super::OmittedMode;
use super::model::{self, Kind, Shape};

/// A member of a document that an update replaces, with what it is when it is left out.
pub(super) struct Replaced {
    /// The member, in the API's name.
    pub(super) name: &'static str,
    /// Its default; `None` is absence.
    pub(super) default: fn() -> Option<Value>,
    /// Whether third parties have measured that it stays when it is left out.
    pub(super) measured_kept: bool,
    /// Whether it stays whatever the mode: documented, or seen with every tool.
    pub(super) always_kept: bool,
}

/// Blocks that are replaced as a whole in every mode: client registration as documented, triggers as measured, SMS
/// because its members exclude each other, and the maps of identity providers.
const CONTAINERS: [&str; 6] = [
    "AcrMapping",
    "AttributeMapping",
    "DcrConfiguration",
    "LambdaConfig",
    "ProviderDetails",
    "SmsConfiguration",
];

/// Writes the members of an update into a stored document.
///
/// Members that the model does not know but the document holds are newer than the model: the service knows them.
pub(super) fn update(
    operation: &str,
    stored: &mut Map<String, Value>,
    input: &Value,
    members: &[Replaced],
    mode: OmittedMode,
) {
    let unknown: Vec<String> =
        stored.keys().filter(|name| is_newer(operation, name, members)).cloned().collect();
    for member in members {
        let given = input.get(member.name).filter(|value| !value.is_null());
        let keeps = member.always_kept
            || mode == OmittedMode::Keep
            || mode == OmittedMode::Measured && member.measured_kept;
        match given {
            Some(value) => {
                let deep =
                    mode == OmittedMode::Keep || mode == OmittedMode::Measured && member.name == "Policies";
                let old = stored.get(member.name).cloned().unwrap_or_default();
                let value = known_part(operation, member.name, value, &old);
                let whole = CONTAINERS.contains(&member.name);
                let value = if deep && !whole { deep_merge(old, value) } else { value };
                stored.insert(member.name.to_owned(), value);
            }
            None if keeps => {}
            None => match (member.default)() {
                Some(default) => {
                    stored.insert(member.name.to_owned(), default);
                }
                None => {
                    stored.remove(member.name);
                }
            },
        }
    }
    for name in unknown {
        match input.get(&name).filter(|value| !value.is_null()) {
            Some(value) => {
                stored.insert(name, value.clone());
            }
            None if mode == OmittedMode::Keep => {}
            None => {
                stored.remove(&name);
            }
        }
    }
}

/// Whether a stored member is newer than the model: no answer's own member, and in none of our tables.
fn is_newer(operation: &str, name: &str, members: &[Replaced]) -> bool {
    const ANSWERED: [&str; 24] = [
        "AliasAttributes",
        "Arn",
        "ClientId",
        "ClientSecret",
        "ClientType",
        "CreationDate",
        "CustomDomain",
        "Domain",
        "EmailConfigurationFailure",
        "EmailVerificationMessage",
        "EmailVerificationSubject",
        "EstimatedNumberOfUsers",
        "Id",
        "LastModifiedDate",
        "ManagedBy",
        "Name",
        "ProviderType",
        "SchemaAttributes",
        "SmsConfigurationFailure",
        "SmsVerificationMessage",
        "Status",
        "UserPoolId",
        "UsernameAttributes",
        "UsernameConfiguration",
    ];
    let is_known = || model::input(operation).is_some_and(|input| input.member(name).is_some());
    !ANSWERED.contains(&name) && !members.iter().any(|member| member.name == name) && !is_known()
}

/// What the service takes of a given value: members of the model, and those that the stored value has. The value is one
/// of an operation's input, or of an item of a list there.
pub(super) fn known_part(operation: &str, member: &str, given: &Value, stored: &Value) -> Value {
    let input = model::input(operation);
    let shape = if member.is_empty() { input } else { input.and_then(|input| input.member(member)) };
    known(shape, given, stored)
}

fn known(shape: Option<&Shape>, given: &Value, stored: &Value) -> Value {
    let Value::Object(members) = given else { return given.clone() };
    let kept: Map<String, Value> = match shape.map(|shape| &shape.kind) {
        Some(Kind::List(item)) => return known(Some(item.shape()), given, stored),
        Some(Kind::Document) => return given.clone(),
        Some(Kind::Map { value, .. }) => {
            let kept = |(key, inner): (&String, &Value)| {
                (key.clone(), known(Some(value.shape()), inner, &stored[key]))
            };
            members.iter().map(kept).collect()
        }
        _ => {
            let given = members.iter().filter(|(_, value)| !value.is_null());
            let kept = given.filter_map(|(name, value)| {
                let inner = shape.and_then(|shape| shape.member(name));
                (inner.is_some() || stored.get(name).is_some())
                    .then(|| (name.clone(), known(inner, value, &stored[name])))
            });
            kept.collect()
        }
    };
    Value::Object(kept)
}

fn deep_merge(old: Value, new: Value) -> Value {
    match (old, new) {
        (Value::Object(mut old), Value::Object(new)) => {
            for (name, value) in new {
                let before = old.remove(&name).unwrap_or_default();
                old.insert(name, deep_merge(before, value));
            }
            Value::Object(old)
        }
        (_, new) => new,
    }
}

/// The members that `UpdateUserPool` replaces. `MfaConfiguration` has a document and rules of its own.
pub(super) const POOL: &[Replaced] = &[
    kept_when_measured("Policies", || Some(default_policies())),
    kept_when_measured("DeletionProtection", || Some(json!("INACTIVE"))),
    replaced("LambdaConfig", || Some(json!({}))),
    replaced("AutoVerifiedAttributes", || None),
    kept_when_measured("VerificationMessageTemplate", || {
        Some(json!({"DefaultEmailOption": "CONFIRM_WITH_CODE"}))
    }),
    replaced("SmsAuthenticationMessage", || None),
    always_kept("UserAttributeUpdateSettings"),
    replaced("DeviceConfiguration", || None),
    kept_when_measured("EmailConfiguration", || Some(json!({"EmailSendingAccount": "COGNITO_DEFAULT"}))),
    // "SMS once configured cannot be removed; its role can be changed."
    always_kept("SmsConfiguration"),
    replaced("UserPoolTags", || Some(json!({}))),
    replaced("AdminCreateUserConfig", || Some(json!({"AllowAdminCreateUserOnly": false}))),
    replaced("UserPoolAddOns", || None),
    // The documented exception: left out, the configuration is kept.
    always_kept("DcrConfiguration"),
    kept_when_measured("AccountRecoverySetting", || Some(default_recovery())),
    kept_when_measured("UserPoolTier", || Some(json!("ESSENTIALS"))),
    kept_when_measured("KeyConfiguration", || None),
    kept_when_measured("IssuerConfiguration", || None),
    replaced("AcrConfiguration", || None),
];

/// The members that `UpdateUserPoolClient` replaces.
pub(super) const CLIENT: &[Replaced] = &[
    always_kept("ClientName"),
    kept_when_measured("RefreshTokenValidity", || Some(json!(30))),
    replaced("AccessTokenValidity", || None),
    replaced("IdTokenValidity", || None),
    replaced("TokenValidityUnits", || Some(json!({}))),
    replaced("ReadAttributes", || None),
    replaced("WriteAttributes", || None),
    replaced("ExplicitAuthFlows", || None),
    replaced("SupportedIdentityProviders", || None),
    replaced("CallbackURLs", || None),
    replaced("LogoutURLs", || None),
    replaced("DefaultRedirectURI", || None),
    replaced("AllowedOAuthFlows", || None),
    replaced("AllowedOAuthScopes", || None),
    replaced("AllowedOAuthFlowsUserPoolClient", || Some(json!(false))),
    replaced("AnalyticsConfiguration", || None),
    replaced("PreventUserExistenceErrors", || None),
    kept_when_measured("EnableTokenRevocation", || Some(json!(true))),
    replaced("EnablePropagateAdditionalUserContextData", || Some(json!(false))),
    kept_when_measured("AuthSessionValidity", || Some(json!(3))),
    replaced("RefreshTokenRotation", || None),
];

/// The members that `UpdateGroup` replaces. What it does to those left out is not documented.
pub(super) const GROUP: &[Replaced] = &[
    kept_when_measured("Description", || None),
    kept_when_measured("RoleArn", || None),
    kept_when_measured("Precedence", || None),
];

/// The members that `UpdateResourceServer` replaces.
pub(super) const RESOURCE_SERVER: &[Replaced] =
    &[always_kept("Name"), replaced("Scopes", || Some(json!([])))];

/// The members that `UpdateIdentityProvider` replaces. What it does to those left out is not documented.
pub(super) const IDENTITY_PROVIDER: &[Replaced] = &[
    always_kept("ProviderDetails"),
    kept_when_measured("AttributeMapping", || Some(json!({}))),
    kept_when_measured("IdpIdentifiers", || Some(json!([]))),
    kept_when_measured("AcrMapping", || None),
];

const fn replaced(name: &'static str, default: fn() -> Option<Value>) -> Replaced {
    Replaced { name, default, measured_kept: false, always_kept: false }
}

const fn kept_when_measured(name: &'static str, default: fn() -> Option<Value>) -> Replaced {
    Replaced { name, default, measured_kept: true, always_kept: false }
}

const fn always_kept(name: &'static str) -> Replaced {
    Replaced { name, default: || None, measured_kept: true, always_kept: true }
}

/// What a pool has that says nothing of policies.
pub(super) fn default_policies() -> Value {
    json!({
        "PasswordPolicy": {
            "MinimumLength": 8,
            "RequireUppercase": true,
            "RequireLowercase": true,
            "RequireNumbers": true,
            "RequireSymbols": true,
            "TemporaryPasswordValidityDays": 7,
        },
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
    })
}

/// What a pool has that says nothing of account recovery.
pub(super) fn default_recovery() -> Value {
    json!({"RecoveryMechanisms": [
        {"Priority": 1, "Name": "verified_email"},
        {"Priority": 2, "Name": "verified_phone_number"},
    ]})
}
