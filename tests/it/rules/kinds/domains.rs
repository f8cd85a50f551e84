use std::sync::Mutex;
use std::time::Duration;

use cognitops::apply::{Outcome, PoolReport, Services, Wait, apply_pool};
use cognitops::cognito::ErrorCode;
use cognitops::plan::{PoolPlan, RefusalRule};
use serde_json::{Value, json};

use super::{error, messages, stored};
use crate::world::{World, changes, operations, refusals, unmanaged, wait};

const NONE: [&str; 0] = [];
const CERTIFICATE: &str = "arn:aws:acm:us-east-1:123456789012:certificate/a";

fn applied(body: &str) -> World {
    World::applied(&format!("settings: {{}}\n{body}"))
}

fn custom(name: &str, certificate: &str) -> String {
    format!("domains: {{ {name}: {{ customDomainConfig: {{ certificateArn: '{certificate}' }} }} }}\n")
}

/// Executes a plan; the clock only notes how long it was asked to wait, and what happens meanwhile.
fn execute(
    world: &World,
    plan: &PoolPlan,
    limit: Duration,
    meanwhile: fn(&World, usize),
) -> (PoolReport, Vec<u64>) {
    let pauses = Mutex::new(Vec::new());
    let sleep = |time: Duration| {
        let mut pauses = pauses.lock().unwrap();
        pauses.push(time.as_secs());
        meanwhile(world, pauses.len());
        Box::pin(std::future::ready(())) as std::pin::Pin<Box<dyn Future<Output = ()> + Send>>
    };
    let services = Services {
        read: &world.sandbox,
        write: &world.sandbox,
        resolve: &|_| Err(String::new()),
        keep: &|_| Ok(()),
        wait: Wait { limit, brief: Duration::ZERO, sleep: &sleep },
    };
    let report = wait(apply_pool(plan, &services, &mut |_| {}));
    (report, pauses.into_inner().unwrap())
}

fn set_status(world: &World, name: &str, status: &str) {
    let mut domain = stored(world, "domains")[name].clone();
    domain["Status"] = json!(status);
    world.sandbox.insert_member(&world.pool_id(), "domains", name, domain);
}

#[test]
fn a_pool_has_a_prefix_domain_and_a_custom_one() {
    let both = custom("auth.example.com", CERTIFICATE).replace("domains: {", "domains: { acme-login: {},");
    let world = applied(&both);
    assert_eq!(world.pool()["Domain"], "acme-login");
    assert_eq!(world.pool()["CustomDomain"], "auth.example.com");
    assert_eq!(world.changes(&both), NONE);
    let plan = world.plan("domains: { acme-login: {} }\n");
    assert_eq!(operations(&plan), NONE);
    assert_eq!(unmanaged(&plan), ["customers.domains[\"auth.example.com\"]"]);
}

#[test]
fn a_certificate_changes_in_place_and_is_always_sent() {
    let world = applied(&custom("auth.example.com", CERTIFICATE));
    let other = custom("auth.example.com", &format!("{CERTIFICATE}b"));
    let plan = world.plan(&other);
    assert_eq!(operations(&plan), ["UpdateUserPoolDomain"]);
    assert!(world.execute(&plan).is_complete());
    let managed = other.replace("customDomainConfig", "managedLoginVersion: 2, customDomainConfig");
    let plan = world.plan(&managed);
    assert_eq!(changes(&plan), ["~ domains[\"auth.example.com\"].managedLoginVersion 1 → 2"]);
    assert!(world.execute(&plan).is_complete());
    assert_eq!(
        world.sent("UpdateUserPoolDomain"),
        json!({
            "Domain": "auth.example.com",
            "UserPoolId": world.pool_id(),
            "ManagedLoginVersion": 2,
            "CustomDomainConfig": {"CertificateArn": format!("{CERTIFICATE}b"), "SecurityPolicy": "TLS_V1"},
        })
    );
    assert_eq!(world.changes(&managed), NONE);
    assert_eq!(world.changes(&other), NONE, "the version stays when it is not written");
}

#[test]
fn another_name_in_a_slot_is_a_replacement_and_takes_consent() {
    let mut world = applied("domains: { acme-login: { managedLoginVersion: 2 } }\n");
    let body = "domains: { acme-sign-in: {} }\n";
    let plan = world.plan(body);
    assert_eq!(refusals(&plan), [(RefusalRule::Replace, "customers.domains.acme-sign-in".to_owned())]);
    assert_eq!(
        operations(&plan),
        ["DeleteUserPoolDomain", "CreateUserPoolDomain"],
        "refused, and still shown"
    );
    assert!(plan.steps[1].notes[0].contains("sign-in is out until this is done"));
    world.context.all_replacements_allowed = true;
    let plan = world.plan(body);
    assert_eq!(plan.refusals, []);
    assert!(world.execute(&plan).is_complete());
    assert_eq!(world.pool()["Domain"], "acme-sign-in");
}

