//! Identity providers.

use std::path::Path;

use cognitops::cognito::ReadOperation::ListIdentityProviders;
use cognitops::cognito::WriteOperation::{
    CreateIdentityProvider, CreateUserPoolClient, DeleteIdentityProvider, UpdateIdentityProvider,
    UpdateUserPool, UpdateUserPoolClient,
};
use cognitops::sandbox::OmittedMode;
use serde_json::{Value, json};

use super::{
    SECRET, account, all_refused, create_provider, described, details, members, provider, read, refused,
    texts, world, write,
};

#[test]
fn a_google_provider_reads_back_as_the_real_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/real/declared-vs-live-UserPoolIdentityProvider.Idp.json");
    let mut pair: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let world = world();
    write(&world, CreateIdentityProvider, pair["declared"].take()).unwrap();
    let mut ours = described(&world, "Google");
    pair["live"]["UserPoolId"] = json!(world.pool_id());
    for date in ["CreationDate", "LastModifiedDate"] {
        assert!(ours.as_object_mut().unwrap().remove(date).is_some());
    }
    assert_eq!(ours, pair["live"]);
}

#[test]
fn each_type_of_provider_gets_details_of_its_own_and_maps_the_users_name() {
    let cases = [
        (
            "Facebook",
            json!({}),
            json!({
                "authorize_url": "https://www.facebook.com/v17.0/dialog/oauth",
                "token_request_method": "GET",
                "token_url": "https://graph.facebook.com/v17.0/oauth/access_token",
            }),
            json!("id"),
        ),
        (
            "Facebook",
            json!({"api_version": "v19.0", "token_url": "https://own.example/"}),
            json!({
                "attributes_url": "https://graph.facebook.com/v19.0/me?fields=",
                "token_url": "https://own.example/",
            }),
            json!("id"),
        ),
        (
            "LoginWithAmazon",
            json!({}),
            json!({"attributes_url_add_attributes": "false", "client_secret": SECRET}),
            json!("user_id"),
        ),
        (
            "SignInWithApple",
            json!({}),
            json!({"oidc_issuer": "https://appleid.apple.com", "private_key": null}),
            json!("sub"),
        ),
        (
            "OIDC",
            json!({"jwks_uri": "https://keys.acme.com/"}),
            json!({
                "attributes_url": "https://idp.acme.com/userinfo",
                "attributes_url_add_attributes": "false",
                "authorize_url": "https://idp.acme.com/authorize",
                "client_secret": null,
                "jwks_uri": "https://keys.acme.com/",
                "token_url": "https://idp.acme.com/token",
            }),
            json!("sub"),
        ),
        (
            "SAML",
            json!({"SSORedirectBindingURI": "https://echoed.example/", "unheard_of": "stays"}),
            json!({
                "ActiveEncryptionCertificate": null,
                "SLORedirectBindingURI": "https://sso.acme.com/slo",
                "SSORedirectBindingURI": "https://sso.acme.com/sso",
                "unheard_of": "stays",
            }),
            Value::Null,
        ),
        (
            "SAML",
            json!({"MetadataURL": null, "MetadataFile": "<xml/>"}),
            json!({"SSORedirectBindingURI": "https://idp.example/sso"}),
            Value::Null,
        ),
    ];
    for (kind, more, expected, username) in cases {
        let world = world();
        let created = create_provider(&world, kind, &more);
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(created["ProviderDetails"][name], *value, "{kind} {name}");
        }
        assert_eq!(created["AttributeMapping"]["username"], username, "{kind}");
        assert_eq!(created["IdpIdentifiers"], json!([]), "{kind}");
        assert_eq!(described(&world, created["ProviderName"].as_str().unwrap()), created);
    }
}

#[test]
fn a_saml_provider_with_encryption_has_a_certificate_that_nobody_sends() {
    let world = world();
    let created = create_provider(&world, "SAML", &json!({"EncryptedResponses": "true"}));
    assert!(created["ProviderDetails"]["ActiveEncryptionCertificate"].is_string());
    let echoed = json!({"ProviderName": "acme", "ProviderDetails": created["ProviderDetails"]});
    let words = "InvalidParameterException: ActiveEncryptionCertificate is read-only.";
    all_refused(&world, &[(UpdateIdentityProvider, echoed, words)]);
    let off = json!({"ProviderName": "acme", "ProviderDetails": details("SAML", &json!({}))});
    write(&world, UpdateIdentityProvider, off).unwrap();
    assert_eq!(described(&world, "acme")["ProviderDetails"].get("ActiveEncryptionCertificate"), None);
}

