//! What an update sends.

use cognitops::apply::{MismatchKind, Outcome, Report};
use cognitops::cognito::{ApiError, ErrorCode, WriteOperation};
use cognitops::sandbox::Options;
use serde_json::{Value, json};

use crate::world::{Meddler, World, changes, errors, operations};

const NONE: [&str; 0] = [];
const LENGTH: &str =
    "settings: { policies: { passwordPolicy: { minimumLength: 9 } } }\npolicy: { omitted: keep }\n";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

#[test]
fn an_update_starts_from_what_is_live_at_that_moment() {
    let world = World::applied("settings: {}\n");
    let plan = world.plan("settings: { policies: { passwordPolicy: { minimumLength: 9 } } }\n");
    // Somebody changes something else between plan and apply.
    world.tamper(|pool, _, _| pool["AutoVerifiedAttributes"] = json!(["email"]));
    assert!(world.execute(&plan).is_complete());
    assert_eq!(world.pool()["AutoVerifiedAttributes"], json!(["email"]));
    assert_eq!(world.pool()["Policies"]["PasswordPolicy"]["MinimumLength"], 9);
}

#[test]
fn a_value_that_changed_since_the_plan_is_not_overwritten() {
    let world = World::applied("settings: {}\nclients: { web: {} }\n");
    let plan = world.plan("settings: { policies: { passwordPolicy: { minimumLength: 9 } } }\nclients: { web: { authSessionValidity: 5 } }\n");
    world.tamper(|pool, _, _| pool["Policies"]["PasswordPolicy"]["MinimumLength"] = json!(20));
    let report = world.execute(&plan);
    assert!(
        matches!(&report.results[0].outcome, Outcome::Stale(paths) if paths[0].to_string() == "policies.passwordPolicy.minimumLength")
    );
    assert_eq!(report.results[1].outcome, Outcome::Done, "the client does not depend on it");
    assert!(report.changed_meanwhile());
    assert_eq!(world.pool()["Policies"]["PasswordPolicy"]["MinimumLength"], 20);
}

#[test]
fn dcr_configuration_is_sent_only_when_it_changes_and_survives_all_else() {
    let world = World::applied("settings: { dcrConfiguration: { enableStatus: Disabled } }\n");
    world.must_apply(LENGTH);
    assert_eq!(world.sent("UpdateUserPool").get("DcrConfiguration"), None);
    assert_eq!(world.pool()["DcrConfiguration"]["EnableStatus"], "Disabled");
    world
        .must_apply("settings: { dcrConfiguration: { enableStatus: Enabled } }\npolicy: { omitted: keep }\n");
    assert_eq!(world.sent("UpdateUserPool")["DcrConfiguration"]["EnableStatus"], "Enabled");
    world.must_apply(
        "settings: { dcrConfiguration: { enableStatus: Disabled } }\npolicy: { omitted: keep }\n",
    );
    assert_eq!(world.pool()["DcrConfiguration"]["EnableStatus"], "Disabled");
}

#[test]
fn a_dcr_configuration_without_its_status_turns_registration_on() {
    let world = World::applied("settings: { dcrConfiguration: { enableStatus: Disabled } }\n");
    let input = json!({"UserPoolId": world.pool_id(), "DcrConfiguration": {}});
    world.write(WriteOperation::UpdateUserPool, input).unwrap();
    assert_eq!(world.pool()["DcrConfiguration"]["EnableStatus"], "Enabled");
}

#[test]
fn members_at_their_default_are_left_out_of_an_update() {
    let world = World::applied("settings: {}\n");
    world.tamper(|pool, _, _| {
        let levels = |n: u8| json!({"AcrValue": format!("urn:cognito:loa:{n}")});
        pool["AcrConfiguration"] =
            json!({"Level1": levels(1), "Level2": levels(2), "Level3": levels(3), "Level4": levels(4)});
        pool["KeyConfiguration"] = json!({"KeyType": "AWS_OWNED_KEY"});
        pool["IssuerConfiguration"] = json!({"Type": "ORIGINAL"});
        pool["UserPoolAddOns"] = json!({"AdvancedSecurityMode": "OFF"});
    });
    world.must_apply(LENGTH);
    let sent = world.sent("UpdateUserPool");
    for member in ["AcrConfiguration", "KeyConfiguration", "IssuerConfiguration", "UserPoolAddOns"] {
        assert_eq!(sent.get(member), None, "{member}");
    }
    assert_eq!(sent["Policies"].get("SignInPolicy"), None);
    world.tamper(|pool, _, _| pool["AcrConfiguration"] = json!({"Level1": {"AcrValue": "low"}}));
    world.must_apply(
        "settings: { policies: { passwordPolicy: { minimumLength: 10 } } }\npolicy: { omitted: keep }\n",
    );
    assert_eq!(world.sent("UpdateUserPool")["AcrConfiguration"]["Level1"]["AcrValue"], "low");
}

