//! Every constraint of the schema, broken by itself: the finding names the field, the rule and the line.

use std::collections::BTreeSet;

use cognitops::diagnostic::{Code, Finding, Place};
use cognitops::manifest::schema;
use serde_json::{Map, Value, json};

use crate::world::findings;

/// A step from the top of a manifest to a value.
#[derive(Clone)]
enum Step {
    Key(String),
    /// A key of a map, which is data.
    Data,
    Item,
}

/// A place in the manifest with its schema, and what must stand around it for that schema to be the one that counts.
#[derive(Clone, Default)]
struct Spot {
    steps: Vec<Step>,
    /// Members beside the steps, by how many steps lead to their object.
    beside: Vec<(usize, Map<String, Value>)>,
}

impl Spot {
    fn inner(&self, step: Step) -> Self {
        let mut spot = self.clone();
        spot.steps.push(step);
        spot
    }

    /// The manifest that holds a value here, and the value's path.
    fn manifest(&self, value: Value) -> (Value, String) {
        let mut path = cognitops::path::Path::root();
        for (index, step) in self.steps.iter().enumerate() {
            path = match step {
                Step::Key(key) => path.key(key),
                Step::Data => path.key(self.data(index)),
                Step::Item => path.index(0),
            };
        }
        let mut built = self.build(0, value);
        for (name, header) in [("apiVersion", json!("cognitops/v1")), ("pool", json!("p"))] {
            built.as_object_mut().unwrap().entry(name).or_insert(header);
        }
        (built, path.to_string())
    }

    /// A key that the map at a step takes.
    fn data(&self, index: usize) -> String {
        let map = match &self.steps[index - 1] {
            Step::Key(name) => name.as_str(),
            _ => "",
        };
        let of_social = self.beside.iter().find_map(|(at, members)| {
            let kind = members.get("providerType")?.as_str()?;
            (*at == index + 1 && !["SAML", "OIDC"].contains(&kind)).then(|| kind.to_owned())
        });
        let known = match map {
            "acrConfiguration" | "acrMapping" => "Level1",
            "logDelivery" => "userNotification",
            "passThrough" | "unknown" => "Novelty",
            "assets" => "FORM_LOGO",
            "links" => "cognito:default",
            "terms" => "terms-of-use",
            "replicas" => "eu-west-1",
            _ => "some-key",
        };
        of_social.unwrap_or_else(|| known.to_owned())
    }

    fn build(&self, depth: usize, value: Value) -> Value {
        let Some(step) = self.steps.get(depth) else {
            return self.with_beside(depth, value);
        };
        let inner = self.build(depth + 1, value);
        match step {
            Step::Item => json!([inner]),
            Step::Key(key) => self.with_beside(depth, json!({ key.as_str(): inner })),
            Step::Data => self.with_beside(depth, json!({ self.data(depth): inner })),
        }
    }

    fn with_beside(&self, depth: usize, mut value: Value) -> Value {
        if let Value::Object(object) = &mut value {
            for (_, members) in self.beside.iter().filter(|(at, _)| *at == depth) {
                for (name, member) in members {
                    object.entry(name.clone()).or_insert_with(|| member.clone());
                }
            }
        }
        value
    }
}

/// A constraint that a value breaks: the finding's code, and what its message says.
struct Broken {
    keyword: &'static str,
    value: Value,
    code: Code,
    says: String,
    /// The key in the value that the finding is about, if it is not the value itself.
    key: Option<String>,
}

fn broken(keyword: &'static str, value: Value, code: Code, says: impl Into<String>) -> Broken {
    Broken { keyword, value, code, says: says.into(), key: None }
}

