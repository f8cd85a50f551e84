//! An account in memory, to plan and apply manifests against without the command line.

use std::pin::Pin;
use std::time::Duration;

use cognitops::apply::{
    AccountReport, NewSecret, Outcome, PoolReport, Services, Wait, apply_account, apply_pool,
};
use cognitops::cognito::{ApiError, ApiFuture, ReadCognito, ReadOperation, WriteCognito, WriteOperation};
use cognitops::diagnostic::{self, Finding, Severity};
use cognitops::diff::{Change, ChangeKind};
use cognitops::export::update::{Planned, Update, UpdateReport};
use cognitops::manifest::files::read_content;
use cognitops::manifest::limits::DeclaredLimit;
use cognitops::manifest::load::{self, PoolManifest};
use cognitops::plan::{AccountPlan, Context, PoolPlan, RefusalRule, plan_limits, plan_pool};
use cognitops::read::{ReadError, Reader, provisioned_limits};
use cognitops::sandbox::{Options, Sandbox};
use cognitops::source::{Source, Span};
use cognitops::validate;
use serde_json::{Value, json};

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) context: Context,
    /// How long apply waits for one thing; each pause puts the sandbox's clock forward.
    pub(crate) patience: Duration,
}

/// The findings about a manifest, errors and warnings.
pub(crate) fn findings(manifest: &str) -> Vec<Finding> {
    let (manifests, mut findings) = load::load(&[Source::new("pool.yaml", manifest)]);
    findings.extend(manifests.iter().flat_map(validate::validate));
    diagnostic::sort(&mut findings);
    findings
}

/// The messages of the errors in a manifest.
pub(crate) fn errors(manifest: &str) -> Vec<String> {
    let errors = findings(manifest).into_iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.message).collect()
}

