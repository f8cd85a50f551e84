//! What a pool or a client has one of: risk configurations, sessions, destinations of logs.

use cognitops::cognito::ReadOperation::{
    DescribeRiskConfiguration, GetLogDeliveryConfiguration, GetUserPoolClientSessionConfiguration,
    GetUserPoolSessionConfiguration,
};
use cognitops::cognito::WriteOperation::{
    CreateUserPoolClient, DeleteUserPoolClient, SetLogDeliveryConfiguration, SetRiskConfiguration,
    SetUserPoolClientSessionConfiguration, SetUserPoolSessionConfiguration, UpdateUserPool,
};
use serde_json::{Value, json};

use super::{all_refused, members, read, refused, world, write};
use crate::world::World;

/// A world whose pool has threat protection.
fn plus() -> World {
    let world = world();
    let features = json!({"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}});
    write(&world, UpdateUserPool, features).unwrap();
    world
}

fn client(world: &World) -> Value {
    let mut answer = write(world, CreateUserPoolClient, json!({"ClientName": "web"})).unwrap();
    answer["UserPoolClient"]["ClientId"].take()
}

#[test]
fn a_risk_configuration_is_replaced_as_a_whole_and_completed() {
    let world = plus();
    let describe =
        |input: Value| read(&world, DescribeRiskConfiguration, input).unwrap()["RiskConfiguration"].take();
    assert_eq!(members(&describe(json!({}))), ["UserPoolId"]);
    let block = json!({"CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "BLOCK"}}});
    write(&world, SetRiskConfiguration, block.clone()).unwrap();
    // "CompromisedCredentialsRiskConfiguration without EventFilter comes back with EventFilter: []."
    assert_eq!(describe(json!({}))["CompromisedCredentialsRiskConfiguration"]["EventFilter"], json!([]));
    let web = client(&world);
    let inherited = describe(json!({"ClientId": web}));
    assert_eq!(inherited.get("ClientId"), None, "what is inherited is the pool's");
    assert_eq!(inherited["CompromisedCredentialsRiskConfiguration"]["Actions"]["EventAction"], "BLOCK");
    let own =
        json!({"ClientId": web, "RiskExceptionConfiguration": {"BlockedIPRangeList": ["203.0.113.0/24"]}});
    write(&world, SetRiskConfiguration, own).unwrap();
    let described = describe(json!({"ClientId": web}));
    assert_eq!(
        members(&described),
        ["ClientId", "LastModifiedDate", "RiskExceptionConfiguration", "UserPoolId"]
    );
    // With the ids alone the client inherits again, and the pool is reset.
    write(&world, SetRiskConfiguration, json!({"ClientId": web})).unwrap();
    assert_eq!(describe(json!({"ClientId": web})).get("ClientId"), None);
    write(&world, SetRiskConfiguration, json!({})).unwrap();
    assert_eq!(members(&describe(json!({}))), ["UserPoolId"]);
}

#[test]
fn a_risk_configuration_needs_threat_protection() {
    let world = world();
    let refusal = refused(read(&world, DescribeRiskConfiguration, json!({})));
    assert!(refusal.starts_with("UserPoolAddOnNotEnabledException: "), "{refusal}");
    let refusal = refused(write(&world, SetRiskConfiguration, json!({})));
    assert!(refusal.starts_with("UserPoolAddOnNotEnabledException: "), "{refusal}");
}

#[test]
fn sessions_have_defaults_and_are_replaced_as_a_whole() {
    let world = world();
    let web = client(&world);
    let pool = |world: &World| read(world, GetUserPoolSessionConfiguration, json!({})).unwrap();
    assert_eq!(pool(&world)["UserSessionTracking"], "DISABLED");
    assert_eq!(pool(&world)["TokenSession"]["MaxPerUser"], 20);
    let of_client =
        |world: &World| read(world, GetUserPoolClientSessionConfiguration, json!({"ClientId": web})).unwrap();
    assert_eq!(of_client(&world)["SSOSession"]["MaxValidityMinutes"], 60);
    let set = json!({"ClientId": web, "SSOSession": {"MaxValidityMinutes": 0}});
    let refusal = refused(write(&world, SetUserPoolClientSessionConfiguration, set.clone()));
    assert!(refusal.contains("Session tracking is not enabled"), "{refusal}");
    all_refused(
        &world,
        &[
            (
                SetUserPoolSessionConfiguration,
                json!({"UserSessionTracking": "ENABLED"}),
                "InvalidParameterException: 1 validation error detected: Value at 'tokenSession' failed to satisfy \
                 constraint: Member must not be null",
            ),
            (
                SetUserPoolSessionConfiguration,
                json!({"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 101}}),
                "InvalidParameterException: 1 validation error detected: Value '101' at 'tokenSession.maxPerUser' \
                 failed to satisfy constraint: Member must have value less than or equal to 100",
            ),
        ],
    );
    let track = json!({"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 3}});
    write(&world, SetUserPoolSessionConfiguration, track.clone()).unwrap();
    write(&world, SetUserPoolClientSessionConfiguration, set).unwrap();
    assert_eq!(of_client(&world)["SSOSession"]["MaxValidityMinutes"], 0);
    // What a client has sleeps while the pool tracks nothing.
    let mut off = track.clone();
    off["UserSessionTracking"] = json!("DISABLED");
    write(&world, SetUserPoolSessionConfiguration, off).unwrap();
    assert_eq!(of_client(&world)["SSOSession"]["MaxValidityMinutes"], 0);
    write(&world, UpdateUserPool, json!({"UserPoolTier": "LITE"})).unwrap();
    let refusal = refused(write(&world, SetUserPoolSessionConfiguration, track));
    assert!(refusal.starts_with("FeatureUnavailableInTierException: "), "{refusal}");
}

#[test]
fn logs_have_one_destination_a_source() {
    let world = plus();
    let logs = |world: &World| {
        read(world, GetLogDeliveryConfiguration, json!({})).unwrap()["LogDeliveryConfiguration"].take()
    };
    assert_eq!(logs(&world)["LogConfigurations"], json!([]));
    let group = json!({"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:x"});
    let bucket = json!({"BucketArn": "arn:aws:s3:::logs"});
    let notifications =
        json!({"EventSource": "userNotification", "LogLevel": "ERROR", "CloudWatchLogsConfiguration": group});
    let events = json!({"EventSource": "userAuthEvents", "LogLevel": "INFO", "S3Configuration": bucket});
    let set = |logs: Value| json!({ "LogConfigurations": logs });
    write(&world, SetLogDeliveryConfiguration, set(json!([notifications, events]))).unwrap();
    assert_eq!(logs(&world)["LogConfigurations"], json!([notifications, events]));
    let wrong = |log: Value| refused(write(&world, SetLogDeliveryConfiguration, set(json!([log]))));
    for log in [
        json!({"EventSource": "userNotification", "LogLevel": "INFO", "CloudWatchLogsConfiguration": group}),
        json!({"EventSource": "userNotification", "LogLevel": "ERROR", "S3Configuration": bucket}),
        json!({"EventSource": "userAuthEvents", "LogLevel": "ERROR", "S3Configuration": bucket}),
        json!({"EventSource": "userAuthEvents", "LogLevel": "INFO"}),
        json!({"EventSource": "userAuthEvents", "LogLevel": "INFO", "S3Configuration": bucket, "CloudWatchLogsConfiguration": group}),
    ] {
        let refusal = wrong(log);
        assert!(refusal.starts_with("InvalidParameterException: "), "{refusal}");
    }
    let twice = refused(write(&world, SetLogDeliveryConfiguration, set(json!([events, events]))));
    assert!(twice.contains("Only one"), "{twice}");
    write(&world, UpdateUserPool, json!({"UserPoolTier": "ESSENTIALS"})).unwrap();
    let refusal = wrong(events);
    assert!(refusal.starts_with("FeatureUnavailableInTierException: "), "{refusal}");
}

#[test]
fn what_a_client_has_goes_with_it() {
    let world = plus();
    let web = client(&world);
    let own =
        json!({"ClientId": web, "RiskExceptionConfiguration": {"SkippedIPRangeList": ["203.0.113.0/24"]}});
    write(&world, SetRiskConfiguration, own.clone()).unwrap();
    write(&world, DeleteUserPoolClient, json!({"ClientId": web})).unwrap();
    assert!(!world.sandbox.document().to_string().contains("203.0.113"));
    let refusal = refused(write(&world, SetRiskConfiguration, own));
    assert!(refusal.starts_with("ResourceNotFoundException: "), "{refusal}");
}

#[test]
fn logs_of_threat_protection_go_to_each_of_three_destinations_and_need_plus() {
    let world = plus();
    for destination in [
        json!({"CloudWatchLogsConfiguration": {"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:x"}}),
        json!({"FirehoseConfiguration": {"StreamArn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/x"}}),
        json!({"S3Configuration": {"BucketArn": "arn:aws:s3:::logs"}}),
    ] {
        let mut log = destination;
        log["EventSource"] = json!("userAuthEvents");
        log["LogLevel"] = json!("INFO");
        let input = json!({ "LogConfigurations": [log] });
        let answer = write(&world, SetLogDeliveryConfiguration, input.clone()).unwrap();
        assert_eq!(answer["LogDeliveryConfiguration"]["LogConfigurations"], input["LogConfigurations"]);
        let words = "FeatureUnavailableInTierException: ";
        all_refused(&super::world(), &[(SetLogDeliveryConfiguration, input, words)]);
    }
}
