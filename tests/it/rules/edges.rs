//! Rules where they meet: each of these was a way to lose something.

use cognitops::apply::{MismatchKind, Outcome};
use cognitops::plan::{Plan, RefusalRule};
use cognitops::render;
use serde_json::json;

use crate::world::{World, changes, errors, operations};

const NONE: [&str; 0] = [];

#[test]
fn a_deletion_is_never_hidden_behind_another_resource_of_its_name() {
    let world = World::applied("settings: {}\nclients: { a: {}, b: {} }\n");
    world.tamper(|_, _, clients| clients.iter_mut().for_each(|client| client["ClientName"] = json!("a")));
    let pool =
        world.plan("settings: {}\nclients: { a: { clientName: shop } }\npolicy: { prune: [clients] }\n");
    let plan = Plan::of(vec![pool]);
    let summary = plan.summary();
    assert_eq!((summary.create, summary.delete), (1, 2));
    let shown = anstream::adapter::strip_str(&render::human::plan(&plan)).to_string();
    assert_eq!(shown.matches("- customers.clients.a  DeleteUserPoolClient  ").count(), 2, "{shown}");
    assert!(shown.contains("1 to create, 0 to change, 2 to delete"), "{shown}");
}

#[test]
fn a_member_whose_absence_is_no_default_is_said_aloud_in_every_update() {
    let world = World::applied("settings: {}\nclients: { web: { enableTokenRevocation: false } }\n");
    world.tamper(|_, _, clients| {
        clients[0].as_object_mut().unwrap().remove("EnableTokenRevocation");
    });
    world.must_apply("clients: { web: { enableTokenRevocation: false, authSessionValidity: 5 } }\n");
    assert_eq!(world.client("web")["EnableTokenRevocation"], false);
}

#[test]
fn nothing_is_pruned_while_it_is_unclear_which_client_a_declaration_means() {
    let world = World::applied("settings: {}\nclients: { web: {}, old: {} }\n");
    let pinned = format!(
        "settings: {{}}\nclients: {{ web: {{ clientId: {} }} }}\npolicy: {{ prune: [clients] }}\n",
        "b".repeat(26)
    );
    assert_eq!(operations(&world.plan(&pinned)), NONE);
}

#[test]
fn delete_by_name_never_means_a_client_that_registered_itself() {
    let world = World::applied("settings: {}\nclients: { old: {} }\n");
    world.tamper(|_, _, clients| clients[0]["ClientType"] = json!("DCR"));
    assert_eq!(operations(&world.plan("clients: {}\npolicy: { delete: [clients.old] }\n")), NONE);
}

#[test]
fn two_declarations_never_mean_one_live_client() {
    let header = "apiVersion: cognitops/v1\npool: p\n";
    for clients in [
        "{ a: { formerly: web }, b: { formerly: web } }",
        "{ a: { formerly: web }, b: { clientName: web } }",
        "{ a: { clientName: x }, b: { clientName: x } }",
        "{ a: { formerly: a } }",
    ] {
        assert_eq!(errors(&format!("{header}clients: {clients}\n")).len(), 1, "{clients}");
    }
    let world = World::applied("settings: {}\nclients: { web: {} }\n");
    let renamed = "clients: { web: { clientName: Web shop, formerly: web } }\n";
    assert_eq!(changes(&world.plan(renamed)), ["~ clients.web.clientName \"web\" → \"Web shop\""]);
    let id = world.client_id("web");
    // What validation cannot see: a pin and a former name that meet in one client.
    let both = format!("clients: {{ a: {{ clientId: {id} }}, b: {{ clientId: {id} }} }}\n");
    assert_eq!(errors(&format!("{header}{both}")).len(), 1);
}

#[test]
fn null_on_a_block_spares_what_has_no_default() {
    let world = World::applied(
        "settings:\n  usernameConfiguration: { caseSensitive: false }\n  webAuthnConfiguration: { relyingPartyId: auth.example.com, userVerification: required }\n",
    );
    let plan = world.plan("settings: { webAuthnConfiguration: null, usernameConfiguration: null }\n");
    assert_eq!(
        changes(&plan),
        ["~ settings.webAuthnConfiguration.userVerification \"required\" → \"preferred\""]
    );
    assert_eq!(plan.refusals, []);
}

