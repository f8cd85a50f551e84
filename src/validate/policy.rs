//! Rules of `policy`.

use serde_json::Value;

use super::{Check, nearest, strings};
use crate::catalog::{ATTACHED, CLIENT, CLIENT_SECRETS, KINDS, Kind, RECORDS, SETTINGS, Shape};
use crate::diagnostic::Code;
use crate::manifest::policy::is_written;
use crate::path::{Path, Pattern};

pub(super) fn check(check: &mut Check<'_>) {
    let manifest = check.manifest;
    let Some(policy) = manifest.section("policy") else { return };
    let at = Path::of(["policy"]);
    for (index, collection) in strings(&policy["prune"]).into_iter().enumerate() {
        if !is_written(&manifest.value, collection) {
            let key = if collection == "tags" { "settings.userPoolTags" } else { collection };
            check.error(
                Code::Missing,
                &at.key("prune").index(index),
                format!("`{key}` is not written, so everything in it would be deleted"),
                format!("write `{key}` (`{{}}` if it is meant to be empty), or take it out of `prune`"),
            );
        }
    }
    if policy["owner"] == "none" && !strings(&policy["prune"]).is_empty() {
        let message = "without an owner nothing is pruned";
        check.error(Code::Conflict, &at.key("owner"), message, "leave `owner` or `prune` out");
    }
    patterns(check, policy, &at);
    deletions(check, policy, &at);
}

fn patterns(check: &mut Check<'_>, policy: &Value, at: &Path) {
    for (index, text) in strings(&policy["ignore"]).into_iter().enumerate() {
        if let Err((code, problem, help)) = known(check, text) {
            check.error(code, &at.key("ignore").index(index), problem, help);
        }
    }
    for (text, _) in policy["omitted"].as_object().into_iter().flatten() {
        if let Err((code, problem, help)) = known(check, text) {
            check.key_error(code, &at.key("omitted").key(text), problem, help);
        }
    }
}

/// Whether a pattern can select anything: a slip of the pen would silently protect nothing.
fn known(check: &Check<'_>, text: &str) -> Result<(), (Code, String, String)> {
    let example = "for example clients.web.callbackURLs";
    let pattern = Pattern::parse(text).map_err(|problem| (Code::Form, problem, example.to_owned()))?;
    let unknown = |what: String, names: Vec<&str>, key: &str| {
        let near = nearest(key, names.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        let known = if names.is_empty() {
            "declare it, or leave it out".to_owned()
        } else {
            format!("there is: {}", names.join(", "))
        };
        (Code::BadReference, what, near.unwrap_or(known))
    };
    let mut keys = pattern.keys().into_iter();
    let Some(section) = keys.next().flatten() else { return Ok(()) };
    let of_pool = || ATTACHED.into_iter().filter(|kind| !kind.is_of_client());
    let Some(kind) = KINDS.into_iter().chain(of_pool()).find(|kind| kind.section == section) else {
        let sections = KINDS.into_iter().chain(of_pool()).map(|kind| kind.section).collect();
        return Err(unknown(format!("there is no section `{section}`"), sections, section));
    };
    let mut field = &kind.root;
    if has_members(kind) {
        let declared = check.manifest.value[section].as_object();
        match keys.next() {
            None => return Ok(()),
            Some(None) => {}
            Some(Some(key)) => {
                let Some(written) = declared.and_then(|declared| declared.get(key)) else {
                    let names = declared.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
                    let what = format!("there is no {} `{key}` in this manifest", kind.noun);
                    return Err(unknown(what, names, key));
                };
                field = kind.fields(written);
            }
        }
    }
    let mut keys = keys.peekable();
    if section == CLIENT.section
        && let Some(of_client) = keys.next_if_map(|key| key.and_then(section_of_client).ok_or(key))
    {
        field = &of_client.root;
        // The next key is the name of a record.
        if of_client.records.is_some_and(|records| records.names.is_some()) && keys.next().is_none() {
            return Ok(());
        }
    }
    for key in keys {
        field = match (&field.shape, key) {
            (Shape::Map(item), _) => item,
            (Shape::Block(members), Some(key)) => field.member(key).ok_or_else(|| {
                let names = members.iter().map(|member| member.name.as_str()).collect();
                unknown(format!("`{}` has no member `{key}`", field.name), names, key)
            })?,
            (Shape::Block(_), None) => return Ok(()),
            (Shape::Scalar | Shape::Set | Shape::Objects(_), _) => {
                let what = format!("`{}` has no members", field.name);
                return Err((Code::BadReference, what, "name the member itself".to_owned()));
            }
        };
    }
    Ok(())
}

/// The kind with a section of its own in a client.
fn section_of_client(section: &str) -> Option<&'static Kind> {
    let of_client = ATTACHED.into_iter().chain(RECORDS).filter(|kind| kind.is_of_client());
    let mut all = of_client.chain([&CLIENT_SECRETS]);
    all.find(|kind| kind.section == section).map(|kind| &**kind)
}

