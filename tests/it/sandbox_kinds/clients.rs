//! App clients.

use cognitops::cognito::WriteOperation::{CreateUserPoolClient, UpdateUserPool, UpdateUserPoolClient};
use serde_json::{Value, json};

use super::{all_refused, create_provider, read, refused, world, write};
use crate::world::World;

fn create(world: &World, input: &Value) -> Value {
    write(world, CreateUserPoolClient, input.clone()).unwrap()["UserPoolClient"].take()
}

fn client(more: Value) -> Value {
    let mut input = more;
    input["ClientName"] = json!("web");
    input
}

/// Each is refused of a new client, and of one that there is.
fn each_refused(world: &World, cases: &[(Value, &str)]) {
    let there = create(world, &json!({"ClientName": "there"}))["ClientId"].clone();
    for (input, words) in cases {
        all_refused(world, &[(CreateUserPoolClient, client(input.clone()), words)]);
        let mut update = input.clone();
        update["ClientId"] = there.clone();
        all_refused(world, &[(UpdateUserPoolClient, update, words)]);
    }
}

#[test]
fn client_credentials_is_the_only_grant_of_a_client_with_a_secret() {
    let world = world();
    let machine = |grants: &[&str], secret: bool| {
        client(
            json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": grants, "GenerateSecret": secret}),
        )
    };
    create(&world, &machine(&["client_credentials"], true));
    create(&world, &machine(&["code", "implicit"], false));
    all_refused(
        &world,
        &[
            (
                CreateUserPoolClient,
                machine(&["client_credentials"], false),
                "InvalidOAuthFlowException: client_credentials flow can not be selected if client does not have",
            ),
            (
                CreateUserPoolClient,
                machine(&["client_credentials", "code"], true),
                "InvalidOAuthFlowException: client_credentials flow can not be selected along with",
            ),
        ],
    );
}

#[test]
fn urls_scopes_and_grants_need_allowed_oauth_flows_user_pool_client() {
    let world = world();
    let cases = [
        ("CallbackURLs", json!(["https://a.example/"])),
        ("LogoutURLs", json!(["https://a.example/"])),
        ("AllowedOAuthScopes", json!(["openid"])),
        ("AllowedOAuthFlows", json!(["code"])),
    ];
    for (member, value) in cases {
        let words =
            format!("InvalidParameterException: AllowedOAuthFlowsUserPoolClient must be true for {member}.");
        each_refused(&world, &[(json!({ member: value }), &words)]);
        create(&world, &client(json!({ member: value, "AllowedOAuthFlowsUserPoolClient": true })));
    }
}

#[test]
fn the_default_redirect_uri_is_one_of_the_callback_urls() {
    let world = world();
    let with = |default: &str| {
        json!({
            "AllowedOAuthFlowsUserPoolClient": true,
            "CallbackURLs": ["https://a.example/", "https://b.example/"],
            "DefaultRedirectURI": default,
        })
    };
    each_refused(
        &world,
        &[(with("https://c.example/"), "InvalidParameterException: DefaultRedirectURI must be in")],
    );
    assert_eq!(
        create(&world, &client(with("https://b.example/")))["DefaultRedirectURI"],
        "https://b.example/"
    );
}

#[test]
fn passing_on_user_context_data_needs_a_secret() {
    let world = world();
    let input = json!({"EnablePropagateAdditionalUserContextData": true});
    each_refused(
        &world,
        &[(input.clone(), "InvalidParameterException: EnablePropagateAdditionalUserContextData needs")],
    );
    let mut confidential = client(input);
    confidential["GenerateSecret"] = json!(true);
    assert_eq!(create(&world, &confidential)["EnablePropagateAdditionalUserContextData"], true);
}

#[test]
fn a_client_has_a_secret_of_its_own_or_a_generated_one() {
    let world = world();
    let own = "0123456789abcdefghijklmn";
    let mut input = client(json!({"ClientSecret": own}));
    assert_eq!(create(&world, &input)["ClientSecret"], own);
    input["GenerateSecret"] = json!(false);
    assert_eq!(create(&world, &input)["ClientSecret"], own);
    input["GenerateSecret"] = json!(true);
    let short = client(json!({"ClientSecret": "short"}));
    all_refused(
        &world,
        &[
            (
                CreateUserPoolClient,
                input,
                "InvalidParameterException: ClientSecret and GenerateSecret cannot be",
            ),
            (CreateUserPoolClient, short, "InvalidParameterException: 1 validation error detected: "),
        ],
    );
}

