//! User pools.

use cognitops::cognito::OtherOperation::ListTagsForResource;
use cognitops::cognito::ReadOperation::{DescribeUserPool, DescribeUserPoolDomain, ListUserPools};
use cognitops::cognito::WriteOperation::{
    AddCustomAttributes, CreateUserPool, CreateUserPoolDomain, DeleteUserPool, DeleteUserPoolDomain,
    SetUserPoolMfaConfig, TagResource, UntagResource, UpdateUserPool,
};
use cognitops::cognito::{ReadCognito, WriteCognito};
use cognitops::sandbox::{OmittedMode, Options, Sandbox};
use serde_json::{Value, json};

use super::{account, all_refused, refused, world, write};
use crate::world::{World, wait};

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";
const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/k";
const ROLE: &str = "arn:aws:iam::123456789012:role/sms";
const SES: &str = "arn:aws:ses:us-east-1:123456789012:identity/a.example";

/// A pool of its own.
fn create(input: Value) -> Result<Value, String> {
    let mut input = input;
    input["PoolName"] = json!("customers");
    let created = World::new().write(CreateUserPool, input);
    created.map(|answer| answer["UserPool"].clone()).map_err(|error| refused::<()>(Err(error)))
}

fn update(world: &World, input: Value) {
    write(world, UpdateUserPool, input).unwrap();
}

/// Each is refused of a new pool, and of one that there is.
fn each_refused(cases: &[(Value, &str)]) {
    let world = world();
    for (input, words) in cases {
        let answer = create(input.clone()).unwrap_err();
        assert!(answer.starts_with(words), "{input}: {answer}");
        all_refused(&world, &[(UpdateUserPool, input.clone(), words)]);
    }
}

#[test]
fn a_new_pool_reads_back_with_the_types_of_its_key_and_its_issuer() {
    let world = world();
    let pool = world.pool();
    assert_eq!(pool["KeyConfiguration"], json!({"KeyType": "AWS_OWNED_KEY"}));
    assert_eq!(pool["IssuerConfiguration"], json!({"Type": "ORIGINAL"}));
    assert_eq!(pool["LambdaConfig"], json!({}));
    assert_eq!(pool["UserAttributeUpdateSettings"], json!({"AttributesRequireVerificationBeforeUpdate": []}));
    assert_eq!(pool["MfaConfiguration"], "OFF");
    assert_eq!(pool["DeletionProtection"], "INACTIVE");
    assert_eq!(pool.get("UserPoolAddOns").or(pool.get("SmsConfiguration")), None);
    assert_eq!(world.mfa(), json!({"MfaConfiguration": "OFF"}));
    // A pool that is older than these members does not answer them after an update either.
    world.tamper(|pool, _, _| {
        let pool = pool.as_object_mut().unwrap();
        pool.remove("KeyConfiguration");
        pool.remove("IssuerConfiguration");
    });
    update(&world, json!({}));
    assert_eq!(world.pool().get("KeyConfiguration").or(world.pool().get("IssuerConfiguration")), None);
}

#[test]
fn a_pool_is_renamed_and_has_one_name() {
    let world = world();
    update(&world, json!({"PoolName": "others"}));
    assert_eq!(world.pool()["Name"], "others");
    assert_eq!(world.pool().get("PoolName"), None);
    update(&world, json!({}));
    assert_eq!(world.pool()["Name"], "others");
}

#[test]
fn temporary_passwords_are_valid_for_7_days_where_0_are_asked_and_unused_accounts_as_long() {
    let days = |asked: Value| {
        let pool = create(asked).unwrap();
        assert_eq!(
            pool["AdminCreateUserConfig"]["UnusedAccountValidityDays"],
            pool["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"]
        );
        pool["AdminCreateUserConfig"]["UnusedAccountValidityDays"].clone()
    };
    let policy = |days: u32| json!({"Policies": {"PasswordPolicy": {"MinimumLength": 9, "TemporaryPasswordValidityDays": days}}});
    assert_eq!(days(policy(0)), 7);
    assert_eq!(days(policy(3)), 3);
    assert_eq!(days(json!({"AdminCreateUserConfig": {"UnusedAccountValidityDays": 3}})), 3);
}

