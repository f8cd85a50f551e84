//! What `applicationType` fills in: members of a client that its declaration omits.
//!
//! The values are ours, frozen with `apiVersion`. Only whether there is a secret and which grant there is follow AWS's
//! console.

use serde_json::{Value, json};

/// One member that an application type fills in.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    /// The application type.
    pub application_type: &'static str,
    /// The member of the client.
    pub member: &'static str,
    /// Its value.
    pub value: Value,
    /// Why.
    pub reason: &'static str,
}

/// The types of applications that people sign in to.
const FOR_PEOPLE: [&str; 3] = ["spa", "traditional-web", "mobile"];

/// What one application type fills in.
pub fn presets(application_type: &str) -> Vec<Preset> {
    table().into_iter().filter(|preset| preset.application_type == application_type).collect()
}

/// What a client's application type fills in of what its declaration leaves out; null is the default said aloud.
pub fn filled_in(client: &Value) -> impl Iterator<Item = Preset> {
    // A secret of one's own takes the place of a generated one.
    let has_its_own = !client["clientSecret"].is_null();
    presets(client["applicationType"].as_str().unwrap_or_default()).into_iter().filter(move |preset| {
        client.get(preset.member).is_none() && !(has_its_own && preset.member == "generateSecret")
    })
}

/// Every preset.
pub fn table() -> Vec<Preset> {
    let mut all = Vec::new();
    for application_type in FOR_PEOPLE {
        let mut add = |member, value, reason| {
            all.push(Preset { application_type, member, value, reason });
        };
        add("allowedOAuthFlows", json!(["code"]), "tokens never stand in a URL, and PKCE protects the code");
        add("allowedOAuthFlowsUserPoolClient", json!(true), "the grant needs it");
        add("allowedOAuthScopes", json!(["email", "openid"]), "who the user is, and nothing more");
        add(
            "explicitAuthFlows",
            json!(["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]),
            "the password never leaves the device, and a session can be renewed",
        );
        let (secret, reason) = match application_type {
            "traditional-web" => (true, "a server can keep a secret, and then only it can redeem a code"),
            "mobile" => (false, "whoever has the app has what is in it"),
            _ => (false, "whoever opens the page has what is in it"),
        };
        add("generateSecret", json!(secret), reason);
        add("preventUserExistenceErrors", json!("ENABLED"), "a stranger does not learn who has an account");
        if application_type == "spa" {
            add(
                "refreshTokenValidity",
                json!("5d"),
                "what a browser stores, other scripts of the page can read",
            );
        }
        add("supportedIdentityProviders", json!(["COGNITO"]), "the pool's own users may sign in");
    }
    let application_type = "machine-to-machine";
    let mut add = |member, value, reason| {
        all.push(Preset { application_type, member, value, reason });
    };
    add("allowedOAuthFlows", json!(["client_credentials"]), "there is no user to ask");
    add("allowedOAuthFlowsUserPoolClient", json!(true), "the grant needs it");
    add("explicitAuthFlows", json!(["ALLOW_REFRESH_TOKEN_AUTH"]), "no user signs in through it");
    add("generateSecret", json!(true), "the grant needs it");
    add("preventUserExistenceErrors", json!("ENABLED"), "a stranger does not learn who has an account");
    all
}