/// A pool that has whatever makes AWS refuse its own answer.
fn awkward() -> World {
    let world = World::applied(&format!(
        "settings: {{ lambdaConfig: {{ preTokenGeneration: {{ lambdaArn: '{FUNCTION}', lambdaVersion: V2_0 }} }}, adminCreateUserConfig: {{ allowAdminCreateUserOnly: true }} }}\n"
    ));
    world.tamper(|pool, mfa, _| {
        pool["UserPoolTags"]["aws:cloudformation:stack-name"] = json!("auth");
        pool["SmsConfiguration"] = json!({});
        pool["UserPoolAddOns"] = json!({});
        mfa["SoftwareTokenMfaConfiguration"] = json!({"Enabled": false});
    });
    world
}

#[test]
fn what_aws_refuses_of_an_echoed_answer_is_never_sent() {
    let world = awkward();
    world.must_apply(LENGTH);
    let sent = world.sent("UpdateUserPool");
    assert_eq!(sent["AdminCreateUserConfig"].get("UnusedAccountValidityDays"), None);
    assert_eq!(sent["UserPoolTags"].get("aws:cloudformation:stack-name"), None);
    assert_eq!(sent.get("SmsConfiguration"), None);
    assert_eq!(sent.get("UserPoolAddOns"), None);
    assert_eq!(sent["LambdaConfig"]["PreTokenGeneration"], FUNCTION);
    assert_eq!(sent["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaArn"], FUNCTION);
    for computed in [
        "Arn",
        "Id",
        "CreationDate",
        "LastModifiedDate",
        "EstimatedNumberOfUsers",
        "SchemaAttributes",
        "Status",
    ] {
        assert_eq!(sent.get(computed), None, "{computed}");
    }
}

#[test]
fn one_spelling_per_fact() {
    let world =
        World::applied(&format!("settings: {{ lambdaConfig: {{ preTokenGeneration: '{FUNCTION}' }} }}\n"));
    let config = world.pool()["LambdaConfig"].clone();
    assert_eq!(config["PreTokenGeneration"], FUNCTION);
    assert_eq!(config["PreTokenGenerationConfig"]["LambdaVersion"], "V1_0");
    let block = format!(
        "settings: {{ lambdaConfig: {{ preTokenGeneration: {{ lambdaArn: '{FUNCTION}', lambdaVersion: V1_0 }} }} }}\n"
    );
    assert_eq!(world.changes(&block), NONE, "an ARN is version V1_0");
    let sms = "settings:
  smsConfiguration: { snsCallerArn: 'arn:aws:iam::123456789012:role/sms', externalId: x }
  smsAuthenticationMessage: 'Code {####}'
  mfaConfiguration: OPTIONAL
  smsMfaConfiguration: {}
";
    let world = World::applied(sms);
    let sent = world.sent("SetUserPoolMfaConfig");
    assert_eq!(sent["SmsMfaConfiguration"]["SmsConfiguration"]["ExternalId"], "x");
    assert_eq!(sent["SmsMfaConfiguration"]["SmsAuthenticationMessage"], "Code {####}");
    assert_eq!(world.changes(sms), NONE);
}

