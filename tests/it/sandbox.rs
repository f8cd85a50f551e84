//! The sandbox has Cognito's semantics: each test is named after the fact.

use cognitops::cognito::{ApiError, ErrorCode, ReadOperation, WriteOperation};
use cognitops::sandbox::{Access, OmittedMode, Options, Sandbox, SandboxError};
use serde_json::{Value, json};

use crate::world::{World, wait};

const ROLE: &str = "arn:aws:iam::123456789012:role/sms";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

/// A world with one pool and one client, made by the API itself.
fn account(omitted: OmittedMode) -> World {
    let world = World::with(Options { omitted, ..Options::default() });
    world.write(WriteOperation::CreateUserPool, json!({"PoolName": "customers"})).unwrap();
    create(&world, json!({"ClientName": "web"})).unwrap();
    world
}

fn world() -> World {
    account(OmittedMode::Documented)
}

fn create(world: &World, mut input: Value) -> Result<Value, ApiError> {
    input["UserPoolId"] = json!(world.pool_id());
    world.write(WriteOperation::CreateUserPoolClient, input)
}

fn update(world: &World, mut input: Value) -> Result<Value, ApiError> {
    input["UserPoolId"] = json!(world.pool_id());
    world.write(WriteOperation::UpdateUserPool, input)
}

fn update_client(world: &World, mut input: Value) -> Result<Value, ApiError> {
    input["UserPoolId"] = json!(world.pool_id());
    input["ClientId"] = json!(world.client_id("web"));
    world.write(WriteOperation::UpdateUserPoolClient, input)
}

fn set_mfa(world: &World, mut input: Value) -> Result<Value, ApiError> {
    input["UserPoolId"] = json!(world.pool_id());
    world.write(WriteOperation::SetUserPoolMfaConfig, input)
}

fn refused<T: std::fmt::Debug>(result: Result<T, ApiError>) -> String {
    let error = result.unwrap_err();
    format!("{}: {}", error.code.as_str(), error.message)
}

#[test]
fn a_new_pool_has_computed_members_and_defaults() {
    let pool = world().pool();
    for member in ["Id", "Arn", "CreationDate", "LastModifiedDate", "EstimatedNumberOfUsers"] {
        assert!(!pool[member].is_null(), "{member}");
    }
    assert_eq!(pool["Policies"]["PasswordPolicy"]["MinimumLength"], 8);
    assert_eq!(pool["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"], json!(["PASSWORD"]));
    assert_eq!(pool["EmailConfiguration"]["EmailSendingAccount"], "COGNITO_DEFAULT");
    assert_eq!(pool["VerificationMessageTemplate"]["DefaultEmailOption"], "CONFIRM_WITH_CODE");
    assert_eq!(pool["UserPoolTier"], "ESSENTIALS");
    assert_eq!(pool["AdminCreateUserConfig"]["UnusedAccountValidityDays"], 7);
    assert_eq!(pool["AccountRecoverySetting"]["RecoveryMechanisms"].as_array().unwrap().len(), 2);
    assert_eq!(pool["SchemaAttributes"].as_array().unwrap().len(), 21);
}

#[test]
fn a_partial_password_policy_means_false_for_each_requirement_that_it_does_not_name() {
    let world = world();
    update(&world, json!({"Policies": {"PasswordPolicy": {"MinimumLength": 10}}})).unwrap();
    assert_eq!(world.pool()["Policies"]["PasswordPolicy"]["RequireSymbols"], false);
}

#[test]
fn a_new_client_has_defaults_and_no_secret_unless_asked() {
    let world = world();
    let client = world.client("web");
    assert_eq!((&client["RefreshTokenValidity"], &client["AuthSessionValidity"]), (&json!(30), &json!(3)));
    assert_eq!(client["EnableTokenRevocation"], true);
    for absent in
        ["ClientSecret", "ReadAttributes", "WriteAttributes", "ExplicitAuthFlows", "AccessTokenValidity"]
    {
        assert_eq!(client.get(absent), None, "{absent}");
    }
    create(&world, json!({"ClientName": "secret", "GenerateSecret": true})).unwrap();
    assert_eq!(world.client("secret")["ClientSecret"].as_str().unwrap().len(), 51);
}

