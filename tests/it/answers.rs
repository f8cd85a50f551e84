//! What the sandbox answers is as the API's model says: members, types, values, and what must be there.

use std::collections::BTreeSet;
use std::sync::Mutex;

use cognitops::cognito::{ApiError, ApiFuture, OtherOperation, ReadOperation, WriteCognito, WriteOperation};
use cognitops::sandbox::{Access, OmittedMode, Options, Sandbox};
use data_encoding::BASE64;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generate::{config, manifests, text};
use crate::model::{MODEL, call, fits_in, is_match, shape};
use crate::runner::Project;
use crate::world::{World, wait};

/// Where answers are not as the model says, and why.
const DEVIATIONS: [(&str, &str); 3] = [
    (
        "UserPool.SchemaAttributes[].Name is \"phone_number_verified\", not as constrained",
        "Cognito's own attribute has a character more than one can have",
    ),
    (
        "DescribeUserPoolDomain.DomainDescription.CustomDomainConfig.CertificateArn is missing",
        "of a prefix domain Cognito answers an empty block too",
    ),
    (
        "ListUserPoolClients.UserPoolClients[].ClientType is unknown",
        "clients that registered themselves are told apart by it",
    ),
];

/// A sandbox whose answers are looked at.
struct Watched<'a> {
    sandbox: &'a Sandbox,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    /// What is not as the model says.
    wrong: BTreeSet<String>,
    /// The members of answers that there were.
    seen: BTreeSet<String>,
    operations: BTreeSet<&'static str>,
}

impl<'a> Watched<'a> {
    fn new(sandbox: &'a Sandbox) -> Self {
        Self { sandbox, found: Mutex::default() }
    }

    /// Reads; what is not there, or not in the pool's tier, is `null`.
    fn read(&self, operation: &'static str, input: Value) -> Value {
        let answer = call(self.sandbox, operation, input);
        self.look_at(operation, &answer);
        match answer {
            Ok(answer) => answer,
            Err(error) => {
                assert!(!error.message.contains("validation error"), "{error:?}");
                Value::Null
            }
        }
    }

    fn look_at(&self, operation: &'static str, answer: &Result<Value, ApiError>) {
        let of_it = &MODEL["operations"][operation];
        let mut found = self.found.lock().unwrap();
        match (answer, of_it["output"].is_string()) {
            (Ok(answer), true) => {
                found.operations.insert(operation);
                found.look_at(shape(&of_it["output"]), answer, operation);
            }
            (Ok(answer), false) => {
                found.operations.insert(operation);
                if *answer != json!({}) {
                    found.wrong.insert(format!("{operation} answers nothing: {answer}"));
                }
            }
            (Err(error), _) => {
                let code = error.code.as_str();
                if !of_it["errors"].as_array().unwrap().contains(&json!(code)) {
                    found.wrong.insert(format!("{operation} has no {code}: {}", error.message));
                }
            }
        }
    }

    /// Reads everything that there is.
    fn read_all(&self) {
        let category = json!({ "LimitClass": "API_CATEGORY", "Attributes": { "Category": "UserCreation" } });
        self.read("GetProvisionedLimit", json!({ "LimitDefinition": category }));
        for pool in items(&self.read("ListUserPools", json!({ "MaxResults": 60 }))["UserPools"]) {
            self.read_pool(&json!({ "UserPoolId": pool["Id"] }));
        }
    }

