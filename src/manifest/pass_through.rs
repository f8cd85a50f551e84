//! `passThrough`: members of the API that this version does not know, set all the same.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// Members that this version does not know, by their paths in the API's own names, with values in the API's own form.
#[derive(Debug)]
pub struct PassThrough;

impl JsonSchema for PassThrough {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PassThrough".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Members of the API that this version of cognitops does not know yet, so that they can be \
                            used on the day they ship: by their paths in the API's own names, as the plan shows them, \
                            with values in the API's own form. They are sent as they are, compared, and looked at again \
                            after the write. `null` leaves a member out of updates. A member that has a field of its \
                            own is an error.",
            "type": "object",
            "propertyNames": { "minLength": 1, "pattern": PATH },
            "additionalProperties": { "type": ["string", "number", "boolean", "object", "array", "null"] },
            "x-pass-through": true,
            "examples": [{ "SomeNewConfiguration.Mode": "STRICT" }],
        })
    }
}

/// Names joined by dots, the first of them with a capital first letter.
const PATH: &str = r"[A-Z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9_]*)*";
