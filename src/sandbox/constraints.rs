//! The constraints of the API's model, checked on every request as the service does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::Refused;
use crate::cognito::ErrorCode;
use crate::cognito::surface::{Container, Member, SURFACE};

/// What one operation's input must be.
struct Shape {
    members: Vec<Checked>,
    /// Every path of the model, without list and map marks: what the service knows.
    known: BTreeSet<String>,
    /// The paths of maps, whose keys are data.
    maps: BTreeSet<String>,
}

struct Checked {
    member: &'static Member,
    pattern: Option<Regex>,
}

static SHAPES: LazyLock<BTreeMap<&'static str, Shape>> = LazyLock::new(|| {
    let mut shapes: BTreeMap<&'static str, Shape> = BTreeMap::new();
    for member in &SURFACE.members {
        let shape = shapes.entry(member.op.as_str()).or_insert_with(|| Shape {
            members: Vec::new(),
            known: BTreeSet::new(),
            maps: BTreeSet::new(),
        });
        let plain = member.path.replace("[]", "").replace("{}", "");
        for (at, _) in plain.match_indices('.') {
            shape.known.insert(plain[..at].to_owned());
        }
        shape.known.insert(plain);
        let maps = member.containers.iter().filter(|container| container.kind == "map");
        shape.maps.extend(maps.map(|map| map.path.clone()));
        shape.members.push(Checked { member, pattern: member.pattern.as_deref().map(whole) });
    }
    shapes
});

/// A pattern as the service matches it: over the whole value, `\w` and `\s` in ASCII.
fn whole(pattern: &str) -> Regex {
    let ascii = pattern.replace(r"\w", "A-Za-z0-9_");
    Regex::new(&format!("^(?:{ascii})$")).expect("the model's patterns compile; a test reads them all")
}

/// What operations need that the model's data lacks: they read or delete.
const NEEDED: [(&str, &[&str]); 33] = [
    ("DeleteGroup", &["GroupName", "UserPoolId"]),
    ("DeleteIdentityProvider", &["ProviderName", "UserPoolId"]),
    ("DeleteManagedLoginBranding", &["ManagedLoginBrandingId", "UserPoolId"]),
    ("DeleteResourceServer", &["Identifier", "UserPoolId"]),
    ("DeleteTerms", &["TermsId", "UserPoolId"]),
    ("DeleteUserPoolDomain", &["Domain", "UserPoolId"]),
    ("DeleteUserPoolClientSecret", &["ClientId", "ClientSecretId", "UserPoolId"]),
    ("DeleteUserPoolReplica", &["RegionName", "UserPoolId"]),
    ("DescribeIdentityProvider", &["ProviderName", "UserPoolId"]),
    ("DescribeManagedLoginBranding", &["ManagedLoginBrandingId", "UserPoolId"]),
    ("DescribeManagedLoginBrandingByClient", &["ClientId", "UserPoolId"]),
    ("DescribeResourceServer", &["Identifier", "UserPoolId"]),
    ("DescribeRiskConfiguration", &["UserPoolId"]),
    ("DescribeTerms", &["TermsId", "UserPoolId"]),
    ("DescribeTermsByClient", &["ClientId", "TermsName", "UserPoolId"]),
    ("DescribeUserPoolDomain", &["Domain"]),
    ("GetGroup", &["GroupName", "UserPoolId"]),
    ("GetIdentityProviderByIdentifier", &["IdpIdentifier", "UserPoolId"]),
    ("GetLogDeliveryConfiguration", &["UserPoolId"]),
    ("GetProvisionedLimit", &["LimitDefinition"]),
    ("GetSigningCertificate", &["UserPoolId"]),
    ("GetUICustomization", &["UserPoolId"]),
    ("GetUserPoolClientSessionConfiguration", &["ClientId", "UserPoolId"]),
    ("GetUserPoolSessionConfiguration", &["UserPoolId"]),
    ("ListGroups", &["UserPoolId"]),
    ("ListIdentityProviders", &["UserPoolId"]),
    ("ListResourceServers", &["UserPoolId"]),
    ("ListTagsForResource", &["ResourceArn"]),
    ("ListUserPoolClientSecrets", &["ClientId", "UserPoolId"]),
    ("ListUserPoolReplicas", &["UserPoolId"]),
    ("ListTerms", &["UserPoolId"]),
    // Without the ids nobody knows what to change, though the model requires neither.
    ("UpdateManagedLoginBranding", &["ManagedLoginBrandingId", "UserPoolId"]),
    // A required list or map, which the data marks at its container.
    ("CreateIdentityProvider", &["ProviderDetails"]),
];

