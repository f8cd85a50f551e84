//! Domains.

use cognitops::cognito::ReadOperation::DescribeUserPoolDomain;
use cognitops::cognito::WriteOperation::{
    CreateUserPool, CreateUserPoolDomain, DeleteUserPool, DeleteUserPoolDomain, UpdateUserPool,
    UpdateUserPoolDomain,
};
use cognitops::cognito::{ReadCognito, WriteCognito};
use cognitops::sandbox::{Access, OmittedMode, Options, Sandbox};
use serde_json::{Value, json};

use super::{account, all_refused, members, refused, world, write};
use crate::world::{World, wait};

const CERTIFICATE: &str = "arn:aws:acm:us-east-1:123456789012:certificate/1";

/// The input for a custom domain, with more or other members.
fn custom(name: &str, more: &Value) -> Value {
    let mut input = json!({"Domain": name, "CustomDomainConfig": {"CertificateArn": CERTIFICATE}});
    for (member, value) in more.as_object().unwrap() {
        input[member] = value.clone();
    }
    input
}

fn domain(world: &World, name: &str) -> Value {
    wait(world.sandbox.read(DescribeUserPoolDomain, json!({"Domain": name}))).unwrap()["DomainDescription"]
        .take()
}

#[test]
fn a_pool_has_one_prefix_and_one_custom_domain() {
    let world = world();
    let created = write(&world, CreateUserPoolDomain, json!({"Domain": "acme-login"})).unwrap();
    assert_eq!(created, json!({"ManagedLoginVersion": 1}));
    let created = write(&world, CreateUserPoolDomain, custom("auth.acme.com", &json!({}))).unwrap();
    let live = domain(&world, "auth.acme.com");
    let distribution = &live["CloudFrontDistribution"];
    assert_eq!(created, json!({"ManagedLoginVersion": 1, "CloudFrontDomain": distribution}));
    let config = json!({"CertificateArn": CERTIFICATE, "SecurityPolicy": "TLS_V1"});
    assert_eq!(live["CustomDomainConfig"], config);
    let prefix = domain(&world, "acme-login");
    let computed = ["AWSAccountId", "CloudFrontDistribution", "S3Bucket", "UserPoolId", "Version"];
    for member in computed {
        assert!(prefix[member].is_string(), "{member}");
    }
    assert_eq!(members(&prefix).len(), computed.len() + 4);
    assert_eq!((&prefix["Status"], &prefix["CustomDomainConfig"]), (&json!("ACTIVE"), &json!({})));
    let pool = world.pool();
    assert_eq!((&pool["Domain"], &pool["CustomDomain"]), (&json!("acme-login"), &json!("auth.acme.com")));
    let second = "InvalidParameterException: User pool already has a domain configured.";
    all_refused(
        &world,
        &[
            (CreateUserPoolDomain, json!({"Domain": "other"}), second),
            (CreateUserPoolDomain, custom("other.acme.com", &json!({})), second),
            (DeleteUserPool, json!({}), "InvalidParameterException: User pool cannot be deleted."),
        ],
    );
    for name in ["acme-login", "auth.acme.com"] {
        assert_eq!(write(&world, DeleteUserPoolDomain, json!({"Domain": name})).unwrap(), json!({}));
        assert_eq!(domain(&world, name), json!({}), "no domain is an empty one");
    }
    assert_eq!((world.pool().get("Domain"), world.pool().get("CustomDomain")), (None, None));
    write(&world, DeleteUserPool, json!({})).unwrap();
}

#[test]
fn domains_are_refused_for_their_names_certificates_and_versions() {
    let world = world();
    let elsewhere = CERTIFICATE.replace("us-east-1", "eu-west-1");
    let elsewhere = json!({"CustomDomainConfig": {"CertificateArn": elsewhere}});
    let long = format!("a.{}", "b".repeat(62));
    let pattern = "1 validation error detected: Value";
    let reserved = "Domain cannot contain reserved word: ";
    let none = "No such domain or user pool exists.";
    let cases = [
        (CreateUserPoolDomain, json!({}), pattern),
        (CreateUserPoolDomain, json!({"Domain": "-acme"}), pattern),
        (CreateUserPoolDomain, custom("auth..com", &json!({})), pattern),
        (CreateUserPoolDomain, custom("auth.acme-.com", &json!({})), pattern),
        (CreateUserPoolDomain, custom(&long, &json!({})), pattern),
        (CreateUserPoolDomain, json!({"Domain": "my-aws-login"}), reserved),
        (CreateUserPoolDomain, json!({"Domain": "amazonia"}), reserved),
        (CreateUserPoolDomain, json!({"Domain": "acmecognito"}), reserved),
        (CreateUserPoolDomain, json!({"Domain": "auth.acme.com"}), "A custom domain needs"),
        (CreateUserPoolDomain, custom("acme", &json!({})), "CustomDomainConfig is for"),
        (
            CreateUserPoolDomain,
            custom("auth.acme.com", &elsewhere),
            "The certificate of a custom domain must be in us-east-1, it is in eu-west-1.",
        ),
        (CreateUserPoolDomain, json!({"Domain": "acme", "ManagedLoginVersion": 3}), "ManagedLoginVersion"),
        (
            CreateUserPoolDomain,
            json!({"Domain": "acme", "Routing": {"Failover": {"SecondaryRegion": "eu-west-1",
                "PrimaryRoute53HealthCheckId": "12345678-1234-1234-1234-123456789012"}}}),
            "Routing is for custom domains only.",
        ),
        (UpdateUserPoolDomain, json!({"Domain": "acme"}), none),
        (DeleteUserPoolDomain, json!({"Domain": "acme"}), none),
    ];
    for (operation, input, words) in cases {
        all_refused(&world, &[(operation, input, &format!("InvalidParameterException: {words}"))]);
    }
    write(&world, UpdateUserPool, json!({"UserPoolTier": "LITE"})).unwrap();
    let managed = json!({"Domain": "acme", "ManagedLoginVersion": 2});
    all_refused(&world, &[(CreateUserPoolDomain, managed, "FeatureUnavailableInTierException: ")]);
    // Reserved words are those of prefixes.
    write(&world, CreateUserPoolDomain, custom("aws.acme.com", &json!({}))).unwrap();
}

