//! Rules of `settings.attributes`: what is wrong here is wrong for ever, for an attribute never changes.

use serde_json::Value;

use super::Check;
use crate::diagnostic::Code;
use crate::normalize::{canonical_attribute_name, custom_attribute_name};
use crate::path::Path;

/// The most custom attributes that a pool takes.
const MAX_CUSTOM_ATTRIBUTES: usize = 50;

/// The most characters of a value.
const MAX_LENGTH: i64 = 2_048;

pub(super) fn check(check: &mut Check<'_>, settings: &Value) {
    let Some(attributes) = settings["attributes"].as_object() else { return };
    let mut custom = 0;
    for (name, definition) in attributes.iter().filter(|(_, definition)| definition.is_object()) {
        let path = Path::of(["settings", "attributes", name]);
        let canonical = canonical_attribute_name(name);
        if name.starts_with("dev:") {
            let help = "write the name alone, with `developerOnlyAttribute: true`";
            check.key_error(Code::Form, &path, "`dev:` is no part of an attribute's name", help);
        } else if canonical != *name && attributes.contains_key(&canonical) {
            let message = format!("`{canonical}` is the same attribute");
            check.key_error(Code::DefinedTwice, &path, message, "keep one of the two");
        }
        bounds(check, &path, definition);
        if custom_attribute_name(&canonical).is_none() {
            standard(check, &path, &canonical, definition);
        } else {
            custom += 1;
            self::custom(check, &path, name, definition);
        }
    }
    if custom > MAX_CUSTOM_ATTRIBUTES {
        let message = format!("a pool has at most {MAX_CUSTOM_ATTRIBUTES} custom attributes");
        let path = Path::of(["settings", "attributes"]);
        check.key_error(Code::Bound, &path, message, "keep what can change elsewhere");
    }
}

fn custom(check: &mut Check<'_>, path: &Path, name: &str, definition: &Value) {
    if definition.get("mutable").is_none_or(Value::is_null) {
        check.key_error(
            Code::Missing,
            path,
            format!("the custom attribute `{name}` does not say whether it is `mutable`"),
            "it can never change: write `mutable: true`, or `false` for a value that is set once",
        );
    }
    if definition["required"] == true {
        let help = "only standard attributes can be required, from the pool's creation on";
        check.error(Code::Conflict, &path.key("required"), "a custom attribute cannot be required", help);
    }
}

/// The types of standard attributes, as Cognito answers them in every pool.
fn standard(check: &mut Check<'_>, path: &Path, name: &str, definition: &Value) {
    let expected = match name {
        "email_verified" | "phone_number_verified" => "Boolean",
        "updated_at" => "Number",
        _ => "String",
    };
    if definition["attributeDataType"].as_str().is_some_and(|written| written != expected) {
        let message = format!("the standard attribute `{name}` is a {expected}");
        let help = format!("write `attributeDataType: {expected}`, or choose another name");
        check.error(Code::Conflict, &path.key("attributeDataType"), message, help);
    }
    if definition["developerOnlyAttribute"] == true {
        let message = "a standard attribute is not for developers only";
        check.error(Code::Conflict, &path.key("developerOnlyAttribute"), message, "leave it out");
    }
    let fixed = ["email_verified", "identities", "phone_number_verified"].contains(&name);
    if fixed && definition["required"] == true || name == "sub" && definition["required"] == false {
        let message = format!("the service itself sets `{name}`");
        check.error(Code::Conflict, &path.key("required"), message, "leave `required` out");
    }
}

/// Bounds are numbers in order; the API holds them as text.
fn bounds(check: &mut Check<'_>, path: &Path, definition: &Value) {
    let number = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
    for (constraints, least, most) in [
        ("stringAttributeConstraints", "minLength", "maxLength"),
        ("numberAttributeConstraints", "minValue", "maxValue"),
    ] {
        let written = &definition[constraints];
        let path = path.key(constraints);
        if let (Some(low), Some(high)) = (number(&written[least]), number(&written[most]))
            && low > high
        {
            let message = format!("`{least}` is more than `{most}`");
            check.error(Code::Bound, &path.key(least), message, "exchange the two");
        }
        if most == "maxLength" && number(&written[most]).is_some_and(|length| length > MAX_LENGTH) {
            let message = format!("a value has at most {MAX_LENGTH} characters");
            check.error(Code::Bound, &path.key(most), message, "write a smaller number");
        }
    }
}