/// A valid manifest: `apiVersion` and `pool: customers` come by themselves.
pub(crate) fn manifest(body: &str) -> PoolManifest {
    let text = if body.contains("apiVersion") {
        body.to_owned()
    } else {
        format!("apiVersion: cognitops/v1\npool: customers\n{body}")
    };
    assert_eq!(errors(&text), Vec::<String>::new(), "{text}");
    let (mut manifests, _) = load::load(&[Source::new("pool.yaml", text)]);
    manifests.remove(0)
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Self {
        let context = Context { owner_prefix: "shop/test".to_owned(), complete: true, ..Context::default() };
        Self { sandbox: Sandbox::in_memory(options), context, patience: Duration::ZERO }
    }

    /// A world in which a manifest was applied, and applied wholly.
    pub(crate) fn applied(body: &str) -> Self {
        let world = Self::new();
        world.must_apply(body);
        world
    }

    pub(crate) fn try_plan(&self, body: &str) -> Result<PoolPlan, ReadError> {
        self.try_plan_over(body, &self.sandbox)
    }

    /// Plans over another reader.
    pub(crate) fn try_plan_over(&self, body: &str, read: &dyn ReadCognito) -> Result<PoolPlan, ReadError> {
        let manifest = manifest(body);
        let mut reader = Reader::new(read);
        let live = wait(reader.pool(&manifest, &self.context.owner(&manifest.key)))?;
        let context = Context { taken_domains: reader.taken_domains, ..self.context.clone() };
        Ok(plan_pool(&manifest, live.as_ref(), &context))
    }

    pub(crate) fn plan(&self, body: &str) -> PoolPlan {
        self.try_plan(body).unwrap()
    }

    pub(crate) fn execute(&self, plan: &PoolPlan) -> PoolReport {
        self.execute_over(plan, &self.sandbox)
    }

    /// What the account needs to have these limits.
    pub(crate) fn account_plan(&self, limits: &[(&str, i64)]) -> AccountPlan {
        let source = Source::new("cognitops.yaml", "provisionedLimits");
        let declared: Vec<DeclaredLimit> = limits
            .iter()
            .map(|(category, value)| DeclaredLimit {
                category: (*category).to_owned(),
                value: *value,
                place: Span::new(&source, 0..1),
            })
            .collect();
        let read = wait(provisioned_limits(&self.sandbox, &declared.iter().collect::<Vec<_>>()));
        let live = read.into_iter().map(|(declared, live)| (declared, live.unwrap()));
        plan_limits(live, self.sandbox.region())
    }

    /// Executes the account's plan over a writer.
    pub(crate) fn execute_account(&self, plan: &AccountPlan, write: &dyn WriteCognito) -> AccountReport {
        self.with_services(&self.sandbox, write, |services| wait(apply_account(plan, services, &mut |_| {})))
    }

    /// Executes a plan over another writer.
    pub(crate) fn execute_over(&self, plan: &PoolPlan, write: &dyn WriteCognito) -> PoolReport {
        self.execute_through(plan, &self.sandbox, write)
    }

    /// Executes a plan over another reader and writer.
    pub(crate) fn execute_through(
        &self,
        plan: &PoolPlan,
        read: &dyn ReadCognito,
        write: &dyn WriteCognito,
    ) -> PoolReport {
        self.with_services(read, write, |services| wait(apply_pool(plan, services, &mut |_| {})))
    }

    fn with_services<T>(
        &self,
        read: &dyn ReadCognito,
        write: &dyn WriteCognito,
        run: impl FnOnce(&Services<'_>) -> T,
    ) -> T {
        let resolve = |reference: &Value| match reference["env"].as_str() {
            Some(name) => Ok(format!("{name}_value_of_24_characters")),
            None => Err("it cannot be read".to_owned()),
        };
        let keep = |_: &NewSecret<'_>| Ok(());
        let sleep = |time| -> Pin<Box<dyn Future<Output = ()> + Send>> {
            self.sandbox.clock().advance(time);
            Box::pin(std::future::ready(()))
        };
        let wait = Wait { limit: self.patience, brief: self.patience, sleep: &sleep };
        run(&Services { read, write, resolve: &resolve, keep: &keep, wait })
    }

    /// Plans and applies; refusals and failures are a test's failure.
    pub(crate) fn must_apply(&self, body: &str) -> PoolReport {
        let plan = self.plan(body);
        assert_eq!(plan.refusals, [], "{body}");
        let report = self.execute(&plan);
        let undone: Vec<_> = report.results.iter().filter(|result| result.outcome != Outcome::Done).collect();
        assert!(report.is_complete(), "{body}\n{undone:#?}\n{:#?}", report.mismatches);
        report
    }

    /// The changes that a manifest would make: `address path kind before → after`.
    pub(crate) fn changes(&self, body: &str) -> Vec<String> {
        changes(&self.plan(body))
    }

    /// The rules by which a manifest is refused, with the addresses.
    pub(crate) fn refusals(&self, body: &str) -> Vec<(RefusalRule, String)> {
        refusals(&self.plan(body))
    }

    pub(crate) fn read(&self, operation: ReadOperation, input: Value) -> Value {
        wait(self.sandbox.read(operation, input)).unwrap()
    }

    pub(crate) fn write(&self, operation: WriteOperation, input: Value) -> Result<Value, ApiError> {
        wait(self.sandbox.write(operation, input))
    }

    pub(crate) fn pool_id(&self) -> String {
        let pools = self.sandbox.document()["pools"].as_object().cloned().unwrap();
        assert_eq!(pools.len(), 1);
        pools.keys().next().unwrap().clone()
    }

    pub(crate) fn pool(&self) -> Value {
        let input = json!({"UserPoolId": self.pool_id()});
        self.read(ReadOperation::DescribeUserPool, input)["UserPool"].clone()
    }

    pub(crate) fn mfa(&self) -> Value {
        self.read(ReadOperation::GetUserPoolMfaConfig, json!({"UserPoolId": self.pool_id()}))
    }

    pub(crate) fn client_id(&self, name: &str) -> String {
        let clients = self.sandbox.document()["pools"][self.pool_id()]["clients"].clone();
        let clients = clients.as_object().unwrap();
        clients.iter().find(|(_, client)| client["ClientName"] == name).map(|(id, _)| id.clone()).unwrap()
    }

    pub(crate) fn client(&self, name: &str) -> Value {
        let input = json!({"UserPoolId": self.pool_id(), "ClientId": self.client_id(name)});
        self.read(ReadOperation::DescribeUserPoolClient, input)["UserPoolClient"].clone()
    }

    /// Changes a document behind the sandbox's rules, as an operation could that the sandbox does not know.
    pub(crate) fn tamper(&self, change: impl FnOnce(&mut Value, &mut Value, &mut Vec<Value>)) {
        let id = self.pool_id();
        let mut state = self.sandbox.document()["pools"][&id].take();
        let mut clients: Vec<Value> = state["clients"].as_object().unwrap().values().cloned().collect();
        let (mut pool, mut mfa) = (state["pool"].take(), state["mfa"].take());
        change(&mut pool, &mut mfa, &mut clients);
        self.sandbox.insert_pool(pool, mfa, clients);
    }

    /// What an export writes of the pool, and what planning that would change.
    pub(crate) fn exported(&self, options: cognitops::export::Options) -> (String, Vec<String>) {
        let reader = Reader::new(&self.sandbox);
        let live = wait(reader.whole(self.pool(), &mut |_, _| {})).unwrap();
        let export = cognitops::export::export(&live, options);
        let text = cognitops::render::export::one(&export).unwrap().text;
        let differences = cognitops::export::differences(&[Source::new("export.yaml", text.clone())], &live);
        (text, differences)
    }

    /// A manifest's text once it was made to say what is live, and what there is to say of it.
    pub(crate) fn updated(&self, text: &str, undeclared: bool) -> Result<(String, UpdateReport), String> {
        let declared = manifest(text);
        let owner = self.context.owner(&declared.key);
        let mut reader = Reader::new(&self.sandbox);
        let mut live = wait(reader.pool(&declared, &owner)).unwrap().unwrap();
        if undeclared {
            wait(reader.undeclared(&mut live, &mut |_, _| {})).unwrap();
        }
        let context = Context { taken_domains: reader.taken_domains, ..self.context.clone() };
        let mut update = Update::of(vec![Source::new("pool.yaml", text)]);
        let done = update.run(undeclared, &read_content, &mut |documents, content| {
            let (mut manifests, mut findings) = load::load_alone(documents, content);
            findings.extend(manifests.iter().flat_map(validate::validate));
            findings.retain(|finding| finding.severity == Severity::Error);
            let manifest = manifests.remove(0);
            let plan = plan_pool(&manifest, Some(&live), &context);
            match findings.first() {
                None => Ok(vec![Planned { manifest, live: &live, plan }]),
                Some(finding) => Err(finding.message.clone()),
            }
        });
        let after = update.sources[0].text.clone();
        done.map_err(|message| format!("{message}\n{text}\n{after}"))?;
        Ok((after, update.report))
    }

    /// The last input of an operation.
    pub(crate) fn sent(&self, operation: &str) -> Value {
        let calls = self.sandbox.calls();
        calls.into_iter().rev().find(|(name, _)| *name == operation).map(|(_, input)| input).unwrap()
    }

    /// The operations that were called from a point on.
    pub(crate) fn operations_since(&self, from: usize) -> Vec<&'static str> {
        self.sandbox.calls().into_iter().skip(from).map(|(name, _)| name).collect()
    }
}

