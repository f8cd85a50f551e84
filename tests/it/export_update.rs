//! `export --update`: manifests that are there say what is live.

use insta::assert_snapshot;

use crate::runner::{Project, Ran};

const POOL: &str = r#"# yaml-language-server: $schema=x
apiVersion: cognitops/v1
pool: customers

# Who may sign in, and how.
settings:
  deletionProtection: INACTIVE
  policies:
    passwordPolicy: { minimumLength: 12 } # as the policy says
  userPoolTags: { team: login }

resourceServers:
  https://api.acme.com:
    name: Orders
    scopes: { read: Read orders }

clients:
  # the shop
  web:
    applicationType: spa
    callbackURLs:
      - "https://${env:HOST:-app}.acme.com/cb" # keep
      - https://old.acme.com/cb
    accessTokenValidity: 60
    tokenValidityUnits: { accessToken: minutes }
    allowedOAuthFlows: [code]
    allowedOAuthScopes: [openid]
    supportedIdentityProviders: [COGNITO]
"#;

/// A project whose pool is as another text says.
fn changed(text: &str, live: &str) -> Project {
    let project = Project::with(text).file("live.yaml", live);
    for file in ["pool.yaml", "live.yaml"] {
        let ran = project
            .run(&format!("apply -f {file} --sandbox=state.json --yes --allow-create-pool --allow-reset"));
        assert_eq!(ran.code, 0, "{ran}");
    }
    project
}

fn update(project: &Project, more: &str) -> Ran {
    project.run(&format!("export --update -f pool.yaml --sandbox=state.json {more}"))
}

/// What a manifest's plan exits with.
fn plan(project: &Project) -> i32 {
    project.run("plan -f pool.yaml --sandbox=state.json --detailed-exitcode").code
}

