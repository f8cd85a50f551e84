//! One script of requests against the sandbox and the servers that others wrote, and what Cognito does beside it.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;
use serde_json::Value;

use super::Other;

/// What a server does: each behaviour, what is documented of it, and the server's own.
fn compare(url: &str) -> Vec<[String; 3]> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/compare.py");
    let output =
        Command::new("python3").arg(script).arg(url).env_clear().env("PATH", "/usr/bin:/bin").output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let row = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        ["behaviour", "documented", "answer"].map(|member| row[member].as_str().unwrap().to_owned())
    };
    lines.lines().map(row).collect()
}

#[test]
fn the_sandbox_is_as_documented_where_others_are_not() {
    let sandbox = crate::serve::started();
    let [ours, moto, ministack] = std::thread::scope(|scope| {
        let other = |name: &'static str| move || compare(&Other::start(name).url());
        let all = [
            scope.spawn(|| compare(&sandbox.url())),
            scope.spawn(other("moto")),
            scope.spawn(other("ministack")),
        ];
        all.map(|one| one.join().unwrap())
    });
    let mut table = String::new();
    for ((ours, moto), ministack) in ours.iter().zip(&moto).zip(&ministack) {
        let [behaviour, documented, answer] = ours;
        assert_eq!(answer, documented, "{behaviour}");
        if moto[2] == *documented && ministack[2] == *documented {
            continue;
        }
        let said = |other: &[String; 3]| {
            if other[2] == *documented { "the same".to_owned() } else { other[2].clone() }
        };
        let _ = writeln!(table, "{behaviour}: {documented}");
        let _ = writeln!(table, "    moto: {}", said(moto));
        let _ = writeln!(table, "    ministack: {}", said(ministack));
    }
    let same = ours.len() - table.lines().count() / 3;
    let _ = writeln!(table, "of {} behaviours all agree on {same}", ours.len());
    assert_snapshot!(table, @"
    a pool without a tier: ESSENTIALS
        moto: nothing
        ministack: the same
    a password policy in part: what it does not name: RequireSymbols false
        moto: RequireSymbols null
        ministack: RequireSymbols null
    the standard attributes: 20 or 21 of them
        moto: 0 of them
        ministack: the same
    UpdateUserPool without AutoVerifiedAttributes: resets them
        moto: the same
        ministack: keeps them
    UpdateUserPool with PoolName: renames the pool
        moto: ignores it
        ministack: ignores it
    CreateUserPool with MFA and no factor: InvalidParameterException
        moto: accepted
        ministack: accepted
    a tag that begins with aws:: InvalidParameterException
        moto: accepted
        ministack: accepted
    a number that is too small: InvalidParameterException
        moto: accepted
        ministack: accepted
    a word that is none of an enum: InvalidParameterException
        moto: accepted
        ministack: accepted
    UpdateUserPoolClient without the callback URLs: resets them
        moto: keeps them
        ministack: keeps them
    a client's callback URLs in an answer: sorted
        moto: as they came
        ministack: as they came
    a client with a scope that is not there: ScopeDoesNotExistException
        moto: accepted
        ministack: accepted
    a client with a provider that is not there: InvalidParameterException
        moto: accepted
        ministack: accepted
    client_credentials without a secret: InvalidOAuthFlowException
        moto: accepted
        ministack: accepted
    legacy and newer auth flows of one client: InvalidParameterException
        moto: accepted
        ministack: accepted
    UpdateResourceServer without scopes: takes them away
        moto: HTTP 500
        ministack: keeps them
    a second provider of one name: DuplicateProviderException
        moto: accepted
        ministack: the same
    the details that a Google provider gets: attributes_url among them
        moto: none
        ministack: none
    a second prefix domain of a pool: InvalidParameterException
        moto: accepted
        ministack: the same
    a prefix with the word aws: InvalidParameterException
        moto: accepted
        ministack: accepted
    deleting a pool with a domain: InvalidParameterException
        moto: accepted
        ministack: accepted
    deleting a pool that is protected: InvalidParameterException
        moto: accepted
        ministack: accepted
    a third secret of a client: LimitExceededException
        moto: HTTP 500
        ministack: InvalidAction
    terms without cognito:default: InvalidParameterException
        moto: HTTP 500
        ministack: InvalidAction
    ListUserPools without MaxResults: InvalidParameterException
        moto: accepted
        ministack: accepted
    an operation that Cognito does not have: UnknownOperationException
        moto: HTTP 500
        ministack: InvalidAction
    of 30 behaviours all agree on 4
    ");
}
