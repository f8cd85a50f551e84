//! What goes wrong on the way: calls that are throttled, fail or get no answer, a command that is killed, reads that are
//! behind, and changes of others. Applying again must lead where one apply without them leads.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognitops::apply::{Outcome, Services, Wait, apply_pool};
use cognitops::cognito::{
    ApiError, ApiFuture, ErrorCode, FetchFuture, ReadCognito, ReadOperation, WriteCognito, WriteOperation,
};
use cognitops::export::{Options as Export, export};
use cognitops::plan::{RefusalRule, plan_pool};
use cognitops::read::{Reader, describe_pool};
use cognitops::sandbox::{Clock, Conditions, Faults, Options};
use futures_util::future::join;
use proptest::prelude::*;
use serde_json::Value;

use crate::generate::{config, manifests, text};
use crate::promises::without_create_only;
use crate::world::{World, manifest, wait};

/// The sandbox under conditions, with a clock that only waiting puts forward.
fn world(conditions: Conditions) -> World {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let clock = Clock::standing(now);
    let mut world = World::with(Options { conditions, clock, ..Options::default() });
    world.context.all_resets_allowed = true;
    world.context.all_replacements_allowed = true;
    world.patience = Duration::from_mins(2);
    world
}

/// Whether the service allows no way from what is live to a manifest.
fn is_impossible(plan: &cognitops::plan::PoolPlan) -> bool {
    plan.refusals.iter().any(|refusal| refusal.rule == RefusalRule::State)
}

/// Applies until there is nothing left to do. `None` where the service allows no way.
fn converge(world: &World, body: &str) -> Result<Option<usize>, TestCaseError> {
    for round in 0..100 {
        let plan = world.try_plan_over(body, &Again(world)).unwrap();
        if is_impossible(&plan) {
            return Ok(None);
        }
        prop_assert!(plan.refusals.is_empty(), "{body}\n{:?}", plan.refusals);
        if plan.steps.is_empty() {
            return Ok(Some(round));
        }
        world.execute(&plan);
    }
    let plan = world.try_plan_over(body, &Again(world));
    Err(TestCaseError::fail(format!("never done\n{body}\n{plan:#?}")))
}

/// Asks again until there is an answer.
struct Again<'a>(&'a World);

impl ReadCognito for Again<'_> {
    fn read(&self, operation: ReadOperation, input: Value) -> ApiFuture<'_> {
        let passing = |code: &ErrorCode| {
            matches!(code, ErrorCode::NoAnswer | ErrorCode::InternalError | ErrorCode::TooManyRequests)
        };
        let answer = loop {
            match wait(self.0.sandbox.read(operation, input.clone())) {
                Err(error) if passing(&error.code) => {}
                answer => break answer,
            }
        };
        Box::pin(std::future::ready(answer))
    }

    fn fetch<'a>(&'a self, url: &'a str, most: usize) -> FetchFuture<'a> {
        let bytes = std::iter::repeat_with(|| wait(self.0.sandbox.fetch(url, most))).find(Result::is_ok);
        Box::pin(std::future::ready(bytes.unwrap()))
    }
}

/// All that is live, as an export says it, and how many pools and clients there are of each name.
fn live(world: &World) -> (String, Vec<String>) {
    let state = world.sandbox.document();
    let mut names = Vec::new();
    for pool in state["pools"].as_object().unwrap().values() {
        names.push(format!("pool {}", pool["pool"]["Name"]));
        let clients = pool["clients"].as_object().unwrap().values();
        names.extend(clients.map(|client| format!("client {}", client["ClientName"])));
    }
    names.sort();
    let id = state["pools"].as_object().unwrap().keys().next().unwrap().clone();
    let again = Again(world);
    let pool = wait(describe_pool(&again, &id)).unwrap();
    let live = wait(Reader::new(&again).whole(pool, &mut |_, _| {})).unwrap();
    let export = export(&live, Export { full: true, ..Export::default() });
    (cognitops::render::export::one(&export).unwrap().text, names)
}