/// Whether a section's keys are the names of resources.
fn has_members(kind: &Kind) -> bool {
    kind.section != SETTINGS.section && kind.attached.is_none()
}

fn deletions(check: &mut Check<'_>, policy: &Value, at: &Path) {
    for (index, text) in strings(&policy["delete"]).into_iter().enumerate() {
        let path = at.key("delete").index(index);
        let target = match Path::parse(text) {
            Ok(target) => target,
            Err(problem) => {
                check.error(Code::Form, &path, problem, "for example clients.old");
                continue;
            }
        };
        // The entries of a list go by address too.
        let is_list = |kind: &Kind| kind.attached.is_some_and(|attached| attached.listed.is_some());
        let kinds = || KINDS.into_iter().chain(ATTACHED).filter(|kind| has_members(kind) || is_list(kind));
        match target.keys().as_deref() {
            Some([section, key]) if kinds().any(|kind| kind.section == *section) => {
                if check.manifest.value[section].get(*key).is_some() {
                    let message = format!("`{text}` is declared and to be deleted");
                    let help = format!("take it out of `{section}` or of `delete`");
                    check.error(Code::Conflict, &path, message, help);
                }
            }
            Some(["clients", client, section, name @ ..]) if is_record(section, name) => {
                record_deletion(check, &path, text, client, section, name);
            }
            _ => {
                let sections: Vec<&str> = kinds().map(|kind| kind.section).collect();
                let records = RECORDS.map(|kind| kind.section).join(", ");
                let message = format!(
                    "only members of {}, and of clients {records}, are deleted by address",
                    sections.join(", ")
                );
                check.error(Code::NotSupported, &path, message, "for example clients.old");
            }
        }
    }
}

/// Whether a client can have a record of this name in a section; without a name, the one that it has.
fn is_record(section: &str, name: &[&str]) -> bool {
    let kind = RECORDS.into_iter().find(|kind| kind.section == section);
    kind.and_then(|kind| kind.records.as_ref())
        .is_some_and(|records| records.all_names().any(|known| known.as_slice() == name))
}

/// A record goes from a client that the manifest declares, and is not declared itself.
fn record_deletion(check: &mut Check<'_>, at: &Path, text: &str, client: &str, section: &str, name: &[&str]) {
    let declared = &check.manifest.value[CLIENT.section][client];
    if declared.is_null() {
        let message = format!("`{text}` is of the client `{client}`, which this manifest does not declare");
        let help = format!("declare the client: `{client}: {{}}` in `clients`");
        return check.error(Code::BadReference, at, message, help);
    }
    let written = name.iter().fold(&declared[section], |value, name| &value[*name]);
    if !written.is_null() {
        let message = format!("`{text}` is declared and to be deleted");
        let help = format!("take it out of `{client}` or of `delete`");
        check.error(Code::Conflict, at, message, help);
    }
}
