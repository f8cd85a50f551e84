//! References to secrets. The value itself never stands in a manifest.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// Where a secret's value is found when it is needed.
#[derive(Debug)]
pub enum SecretReference {
    /// In an environment variable.
    Environment(FromEnvironment),
    /// In a file.
    File(FromFile),
}

impl JsonSchema for SecretReference {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SecretReference".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "oneOf": [generator.subschema_for::<FromEnvironment>(), generator.subschema_for::<FromFile>()]
        })
    }
}

/// The value of an environment variable.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, title = "Environment variable")]
pub struct FromEnvironment {
    /// The variable's name.
    #[schemars(extend("pattern" = "[A-Za-z_][A-Za-z0-9_]*", "examples" = ["WEB_CLIENT_SECRET"]))]
    pub env: String,
}

/// The content of a file.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, title = "File")]
pub struct FromFile {
    /// The file's path, relative to the manifest. A line break at its end is not part of the secret.
    #[schemars(extend("minLength" = 1, "examples" = ["/run/secrets/web-client"]))]
    pub file: String,
}