/// Whether two worlds are the same.
fn same(calm: &World, other: &World, body: &str) -> Result<(), TestCaseError> {
    let ((expected, names), (found, found_names)) = (live(calm), live(other));
    prop_assert_eq!(names, found_names, "{}", body);
    if expected == found {
        return Ok(());
    }
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let missing = expected.iter().filter(|line| !found.contains(line));
    let added = found.iter().filter(|line| !expected.contains(line));
    Err(TestCaseError::fail(format!(
        "{:#?}\n{:#?}\n{body}",
        missing.collect::<Vec<_>>(),
        added.collect::<Vec<_>>()
    )))
}

/// Two manifests of which the second replaces no domain that holds what only the first says: once it is deleted and its
/// successor was not created, nobody knows that any more.
fn successive() -> impl Strategy<Value = (Value, Value)> {
    (manifests(), manifests().prop_map(without_create_only)).prop_map(|(mut first, second)| {
        let domains = first.get_mut("domains").and_then(Value::as_object_mut);
        let replaced = |name: &str| second["domains"].get(name).is_none();
        for (_, domain) in domains.into_iter().flatten().filter(|(name, _)| replaced(name)) {
            let domain = domain.as_object_mut().unwrap();
            domain.retain(|member, _| !["managedLoginVersion", "routing"].contains(&member.as_str()));
            if let Some(custom) = domain.get_mut("customDomainConfig").and_then(Value::as_object_mut) {
                custom.remove("securityPolicy");
            }
        }
        (first, second)
    })
}

/// The connection of a command that is killed: from a write on nothing is called any more, and nothing answered.
struct Killed<'a> {
    world: &'a World,
    /// How many writes are made.
    writes: AtomicUsize,
    /// Whether the one at which it dies is done.
    after: bool,
    is_dead: AtomicBool,
}

impl Killed<'_> {
    fn silence<'a>(operation: &'static str) -> ApiFuture<'a> {
        let message = "the command was killed".to_owned();
        let error = ApiError { operation, code: ErrorCode::NoAnswer, message, request_id: None };
        Box::pin(std::future::ready(Err(error)))
    }
}

impl ReadCognito for Killed<'_> {
    fn read(&self, operation: ReadOperation, input: Value) -> ApiFuture<'_> {
        if self.is_dead.load(Ordering::SeqCst) {
            return Self::silence(operation.name());
        }
        self.world.sandbox.read(operation, input)
    }

    fn fetch<'a>(&'a self, url: &'a str, most: usize) -> FetchFuture<'a> {
        self.world.sandbox.fetch(url, most)
    }
}

impl WriteCognito for Killed<'_> {
    fn write(&self, operation: WriteOperation, input: Value) -> ApiFuture<'_> {
        if self.is_dead.load(Ordering::SeqCst) {
            return Self::silence(operation.name());
        }
        if self.writes.load(Ordering::SeqCst) == 0 {
            self.is_dead.store(true, Ordering::SeqCst);
            if self.after {
                drop(wait(self.world.sandbox.write(operation, input)));
            }
            return Self::silence(operation.name());
        }
        self.writes.fetch_sub(1, Ordering::SeqCst);
        self.world.sandbox.write(operation, input)
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_failed_is_done_by_applying_again(
        (first, second) in successive(),
        seed in any::<u64>(),
    ) {
        let calm = world(Conditions::default());
        let faults = Faults { throttle: 0.05, error: 0.05, reset: 0.1 };
        let stormy = world(Conditions { faults, seed, ..Conditions::default() });
        for manifest in [&first, &second] {
            let body = text(manifest, 0);
            let ways = [converge(&calm, &body)?, converge(&stormy, &body)?];
            prop_assert_eq!(ways[0].is_some(), ways[1].is_some(), "{}", body);
            if ways[0].is_none() {
                return Ok(());
            }
            same(&calm, &stormy, &body)?;
        }
    }

    #[test]
    fn a_command_that_was_killed_is_finished_by_the_next(
        (first, second) in successive(),
        at in 0..20_usize,
        after in any::<bool>(),
        creates in any::<bool>(),
    ) {
        let (calm, world) = (world(Conditions::default()), world(Conditions::default()));
        if !creates && (converge(&calm, &text(&first, 0))?.is_none() || converge(&world, &text(&first, 0))?.is_none()) {
            return Ok(());
        }
        let body = text(if creates { &first } else { &second }, 0);
        let plan = world.plan(&body);
        if is_impossible(&plan) {
            return Ok(());
        }
        let connection = Killed { world: &world, writes: AtomicUsize::new(at), after, is_dead: AtomicBool::new(false) };
        world.execute_through(&plan, &connection, &connection);
        let ways = [converge(&calm, &body)?, converge(&world, &body)?];
        prop_assert!(ways[0].is_some() == ways[1].is_some(), "{ways:?}");
        if ways[0].is_some() {
            same(&calm, &world, &format!("{}\n{body}", text(&first, 0)))?;
        }
    }

    #[test]
    fn reads_that_are_behind_do_no_harm(
        (first, second) in successive(),
        settling in prop::sample::select(vec![0, 30]),
        seed in any::<u64>(),
    ) {
        let calm = world(Conditions::default());
        let (stale, settling) = (Duration::from_secs(2), Duration::from_secs(settling));
        let slow = world(Conditions { stale, settling, seed, ..Conditions::default() });
        for manifest in [&first, &second] {
            let body = text(manifest, 0);
            if converge(&calm, &body)?.is_none() {
                return Ok(());
            }
            slow.sandbox.clock().advance(Duration::from_mins(1));
            let plan = slow.plan(&body);
            let report = slow.execute(&plan);
            let undone: Vec<_> = report.results.iter().filter(|result| result.outcome != Outcome::Done).collect();
            prop_assert!(report.is_complete(), "{}\n{:#?}\n{:?}", body, undone, report.mismatches);
            slow.sandbox.clock().advance(Duration::from_mins(1));
            same(&calm, &slow, &body)?;
        }
    }
}