/// Checks an input.
pub(super) fn check(operation: &str, input: &Value) -> Result<(), Refused> {
    let mut found = Violations::default();
    for checked in SHAPES.get(operation).map(|shape| shape.members.as_slice()).unwrap_or_default() {
        let steps: Vec<&str> = checked.member.path.split('.').collect();
        walk(checked, &steps, input, &mut String::new(), &mut found)?;
    }
    needed(operation, input, &mut found)?;
    found.violations.sort();
    found.violations.dedup();
    match found.violations.len() {
        0 => Ok(()),
        1 => Err(Refused::invalid(format!("1 validation error detected: {}", found.violations[0]))),
        many => Err(Refused::invalid(format!(
            "{many} validation errors detected: {}",
            found.violations.join("; ")
        ))),
    }
}

fn needed(operation: &str, input: &Value, found: &mut Violations) -> Result<(), Refused> {
    let members = NEEDED.iter().find(|(name, _)| *name == operation).map(|(_, members)| *members);
    for member in members.unwrap_or_default() {
        let at = lower_first(member);
        match &input[*member] {
            Value::Null => found.hidden(&at, "Member must not be null"),
            Value::String(_) | Value::Object(_) => {}
            _ => return Err(wrong_type(&at)),
        }
    }
    Ok(())
}

/// Whether the model has a member at a path, in dots, of an operation's input.
pub(super) fn knows(operation: &str, path: &str) -> bool {
    SHAPES.get(operation).is_some_and(|shape| shape.known.contains(path))
}

/// Whether a path, in dots, is a map, whose keys are data.
pub(super) fn is_map(operation: &str, path: &str) -> bool {
    SHAPES.get(operation).is_some_and(|shape| shape.maps.contains(path))
}

#[derive(Default)]
struct Violations {
    violations: Vec<String>,
}

impl Violations {
    fn add(&mut self, value: &Value, at: &str, what: &str) {
        let shown = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        self.violations.push(format!("Value '{shown}' at '{at}' failed to satisfy constraint: {what}"));
    }

    fn hidden(&mut self, at: &str, what: &str) {
        self.violations.push(format!("Value at '{at}' failed to satisfy constraint: {what}"));
    }
}

fn walk(
    checked: &Checked,
    steps: &[&str],
    value: &Value,
    at: &mut String,
    found: &mut Violations,
) -> Result<(), Refused> {
    let Some((step, further)) = steps.split_first() else { return leaf(checked, value, at, found) };
    let (name, kind) = match (step.strip_suffix("[]"), step.strip_suffix("{}")) {
        (Some(name), _) => (name, "list"),
        (None, Some(name)) => (name, "map"),
        (None, None) => (*step, ""),
    };
    let length = at.len();
    if !at.is_empty() {
        at.push('.');
    }
    at.push_str(&lower_first(name));
    let inner = value.get(name).filter(|inner| !inner.is_null());
    let required = match kind {
        "" => further.is_empty() && checked.member.required,
        _ => false,
    };
    match inner {
        None if required => found.hidden(at, "Member must not be null"),
        None => {}
        Some(inner) => inside(checked, kind, further, inner, at, found)?,
    }
    at.truncate(length);
    Ok(())
}

fn inside(
    checked: &Checked,
    kind: &str,
    further: &[&str],
    inner: &Value,
    at: &mut String,
    found: &mut Violations,
) -> Result<(), Refused> {
    let container = || {
        let mut containers = checked.member.containers.iter().filter(|container| container.kind == kind);
        containers.find(|container| lower_path(&container.path) == *at)
    };
    match (kind, inner) {
        ("list", Value::Array(items)) => {
            if let Some(container) = container() {
                size(container, items.len(), inner, at, found);
            }
            items.iter().try_for_each(|item| walk(checked, further, item, at, found))
        }
        ("map", Value::Object(entries)) => {
            let container = container();
            if let Some(container) = container {
                size(container, entries.len(), inner, at, found);
                entries.keys().for_each(|key| map_key(container, key, at, found));
            }
            entries.values().try_for_each(|value| walk(checked, further, value, at, found))
        }
        ("", Value::Object(_)) if !further.is_empty() => walk(checked, further, inner, at, found),
        ("", _) if further.is_empty() => walk(checked, further, inner, at, found),
        _ => Err(wrong_type(at)),
    }
}

fn size(container: &Container, length: usize, value: &Value, at: &str, found: &mut Violations) {
    let length = length as u64;
    if let Some(min) = container.min.filter(|min| length < *min) {
        found.add(value, at, &format!("Member must have length greater than or equal to {min}"));
    }
    if let Some(max) = container.max.filter(|max| length > *max) {
        found.add(value, at, &format!("Member must have length less than or equal to {max}"));
    }
}

fn map_key(container: &Container, key: &str, at: &str, found: &mut Violations) {
    let length = key.chars().count() as u64;
    let pattern = container.key_pattern.as_deref().map(whole);
    let short = container.key_min.is_some_and(|min| length < min);
    let long = container.key_max.is_some_and(|max| length > max);
    if short || long || pattern.is_some_and(|pattern| !pattern.is_match(key)) {
        found.add(&Value::from(key), at, "Map keys must satisfy constraint");
    }
}

