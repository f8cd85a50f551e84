use serde_json::Value;

use crate::path::{Path, Segment};

/// The member of a resource that holds what this version does not know, by its paths in the API's names.
pub const PASS_THROUGH: &str = "passThrough";

/// One field of a manifest, with everything that the engine knows of it.
// Each flag is one keyword of the schema.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Clone)]
pub struct Field {
    /// Its key in the manifest.
    pub name: String,
    /// The member's name in the API.
    pub api_name: String,
    /// What its values look like.
    pub shape: Shape,
    /// `default`: what omitting the field means; `None` means that it is then absent.
    pub default: Option<Value>,
    /// `x-absent`: what absence in an answer means, where that is not the default.
    pub absent: Option<Value>,
    /// `x-absent: null` on a block: that the block is absent is a state of its own.
    pub absence_is_state: bool,
    /// `x-key`: the member that identifies an object of a list.
    pub key: Option<String>,
    /// `minProperties`: a block that holds nothing is none.
    pub never_empty: bool,
    /// `x-reset`: how the field gets back to its default.
    pub reset: Reset,
    /// `x-omitted`: what omitting the field does to a live value.
    pub omitted: Omitted,
    /// `x-send`: how the live value goes back in an update.
    pub send: SendRule,
    /// `x-create-only`: fixed once the resource exists.
    pub create_only: bool,
    /// `writeOnly`: a secret, which no output shows.
    pub secret: bool,
    /// `x-operation`: what writes the field, where it is not its kind's update.
    pub operation: Option<String>,
    /// `x-since`: the generation that brought the field.
    pub since: u32,
    /// `x-weaker`: which changes weaken security.
    pub weaker: Option<Weaker>,
    /// `x-undeclared: goes`: a map that is one value, so that a key which is not written goes.
    pub is_value: bool,
    /// `x-injected`: keys of such a map that the service adds by itself.
    pub injected: Vec<String>,
    /// `x-answered`: only answers have it.
    pub answered: bool,
    /// `x-derived-from`: the members that the service makes it from, where it is not written.
    pub derived_from: Vec<String>,
    /// `x-excluded-by`: the member whose being written takes this one out.
    pub excluded_by: Option<String>,
    /// `x-never-returned`: no answer holds it, so each update sends it.
    pub never_returned: bool,
    /// `x-words`: a text of words, whose order and separators mean nothing.
    pub words: bool,
    /// `x-file: base64`: the bytes of an image, which no output shows.
    pub is_image: bool,
    /// `x-file: json`: a document, which is one value.
    pub is_document: bool,
    /// `x-passes-on`: left out, it passes to the resource that takes this one's place.
    pub passes_on: bool,
    /// `x-fetched-from`: the member of answers that holds the URL behind which the value lies.
    pub fetched_from: Option<String>,
    /// `x-api-type: string`: the API holds the value as a text.
    pub held_as_text: bool,
}

/// What the values of a field look like.
#[derive(Debug, Clone)]
pub enum Shape {
    /// One string, number or boolean; a secret's reference too.
    Scalar,
    /// A list of scalars, whose order never matters.
    Set,
    /// A list of objects with these members.
    Objects(Vec<Field>),
    /// An object with these members.
    Block(Vec<Field>),
    /// An object whose keys are data.
    Map(Box<Field>),
}

/// How a field gets back to its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    /// By writing the default.
    Value,
    /// By writing an empty string.
    Empty,
    /// By writing null.
    Null,
    /// By leaving the member out of an update.
    Omit,
    /// Not at all.
    Impossible,
}

/// What omitting a field does to a live value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Omitted {
    /// It goes back to the default.
    Default,
    /// It stays.
    Live,
    /// It stays absent where it is absent, else it goes back to the default.
    LiveWhenAbsent,
}

/// How a live value goes back in an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendRule {
    /// In every update.
    Always,
    /// Only in an update that changes it.
    Changed,
    /// Unless it is the default.
    NonDefault,
    /// Never.
    Never,
}

/// Which changes of a field weaken security.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Weaker {
    /// A lower number.
    Lower,
    /// A higher number, a longer time.
    Higher,
    /// Going away, as a whole or in part.
    Removed,
    /// A list that has more, or none any more and with it no bound.
    Widened,
    /// A later value of this list, or going away.
    Order(Vec<Value>),
}

