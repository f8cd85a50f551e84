use cognitops::apply::Outcome;
use cognitops::diff::SecretState;
use cognitops::path::Pattern;
use serde_json::json;

use super::stored;
use crate::world::{World, changes, operations};

const NONE: [&str; 0] = [];

const APPLE: &str = "\
identityProviders:
  SignInWithApple:
    providerType: SignInWithApple
    providerDetails:
      client_id: com.example
      team_id: T
      key_id: K
      private_key: { env: APPLE }
      authorize_scopes: email name
";

const GOOGLE: &str = "\
identityProviders:
  Google:
    providerType: Google
    providerDetails: { client_id: '1', client_secret: { env: GOOGLE }, authorize_scopes: openid email }
";

fn applied(body: &str) -> World {
    World::applied(&format!("settings: {{}}\n{body}"))
}

#[test]
fn a_secret_is_not_compared_unless_that_is_asked_for() {
    let world = applied(GOOGLE);
    let plan = world.plan(&GOOGLE.replace("env: GOOGLE", "env: OTHER"));
    assert_eq!(operations(&plan), NONE);
    assert_eq!(plan.secrets.len(), 1);
    assert_eq!(plan.secrets[0].state, SecretState::NotCompared);
    assert_eq!(
        plan.secrets[0].address.to_string(),
        "customers.identityProviders.Google.providerDetails.client_secret"
    );
}

#[test]
fn an_update_that_does_not_touch_a_secret_needs_no_reference() {
    let world = applied(GOOGLE);
    let body =
        GOOGLE.replace("client_id: '1'", "client_id: '2'").replace("{ env: GOOGLE }", "{ file: ./gone }");
    world.must_apply(&body);
    let details = stored(&world, "identityProviders")["Google"]["ProviderDetails"].clone();
    assert_eq!(details["client_secret"], "GOOGLE_value_of_24_characters");
}

#[test]
fn what_no_answer_holds_is_sent_with_every_change() {
    let world = applied(APPLE);
    assert_eq!(world.changes(APPLE), NONE);
    let changed = APPLE.replace("team_id: T", "team_id: U");
    let plan = world.plan(&changed);
    let secret = plan.steps[0].changes.iter().find(|change| change.secret).unwrap();
    assert_eq!(secret.path.to_string(), "providerDetails.private_key");
    assert!(world.execute(&plan).is_complete());
    let sent = world.sent("UpdateIdentityProvider");
    assert_eq!(sent["ProviderDetails"]["private_key"], "APPLE_value_of_24_characters");
    // It must resolve before the first write.
    let unresolved = changed.replace("{ env: APPLE }", "{ file: ./gone }");
    let body = format!("{unresolved}groups: {{ admins: {{}} }}\n");
    let report = world.execute(&world.plan(&body));
    assert!(report.wrote_something(), "nothing changes of the provider");
    let body = format!("{}groups: {{ testers: {{}} }}\n", unresolved.replace("team_id: U", "team_id: V"));
    let report = world.execute(&world.plan(&body));
    assert!(!report.wrote_something());
    assert!(report.results.iter().any(|result| matches!(result.outcome, Outcome::Unresolved(_))));
}

#[test]
fn rotation_sends_a_secret_again() {
    for (body, name, member) in
        [(APPLE, "SignInWithApple", "private_key"), (GOOGLE, "Google", "client_secret")]
    {
        let mut world = applied(body);
        world.context.rotated = vec![Pattern::parse(&format!("identityProviders.{name}")).unwrap()];
        let body = body.replace("env: APPLE", "env: NEW").replace("env: GOOGLE", "env: NEW");
        let plan = world.plan(&body);
        assert_eq!(changes(&plan).len(), 1);
        assert!(world.execute(&plan).is_complete());
        let sent = world.sent("UpdateIdentityProvider");
        assert_eq!(sent["ProviderDetails"][member], json!("NEW_value_of_24_characters"));
    }
}
