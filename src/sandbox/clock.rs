//! The sandbox's time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

/// How far a clock can be put forward, in milliseconds.
pub(super) const FURTHEST: u64 = u32::MAX as u64 * 1_000;

/// A clock that can be put forward. Its clones show the same time.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Where it stands still; `None` goes with the system's.
    from: Option<Duration>,
    /// How far it was put forward, in milliseconds.
    ahead: Arc<AtomicU64>,
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl Clock {
    /// The system's time.
    pub fn system() -> Self {
        Self { from: None, ahead: Arc::default() }
    }

    /// A clock that stands still until it is put forward.
    pub fn standing(since_1970: Duration) -> Self {
        Self { from: Some(since_1970), ahead: Arc::default() }
    }

    /// Puts it forward.
    pub fn advance(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let _ = self.ahead.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |ahead| {
            Some(ahead.saturating_add(millis).min(FURTHEST))
        });
    }

    /// The time since 1970.
    pub fn now(&self) -> Duration {
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.from.unwrap_or_else(now) + Duration::from_millis(self.ahead.load(Ordering::SeqCst))
    }

    /// The same as the API's timestamps count: seconds, with a fraction.
    pub(super) fn timestamp(&self) -> Value {
        let now = self.now();
        #[allow(clippy::cast_precision_loss)] // seconds since 1970 fit a double exactly
        Value::from(now.as_secs() as f64 + f64::from(now.subsec_millis()) / 1000.0)
    }
}