impl Field {
    /// Reads a field, and all below it, from its JSON schema.
    pub fn from_schema(name: &str, schema: &Value) -> Self {
        let text = |keyword: &str| schema[keyword].as_str();
        let texts = |keyword: &str| {
            let items = schema[keyword].as_array().into_iter().flatten().filter_map(Value::as_str);
            items.map(str::to_owned).collect()
        };
        let default = schema.get("default").filter(|value| !value.is_null()).cloned();
        Self {
            name: name.to_owned(),
            api_name: text("x-api-name").map_or_else(|| capitalised(name), str::to_owned),
            shape: shape(schema),
            absent: schema.get("x-absent").filter(|value| !value.is_null()).cloned(),
            absence_is_state: schema.get("x-absent").is_some_and(Value::is_null),
            key: text("x-key").map(str::to_owned),
            never_empty: schema["minProperties"].as_u64().is_some_and(|least| least > 0),
            reset: match text("x-reset") {
                Some("empty") => Reset::Empty,
                Some("null") => Reset::Null,
                Some("impossible") => Reset::Impossible,
                Some("omit") => Reset::Omit,
                Some("value") => Reset::Value,
                _ if default.is_some() => Reset::Value,
                _ => Reset::Omit,
            },
            omitted: match text("x-omitted") {
                Some("live") => Omitted::Live,
                Some("live-when-absent") => Omitted::LiveWhenAbsent,
                _ => Omitted::Default,
            },
            send: match text("x-send") {
                Some("changed") => SendRule::Changed,
                Some("nonDefault") => SendRule::NonDefault,
                Some("never") => SendRule::Never,
                _ => SendRule::Always,
            },
            create_only: schema["x-create-only"] == true,
            secret: schema["writeOnly"] == true,
            operation: text("x-operation").map(str::to_owned),
            since: schema["x-since"].as_u64().and_then(|since| u32::try_from(since).ok()).unwrap_or(1),
            weaker: match &schema["x-weaker"] {
                Value::String(word) if word == "lower" => Some(Weaker::Lower),
                Value::String(word) if word == "higher" => Some(Weaker::Higher),
                Value::String(word) if word == "removed" => Some(Weaker::Removed),
                Value::String(word) if word == "widened" => Some(Weaker::Widened),
                Value::Array(order) => Some(Weaker::Order(order.clone())),
                _ => None,
            },
            is_value: schema["x-undeclared"] == "goes",
            injected: texts("x-injected"),
            answered: false,
            derived_from: texts("x-derived-from"),
            excluded_by: text("x-excluded-by").map(str::to_owned),
            never_returned: schema["x-never-returned"] == true,
            words: schema["x-words"] == true,
            is_image: schema["x-file"] == "base64",
            is_document: schema["x-file"] == "json",
            passes_on: schema["x-passes-on"] == true,
            fetched_from: text("x-fetched-from").map(str::to_owned),
            held_as_text: schema["x-api-type"] == "string",
            default,
        }
    }

    /// A member that only answers have.
    fn answered(name: &str, keywords: &Value) -> Self {
        Self { answered: true, shape: Shape::Scalar, ..Self::from_schema(name, keywords) }
    }

    /// The members of a block; none for any other shape.
    pub fn members(&self) -> &[Self] {
        match &self.shape {
            Shape::Block(members) => members,
            _ => &[],
        }
    }

    /// The member of a block under its name in the manifest.
    pub fn member(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|member| member.name == name)
    }

    /// The field at a path below this one; a map's keys lead to its one item.
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.segments().iter().try_fold(self, |field, segment| match (segment, &field.shape) {
            (Segment::Key(key), Shape::Block(_)) => field.member(key),
            (Segment::Key(_), Shape::Map(item)) => Some(item.as_ref()),
            _ => None,
        })
    }

    /// The names in the API of a path below this field; a map's keys are data and stay.
    pub fn api_path(&self, path: &Path) -> Option<Vec<String>> {
        let mut field = self;
        let mut names = Vec::new();
        let mut keys = path.keys()?.into_iter();
        while let Some(key) = keys.next() {
            match &field.shape {
                // Its one key is a path in the API's names.
                Shape::Block(_) if key == PASS_THROUGH && field.member(key).is_some() => {
                    names.extend(keys.next()?.split('.').map(str::to_owned));
                    return keys.next().is_none().then_some(names);
                }
                Shape::Block(_) => {
                    field = field.member(key)?;
                    names.push(field.api_name.clone());
                }
                Shape::Map(item) => {
                    field = item;
                    names.push(key.to_owned());
                }
                Shape::Scalar | Shape::Set | Shape::Objects(_) => return None,
            }
        }
        Some(names)
    }

    /// What absence in an answer means; `None` means just that.
    pub fn when_absent(&self) -> Option<&Value> {
        self.absent.as_ref().or(self.default.as_ref()).filter(|_| !self.absence_is_state)
    }

    /// Whether a change from `before` to `after` weakens security.
    pub fn weakens(&self, before: Option<&Value>, after: Option<&Value>) -> bool {
        match (&self.weaker, before, after) {
            (None, _, _) | (Some(_), None, _) => false,
            (Some(Weaker::Removed), Some(before), after) => match (before.as_array(), after) {
                (_, None) => true,
                (Some(before), Some(Value::Array(after))) => before.iter().any(|item| !after.contains(item)),
                _ => false,
            },
            (Some(Weaker::Widened), Some(before), after) => match (before.as_array(), after) {
                (Some(before), Some(Value::Array(after))) => after.iter().any(|item| !before.contains(item)),
                (_, after) => after.is_none(),
            },
            (Some(Weaker::Order(_)), Some(_), None) => true,
            (Some(Weaker::Order(order)), Some(before), Some(after)) => {
                let rank = |value| order.iter().position(|known| known == value);
                rank(before) < rank(after)
            }
            (Some(Weaker::Lower), Some(before), after) => magnitude(before) > after.and_then(magnitude),
            (Some(Weaker::Higher), Some(before), after) => magnitude(before) < after.and_then(magnitude),
        }
    }
}

