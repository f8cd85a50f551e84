//! Secrets of clients: what is live decides, and each step can be the last of a run.

use std::sync::Mutex;

use cognitops::apply::{NewSecret, Outcome, PoolReport, Services, Wait, apply_pool};
use cognitops::cognito::{ApiError, ApiFuture, ErrorCode, WriteCognito, WriteOperation};
use cognitops::plan::{PoolPlan, RefusalRule};
use serde_json::{Value, json};

use crate::world::{World, changes, operations, refusals, wait};

const NONE: [&str; 0] = [];

const ONE: &str = "settings: {}\nclients: { web: { generateSecret: true, secrets: {} } }\n";
const TWO: &str = "settings: {}\nclients: { web: { generateSecret: true, secrets: { count: 2 } } }\n";
const OWN: &str = "settings: {}\nclients: { web: { generateSecret: true, secrets: { count: 2, clientSecret: { env: NEXT } } } }\n";

fn secrets(world: &World) -> Vec<String> {
    let input = json!({"UserPoolId": world.pool_id(), "ClientId": world.client_id("web")});
    let answer = world.read(cognitops::cognito::ReadOperation::ListUserPoolClientSecrets, input);
    let ids = answer["ClientSecrets"].as_array().unwrap().iter();
    ids.map(|secret| secret["ClientSecretId"].as_str().unwrap().to_owned()).collect()
}

fn error(code: ErrorCode) -> ApiError {
    ApiError {
        operation: "AddUserPoolClientSecret",
        code,
        message: "refused by the test".to_owned(),
        request_id: None,
    }
}

/// Executes a plan, with what becomes of new secrets; returns which were handed over too.
fn execute(
    world: &World,
    plan: &PoolPlan,
    write: &dyn WriteCognito,
    kept: &Result<(), String>,
) -> (PoolReport, Vec<String>) {
    let handed = Mutex::new(Vec::new());
    let keep = |secret: &NewSecret<'_>| {
        handed.lock().unwrap().push(format!("{} {}", secret.address, secret.value));
        kept.clone()
    };
    let resolve = |_: &Value| Err("it cannot be read".to_owned());
    let services =
        Services { read: &world.sandbox, write, resolve: &resolve, keep: &keep, wait: Wait::none() };
    let report = wait(apply_pool(plan, &services, &mut |_| {}));
    (report, handed.into_inner().unwrap())
}

#[test]
fn a_rotation_is_two_counts_and_a_consent() {
    let mut world = World::applied(ONE);
    let older = secrets(&world);
    assert_eq!(world.changes(ONE), NONE);
    let plan = world.plan(OWN);
    assert_eq!(operations(&plan), ["AddUserPoolClientSecret"]);
    assert_eq!(changes(&plan)[0], "~ clients.web.secrets.count 1 → 2");
    assert!(plan.steps[0].changes[1].secret);
    world.must_apply(OWN);
    assert_eq!(world.sent("AddUserPoolClientSecret")["ClientSecret"], "NEXT_value_of_24_characters");
    assert_eq!(world.changes(OWN), NONE, "it is done once");
    let both = secrets(&world);
    assert_eq!((both.len(), &both[..1]), (2, older.as_slice()));
    // The older one ends, by consent.
    let again = ONE.replace("secrets: {}", "secrets: { count: 1 }");
    let plan = world.plan(&again);
    let refused = [(RefusalRule::Secret, "customers.clients.web.secrets.count".to_owned())];
    assert_eq!(refusals(&plan), refused);
    assert_eq!(operations(&plan), ["DeleteUserPoolClientSecret"]);
    assert!(plan.refusals[0].help.contains(&format!("--allow-delete-secret={}", older[0])), "{plan:#?}");
    world.context.deleted_secrets.insert(older[0].clone());
    world.must_apply(&again);
    assert_eq!(secrets(&world), both[1..]);
    assert_eq!(world.changes(&again), NONE, "the same command again does nothing");
}

#[test]
fn the_consent_says_which_one_goes() {
    let mut world = World::applied(ONE);
    world.must_apply(OWN);
    let both = secrets(&world);
    world.context.deleted_secrets.insert(both[1].clone());
    world.must_apply(&ONE.replace("secrets: {}", "secrets: { count: 1 }"));
    assert_eq!(secrets(&world), both[..1]);
}

#[test]
fn omitted_one_is_meant_and_policy_can_keep_both() {
    let world = World::applied(ONE);
    world.must_apply(OWN);
    assert_eq!(world.changes(ONE), ["! clients.web.secrets.count 2 → 1"]);
    assert_eq!(world.changes(&format!("{ONE}policy: {{ omitted: keep }}\n")), NONE);
    assert_eq!(world.changes(&format!("{ONE}policy: {{ ignore: [clients.web.secrets] }}\n")), NONE);
    assert_eq!(world.changes(&format!("{ONE}policy: {{ ignore: [clients.web.secrets.count] }}\n")), NONE);
    let from = world.sandbox.calls().len();
    world.plan("clients: { web: { generateSecret: true } }\n");
    assert!(!world.operations_since(from).contains(&"ListUserPoolClientSecrets"), "not written, not read");
}

#[test]
fn a_new_client_can_have_two() {
    let world = World::new();
    let plan = world.plan(TWO);
    assert_eq!(operations(&plan), ["CreateUserPool", "CreateUserPoolClient", "AddUserPoolClientSecret"]);
    world.must_apply(TWO);
    assert_eq!(secrets(&world).len(), 2);
    assert_eq!(world.changes(TWO), NONE);
}

