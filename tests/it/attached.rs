//! What a pool or a client has one of, on the command line: risk configurations, sessions, destinations of logs.

use cognitops::plan::RefusalRule;
use insta::assert_snapshot;

use crate::runner::{Project, Ran};
use crate::world::World;

const PLUS: &str = "\
apiVersion: cognitops/v1
pool: bank
settings: { userPoolTier: PLUS, userPoolAddOns: { advancedSecurityMode: ENFORCED } }
clients: { web: {} }
";

const NOTIFICATIONS: &str = "  userNotification:
    logLevel: ERROR
    cloudWatchLogsConfiguration: { logGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:bank' }
";

const EVENTS: &str =
    "  userAuthEvents: { logLevel: INFO, s3Configuration: { bucketArn: 'arn:aws:s3:::logs' } }\n";

fn run(project: &Project, line: &str) -> Ran {
    project.run(&format!("{line} -f pool.yaml --sandbox=state.json"))
}

fn applied(manifest: &str) -> Project {
    let project = Project::with(manifest);
    let ran = run(&project, "apply --yes --allow-create-pool --quiet");
    assert_eq!(ran.code, 0, "{ran}");
    project
}

/// Writes a manifest that builds on [`PLUS`].
fn write(project: &Project, more: &str) {
    project.write("pool.yaml", format!("{PLUS}{more}"));
}

#[test]
fn a_risk_configuration_comes_changes_and_goes_as_a_whole() {
    let project = applied(PLUS);
    let takeover = |action: &str| {
        format!(
            "riskConfiguration:
  accountTakeoverRiskConfiguration:
    actions: {{ highAction: {{ notify: false, eventAction: {action} }} }}
  compromisedCredentialsRiskConfiguration: {{ actions: {{ eventAction: BLOCK }} }}
"
        )
    };
    write(&project, &takeover("BLOCK"));
    assert_snapshot!(run(&project, "apply --yes"), @"
    exit: 0
    --- stdout
    ~ bank.riskConfiguration  SetRiskConfiguration
        + accountTakeoverRiskConfiguration  {actions: {highAction: {eventAction: BLOCK, notify: false}}}
        + compromisedCredentialsRiskConfiguration  {actions: {eventAction: BLOCK}}

    Plan: 0 to create, 1 to change, 0 to delete.
    done     bank.riskConfiguration  SetRiskConfiguration

    Applied: 1 call.
    ");
    write(&project, &takeover("MFA_REQUIRED"));
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    ~ bank.riskConfiguration  SetRiskConfiguration
        ~ accountTakeoverRiskConfiguration.actions.highAction.eventAction  BLOCK → MFA_REQUIRED · weakens security

    Plan: 0 to create, 1 to change, 0 to delete.
    ");
    assert_eq!(run(&project, "apply --yes").code, 0);
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    // What the section leaves out goes, and that weakens security.
    write(&project, "riskConfiguration: {}\n");
    assert_snapshot!(run(&project, "plan"), @"
    exit: 3
    --- stdout
    ~ bank.riskConfiguration  SetRiskConfiguration
        ! accountTakeoverRiskConfiguration  {actions: {highAction: {eventAction: MFA_REQUIRED, notify: false}}} → absent · not in the manifest · weakens security
        ! compromisedCredentialsRiskConfiguration  {actions: {eventAction: BLOCK}} → absent · not in the manifest · weakens security

    refused[reset] bank.riskConfiguration: these resets weaken security: accountTakeoverRiskConfiguration, compromisedCredentialsRiskConfiguration
      --> pool.yaml:5:1
      help: write the fields that are to stay (`export --update` does), or set `policy.omitted: keep`, or consent with --allow-reset=bank.riskConfiguration

    Plan: 0 to create, 1 to change, 0 to delete; 2 fields to reset.
    ");
    assert_eq!(run(&project, "apply --yes --allow-reset").code, 0);
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
}

#[test]
fn a_clients_own_risk_configuration_is_not_what_it_inherits() {
    let block = "{ compromisedCredentialsRiskConfiguration: { actions: { eventAction: BLOCK } } }";
    let project = applied(&format!("{PLUS}riskConfiguration: {block}\n"));
    let client = |risk: &str| PLUS.replace("web: {}", &format!("web: {{ riskConfiguration: {risk} }}"));
    project.write("pool.yaml", client("{}"));
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    project.write("pool.yaml", client(block));
    assert_snapshot!(run(&project, "apply --yes"), @"
    exit: 0
    --- stdout
    ~ bank.clients.web.riskConfiguration  SetRiskConfiguration
        + compromisedCredentialsRiskConfiguration  {actions: {eventAction: BLOCK}}

    Plan: 0 to create, 1 to change, 0 to delete.
    done     bank.clients.web.riskConfiguration  SetRiskConfiguration

    Applied: 1 call.
    ");
    project.write("pool.yaml", client("{}"));
    assert_snapshot!(run(&project, "apply --yes --allow-reset"), @"
    exit: 0
    --- stdout
    ~ bank.clients.web.riskConfiguration  SetRiskConfiguration
        ! compromisedCredentialsRiskConfiguration  {actions: {eventAction: BLOCK}} → absent · not in the manifest · weakens security

    Plan: 0 to create, 1 to change, 0 to delete; 1 field to reset.
    done     bank.clients.web.riskConfiguration  SetRiskConfiguration

    Applied: 1 call.
    ");
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
}

#[test]
fn a_new_client_gets_its_own_in_the_apply_that_makes_it() {
    let project = applied(PLUS);
    write(&project, "sessionConfiguration: { userSessionTracking: ENABLED }\n");
    let text = project.read("pool.yaml").replace(
        "web: {}",
        "web: {}, portal: { sessionConfiguration: { ssoSession: { maxValidityMinutes: 5 } } }",
    );
    project.write("pool.yaml", text);
    assert_snapshot!(run(&project, "apply --yes"), @"
    exit: 0
    --- stdout
    + bank.clients.portal  CreateUserPoolClient

    ~ bank.sessionConfiguration  SetUserPoolSessionConfiguration
        ~ userSessionTracking  DISABLED → ENABLED

    ~ bank.clients.portal.sessionConfiguration  SetUserPoolClientSessionConfiguration
        ~ ssoSession.maxValidityMinutes  60 → 5

    Plan: 1 to create, 2 to change, 0 to delete.
    done     bank.clients.portal  CreateUserPoolClient  [CLIENT]
    done     bank.sessionConfiguration  SetUserPoolSessionConfiguration
    done     bank.clients.portal.sessionConfiguration  SetUserPoolClientSessionConfiguration

    Applied: 3 calls.
    ");
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
}

#[test]
fn destinations_of_logs_that_nobody_declares_are_listed_and_stay() {
    let project = applied(&format!("{PLUS}logDelivery:\n{NOTIFICATIONS}{EVENTS}"));
    write(&project, &format!("logDelivery:\n{}", EVENTS.replace("logs'", "other'")));
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    ~ bank.logDelivery  SetLogDeliveryConfiguration
        ~ userAuthEvents.s3Configuration.bucketArn  arn:aws:s3:::logs → arn:aws:s3:::other

    Not declared, left alone: bank.logDelivery.userNotification

    Plan: 0 to create, 1 to change, 0 to delete.
    ");
    assert_eq!(run(&project, "apply --yes").code, 0);
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    Not declared, left alone: bank.logDelivery.userNotification

    No changes: 1 pool is as its manifest says.
    ");
    // By its address, without the section.
    write(&project, "policy: { delete: [logDelivery.userNotification] }\n");
    assert_snapshot!(run(&project, "apply --yes"), @"
    exit: 0
    --- stdout
    ~ bank.logDelivery  SetLogDeliveryConfiguration
        - userNotification  {cloudWatchLogsConfiguration: {logGroupArn: arn:aws:logs:us-east-1:123456789012:log-group:bank}, logLevel: ERROR} → absent

    Plan: 0 to create, 1 to change, 0 to delete.
    done     bank.logDelivery  SetLogDeliveryConfiguration

    Applied: 1 call.
    ");
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    // By pruning.
    write(&project, "logDelivery: {}\npolicy: { prune: [logDelivery] }\n");
    assert_snapshot!(run(&project, "apply --yes"), @"
    exit: 0
    --- stdout
    ~ bank.logDelivery  SetLogDeliveryConfiguration
        - userAuthEvents  {logLevel: INFO, s3Configuration: {bucketArn: arn:aws:s3:::other}} → absent

    Plan: 0 to create, 1 to change, 0 to delete.
    done     bank.logDelivery  SetLogDeliveryConfiguration

    Applied: 1 call.
    ");
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
}

#[test]
fn a_policy_keeps_or_ignores_what_is_attached() {
    let risk = "riskConfiguration:
  riskExceptionConfiguration: { blockedIPRangeList: [203.0.113.0/24] }
";
    let project = applied(&format!("{PLUS}{risk}"));
    write(&project, "riskConfiguration: {}\npolicy: { omitted: { riskConfiguration: keep } }\n");
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    write(&project, "riskConfiguration: {}\npolicy: { ignore: [riskConfiguration] }\n");
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    Different, ignored by policy: bank.riskConfiguration.riskExceptionConfiguration

    No changes: 1 pool is as its manifest says.
    ");
    write(&project, "riskConfiguration: {}\npolicy: { ignore: [clients.web.riskConfiguration.actions] }\n");
    assert_snapshot!(run(&project, "plan"), @"
    exit: 1
    --- stderr
    error[bad-reference]: `riskConfiguration` has no member `actions`
     --> pool.yaml:6:20
      |
    6 | policy: { ignore: [clients.web.riskConfiguration.actions] }
      |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: there is: accountTakeoverRiskConfiguration, compromisedCredentialsRiskConfiguration, passThrough, riskExceptionConfiguration

    1 error.
    ");
}

#[test]
fn what_the_pool_lacks_is_refused_before_the_first_call() {
    let lite = "\
apiVersion: cognitops/v1
pool: bank
settings: { userPoolTier: ESSENTIALS }
clients: { web: { sessionConfiguration: { ssoSession: { maxValidityMinutes: 5 } } } }
riskConfiguration: { compromisedCredentialsRiskConfiguration: { actions: { eventAction: BLOCK } } }
logDelivery:
  userAuthEvents: { logLevel: INFO, s3Configuration: { bucketArn: 'arn:aws:s3:::logs' } }
";
    let project = Project::with(lite);
    assert_snapshot!(run(&project, "plan"), @"
    exit: 3
    --- stdout
    + bank.settings  CreateUserPool
        + userPoolTier  ESSENTIALS
        + tag cognitops:managed-by  default/default/bank
        + tag cognitops:schema  1

    + bank.clients.web  CreateUserPoolClient

    ~ bank.clients.web.sessionConfiguration  SetUserPoolClientSessionConfiguration
        ~ ssoSession.maxValidityMinutes  60 → 5

    ~ bank.riskConfiguration  SetRiskConfiguration
        + compromisedCredentialsRiskConfiguration  {actions: {eventAction: BLOCK}}

    ~ bank.logDelivery  SetLogDeliveryConfiguration
        + userAuthEvents  {logLevel: INFO, s3Configuration: {bucketArn: arn:aws:s3:::logs}}

    refused[state] bank.clients.web.sessionConfiguration: the pool does not track sessions
      --> pool.yaml:4:19
      help: write `sessionConfiguration: {userSessionTracking: ENABLED}` beside `settings`

    refused[state] bank.riskConfiguration: the pool's threat protection is off
      --> pool.yaml:5:1
      help: write `userPoolTier: PLUS` and `userPoolAddOns: {advancedSecurityMode: ENFORCED}` in `settings`

    refused[state] bank.logDelivery.userAuthEvents: the logs of threat protection need the tier PLUS
      --> pool.yaml:7:3
      help: write `userPoolTier: PLUS` in `settings`, or leave `userAuthEvents` out

    Plan: 2 to create, 3 to change, 0 to delete.
    ");
    project.write(
        "pool.yaml",
        "\
apiVersion: cognitops/v1
pool: bank
settings: { userPoolTier: LITE }
sessionConfiguration: { userSessionTracking: ENABLED }
",
    );
    assert_snapshot!(run(&project, "plan"), @"
    exit: 3
    --- stdout
    + bank.settings  CreateUserPool
        + userPoolTier  LITE
        + tag cognitops:managed-by  default/default/bank
        + tag cognitops:schema  1

    ~ bank.sessionConfiguration  SetUserPoolSessionConfiguration
        ~ userSessionTracking  DISABLED → ENABLED

    refused[state] bank.sessionConfiguration: sessions are not in the tier LITE
      --> pool.yaml:4:1
      help: write `userPoolTier: ESSENTIALS` in `settings`, or leave the section out

    Plan: 1 to create, 1 to change, 0 to delete.
    ");
    // What stays must keep the feature that it belongs to.
    let project = applied(&format!(
        "{PLUS}riskConfiguration: {{ riskExceptionConfiguration: {{ skippedIPRangeList: [203.0.113.0/24] }} }}\n"
    ));
    project.write("pool.yaml", project.read("pool.yaml").replace("ENFORCED", "'OFF'"));
    assert_snapshot!(run(&project, "plan --quiet"), @"
    exit: 3
    --- stdout
    ~ bank.settings  UpdateUserPool
        ~ userPoolAddOns.advancedSecurityMode  ENFORCED → OFF · weakens security

    refused[state] bank.riskConfiguration: the pool's threat protection is off
      --> pool.yaml:5:1
      help: write `userPoolTier: PLUS` and `userPoolAddOns: {advancedSecurityMode: ENFORCED}` in `settings`

    Plan: 0 to create, 1 to change, 0 to delete.
    ");
}

#[test]
fn a_text_in_a_file_stands_for_what_the_file_holds() {
    let mail = |body: &str| {
        format!(
            "riskConfiguration:
  accountTakeoverRiskConfiguration:
    notifyConfiguration:
      sourceArn: arn:aws:ses:us-east-1:123456789012:identity/example.com
      blockEmail: {{ subject: Blocked, htmlBody: {body} }}
    actions: {{}}
"
        )
    };
    let project = Project::with("");
    write(&project, &mail("{ file: mails/blocked.html }"));
    project.write("mails/blocked.html", "<p>${values.untouched}</p>");
    let ran = run(&project, "apply --yes --allow-create-pool --quiet");
    assert_eq!(ran.code, 0, "{ran}");
    write(&project, &mail("'<p>$${values.untouched}</p>'"));
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    write(&project, &mail("{ file: mails/none.html }"));
    assert_snapshot!(run(&project, "plan"), @"
    exit: 1
    --- stderr
    error[unreadable]: `mails/none.html`: there is no such file or directory
     --> pool.yaml:9:57
      |
    9 |       blockEmail: { subject: Blocked, htmlBody: { file: mails/none.html } }
      |                                                         ^^^^^^^^^^^^^^^
      |
      = help: the path is relative to the manifest that it stands in

    1 error.
    ");
    write(&project, &mail("{ file: mails }"));
    assert_snapshot!(run(&project, "validate"), @"
    exit: 1
    --- stdout
    error[unreadable]: `mails`: this is not a regular file
     --> pool.yaml:9:57
      |
    9 |       blockEmail: { subject: Blocked, htmlBody: { file: mails } }
      |                                                         ^^^^^
      |
      = help: the path is relative to the manifest that it stands in

    1 error.
    ");
    project.write("mails/bytes", [0xff, 0xfe]);
    write(&project, &mail("{ file: mails/bytes }"));
    assert_snapshot!(run(&project, "validate"), @"
    exit: 1
    --- stdout
    error[wrong-type]: `mails/bytes`: the file is no text in UTF-8
     --> pool.yaml:9:57
      |
    9 |       blockEmail: { subject: Blocked, htmlBody: { file: mails/bytes } }
      |                                                         ^^^^^^^^^^^
      |
      = help: name a text file in UTF-8

    1 error.
    ");
    project.write("mails/short.html", "<p>");
    write(&project, &mail("{ file: mails/short.html }"));
    assert_snapshot!(run(&project, "validate"), @"
    exit: 1
    --- stdout
    error[bound]: `riskConfiguration.accountTakeoverRiskConfiguration.notifyConfiguration.blockEmail.htmlBody` is too short: the text has at least 6 characters
     --> pool.yaml:9:49
      |
    9 |       blockEmail: { subject: Blocked, htmlBody: { file: mails/short.html } }
      |                                                 ^

    1 error.
    ");
    project.write("mails/long.html", "x".repeat((1 << 20) + 1));
    write(&project, &mail("{ file: mails/long.html }"));
    assert_snapshot!(run(&project, "validate"), @"
    exit: 1
    --- stdout
    error[unreadable]: `mails/long.html`: the file is larger than 1048576 bytes
     --> pool.yaml:9:57
      |
    9 |       blockEmail: { subject: Blocked, htmlBody: { file: mails/long.html } }
      |                                                         ^^^^^^^^^^^^^^^
      |
      = help: the path is relative to the manifest that it stands in

    1 error.
    ");
    write(&project, &mail("{ file: a, fle: b }"));
    assert_snapshot!(run(&project, "validate"), @"
    exit: 1
    --- stdout
    error[unknown-key]: `riskConfiguration.accountTakeoverRiskConfiguration.notifyConfiguration.blockEmail.htmlBody` has no member `fle`
     --> pool.yaml:9:60
      |
    9 |       blockEmail: { subject: Blocked, htmlBody: { file: a, fle: b } }
      |                                                            ^^^
      |
      = help: did you mean `file`?

    1 error.
    ");
}

#[test]
fn a_tier_that_goes_back_to_its_default_counts_as_that() {
    let mut world =
        World::applied("settings: {userPoolTier: PLUS, userPoolAddOns: {advancedSecurityMode: ENFORCED}}");
    world.context.all_resets_allowed = true;
    let logs =
        "logDelivery: {userAuthEvents: {logLevel: INFO, s3Configuration: {bucketArn: arn:aws:s3:::logs}}}";
    let refused = [(RefusalRule::State, "customers.logDelivery.userAuthEvents".to_owned())];
    assert_eq!(world.refusals(&format!("settings: {{userPoolTier: null}}\n{logs}")), refused);
    // What is left out stays.
    assert_eq!(world.refusals(&format!("settings: {{}}\n{logs}")), []);
    assert_eq!(world.refusals(logs), []);
}

#[test]
fn what_the_tier_lite_does_not_have_is_refused_before_the_first_call() {
    let world = World::applied("settings: {userPoolTier: LITE}\nclients: {web: {}}");
    for (body, address) in [
        ("settings: {acrConfiguration: {Level2: {acrValue: two}}}", "settings.acrConfiguration"),
        (
            "settings: {policies: {signInPolicy: {allowedFirstAuthFactors: [PASSWORD, EMAIL_OTP]}}}",
            "settings.policies.signInPolicy.allowedFirstAuthFactors",
        ),
        (
            "settings: {webAuthnConfiguration: {factorConfiguration: MULTI_FACTOR_WITH_USER_VERIFICATION}}",
            "settings.webAuthnConfiguration.factorConfiguration",
        ),
        (
            "clients: {web: {explicitAuthFlows: [ALLOW_USER_AUTH, ALLOW_REFRESH_TOKEN_AUTH]}}",
            "clients.web.explicitAuthFlows",
        ),
    ] {
        assert_eq!(world.refusals(body), [(RefusalRule::State, format!("customers.{address}"))], "{body}");
    }
    assert_eq!(world.refusals("settings: {acrConfiguration: {Level2: {acrValue: 'urn:cognito:loa:2'}}}"), []);
}
