//! What leaving a member out means, and resets.

use cognitops::plan::RefusalRule;
use cognitops::sandbox::{OmittedMode, Options};
use serde_json::json;

use crate::world::{World, changes, errors, manifest, operations};

fn none() -> [String; 0] {
    []
}

#[test]
fn a_members_default_does_not_depend_on_whether_its_block_is_written() {
    let world = World::applied("settings: { policies: { passwordPolicy: { minimumLength: 12 } } }\n");
    let policy = world.pool()["Policies"]["PasswordPolicy"].clone();
    assert_eq!(
        policy,
        json!({
            "MinimumLength": 12, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": true,
            "RequireSymbols": true, "TemporaryPasswordValidityDays": 7, "PasswordHistorySize": 0,
        })
    );
    assert_eq!(world.changes("settings: { policies: { passwordPolicy: { minimumLength: 12 } } }\n"), none());
}

#[test]
fn blocks_with_defaults_are_sent_whole() {
    let world = World::applied("settings: {}\n");
    world.must_apply("settings: { policies: { passwordPolicy: { minimumLength: 12 } } }\n");
    let sent = world.sent("UpdateUserPool")["Policies"]["PasswordPolicy"].clone();
    for requirement in ["RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols"] {
        assert_eq!(sent[requirement], true, "{requirement}");
    }
}

#[test]
fn blocks_whose_absence_is_a_state_default_to_absent() {
    let app = "arn:aws:mobiletargeting:us-east-1:123456789012:apps/0123456789abcdef0123456789abcdef";
    let world = World::applied(&format!(
        "settings: {{ deviceConfiguration: {{ challengeRequiredOnNewDevice: true }}, adminCreateUserConfig: {{ inviteMessageTemplate: {{ emailSubject: Hi }} }} }}\nclients: {{ web: {{ analyticsConfiguration: {{ applicationArn: '{app}' }} }} }}\n"
    ));
    let plan = world.plan("settings: {}\nclients: { web: {} }\n");
    let paths: Vec<String> =
        changes(&plan).iter().map(|change| change.split_once(' ').unwrap().1.to_owned()).collect();
    assert_eq!(paths.len(), 3, "{paths:?}");
    for path in [
        "settings.deviceConfiguration",
        "settings.adminCreateUserConfig.inviteMessageTemplate",
        "clients.web.analyticsConfiguration",
    ] {
        assert!(
            paths.iter().any(|found| found.starts_with(path) && found.ends_with("→ absent")),
            "{path}: {paths:?}"
        );
    }
}

#[test]
fn an_empty_device_configuration_is_an_error() {
    let found = errors("apiVersion: cognitops/v1\npool: p\nsettings: { deviceConfiguration: {} }\n");
    assert_eq!(found, ["`settings.deviceConfiguration` is empty"]);
}

#[test]
fn a_written_dcr_configuration_states_whether_it_is_on() {
    let found = errors("apiVersion: cognitops/v1\npool: p\nsettings: { dcrConfiguration: {} }\n");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("`enableStatus`"), "{found:?}");
}

#[test]
fn a_reset_writes_the_value_where_there_is_one() {
    for omitted in OmittedMode::ALL {
        let mut world = World::with(Options { omitted, ..Options::default() });
        world.context.all_resets_allowed = true;
        world.must_apply("settings: { policies: { passwordPolicy: { minimumLength: 12 } }, autoVerifiedAttributes: [email] }\nclients: { web: { enableTokenRevocation: true, authSessionValidity: 5 } }\n");
        world.must_apply("settings: {}\nclients: { web: {} }\n");
        assert_eq!(world.sent("UpdateUserPool")["Policies"]["PasswordPolicy"]["MinimumLength"], 8);
        assert_eq!(world.sent("UpdateUserPoolClient")["AuthSessionValidity"], 3);
        assert_eq!(world.client("web")["AuthSessionValidity"], 3);
        assert_eq!(world.changes("settings: {}\nclients: { web: {} }\n"), none(), "{omitted}");
    }
}

