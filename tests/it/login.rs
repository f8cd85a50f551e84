//! `login-url`: where users sign in and out, on the sandbox, whose state is given a domain by hand.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::runner::{Project, Ran};

const POOLS: &str = "\
apiVersion: cognitops/v1
pool: customers
settings:
  usernameAttributes: [email]
clients:
  web:
    callbackURLs: [https://app.example.com/callback]
    logoutURLs: [https://app.example.com/]
    supportedIdentityProviders: [COGNITO]
    allowedOAuthFlowsUserPoolClient: true
    allowedOAuthFlows: [code]
    allowedOAuthScopes: [openid, email]
  mobile:
    callbackURLs: [myapp://a, myapp://b]
    logoutURLs: [myapp://a, myapp://b]
    allowedOAuthFlowsUserPoolClient: true
    allowedOAuthFlows: [code, implicit]
    allowedOAuthScopes: [openid]
  api: {}
";

const STATE: &str = ".cognitops/sandbox-default.json";

/// A project whose pool is applied and has a prefix domain.
fn project() -> Project {
    let project = Project::with(POOLS);
    let ran = project.run("apply -f pool.yaml --sandbox --yes --allow-create-pool");
    assert_eq!(ran.code, 0, "{ran}");
    tamper(&project, |pool| pool["pool"]["Domain"] = json!("acme-login"));
    project
}

/// Changes the one pool in the sandbox's state.
fn tamper(project: &Project, change: impl FnOnce(&mut Value)) {
    let mut state: Value = serde_json::from_str(&project.read(STATE)).unwrap();
    change(state["pools"].as_object_mut().unwrap().values_mut().next().unwrap());
    project.write(STATE, state.to_string());
}

/// Changes the live client of a name.
fn tamper_client(project: &Project, name: &str, change: impl FnOnce(&mut Value)) {
    tamper(project, |pool| {
        let clients = pool["clients"].as_object_mut().unwrap().values_mut();
        change(clients.into_iter().find(|client| client["ClientName"] == name).unwrap());
    });
}

fn login(project: &Project, line: &str) -> Ran {
    let before = project.files();
    let ran = project.run(&format!("login-url -f pool.yaml --sandbox {line}"));
    assert_eq!(project.files(), before, "login-url only reads");
    ran
}

fn query(url: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(url.trim().split_once('?').unwrap().1.as_bytes()).into_owned().collect()
}

fn value(url: &str, name: &str) -> String {
    query(url).into_iter().find(|(key, _)| key == name).unwrap_or_else(|| panic!("{name}: {url}")).1
}

#[test]
fn help_has_examples() {
    assert_snapshot!(Project::new().run("login-url -h").own_help(), @"
    exit: 0
    --- stdout
    Print the URL at which users sign in through a client

    Usage: cognitops login-url [OPTIONS] <CLIENT>

    Arguments:
      <CLIENT>  The client's key in the manifest; with several pools its address, as in
                customers.clients.web

    Options:
          --response-type <TYPE>      What the application gets: a code, or tokens at once (the implicit
                                      grant) [default: code] [possible values: code, token]
          --redirect-uri <URL>        Where to go after signing in, one of the client's callback URLs.
                                      Default: its default one, or its only one
          --scope <SCOPE>             A scope to ask for, one that the client allows; can be given
                                      several times. Default: all of the client's
          --state <TEXT>              What comes back to the application as it is
          --nonce <TEXT>              What comes back inside of the ID token
          --identity-provider <NAME>  Sign in there without asking where, one that the client supports
          --pkce                      Bind the code to a fresh verifier (S256), which is printed on
                                      standard error
          --sign-out                  Print the URL that signs out instead
          --logout-uri <URL>          Where to go after signing out, one of the client's logout URLs.
                                      Default: its only one
          --prefix-domain             Use the prefix domain even if the pool has a custom one
          --open                      Open the URL in a browser too
      -h, --help                      Print help (see more with '--help')

    …
    Reads the live pool and this one client.
    The pool needs a domain, and the client a grant for users and a callback URL.

    Examples:
      cognitops login-url web -f customers.yaml
      cognitops login-url customers.clients.web --env dev --open
      cognitops login-url web --env dev --pkce --scope openid --scope email --state 42
      cognitops login-url web --env dev --identity-provider Google
      cognitops login-url web --env dev --sign-out
    ");
}

#[test]
fn the_url_alone_is_on_standard_output() {
    let project = project();
    assert_snapshot!(login(&project, "web"), @"
    exit: 0
    --- stdout
    https://acme-login.auth.us-east-1.amazoncognito.com/login?response_type=code&client_id=[CLIENT]&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback
    ");
    for name in ["clients.web", "customers.clients.web", "customers.web"] {
        assert_eq!(login(&project, name).to_string(), login(&project, "web").to_string(), "{name}");
    }
    assert_snapshot!(login(&project, "web --scope openid --scope email --state a&b=c"), @"
    exit: 0
    --- stdout
    https://acme-login.auth.us-east-1.amazoncognito.com/login?response_type=code&client_id=[CLIENT]&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback&scope=openid+email&state=a%26b%3Dc
    ");
    assert_snapshot!(login(&project, "mobile --response-type token --redirect-uri myapp://b --nonce n"), @"
    exit: 0
    --- stdout
    https://acme-login.auth.us-east-1.amazoncognito.com/oauth2/authorize?response_type=token&client_id=[CLIENT]&redirect_uri=myapp%3A%2F%2Fb&nonce=n
    --- stderr
    The client supports no identity provider, so the page has nothing to sign in with; `supportedIdentityProviders: [COGNITO]` lets the pool's own users in.
    ");
    assert_snapshot!(login(&project, "mobile --redirect-uri myapp://b --quiet"), @"
    exit: 0
    --- stdout
    https://acme-login.auth.us-east-1.amazoncognito.com/login?response_type=code&client_id=[CLIENT]&redirect_uri=myapp%3A%2F%2Fb
    ");
    assert_snapshot!(login(&project, "web --identity-provider COGNITO"), @"
    exit: 0
    --- stdout
    https://acme-login.auth.us-east-1.amazoncognito.com/oauth2/authorize?response_type=code&client_id=[CLIENT]&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback&identity_provider=COGNITO
    ");
    assert_snapshot!(login(&project, "web --sign-out"), @"
    exit: 0
    --- stdout
    https://acme-login.auth.us-east-1.amazoncognito.com/logout?client_id=[CLIENT]&logout_uri=https%3A%2F%2Fapp.example.com%2F
    ");
    assert_snapshot!(login(&project, "mobile --sign-out --logout-uri myapp://b"), @"
    exit: 0
    --- stdout
    https://acme-login.auth.us-east-1.amazoncognito.com/logout?client_id=[CLIENT]&logout_uri=myapp%3A%2F%2Fb
    ");
}

#[test]
fn json_holds_what_the_application_needs() {
    let project = project();
    assert_snapshot!(login(&project, "web --format json --state s --nonce n"), @r#"
    exit: 0
    --- stdout
    {
      "formatVersion": 1,
      "client": "customers.clients.web",
      "clientId": "[CLIENT]",
      "url": "https://acme-login.auth.us-east-1.amazoncognito.com/oauth2/authorize?response_type=code&client_id=[CLIENT]&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback&state=s&nonce=n",
      "state": "s",
      "nonce": "n"
    }
    "#);
    assert_snapshot!(login(&project, "web --format json --sign-out"), @r#"
    exit: 0
    --- stdout
    {
      "formatVersion": 1,
      "client": "customers.clients.web",
      "clientId": "[CLIENT]",
      "signOutUrl": "https://acme-login.auth.us-east-1.amazoncognito.com/logout?client_id=[CLIENT]&logout_uri=https%3A%2F%2Fapp.example.com%2F"
    }
    "#);
}

#[test]
fn a_challenge_belongs_to_its_fresh_verifier() {
    let project = project();
    let ran = login(&project, "web --pkce --quiet");
    assert_eq!(ran.code, 0, "{ran}");
    let verifier = ran.stderr.trim().strip_prefix("code verifier: ").unwrap();
    assert_eq!(verifier.len(), 43);
    assert!(!ran.stdout.contains(verifier), "{ran}");
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
    let expected = data_encoding::BASE64URL_NOPAD.encode(digest.as_ref());
    assert_eq!(value(&ran.stdout, "code_challenge"), expected);
    assert_eq!(value(&ran.stdout, "code_challenge_method"), "S256");
    assert!(ran.stdout.contains("/oauth2/authorize?"), "{ran}");
    let again = login(&project, "web --pkce --format json");
    let answer: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_ne!(answer["codeVerifier"], verifier);
    assert_eq!(answer["codeChallenge"], value(answer["url"].as_str().unwrap(), "code_challenge"));
    assert_eq!(again.stderr, "");
    assert_snapshot!(login(&project, "mobile --pkce --response-type token --redirect-uri myapp://a"), @"
    exit: 1
    --- stderr
    error: PKCE protects a code, and no code is asked for
      help: leave --pkce or --response-type token out
    ");
}

#[test]
fn the_custom_domain_goes_first_unless_the_other_is_preferred() {
    let project = project();
    assert_eq!(login(&project, "web --prefix-domain").code, 0);
    tamper(&project, |pool| pool["pool"]["CustomDomain"] = json!("auth.example.com"));
    assert!(login(&project, "web").stdout.starts_with("https://auth.example.com/login?"));
    let prefix = login(&project, "web --prefix-domain");
    assert!(
        prefix.stdout.starts_with("https://acme-login.auth.us-east-1.amazoncognito.com/login?"),
        "{prefix}"
    );
    tamper(&project, |pool| pool["pool"]["Domain"] = Value::Null);
    assert_snapshot!(login(&project, "web --prefix-domain"), @"
    exit: 1
    --- stderr
    error: the pool `customers` has a custom domain only
      help: leave --prefix-domain out
    ");
    tamper(&project, |pool| pool["pool"]["CustomDomain"] = Value::Null);
    assert_snapshot!(login(&project, "web"), @"
    exit: 1
    --- stderr
    error: the pool `customers` has no domain, so it has no sign-in pages
      help: declare one, for example `domains: {acme-login: {}}`, and apply
    ");
}

#[test]
fn what_the_client_does_not_have_is_an_error_with_a_way_out() {
    let project = project();
    assert_snapshot!(login(&project, "mobile"), @"
    exit: 1
    --- stderr
    error: the client has 2 callback URLs and no default one
      help: choose with --redirect-uri: myapp://a, myapp://b
    ");
    assert_snapshot!(login(&project, "mobile --sign-out"), @"
    exit: 1
    --- stderr
    error: the client has 2 logout URLs
      help: choose with --logout-uri: myapp://a, myapp://b
    ");
    assert_snapshot!(login(&project, "web --redirect-uri https://app.example.com/calback"), @"
    exit: 1
    --- stderr
    error: `https://app.example.com/calback` is none of the client's callback URLs
      help: did you mean `https://app.example.com/callback`?
    ");
    assert_snapshot!(login(&project, "web --scope profile"), @"
    exit: 1
    --- stderr
    error: the client does not allow the scope `profile`
      help: there are: email, openid
    ");
    assert_snapshot!(login(&project, "web --identity-provider Google"), @"
    exit: 1
    --- stderr
    error: the client does not support the identity provider `Google`
      help: there are: COGNITO
    ");
    assert_snapshot!(login(&project, "web --response-type token"), @"
    exit: 1
    --- stderr
    error: the client does not allow the response type `token`
      help: add --response-type code, which it allows
    ");
    assert_snapshot!(login(&project, "web --sign-out --logout-uri https://elsewhere.example/"), @"
    exit: 1
    --- stderr
    error: `https://elsewhere.example/` is none of the client's logout URLs
      help: there are: https://app.example.com/
    ");
    assert_snapshot!(login(&project, "api"), @"
    exit: 1
    --- stderr
    error: nobody signs in through this client in a browser: it uses no OAuth grant
      help: let the client allow it: `allowedOAuthFlowsUserPoolClient: true`, `allowedOAuthFlows: [code]`, and its scopes
    ");
    assert_snapshot!(login(&project, "api --sign-out"), @"
    exit: 1
    --- stderr
    error: the client has no logout URL
      help: give the client one: `logoutURLs: [https://…]`
    ");
    tamper_client(&project, "api", |client| {
        client["AllowedOAuthFlowsUserPoolClient"] = json!(true);
        client["AllowedOAuthFlows"] = json!(["client_credentials"]);
    });
    assert_snapshot!(login(&project, "api"), @"
    exit: 1
    --- stderr
    error: this client is for machines: with `client_credentials` no user signs in
      help: choose another client; `client_credentials` cannot be combined with grants for users
    ");
    tamper_client(&project, "web", |client| client["CallbackURLs"] = json!([]));
    assert_snapshot!(login(&project, "web"), @"
    exit: 1
    --- stderr
    error: the client has no callback URL
      help: give the client one: `callbackURLs: [https://…]`
    ");
    assert_snapshot!(login(&project, "web --format json"), @r#"
    exit: 1
    --- stdout
    {
      "formatVersion": 1,
      "error": {
        "message": "the client has no callback URL",
        "help": "give the client one: `callbackURLs: [https://…]`"
      }
    }
    "#);
}

#[test]
fn a_client_or_pool_that_is_not_there_is_an_error() {
    let project = project();
    assert_snapshot!(login(&project, "wbe"), @"
    exit: 1
    --- stderr
    error: no manifest declares a client `wbe`
      help: did you mean `web`?
    ");
    project.write("pool.yaml", format!("{POOLS}  admin: {{}}\n  pinned: {{ clientId: 0gone }}\n"));
    assert_snapshot!(login(&project, "admin"), @"
    exit: 1
    --- stderr
    error: the client `customers.clients.admin` does not exist yet
      help: apply the manifest
    ");
    assert_snapshot!(login(&project, "pinned"), @"
    exit: 1
    --- stderr
    error: the pool has no client 0gone, which `customers.clients.pinned` names
      help: leave `clientId` out and apply the manifest to create the client anew
    ");
    let second = "---\napiVersion: cognitops/v1\npool: staff\nsettings: {}\nclients: { web: {} }\n";
    project.write("pool.yaml", format!("{POOLS}{second}"));
    assert_snapshot!(login(&project, "web"), @"
    exit: 1
    --- stderr
    error: 2 pools have a client `web`
      help: say which one: customers.clients.web, staff.clients.web
    ");
    // The other pool does not exist yet, and nobody asked about it.
    assert_eq!(login(&project, "customers.clients.web").code, 0);
    assert_snapshot!(login(&project, "staff.web"), @"
    exit: 1
    --- stderr
    error[bad-reference]: the pool `staff` does not exist yet
      --> pool.yaml:22:7
       |
    22 | pool: staff
       |       ^^^^^
       |
       = help: check Region and account, or apply the manifest

    1 error.
    ");
}

#[test]
fn two_live_clients_of_one_name_are_told_apart_in_the_manifest() {
    let project = project();
    tamper_client(&project, "api", |client| client["ClientName"] = json!("web"));
    assert_snapshot!(login(&project, "web"), @"
    exit: 1
    --- stderr
    error: 2 live clients have the name of `customers.clients.web`: [CLIENT], [CLIENT]
      help: say in the manifest which one is meant: `clientId: …`
    ");
}

#[test]
fn signing_in_and_out_exclude_each_other() {
    let project = project();
    for line in ["web --sign-out --pkce", "web --sign-out --scope openid", "web --logout-uri https://a/", ""]
    {
        assert_eq!(login(&project, line).code, 64, "{line}");
    }
}

#[test]
fn only_what_is_needed_is_read() {
    let project = project();
    let ran = login(&project, "web");
    assert_eq!(ran.code, 0, "{ran}");
    // Another client's document that is broken is no matter.
    tamper_client(&project, "mobile", |client| client["CallbackURLs"] = json!("?"));
    assert_eq!(login(&project, "web").to_string(), ran.to_string());
}

#[cfg(target_os = "linux")]
#[test]
fn a_browser_is_opened_on_request() {
    use std::os::unix::fs::PermissionsExt;
    let project = project();
    let line = "login-url web -f pool.yaml --sandbox --open";
    let launcher = project.at("bin/xdg-open");
    project.write("bin/xdg-open", "#!/bin/sh\nprintf %s \"$1\" > opened\n");
    std::fs::set_permissions(&launcher, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = project.at("bin").display().to_string();
    let ran = project.run_with(line, "", &[("PATH", &path)]);
    assert_eq!(ran.code, 0, "{ran}");
    let opened = project.read("opened");
    assert!(opened.starts_with("https://acme-login.auth.us-east-1.amazoncognito.com/login?"), "{opened}");
    assert_eq!(query(&opened).len(), 3, "{opened}");
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_browser_the_url_is_still_printed() {
    let project = project();
    let line = "login-url web -f pool.yaml --sandbox --open";
    let nowhere = [("PATH", "/nonexistent")];
    let ran = project.run_with(line, "", &nowhere);
    assert_eq!(ran.code, 1, "{ran}");
    assert_eq!(ran.stdout, login(&project, "web").stdout);
    assert!(ran.stderr.contains("no browser could be opened") && ran.stderr.contains("help: open"), "{ran}");
    let ran = project.run_with(&format!("{line} --format json"), "", &nowhere);
    assert_eq!(ran.code, 1, "{ran}");
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(answer["url"].is_string() && answer["error"]["message"].is_string(), "{ran}");
}

#[cfg(feature = "aws")]
#[test]
fn on_aws_one_client_is_read_and_nothing_is_written() {
    use crate::server::{Server, json_type};
    let server = Server::answering(|operation, input| {
        let answer = match operation {
            "ListUserPools" => json!({"UserPools": [{"Id": "us-east-1_AbCdEf123", "Name": "customers"}]}),
            "DescribeUserPool" => json!({"UserPool": {"Id": "us-east-1_AbCdEf123", "Domain": "acme-login"}}),
            "ListUserPoolClients" if input["ClientType"] == "DCR" => json!({"UserPoolClients": []}),
            "ListUserPoolClients" => json!({"UserPoolClients": [
                {"ClientId": "1", "ClientName": "web"},
                {"ClientId": "2", "ClientName": "mobile"},
            ]}),
            "DescribeUserPoolClient" => json!({"UserPoolClient": {
                "ClientId": "1", "ClientSecret": "canary0secret", "AllowedOAuthFlowsUserPoolClient": true,
                "AllowedOAuthFlows": ["code"], "CallbackURLs": ["myapp://a"],
                "SupportedIdentityProviders": ["COGNITO"],
            }}),
            other => panic!("{other} is not needed"),
        };
        (200, vec![json_type()], answer.to_string().into_bytes())
    });
    let line = format!("login-url web -f pool.yaml -v --region us-east-1 --endpoint-url {}", server.url());
    let credentials = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "canary0aws0key")];
    let ran = Project::with(POOLS).run_with(&line, "", &credentials);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(!ran.to_string().contains("canary"), "{ran}");
    assert!(ran.stdout.contains("client_id=1&redirect_uri=myapp%3A%2F%2Fa"), "{ran}");
    let calls = server.calls.lock().unwrap();
    let read: Vec<&Value> =
        calls.iter().filter(|call| call.0 == "DescribeUserPoolClient").map(|call| &call.1).collect();
    assert_eq!(read, [&json!({"UserPoolId": "us-east-1_AbCdEf123", "ClientId": "1"})]);
    assert_eq!(calls.len(), 5);
}
