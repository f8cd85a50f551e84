//! The field-level differences between what a manifest says of a resource and what is live.
//!
//! One differ for every kind: it walks the table of fields with both canonical sides. What omitting a field
//! means, when a difference is refused, and how it is written all stand on the field.

use serde_json::{Map, Value, json};

use crate::catalog::{Field, HIDDEN_SECRET, Omitted, Reset, SCHEMA_GENERATION, Shape, why_not_fetched};
use crate::normalize::same;
use crate::path::Path;

mod change;

pub use change::{Change, ChangeKind, Difference, Immutable, Rules, SecretState};

/// Compares a resource's canonical manifest with its canonical answer.
pub fn diff(root: &Field, written: &Value, live: &Value, rules: &Rules<'_>) -> Difference {
    let mut differ = Differ { rules, creating: false, found: Difference::default() };
    let at = Path::root();
    match &root.shape {
        Shape::Map(item) => {
            differ.map(root, item, &at, Said::Value(written), Some(live), Fill::Defaults);
        }
        _ => differ.members(root.members(), &at, written.as_object(), live.as_object(), Fill::Defaults),
    }
    differ.found
}

/// What a resource is created with: all that is written, and the defaults of the blocks it stands in.
///
/// A block is completed because the API has two readings of a partial one; what is not written at all is left to
/// the service, whose default it is.
pub fn creation(root: &Field, written: &Value) -> Vec<Change> {
    let rules = Rules {
        keeps: &|_| false,
        ignores: &|_| false,
        generation: SCHEMA_GENERATION,
        secret: &|_| SecretState::NotCompared,
    };
    let mut differ = Differ { rules: &rules, creating: true, found: Difference::default() };
    differ.members(root.members(), &Path::root(), written.as_object(), None, Fill::Written);
    differ.found.changes
}

/// What the differ does about fields that are not written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fill {
    /// An existing resource: they go back to their defaults.
    Defaults,
    /// A new resource, inside no written block: they are left to the service.
    Written,
    /// A new resource, inside a written block: they are written with it.
    Block,
}

/// What the manifest says of a field.
#[derive(Clone, Copy)]
enum Said<'a> {
    Nothing,
    Default,
    Value(&'a Value),
}

struct Differ<'a> {
    rules: &'a Rules<'a>,
    creating: bool,
    found: Difference,
}

