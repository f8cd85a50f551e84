//! Members that this version does not know: passed through, or named.

use serde_json::{Value, json};

use super::{Exporter, client_keys};
use crate::catalog::{ATTACHED, CLIENT, Kind, NAMED, PASS_THROUGH, RECORDS, SETTINGS, Shape};
use crate::normalize::{self, UnknownMember};
use crate::path::Path;
use crate::validate::sounds_like_a_secret;

impl Exporter<'_> {
    /// Names the members that this version does not know, or passes them through.
    pub(super) fn unknown(&mut self) {
        let live = self.live;
        let settings = [SETTINGS.section];
        self.unknown_of(&settings, &SETTINGS, &live.pool);
        self.unknown_of(&settings, &SETTINGS, &live.mfa);
        let (keys, _) = client_keys(&live.listed);
        let key_of = |client: &str| {
            let name = || live.clients.get(client)?["ClientName"].as_str();
            keys.get(client).map(String::as_str).or_else(name).unwrap_or_default()
        };
        for (id, document) in &live.clients {
            self.unknown_of(&[CLIENT.section, key_of(id)], &CLIENT, document);
        }
        for kind in NAMED {
            for (name, document) in live.section(kind.section).into_iter().flatten() {
                self.unknown_of(&[kind.section, name], kind, document);
            }
        }
        for ((section, client), document) in &live.attached {
            let mut kinds = ATTACHED.into_iter().filter(|kind| kind.section == *section);
            let Some(kind) = kinds.find(|kind| kind.is_of_client() == client.is_some()) else { continue };
            match client {
                Some(client) => self.unknown_of(&[CLIENT.section, key_of(client), section], kind, document),
                None => self.unknown_of(&[section], kind, document),
            }
        }
        for ((section, client, name), document) in &live.records {
            let Some(kind) = RECORDS.into_iter().find(|kind| kind.section == *section) else { continue };
            let mut at = vec![CLIENT.section, key_of(client), section];
            at.extend(name.as_deref());
            self.unknown_of(&at, kind, document);
        }
    }

    /// Goes through the document of a resource, which an export has at these keys.
    fn unknown_of(&mut self, at: &[&str], kind: &Kind, document: &Value) {
        for UnknownMember { path, r#type: kind_of_value } in normalize::unknown_members(kind, document) {
            let keys = path.keys().unwrap_or_default();
            let folded = kind.attached.map(|attached| normalize::fold_attached(&attached, document));
            let folded = folded.map_or_else(|| document.clone(), Value::Object);
            let value = keys.iter().try_fold(&folded, |value, key| value.get(*key));
            // What lies in lists, and in the answers about factors, no update takes by its path.
            let passes =
                self.include_unknown && document != &self.live.mfa && !sounds_like_a_secret(&keys.join("."));
            // An entry of a map passes its own through.
            let is_map = matches!(kind.root.shape, Shape::Map(_));
            let (entry, name) = keys.split_at(usize::from(is_map));
            let (section, within) = at.split_first().map_or(("", at), |(section, within)| (*section, within));
            let resource = within
                .iter()
                .chain(entry)
                .try_fold(self.export.manifest.get_mut(section), |resource, key| {
                    Some(resource?.get_mut(*key))
                });
            match (resource.flatten(), value) {
                (Some(Value::Object(resource)), Some(value)) if passes => {
                    let members = resource.entry(PASS_THROUGH).or_insert_with(|| json!({}));
                    members[name.join(".")] = value.clone();
                }
                _ => {
                    let reason = format!("this version does not know `{path}` ({kind_of_value})");
                    self.export.left_out.push((Path::of(at.iter().copied()), reason));
                }
            }
        }
    }
}
