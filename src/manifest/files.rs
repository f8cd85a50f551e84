//! Manifest files: found, bounded and read.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

use crate::diagnostic::{Code, Finding};
use crate::source::Source;

/// The largest manifest file, in bytes.
pub const MAX_FILE_BYTES: u64 = 16 << 20;
/// The most that one run reads, in bytes.
pub const MAX_RUN_BYTES: u64 = 64 << 20;
/// The most files that one run reads.
pub const MAX_FILES: usize = 10_000;

/// The project file's name; it is no manifest.
pub const PROJECT_FILE: &str = "cognitops.yaml";

/// Where manifests come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Standard input, `-` on the command line.
    Stdin,
    /// A file, or a directory that is searched for `*.yaml` and `*.yml`.
    Path(PathBuf),
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        if path == FilePath::new("-") { Self::Stdin } else { Self::Path(path) }
    }
}

/// Reads one file under the rules for manifests. `None` where it does not exist.
///
/// # Errors
/// The finding that says why it cannot be read.
pub fn read_file(path: &FilePath) -> Result<Option<Arc<Source>>, Box<Finding>> {
    let mut reader = Files::default();
    if !path.try_exists().unwrap_or(true) {
        return Ok(None);
    }
    reader.file(path);
    match reader.findings.pop() {
        Some(finding) => Err(Box::new(finding)),
        None => Ok(reader.sources.pop()),
    }
}

/// Reads what a file holds that a manifest names.
///
/// # Errors
/// Why it cannot be read, or that it is larger than `limit` bytes.
pub fn read_content(path: &FilePath, limit: u64) -> Result<Vec<u8>, String> {
    match fs::metadata(path) {
        // Opening a FIFO or a device could wait for ever, or never end.
        Ok(metadata) if !metadata.is_file() => return Err("this is not a regular file".to_owned()),
        Ok(metadata) if metadata.len() > limit => {
            return Err(format!("the file is larger than {limit} bytes"));
        }
        Ok(_) => {}
        Err(error) => return Err(io_message(&error)),
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| io_message(&error))?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| io_message(&error))?;
    if bytes.len() as u64 > limit {
        return Err(format!("the file is larger than {limit} bytes"));
    }
    Ok(bytes)
}

/// The files of a run, each read once.
#[derive(Debug, Default)]
pub struct Files {
    /// Their texts.
    pub sources: Vec<Arc<Source>>,
    /// What is wrong with them.
    pub findings: Vec<Finding>,
    /// The names of texts by the paths that lead to them in the end.
    seen: BTreeMap<PathBuf, String>,
    /// The names of the texts of the current inputs.
    names: Vec<String>,
    bytes: u64,
    full: bool,
}

impl Files {
    /// Reads inputs, in order, and returns the names of their texts. A file that was read before keeps its name.
    pub fn read(&mut self, inputs: &[Input], stdin: &mut dyn Read) -> Vec<String> {
        for input in inputs {
            match input {
                Input::Stdin => self.text("<stdin>", stdin),
                Input::Path(path) => self.path(path),
            }
        }
        let mut distinct = BTreeSet::new();
        self.names.retain(|name| distinct.insert(name.clone()));
        std::mem::take(&mut self.names)
    }

    fn fail(&mut self, code: Code, name: &str, message: impl Into<String>) {
        self.findings.push(Finding::input(code, name, message));
    }

    fn path(&mut self, path: &FilePath) {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.directory(path),
            _ => self.file(path),
        }
    }

    fn directory(&mut self, directory: &FilePath) {
        let name = directory.display().to_string();
        let mut found = false;
        let walk = WalkDir::new(directory).follow_links(true).sort_by_file_name().into_iter();
        let visible = |entry: &walkdir::DirEntry| {
            entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
        };
        for entry in walk.filter_entry(visible) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() || !is_manifest(entry.path()) => {}
                Ok(entry) => {
                    found = true;
                    self.file(entry.path());
                }
                Err(error) => {
                    found = true;
                    let at = error.path().map_or_else(|| name.clone(), |path| path.display().to_string());
                    self.fail(Code::Unreadable, &at, walk_message(&error));
                }
            }
            if self.full {
                return;
            }
        }
        if !found {
            let finding = Finding::input(Code::NoManifest, name, "the directory holds no manifest")
                .help("manifests are files ending in .yaml or .yml");
            self.findings.push(finding);
        }
    }

    fn file(&mut self, path: &FilePath) {
        let name = path.display().to_string();
        if let Ok(real) = path.canonicalize() {
            match self.seen.entry(real) {
                Entry::Occupied(known) => return self.names.push(known.get().clone()),
                Entry::Vacant(new) => _ = new.insert(name.clone()),
            }
        }
        match fs::metadata(path) {
            // Opening a FIFO or a device could wait for ever, or never end.
            Ok(metadata) if !metadata.is_file() => {
                self.fail(Code::Unreadable, &name, "this is not a regular file");
            }
            Ok(_) => match File::open(path) {
                Ok(mut file) => self.text(&name, &mut file),
                Err(error) => self.fail(Code::Unreadable, &name, io_message(&error)),
            },
            Err(error) => self.fail(Code::Unreadable, &name, io_message(&error)),
        }
    }

    fn text(&mut self, name: &str, from: &mut dyn Read) {
        if self.full {
            return;
        }
        if self.sources.len() == MAX_FILES {
            self.full = true;
            return self.fail(Code::TooLarge, name, format!("a run reads at most {MAX_FILES} files"));
        }
        let mut bytes = Vec::new();
        if let Err(error) = from.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes) {
            return self.fail(Code::Unreadable, name, io_message(&error));
        }
        let size = bytes.len() as u64;
        if size > MAX_FILE_BYTES {
            return self.fail(Code::TooLarge, name, "a manifest is at most 16 MiB");
        }
        self.bytes += size;
        if self.bytes > MAX_RUN_BYTES {
            self.full = true;
            return self.fail(Code::TooLarge, name, "a run reads at most 64 MiB");
        }
        match String::from_utf8(bytes) {
            Ok(text) => {
                self.sources.push(Source::new(name, text.strip_prefix('\u{feff}').unwrap_or(&text)));
                self.names.push(name.to_owned());
            }
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let line = error.as_bytes()[..at].split(|byte| *byte == b'\n').count();
                self.fail(Code::Unreadable, name, format!("line {line} is not valid UTF-8"));
            }
        }
    }
}

fn is_manifest(path: &FilePath) -> bool {
    let yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    yaml && path.file_name().is_none_or(|name| name != PROJECT_FILE)
}

/// A system's message, without the number it ends in.
fn io_message(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "reading it is not permitted".to_owned(),
        _ => {
            let text = error.to_string();
            if text.contains("symbolic link") {
                return "its symbolic links form a loop".to_owned();
            }
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}

fn walk_message(error: &walkdir::Error) -> String {
    if error.loop_ancestor().is_some() {
        return "its symbolic links form a loop".to_owned();
    }
    error.io_error().map_or_else(|| "it cannot be read".to_owned(), io_message)
}
