//! Rules of `domains`.

use serde_json::Value;

use super::Check;
use crate::diagnostic::Code;
use crate::identity::is_custom_domain;
use crate::path::Path;

/// Words that no prefix may hold.
const RESERVED: [&str; 3] = ["amazon", "aws", "cognito"];

/// The Region of every custom domain's certificate.
const CERTIFICATE_REGION: &str = "us-east-1";

pub(super) fn check(check: &mut Check<'_>) {
    let manifest = check.manifest;
    let Some(domains) = manifest.section("domains").and_then(Value::as_object) else { return };
    let mut slots: [Option<&str>; 2] = [None, None];
    for (name, domain) in domains {
        let at = Path::of(["domains", name]);
        let custom = is_custom_domain(name);
        match slots[usize::from(custom)].replace(name) {
            None => {}
            Some(other) => {
                let sort = if custom { "custom domain" } else { "prefix domain" };
                let message = format!("`{other}` is a {sort} too, and a pool has one");
                check.key_error(Code::Conflict, &at, message, "keep one of the two");
            }
        }
        if custom {
            certificate(check, &at, domain);
        } else {
            prefix(check, &at, name, domain);
        }
    }
}

fn certificate(check: &mut Check<'_>, at: &Path, domain: &Value) {
    let at_config = at.key("customDomainConfig");
    if !domain["customDomainConfig"].is_object() && !check.is_left_to_the_plan(&at_config) {
        let message = "a custom domain needs a certificate";
        let help = "write `customDomainConfig: {certificateArn: arn:aws:acm:us-east-1:…}`";
        return check.key_error(Code::Missing, at, message, help);
    }
    let arn = domain["customDomainConfig"]["certificateArn"].as_str().unwrap_or_default();
    if let Some(region) = arn.split(':').nth(3).filter(|region| *region != CERTIFICATE_REGION) {
        let path = at_config.key("certificateArn");
        let message =
            format!("the certificate of a custom domain is in {CERTIFICATE_REGION}, not in {region}");
        check.error(
            Code::BadReference,
            &path,
            message,
            "request or import it there, whatever the pool's Region",
        );
    }
}

fn prefix(check: &mut Check<'_>, at: &Path, name: &str, domain: &Value) {
    if let Some(word) = RESERVED.iter().find(|word| name.contains(**word)) {
        let message = format!("a prefix domain may not contain `{word}`");
        check.key_error(Code::NotAllowed, at, message, "choose another prefix");
    }
    if domain["customDomainConfig"].is_object() {
        let message = "a prefix domain has no certificate of its own";
        let help = "leave it out; a custom domain is declared by its whole name, with dots";
        check.key_error(Code::Conflict, &at.key("customDomainConfig"), message, help);
    }
    if domain["routing"].is_object() {
        let message = "a prefix domain does not fail over to another Region";
        check.key_error(Code::Conflict, &at.key("routing"), message, "leave it out, or use a custom domain");
    }
}
