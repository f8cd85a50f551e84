//! A walk over the schemas, shared by the tests that speak of every field.

use cognitops::manifest::defaults::BLOCKS;
use cognitops::manifest::schema::schema;
use cognitops::project;
use serde_json::Value;

/// One place in a document and what its schema says of it.
///
/// In `path`, `a.b` is a member, `a[]` an element of a list, `a{}` a value of a map; `api` is the same with the API's
/// names. A place that several branches of a `oneOf` describe appears once for each.
pub(crate) struct Field {
    pub(crate) path: String,
    pub(crate) api: String,
    pub(crate) schema: &'static Value,
    /// Whether the object around it requires it.
    pub(crate) required: bool,
    /// Whether it is a member with a name, not an element of a list or a value of a map.
    pub(crate) named: bool,
}

impl Field {
    /// The types it may have, apart from null.
    pub(crate) fn types(&self) -> Vec<&'static str> {
        let types = match &self.schema["type"] {
            Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
            single => single.as_str().into_iter().collect::<Vec<_>>(),
        };
        types.into_iter().filter(|name| *name != "null").collect()
    }

    pub(crate) fn has(&self, keyword: &str) -> bool {
        self.schema.get(keyword).is_some()
    }
}

/// Every field of the manifest, in the schema's order. Blocks of defaults repeat those of their collections.
pub(crate) fn fields() -> Vec<Field> {
    let mut fields = fields_of(schema());
    fields.retain(|field| BLOCKS.iter().all(|(block, _)| field.path.split('.').next() != Some(*block)));
    fields
}

/// Every field that an editor may meet: of the manifest with its blocks of defaults, and of the project file.
pub(crate) fn fields_of_all_files() -> Vec<Field> {
    let mut fields = fields_of(schema());
    fields.extend(project_fields());
    fields
}

/// Every field of the project file.
pub(crate) fn project_fields() -> Vec<Field> {
    fields_of(project::schema())
}

fn fields_of(schema: &'static Value) -> Vec<Field> {
    let mut fields = Vec::new();
    walk(schema, "", "", &mut fields);
    fields
}

fn walk(schema: &'static Value, path: &str, api: &str, fields: &mut Vec<Field>) {
    // A value, though it may be written as the name of a file; and what is not known.
    if schema.get("x-file").is_some() || schema["x-pass-through"] == true {
        return;
    }
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let own = || if schema["x-verbatim"] == true { name.clone() } else { capital_first(name) };
        let api_name = member["x-api-name"].as_str().map_or_else(own, str::to_owned);
        let field = Field {
            path: join(path, name),
            api: join(api, &api_name),
            schema: member,
            required: required.contains(&name.as_str()),
            named: true,
        };
        push(field, fields);
    }
    for (keyword, suffix) in [("items", "[]"), ("additionalProperties", "{}")] {
        if schema[keyword].is_object() {
            let field = Field {
                path: format!("{path}{suffix}"),
                api: format!("{api}{suffix}"),
                schema: &schema[keyword],
                required: false,
                named: false,
            };
            push(field, fields);
        }
    }
    for branch in schema["oneOf"].as_array().into_iter().flatten() {
        walk(branch, path, api, fields);
    }
}

fn push(field: Field, fields: &mut Vec<Field>) {
    let (schema, path, api) = (field.schema, field.path.clone(), field.api.clone());
    fields.push(field);
    walk(schema, &path, &api, fields);
}

fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

fn capital_first(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