/// The constraints of one schema, each with a value that breaks it.
fn constraints(schema: &Value) -> Vec<Broken> {
    let mut all = Vec::new();
    let number = |keyword: &str| schema[keyword].as_i64();
    let is = |name: &str| {
        schema["type"] == name || schema["type"].as_array().is_some_and(|types| types.contains(&json!(name)))
    };
    let has_type = schema.get("type").is_some();
    if let Some(options) = schema["enum"].as_array().filter(|_| schema["writeOnly"] != true) {
        let first = options.iter().find_map(Value::as_str).unwrap_or_default();
        all.push(broken("enum", json!("no such value"), Code::NotAllowed, format!("`{first}`")));
    }
    if let Some(fixed) = schema["const"].as_str().filter(|_| schema.get("x-create-only").is_none()) {
        all.push(broken("const", json!("no such value"), Code::NotAllowed, format!("`{fixed}`")));
    }
    if let Some(least) = number("minimum") {
        all.push(broken("minimum", json!(least - 1), Code::Bound, format!("at least {least}")));
    }
    if let Some(most) = number("maximum") {
        all.push(broken("maximum", json!(most + 1), Code::Bound, format!("at most {most}")));
    }
    let text = |length: i64| json!("x".repeat(usize::try_from(length).unwrap()));
    if let Some(least) = number("minLength").filter(|least| *least > 0) {
        all.push(broken("minLength", text(least - 1), Code::Bound, format!("at least {least} character")));
    }
    if let Some(most) = number("maxLength") {
        all.push(broken("maxLength", text(most + 1), Code::Bound, format!("at most {most} character")));
    }
    if let Some(pattern) = schema["pattern"].as_str().filter(|_| is("string")) {
        all.push(broken("pattern", mismatch(pattern, schema), Code::Form, "does not have the form it needs"));
    }
    if let Some(least) = number("minItems").filter(|least| *least > 0) {
        all.push(broken("minItems", json!([]), Code::Bound, format!("at least {least}")));
    }
    if let Some(most) = number("maxItems") {
        let items: Vec<String> = (0..=most).map(|number| format!("item-{number}")).collect();
        all.push(broken("maxItems", json!(items), Code::Bound, format!("at most {most}")));
    }
    if schema["uniqueItems"] == true {
        let item = schema["items"]["enum"].as_array().and_then(|all| all.first()).cloned();
        let item = item.unwrap_or_else(|| json!("the same twice"));
        all.push(broken("uniqueItems", json!([item, item]), Code::DefinedTwice, "holds an item twice"));
    }
    if number("minProperties").is_some_and(|least| least > 0) && schema["properties"].is_object() {
        all.push(broken("minProperties", json!({}), Code::Bound, "is empty"));
    }
    if let Some(keys) = schema["propertyNames"].as_object() {
        let key = match (keys.get("pattern").and_then(Value::as_str), keys.get("maxLength")) {
            (Some(pattern), _) => mismatch(pattern, &json!(keys)).as_str().unwrap().to_owned(),
            (None, Some(most)) => "x".repeat(usize::try_from(most.as_u64().unwrap()).unwrap() + 1),
            (None, None) => "no such key".to_owned(),
        };
        let says = "the key `";
        let value = if schema["additionalProperties"]["type"] == "string" { json!("x") } else { json!({}) };
        let key_of = Some(key.clone());
        all.push(Broken { key: key_of, ..broken("propertyNames", json!({ key: value }), Code::Form, says) });
    }
    if schema["additionalProperties"] == false && schema["properties"].is_object() && !is("string") {
        let value = json!({ "noSuchMember": 1 });
        let key = Some("noSuchMember".to_owned());
        all.push(Broken { key, ..broken("additionalProperties", value, Code::UnknownKey, "noSuchMember") });
    }
    let required =
        schema["required"].as_array().filter(|_| schema["oneOf"].is_null() && schema["anyOf"].is_null());
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        if schema["properties"][name].get("const").is_none() && schema.get("x-file").is_none() {
            all.push(broken("required", json!({}), Code::Missing, format!("needs `{name}`")));
        }
    }
    if has_type && schema["enum"].is_null() && schema["oneOf"].is_null() && schema["const"].is_null() {
        let wrong = [json!([[]]), json!({"a": {"b": []}}), json!(true), json!("text"), json!(1.5)];
        let fits = |value: &Value| match value {
            Value::Array(_) => is("array"),
            Value::Object(_) => is("object"),
            Value::Bool(_) => is("boolean"),
            Value::String(_) => is("string"),
            _ => is("number") || is("integer"),
        };
        if let Some(wrong) = wrong.into_iter().find(|value| !fits(value)) {
            all.push(broken("type", wrong, Code::WrongType, "takes "));
        }
    }
    all
}

