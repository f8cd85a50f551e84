//! The API's model in the sandbox: every constraint of every input, broken by itself, and where the model comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::{LazyLock, Mutex};

use cognitops::cognito::{
    ApiError, OtherOperation, ReadCognito, ReadOperation, WriteCognito, WriteOperation,
};
use cognitops::sandbox::{Options, Sandbox};
use data_encoding::BASE64;
use insta::assert_snapshot;
use regex::Regex;
use serde_json::{Map, Value, json};

use crate::world::wait;

pub(crate) static MODEL: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../src/sandbox/model.json")).unwrap());

pub(crate) fn shape(name: &Value) -> &'static Value {
    &MODEL["shapes"][name.as_str().unwrap()]
}

/// Calls an operation of any sort.
pub(crate) fn call(sandbox: &Sandbox, operation: &str, input: Value) -> Result<Value, ApiError> {
    if let Some(operation) = ReadOperation::from_name(operation) {
        return wait(sandbox.read(operation, input));
    }
    if let Some(operation) = WriteOperation::from_name(operation) {
        return wait(sandbox.write(operation, input));
    }
    wait(sandbox.other(OtherOperation::from_name(operation).expect("the sandbox has every operation"), input))
}

/// What is needed though the model does not say so.
fn also_required(operation: &str) -> Value {
    match operation {
        "ListResourceServers" => json!({ "MaxResults": 10 }),
        "UpdateManagedLoginBranding" => json!({
            "ManagedLoginBrandingId": "01234567-89ab-4def-8123-456789abcdef",
            "UserPoolId": "us-east-1_a",
        }),
        _ => json!({}),
    }
}

/// Texts of the forms that the patterns want.
const FORMS: [&str; 13] = [
    "x",
    "us-east-1_a",
    "arn:aws:iam::123456789012:role/x",
    "arn:aws:s3:::x",
    "a@x",
    "{####}x",
    "{##x##}x",
    "01234567-89ab-4def-8123-456789abcdef",
    "Level1",
    "cognito:default",
    "terms-of-use",
    "a0",
    "!",
];

/// Texts of which some pattern takes none.
const MISFITS: [&str; 6] = ["", " ", "\u{1}", "\u{e000}", "\u{e9}", "\n"];

pub(crate) fn is_match(shape: &Value, text: &str) -> bool {
    // Compiled once: there are thousands of questions about some forty patterns.
    static COMPILED: LazyLock<Mutex<BTreeMap<String, Regex>>> = LazyLock::new(Mutex::default);
    let Some(pattern) = shape["pattern"].as_str() else { return true };
    // One of answers, the name of a bucket, looks back, which this engine cannot.
    let pattern = pattern.trim_end_matches(r"(?<!\.)$");
    let mut compiled = COMPILED.lock().unwrap();
    let whole = || Regex::new(&format!("^(?:{pattern})$")).unwrap();
    compiled.entry(pattern.to_owned()).or_insert_with(whole).is_match(text)
}

fn size(shape: &Value, bound: &str) -> Option<usize> {
    shape[bound].as_u64().map(|bound| usize::try_from(bound).unwrap())
}

pub(crate) fn fits_in(shape: &Value, text: &str) -> bool {
    let length = text.chars().count();
    size(shape, "min").is_none_or(|min| length >= min) && size(shape, "max").is_none_or(|max| length <= max)
}

/// A text of a length, of the right form if there is one.
fn of_length(shape: &Value, length: usize) -> String {
    let filled = FORMS.iter().filter(|form| form.len() <= length);
    let mut filled = filled.map(|form| format!("{form}{}", "x".repeat(length - form.len())));
    filled.find(|text| is_match(shape, text)).unwrap_or_else(|| "x".repeat(length))
}

fn valid_text(shape: &Value) -> String {
    if let Some(option) = shape["enum"][0].as_str() {
        return option.to_owned();
    }
    let padded = |form: &&str| {
        format!("{form}{}", "x".repeat(size(shape, "min").unwrap_or(0).saturating_sub(form.len())))
    };
    let mut found = FORMS.iter().map(padded).filter(|text| is_match(shape, text) && fits_in(shape, text));
    found.next().unwrap_or_else(|| panic!("no valid text: {shape}"))
}

