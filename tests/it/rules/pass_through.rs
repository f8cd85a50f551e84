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
        ("settings: { passThrough: { PoolName: x } }", "`PoolName` says which one is meant"),
        ("groups: { a: { passThrough: { GroupName: x } } }", "says which one is meant"),
        ("replicas: { eu-west-1: { passThrough: { Status: ACTIVE } } }", "has a field of its own"),
        ("replicas: { eu-west-1: { passThrough: { Role: x } } }", "stands in answers only"),
        ("replicas: { eu-west-1: { passThrough: { UserPoolId: x } } }", "says which one is meant"),
        ("replicas: { eu-west-1: { passThrough: { NewPassword: x } } }", "sounds like a secret"),
        ("uiCustomization: { passThrough: { CSS: x } }", "`CSS` has a field of its own"),
        ("uiCustomization: { passThrough: { ImageUrl: x } }", "stands in answers only"),
        ("uiCustomization: { passThrough: { ClientId: x } }", "says which one is meant"),
        (
            "clients: { web: { uiCustomization: { passThrough: { ImageFile: x } } } }",
            "has a field of its own",
        ),
        (
            "clients: { web: { uiCustomization: { passThrough: { ThemeSecret: x } } } }",
            "sounds like a secret",
        ),
    ] {
        let found = errors(&format!("apiVersion: cognitops/v1\npool: customers\n{body}\n"));
        assert!(found.len() == 1 && found[0].contains(message), "{body}: {found:?}");
    }
    for (name, message) in [
        ("LogLevel", "`LogLevel` has a field of its own"),
        ("EventSource", "`EventSource` says which one is meant"),
        ("CloudWatchLogsConfiguration.LogGroupArn", "has a field of its own"),
        ("CloudWatchLogsConfiguration.LogGroupArn.More", "lies in what is known as a whole"),
        ("NewCredentials", "sounds like a secret"),
    ] {
        let body = logs(&format!(", passThrough: {{ {name}: x }}"));
        let found = errors(&format!("apiVersion: cognitops/v1\npool: customers\n{body}"));
        assert!(found.len() == 1 && found[0].contains(message), "{body}: {found:?}");
    }
}

/// One destination of logs, with members that this version does not know, and what a manifest says of it.
fn logs(more: &str) -> String {
    format!(
        "settings: {{}}\nlogDelivery: {{ userNotification: {{ logLevel: ERROR, cloudWatchLogsConfiguration: \
         {{ logGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:a' }}{more} }} }}\n"
    )
}

fn newer_logs() -> World {
    let world = World::applied(&logs(""));
    let mut document =
        world.sandbox.document()["pools"][world.pool_id()]["attached"]["logDelivery"]["ALL"].take();
    let entry = &mut document["LogConfigurations"][0];
    entry["Batch"] = json!({"Size": 5, "Unit": "KB"});
    entry["CloudWatchLogsConfiguration"]["Format"] = json!("TEXT");
    world.sandbox.insert_attached(&world.pool_id(), "logDelivery", "ALL", document);
    world
}

/// The paths that a plan lists as unknown.
fn unknown(world: &World, body: &str) -> Vec<String> {
    let plan = world.plan(body);
    plan.unknown.iter().map(|unknown| unknown.address.join(&unknown.member.path).to_string()).collect()
}

#[test]
fn a_destination_of_logs_has_its_own() {
    let world = newer_logs();
    let (batch, format) = (
        "customers.logDelivery.userNotification.Batch",
        "customers.logDelivery.userNotification.CloudWatchLogsConfiguration.Format",
    );
    assert_eq!(unknown(&world, &logs("")), [batch, format]);
    assert_eq!(world.changes(&logs("")), Vec::<String>::new());
    let body = logs(", passThrough: { Batch.Size: 3, CloudWatchLogsConfiguration.Format: TEXT }");
    assert_eq!(world.changes(&body), ["~ logDelivery.userNotification.passThrough[\"Batch.Size\"] 5 → 3"]);
    assert_eq!(unknown(&world, &body), [batch], "only a part of it is written");
    world.must_apply(&body);
    let sent = world.sent("SetLogDeliveryConfiguration")["LogConfigurations"].clone();
    assert_eq!(sent[0]["Batch"], json!({"Size": 3, "Unit": "KB"}), "what is not written travels");
    assert_eq!(sent[0]["CloudWatchLogsConfiguration"]["Format"], "TEXT");
    assert_eq!(world.changes(&body), Vec::<String>::new());

    // What a manifest does not mention goes back with every change of the entry.
    let moved = logs("").replace("log-group:a", "log-group:b");
    world.must_apply(&moved);
    assert_eq!(world.sent("SetLogDeliveryConfiguration")["LogConfigurations"][0]["Batch"]["Size"], 3);
    assert_eq!(unknown(&world, &moved), [batch, format]);

    let without = logs(", passThrough: { Batch: null }").replace("log-group:a", "log-group:b");
    world.must_apply(&without);
    assert_eq!(world.sent("SetLogDeliveryConfiguration")["LogConfigurations"][0].get("Batch"), None);
    assert_eq!(world.changes(&without), Vec::<String>::new());

    // And by policy it does not.
    let dropped = format!("{}policy: {{ unknown: {{ Format: drop }} }}\n", logs(""));
    world.must_apply(&dropped);
    let sent = world.sent("SetLogDeliveryConfiguration")["LogConfigurations"][0].clone();
    assert_eq!(sent["CloudWatchLogsConfiguration"].get("Format"), None);
}