/// A writer between apply and the sandbox that changes requests on their way, and the pool after them.
pub(crate) struct Meddler<'a> {
    pub(crate) world: &'a World,
    pub(crate) request: fn(&mut Value),
    pub(crate) afterwards: fn(&World),
}

impl WriteCognito for Meddler<'_> {
    fn write(&self, operation: WriteOperation, mut input: Value) -> ApiFuture<'_> {
        (self.request)(&mut input);
        let answer = wait(self.world.sandbox.write(operation, input));
        (self.afterwards)(self.world);
        Box::pin(std::future::ready(answer))
    }
}

/// Takes the result of a future that is ready.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(result) => result,
        std::task::Poll::Pending => panic!("the sandbox answers at once"),
    }
}

pub(crate) fn refusals(plan: &PoolPlan) -> Vec<(RefusalRule, String)> {
    plan.refusals.iter().map(|refusal| (refusal.rule, refusal.address.to_string())).collect()
}

pub(crate) fn changes(plan: &PoolPlan) -> Vec<String> {
    let all = plan.steps.iter().filter(|step| !step.intermediate);
    all.flat_map(|step| step.changes.iter().map(|change| show(&step.address.to_string(), change))).collect()
}

fn show(address: &str, change: &Change) -> String {
    let sign = match change.kind {
        ChangeKind::Add => '+',
        ChangeKind::Modify => '~',
        ChangeKind::Remove => '-',
        ChangeKind::Reset => '!',
    };
    let value = |value: &Option<Value>| value.as_ref().map_or_else(|| "absent".to_owned(), Value::to_string);
    let address = address.split_once('.').map_or(address, |(_, within)| within);
    format!("{sign} {address}.{} {} → {}", change.path, value(&change.before), value(&change.after))
}

pub(crate) fn operations(plan: &PoolPlan) -> Vec<&'static str> {
    plan.steps.iter().map(|step| step.action.operation()).collect()
}

pub(crate) fn unmanaged(plan: &PoolPlan) -> Vec<String> {
    plan.unmanaged.iter().map(|unmanaged| unmanaged.address.to_string()).collect()
}
