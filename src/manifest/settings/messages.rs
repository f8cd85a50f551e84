//! What the pool sends, and through what.

use schemars::JsonSchema;

use crate::manifest::values::{Arn, EmailCodeMessage, EmailSubject, Region, SmsCodeMessage, Text};

/// The texts of verification messages.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerificationMessageTemplate {
    /// Whether a verification email holds a code or a link. Default: a code. A link needs a user pool domain.
    #[schemars(extend("default" = "CONFIRM_WITH_CODE"))]
    pub default_email_option: Option<DefaultEmailOption>,

    /// The SMS with a verification code; `{####}` stands for the code. Default: Cognito's own text.
    #[schemars(extend("examples" = ["Your verification code is {####}."]))]
    pub sms_message: Option<SmsCodeMessage>,

    /// The email with a verification code, in HTML; `{####}` stands for the code. Default: Cognito's own text.
    #[schemars(extend("examples" = ["Your verification code is <b>{####}</b>."]))]
    pub email_message: Option<EmailCodeMessage>,

    /// The subject of the email with a verification code. Default: Cognito's own.
    #[schemars(extend("examples" = ["Your verification code"]))]
    pub email_subject: Option<EmailSubject>,

    /// The email with a verification link, in HTML; `{##text##}` becomes the link. Default: Cognito's own text. Only
    /// used with `CONFIRM_WITH_LINK`.
    #[schemars(extend(
        "minLength" = 6,
        "maxLength" = 20000,
        "pattern" = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
        "examples" = ["Please {##confirm your address##}."]
    ))]
    pub email_message_by_link: Option<String>,

    /// The subject of the email with a verification link. Default: Cognito's own.
    #[schemars(extend("examples" = ["Confirm your address"]))]
    pub email_subject_by_link: Option<EmailSubject>,
}

/// What a verification email holds.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DefaultEmailOption {
    /// A link to follow.
    ConfirmWithLink,
    /// A code to type.
    ConfirmWithCode,
}

/// Who creates accounts, and what the invitation says.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdminCreateUserConfig {
    /// Whether only administrators create accounts. Default: `false`, anyone may sign up.
    #[schemars(extend("default" = false, "x-weaker" = [true, false]))]
    pub allow_admin_create_user_only: Option<bool>,

    /// The invitation that a user receives whom an administrator created. Default: absent, Cognito's own texts.
    #[schemars(extend("x-absent" = null, "minProperties" = 1))]
    pub invite_message_template: Option<InviteMessageTemplate>,
}

/// The texts of an invitation; `{username}` and `{####}` stand for the user name and the temporary password.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct InviteMessageTemplate {
    /// The SMS. Default: Cognito's own text. It needs both `{username}` and `{####}`.
    #[schemars(
        length(min = 6, max = 140),
        extend("x-api-name" = "SMSMessage", "examples" = ["Hello {username}, your password is {####}."])
    )]
    pub sms_message: Option<String>,

    /// The email, in HTML. Default: Cognito's own text. It needs both `{username}` and `{####}`.
    #[schemars(
        length(min = 6, max = 20000),
        extend(
            "pattern" = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
            "examples" = ["<p>Hello {username}, your password is {####}.</p>"],
        )
    )]
    pub email_message: Option<String>,

    /// The subject of the email. Default: Cognito's own.
    #[schemars(extend("examples" = ["Welcome"]))]
    pub email_subject: Option<EmailSubject>,
}

/// How the pool sends email.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmailConfiguration {
    /// Who sends: Cognito, or your own Amazon SES identity. Default: Cognito, which stops at 50 emails a day for the
    /// whole account.
    #[schemars(extend("default" = "COGNITO_DEFAULT"))]
    pub email_sending_account: Option<EmailSendingAccount>,

    /// The ARN of a verified Amazon SES identity. `DEVELOPER` needs it. Default: none.
    #[schemars(extend("examples" = ["arn:aws:ses:eu-west-1:123456789012:identity/example.com"]))]
    pub source_arn: Option<Arn>,

    /// The sender that users see: an address of the identity, or a name and an address. Default: none, the identity's
    /// own.
    #[schemars(extend("x-reset" = "empty", "examples" = ["Example <login@example.com>"]))]
    pub from: Option<Text>,

    /// The address that answers go to. Default: none.
    #[schemars(extend(
        "pattern" = r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
        "examples" = ["support@example.com"]
    ))]
    pub reply_to_email_address: Option<String>,

    /// The Amazon SES configuration set that takes up sending events. Default: none. Only with `DEVELOPER`.
    #[schemars(
        length(min = 1, max = 64),
        extend("pattern" = "^[a-zA-Z0-9_-]+$", "examples" = ["cognito-mails"])
    )]
    pub configuration_set: Option<String>,
}

/// Who sends the pool's email.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EmailSendingAccount {
    /// Cognito, for tests: 50 emails a day.
    CognitoDefault,
    /// Your Amazon SES identity, at its own price and limits.
    Developer,
}

/// How the pool sends SMS: through Amazon SNS, or through AWS End User Messaging with `eumsSms`, not both.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmsConfiguration {
    /// The role through which Cognito sends by Amazon SNS. A new role takes about two minutes until Cognito can use it.
    #[schemars(extend(
        "minLength" = 0,
        "maxLength" = 2048,
        "pattern" = r"(arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?)?",
        "examples" = ["arn:aws:iam::123456789012:role/service-role/cognito-sms"]
    ))]
    pub sns_caller_arn: Option<String>,

    /// The external id that the role's trust policy asks for. Without one in both places, another account's pool could
    /// use the role.
    #[schemars(extend("examples" = ["a8f1c6f2-5b0e-4c7f-9f0a-1d2e3c4b5a69"]))]
    pub external_id: Option<Text>,

    /// The Region whose Amazon SNS sends. Left out, it stays as it is; new, it is the pool's Region.
    #[schemars(extend("x-omitted" = "live", "x-excluded-by" = "eumsSms", "examples" = ["eu-west-1"]))]
    pub sns_region: Option<Region>,

    /// Sending through AWS End User Messaging instead of Amazon SNS. Default: absent.
    #[schemars(extend("x-absent" = null))]
    pub eums_sms: Option<EumsSms>,
}

/// AWS End User Messaging.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct EumsSms {
    /// The role through which Cognito sends.
    #[schemars(extend("examples" = ["arn:aws:iam::123456789012:role/service-role/cognito-sms"]))]
    pub caller_arn: Arn,

    /// The external id that the role's trust policy asks for. Default: none.
    #[schemars(extend("examples" = ["a8f1c6f2-5b0e-4c7f-9f0a-1d2e3c4b5a69"]))]
    pub external_id: Option<Text>,

    /// The phone number, sender id or pool that messages come from. Default: none, the service chooses.
    #[schemars(extend("examples" = ["ExampleCo"]))]
    pub origination_identity: Option<Text>,

    /// The configuration set that takes up sending events. Default: none.
    #[schemars(extend("examples" = ["cognito-sms"]))]
    pub configuration_set_name: Option<Text>,

    /// The entity id that regulators in India ask of senders. Default: none.
    #[schemars(extend("examples" = ["1101456324566785432"]))]
    pub in_entity_id: Option<Text>,

    /// The template id that regulators in India ask of senders. Default: none.
    #[schemars(extend("examples" = ["1107164242345678901"]))]
    pub in_template_id: Option<Text>,

    /// The Region that sends. Left out, it stays as it is; new, it is the pool's Region.
    #[schemars(extend("x-omitted" = "live", "examples" = ["eu-west-1"]))]
    pub region: Option<Region>,
}