    fn read_pool(&self, of_pool: &Value) {
        let with = |member: &str, value: &Value| {
            let mut input = of_pool.clone();
            input[member] = value.clone();
            input
        };
        for operation in [
            "DescribeRiskConfiguration",
            "GetLogDeliveryConfiguration",
            "GetSigningCertificate",
            "GetUICustomization",
            "GetUserPoolMfaConfig",
            "GetUserPoolSessionConfiguration",
            "ListUserPoolReplicas",
        ] {
            self.read(operation, of_pool.clone());
        }
        let pool = self.read("DescribeUserPool", of_pool.clone())["UserPool"].take();
        self.read("ListTagsForResource", json!({ "ResourceArn": pool["Arn"] }));
        for domain in [&pool["Domain"], &pool["CustomDomain"]].into_iter().filter(|domain| !domain.is_null())
        {
            self.read("DescribeUserPoolDomain", json!({ "Domain": domain }));
        }
        self.read("DescribeUserPoolDomain", json!({ "Domain": "there-is-none" }));
        for group in items(&self.read("ListGroups", of_pool.clone())["Groups"]) {
            self.read("GetGroup", with("GroupName", &group["GroupName"]));
        }
        for provider in items(&self.read("ListIdentityProviders", of_pool.clone())["Providers"]) {
            let provider =
                self.read("DescribeIdentityProvider", with("ProviderName", &provider["ProviderName"]));
            for name in items(&provider["IdentityProvider"]["IdpIdentifiers"]) {
                self.read("GetIdentityProviderByIdentifier", with("IdpIdentifier", &name));
            }
        }
        for server in
            items(&self.read("ListResourceServers", with("MaxResults", &json!(50)))["ResourceServers"])
        {
            self.read("DescribeResourceServer", with("Identifier", &server["Identifier"]));
        }
        for terms in items(&self.read("ListTerms", of_pool.clone())["Terms"]) {
            self.read("DescribeTerms", with("TermsId", &terms["TermsId"]));
        }
        for client in items(&self.read("ListUserPoolClients", of_pool.clone())["UserPoolClients"]) {
            self.read_client(&with("ClientId", &client["ClientId"]));
        }
    }

    fn read_client(&self, of_client: &Value) {
        for operation in [
            "DescribeRiskConfiguration",
            "DescribeUserPoolClient",
            "GetUICustomization",
            "GetUserPoolClientSessionConfiguration",
            "ListUserPoolClientSecrets",
        ] {
            self.read(operation, of_client.clone());
        }
        for name in ["terms-of-use", "privacy-policy"] {
            let mut input = of_client.clone();
            input["TermsName"] = json!(name);
            self.read("DescribeTermsByClient", input);
        }
        let style = self.read("DescribeManagedLoginBrandingByClient", of_client.clone());
        if let Some(id) = style["ManagedLoginBranding"].get("ManagedLoginBrandingId") {
            let input = json!({ "UserPoolId": of_client["UserPoolId"], "ManagedLoginBrandingId": id });
            self.read("DescribeManagedLoginBranding", input);
        }
    }

    fn wrong(&self) -> Vec<String> {
        let known = DEVIATIONS.map(|(what, _)| what);
        let found = self.found.lock().unwrap();
        let is_known = |wrong: &&String| known.iter().any(|known| wrong.ends_with(known));
        found.wrong.iter().filter(|wrong| !is_known(wrong)).cloned().collect()
    }
}

impl WriteCognito for Watched<'_> {
    fn write(&self, operation: WriteOperation, input: Value) -> ApiFuture<'_> {
        let answer = wait(self.sandbox.write(operation, input));
        self.look_at(operation.name(), &answer);
        Box::pin(std::future::ready(answer))
    }
}

