//! Rules of `policy`.

use serde_json::Value;

use super::{Check, strings};
use crate::diagnostic::Code;
use crate::path::{Path, Pattern};

pub(super) fn check(check: &mut Check<'_>) {
    let manifest = check.manifest;
    let Some(policy) = manifest.section("policy") else { return };
    let at = Path::of(["policy"]);
    for (index, collection) in strings(&policy["prune"]).into_iter().enumerate() {
        let written = match collection {
            "tags" => &manifest.value["settings"]["userPoolTags"],
            other => &manifest.value[other],
        };
        if !written.is_object() {
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
        if let Err(problem) = Pattern::parse(text) {
            check.error(
                Code::Form,
                &at.key("ignore").index(index),
                problem,
                "for example clients.web.callbackURLs",
            );
        }
    }
    for (text, _) in policy["omitted"].as_object().into_iter().flatten() {
        if let Err(problem) = Pattern::parse(text) {
            check.key_error(Code::Form, &at.key("omitted").key(text), problem, "for example clients.web");
        }
    }
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
        match target.keys().as_deref() {
            Some(["clients", key]) if check.manifest.value["clients"].get(*key).is_some() => {
                let message = format!("`{text}` is declared and to be deleted");
                check.error(Code::Conflict, &path, message, "take it out of `clients` or of `delete`");
            }
            Some(["clients", _]) => {}
            _ => {
                let message = "only app clients are deleted by address";
                check.error(Code::NotSupported, &path, message, "for example clients.old");
            }
        }
    }
}
