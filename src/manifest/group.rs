//! `groups`: groups of users.

use schemars::JsonSchema;

use super::pass_through::PassThrough;
use super::values::Arn;

/// One group of users. Who is in it is no matter of a manifest.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Group {
    /// What the group is for. Default: none.
    #[schemars(extend("maxLength" = 2048, "x-reset" = "empty", "examples" = ["Administrators"]))]
    pub description: Option<String>,

    /// The IAM role that an identity pool gives to the group's members. Default: none.
    #[schemars(extend("examples" = ["arn:aws:iam::123456789012:role/administrators"]))]
    pub role_arn: Option<Arn>,

    /// The group's rank where a user is in several: the lowest number decides which role is preferred. Default: none,
    /// which ranks behind every number.
    #[schemars(extend("minimum" = 0, "examples" = [1]))]
    pub precedence: Option<u32>,

    /// Members of the API that this version does not know yet, by their paths in the API's own names.
    pub pass_through: Option<PassThrough>,
}
