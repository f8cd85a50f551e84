//! What the schema takes at a place of a document.

use serde_json::Value;

/// The schemas that may apply at a place: one, or the branches of a union.
#[derive(Debug, Clone)]
pub struct Shape<'a>(Vec<&'a Value>);

impl<'a> Shape<'a> {
    /// The place that a schema is of.
    pub fn of(schema: &'a Value) -> Self {
        let mut all = Vec::new();
        collect(schema, &mut all);
        Self(all)
    }

    fn each(&self, inner: impl Fn(&'a Value) -> Option<&'a Value>) -> Self {
        let mut all = Vec::new();
        for schema in self.0.iter().filter_map(|schema| inner(schema)) {
            collect(schema, &mut all);
        }
        Self(all)
    }

    /// The place below a key; of no schema if no such key is known.
    #[must_use]
    pub fn member(&self, key: &str) -> Self {
        self.each(|schema| {
            let named = schema.get("properties").and_then(|properties| properties.get(key));
            let free = || schema.get("additionalProperties").filter(|schema| schema.is_object());
            named.or_else(free).or_else(|| takes_anything(schema).then_some(schema))
        })
    }

    /// The place of an item of a list.
    #[must_use]
    pub fn item(&self) -> Self {
        self.each(|schema| schema.get("items").or_else(|| takes_anything(schema).then_some(schema)))
    }

    /// The branch for one provider type; all of them if none is named.
    #[must_use]
    pub fn of_type(&self, provider_type: Option<&str>) -> Self {
        let is_of_it = |schema: &Value| {
            let kind = &schema["properties"]["providerType"]["const"];
            provider_type.is_none() || kind.is_null() || kind.as_str() == provider_type
        };
        Self(self.0.iter().copied().filter(|schema| is_of_it(schema)).collect())
    }

    /// Whether nothing is known of the place.
    pub fn is_unknown(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a text can stand there that is none of a fixed set.
    pub fn takes_text(&self) -> bool {
        self.0.iter().any(|schema| {
            let kind = &schema["type"];
            let is_text = kind == "string"
                || kind.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "string"));
            is_text && ["enum", "const", "oneOf"].iter().all(|keyword| schema.get(*keyword).is_none())
        })
    }

    /// Whether the keys of a mapping there are data, and not the names of members.
    pub fn has_free_keys(&self) -> bool {
        self.0.iter().any(|schema| schema["additionalProperties"].is_object())
    }

    /// Whether a reference to a secret stands there, which is one value.
    pub fn is_secret(&self) -> bool {
        self.0.iter().any(|schema| schema["writeOnly"] == true)
    }

    /// The schema of a value that may stand there as `{file: PATH}`.
    pub fn file_form(&self) -> Option<&'a Value> {
        self.0.iter().copied().find(|schema| schema.get("x-file").is_some())
    }

    /// The members there, with their schemas, that say what sort of file another member names.
    pub fn named_by(&self, member: &str) -> Vec<(&'a str, &'a Value)> {
        let members = self.0.iter().filter_map(|schema| schema["properties"].as_object()).flatten();
        let of_it = members.filter(|(_, schema)| schema["x-named-by"] == member);
        of_it.map(|(name, schema)| (name.as_str(), schema)).collect()
    }

    /// Whether what stands there says which resource is meant.
    pub fn is_identity(&self) -> bool {
        self.0.iter().any(|schema| schema["x-identifies"] == true || schema["x-operation"] == "identity")
    }
}

/// Whether a schema says nothing of what stands there, at any depth.
fn takes_anything(schema: &Value) -> bool {
    let kinds = schema["type"].as_array();
    let takes = |kind: &str| kinds.is_some_and(|kinds| kinds.iter().any(|known| known == kind));
    takes("object")
        && takes("array")
        && ["properties", "items"].iter().all(|keyword| schema.get(*keyword).is_none())
}

/// A schema with the branches of its unions.
fn collect<'a>(schema: &'a Value, all: &mut Vec<&'a Value>) {
    all.push(schema);
    for union in ["oneOf", "anyOf"] {
        for branch in schema[union].as_array().into_iter().flatten() {
            collect(branch, all);
        }
    }
}