impl Differ<'_> {
    fn members(
        &mut self,
        fields: &[Field],
        at: &Path,
        written: Option<&Map<String, Value>>,
        live: Option<&Map<String, Value>>,
        fill: Fill,
    ) {
        let is_written =
            |name: &str| written.and_then(|written| written.get(name)).is_some_and(|value| !value.is_null());
        for field in fields.iter().filter(|field| !field.answered) {
            let said = match written.and_then(|written| written.get(&field.name)) {
                // Written in its place, another member says aloud that there is none.
                None if field.excluded_by.as_deref().is_some_and(is_written) => Said::Default,
                None => Said::Nothing,
                Some(Value::Null) if stays_without_a_default(field) => Said::Nothing,
                Some(Value::Null) => Said::Default,
                Some(value) => Said::Value(value),
            };
            let live = live.and_then(|live| live.get(&field.name));
            self.field(field, &at.key(&field.name), said, live, fill);
        }
        for field in fields.iter().filter(|field| is_written(&field.name)) {
            self.hold_on_to(field, at, written.and_then(|written| written.get(&field.name)));
        }
    }

    /// A written value that the service would make anew from what changes is written again, though it is the same.
    fn hold_on_to(&mut self, field: &Field, at: &Path, written: Option<&Value>) {
        let path = at.key(&field.name);
        let changes = |path: &Path| self.found.changes.iter().any(|change| change.path == *path);
        let is_made_anew = field.derived_from.iter().any(|source| changes(&at.key(source)));
        if is_made_anew && !changes(&path) && !self.creating {
            let value = written.cloned();
            self.found.changes.push(Change {
                path,
                kind: ChangeKind::Modify,
                before: value.clone(),
                after: value,
                reset: field.reset,
                weakens: false,
                secret: false,
                preset: None,
            });
        }
    }

    fn field(&mut self, field: &Field, path: &Path, said: Said<'_>, live: Option<&Value>, fill: Fill) {
        if field.operation.as_deref() == Some("identity") {
            return;
        }
        if field.create_only && field.never_returned && !field.secret && !self.creating {
            return; // nobody knows what it is
        }
        if matches!(said, Said::Nothing) && self.stays_as_it_is(field, path, live, fill) {
            return;
        }
        match &field.shape {
            Shape::Map(item) => self.map(field, item, path, said, live, fill),
            Shape::Block(members) if field.absence_is_state => {
                self.optional_block(field, members, path, said, live, fill);
            }
            Shape::Block(members) => {
                let written = match said {
                    Said::Value(value) => value.as_object().cloned(),
                    // What has no default to go back to is not meant.
                    Said::Default => Some(
                        members
                            .iter()
                            .filter(|member| !member.create_only && member.omitted != Omitted::Live)
                            .map(|member| (member.name.clone(), Value::Null))
                            .collect(),
                    ),
                    Said::Nothing => None,
                };
                let fill = if fill != Fill::Defaults && written.is_some() { Fill::Block } else { fill };
                self.members(members, path, written.as_ref(), live.and_then(Value::as_object), fill);
            }
            Shape::Scalar if field.secret && !self.creating => self.secret(field, path, said, live),
            Shape::Scalar | Shape::Set | Shape::Objects(_) => self.leaf(field, path, said, live),
        }
    }

    /// A secret of a resource that exists. Not written, it stays.
    fn secret(&mut self, field: &Field, path: &Path, said: Said<'_>, live: Option<&Value>) {
        let Said::Value(reference) = said else { return };
        let is_there = live.is_some() || field.never_returned || field.create_only;
        match (self.rules.secret)(path) {
            _ if !is_there => self.change(field, path, said, None, Some(reference.clone())),
            SecretState::Changed => {
                let hidden = Some(Value::from(HIDDEN_SECRET));
                self.change(field, path, said, hidden, Some(reference.clone()));
            }
            state => self.found.secrets.push((path.clone(), state)),
        }
    }

    /// Whether an omitted field is left alone, whatever it is live.
    fn stays_as_it_is(&mut self, field: &Field, path: &Path, live: Option<&Value>, fill: Fill) -> bool {
        if fill != Fill::Defaults {
            let filled = fill == Fill::Block && field.default.is_some() && field.omitted == Omitted::Default;
            return !filled || matches!(field.shape, Shape::Block(_) | Shape::Map(_));
        }
        if field.since > self.rules.generation {
            if live.is_some() {
                self.found.new_in_this_version.push(path.clone());
            }
            return true;
        }
        let collection = matches!(field.shape, Shape::Map(_)) && !field.is_value;
        field.create_only
            || field.omitted == Omitted::Live && !collection
            || field.omitted == Omitted::LiveWhenAbsent && live.is_none()
            || (is_leaf(field) || field.absence_is_state || field.is_value) && (self.rules.keeps)(path)
    }

    /// A block whose absence is a state: it comes and goes as a whole, and is compared by members while it is there.
    fn optional_block(
        &mut self,
        field: &Field,
        members: &[Field],
        path: &Path,
        said: Said<'_>,
        live: Option<&Value>,
        fill: Fill,
    ) {
        let whole = |written: &Value| with_defaults(members, written);
        let said = match said {
            Said::Value(written) if field.never_empty && whole(written) == json!({}) => Said::Default,
            said => said,
        };
        match (said, live) {
            (Said::Value(written), Some(live)) => {
                self.members(members, path, written.as_object(), live.as_object(), fill);
            }
            (Said::Value(written), None) => {
                let whole = self.without_ignored(path, whole(written));
                self.change(field, path, said, None, Some(whole));
            }
            (said, Some(live)) if field.default.is_some() => {
                let aloud = members.iter().map(|member| (member.name.clone(), Value::Null)).collect();
                let written = matches!(said, Said::Default).then_some(&aloud);
                self.members(members, path, written, live.as_object(), fill);
            }
            (Said::Default | Said::Nothing, Some(live)) if self.is_protected(said, path, live) => {}
            (Said::Default | Said::Nothing, Some(live)) => {
                self.change(field, path, said, Some(live.clone()), None);
            }
            (Said::Default, None) if field.default.is_some() => {
                self.change(field, path, said, None, field.default.clone());
            }
            (Said::Default | Said::Nothing, None) => {}
        }
    }

    /// Whether a block cannot go because a member of it stays as it is live.
    fn is_protected(&mut self, said: Said<'_>, path: &Path, live: &Value) -> bool {
        let members = live.as_object().into_iter().flatten().map(|(name, _)| path.key(name));
        let (mut ignored, mut kept) = (false, false);
        for member in members {
            ignored |= (self.rules.ignores)(&member);
            kept |= matches!(said, Said::Nothing) && (self.rules.keeps)(&member);
        }
        if ignored {
            self.found.ignored.push(path.clone());
        }
        ignored || kept
    }

    /// A new block without the members that stay as they are live, which is absent.
    fn without_ignored(&mut self, path: &Path, mut whole: Value) -> Value {
        let Value::Object(members) = &mut whole else { return whole };
        let ignored: Vec<String> =
            members.keys().filter(|name| (self.rules.ignores)(&path.key(*name))).cloned().collect();
        for name in ignored {
            members.remove(&name);
            self.found.ignored.push(path.key(&name));
        }
        whole
    }

    /// A map by its keys. What is live and not declared is listed and left alone, unless the map is one value.
    fn map(
        &mut self,
        field: &Field,
        item: &Field,
        path: &Path,
        said: Said<'_>,
        live: Option<&Value>,
        fill: Fill,
    ) {
        let empty = Map::new();
        let live = live.or(field.when_absent()).and_then(Value::as_object).unwrap_or(&empty);
        let written = match said {
            Said::Value(written) => written.as_object().unwrap_or(&empty),
            Said::Default => field.default.as_ref().and_then(Value::as_object).unwrap_or(&empty),
            Said::Nothing => &empty,
        };
        for (key, value) in written {
            let path = path.key(key);
            // A key that is not there has its default, if it has one.
            match live.get(key).or_else(|| field.default.as_ref()?.get(key)) {
                None if value.is_null() => {}
                // An entry that is a map and holds nothing is none.
                None if matches!(item.shape, Shape::Map(_)) && *value == json!({}) => {}
                Some(before) if value.is_null() => {
                    self.field(item, &path, Said::Default, Some(before), fill);
                }
                None => {
                    let whole = match item.shape {
                        Shape::Scalar => value.clone(),
                        _ => whole_value(item, value),
                    };
                    self.change(item, &path, Said::Value(value), None, Some(whole));
                }
                Some(before) => self.field(item, &path, Said::Value(value), Some(before), fill),
            }
        }
        let is_default =
            |key: &str, value: &Value| field.default.as_ref().is_some_and(|all| all[key] == *value);
        let undeclared =
            live.iter().filter(|(key, value)| !written.contains_key(*key) && !is_default(key, value));
        for (key, before) in undeclared {
            if !field.is_value {
                self.found.unmanaged.push(path.key(key));
            } else if !field.injected.contains(key) {
                self.change(item, &path.key(key), said, Some(before.clone()), None);
            }
        }
    }

    fn leaf(&mut self, field: &Field, path: &Path, said: Said<'_>, live: Option<&Value>) {
        let wanted = match said {
            Said::Value(value) => Some(value),
            Said::Default | Said::Nothing => field.default.as_ref(),
        };
        let is = live.or(field.when_absent());
        let equal = !self.creating
            && match (wanted, is) {
                (None, None) => true,
                (Some(wanted), Some(is)) => same(field, wanted, is),
                (Some(value), None) | (None, Some(value)) => is_empty_set(field, value),
            };
        if let (true, Some(why), Some(_)) = (equal, is.and_then(why_not_fetched), wanted)
            && !(self.rules.ignores)(path)
        {
            self.found.not_compared.push((path.clone(), why.to_owned()));
        }
        let left_to_the_service = self.creating && wanted.is_none();
        if !equal && !left_to_the_service {
            let before = if self.creating { None } else { is.cloned() };
            self.change(field, path, said, before, wanted.cloned());
        }
    }

    fn change(
        &mut self,
        field: &Field,
        path: &Path,
        said: Said<'_>,
        before: Option<Value>,
        after: Option<Value>,
    ) {
        if (self.rules.ignores)(path) {
            self.found.ignored.push(path.clone());
            return;
        }
        if !self.creating
            && (field.create_only || before.is_some() && after.is_none() && field.reset == Reset::Impossible)
        {
            self.found.immutable.push(Immutable { path: path.clone(), live: before, written: after });
            return;
        }
        let kind = match (said, &before, &after) {
            (Said::Nothing, Some(_), _) => ChangeKind::Reset,
            (_, None, _) => ChangeKind::Add,
            (_, Some(_), None) => ChangeKind::Remove,
            (_, Some(_), Some(_)) => ChangeKind::Modify,
        };
        let weakens =
            !self.creating && field.weakens(before.as_ref().or(field.when_absent()), after.as_ref());
        let reset = field.reset;
        self.found.changes.push(Change {
            path: path.clone(),
            kind,
            before,
            after,
            reset,
            weakens,
            secret: field.secret,
            preset: None,
        });
    }
}

