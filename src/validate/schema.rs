//! Validation against a JSON schema, with messages of our own.
//!
//! The validator's texts quote the value, which may be a secret in the wrong place; ours are made from the kind of
//! error, the path and the schema.

use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::nearest;
use crate::diagnostic::{Code, Finding, Place};
use crate::path::{Path, Segment};
use crate::source::Node;

mod branch;
mod words;

use branch::{Branch, chosen_branch, forms};
use words::{count, form_help, one_of, quoted_number_help, required_help, types};

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
                let help = required_help(&path, key);
                findings.push(at_key(finding(Code::Missing, message, help), &path, node));
            }
            Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
                self.union(error, context, value, node, findings);
            }
            _ if *error.instance().as_ref() == Value::Null && path.segments().len() == 1 => {
                let message = format!("`{path}` is null");
                let help = format!("write `{path}: {{}}`, or leave it out");
                findings.push(at_key(finding(Code::EmptySection, message, Some(help)), &path, node));
            }
            // The union, or the list of values, beside it names every form at once.
            Kind::Type { .. } if self.parent(error).is_some_and(says_more) => {}
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
                let help = form_help(schema, pattern);
                return (format!("{what} does not have the form it needs"), Some(help));
            }
            Kind::Not { .. } => {
                return (format!("{what} is reserved"), Some("choose another one".to_owned()));
            }
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

fn code(kind: &Kind) -> Code {
    match kind {
        Kind::Type { .. } => Code::WrongType,
        Kind::Enum { .. } | Kind::Constant { .. } | Kind::Not { .. } => Code::NotAllowed,
        Kind::Pattern { .. } => Code::Form,
        Kind::UniqueItems => Code::DefinedTwice,
        _ => Code::Bound,
    }
}

/// Whether a schema says more of what it takes than a type.
fn says_more(schema: &Value) -> bool {
    // Branches that only say what is required are true of whatever is no mapping.
    let says_forms = |branches: &Value| {
        branches.as_array().is_some_and(|all| all.iter().any(|branch| branch.get("required").is_none()))
    };
    schema.get("oneOf").is_some() || schema.get("enum").is_some() || says_forms(&schema["anyOf"])
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
