//! The file to which apply writes secrets that Cognito makes and answers once.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cognitops::apply::NewSecret;
use serde_json::json;

use super::{Exit, Failure};

/// A new file that only its owner reads, with a JSON object in each line.
pub(crate) struct SecretOutput {
    path: PathBuf,
    inner: Mutex<Inner>,
}

struct Inner {
    file: File,
    lines: usize,
}

impl SecretOutput {
    /// Makes the file. One that is there stays as it is: it may hold what nobody else has.
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| {
            let message = format!("the file {} for new secrets: {}", path.display(), words(&error));
            let help = "name a file that does not exist, in a directory that does";
            Failure::with_help(message, help, Exit::Error)
        })?;
        Ok(Self { path: path.to_owned(), inner: Mutex::new(Inner { file, lines: 0 }) })
    }

    /// Writes a secret, so that it stays whatever comes next.
    pub(crate) fn keep(&self, environment: &str, secret: &NewSecret<'_>) -> Result<(), String> {
        let line = json!({
            "environment": environment,
            "address": secret.address.to_string(),
            "clientId": secret.client_id,
            "clientSecretId": secret.id,
            "clientSecret": secret.value,
        });
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let written = writeln!(inner.file, "{line}").and_then(|()| inner.file.sync_all());
        written.map_err(|error| {
            format!("the new secret could not be written to {}: {}", self.path.display(), words(&error))
        })?;
        inner.lines += 1;
        Ok(())
    }

    /// How many secrets it holds. A file without any goes, so that the same command can run again.
    pub(crate) fn finish(self) -> Option<(PathBuf, usize)> {
        let lines = self.inner.into_inner().unwrap_or_else(PoisonError::into_inner).lines;
        if lines == 0 {
            let _ = std::fs::remove_file(&self.path); // a file that stays says nothing
            return None;
        }
        Some((self.path, lines))
    }
}

/// The system's words, without its numbers.
fn words(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}