#[test]
fn the_old_domain_must_be_gone_before_the_new_one_is_made() {
    let mut world = applied("domains: { acme-login: {} }\n");
    world.context.all_replacements_allowed = true;
    let plan = world.plan("domains: { acme-sign-in: {} }\n");
    // The deletion takes two looks.
    let answers = LateDeletion::new(&world, 2);
    let services = Services {
        read: &answers,
        write: &world.sandbox,
        resolve: &|_| Err(String::new()),
        keep: &|_| Ok(()),
        wait: Wait {
            limit: Duration::from_mins(2),
            brief: Duration::ZERO,
            sleep: &|_| Box::pin(std::future::ready(())),
        },
    };
    let report = wait(apply_pool(&plan, &services, &mut |_| {}));
    assert!(report.is_complete(), "{report:#?}");
    // It takes too long.
    let plan = world.plan("domains: { acme-login: {} }\n");
    let answers = LateDeletion::new(&world, 99);
    let services = Services { read: &answers, wait: Wait::none(), ..services };
    let report = wait(apply_pool(&plan, &services, &mut |_| {}));
    assert!(format!("{:?}", report.results[1].outcome).contains("is still being deleted"), "{report:#?}");
}

/// A reader for which a deleted domain is there for some looks more.
struct LateDeletion<'a> {
    world: &'a World,
    looks: std::sync::atomic::AtomicUsize,
}

impl<'a> LateDeletion<'a> {
    fn new(world: &'a World, looks: usize) -> Self {
        Self { world, looks: looks.into() }
    }
}

impl cognitops::cognito::ReadCognito for LateDeletion<'_> {
    fn read(
        &self,
        operation: cognitops::cognito::ReadOperation,
        input: Value,
    ) -> cognitops::cognito::ApiFuture<'_> {
        let answer = wait(self.world.sandbox.read(operation, input));
        let gone = answer.as_ref().is_ok_and(|answer| answer["DomainDescription"] == json!({}));
        let late = gone
            && self
                .looks
                .fetch_update(
                    std::sync::atomic::Ordering::SeqCst,
                    std::sync::atomic::Ordering::SeqCst,
                    |left| left.checked_sub(1),
                )
                .is_ok();
        let answer = if late {
            Ok(json!({"DomainDescription": {"Domain": "x", "Status": "DELETING"}}))
        } else {
            answer
        };
        Box::pin(std::future::ready(answer))
    }
}

#[test]
fn a_domain_that_is_on_its_way_out_is_waited_for_and_made_anew() {
    let world = applied("domains: { acme-login: {} }\n");
    for declared in ["acme-login", "acme-sign-in"] {
        set_status(&world, "acme-login", "DELETING");
        let plan = world.plan(&format!("domains: {{ {declared}: {{}} }}\n"));
        assert_eq!(operations(&plan), ["CreateUserPoolDomain"], "{declared}");
        assert_eq!(plan.refusals, [], "nothing is replaced");
    }
    let plan = world.plan("domains: { acme-login: {} }\n");
    let gone = |world: &World, looks: usize| {
        if looks == 2 {
            set_status(world, "acme-login", "ACTIVE");
            let input = json!({"Domain": "acme-login", "UserPoolId": world.pool_id()});
            world.write(cognitops::cognito::WriteOperation::DeleteUserPoolDomain, input).unwrap();
        }
    };
    let (report, pauses) = execute(&world, &plan, Duration::from_mins(1), gone);
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!(pauses, [1, 2]);
}

#[test]
fn a_prefix_whose_successor_fails_is_made_again() {
    let mut world = applied("domains: { acme-login: { managedLoginVersion: 2 } }\n");
    world.context.all_replacements_allowed = true;
    let plan = world.plan("domains: { acme-sign-in: {} }\n");
    world
        .sandbox
        .fail_next("CreateUserPoolDomain", error("CreateUserPoolDomain", ErrorCode::InvalidParameter));
    let report = world.execute(&plan);
    let Outcome::Failed { error, .. } = &report.results[1].outcome else { panic!("{report:#?}") };
    assert!(error.message.ends_with("the domain acme-login was created again"), "{error}");
    assert_eq!(world.pool()["Domain"], "acme-login");
    assert_eq!(stored(&world, "domains")["acme-login"]["ManagedLoginVersion"], 2);
}

