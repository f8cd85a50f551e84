//! Replicas on the command line, from the first plan to their end.

use insta::assert_snapshot;

use crate::runner::{Project, Ran};

const MANIFEST: &str = "\
apiVersion: cognitops/v1
pool: customers
settings:
  keyConfiguration:
    keyType: CUSTOMER_MANAGED_KEY
    kmsKeyArn: arn:aws:kms:us-east-1:123456789012:key/mrk-1
";

const REPLICAS: &str =
    "replicas:\n  eu-west-1: { status: ACTIVE, userPoolTags: { team: a } }\n  eu-west-2: {}\n";

fn run(project: &Project, line: &str) -> Ran {
    project.run(&format!("{line} -f pool.yaml --sandbox=state.json"))
}

#[test]
fn replicas_come_and_go() {
    let project = Project::with(MANIFEST);
    assert_eq!(run(&project, "apply --yes --allow-create-pool").code, 0);
    project.write("pool.yaml", format!("{MANIFEST}{REPLICAS}"));
    assert_snapshot!(run(&project, "apply --yes"), @"
    exit: 0
    --- stdout
    + customers.replicas.eu-west-1  CreateUserPoolReplica, then UpdateUserPoolReplica
        + userPoolTags.team  a
        ~ status  INACTIVE → ACTIVE

    + customers.replicas.eu-west-2  CreateUserPoolReplica

    Plan: 2 to create, 0 to change, 0 to delete.
    done     customers.replicas.eu-west-1  CreateUserPoolReplica
    done     customers.replicas.eu-west-1  UpdateUserPoolReplica
    done     customers.replicas.eu-west-2  CreateUserPoolReplica

    Applied: 3 calls.
    ");
    assert_snapshot!(run(&project, "plan --detailed-exitcode"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    // Left out, one is listed, and no drift.
    project.write("pool.yaml", format!("{MANIFEST}replicas: {{ eu-west-2: {{ status: ACTIVE }} }}\n"));
    assert_snapshot!(run(&project, "drift"), @"
    exit: 2
    --- stdout
    changed   customers.replicas.eu-west-2
        ~ status  INACTIVE → ACTIVE
    unmanaged customers.replicas.eu-west-1

    Drift: 1 changed, 0 missing, 1 unmanaged.
    ");
    let policy = "policy: { delete: [replicas.eu-west-1] }\n";
    project
        .write("pool.yaml", format!("{MANIFEST}replicas: {{ eu-west-2: {{ status: ACTIVE }} }}\n{policy}"));
    assert_snapshot!(run(&project, "apply --yes"), @"
    exit: 0
    --- stdout
    ~ customers.replicas.eu-west-2  UpdateUserPoolReplica
        ~ status  INACTIVE → ACTIVE

    - customers.replicas.eu-west-1  UpdateUserPoolReplica, then DeleteUserPoolReplica
        ~ status  ACTIVE → INACTIVE
        note: users are no longer served in eu-west-1

    Plan: 0 to create, 1 to change, 1 to delete.
    done     customers.replicas.eu-west-2  UpdateUserPoolReplica
    done     customers.replicas.eu-west-1  UpdateUserPoolReplica
    done     customers.replicas.eu-west-1  DeleteUserPoolReplica

    Applied: 3 calls.
    ");
    // The same policy once more has nothing to do.
    assert_eq!(run(&project, "plan --detailed-exitcode").code, 0);
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let project = Project::with(&format!("{MANIFEST}replicas:\n  us-east-1: {{}}\n"));
    assert_snapshot!(run(&project, "plan"), @"
    exit: 3
    --- stdout
    + customers.settings  CreateUserPool
        + keyConfiguration.keyType  CUSTOMER_MANAGED_KEY
        + keyConfiguration.kmsKeyArn  arn:aws:kms:us-east-1:123456789012:key/mrk-1
        + tag cognitops:managed-by  default/default/customers
        + tag cognitops:schema  1

    refused[state] customers.replicas.us-east-1: us-east-1 is the Region of the pool itself, which is no replica
      --> pool.yaml:8:3
      help: leave it out

    Plan: 1 to create, 0 to change, 0 to delete.
    ");
    project.write(
        "pool.yaml",
        format!("{MANIFEST}replicas: {{ eu: {{}}, eu-west-1: {{ status: CREATING }} }}\n"),
    );
    assert_snapshot!(run(&project, "validate"), @"
    exit: 1
    --- stdout
    error[form]: the key `eu` is too short: the key has at least 5 characters
     --> pool.yaml:7:13
      |
    7 | replicas: { eu: {}, eu-west-1: { status: CREATING } }
      |             ^^

    error[not-allowed]: `replicas.eu-west-1.status` takes `ACTIVE` or `INACTIVE`
     --> pool.yaml:7:42
      |
    7 | replicas: { eu: {}, eu-west-1: { status: CREATING } }
      |                                          ^^^^^^^^

    2 errors.
    ");
    project.write("pool.yaml", format!("{MANIFEST}{REPLICAS}policy: {{ delete: [replicas.eu-west-2] }}\n"));
    assert_snapshot!(run(&project, "validate"), @"
    exit: 1
    --- stdout
    error[conflict]: `replicas.eu-west-2` is declared and to be deleted
      --> pool.yaml:10:20
       |
    10 | policy: { delete: [replicas.eu-west-2] }
       |                    ^^^^^^^^^^^^^^^^^^
       |
       = help: take it out of `replicas` or of `delete`

    1 error.
    ");
}
