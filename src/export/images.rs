//! Images of an export in files of their own.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::Export;
use crate::manifest::schema;
use crate::manifest::shape::Shape;
use crate::path::Path;

/// An image with the name of its file, in the directory `images` beside the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFile {
    /// The path of the file, from the manifest.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Export {
    /// The same with references in the place of images, and the files that they name.
    #[must_use]
    pub fn with_image_files(mut self) -> (Self, Vec<ImageFile>) {
        let mut files = Vec::new();
        let key = self.key.clone();
        for (section, value) in &mut self.manifest {
            let at = Path::of([key.as_str(), section.as_str()]);
            detach(value, &Shape::of(schema()).member(section), &at, &mut files);
        }
        (self, files)
    }
}

fn detach(value: &mut Value, shape: &Shape<'_>, at: &Path, files: &mut Vec<ImageFile>) {
    match value {
        Value::String(text) if shape.file_form().is_some_and(|form| form["x-file"] == "base64") => {
            let Ok(bytes) = BASE64.decode(text.as_bytes()) else { return };
            let words: Vec<String> = at.keys().unwrap_or_default().into_iter().map(safe).collect();
            let name = format!("images/{}.{}", words.join("-"), extension(&bytes));
            *value = json!({ "file": format!("./{name}") });
            files.push(ImageFile { name, bytes });
        }
        Value::Object(members) => {
            for (key, member) in members {
                detach(member, &shape.member(key), &at.key(key), files);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                detach(item, &shape.item(), &at.key(index.to_string()), files);
            }
        }
        _ => {}
    }
}

/// A word that file names can hold on every system.
fn safe(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect()
}

/// The usual ending of an image's file, by how its bytes begin.
fn extension(bytes: &[u8]) -> &'static str {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => "png",
        [0xff, 0xd8, ..] => "jpg",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "webp",
        [0, 0, 1, 0, ..] => "ico",
        [b'<', ..] => "svg",
        _ => "bin",
    }
}
