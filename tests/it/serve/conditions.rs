//! Quotas, faults, slowness and time over HTTP.

use std::io::{BufReader, Write as _};

use insta::assert_snapshot;
use serde_json::json;

use super::{Answer, Served, connect, read_answer, request, send};
use crate::runner::Project;

/// A server under conditions, with the id of its one pool.
fn served(line: &str) -> (Served, String) {
    let served = Served::start(Project::new().path(), line);
    loop {
        let created = served.call("CreateUserPool", &json!({"PoolName": "customers"}));
        if created.status == 200 {
            let id = created.json()["UserPool"]["Id"].as_str().unwrap().to_owned();
            return (served, id);
        }
    }
}

fn clock(served: &Served, body: &str) -> Answer {
    let length = body.len();
    let head = format!("POST /_sandbox/clock HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n");
    send(&served.address, format!("{head}{body}").as_bytes())
}

#[test]
fn who_asks_too_often_is_throttled() {
    let (served, pool) = served("--quotas aws");
    let list = || served.call("ListUserPoolClients", &json!({"UserPoolId": pool, "MaxResults": 60}));
    let answers: Vec<String> = (0..60).map(|_| list().brief()).collect();
    let throttled = "400 TooManyRequestsException: Rate exceeded".to_owned();
    assert!(answers[..5].iter().all(|answer| answer.starts_with("200")), "{answers:?}");
    assert!(answers.contains(&throttled), "{answers:?}");
}

#[test]
fn a_fault_is_an_error_or_no_answer_at_all() {
    let project = Project::new();
    let broken = Served::start(project.path(), "--fault error=1");
    let answer = broken.call("ListUserPools", &json!({"MaxResults": 60}));
    assert_eq!(answer.brief(), "500 InternalErrorException: The sandbox was told to fail.");
    let broken = Served::start(project.path(), "--fault reset=1 --log calls.jsonl");
    for _ in 0..20 {
        let mut stream = connect(&broken.address);
        stream.write_all(request("CreateUserPool", r#"{"PoolName": "customers"}"#).as_bytes()).unwrap();
        assert!(read_answer(&mut BufReader::new(stream)).is_none());
    }
    assert_eq!(broken.stop("TERM").0, 0);
    let log = project.read("calls.jsonl");
    assert_eq!((log.lines().count(), log.matches("\"result\":\"no answer\"").count()), (20, 20), "{log}");
}

#[test]
fn the_clock_can_be_put_forward() {
    let (served, pool) = served("--settle-after 10m");
    let domain = json!({"Domain": "acme-login", "UserPoolId": pool});
    assert_eq!(served.call("CreateUserPoolDomain", &domain).status, 200);
    let status = || {
        let answer = served.call("DescribeUserPoolDomain", &json!({"Domain": "acme-login"})).json();
        answer["DomainDescription"]["Status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(), "CREATING");
    let now = || {
        let answer = send(&served.address, b"GET /_sandbox/clock HTTP/1.1\r\nhost: x\r\n\r\n");
        answer.json()["now"].as_f64().unwrap()
    };
    let before = now();
    let after = clock(&served, r#"{"advanceSeconds": 600}"#).json()["now"].as_f64().unwrap();
    assert!(after - before >= 600.0 && after - before < 700.0, "{before} {after}");
    assert_eq!(status(), "ACTIVE");
    for body in ["", "[]", "{}", r#"{"advanceSeconds": -1}"#, r#"{"advanceSeconds": 1, "x": 1}"#, "{\"adva"] {
        let refused = clock(&served, body).brief();
        assert!(refused.starts_with("400 SerializationException: The body must be"), "{body}: {refused}");
    }
}

#[test]
fn overlapping_changes_of_a_pool_are_refused() {
    let (served, pool) = served("--latency 300ms");
    let body = json!({"UserPoolId": pool}).to_string();
    let answers: Vec<String> = std::thread::scope(|scope| {
        let change = || send(&served.address, request("UpdateUserPool", &body).as_bytes()).brief();
        let all: Vec<_> = (0..3).map(|_| scope.spawn(change)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let words = "400 ConcurrentModificationException: Only one request can be processed at a time for this user pool.";
    let refused = answers.iter().filter(|answer| *answer == words).count();
    assert_eq!(refused, 2, "{answers:?}");
}

#[test]
fn wrong_conditions_are_refused() {
    let lines =
        ["--fault slow=1", "--fault throttle=1,error=1", "--latency 1", "--stale-for 48h", "--quotas ours"];
    let run = |line: &str| Project::new().run(&format!("sandbox serve {line}")).to_string();
    let said = lines.map(run).join("\n\n");
    assert_snapshot!(said, @"
    exit: 64
    --- stderr
    error: invalid value 'slow=1' for '--fault <throttle=SHARE,error=SHARE,reset=SHARE>': `slow` is none of throttle, error and reset

    For more information, try '--help'.

    exit: 64
    --- stderr
    error: invalid value 'throttle=1,error=1' for '--fault <throttle=SHARE,error=SHARE,reset=SHARE>': together they are more than 1

    For more information, try '--help'.

    exit: 64
    --- stderr
    error: invalid value '1' for '--latency <DURATION>': a duration is a number and ms, s, m or h, up to 24h: 50ms, 2m

    For more information, try '--help'.

    exit: 64
    --- stderr
    error: invalid value '48h' for '--stale-for <DURATION>': a duration is a number and ms, s, m or h, up to 24h: 50ms, 2m

    For more information, try '--help'.

    exit: 64
    --- stderr
    error: invalid value 'ours' for '--quotas <WHOSE>'
      [possible values: none, aws]

    For more information, try '--help'.
    ");
}

#[test]
fn a_read_is_stale_for_a_while_and_then_right() {
    let (served, pool) = served("--stale-for 1h");
    let name = |name: &str| json!({"UserPoolId": pool, "ClientName": name});
    assert_eq!(served.call("CreateUserPoolClient", &name("web")).status, 200);
    let count = || {
        let listed = served.call("ListUserPoolClients", &json!({"UserPoolId": pool, "MaxResults": 60}));
        listed.json()["UserPoolClients"].as_array().map(Vec::len)
    };
    let seen: Vec<Option<usize>> = (0..40).map(|_| count()).collect();
    assert!(seen.contains(&Some(1)) && seen.iter().any(|count| *count != Some(1)), "{seen:?}");
    clock(&served, r#"{"advanceSeconds": 3600}"#);
    assert!((0..20).all(|_| count() == Some(1)));
}

#[test]
fn time_that_was_put_forward_stays_so() {
    let project = Project::new();
    let line = "--settle-after 10m --state state.json";
    let served = Served::start(project.path(), line);
    assert_eq!(clock(&served, r#"{"advanceSeconds": 86400}"#).status, 200);
    let pool = served.call("CreateUserPool", &json!({"PoolName": "customers"})).json();
    let domain = json!({"Domain": "acme-login", "UserPoolId": pool["UserPool"]["Id"]});
    assert_eq!(served.call("CreateUserPoolDomain", &domain).status, 200);
    drop(served); // it is killed
    let served = Served::start(project.path(), line);
    assert_eq!(clock(&served, r#"{"advanceSeconds": 600}"#).status, 200);
    let answer = served.call("DescribeUserPoolDomain", &json!({"Domain": "acme-login"})).json();
    assert_eq!(answer["DomainDescription"]["Status"], "ACTIVE");
}
