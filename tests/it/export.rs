//! `export`: live pools as manifests.

use insta::assert_snapshot;

use crate::runner::Project;

/// A sandbox with the pool of the example of sign-in pages, and one more.
fn account() -> Project {
    let project = Project::example("hosted-ui").file(
        "more.yaml",
        "\
apiVersion: cognitops/v1
pool: staff
settings: { userPoolTags: { 'a b': '${not} {0..2}' } }
clients: { web: {}, Web shop: { generateSecret: true } }
",
    );
    project.write("more.yaml", project.read("more.yaml").replace("${not}", "$${not}"));
    let secrets =
        [("GOOGLE_CLIENT_SECRET", "canary-google"), ("CORPORATE_CLIENT_SECRET", "canary-corporate")];
    let ran = project.run_with("apply -f . --sandbox=state.json --yes --allow-create-pool", "", &secrets);
    assert_eq!(ran.code, 0, "{ran}");
    project
}

#[test]
fn a_pool_is_printed_as_the_manifest_that_plans_to_nothing() {
    let project = account();
    let ran = project.run("export shop --sandbox=state.json");
    assert_snapshot!(ran, @"
    exit: 0
    --- stdout
    # The user pool [POOL] as it was exported.
    apiVersion: cognitops/v1
    pool: shop
    settings:
      attributes:
        tenant_id:
          attributeDataType: String
          mutable: true
      autoVerifiedAttributes:
      - email
      usernameAttributes:
      - email
      usernameConfiguration:
        caseSensitive: true
    domains:
      acme-shop:
        managedLoginVersion: 1
      auth.acme.com:
        customDomainConfig:
          certificateArn: arn:aws:acm:us-east-1:123456789012:certificate/1e1c9a55-1c1c-4e0e-9d0a-1b0a5a3f8a11
          securityPolicy: TLS_V1
        managedLoginVersion: 1
    resourceServers:
      https://api.acme.com:
        name: Orders API
        scopes:
          orders.read: Read orders
    identityProviders:
      Corporate:
        attributeMapping:
          email: email
        idpIdentifiers:
        - acme.com
        providerDetails:
          attributes_request_method: GET
          authorize_scopes: openid email
          client_id: acme-shop
          client_secret:
            env: CORPORATE_CLIENT_SECRET # the secret itself is not exported: set this variable before an apply
          oidc_issuer: https://login.acme.com
        providerType: OIDC
      Google:
        attributeMapping:
          email: email
          given_name: given_name
        providerDetails:
          authorize_scopes: openid email profile
          client_id: 1example23456789.apps.googleusercontent.com
          client_secret:
            env: GOOGLE_CLIENT_SECRET # the secret itself is not exported: set this variable before an apply
        providerType: Google
    groups:
      admins:
        description: Administrators
        precedence: 1
    clients:
      legacy:
        allowedOAuthFlows:
        - implicit
        allowedOAuthFlowsUserPoolClient: true
        allowedOAuthScopes:
        - openid
        callbackURLs:
        - https://old.acme.com/
        preventUserExistenceErrors: ENABLED
        supportedIdentityProviders:
        - COGNITO
      web:
        accessTokenValidity: 30m
        allowedOAuthFlows:
        - code
        allowedOAuthFlowsUserPoolClient: true
        allowedOAuthScopes:
        - email
        - https://api.acme.com/orders.read
        - openid
        - profile
        callbackURLs:
        - https://app.acme.com/callback
        - myapp://callback
        defaultRedirectURI: https://app.acme.com/callback
        explicitAuthFlows:
        - ALLOW_REFRESH_TOKEN_AUTH
        - ALLOW_USER_SRP_AUTH
        idTokenValidity: 30m
        logoutURLs:
        - https://app.acme.com/
        preventUserExistenceErrors: ENABLED
        readAttributes:
        - custom:tenant_id
        - email
        - email_verified
        - given_name
        refreshTokenValidity: 12h
        supportedIdentityProviders:
        - COGNITO
        - Corporate
        - Google
        writeAttributes:
        - email
        - given_name
    ");
    assert!(!ran.to_string().contains("canary"), "{ran}");
    project.write("exported.yaml", &ran.stdout);
    let secrets = [("GOOGLE_CLIENT_SECRET", "x"), ("CORPORATE_CLIENT_SECRET", "x")];
    let line = "plan -f exported.yaml --sandbox=state.json --detailed-exitcode";
    assert_eq!(project.run_with(line, "", &secrets).code, 0);
}

#[test]
fn what_looks_like_a_placeholder_is_none() {
    let project = account();
    let ran = project.run("export staff --sandbox=state.json");
    assert_snapshot!(ran, @"
    exit: 0
    --- stdout
    # The user pool [POOL] as it was exported.
    apiVersion: cognitops/v1
    pool: staff
    settings:
      userPoolTags:
        a b: $${not} {0..2}
      usernameConfiguration:
        caseSensitive: true
    clients:
      Web shop:
        generateSecret: true
      web: {}
    ");
    project.write("exported.yaml", &ran.stdout);
    assert_eq!(project.run("plan -f exported.yaml --sandbox=state.json --detailed-exitcode").code, 0);
}

#[test]
fn files_are_written_whole_and_never_over_others() {
    let project = account();
    assert_snapshot!(project.run("export --all --sandbox=state.json --output out"), @"
    exit: 0
    --- stderr
    Wrote 2 files to out.
    ");
    let secrets = [("GOOGLE_CLIENT_SECRET", "x"), ("CORPORATE_CLIENT_SECRET", "x")];
    let plan = project.run_with("plan -f out --sandbox=state.json --detailed-exitcode", "", &secrets);
    assert_eq!(plan.code, 0, "{plan}");
    project.write("out/shop.yaml", "mine");
    assert_snapshot!(project.run("export shop --sandbox=state.json --output out"), @"
    exit: 1
    --- stderr
    error: out/shop.yaml is there
      help: choose another --output, or add --overwrite
    ");
    assert_eq!(project.read("out/shop.yaml"), "mine");
    assert_eq!(project.run("export shop --sandbox=state.json --output out --overwrite").code, 0);
    assert!(project.read("out/shop.yaml").starts_with("# The user pool"));
    // One file a section, which are one pool.
    assert_eq!(project.run("export shop --sandbox=state.json --output parts --split --quiet").code, 0);
    let mut names: Vec<String> = std::fs::read_dir(project.at("parts/shop"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_snapshot!(names.join(" "), @"clients.yaml domains.yaml groups.yaml identityProviders.yaml resourceServers.yaml settings.yaml");
    let plan = project.run_with("plan -f parts --sandbox=state.json --detailed-exitcode", "", &secrets);
    assert_eq!(plan.code, 0, "{plan}");
    project.write("file", "");
    assert_eq!(project.run("export shop --sandbox=state.json --output file").code, 1);
}

#[test]
fn full_says_defaults_too_and_pin_says_which_pool() {
    let project = account();
    let ran = project.run("export staff --sandbox=state.json --full --pin");
    assert_eq!(ran.code, 0, "{ran}");
    for said in
        ["poolId: [POOL]\n", "minimumLength: 8\n", "accessTokenValidity: 1h\n", "userPoolTier: ESSENTIALS\n"]
    {
        assert!(ran.stdout.contains(said), "{said}\n{ran}");
    }
    project.write("exported.yaml", &ran.stdout);
    assert_eq!(
        project.run("plan -f exported.yaml --sandbox=state.json --detailed-exitcode").code,
        1,
        "no id"
    );
}

#[test]
fn programs_get_what_people_get() {
    let project = account();
    let ran = project.run("export staff --sandbox=state.json --format json");
    assert_eq!(ran.code, 0, "{ran}");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["formatVersion"], 1);
    assert_eq!(json["pools"][0]["manifest"]["clients"]["Web shop"]["generateSecret"], true);
    let google = project.run("export shop --sandbox=state.json --format json");
    let json: serde_json::Value = serde_json::from_str(&google.stdout).unwrap();
    assert_eq!(json["pools"][0]["secrets"][1]["env"], "GOOGLE_CLIENT_SECRET");
}

#[test]
fn what_nobody_manages_is_named_and_left_out() {
    let project = account();
    let mut state: serde_json::Value = serde_json::from_str(&project.read("state.json")).unwrap();
    let pools = state["pools"].as_object_mut().unwrap();
    let staff = pools.values_mut().find(|pool| pool["pool"]["Name"] == "staff").unwrap();
    let id = staff["pool"]["Id"].as_str().unwrap().to_owned();
    staff["pool"]["Novelty"] = serde_json::json!({ "Mode": "A" });
    let clients = staff["clients"].as_object_mut().unwrap();
    let (dynamic, twin) = ("1dynamicdynamicdynamicdyna", "2twintwintwintwintwintwint");
    let mut one = clients.values().find(|client| client["ClientName"] == "web").unwrap().clone();
    one["ClientId"] = dynamic.into();
    one["ClientType"] = "DCR".into();
    let mut other = one.clone();
    other["ClientId"] = twin.into();
    other["ClientType"] = "REGULAR".into();
    clients.extend([(dynamic.to_owned(), one), (twin.to_owned(), other)]);
    let name = format!("{id}_Google");
    staff["groups"][&name] = serde_json::json!({ "GroupName": name, "UserPoolId": id });
    staff["resourceServers"]["m2m"] = serde_json::json!({ "Identifier": "m2m", "Name": "m2m", "UserPoolId": id, "ManagedBy": "COGNITO", "Scopes": [] });
    project.write("state.json", state.to_string());
    let passed = project.run("export staff --sandbox=state.json --include-unknown");
    assert!(passed.stdout.contains("  passThrough:\n    Novelty:\n      Mode: A\n"), "{passed}");
    assert!(!passed.stderr.contains("Novelty") && passed.stderr.contains("left out"), "{passed}");
    let ran = project.run("export staff --sandbox=state.json");
    assert_snapshot!(ran, @"
    exit: 0
    --- stdout
    # The user pool [POOL] as it was exported.
    apiVersion: cognitops/v1
    pool: staff
    settings:
      userPoolTags:
        a b: $${not} {0..2}
      usernameConfiguration:
        caseSensitive: true
    clients:
      Web shop:
        generateSecret: true
      web-1:
        clientId: [CLIENT]
        clientName: web
      web-2:
        clientId: [CLIENT]
        clientName: web
    --- stderr
    left out: staff.resourceServers.m2m: managed by Cognito
    left out: staff.groups.[POOL]_Google: made by Cognito for an identity provider
    left out: staff.clients.web: the client [CLIENT] registered itself
    left out: staff.settings: this version does not know `Novelty` (object)
    ");
}

#[test]
fn a_pool_that_is_not_there_is_an_error_with_the_nearest_name() {
    let project = account();
    assert_snapshot!(project.run("export shopp --sandbox=state.json"), @"
    exit: 1
    --- stderr
    error: there is no pool `shopp` in this account and Region
      help: did you mean `shop`?
    ");
    assert_eq!(project.run("export --sandbox=state.json").code, 64);
    assert_eq!(project.run("export shop --split --sandbox=state.json").code, 64);
    assert_snapshot!(project.run("export us-east-1_none --sandbox=state.json"), @"
    exit: 1
    --- stderr
    error: there is no pool `us-east-1_none` in this account and Region
      help: check Region and account; --all exports every pool that is there
    ");
}

#[test]
fn a_name_is_no_way_out_of_the_directory() {
    let project = Project::with("apiVersion: cognitops/v1\npool: '..'\nsettings: {}\n");
    assert_eq!(project.run("apply -f pool.yaml --sandbox=state.json --yes --allow-create-pool").code, 0);
    let ran = project.run("export .. --sandbox=state.json --output out/deep --split");
    assert_eq!(ran.code, 0, "{ran}");
    assert!(!project.at("out/settings.yaml").exists() && !project.at("settings.yaml").exists());
    assert_eq!(std::fs::read_dir(project.at("out/deep")).unwrap().count(), 1);
}

#[test]
fn images_are_files_beside_the_manifest() {
    let project = Project::example("ui-customization");
    assert_eq!(project.run("apply -f . --sandbox=state.json --yes --allow-create-pool").code, 0);
    let ran = project.run("export --all --sandbox=state.json --output out --quiet");
    assert_eq!(ran.code, 0, "{ran}");
    let mut names: Vec<String> = walkdir::WalkDir::new(project.at("out"))
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().strip_prefix(project.at("out")).unwrap().display().to_string())
        .collect();
    names.sort();
    assert_snapshot!(names.join("\n"), @"
    images/shop-clients-partners-uiCustomization-imageFile.png
    images/shop-uiCustomization-imageFile.png
    shop.yaml
    ");
    let plan = project.run("plan -f out --sandbox=state.json --detailed-exitcode");
    assert_eq!(plan.code, 0, "{plan}");
}