#[test]
fn what_an_update_of_a_provider_gives_is_replaced_whole_in_every_mode() {
    for omitted in OmittedMode::ALL {
        let world = account(omitted, None);
        let mut input = provider("OIDC", &json!({"client_secret": SECRET, "unheard_of": "x"}));
        input["AttributeMapping"] = json!({"email": "mail", "name": "name"});
        input["IdpIdentifiers"] = json!(["a", "b"]);
        input["AcrMapping"] = json!({"Level1": "one", "Level2": "two"});
        let created = write(&world, CreateIdentityProvider, input).unwrap();
        assert_eq!(created["IdentityProvider"]["AcrMapping"]["Level2"], "two");
        let issuer = json!({"oidc_issuer": "https://new.acme.com", "token_url": "https://stale.acme.com/"});
        let update = json!({
            "ProviderName": "acme",
            "ProviderDetails": details("OIDC", &issuer),
            "AttributeMapping": {"email": "e"},
            "IdpIdentifiers": ["b"],
            "AcrMapping": {"Level1": "one"},
        });
        write(&world, UpdateIdentityProvider, update).unwrap();
        let live = described(&world, "acme");
        assert_eq!(live["ProviderDetails"]["token_url"], "https://stale.acme.com/", "echoes are stored");
        assert_eq!(live["ProviderDetails"]["authorize_url"], "https://new.acme.com/authorize");
        for gone in ["client_secret", "unheard_of"] {
            assert_eq!(live["ProviderDetails"].get(gone), None, "{omitted}");
        }
        assert_eq!(live["AttributeMapping"], json!({"email": "e", "username": "sub"}), "{omitted}");
        assert_eq!(live["AcrMapping"], json!({"Level1": "one"}), "{omitted}");
        assert_eq!(live["IdpIdentifiers"], json!(["b"]), "{omitted}");
        assert_eq!(live["ProviderType"], "OIDC");
    }
}

#[test]
fn what_an_update_of_a_provider_leaves_out_goes_as_documented_but_its_details_stay() {
    for omitted in OmittedMode::ALL {
        let world = account(omitted, None);
        let mut input = provider("OIDC", &json!({}));
        input["AttributeMapping"] = json!({"email": "email"});
        input["IdpIdentifiers"] = json!(["a"]);
        input["AcrMapping"] = json!({"Level1": "one"});
        let before = write(&world, CreateIdentityProvider, input).unwrap()["IdentityProvider"].take();
        write(&world, UpdateIdentityProvider, json!({"ProviderName": "acme"})).unwrap();
        let live = described(&world, "acme");
        assert_eq!(live["ProviderDetails"], before["ProviderDetails"], "{omitted}");
        if omitted == OmittedMode::Documented {
            assert_eq!(live["AttributeMapping"], json!({"username": "sub"}));
            assert_eq!((&live["IdpIdentifiers"], live.get("AcrMapping")), (&json!([]), None));
        } else {
            for member in ["AttributeMapping", "IdpIdentifiers", "AcrMapping"] {
                assert_eq!(live[member], before[member], "{omitted}");
            }
        }
    }
}

#[test]
fn apples_private_key_is_kept_but_never_answered_so_an_update_sends_it_again() {
    let world = world();
    let created = create_provider(&world, "SignInWithApple", &json!({}));
    let echoed = json!({"ProviderName": "SignInWithApple", "ProviderDetails": created["ProviderDetails"]});
    let words = "InvalidParameterException: client_id, team_id, key_id, private_key and authorize_scopes";
    all_refused(&world, &[(UpdateIdentityProvider, echoed, words)]);
    let mapping = json!({"ProviderName": "SignInWithApple", "AttributeMapping": {"email": "email"}});
    write(&world, UpdateIdentityProvider, mapping).unwrap();
    let state = world.sandbox.document();
    let stored = &state["pools"][world.pool_id()]["identityProviders"]["SignInWithApple"];
    assert_eq!(stored["ProviderDetails"]["private_key"], SECRET);
    assert_eq!(described(&world, "SignInWithApple")["ProviderDetails"].get("private_key"), None);
}

#[test]
fn a_provider_without_a_detail_that_its_type_needs_is_refused() {
    let world = world();
    let social = &["client_id", "client_secret", "authorize_scopes"][..];
    for (kind, needed) in [
        ("Google", social),
        ("Facebook", social),
        ("LoginWithAmazon", social),
        ("SignInWithApple", &["client_id", "team_id", "key_id", "private_key", "authorize_scopes"]),
        ("OIDC", &["client_id", "attributes_request_method", "oidc_issuer", "authorize_scopes"]),
        ("SAML", &["MetadataURL"]),
    ] {
        for name in needed {
            for nothing in [Value::Null, json!("")] {
                let input = provider(kind, &json!({*name: nothing}));
                all_refused(&world, &[(CreateIdentityProvider, input, "InvalidParameterException: ")]);
            }
        }
    }
    let input = provider("Google", &json!({"client_id": null}));
    let words = "InvalidParameterException: client_id, client_secret and authorize_scopes are all required idp \
                 details for Google.";
    all_refused(&world, &[(CreateIdentityProvider, input, words)]);
    let either = "InvalidParameterException: A SAML provider needs either MetadataURL or MetadataFile.";
    let both = provider("SAML", &json!({"MetadataFile": "<xml/>"}));
    all_refused(&world, &[(CreateIdentityProvider, both, either)]);
}