#[test]
fn what_was_changed_elsewhere_comes_into_the_manifest() {
    let live = POOL
        .replace("INACTIVE", "ACTIVE")
        .replace("{ minimumLength: 12 }", "{ minimumLength: 14, requireSymbols: false }")
        .replace("{ team: login }", "{ team: identity, cost: '12' }")
        .replace("{ read: Read orders }", "{ write: 'Write ${all}' }")
        .replace("${all}", "$${all}")
        .replace("https://old.acme.com/cb", "https://new.acme.com/cb")
        .replace(
            "accessTokenValidity: 60",
            "accessTokenValidity: 90\n    logoutURLs: [https://bye.acme.com/]",
        )
        + "  cli: {}\n";
    let project = changed(POOL, &live);
    let before = project.run("plan -f pool.yaml --sandbox=state.json");
    assert!(before.stdout.contains("! policies.passwordPolicy.requireSymbols"), "{before}");
    assert_snapshot!(update(&project, ""), @r#"
    exit: 0
    --- stdout
    pool.yaml:
      customers.clients.web.accessTokenValidity
      customers.clients.web.callbackURLs
      customers.clients.web.logoutURLs
      customers.resourceServers["https://api.acme.com"].scopes.read
      customers.resourceServers["https://api.acme.com"].scopes.write
      customers.settings.deletionProtection
      customers.settings.policies.passwordPolicy.minimumLength
      customers.settings.policies.passwordPolicy.requireSymbols
      customers.settings.userPoolTags.team
    "#);
    assert_snapshot!(project.read("pool.yaml"), @r#"
    # yaml-language-server: $schema=x
    apiVersion: cognitops/v1
    pool: customers

    # Who may sign in, and how.
    settings:
      deletionProtection: ACTIVE
      policies:
        passwordPolicy: { minimumLength: 14, requireSymbols: false } # as the policy says
      userPoolTags: { team: identity }

    resourceServers:
      https://api.acme.com:
        name: Orders
        scopes: {write: "Write $${all}"}

    clients:
      # the shop
      web:
        applicationType: spa
        callbackURLs:
          - "https://${env:HOST:-app}.acme.com/cb" # keep
          - https://new.acme.com/cb
        accessTokenValidity: 90
        tokenValidityUnits: { accessToken: minutes }
        allowedOAuthFlows: [code]
        allowedOAuthScopes: [openid]
        supportedIdentityProviders: [COGNITO]
        logoutURLs:
          - https://bye.acme.com/
    "#);
    assert_eq!(plan(&project), 0);
    assert_snapshot!(update(&project, ""), @"
    exit: 0
    --- stdout
    No changes: the manifests say what is live.
    ");
    assert_snapshot!(update(&project, "--include-undeclared --format json"), @r#"
    exit: 0
    --- stdout
    {
      "formatVersion": 1,
      "files": [
        {
          "file": "pool.yaml",
          "addresses": [
            "customers.clients.cli",
            "customers.settings.userPoolTags.cost"
          ]
        }
      ],
      "left": [],
      "secrets": []
    }
    "#);
    let text = project.read("pool.yaml");
    assert!(text.ends_with("  cli: {}\n") && text.contains("{ team: identity, cost: '12' }"), "{text}");
    assert_eq!(plan(&project), 0);
}

#[test]
fn what_is_declared_and_not_live_stays() {
    let project = changed(POOL, POOL);
    project.write("pool.yaml", format!("{POOL}  next: {{}}\ngroups: {{ admins: {{}} }}\n"));
    let before = project.read("pool.yaml");
    assert_snapshot!(update(&project, ""), @"
    exit: 5
    --- stdout
    Left as it is:
      customers.clients.next (pool.yaml:29:3): it is declared and not live: apply makes it
      customers.groups.admins (pool.yaml:30:11): it is declared and not live: apply makes it
    ");
    assert_eq!(project.read("pool.yaml"), before);
}

#[test]
fn a_placeholder_is_not_written_over() {
    let text = POOL
        .replace("login }", "'${env:TEAM:-login}' }")
        .replace("- https://old.acme.com/cb", "- https://{1..2}.acme.com/cb");
    let live = text.replace("${env:TEAM:-login}", "identity").replace("{1..2}", "{2..3}");
    let project = changed(&text, &live);
    assert_snapshot!(update(&project, ""), @"
    exit: 5
    --- stdout
    Left as it is:
      customers.clients.web.callbackURLs (pool.yaml:21:5): its item `https://{1..2}.acme.com/cb` stands for 2, and not all of them are live (1): write out those that are, or change what it stands for
      customers.settings.userPoolTags.team (pool.yaml:10:19): it is written as `${env:TEAM:-login}`: change that, or write the value in its place
    ");
    assert_eq!(project.read("pool.yaml"), text);
    // A value of the project is named with its place.
    project.write("pool.yaml", text.replace("${env:TEAM:-login}", "${values.team}"));
    project.write(
        "cognitops.yaml",
        "environments: { default: { manifests: [pool.yaml], values: { team: login } } }\n",
    );
    let ran = project.run("export --update --sandbox=state.json");
    assert!(ran.stdout.contains("it is written as `values.team` (cognitops.yaml:1:"), "{ran}");
}

#[test]
fn what_stands_in_files_goes_into_them() {
    let text = "\
apiVersion: cognitops/v1
pool: customers
settings: {}
domains: { acme-login: { managedLoginVersion: 1 } }
uiCustomization:
  css: { file: ./login.css } # the style
";
    let project = Project::with(text).file("login.css", ".banner-customizable { color: red }\n");
    let apply = "apply -f pool.yaml --sandbox=state.json --yes --allow-create-pool --allow-reset";
    assert_eq!(project.run(apply).code, 0);
    project.write("login.css", ".banner-customizable { color: blue }\n");
    assert_eq!(project.run(apply).code, 0);
    project.write("login.css", ".banner-customizable { color: green }\n");
    assert_snapshot!(update(&project, ""), @"
    exit: 0
    --- stdout
    ./login.css:
      customers.uiCustomization.css
    ");
    assert_eq!(project.read("login.css"), ".banner-customizable { color: blue }\n");
    assert_eq!(project.read("pool.yaml"), text);
    assert_eq!(plan(&project), 0);
}

#[test]
fn a_layer_says_what_it_says_and_its_ground_stays() {
    let project = Project::example("environments");
    let sandbox = "--env prod --sandbox --yes --allow-create-pool --allow-reset";
    let ran = project.run(&format!("apply {sandbox}"));
    assert_eq!(ran.code, 0, "{ran}");
    let (pool, layer) = (project.read("pools/shop.yaml"), project.read("layers/prod.yaml"));
    // What the layer says is changed, and what the file below it says.
    project.write(
        "layers/prod.yaml",
        layer.replace("deletionProtection: ACTIVE", "deletionProtection: INACTIVE"),
    );
    project.write(
        "pools/shop.yaml",
        pool.replace("[email]", "[email, phone_number]").replacen("[email, phone_number]", "[email]", 1),
    );
    let ran = project.run(&format!("apply {sandbox}"));
    assert_eq!(ran.code, 0, "{ran}");
    project.write("layers/prod.yaml", &layer);
    project.write("pools/shop.yaml", &pool);
    assert_snapshot!(project.run("export --update --env prod --sandbox"), @"
    exit: 0
    --- stdout
    layers/prod.yaml:
      shop.settings.deletionProtection
    pools/shop.yaml:
      shop.settings.autoVerifiedAttributes
    ");
    assert_eq!(project.run("plan --env prod --sandbox --detailed-exitcode").code, 0);
}

#[test]
fn what_cannot_be_updated_is_an_error_with_a_way_out() {
    let project = Project::with(POOL);
    let ran = project.run_with("export --update -f - --sandbox=state.json", POOL, &[]);
    assert_snapshot!(ran, @"
    exit: 64
    --- stderr
    error: standard input cannot be updated
      help: name files with -f
    ");
    assert_snapshot!(update(&project, ""), @"
    exit: 1
    --- stderr
    error[bad-reference]: the pool `customers` does not exist yet
     --> pool.yaml:3:7
      |
    3 | pool: customers
      |       ^^^^^^^^^
      |
      = help: check Region and account, or apply the manifest

    1 error.
    ");
    assert_snapshot!(project.run("export customers --update"), @"
    exit: 64
    --- stderr
    error: the argument '[POOL]...' cannot be used with '--update'

    Usage: cognitops export <POOL>...

    For more information, try '--help'.
    ");
    assert_snapshot!(project.run("export customers --include-undeclared"), @"
    exit: 64
    --- stderr
    error: the argument '[POOL]...' cannot be used with '--include-undeclared'

    Usage: cognitops export <POOL>...

    For more information, try '--help'.
    ");
}

#[test]
fn an_anchor_that_says_more_is_left_alone() {
    let text = POOL.replace("  # the shop\n", "  old: &x { authSessionValidity: 5 }\n  new: *x\n");
    let live = text.replace("new: *x", "new: { authSessionValidity: 7 }");
    let project = changed(&text, &live);
    assert_snapshot!(update(&project, ""), @"
    exit: 5
    --- stdout
    Left as it is:
      customers.clients.new.authSessionValidity (pool.yaml:18:13): pool.yaml cannot be edited there: write it by hand
    ");
    assert_eq!(project.read("pool.yaml"), text);
}

#[test]
fn what_comes_in_gets_a_key_of_its_own_and_its_own_secrets_are_named() {
    let provider = |name: &str| {
        format!(
            "  {name}:\n    providerType: OIDC\n    providerDetails:\n      client_id: a\n      \
             client_secret: {{ env: KEY }}\n      oidc_issuer: https://{name}.acme.com\n      \
             authorize_scopes: openid\n      attributes_request_method: GET\n"
        )
    };
    let text = "apiVersion: cognitops/v1\npool: customers\nsettings: {}\n";
    let declared =
        format!("{text}clients:\n  web: {{ clientName: Shop }}\nidentityProviders:\n{}", provider("Corp2"));
    let live = format!("{declared}{}", provider("Corp"))
        .replace("clients:\n", "clients:\n  other: { clientName: web }\n");
    let project = Project::with(&declared).file("live.yaml", &live);
    let apply = "apply -f live.yaml --sandbox=state.json --yes --allow-create-pool";
    let ran = project.run_with(apply, "", &[("KEY", "canary")]);
    assert_eq!(ran.code, 0, "{ran}");
    assert_snapshot!(update(&project, "--include-undeclared"), @"
    exit: 0
    --- stdout
    pool.yaml:
      customers.clients.web-2
      customers.identityProviders.Corp
    Set CORP_CLIENT_SECRET before an apply: the secret itself of identityProviders.Corp.providerDetails.client_secret is not exported.
    ");
    let text = project.read("pool.yaml");
    assert!(text.contains("  web-2:\n    clientId: ") && text.contains("    clientName: web\n"), "{text}");
    let keys = [("KEY", "x"), ("CORP_CLIENT_SECRET", "x")];
    let command = "plan -f pool.yaml --sandbox=state.json --detailed-exitcode";
    assert_eq!(project.run_with(command, "", &keys).code, 0);
}

#[cfg(unix)]
#[test]
fn a_file_stays_the_file_that_it_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let live = POOL.replace("INACTIVE", "ACTIVE");
    let project = changed(POOL, &live);
    project.write("real.yaml", format!("\u{feff}{}", POOL.replace('\n', "\r\n")));
    std::fs::remove_file(project.at("pool.yaml")).unwrap();
    std::os::unix::fs::symlink("real.yaml", project.at("pool.yaml")).unwrap();
    std::fs::set_permissions(project.at("real.yaml"), std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(update(&project, "").code, 0);
    assert!(project.at("pool.yaml").symlink_metadata().unwrap().is_symlink());
    assert_eq!(project.at("real.yaml").metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(project.read("real.yaml"), format!("\u{feff}{}", live.replace('\n', "\r\n")));
}