#[test]
fn a_replacement_whose_deletion_fails_is_not_tried() {
    let mut world = applied("domains: { acme-login: {} }\n");
    world.context.all_replacements_allowed = true;
    let plan = world.plan("domains: { acme-sign-in: {} }\n");
    world
        .sandbox
        .fail_next("DeleteUserPoolDomain", error("DeleteUserPoolDomain", ErrorCode::InvalidParameter));
    let report = world.execute(&plan);
    assert!(
        matches!(&report.results[1].outcome, Outcome::Skipped(needed) if needed.to_string() == "customers.domains.acme-login")
    );
}

#[test]
fn a_domain_of_another_pool_is_refused_before_the_first_call() {
    let world = applied("domains: { acme-login: {} }\n");
    let other = "apiVersion: cognitops/v1\npool: other\nsettings: {}\ndomains: { acme-login: {} }\n";
    let owner = world.pool_id();
    assert_eq!(
        messages(&world, other),
        [format!("the domain `acme-login` belongs to another pool, {owner}")]
    );
}

#[test]
fn what_cognito_still_works_on_is_waited_for_and_then_pending() {
    let body = custom("auth.example.com", CERTIFICATE);
    let world = applied(&body);
    let changed = body.replace("customDomainConfig", "managedLoginVersion: 2, customDomainConfig");
    let plan = world.plan(&changed);
    // The sandbox finishes at once; a status stands in for the service's own time.
    let busy = |world: &World, _: usize| set_status(world, "auth.example.com", "ACTIVE");
    let (report, pauses) = execute(&world, &plan, Duration::from_mins(1), busy);
    assert!(report.is_complete() && pauses.is_empty());
    set_status(&world, "auth.example.com", "CREATING");
    assert_eq!(world.changes(&changed), NONE, "a domain under way is there");
}

#[test]
fn a_new_custom_domain_is_pending_after_the_wait_and_names_its_target() {
    let world = applied("");
    let plan = world.plan(&custom("auth.example.com", CERTIFICATE));
    let reader = Creating(&world);
    let services = Services {
        read: &reader,
        write: &world.sandbox,
        resolve: &|_| Err(String::new()),
        keep: &|_| Ok(()),
        wait: Wait {
            limit: Duration::from_secs(40),
            brief: Duration::ZERO,
            sleep: &|_| Box::pin(std::future::ready(())),
        },
    };
    let report = wait(apply_pool(&plan, &services, &mut |_| {}));
    assert!(report.is_complete(), "{report:#?}");
    let pending: Vec<_> =
        report.pending.iter().map(|(address, status)| format!("{address} {status}")).collect();
    assert_eq!(pending, ["customers.domains[\"auth.example.com\"] CREATING"]);
    assert!(report.dns_targets["auth.example.com"].ends_with(".cloudfront.net"));
}

#[test]
fn login_pages_wait_for_a_domain_that_is_active() {
    let world = applied("");
    let looks = "uiCustomization: { css: '.label-customizable {}' }\n";
    let plan = world.plan(&format!("{}{looks}", custom("auth.example.com", CERTIFICATE)));
    assert_eq!(operations(&plan), ["CreateUserPoolDomain", "SetUICustomization"]);
    assert_eq!(plan.steps[1].needs[0].to_string(), "customers.domains[\"auth.example.com\"]");
    let reader = Creating(&world);
    let services = Services {
        read: &reader,
        write: &world.sandbox,
        resolve: &|_| Err(String::new()),
        keep: &|_| Ok(()),
        wait: Wait {
            limit: Duration::from_secs(40),
            brief: Duration::ZERO,
            sleep: &|_| Box::pin(std::future::ready(())),
        },
    };
    let report = wait(apply_pool(&plan, &services, &mut |_| {}));
    let Outcome::NotReady(problem) = &report.results[1].outcome else { panic!("{report:#?}") };
    assert!(problem.contains("is not active yet"), "{problem}");
    // The next apply has an active one.
    world.must_apply(&format!("{}{looks}", custom("auth.example.com", CERTIFICATE)));
}

/// A reader for which every domain is still being created.
struct Creating<'a>(&'a World);

impl cognitops::cognito::ReadCognito for Creating<'_> {
    fn read(
        &self,
        operation: cognitops::cognito::ReadOperation,
        input: Value,
    ) -> cognitops::cognito::ApiFuture<'_> {
        let mut answer = wait(self.0.sandbox.read(operation, input));
        if let Ok(answer) = &mut answer
            && answer["DomainDescription"]["Status"].is_string()
        {
            answer["DomainDescription"]["Status"] = json!("CREATING");
        }
        Box::pin(std::future::ready(answer))
    }
}