impl Found {
    fn look_at(&mut self, shape: &'static Value, value: &Value, at: &str) {
        let inner = |part: &str| self::shape(&shape[part]);
        let is_right = match (shape["type"].as_str().unwrap(), value) {
            ("structure", Value::Object(members)) => {
                self.members(shape, members, at);
                true
            }
            ("list", Value::Array(items)) => {
                for item in items {
                    self.look_at(inner("member"), item, &format!("{at}[]"));
                }
                true
            }
            ("map", Value::Object(entries)) => {
                for (key, item) in entries {
                    self.look_at(inner("key"), &json!(key), &format!("{at}{{key}}"));
                    self.look_at(inner("value"), item, &format!("{at}{{}}"));
                }
                true
            }
            ("string", Value::String(text)) => {
                let options = shape["enum"].as_array();
                let is_option = options.is_none_or(|options| options.contains(value));
                // The pattern of domains is that of a label.
                let is_domain = shape == self::shape(&json!("DomainType"));
                let has_form = match text.split_once('.').filter(|_| is_domain) {
                    Some(_) => text.split('.').all(|label| is_match(shape, label)),
                    None => is_match(shape, text),
                };
                if !is_option || !fits_in(shape, text) || !has_form {
                    self.wrong.insert(format!("{at} is {}, not as constrained", shortened(value)));
                }
                true
            }
            ("blob", Value::String(text)) => BASE64.decode(text.as_bytes()).is_ok(),
            ("integer", Value::Number(number)) => number.is_i64(),
            ("timestamp", Value::Number(_))
            | ("boolean", Value::Bool(_))
            | ("document", Value::Object(_)) => true,
            _ => false,
        };
        if !is_right {
            self.wrong.insert(format!("{at} is {}, no {}", shortened(value), shape["type"]));
        }
    }

    fn members(&mut self, shape: &'static Value, members: &serde_json::Map<String, Value>, at: &str) {
        for (name, value) in members {
            let inside = format!("{at}.{name}");
            if shape["members"][name].is_string() {
                self.look_at(self::shape(&shape["members"][name]), value, &inside);
                self.seen.insert(inside);
            } else {
                self.wrong.insert(format!("{inside} is unknown"));
            }
        }
        let required = shape["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let missing = required.filter(|name| !members.contains_key(*name));
        self.wrong.extend(missing.map(|name| format!("{at}.{name} is missing")));
    }
}

fn shortened(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}

fn items(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

#[test]
fn what_is_read_of_the_examples_is_as_the_model_says() {
    let (mut seen, mut operations) = (BTreeSet::new(), BTreeSet::new());
    let reference = regex::Regex::new(r"\{ env: (\w+) \}").unwrap();
    for example in [
        "branding",
        "client-secrets",
        "company",
        "hosted-ui",
        "logs",
        "replicas",
        "sessions",
        "terms",
        "threat-protection",
        "ui-customization",
    ] {
        let project = Project::example(example);
        let texts: String =
            project.files().iter().map(|(_, text)| String::from_utf8_lossy(text).into_owned()).collect();
        let names = reference.captures_iter(&texts).map(|found| found.extract::<1>().1[0]);
        let secrets: Vec<(&str, &str)> = names.map(|name| (name, "an_example_of_a_secret_value")).collect();
        let ran = project.run_with("apply -f . --sandbox=state.json --yes --allow-create-pool", "", &secrets);
        assert_eq!(ran.code, 0, "{ran}");
        let sandbox = Sandbox::open(&project.at("state.json"), Access::Read, Options::default()).unwrap();
        let watched = Watched::new(&sandbox);
        watched.read_all();
        assert_eq!(watched.wrong(), Vec::<String>::new(), "{example}");
        let found = watched.found.into_inner().unwrap();
        seen.extend(found.seen);
        operations.extend(found.operations);
    }
    let reads = ReadOperation::ALL.iter().map(|operation| operation.name());
    let all: BTreeSet<&str> =
        reads.chain(OtherOperation::ALL.iter().map(|operation| operation.name())).collect();
    assert_eq!(operations, all);
    assert!(seen.len() > 280, "{} members: {seen:#?}", seen.len());
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_answered_of_any_manifest_is_as_the_model_says(
        manifest in manifests(),
        omitted in prop::sample::select(OmittedMode::ALL.to_vec()),
    ) {
        let world = World::with(Options { omitted, ..Options::default() });
        let watched = Watched::new(&world.sandbox);
        let plan = world.plan(&text(&manifest, 0));
        world.execute_over(&plan, &watched);
        watched.read_all();
        prop_assert_eq!(watched.wrong(), Vec::<String>::new(), "{}", text(&manifest, 0));
    }
}
