//! Every command as a user sees it: standard output, standard error and exit code together.

use insta::assert_snapshot;

use crate::runner::Project;

const WEB: &str = "\
apiVersion: cognitops/v1
pool: customers
settings:
  usernameAttributes: [email]
clients:
  web:
    callbackURLs: [https://app.example.com/callback]
    allowedOAuthFlowsUserPoolClient: true
    allowedOAuthFlows: [code]
    allowedOAuthScopes: [openid]
    preventUserExistenceErrors: ENABLED
";

const APPLY: &str = "apply -f pool.yaml --sandbox=state.json --yes --allow-create-pool";
const PLAN: &str = "plan -f pool.yaml --sandbox=state.json";

fn applied(manifest: &str) -> Project {
    let project = Project::with(manifest);
    let ran = project.run(APPLY);
    assert_eq!(ran.code, 0, "{ran}");
    project
}

#[test]
fn help_is_short_and_has_examples() {
    let project = Project::new();
    assert_snapshot!(project.run("--help"), @"
    exit: 0
    --- stdout
    Keeps Amazon Cognito user pools equal to YAML manifests kept in Git

    Usage: cognitops [OPTIONS] <COMMAND>

    Commands:
      validate   Check manifests without asking Cognito
      render     Print the effective manifests
      plan       Show what would change
      apply      Make the live pools equal to their manifests
      drift      Say where the live pools are not as their manifests say
      export     Write manifests of live pools
      outputs    Print ids and URLs of the live pools: pool, clients, issuer, keys, domains
      login-url  Print the URL at which users sign in through a client
      token      Look into the tokens that users get
      schema     Print the JSON schema of manifests, for editors
      sandbox    Use the embedded sandbox by itself: serve it over HTTP
      help       Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Global options:
      -f, --file <PATH>
              Manifest files and directories; `-` is standard input. Default: the environment's, from
              cognitops.yaml

          --env <NAME>
              The environment of cognitops.yaml to work on; several, side by side, as in dev,stage

          --all-envs
              Work on every environment of cognitops.yaml

          --sandbox[=<FILE>]
              Work on the embedded sandbox, an account of its own in a file. Default:
              .cognitops/sandbox-ENV.json

          --sandbox-omitted <MODE>
              What the sandbox does with members that an update leaves out: `documented` (they go back
              to their defaults), `measured` (as third parties have observed, member by member) or
              `keep`
              
              [default: documented]

          --sandbox-shuffle <SEED>
              Let the sandbox answer lists without order in an order that this number seeds

          --region <REGION>
              The AWS Region; it wins over the environment's

          --profile <NAME>
              The AWS profile to take credentials from; it wins over the environment's

          --endpoint-url <URL>
              A Cognito-compatible server in the place of AWS's own; it wins over the environment's

          --ca-bundle <FILE>
              Certificates to trust in place of the system's, in PEM
              
              [env: AWS_CA_BUNDLE]

          --color <COLOR>
              When to use colour. `NO_COLOR` is respected
              
              [default: auto]
              [possible values: auto, always, never]

          --format <FORMAT>
              What the output is for: people, or programs (JSON with a `formatVersion`)
              
              [default: human]
              [possible values: human, json]

      -q, --quiet
              No progress and no remarks on standard error, only errors

      -v, --verbose...
              Log on standard error: -v each call, -vv also what the HTTP client does. Never a request's
              or answer's body

    Examples:
      cognitops validate -f pools/                 check every manifest below pools/
      cognitops plan -f customers.yaml --sandbox   what would change, on the embedded sandbox
      cognitops apply --env dev --sandbox          make it so, asking first
      cognitops drift --all-envs                   in every environment of cognitops.yaml

    Exit codes: 0 done, 1 error, 2 drift, or changes (with --detailed-exitcode), 3 refused by a safety
    rule,
    4 the pool changed meanwhile, 5 applied in part, 64 wrong command line.
    ");
    assert_snapshot!(project.run("plan -h"), @"
    exit: 0
    --- stdout
    Show what would change

    Usage: cognitops plan [OPTIONS]

    Options:
          --detailed-exitcode          Exit with 2 if there are changes
          --allow-reset[=<ADDRESS>]    Let fields go back to their defaults because the manifest omits
                                       them: all, or those of an address
          --adopt[=<HOW>]              Tag the pool as managed by this manifest, and manage what is new
                                       in this version. `--adopt=takeover` even if the pool belongs to
                                       somebody else [possible values: now, takeover]
          --allow-replace[=<ADDRESS>]  Let a declared domain take the place of another of its sort: any,
                                       or that of an address. Sign-in is out in between
          --allow-delete-secret <ID>   Let a secret of a client end, by its id, which the plan names:
                                       who still uses it is locked out
          --rotate <ADDRESS>           Send the secrets of an identity provider again, from their
                                       references
          --compare-secrets            Compare live secrets with what their references name; every
                                       reference must then resolve
      -h, --help                       Print help (see more with '--help')

    Global options:
      -f, --file <PATH>         Manifest files and directories; `-` is standard input. Default: the
                                environment's, from cognitops.yaml
          --env <NAME>          The environment of cognitops.yaml to work on; several, side by side, as
                                in dev,stage
          --all-envs            Work on every environment of cognitops.yaml
          --sandbox[=<FILE>]    Work on the embedded sandbox, an account of its own in a file. Default:
                                .cognitops/sandbox-ENV.json
          --region <REGION>     The AWS Region; it wins over the environment's
          --profile <NAME>      The AWS profile to take credentials from; it wins over the environment's
          --endpoint-url <URL>  A Cognito-compatible server in the place of AWS's own; it wins over the
                                environment's
          --ca-bundle <FILE>    Certificates to trust in place of the system's, in PEM [env:
                                AWS_CA_BUNDLE]
          --color <COLOR>       When to use colour. `NO_COLOR` is respected [default: auto] [possible
                                values: auto, always, never]
          --format <FORMAT>     What the output is for: people, or programs (JSON with a
                                `formatVersion`) [default: human] [possible values: human, json]
      -q, --quiet               No progress and no remarks on standard error, only errors
      -v, --verbose...          Log on standard error: -v each call, -vv also what the HTTP client does.
                                Never a request's or answer's body

    Signs: + is made, ~ is changed, - goes, ! goes back to its default because the manifest omits it.

    Examples:
      cognitops plan -f customers.yaml --sandbox
      cognitops plan --env prod --sandbox --detailed-exitcode --format json
      cognitops plan --env dev,stage
    ");
    assert_snapshot!(project.run("apply --help"), @"
    exit: 0
    --- stdout
    Make the live pools equal to their manifests

    Usage: cognitops apply [OPTIONS]

    Options:
      -y, --yes
              Do not ask

          --allow-create-pool
              Create user pools that do not exist. A wrong Region or a renamed key must not make an
              empty one

          --allow-cost
              Raise provisioned limits of the account: what lies above the free limit costs money

          --wait <DURATION>
              How long to wait for what Cognito does in the background, such as a domain that comes or
              goes. What takes longer is reported as pending
              
              [default: 2m]

          --secret-output <FILE>
              The file to write the secrets of clients to that Cognito makes and answers once: a new
              one, which only its owner can read, with a JSON object in each line

          --allow-reset[=<ADDRESS>]
              Let fields go back to their defaults because the manifest omits them: all, or those of an
              address

          --adopt[=<HOW>]
              Tag the pool as managed by this manifest, and manage what is new in this version.
              `--adopt=takeover` even if the pool belongs to somebody else
              
              [possible values: now, takeover]

          --allow-replace[=<ADDRESS>]
              Let a declared domain take the place of another of its sort: any, or that of an address.
              Sign-in is out in between

          --allow-delete-secret <ID>
              Let a secret of a client end, by its id, which the plan names: who still uses it is locked
              out

          --rotate <ADDRESS>
              Send the secrets of an identity provider again, from their references

          --compare-secrets
              Compare live secrets with what their references name; every reference must then resolve

      -h, --help
              Print help (see a summary with '-h')

    Global options:
      -f, --file <PATH>
              Manifest files and directories; `-` is standard input. Default: the environment's, from
              cognitops.yaml

          --env <NAME>
              The environment of cognitops.yaml to work on; several, side by side, as in dev,stage

          --all-envs
              Work on every environment of cognitops.yaml

          --sandbox[=<FILE>]
              Work on the embedded sandbox, an account of its own in a file. Default:
              .cognitops/sandbox-ENV.json

          --sandbox-omitted <MODE>
              What the sandbox does with members that an update leaves out: `documented` (they go back
              to their defaults), `measured` (as third parties have observed, member by member) or
              `keep`
              
              [default: documented]

          --sandbox-shuffle <SEED>
              Let the sandbox answer lists without order in an order that this number seeds

          --region <REGION>
              The AWS Region; it wins over the environment's

          --profile <NAME>
              The AWS profile to take credentials from; it wins over the environment's

          --endpoint-url <URL>
              A Cognito-compatible server in the place of AWS's own; it wins over the environment's

          --ca-bundle <FILE>
              Certificates to trust in place of the system's, in PEM
              
              [env: AWS_CA_BUNDLE]

          --color <COLOR>
              When to use colour. `NO_COLOR` is respected
              
              [default: auto]
              [possible values: auto, always, never]

          --format <FORMAT>
              What the output is for: people, or programs (JSON with a `formatVersion`)
              
              [default: human]
              [possible values: human, json]

      -q, --quiet
              No progress and no remarks on standard error, only errors

      -v, --verbose...
              Log on standard error: -v each call, -vv also what the HTTP client does. Never a request's
              or answer's body

    Shows the plan and asks; without a terminal it needs --yes.

    Examples:
      cognitops apply -f customers.yaml --sandbox
      cognitops apply -f customers.yaml --sandbox --yes --allow-create-pool
      cognitops apply --env dev,stage --yes
    ");
    assert_snapshot!(project.run("validate -h"), @"
    exit: 0
    --- stdout
    Check manifests without asking Cognito

    Usage: cognitops validate [OPTIONS]

    Options:
          --strict  Treat warnings as errors
      -h, --help    Print help (see more with '--help')

    Global options:
      -f, --file <PATH>         Manifest files and directories; `-` is standard input. Default: the
                                environment's, from cognitops.yaml
          --env <NAME>          The environment of cognitops.yaml to work on; several, side by side, as
                                in dev,stage
          --all-envs            Work on every environment of cognitops.yaml
          --sandbox[=<FILE>]    Work on the embedded sandbox, an account of its own in a file. Default:
                                .cognitops/sandbox-ENV.json
          --region <REGION>     The AWS Region; it wins over the environment's
          --profile <NAME>      The AWS profile to take credentials from; it wins over the environment's
          --endpoint-url <URL>  A Cognito-compatible server in the place of AWS's own; it wins over the
                                environment's
          --ca-bundle <FILE>    Certificates to trust in place of the system's, in PEM [env:
                                AWS_CA_BUNDLE]
          --color <COLOR>       When to use colour. `NO_COLOR` is respected [default: auto] [possible
                                values: auto, always, never]
          --format <FORMAT>     What the output is for: people, or programs (JSON with a
                                `formatVersion`) [default: human] [possible values: human, json]
      -q, --quiet               No progress and no remarks on standard error, only errors
      -v, --verbose...          Log on standard error: -v each call, -vv also what the HTTP client does.
                                Never a request's or answer's body

    Examples:
      cognitops validate -f customers.yaml
      cognitops validate -f pools/ --format json
      cognitops validate --all-envs
      generate-manifest | cognitops validate -f -
    ");
    assert_snapshot!(project.run("schema -h"), @"
    exit: 0
    --- stdout
    Print the JSON schema of manifests, for editors

    Usage: cognitops schema [OPTIONS]

    Options:
          --project  The schema of cognitops.yaml instead
      -h, --help     Print help (see more with '--help')

    Global options:
      -f, --file <PATH>         Manifest files and directories; `-` is standard input. Default: the
                                environment's, from cognitops.yaml
          --env <NAME>          The environment of cognitops.yaml to work on; several, side by side, as
                                in dev,stage
          --all-envs            Work on every environment of cognitops.yaml
          --sandbox[=<FILE>]    Work on the embedded sandbox, an account of its own in a file. Default:
                                .cognitops/sandbox-ENV.json
          --region <REGION>     The AWS Region; it wins over the environment's
          --profile <NAME>      The AWS profile to take credentials from; it wins over the environment's
          --endpoint-url <URL>  A Cognito-compatible server in the place of AWS's own; it wins over the
                                environment's
          --ca-bundle <FILE>    Certificates to trust in place of the system's, in PEM [env:
                                AWS_CA_BUNDLE]
          --color <COLOR>       When to use colour. `NO_COLOR` is respected [default: auto] [possible
                                values: auto, always, never]
          --format <FORMAT>     What the output is for: people, or programs (JSON with a
                                `formatVersion`) [default: human] [possible values: human, json]
      -q, --quiet               No progress and no remarks on standard error, only errors
      -v, --verbose...          Log on standard error: -v each call, -vv also what the HTTP client does.
                                Never a request's or answer's body

    Example: cognitops schema > cognitops.schema.json, and as a manifest's first line
      # yaml-language-server: $schema=./cognitops.schema.json
    ");
    assert_snapshot!(project.run("--version"), @"
    exit: 0
    --- stdout
    cognitops 0.1.0
    ");
}

#[test]
fn a_wrong_command_line_is_64() {
    let project = Project::with(WEB);
    assert_snapshot!(project.run(""), @"
    exit: 64
    --- stderr
    Keeps Amazon Cognito user pools equal to YAML manifests kept in Git

    Usage: cognitops [OPTIONS] <COMMAND>

    Commands:
      validate   Check manifests without asking Cognito
      render     Print the effective manifests
      plan       Show what would change
      apply      Make the live pools equal to their manifests
      drift      Say where the live pools are not as their manifests say
      export     Write manifests of live pools
      outputs    Print ids and URLs of the live pools: pool, clients, issuer, keys, domains
      login-url  Print the URL at which users sign in through a client
      token      Look into the tokens that users get
      schema     Print the JSON schema of manifests, for editors
      sandbox    Use the embedded sandbox by itself: serve it over HTTP
      help       Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help (see more with '--help')
      -V, --version  Print version

    Global options:
      -f, --file <PATH>         Manifest files and directories; `-` is standard input. Default: the
                                environment's, from cognitops.yaml
          --env <NAME>          The environment of cognitops.yaml to work on; several, side by side, as
                                in dev,stage
          --all-envs            Work on every environment of cognitops.yaml
          --sandbox[=<FILE>]    Work on the embedded sandbox, an account of its own in a file. Default:
                                .cognitops/sandbox-ENV.json
          --region <REGION>     The AWS Region; it wins over the environment's
          --profile <NAME>      The AWS profile to take credentials from; it wins over the environment's
          --endpoint-url <URL>  A Cognito-compatible server in the place of AWS's own; it wins over the
                                environment's
          --ca-bundle <FILE>    Certificates to trust in place of the system's, in PEM [env:
                                AWS_CA_BUNDLE]
          --color <COLOR>       When to use colour. `NO_COLOR` is respected [default: auto] [possible
                                values: auto, always, never]
          --format <FORMAT>     What the output is for: people, or programs (JSON with a
                                `formatVersion`) [default: human] [possible values: human, json]
      -q, --quiet               No progress and no remarks on standard error, only errors
      -v, --verbose...          Log on standard error: -v each call, -vv also what the HTTP client does.
                                Never a request's or answer's body

    Examples:
      cognitops validate -f pools/                 check every manifest below pools/
      cognitops plan -f customers.yaml --sandbox   what would change, on the embedded sandbox
      cognitops apply --env dev --sandbox          make it so, asking first
      cognitops drift --all-envs                   in every environment of cognitops.yaml

    Exit codes: 0 done, 1 error, 2 drift, or changes (with --detailed-exitcode), 3 refused by a safety
    rule,
    4 the pool changed meanwhile, 5 applied in part, 64 wrong command line.
    ");
    assert_snapshot!(project.run("plan --sandbx"), @"
    exit: 64
    --- stderr
    error: unexpected argument '--sandbx' found

      tip: a similar argument exists: '--sandbox'

    Usage: cognitops plan --sandbox[=<FILE>]

    For more information, try '--help'.
    ");
    assert_snapshot!(project.run("frobnicate"), @"
    exit: 64
    --- stderr
    error: unrecognized subcommand 'frobnicate'

    Usage: cognitops [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    assert_snapshot!(project.run("plan --sandbox"), @"
    exit: 64
    --- stderr
    error: there are no manifests to work on
      help: name files or directories with -f, or list them under the environment in cognitops.yaml
    ");
    assert_snapshot!(project.run("plan -f pool.yaml --sandbox --allow-reset=a..b"), @"
    exit: 64
    --- stderr
    error: `a..b` is not a path: a key is empty
      help: for example --allow-reset=customers.settings
    ");
}

#[cfg(not(feature = "aws"))]
#[test]
fn a_build_without_the_sdk_says_that_it_has_the_sandbox_only() {
    let ran = Project::with(WEB).run("plan -f pool.yaml");
    assert_eq!(ran.code, 64, "{ran}");
    assert!(ran.stderr.contains("add --sandbox, or build with the feature `aws`"), "{ran}");
}

#[test]
fn validate_says_that_a_manifest_is_valid() {
    let project = Project::with(WEB);
    assert_snapshot!(project.run("validate -f pool.yaml"), @"
    exit: 0
    --- stdout
    1 pool is valid.
    ");
    assert_snapshot!(project.run("validate -f pool.yaml --quiet"), @"exit: 0");
    assert_snapshot!(project.run("validate -f pool.yaml --format json"), @r#"
    exit: 0
    --- stdout
    {
      "formatVersion": 1,
      "findings": []
    }
    "#);
    assert_snapshot!(project.run_with("validate -f -", WEB, &[]), @"
    exit: 0
    --- stdout
    1 pool is valid.
    ");
}

#[test]
fn validate_reports_all_findings_at_once() {
    let project = Project::with(
        "\
apiVersion: cognitops/v1
pool: customers
settings:
  usrPoolTier: PLUS
  deletionProtection: YES
  policies: { passwordPolicy: { minimumLength: 4 } }
  mfaConfiguration: OFF
  softwareTokenMfaConfiguration: { enabled: true }
clients:
  web:
    callbackURLs: [https://app.example.com/a, http://app.example.com/b]
    defaultRedirectURI: https://app.example.com/c
    allowedOAuthFlows: [code]
    allowedOAuthFlowsUserPoolClient: true
    allowedOAuthScopes: [openid, openid]
    accessTokenValidity: 2d
    clientSecret: hunter2
",
    );
    assert_snapshot!(project.run("validate -f pool.yaml"), @"
    exit: 1
    --- stdout
    error[unknown-key]: `settings` has no member `usrPoolTier`
     --> pool.yaml:4:3
      |
    4 |   usrPoolTier: PLUS
      |   ^^^^^^^^^^^
      |
      = help: did you mean `userPoolTier`?

    error[not-allowed]: `settings.deletionProtection` takes `ACTIVE` or `INACTIVE`
     --> pool.yaml:5:23
      |
    5 |   deletionProtection: YES
      |                       ^^^

    error[bound]: `settings.policies.passwordPolicy.minimumLength` is at least 6
     --> pool.yaml:6:48
      |
    6 |   policies: { passwordPolicy: { minimumLength: 4 } }
      |                                                ^

    error[conflict]: MFA that is OFF takes no SMS, software token or e-mail factor
     --> pool.yaml:8:3
      |
    8 |   softwareTokenMfaConfiguration: { enabled: true }
      |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: leave the factor out, or write `mfaConfiguration: OPTIONAL` or `ON`

    error[form]: a redirect URL is HTTPS, except on localhost, 127.0.0.1 and [::1]
      --> pool.yaml:11:47
       |
    11 |     callbackURLs: [https://app.example.com/a, http://app.example.com/b]
       |                                               ^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: for example https://app.example.com/callback, http://localhost:3000 or myapp://callback

    error[bad-reference]: `defaultRedirectURI` is not among `callbackURLs`
      --> pool.yaml:12:25
       |
    12 |     defaultRedirectURI: https://app.example.com/c
       |                         ^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: add it to `callbackURLs`

    error[defined-twice]: `clients.web.allowedOAuthScopes` holds an item twice
      --> pool.yaml:15:25
       |
    15 |     allowedOAuthScopes: [openid, openid]
       |                         ^

    error[bound]: `accessTokenValidity` is from 5 minutes to 1 day
      --> pool.yaml:16:26
       |
    16 |     accessTokenValidity: 2d
       |                          ^^
       |
       = help: a number without a unit counts hours

    error[wrong-type]: `clients.web.clientSecret` takes {env: …} or {file: …}
      --> pool.yaml:17:19
       |
    17 |     clientSecret: *******
       |                   ^^^^^^^

    9 errors.
    ");
    assert_snapshot!(project.run("validate -f pool.yaml --format json"), @r#"
    exit: 1
    --- stdout
    {
      "formatVersion": 1,
      "findings": [
        {
          "code": "unknown-key",
          "severity": "error",
          "file": "pool.yaml",
          "line": 4,
          "column": 3,
          "path": "settings.usrPoolTier",
          "message": "`settings` has no member `usrPoolTier`",
          "help": "did you mean `userPoolTier`?"
        },
        {
          "code": "not-allowed",
          "severity": "error",
          "file": "pool.yaml",
          "line": 5,
          "column": 23,
          "path": "settings.deletionProtection",
          "message": "`settings.deletionProtection` takes `ACTIVE` or `INACTIVE`"
        },
        {
          "code": "bound",
          "severity": "error",
          "file": "pool.yaml",
          "line": 6,
          "column": 48,
          "path": "settings.policies.passwordPolicy.minimumLength",
          "message": "`settings.policies.passwordPolicy.minimumLength` is at least 6"
        },
        {
          "code": "conflict",
          "severity": "error",
          "file": "pool.yaml",
          "line": 8,
          "column": 3,
          "path": "settings.softwareTokenMfaConfiguration",
          "message": "MFA that is OFF takes no SMS, software token or e-mail factor",
          "help": "leave the factor out, or write `mfaConfiguration: OPTIONAL` or `ON`"
        },
        {
          "code": "form",
          "severity": "error",
          "file": "pool.yaml",
          "line": 11,
          "column": 47,
          "path": "clients.web.callbackURLs[1]",
          "message": "a redirect URL is HTTPS, except on localhost, 127.0.0.1 and [::1]",
          "help": "for example https://app.example.com/callback, http://localhost:3000 or myapp://callback"
        },
        {
          "code": "bad-reference",
          "severity": "error",
          "file": "pool.yaml",
          "line": 12,
          "column": 25,
          "path": "clients.web.defaultRedirectURI",
          "message": "`defaultRedirectURI` is not among `callbackURLs`",
          "help": "add it to `callbackURLs`"
        },
        {
          "code": "defined-twice",
          "severity": "error",
          "file": "pool.yaml",
          "line": 15,
          "column": 25,
          "path": "clients.web.allowedOAuthScopes",
          "message": "`clients.web.allowedOAuthScopes` holds an item twice"
        },
        {
          "code": "bound",
          "severity": "error",
          "file": "pool.yaml",
          "line": 16,
          "column": 26,
          "path": "clients.web.accessTokenValidity",
          "message": "`accessTokenValidity` is from 5 minutes to 1 day",
          "help": "a number without a unit counts hours"
        },
        {
          "code": "wrong-type",
          "severity": "error",
          "file": "pool.yaml",
          "line": 17,
          "column": 19,
          "path": "clients.web.clientSecret",
          "message": "`clients.web.clientSecret` takes {env: …} or {file: …}"
        }
      ]
    }
    "#);
}

#[test]
fn a_warning_is_an_error_only_if_asked() {
    let project = Project::with(&WEB.replace("[openid]", "[email]"));
    assert_snapshot!(project.run("validate -f pool.yaml"), @"
    exit: 0
    --- stdout
    warning[unused]: this scope only works together with `openid`
      --> pool.yaml:10:26
       |
    10 |     allowedOAuthScopes: [email]
       |                          ^^^^^
       |
       = help: add `openid`

    1 warning, no error.
    ");
    assert_snapshot!(project.run("validate -f pool.yaml --strict"), @"
    exit: 1
    --- stdout
    warning[unused]: this scope only works together with `openid`
      --> pool.yaml:10:26
       |
    10 |     allowedOAuthScopes: [email]
       |                          ^^^^^
       |
       = help: add `openid`

    1 warning, no error.
    ");
    assert_snapshot!(project.run("plan -f pool.yaml --sandbox=state.json"), @"
    exit: 0
    --- stdout
    + customers.settings  CreateUserPool
        + usernameAttributes  [email]
        + tag cognitops:managed-by  default/default/customers
        + tag cognitops:schema  1

    + customers.clients.web  CreateUserPoolClient
        + allowedOAuthFlows  [code]
        + allowedOAuthFlowsUserPoolClient  true
        + allowedOAuthScopes  [email]
        + callbackURLs  [https://app.example.com/callback]
        + preventUserExistenceErrors  ENABLED

    Plan: 2 to create, 0 to change, 0 to delete.
    --- stderr
    warning[unused]: this scope only works together with `openid`
      --> pool.yaml:10:26
       |
    10 |     allowedOAuthScopes: [email]
       |                          ^^^^^
       |
       = help: add `openid`

    Creating a user pool takes consent: `apply` asks, or takes --allow-create-pool.
    ");
}

#[test]
fn one_syntax_error_a_document() {
    let project = Project::with("a: [1\n---\nb: {x\n---\napiVersion: cognitops/v1\npool: p\nclients: {}\n");
    assert_snapshot!(project.run("validate -f pool.yaml"), @"
    exit: 1
    --- stdout
    error[yaml-syntax]: this is not valid YAML: unclosed bracket '['
     --> pool.yaml:1:4
      |
    1 | a: [1
      |    ^

    error[yaml-syntax]: this is not valid YAML: unclosed bracket '{'
     --> pool.yaml:3:4
      |
    3 | b: {x
      |    ^

    2 errors.
    ");
}

#[test]
fn plan_of_a_new_pool() {
    let project = Project::with(WEB);
    assert_snapshot!(project.run(PLAN), @"
    exit: 0
    --- stdout
    + customers.settings  CreateUserPool
        + usernameAttributes  [email]
        + tag cognitops:managed-by  default/default/customers
        + tag cognitops:schema  1

    + customers.clients.web  CreateUserPoolClient
        + allowedOAuthFlows  [code]
        + allowedOAuthFlowsUserPoolClient  true
        + allowedOAuthScopes  [openid]
        + callbackURLs  [https://app.example.com/callback]
        + preventUserExistenceErrors  ENABLED

    Plan: 2 to create, 0 to change, 0 to delete.
    --- stderr
    Creating a user pool takes consent: `apply` asks, or takes --allow-create-pool.
    ");
    assert_snapshot!(project.run(&format!("{PLAN} --detailed-exitcode --quiet")), @"
    exit: 2
    --- stdout
    + customers.settings  CreateUserPool
        + usernameAttributes  [email]
        + tag cognitops:managed-by  default/default/customers
        + tag cognitops:schema  1

    + customers.clients.web  CreateUserPoolClient
        + allowedOAuthFlows  [code]
        + allowedOAuthFlowsUserPoolClient  true
        + allowedOAuthScopes  [openid]
        + callbackURLs  [https://app.example.com/callback]
        + preventUserExistenceErrors  ENABLED

    Plan: 2 to create, 0 to change, 0 to delete.
    ");
    assert_snapshot!(project.run(&format!("{PLAN} --format json")), @r#"
    exit: 0
    --- stdout
    {
      "formatVersion": 1,
      "summary": {
        "create": 2,
        "update": 0,
        "delete": 0,
        "reset": 0,
        "refused": 0
      },
      "pools": [
        {
          "key": "customers",
          "poolId": null,
          "resources": [
            {
              "address": "customers.settings",
              "action": "create",
              "steps": [
                {
                  "operation": "CreateUserPool",
                  "intermediate": false,
                  "changes": [
                    {
                      "path": "usernameAttributes",
                      "kind": "add",
                      "after": [
                        "email"
                      ],
                      "weakens": false,
                      "secret": false
                    }
                  ],
                  "ownership": {
                    "cognitops:managed-by": "default/default/customers",
                    "cognitops:schema": "1"
                  }
                }
              ]
            },
            {
              "address": "customers.clients.web",
              "action": "create",
              "steps": [
                {
                  "operation": "CreateUserPoolClient",
                  "intermediate": false,
                  "changes": [
                    {
                      "path": "allowedOAuthFlows",
                      "kind": "add",
                      "after": [
                        "code"
                      ],
                      "weakens": false,
                      "secret": false
                    },
                    {
                      "path": "allowedOAuthFlowsUserPoolClient",
                      "kind": "add",
                      "after": true,
                      "weakens": false,
                      "secret": false
                    },
                    {
                      "path": "allowedOAuthScopes",
                      "kind": "add",
                      "after": [
                        "openid"
                      ],
                      "weakens": false,
                      "secret": false
                    },
                    {
                      "path": "callbackURLs",
                      "kind": "add",
                      "after": [
                        "https://app.example.com/callback"
                      ],
                      "weakens": false,
                      "secret": false
                    },
                    {
                      "path": "preventUserExistenceErrors",
                      "kind": "add",
                      "after": "ENABLED",
                      "weakens": false,
                      "secret": false
                    }
                  ]
                }
              ]
            }
          ],
          "unmanaged": [],
          "ignored": [],
          "unknown": [],
          "newInThisVersion": [],
          "secrets": [],
          "clientSecrets": [],
          "refusals": []
        }
      ]
    }
    --- stderr
    Creating a user pool takes consent: `apply` asks, or takes --allow-create-pool.
    "#);
    assert!(!project.at("state.json").exists(), "a plan writes nothing");
}

#[test]
fn creating_a_pool_needs_consent() {
    let project = Project::with(WEB);
    assert_snapshot!(project.run("apply -f pool.yaml --sandbox=state.json --yes"), @"
    exit: 3
    --- stdout
    + customers.settings  CreateUserPool
        + usernameAttributes  [email]
        + tag cognitops:managed-by  default/default/customers
        + tag cognitops:schema  1

    + customers.clients.web  CreateUserPoolClient
        + allowedOAuthFlows  [code]
        + allowedOAuthFlowsUserPoolClient  true
        + allowedOAuthScopes  [openid]
        + callbackURLs  [https://app.example.com/callback]
        + preventUserExistenceErrors  ENABLED

    Plan: 2 to create, 0 to change, 0 to delete.
    --- stderr
    error: the user pool `customers` does not exist, and creating one takes consent
      help: check Region and name; if it is meant to be new, add --allow-create-pool
    ");
    assert_snapshot!(project.run("apply -f pool.yaml --sandbox=state.json --allow-create-pool"), @"
    exit: 3
    --- stdout
    + customers.settings  CreateUserPool
        + usernameAttributes  [email]
        + tag cognitops:managed-by  default/default/customers
        + tag cognitops:schema  1

    + customers.clients.web  CreateUserPoolClient
        + allowedOAuthFlows  [code]
        + allowedOAuthFlowsUserPoolClient  true
        + allowedOAuthScopes  [openid]
        + callbackURLs  [https://app.example.com/callback]
        + preventUserExistenceErrors  ENABLED

    Plan: 2 to create, 0 to change, 0 to delete.
    --- stderr
    error: apply asks before it writes, and there is no terminal to ask on
      help: add --yes
    ");
    assert!(!project.at("state.json").exists());
}

#[test]
fn the_main_job() {
    let project = Project::with(WEB);
    assert_snapshot!(project.run(APPLY), @"
    exit: 0
    --- stdout
    + customers.settings  CreateUserPool
        + usernameAttributes  [email]
        + tag cognitops:managed-by  default/default/customers
        + tag cognitops:schema  1

    + customers.clients.web  CreateUserPoolClient
        + allowedOAuthFlows  [code]
        + allowedOAuthFlowsUserPoolClient  true
        + allowedOAuthScopes  [openid]
        + callbackURLs  [https://app.example.com/callback]
        + preventUserExistenceErrors  ENABLED

    Plan: 2 to create, 0 to change, 0 to delete.
    done     customers.settings  CreateUserPool  [POOL]
    done     customers.clients.web  CreateUserPoolClient  [CLIENT]

    Applied: 2 calls.
    ");
    assert_snapshot!(project.run(PLAN), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    assert_snapshot!(project.run(&format!("{PLAN} --detailed-exitcode")), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    assert_snapshot!(project.run(&format!("{PLAN} --format json")), @r#"
    exit: 0
    --- stdout
    {
      "formatVersion": 1,
      "summary": {
        "create": 0,
        "update": 0,
        "delete": 0,
        "reset": 0,
        "refused": 0
      },
      "pools": [
        {
          "key": "customers",
          "poolId": "[POOL]",
          "resources": [],
          "unmanaged": [],
          "ignored": [],
          "unknown": [],
          "newInThisVersion": [],
          "secrets": [],
          "clientSecrets": [],
          "refusals": []
        }
      ]
    }
    "#);
    assert_snapshot!(project.run(APPLY), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    project.write(
        "pool.yaml",
        WEB.replace("[openid]", "[openid, profile]")
            .replace("    preventUserExistenceErrors: ENABLED\n", "    accessTokenValidity: 15m\n")
            .replace("[email]\n", "[email]\n  policies: { passwordPolicy: { minimumLength: 12 } }\n"),
    );
    assert_snapshot!(project.run(PLAN), @"
    exit: 3
    --- stdout
    ~ customers.settings  UpdateUserPool
        ~ policies.passwordPolicy.minimumLength  8 → 12

    ~ customers.clients.web  UpdateUserPoolClient
        ~ accessTokenValidity  1h → 15m
        ~ allowedOAuthScopes
            + profile
        ! preventUserExistenceErrors  ENABLED → LEGACY · not in the manifest · weakens security

    refused[reset] customers.clients.web: these resets weaken security: preventUserExistenceErrors
      --> pool.yaml:7:3
      help: write the fields that are to stay (`export --update` does), or set `policy.omitted: keep`, or consent with --allow-reset=customers.clients.web

    Plan: 0 to create, 2 to change, 0 to delete; 1 field to reset.
    ");
    assert_snapshot!(project.run(&format!("{PLAN} --detailed-exitcode --format json --allow-reset")), @r#"
    exit: 2
    --- stdout
    {
      "formatVersion": 1,
      "summary": {
        "create": 0,
        "update": 2,
        "delete": 0,
        "reset": 1,
        "refused": 0
      },
      "pools": [
        {
          "key": "customers",
          "poolId": "[POOL]",
          "resources": [
            {
              "address": "customers.settings",
              "action": "update",
              "steps": [
                {
                  "operation": "UpdateUserPool",
                  "intermediate": false,
                  "changes": [
                    {
                      "path": "policies.passwordPolicy.minimumLength",
                      "kind": "modify",
                      "before": 8,
                      "after": 12,
                      "weakens": false,
                      "secret": false
                    }
                  ]
                }
              ]
            },
            {
              "address": "customers.clients.web",
              "clientId": "[CLIENT]",
              "action": "update",
              "steps": [
                {
                  "operation": "UpdateUserPoolClient",
                  "intermediate": false,
                  "changes": [
                    {
                      "path": "accessTokenValidity",
                      "kind": "modify",
                      "before": "1h",
                      "after": "15m",
                      "weakens": false,
                      "secret": false
                    },
                    {
                      "path": "allowedOAuthScopes",
                      "kind": "modify",
                      "before": [
                        "openid"
                      ],
                      "after": [
                        "openid",
                        "profile"
                      ],
                      "weakens": false,
                      "secret": false
                    },
                    {
                      "path": "preventUserExistenceErrors",
                      "kind": "reset",
                      "before": "ENABLED",
                      "after": "LEGACY",
                      "weakens": true,
                      "secret": false
                    }
                  ]
                }
              ]
            }
          ],
          "unmanaged": [],
          "ignored": [],
          "unknown": [],
          "newInThisVersion": [],
          "secrets": [],
          "clientSecrets": [],
          "refusals": []
        }
      ]
    }
    "#);
    assert_snapshot!(project.run(APPLY), @"
    exit: 3
    --- stdout
    ~ customers.settings  UpdateUserPool
        ~ policies.passwordPolicy.minimumLength  8 → 12

    ~ customers.clients.web  UpdateUserPoolClient
        ~ accessTokenValidity  1h → 15m
        ~ allowedOAuthScopes
            + profile
        ! preventUserExistenceErrors  ENABLED → LEGACY · not in the manifest · weakens security

    refused[reset] customers.clients.web: these resets weaken security: preventUserExistenceErrors
      --> pool.yaml:7:3
      help: write the fields that are to stay (`export --update` does), or set `policy.omitted: keep`, or consent with --allow-reset=customers.clients.web

    Plan: 0 to create, 2 to change, 0 to delete; 1 field to reset.
    ");
    assert_snapshot!(project.run(&format!("{APPLY} --allow-reset=customers.clients.web --format json")), @r#"
    exit: 0
    --- stdout
    {
      "formatVersion": 1,
      "summary": {
        "create": 0,
        "update": 2,
        "delete": 0,
        "reset": 1,
        "refused": 0
      },
      "pools": [
        {
          "key": "customers",
          "poolId": "[POOL]",
          "resources": [
            {
              "address": "customers.settings",
              "action": "update",
              "steps": [
                {
                  "operation": "UpdateUserPool",
                  "intermediate": false,
                  "changes": [
                    {
                      "path": "policies.passwordPolicy.minimumLength",
                      "kind": "modify",
                      "before": 8,
                      "after": 12,
                      "weakens": false,
                      "secret": false
                    }
                  ]
                }
              ]
            },
            {
              "address": "customers.clients.web",
              "clientId": "[CLIENT]",
              "action": "update",
              "steps": [
                {
                  "operation": "UpdateUserPoolClient",
                  "intermediate": false,
                  "changes": [
                    {
                      "path": "accessTokenValidity",
                      "kind": "modify",
                      "before": "1h",
                      "after": "15m",
                      "weakens": false,
                      "secret": false
                    },
                    {
                      "path": "allowedOAuthScopes",
                      "kind": "modify",
                      "before": [
                        "openid"
                      ],
                      "after": [
                        "openid",
                        "profile"
                      ],
                      "weakens": false,
                      "secret": false
                    },
                    {
                      "path": "preventUserExistenceErrors",
                      "kind": "reset",
                      "before": "ENABLED",
                      "after": "LEGACY",
                      "weakens": true,
                      "secret": false
                    }
                  ]
                }
              ]
            }
          ],
          "unmanaged": [],
          "ignored": [],
          "unknown": [],
          "newInThisVersion": [],
          "secrets": [],
          "clientSecrets": [],
          "refusals": []
        }
      ],
      "report": [
        {
          "key": "customers",
          "poolId": "[POOL]",
          "createdClients": {},
          "results": [
            {
              "address": "customers.settings",
              "operation": "UpdateUserPool",
              "outcome": "done"
            },
            {
              "address": "customers.clients.web",
              "operation": "UpdateUserPoolClient",
              "outcome": "done"
            }
          ],
          "mismatches": []
        }
      ]
    }
    "#);
    assert_snapshot!(project.run(PLAN), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
}

#[test]
fn long_texts_are_shown_as_a_diff() {
    let text = |line: &str| {
        let message = format!("      Hello,\n      {line}\n      Your code is {{####}}.\n      Goodbye\n");
        WEB.replace(
            "settings:\n",
            &format!("settings:\n  verificationMessageTemplate:\n    emailMessage: |\n{message}"),
        )
    };
    let project = applied(&text("welcome to the old shop."));
    project.write("pool.yaml", text("welcome to the new shop."));
    assert_snapshot!(project.run(PLAN), @"
    exit: 0
    --- stdout
    ~ customers.settings  UpdateUserPool
        ~ verificationMessageTemplate.emailMessage
            @@ -1,4 +1,4 @@
             Hello,
            -welcome to the old shop.
            +welcome to the new shop.
             Your code is {####}.
             Goodbye

    Plan: 0 to create, 1 to change, 0 to delete.
    ");
}

#[test]
fn what_is_not_declared_is_listed_and_left_alone() {
    let project = applied(WEB);
    project.write("pool.yaml", WEB.replace("  web:", "  shop:"));
    assert_snapshot!(project.run(PLAN), @"
    exit: 0
    --- stdout
    + customers.clients.shop  CreateUserPoolClient
        + allowedOAuthFlows  [code]
        + allowedOAuthFlowsUserPoolClient  true
        + allowedOAuthScopes  [openid]
        + callbackURLs  [https://app.example.com/callback]
        + preventUserExistenceErrors  ENABLED

    Not declared, left alone: customers.clients.web ([CLIENT])

    Plan: 1 to create, 0 to change, 0 to delete.
    ");
    project.write(
        "pool.yaml",
        format!("{}policy: {{ delete: [clients.web] }}\n", WEB.replace("  web:", "  shop:")),
    );
    assert_snapshot!(project.run(&format!("{PLAN} --detailed-exitcode")), @"
    exit: 2
    --- stdout
    + customers.clients.shop  CreateUserPoolClient
        + allowedOAuthFlows  [code]
        + allowedOAuthFlowsUserPoolClient  true
        + allowedOAuthScopes  [openid]
        + callbackURLs  [https://app.example.com/callback]
        + preventUserExistenceErrors  ENABLED

    - customers.clients.web  DeleteUserPoolClient  [CLIENT]

    Plan: 1 to create, 0 to change, 1 to delete.
    ");
    assert_snapshot!(project.run(APPLY), @"
    exit: 0
    --- stdout
    + customers.clients.shop  CreateUserPoolClient
        + allowedOAuthFlows  [code]
        + allowedOAuthFlowsUserPoolClient  true
        + allowedOAuthScopes  [openid]
        + callbackURLs  [https://app.example.com/callback]
        + preventUserExistenceErrors  ENABLED

    - customers.clients.web  DeleteUserPoolClient  [CLIENT]

    Plan: 1 to create, 0 to change, 1 to delete.
    done     customers.clients.shop  CreateUserPoolClient  [CLIENT]
    done     customers.clients.web  DeleteUserPoolClient

    Applied: 2 calls.
    ");
}

#[test]
fn a_refusal_is_3_and_names_the_line() {
    let project = applied(WEB);
    project
        .write("pool.yaml", WEB.replace("usernameAttributes: [email]", "usernameAttributes: [phone_number]"));
    assert_snapshot!(project.run(PLAN), @r#"
    exit: 3
    --- stdout
    refused[immutable] customers.settings.usernameAttributes: `usernameAttributes` is fixed at creation: it is ["email"], the manifest says ["phone_number"]
      --> pool.yaml:4:3
      help: write the live value, or leave the field out; neither pool nor client is ever replaced

    Nothing is planned.
    "#);
    assert_snapshot!(project.run(&format!("{PLAN} --format json")), @r#"
    exit: 3
    --- stdout
    {
      "formatVersion": 1,
      "summary": {
        "create": 0,
        "update": 0,
        "delete": 0,
        "reset": 0,
        "refused": 1
      },
      "pools": [
        {
          "key": "customers",
          "poolId": "[POOL]",
          "resources": [],
          "unmanaged": [],
          "ignored": [],
          "unknown": [],
          "newInThisVersion": [],
          "secrets": [],
          "clientSecrets": [],
          "refusals": [
            {
              "rule": "immutable",
              "address": "customers.settings.usernameAttributes",
              "message": "`usernameAttributes` is fixed at creation: it is [\"email\"], the manifest says [\"phone_number\"]",
              "help": "write the live value, or leave the field out; neither pool nor client is ever replaced",
              "place": "pool.yaml:4:3"
            }
          ]
        }
      ]
    }
    "#);
    assert_snapshot!(project.run(APPLY), @r#"
    exit: 3
    --- stdout
    refused[immutable] customers.settings.usernameAttributes: `usernameAttributes` is fixed at creation: it is ["email"], the manifest says ["phone_number"]
      --> pool.yaml:4:3
      help: write the live value, or leave the field out; neither pool nor client is ever replaced

    Nothing is planned.
    "#);
}

#[test]
fn a_run_that_fails_for_one_resource_is_5() {
    let project = applied(WEB);
    let extra = "  api: { clientSecret: { file: api.secret } }\n  batch: {}\n";
    project.write("pool.yaml", format!("{WEB}{extra}"));
    project.write("api.secret", "too-short\n");
    assert_snapshot!(project.run(APPLY), @r"
    exit: 5
    --- stdout
    + customers.clients.api  CreateUserPoolClient
        + clientSecret  (secret: set)
        + generateSecret  true

    + customers.clients.batch  CreateUserPoolClient

    Plan: 2 to create, 0 to change, 0 to delete.
    failed   customers.clients.api  CreateUserPoolClient: InvalidParameterException: 2 validation errors detected: Value at 'clientSecret' failed to satisfy constraint: Member must have length greater than or equal to 24; Value at 'clientSecret' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+]+ (request sandbox-7)
    done     customers.clients.batch  CreateUserPoolClient  [CLIENT]

    Applied in part: 1 call done, 1 not done, 0 differences. Plan again to see what is left.
    ");
    assert_snapshot!(project.run(&format!("{APPLY} --format json")), @r#"
    exit: 1
    --- stdout
    {
      "formatVersion": 1,
      "summary": {
        "create": 1,
        "update": 0,
        "delete": 0,
        "reset": 0,
        "refused": 0
      },
      "pools": [
        {
          "key": "customers",
          "poolId": "[POOL]",
          "resources": [
            {
              "address": "customers.clients.api",
              "action": "create",
              "steps": [
                {
                  "operation": "CreateUserPoolClient",
                  "intermediate": false,
                  "changes": [
                    {
                      "path": "clientSecret",
                      "kind": "add",
                      "weakens": false,
                      "secret": true,
                      "secretState": "set"
                    },
                    {
                      "path": "generateSecret",
                      "kind": "add",
                      "after": true,
                      "weakens": false,
                      "secret": false
                    }
                  ]
                }
              ]
            }
          ],
          "unmanaged": [],
          "ignored": [],
          "unknown": [],
          "newInThisVersion": [],
          "secrets": [],
          "clientSecrets": [],
          "refusals": []
        }
      ],
      "report": [
        {
          "key": "customers",
          "poolId": "[POOL]",
          "createdClients": {},
          "results": [
            {
              "address": "customers.clients.api",
              "operation": "CreateUserPoolClient",
              "outcome": "failed",
              "detail": "CreateUserPoolClient: InvalidParameterException: 2 validation errors detected: Value at 'clientSecret' failed to satisfy constraint: Member must have length greater than or equal to 24; Value at 'clientSecret' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+]+ (request sandbox-8)"
            }
          ],
          "mismatches": []
        }
      ]
    }
    "#);
}

#[test]
fn failures_are_json_too_where_that_is_asked_for() {
    let project = Project::with(WEB);
    assert_snapshot!(project.run("plan --sandbox --format json"), @r#"
    exit: 64
    --- stdout
    {
      "formatVersion": 1,
      "error": {
        "message": "there are no manifests to work on",
        "help": "name files or directories with -f, or list them under the environment in cognitops.yaml"
      }
    }
    "#);
    assert_snapshot!(project.run("plan -f none.yaml --sandbox --format json"), @r#"
    exit: 1
    --- stdout
    {
      "formatVersion": 1,
      "findings": [
        {
          "code": "unreadable",
          "severity": "error",
          "file": "none.yaml",
          "message": "there is no such file or directory"
        }
      ]
    }
    "#);
    assert_snapshot!(project.run("apply -f pool.yaml --sandbox=state.json --yes --format json"), @r#"
    exit: 3
    --- stdout
    {
      "formatVersion": 1,
      "summary": {
        "create": 2,
        "update": 0,
        "delete": 0,
        "reset": 0,
        "refused": 0
      },
      "pools": [
        {
          "key": "customers",
          "poolId": null,
          "resources": [
            {
              "address": "customers.settings",
              "action": "create",
              "steps": [
                {
                  "operation": "CreateUserPool",
                  "intermediate": false,
                  "changes": [
                    {
                      "path": "usernameAttributes",
                      "kind": "add",
                      "after": [
                        "email"
                      ],
                      "weakens": false,
                      "secret": false
                    }
                  ],
                  "ownership": {
                    "cognitops:managed-by": "default/default/customers",
                    "cognitops:schema": "1"
                  }
                }
              ]
            },
            {
              "address": "customers.clients.web",
              "action": "create",
              "steps": [
                {
                  "operation": "CreateUserPoolClient",
                  "intermediate": false,
                  "changes": [
                    {
                      "path": "allowedOAuthFlows",
                      "kind": "add",
                      "after": [
                        "code"
                      ],
                      "weakens": false,
                      "secret": false
                    },
                    {
                      "path": "allowedOAuthFlowsUserPoolClient",
                      "kind": "add",
                      "after": true,
                      "weakens": false,
                      "secret": false
                    },
                    {
                      "path": "allowedOAuthScopes",
                      "kind": "add",
                      "after": [
                        "openid"
                      ],
                      "weakens": false,
                      "secret": false
                    },
                    {
                      "path": "callbackURLs",
                      "kind": "add",
                      "after": [
                        "https://app.example.com/callback"
                      ],
                      "weakens": false,
                      "secret": false
                    },
                    {
                      "path": "preventUserExistenceErrors",
                      "kind": "add",
                      "after": "ENABLED",
                      "weakens": false,
                      "secret": false
                    }
                  ]
                }
              ]
            }
          ],
          "unmanaged": [],
          "ignored": [],
          "unknown": [],
          "newInThisVersion": [],
          "secrets": [],
          "clientSecrets": [],
          "refusals": []
        }
      ],
      "error": {
        "message": "the user pool `customers` does not exist, and creating one takes consent",
        "help": "check Region and name; if it is meant to be new, add --allow-create-pool"
      }
    }
    "#);
}

#[test]
fn schema_prints_the_schemas() {
    let project = Project::new();
    let manifest = project.run("schema");
    assert_eq!((manifest.code, manifest.stderr.as_str()), (0, ""));
    assert_eq!(manifest.stdout, include_str!("../../schema/cognitops.schema.json"));
    let file = project.run("schema --project");
    assert_eq!(file.stdout, include_str!("../../schema/cognitops-project.schema.json"));
}

#[test]
fn the_project_file_is_found_upwards() {
    let file = "\
project: shop
environments:
  dev: { region: eu-west-1, manifests: [pools/] }
  prod: { region: eu-central-1, accountId: '222222222222', manifests: [pools/] }
";
    let project =
        Project::new().file("cognitops.yaml", file).file("pools/pool.yaml", WEB).file("deep/down/x", "");
    assert_snapshot!(project.run("plan --sandbox"), @"
    exit: 1
    --- stderr
    error[missing]: the project has several environments, and none was chosen
     --> cognitops.yaml:2:1
      |
    2 | environments:
      | ^^^^^^^^^^^^
      |
      = help: choose with --env (dev, prod), or take --all-envs

    1 error.
    ");
    assert_snapshot!(project.run("plan --sandbox --env pord"), @"
    exit: 1
    --- stderr
    error[bad-reference]: there is no environment `pord`
     --> cognitops.yaml:2:1
      |
    2 | environments:
      | ^^^^^^^^^^^^
      |
      = help: did you mean `prod`?

    1 error.
    ");
    let deep = |line: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cognitops"));
        command.args(line.split_whitespace()).current_dir(project.at("deep/down")).env_clear();
        command.output().unwrap()
    };
    let output = deep("apply --env prod --sandbox --yes --allow-create-pool --quiet");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let state = project.read(".cognitops/sandbox-prod.json");
    assert!(state.contains("arn:aws:cognito-idp:eu-central-1:222222222222:userpool/eu-central-1_"));
    assert!(state.contains("\"cognitops:managed-by\": \"shop/prod/customers\""));
    assert_eq!(project.read(".cognitops/.gitignore"), "*\n");
}

#[test]
fn a_wrong_project_file_is_shown_with_its_line() {
    let project = Project::with(WEB).file("cognitops.yaml", "project: a b\nenviroments: {}\n");
    assert_snapshot!(project.run("validate -f pool.yaml"), @"
    exit: 1
    --- stderr
    error[form]: `project` does not have the form it needs
     --> cognitops.yaml:1:10
      |
    1 | project: a b
      |          ^^^
      |
      = help: for example customers

    error[unknown-key]: the project file has no member `enviroments`
     --> cognitops.yaml:2:1
      |
    2 | enviroments: {}
      | ^^^^^^^^^^^
      |
      = help: did you mean `environments`?

    2 errors.
    ");
    project.write("cognitops.yaml", "");
    assert_snapshot!(project.run("validate -f pool.yaml"), @"
    exit: 1
    --- stderr
    error[no-manifest]: the project file is empty
    --> cognitops.yaml

    1 error.
    ");
}

#[test]
fn a_placeholder_is_an_error_that_says_so() {
    let project =
        Project::with(&WEB.replace("https://app.example.com/callback", "'https://${values.host}/callback'"));
    assert_snapshot!(project.run("validate -f pool.yaml"), @"
    exit: 1
    --- stdout
    error[bad-reference]: `values.host` is not defined in the environment `default`
     --> pool.yaml:7:20
      |
    7 |     callbackURLs: ['https://${values.host}/callback']
      |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: define it under `values` of the environment `default` in cognitops.yaml, or give a default: ${values.host:-default}

    1 error.
    ");
}

#[test]
fn files_of_one_pool_merge_and_may_not_say_the_same_twice() {
    let header = "apiVersion: cognitops/v1\npool: customers\n";
    let project = Project::new()
        .file("pools/settings.yaml", format!("{header}settings: {{}}\n"))
        .file("pools/web.yaml", format!("{header}clients: {{ web: {{}} }}\n"))
        .file("pools/api.yml", format!("{header}clients: {{ api: {{}} }}\n"));
    assert_snapshot!(project.run("plan -f pools --sandbox=state.json"), @"
    exit: 0
    --- stdout
    + customers.settings  CreateUserPool
        + tag cognitops:managed-by  default/default/customers
        + tag cognitops:schema  1

    + customers.clients.api  CreateUserPoolClient

    + customers.clients.web  CreateUserPoolClient

    Plan: 3 to create, 0 to change, 0 to delete.
    --- stderr
    Creating a user pool takes consent: `apply` asks, or takes --allow-create-pool.
    ");
    project.write("pools/web2.yaml", format!("{header}clients: {{ web: {{}} }}\n"));
    assert_snapshot!(project.run("validate -f pools"), @"
    exit: 1
    --- stdout
    error[defined-twice]: `clients.web` is defined twice; the other place is pools/web.yaml:3:12
     --> pools/web2.yaml:3:12
      |
    3 | clients: { web: {} }
      |            ^^^
      |
      = help: keep one of the two

    1 error.
    ");
}

#[test]
fn colour_only_where_it_is_wanted() {
    let project = Project::with(WEB);
    let coloured = |line: &str, environment: &[(&str, &str)]| {
        project.run_with(line, "", environment).stdout.contains('\x1b')
    };
    assert!(!coloured(PLAN, &[]));
    assert!(coloured(&format!("{PLAN} --color always"), &[]));
    assert!(!coloured(&format!("{PLAN} --color auto"), &[("NO_COLOR", "1")]));
    assert!(!coloured(&format!("{PLAN} --color never"), &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cognitops"));
    let status =
        command.arg("schema").env_clear().stdout(full).stderr(std::process::Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(1));
}

/// Runs a command on a terminal of its own, with answers typed into it.
#[cfg(target_os = "linux")]
fn on_a_terminal(project: &Project, line: &str, answers: &str) -> (Option<i32>, String) {
    use std::io::Write as _;
    let mut child = std::process::Command::new("script")
        .args(["-qec", &format!("{} {line}", env!("CARGO_BIN_EXE_cognitops")), "/dev/null"])
        .current_dir(project.path())
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("TERM", "xterm")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(target_os = "linux")]
#[test]
fn apply_asks_on_a_terminal_and_shows_progress() {
    let project = Project::with(WEB);
    let apply = "apply -f pool.yaml --sandbox=state.json";
    let (code, output) = on_a_terminal(&project, apply, "n\n");
    assert_eq!(code, Some(3), "{output}");
    assert!(output.contains("The user pool `customers` does not exist. Create it? [y/N]"), "{output}");
    assert!(output.contains("nothing was applied") && !project.at("state.json").exists(), "{output}");
    let (code, output) = on_a_terminal(&project, apply, "y\nn\n");
    assert_eq!(code, Some(3), "{output}");
    assert!(output.contains("Apply this plan? [y/N]"), "{output}");
    let (code, output) = on_a_terminal(&project, apply, "y\ny\n");
    assert_eq!(code, Some(0), "{output}");
    assert!(output.contains("2/2 CreateUserPoolClient customers.clients.web"), "{output}");
    assert!(output.contains('\x1b') && project.at("state.json").exists(), "{output}");
    let (_, plain) = on_a_terminal(&project, "plan -f pool.yaml --sandbox=state.json --color never", "");
    assert!(plain.contains("No changes") && !plain.contains('\x1b'), "{plain}");
}

#[test]
fn drift_tells_changed_missing_and_unmanaged_apart() {
    const DRIFT: &str = "drift -f pool.yaml --sandbox=state.json";
    let project = Project::with(WEB);
    assert_snapshot!(project.run(DRIFT), @"
    exit: 2
    --- stdout
    missing   customers.settings
    missing   customers.clients.web

    Drift: 0 changed, 2 missing, 0 unmanaged.
    ");
    assert_eq!(project.run(APPLY).code, 0);
    let before = project.files();
    assert_snapshot!(project.run(DRIFT), @"
    exit: 0
    --- stdout
    No drift.
    ");
    assert_snapshot!(project.run(&format!("{DRIFT} --format json")), @r#"
    exit: 0
    --- stdout
    {
      "formatVersion": 1,
      "summary": {
        "changed": 0,
        "missing": 0,
        "unmanaged": 0
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
    let text =
        WEB.replace("  web:\n", "  web:\n    authSessionValidity: 5\n").replace("[email]", "[phone_number]");
    project.write("pool.yaml", format!("{text}  api: {{}}\n"));
    assert_snapshot!(project.run(DRIFT), @r#"
    exit: 2
    --- stdout
    missing   customers.clients.api
    changed   customers.clients.web
        ~ authSessionValidity  3 → 5 · weakens security
    changed   customers.settings.usernameAttributes: `usernameAttributes` is fixed at creation: it is ["email"], the manifest says ["phone_number"]

    Drift: 2 changed, 1 missing, 0 unmanaged.
    "#);
    assert_snapshot!(project.run(&format!("{DRIFT} --format json")), @r#"
    exit: 2
    --- stdout
    {
      "formatVersion": 1,
      "summary": {
        "changed": 2,
        "missing": 1,
        "unmanaged": 0
      },
      "pools": [
        {
          "key": "customers",
          "poolId": "[POOL]",
          "changed": [
            {
              "address": "customers.clients.web",
              "changes": [
                {
                  "path": "authSessionValidity",
                  "kind": "modify",
                  "before": 3,
                  "after": 5,
                  "weakens": true,
                  "secret": false
                }
              ]
            },
            {
              "address": "customers.settings.usernameAttributes",
              "changes": [],
              "message": "`usernameAttributes` is fixed at creation: it is [\"email\"], the manifest says [\"phone_number\"]"
            }
          ],
          "missing": [
            "customers.clients.api"
          ],
          "unmanaged": []
        }
      ]
    }
    "#);
    project.write("pool.yaml", "apiVersion: cognitops/v1\npool: customers\nclients: {}\n");
    assert_snapshot!(project.run(DRIFT), @"
    exit: 0
    --- stdout
    unmanaged customers.clients.web ([CLIENT])

    No drift: 1 unmanaged.
    ");
    let state = |files: &[(std::path::PathBuf, Vec<u8>)]| {
        files.iter().find(|(path, _)| path.ends_with("state.json")).map(|(_, content)| content.clone())
    };
    assert!(state(&project.files()) == state(&before), "drift writes nothing");
}

#[test]
fn outputs_are_what_applications_need() {
    const OUTPUTS: &str = "outputs -f pool.yaml --sandbox=state.json";
    let project = Project::with(WEB);
    assert_snapshot!(project.run(OUTPUTS), @"
    exit: 1
    --- stderr
    error[bad-reference]: the pool `customers` does not exist yet
     --> pool.yaml:2:7
      |
    2 | pool: customers
      |       ^^^^^^^^^
      |
      = help: check Region and account, or apply the manifest

    1 error.
    ");
    assert_eq!(project.run(APPLY).code, 0);
    assert_snapshot!(project.run(OUTPUTS), @"
    exit: 0
    --- stdout
    customers
      pool id        [POOL]
      arn            arn:aws:cognito-idp:us-east-1:123456789012:userpool/[POOL]
      region         us-east-1
      issuer         https://cognito-idp.us-east-1.amazonaws.com/[POOL]
      jwks uri       https://cognito-idp.us-east-1.amazonaws.com/[POOL]/.well-known/jwks.json
      discovery url  https://cognito-idp.us-east-1.amazonaws.com/[POOL]/.well-known/openid-configuration
      client web id  [CLIENT]
    ");
    assert_snapshot!(project.run(&format!("{OUTPUTS} --format json")), @r#"
    exit: 0
    --- stdout
    {
      "formatVersion": 1,
      "pools": [
        {
          "key": "customers",
          "poolId": "[POOL]",
          "arn": "arn:aws:cognito-idp:us-east-1:123456789012:userpool/[POOL]",
          "region": "us-east-1",
          "issuer": "https://cognito-idp.us-east-1.amazonaws.com/[POOL]",
          "jwksUri": "https://cognito-idp.us-east-1.amazonaws.com/[POOL]/.well-known/jwks.json",
          "discoveryUrl": "https://cognito-idp.us-east-1.amazonaws.com/[POOL]/.well-known/openid-configuration",
          "clients": {
            "web": "[CLIENT]"
          }
        }
      ]
    }
    "#);
    assert_snapshot!(project.run(&format!("{OUTPUTS} --dotenv")), @"
    exit: 0
    --- stdout
    CUSTOMERS_POOL_ID=[POOL]
    CUSTOMERS_ARN=arn:aws:cognito-idp:us-east-1:123456789012:userpool/[POOL]
    CUSTOMERS_REGION=us-east-1
    CUSTOMERS_ISSUER=https://cognito-idp.us-east-1.amazonaws.com/[POOL]
    CUSTOMERS_JWKS_URI=https://cognito-idp.us-east-1.amazonaws.com/[POOL]/.well-known/jwks.json
    CUSTOMERS_DISCOVERY_URL=https://cognito-idp.us-east-1.amazonaws.com/[POOL]/.well-known/openid-configuration
    CUSTOMERS_CLIENT_WEB_ID=[CLIENT]
    ");
    assert_snapshot!(project.run(&format!("{OUTPUTS} --dotenv --format json")), @r#"
    exit: 64
    --- stdout
    {
      "formatVersion": 1,
      "error": {
        "message": "--dotenv and --format json exclude each other",
        "help": "choose one"
      }
    }
    "#);
    project.write("pool.yaml", format!("{WEB}  web-a: {{}}\n  web_a: {{}}\n"));
    assert_eq!(project.run(APPLY).code, 0);
    assert_snapshot!(project.run(&format!("{OUTPUTS} --dotenv")), @"
    exit: 1
    --- stderr
    error: two values would be called CUSTOMERS_CLIENT_WEB_A_ID
      help: use --format json, which keeps them apart
    ");
}