#[test]
fn preferred_username_is_required_or_an_alias() {
    let schema = json!([
        {"Name": "preferred_username", "Required": true, "Mutable": true, "AttributeDataType": "String"},
    ]);
    create(json!({"Schema": schema})).unwrap();
    create(json!({"AliasAttributes": ["preferred_username"]})).unwrap();
    assert_eq!(
        create(json!({"Schema": schema, "AliasAttributes": ["preferred_username"]})).unwrap_err(),
        "InvalidParameterException: preferred_username cannot be both required and an alias."
    );
    let both = create(json!({"UsernameAttributes": ["email"], "AliasAttributes": ["email"]}));
    assert!(both.unwrap_err().starts_with("InvalidParameterException: Only one of the aliasAttributes"));
}

#[test]
fn sms_once_configured_is_not_removed_but_its_role_changes() {
    for omitted in OmittedMode::ALL {
        let world = account(omitted, None);
        let configuration =
            |role: &str| json!({"SmsConfiguration": {"SnsCallerArn": role, "ExternalId": "x"}});
        update(&world, configuration(ROLE));
        update(&world, json!({"SmsConfiguration": null}));
        assert_eq!(world.pool()["SmsConfiguration"]["SnsCallerArn"], ROLE, "{omitted}");
        let other = format!("{ROLE}2");
        update(&world, configuration(&other));
        assert_eq!(world.pool()["SmsConfiguration"]["SnsCallerArn"], *other, "{omitted}");
    }
}

#[test]
fn sms_are_sent_by_sns_or_by_end_user_messaging() {
    let messaging =
        json!({"CallerArn": ROLE, "ExternalId": "x", "OriginationIdentity": "o", "Region": "us-east-1"});
    let words = "InvalidParameterException: SmsConfiguration needs either SnsCallerArn or EumsSms.";
    each_refused(&[
        (json!({"SmsConfiguration": {"SnsCallerArn": ROLE, "EumsSms": messaging}}), words),
        (json!({"SmsConfiguration": {}}), words),
    ]);
    create(json!({"SmsConfiguration": {"EumsSms": messaging}})).unwrap();
}

#[test]
fn end_user_messaging_sends_from_the_pools_own_region() {
    let elsewhere = json!({"EumsSms": {"CallerArn": ROLE, "Region": "eu-west-1"}});
    let words = "InvalidParameterException: The Region of EumsSms must be the pool's, us-east-1.";
    each_refused(&[(json!({ "SmsConfiguration": elsewhere }), words)]);
    let factor = json!({"MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsConfiguration": elsewhere}});
    all_refused(&world(), &[(SetUserPoolMfaConfig, factor, words)]);
}