#[test]
fn a_block_with_an_ignored_or_kept_member_does_not_go() {
    let world = World::applied("settings: { deviceConfiguration: { challengeRequiredOnNewDevice: true } }\n");
    let path = "settings.deviceConfiguration.challengeRequiredOnNewDevice";
    for policy in [format!("{{ ignore: [{path}] }}"), format!("{{ omitted: {{ {path}: keep }} }}")] {
        assert_eq!(world.changes(&format!("settings: {{}}\npolicy: {policy}\n")), NONE, "{policy}");
    }
    assert_eq!(world.changes("settings: {}\n").len(), 1);
}

#[test]
fn a_client_that_is_ignored_as_a_whole_is_not_created() {
    let world = World::applied("settings: {}\n");
    let plan = world.plan("clients: { web: {} }\npolicy: { ignore: [clients.web] }\n");
    assert_eq!((operations(&plan).len(), plan.ignored.len()), (0, 1));
}

#[test]
fn a_pinned_pool_is_renamed_and_its_tag_with_it() {
    let world = World::applied("settings: {}\n");
    let id = world.pool_id();
    let body = format!("apiVersion: cognitops/v1\npool: shoppers\npoolId: {id}\nsettings: {{}}\n");
    world.must_apply(&body);
    let pool = world.pool();
    assert_eq!(pool["Name"], "shoppers");
    assert_eq!(pool["UserPoolTags"]["cognitops:managed-by"], "shop/test/shoppers");
    let by_id = format!("apiVersion: cognitops/v1\npoolId: {id}\nsettings: {{}}\n");
    assert_eq!(world.plan(&by_id).refusals, [], "the id alone means our own pool too");
}

#[test]
fn a_pin_says_which_client_is_meant_and_not_how_it_is_called() {
    let world = World::applied("settings: {}\nclients: { web: {} }\n");
    let id = world.client_id("web");
    let pinned = |policy: &str| format!("clients: {{ main: {{ clientId: {id} }} }}\n{policy}");
    assert_eq!(world.changes(&pinned("")), ["! clients.main.clientName \"web\" → \"main\""]);
    assert_eq!(world.changes(&pinned("policy: { omitted: keep }\n")), NONE);
    world.tamper(|pool, _, _| pool["UserPoolTags"] = json!({}));
    assert_eq!(world.refusals(&pinned("")), [(RefusalRule::Reset, "customers.clients.main".to_owned())]);
}

#[test]
fn what_the_service_fills_in_is_no_reset() {
    let body = "settings: { smsConfiguration: { snsCallerArn: 'arn:aws:iam::123456789012:role/sms' }, dcrConfiguration: { enableStatus: Enabled } }\n";
    let world = World::applied(body);
    world.tamper(|pool, _, _| {
        pool["SmsConfiguration"]["SnsRegion"] = json!("us-east-1");
        pool["DcrConfiguration"]["AuthenticatedGrantTypes"] = json!(["code"]);
    });
    assert_eq!(world.changes(body), NONE);
}

#[test]
fn unknown_members_survive_in_units_and_in_the_items_of_lists() {
    let mechanisms = "settings: { accountRecoverySetting: { recoveryMechanisms: [{ name: verified_email, priority: 1 }] } }\nclients: { web: {} }\n";
    let world = World::applied(mechanisms);
    world.tamper(|pool, _, clients| {
        pool["AccountRecoverySetting"]["RecoveryMechanisms"][0]["Channel"] = json!("PIGEON");
        clients[0]["TokenValidityUnits"]["DeviceToken"] = json!("weeks");
    });
    let plan = world.plan(mechanisms);
    let known: Vec<String> = plan.unknown.iter().map(|unknown| unknown.member.path.to_string()).collect();
    assert_eq!(
        known,
        [
            "AccountRecoverySetting.RecoveryMechanisms.verified_email.Channel",
            "TokenValidityUnits.DeviceToken"
        ]
    );
    world.must_apply(
        "settings: { accountRecoverySetting: { recoveryMechanisms: [{ name: verified_email, priority: 2 }, { name: verified_phone_number, priority: 1 }] } }\nclients: { web: { accessTokenValidity: 10m } }\n",
    );
    let mechanisms = world.pool()["AccountRecoverySetting"]["RecoveryMechanisms"].clone();
    let email = mechanisms.as_array().unwrap().iter().find(|item| item["Name"] == "verified_email").unwrap();
    assert_eq!(email["Channel"], "PIGEON");
    assert_eq!(world.client("web")["TokenValidityUnits"]["DeviceToken"], "weeks");
}

