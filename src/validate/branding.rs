//! Field rules of the styles of managed login.

use data_encoding::BASE64;
use serde_json::Value;

use super::Check;
use crate::catalog::{BRANDING, CLIENT};
use crate::diagnostic::Code;
use crate::manifest::branding::MAX_ASSET_BYTES;
use crate::manifest::content::sorts_of_file;
use crate::path::Path;

/// The most styles of a pool.
const MAX_STYLES: usize = 20;

/// The most images of a style.
const MAX_ASSETS: usize = 40;

/// The most bytes of a request, in which settings and images go together.
const MAX_REQUEST_BYTES: usize = 2_000_000;

/// What of a request is neither settings nor the bytes of an image: ids, and for each image its names.
const NAMES_BYTES: usize = 200;

pub(super) fn check(check: &mut Check<'_>) {
    let manifest = check.manifest;
    let clients = manifest.section(CLIENT.section).and_then(Value::as_object).into_iter().flatten();
    let styles = clients.filter(|(_, client)| client[BRANDING.section].is_object());
    for (count, (key, client)) in styles.enumerate() {
        let at = Path::of([CLIENT.section, key, BRANDING.section]);
        let style = &client[BRANDING.section];
        provided(check, &at, style);
        let images = images(&at.key("assets"), style);
        for (at, image) in &images {
            self::image(check, at, image);
        }
        request(check, &at, style, &images);
        if images.len() > MAX_ASSETS {
            let message = format!("`{at}` has {} images, and a style has at most {MAX_ASSETS}", images.len());
            check.key_error(Code::Bound, &at.key("assets"), message, "leave some of them out");
        }
        if count == MAX_STYLES {
            let message = format!("a pool has at most {MAX_STYLES} styles of managed login");
            check.key_error(Code::Bound, &at, message, "leave some of them out");
        }
    }
}

/// Cognito's own look excludes any other.
fn provided(check: &mut Check<'_>, at: &Path, style: &Value) {
    let path = at.key("useCognitoProvidedValues");
    let is_written = |name: &str| style[name].as_object().is_some_and(|members| !members.is_empty());
    let own = ["settings", "assets"].into_iter().find(|name| is_written(name));
    match (style["useCognitoProvidedValues"].as_bool(), own) {
        (Some(true), Some(own)) => {
            let message = format!("`useCognitoProvidedValues: true` excludes `{own}`");
            check.error(Code::Conflict, &path, message, "leave one of the two out");
        }
        (Some(false), None) => {
            let message = "without `settings` and `assets` the pages look as Cognito makes them";
            check.error(Code::Conflict, &path, message, "write what is to differ, or leave the member out");
        }
        _ => {}
    }
}

/// The images of a style, each with its path.
fn images<'a>(at: &Path, style: &'a Value) -> Vec<(Path, &'a Value)> {
    let mut all = Vec::new();
    for (category, modes) in style["assets"].as_object().into_iter().flatten() {
        for (mode, image) in modes.as_object().into_iter().flatten().filter(|(_, image)| image.is_object()) {
            all.push((at.key(category).key(mode), image));
        }
    }
    all
}

fn image(check: &mut Check<'_>, at: &Path, image: &Value) {
    let path = at.key("bytes");
    let bytes = image["bytes"].as_str().map(|base64| BASE64.decode(base64.as_bytes()));
    match bytes {
        Some(Err(_)) => {
            let help = "name the file: `bytes: {file: ./logo.png}`";
            check.error(Code::Form, &path, format!("`{path}` is no base64"), help);
        }
        Some(Ok(bytes)) if bytes.len() as u64 > MAX_ASSET_BYTES => {
            let message =
                format!("`{path}` has {} bytes, and an image has at most {MAX_ASSET_BYTES}", bytes.len());
            check.error(Code::TooLarge, &path, message, "take a smaller image");
        }
        _ => {}
    }
    let node = check.manifest.root.at(&path);
    let file = node.and_then(|node| node.get("file")?.node.as_str());
    let sorts = file.map(|file| sorts_of_file(crate::manifest::schema(), &path, file));
    for (member, sort) in sorts.unwrap_or_default() {
        if let Some(written) = image[member].as_str().filter(|written| *written != sort) {
            let path = at.key(member);
            let message = format!("`{path}` is {written}, and the file's name says {sort}");
            check.error(Code::Conflict, &path, message, "leave it out, or rename the file");
        }
    }
    if image["extension"].is_null() && image["bytes"].is_string() {
        let message = format!("`{at}` needs `extension`");
        let help = "write it, or give the file a name that says what it is: .png, .jpg, .svg, .webp, .ico";
        check.key_error(Code::Missing, at, message, help);
    }
}

/// Settings and images go in one request, at the latest when something is taken out.
fn request(check: &mut Check<'_>, at: &Path, style: &Value, images: &[(Path, &Value)]) {
    let settings = if style["settings"].is_object() { style["settings"].to_string().len() } else { 0 };
    let bytes = |image: &Value| image["bytes"].as_str().map_or(0, str::len);
    let mut sizes: Vec<(String, usize)> =
        images.iter().map(|(path, image)| (path.to_string(), bytes(image))).collect();
    sizes.push((at.key("settings").to_string(), settings));
    let total = sizes.iter().map(|(_, size)| size).sum::<usize>() + NAMES_BYTES * sizes.len();
    if total <= MAX_REQUEST_BYTES {
        return;
    }
    sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    let largest: Vec<String> = sizes.iter().take(3).map(|(path, size)| format!("{path} {size}")).collect();
    let message = format!(
        "`{at}` makes a request of {total} bytes, and Cognito takes {MAX_REQUEST_BYTES}; the largest parts, as they are \
         sent: {}",
        largest.join(", ")
    );
    let help = "take smaller images: in base64 each takes a third more than its file";
    check.key_error(Code::TooLarge, at, message, help);
}
