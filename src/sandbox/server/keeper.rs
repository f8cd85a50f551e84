//! Keeping the state file up to date: a change is answered once it is in the file, and those of a moment are written
//! together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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
    file: watch::Sender<File>,
}

/// How the state file is.
#[derive(Default)]
struct File {
    /// Up to which change it was written, or could not be.
    tried: u64,
    /// Why it is behind.
    trouble: Option<String>,
}

impl Keeper {
    pub(super) fn new(sandbox: Arc<Sandbox>, complain: Arc<Complain>) -> Self {
        Self {
            sandbox,
            complain,
            changes: AtomicU64::new(0),
            changed: Notify::new(),
            file: watch::Sender::default(),
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
        let mut file = self.file.subscribe();
        match file.wait_for(|file| file.tried >= number).await {
            Ok(file) => file.trouble.clone().map_or(Ok(()), Err),
            Err(_) => Err("the server has ended".to_owned()),
        }
    }

    /// Why the state file cannot be written, as long as that is so.
    pub(super) fn trouble(&self) -> Option<String> {
        self.file.borrow().trouble.clone()
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
            let is_new = trouble.is_some() && trouble != self.trouble();
            if let Some(trouble) = trouble.as_ref().filter(|_| is_new) {
                (self.complain)(&format!(
                    "the state is not kept, and nothing can be changed until it is: {trouble}"
                ));
            }
            self.file.send_replace(File { tried: number, trouble });
            if is_behind {
                tokio::time::sleep(AGAIN).await;
                self.changed.notify_one();
            }
        }
    }
}