#[test]
fn a_new_destination_of_logs_is_made_with_it() {
    let world = World::applied("settings: {}\n");
    let body = logs(", passThrough: { Novelty: 1, CloudWatchLogsConfiguration.Format: TEXT, Other: null }");
    let report = world.execute(&world.plan(&body));
    let sent = world.sent("SetLogDeliveryConfiguration");
    assert_eq!(
        sent["LogConfigurations"],
        json!([{
            "EventSource": "userNotification",
            "LogLevel": "ERROR",
            "CloudWatchLogsConfiguration": {
                "LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:a",
                "Format": "TEXT",
            },
            "Novelty": 1,
        }])
    );
    // The sandbox knows neither.
    let addresses: Vec<String> =
        report.mismatches.iter().map(|mismatch| mismatch.address.to_string()).collect();
    assert_eq!(
        addresses,
        [
            "customers.logDelivery.userNotification.passThrough[\"CloudWatchLogsConfiguration.Format\"]",
            "customers.logDelivery.userNotification.passThrough.Novelty",
        ]
    );
    assert!(report.mismatches.iter().all(|mismatch| mismatch.kind == MismatchKind::NotTaken));
    let again = world.execute(&world.plan(&body));
    let kinds: Vec<MismatchKind> = again.mismatches.iter().map(|mismatch| mismatch.kind).collect();
    assert_eq!(kinds, [MismatchKind::NotTaken; 2], "nor later");
}

#[test]
fn the_look_of_the_classic_pages_has_its_own_for_a_pool_and_for_a_client() {
    let shop = |pool: &str, client: &str| {
        format!(
            "settings: {{}}\ndomains: {{ acme: {{}} }}\nuiCustomization: {{ css: '.a {{}}'{pool} }}\n\
             clients: {{ web: {{ uiCustomization: {{ css: '.b {{}}'{client} }} }} }}\n"
        )
    };
    let world = World::applied(&shop("", ""));
    let id = world.client_id("web");
    let documents = world.sandbox.document()["pools"][world.pool_id()]["attached"]["uiCustomization"].take();
    for owner in ["ALL", &id] {
        let mut document = documents[owner].clone();
        document["Theme"] = json!({"Mode": "LIGHT", "Level": 1});
        world.sandbox.insert_attached(&world.pool_id(), "uiCustomization", owner, document);
    }
    assert_eq!(
        unknown(&world, &shop("", "")),
        ["customers.uiCustomization.Theme", "customers.clients.web.uiCustomization.Theme"]
    );
    let body = shop(", passThrough: { Theme.Mode: DARK }", ", passThrough: { Theme: { Mode: DARK } }");
    assert_eq!(
        world.changes(&body),
        [
            "~ uiCustomization.passThrough[\"Theme.Mode\"] \"LIGHT\" → \"DARK\"",
            "~ clients.web.uiCustomization.passThrough.Theme {\"Level\":1,\"Mode\":\"LIGHT\"} → {\"Mode\":\"DARK\"}",
        ]
    );
    world.must_apply(&body);
    let sent = world.sent("SetUICustomization");
    assert_eq!((&sent["ClientId"], &sent["Theme"]), (&json!(id), &json!({"Mode": "DARK"})));
    assert_eq!(sent["CSS"], ".b {}");
    assert_eq!(world.changes(&body), Vec::<String>::new());
    let calls = world.sandbox.calls();
    let of_pool =
        calls.iter().rev().find(|(name, input)| *name == "SetUICustomization" && input["ClientId"] == "ALL");
    assert_eq!(of_pool.unwrap().1["Theme"], json!({"Mode": "DARK", "Level": 1}), "the rest travels");
    // Another change carries what is not written.
    world.must_apply(&shop("", "").replace(".a", ".c"));
    assert_eq!(world.sent("SetUICustomization")["Theme"], json!({"Mode": "DARK", "Level": 1}));
    let without = shop(", passThrough: { Theme: null }", "");
    world.must_apply(&without);
    assert_eq!(world.sent("SetUICustomization").get("Theme"), None);
    assert_eq!(world.changes(&without), Vec::<String>::new());
    let report = world.execute(&world.plan(&shop(", passThrough: { Novelty: 1 }", "")));
    assert_eq!(report.mismatches[0].kind, MismatchKind::NotTaken);
}

