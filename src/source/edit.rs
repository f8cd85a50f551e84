//! Editing YAML in place: comments, order and layout of what is not edited stay as they are.
//!
//! Every edited text is read again. An edit after which anything else than what was meant stands there is refused.

use std::str::FromStr;

use serde_json::{Map, Value};
use yaml_edit::{Mapping, YamlFile, YamlNode};

use super::{Node, Source, parse_documents, write_document};
use crate::path::Path;

/// A change of one place of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Which of the text's mappings, from 0.
    pub document: usize,
    /// The member of that mapping, in keys; what it lies in must be there.
    pub path: Path,
    /// What is done to it.
    pub change: EditChange,
}

/// What an [`Edit`] does.
#[derive(Debug, Clone, PartialEq)]
pub enum EditChange {
    /// It gets this value, at the end of its mapping if it is new.
    Set(Value),
    /// It goes.
    Remove,
    /// Items of a list go, by their positions, and others come to its end.
    Items {
        /// The positions, from 0, ascending.
        removed: Vec<usize>,
        /// What comes.
        added: Vec<Value>,
    },
}

/// Edits a text. What comes back beside the new text are the positions of the edits that were refused.
pub fn edit(source: &Source, edits: &[Edit]) -> (String, Vec<usize>) {
    let mut refused = Vec::new();
    let text = halve(source.text.clone(), edits, 0, &mut refused);
    (text, refused)
}

/// All at once, or where that fails the first half and then the other, down to the one that cannot be.
fn halve(text: String, edits: &[Edit], first: usize, refused: &mut Vec<usize>) -> String {
    if edits.is_empty() {
        return text;
    }
    if let Some(edited) = edited(&text, edits) {
        return edited;
    }
    if edits.len() == 1 {
        refused.push(first);
        return text;
    }
    let (one, other) = edits.split_at(edits.len() / 2);
    let text = halve(text, one, first, refused);
    halve(text, other, first + one.len(), refused)
}

/// The text with these edits, if it says what they mean.
fn edited(text: &str, edits: &[Edit]) -> Option<String> {
    let mut meant = values(text)?;
    for edit in edits {
        change(meant.get_mut(edit.document)?, &edit.path.keys()?, &edit.change)?;
    }
    let file = YamlFile::from_str(text).ok()?;
    let mappings: Vec<Mapping> = file.documents().filter_map(|document| document.as_mapping()).collect();
    for edit in edits {
        apply(mappings.get(edit.document)?, &edit.path.keys()?, &edit.change)?;
    }
    let edited = with_line_breaks_of(text, file.to_string());
    (values(&edited)? == meant).then_some(edited)
}

/// The mappings of a text as values.
fn values(text: &str) -> Option<Vec<Value>> {
    let source = Source::new("", text);
    let documents: Vec<Node> =
        parse_documents(std::slice::from_ref(&source)).into_iter().collect::<Result<_, _>>().ok()?;
    Some(documents.iter().filter(|document| document.is_map()).map(Node::to_value).collect())
}

fn with_line_breaks_of(old: &str, new: String) -> String {
    if old.contains("\r\n") { new.replace("\r\n", "\n").replace('\n', "\r\n") } else { new }
}

/// What an edit means, to a value.
fn change(value: &mut Value, keys: &[&str], change: &EditChange) -> Option<()> {
    let (last, within) = keys.split_last()?;
    let parent = within.iter().try_fold(value, |value, key| value.get_mut(*key))?.as_object_mut()?;
    match change {
        EditChange::Set(value) => _ = parent.insert((*last).to_owned(), value.clone()),
        EditChange::Remove => _ = parent.remove(*last)?,
        EditChange::Items { removed, added } => {
            let items = parent.get_mut(*last)?.as_array_mut()?;
            for position in removed.iter().rev() {
                (*position < items.len()).then(|| items.remove(*position))?;
            }
            items.extend(added.iter().cloned());
        }
    }
    Some(())
}

/// The same, to a text.
fn apply(root: &Mapping, keys: &[&str], change: &EditChange) -> Option<()> {
    let (last, within) = keys.split_last()?;
    let mut parents = vec![root.clone()];
    for key in within {
        parents.push(parents.last()?.get_mapping(*key)?);
    }
    let parent = parents.pop()?;
    match change {
        EditChange::Set(value) => parent.set(*last, node(value)?),
        // A mapping whose last line goes would say null.
        EditChange::Remove if parent.keys().count() == 1 && !within.is_empty() => {
            parents.last()?.set(*within.last()?, node(&Value::Object(Map::new()))?);
        }
        EditChange::Remove => _ = parent.remove(*last)?,
        EditChange::Items { removed, added } => {
            let items = parent.get_sequence(*last)?;
            if removed.len() == items.len() {
                // So does a list.
                parent.set(*last, node(&Value::Array(added.clone()))?);
                return Some(());
            }
            for position in removed.iter().rev() {
                items.remove(*position)?;
            }
            for item in added {
                items.push(node(item)?);
            }
        }
    }
    Some(())
}

