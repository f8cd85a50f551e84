//! Validation against a JSON schema, with messages of our own.
//!
//! The validator's texts quote the value, which may be a secret in the wrong place; ours are made from the kind of
//! error, the path and the schema.

use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError, Validator};
use serde_json::Value;

use super::nearest;
use crate::diagnostic::{Code, Finding, Place};
use crate::path::{Path, Segment};
use crate::source::Node;

/// The manifest's schema, compiled.
pub static MANIFEST: LazyLock<Checker> =
    LazyLock::new(|| Checker::new(crate::manifest::schema(), "the manifest"));

/// A compiled schema.
pub struct Checker {
    schema: &'static Value,
    noun: &'static str,
    validator: Validator,
}

impl Checker {
    /// Compiles a schema of this crate; `noun` is what messages call a document of it.
    ///
    /// # Panics
    /// If the schema is invalid, which a test of each schema excludes.
    pub fn new(schema: &'static Value, noun: &'static str) -> Self {
        let validator = jsonschema::validator_for(schema).expect("the crate's own schemas are valid");
        Self { schema, noun, validator }
    }

    /// Every finding about a document.
    pub fn check(&self, value: &Value, node: &Node) -> Vec<Finding> {
        let mut findings = Vec::new();
        for error in self.validator.iter_errors(value) {
            self.report(&error, value, node, &mut findings);
        }
        findings
    }

