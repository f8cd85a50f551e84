use serde_json::{Value, json};

use crate::catalog::limit_definition;

/// `UpdateProvisionedLimit`. Nothing of what is live goes back: the value is all that there is.
pub fn set_limit(category: &str, value: &Value) -> Value {
    json!({ "LimitDefinition": limit_definition(category), "RequestedLimitValue": value })
}
