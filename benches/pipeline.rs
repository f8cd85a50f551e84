//! How long it takes from a text to findings, and from live state to a plan, by number of app clients.
//!
//! The sandbox answers at once, so `plan` is what cognitops itself needs: against AWS its quotas decide.

#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::ops::Range;
use std::sync::Arc;

use cognitops::apply::{Services, Wait, apply_pool};
use cognitops::manifest::files::read_content;
use cognitops::manifest::load::{self, Documents, PoolManifest, Setting, load_environment};
use cognitops::plan::{Context, PoolPlan, plan_pool};
use cognitops::read::Reader;
use cognitops::render;
use cognitops::sandbox::{Options, Sandbox};
use cognitops::source::{Source, parse_documents};
use cognitops::validate;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const SIZES: [usize; 3] = [100, 1_000, 10_000];

/// The most clients that the sandbox, as AWS, gives a pool.
const QUOTA: usize = 1_000;

/// A manifest as people write them: a pool with clients of a dozen lines each.
fn text(clients: Range<usize>) -> Arc<Source> {
    let mut text = "apiVersion: cognitops/v1\npool: customers\nsettings:\n  policies: { passwordPolicy: { minimumLength: 12 } }\nclients:\n".to_owned();
    for number in clients {
        let _ = write!(
            text,
            "  app-{number}:
    callbackURLs:
      - https://app-{number}.example.com/callback
      - http://localhost:3000/callback
    logoutURLs: [https://app-{number}.example.com/]
    supportedIdentityProviders: [COGNITO]
    allowedOAuthFlowsUserPoolClient: true
    allowedOAuthFlows: [code]
    allowedOAuthScopes: [openid, email, profile]
    explicitAuthFlows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
    preventUserExistenceErrors: ENABLED
    accessTokenValidity: 15m
    refreshTokenValidity: 7d
"
        );
    }
    Source::new("pool.yaml", text)
}

fn manifest(source: &Arc<Source>) -> PoolManifest {
    let (mut manifests, findings) = load::load(std::slice::from_ref(source));
    assert!(findings.is_empty());
    manifests.remove(0)
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn plan(manifest: &PoolManifest, sandbox: &Sandbox) -> PoolPlan {
    let context = Context { owner_prefix: "bench/bench".to_owned(), complete: true, ..Context::default() };
    let live = wait(Reader::new(sandbox).pool(manifest, "bench/bench/customers")).unwrap();
    plan_pool(manifest, live.as_ref(), &context)
}

/// A sandbox in which a manifest was applied.
fn applied(manifest: &PoolManifest, seed: u64) -> Sandbox {
    let sandbox = Sandbox::in_memory(Options::default()).seeded(seed);
    let services = Services {
        read: &sandbox,
        write: &sandbox,
        resolve: &|_| Err(String::new()),
        keep: &|_| Ok(()),
        wait: Wait::none(),
    };
    let report = wait(apply_pool(&plan(manifest, &sandbox), &services, &mut |_| {}));
    assert!(report.is_complete());
    sandbox
}

/// A sandbox with a pool of so many clients. As many as a pool is given by default are applied at a time, and put together.
fn account(clients: usize) -> Sandbox {
    let mut parts = (0..clients).step_by(QUOTA).map(|from| {
        let part = manifest(&text(from..clients.min(from + QUOTA)));
        applied(&part, from as u64)
    });
    let sandbox = parts.next().unwrap();
    let content = |sandbox: &Sandbox| {
        let mut pools = sandbox.document()["pools"].take();
        let pool = pools.as_object_mut().unwrap().values_mut().next().unwrap();
        let clients = pool["clients"].as_object().unwrap().values().cloned();
        let clients: Vec<_> = clients.collect();
        (pool["pool"].take(), pool["mfa"].take(), clients)
    };
    let (pool, mfa, mut all) = content(&sandbox);
    all.extend(parts.flat_map(|part| content(&part).2));
    sandbox.insert_pool(pool, mfa, all);
    sandbox
}

fn bench(c: &mut Criterion) {
    for clients in SIZES {
        let source = text(0..clients);
        let valid = manifest(&source);
        let sandbox = account(clients);
        let mut group = c.benchmark_group("clients");
        group.sample_size(if clients > 1_000 { 10 } else { 30 });
        group.throughput(Throughput::Elements(clients as u64));
        group.bench_function(BenchmarkId::new("validate", clients), |b| {
            b.iter(|| {
                let manifest = manifest(black_box(&source));
                assert!(validate::validate(&manifest).is_empty());
            });
        });
        group.bench_function(BenchmarkId::new("plan", clients), |b| {
            b.iter(|| assert!(plan(black_box(&valid), &sandbox).steps.is_empty()));
        });
        group.bench_function(BenchmarkId::new("plan and render a new pool", clients), |b| {
            let empty = Sandbox::in_memory(Options::default());
            b.iter(|| {
                let plan = cognitops::plan::Plan::of(vec![plan(black_box(&valid), &empty)]);
                black_box(render::human::plan(&plan))
            });
        });
        if clients <= QUOTA {
            group.bench_function(BenchmarkId::new("apply", clients), |b| {
                b.iter(|| applied(black_box(&valid), 0));
            });
        }
        group.finish();
    }
}

/// As many files as there are clients, and a layer's file for every second one.
fn files(clients: usize) -> (Vec<Arc<Source>>, [Vec<String>; 2]) {
    let mut sources = Vec::new();
    let mut layers = [Vec::new(), Vec::new()];
    for number in 0..clients {
        let head = format!("apiVersion: cognitops/v1\npool: pool-{}\nclients:\n", number / 100);
        let base = format!(
            "{head}  app-{number}:
    callbackURLs: [\"https://app-{number}.${{values.hosts}}.${{values.host}}/callback\", http://localhost:3000/callback]
    logoutURLs: [\"https://app-{number}.${{values.host}}/\"]
    supportedIdentityProviders: [COGNITO]
    allowedOAuthFlowsUserPoolClient: true
    allowedOAuthFlows: [code]
    allowedOAuthScopes: [openid, email, profile]
    preventUserExistenceErrors: ENABLED
"
        );
        let layer = format!("{head}  app-{number}: {{ refreshTokenValidity: 7d }}\n");
        for (index, text) in [base, layer].into_iter().enumerate().take(2 - number % 2) {
            let name = format!("{index}/app-{number}.yaml");
            layers[index].push(name.clone());
            sources.push(Source::new(name, text));
        }
    }
    (sources, layers)
}

fn environment(c: &mut Criterion) {
    let values = Source::new("values", "{ host: example.com, hosts: [a, b, c] }");
    let values = parse_documents(&[values]).remove(0).unwrap();
    let mut group = c.benchmark_group("files with layers");
    for clients in SIZES {
        let (sources, layers) = files(clients);
        let setting = Setting {
            environment: "dev",
            layers: &layers,
            whole: true,
            only: None,
            values: Some(&values),
            variable: &|_| None,
            content: &read_content,
            shared: &BTreeMap::new(),
        };
        group.sample_size(if clients > 1_000 { 10 } else { 30 });
        group.throughput(Throughput::Elements(clients as u64));
        group.bench_function(BenchmarkId::new("load and render", clients), |b| {
            b.iter(|| {
                let documents = Documents::read(black_box(&sources));
                let (manifests, findings) = load_environment(&documents, &setting);
                assert!(findings.is_empty());
                let texts = manifests.iter().map(|manifest| render::manifest::yaml(manifest, false).unwrap());
                texts.map(|text| text.len()).sum::<usize>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, bench, environment);
criterion_main!(benches);