#[test]
fn lists_of_a_client_are_answered_sorted() {
    let world = world();
    update_client(
        &world,
        json!({
            "AllowedOAuthFlowsUserPoolClient": true,
            "CallbackURLs": ["https://c.example/", "https://a.example/"],
            "AllowedOAuthScopes": ["profile", "openid"],
        }),
    )
    .unwrap();
    let client = world.client("web");
    assert_eq!(client["CallbackURLs"], json!(["https://a.example/", "https://c.example/"]));
    assert_eq!(client["AllowedOAuthScopes"], json!(["openid", "profile"]));
}

#[test]
fn custom_attributes_are_answered_with_their_prefix_and_only_added() {
    let world = world();
    let add = |attribute: Value| {
        let input = json!({"UserPoolId": world.pool_id(), "CustomAttributes": [attribute]});
        world.write(WriteOperation::AddCustomAttributes, input)
    };
    add(json!({"Name": "tenant", "AttributeDataType": "String"})).unwrap();
    add(json!({"Name": "flag", "AttributeDataType": "String", "DeveloperOnlyAttribute": true})).unwrap();
    let names: Vec<String> = world.pool()["SchemaAttributes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["Name"].as_str().unwrap().to_owned())
        .collect();
    assert!(
        names.contains(&"custom:tenant".to_owned()) && names.contains(&"dev:custom:flag".to_owned()),
        "{names:?}"
    );
    assert_eq!(
        refused(add(json!({"Name": "tenant", "AttributeDataType": "Number"}))),
        "InvalidParameterException: custom:tenant: Existing attribute already has name custom:tenant."
    );
    assert_eq!(
        refused(add(json!({"Name": "x", "AttributeDataType": "String", "Required": true}))),
        "InvalidParameterException: Required custom attributes are not supported currently."
    );
    let many: Vec<Value> =
        (0..25).map(|n| json!({"Name": format!("a{n}"), "AttributeDataType": "String"})).collect();
    let input = |list: &[Value]| json!({"UserPoolId": world.pool_id(), "CustomAttributes": list});
    world.write(WriteOperation::AddCustomAttributes, input(&many)).unwrap();
    let more: Vec<Value> =
        (25..50).map(|n| json!({"Name": format!("a{n}"), "AttributeDataType": "String"})).collect();
    assert!(
        refused(world.write(WriteOperation::AddCustomAttributes, input(&more)))
            .starts_with("LimitExceededException")
    );
}

#[test]
fn an_echoed_answer_is_refused_for_each_of_the_known_reasons() {
    let world = world();
    let both = json!({
        "AdminCreateUserConfig": {"UnusedAccountValidityDays": 7},
        "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 7}},
    });
    let unequal = json!({"LambdaConfig": {
        "PreTokenGeneration": FUNCTION,
        "PreTokenGenerationConfig": {"LambdaArn": format!("{FUNCTION}2"), "LambdaVersion": "V2_0"},
    }});
    for (input, reason) in [
        (both, "UnusedAccountValidityDays"),
        (json!({"UserPoolTags": {"aws:x": "1"}}), "aws:"),
        (unequal, "PreTokenGeneration"),
        (json!({"SmsConfiguration": {}}), "SmsConfiguration"),
        (json!({"UserPoolAddOns": {}}), "dvancedSecurityMode"),
    ] {
        let before = world.pool();
        let words = refused(update(&world, input));
        assert!(words.starts_with("InvalidParameterException: ") && words.contains(reason), "{words}");
        assert_eq!(world.pool(), before);
    }
    for factor in ["SoftwareTokenMfaConfiguration", "SmsMfaConfiguration", "EmailMfaConfiguration"] {
        let block = if factor.starts_with("Software") { json!({"Enabled": false}) } else { json!({}) };
        let words = refused(set_mfa(&world, json!({"MfaConfiguration": "OFF", factor: block})));
        assert!(words.contains("can't disable MFA and configure an MFA together"), "{words}");
    }
}

#[test]
fn texts_by_code_and_by_link_may_stand_together() {
    let world = world();
    let template = json!({"EmailMessage": "Code {####}", "EmailMessageByLink": "{##Confirm##}"});
    update(&world, json!({"VerificationMessageTemplate": template})).unwrap();
    let pool = world.pool();
    assert_eq!(pool["VerificationMessageTemplate"]["EmailMessageByLink"], "{##Confirm##}");
    assert_eq!(pool["EmailVerificationMessage"], "Code {####}", "the older member mirrors it");
}

#[test]
fn a_dcr_configuration_is_kept_when_left_out_and_on_when_its_status_is() {
    for omitted in OmittedMode::ALL {
        let world = account(omitted);
        update(&world, json!({"DcrConfiguration": {"EnableStatus": "Disabled"}})).unwrap();
        update(&world, json!({})).unwrap();
        assert_eq!(world.pool()["DcrConfiguration"]["EnableStatus"], "Disabled", "{omitted}");
        update(&world, json!({"DcrConfiguration": {}})).unwrap();
        assert_eq!(world.pool()["DcrConfiguration"]["EnableStatus"], "Enabled", "{omitted}");
    }
}

#[test]
fn leaving_the_sign_in_policy_out_is_no_way_to_remove_it() {
    for omitted in OmittedMode::ALL {
        let world = account(omitted);
        let policy = json!({"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]});
        update(&world, json!({"Policies": {"SignInPolicy": policy}})).unwrap();
        update(&world, json!({"Policies": {"PasswordPolicy": {"MinimumLength": 9}}})).unwrap();
        assert_eq!(world.pool()["Policies"]["SignInPolicy"], policy, "{omitted}");
    }
}

#[test]
fn any_device_configuration_remembers_devices_and_null_stops_it() {
    let world = account(OmittedMode::Keep);
    update(&world, json!({"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": false}})).unwrap();
    assert!(world.pool()["DeviceConfiguration"].is_object());
    update(&world, json!({"DeviceConfiguration": null})).unwrap();
    assert_eq!(world.pool().get("DeviceConfiguration"), None);
}

#[test]
fn what_an_update_leaves_out_depends_on_the_mode() {
    let cases = [
        (OmittedMode::Documented, [8, 1, 30]),
        (OmittedMode::Measured, [12, 1, 7]),
        (OmittedMode::Keep, [12, 2, 7]),
    ];
    for (omitted, [length, verified, refresh]) in cases {
        let world = account(omitted);
        update(
            &world,
            json!({
                "Policies": {"PasswordPolicy": {"MinimumLength": 12}},
                "AutoVerifiedAttributes": ["email", "phone_number"],
            }),
        )
        .unwrap();
        update(&world, json!({"DeletionProtection": "ACTIVE"})).unwrap();
        let pool = world.pool();
        assert_eq!(pool["Policies"]["PasswordPolicy"]["MinimumLength"], length, "{omitted}");
        assert_eq!(
            pool["AutoVerifiedAttributes"].as_array().is_some_and(|list| list.len() == 2),
            verified == 2,
            "{omitted}"
        );
        update_client(&world, json!({"RefreshTokenValidity": 7})).unwrap();
        update_client(&world, json!({"AuthSessionValidity": 5})).unwrap();
        assert_eq!(world.client("web")["RefreshTokenValidity"], refresh, "{omitted}");
    }
}

#[test]
fn lambda_triggers_are_replaced_as_one_container_in_every_mode() {
    for omitted in OmittedMode::ALL {
        let world = account(omitted);
        update(&world, json!({"LambdaConfig": {"PreSignUp": FUNCTION}})).unwrap();
        update(&world, json!({"LambdaConfig": {"PostConfirmation": FUNCTION}})).unwrap();
        assert_eq!(world.pool()["LambdaConfig"], json!({"PostConfirmation": FUNCTION}), "{omitted}");
    }
}

#[test]
fn create_only_members_are_not_in_an_update() {
    let world = world();
    for member in ["UsernameAttributes", "AliasAttributes"] {
        let _ = update(&world, json!({member: ["email"]}));
        assert_eq!(world.pool().get(member), None, "{member}");
    }
    let _ = update_client(&world, json!({"GenerateSecret": true}));
    assert_eq!(world.client("web").get("ClientSecret"), None);
}

#[test]
fn what_is_referred_to_must_exist() {
    let world = world();
    for (input, words) in [
        (
            json!({"SupportedIdentityProviders": ["Google"]}),
            "InvalidParameterException: The provider Google does not exist for User Pool",
        ),
        (
            json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthScopes": ["a/b"]}),
            "ScopeDoesNotExistException: ",
        ),
        (json!({"ReadAttributes": ["custom:nope"]}), "InvalidParameterException: Invalid ReadAttributes"),
        (json!({"WriteAttributes": ["sub"]}), "InvalidParameterException: Invalid write attributes"),
        (
            json!({"CallbackURLs": ["https://a.example/"]}),
            "InvalidParameterException: AllowedOAuthFlowsUserPoolClient must be true",
        ),
        (
            json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials"]}),
            "InvalidOAuthFlowException: ",
        ),
        (
            json!({"DefaultRedirectURI": "https://a.example/"}),
            "InvalidParameterException: DefaultRedirectURI",
        ),
        (
            json!({"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH", "ALLOW_USER_SRP_AUTH"]}),
            "InvalidParameterException: Old and ALLOW_",
        ),
        (
            json!({"RefreshTokenRotation": {"Feature": "ENABLED"}}),
            "InvalidParameterException: ALLOW_REFRESH_TOKEN_AUTH",
        ),
        (
            json!({"AccessTokenValidity": 2, "TokenValidityUnits": {"AccessToken": "days"}}),
            "InvalidParameterException: Invalid range",
        ),
    ] {
        let before = world.client("web");
        let answer = refused(update_client(&world, input.clone()));
        assert!(answer.starts_with(words), "{input}: {answer}");
        assert_eq!(world.client("web"), before, "{input}");
    }
    let missing = json!({"UserPoolId": world.pool_id(), "ClientId": "a".repeat(26)});
    let error = wait(cognitops::cognito::ReadCognito::read(
        &world.sandbox,
        ReadOperation::DescribeUserPoolClient,
        missing,
    ));
    assert_eq!(error.unwrap_err().code, ErrorCode::ResourceNotFound);
}

#[test]
fn mfa_is_replaced_whole_and_off_when_its_mode_is_left_out() {
    let world = world();
    set_mfa(
        &world,
        json!({"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": true}}),
    )
    .unwrap();
    assert_eq!(world.pool()["MfaConfiguration"], "OPTIONAL");
    set_mfa(&world, json!({})).unwrap();
    assert_eq!(world.mfa(), json!({"MfaConfiguration": "OFF"}));
    for (input, words) in [
        (json!({"MfaConfiguration": "ON"}), "needs at least one factor"),
        (json!({"MfaConfiguration": "ON", "EmailMfaConfiguration": {}}), "DEVELOPER"),
        (json!({"MfaConfiguration": "ON", "SmsMfaConfiguration": {}}), "SMS configuration"),
    ] {
        let answer = refused(set_mfa(&world, input));
        assert!(answer.contains(words), "{answer}");
    }
    let created =
        world.write(WriteOperation::CreateUserPool, json!({"PoolName": "b", "MfaConfiguration": "ON"}));
    assert!(refused(created).starts_with("InvalidParameterException: SMS configuration is needed"));
}

