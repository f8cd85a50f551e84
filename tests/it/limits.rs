//! Provisioned limits: of the account and no pool, from the first plan to somebody else's change.

use cognitops::apply::{MismatchKind, Outcome};
use cognitops::cognito::WriteOperation::UpdateProvisionedLimit;
use cognitops::cognito::{ApiError, ErrorCode};
use cognitops::plan::Plan;
use insta::assert_snapshot;
use serde_json::json;

use crate::runner::Project;
use crate::world::{Meddler, World};

const POOL: &str = "apiVersion: cognitops/v1\npool: customers\nsettings: {}\n";

/// A project with one environment, `prod`, and these limits in it.
fn project(limits: &str) -> Project {
    let project = Project::new().file("pool.yaml", POOL);
    declare(&project, limits);
    project
}

fn declare(project: &Project, limits: &str) {
    let text = format!(
        "environments:\n  prod:\n    region: us-east-1\n    manifests: [pool.yaml]\n    provisionedLimits: {limits}\n"
    );
    project.write("cognitops.yaml", text);
}

/// Sets a limit in the sandbox's file, as somebody else would.
fn somebody_sets(project: &Project, category: &str, value: i64) {
    let file = ".cognitops/sandbox-prod.json";
    let mut state: serde_json::Value = serde_json::from_str(&project.read(file)).unwrap();
    state["provisionedLimits"]["us-east-1"][category] = json!(value);
    project.write(file, state.to_string());
}

