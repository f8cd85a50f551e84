//! `terms`: the documents that users agree to when they sign up at a client.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::pass_through::PassThrough;

/// A terms document: what it says stands behind links.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Terms {
    /// The document's URLs by the language of the pages. `cognito:default` is for all languages without one of their
    /// own, and must be there.
    #[schemars(extend(
        "minProperties" = 1,
        "maxProperties" = 13,
        "propertyNames" = { "pattern": LANGUAGE },
        "x-undeclared" = "goes",
        "examples" = [{
            "cognito:default": "https://example.com/terms",
            "cognito:french": "https://example.com/fr/terms",
        }]
    ))]
    pub links: BTreeMap<String, LinkUrl>,

    /// What the document is. Default: `LINK`, the only sort that there is.
    #[schemars(extend("default" = "LINK"))]
    pub terms_source: Option<TermsSource>,

    /// Whether users must agree. Default: `NONE`, the only value that there is.
    #[schemars(extend("default" = "NONE"))]
    pub enforcement: Option<TermsEnforcement>,

    /// Members of the API that this version does not know yet, by their paths in the API's own names.
    pub pass_through: Option<PassThrough>,
}

/// The languages of the pages.
const LANGUAGE: &str = "cognito:(default|dutch|english|french|spanish|german|bahasa-indonesia|italian|japanese|korean|\
                        portuguese-brazil|chinese-(simplified|traditional))";

/// The URL of a document: no spaces, 1 to 1,024 characters.
#[derive(Debug, JsonSchema)]
#[schemars(extend("minLength" = 1, "maxLength" = 1024, "pattern" = r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"))]
pub struct LinkUrl(pub String);

/// What a terms document is.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TermsSource {
    /// A page behind a link.
    Link,
}

/// Whether users must agree.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TermsEnforcement {
    /// The pages only show the links.
    None,
}