/// A value as a piece of a text.
fn node(value: &Value) -> Option<YamlNode> {
    let (source, _) = write_document([("value", value)]).ok()?;
    YamlFile::from_str(&source.text).ok()?.documents().next()?.as_mapping()?.get("value")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = "\
# yaml-language-server: $schema=x
pool: customers # the key

settings:
  # as the policy says
  policies:
    passwordPolicy: { minimumLength: 12 } # why
  lambdaConfig: { preSignUp: one }

clients:
  web:
    callbackURLs:
      # the first
      - \"https://${values.host}/cb\"   # stays
      - https://old/

      - https://app/
    logoutURLs: [https://a/, https://b/] # in one line
    accessTokenValidity: 1h

  # the mobile app
  mobile: { applicationType: native }
---
pool: other
settings: {}
";

    fn at(path: &str, change: EditChange) -> Edit {
        Edit { document: 0, path: Path::parse(path).unwrap(), change }
    }

    fn set(path: &str, value: Value) -> Edit {
        at(path, EditChange::Set(value))
    }

    fn items(path: &str, removed: &[usize], added: &[&str]) -> Edit {
        let added = added.iter().map(|text| json!(text)).collect();
        at(path, EditChange::Items { removed: removed.to_vec(), added })
    }

    #[test]
    fn what_is_not_edited_stays_as_it_is() {
        let edits = [
            set("settings.mfaConfiguration", json!("OFF")),
            set("settings.policies.passwordPolicy.minimumLength", json!(8)),
            set("settings.policies.passwordPolicy.requireSymbols", json!(false)),
            at("settings.lambdaConfig.preSignUp", EditChange::Remove),
            set("settings.smsConfiguration", json!({"snsCallerArn": "arn", "list": ["012", "a: b"]})),
            items("clients.web.callbackURLs", &[1], &["https://new/"]),
            items("clients.web.logoutURLs", &[0, 1], &["a: b, #"]),
            set("clients.web.accessTokenValidity", json!("30m")),
            set("clients.mobile.analyticsConfiguration", json!({"a": ["b"]})),
            set("clients[\"https://x/\"]", json!({})),
            Edit { document: 1, ..set("settings.deletionProtection", json!("ACTIVE")) },
        ];
        let (text, refused) = edit(&Source::new("", TEXT), &edits);
        assert_eq!(refused, [] as [usize; 0]);
        insta::assert_snapshot!(text, @r#"
        # yaml-language-server: $schema=x
        pool: customers # the key

        settings:
          # as the policy says
          policies:
            passwordPolicy: { minimumLength: 8, requireSymbols: false } # why
          lambdaConfig: {}
          mfaConfiguration: OFF
          smsConfiguration:
            list:
            - '012'
            - 'a: b'
            snsCallerArn: arn

        clients:
          web:
            callbackURLs:
              # the first
              - "https://${values.host}/cb"   # stays

              - https://app/
              - https://new/
            logoutURLs: # in one line
              - 'a: b, #'
            accessTokenValidity: 30m

          # the mobile app
          mobile: { applicationType: native, analyticsConfiguration: {a: [b]} }
          https://x/: {}
        ---
        pool: other
        settings: {deletionProtection: ACTIVE}
        "#);
    }

    #[test]
    fn an_edit_that_would_do_anything_else_is_refused_by_itself() {
        let text = "a: &x { b: 1 }\nc: *x\nd: { <<: *x }\ne: 1\n";
        let edits = [
            set("c.b", json!(2)),
            at("d.b", EditChange::Remove),
            set("nowhere.b", json!(2)),
            set("e", json!(2)),
            set("d.b", json!(3)),
            items("a", &[0], &[]),
        ];
        let (text, refused) = edit(&Source::new("", text), &edits);
        assert_eq!(refused, [0, 2, 5]);
        insta::assert_snapshot!(text, @"
        a: &x { b: 1 }
        c: *x
        d: {b: 3}
        e: 2
        ");
    }

    #[test]
    fn line_breaks_stay_as_they_are() {
        let (text, refused) = edit(&Source::new("", "a: 1\r\nb: 2\r\n"), &[set("c", json!({"d": 1}))]);
        assert_eq!((text.as_str(), refused.len()), ("a: 1\r\nb: 2\r\nc:\r\n  d: 1\r\n", 0));
    }

    mod property {
        use proptest::prelude::*;

        use super::*;

        fn tree() -> impl Strategy<Value = Value> {
            let leaf = prop_oneof![
                any::<bool>().prop_map(Value::from),
                any::<i32>().prop_map(Value::from),
                "[ -~é\\n]{0,12}".prop_map(Value::from),
                Just(json!("OFF")),
            ];
            leaf.prop_recursive(3, 24, 4, |inner| {
                prop_oneof![
                    prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                    prop::collection::btree_map("[a-z:/.]{1,6}", inner, 0..4)
                        .prop_map(|map| Value::Object(map.into_iter().collect())),
                ]
            })
        }

        fn document() -> impl Strategy<Value = Value> {
            prop::collection::btree_map("[a-d]", tree(), 1..5)
                .prop_map(|map| Value::Object(map.into_iter().collect()))
        }

        proptest! {
            #[test]
            fn what_our_writer_writes_can_be_edited(old in document(), new in document()) {
                let (source, _) = write_document(old.as_object().unwrap().iter().map(|(k, v)| (k.as_str(), v))).unwrap();
                let edits: Vec<Edit> = new
                    .as_object()
                    .unwrap()
                    .iter()
                    .map(|(key, value)| Edit { document: 0, path: Path::of([key]), change: EditChange::Set(value.clone()) })
                    .collect();
                let (text, refused) = edit(&source, &edits);
                prop_assert_eq!(&refused, &[] as &[usize], "{}", text);
                let read = values(&text).unwrap();
                for (key, value) in new.as_object().unwrap() {
                    prop_assert_eq!(&read[0][key], value);
                }
            }
        }
    }
}
