//! What is wrong is said once, with file and line, before any call.

use std::fmt::Write as _;

use insta::assert_snapshot;

use super::{HEAD, refused, with_values};
use crate::runner::Project;

fn validate(values: &str, manifest: &str) -> String {
    refused(&with_values(values, manifest), "validate").to_string()
}

fn urls(item: &str) -> String {
    format!("clients:\n  web:\n    allowedOAuthFlowsUserPoolClient: true\n    callbackURLs: [{item}]\n")
}

#[test]
fn an_undefined_value() {
    assert_snapshot!(validate("{ host: a }", &urls("'https://${values.hots}/'")), @"
    exit: 1
    --- stdout
    error[bad-reference]: `values.hots` is not defined in the environment `dev`
     --> pools/shop.yaml:6:20
      |
    6 |     callbackURLs: ['https://${values.hots}/']
      |                    ^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `values.host`?

    1 error.
    ");
    assert_snapshot!(validate("{}", &urls("'https://${values.host:?say which host}/${env:NOT_SET}'")), @"
    exit: 1
    --- stdout
    error[bad-reference]: `values.host` is not defined: say which host
     --> pools/shop.yaml:6:20
      |
    6 |     callbackURLs: ['https://${values.host:?say which host}/${env:NOT_SET}']
      |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: define it under `values` of the environment `dev` in cognitops.yaml, or give a default: ${values.host:-default}

    1 error.
    ");
}

#[test]
fn a_circle_of_values() {
    assert_snapshot!(validate("{ a: '${values.b}', b: 'x${values.a}' }", &urls("'https://${values.a}/'")), @"
    exit: 1
    --- stdout
    error[bad-reference]: values refer to each other in a circle: values.a → values.b → values.a
     --> cognitops.yaml:4:18
      |
    4 |     values: { a: '${values.b}', b: 'x${values.a}' }
      |                  ^^^^^^^^^^^^^
      |
      = help: break the circle

    1 error.
    ");
}

#[test]
fn a_value_of_the_wrong_kind() {
    let manifest =
        "clients: { web: { clientName: '${values.list}' }, api: { clientName: '${values.map}' } }\n";
    assert_snapshot!(validate("{ list: [a], map: { b: c } }", manifest), @"
    exit: 1
    --- stdout
    error[wrong-type]: `values.list` is a list, and a text is needed here
     --> pools/shop.yaml:3:31
      |
    3 | clients: { web: { clientName: '${values.list}' }, api: { clientName: '${values.map}' } }
      |                               ^^^^^^^^^^^^^^^^
      |
      = help: name a list in an item of a list: it then stands for one item per element

    error[wrong-type]: `values.map` is a map, and a text is needed here
     --> pools/shop.yaml:3:70
      |
    3 | clients: { web: { clientName: '${values.list}' }, api: { clientName: '${values.map}' } }
      |                                                                      ^^^^^^^^^^^^^^^
      |
      = help: name a member of it: ${values.map.b}

    2 errors.
    ");
    assert_snapshot!(validate("{ host: 'a b' }", &urls("'https://${values.host}/'")), @r"
    exit: 1
    --- stdout
    error[form]: `clients.web.callbackURLs[0]` does not have the form it needs
     --> pools/shop.yaml:6:20
      |
    6 |     callbackURLs: ['https://${values.host}/']
      |                    ^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: the whole text matches ^(?:[\p{L}\p{M}\p{S}\p{N}\p{P}]+)$; `values.host` stands at cognitops.yaml:4:21

    1 error.
    ");
}

#[test]
fn a_placeholder_where_none_can_stand() {
    let manifest = "\
settings:
  mfaConfiguration: ${values.mfa}
  policies: { passwordPolicy: { minimumLength: '${values.length}' } }
  ${values.key}: {}
clients: { web: { callbackURLs: '${values.urls}', enableTokenRevocation: '${values.on}' } }
";
    assert_snapshot!(validate("{ mfa: ON, length: 9, key: x, urls: [], on: true }", manifest), @"
    exit: 1
    --- stdout
    error[not-allowed]: `settings.mfaConfiguration` takes no placeholder
     --> pools/shop.yaml:4:21
      |
    4 |   mfaConfiguration: ${values.mfa}
      |                     ^^^^^^^^^^^^^
      |
      = help: placeholders stand in texts; write the value out, and in a layer where it differs by environment

    error[not-allowed]: `settings.policies.passwordPolicy.minimumLength` takes no placeholder
     --> pools/shop.yaml:5:48
      |
    5 |   policies: { passwordPolicy: { minimumLength: '${values.length}' } }
      |                                                ^^^^^^^^^^^^^^^^^^
      |
      = help: placeholders stand in texts; write the value out, and in a layer where it differs by environment

    error[not-allowed]: a placeholder cannot stand in the name of a member
     --> pools/shop.yaml:6:3
      |
    6 |   ${values.key}: {}
      |   ^^^^^^^^^^^^^
      |
      = help: write the name out

    error[not-allowed]: `clients.web.callbackURLs` takes no placeholder
     --> pools/shop.yaml:7:33
      |
    7 | clients: { web: { callbackURLs: '${values.urls}', enableTokenRevocation: '${values.on}' } }
      |                                 ^^^^^^^^^^^^^^^^
      |
      = help: write a list with the placeholder as its item: a list value then stands for one item per element

    error[not-allowed]: `clients.web.enableTokenRevocation` takes no placeholder
     --> pools/shop.yaml:7:74
      |
    7 | clients: { web: { callbackURLs: '${values.urls}', enableTokenRevocation: '${values.on}' } }
      |                                                                          ^^^^^^^^^^^^^^
      |
      = help: placeholders stand in texts; write the value out, and in a layer where it differs by environment

    5 errors.
    ");
}

#[test]
fn a_malformed_placeholder() {
    let items = "'https://${values.a', 'https://${vales.host}/', 'https://${values.a:-${values.b}}/', 'https://x/{5..2}'";
    assert_snapshot!(validate("{ a: b }", &urls(items)), @"
    exit: 1
    --- stdout
    error[form]: a placeholder is not closed
     --> pools/shop.yaml:6:20
      |
    6 |     callbackURLs: ['https://${values.a', 'https://${vales.host}/', 'https://${values.a:-${values.b}}/', 'https://x/{5..2}']
      |                    ^^^^^^^^^^^^^^^^^^^^
      |
      = help: close it with `}`; `$${` is a literal `${`

    error[form]: no placeholder is called `vales.host`
     --> pools/shop.yaml:6:42
      |
    6 |     callbackURLs: ['https://${values.a', 'https://${vales.host}/', 'https://${values.a:-${values.b}}/', 'https://x/{5..2}']
      |                                          ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `values`?

    error[form]: the placeholder `values.a` holds another one
     --> pools/shop.yaml:6:68
      |
    6 |     callbackURLs: ['https://${values.a', 'https://${vales.host}/', 'https://${values.a:-${values.b}}/', 'https://x/{5..2}']
      |                                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: define a value that holds it, and name that

    error[form]: the range {5..2} runs backwards
     --> pools/shop.yaml:6:105
      |
    6 |     callbackURLs: ['https://${values.a', 'https://${vales.host}/', 'https://${values.a:-${values.b}}/', 'https://x/{5..2}']
      |                                                                                                         ^^^^^^^^^^^^^^^^^^
      |
      = help: write {2..5}

    4 errors.
    ");
}

#[test]
fn a_product_that_explodes() {
    assert_snapshot!(validate("{ l: ['{1..1000}'] }", &urls("'https://${values.l}.${values.l}.${values.l}/'")), @"
    exit: 1
    --- stdout
    error[too-large]: this item stands for 1000000 items; a list unfolds into at most 10000
     --> pools/shop.yaml:6:20
      |
    6 |     callbackURLs: ['https://${values.l}.${values.l}.${values.l}/']
      |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: use shorter lists or smaller ranges

    1 error.
    ");
    assert_snapshot!(validate("{}", &urls("'https://{1..18446744073709551615}{1..9}/'")), @"
    exit: 1
    --- stdout
    error[too-large]: this item stands for endlessly many items; a list unfolds into at most 10000
     --> pools/shop.yaml:6:20
      |
    6 |     callbackURLs: ['https://{1..18446744073709551615}{1..9}/']
      |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: use shorter lists or smaller ranges

    1 error.
    ");
    // Each item is small enough, the list is not.
    let two = validate("{}", &urls("'https://a.example.com/{1..6000}', 'https://b.example.com/{1..6000}'"));
    assert!(two.contains("this list unfolds into more than 10000 items"), "{}", &two[..two.len().min(2000)]);
    // Each list is small enough, all together are not.
    let mut manifest = "clients:\n".to_owned();
    for number in 0..101 {
        let _ = writeln!(
            manifest,
            "  c{number}: {{ callbackURLs: ['https://a.example.com/{{1..9999}}'], allowedOAuthFlowsUserPoolClient: true }}"
        );
    }
    let said = validate("{}", &manifest);
    assert!(said.contains("unfold into more than 1000000 items"), "{}", &said[..said.len().min(2000)]);
}

#[test]
fn values_that_grow_without_end() {
    let mut doubled = "{ v0: 'some text'".to_owned();
    let mut chain = "{ v0: x".to_owned();
    for number in 1..60 {
        let before = number - 1;
        let _ = write!(doubled, ", v{number}: '${{values.v{before}}}${{values.v{before}}}'");
    }
    for number in 1..10_000 {
        let _ = write!(chain, ", v{number}: '${{values.v{}}}'", number - 1);
    }
    let name = "clients: { web: { clientName: '${values.v59}' } }\n";
    let said = validate(&format!("{doubled} }}"), name);
    assert!(said.contains("unfold into more than 64 MiB"), "{}", &said[..said.len().min(2000)]);
    let said = validate(&format!("{chain} }}"), "clients: { web: { clientName: '${values.v9999}' } }\n");
    assert!(said.contains("in a chain of more than 64"), "{}", &said[..said.len().min(2000)]);
    let long = format!("{{ v: {}, l: ['{{1..9999}}'] }}", "x".repeat(100_000));
    let said = validate(&long, &urls("'https://${values.v}.example.com/${values.l}'"));
    assert!(said.contains("unfold into more than 64 MiB"), "{}", &said[..said.len().min(2000)]);
}

#[test]
fn characters_without_a_meaning() {
    assert_snapshot!(validate("{}", "clients: { web: { clientName: \"a\\uFDD0pool.id\\uFDD1\" } }\n"), @r#"
    exit: 1
    --- stdout
    error[form]: the characters U+FDD0 and U+FDD1 cannot stand in a manifest
     --> pools/shop.yaml:3:31
      |
    3 | clients: { web: { clientName: "a\uFDD0pool.id\uFDD1" } }
      |                               ^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: Unicode gives them no meaning; leave them out

    1 error.
    "#);
}

#[test]
fn characters_without_a_meaning_in_a_value() {
    assert_snapshot!(validate("{ v: \"\\uFDD0pool.id\\uFDD1\" }", "clients: { web: { clientName: '${values.v}' } }\n"), @r#"
    exit: 1
    --- stdout
    error[form]: `values.v` holds U+FDD0 or U+FDD1
     --> cognitops.yaml:4:18
      |
    4 |     values: { v: "\uFDD0pool.id\uFDD1" }
      |                  ^^^^^^^^^^^^^^^^^^^^^
      |
      = help: Unicode gives them no meaning; leave them out

    1 error.
    "#);
}

#[test]
fn keys_that_become_one() {
    assert_snapshot!(validate("{ a: x, b: x }", "groups: { '${values.a}': {}, '${values.b}': {} }\n"), @"
    exit: 1
    --- stdout
    error[defined-twice]: the key `${values.b}` becomes the same as the one at pools/shop.yaml:3:11
     --> pools/shop.yaml:3:30
      |
    3 | groups: { '${values.a}': {}, '${values.b}': {} }
      |                              ^^^^^^^^^^^^^
      |
      = help: keep one of the two

    1 error.
    ");
}

#[test]
fn every_finding_of_the_project_file_at_once() {
    let file = "\
base:
  region: [eu-west-1]
  policy: { maxResets: -1 }
environments:
  dev: { manifest: [pools/], accountId: '12', values: [a] }
  stage: { manifests: pools/, assumeRole: { roleArn: x }, clientDefaults: { clientName: x } }
";
    let project = Project::new().file("cognitops.yaml", file);
    assert_snapshot!(refused(&project, "validate --env dev"), @"
    exit: 1
    --- stderr
    error[wrong-type]: `base.region` takes a text
     --> cognitops.yaml:2:11
      |
    2 |   region: [eu-west-1]
      |           ^

    error[bound]: `base.policy.maxResets` is at least 0
     --> cognitops.yaml:3:24
      |
    3 |   policy: { maxResets: -1 }
      |                        ^^

    error[unknown-key]: `environments.dev` has no member `manifest`
     --> cognitops.yaml:5:10
      |
    5 |   dev: { manifest: [pools/], accountId: '12', values: [a] }
      |          ^^^^^^^^
      |
      = help: did you mean `manifests`?

    error[form]: `environments.dev.accountId` does not have the form it needs
     --> cognitops.yaml:5:41
      |
    5 |   dev: { manifest: [pools/], accountId: '12', values: [a] }
      |                                         ^^^^
      |
      = help: for example 111111111111

    error[wrong-type]: `environments.dev.values` takes a mapping
     --> cognitops.yaml:5:55
      |
    5 |   dev: { manifest: [pools/], accountId: '12', values: [a] }
      |                                                       ^

    error[wrong-type]: `environments.stage.manifests` takes a list
     --> cognitops.yaml:6:23
      |
    6 |   stage: { manifests: pools/, assumeRole: { roleArn: x }, clientDefaults: { clientName: x } }
      |                       ^^^^^^
      |
      = help: write it as a list: [ … ]

    error[form]: `environments.stage.assumeRole.roleArn` does not have the form it needs
     --> cognitops.yaml:6:54
      |
    6 |   stage: { manifests: pools/, assumeRole: { roleArn: x }, clientDefaults: { clientName: x } }
      |                                                      ^
      |
      = help: for example arn:aws:iam::111111111111:role/cognitops

    error[bound]: `environments.stage.assumeRole.roleArn` is too short: the text has at least 20 characters
     --> cognitops.yaml:6:54
      |
    6 |   stage: { manifests: pools/, assumeRole: { roleArn: x }, clientDefaults: { clientName: x } }
      |                                                      ^

    error[unknown-key]: `environments.stage.clientDefaults` has no member `clientName`
     --> cognitops.yaml:6:77
      |
    6 |   stage: { manifests: pools/, assumeRole: { roleArn: x }, clientDefaults: { clientName: x } }
      |                                                                             ^^^^^^^^^^

    9 errors.
    ");
}

#[test]
fn a_null_of_an_environment_that_removes_nothing() {
    let project =
        Project::new().file("cognitops.yaml", "base: {}\nenvironments: { dev: { region: null } }\n");
    assert_snapshot!(refused(&project, "validate"), @"
    exit: 1
    --- stderr
    error[bad-reference]: `environments.dev.region` is not in what lies below, so `null` removes nothing
     --> cognitops.yaml:2:24
      |
    2 | environments: { dev: { region: null } }
      |                        ^^^^^^
      |
      = help: leave it out, or mend its name

    1 error.
    ");
}

#[test]
fn one_finding_for_many_environments() {
    let file = "base: { manifests: [pools/] }\nenvironments: { dev: {}, stage: {}, prod: {} }\n";
    let project = Project::new()
        .file("cognitops.yaml", file)
        .file("pools/shop.yaml", format!("{HEAD}settings: {{ mfaConfiguration: MAYBE }}\n"));
    let ran = refused(&project, "validate --all-envs");
    assert_eq!(ran.stdout.matches("error[").count(), 1, "{ran}");
    let unknown = refused(&project, "validate --env dve,prd");
    assert_eq!(unknown.stderr.matches("did you mean").count(), 2, "{unknown}");
}

#[test]
fn what_the_base_leaves_out_an_environment_may_say() {
    let file = "\
base:
  manifests: [pool.yaml]
  assumeRole: { sessionName: ci }
environments:
  dev: { assumeRole: { roleArn: \"arn:aws:iam::111111111111:role/cognitops\" } }
  prod: {}
";
    let project = Project::with("apiVersion: cognitops/v1\npool: p\n").file("cognitops.yaml", file);
    assert_eq!(project.run("validate --env dev").code, 0);
    assert_snapshot!(refused(&project, "validate --env prod"), @"
    exit: 1
    --- stderr
    error[missing]: `environments.prod.assumeRole` needs `roleArn`
     --> cognitops.yaml:3:3
      |
    3 |   assumeRole: { sessionName: ci }
      |   ^^^^^^^^^^

    1 error.
    ");
    let file = "base: { manifests: [pool.yaml], clientDefaults: { refreshTokenRotation: {} } }\n";
    let project = Project::with("apiVersion: cognitops/v1\npool: p\n").file("cognitops.yaml", file);
    assert_snapshot!(refused(&project, "validate"), @"
    exit: 1
    --- stdout
    error[missing]: `clientDefaults.refreshTokenRotation` needs `feature`
     --> cognitops.yaml:1:51
      |
    1 | base: { manifests: [pool.yaml], clientDefaults: { refreshTokenRotation: {} } }
      |                                                   ^^^^^^^^^^^^^^^^^^^^

    1 error.
    ");
    let file = "base: { manifests: [pool.yaml], accountId: \"${env:ACCOUNT:-12}\" }\n";
    let project = Project::with("apiVersion: cognitops/v1\npool: p\n").file("cognitops.yaml", file);
    let text = refused(&project, "validate").to_string();
    assert!(text.contains("`base.accountId` does not have the form it needs"), "{text}");
}

#[test]
fn the_names_of_project_and_environments_hold_no_placeholder() {
    for file in ["project: ${env:NAME}\n", "environments: { \"${env:NAME}\": {} }\n"] {
        let project = Project::with("apiVersion: cognitops/v1\npool: p\n").file("cognitops.yaml", file);
        let ran = project.run_with("validate -f pool.yaml --all-envs", "", &[("NAME", "shop")]);
        assert!(ran.code == 1 && ran.stderr.starts_with("error[form]: "), "{ran}");
    }
}
