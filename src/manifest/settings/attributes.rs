//! The pool's user attributes.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// A user attribute, told apart by `attributeDataType`.
#[derive(Debug)]
pub enum AttributeDefinition {
    /// Text.
    String(StringAttribute),
    /// A whole number.
    Number(NumberAttribute),
    /// A point in time.
    DateTime(DateTimeAttribute),
    /// Yes or no.
    Boolean(BooleanAttribute),
}

impl JsonSchema for AttributeDefinition {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AttributeDefinition".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "oneOf": [
                generator.subschema_for::<StringAttribute>(),
                generator.subschema_for::<NumberAttribute>(),
                generator.subschema_for::<DateTimeAttribute>(),
                generator.subschema_for::<BooleanAttribute>(),
            ]
        })
    }
}

/// Defines an attribute of one type: the members that all types share, and the type's own.
macro_rules! attribute {
    ($(#[$doc:meta])* $name:ident, $type:literal, { $($own:tt)* }) => {
        $(#[$doc])*
        #[derive(Debug, JsonSchema)]
        #[schemars(rename_all = "camelCase", deny_unknown_fields, title = $type)]
        pub struct $name {
            /// The type of the attribute's values. Fixed once the attribute exists.
            #[schemars(extend("const" = $type, "x-create-only" = true))]
            pub attribute_data_type: String,

            /// Whether only administrators see the attribute. Default: `false`. AWS advises against `true`: limit
            /// the `readAttributes` and `writeAttributes` of clients instead. Fixed once the attribute exists.
            #[schemars(extend("default" = false, "x-create-only" = true))]
            pub developer_only_attribute: Option<bool>,

            /// Whether a value can change once it is set. A custom attribute must say so; one that an identity provider
            /// maps needs `true`, or its users cannot sign in a second time. Fixed once the attribute exists.
            #[schemars(extend("x-create-only" = true))]
            pub mutable: Option<bool>,

            /// Whether every user must have a value. Default: `false`. Only standard attributes can be required, and
            /// only from the pool's creation on.
            #[schemars(extend("default" = false, "x-create-only" = true))]
            pub required: Option<bool>,

            $($own)*
        }
    };
}

attribute!(
    /// Text.
    StringAttribute, "String", {
        /// How long values are. Default: no bounds but the service's 2,048 bytes. Fixed once the attribute exists.
        #[schemars(extend("x-create-only" = true))]
        pub string_attribute_constraints: Option<StringAttributeConstraints>,
    }
);

attribute!(
    /// A whole number.
    NumberAttribute, "Number", {
        /// How large values are. Default: no bounds. Fixed once the attribute exists.
        #[schemars(extend("x-create-only" = true))]
        pub number_attribute_constraints: Option<NumberAttributeConstraints>,
    }
);

attribute!(
    /// A point in time.
    DateTimeAttribute, "DateTime", {}
);

attribute!(
    /// Yes or no.
    BooleanAttribute, "Boolean", {}
);

/// How long values are. The API holds the numbers as strings; both spellings mean the same here.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct StringAttributeConstraints {
    /// The fewest characters. Default: none.
    #[schemars(extend(
        "type" = ["string", "integer", "null"],
        "minLength" = 0,
        "maxLength" = 131_072,
        "minimum" = 0,
        "pattern" = "[0-9]*",
        "x-create-only" = true,
        "examples" = ["1"]
    ))]
    pub min_length: Option<String>,

    /// The most characters. Default: none. Attributes that an identity provider maps should allow 2048.
    #[schemars(extend(
        "type" = ["string", "integer", "null"],
        "minLength" = 0,
        "maxLength" = 131_072,
        "minimum" = 0,
        "pattern" = "[0-9]*",
        "x-create-only" = true,
        "examples" = ["64", 2048]
    ))]
    pub max_length: Option<String>,
}

/// How large values are. The API holds the numbers as strings; both spellings mean the same here.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberAttributeConstraints {
    /// The smallest value. Default: none.
    #[schemars(extend(
        "type" = ["string", "integer", "null"],
        "minLength" = 0,
        "maxLength" = 131_072,
        "pattern" = "(?:-?[0-9]+)?",
        "x-create-only" = true,
        "examples" = ["0"]
    ))]
    pub min_value: Option<String>,

    /// The largest value. Default: none.
    #[schemars(extend(
        "type" = ["string", "integer", "null"],
        "minLength" = 0,
        "maxLength" = 131_072,
        "pattern" = "(?:-?[0-9]+)?",
        "x-create-only" = true,
        "examples" = ["100", 2048]
    ))]
    pub max_value: Option<String>,
}