#[test]
fn an_update_that_leaves_the_mode_out_switches_mfa_off_as_documented_and_not_as_measured() {
    for (omitted, mode) in
        [(OmittedMode::Documented, "OFF"), (OmittedMode::Measured, "ON"), (OmittedMode::Keep, "ON")]
    {
        let world = account(omitted);
        set_mfa(
            &world,
            json!({"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": true}}),
        )
        .unwrap();
        update(&world, json!({"DeletionProtection": "ACTIVE"})).unwrap();
        assert_eq!(world.mfa()["MfaConfiguration"], mode, "{omitted}");
    }
}

#[test]
fn the_sms_factor_shows_the_pools_own_configuration() {
    let world = world();
    let configuration = json!({"SnsCallerArn": ROLE, "ExternalId": "x"});
    update(&world, json!({"SmsConfiguration": configuration})).unwrap();
    set_mfa(
        &world,
        json!({"MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {"SmsConfiguration": configuration}}),
    )
    .unwrap();
    assert_eq!(world.mfa()["SmsMfaConfiguration"]["SmsConfiguration"], configuration);
    update(&world, json!({"MfaConfiguration": "OPTIONAL"})).unwrap();
    assert_eq!(world.pool()["SmsConfiguration"], configuration, "SMS once configured cannot be removed");
}

#[test]
fn deletion_protection_protects() {
    let world = world();
    update(&world, json!({"DeletionProtection": "ACTIVE"})).unwrap();
    let delete = || world.write(WriteOperation::DeleteUserPool, json!({"UserPoolId": world.pool_id()}));
    assert!(refused(delete()).contains("deletion protection is activated"));
    update(&world, json!({"DeletionProtection": "INACTIVE"})).unwrap();
    delete().unwrap();
    assert_eq!(world.sandbox.document()["pools"], json!({}));
}

#[test]
fn lists_come_in_pages_of_at_most_sixty() {
    let world = world();
    for number in 0..124 {
        create(&world, json!({"ClientName": format!("c{number}")})).unwrap();
    }
    let list = |input: Value| {
        let mut input = input;
        input["UserPoolId"] = json!(world.pool_id());
        wait(cognitops::cognito::ReadCognito::read(&world.sandbox, ReadOperation::ListUserPoolClients, input))
    };
    let (mut sizes, mut token) = (Vec::new(), None);
    loop {
        let mut input = json!({"MaxResults": 60});
        if let Some(token) = token {
            input["NextToken"] = token;
        }
        let answer = list(input).unwrap();
        sizes.push(answer["UserPoolClients"].as_array().unwrap().len());
        match answer.get("NextToken") {
            Some(next) => token = Some(next.clone()),
            None => break,
        }
    }
    assert_eq!(sizes, [60, 60, 5]);
    assert!(refused(list(json!({"MaxResults": 61}))).contains("less than or equal to 60"));
    assert!(refused(list(json!({"NextToken": "nonsense"}))).contains("Invalid pagination token"));
    let pools =
        wait(cognitops::cognito::ReadCognito::read(&world.sandbox, ReadOperation::ListUserPools, json!({})));
    assert!(refused(pools).contains("'maxResults'"));
}

#[test]
fn the_models_constraints_are_checked_with_the_services_words() {
    let world = world();
    assert_eq!(
        refused(update(&world, json!({"Policies": {"PasswordPolicy": {"MinimumLength": 5}}}))),
        "InvalidParameterException: 1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' \
         failed to satisfy constraint: Member must have value greater than or equal to 6"
    );
    assert_eq!(
        refused(update(&world, json!({"DeletionProtection": "YES"}))),
        "InvalidParameterException: 1 validation error detected: Value 'YES' at 'deletionProtection' failed to satisfy \
         constraint: Member must satisfy enum value set: [ACTIVE, INACTIVE]"
    );
}

#[test]
fn tags_are_those_of_the_pool() {
    let world = world();
    let arn = world.pool()["Arn"].clone();
    world
        .write(WriteOperation::TagResource, json!({"ResourceArn": arn, "Tags": {"a": "1", "b": "2"}}))
        .unwrap();
    world.write(WriteOperation::UntagResource, json!({"ResourceArn": arn, "TagKeys": ["a"]})).unwrap();
    assert_eq!(world.pool()["UserPoolTags"], json!({"b": "2"}));
    let gone = world.write(WriteOperation::TagResource, json!({"ResourceArn": "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AAAAAAAAA", "Tags": {"a": "1"}}));
    assert!(refused(gone).starts_with("ResourceNotFoundException"));
}

#[test]
fn a_pool_is_seen_in_its_own_region_only() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.json");
    let open = |region: &str, access| {
        Sandbox::open(&path, access, Options { region: region.to_owned(), ..Options::default() }).unwrap()
    };
    let here = open("eu-west-1", Access::Write);
    let created = wait(cognitops::cognito::WriteCognito::write(
        &here,
        WriteOperation::CreateUserPool,
        json!({"PoolName": "a"}),
    ));
    let id = created.unwrap()["UserPool"]["Id"].clone();
    here.flush().unwrap();
    drop(here);
    for (region, count) in [("eu-west-1", 1), ("us-east-1", 0)] {
        let sandbox = open(region, Access::Read);
        let read = |operation, input| wait(cognitops::cognito::ReadCognito::read(&sandbox, operation, input));
        let listed = read(ReadOperation::ListUserPools, json!({"MaxResults": 10})).unwrap();
        assert_eq!(listed["UserPools"].as_array().unwrap().len(), count, "{region}");
        assert_eq!(read(ReadOperation::DescribeUserPool, json!({"UserPoolId": id})).is_ok(), count == 1);
    }
}

#[test]
fn the_state_file_survives_and_is_locked_while_it_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.json");
    let open = |access| Sandbox::open(&path, access, Options::default());
    let sandbox = open(Access::Write).unwrap();
    wait(cognitops::cognito::WriteCognito::write(
        &sandbox,
        WriteOperation::CreateUserPool,
        json!({"PoolName": "a"}),
    ))
    .unwrap();
    assert!(!path.exists(), "nothing is written before it is flushed");
    assert!(matches!(open(Access::Write), Err(SandboxError::Locked(_))));
    sandbox.flush().unwrap();
    let state = sandbox.document();
    drop(sandbox);
    assert_eq!(open(Access::Read).unwrap().document(), state);
    let reader = open(Access::Read).unwrap();
    let written = wait(cognitops::cognito::WriteCognito::write(
        &reader,
        WriteOperation::CreateUserPool,
        json!({"PoolName": "b"}),
    ));
    assert_eq!(written.unwrap_err().code, ErrorCode::NotAuthorized);
    // What a killed process leaves behind is a file of another name.
    std::fs::write(directory.path().join(".sandbox-half"), "{").unwrap();
    assert_eq!(open(Access::Write).unwrap().document(), state);
}

#[test]
#[cfg(unix)]
fn a_link_to_a_state_file_leads_to_the_one_file() {
    let directory = tempfile::tempdir().unwrap();
    let (link, file) = (directory.path().join("link.json"), directory.path().join("state.json"));
    std::os::unix::fs::symlink("state.json", &link).unwrap();
    let open = |path| Sandbox::open(path, Access::Write, Options::default());
    let sandbox = open(&link).unwrap();
    assert!(matches!(open(&file), Err(SandboxError::Locked(_))));
    let pool = json!({"PoolName": "a"});
    let create = cognitops::cognito::WriteCognito::write(&sandbox, WriteOperation::CreateUserPool, pool);
    wait(create).unwrap();
    sandbox.flush().unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert!(file.symlink_metadata().unwrap().is_file());
}
