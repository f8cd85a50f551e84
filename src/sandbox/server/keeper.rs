//! Keeping the state file up to date: a change is answered once it is in the file, and those of a moment are written
//! together.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::Complain;
use crate::sandbox::Sandbox;

/// How long to wait before the file is tried again that could not be written.
const AGAIN: Duration = Duration::from_secs(1);

pub(super) struct Keeper {
    sandbox: Arc<Sandbox>,
    complain: Arc<Complain>,
    /// How many changes there were.
    changes: AtomicU64,
    changed: Notify,
    /// Up to which change the file was written, or could not be.
    tried: watch::Sender<u64>,
    /// Why the file is behind.
    trouble: Mutex<Option<String>>,
}

impl Keeper {
    pub(super) fn new(sandbox: Arc<Sandbox>, complain: Arc<Complain>) -> Self {
        Self {
            sandbox,
            complain,
            changes: AtomicU64::new(0),
            changed: Notify::new(),
            tried: watch::Sender::new(0),
            trouble: Mutex::new(None),
        }
    }

    /// Waits until a change that was just made is in the file, if there is one.
    ///
    /// # Errors
    /// Why it is not in it. It is tried again.
    pub(super) async fn kept(&self) -> Result<(), String> {
        if !self.sandbox.has_file() {
            return Ok(());
        }
        let number = self.changes.fetch_add(1, Ordering::SeqCst) + 1;
        self.changed.notify_one();
        // The sender lives as long as this value.
        let _ = self.tried.subscribe().wait_for(|tried| *tried >= number).await;
        self.trouble().map_or(Ok(()), Err)
    }

    /// Why the state file cannot be written, as long as that is so.
    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes for ever.
    pub(super) async fn keep(self: Arc<Self>) {
        loop {
            self.changed.notified().await;
            let number = self.changes.load(Ordering::SeqCst);
            let sandbox = Arc::clone(&self.sandbox);
            let written = tokio::task::spawn_blocking(move || sandbox.flush()).await;
            let trouble = match written {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(error) => Some(error.to_string()),
            };
            let is_behind = trouble.is_some();
            self.is_now(trouble);
            self.tried.send_replace(number);
            if is_behind {
                tokio::time::sleep(AGAIN).await;
                self.changed.notify_one();
            }
        }
    }

    /// Notes how the file is, and says it once if it is behind.
    fn is_now(&self, trouble: Option<String>) {
        let mut known = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(new) = trouble.as_ref().filter(|new| known.as_ref() != Some(*new)) {
            (self.complain)(&format!("the state is not kept, and nothing can be changed until it is: {new}"));
        }
        *known = trouble;
    }
}
