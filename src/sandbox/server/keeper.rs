//! Keeping the state file up to date behind the calls: one write of the whole file for all changes of a moment.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::Complain;
use crate::sandbox::Sandbox;

/// How long to wait before the file is tried again that could not be written.
const AGAIN: Duration = Duration::from_secs(1);

pub(super) struct Keeper {
    sandbox: Arc<Sandbox>,
    pause: Duration,
    changed: Notify,
    complain: Arc<Complain>,
    /// Why the file is behind.
    trouble: Mutex<Option<String>>,
}

impl Keeper {
    pub(super) fn new(sandbox: Arc<Sandbox>, pause: Duration, complain: Arc<Complain>) -> Self {
        Self { sandbox, pause, changed: Notify::new(), complain, trouble: Mutex::new(None) }
    }

    /// Says that there may be something to write.
    pub(super) fn changed(&self) {
        self.changed.notify_one();
    }

    /// Why the state file cannot be written, as long as that is so.
    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes for ever. A large file takes its time, so the pause between two writes is as long as the last one was.
    pub(super) async fn keep(self: Arc<Self>) {
        let mut pause = self.pause;
        loop {
            self.changed.notified().await;
            tokio::time::sleep(pause).await;
            let started = Instant::now();
            let sandbox = Arc::clone(&self.sandbox);
            let written = tokio::task::spawn_blocking(move || sandbox.flush()).await;
            pause = self.pause.max(started.elapsed());
            let trouble = match written {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(error) => Some(error.to_string()),
            };
            if trouble.is_some() {
                pause = pause.max(AGAIN);
                self.changed();
            }
            let mut known = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(new) = trouble.as_ref().filter(|new| known.as_ref() != Some(*new)) {
                (self.complain)(&format!(
                    "the state is not kept, and nothing can be changed until it is: {new}"
                ));
            }
            *known = trouble;
        }
    }
}
