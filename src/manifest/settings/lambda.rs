//! The Lambda functions of a pool.

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::manifest::values::Arn;

/// An example of a function's ARN.
const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:cognito-trigger";

/// The Lambda functions of a pool.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct LambdaConfig {
    /// Runs before a user is created: it may refuse, confirm or verify the user. Default: none.
    #[schemars(extend("x-weaker" = "removed", "examples" = [FUNCTION]))]
    pub pre_sign_up: Option<Arn>,

    /// Writes the texts of messages. Default: none.
    #[schemars(extend("examples" = [FUNCTION]))]
    pub custom_message: Option<Arn>,

    /// Runs after a user is confirmed or has reset the password. Default: none.
    #[schemars(extend("examples" = [FUNCTION]))]
    pub post_confirmation: Option<Arn>,

    /// Runs before each sign-in and may refuse it. Default: none.
    #[schemars(extend("x-weaker" = "removed", "examples" = [FUNCTION]))]
    pub pre_authentication: Option<Arn>,

    /// Runs after each sign-in. Default: none.
    #[schemars(extend("examples" = [FUNCTION]))]
    pub post_authentication: Option<Arn>,

    /// Chooses the next custom challenge of a sign-in. Default: none.
    #[schemars(extend("examples" = [FUNCTION]))]
    pub define_auth_challenge: Option<Arn>,

    /// Makes a custom challenge. Default: none.
    #[schemars(extend("examples" = [FUNCTION]))]
    pub create_auth_challenge: Option<Arn>,

    /// Checks the answer to a custom challenge. Default: none.
    #[schemars(extend("examples" = [FUNCTION]))]
    pub verify_auth_challenge_response: Option<Arn>,

    /// Changes the claims of tokens before they are issued. Default: absent, none.
    ///
    /// An ARN alone means version `V1_0`, which changes ID tokens only; write `lambdaArn` and `lambdaVersion` for the
    /// others. This one member stands for both of the API's, `PreTokenGeneration` and `PreTokenGenerationConfig`.
    #[schemars(extend(
        "x-absent" = null,
        "x-api-name" = "PreTokenGenerationConfig",
        "x-weaker" = "removed",
        "examples" = [FUNCTION, { "lambdaArn": FUNCTION, "lambdaVersion": "V2_0" }]
    ))]
    pub pre_token_generation: Option<PreTokenGeneration>,

    /// Moves users from another directory when they sign in or reset their password for the first time. It sees their
    /// password. Default: none.
    #[schemars(extend("examples" = [FUNCTION]))]
    pub user_migration: Option<Arn>,

    /// Sends SMS in place of Cognito. Default: absent. Needs `kmsKeyID`, for the code is encrypted.
    #[schemars(rename = "customSMSSender", extend("x-absent" = null))]
    pub custom_sms_sender: Option<VersionedFunction>,

    /// Sends email in place of Cognito. Default: absent. Needs `kmsKeyID`, for the code is encrypted.
    #[schemars(extend("x-absent" = null))]
    pub custom_email_sender: Option<VersionedFunction>,

    /// The AWS KMS key that encrypts codes for the custom senders. Default: none.
    #[schemars(
        rename = "kmsKeyID",
        extend(
            "x-api-name" = "KMSKeyID",
            "examples" = ["arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
        )
    )]
    pub kms_key_id: Option<Arn>,

    /// Changes what an identity provider says of a user before Cognito stores it. Default: absent.
    #[schemars(extend("x-absent" = null))]
    pub inbound_federation: Option<VersionedFunction>,
}

/// A function and the version of the event that it understands.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct VersionedFunction {
    /// The function's ARN.
    #[schemars(extend("examples" = [FUNCTION]))]
    pub lambda_arn: Arn,

    /// The version of the event.
    pub lambda_version: OnlyVersion,
}

/// The only version of an event.
#[derive(Debug, JsonSchema)]
pub enum OnlyVersion {
    /// The only version so far.
    #[schemars(rename = "V1_0")]
    V1,
}

/// The pre token generation function, as its ARN or with a version.
#[derive(Debug)]
pub enum PreTokenGeneration {
    /// Version `V1_0`.
    Arn(Arn),
    /// Any version.
    Versioned(PreTokenGenerationConfig),
}

impl JsonSchema for PreTokenGeneration {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PreTokenGeneration".into()
    }

    // One schema for both: each keyword speaks of one type only, and editors show a plain list of types best.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = generator.subschema_for::<PreTokenGenerationConfig>();
        let mut arn = generator.subschema_for::<Arn>();
        for keyword in ["minLength", "maxLength", "pattern"] {
            if let Some(bound) = arn.remove(keyword) {
                schema.insert(keyword.into(), bound);
            }
        }
        schema.insert("type".into(), serde_json::json!(["string", "object"]));
        schema
    }
}

/// A pre token generation function and the version of its event.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreTokenGenerationConfig {
    /// The function's ARN.
    #[schemars(extend("examples" = [FUNCTION]))]
    pub lambda_arn: Arn,

    /// The version of the event, which decides what the function may change.
    pub lambda_version: PreTokenGenerationVersion,
}

/// What the function may change.
#[derive(Debug, JsonSchema)]
pub enum PreTokenGenerationVersion {
    /// Claims of ID tokens.
    #[schemars(rename = "V1_0")]
    V1,
    /// Claims and scopes of access tokens too. Needs the Essentials tier.
    #[schemars(rename = "V2_0")]
    V2,
    /// Access tokens of `client_credentials` too. Needs the Essentials tier.
    #[schemars(rename = "V3_0")]
    V3,
}