#[test]
fn a_token_validity_and_its_unit_are_one_value_and_all_three_are_always_sent() {
    let world = World::applied("settings: {}\nclients: { web: { accessTokenValidity: 30m } }\n");
    world.must_apply("clients: { web: { accessTokenValidity: 30m, authSessionValidity: 5 } }\n");
    let sent = world.sent("UpdateUserPoolClient");
    assert_eq!(
        (
            &sent["AccessTokenValidity"],
            &sent["IdTokenValidity"],
            &sent["RefreshTokenValidity"],
            &sent["TokenValidityUnits"]
        ),
        (
            &json!(30),
            &json!(1),
            &json!(30),
            &json!({"AccessToken": "minutes", "IdToken": "hours", "RefreshToken": "days"})
        )
    );
    let number = "clients: { web: { accessTokenValidity: 1800, tokenValidityUnits: { accessToken: seconds }, authSessionValidity: 5 } }\n";
    assert_eq!(world.changes(number), NONE);
}

#[test]
fn absence_means_what_the_service_does() {
    let world = World::applied("settings: {}\nclients: { web: {} }\n");
    world.tamper(|_, _, clients| {
        let client = clients[0].as_object_mut().unwrap();
        client.retain(|name, _| {
            ["ClientId", "ClientName", "UserPoolId", "EnableTokenRevocation"].contains(&name.as_str())
        });
    });
    let aloud = "clients:
  web:
    preventUserExistenceErrors: LEGACY
    accessTokenValidity: 60m
    idTokenValidity: 1h
    refreshTokenValidity: 30d
    explicitAuthFlows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_CUSTOM_AUTH]
    callbackURLs: []
    logoutURLs: []
    allowedOAuthFlows: []
    allowedOAuthScopes: []
    supportedIdentityProviders: []
    refreshTokenRotation: { feature: DISABLED, retryGracePeriodSeconds: 0 }
    authSessionValidity: 3
";
    assert_eq!(world.changes(aloud), NONE);
    assert_eq!(world.changes("clients: { web: {} }\n"), NONE);
    world.tamper(|_, _, clients| clients[0]["RefreshTokenValidity"] = json!(0));
    assert_eq!(world.changes(aloud), NONE);
}

#[test]
fn read_and_write_attributes_absent_are_the_services_set() {
    let world = World::applied("settings: {}\nclients: { web: { readAttributes: [email] } }\n");
    assert_eq!(
        world.changes("clients: { web: {} }\n"),
        ["! clients.web.readAttributes [\"email\"] → absent"]
    );
    assert_eq!(world.refusals("clients: { web: {} }\n").len(), 1, "the client could read more");
    world.must_apply("clients: { web: { readAttributes: null } }\n");
    assert_eq!(world.sent("UpdateUserPoolClient").get("ReadAttributes"), None);
    let empty =
        "apiVersion: cognitops/v1\npool: p\nclients: { web: { readAttributes: [], writeAttributes: [] } }\n";
    assert_eq!(errors(empty).len(), 2, "an empty list is not the service's set");
}

#[test]
fn no_list_of_scalars_is_ordered() {
    let body = "settings: { autoVerifiedAttributes: [phone_number, email], aliasAttributes: [preferred_username, email] }\nclients:\n  web:\n    allowedOAuthFlowsUserPoolClient: true\n    callbackURLs: [https://c.example/, https://a.example/, https://b.example/]\n    allowedOAuthFlows: [implicit, code]\n    allowedOAuthScopes: [profile, openid, email]\n    readAttributes: [name, email]\n    explicitAuthFlows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]\n";
    for seed in 0..20 {
        let world = World::with(Options { shuffle: Some(seed), ..Options::default() });
        world.must_apply(body);
        assert_eq!(world.changes(body), NONE, "seed {seed}");
    }
    let world = World::applied(body);
    let sent = world.sent("CreateUserPoolClient")["CallbackURLs"].clone();
    assert_eq!(
        sent,
        json!(["https://c.example/", "https://a.example/", "https://b.example/"]),
        "written in the manifest's order"
    );
}

#[test]
fn recovery_mechanisms_are_known_by_their_names_and_ordered_by_priority() {
    let body =
        |list: &str| format!("settings: {{ accountRecoverySetting: {{ recoveryMechanisms: [{list}] }} }}\n");
    let (email, phone) =
        ("{ name: verified_email, priority: 1 }", "{ name: verified_phone_number, priority: 2 }");
    let world = World::applied(&body(&format!("{email}, {phone}")));
    assert_eq!(world.changes(&body(&format!("{phone}, {email}"))), NONE);
    let swapped = "{ name: verified_email, priority: 2 }, { name: verified_phone_number, priority: 1 }";
    assert_eq!(world.changes(&body(swapped)).len(), 1);
}