/// Counts the changes that are refused because another one is under way.
struct Counted<'a>(&'a World, AtomicUsize);

impl WriteCognito for Counted<'_> {
    fn write(&self, operation: WriteOperation, input: Value) -> ApiFuture<'_> {
        Box::pin(async move {
            let answer = self.0.sandbox.write(operation, input).await;
            let is_refused =
                answer.as_ref().is_err_and(|error| error.code == ErrorCode::ConcurrentModification);
            self.1.fetch_add(usize::from(is_refused), Ordering::SeqCst);
            answer
        })
    }
}

/// Plans and applies; a second of waiting is a hundredth of one.
async fn apply(world: &World, body: &str, write: &dyn WriteCognito) {
    let manifest = manifest(body);
    let owner = world.context.owner(&manifest.key);
    let live = Reader::new(&world.sandbox).pool(&manifest, &owner).await.unwrap();
    let plan = plan_pool(&manifest, live.as_ref(), &world.context);
    assert_eq!(plan.refusals, []);
    let sleep =
        |time| -> Pin<Box<dyn Future<Output = ()> + Send>> { Box::pin(tokio::time::sleep(time / 100)) };
    let services = Services {
        read: &world.sandbox,
        write,
        resolve: &|_| Err("there are no secrets".to_owned()),
        keep: &|_| Err("there are no secrets".to_owned()),
        wait: Wait { limit: Duration::from_mins(2), brief: Duration::from_mins(2), sleep: &sleep },
    };
    let report = apply_pool(&plan, &services, &mut |_| {}).await;
    assert!(report.is_complete(), "{:#?}\n{:#?}", report.results, report.mismatches);
}

#[test]
fn two_applies_of_one_pool_wait_for_each_other() {
    let conditions = Conditions { latency: Duration::from_millis(2), ..Conditions::default() };
    let world = World::with(Options { conditions, ..Options::default() });
    let counted = Counted(&world, AtomicUsize::new(0));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let provider = "providerType: SAML, providerDetails: {MetadataURL: https://a.example}";
    let both = format!(
        "settings: {{}}\nclients: {{web: {{}}, api: {{}}, old: {{}}}}\nidentityProviders: {{corp: {{{provider}}}}}\n"
    );
    runtime.block_on(apply(&world, &both, &counted));
    assert_eq!(counted.1.load(Ordering::SeqCst), 0);

    // Both change the client `api`: who comes second builds on what the first one wrote.
    let one = "policy: {omitted: keep}\nsettings: {policies: {passwordPolicy: {minimumLength: 12}}, mfaConfiguration: OPTIONAL, \
               softwareTokenMfaConfiguration: {enabled: true}}\ndomains: {acme-login: {}}\n\
               clients: {web: {authSessionValidity: 5}, api: {authSessionValidity: 9}}";
    let other = format!(
        "clients: {{api: {{accessTokenValidity: 30m}}}}\nidentityProviders: {{corp: {{{provider}, \
         attributeMapping: {{email: mail}}}}}}\npolicy: {{omitted: keep, delete: [clients.old]}}"
    );
    runtime.block_on(join(apply(&world, one, &counted), apply(&world, &other, &counted)));
    assert!(counted.1.load(Ordering::SeqCst) > 0, "nothing overlapped");
    for body in [one, other.as_str()] {
        let before = counted.0.sandbox.calls().len();
        runtime.block_on(apply(&world, body, &counted));
        let calls = world.operations_since(before);
        assert!(
            calls.iter().all(|name| ReadOperation::ALL.iter().any(|read| read.name() == *name)),
            "{calls:?}"
        );
    }
}

