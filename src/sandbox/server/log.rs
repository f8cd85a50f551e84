//! A line for each call.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::redact::redacted;

/// A file to which each call is appended as a line of JSON.
pub struct Log {
    path: PathBuf,
    file: Mutex<File>,
    failed: AtomicBool,
}

/// Why a log cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("the log {}: {message}", path.display())]
pub struct LogError {
    path: PathBuf,
    message: String,
}

/// One call.
pub(super) struct Line<'a> {
    pub(super) number: u64,
    pub(super) at: SystemTime,
    pub(super) operation: Option<&'a str>,
    pub(super) input: Option<Value>,
    pub(super) error: Option<&'a str>,
    pub(super) took: Duration,
}

/// The same as it is written.
#[derive(Serialize)]
struct Written<'a> {
    number: u64,
    time: Option<String>,
    operation: Option<&'a str>,
    input: Option<Value>,
    result: &'a str,
    milliseconds: f64,
}

impl Log {
    /// Opens a log; what is in it stays. A new one is readable by its owner only.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn open(path: &Path) -> Result<Self, LogError> {
        let mut options = File::options();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| {
            let text = error.to_string();
            let message = text.split(" (os error").next().unwrap_or(&text).to_lowercase();
            LogError { path: path.to_owned(), message }
        })?;
        Ok(Self { path: path.to_owned(), file: Mutex::new(file), failed: AtomicBool::new(false) })
    }

    /// What of an input may be in the log.
    pub(super) fn input(operation: &str, input: &Value) -> Value {
        redacted(operation, input)
    }

    /// Appends a call. Of a log that can no longer be written, the first time is said.
    pub(super) fn append(&self, line: Line<'_>) -> Result<(), String> {
        let Line { number, at, operation, input, error, took } = line;
        let written = Written {
            number,
            time: timestamp(at),
            operation,
            input,
            result: error.unwrap_or("ok"),
            milliseconds: (took.as_secs_f64() * 1e6).round() / 1e3,
        };
        let text = serde_json::to_string(&written).map_err(|error| error.to_string())?;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        match file.write_all(format!("{text}\n").as_bytes()) {
            Ok(()) => Ok(()),
            Err(_) if self.failed.swap(true, Ordering::Relaxed) => Ok(()),
            Err(error) => Err(format!("calls are missing in the log {}: {error}", self.path.display())),
        }
    }
}

/// A time in UTC with milliseconds.
fn timestamp(at: SystemTime) -> Option<String> {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let nanoseconds = i128::try_from(since.as_millis()).ok()?.checked_mul(1_000_000)?;
    OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).ok()?.format(&Rfc3339).ok()
}
