//! Provisioned limits of the account.

use cognitops::cognito::ReadOperation::GetProvisionedLimit;
use cognitops::cognito::WriteOperation::UpdateProvisionedLimit;
use cognitops::cognito::{ApiError, ReadCognito};
use cognitops::sandbox::{Access, Options, Sandbox};
use serde_json::{Value, json};

use super::refused;
use crate::runner::Project;
use crate::world::{World, wait};

fn definition(category: &str) -> Value {
    json!({"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}})
}

fn get(world: &World, definition: &Value) -> Result<Value, ApiError> {
    wait(world.sandbox.read(GetProvisionedLimit, json!({ "LimitDefinition": definition })))
}

fn set(world: &World, category: &str, value: i64) -> Result<Value, ApiError> {
    let input = json!({ "LimitDefinition": definition(category), "RequestedLimitValue": value });
    world.write(UpdateProvisionedLimit, input)
}

fn values(answer: &Value) -> (i64, i64) {
    let value = |member: &str| answer["Limit"][member].as_i64().unwrap();
    (value("ProvisionedLimitValue"), value("FreeLimitValue"))
}

#[test]
fn a_limit_is_the_free_one_until_it_is_set_and_the_answer_says_what_it_is() {
    let world = World::new();
    let auth = definition("UserAuthentication");
    let first = get(&world, &auth).unwrap();
    assert_eq!(values(&first), (120, 120));
    assert_eq!(first["Limit"]["LimitDefinition"], auth);
    let answer = set(&world, "UserAuthentication", 200).unwrap();
    assert_eq!(values(&answer), (200, 120));
    assert_eq!(get(&world, &auth).unwrap(), answer);
    assert_eq!(values(&get(&world, &definition("UserCreation")).unwrap()), (50, 50));
    // Back to what is free, and to the most.
    assert_eq!(values(&set(&world, "UserAuthentication", 120).unwrap()), (120, 120));
    assert_eq!(values(&set(&world, "UserAuthentication", 1200).unwrap()), (1200, 120));
}

#[test]
fn a_limit_is_neither_below_the_free_one_nor_above_the_accounts_maximum() {
    let world = World::new();
    let before = world.sandbox.document();
    for (category, value, words) in [
        ("UserCreation", 49, "InvalidParameterException: The requested limit is below the default limit"),
        ("UserCreation", 0, "InvalidParameterException: The requested limit is below the default limit"),
        ("UserCreation", 501, "ServiceQuotaExceededException: The requested limit is above the maximum"),
        ("UserList", 40, "ResourceNotFoundException: There is no adjustable limit of the category UserList"),
    ] {
        let answer = refused(set(&world, category, value));
        assert!(answer.starts_with(words), "{category} {value}: {answer}");
    }
    for (wrong, words) in [
        (definition("UserList"), "ResourceNotFoundException"),
        (json!({"LimitClass": "OTHER", "Attributes": {"Category": "UserCreation"}}), "InvalidParameter"),
        (json!({"LimitClass": "API_CATEGORY", "Attributes": {}}), "InvalidParameterException"),
        (Value::Null, "InvalidParameterException: 1 validation error detected"),
    ] {
        let answer = refused(get(&world, &wrong));
        assert!(answer.starts_with(words), "{wrong}: {answer}");
    }
    assert_eq!(world.sandbox.document(), before);
}

#[test]
fn limits_are_the_regions_and_a_state_without_any_is_a_state() {
    let project = Project::new();
    let old = r#"{"format": "cognitops-sandbox", "version": 1, "seed": 1, "created": 0, "pools": {}}"#;
    project.write("state.json", old);
    let open = |region: &str| {
        let options = Options { region: region.to_owned(), ..Options::default() };
        World {
            sandbox: Sandbox::open(&project.at("state.json"), Access::Write, options).unwrap(),
            ..World::new()
        }
    };
    let here = open("eu-west-1");
    set(&here, "UserRead", 130).unwrap();
    here.sandbox.flush().unwrap();
    drop(here);
    assert_eq!(values(&get(&open("eu-west-1"), &definition("UserRead")).unwrap()), (130, 120));
    assert_eq!(values(&get(&open("eu-west-2"), &definition("UserRead")).unwrap()), (120, 120));
}
