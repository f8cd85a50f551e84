//! Field rules of `uiCustomization`, of a pool and of its clients.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use data_encoding::BASE64;
use regex::Regex;
use serde_json::Value;

use super::Check;
use crate::catalog::{CLIENT, DOMAIN, UI};
use crate::diagnostic::{Code, Finding, Place, Severity};
use crate::manifest::ui::MAX_IMAGE_BYTES;
use crate::path::Path;

/// How the files of the two sorts of images begin.
const MAGIC: [&[u8]; 2] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"];

/// The most bytes of a request, as the service counts: image in base64 and style together.
const MAX_REQUEST_BYTES: usize = 135 << 10;

/// What the classes of the pages end in, all of them.
const CLASS: &str = "-customizable";

/// What a style sheet says besides its selectors: comments, statements, and what stands in braces.
static NO_SELECTORS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?s)/\*.*?\*/|@[^{};]*;|\{[^{}]*\}").expect("the pattern is a constant"));

static CLASSES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\.(-?[A-Za-z_][\w-]*)").expect("the pattern is a constant"));

pub(super) fn check(check: &mut Check<'_>) {
    let manifest = check.manifest;
    let mut all = vec![(Path::of([UI.section]), manifest.section(UI.section))];
    for (key, client) in manifest.section(CLIENT.section).and_then(Value::as_object).into_iter().flatten() {
        all.push((Path::of([CLIENT.section, key, UI.section]), client.get(UI.section)));
    }
    for (at, written) in all {
        let Some(written) = written.filter(|written| written.is_object()) else { continue };
        image(check, &at, written);
        style(check, &at, written);
        pages(check, &at, written);
    }
}

fn image(check: &mut Check<'_>, at: &Path, written: &Value) {
    let Some(base64) = written["imageFile"].as_str() else { return };
    let path = at.key("imageFile");
    let help = "name a PNG or JPEG file: `imageFile: {file: ./logo.png}`";
    let Ok(bytes) = BASE64.decode(base64.as_bytes()) else {
        return check.error(Code::Form, &path, format!("`{path}` is no base64"), help);
    };
    if !MAGIC.iter().any(|magic| bytes.starts_with(magic)) {
        return check.error(Code::Form, &path, format!("`{path}` is neither a PNG nor a JPEG image"), help);
    }
    let style = written["css"].as_str().unwrap_or_default();
    if bytes.len() as u64 > MAX_IMAGE_BYTES {
        let message = format!("`{path}` is too large: an image has at most {MAX_IMAGE_BYTES} bytes");
        check.error(Code::Bound, &path, message, "make the image smaller");
    } else if base64.len() + style.len() > MAX_REQUEST_BYTES {
        let message = format!(
            "`{at}` is too large: the image in base64 and the style sheet have at most {MAX_REQUEST_BYTES} bytes together"
        );
        check.error(Code::Bound, &path, message, "make the image or the style sheet smaller");
    }
}

fn style(check: &mut Check<'_>, at: &Path, written: &Value) {
    let Some(css) = written["css"].as_str() else { return };
    let selectors = NO_SELECTORS.replace_all(css, " ");
    let classes: BTreeSet<&str> =
        CLASSES.captures_iter(&selectors).filter_map(|found| Some(found.get(1)?.as_str())).collect();
    let unknown: Vec<String> = classes
        .into_iter()
        .filter(|class| !class.ends_with(CLASS))
        .map(|class| format!("`.{class}`"))
        .collect();
    if !unknown.is_empty() {
        let message = format!("the login pages have no class {}", unknown.join(", "));
        let help = format!("style the classes of Cognito's template, whose names end in `{CLASS}`");
        check.warning(Code::NotAllowed, &at.key("css"), message, help);
    }
}

/// Warns where every domain serves pages that take nothing from it.
fn pages(check: &mut Check<'_>, at: &Path, written: &Value) {
    let says_something = written.as_object().is_some_and(|members| !members.is_empty());
    let domains = check.manifest.section(DOMAIN.section).and_then(Value::as_object);
    let Some(domains) = domains.filter(|domains| says_something && !domains.is_empty()) else { return };
    if domains.values().all(|domain| domain["managedLoginVersion"] == 2) {
        let message =
            format!("`{at}` has no effect: managed login serves the pages of every declared domain");
        let help = "leave it out, or write `managedLoginVersion: 1` at a domain";
        let place = Place::Text(check.manifest.key_span(at));
        let mut finding = Finding::error(Code::Unused, place, message).at(at.clone()).help(help);
        finding.severity = Severity::Warning;
        check.findings.push(finding);
    }
}
