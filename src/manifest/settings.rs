//! `settings`: the user pool itself.

use std::collections::BTreeMap;

use schemars::JsonSchema;

pub mod attributes;
pub mod lambda;
pub mod messages;
pub mod mfa;
pub mod platform;
pub mod sign_in;

use super::pass_through::PassThrough;
use super::values::{SmsCodeMessage, VerifiedAttribute};

/// The settings of a user pool.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// Whether the pool refuses to be deleted. A new pool is `INACTIVE`; left out, it stays as it is.
    ///
    /// Deleting a pool deletes its users, so production pools want `ACTIVE`.
    #[schemars(extend("default" = "INACTIVE", "x-omitted" = "live", "x-weaker" = ["ACTIVE", "INACTIVE"]))]
    pub deletion_protection: Option<platform::DeletionProtection>,

    /// The feature plan, which decides the price per active user. A new pool is `ESSENTIALS`; left out, it stays as it
    /// is, because a change of plan is a change of the bill.
    #[schemars(extend("default" = "ESSENTIALS", "x-omitted" = "live"))]
    pub user_pool_tier: Option<platform::UserPoolTier>,

    /// The pool's tags. Tags that are not declared here are left alone, unless `policy.prune` holds `tags`.
    ///
    /// Keys of AWS (`aws:`) and of cognitops itself (`cognitops:`) cannot be set.
    #[schemars(extend(
        "type" = "object",
        "propertyNames" = {
            "minLength": 1,
            "maxLength": 128,
            "not": { "pattern": r"(?:[aA][wW][sS]|cognitops):[\s\S]*" },
        },
        "x-operation" = "TagResource",
        "x-omitted" = "live",
        "examples" = [{ "team": "identity", "cost-center": "4711" }]
    ))]
    pub user_pool_tags: Option<BTreeMap<String, platform::TagValue>>,

    /// The pool's user attributes, by name: custom ones without their prefix, standard ones where they differ from what
    /// every pool has.
    ///
    /// This only grows: an attribute cannot be changed or removed once it exists, and a pool holds at most 50 custom
    /// ones. Write `custom:email` for a custom attribute that has the name of a standard one. Undeclared attributes
    /// are left alone.
    #[schemars(extend(
        "type" = "object",
        "propertyNames" = { "pattern": r"(?:custom:)?[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,20}|phone_number_verified", "patternErrorMessage": "a name has at most 20 characters, without blanks" },
        "x-api-name" = "Schema",
        "x-operation" = "AddCustomAttributes",
        "x-omitted" = "live",
        "examples" = [{ "tenant_id": { "attributeDataType": "String", "mutable": false } }]
    ))]
    pub attributes: Option<BTreeMap<String, attributes::AttributeDefinition>>,

    /// The attributes that users sign in with instead of a user name. Default: none, users have a user name.
    ///
    /// Fixed at creation: another choice means another pool. Excludes `aliasAttributes`.
    #[schemars(extend("default" = [], "x-create-only" = true, "examples" = [["email"]]))]
    pub username_attributes: Option<Vec<VerifiedAttribute>>,

    /// The attributes that users may sign in with beside their user name. Default: none.
    ///
    /// Fixed at creation: another choice means another pool. Excludes `usernameAttributes`.
    #[schemars(extend("default" = [], "x-create-only" = true, "examples" = [["email", "preferred_username"]]))]
    pub alias_attributes: Option<Vec<sign_in::AliasAttribute>>,

    /// How user names compare.
    pub username_configuration: Option<sign_in::UsernameConfiguration>,

    /// Rules for passwords and for the first factor of a sign-in.
    pub policies: Option<sign_in::Policies>,

    /// The attributes that Cognito verifies by itself when a user signs up, with a code that it sends. Default: none.
    /// Users whose contact is not verified cannot recover their password.
    #[schemars(extend("default" = [], "examples" = [["email"]]))]
    pub auto_verified_attributes: Option<Vec<VerifiedAttribute>>,

    /// What happens when a user changes a verified attribute.
    pub user_attribute_update_settings: Option<sign_in::UserAttributeUpdateSettings>,

    /// How users get back into their account. Left out, a pool that has none stays without; otherwise the default
    /// applies, email first and phone second.
    #[schemars(extend(
        "x-absent" = null,
        "x-omitted" = "live-when-absent",
        "default" = {
            "recoveryMechanisms": [
                { "name": "verified_email", "priority": 1 },
                { "name": "verified_phone_number", "priority": 2 }
            ]
        }
    ))]
    pub account_recovery_setting: Option<sign_in::AccountRecoverySetting>,

    /// Who creates accounts, and what the invitation says.
    pub admin_create_user_config: Option<messages::AdminCreateUserConfig>,

    /// Remembered devices. Default: absent, no device is remembered.
    ///
    /// Any value in here, even `false`, switches the feature on; leave the block out to have it off.
    #[schemars(extend(
        "minProperties" = 1,
        "x-absent" = null,
        "x-reset" = "null",
        "x-weaker" = "removed"
    ))]
    pub device_configuration: Option<sign_in::DeviceConfiguration>,

    /// Threat protection: compromised passwords and unusual sign-ins. Needs the Plus tier.
    #[schemars(extend("x-send" = "nonDefault"))]
    pub user_pool_add_ons: Option<sign_in::UserPoolAddOns>,

    /// The texts in which users receive a verification code or link.
    pub verification_message_template: Option<messages::VerificationMessageTemplate>,

    /// The text of an SMS that carries a sign-in code; `{####}` stands for the code. Default: Cognito's own text.
    #[schemars(extend("examples" = ["Your code is {####}."]))]
    pub sms_authentication_message: Option<SmsCodeMessage>,

    /// How the pool sends email.
    pub email_configuration: Option<messages::EmailConfiguration>,

    /// How the pool sends SMS. Default: absent, it cannot.
    ///
    /// Left out, it stays as it is: Cognito has no way to take it back, only to change it. SMS costs money for each
    /// message.
    #[schemars(extend("x-absent" = null, "x-omitted" = "live", "x-reset" = "impossible", "minProperties" = 1))]
    pub sms_configuration: Option<messages::SmsConfiguration>,

    /// The Lambda functions that take part in sign-up, sign-in and messages. What is not written here is removed.
    ///
    /// Cognito must be allowed to invoke each function, and waits at most 5 seconds for it.
    pub lambda_config: Option<lambda::LambdaConfig>,

    /// Whether users need a second factor. Default: `OFF`.
    ///
    /// `ON` and `OPTIONAL` need at least one factor block beside them, `OFF` none.
    #[schemars(extend(
        "default" = "OFF",
        "x-operation" = "SetUserPoolMfaConfig",
        "x-weaker" = ["ON", "OPTIONAL", "OFF"]
    ))]
    pub mfa_configuration: Option<mfa::MfaConfiguration>,

    /// SMS codes as a second factor: `{}` switches them on. Default: absent, off. Needs `smsConfiguration`.
    #[schemars(extend("x-absent" = null, "x-operation" = "SetUserPoolMfaConfig", "x-weaker" = "removed"))]
    pub sms_mfa_configuration: Option<mfa::SmsMfaConfiguration>,

    /// Authenticator apps as a second factor. Default: absent, off.
    #[schemars(extend("x-absent" = null, "x-operation" = "SetUserPoolMfaConfig", "x-weaker" = "removed"))]
    pub software_token_mfa_configuration: Option<mfa::SoftwareTokenMfaConfiguration>,

    /// Email codes as a second factor. Default: absent, off.
    ///
    /// Needs the Essentials tier and `emailSendingAccount: DEVELOPER`, and a way to recover accounts other than
    /// email.
    #[schemars(extend("x-absent" = null, "x-operation" = "SetUserPoolMfaConfig", "x-weaker" = "removed"))]
    pub email_mfa_configuration: Option<mfa::EmailMfaConfiguration>,

    /// Passkeys. Each member has its own default, whether or not the others are written. To let users sign in with one, list `WEB_AUTHN` in
    /// `policies.signInPolicy.allowedFirstAuthFactors`.
    #[schemars(extend("x-operation" = "SetUserPoolMfaConfig"))]
    pub web_authn_configuration: Option<mfa::WebAuthnConfiguration>,

    /// The key that encrypts the pool's data. A new pool uses one of AWS; left out, it stays as it is.
    #[schemars(extend("x-omitted" = "live", "x-send" = "nonDefault"))]
    pub key_configuration: Option<platform::KeyConfiguration>,

    /// The form of the issuer in tokens. Left out, it stays as it is: a change invalidates what applications and
    /// resource servers expect in `iss`.
    #[schemars(extend("x-omitted" = "live", "x-send" = "nonDefault"))]
    pub issuer_configuration: Option<platform::IssuerConfiguration>,

    /// Your names for Cognito's four levels of authentication, `Level1` to `Level4`, as tokens show them in `acr`. Left
    /// out, they stay as they are. Needs the Essentials tier.
    ///
    /// Levels that are not given keep `urn:cognito:loa:1` to `urn:cognito:loa:4`; all four must differ.
    #[schemars(extend(
        "minProperties" = 0,
        "maxProperties" = 4,
        "propertyNames" = { "pattern": "Level[1-4]" },
        "default" = {
            "Level1": { "acrValue": "urn:cognito:loa:1" },
            "Level2": { "acrValue": "urn:cognito:loa:2" },
            "Level3": { "acrValue": "urn:cognito:loa:3" },
            "Level4": { "acrValue": "urn:cognito:loa:4" }
        },
        "x-omitted" = "live",
        "x-send" = "nonDefault",
        "examples" = [{ "Level2": { "acrValue": "https://example.com/acr/mfa" } }]
    ))]
    pub acr_configuration: Option<BTreeMap<String, platform::AcrLevel>>,

    /// Dynamic client registration: applications register app clients by themselves. Left out, it stays as it is. Needs
    /// the Essentials tier.
    #[schemars(extend("x-omitted" = "live", "x-send" = "changed"))]
    pub dcr_configuration: Option<platform::DcrConfiguration>,

    /// Members of the API that this version does not know yet, by their paths in the API's own names.
    pub pass_through: Option<PassThrough>,
}
