use serde_json::{Value, json};

use super::{messages, stored};
use crate::world::{World, changes, operations, unmanaged};

const NONE: [&str; 0] = [];

const GOOGLE: &str = "\
identityProviders:
  Google:
    providerType: Google
    providerDetails: { client_id: '1', client_secret: { env: GOOGLE }, authorize_scopes: openid email }
    attributeMapping: { email: email }
";

const OIDC: &str = "\
identityProviders:
  Corp:
    providerType: OIDC
    providerDetails:
      client_id: '1'
      client_secret: { env: CORP }
      oidc_issuer: https://login.example.com
      authorize_scopes: openid
      attributes_request_method: GET
";

const SAML: &str = "\
identityProviders:
  Corp:
    providerType: SAML
    providerDetails: { MetadataURL: 'https://idp.example.com/metadata', EncryptedResponses: true }
";

fn applied(body: &str) -> World {
    World::applied(&format!("settings: {{}}\n{body}"))
}

fn provider(world: &World, name: &str) -> Value {
    stored(world, "identityProviders")[name].clone()
}

#[test]
fn what_cognito_adds_is_no_difference_and_goes_back() {
    let world = applied(GOOGLE);
    let live = provider(&world, "Google");
    assert_eq!(live["ProviderDetails"].as_object().unwrap().len(), 9);
    assert_eq!(live["AttributeMapping"]["username"], "sub");
    let changed = GOOGLE.replace("openid email", "email profile openid");
    assert_eq!(
        world.changes(&changed),
        [
            "~ identityProviders.Google.providerDetails.authorize_scopes \"openid email\" → \"email profile openid\""
        ]
    );
    world.must_apply(&changed);
    let sent = world.sent("UpdateIdentityProvider");
    assert_eq!(sent["ProviderDetails"]["client_secret"], "GOOGLE_value_of_24_characters", "the live one");
    assert_eq!(sent["ProviderDetails"]["authorize_url"], live["ProviderDetails"]["authorize_url"]);
    assert_eq!(sent["AttributeMapping"], json!({"email": "email", "username": "sub"}));
    assert_eq!(sent["IdpIdentifiers"], json!([]));
    assert_eq!(sent.get("ProviderType"), None);
    assert_eq!(world.changes(&changed), NONE);
}

#[test]
fn the_order_and_separators_of_scopes_mean_nothing() {
    let world = applied(GOOGLE);
    assert_eq!(world.changes(&GOOGLE.replace("openid email", "'email,  openid'")), NONE);
}

#[test]
fn a_mapping_is_one_value_but_for_the_injected_username() {
    let world = applied(&GOOGLE.replace("email: email", "email: email, name: name"));
    let plan = world.plan(GOOGLE);
    assert_eq!(changes(&plan), ["- identityProviders.Google.attributeMapping.name \"name\" → absent"]);
    assert!(world.execute(&plan).is_complete());
    let own = GOOGLE.replace("email: email", "email: email, username: email");
    world.must_apply(&own);
    assert_eq!(provider(&world, "Google")["AttributeMapping"]["username"], "email");
}

#[test]
fn endpoints_of_an_issuer_are_made_anew_with_it() {
    let world = applied(OIDC);
    assert_eq!(provider(&world, "Corp")["ProviderDetails"]["token_url"], "https://login.example.com/token");
    world.must_apply(&OIDC.replace("authorize_scopes: openid", "authorize_scopes: openid email"));
    let sent = world.sent("UpdateIdentityProvider")["ProviderDetails"].clone();
    assert_eq!(sent["token_url"], "https://login.example.com/token", "while the issuer stays");
    let moved = OIDC
        .replace("authorize_scopes: openid", "authorize_scopes: openid email")
        .replace("login.example.com", "sso.example.com");
    let plan = world.plan(&moved);
    assert_eq!(changes(&plan).len(), 1, "{:?}", changes(&plan));
    assert!(world.execute(&plan).is_complete());
    let sent = world.sent("UpdateIdentityProvider")["ProviderDetails"].clone();
    assert_eq!(sent.get("token_url"), None);
    assert_eq!(provider(&world, "Corp")["ProviderDetails"]["token_url"], "https://sso.example.com/token");
    assert_eq!(world.changes(&moved), NONE);
}

