//! `passThrough`: members that this version does not know, set all the same.

use cognitops::apply::MismatchKind;
use cognitops::cognito::WriteOperation;
use serde_json::json;

use crate::world::{World, errors};

/// A service that is newer than this version: pool, client, group and domain have members of their own.
fn newer() -> World {
    let world = World::applied("settings: {}\nclients: { web: {} }\ngroups: { admins: {} }\n");
    world.tamper(|pool, _, clients| {
        pool["Shield"] = json!({"Mode": "SOFT", "Level": 3, "Zones": ["b", "a"]});
        pool["Policies"]["LockoutPolicy"] = json!({"Attempts": 5});
        clients[0]["Beacon"] = json!("off");
    });
    world
}

#[test]
fn a_member_that_is_not_known_is_set_compared_and_looked_at_again() {
    let world = newer();
    let body = "
settings:
  passThrough:
    Shield: { Mode: HARD, Level: 3, Zones: [a, b] }
    Policies.LockoutPolicy.Attempts: 3
clients: { web: { passThrough: { Beacon: 'on' } } }
";
    assert_eq!(
        world.changes(body),
        [
            "~ settings.passThrough[\"Policies.LockoutPolicy.Attempts\"] 5 → 3",
            "~ settings.passThrough.Shield {\"Level\":3,\"Mode\":\"SOFT\",\"Zones\":[\"b\",\"a\"]} → \
             {\"Level\":3,\"Mode\":\"HARD\",\"Zones\":[\"a\",\"b\"]}",
            "~ clients.web.passThrough.Beacon \"off\" → \"on\"",
        ]
    );
    world.must_apply(body);
    let sent = world.sent("UpdateUserPool");
    assert_eq!(sent["Shield"]["Mode"], "HARD");
    assert_eq!(sent["Policies"]["LockoutPolicy"], json!({"Attempts": 3}));
    assert_eq!(sent["Policies"]["PasswordPolicy"]["MinimumLength"], 8, "what is known goes along");
    assert_eq!(world.sent("UpdateUserPoolClient")["Beacon"], "on");
    assert_eq!(world.changes(body), Vec::<String>::new());
    // The order of a list of scalars means nothing.
    let zones = |zones: &str| format!("settings: {{ passThrough: {{ Shield.Zones: {zones} }} }}");
    assert_eq!(world.changes(&zones("[b, a]")), Vec::<String>::new());
    assert_eq!(world.changes(&zones("[b]")).len(), 1);
}

#[test]
fn what_the_manifest_sets_is_no_longer_listed_as_unknown_and_what_it_does_not_set_travels() {
    let world = newer();
    let plan = world.plan("settings: { passThrough: { Shield: { Mode: SOFT } } }");
    let unknown: Vec<String> = plan.unknown.iter().map(|unknown| unknown.member.path.to_string()).collect();
    assert_eq!(unknown, ["Policies.LockoutPolicy"]);
    world.must_apply("settings: { passThrough: { Shield.Mode: HARD } }");
    assert_eq!(world.pool()["Shield"], json!({"Mode": "HARD", "Level": 3, "Zones": ["b", "a"]}));
    assert_eq!(world.pool()["Policies"]["LockoutPolicy"], json!({"Attempts": 5}));
}

#[test]
fn null_leaves_a_member_out_of_updates() {
    let world = newer();
    world.must_apply("settings: { passThrough: { Shield: null } }");
    assert_eq!(world.sent("UpdateUserPool").get("Shield"), None);
    assert_eq!(world.pool().get("Shield"), None);
    assert_eq!(world.changes("settings: { passThrough: { Shield: null } }"), Vec::<String>::new());
}

#[test]
fn a_member_that_does_not_take_is_an_error_and_not_a_difference_for_ever_in_silence() {
    // The sandbox knows no such member.
    for body in
        ["settings: { passThrough: { Novelty: 1 } }", "groups: { admins: { passThrough: { Novelty: 1 } } }"]
    {
        let world = World::applied("settings: {}\ngroups: { admins: {} }\n");
        let report = world.execute(&world.plan(body));
        assert!(!report.is_complete());
        let kinds: Vec<MismatchKind> = report.mismatches.iter().map(|mismatch| mismatch.kind).collect();
        assert_eq!(kinds, [MismatchKind::NotTaken], "{body}");
        assert!(report.mismatches[0].address.to_string().ends_with("passThrough.Novelty"));
    }
}

#[test]
fn a_new_resource_is_made_with_what_is_passed_through() {
    let world = World::new();
    world.execute(&world.plan("settings: { passThrough: { Novelty: { Mode: A } } }\nclients: { web: { passThrough: { Beacon: 1 } } }\n"));
    assert_eq!(world.sent("CreateUserPool")["Novelty"], json!({"Mode": "A"}));
    assert_eq!(world.sent("CreateUserPoolClient")["Beacon"], 1);
}

#[test]
fn somebody_elses_change_of_it_meanwhile_stops_the_write() {
    let world = newer();
    let plan = world.plan("settings: { passThrough: { Shield.Mode: HARD } }");
    world.tamper(|pool, _, _| pool["Shield"]["Mode"] = json!("OTHER"));
    let from = world.sandbox.calls().len();
    world.execute(&plan);
    assert!(!world.operations_since(from).contains(&WriteOperation::UpdateUserPool.name()));
}

#[test]
fn what_is_known_or_secret_is_not_passed_through() {
    for (body, message) in [
        ("settings: { passThrough: { UserPoolTier: PLUS } }", "`UserPoolTier` has a field of its own"),
        ("settings: { passThrough: { Policies: {} } }", "`Policies` has a field of its own"),
        ("settings: { passThrough: { Policies.PasswordPolicy.MinimumLength: 9 } }", "has a field of its own"),
        ("settings: { passThrough: { LambdaConfig.PreSignUp.More: 9 } }", "lies in what is known as a whole"),
        ("settings: { passThrough: { EmailVerificationSubject: x } }", "stands in answers only"),
        ("settings: { passThrough: { SharedSecret: x } }", "sounds like a secret"),
        ("settings: { passThrough: { userPoolTier: PLUS } }", "the key `userPoolTier`"),
        ("clients: { web: { passThrough: { CallbackURLs: [] } } }", "has a field of its own"),
        (
            "clients: { web: { riskConfiguration: { passThrough: { RiskExceptionConfiguration: {} } } } }",
            "has a field",
        ),
        ("groups: { a: { passThrough: { Description: x } } }", "has a field of its own"),
        ("settings: { passThrough: { Novelty: {}, Novelty.Mode: x } }", "lies in `Novelty`"),
        ("riskConfiguration: { passThrough: { LastModifiedDate: 1 } }", "stands in answers only"),
    ] {
        let found = errors(&format!("apiVersion: cognitops/v1\npool: customers\n{body}\n"));
        assert!(found.len() == 1 && found[0].contains(message), "{body}: {found:?}");
    }
}