#[test]
fn an_unknown_member_of_a_block_that_was_removed_is_not_lost() {
    let world = World::applied("settings: { deviceConfiguration: { challengeRequiredOnNewDevice: true } }\n");
    world.tamper(|pool, _, _| pool["DeviceConfiguration"]["Colour"] = json!("red"));
    world.must_apply("settings: { deviceConfiguration: null }\n");
}

#[test]
fn a_pool_without_account_recovery_is_told_apart_from_the_default() {
    let world = World::applied("settings: {}\n");
    let forget = || {
        world.tamper(|pool, _, _| {
            pool.as_object_mut().unwrap().remove("AccountRecoverySetting");
        });
    };
    forget();
    let aloud = "settings: { accountRecoverySetting: { recoveryMechanisms: [{ name: verified_email, priority: 1 }, { name: verified_phone_number, priority: 2 }] } }\n";
    assert_eq!(world.changes(aloud).len(), 1, "a written value is applied");
    world.must_apply(aloud);
    assert_eq!(world.changes(aloud), NONE);
    forget();
    let report = world.execute(&world.plan("settings: { autoVerifiedAttributes: [email] }\n"));
    let found: Vec<_> = report.mismatches.iter().map(|found| found.kind).collect();
    assert_eq!(found, [MismatchKind::FilledIn], "no update can keep it absent, and the report says so");
}

#[test]
fn the_more_literal_address_decides_what_omission_means() {
    let world = World::applied(
        "settings: {}\nclients: { a: { supportedIdentityProviders: [COGNITO] }, b: { supportedIdentityProviders: [COGNITO] } }\n",
    );
    let body = "clients: { a: {}, b: {} }\npolicy: { omitted: { 'clients.**': default, clients.a: keep } }\n";
    assert_eq!(world.changes(body), ["! clients.b.supportedIdentityProviders [\"COGNITO\"] → []"]);
}

#[test]
fn what_policy_leaves_to_the_live_client_is_no_validation_error() {
    let web = "allowedOAuthFlowsUserPoolClient: true, callbackURLs: [https://a.example/]";
    let world = World::applied(&format!("settings: {{}}\nclients: {{ web: {{ {web} }} }}\n"));
    world.must_apply(
        "clients: { web: { defaultRedirectURI: https://a.example/ } }\npolicy: { omitted: keep }\n",
    );
    world.must_apply("clients: { web: { allowedOAuthFlowsUserPoolClient: true, defaultRedirectURI: https://a.example/ } }\npolicy: { ignore: [clients.web.callbackURLs] }\n");
    let wrong = "clients: { web: { defaultRedirectURI: https://b.example/ } }\npolicy: { omitted: keep }\n";
    assert_eq!(
        world.refusals(wrong),
        [(RefusalRule::State, "customers.clients.web.defaultRedirectURI".to_owned())]
    );
}

#[test]
fn empty_texts_are_no_texts() {
    let body = "settings: { emailConfiguration: { from: '' }, smsConfiguration: { snsCallerArn: 'arn:aws:iam::123456789012:role/sms', externalId: '' } }\n";
    let world = World::applied(body);
    assert_eq!(world.changes(body), NONE);
    world.tamper(|pool, _, _| pool["SmsAuthenticationMessage"] = json!(""));
    world.must_apply("settings: { autoVerifiedAttributes: [email] }\n");
}

#[test]
fn whole_numbers_may_be_written_with_a_point() {
    let world = World::applied(
        "settings: { policies: { passwordPolicy: { minimumLength: 12.0 } } }\nclients: { web: { authSessionValidity: 5.0 } }\n",
    );
    assert_eq!(world.pool()["Policies"]["PasswordPolicy"]["MinimumLength"], 12);
    assert_eq!(world.client("web")["AuthSessionValidity"], 5);
}