/// A connection on which reads stay what they were, and of whose changes the first is refused after it was made.
struct Frozen<'a> {
    world: &'a World,
    answers: Mutex<BTreeMap<&'static str, Value>>,
    refuses: AtomicBool,
}

impl<'a> Frozen<'a> {
    fn new(world: &'a World, refuses: bool) -> Self {
        Self { world, answers: Mutex::default(), refuses: AtomicBool::new(refuses) }
    }
}

impl ReadCognito for Frozen<'_> {
    fn read(&self, operation: ReadOperation, input: Value) -> ApiFuture<'_> {
        let mut answers = self.answers.lock().unwrap();
        let fresh = || wait(self.world.sandbox.read(operation, input)).unwrap();
        let answer = answers.entry(operation.name()).or_insert_with(fresh).clone();
        Box::pin(std::future::ready(Ok(answer)))
    }
}

impl WriteCognito for Frozen<'_> {
    fn write(&self, operation: WriteOperation, input: Value) -> ApiFuture<'_> {
        let answer = self.world.sandbox.write(operation, input);
        if self.refuses.swap(false, Ordering::SeqCst) {
            wait(answer).unwrap();
            let (code, message) = (ErrorCode::ConcurrentModification, "One at a time.".to_owned());
            let error = ApiError { operation: operation.name(), code, message, request_id: None };
            return Box::pin(std::future::ready(Err(error)));
        }
        answer
    }
}

#[test]
fn an_update_does_not_undo_the_one_before_it_whatever_is_read() {
    let sms = |role: &str| {
        format!("smsConfiguration: {{snsCallerArn: 'arn:aws:iam::123456789012:role/{role}', externalId: x}}")
    };
    let world = world(Conditions::default());
    world.must_apply(&format!("settings: {{{}}}", sms("old")));
    let both = format!("settings: {{{}, mfaConfiguration: OPTIONAL, smsMfaConfiguration: {{}}}}", sms("new"));
    let plan = world.plan(&both);
    assert_eq!(crate::world::operations(&plan), ["UpdateUserPool", "SetUserPoolMfaConfig"]);
    let connection = Frozen::new(&world, false);
    let report = world.execute_through(&plan, &connection, &connection);
    assert!(report.results.iter().all(|result| result.outcome == Outcome::Done), "{:#?}", report.results);
    assert!(!report.mismatches.is_empty(), "what it reads in the end is old");
    assert_eq!(world.pool()["SmsConfiguration"]["SnsCallerArn"], "arn:aws:iam::123456789012:role/new");
    assert_eq!(world.changes(&both), [""; 0]);
}

#[test]
fn a_change_whose_own_first_try_was_in_its_way_is_no_change_of_others() {
    let before = "settings: {}\nclients: {web: {}}\ngroups: {old: {}}";
    for after in ["clients: {web: {authSessionValidity: 5}}", "policy: {delete: [clients.web]}"] {
        let world = world(Conditions::default());
        world.must_apply(before);
        let plan = world.plan(after);
        let refusing = Frozen::new(&world, true);
        let report = world.execute_over(&plan, &refusing);
        assert!(report.is_complete(), "{:#?}\n{:#?}", report.results, report.mismatches);
        assert_eq!(world.changes(after), [""; 0]);
    }
}