#[test]
fn providers_are_refused_for_their_names_identifiers_and_mappings() {
    let world = world();
    let mut first = provider("OIDC", &json!({}));
    first["IdpIdentifiers"] = json!(["acme.com"]);
    write(&world, CreateIdentityProvider, first.clone()).unwrap();
    let own = json!({"ProviderName": "acme", "IdpIdentifiers": ["acme.com"]});
    write(&world, UpdateIdentityProvider, own).unwrap();
    let google = |member: &str, value: Value| {
        let mut input = provider("Google", &json!({}));
        input[member] = value;
        input
    };
    let mut reserved = first.clone();
    reserved["ProviderName"] = json!("COGNITO");
    let long = provider("Google", &json!({"client_secret": SECRET.repeat(20_000)}));
    let violation = "InvalidParameterException: 1 validation error detected: Value";
    let missing = "ResourceNotFoundException: Identity provider Google does not exist.";
    let cases = [
        (CreateIdentityProvider, first, "DuplicateProviderException: "),
        (
            CreateIdentityProvider,
            google("IdpIdentifiers", json!(["b", "acme.com"])),
            "DuplicateProviderException: The identifier acme.com",
        ),
        (
            CreateIdentityProvider,
            google("ProviderName", json!("Other")),
            "InvalidParameterException: Provider Other cannot be of type Google.",
        ),
        (CreateIdentityProvider, reserved, "InvalidParameterException: The provider name COGNITO"),
        (
            CreateIdentityProvider,
            google("AttributeMapping", json!({"custom:nope": "x"})),
            "InvalidParameterException: Invalid attribute mapping",
        ),
        (CreateIdentityProvider, google("ProviderType", json!("Myspace")), violation),
        (CreateIdentityProvider, google("ProviderDetails", Value::Null), violation),
        (CreateIdentityProvider, long, violation),
        (UpdateIdentityProvider, json!({"ProviderName": "Google"}), missing),
        (DeleteIdentityProvider, json!({"ProviderName": "Google"}), missing),
    ];
    all_refused(&world, &cases);
}

#[test]
fn acr_values_are_mapped_by_oidc_providers_only_and_in_every_tier() {
    let world = world();
    write(&world, UpdateUserPool, json!({"UserPoolTier": "LITE"})).unwrap();
    let mapped = |kind: &str| {
        let mut input = provider(kind, &json!({}));
        input["AcrMapping"] = json!({"Level1": "urn:example:one"});
        input
    };
    let words = "InvalidParameterException: AcrMapping is for providers of type OIDC only.";
    for kind in ["Facebook", "Google", "LoginWithAmazon", "SAML", "SignInWithApple"] {
        all_refused(&world, &[(CreateIdentityProvider, mapped(kind), words)]);
    }
    write(&world, CreateIdentityProvider, mapped("OIDC")).unwrap();
    assert_eq!(described(&world, "acme")["AcrMapping"], json!({"Level1": "urn:example:one"}));
}

#[test]
fn a_client_lists_providers_that_exist_and_outlives_them() {
    let world = world();
    write(&world, CreateUserPoolClient, json!({"ClientName": "web"})).unwrap();
    let list = || {
        let providers = ["Google"];
        let input = json!({"ClientId": world.client_id("web"), "SupportedIdentityProviders": providers});
        write(&world, UpdateUserPoolClient, input)
    };
    assert!(refused(list()).contains("The provider Google does not exist"));
    create_provider(&world, "Google", &json!({}));
    list().unwrap();
    let listed = read(&world, ListIdentityProviders, json!({})).unwrap();
    let shown = ["CreationDate", "LastModifiedDate", "ProviderName", "ProviderType"];
    assert_eq!(members(&listed["Providers"][0]), shown);
    write(&world, DeleteIdentityProvider, json!({"ProviderName": "Google"})).unwrap();
    assert_eq!(texts(&world.client("web")["SupportedIdentityProviders"]), ["Google"]);
    assert!(refused(list()).contains("The provider Google does not exist"));
}

#[test]
fn a_provider_has_a_name_of_three_to_thirty_two_letters_without_underscores_at_its_ends() {
    let world = world();
    let named = |name: &str| {
        let mut input = provider("OIDC", &json!({}));
        input["ProviderName"] = json!(name);
        input
    };
    for name in ["a", "ab", "_abc", "abc_", "a b c", &"a".repeat(33)] {
        let words = "InvalidParameterException: 1 validation error detected: ";
        all_refused(&world, &[(CreateIdentityProvider, named(name), words)]);
    }
    for name in ["abc", "a_c", &"a".repeat(32)] {
        write(&world, CreateIdentityProvider, named(name)).unwrap();
    }
}

#[test]
fn a_social_provider_is_named_as_its_type() {
    let world = world();
    for kind in ["Facebook", "Google", "LoginWithAmazon", "SignInWithApple"] {
        let mut input = provider(kind, &json!({}));
        input["ProviderName"] = json!("Other");
        let words = format!("InvalidParameterException: Provider Other cannot be of type {kind}.");
        all_refused(&world, &[(CreateIdentityProvider, input, &words)]);
        create_provider(&world, kind, &json!({}));
    }
}