/// A number, or a duration such as `30d` in seconds.
fn magnitude(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| crate::duration::seconds(value.as_str()?))
}

fn shape(schema: &Value) -> Shape {
    if schema["writeOnly"] == true || schema.get("x-file").is_some() {
        return Shape::Scalar;
    }
    let items = &schema["items"];
    if items.is_object() {
        return match members(items) {
            Some(members) => Shape::Objects(members),
            None => Shape::Set,
        };
    }
    let additional = &schema["additionalProperties"];
    if additional.is_object() {
        return Shape::Map(Box::new(Field::from_schema("*", additional)));
    }
    members(schema).map_or(Shape::Scalar, Shape::Block)
}

/// The members of an object's schema, over all branches of a union; `None` for what is no object.
fn members(schema: &Value) -> Option<Vec<Field>> {
    let mut fields: Option<Vec<Field>> = None;
    if let Some(properties) = schema["properties"].as_object() {
        // What has calls of its own is a kind of its own.
        let own = properties.iter().filter(|(_, schema)| schema["x-section"] != true);
        let own = own.map(|(name, schema)| Field::from_schema(name, schema));
        let answered = schema["x-answered"].as_object().into_iter().flatten();
        let mut all: Vec<Field> =
            own.chain(answered.map(|(name, keywords)| Field::answered(name, keywords))).collect();
        if schema["x-verbatim"] == true {
            for field in &mut all {
                field.api_name.clone_from(&field.name);
            }
        }
        fields = Some(all);
    } else if schema["additionalProperties"] == false {
        fields = Some(Vec::new());
    }
    for branch in ["oneOf", "anyOf"].iter().filter_map(|keyword| schema[*keyword].as_array()).flatten() {
        let Some(found) = members(branch) else { continue };
        let fields = fields.get_or_insert_default();
        for field in found {
            if !fields.iter().any(|known| known.name == field.name) {
                fields.push(field);
            }
        }
    }
    fields
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(schema: &Value) -> Field {
        Field::from_schema("x", schema)
    }

    #[test]
    fn a_union_has_the_members_of_all_its_branches() {
        let union = field(&json!({"oneOf": [
            {"properties": {"kind": {"const": "A"}, "a": {"type": "string"}}, "additionalProperties": false},
            {"properties": {"kind": {"const": "B"}, "b": {"type": "string"}}, "additionalProperties": false},
        ]}));
        let names: Vec<_> = union.members().iter().map(|member| member.name.as_str()).collect();
        assert_eq!(names, ["a", "kind", "b"]);
    }

    #[test]
    fn api_names_follow_the_rule_or_say_otherwise() {
        let block = field(&json!({"properties": {
            "callbackURLs": {"items": {"type": "string"}},
            "attributes": {"x-api-name": "Schema", "additionalProperties": {"properties": {"mutable": {}}}},
        }}));
        let api = |path: &str| block.api_path(&Path::parse(path).unwrap()).unwrap().join("/");
        assert_eq!(api("callbackURLs"), "CallbackURLs");
        assert_eq!(api("attributes.tenant_id.mutable"), "Schema/tenant_id/Mutable");
    }

    #[test]
    fn weaker_is_what_the_field_says() {
        let lower = field(&json!({"x-weaker": "lower"}));
        assert!(lower.weakens(Some(&json!(12)), Some(&json!(8))));
        assert!(!lower.weakens(Some(&json!(8)), Some(&json!(12))));
        let longer = field(&json!({"x-weaker": "higher"}));
        assert!(longer.weakens(Some(&json!("1h")), Some(&json!("1d"))));
        let order = field(&json!({"x-weaker": ["ON", "OPTIONAL", "OFF"]}));
        assert!(order.weakens(Some(&json!("ON")), Some(&json!("OFF"))));
        assert!(!order.weakens(Some(&json!("OFF")), Some(&json!("OPTIONAL"))));
        let removed = field(&json!({"x-weaker": "removed"}));
        assert!(removed.weakens(Some(&json!(["email", "phone_number"])), Some(&json!(["email"]))));
        assert!(removed.weakens(Some(&json!({})), None));
        assert!(!removed.weakens(None, Some(&json!({}))));
    }
}
