//! `logDelivery`: where a pool's logs go.

use schemars::JsonSchema;

use super::pass_through::PassThrough;
use super::values::Arn;

/// Where the logs of one source of events go: to one of a log group, a bucket and a stream.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogDestination {
    /// How much is logged. `userNotification` has `ERROR`, `userAuthEvents` has `INFO`.
    pub log_level: LogLevel,

    /// A log group of Amazon CloudWatch.
    #[schemars(extend("x-absent" = null, "minProperties" = 1))]
    pub cloud_watch_logs_configuration: Option<CloudWatchLogs>,

    /// A bucket of Amazon S3; for `userAuthEvents`.
    #[schemars(extend("x-absent" = null, "minProperties" = 1))]
    pub s3_configuration: Option<S3>,

    /// A stream of Amazon Data Firehose; for `userAuthEvents`.
    #[schemars(extend("x-absent" = null, "minProperties" = 1))]
    pub firehose_configuration: Option<Firehose>,

    /// Members of the API that this version does not know yet, by their paths in the API's own names.
    pub pass_through: Option<PassThrough>,
}

/// How much is logged.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LogLevel {
    /// What failed: messages that could not be delivered.
    Error,
    /// What happened: the events of threat protection.
    Info,
}

/// A log group of Amazon CloudWatch.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloudWatchLogs {
    /// The group's ARN. It lies in the pool's account and is not encrypted by KMS.
    #[schemars(extend("examples" = ["arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/cognito"]))]
    pub log_group_arn: Option<Arn>,
}

/// A bucket of Amazon S3.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct S3 {
    /// The bucket's ARN.
    #[schemars(extend(
        "minLength" = 3,
        "maxLength" = 1024,
        "pattern" = r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:::[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
        "examples" = ["arn:aws:s3:::acme-cognito-logs"]
    ))]
    pub bucket_arn: Option<String>,
}

/// A stream of Amazon Data Firehose.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Firehose {
    /// The stream's ARN.
    #[schemars(extend("examples" = ["arn:aws:firehose:eu-west-1:123456789012:deliverystream/cognito"]))]
    pub stream_arn: Option<Arn>,
}