fn leaf(checked: &Checked, value: &Value, at: &str, found: &mut Violations) -> Result<(), Refused> {
    let member = checked.member;
    match (member.r#type.as_str(), value) {
        ("string", Value::String(text)) => text_leaf(checked, text, value, at, found),
        ("integer" | "long", Value::Number(number)) if number.is_i64() || number.is_u64() => {
            let number = number.as_i64().unwrap_or(i64::MAX);
            let bound = |bound: Option<u64>| bound.and_then(|bound| i64::try_from(bound).ok());
            if let Some(min) = bound(member.min).filter(|min| number < *min) {
                found.add(value, at, &format!("Member must have value greater than or equal to {min}"));
            }
            if let Some(max) = bound(member.max).filter(|max| number > *max) {
                found.add(value, at, &format!("Member must have value less than or equal to {max}"));
            }
        }
        ("boolean", Value::Bool(_)) | ("timestamp" | "blob" | "document", _) => {}
        _ => return Err(wrong_type(at)),
    }
    Ok(())
}

fn text_leaf(checked: &Checked, text: &str, value: &Value, at: &str, found: &mut Violations) {
    let member = checked.member;
    let length = text.chars().count() as u64;
    // The model does not mark the details of providers, though secrets lie among them.
    let hidden = member.sensitive || member.path.starts_with("ProviderDetails");
    let mut report = |what: &str| if hidden { found.hidden(at, what) } else { found.add(value, at, what) };
    if let Some(min) = member.min.filter(|min| length < *min) {
        report(&format!("Member must have length greater than or equal to {min}"));
    }
    if let Some(max) = member.max.filter(|max| length > *max) {
        report(&format!("Member must have length less than or equal to {max}"));
    }
    if let Some(values) = member.r#enum.as_ref().filter(|values| !values.iter().any(|known| known == text)) {
        report(&format!("Member must satisfy enum value set: [{}]", values.join(", ")));
    }
    if let (Some(regex), Some(pattern)) = (&checked.pattern, &member.pattern)
        && !matches(member, regex, text)
    {
        report(&format!("Member must satisfy regular expression pattern: {pattern}"));
    }
}

/// The pattern of a domain is declared for prefix and custom domains alike, but has no dots: it is that of a label.
fn matches(member: &Member, regex: &Regex, text: &str) -> bool {
    match member.path.as_str() {
        "Domain" => text.split('.').all(|label| regex.is_match(label)),
        _ => regex.is_match(text),
    }
}

pub(super) fn wrong_type(at: &str) -> Refused {
    Refused::new(ErrorCode::Serialization, format!("The value at '{at}' has another type than the member"))
}

pub(super) fn lower_first(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn lower_path(path: &str) -> String {
    path.replace("[]", "").replace("{}", "").split('.').map(lower_first).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(operation: &str, input: &Value) -> String {
        check(operation, input).unwrap_err().message
    }

    #[test]
    fn every_pattern_of_the_model_compiles() {
        assert!(SHAPES.values().flat_map(|shape| &shape.members).any(|checked| checked.pattern.is_some()));
    }

    #[test]
    fn bounds_enums_and_patterns_are_refused_in_the_services_words() {
        let input = json!({"PoolName": "x", "Policies": {"PasswordPolicy": {"MinimumLength": 5}}});
        assert_eq!(
            message("CreateUserPool", &input),
            "1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy \
             constraint: Member must have value greater than or equal to 6"
        );
        let input = json!({"PoolName": "a/b", "MfaConfiguration": "MAYBE"});
        let text = message("CreateUserPool", &input);
        assert!(text.starts_with("2 validation errors detected: "), "{text}");
        assert!(text.contains("enum value set: [OFF, ON, OPTIONAL]"), "{text}");
    }

    #[test]
    fn required_members_list_sizes_and_types_are_checked() {
        assert!(message("CreateUserPool", &json!({})).contains("'poolName'"));
        let urls: Vec<_> = (0..101).map(|n| format!("https://a/{n}")).collect();
        let input = json!({"UserPoolId": "r_a", "ClientName": "x", "CallbackURLs": urls});
        assert!(message("CreateUserPoolClient", &input).contains("less than or equal to 100"));
        let refused = check("CreateUserPool", &json!({"PoolName": 1})).unwrap_err();
        assert_eq!(refused.code, ErrorCode::Serialization);
    }

    #[test]
    fn a_secret_is_not_quoted() {
        let input = json!({"UserPoolId": "r_a", "ClientName": "x", "ClientSecret": "hunter2"});
        assert!(!message("CreateUserPoolClient", &input).contains("hunter2"));
        let long = "hunter2".repeat(20_000);
        let input =
            json!({"UserPoolId": "r_a", "ProviderName": "x", "ProviderDetails": {"client_secret": long}});
        assert!(!message("UpdateIdentityProvider", &input).contains("hunter2"));
    }
}