#[test]
fn a_replica_has_its_own_from_its_creation_on() {
    let pool = "settings: { keyConfiguration: { keyType: CUSTOMER_MANAGED_KEY, kmsKeyArn: \
                'arn:aws:kms:us-east-1:123456789012:key/mrk-1' } }\n";
    let replica = |more: &str| format!("{pool}replicas: {{ eu-west-1: {{ {more} }} }}\n");
    let world = World::applied(pool);
    let report =
        world.execute(&world.plan(&replica("status: ACTIVE, passThrough: { Novelty.Mode: A, X: null }")));
    let sent = world.sent("CreateUserPoolReplica");
    assert_eq!((&sent["Novelty"], sent.get("X")), (&json!({"Mode": "A"}), None));
    assert_eq!(world.sent("UpdateUserPoolReplica").get("Novelty"), None);
    // The sandbox does not know it.
    let mismatches = report.mismatches.iter().map(|found| (found.kind, found.address.to_string()));
    let address = "customers.replicas.eu-west-1.passThrough[\"Novelty.Mode\"]".to_owned();
    assert_eq!(mismatches.collect::<Vec<_>>(), [(MismatchKind::NotTaken, address)]);

    let mut document = world.sandbox.document()["pools"][world.pool_id()]["replicas"]["eu-west-1"].take();
    document["Novelty"] = json!({"Mode": "A"});
    world.sandbox.insert_member(&world.pool_id(), "replicas", "eu-west-1", document);
    assert_eq!(unknown(&world, &replica("")), ["customers.replicas.eu-west-1.Novelty"]);
    let body = replica("passThrough: { Novelty.Mode: B }");
    assert_eq!(world.changes(&body), ["~ replicas.eu-west-1.passThrough[\"Novelty.Mode\"] \"A\" → \"B\""]);
    world.must_apply(&body);
    let sent = world.sent("UpdateUserPoolReplica");
    assert_eq!(sent["Novelty"], json!({"Mode": "B"}));
    assert_eq!(sent["Status"], "ACTIVE", "no update goes without the status");
    assert_eq!(world.changes(&body), Vec::<String>::new());
    let options = cognitops::export::Options { include_unknown: true, ..Default::default() };
    let (text, differences) = world.exported(options);
    assert_eq!(differences, Vec::<String>::new());
    assert!(text.contains("    passThrough:\n      Novelty:\n        Mode: B\n"), "{text}");
    // An update leaves alone what it does not name, so the member stays.
    let report = world.execute(&world.plan(&replica("passThrough: { Novelty: null }")));
    assert_eq!(report.mismatches[0].kind, MismatchKind::Kept);
}

#[test]
fn an_export_passes_on_what_it_does_not_know_of_every_kind() {
    let world = newer_logs();
    let options = |include_unknown| cognitops::export::Options { include_unknown, ..Default::default() };
    let (text, differences) = world.exported(options(true));
    assert_eq!(differences, Vec::<String>::new(), "{text}");
    let within = "    passThrough:\n      Batch:\n        Size: 5\n        Unit: KB\n      \
                  CloudWatchLogsConfiguration.Format: TEXT\n";
    assert!(text.contains(within), "{text}");
    assert!(!world.exported(options(false)).0.contains("passThrough"));

    let world = World::applied(
        "settings: {}\ndomains: { acme: {} }\nclients: { web: { uiCustomization: { css: '.b {}' } } }\n",
    );
    let id = world.client_id("web");
    let mut document =
        world.sandbox.document()["pools"][world.pool_id()]["attached"]["uiCustomization"][&id].take();
    document["Theme"] = json!("DARK");
    world.sandbox.insert_attached(&world.pool_id(), "uiCustomization", &id, document);
    let (text, differences) = world.exported(options(true));
    assert_eq!(differences, Vec::<String>::new(), "{text}");
    assert!(text.contains("      passThrough:\n        Theme: DARK\n"), "{text}");
}