#[test]
fn limits_are_raised_with_consent_before_the_pools_and_then_hold() {
    let project = project("{ UserAuthentication: 200, UserCreation: 50 }");
    assert_snapshot!(project.run("plan --sandbox"), @"
    exit: 0
    --- stdout
    The account in us-east-1, for all of its pools

    ~ provisionedLimits.UserAuthentication  120 → 200 requests a second (free: 120)
        note: what lies above the free limit costs money

    + customers.settings  CreateUserPool
        + tag cognitops:managed-by  default/prod/customers
        + tag cognitops:schema  1

    Plan: 1 to create, 1 to change, 0 to delete.
    --- stderr
    Creating a user pool takes consent: `apply` asks, or takes --allow-create-pool.
    Raising a provisioned limit takes consent, it costs money: `apply` asks, or takes --allow-cost.
    ");
    assert_snapshot!(project.run("apply --sandbox --yes --allow-create-pool"), @"
    exit: 3
    --- stdout
    The account in us-east-1, for all of its pools

    ~ provisionedLimits.UserAuthentication  120 → 200 requests a second (free: 120)
        note: what lies above the free limit costs money

    + customers.settings  CreateUserPool
        + tag cognitops:managed-by  default/prod/customers
        + tag cognitops:schema  1

    Plan: 1 to create, 1 to change, 0 to delete.
    --- stderr
    error: raising the limit of UserAuthentication from 120 to 200 requests a second costs money, and takes consent
      help: if it is meant to cost that, add --allow-cost
    ");
    assert_eq!(project.run("apply --sandbox --allow-create-pool").code, 3, "nobody can be asked");
    assert!(!project.at(".cognitops/sandbox-prod.json").exists(), "nothing was written");
    assert_snapshot!(project.run("apply --sandbox --yes --allow-create-pool --allow-cost --quiet"), @"
    exit: 0
    --- stdout
    The account in us-east-1, for all of its pools

    ~ provisionedLimits.UserAuthentication  120 → 200 requests a second (free: 120)
        note: what lies above the free limit costs money

    + customers.settings  CreateUserPool
        + tag cognitops:managed-by  default/prod/customers
        + tag cognitops:schema  1

    Plan: 1 to create, 1 to change, 0 to delete.
    done     provisionedLimits.UserAuthentication  UpdateProvisionedLimit
    done     customers.settings  CreateUserPool  [POOL]

    Applied: 2 calls.
    ");
    assert_snapshot!(project.run("plan --sandbox --detailed-exitcode"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says, and 2 provisioned limits are as the project file says.
    ");
    assert_snapshot!(project.run("drift --sandbox"), @"
    exit: 0
    --- stdout
    No drift.
    ");
}

#[test]
fn somebody_elses_change_is_drift_and_lowering_needs_no_consent() {
    let project = project("{ UserAuthentication: 200 }");
    assert_eq!(project.run("apply --sandbox --yes --allow-create-pool --allow-cost").code, 0);
    somebody_sets(&project, "UserAuthentication", 300);
    somebody_sets(&project, "UserCreation", 60); // declared by nobody
    assert_snapshot!(project.run("drift --sandbox"), @"
    exit: 2
    --- stdout
    The account in us-east-1, for all of its pools

    changed   provisionedLimits.UserAuthentication  300 → 200 requests a second (free: 120)

    Drift: 1 changed, 0 missing, 0 unmanaged.
    ");
    assert_snapshot!(project.run("drift --sandbox --format json"), @r#"
    exit: 2
    --- stdout
    {
      "formatVersion": 1,
      "summary": {
        "changed": 1,
        "missing": 0,
        "unmanaged": 0
      },
      "account": {
        "region": "us-east-1",
        "changed": [
          {
            "address": "provisionedLimits.UserAuthentication",
            "changes": [
              {
                "path": "",
                "kind": "modify",
                "before": 300,
                "after": 200,
                "weakens": false,
                "secret": false
              }
            ]
          }
        ]
      },
      "pools": [
        {
          "key": "customers",
          "poolId": "[POOL]",
          "changed": [],
          "missing": [],
          "unmanaged": []
        }
      ]
    }
    "#);
    assert_snapshot!(project.run("apply --sandbox --yes"), @"
    exit: 0
    --- stdout
    The account in us-east-1, for all of its pools

    ~ provisionedLimits.UserAuthentication  300 → 200 requests a second (free: 120)
        note: Cognito then throttles this category above 200, for the users of all pools

    Plan: 0 to create, 1 to change, 0 to delete.
    done     provisionedLimits.UserAuthentication  UpdateProvisionedLimit

    Applied: 1 call.
    ");
    assert_eq!(project.run("plan --sandbox --detailed-exitcode").code, 0);
    // What is not declared any more stays as it is.
    declare(&project, "{}");
    assert_snapshot!(project.run("plan --sandbox --detailed-exitcode"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    assert!(project.read(".cognitops/sandbox-prod.json").contains("\"UserAuthentication\": 200"));
}

#[test]
fn programs_see_the_account_beside_the_pools() {
    let project = project("{ UserAuthentication: 200 }");
    let ran = project.run("apply --sandbox --yes --allow-create-pool --format json");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, &json["summary"]["update"]), (3, &json!(1)), "{ran}");
    assert_eq!(json["error"]["help"], "if it is meant to cost that, add --allow-cost");
    let ran = project.run("apply --sandbox --yes --allow-create-pool --allow-cost --format json");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(ran.code, 0, "{ran}");
    assert_snapshot!(format!("{:#}\n{:#}", json["account"], json["accountReport"]), @r#"
    {
      "refusals": [],
      "region": "us-east-1",
      "resources": [
        {
          "action": "update",
          "address": "provisionedLimits.UserAuthentication",
          "steps": [
            {
              "changes": [
                {
                  "after": 200,
                  "before": 120,
                  "kind": "modify",
                  "path": "",
                  "secret": false,
                  "weakens": false
                }
              ],
              "freeLimit": 120,
              "intermediate": false,
              "notes": [
                "what lies above the free limit costs money"
              ],
              "operation": "UpdateProvisionedLimit"
            }
          ]
        }
      ]
    }
    {
      "mismatches": [],
      "results": [
        {
          "address": "provisionedLimits.UserAuthentication",
          "operation": "UpdateProvisionedLimit",
          "outcome": "done"
        }
      ]
    }
    "#);
    assert_eq!(json["report"].as_array().unwrap().len(), 1, "pools have reports of their own");
    // Without limits there is no such member.
    declare(&project, "{}");
    let ran = project.run("plan --sandbox --format json");
    assert!(!ran.stdout.contains("account"), "{ran}");
}

#[test]
fn a_limit_below_the_free_one_is_refused_with_its_line_and_the_way_out() {
    let project = project("{ UserAuthentication: 100, UserCreation: 80 }");
    assert_snapshot!(project.run("plan --sandbox"), @"
    exit: 3
    --- stdout
    The account in us-east-1, for all of its pools

    ~ provisionedLimits.UserCreation  50 → 80 requests a second (free: 50)
        note: what lies above the free limit costs money

    + customers.settings  CreateUserPool
        + tag cognitops:managed-by  default/prod/customers
        + tag cognitops:schema  1

    refused[state] provisionedLimits.UserAuthentication: 100 is below the free limit, 120 requests a second, and Cognito sets no limit below it
      --> cognitops.yaml:5:26
      help: write `UserAuthentication: 120`, or leave it out: it then stays at 120

    Plan: 1 to create, 1 to change, 0 to delete.
    ");
    assert_eq!(project.run("apply --sandbox --yes --allow-create-pool --allow-cost").code, 3);
    assert!(!project.at(".cognitops/sandbox-prod.json").exists());
    assert_snapshot!(project.run("drift --sandbox"), @"
    exit: 2
    --- stdout
    The account in us-east-1, for all of its pools

    changed   provisionedLimits.UserCreation  50 → 80 requests a second (free: 50)
    changed   provisionedLimits.UserAuthentication: 100 is below the free limit, 120 requests a second, and Cognito sets no limit below it

    missing   customers.settings

    Drift: 2 changed, 1 missing, 0 unmanaged.
    ");
}

#[test]
fn what_is_wrong_with_a_limit_is_said_with_its_line() {
    let project =
        project("{ UserAuthentication: 0, UserCreation: many, User-Read: 1, UserToken: '${values.x}' }");
    assert_snapshot!(project.run("validate"), @"
    exit: 1
    --- stderr
    error[bound]: `environments.prod.provisionedLimits.UserAuthentication` is at least 1
     --> cognitops.yaml:5:46
      |
    5 |     provisionedLimits: { UserAuthentication: 0, UserCreation: many, User-Read: 1, UserToken: ************* *
      |                                              ^

    error[wrong-type]: `environments.prod.provisionedLimits.UserCreation` takes a whole number
     --> cognitops.yaml:5:63
      |
    5 |     provisionedLimits: { UserAuthentication: 0, UserCreation: many, User-Read: 1, UserToken: ************* *
      |                                                               ^^^^

    error[form]: the key `User-Read` does not have the form it needs
     --> cognitops.yaml:5:69
      |
    5 |     provisionedLimits: { UserAuthentication: 0, UserCreation: many, User-Read: 1, UserToken: ************* *
      |                                                                     ^^^^^^^^^
      |
      = help: the whole text matches ^(?:[A-Za-z]+)$

    error[wrong-type]: `environments.prod.provisionedLimits.UserToken` takes a whole number
     --> cognitops.yaml:5:94
      |
    5 |     provisionedLimits: { UserAuthentication: 0, UserCreation: many, User-Read: 1, UserToken: ************* *
      |                                                                                              ^^^^^^^^^^^^^

    4 errors.
    ");
    declare(&project, "{ UserLogin: 20, UserCreation: 80 }");
    assert_eq!(project.run("validate").code, 0, "only Cognito knows its categories");
    assert_snapshot!(project.run("plan --sandbox"), @"
    exit: 1
    --- stderr
    error[bad-reference]: `provisionedLimits.UserLogin` is no limit that can be set: GetProvisionedLimit: ResourceNotFoundException: There is no adjustable limit of the category UserLogin. (request sandbox-2)
     --> cognitops.yaml:5:26
      |
    5 |     provisionedLimits: { UserLogin: 20, UserCreation: 80 }
      |                          ^^^^^^^^^
      |
      = help: write a category whose limit is adjustable, as the quotas of Cognito name it, such as UserAuthentication

    1 error.
    ");
    declare(&project, "{ UserCreation: 501 }");
    assert_snapshot!(project.run("apply --sandbox --yes --allow-create-pool --allow-cost --quiet"), @"
    exit: 5
    --- stdout
    The account in us-east-1, for all of its pools

    ~ provisionedLimits.UserCreation  50 → 501 requests a second (free: 50)
        note: what lies above the free limit costs money

    + customers.settings  CreateUserPool
        + tag cognitops:managed-by  default/prod/customers
        + tag cognitops:schema  1

    Plan: 1 to create, 1 to change, 0 to delete.
    failed   provisionedLimits.UserCreation  UpdateProvisionedLimit: ServiceQuotaExceededException: The requested limit is above the maximum of the account for UserCreation, 500.; the account's maximum stands in Service Quotas (request sandbox-4)
    done     customers.settings  CreateUserPool  [POOL]

    Applied in part: 1 call done, 1 not done, 0 differences. Plan again to see what is left.
    ");
    // Whole is whole.
    declare(&project, "{ UserCreation: 80.0 }");
    let ran = project.run("apply --sandbox --yes --allow-cost");
    assert!(ran.stdout.contains("UserCreation  50 → 80 requests a second"), "{ran}");
}

#[test]
fn environments_lay_their_limits_over_what_all_share() {
    let project = project("{}");
    project.write(
        "cognitops.yaml",
        "base:
  manifests: [pool.yaml]
  provisionedLimits: { UserAuthentication: 200, UserCreation: 80 }
environments:
  prod: { provisionedLimits: { UserAuthentication: 300, UserCreation: null } }
",
    );
    let ran = project.run("plan --sandbox");
    assert!(ran.stdout.contains("provisionedLimits.UserAuthentication  120 → 300"), "{ran}");
    assert!(!ran.stdout.contains("UserCreation"), "{ran}");
}

#[test]
fn a_run_of_some_files_leaves_limits_alone() {
    let project = project("{ UserAuthentication: 200 }");
    assert_snapshot!(project.run("apply -f pool.yaml --sandbox --yes --allow-create-pool"), @"
    exit: 0
    --- stdout
    + customers.settings  CreateUserPool
        + tag cognitops:managed-by  default/prod/customers
        + tag cognitops:schema  1

    Plan: 1 to create, 0 to change, 0 to delete.
    done     customers.settings  CreateUserPool  [POOL]

    Applied: 1 call.
    --- stderr
    The provisioned limits of the environment are left alone: -f narrows the run to files.
    ");
    assert!(!project.read(".cognitops/sandbox-prod.json").contains("provisionedLimits"));
}

#[test]
fn an_environment_may_have_limits_and_no_manifests() {
    let project = Project::new();
    project.write("cognitops.yaml", "environments: { prod: { provisionedLimits: { UserCreation: 80 } } }\n");
    assert_snapshot!(project.run("apply --sandbox --yes --allow-cost"), @"
    exit: 0
    --- stdout
    The account in us-east-1, for all of its pools

    ~ provisionedLimits.UserCreation  50 → 80 requests a second (free: 50)
        note: what lies above the free limit costs money

    Plan: 0 to create, 1 to change, 0 to delete.
    done     provisionedLimits.UserCreation  UpdateProvisionedLimit

    Applied: 1 call.
    ");
    assert_snapshot!(project.run("plan --sandbox --detailed-exitcode"), @"
    exit: 0
    --- stdout
    No changes: 1 provisioned limit is as the project file says.
    ");
    assert_snapshot!(project.run("drift --sandbox"), @"
    exit: 0
    --- stdout
    No drift.
    ");
}

#[test]
fn two_environments_of_one_account_and_region_want_one_limit() {
    let project = Project::new().file("pool.yaml", POOL);
    let file = |dev: &str, prod: &str| {
        format!(
            "environments:
  dev: {{ {dev}, provisionedLimits: {{ UserCreation: 60, UserRead: 130 }} }}
  prod: {{ {prod}, provisionedLimits: {{ UserCreation: 80, UserRead: 130 }} }}
"
        )
    };
    let region = "region: us-east-1";
    project.write("cognitops.yaml", file(region, region));
    assert_snapshot!(project.run("plan --all-envs --sandbox=state.json"), @"
    exit: 3
    --- stderr
    error: the environments `dev` and `prod` are one account and Region, and want different limits of UserCreation: 60 and 80
      help: declare it in one of them, or in `base` (cognitops.yaml:2:50 and cognitops.yaml:3:51)
    ");
    // An own Region, and an own sandbox, are others.
    assert_eq!(project.run("plan --all-envs --sandbox").code, 0);
    project.write("cognitops.yaml", file(region, "region: eu-west-1"));
    assert_eq!(project.run("plan --all-envs --sandbox=state.json").code, 0);
    // What they declare alike is planned once.
    project.write("cognitops.yaml", file(region, region).replace("80", "60"));
    assert_snapshot!(project.run("plan --all-envs --sandbox=state.json"), @"
    exit: 0
    --- stdout
    Environment dev

    The account in us-east-1, for all of its pools

    ~ provisionedLimits.UserCreation  50 → 60 requests a second (free: 50)
        note: what lies above the free limit costs money
    ~ provisionedLimits.UserRead  120 → 130 requests a second (free: 120)
        note: what lies above the free limit costs money

    Plan: 0 to create, 2 to change, 0 to delete.

    Environment prod

    No changes: nothing is to be compared.
    --- stderr
    Raising a provisioned limit takes consent, it costs money: `apply` asks, or takes --allow-cost.
    ");
}

#[test]
fn a_limit_that_changed_since_the_plan_is_not_set() {
    let world = World::new();
    let plan = world.account_plan(&[("UserCreation", 80), ("UserRead", 130)]);
    world.write(UpdateProvisionedLimit, cognitops::body::set_limit("UserCreation", &json!(70))).unwrap();
    let report = world.execute_account(&plan, &world.sandbox);
    assert!(matches!(report.results[0].outcome, Outcome::Stale(_)), "{report:?}");
    assert_eq!(report.results[1].outcome, Outcome::Done, "one is no matter of the other");
    assert_eq!(world.sent("UpdateProvisionedLimit")["RequestedLimitValue"], 130);
}

#[test]
fn what_the_answer_says_is_compared_with_what_was_asked() {
    let world = World::new();
    let plan = world.account_plan(&[("UserCreation", 80)]);
    let less = Meddler {
        world: &world,
        request: |input| input["RequestedLimitValue"] = json!(60),
        afterwards: |_| {},
    };
    let report = world.execute_account(&plan, &less);
    let [mismatch] = report.mismatches.as_slice() else { panic!("{report:?}") };
    assert_eq!((mismatch.kind, mismatch.detail.as_deref()), (MismatchKind::NotTaken, Some("it is 60")));
    assert_eq!(mismatch.address.to_string(), "provisionedLimits.UserCreation");
    let whole = cognitops::apply::Report { account: Some(report), pools: Vec::new() };
    assert!(!whole.is_complete() && whole.wrote_something() && !whole.changed_meanwhile());
    assert_snapshot!(anstream::adapter::strip_str(&cognitops::render::human::report(&whole, 0)).to_string(), @"
    done     provisionedLimits.UserCreation  UpdateProvisionedLimit
    differs  provisionedLimits.UserCreation  the written value did not take: it is 60

    Applied in part: 1 call done, 0 not done, 1 difference. Plan again to see what is left.
    ");
}

#[test]
fn a_limit_that_fails_does_not_keep_pools_from_being_applied() {
    let world = World::new();
    let plan =
        Plan::default().with_account(Some(world.account_plan(&[("UserCreation", 80), ("UserRead", 130)])));
    let throttled = ApiError {
        operation: "UpdateProvisionedLimit",
        code: ErrorCode::TooManyRequests,
        message: "slow down".to_owned(),
        request_id: None,
    };
    world.sandbox.fail_next("UpdateProvisionedLimit", throttled);
    assert_eq!((plan.summary().update, plan.raised_limits().count()), (2, 2));
    let report = world.execute_account(plan.account.as_ref().unwrap(), &world.sandbox);
    assert!(matches!(report.results[0].outcome, Outcome::Failed { .. }), "{report:?}");
    assert_eq!(report.results[1].outcome, Outcome::Done);
}
