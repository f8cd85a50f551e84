//! What a manifest passes through must be unknown to this version.

use serde_json::Value;

use super::Check;
use crate::catalog::{
    ATTACHED, CLIENT, Field, KINDS, Kind, PASS_THROUGH, SETTINGS, Shape, sections_of_client,
};
use crate::diagnostic::Code;
use crate::path::Path;

/// Words in the names of members that hold secrets.
const CREDENTIALS: [&str; 4] = ["secret", "password", "privatekey", "credential"];

pub(super) fn check(check: &mut Check<'_>) {
    let manifest = check.manifest;
    for kind in KINDS {
        let Some(section) = manifest.section(kind.section) else { continue };
        let at = Path::of([kind.section]);
        if kind.section == SETTINGS.section {
            resource(check, kind, section, &at);
            continue;
        }
        for (key, member) in section.as_object().into_iter().flatten() {
            resource(check, kind, member, &at.key(key));
            if kind.section == CLIENT.section {
                for (of_client, within, own) in sections_of_client(member) {
                    resource(check, of_client, own, &at.key(key).join(&within));
                }
            }
        }
    }
    for kind in ATTACHED.into_iter().filter(|kind| !kind.is_of_client()) {
        if let Some(section) = manifest.section(kind.section) {
            resource(check, kind, section, &Path::of([kind.section]));
        }
    }
}

/// Whether the name of a member is that of something secret.
pub fn sounds_like_a_secret(name: &str) -> bool {
    CREDENTIALS.iter().any(|word| name.to_lowercase().contains(word))
}

fn resource(check: &mut Check<'_>, kind: &Kind, written: &Value, at: &Path) {
    let names = || written[PASS_THROUGH].as_object().into_iter().flatten().map(|(name, _)| name);
    for name in names() {
        let at = at.key(PASS_THROUGH).key(name);
        let holder =
            names().find(|other| name.strip_prefix(*other).is_some_and(|rest| rest.starts_with('.')));
        if let Some(holder) = holder {
            let message = format!("`{name}` lies in `{holder}`, which is written too");
            check.key_error(Code::DefinedTwice, &at, message, "write it once");
            continue;
        }
        if let Some((message, help)) = known(kind, kind.fields(written), name) {
            check.key_error(Code::Conflict, &at, message, help);
        } else if sounds_like_a_secret(name) {
            let message = format!("`{name}` sounds like a secret, which never stands in a manifest");
            let help = "a later version may have a field for it that takes a reference";
            check.key_error(Code::NotSupported, &at, message, help);
        }
    }
}

/// What is known of a member, if anything is.
fn known(kind: &Kind, fields: &Field, name: &str) -> Option<(String, String)> {
    if kind.answer_only.contains(&name.split('.').next().unwrap_or_default()) {
        let help =
            "leave it out: no request takes it, or it is an older spelling of something that has a field";
        return Some((format!("`{name}` stands in answers only"), help.to_owned()));
    }
    let mut field = fields;
    let mut path = Vec::new();
    for member in name.split('.') {
        let Shape::Block(members) = &field.shape else {
            let message = format!("`{name}` lies in what is known as a whole");
            return Some((message, format!("write it in `{}`", path.join("."))));
        };
        field = members.iter().find(|field| field.api_name == member && field.name != PASS_THROUGH)?;
        path.push(field.name.clone());
    }
    let message = format!("`{name}` has a field of its own");
    Some((message, format!("write `{}`", path.join("."))))
}
