//! `token inspect`: genuine tokens, tampered ones, and that no token is ever shown.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding};
use data_encoding::BASE64URL_NOPAD;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::runner::{Project, Ran};

const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123";
const CLIENT: &str = "web-client";
const FULL: &str = "--jwks keys.json --issuer https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123 --client-id web-client";

/// 2023-11-14 and 2100-01-01: a token of now, for as long as anybody runs this.
const THEN: i64 = 1_700_000_000;
const LATER: i64 = 4_102_444_800;

static KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());
static OTHER_KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    BASE64URL_NOPAD.encode(bytes.as_ref())
}

fn sign_with(key: &KeyPair, algorithm: &'static dyn RsaEncoding, header: &Value, claims: &Value) -> String {
    let signed = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(algorithm, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", encoded(signature))
}

fn sign(header: &Value, claims: &Value) -> String {
    sign_with(&KEY, &RSA_PKCS1_SHA256, header, claims)
}

fn header() -> Value {
    json!({"alg": "RS256", "kid": "key-1"})
}

fn access() -> Value {
    json!({
        "sub": "5f0c", "username": "ada", "token_use": "access", "iss": ISSUER, "client_id": CLIENT,
        "scope": "openid email", "cognito:groups": ["admins", "staff"], "version": 2, "jti": "a-1",
        "auth_time": THEN, "iat": THEN, "exp": LATER,
    })
}

fn id() -> Value {
    json!({
        "sub": "5f0c", "cognito:username": "ada", "email": "ada@example.com", "email_verified": true,
        "token_use": "id", "iss": ISSUER, "aud": CLIENT, "auth_time": THEN, "iat": THEN, "exp": LATER,
    })
}

/// Claims with one of them changed, or taken out.
fn with(mut claims: Value, name: &str, value: Value) -> Value {
    match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
        value => claims[name] = value,
    }
    claims
}

fn jwk(key: &KeyPair, kid: &str) -> Value {
    let public = key.public_key();
    json!({
        "kid": kid, "kty": "RSA", "alg": "RS256", "use": "sig",
        "n": encoded(public.modulus().big_endian_without_leading_zero()),
        "e": encoded(public.exponent().big_endian_without_leading_zero()),
    })
}

fn key_set() -> Value {
    json!({"keys": [{"kty": "later", "kid": "key-0"}, jwk(&KEY, "key-1"), jwk(&OTHER_KEY, "key-2")]})
}

fn project() -> Project {
    Project::new().file("keys.json", key_set().to_string())
}

/// Runs `token inspect`, and proves that nothing of the token is shown.
fn inspect(project: &Project, line: &str, token: &str) -> Ran {
    let ran = project.run_with(&format!("token inspect {line}"), token, &[("RUST_BACKTRACE", "1")]);
    assert_silent(&ran, token);
    ran
}

fn assert_silent(ran: &Ran, token: &str) {
    for part in token.trim().split(['.', ' ']).filter(|part| part.len() > 16) {
        assert!(!ran.to_string().contains(&part[..16]), "{ran}");
    }
    assert!(!ran.stderr.contains("panicked"), "{ran}");
}