#[test]
fn what_a_client_refers_to_is_checked_before_the_first_call() {
    let settings = "settings:\n  attributes:\n    email: { attributeDataType: String, required: true, mutable: true }\n    tenant: { attributeDataType: String, mutable: false }\n";
    let refused = |world: &World, client: &str| {
        world.refusals(&format!("{settings}clients: {{ web: {{ {client} }} }}\n"))
    };
    let new = World::new();
    let live = World::applied(settings);
    for world in [&new, &live] {
        for (client, field) in [
            ("writeAttributes: [name]", "writeAttributes"),
            ("readAttributes: ['custom:nope']", "readAttributes"),
        ] {
            assert_eq!(
                refused(world, client),
                [(RefusalRule::State, format!("customers.clients.web.{field}"))],
                "{client}"
            );
        }
        assert_eq!(refused(world, "readAttributes: ['custom:tenant'], writeAttributes: [email, name]"), []);
    }
    assert_eq!(refused(&new, "supportedIdentityProviders: [Google]").len(), 1);
    assert_eq!(
        refused(&new, "allowedOAuthFlowsUserPoolClient: true, allowedOAuthScopes: [https://a.example/x]")
            .len(),
        1
    );
}

#[test]
fn secrets_are_resolved_before_the_first_write() {
    let world = World::new();
    let plan = world.plan("settings: {}\nclients: { a: { clientSecret: { file: ./x } }, b: {} }\n");
    let report = world.execute(&plan);
    assert!(!report.wrote_something());
    let unresolved =
        report.results.iter().filter(|result| matches!(result.outcome, Outcome::Unresolved(_))).count();
    assert_eq!((unresolved, report.results.len()), (1, 3));
    assert_eq!(world.sandbox.document()["pools"], json!({}));
}

#[test]
fn prune_spares_what_is_ignored() {
    let world = World::applied(
        "settings: { userPoolTags: { a: b, x: y } }\nclients: { web: {}, preview-1: {}, old: {} }\n",
    );
    let plan = world.plan("settings: { userPoolTags: {} }\nclients: { web: {} }\npolicy: { prune: [clients, tags], ignore: ['clients.preview-*', settings.userPoolTags.a] }\n");
    assert_eq!(operations(&plan), ["TagResource", "DeleteUserPoolClient"]);
    assert_eq!(changes(&plan), ["- settings.userPoolTags.x \"y\" → absent"]);
    assert_eq!(plan.steps[1].address.to_string(), "customers.clients.old");
}

#[test]
fn a_developers_attribute_is_known_to_clients_by_its_prefix() {
    let body = |name: &str| {
        format!(
            "settings: {{ attributes: {{ flag: {{ attributeDataType: String, mutable: true, developerOnlyAttribute: true }} }} }}\nclients: {{ web: {{ readAttributes: ['{name}', email] }} }}\n"
        )
    };
    let world = World::new();
    assert_eq!(world.refusals(&body("custom:flag")).len(), 1);
    world.must_apply(&body("dev:custom:flag"));
    assert_eq!(world.changes(&body("dev:custom:flag")), NONE);
}

#[test]
fn null_on_the_levels_of_acr_brings_their_names_back() {
    let world = World::applied("settings: { acrConfiguration: { Level1: { acrValue: one } } }\n");
    assert_eq!(
        world.changes("settings: { acrConfiguration: null }\n"),
        ["~ settings.acrConfiguration.Level1.acrValue \"one\" → \"urn:cognito:loa:1\""]
    );
}

#[test]
fn a_region_of_sns_goes_with_sns() {
    let role = "arn:aws:iam::123456789012:role/x";
    let world = World::applied(&format!(
        "settings: {{ smsConfiguration: {{ snsCallerArn: '{role}', snsRegion: us-east-1 }} }}\n"
    ));
    let body = format!("settings: {{ smsConfiguration: {{ eumsSms: {{ callerArn: '{role}' }} }} }}\n");
    world.must_apply(&body);
    assert_eq!(world.pool()["SmsConfiguration"], json!({"EumsSms": {"CallerArn": role}}));
    assert_eq!(world.changes(&body), NONE);
}

#[test]
fn a_level_of_acr_that_is_not_there_has_its_default() {
    let body = "settings: { acrConfiguration: { Level2: { acrValue: two } } }\n";
    let world = World::applied("settings: { acrConfiguration: { Level1: { acrValue: one } } }\n");
    world.must_apply(body);
    assert_eq!(world.changes(body), NONE);
    assert_eq!(
        world.changes("settings: { acrConfiguration: { Level3: { acrValue: 'urn:cognito:loa:3' } } }\n"),
        NONE
    );
}