#[test]
fn scalars_that_the_api_holds_as_text_are_compared_as_what_they_mean() {
    let body = |bound: &str| {
        format!(
            "settings: {{ attributes: {{ age: {{ attributeDataType: Number, mutable: true, numberAttributeConstraints: {{ maxValue: {bound} }} }} }} }}\n"
        )
    };
    let world = World::applied(&body("'120'"));
    assert_eq!(world.changes(&body("120")), NONE);
}

/// Puts members into every document that no version of ours knows.
fn with_unknown_members(world: &World) {
    world.tamper(|pool, mfa, clients| {
        pool["QuantumConfiguration"] = json!({"Secret": "hunter2", "Level": 7});
        pool["Policies"]["PasswordPolicy"]["ForbidPets"] = json!(true);
        mfa["BrainwaveMfaConfiguration"] = json!({"Enabled": true});
        clients[0]["TokenFlavour"] = json!(["vanilla"]);
    });
}

const WITH_CLIENT: &str = "settings: { mfaConfiguration: OPTIONAL, softwareTokenMfaConfiguration: { enabled: true } }\nclients: { web: {} }\n";

#[test]
fn unknown_members_travel_through_updates_at_any_depth() {
    let world = World::applied(WITH_CLIENT);
    with_unknown_members(&world);
    let report = world.must_apply(
        "settings:\n  policies: { passwordPolicy: { minimumLength: 9 } }\n  mfaConfiguration: ON\n  softwareTokenMfaConfiguration: { enabled: true }\nclients: { web: { authSessionValidity: 5 } }\n",
    );
    assert_eq!(report.results.len(), 3);
    let (pool, mfa, client) = (world.pool(), world.mfa(), world.client("web"));
    assert_eq!(pool["QuantumConfiguration"], json!({"Secret": "hunter2", "Level": 7}));
    assert_eq!(pool["Policies"]["PasswordPolicy"]["ForbidPets"], true);
    assert_eq!(mfa["BrainwaveMfaConfiguration"]["Enabled"], true);
    assert_eq!(client["TokenFlavour"], json!(["vanilla"]));
}