#[test]
fn a_reset_that_did_not_take_is_reported_as_kept() {
    let world = World::with(Options { omitted: OmittedMode::Keep, ..Options::default() });
    let app = "arn:aws:mobiletargeting:us-east-1:123456789012:apps/0123456789abcdef0123456789abcdef";
    world.must_apply(&format!(
        "settings: {{}}\nclients: {{ web: {{ analyticsConfiguration: {{ applicationArn: '{app}' }} }} }}\n"
    ));
    let report = world.execute(&world.plan("clients: { web: {} }\n"));
    let kept: Vec<String> =
        report.mismatches.iter().map(|found| format!("{:?} {}", found.kind, found.address)).collect();
    assert_eq!(kept, ["Kept customers.clients.web.analyticsConfiguration"]);
    assert!(!report.is_complete() && report.wrote_something());
}

#[test]
fn members_without_a_constant_default_stay_as_they_are_live() {
    let live = "settings:
  deletionProtection: ACTIVE
  userPoolTier: PLUS
  smsConfiguration: { snsCallerArn: 'arn:aws:iam::123456789012:role/sms', externalId: x }
  dcrConfiguration: { enableStatus: Enabled }
  acrConfiguration: { Level1: { acrValue: low } }
  attributes: { tenant: { attributeDataType: String, mutable: true } }
";
    let world = World::applied(live);
    assert_eq!(world.changes("settings: {}\n"), none());
    let pool = world.pool();
    assert_eq!(pool["UserPoolTier"], "PLUS");
    assert_eq!(pool["DcrConfiguration"]["EnableStatus"], "Enabled");
    // They change when they are written.
    let written = "settings: { deletionProtection: INACTIVE, userPoolTier: ESSENTIALS, dcrConfiguration: { enableStatus: Disabled } }\n";
    assert_eq!(world.changes(written).len(), 3);
    world.must_apply(written);
    assert_eq!(world.pool()["DeletionProtection"], "INACTIVE");
    assert_eq!(world.pool()["SmsConfiguration"]["ExternalId"], "x");
    assert_eq!(world.pool()["AcrConfiguration"]["Level1"]["AcrValue"], "low");
}

#[test]
fn recovery_that_a_pool_never_had_stays_absent() {
    let world = World::applied("settings: {}\n");
    world.tamper(|pool, _, _| {
        pool.as_object_mut().unwrap().remove("AccountRecoverySetting");
    });
    assert_eq!(world.changes("settings: {}\n"), none());
    let written =
        "settings: { accountRecoverySetting: { recoveryMechanisms: [{ name: admin_only, priority: 1 }] } }\n";
    world.must_apply(written);
    let back = world.changes("settings: {}\n");
    assert_eq!(back.len(), 1, "{back:?}");
}

#[test]
fn a_create_only_member_that_is_omitted_is_whatever_it_is_live() {
    let world = World::applied(
        "settings: { usernameAttributes: [email], usernameConfiguration: { caseSensitive: false } }\nclients: { web: { generateSecret: true } }\n",
    );
    assert_eq!(world.changes("settings: {}\nclients: { web: {} }\n"), none());
}

#[test]
fn a_create_only_member_that_differs_is_refused_with_its_line() {
    let world = World::applied("settings: { usernameAttributes: [email] }\nclients: { web: {} }\n");
    let body = "settings:\n  aliasAttributes: [email]\n  usernameConfiguration: { caseSensitive: false }\nclients:\n  web: { generateSecret: true }\n";
    let plan = world.plan(body);
    assert_eq!(
        world.refusals(body),
        [
            (RefusalRule::Immutable, "customers.settings.aliasAttributes".to_owned()),
            (RefusalRule::Immutable, "customers.settings.usernameConfiguration.caseSensitive".to_owned()),
            (RefusalRule::Immutable, "customers.clients.web.generateSecret".to_owned()),
        ]
    );
    let places: Vec<_> = plan.refusals.iter().map(|refusal| refusal.place.clone().unwrap()).collect();
    assert_eq!(places, ["pool.yaml:4:3", "pool.yaml:5:28", "pool.yaml:7:10"]);
}