    fn report(&self, error: &ValidationError<'_>, value: &Value, node: &Node, findings: &mut Vec<Finding>) {
        let path = path_of(error);
        match error.kind() {
            // The keys of a secret's mapping may be the secret itself, so they are not named.
            Kind::AdditionalProperties { .. } if self.is_secret(error) => {
                let message = format!("`{path}` takes nothing but a reference to a secret");
                let help = Some("write {env: NAME} or {file: PATH}".to_owned());
                findings.push(at_key(finding(Code::UnknownKey, message, help), &path, node));
            }
            Kind::AdditionalProperties { unexpected } => {
                let known = self.parent(error).and_then(|schema| schema["properties"].as_object());
                let known: Vec<&str> = known.into_iter().flatten().map(|(key, _)| key.as_str()).collect();
                let unknown =
                    unexpected.iter().map(|key| self.unknown_key(&path.key(key), key, &known, node));
                findings.extend(unknown);
            }
            Kind::PropertyNames { error: inner } => {
                let key = inner.instance().as_str().unwrap_or_default().to_owned();
                let at = path.key(&key);
                let (message, help) = self.sentence(inner, &format!("the key `{key}`"), true);
                findings.push(at_key(finding(Code::Form, message, help), &at, node));
            }
            Kind::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                let message = self.subject(&path, &format!("needs `{key}`"));
                findings.push(at_key(finding(Code::Missing, message, None), &path, node));
            }
            Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
                self.union(error, context, value, node, findings);
            }
            _ if *error.instance().as_ref() == Value::Null && path.segments().len() == 1 => {
                let message = format!("`{path}` is null");
                let help = format!("write `{path}: {{}}`, or leave it out");
                findings.push(at_key(finding(Code::EmptySection, message, Some(help)), &path, node));
            }
            // The union beside it names every form at once.
            Kind::Type { .. } if self.parent(error).is_some_and(is_union) => {}
            kind => {
                let (message, help) = self.sentence(error, &format!("`{path}`"), false);
                findings.push(at_value(finding(code(kind), message, help), &path, node));
            }
        }
    }

    /// A union: the errors of the branch that is meant, or one finding that says which there are.
    fn union(
        &self,
        error: &ValidationError<'_>,
        context: &[Vec<ValidationError<'static>>],
        value: &Value,
        node: &Node,
        findings: &mut Vec<Finding>,
    ) {
        let path = path_of(error);
        let Some(branches) = self.schema.pointer(error.schema_path().as_str()).and_then(Value::as_array)
        else {
            return;
        };
        if let Some(required) = branches.iter().map(|b| b["required"][0].as_str()).collect::<Option<Vec<_>>>()
            && branches.iter().all(|branch| branch.get("properties").is_none())
        {
            let either = required.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" or ");
            let message = self.subject(&path, &format!("needs {either}"));
            findings.push(at_key(finding(Code::Missing, message, None), &path, node));
            return;
        }
        match chosen_branch(branches, error.instance()) {
            Branch::Meant(index) => {
                for inner in context.get(index).into_iter().flatten() {
                    self.report(inner, value, node, findings);
                }
            }
            Branch::Unknown { discriminator, known } => {
                let at = path.key(&discriminator);
                let message = format!("`{at}` takes {}", one_of(&known));
                findings.push(at_value(finding(Code::NotAllowed, message, None), &at, node));
            }
            Branch::Undiscriminated { discriminator, known } => {
                let message = format!("`{path}` needs `{discriminator}`: {}", one_of(&known));
                findings.push(at_key(finding(Code::Missing, message, None), &path, node));
            }
            Branch::WrongType => {
                let message = format!("`{path}` takes {}", forms(branches));
                findings.push(at_value(finding(Code::WrongType, message, None), &path, node));
            }
        }
    }

    /// What is wrong, and the way out.
    fn sentence(&self, error: &ValidationError<'_>, what: &str, is_key: bool) -> (String, Option<String>) {
        let schema = self.parent(error).unwrap_or(&Value::Null);
        let length = if is_key { "the key" } else { "the text" };
        let text = match error.kind() {
            Kind::Enum { options } => {
                let options: Vec<&str> =
                    options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let near =
                    error.instance().as_str().and_then(|wrong| nearest(wrong, options.iter().copied()));
                let help = near.map(|near| format!("did you mean `{near}`?"));
                return (format!("{what} takes {}", one_of(&options)), help);
            }
            Kind::Constant { expected_value } => match expected_value.as_str() {
                Some(expected) => format!("{what} takes `{expected}`"),
                None => format!("{what} takes one fixed value"),
            },
            Kind::Type { kind } => {
                let help = quoted_number_help(kind, error.instance());
                return (format!("{what} takes {}", types(kind)), help);
            }
            Kind::Minimum { limit } => format!("{what} is at least {limit}"),
            Kind::Maximum { limit } => format!("{what} is at most {limit}"),
            Kind::MinLength { limit } => {
                format!("{what} is too short: {length} has at least {}", count(*limit, "character"))
            }
            Kind::MaxLength { limit } => {
                format!("{what} is too long: {length} has at most {}", count(*limit, "character"))
            }
            Kind::MinItems { limit } => format!("{what} has too few items: at least {limit}"),
            Kind::MaxItems { limit } => format!("{what} has too many items: at most {limit}"),
            Kind::MinProperties { .. } => {
                return (
                    format!("{what} is empty"),
                    Some("write at least one member, or leave it out".to_owned()),
                );
            }
            Kind::MaxProperties { limit } => format!("{what} has too many members: at most {limit}"),
            Kind::UniqueItems => format!("{what} holds an item twice"),
            Kind::Pattern { pattern } => {
                let help = schema["patternErrorMessage"]
                    .as_str()
                    .map_or_else(|| format!("the whole text matches {pattern}"), str::to_owned);
                return (format!("{what} does not have the form it needs"), Some(help));
            }
            Kind::Not { .. } => format!("{what} is reserved"),
            _ => format!("{what} is not valid here"),
        };
        (text, None)
    }

    /// Whether an error is about a field that holds a secret.
    fn is_secret(&self, error: &ValidationError<'_>) -> bool {
        let pointer = error.schema_path().as_str();
        let holders = pointer.match_indices('/').map(|(at, _)| &pointer[..at]);
        holders.filter_map(|holder| self.schema.pointer(holder)).any(|schema| schema["writeOnly"] == true)
    }

    fn unknown_key(&self, at: &Path, key: &str, known: &[&str], node: &Node) -> Finding {
        let message = self.subject(&at.parent(), &format!("has no member `{key}`"));
        let near = nearest(key, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        let all =
            || (!known.is_empty() && known.len() <= 12).then(|| format!("it has: {}", known.join(", ")));
        at_key(finding(Code::UnknownKey, message, near.or_else(all)), at, node)
    }

    fn subject(&self, path: &Path, says: &str) -> String {
        if path.segments().is_empty() { format!("{} {says}", self.noun) } else { format!("`{path}` {says}") }
    }

    /// The schema that holds the keyword an error is about.
    fn parent(&self, error: &ValidationError<'_>) -> Option<&'static Value> {
        let keyword = error.schema_path().as_str();
        self.schema.pointer(keyword.rsplit_once('/').map_or("", |(parent, _)| parent))
    }
}

enum Branch {
    Meant(usize),
    Unknown { discriminator: String, known: Vec<String> },
    Undiscriminated { discriminator: String, known: Vec<String> },
    WrongType,
}

/// The branch of a union that a value means: the one of its discriminator, else the one of its type.
fn chosen_branch(branches: &[Value], instance: &Value) -> Branch {
    let discriminated: Option<Vec<_>> = branches.iter().map(constant).collect();
    if let (Some(discriminated), Some(object)) = (discriminated, instance.as_object()) {
        let discriminator = discriminated.first().map(|(key, _)| key.clone()).unwrap_or_default();
        let known = discriminated.iter().map(|(_, value)| value.clone()).collect();
        return match object.get(&discriminator) {
            None => Branch::Undiscriminated { discriminator, known },
            Some(value) => match discriminated.iter().position(|(_, known)| value == known.as_str()) {
                Some(index) => Branch::Meant(index),
                None => Branch::Unknown { discriminator, known },
            },
        };
    }
    // Closed objects without a discriminator are told apart by the key that only one of them has.
    if let Some(object) = instance.as_object() {
        let by_key = branches
            .iter()
            .position(|branch| object.keys().any(|key| branch["properties"].get(key).is_some()));
        let by_shape = || branches.iter().position(|branch| of_type(branch, "object"));
        return by_key.or_else(by_shape).map_or(Branch::WrongType, Branch::Meant);
    }
    let name = match instance {
        Value::String(_) => "string",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "array",
        Value::Null => "null",
        Value::Object(_) => "object",
    };
    branches.iter().position(|branch| of_type(branch, name)).map_or(Branch::WrongType, Branch::Meant)
}

/// The member of a branch that only takes one text: what tells it from the others.
fn constant(branch: &Value) -> Option<(String, String)> {
    let properties = branch["properties"].as_object()?;
    properties.iter().find_map(|(key, schema)| Some((key.clone(), schema["const"].as_str()?.to_owned())))
}

fn of_type(branch: &Value, name: &str) -> bool {
    branch["type"] == name || branch["type"].as_array().is_some_and(|types| types.iter().any(|t| t == name))
}

/// The forms of a union's branches, as a sentence names them.
fn forms(branches: &[Value]) -> String {
    if let Some((discriminator, _)) = branches.first().and_then(constant) {
        return format!("a mapping with `{discriminator}`");
    }
    let mut forms: Vec<String> = Vec::new();
    for branch in branches {
        let keys = branch["properties"].as_object().into_iter().flatten().map(|(key, _)| format!("{key}: …"));
        let keys = keys.collect::<Vec<_>>().join(", ");
        let form = match branch["type"].as_str().or_else(|| branch["type"][0].as_str()) {
            Some("object") if !keys.is_empty() => format!("{{{keys}}}"),
            Some("string") => "a text".to_owned(),
            Some("integer" | "number") => "a number".to_owned(),
            Some("array") => "a list".to_owned(),
            _ => continue,
        };
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    join(&forms)
}

fn code(kind: &Kind) -> Code {
    match kind {
        Kind::Type { .. } => Code::WrongType,
        Kind::Enum { .. } | Kind::Constant { .. } | Kind::Not { .. } => Code::NotAllowed,
        Kind::Pattern { .. } => Code::Form,
        Kind::UniqueItems => Code::DefinedTwice,
        _ => Code::Bound,
    }
}

fn types(kind: &TypeKind) -> String {
    let name = |json: JsonType| match json {
        JsonType::Array => "a list",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "a mapping",
        JsonType::String => "a text",
    };
    let names: Vec<String> = match kind {
        TypeKind::Single(one) => vec![name(*one).to_owned()],
        TypeKind::Multiple(set) => {
            set.iter().filter(|json| *json != JsonType::Null).map(|json| name(json).to_owned()).collect()
        }
    };
    join(&names)
}

/// `minimumLength: "12"` is a common slip.
fn quoted_number_help(kind: &TypeKind, instance: &Value) -> Option<String> {
    let takes = |wanted: JsonType| match kind {
        TypeKind::Single(one) => *one == wanted,
        TypeKind::Multiple(set) => set.contains(wanted),
    };
    match instance {
        Value::String(text) if takes(JsonType::Integer) && text.parse::<i64>().is_ok() => {
            Some("leave the quotes out".to_owned())
        }
        Value::String(text)
            if takes(JsonType::Boolean)
                && ["true", "false", "yes", "no", "on", "off"].contains(&text.to_lowercase().as_str()) =>
        {
            Some("write true or false, without quotes".to_owned())
        }
        Value::Number(_) | Value::Bool(_) if takes(JsonType::String) => Some("put it in quotes".to_owned()),
        Value::String(_) if takes(JsonType::Array) => Some("write it as a list: [ … ]".to_owned()),
        _ => None,
    }
}

fn is_union(schema: &Value) -> bool {
    schema.get("oneOf").is_some() || schema.get("anyOf").is_some()
}

fn finding(code: Code, message: String, help: Option<String>) -> (Code, String, Option<String>) {
    (code, message, help)
}

fn at_value((code, message, help): (Code, String, Option<String>), path: &Path, node: &Node) -> Finding {
    let mut finding = Finding::error(code, Place::Text(node.span_of(path)), message).at(path.clone());
    finding.help = help;
    finding
}

fn at_key((code, message, help): (Code, String, Option<String>), path: &Path, node: &Node) -> Finding {
    let mut finding = Finding::error(code, Place::Text(node.key_span_of(path)), message).at(path.clone());
    finding.help = help;
    finding
}

fn path_of(error: &ValidationError<'_>) -> Path {
    error.instance_path().iter().fold(Path::root(), |path, segment| match segment {
        jsonschema::paths::LocationSegment::Property(key) => path.with(Segment::Key(key.into_owned())),
        jsonschema::paths::LocationSegment::Index(index) => path.index(index),
    })
}

fn one_of<S: AsRef<str>>(values: &[S]) -> String {
    join(&values.iter().map(|value| format!("`{}`", value.as_ref())).collect::<Vec<_>>())
}

fn join(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