#[test]
fn a_written_endpoint_is_compared() {
    let world = applied(OIDC);
    let own = OIDC.replace(
        "      authorize_scopes",
        "      token_url: https://login.example.com/oauth/token\n      authorize_scopes",
    );
    assert_eq!(
        world.changes(&own),
        [
            "~ identityProviders.Corp.providerDetails.token_url \"https://login.example.com/token\" → \"https://login.example.com/oauth/token\""
        ]
    );
    world.must_apply(&own);
    assert_eq!(world.changes(OIDC), NONE, "what is not written is the issuer's affair");
}

#[test]
fn saml_metadata_changes_its_form_and_nothing_read_only_goes_back() {
    let world = applied(SAML);
    let details = provider(&world, "Corp")["ProviderDetails"].clone();
    assert!(
        details["ActiveEncryptionCertificate"].is_string() && details["SSORedirectBindingURI"].is_string()
    );
    assert_eq!(details["EncryptedResponses"], "true", "the API holds texts");
    world.must_apply(&SAML.replace("EncryptedResponses: true", "EncryptedResponses: true, IDPSignout: true"));
    let sent = world.sent("UpdateIdentityProvider")["ProviderDetails"].clone();
    assert_eq!(sent["IDPSignout"], "true");
    assert_eq!(sent.get("ActiveEncryptionCertificate"), None);
    assert_eq!(sent["SSORedirectBindingURI"], details["SSORedirectBindingURI"]);
    let file = SAML
        .replace("MetadataURL: 'https://idp.example.com/metadata'", "MetadataFile: '<EntityDescriptor/>'");
    let file = file.replace("EncryptedResponses: true", "EncryptedResponses: true, IDPSignout: true");
    assert_eq!(
        world.changes(&file),
        [
            "+ identityProviders.Corp.providerDetails.MetadataFile absent → \"<EntityDescriptor/>\"",
            "- identityProviders.Corp.providerDetails.MetadataURL \"https://idp.example.com/metadata\" → absent",
        ]
    );
    world.must_apply(&file);
    let sent = world.sent("UpdateIdentityProvider")["ProviderDetails"].clone();
    assert_eq!((sent.get("MetadataURL"), sent.get("SSORedirectBindingURI")), (None, None));
    assert_eq!(world.changes(&file), NONE);
}

#[test]
fn members_that_this_version_does_not_know_go_back() {
    let world = applied(GOOGLE);
    let mut live = provider(&world, "Google");
    live["NewThing"] = json!(["x"]);
    live["ProviderDetails"]["new_detail"] = json!("y");
    world.sandbox.insert_member(&world.pool_id(), "identityProviders", "Google", live);
    let plan = world.plan(&GOOGLE.replace("client_id: '1'", "client_id: '2'"));
    let unknown: Vec<_> = plan.unknown.iter().map(|unknown| unknown.member.path.to_string()).collect();
    assert_eq!(unknown, ["NewThing", "ProviderDetails.new_detail"]);
    assert!(world.execute(&plan).is_complete());
    assert_eq!(provider(&world, "Google")["ProviderDetails"]["new_detail"], "y");
}

#[test]
fn the_type_is_fixed_and_the_refusal_says_the_way_out() {
    let world = applied(SAML);
    assert_eq!(
        messages(&world, OIDC),
        ["`providerType` is fixed at creation: it is \"SAML\", the manifest says \"OIDC\""]
    );
}

#[test]
fn a_provider_comes_before_its_client_and_goes_after_it_by_its_address() {
    let world = World::new();
    let client = "clients: { web: { supportedIdentityProviders: [COGNITO, Google] } }\n";
    world.must_apply(&format!("settings: {{}}\n{GOOGLE}{client}"));
    let id = world.client_id("web");
    let delete = "policy: { delete: [identityProviders.Google], maxResets: 9 }\n";
    assert_eq!(
        messages(&world, delete),
        [format!("the app client `web` ({id}) still uses `Google`, which is to go")]
    );
    let plan = world.plan(&format!("clients: {{ web: {{}} }}\n{delete}"));
    assert_eq!(operations(&plan), ["UpdateUserPoolClient", "DeleteIdentityProvider"]);
    assert!(world.execute(&plan).is_complete());
    assert_eq!(messages(&world, client), ["the pool has no identity provider `Google`"]);
}