#[test]
fn an_update_of_a_domain_changes_what_is_given_and_needs_the_certificate_again() {
    let policy = |policy: &str| json!({"CertificateArn": CERTIFICATE, "SecurityPolicy": policy});
    let routing = json!({"Failover": {"SecondaryRegion": "eu-west-1", "PrimaryRoute53HealthCheckId": "h"}});
    for omitted in OmittedMode::ALL {
        let world = account(omitted, None);
        let more = json!({
            "CustomDomainConfig": policy("TLS_V1_2_2021"),
            "ManagedLoginVersion": 2,
            "Routing": routing,
        });
        let created = write(&world, CreateUserPoolDomain, custom("auth.acme.com", &more)).unwrap();
        assert_eq!(created["Routing"], routing);
        write(&world, CreateUserPoolDomain, json!({"Domain": "acme"})).unwrap();
        all_refused(
            &world,
            &[
                (
                    UpdateUserPoolDomain,
                    json!({"Domain": "auth.acme.com", "ManagedLoginVersion": 1}),
                    "InvalidParameterException: A custom domain needs",
                ),
                (
                    UpdateUserPoolDomain,
                    custom("acme", &json!({})),
                    "InvalidParameterException: CustomDomainConfig is for",
                ),
            ],
        );
        let other = CERTIFICATE.replace("/1", "/2");
        let certificate = json!({"CustomDomainConfig": {"CertificateArn": other}});
        let updated = write(&world, UpdateUserPoolDomain, custom("auth.acme.com", &certificate)).unwrap();
        assert_eq!(updated["ManagedLoginVersion"], 2, "{omitted}");
        let live = domain(&world, "auth.acme.com");
        assert_eq!(live["Routing"], routing, "{omitted}");
        assert_eq!(live["CustomDomainConfig"]["CertificateArn"], json!(other), "{omitted}");
        let kept = if omitted == OmittedMode::Documented { "TLS_V1" } else { "TLS_V1_2_2021" };
        assert_eq!(live["CustomDomainConfig"]["SecurityPolicy"], kept, "{omitted}");
        write(&world, UpdateUserPoolDomain, json!({"Domain": "acme", "ManagedLoginVersion": 2})).unwrap();
        write(&world, UpdateUserPoolDomain, json!({"Domain": "acme"})).unwrap();
        assert_eq!(domain(&world, "acme")["ManagedLoginVersion"], 2, "{omitted}");
    }
}

#[test]
fn a_domain_that_the_service_works_on_is_answered_and_not_changed() {
    let world = world();
    for status in ["CREATING", "UPDATING", "DELETING"] {
        let stored = json!({"Domain": "acme", "Status": status, "UserPoolId": world.pool_id()});
        world.sandbox.insert_member(&world.pool_id(), "domains", "acme", stored);
        assert_eq!(domain(&world, "acme")["Status"], status);
        assert_eq!(world.pool()["Domain"], "acme");
        for operation in [UpdateUserPoolDomain, DeleteUserPoolDomain] {
            let words = "InvalidParameterException: The domain acme cannot be changed";
            all_refused(&world, &[(operation, json!({"Domain": "acme"}), words)]);
        }
    }
}

#[test]
fn a_prefix_is_taken_in_its_region_and_a_custom_domain_everywhere() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.json");
    let taken = "InvalidParameterException: Domain already associated with another user pool.";
    for region in ["eu-west-1", "us-east-1"] {
        let options = Options { region: region.to_owned(), ..Options::default() };
        let sandbox = Sandbox::open(&path, Access::Write, options).unwrap();
        let call = |operation, input| wait(sandbox.write(operation, input));
        let pool = || call(CreateUserPool, json!({"PoolName": "a"})).unwrap()["UserPool"]["Id"].clone();
        let create = |id: &Value, mut input: Value| {
            input["UserPoolId"] = id.clone();
            call(CreateUserPoolDomain, input)
        };
        let (first, second) = (pool(), pool());
        create(&first, json!({"Domain": "acme"})).unwrap();
        assert_eq!(refused(create(&second, json!({"Domain": "acme"}))), taken);
        let own = create(&first, custom("auth.acme.com", &json!({})));
        if region == "eu-west-1" {
            own.unwrap();
        } else {
            assert_eq!(refused(own), taken);
        }
        let foreign = call(DeleteUserPoolDomain, json!({"UserPoolId": second, "Domain": "acme"}));
        assert!(refused(foreign).ends_with("No such domain or user pool exists."));
        let live = wait(sandbox.read(DescribeUserPoolDomain, json!({"Domain": "acme"}))).unwrap();
        assert_eq!(live["DomainDescription"]["UserPoolId"], first, "each Region has its own");
        sandbox.flush().unwrap();
    }
}

#[test]
fn a_region_has_four_custom_domains() {
    let world = world();
    for number in 0..5 {
        let created = world.write(CreateUserPool, json!({"PoolName": format!("p{number}")})).unwrap();
        let mut input = custom(&format!("auth{number}.acme.com"), &json!({}));
        input["UserPoolId"] = created["UserPool"]["Id"].clone();
        let answer = world.write(CreateUserPoolDomain, input);
        if number < 4 {
            answer.unwrap();
        } else {
            assert!(refused(answer).starts_with("LimitExceededException"));
        }
    }
}