/// A text of a fitting length that a pattern does not match.
fn mismatch(pattern: &str, schema: &Value) -> Value {
    let pattern = jsonschema::draft202012::new(&json!({ "pattern": pattern })).unwrap();
    let least = usize::try_from(schema["minLength"].as_u64().unwrap_or(0)).unwrap();
    ["!", " ", "\u{1}", "A B", "\u{1f600}", "\n"]
        .iter()
        .map(|part| json!(part.repeat(least.max(1))))
        .find(|text| !pattern.is_valid(text))
        .expect("some text does not match")
}

/// Every place of the manifest with the schema that counts there.
fn walk(schema: &Value, spot: &Spot, visit: &mut impl FnMut(&Value, &Spot)) {
    visit(schema, spot);
    if schema.get("x-file").is_some() || schema["x-pass-through"] == true {
        return;
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        walk(member, &spot.inner(Step::Key(name.clone())), visit);
    }
    if schema["items"].is_object() {
        walk(&schema["items"], &spot.inner(Step::Item), visit);
    }
    if schema["additionalProperties"].is_object() {
        walk(&schema["additionalProperties"], &spot.inner(Step::Data), visit);
    }
    for branch in schema["oneOf"].as_array().into_iter().flatten() {
        let constants = branch["properties"].as_object().into_iter().flatten();
        let constants: Map<String, Value> = constants
            .filter_map(|(name, member)| Some((name.clone(), member.get("const")?.clone())))
            .collect();
        if constants.is_empty() {
            continue; // the forms of a value, which have tests of their own
        }
        let mut spot = spot.clone();
        spot.beside.push((spot.steps.len(), constants));
        walk(branch, &spot, visit);
    }
}

/// Whether a finding is about a path, and stands in a line that shows what it is about.
fn fits(finding: &Finding, path: &str, broken: &Broken, text: &str) -> bool {
    let at = finding.path.as_ref().map(ToString::to_string).unwrap_or_default();
    let wanted = match &broken.key {
        Some(key) => cognitops::path::Path::parse(path).unwrap_or_default().key(key).to_string(),
        None => path.to_owned(),
    };
    let Place::Text(span) = &finding.place else { return false };
    let line = text[..span.bytes.start].matches('\n').count();
    let line = text.lines().nth(line).unwrap_or_default();
    let last = cognitops::path::Path::parse(&wanted).ok().and_then(|path| path.last_key().map(str::to_owned));
    let shown = |text: &str| line.contains(&text.chars().take(8).collect::<String>());
    let in_line = last.as_deref().is_some_and(shown) || wanted.ends_with(']') || wanted.is_empty();
    finding.code == broken.code && at == wanted && finding.message.contains(&broken.says) && in_line
}

#[test]
fn every_constraint_of_the_schema_is_broken_and_explained() {
    let mut count = 0;
    let mut keywords = BTreeSet::new();
    let mut wrong = Vec::new();
    walk(schema(), &Spot::default(), &mut |schema, spot| {
        // Defaults have the schema of what they are for.
        let is_default = matches!(spot.steps.first(), Some(Step::Key(name)) if name.ends_with("Defaults"));
        if spot.steps.is_empty() || is_default {
            return;
        }
        for broken in constraints(schema) {
            let (manifest, path) = spot.manifest(broken.value.clone());
            let text = serde_json::to_string_pretty(&manifest).unwrap();
            let found = findings(&text);
            if !found.iter().any(|finding| fits(finding, &path, &broken, &text)) {
                let found: Vec<String> = found
                    .iter()
                    .map(|finding| {
                        format!(
                            "{} {:?}: {}",
                            finding.code,
                            finding.path.as_ref().map(ToString::to_string),
                            finding.message
                        )
                    })
                    .collect();
                wrong.push(format!(
                    "{path}: {}: {}\n    {}",
                    broken.keyword,
                    broken.says,
                    found.join("\n    ")
                ));
            }
            count += 1;
            keywords.insert(broken.keyword);
        }
    });
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 700, "{count}");
    assert_eq!(keywords.len(), 15, "{keywords:?}");
}
