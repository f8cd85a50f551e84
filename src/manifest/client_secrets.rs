//! `secrets` of a client: how many are live at a time.

use schemars::JsonSchema;

use super::secret::SecretReference;

/// The secrets of a client that has one since it was created. Two of them let applications move from the older to the
/// newer without a gap.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientSecrets {
    /// How many secrets are live. Default: 1; at most 2.
    ///
    /// `2` adds one beside the one that there is. `1` again, once the applications have moved, ends the older one; that
    /// takes consent, since who still uses it is locked out.
    #[schemars(range(min = 1, max = 2), extend("default" = 1, "examples" = [2]))]
    pub count: Option<u32>,

    /// The value of the secret that is added, as a reference. Left out, Cognito makes one, and `apply` writes it to the
    /// file that `--secret-output` names. It is looked at only when a secret is added.
    #[schemars(extend(
        "writeOnly" = true,
        "x-operation" = "AddUserPoolClientSecret",
        "examples" = [{ "env": "WEB_CLIENT_SECRET_NEXT" }]
    ))]
    pub client_secret: Option<SecretReference>,
}