/// Whether a field has no default to go back to, so that null can only mean what it is live.
fn stays_without_a_default(field: &Field) -> bool {
    let changes = field.default.is_none() && field.reset != Reset::Impossible;
    is_leaf(field) && changes && field.omitted == Omitted::Live
}

fn is_leaf(field: &Field) -> bool {
    matches!(field.shape, Shape::Scalar | Shape::Set | Shape::Objects(_))
}

fn is_empty_set(field: &Field, value: &Value) -> bool {
    matches!(field.shape, Shape::Set) && value.as_array().is_some_and(Vec::is_empty)
}

/// A written value with the defaults of what it leaves out.
fn whole_value(field: &Field, written: &Value) -> Value {
    match (&field.shape, written) {
        (Shape::Block(members), written) => with_defaults(members, written),
        (Shape::Map(item), Value::Object(entries)) => {
            let said = entries.iter().filter(|(_, value)| !value.is_null());
            said.map(|(key, value)| (key.clone(), whole_value(item, value))).collect()
        }
        _ => written.clone(),
    }
}

/// A written block with the defaults of the members that it omits.
fn with_defaults(members: &[Field], written: &Value) -> Value {
    let Some(written) = written.as_object() else { return written.clone() };
    let mut whole: Map<String, Value> = Map::new();
    for member in members {
        match written.get(&member.name) {
            Some(Value::Null) | None => {
                if let Some(default) = &member.default {
                    whole.insert(member.name.clone(), default.clone());
                }
            }
            Some(value) => {
                whole.insert(member.name.clone(), whole_value(member, value));
            }
        }
    }
    Value::Object(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table with a field of generation 1 and one of generation 2.
    fn table() -> Field {
        Field::from_schema(
            "settings",
            &json!({"properties": {
                "old": {"type": "string", "default": "a"},
                "new": {"type": "string", "default": "a", "x-since": 2},
            }}),
        )
    }

    fn found(written: &Value, live: &Value, generation: u32) -> (Vec<String>, Vec<String>) {
        let secret = &|_: &Path| SecretState::NotCompared;
        let rules = Rules { keeps: &|_| false, ignores: &|_| false, generation, secret };
        let difference = diff(&table(), written, live, &rules);
        let paths = |paths: Vec<Path>| paths.iter().map(ToString::to_string).collect();
        let changes = difference.changes.into_iter().map(|change| change.path).collect();
        (paths(changes), paths(difference.new_in_this_version))
    }

    #[test]
    fn a_field_newer_than_the_generation_last_applied_stays_as_it_is_live_and_is_listed() {
        let live = json!({"old": "b", "new": "b"});
        assert_eq!(found(&json!({}), &live, 1), (vec!["old".to_owned()], vec!["new".to_owned()]));
        assert_eq!(found(&json!({}), &live, 2), (vec!["new".to_owned(), "old".to_owned()], vec![]));
        assert_eq!(
            found(&json!({}), &json!({"old": "a"}), 1),
            (vec![], vec![]),
            "what is not there is not listed"
        );
    }

    #[test]
    fn a_newer_field_is_managed_as_soon_as_it_is_written() {
        let live = json!({"old": "a", "new": "b"});
        assert_eq!(found(&json!({"new": "c"}), &live, 1), (vec!["new".to_owned()], vec![]));
    }
}
