//! `managedLoginBranding`: how the pages of managed login look at a client.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::content::{Document, Image};
use super::pass_through::PassThrough;

/// The most bytes of an image.
pub const MAX_ASSET_BYTES: u64 = 1_000_000;

/// The style of a client's pages. Not in the tier `LITE`.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ManagedLoginBranding {
    /// Whether the pages look as Cognito makes them. It says aloud what leaving out both `settings` and `assets` means,
    /// and excludes them.
    #[schemars(extend("x-send" = "never"))]
    pub use_cognito_provided_values: Option<bool>,

    /// What differs from Cognito's own look: the document that the branding editor makes. Compared by its keys; lists in
    /// order. A key that is not written goes back to Cognito's own value.
    #[schemars(extend("examples" = [
        { "file": "./branding.json" },
        { "categories": { "global": { "colorSchemeMode": "LIGHT" } } },
    ]))]
    pub settings: Option<Document>,

    /// The images by what they are for and by the colour mode that shows them. An image that is not written goes. At most
    /// 40; settings and images together fit in 2,000,000 bytes, of which an image in base64 takes a third more than its
    /// file.
    #[schemars(extend(
        "propertyNames" = { "enum": [
            "FAVICON_ICO",
            "FAVICON_SVG",
            "EMAIL_GRAPHIC",
            "SMS_GRAPHIC",
            "AUTH_APP_GRAPHIC",
            "PASSWORD_GRAPHIC",
            "PASSKEY_GRAPHIC",
            "PAGE_HEADER_LOGO",
            "PAGE_HEADER_BACKGROUND",
            "PAGE_FOOTER_LOGO",
            "PAGE_FOOTER_BACKGROUND",
            "PAGE_BACKGROUND",
            "FORM_BACKGROUND",
            "FORM_LOGO",
            "IDP_BUTTON_ICON",
        ] },
        "x-undeclared" = "goes",
        "examples" = [{ "FORM_LOGO": { "LIGHT": { "bytes": { "file": "./logo.svg" } } } }]
    ))]
    pub assets: Option<BTreeMap<String, ColorModes>>,

    /// Members of the API that this version does not know yet, by their paths in the API's own names.
    pub pass_through: Option<PassThrough>,
}

/// The images for one use, by colour mode: `LIGHT`, `DARK`, or `DYNAMIC` for both.
#[derive(Debug, JsonSchema)]
#[schemars(extend(
    "propertyNames" = { "enum": ["LIGHT", "DARK", "DYNAMIC"] },
    "x-undeclared" = "goes"
))]
pub struct ColorModes(pub BTreeMap<String, Asset>);

/// One image.
#[derive(Debug, JsonSchema)]
#[schemars(
    rename_all = "camelCase",
    deny_unknown_fields,
    extend("x-answered" = { "resourceId": { "x-send": "never" } })
)]
pub struct Asset {
    /// The image's file: at most 1,000,000 bytes.
    #[schemars(extend("examples" = [{ "file": "./logo.svg" }]))]
    pub bytes: Image<MAX_ASSET_BYTES>,

    /// What sort of file it is. Default: what its name ends in.
    #[schemars(extend("x-named-by" = "bytes"))]
    pub extension: Option<AssetExtension>,
}

/// The sort of an image's file.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AssetExtension {
    /// A Windows icon.
    Ico,
    /// A JPEG image.
    Jpeg,
    /// A PNG image.
    Png,
    /// A drawing in SVG.
    Svg,
    /// A WebP image.
    Webp,
}