/// The least that a shape takes.
fn valid(shape: &Value) -> Value {
    let inner = |part: &str| self::shape(&shape[part]);
    let least = size(shape, "min").unwrap_or(0);
    match shape["type"].as_str().unwrap() {
        "structure" => required(shape).map(|name| (name.to_owned(), valid(member(shape, name)))).collect(),
        "list" => (0..least).map(|_| valid(inner("member"))).collect(),
        "map" => (0..least).map(|_| (valid_text(inner("key")), valid(inner("value")))).collect(),
        "string" => json!(valid_text(shape)),
        "integer" => json!(least),
        "boolean" => json!(true),
        "blob" => json!(BASE64.encode(&vec![0; least])),
        "document" => json!({}),
        other => panic!("no input has a {other}"),
    }
}

fn required(shape: &Value) -> impl Iterator<Item = &str> {
    shape["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn member(shape: &Value, name: &str) -> &'static Value {
    self::shape(&shape["members"][name])
}

#[derive(Clone)]
enum Step {
    Member(&'static Value, String),
    Item,
    Value(String),
}

/// A place in an input.
#[derive(Clone, Default)]
struct Spot {
    steps: Vec<Step>,
    /// Whether what stands there is not quoted.
    hidden: bool,
}

impl Spot {
    fn inner(&self, step: Step) -> Self {
        let mut spot = self.clone();
        spot.steps.push(step);
        spot
    }

    fn path(&self) -> String {
        let names = self.steps.iter().filter_map(|step| match step {
            Step::Member(_, name) => Some(format!("{}{}", name[..1].to_lowercase(), &name[1..])),
            _ => None,
        });
        names.collect::<Vec<_>>().join(".")
    }

    /// The input that holds a value here, and else no more than it must.
    fn input(&self, operation: &str, value: Value) -> Value {
        let mut built = self.steps.iter().rev().fold(value, |inner, step| match step {
            Step::Item => json!([inner]),
            Step::Value(key) => json!({ key.as_str(): inner }),
            Step::Member(shape, name) => {
                let mut object = valid(shape);
                object[name] = inner;
                object
            }
        });
        for (name, value) in also_required(operation).as_object().unwrap() {
            built.as_object_mut().unwrap().entry(name).or_insert_with(|| value.clone());
        }
        built
    }
}

/// A value that breaks one constraint, or cannot help but break the pattern as well.
struct Broken {
    kind: &'static str,
    value: Value,
    /// What the message says of it.
    words: String,
    /// The member that the message is about, if it is not the value itself.
    member: Option<String>,
    /// What the message quotes, if it is not the value itself.
    quoted: Option<Value>,
}

fn broken(kind: &'static str, value: impl Into<Value>, words: impl Into<String>) -> Broken {
    Broken { kind, value: value.into(), words: words.into(), member: None, quoted: None }
}

fn bounds(shape: &Value, name: &str, of_size: &dyn Fn(i64) -> Value, found: &mut Vec<Broken>) {
    let what = if name == "integer" { "value" } else { "length" };
    if let Some(min) = shape["min"].as_i64().filter(|min| name == "integer" || *min > 0) {
        let words = format!("Member must have {what} greater than or equal to {min}");
        found.push(broken("min", of_size(min - 1), words));
    }
    if let Some(max) = shape["max"].as_i64() {
        let words = format!("Member must have {what} less than or equal to {max}");
        found.push(broken("max", of_size(max + 1), words));
    }
}

/// The constraints of a shape, each with a value that breaks it.
fn constraints(shape: &'static Value) -> Vec<Broken> {
    let mut found = Vec::new();
    let kind = shape["type"].as_str().unwrap();
    let length = |size: i64| usize::try_from(size).unwrap();
    match kind {
        "structure" => {
            for name in required(shape) {
                let mut value = valid(shape);
                value.as_object_mut().unwrap().remove(name);
                let without = broken("required", value, "Member must not be null");
                found.push(Broken { member: Some(name.to_owned()), ..without });
            }
        }
        "list" => {
            let item = valid(self::shape(&shape["member"]));
            bounds(shape, kind, &|size| json!(vec![item.clone(); length(size)]), &mut found);
        }
        "map" => map_constraints(shape, &mut found),
        "string" => {
            let options = shape["enum"].as_array().map(|options| options.iter().filter_map(Value::as_str));
            if let Some(options) = options {
                let options = options.collect::<Vec<_>>().join(", ");
                let words = format!("Member must satisfy enum value set: [{options}]");
                found.push(broken("enum", valid_text(shape).to_lowercase() + "-x", words));
            } else {
                bounds(shape, kind, &|size| json!(of_length(shape, length(size))), &mut found);
            }
            // One takes every text.
            if let Some(pattern) = shape["pattern"].as_str().filter(|pattern| *pattern != "(?s).*") {
                let words = format!("Member must satisfy regular expression pattern: {pattern}");
                found.push(broken("pattern", misfit(shape), words));
            }
        }
        "integer" => bounds(shape, kind, &|size| json!(size), &mut found),
        "blob" => bounds(shape, kind, &|size| json!(BASE64.encode(&vec![0; length(size)])), &mut found),
        _ => {}
    }
    found
}

/// A text of a fitting length that has not the form.
fn misfit(shape: &Value) -> String {
    let least = size(shape, "min").unwrap_or(0).max(1);
    let all = MISFITS.iter().map(|text| text.repeat(least));
    let mut fitting = all.filter(|text| fits_in(shape, text));
    fitting.find(|text| !is_match(shape, text)).unwrap_or_else(|| panic!("every text fits: {shape}"))
}

fn map_constraints(shape: &'static Value, found: &mut Vec<Broken>) {
    let (key, value) = (self::shape(&shape["key"]), valid(self::shape(&shape["value"])));
    // Keys of which there are only so many can be too many only with some that are none.
    let of_size = |size: i64| {
        let keys = (0..size).map(|number| (format!("{}{number}", valid_text(key)), value.clone()));
        Value::Object(keys.collect::<Map<_, _>>())
    };
    bounds(shape, "map", &of_size, found);
    let mut wrong = Vec::new();
    wrong.extend(key["pattern"].as_str().map(|_| misfit(key)));
    wrong.extend(size(key, "min").filter(|min| *min > 0).map(|min| of_length(key, min - 1)));
    wrong.extend(size(key, "max").map(|max| of_length(key, max + 1)));
    for name in wrong {
        let broken = broken("key", json!({ name.as_str(): value }), "Map keys must satisfy constraint");
        found.push(Broken { quoted: Some(json!(name)), ..broken });
    }
}

/// Every place of an input with the shape that counts there.
fn walk(shape: &'static Value, spot: &Spot, visit: &mut impl FnMut(&'static Value, &Spot)) {
    let mut spot = spot.clone();
    // Secrets lie among the details of providers, though the model does not mark them.
    let is_details = shape == self::shape(&json!("ProviderDetailsType")) && spot.path() == "providerDetails";
    spot.hidden |= shape["sensitive"] == true || is_details;
    visit(shape, &spot);
    for (name, inner) in shape["members"].as_object().into_iter().flatten() {
        walk(self::shape(inner), &spot.inner(Step::Member(shape, name.clone())), visit);
    }
    if shape["type"] == "list" {
        walk(self::shape(&shape["member"]), &spot.inner(Step::Item), visit);
    }
    if shape["type"] == "map" {
        let key = valid_text(self::shape(&shape["key"]));
        walk(self::shape(&shape["value"]), &spot.inner(Step::Value(key)), visit);
    }
}

/// Every operation with the shape of its input.
fn operations() -> Vec<(&'static str, &'static Value)> {
    let all = MODEL["operations"].as_object().unwrap();
    assert_eq!(all.len(), 67);
    all.iter().map(|(name, operation)| (name.as_str(), shape(&operation["input"]))).collect()
}

#[test]
fn every_constraint_of_the_model_is_broken_and_refused() {
    let sandbox = Sandbox::in_memory(Options::default());
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (operation, input) in operations() {
        walk(input, &Spot::default(), &mut |shape, spot| {
            for broken in constraints(shape) {
                let outcome = call(&sandbox, operation, spot.input(operation, broken.value.clone()));
                let is_null = broken.member.is_some();
                let mut path = spot.path();
                if let Some(name) = &broken.member {
                    path = spot.inner(Step::Member(shape, name.clone())).path();
                }
                let hidden = is_null || shape["type"] == "blob" || (spot.hidden && broken.kind != "key");
                let shown = match broken.quoted.as_ref().unwrap_or(&broken.value) {
                    _ if hidden => String::new(),
                    Value::String(text) => format!(" '{text}'"),
                    other => format!(" '{other}'"),
                };
                let words = &broken.words;
                let wanted = format!("Value{shown} at '{path}' failed to satisfy constraint: {words}");
                let fits = outcome.as_ref().is_err_and(|error| {
                    let others =
                        error.message.split("; ").filter(|one| !one.contains(&format!("at '{path}'")));
                    error.code.as_str() == "InvalidParameterException"
                        && error.message.contains(" validation error")
                        && error.message.contains(&wanted)
                        && others.count() == 0
                });
                if !fits {
                    let outcome: String = format!("{outcome:?}").chars().take(400).collect();
                    let wanted: String = wanted.chars().take(200).collect();
                    wrong.push(format!("{operation} {path} {}: {wanted}\n    {outcome}", broken.kind));
                }
                *kinds.entry(broken.kind).or_default() += 1;
            }
        });
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    assert_snapshot!(format!("{kinds:?}"), @r#"{"enum": 86, "key": 22, "max": 357, "min": 280, "pattern": 237, "required": 188}"#);
}

/// Otherwise a constraint would seem to be checked because something else is wrong with the request.
#[test]
fn the_least_request_breaks_no_constraint() {
    for (operation, input) in operations() {
        walk(input, &Spot::default(), &mut |shape, spot| {
            let sandbox = Sandbox::in_memory(Options::default());
            let outcome = call(&sandbox, operation, spot.input(operation, valid(shape)));
            let Err(error) = outcome else { return };
            let path = spot.path();
            assert_ne!(error.code.as_str(), "SerializationException", "{operation} {path}: {error:?}");
            assert!(!error.message.contains("validation error"), "{operation} {path}: {error:?}");
        });
    }
}

#[test]
fn every_value_of_another_type_is_refused() {
    let sandbox = Sandbox::in_memory(Options::default());
    let mut count = 0;
    for (operation, input) in operations() {
        walk(input, &Spot::default(), &mut |shape, spot| {
            let others: &[Value] = match shape["type"].as_str().unwrap() {
                _ if spot.steps.is_empty() => &[],
                "structure" | "map" => &[json!([]), json!("x"), json!(1), json!(true)],
                "list" => &[json!({}), json!("x"), json!(1), json!(true)],
                "string" => &[json!({}), json!([]), json!(1), json!(true)],
                "integer" => &[json!({}), json!([]), json!("1"), json!(true), json!(1.5), json!(1_u64 << 31)],
                "boolean" => &[json!({}), json!([]), json!("true"), json!(1)],
                "blob" => &[json!({}), json!([]), json!("?"), json!(1), json!(true)],
                _ => &[],
            };
            for other in others {
                let error = call(&sandbox, operation, spot.input(operation, other.clone()));
                let error = error.unwrap_err();
                let path = spot.path();
                assert_eq!(error.code.as_str(), "SerializationException", "{operation} {path} {other}");
                assert!(error.message.contains(&format!("'{path}'")), "{operation} {path}: {error:?}");
                count += 1;
            }
        });
    }
    assert!(count > 1_500, "{count}");
}

#[test]
fn constraints_are_refused_in_the_services_words() {
    let sandbox = Sandbox::in_memory(Options::default());
    let refused = |operation: &str, input: Value| {
        let error = call(&sandbox, operation, input).unwrap_err();
        format!("{}: {}", error.code.as_str(), error.message)
    };
    let of_pool = |mut input: Value| {
        input["UserPoolId"] = json!("us-east-1_a");
        input
    };
    let messages = [
        refused("ListUserPools", json!({ "MaxResults": 61 })),
        refused("ListUserPools", json!({})),
        refused("ListResourceServers", of_pool(json!({}))),
        refused("ListGroups", of_pool(json!({ "Limit": -1 }))),
        refused("DescribeUserPool", json!({ "UserPoolId": "customers" })),
        refused("DescribeUserPool", json!({ "UserPoolId": 1 })),
        refused("GetGroup", of_pool(json!({ "GroupName": "" }))),
        refused("DeleteGroup", of_pool(json!({ "GroupName": "g".repeat(129) }))),
        refused("UntagResource", json!({ "ResourceArn": "arn:aws:cognito-idp", "TagKeys": ["a"] })),
        refused("DescribeUserPoolDomain", json!({ "Domain": "login.-example.com" })),
        refused("ListUserPoolClients", of_pool(json!({ "ClientType": "PUBLIC" }))),
        refused("DeleteUserPoolClient", of_pool(json!({ "ClientId": "no such client" }))),
        refused("SetLogDeliveryConfiguration", of_pool(json!({ "LogConfigurations": [{}, {}, {}] }))),
        refused("AddCustomAttributes", of_pool(json!({ "CustomAttributes": [] }))),
        refused(
            "UpdateTerms",
            of_pool(json!({
                "TermsId": "01234567-89ab-4def-8123-456789abcdef",
                "Links": { "klingon": "https://example.com" },
            })),
        ),
        refused("UpdateManagedLoginBranding", json!({})),
        refused("CreateUserPoolClient", of_pool(json!({ "ClientName": "x", "ClientSecret": "hunter2" }))),
        refused(
            "CreateUserPool",
            json!({
                "PoolName": "a/b",
                "Policies": { "PasswordPolicy": { "MinimumLength": 5 }, "SignInPolicy": { "AllowedFirstAuthFactors": [] } },
            }),
        ),
    ];
    assert_snapshot!(messages.join("\n"), @r"
    InvalidParameterException: 1 validation error detected: Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60
    InvalidParameterException: 1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must not be null
    InvalidParameterException: 1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1
    InvalidParameterException: 1 validation error detected: Value '-1' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 0
    InvalidParameterException: 1 validation error detected: Value 'customers' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+
    SerializationException: The value at 'userPoolId' has another type than the member
    InvalidParameterException: 2 validation errors detected: Value '' at 'groupName' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+
    InvalidParameterException: 1 validation error detected: Value 'ggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg' at 'groupName' failed to satisfy constraint: Member must have length less than or equal to 128
    InvalidParameterException: 2 validation errors detected: Value 'arn:aws:cognito-idp' at 'resourceArn' failed to satisfy constraint: Member must have length greater than or equal to 20; Value 'arn:aws:cognito-idp' at 'resourceArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?
    InvalidParameterException: 1 validation error detected: Value 'login.-example.com' at 'domain' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$
    InvalidParameterException: 1 validation error detected: Value 'PUBLIC' at 'clientType' failed to satisfy constraint: Member must satisfy enum value set: [REGULAR, DCR]
    InvalidParameterException: 1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+]+
    InvalidParameterException: 3 validation errors detected: Value '[{},{},{}]' at 'logConfigurations' failed to satisfy constraint: Member must have length less than or equal to 2; Value at 'logConfigurations.eventSource' failed to satisfy constraint: Member must not be null; Value at 'logConfigurations.logLevel' failed to satisfy constraint: Member must not be null
    InvalidParameterException: 1 validation error detected: Value '[]' at 'customAttributes' failed to satisfy constraint: Member must have length greater than or equal to 1
    InvalidParameterException: 1 validation error detected: Value 'klingon' at 'links' failed to satisfy constraint: Map keys must satisfy constraint
    InvalidParameterException: 2 validation errors detected: Value at 'managedLoginBrandingId' failed to satisfy constraint: Member must not be null; Value at 'userPoolId' failed to satisfy constraint: Member must not be null
    InvalidParameterException: 1 validation error detected: Value at 'clientSecret' failed to satisfy constraint: Member must have length greater than or equal to 24
    InvalidParameterException: 3 validation errors detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must have value greater than or equal to 6; Value '[]' at 'policies.signInPolicy.allowedFirstAuthFactors' failed to satisfy constraint: Member must have length greater than or equal to 1; Value 'a/b' at 'poolName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w\s+=,.@-]+
    ");
}

/// The script that makes the model, with the package that it is made of.
fn script(arguments: &[&str], directory: &Path) -> (i32, String) {
    let servers = directory.join("tests/servers");
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/.clients/bin/python");
    let output = Command::new(python)
        .arg(servers.join("model.py"))
        .args(arguments)
        .output()
        .expect("the clients are installed by tests/servers/install");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_model_is_what_the_script_makes_of_the_package() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_eq!(script(&["--check"], root), (0, String::new()));
    // In a copy: what differs is said, with the command that mends it.
    let directory = tempfile::tempdir().unwrap();
    let files = ["tests/servers/model.py", "src/cognito/config-surface.json", "src/sandbox/model.json"];
    for file in files {
        let to = directory.path().join(file);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(root.join(file), to).unwrap();
    }
    let model = directory.path().join(files[2]);
    let text = std::fs::read_to_string(&model).unwrap();
    std::fs::write(&model, text.replace("\"max\": 128", "\"max\": 129")).unwrap();
    let (code, said) = script(&["--check"], directory.path());
    assert_eq!(code, 1);
    assert_snapshot!(said, @"src/sandbox/model.json is not the model of botocore 1.44.5: run tests/servers/.clients/bin/python tests/servers/model.py");
    assert_eq!(script(&[], directory.path()), (0, String::new()));
    assert_eq!(std::fs::read_to_string(&model).unwrap(), text);
}

#[test]
fn the_model_says_where_it_comes_from_and_holds_no_prose() {
    let source = &MODEL["source"];
    let pinned = include_str!("../servers/clients.txt").lines().map(|line| line.split(' ').next().unwrap());
    let wanted = format!("botocore=={}", source["version"].as_str().unwrap());
    assert!(pinned.into_iter().any(|line| line == wanted), "{wanted}");
    assert_eq!(source["licence"], "Apache-2.0");
    let said_of_shapes: BTreeSet<&str> = MODEL["shapes"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|shape| shape.as_object().unwrap().keys().map(String::as_str))
        .collect();
    assert_snapshot!(said_of_shapes.into_iter().collect::<Vec<_>>().join(" "), @"enum key max member members min pattern required sensitive status type value");
}