#[test]
fn a_provider_is_never_pruned_or_deleted_by_leaving_it_out() {
    let world = applied(GOOGLE);
    let plan = world.plan("settings: {}\nidentityProviders: {}\n");
    assert_eq!(operations(&plan), NONE);
    assert_eq!(unmanaged(&plan), ["customers.identityProviders.Google"]);
    let body = "settings: {}\nidentityProviders: {}\npolicy: { prune: [identityProviders] }\n";
    let found = crate::world::errors(&format!("apiVersion: cognitops/v1\npool: p\n{body}"));
    assert!(found[0].contains("`policy.prune[0]` takes"), "{found:?}");
}

#[test]
fn a_mapped_attribute_exists_can_change_and_is_writable() {
    let world = applied("");
    let mapped = |attribute: &str| GOOGLE.replace("email: email", &format!("{attribute}: email"));
    assert_eq!(messages(&world, &mapped("'custom:tenant'")), ["`custom:tenant` is no attribute of the pool"]);
    assert_eq!(
        messages(&world, &mapped("sub")),
        ["`sub` cannot change once it is set, so its users could not sign in twice"]
    );
    let client = "clients: { web: { supportedIdentityProviders: [Google], writeAttributes: [name] } }\n";
    assert_eq!(
        messages(&world, &format!("{GOOGLE}{client}")),
        ["the list lacks `email`, which `Google` maps"]
    );
}

#[test]
fn a_plan_lists_providers_and_describes_the_declared_ones() {
    let world = applied(GOOGLE);
    let corp = OIDC.replace("identityProviders:\n", "");
    world.must_apply(&format!("{GOOGLE}{corp}"));
    let from = world.sandbox.calls().len();
    assert_eq!(world.changes(GOOGLE), NONE);
    assert_eq!(
        world.operations_since(from),
        ["ListUserPools", "DescribeUserPool", "ListIdentityProviders", "DescribeIdentityProvider"]
    );
}

#[test]
fn an_identifier_is_given_up_before_another_takes_it() {
    let pair = |alpha: &str, beta: &str| {
        let one = |name: &str, identifiers: &str| {
            SAML.replace("identityProviders:\n", "").replace("Corp", name).replace(
                "    providerType",
                &format!("    idpIdentifiers: [{identifiers}]\n    providerType"),
            )
        };
        format!("identityProviders:\n{}{}", one("Alpha", alpha), one("Beta", beta))
    };
    let world = applied(&pair("", "example.com"));
    world.must_apply(&pair("example.com", ""));
    assert_eq!(provider(&world, "Alpha")["IdpIdentifiers"], json!(["example.com"]));
}

#[test]
fn who_may_not_list_providers_leaves_the_question_to_the_service() {
    let world = applied(GOOGLE);
    let denied = cognitops::cognito::ErrorCode::from("AccessDeniedException");
    world.sandbox.fail_next("ListIdentityProviders", super::error("ListIdentityProviders", denied));
    let plan = world.plan("clients: { web: { supportedIdentityProviders: [Google] } }\n");
    assert_eq!((operations(&plan), plan.refusals.len()), (vec!["CreateUserPoolClient"], 0));
}

#[test]
fn an_ignored_type_leaves_the_provider_alone() {
    let world = applied(SAML);
    let body = format!("{OIDC}policy: {{ ignore: [identityProviders.Corp.providerType] }}\n");
    let plan = world.plan(&body);
    assert_eq!((operations(&plan).len(), plan.ignored.len(), plan.refusals.len()), (0, 1, 0));
}

#[test]
fn a_preset_of_what_is_fixed_is_for_new_clients() {
    let world = applied("clients: { web: {} }\n");
    let body =
        "clients: { web: { applicationType: traditional-web, callbackURLs: ['https://a.example/'] } }\n";
    assert_eq!(messages(&world, body), NONE);
    assert!(!world.changes(body).iter().any(|change| change.contains("generateSecret")));
    let new = body.replace("web:", "new:");
    assert!(world.changes(&new).iter().any(|change| change.contains("generateSecret absent → true")));
}