#[test]
fn unknown_members_are_shown_by_path_and_type_and_never_by_value() {
    let world = World::applied(WITH_CLIENT);
    with_unknown_members(&world);
    let plan = world.plan(WITH_CLIENT);
    let mut shown: Vec<String> = plan
        .unknown
        .iter()
        .map(|unknown| format!("{} {} {}", unknown.address, unknown.member.path, unknown.member.r#type))
        .collect();
    shown.sort();
    assert_eq!(
        shown,
        [
            "customers.clients.web TokenFlavour list",
            "customers.settings BrainwaveMfaConfiguration object",
            "customers.settings Policies.PasswordPolicy.ForbidPets boolean",
            "customers.settings QuantumConfiguration object",
        ]
    );
    assert!(!format!("{plan:?}").contains("hunter2"));
    assert_eq!(operations(&plan), NONE, "they are no difference");
}

#[test]
fn an_unknown_member_that_vanished_is_reported_as_lost() {
    let world = World::applied(WITH_CLIENT);
    with_unknown_members(&world);
    let body = "settings: { policies: { passwordPolicy: { minimumLength: 9 } } }\npolicy: { omitted: keep, unknown: { QuantumConfiguration: drop } }\n";
    let report = world.must_apply(body);
    assert_eq!(
        world.pool().get("QuantumConfiguration"),
        None,
        "policy.unknown leaves it out, and no loss is reported"
    );
    assert_eq!(report.mismatches, []);
    // One that was sent back and is gone is a loss.
    let plan = world.plan("clients: { web: { authSessionValidity: 5 } }\n");
    let meddler = Meddler {
        world: &world,
        request: |input| {
            input.as_object_mut().unwrap().remove("TokenFlavour");
        },
        afterwards: |_| {},
    };
    let report = world.execute_over(&plan, &meddler);
    let found: Vec<_> =
        report.mismatches.iter().map(|found| (found.kind, found.address.to_string())).collect();
    assert_eq!(found, [(MismatchKind::Lost, "customers.clients.web.TokenFlavour".to_owned())]);
    assert!(!report.is_complete());
}

#[test]
fn a_member_that_the_service_does_not_take_back_is_named_with_the_way_out() {
    let world = World::applied("settings: {}\n");
    world.tamper(|pool, _, _| pool["QuantumConfiguration"] = json!({"Level": 7}));
    let error = ApiError {
        operation: "UpdateUserPool",
        code: ErrorCode::InvalidParameter,
        message: "Unknown parameter QuantumConfiguration".to_owned(),
        request_id: None,
    };
    world.sandbox.fail_next("UpdateUserPool", error);
    let report =
        world.execute(&world.plan("settings: { policies: { passwordPolicy: { minimumLength: 9 } } }\n"));
    let text = cognitops::render::human::report(&Report { account: None, pools: vec![report] }, 0);
    assert!(text.contains("QuantumConfiguration") && text.contains("policy.unknown"), "{text}");
}

#[test]
fn a_failure_of_one_resource_does_not_stop_the_others() {
    let world = World::applied("settings: {}\n");
    let error = |operation| ApiError {
        operation,
        code: ErrorCode::InvalidParameter,
        message: "no".to_owned(),
        request_id: None,
    };
    world.sandbox.fail_next("UpdateUserPool", error("UpdateUserPool"));
    world.sandbox.fail_next("CreateUserPoolClient", error("CreateUserPoolClient"));
    let body = "settings: { autoVerifiedAttributes: [email] }\nclients: { a: {}, b: {} }\n";
    let report = world.execute(&world.plan(body));
    let outcomes: Vec<bool> = report.results.iter().map(|result| result.outcome == Outcome::Done).collect();
    assert_eq!(outcomes, [false, false, true], "pool, client a, client b");
    assert_eq!(
        changes(&world.plan(body)),
        ["~ settings.autoVerifiedAttributes [] → [\"email\"]"],
        "a rerun takes up what is left"
    );
    world.must_apply(body);
    assert_eq!(operations(&world.plan(body)), NONE);
}

#[test]
fn what_needs_a_failed_call_is_skipped() {
    let world = World::new();
    let error = ApiError {
        operation: "CreateUserPool",
        code: ErrorCode::LimitExceeded,
        message: "no".to_owned(),
        request_id: None,
    };
    world.sandbox.fail_next("CreateUserPool", error);
    let report = world.execute(&world.plan(WITH_CLIENT));
    let skipped =
        report.results.iter().filter(|result| matches!(result.outcome, Outcome::Skipped(_))).count();
    assert_eq!((skipped, report.results.len()), (2, 3));
    assert!(!report.wrote_something());
}

#[test]
fn somebody_elses_change_during_the_apply_is_reported() {
    let world = World::applied("settings: {}\nclients: { web: {} }\n");
    let plan = world.plan("settings: { policies: { passwordPolicy: { minimumLength: 9 } } }\nclients: { web: { authSessionValidity: 5 } }\n");
    // The change comes between our two writes.
    let meddler = Meddler {
        world: &world,
        request: |_| {},
        afterwards: |world| world.tamper(|pool, _, _| pool["AutoVerifiedAttributes"] = json!(["email"])),
    };
    let report = world.execute_over(&plan, &meddler);
    let found: Vec<_> =
        report.mismatches.iter().map(|found| (found.kind, found.address.to_string())).collect();
    assert_eq!(found, [(MismatchKind::Foreign, "customers.settings.autoVerifiedAttributes".to_owned())]);
    assert!(report.changed_meanwhile());
}

#[test]
fn a_null_device_configuration_is_written_as_null() {
    let world = World::applied("settings: { deviceConfiguration: { challengeRequiredOnNewDevice: true } }\n");
    world.must_apply("settings: { deviceConfiguration: null }\n");
    assert_eq!(world.sent("UpdateUserPool").get("DeviceConfiguration"), Some(&Value::Null));
    assert_eq!(world.pool().get("DeviceConfiguration"), None);
}