#[test]
fn attributes_only_grow() {
    let one = "settings: { attributes: { tenant: { attributeDataType: String, mutable: true, stringAttributeConstraints: { maxLength: 64 } } } }\n";
    let world = World::applied(one);
    assert_eq!(world.changes(one), none(), "a bound is the same as a number and as a text");
    let two = "settings: { attributes: { plan: { attributeDataType: Number, mutable: false } } }\n";
    let plan = world.plan(two);
    assert_eq!(operations(&plan), ["AddCustomAttributes"]);
    world.must_apply(two);
    let names: Vec<_> = world.pool()["SchemaAttributes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["Name"].as_str().unwrap().to_owned())
        .collect();
    assert!(names.contains(&"custom:tenant".to_owned()) && names.contains(&"custom:plan".to_owned()));
    let changed = "settings: { attributes: { plan: { attributeDataType: String, mutable: false } } }\n";
    assert_eq!(
        world.refusals(changed),
        [(RefusalRule::Immutable, "customers.settings.attributes.plan.attributeDataType".to_owned())]
    );
    let gone = errors("apiVersion: cognitops/v1\npool: p\nsettings: { attributes: { plan: null } }\n");
    assert_eq!(gone, ["`settings.attributes.plan` takes a mapping with `attributeDataType`"]);
}

#[test]
fn a_custom_attribute_states_whether_it_is_mutable() {
    let found = errors(
        "apiVersion: cognitops/v1\npool: p\nsettings: { attributes: { tenant: { attributeDataType: String } } }\n",
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("mutable"), "{found:?}");
}

#[test]
fn a_custom_attribute_may_have_a_standard_ones_name_with_its_prefix() {
    let body = "settings: { attributes: { 'custom:email': { attributeDataType: String, mutable: true }, email: { attributeDataType: String, required: true, mutable: true } } }\n";
    let world = World::applied(body);
    assert_eq!(world.changes(body), none());
    let schema = world.pool()["SchemaAttributes"].clone();
    let required = schema.as_array().unwrap().iter().find(|attribute| attribute["Name"] == "email").unwrap();
    assert_eq!(required["Required"], true);
    assert!(schema.as_array().unwrap().iter().any(|attribute| attribute["Name"] == "custom:email"));
}

#[test]
fn resets_are_a_kind_of_their_own() {
    let world = World::applied(
        "settings: {}\nclients: { web: { authSessionValidity: 5, enablePropagateAdditionalUserContextData: false } }\n",
    );
    let plan = world.plan("clients: { web: { authSessionValidity: 10 } }\n");
    assert_eq!(changes(&plan), ["~ clients.web.authSessionValidity 5 → 10"]);
    let plan = world.plan("clients: { web: {} }\n");
    assert_eq!(changes(&plan), ["! clients.web.authSessionValidity 5 → 3"]);
    let plan = world.plan("clients: { web: { authSessionValidity: null } }\n");
    assert_eq!(changes(&plan), ["~ clients.web.authSessionValidity 5 → 3"], "null is the default said aloud");
}

#[test]
fn more_resets_of_one_resource_than_the_policy_allows_are_refused() {
    let body = "settings: {}\nclients:\n  web: { authSessionValidity: 5, supportedIdentityProviders: [COGNITO], enablePropagateAdditionalUserContextData: false, explicitAuthFlows: [ALLOW_USER_SRP_AUTH], allowedOAuthFlowsUserPoolClient: true }\n";
    let mut world = World::applied(body);
    let empty = "clients: { web: {} }\n";
    let refused = || vec![(RefusalRule::Reset, "customers.clients.web".to_owned())];
    assert_eq!(world.refusals(empty), refused());
    assert_eq!(
        world.refusals("clients: { web: {} }\npolicy: { maxResets: 4 }\n"),
        [] as [(RefusalRule, String); 0]
    );
    assert_eq!(
        world.refusals("clients: { web: { authSessionValidity: 5 } }\npolicy: { maxResets: 2 }\n"),
        refused()
    );
    assert_eq!(world.refusals("clients: { web: { authSessionValidity: 5 } }\n"), []);
    assert_eq!(changes(&world.plan(empty)).len(), 4, "the whole plan is still shown");
    world.context.allowed_resets = vec![cognitops::path::Pattern::parse("clients.web").unwrap()];
    assert_eq!(world.refusals(empty), []);
    world.context.allowed_resets = vec![cognitops::path::Pattern::parse("customers.clients.other").unwrap()];
    assert_eq!(world.refusals(empty), refused());
    world.context.all_resets_allowed = true;
    assert_eq!(world.refusals(empty), []);
}

#[test]
fn a_reset_that_weakens_security_is_refused() {
    let world = World::applied(
        "settings: { policies: { passwordPolicy: { minimumLength: 12 } } }\nclients: { web: { preventUserExistenceErrors: ENABLED } }\n",
    );
    assert_eq!(
        world.refusals("settings: {}\nclients: { web: {} }\n"),
        [
            (RefusalRule::Reset, "customers.settings".to_owned()),
            (RefusalRule::Reset, "customers.clients.web".to_owned()),
        ]
    );
    let said = "settings: { policies: { passwordPolicy: { minimumLength: 8 } } }\nclients: { web: { preventUserExistenceErrors: LEGACY } }\n";
    assert_eq!(world.refusals(said), [], "what is written is meant");
}

#[test]
fn any_reset_is_refused_on_a_pool_that_is_not_ours_yet() {
    let world = World::applied("settings: { autoVerifiedAttributes: [email] }\n");
    world.tamper(|pool, _, _| pool["UserPoolTags"] = json!({}));
    assert_eq!(world.refusals("settings: {}\n"), [(RefusalRule::Reset, "customers.settings".to_owned())]);
    assert_eq!(world.refusals("settings: { autoVerifiedAttributes: [email] }\n"), []);
}

#[test]
fn omitted_keep_leaves_what_is_not_declared_as_it_is_live() {
    let world = World::applied(
        "settings: { autoVerifiedAttributes: [email] }\nclients: { web: { authSessionValidity: 5 }, api: { authSessionValidity: 6 } }\n",
    );
    let body = |policy: &str| {
        format!("settings: {{}}\nclients: {{ web: {{}}, api: {{}} }}\npolicy: {{ omitted: {policy} }}\n")
    };
    assert_eq!(world.changes(&body("keep")), none());
    assert_eq!(
        world.changes(&body("{ settings: keep }")),
        ["! clients.api.authSessionValidity 6 → 3", "! clients.web.authSessionValidity 5 → 3"]
    );
    assert_eq!(
        world.changes(&body("{ clients.web: keep }")),
        ["! settings.autoVerifiedAttributes [\"email\"] → []", "! clients.api.authSessionValidity 6 → 3"]
    );
    assert_eq!(
        world.changes(&body("{ '**': keep, clients.api: default }")),
        ["! clients.api.authSessionValidity 6 → 3"]
    );
    let written = "clients: { web: { authSessionValidity: 7 }, api: {} }\npolicy: { omitted: keep }\n";
    assert_eq!(world.changes(written), ["~ clients.web.authSessionValidity 5 → 7"], "what is written wins");
}

#[test]
fn keep_survives_the_apply_of_something_else() {
    let world = World::applied(
        "settings: { autoVerifiedAttributes: [email] }\nclients: { web: { authSessionValidity: 5 } }\n",
    );
    world.must_apply("clients: { web: { callbackURLs: [https://a.example/], allowedOAuthFlowsUserPoolClient: true } }\npolicy: { omitted: keep }\n");
    assert_eq!(world.client("web")["AuthSessionValidity"], 5);
}

#[test]
fn ignored_paths_stay_as_they_are_live_and_are_listed() {
    let web = |urls: &str| {
        format!(
            "settings: {{}}\nclients: {{ web: {{ allowedOAuthFlowsUserPoolClient: true, callbackURLs: {urls} }} }}\n"
        )
    };
    let world = World::applied(&web("[https://a.example/]"));
    let ignoring =
        format!("{}policy: {{ ignore: [clients.web.callbackURLs] }}\n", web("[https://b.example/]"));
    let plan = world.plan(&ignoring);
    assert_eq!(operations(&plan), [""; 0]);
    assert_eq!(
        plan.ignored.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["customers.clients.web.callbackURLs"]
    );
}

#[test]
fn the_manifests_of_a_test_are_checked() {
    assert_eq!(manifest("settings: {}\n").key, "customers");
}