#[test]
fn mails_of_ones_own_need_the_identity_that_sends_them() {
    let words = "InvalidParameterException: SourceArn is needed";
    each_refused(&[(json!({"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}}), words)]);
    create(json!({"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER", "SourceArn": SES}})).unwrap();
}

#[test]
fn custom_senders_need_a_key_and_know_one_version() {
    for sender in ["CustomSMSSender", "CustomEmailSender"] {
        let trigger = |version: &str| json!({"LambdaArn": FUNCTION, "LambdaVersion": version});
        each_refused(&[
            (
                json!({"LambdaConfig": {sender: trigger("V1_0")}}),
                "InvalidParameterException: KMSKeyID is needed for a custom sender.",
            ),
            (
                json!({"LambdaConfig": {sender: trigger("V2_0"), "KMSKeyID": KEY}}),
                "InvalidParameterException: 1 validation error detected: Value 'V2_0'",
            ),
        ]);
        create(json!({"LambdaConfig": {sender: trigger("V1_0"), "KMSKeyID": KEY}})).unwrap();
    }
    let inbound = json!({"LambdaArn": FUNCTION, "LambdaVersion": "V2_0"});
    each_refused(&[(
        json!({"LambdaConfig": {"InboundFederation": inbound}}),
        "InvalidParameterException: 1 validation error detected: Value 'V2_0'",
    )]);
}

#[test]
fn both_names_of_the_token_trigger_say_the_same() {
    let config = |arn: &str| json!({"LambdaArn": arn, "LambdaVersion": "V2_0"});
    let lambda =
        |lambda: Value| create(json!({"LambdaConfig": lambda})).map(|pool| pool["LambdaConfig"].clone());
    let newer = lambda(json!({"PreTokenGenerationConfig": config(FUNCTION)})).unwrap();
    assert_eq!(newer["PreTokenGeneration"], FUNCTION);
    let older = lambda(json!({"PreTokenGeneration": FUNCTION})).unwrap();
    assert_eq!(older["PreTokenGenerationConfig"], json!({"LambdaArn": FUNCTION, "LambdaVersion": "V1_0"}));
    each_refused(&[(
        json!({"LambdaConfig": {
            "PreTokenGeneration": FUNCTION, "PreTokenGenerationConfig": config(&format!("{FUNCTION}2")),
        }}),
        "InvalidParameterException: PreTokenGeneration and the LambdaArn of PreTokenGenerationConfig",
    )]);
}

#[test]
fn threat_protection_needs_plus() {
    let words = "FeatureUnavailableInTierException: Threat protection";
    let flows = json!({
        "AdvancedSecurityMode": "OFF", "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "AUDIT"},
    });
    each_refused(&[
        (json!({"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}), words),
        (json!({"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}, "UserPoolTier": "LITE"}), words),
        (json!({"UserPoolAddOns": flows}), words),
    ]);
    create(json!({"UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}})).unwrap();
    create(json!({"UserPoolAddOns": flows, "UserPoolTier": "PLUS"})).unwrap();
}

#[test]
fn a_pool_keeps_its_tier_while_it_has_what_the_other_tier_has_not() {
    let world = account(OmittedMode::Keep, None);
    update(&world, json!({"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}, "UserPoolTier": "PLUS"}));
    let words = "TierChangeNotAllowedException: Threat protection";
    all_refused(&world, &[(UpdateUserPool, json!({"UserPoolTier": "ESSENTIALS"}), words)]);
    let off = json!({"UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}, "UserPoolTier": "ESSENTIALS"});
    update(&world, off);
    update(&world, json!({"DcrConfiguration": {"EnableStatus": "Enabled"}}));
    let words = "TierChangeNotAllowedException: Dynamic client registration";
    all_refused(&world, &[(UpdateUserPool, json!({"UserPoolTier": "LITE"}), words)]);
    update(&world, json!({"UserPoolTier": "LITE", "DcrConfiguration": {"EnableStatus": "Disabled"}}));
    let words = "FeatureUnavailableInTierException: Dynamic client registration";
    all_refused(
        &world,
        &[
            (UpdateUserPool, json!({"DcrConfiguration": {"EnableStatus": "Enabled"}}), words),
            (UpdateUserPool, json!({"DcrConfiguration": {}}), words), // which turns it on
        ],
    );
}

#[test]
fn what_a_registration_of_clients_leaves_out_goes_in_every_mode() {
    for omitted in OmittedMode::ALL {
        let world = account(omitted, None);
        update(&world, json!({"DcrConfiguration": {"EnableStatus": "Enabled", "OpenDcrEnabled": true}}));
        update(&world, json!({"DcrConfiguration": {"EnableStatus": "Disabled"}}));
        assert_eq!(world.pool()["DcrConfiguration"], json!({"EnableStatus": "Disabled"}), "{omitted}");
    }
}

#[test]
fn a_setting_of_verified_updates_is_kept_when_left_out_and_cleared_by_an_empty_list() {
    for omitted in OmittedMode::ALL {
        let world = account(omitted, None);
        let settings = |list: Value| json!({"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": list}});
        let attributes = |list: Value| {
            let mut input = settings(list);
            input["AutoVerifiedAttributes"] = json!(["email"]);
            input
        };
        update(&world, attributes(json!(["email"])));
        update(&world, json!({"AutoVerifiedAttributes": ["email"]}));
        let live = || world.pool()["UserAttributeUpdateSettings"].clone();
        assert_eq!(live(), settings(json!(["email"]))["UserAttributeUpdateSettings"], "{omitted}");
        update(&world, settings(json!([])));
        assert_eq!(live(), settings(json!([]))["UserAttributeUpdateSettings"], "{omitted}");
    }
}

#[test]
fn names_of_acr_levels_are_unique_also_against_those_that_levels_have_of_themselves() {
    let level = |name: &str| json!({ "AcrValue": name });
    let words = "InvalidParameterException: The names of ACR levels must be unique.";
    each_refused(&[
        (json!({"AcrConfiguration": {"Level1": level("a"), "Level2": level("a")}}), words),
        (json!({"AcrConfiguration": {"Level1": level("urn:cognito:loa:3")}}), words),
    ]);
    let swapped = json!({"Level1": level("urn:cognito:loa:3"), "Level3": level("gold")});
    create(json!({ "AcrConfiguration": swapped })).unwrap();
}

#[test]
fn other_names_of_acr_levels_than_their_own_need_a_tier_above_lite() {
    let named = |name: &str| json!({"Level2": {"AcrValue": name}});
    let words = "FeatureUnavailableInTierException: Names of ACR levels";
    let input = json!({"UserPoolTier": "LITE", "AcrConfiguration": named("urn:example:two")});
    assert!(create(input).unwrap_err().starts_with(words));
    create(json!({"UserPoolTier": "LITE", "AcrConfiguration": named("urn:cognito:loa:2")})).unwrap();
    let world = world();
    update(&world, json!({"AcrConfiguration": named("urn:example:two")}));
    let lower = json!({"UserPoolTier": "LITE", "AcrConfiguration": named("urn:example:two")});
    all_refused(&world, &[(UpdateUserPool, lower, "TierChangeNotAllowedException: Names of ACR levels")]);
    update(&world, json!({"UserPoolTier": "LITE", "AcrConfiguration": {}}));
}

#[test]
fn first_factors_beside_passwords_need_a_tier_above_lite() {
    let factors = |names: &[&str]| json!({"SignInPolicy": {"AllowedFirstAuthFactors": names}});
    let words = "FeatureUnavailableInTierException: Sign-in without a password";
    for factor in ["EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"] {
        let input = json!({"UserPoolTier": "LITE", "Policies": factors(&["PASSWORD", factor])});
        assert!(create(input).unwrap_err().starts_with(words), "{factor}");
    }
    let world = world();
    update(&world, json!({"Policies": factors(&["PASSWORD", "EMAIL_OTP"])}));
    let words = "TierChangeNotAllowedException: Sign-in without a password";
    all_refused(&world, &[(UpdateUserPool, json!({"UserPoolTier": "LITE"}), words)]);
    update(&world, json!({"UserPoolTier": "LITE", "Policies": factors(&["PASSWORD"])}));
}

#[test]
fn a_key_of_ones_own_is_named() {
    let words = "InvalidParameterException: KmsKeyArn is needed";
    each_refused(&[(json!({"KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY"}}), words)]);
}

#[test]
fn custom_attributes_are_never_required_and_texts_without_bounds_say_so() {
    let attribute = |more: Value| {
        let mut attribute = json!({"Name": "plan", "AttributeDataType": "String", "Mutable": true});
        attribute.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([attribute])
    };
    let required = json!({"Required": true});
    let words = "InvalidParameterException: Required custom attributes are not supported currently.";
    assert_eq!(create(json!({"Schema": attribute(required.clone())})).unwrap_err(), words);
    let world = world();
    all_refused(&world, &[(AddCustomAttributes, json!({"CustomAttributes": attribute(required)}), words)]);
    let pool = create(json!({"Schema": attribute(json!({}))})).unwrap();
    let all = pool["SchemaAttributes"].as_array().unwrap();
    let plan = all.iter().find(|attribute| attribute["Name"] == "custom:plan").unwrap();
    assert_eq!(plan["StringAttributeConstraints"], json!({}));
}

#[test]
fn attributes_are_not_removed_by_an_update() {
    let world = world();
    let attribute = json!([{"Name": "plan", "AttributeDataType": "String"}]);
    write(&world, AddCustomAttributes, json!({ "CustomAttributes": attribute })).unwrap();
    let before = world.pool()["SchemaAttributes"].clone();
    let _ = write(&world, UpdateUserPool, json!({"Schema": []}));
    update(&world, json!({}));
    assert_eq!(world.pool()["SchemaAttributes"], before);
}

#[test]
fn tags_are_equal_in_all_their_views_and_never_the_services_own() {
    let world = World::new();
    let tags = json!({"PoolName": "customers", "UserPoolTags": {"a": "1"}});
    world.write(CreateUserPool, tags).unwrap();
    let arn = world.pool()["Arn"].clone();
    let same = |tags: Value| {
        assert_eq!(world.pool()["UserPoolTags"], tags);
        let listed = wait(world.sandbox.other(ListTagsForResource, json!({ "ResourceArn": arn })));
        assert_eq!(listed.unwrap()["Tags"], tags);
    };
    same(json!({"a": "1"}));
    world.write(TagResource, json!({"ResourceArn": arn, "Tags": {"b": "2"}})).unwrap();
    same(json!({"a": "1", "b": "2"}));
    world.write(UntagResource, json!({"ResourceArn": arn, "TagKeys": ["a"]})).unwrap();
    same(json!({"b": "2"}));
    update(&world, json!({"UserPoolTags": {"c": "3"}}));
    same(json!({"c": "3"}));
    let words = "InvalidParameterException: Tag keys may not start with aws:";
    all_refused(
        &world,
        &[
            (TagResource, json!({"ResourceArn": arn, "Tags": {"aws:x": "1"}}), words),
            (UntagResource, json!({"ResourceArn": arn, "TagKeys": ["aws:x"]}), words),
            (UpdateUserPool, json!({"UserPoolTags": {"AWS:x": "1"}}), words),
        ],
    );
    assert!(create(json!({"UserPoolTags": {"aws:x": "1"}})).unwrap_err().starts_with(words));
}

#[test]
fn an_arn_of_another_account_or_region_names_no_pool() {
    let world = world();
    let arn = world.pool()["Arn"].as_str().unwrap().to_owned();
    for (own, other) in [("us-east-1:", "eu-west-1:"), ("123456789012", "210987654321")] {
        let arn = arn.replace(own, other);
        let words = "ResourceNotFoundException: Resource arn:aws:cognito-idp:";
        all_refused(&world, &[(TagResource, json!({"ResourceArn": arn, "Tags": {"a": "1"}}), words)]);
        let listed = wait(world.sandbox.other(ListTagsForResource, json!({ "ResourceArn": arn })));
        assert!(refused(listed).starts_with(words));
    }
}

#[test]
fn a_pool_goes_after_its_protection_and_its_domain() {
    let world = world();
    let protect = |mode: &str| update(&world, json!({ "DeletionProtection": mode }));
    write(&world, CreateUserPoolDomain, json!({"Domain": "acme"})).unwrap();
    protect("ACTIVE");
    let protected = "InvalidParameterException: The user pool cannot be deleted because deletion protection";
    all_refused(&world, &[(DeleteUserPool, json!({}), protected)]);
    protect("INACTIVE");
    let domain = "InvalidParameterException: User pool cannot be deleted. It has a domain configured";
    all_refused(&world, &[(DeleteUserPool, json!({}), domain)]);
    write(&world, DeleteUserPoolDomain, json!({"Domain": "acme"})).unwrap();
    let id = world.pool_id();
    write(&world, DeleteUserPool, json!({})).unwrap();
    let gone = wait(world.sandbox.read(DescribeUserPool, json!({ "UserPoolId": id })));
    assert_eq!(refused(gone), format!("ResourceNotFoundException: User pool {id} does not exist."));
}

#[test]
fn a_domain_that_is_not_there_is_described_as_nothing() {
    let answer = wait(world().sandbox.read(DescribeUserPoolDomain, json!({"Domain": "acme"})));
    assert_eq!(answer.unwrap(), json!({"DomainDescription": {}}));
}

#[test]
fn a_list_of_pools_says_how_many_it_wants() {
    let sandbox = Sandbox::in_memory(Options::default());
    for _ in 0..3 {
        wait(sandbox.write(CreateUserPool, json!({"PoolName": "customers"}))).unwrap();
    }
    let list = |input: Value| wait(sandbox.read(ListUserPools, input));
    assert!(
        refused(list(json!({})))
            .contains("at 'maxResults' failed to satisfy constraint: Member must not be null")
    );
    for bound in [0, 61] {
        assert!(refused(list(json!({ "MaxResults": bound }))).contains("'maxResults'"));
    }
    let first = list(json!({"MaxResults": 2})).unwrap();
    let rest = list(json!({"MaxResults": 2, "NextToken": first["NextToken"]})).unwrap();
    assert_eq!(
        (first["UserPools"].as_array().unwrap().len(), rest["UserPools"].as_array().unwrap().len()),
        (2, 1)
    );
    assert_eq!(rest.get("NextToken"), None);
}

#[test]
fn standard_attributes_are_those_of_every_real_pool_with_numbers_as_texts() {
    let pool = world().pool();
    let all = pool["SchemaAttributes"].as_array().unwrap();
    let find = |name: &str| all.iter().find(|attribute| attribute["Name"] == name).unwrap();
    assert!(all.iter().all(|attribute| attribute["DeveloperOnlyAttribute"] == false));
    let sub = find("sub");
    assert_eq!((&sub["Mutable"], &sub["Required"]), (&json!(false), &json!(true)));
    assert_eq!(sub["StringAttributeConstraints"], json!({"MinLength": "1", "MaxLength": "2048"}));
    assert_eq!(find("email")["StringAttributeConstraints"], json!({"MinLength": "0", "MaxLength": "2048"}));
    assert_eq!(
        find("birthdate")["StringAttributeConstraints"],
        json!({"MinLength": "10", "MaxLength": "10"})
    );
    assert_eq!(find("updated_at")["NumberAttributeConstraints"], json!({"MinValue": "0"}));
    assert_eq!(find("identities")["StringAttributeConstraints"], json!({}));
    for name in ["email_verified", "phone_number_verified"] {
        let attribute = find(name);
        assert_eq!(attribute["AttributeDataType"], "Boolean");
        assert_eq!(
            attribute.get("StringAttributeConstraints").or(attribute.get("NumberAttributeConstraints")),
            None
        );
    }
}

#[test]
fn what_names_a_user_is_fixed_at_creation_and_absent_where_it_was_never_set() {
    let plain = world().pool();
    for member in ["UsernameConfiguration", "UsernameAttributes", "AliasAttributes"] {
        assert_eq!(plain.get(member), None, "{member}");
    }
    let world = World::new();
    let named = json!({
        "PoolName": "customers",
        "UsernameAttributes": ["email"],
        "UsernameConfiguration": {"CaseSensitive": false},
    });
    world.write(CreateUserPool, named).unwrap();
    let before = world.pool();
    let _ = write(
        &world,
        UpdateUserPool,
        json!({"UsernameAttributes": ["phone_number"], "UsernameConfiguration": {"CaseSensitive": true}}),
    );
    update(&world, json!({}));
    for member in ["UsernameConfiguration", "UsernameAttributes"] {
        assert_eq!(world.pool()[member], before[member], "{member}");
    }
    assert_eq!(before["UsernameConfiguration"]["CaseSensitive"], false);
}

#[test]
fn older_texts_are_those_of_the_template() {
    let world = world();
    update(
        &world,
        json!({
            "EmailVerificationMessage": "Code {####}",
            "EmailVerificationSubject": "Your code",
            "SmsVerificationMessage": "SMS {####}",
        }),
    );
    let pool = world.pool();
    for (older, member) in [
        ("EmailVerificationMessage", "EmailMessage"),
        ("EmailVerificationSubject", "EmailSubject"),
        ("SmsVerificationMessage", "SmsMessage"),
    ] {
        assert_eq!(pool[older], pool["VerificationMessageTemplate"][member], "{older}");
        assert!(pool[older].is_string(), "{older}");
    }
    let template = json!({"SmsMessage": "Newer {####}", "DefaultEmailOption": "CONFIRM_WITH_LINK"});
    update(
        &world,
        json!({"VerificationMessageTemplate": template, "SmsVerificationMessage": "Older {####}"}),
    );
    let pool = world.pool();
    assert_eq!(pool["SmsVerificationMessage"], "Newer {####}");
    assert_eq!(pool.get("EmailVerificationMessage"), None);
    assert_eq!(pool["VerificationMessageTemplate"], template);
}

#[test]
fn texts_policies_and_ways_to_recover_have_the_bounds_of_the_model() {
    let policy = |policy: Value| json!({"Policies": {"PasswordPolicy": policy}});
    let template = |member: &str, length: usize| json!({"VerificationMessageTemplate": {member: format!("{{####}}{}", "a".repeat(length - 6))}});
    let way = |name: &str, priority: u32| json!({"Name": name, "Priority": priority});
    let recovery = |ways: Value| json!({"AccountRecoverySetting": {"RecoveryMechanisms": ways}});
    let words = "InvalidParameterException: 1 validation error detected: ";
    each_refused(&[
        (policy(json!({"MinimumLength": 5})), words),
        (policy(json!({"MinimumLength": 100})), words),
        (policy(json!({"PasswordHistorySize": 25})), words),
        (policy(json!({"TemporaryPasswordValidityDays": 366})), words),
        (template("SmsMessage", 141), words),
        (template("EmailSubject", 141), words),
        (template("EmailMessage", 20_001), words),
        (recovery(json!([way("verified_email", 3)])), words),
        (
            recovery(json!([
                way("verified_email", 1),
                way("verified_phone_number", 2),
                way("admin_only", 1)
            ])),
            words,
        ),
    ]);
    for works in [
        policy(json!({"MinimumLength": 6, "PasswordHistorySize": 24, "TemporaryPasswordValidityDays": 365})),
        policy(json!({"MinimumLength": 99})),
        template("SmsMessage", 140),
        template("EmailSubject", 140),
        template("EmailMessage", 20_000),
        recovery(json!([way("admin_only", 1)])),
    ] {
        create(works).unwrap();
    }
}

/// A pool that can send mails and messages, with first factors.
fn sending(factors: &[&str], more: Value) -> World {
    let world = world();
    let mut input = more;
    let extend = json!({
        "EmailConfiguration": {"EmailSendingAccount": "DEVELOPER", "SourceArn": SES},
        "SmsConfiguration": {"SnsCallerArn": ROLE, "ExternalId": "x"},
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": factors}},
    });
    input.as_object_mut().unwrap().extend(extend.as_object().unwrap().clone());
    update(&world, input);
    world
}

#[test]
fn mfa_by_mail_needs_ones_own_identity_and_a_tier_and_another_way_to_recover() {
    let email = json!({"MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {}});
    let set = |world: &World| write(world, SetUserPoolMfaConfig, email.clone());
    set(&sending(&["PASSWORD"], json!({}))).unwrap();
    assert!(
        refused(set(&world()))
            .starts_with("InvalidParameterException: Invalid MFA configuration given: e-mail MFA")
    );
    let lite = sending(&["PASSWORD"], json!({"UserPoolTier": "LITE"}));
    assert!(refused(set(&lite)).starts_with("FeatureUnavailableInTierException: "));
    let only = |name: &str| json!({"AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": name, "Priority": 1}]}});
    assert!(
        refused(set(&sending(&["PASSWORD"], only("verified_email"))))
            .contains("verified_email is the only way")
    );
    set(&sending(&["PASSWORD"], only("verified_phone_number"))).unwrap();
    let sms = json!({"MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {}});
    let by_phone = sending(&["PASSWORD"], only("verified_phone_number"));
    let answer = refused(write(&by_phone, SetUserPoolMfaConfig, sms.clone()));
    assert!(answer.contains("verified_phone_number is the only way"), "{answer}");
    write(&sending(&["PASSWORD"], only("verified_email")), SetUserPoolMfaConfig, sms).unwrap();
}

#[test]
fn mfa_for_all_excludes_codes_as_the_first_factor_and_takes_passkeys_that_are_two() {
    let token = json!({"Enabled": true});
    let mode = |mode: &str| json!({"MfaConfiguration": mode, "SoftwareTokenMfaConfiguration": token});
    for code in ["EMAIL_OTP", "SMS_OTP"] {
        let world = sending(&["PASSWORD", code], json!({}));
        let answer = refused(write(&world, SetUserPoolMfaConfig, mode("ON")));
        assert!(answer.contains("MFA cannot be ON while EMAIL_OTP or SMS_OTP"), "{answer}");
        write(&world, SetUserPoolMfaConfig, mode("OPTIONAL")).unwrap();
    }
    let world = sending(&["PASSWORD", "WEB_AUTHN"], json!({}));
    for (factor, works) in [("SINGLE_FACTOR", false), ("MULTI_FACTOR_WITH_USER_VERIFICATION", true)] {
        let mut input = mode("ON");
        input["WebAuthnConfiguration"] = json!({"RelyingPartyId": "a.example", "UserVerification": "required", "FactorConfiguration": factor});
        assert_eq!(write(&world, SetUserPoolMfaConfig, input).is_ok(), works, "{factor}");
    }
    let alone = json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["WEB_AUTHN"]}}});
    assert!(create(alone).unwrap_err().contains("WEB_AUTHN cannot be the only first factor"));
}

#[test]
fn passkeys_are_both_factors_only_above_the_tier_lite() {
    let world = world();
    let passkeys = |factors: &str| {
        let passkeys = json!({"RelyingPartyId": "a.example", "FactorConfiguration": factors});
        json!({"MfaConfiguration": "OFF", "WebAuthnConfiguration": passkeys})
    };
    let both = passkeys("MULTI_FACTOR_WITH_USER_VERIFICATION");
    write(&world, SetUserPoolMfaConfig, both.clone()).unwrap();
    update(&world, json!({"UserPoolTier": "LITE"}));
    // What a pool has already may be sent back.
    write(&world, SetUserPoolMfaConfig, both.clone()).unwrap();
    write(&world, SetUserPoolMfaConfig, passkeys("SINGLE_FACTOR")).unwrap();
    let words = "FeatureUnavailableInTierException: Passkeys as both factors";
    all_refused(&world, &[(SetUserPoolMfaConfig, both, words)]);
}

#[test]
fn passkeys_stand_beside_mfa_that_is_off() {
    let world = world();
    let input = json!({"MfaConfiguration": "OFF", "WebAuthnConfiguration": {"RelyingPartyId": "a.example"}});
    write(&world, SetUserPoolMfaConfig, input).unwrap();
    let passkeys = &world.mfa()["WebAuthnConfiguration"];
    assert_eq!(
        (&passkeys["RelyingPartyId"], &passkeys["FactorConfiguration"]),
        (&json!("a.example"), &json!("SINGLE_FACTOR"))
    );
    let beside = json!({"MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": {"Enabled": false}});
    all_refused(
        &world,
        &[(
            SetUserPoolMfaConfig,
            beside,
            "InvalidParameterException: Invalid MFA configuration given, can't disable",
        )],
    );
}

#[test]
fn a_pool_has_at_most_fifty_tags() {
    let world = world();
    let tags = |count: usize| (0..count).map(|number| (format!("k{number}"), json!("v"))).collect::<Value>();
    let arn = world.pool()["Arn"].clone();
    let tag = |tags: Value| world.write(TagResource, json!({"ResourceArn": arn, "Tags": tags}));
    tag(tags(50)).unwrap();
    tag(tags(50)).unwrap();
    let words = "InvalidParameterException: A user pool has at most 50 tags.";
    assert_eq!(refused(tag(json!({"more": "v"}))), words);
    assert_eq!(world.pool()["UserPoolTags"].as_object().unwrap().len(), 50);
    let created = world.write(CreateUserPool, json!({"PoolName": "b", "UserPoolTags": tags(51)}));
    assert_eq!(refused(created), words);
    assert_eq!(refused(write(&world, UpdateUserPool, json!({"UserPoolTags": tags(51)}))), words);
}

#[test]
fn a_list_is_read_to_its_end_while_its_items_go() {
    let world = World::new();
    for number in 0..5 {
        world.write(CreateUserPool, json!({"PoolName": format!("pool-{number}")})).unwrap();
    }
    let (mut seen, mut token) = (0, Value::Null);
    loop {
        let page = world.read(ListUserPools, json!({"MaxResults": 2, "NextToken": token}));
        for pool in page["UserPools"].as_array().unwrap() {
            world.write(DeleteUserPool, json!({"UserPoolId": pool["Id"]})).unwrap();
            seen += 1;
        }
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen, 5);
}
