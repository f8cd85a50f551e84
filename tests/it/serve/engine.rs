//! cognitops itself as a client of a server where things go wrong: its requests are paced and tried again, and what they
//! cannot do the next apply does.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;

use super::Served;
use crate::runner::{Project, Ran};

/// A pool with so many clients.
fn with_clients(count: usize) -> Project {
    let mut manifest = "apiVersion: cognitops/v1\npool: customers\nsettings: {}\nclients:\n".to_owned();
    for number in 0..count {
        let _ = writeln!(manifest, "  web-{number:02}: {{}}");
    }
    Project::new().file("pool.yaml", &manifest)
}

fn run(project: &Project, served: &Served, line: &str) -> Ran {
    run_with(project, served, &format!("{line} -f pool.yaml"), &[])
}

fn run_with(project: &Project, served: &Served, line: &str, environment: &[(&str, &str)]) -> Ran {
    let mut all = vec![("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];
    all.extend(environment);
    let line = format!("{line} --region us-east-1 --endpoint-url {}", served.url());
    project.run_with(&line, "", &all)
}

/// How often each result was answered, and how many calls of each operation took effect.
fn log(project: &Project) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
    let (mut results, mut done) = (BTreeMap::new(), BTreeMap::new());
    for line in project.read("calls.jsonl").lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let result = line["result"].as_str().unwrap().to_owned();
        if result == "ok" {
            *done.entry(line["operation"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        *results.entry(result).or_default() += 1;
    }
    (results, done)
}

#[test]
fn within_the_quotas_nothing_is_throttled() {
    let project = with_clients(12);
    let served = Served::start(project.path(), "--quotas aws --log calls.jsonl");
    let applied = run(&project, &served, "apply --yes --allow-create-pool");
    assert_eq!(applied.code, 0, "{applied}");
    // What the first command used of the quotas, the second does not know.
    std::thread::sleep(Duration::from_secs(1));
    let planned = run(&project, &served, "plan --detailed-exitcode");
    assert_eq!(planned.code, 0, "{planned}");
    drop(served);
    let (results, done) = log(&project);
    assert_eq!(results.keys().collect::<Vec<_>>(), ["ok"], "{results:?}");
    assert_eq!((done["CreateUserPoolClient"], done["DescribeUserPoolClient"]), (12, 24), "{done:?}");
}

#[test]
fn what_fails_is_tried_again_and_done_once() {
    let project = with_clients(3);
    let line = "--fault throttle=0.08,error=0.08,reset=0.08 --seed 7 --log calls.jsonl --state state.json";
    let served = Served::start(project.path(), line);
    let mut rounds = 0;
    loop {
        let planned = run(&project, &served, "plan --detailed-exitcode");
        if planned.code == 0 {
            break;
        }
        run(&project, &served, "apply --yes --allow-create-pool --wait 1s");
        rounds += 1;
        assert!(rounds < 20, "{planned}");
    }
    drop(served);
    let state: Value = serde_json::from_str(&project.read("state.json")).unwrap();
    let pools: Vec<&Value> = state["pools"].as_object().unwrap().values().collect();
    assert_eq!((pools.len(), pools[0]["clients"].as_object().unwrap().len()), (1, 3));
    let (results, _) = log(&project);
    for expected in ["TooManyRequestsException", "InternalErrorException", "no answer"] {
        assert!(results.contains_key(expected), "{results:?}");
    }
}

#[test]
fn reads_that_are_behind_are_waited_for() {
    // So much that the last look at it takes longer than reads are behind.
    let project = Project::example("company");
    let served = Served::start(project.path(), "--stale-for 2s --seed 2");
    let secrets = [("PARTNER_CLIENT_SECRET", "p"), ("GOOGLE_CLIENT_SECRET", "g")];
    let line = "apply --yes --allow-create-pool --secret-output new.jsonl -f .";
    let applied = run_with(&project, &served, line, &secrets);
    assert_eq!(applied.code, 0, "{applied}");
}