#[test]
fn managed_login_needs_a_tier_above_lite() {
    let world = applied("");
    let body = "settings: { userPoolTier: LITE }\ndomains: { acme-login: { managedLoginVersion: 2 } }\n";
    assert_eq!(messages(&world, body), ["managed login is not in the tier LITE"]);
}

#[test]
fn a_change_of_the_custom_domain_says_what_it_means_for_passkeys() {
    let world = applied("");
    let plan = world.plan(&custom("auth.example.com", CERTIFICATE));
    assert!(plan.steps[0].notes.iter().any(|note| note.contains("passkeys")), "{:?}", plan.steps[0].notes);
    let plan = world.plan("domains: { acme-login: {} }\n");
    assert_eq!(plan.steps[0].notes, NONE);
}

#[test]
fn a_domain_goes_by_its_address_or_by_pruning() {
    let world = applied("domains: { acme-login: {} }\n");
    let plan = world.plan("policy: { delete: [domains.acme-login] }\n");
    assert_eq!(operations(&plan), ["DeleteUserPoolDomain"]);
    let plan = world.plan("settings: {}\ndomains: {}\npolicy: { prune: [domains] }\n");
    assert_eq!(operations(&plan), ["DeleteUserPoolDomain"]);
    assert!(world.execute(&plan).is_complete());
    assert_eq!(world.pool().get("Domain"), None);
}

#[test]
fn a_plan_reads_each_domain_once() {
    let world = applied("domains: { acme-login: {} }\n");
    let from = world.sandbox.calls().len();
    world.plan("domains: { acme-login: {} }\n");
    assert_eq!(world.operations_since(from), ["ListUserPools", "DescribeUserPool", "DescribeUserPoolDomain"]);
}

#[test]
fn a_custom_domain_without_a_certificate_is_refused_before_the_old_one_goes() {
    let mut world = applied(&custom("old.example.com", CERTIFICATE));
    world.context.all_replacements_allowed = true;
    let body = "domains: { new.example.com: { managedLoginVersion: 2 } }\npolicy: { omitted: keep }\n";
    assert_eq!(messages(&world, body), ["a custom domain needs a certificate"]);
    let partly =
        "domains: { old.example.com: { managedLoginVersion: 2 } }\npolicy: { omitted: { groups: keep } }\n";
    assert_eq!(world.changes(partly), ["~ domains[\"old.example.com\"].managedLoginVersion 1 → 2"]);
}

#[test]
fn a_replacement_keeps_what_stays_when_it_is_not_written() {
    let secure = custom("old.example.com", CERTIFICATE)
        .replace("certificateArn", "securityPolicy: TLS_V1_3_2025, certificateArn")
        .replace("customDomainConfig", "managedLoginVersion: 2, customDomainConfig");
    let mut world = applied(&secure);
    world.context.all_replacements_allowed = true;
    world.must_apply(&custom("new.example.com", CERTIFICATE));
    let domain = stored(&world, "domains")["new.example.com"].clone();
    assert_eq!(domain["ManagedLoginVersion"], 2);
    assert_eq!(domain["CustomDomainConfig"]["SecurityPolicy"], "TLS_V1_3_2025");
}

#[test]
fn a_change_waits_for_what_is_under_way() {
    let world = applied(&custom("auth.example.com", CERTIFICATE));
    set_status(&world, "auth.example.com", "UPDATING");
    let plan = world.plan(&custom("auth.example.com", &format!("{CERTIFICATE}b")));
    let at_rest = |world: &World, looks: usize| {
        if looks == 2 {
            set_status(world, "auth.example.com", "ACTIVE");
        }
    };
    let (report, pauses) = execute(&world, &plan, Duration::from_mins(1), at_rest);
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!(pauses, [1, 2]);
}

#[test]
fn what_cognito_fills_in_after_a_write_is_nobody_elses_change() {
    let world = applied(&custom("auth.example.com", CERTIFICATE));
    let mut domain = stored(&world, "domains")["auth.example.com"].clone();
    domain["CustomDomainConfig"].as_object_mut().unwrap().remove("SecurityPolicy");
    world.sandbox.insert_member(&world.pool_id(), "domains", "auth.example.com", domain);
    let report = world.execute(&world.plan(&custom("auth.example.com", &format!("{CERTIFICATE}b"))));
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!(
        stored(&world, "domains")["auth.example.com"]["CustomDomainConfig"]["SecurityPolicy"],
        "TLS_V1"
    );
}
