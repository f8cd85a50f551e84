//! Secrets by reference, resolved at the moment that they are sent.

use std::io::Read;

use serde_json::Value;

/// The largest file that holds a secret, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// The value of `{env: NAME}` or `{file: PATH}`. Messages name the reference, never the value.
pub(crate) fn resolve(reference: &Value) -> Result<String, String> {
    if let Some(name) = reference["env"].as_str() {
        return std::env::var(name)
            .map_err(|_| format!("the environment variable {name} is not set, or is not text"));
    }
    if let Some(path) = reference["file"].as_str() {
        return from_file(path).map_err(|problem| format!("the secret file {path}: {problem}"));
    }
    Err("this is no reference to a secret: {env: …} or {file: …}".to_owned())
}

fn from_file(path: &str) -> Result<String, String> {
    let metadata = std::fs::metadata(path).map_err(|_| "it cannot be read".to_owned())?;
    if !metadata.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|_| "it cannot be read".to_owned())?;
    let read = file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text);
    match read {
        Err(_) => Err("it is not text".to_owned()),
        Ok(length) if length as u64 > MAX_FILE_BYTES => Err("it is larger than 1 MiB".to_owned()),
        // A file ends in a line break that is no part of the secret.
        Ok(_) => Ok(text
            .strip_suffix('\n')
            .map_or(text.as_str(), |t| t.strip_suffix('\r').unwrap_or(t))
            .to_owned()),
    }
}