#[test]
fn help_has_examples() {
    let project = project();
    assert_snapshot!(project.run("token inspect -h").own_help(), @r#"
    exit: 0
    --- stdout
    Show what an ID or access token says, and check that it is genuine and meant for the pool's clients

    Usage: cognitops token inspect [OPTIONS]

    Options:
          --jwks <FILE>       The file with the keys (JWKS) that may have signed the token
          --jwks-url <URL>    The URL of the keys: https, or http on this machine
          --issuer <URL>      The issuer that the token must name
          --client-id <ID>    A client that the token may be for; can be given several times
          --token-use <USE>   What the token must be for [possible values: id, access]
          --leeway <SECONDS>  How many seconds this machine's clock and the issuer's may differ
                              [default: 30]
      -h, --help              Print help (see more with '--help')

    …
    The token comes from standard input: it is a credential, and arguments are seen by others.
    With -f or --env, keys, issuer and client ids are those of that one pool; the options win.
    What is not given is reported as not checked.

    Exit codes: 0 nothing failed, 1 a check failed, or the input is no token.

    Examples:
      cognitops token inspect -f customers.yaml < token.txt
      cognitops token inspect --env dev --token-use access --format json < token.txt
      cognitops token inspect --jwks keys.json --client-id [CLIENT] \
        --issuer https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123 < token.txt
    "#);
    assert_eq!(project.run("token").code, 64);
}

#[test]
fn a_genuine_token_passes_every_check() {
    let project = project();
    let line = format!("{FULL} --token-use access");
    assert_snapshot!(inspect(&project, &line, &sign(&header(), &access())), @r#"
    exit: 0
    --- stdout
    header
      alg  RS256
      kid  key-1
    claims
      sub             5f0c
      username        ada
      token_use       access
      iss             https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123
      client_id       web-client
      scope           openid email
      cognito:groups  ["admins","staff"]
      auth_time       2023-11-14T22:13:20Z (1700000000)
      iat             2023-11-14T22:13:20Z (1700000000)
      exp             2100-01-01T00:00:00Z (4102444800)
      jti             a-1
      version         2
    checks
      ok           algorithm  RS256
      ok           signature  by the key key-1
      ok           issuer     https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123
      ok           client     web-client
      ok           token use  access
      ok           expiry     at 2100-01-01T00:00:00Z
      ok           start      issued at 2023-11-14T22:13:20Z

    The token is what it should be.
    "#);
    let bearer = format!("Bearer {}\r\n", sign(&header(), &id()));
    assert_snapshot!(inspect(&project, &format!("{FULL} --token-use id --format json"), &bearer), @r#"
    exit: 0
    --- stdout
    {
      "formatVersion": 1,
      "verified": true,
      "header": {
        "alg": "RS256",
        "kid": "key-1"
      },
      "claims": {
        "aud": "web-client",
        "auth_time": 1700000000,
        "cognito:username": "ada",
        "email": "ada@example.com",
        "email_verified": true,
        "exp": 4102444800,
        "iat": 1700000000,
        "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
        "sub": "5f0c",
        "token_use": "id"
      },
      "checks": [
        {
          "check": "algorithm",
          "outcome": "ok",
          "detail": "RS256"
        },
        {
          "check": "signature",
          "outcome": "ok",
          "detail": "by the key key-1"
        },
        {
          "check": "issuer",
          "outcome": "ok",
          "detail": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123"
        },
        {
          "check": "client",
          "outcome": "ok",
          "detail": "web-client"
        },
        {
          "check": "tokenUse",
          "outcome": "ok",
          "detail": "id"
        },
        {
          "check": "expiry",
          "outcome": "ok",
          "detail": "at 2100-01-01T00:00:00Z"
        },
        {
          "check": "start",
          "outcome": "ok",
          "detail": "issued at 2023-11-14T22:13:20Z"
        }
      ]
    }
    "#);
}

#[test]
fn what_was_not_given_is_not_checked_and_does_not_pass() {
    let project = project();
    assert_snapshot!(inspect(&project, "", &sign(&header(), &access())), @r#"
    exit: 0
    --- stdout
    header
      alg  RS256
      kid  key-1
    claims
      sub             5f0c
      username        ada
      token_use       access
      iss             https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123
      client_id       web-client
      scope           openid email
      cognito:groups  ["admins","staff"]
      auth_time       2023-11-14T22:13:20Z (1700000000)
      iat             2023-11-14T22:13:20Z (1700000000)
      exp             2100-01-01T00:00:00Z (4102444800)
      jti             a-1
      version         2
    checks
      ok           algorithm  RS256
      not checked  signature  no keys: give --jwks or --jwks-url, or the manifest of a pool on AWS with -f
      not checked  issuer     give --issuer, or the pool's manifest with -f
      not checked  client     give --client-id, or the pool's manifest with -f
      not checked  token use  it is access; --token-use says which it must be
      ok           expiry     at 2100-01-01T00:00:00Z
      ok           start      issued at 2023-11-14T22:13:20Z

    Nothing failed, but this was not checked: signature, issuer, client, token use.
    "#);
    let ran = inspect(&project, "--format json", &sign(&header(), &access()));
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, &answer["verified"]), (0, &json!(false)));
}

#[test]
fn each_tampered_token_fails_its_check() {
    let project = project();
    let token = sign(&header(), &access());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let unsigned = |alg: &str| {
        let header = json!({"alg": alg, "kid": "key-1"});
        format!("{}.{}", encoded(header.to_string()), encoded(access().to_string()))
    };
    let hmac = |secret: &[u8]| {
        let signed = unsigned("HS256");
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
        let tag = aws_lc_rs::hmac::sign(&key, signed.as_bytes());
        format!("{signed}.{}", encoded(tag.as_ref()))
    };
    let claims = |name: &str, value: Value| sign(&header(), &with(access(), name, value));
    let modulus = jwk(&KEY, "")["n"].as_str().unwrap().to_owned();
    let last = signature.chars().last().unwrap();
    let grown = with(access(), "cognito:groups", json!(["root"]));
    let cases: Vec<(&str, String)> = vec![
        ("expiry: it expired at 2023-11-14T22:13:21Z", claims("exp", json!(THEN + 1))),
        ("expiry: the token has no time of expiry (`exp`)", claims("exp", Value::Null)),
        ("expiry: the token has no time of expiry (`exp`)", claims("exp", json!("2100"))),
        ("start: it is not valid before 2099-12-31T23:59:59Z", claims("nbf", json!(LATER - 1))),
        ("start: it was issued in the future, at 2099-12-31T23:59:59Z", claims("iat", json!(LATER - 1))),
        ("start: `iat` is no time", claims("iat", json!([]))),
        ("issuer: the token names no issuer (`iss`)", claims("iss", Value::Null)),
        ("issuer: it is https://evil.example, not", claims("iss", json!("https://evil.example"))),
        ("client: it is for other, which is none of those expected", claims("client_id", json!("other"))),
        // The client of an access token is not in `aud`, and that of an ID token not in `client_id`.
        (
            "client: the token names no client (`client_id`)",
            sign(&header(), &with(with(access(), "client_id", Value::Null), "aud", json!(CLIENT))),
        ),
        (
            "client: it is for other, which is none of those expected",
            sign(&header(), &with(with(id(), "aud", json!("other")), "client_id", json!(CLIENT))),
        ),
        ("tokenUse: it is id, not access", sign(&header(), &id())),
        ("tokenUse: `token_use` is neither id nor access", claims("token_use", json!("refresh"))),
        (
            "signature: the key key-1 did not sign this token",
            sign_with(&OTHER_KEY, &RSA_PKCS1_SHA256, &header(), &access()),
        ),
        (
            "signature: the key key-2 did not sign this token",
            sign(&with(header(), "kid", json!("key-2")), &access()),
        ),
        (
            "signature: no key of the set has the token's `kid`, key-9",
            sign(&with(header(), "kid", json!("key-9")), &access()),
        ),
        (
            "signature: the key key-0 is no RSA key for signatures with RS256",
            sign(&with(header(), "kid", json!("key-0")), &access()),
        ),
        (
            "signature: the token does not say which key signed it (`kid`)",
            sign(&with(header(), "kid", Value::Null), &access()),
        ),
        (
            "signature: the key key-1 did not sign this token",
            format!("{}.{}.{signature}", encoded(header().to_string()), encoded(grown.to_string())),
        ),
        ("signature: the key key-1 did not sign this token", format!("{signed}.")),
        ("signature: the key key-1 did not sign this token", format!("{signed}.{}", &signature[..100])),
        ("signature: the key key-1 did not sign this token", format!("{signed}.{signature}{last}")),
        ("signature: the key key-1 did not sign this token", format!("{signed}.?")),
        (
            "signature: the key key-1 did not sign this token",
            sign_with(&KEY, &RSA_PKCS1_SHA512, &header(), &access()),
        ),
        ("algorithm: none is refused: Cognito signs with RS256", format!("{}.", unsigned("none"))),
        ("algorithm: None is refused: Cognito signs with RS256", format!("{}.{signature}", unsigned("None"))),
        ("algorithm: HS256 is refused: Cognito signs with RS256", hmac(modulus.as_bytes())),
        (
            "algorithm: HS256 is refused: Cognito signs with RS256",
            hmac(&BASE64URL_NOPAD.decode(modulus.as_bytes()).unwrap()),
        ),
        ("algorithm: HS256 is refused: Cognito signs with RS256", hmac(KEY.public_key().as_ref())),
        (
            "algorithm: RS512 is refused: Cognito signs with RS256",
            sign_with(&KEY, &RSA_PKCS1_SHA512, &with(header(), "alg", json!("RS512")), &access()),
        ),
        (
            "algorithm: the header names no algorithm (`alg`)",
            sign(&with(header(), "alg", Value::Null), &access()),
        ),
        (
            "algorithm: the header names no algorithm (`alg`)",
            sign(&with(header(), "alg", json!(["RS256"])), &access()),
        ),
        (
            "algorithm: the header demands extensions that nobody here knows (`crit`)",
            sign(&with(header(), "crit", json!(["b64"])), &access()),
        ),
    ];
    for (expected, token) in cases {
        let ran = inspect(&project, &format!("{FULL} --token-use access --format json"), &token);
        assert_eq!(ran.code, 1, "{expected}: {ran}");
        let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(answer["verified"], false);
        let failed: Vec<String> = answer["checks"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|check| check["outcome"] == "failed")
            .map(|check| format!("{}: {}", check["check"], check["detail"]).replace('"', ""))
            .collect();
        assert!(failed.iter().any(|failure| failure.starts_with(expected)), "{expected}: {failed:?}");
    }
}

#[test]
fn a_key_for_another_purpose_does_not_verify() {
    let project = project();
    let token = sign(&header(), &access());
    for (member, value) in [("use", json!("enc")), ("alg", json!("RS512")), ("kty", json!("oct"))] {
        let mut key = jwk(&KEY, "key-1");
        key[member] = value;
        project.write("keys.json", json!({"keys": [key]}).to_string());
        let ran = inspect(&project, FULL, &token);
        assert_eq!(ran.code, 1, "{member}: {ran}");
        assert!(ran.stdout.contains("the key key-1 is no RSA key for signatures with RS256"), "{ran}");
    }
}

#[test]
fn clocks_may_differ_a_little() {
    let project = project();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let token = sign(&header(), &with(access(), "exp", json!(now - 10)));
    assert_eq!(inspect(&project, FULL, &token).code, 0);
    assert_eq!(inspect(&project, &format!("{FULL} --leeway 0"), &token).code, 1);
    let token = sign(&header(), &with(access(), "iat", json!(now + 20)));
    assert_eq!(inspect(&project, FULL, &token).code, 0);
    assert_eq!(inspect(&project, &format!("{FULL} --leeway 0"), &token).code, 1);
}

#[test]
fn what_is_no_token_is_an_error() {
    let project = project();
    let token = sign(&header(), &access());
    let truncated = token.rsplit_once('.').unwrap().0;
    assert_snapshot!(inspect(&project, FULL, ""), @"
    exit: 1
    --- stderr
    error: there is no token on standard input
      help: pipe it in, for example: cognitops token inspect < token.txt
    ");
    assert_snapshot!(inspect(&project, FULL, "hunter2-hunter2-hunter2"), @"
    exit: 1
    --- stderr
    error: the input is no JSON Web Token: it has one part where a token has three, with dots between them
      help: give one ID or access token and nothing else; it begins with eyJ
    ");
    assert_snapshot!(inspect(&project, FULL, truncated), @"
    exit: 1
    --- stderr
    error: the input is no JSON Web Token: it has 2 parts where a token has three, with dots between them
      help: give one ID or access token and nothing else; it begins with eyJ
    ");
    assert_snapshot!(inspect(&project, &format!("{FULL} --format json"), &token[10..]), @r#"
    exit: 1
    --- stdout
    {
      "formatVersion": 1,
      "error": {
        "message": "the input is no JSON Web Token: its header is no JSON object in base64url",
        "help": "give one ID or access token and nothing else; it begins with eyJ"
      }
    }
    "#);
    let encrypted =
        format!("{}.{}.b.c.d", encoded(r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#), encoded([7; 99]));
    assert_snapshot!(inspect(&project, FULL, &encrypted), @"
    exit: 1
    --- stderr
    error: the token is encrypted: only Cognito can read it
      help: refresh tokens are; give the ID token or the access token
    ");
    assert_snapshot!(inspect(&project, FULL, &"eyJ0".repeat(10 << 18)), @"
    exit: 1
    --- stderr
    error: the input is larger than 64 KiB, which no token is
      help: give one ID or access token and nothing else; it begins with eyJ
    ");
    assert_eq!(inspect(&project, FULL, &format!("{token} {token}")).code, 1);
}

#[test]
fn keys_that_are_none_are_an_error() {
    let project = project();
    let token = sign(&header(), &access());
    let run = |text: &str| {
        project.write("keys.json", text);
        inspect(&project, FULL, &token).to_string()
    };
    assert_snapshot!(run("<!doctype html><title>Sign in</title>"), @"
    exit: 1
    --- stderr
    error: the keys keys.json: it is no JSON
      help: `cognitops outputs` prints the URL of a pool's keys (jwks uri)
    ");
    assert_snapshot!(run(&key_set().to_string()[..100]), @"
    exit: 1
    --- stderr
    error: the keys keys.json: it is no JSON
      help: `cognitops outputs` prints the URL of a pool's keys (jwks uri)
    ");
    assert_snapshot!(run("{\"keys\": 7}"), @"
    exit: 1
    --- stderr
    error: the keys keys.json: it is no key set: it has no list `keys`
      help: `cognitops outputs` prints the URL of a pool's keys (jwks uri)
    ");
    assert_snapshot!(run(&" ".repeat((1 << 20) + 1)), @"
    exit: 1
    --- stderr
    error: the keys keys.json: it is larger than 1 MiB
      help: `cognitops outputs` prints the URL of a pool's keys (jwks uri)
    ");
    let ran = inspect(&project, "--jwks nowhere.json", &token);
    assert_snapshot!(ran, @"
    exit: 1
    --- stderr
    error: the keys nowhere.json: no such file or directory
      help: `cognitops outputs` prints the URL of a pool's keys (jwks uri)
    ");
    assert_eq!(inspect(&project, "--jwks .", &token).code, 1);
}

#[test]
fn a_token_is_never_an_argument() {
    let project = project();
    let token = sign(&header(), &access());
    for line in [
        format!("token inspect {token}"),
        format!("token {token}"),
        token.clone(),
        format!("token inspect --token={token}"),
        format!("token inspect --jwks {token}"),
        format!("token inspect --leeway={token}"),
        format!("token inspect --format {token}"),
        format!("token inspect Bearer {token}"),
    ] {
        let ran = project.run(&line);
        assert_silent(&ran, &token);
        assert_eq!(ran.code, 64, "{ran}");
        assert!(ran.stderr.contains("a token is a credential and may not be an argument"), "{ran}");
    }
    let ran = project.run(&format!("token inspect {token} --format json"));
    assert_silent(&ran, &token);
    assert_snapshot!(ran, @r#"
    exit: 64
    --- stdout
    {
      "formatVersion": 1,
      "error": {
        "message": "a token is a credential and may not be an argument, which others on this machine can see",
        "help": "pipe it in: cognitops token inspect < token.txt"
      }
    }
    "#);
}

#[test]
fn no_claim_acts_on_the_terminal() {
    let claims = with(access(), "x\u{1b}[2J", json!("\u{9b}31m\nok  signature\u{202e}"));
    let claims = with(claims, "iss", json!("\u{1b}]0;title\u{7}"));
    let ran = inspect(&project(), &format!("{FULL} --color always"), &sign(&header(), &claims));
    let plain = ran.stdout.replace("\u{1b}[", "");
    assert!(!plain.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "{plain}");
    assert!(ran.stdout.contains(r"\u{9b}31m\u{a}ok  signature\u{202e}"), "{ran}");
}

const ON_SANDBOX: &str = "-f pool.yaml --sandbox=state.json";

const POOL: &str = "\
apiVersion: cognitops/v1
pool: customers
settings: {}
clients: { web: {}, api: {} }
";

#[test]
fn a_pools_manifest_says_issuer_and_clients() {
    let project = project().file("pool.yaml", POOL);
    let apply = "apply -f pool.yaml --sandbox=state.json --yes --allow-create-pool";
    assert_eq!(project.run(apply).code, 0);
    let state: Value = serde_json::from_str(&project.read("state.json")).unwrap();
    let (pool, content) = state["pools"].as_object().unwrap().iter().next().unwrap();
    let client = content["clients"].as_object().unwrap().keys().next().unwrap();
    let claims = with(access(), "iss", json!(format!("https://cognito-idp.us-east-1.amazonaws.com/{pool}")));
    let token = sign(&header(), &with(claims.clone(), "client_id", json!(client)));
    let before = project.files();
    assert_snapshot!(inspect(&project, ON_SANDBOX, &token), @r#"
    exit: 0
    --- stdout
    header
      alg  RS256
      kid  key-1
    claims
      sub             5f0c
      username        ada
      token_use       access
      iss             https://cognito-idp.us-east-1.amazonaws.com/[POOL]
      client_id       [CLIENT]
      scope           openid email
      cognito:groups  ["admins","staff"]
      auth_time       2023-11-14T22:13:20Z (1700000000)
      iat             2023-11-14T22:13:20Z (1700000000)
      exp             2100-01-01T00:00:00Z (4102444800)
      jti             a-1
      version         2
    checks
      ok           algorithm  RS256
      not checked  signature  no keys: give --jwks or --jwks-url, or the manifest of a pool on AWS with -f
      ok           issuer     https://cognito-idp.us-east-1.amazonaws.com/[POOL]
      ok           client     [CLIENT]
      not checked  token use  it is access; --token-use says which it must be
      ok           expiry     at 2100-01-01T00:00:00Z
      ok           start      issued at 2023-11-14T22:13:20Z

    Nothing failed, but this was not checked: signature, token use.
    "#);
    assert_eq!(project.files(), before, "it only reads");
    let ran = inspect(&project, &format!("{ON_SANDBOX} --jwks keys.json --token-use access"), &token);
    assert!(ran.stdout.ends_with("The token is what it should be.\n"), "{ran}");
    // Another pool's token, and another client's.
    assert_eq!(inspect(&project, ON_SANDBOX, &sign(&header(), &access())).code, 1);
    assert_eq!(inspect(&project, ON_SANDBOX, &sign(&header(), &claims)).code, 1);
    assert_eq!(
        inspect(&project, &format!("{ON_SANDBOX} --client-id {CLIENT}"), &sign(&header(), &claims)).code,
        0
    );
    project.write("pool.yaml", format!("{POOL}---\n{}", POOL.replace("customers", "staff")));
    assert_snapshot!(inspect(&project, ON_SANDBOX, &token), @"
    exit: 1
    --- stderr
    error: the manifests describe 2 pools, and a token is one pool's
      help: name one pool's manifest with -f
    ");
    assert_snapshot!(inspect(&project, "-f - --sandbox=state.json", &token), @"
    exit: 64
    --- stderr
    error: the token and the manifest cannot both come from standard input
      help: name the manifest's file with -f
    ");
}

#[cfg(not(feature = "aws"))]
#[test]
fn a_build_without_the_sdk_fetches_no_keys() {
    let ran = inspect(&project(), "--jwks-url https://example.com/keys", &sign(&header(), &access()));
    assert_snapshot!(ran, @"
    exit: 1
    --- stderr
    error: this build fetches no keys
      help: give the keys with --jwks FILE, or build with the feature `aws`
    ");
}

#[cfg(feature = "aws")]
mod fetched {
    use super::*;
    use crate::server::{Answer, Server, json_type};

    fn fetch(answer: impl Fn() -> Answer + Send + 'static) -> Ran {
        let server = Server::answering(move |_, _| answer());
        let line = format!("--jwks-url {}/keys.json", server.url());
        let ran = inspect(&project(), &line, &sign(&header(), &access()));
        let text = |text: &str| text.replace(&server.url(), "[SERVER]");
        Ran { code: ran.code, stdout: text(&ran.stdout), stderr: text(&ran.stderr) }
    }

    #[test]
    fn keys_come_from_a_url() {
        let ran = fetch(|| (200, vec![json_type()], key_set().to_string().into_bytes()));
        assert_eq!(ran.code, 0, "{ran}");
        assert!(ran.stdout.contains("ok           signature  by the key key-1"), "{ran}");
    }

    #[test]
    fn an_answer_that_is_no_key_set_is_an_error() {
        assert_snapshot!(fetch(|| (200, vec![], b"<html>hello".to_vec())), @"
        exit: 1
        --- stderr
        error: the keys [SERVER]/keys.json: it is no JSON
          help: `cognitops outputs` prints the URL of a pool's keys (jwks uri)
        ");
        assert_snapshot!(fetch(|| (200, vec![], vec![b' '; (1 << 20) + 1])), @"
        exit: 1
        --- stderr
        error: the keys [SERVER]/keys.json: the answer is larger than 1 MiB
          help: check URL, network and proxy, or give the keys with --jwks FILE
        ");
        assert_snapshot!(fetch(|| (404, vec![], Vec::new())), @"
        exit: 1
        --- stderr
        error: the keys [SERVER]/keys.json: the server answered with status 404
          help: check URL, network and proxy, or give the keys with --jwks FILE
        ");
        let elsewhere = ("location".to_owned(), "https://example.com/".to_owned());
        assert_snapshot!(fetch(move || (302, vec![elsewhere.clone()], Vec::new())), @"
        exit: 1
        --- stderr
        error: the keys [SERVER]/keys.json: the server answered with status 302
          help: check URL, network and proxy, or give the keys with --jwks FILE
        ");
        let token = sign(&header(), &access());
        for url in ["http://example.com/keys", "https://name:hunter2@example.com/keys", "keys.json"] {
            let ran = inspect(&project(), &format!("--jwks-url {url}"), &token);
            assert_eq!(ran.code, 1, "{ran}");
            assert!(
                ran.stderr.contains("it must be an https URL") && !ran.stderr.contains("hunter2"),
                "{ran}"
            );
        }
        let ran = inspect(&project(), "--jwks-url http://127.0.0.1:1/keys", &token);
        assert_snapshot!(ran, @"
        exit: 1
        --- stderr
        error: the keys http://127.0.0.1:1/keys: no answer: client error (Connect): tcp connect error: Connection refused
          help: check URL, network and proxy, or give the keys with --jwks FILE
        ");
    }

    #[test]
    fn a_ca_bundle_holds_for_keys_too() {
        let (pem, config) = crate::wire::authority();
        let server = Server::with_tls(config, key_set());
        let project = project().file("own.pem", pem).file("ca.pem", "nothing");
        let (url, token) = (format!("--jwks-url {}/keys", server.url()), sign(&header(), &access()));
        let ran = inspect(&project, &format!("{url} --ca-bundle own.pem"), &token);
        assert!(ran.stdout.contains("ok           signature  by the key key-1"), "{ran}");
        let ran = inspect(&project, &url, &token);
        assert_eq!(ran.code, 1, "{ran}");
        assert!(ran.stderr.contains("no answer"), "{ran}");
        let line = "--jwks-url https://127.0.0.1:1/keys --ca-bundle ca.pem";
        assert_snapshot!(inspect(&project, line, &sign(&header(), &access())), @"
        exit: 1
        --- stderr
        error: the keys https://127.0.0.1:1/keys: the CA bundle ca.pem holds no certificate
          help: check URL, network and proxy, or give the keys with --jwks FILE
        ");
    }

    #[test]
    fn a_servers_own_keys_verify_its_pools_tokens() {
        let project = project().file("pool.yaml", POOL);
        let server = Server::sandbox_with_keys(key_set());
        let credentials = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "canary0aws0key")];
        let on = format!("-f pool.yaml --region us-east-1 --endpoint-url {}", server.url());
        let ran = project.run_with(&format!("apply {on} --yes --allow-create-pool"), "", &credentials);
        assert_eq!(ran.code, 0, "{ran}");
        let ran = project.run_with(&format!("token inspect {on}"), &sign(&header(), &access()), &credentials);
        assert_eq!(ran.code, 1, "{ran}");
        assert!(ran.stdout.contains("ok           signature  by the key key-1"), "{ran}");
        assert!(ran.stdout.contains("FAILED       issuer"), "{ran}");
    }
}