#[test]
fn legacy_and_allow_flows_do_not_mix() {
    let world = world();
    create(&world, &client(json!({"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH"]})));
    create(
        &world,
        &client(json!({"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]})),
    );
    let both = json!({"ExplicitAuthFlows": ["USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]});
    each_refused(&world, &[(both, "InvalidParameterException: Old and ALLOW_ names")]);
}

#[test]
fn sign_in_by_choice_needs_a_tier_above_lite() {
    let world = world();
    let choice = json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]});
    create(&world, &client(choice.clone()));
    write(&world, UpdateUserPool, json!({"UserPoolTier": "LITE"})).unwrap();
    each_refused(&world, &[(choice, "FeatureUnavailableInTierException: ALLOW_USER_AUTH")]);
}

#[test]
fn refresh_token_rotation_excludes_the_refresh_flow_and_has_a_grace_period_of_at_most_a_minute() {
    let world = world();
    let rotation = |flows: Value, seconds: u32| {
        json!({
            "ExplicitAuthFlows": flows,
            "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": seconds},
        })
    };
    let excluded = "InvalidParameterException: ALLOW_REFRESH_TOKEN_AUTH is not allowed";
    each_refused(
        &world,
        &[
            (rotation(json!(["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]), 0), excluded),
            (rotation(json!([]), 0), excluded), // the three flows that a client without any has
            (
                rotation(json!(["ALLOW_USER_SRP_AUTH"]), 61),
                "InvalidParameterException: 1 validation error detected: Value '61' at",
            ),
        ],
    );
    let rotating =
        json!({"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"], "RefreshTokenRotation": {"Feature": "ENABLED"}});
    assert_eq!(create(&world, &client(rotating))["RefreshTokenRotation"]["RetryGracePeriodSeconds"], 0);
    create(&world, &client(rotation(json!(["ALLOW_USER_SRP_AUTH"]), 60)));
}

#[test]
fn tokens_are_valid_within_bounds_that_their_units_decide() {
    let world = world();
    let with = |token: &str, number: u32, unit: Option<&str>| {
        let mut input = json!({ format!("{token}Validity"): number });
        if let Some(unit) = unit {
            input["TokenValidityUnits"] = json!({ token: unit });
        }
        input
    };
    for token in ["AccessToken", "IdToken"] {
        for (number, unit, works) in [
            (299, Some("seconds"), false),
            (300, Some("seconds"), true),
            (4, Some("minutes"), false),
            (5, Some("minutes"), true),
            (1_440, Some("minutes"), true),
            (1_441, Some("minutes"), false),
            (1, None, true), // hours
            (24, None, true),
            (25, None, false),
            (1, Some("days"), true),
            (2, Some("days"), false),
        ] {
            let written = write(&world, CreateUserPoolClient, client(with(token, number, unit)));
            assert_eq!(written.is_ok(), works, "{token} {number} {unit:?}");
        }
    }
    for (number, unit, works) in [
        (3_599, Some("seconds"), false),
        (60, Some("minutes"), true),
        (59, Some("minutes"), false),
        (1, Some("hours"), true),
        (1, None, true), // days
        (3_650, None, true),
        (3_651, None, false),
    ] {
        let written = write(&world, CreateUserPoolClient, client(with("RefreshToken", number, unit)));
        assert_eq!(written.is_ok(), works, "{number} {unit:?}");
    }
    each_refused(
        &world,
        &[(
            with("AccessToken", 25, None),
            "InvalidParameterException: Invalid range for token validity: Access",
        )],
    );
    for (minutes, works) in [(2, false), (3, true), (15, true), (16, false)] {
        let written = write(&world, CreateUserPoolClient, client(json!({"AuthSessionValidity": minutes})));
        assert_eq!(written.is_ok(), works, "{minutes}");
    }
}

#[test]
fn a_refresh_token_validity_of_0_reads_as_30_days() {
    let world = world();
    for units in [json!({}), json!({"RefreshToken": "minutes"})] {
        let made = create(&world, &client(json!({"RefreshTokenValidity": 0, "TokenValidityUnits": units})));
        assert_eq!(made["RefreshTokenValidity"], 30);
        assert_eq!(made["TokenValidityUnits"], json!({"RefreshToken": "days"}));
    }
}

#[test]
fn nobody_writes_what_says_that_something_is_verified() {
    let world = world();
    let cases = ["email_verified", "phone_number_verified", "sub"].map(|name| {
        let words = "InvalidParameterException: Invalid write attributes specified: ";
        (json!({"WriteAttributes": ["email", name]}), words)
    });
    each_refused(&world, &cases);
    let reads = ["email", "email_verified", "phone_number_verified", "sub"];
    assert_eq!(create(&world, &client(json!({"ReadAttributes": reads})))["ReadAttributes"], json!(reads));
}

#[test]
fn required_attributes_are_among_those_that_a_client_writes() {
    let world = World::new();
    let schema = json!([{"Name": "email", "Required": true, "Mutable": true, "AttributeDataType": "String"}]);
    let pool = json!({"PoolName": "customers", "Schema": schema});
    world.write(cognitops::cognito::WriteOperation::CreateUserPool, pool).unwrap();
    each_refused(
        &world,
        &[(
            json!({"WriteAttributes": ["name"]}),
            "InvalidParameterException: Invalid write attributes specified: the required attribute email is missing",
        )],
    );
    create(&world, &client(json!({"WriteAttributes": ["name", "email"]})));
    create(&world, &client(json!({})));
}

#[test]
fn an_attribute_that_a_provider_maps_is_missed_at_sign_in_only() {
    let world = world();
    create_provider(&world, "Google", &json!({}));
    let mapping = json!({"ProviderName": "Google", "AttributeMapping": {"email": "email"}});
    write(&world, cognitops::cognito::WriteOperation::UpdateIdentityProvider, mapping).unwrap();
    create(&world, &client(json!({"SupportedIdentityProviders": ["Google"], "WriteAttributes": ["name"]})));
}

#[test]
fn a_scope_that_no_resource_server_has_does_not_exist() {
    let world = world();
    let with = |scope: &str| json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthScopes": [scope]});
    let words = "ScopeDoesNotExistException: Invalid scope requested: ";
    each_refused(&world, &[(with("orders/read"), words), (with("unknown"), words)]);
    for scope in ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"] {
        create(&world, &client(with(scope)));
    }
}

/// Real ones have it not; only rotation says anything about it.
#[test]
fn a_client_may_do_without_the_flow_that_refreshes_tokens() {
    create(&world(), &client(json!({"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]})));
}

#[test]
fn every_list_of_a_client_is_answered_sorted_but_that_of_its_providers() {
    let world = world();
    create_provider(&world, "Google", &json!({}));
    let input = json!({
        "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["implicit", "code"],
        "AllowedOAuthScopes": ["profile", "openid"],
        "CallbackURLs": ["https://b.example/", "https://a.example/"],
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"],
        "LogoutURLs": ["https://b.example/", "https://a.example/"],
        "ReadAttributes": ["name", "email"],
        "WriteAttributes": ["name", "email"],
        "SupportedIdentityProviders": ["Google", "COGNITO"],
    });
    let made = create(&world, &client(input.clone()));
    let described = world.client("web");
    for (member, list) in input.as_object().unwrap().iter().filter(|(_, value)| value.is_array()) {
        let mut expected = list.as_array().unwrap().clone();
        if member != "SupportedIdentityProviders" {
            expected.reverse();
        }
        assert_eq!(made[member], json!(expected), "{member}");
        assert_eq!(described[member], json!(expected), "{member}");
    }
}

#[test]
fn names_of_clients_are_not_unique() {
    let world = world();
    let ids: std::collections::BTreeSet<String> =
        (0..3).map(|_| create(&world, &client(json!({})))["ClientId"].to_string()).collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn what_was_not_set_is_not_answered() {
    let world = world();
    let made = create(&world, &client(json!({})));
    let input = json!({"ClientId": made["ClientId"]});
    let described = read(&world, cognitops::cognito::ReadOperation::DescribeUserPoolClient, input).unwrap();
    let described = &described["UserPoolClient"];
    for absent in [
        "AccessTokenValidity",
        "IdTokenValidity",
        "PreventUserExistenceErrors",
        "RefreshTokenRotation",
        "SupportedIdentityProviders",
    ] {
        assert_eq!(described.get(absent), None, "{absent}");
    }
    assert_eq!(described["TokenValidityUnits"], json!({}));
    assert_eq!(described["AllowedOAuthFlowsUserPoolClient"], false);
}

#[test]
fn redirects_are_https_local_or_an_apps_own_and_without_a_fragment() {
    let world = world();
    let with = |url: &str| json!({"AllowedOAuthFlowsUserPoolClient": true, "CallbackURLs": [url]});
    for url in
        ["https://a.example/x", "http://localhost:3000/", "http://127.0.0.1", "http://[::1]:1/", "myapp://cb"]
    {
        create(&world, &client(with(url)));
    }
    for url in ["http://a.example/", "https://a.example/#f", "a.example", "http://localhost.example/"] {
        let answer = refused(write(&world, CreateUserPoolClient, client(with(url))));
        assert_eq!(answer, format!("InvalidParameterException: Invalid redirect URL: {url}"));
    }
}
