//! UI customizations: CSS and an image for the classic login pages.

use data_encoding::BASE64;
use serde_json::{Map, Value, json};

use super::omission::known_part;
use super::{Call, Refused};

const SECTION: &str = "uiCustomization";

/// What a client inherits, and what a request means that names no client.
const ALL: &str = "ALL";

/// The most bytes of a request: an image of 100 KB in base64, and some style.
const MOST: usize = 135 << 10;

/// What the URLs of images begin with.
pub(super) const IMAGES: &str = "https://assets.cognito.example/";

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";

impl Call<'_> {
    /// A client's own, else the pool's, which says so; nothing is an empty document.
    pub(super) fn get_ui(&self) -> Result<Value, Refused> {
        let owner = self.ui_owner()?;
        let document = self.attached(SECTION, &owner)?.or(self.attached_to_pool(SECTION)?);
        let mut document = document.cloned().unwrap_or_else(|| json!({}));
        if let Value::Object(members) = &mut document {
            members.remove("ImageFile");
        }
        Ok(json!({ "UICustomization": document }))
    }

    /// Style and image are set together: what is left out goes.
    pub(super) fn set_ui(&mut self) -> Result<Value, Refused> {
        let owner = self.ui_owner()?;
        self.needs_a_domain()?;
        if self.input.to_string().len() > MOST {
            return Err(Refused::invalid("Request parameters too large."));
        }
        let pool = self.input["UserPoolId"].clone();
        let stored = self.attached(SECTION, &owner)?.cloned().unwrap_or_default();
        let known = known_part("SetUICustomization", "", self.input, &stored);
        let mut document: Map<String, Value> = known.as_object().cloned().unwrap_or_default();
        let says_something = document.keys().any(|name| !["UserPoolId", "ClientId"].contains(&name.as_str()));
        let created = stored.get("CreationDate").cloned().unwrap_or_else(|| self.now());
        document.extend([
            ("ClientId".to_owned(), json!(owner)),
            ("LastModifiedDate".to_owned(), self.now()),
            ("CreationDate".to_owned(), created),
        ]);
        document.remove("CSSVersion");
        document.remove("ImageUrl");
        if let Some(css) = document.get("CSS").and_then(Value::as_str) {
            let version = hash(css.as_bytes());
            document.insert("CSSVersion".to_owned(), json!(version));
        }
        if let Some(image) = document.get("ImageFile").and_then(Value::as_str).map(str::to_owned) {
            let (bytes, ending) = decoded(&image)?;
            let place = format!("{}/{owner}", pool.as_str().unwrap_or_default());
            let url = format!("{IMAGES}{place}/image-{}.{ending}", hash(&bytes));
            document.insert("ImageUrl".to_owned(), json!(url));
        }
        let documents = self.pool_state_mut()?.attached.entry(SECTION.to_owned()).or_default();
        if says_something {
            documents.insert(owner, Value::Object(document));
        } else {
            documents.remove(&owner);
        }
        self.get_ui()
    }

    /// The image behind a URL that an answer has.
    pub(super) fn image(&self) -> Result<Value, Refused> {
        let url = &self.input["Url"];
        let pools = self.state().pools.values();
        let mut documents =
            pools.filter_map(|pool| pool.attached.get(SECTION)).flat_map(|documents| documents.values());
        let found = documents.find(|document| document["ImageUrl"] == *url);
        let image = found.map(|document| document["ImageFile"].clone()).filter(Value::is_string);
        image.ok_or_else(|| Refused::invalid("the server answered with status 403"))
    }

    /// Whose customization the input means.
    fn ui_owner(&self) -> Result<String, Refused> {
        if self.input["ClientId"] == ALL { Ok(ALL.to_owned()) } else { self.attached_to() }
    }

    fn needs_a_domain(&self) -> Result<(), Refused> {
        let mut domains = self.pool_state()?.domains.values();
        if domains.any(|domain| domain["Status"].as_str().is_none_or(|status| status == "ACTIVE")) {
            return Ok(());
        }
        Err(Refused::invalid("The user pool needs a domain before its pages can be customized."))
    }
}

/// The bytes of an image, and how the names of its sort end.
fn decoded(image: &str) -> Result<(Vec<u8>, &'static str), Refused> {
    let bytes = BASE64.decode(image.as_bytes()).unwrap_or_default();
    if bytes.starts_with(PNG) {
        Ok((bytes, "png"))
    } else if bytes.starts_with(JPEG) {
        Ok((bytes, "jpg"))
    } else {
        Err(Refused::invalid("The image file must be a PNG or JPEG image."))
    }
}

/// What tells contents apart: FNV-1a.
fn hash(bytes: &[u8]) -> String {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", bytes.iter().fold(0xcbf2_9ce4_8422_2325, step))
}