#[test]
fn what_has_no_secret_gets_none() {
    let world = World::applied("settings: {}\nclients: { web: {} }\n");
    let body = "settings: {}\nclients: { web: { secrets: { count: 2 } }, new: { secrets: {} } }\n";
    let state = |key: &str| (RefusalRule::State, format!("customers.clients.{key}.secrets"));
    let plan = world.plan(body);
    assert!(plan.refusals[1].message.contains("has no secret"), "{:?}", plan.refusals);
    assert_eq!(refusals(&plan), [state("new"), state("web")]);
}

#[test]
fn a_client_that_registered_itself_is_refused_and_not_asked() {
    let world = World::applied("settings: {}\nclients: { web: { generateSecret: true } }\n");
    world.tamper(|_, _, clients| clients[0]["ClientType"] = json!("DCR"));
    let from = world.sandbox.calls().len();
    let id = world.client_id("web");
    let plan = world.plan(&format!("clients: {{ web: {{ clientId: {id}, secrets: {{}} }} }}\n"));
    assert!(plan.refusals[0].message.contains("registered itself"), "{plan:#?}");
    assert!(!world.operations_since(from).contains(&"ListUserPoolClientSecrets"));
}

#[test]
fn a_generated_value_is_handed_over_once() {
    let world = World::applied(ONE);
    let (report, handed) = execute(&world, &world.plan(TWO), &world.sandbox, &Ok(()));
    assert!(report.is_complete(), "{report:#?}");
    let [handed] = handed.as_slice() else { panic!("{handed:?}") };
    let (address, value) = handed.split_once(' ').unwrap();
    assert_eq!(address, "customers.clients.web.secrets");
    assert!(world.sandbox.document().to_string().contains(value));
    assert!(!format!("{report:?}").contains(value));
    assert_eq!(report.added_secrets.values().collect::<Vec<_>>(), [&secrets(&world)[1]]);
}

#[test]
fn one_that_cannot_be_handed_over_goes_again() {
    let world = World::applied(ONE);
    let (report, handed) =
        execute(&world, &world.plan(TWO), &world.sandbox, &Err("the disk is full".to_owned()));
    let Outcome::Unresolved(problem) = &report.results[0].outcome else { panic!("{report:#?}") };
    assert_eq!(problem, "the disk is full; the secret was deleted again");
    assert_eq!((handed.len(), secrets(&world).len()), (1, 1));
    assert_eq!(operations(&world.plan(TWO)), ["AddUserPoolClientSecret"], "the next run can try again");
}

/// A writer that loses the answer of an addition after it was done.
struct LosesAnswer<'a>(&'a World, ErrorCode);

impl WriteCognito for LosesAnswer<'_> {
    fn write(&self, operation: WriteOperation, input: Value) -> ApiFuture<'_> {
        let answer = wait(self.0.sandbox.write(operation, input));
        let is_lost = operation == WriteOperation::AddUserPoolClientSecret;
        let answer = if is_lost { Err(error(self.1.clone())) } else { answer };
        Box::pin(std::future::ready(answer))
    }
}

#[test]
fn a_lost_answer_is_looked_for_and_a_lost_value_goes_again() {
    for code in [ErrorCode::NoAnswer, ErrorCode::InternalServer] {
        let world = World::applied(ONE);
        let (report, handed) = execute(&world, &world.plan(TWO), &LosesAnswer(&world, code.clone()), &Ok(()));
        let Outcome::Unresolved(problem) = &report.results[0].outcome else { panic!("{report:#?}") };
        assert!(problem.ends_with("was lost; the secret was deleted again"), "{problem}");
        assert_eq!((handed.len(), secrets(&world).len()), (0, 1));
        // A value of one's own is known.
        let report = world.execute_over(&world.plan(OWN), &LosesAnswer(&world, code));
        assert!(report.is_complete(), "{report:#?}");
        assert_eq!(secrets(&world).len(), 2);
    }
}

#[test]
fn a_refused_addition_leaves_the_older_one_alone() {
    let world = World::applied(ONE);
    let plan = world.plan(OWN);
    world.sandbox.fail_next("AddUserPoolClientSecret", error(ErrorCode::LimitExceeded));
    let report = world.execute(&plan);
    assert!(matches!(report.results[0].outcome, Outcome::Failed { .. }), "{report:#?}");
    assert_eq!(secrets(&world).len(), 1);
    world.must_apply(OWN);
}

#[test]
fn what_changed_since_the_plan_stops_either_step() {
    let mut world = World::applied(ONE);
    let adds = world.plan(OWN);
    world.must_apply(OWN);
    assert!(matches!(world.execute(&adds).results[0].outcome, Outcome::Stale(_)));
    let older = secrets(&world)[0].clone();
    world.context.deleted_secrets.insert(older);
    let ends = world.plan(&ONE.replace("secrets: {}", "secrets: { count: 1 }"));
    assert!(world.execute(&ends).is_complete());
    assert!(matches!(world.execute(&ends).results[0].outcome, Outcome::Stale(_)), "it is gone");
}

#[test]
fn of_two_secrets_it_is_not_known_which_one_a_comparison_would_see() {
    let own = "settings: {}\nclients: { web: { clientSecret: { env: FIRST }, secrets: { count: 2, clientSecret: { env: NEXT } } } }\n";
    let world = World::applied(own);
    let manifest = crate::world::manifest(own);
    let owner = world.context.owner("customers");
    let live = wait(cognitops::read::Reader::new(&world.sandbox).pool(&manifest, &owner)).unwrap().unwrap();
    assert!(live.secrets.paths().is_empty());
    assert_eq!(world.changes(own), NONE);
}
