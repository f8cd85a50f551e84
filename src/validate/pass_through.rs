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

/// What is not to be passed through to a resource.
struct Taken<'a> {
    /// Members that say which one is meant.
    identity: &'a [&'a str],
    answer_only: &'a [&'a str],
    fields: &'a Field,
}

/// Looks at a resource, or at each entry where it is a map of such.
fn resource(check: &mut Check<'_>, kind: &Kind, written: &Value, at: &Path) {
    let Shape::Map(item) = &kind.root.shape else {
        let mut identity = vec!["ClientId", "PoolName", "UserPoolId"];
        identity.extend(kind.calls.map(|calls| calls.identity));
        let taken =
            Taken { identity: &identity, answer_only: kind.answer_only, fields: kind.fields(written) };
        return members(check, &taken, written, at);
    };
    let key = kind.attached.and_then(|attached| attached.listed).map(|(_, key)| key);
    let taken = Taken { identity: key.as_slice(), answer_only: &[], fields: item };
    for (name, entry) in written.as_object().into_iter().flatten() {
        members(check, &taken, entry, &at.key(name));
    }
}

fn members(check: &mut Check<'_>, taken: &Taken<'_>, written: &Value, at: &Path) {
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
        if let Some((message, help)) = known(taken, name) {
            check.key_error(Code::Conflict, &at, message, help);
        } else if sounds_like_a_secret(name) {
            let message = format!("`{name}` sounds like a secret, which never stands in a manifest");
            let help = "a later version may have a field for it that takes a reference";
            check.key_error(Code::NotSupported, &at, message, help);
        }
    }
}

/// What is known of a member, if anything is.
fn known(taken: &Taken<'_>, name: &str) -> Option<(String, String)> {
    let first = name.split('.').next().unwrap_or_default();
    if taken.identity.contains(&first) {
        let help = "leave it out: the keys of the manifest say it";
        return Some((format!("`{name}` says which one is meant"), help.to_owned()));
    }
    if taken.answer_only.contains(&first) {
        let help =
            "leave it out: no request takes it, or it is an older spelling of something that has a field";
        return Some((format!("`{name}` stands in answers only"), help.to_owned()));
    }
    let mut field = taken.fields;
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
