//! Exported manifests as files.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

use super::json;
use super::manifest::ORDER;
use crate::export::Export;
use crate::export::update::{Left, UpdateReport};
use crate::source::{WriteError, write_document};
use crate::template;

/// A file of an export: its name, without a directory, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The name.
    pub name: String,
    /// The text.
    pub text: String,
}

/// The manifest of a pool in one file, or in one a section.
///
/// # Errors
/// A manifest that YAML does not keep as it is.
pub fn files(export: &Export, is_split: bool) -> Result<Vec<File>, WriteError> {
    if is_split { split(export) } else { one(export).map(|file| vec![file]) }
}

/// A pool's manifest as one file.
///
/// # Errors
/// A manifest that YAML does not keep as it is.
pub fn one(export: &Export) -> Result<File, WriteError> {
    let name = format!("{}.yaml", stem(export));
    Ok(File { name, text: text(export, &export.manifest)? })
}

/// A pool's manifest as one file a section.
fn split(export: &Export) -> Result<Vec<File>, WriteError> {
    let is_header = |section: &str| ["apiVersion", "pool", "poolId"].contains(&section);
    let sections =
        ORDER.iter().filter(|section| !is_header(section) && export.manifest.contains_key(**section));
    sections
        .map(|section| {
            let part = |(name, _): &(&String, &Value)| is_header(name) || *name == section;
            let part: Map<String, Value> = export
                .manifest
                .iter()
                .filter(part)
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            Ok(File { name: format!("{section}.yaml"), text: text(export, &part)? })
        })
        .collect()
}

fn text(export: &Export, manifest: &Map<String, Value>) -> Result<String, WriteError> {
    let members = ORDER.iter().filter_map(|section| Some((*section, manifest.get(*section)?)));
    let escaped: Vec<(&str, Value)> =
        members.map(|(section, value)| (section, template::escaped(value))).collect();
    let (source, _) = write_document(escaped.iter().map(|(section, value)| (*section, value)))?;
    let mut text = format!("# The user pool {} as it was exported.\n", export.pool_id);
    for line in source.text.lines() {
        text.push_str(line);
        let variable = line.trim_start().strip_prefix("env: ");
        if variable.is_some_and(|variable| export.secrets.contains_key(variable)) {
            text.push_str(" # the secret itself is not exported: set this variable before an apply");
        }
        text.push('\n');
    }
    Ok(text)
}

/// A name for a pool's file or directory, which every system can have: its own, else its id.
pub fn stem(export: &Export) -> String {
    let safe = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = export.key.chars().map(safe).collect();
    let name = name.trim_matches('.');
    if name.is_empty() { export.pool_id.clone() } else { name.to_owned() }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportsV1<'a> {
    format_version: u32,
    pools: Vec<ExportV1<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportV1<'a> {
    key: &'a str,
    pool_id: &'a str,
    manifest: &'a Map<String, Value>,
    secrets: Vec<SecretV1<'a>>,
    left_out: Vec<LeftOutV1<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SecretV1<'a> {
    path: String,
    env: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LeftOutV1<'a> {
    path: String,
    reason: &'a str,
}

/// Exports for programs.
pub fn as_json(exports: &[Export]) -> String {
    let pools = exports.iter().map(|export| ExportV1 {
        key: &export.key,
        pool_id: &export.pool_id,
        manifest: &export.manifest,
        secrets: export.secrets.iter().map(|(env, path)| SecretV1 { path: path.to_string(), env }).collect(),
        left_out: export
            .left_out
            .iter()
            .map(|(path, reason)| LeftOutV1 { path: path.to_string(), reason })
            .collect(),
    });
    json::text(&ExportsV1 { format_version: 1, pools: pools.collect() })
}

/// What is live and was left out, for people; nothing if that is nothing.
pub fn left_out(export: &Export) -> String {
    let mut text = String::new();
    for (path, reason) in &export.left_out {
        let _ = writeln!(text, "left out: {}.{path}: {reason}", export.key);
    }
    text
}

/// What an update made of files, for people.
pub fn updated(updated: &UpdateReport) -> String {
    let mut text = String::new();
    for (file, addresses) in &updated.files {
        let _ = writeln!(text, "{file}:");
        for address in addresses {
            let _ = writeln!(text, "  {address}");
        }
    }
    if updated.files.is_empty() && updated.left.is_empty() {
        text.push_str("No changes: the manifests say what is live.\n");
    }
    if !updated.left.is_empty() {
        text.push_str("Left as it is:\n");
    }
    for (address, Left { reason, place }) in &updated.left {
        let _ = writeln!(text, "  {address} ({place}): {reason}");
    }
    for (variable, path) in &updated.secrets {
        let _ =
            writeln!(text, "Set {variable} before an apply: the secret itself of {path} is not exported.");
    }
    text
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UpdatedV1<'a> {
    format_version: u32,
    files: Vec<UpdatedFileV1<'a>>,
    left: Vec<LeftV1<'a>>,
    secrets: Vec<SecretV1<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UpdatedFileV1<'a> {
    file: &'a str,
    addresses: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LeftV1<'a> {
    path: String,
    place: &'a str,
    reason: &'a str,
}

/// The same for programs.
pub fn updated_as_json(updated: &UpdateReport) -> String {
    let files = updated.files.iter().map(|(file, addresses)| UpdatedFileV1 {
        file,
        addresses: addresses.iter().map(ToString::to_string).collect(),
    });
    let left = updated.left.iter();
    let left = left.map(|(path, Left { reason, place })| LeftV1 { path: path.to_string(), place, reason });
    let secrets = updated.secrets.iter().map(|(env, path)| SecretV1 { path: path.to_string(), env });
    json::text(&UpdatedV1 {
        format_version: 1,
        files: files.collect(),
        left: left.collect(),
        secrets: secrets.collect(),
    })
}
