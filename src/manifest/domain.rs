//! `domains`: where the sign-in pages and the OAuth endpoints are.

use schemars::JsonSchema;

use super::pass_through::PassThrough;
use super::values::{Arn, Region};

/// One domain of the pool. A pool has at most one prefix domain and one custom domain.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Domain {
    /// The sign-in pages: `1` is the classic hosted UI, `2` managed login, which needs the tier ESSENTIALS or PLUS and
    /// a style for each client.
    ///
    /// Left out, it stays as it is; a new domain gets the service's own, the classic pages.
    #[schemars(extend(
        "minimum" = 1,
        "maximum" = 2,
        "x-omitted" = "live",
        "x-passes-on" = true,
        "examples" = [2]
    ))]
    pub managed_login_version: Option<u32>,

    /// What a custom domain needs. A prefix domain has none.
    #[schemars(extend("x-omitted" = "live", "minProperties" = 1))]
    pub custom_domain_config: Option<CustomDomainConfig>,

    /// How sign-in goes on in another Region when this one fails. Left out, it stays as it is.
    #[schemars(extend(
        "x-omitted" = "live",
        "x-passes-on" = true,
        "x-absent" = null,
        "x-reset" = "impossible",
        "minProperties" = 1
    ))]
    pub routing: Option<Routing>,

    /// Members of the API that this version does not know yet, by their paths in the API's own names.
    pub pass_through: Option<PassThrough>,
}

/// The certificate of a custom domain.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomDomainConfig {
    /// The certificate of AWS Certificate Manager, in us-east-1 whatever the pool's Region. It changes in place; the
    /// change takes up to an hour.
    #[schemars(extend(
        "x-omitted" = "live",
        "examples" = ["arn:aws:acm:us-east-1:123456789012:certificate/1e1c9a55-1c1c-4e0e-9d0a-1b0a5a3f8a11"]
    ))]
    pub certificate_arn: Arn,

    /// The oldest TLS version and ciphers that browsers may use. Left out, it stays as it is.
    #[schemars(extend("x-omitted" = "live", "x-passes-on" = true, "x-weaker" = ["TLS_V1_3_2025", "TLS_V1_2_2021", "TLS_V1"]))]
    pub security_policy: Option<SecurityPolicy>,
}

/// The TLS that a custom domain speaks.
#[derive(Debug, JsonSchema)]
pub enum SecurityPolicy {
    /// TLS 1.0 and later.
    #[schemars(rename = "TLS_V1")]
    TlsV1,
    /// TLS 1.2 and later.
    #[schemars(rename = "TLS_V1_2_2021")]
    TlsV12,
    /// TLS 1.3 alone.
    #[schemars(rename = "TLS_V1_3_2025")]
    TlsV13,
}

/// Where requests go.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Routing {
    /// The Region that takes over.
    #[schemars(extend("minProperties" = 1))]
    pub failover: Option<Failover>,
}

/// The Region that takes over, and what tells that it must.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Failover {
    /// The Region of the pool's replica.
    #[schemars(extend("examples" = ["us-west-2"]))]
    pub secondary_region: Region,

    /// The Route 53 health check of the primary Region.
    #[schemars(extend("maxLength" = 64, "examples" = ["abcdef11-2222-3333-4444-555555fedcba"]))]
    pub primary_route53_health_check_id: String,
}
