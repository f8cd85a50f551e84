//! `uiCustomization`: how the classic login pages look, for a pool and for one client.

use schemars::JsonSchema;

use super::content::{Css, Image};
use super::pass_through::PassThrough;

/// The most bytes of an image. The API takes more, but its request holds no more than 135 KB, of which the image in
/// base64 takes a third more than the file.
pub const MAX_IMAGE_BYTES: u64 = 100 << 10;

/// The look of the classic login pages. A domain of the pool serves them.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct UiCustomization {
    /// A style sheet for the classes of the pages, whose names end in `-customizable`.
    #[schemars(extend("x-api-name" = "CSS", "examples" = [{ "file": "./login.css" }]))]
    pub css: Option<Css>,

    /// The logo above the sign-in form: a PNG or JPEG file of at most 100 KiB. Cognito answers it behind a URL only; if
    /// that cannot be fetched, the image is not compared.
    #[schemars(extend("x-fetched-from" = "ImageUrl", "examples" = [{ "file": "./logo.png" }]))]
    pub image_file: Option<Image<MAX_IMAGE_BYTES>>,

    /// Members of the API that this version does not know yet, by their paths in the API's own names.
    pub pass_through: Option<PassThrough>,
}
