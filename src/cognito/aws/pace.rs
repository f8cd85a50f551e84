//! Calls that the service lets through once a second for the whole account: those that read and set limits.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A second, and what clocks and networks make of it.
const INTERVAL: Duration = Duration::from_millis(1_100);

/// When the next call may be made. What others call in the account is not known here; retries see to that.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<Option<Instant>>);

impl Pace {
    /// Whether an operation is one of those.
    pub(super) fn holds(operation: &str) -> bool {
        matches!(operation, "GetProvisionedLimit" | "UpdateProvisionedLimit")
    }

    /// Takes a turn, and says how long to wait for it.
    pub(super) fn turn(&self, now: Instant) -> Duration {
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = next.map_or(now, |next| next.max(now));
        *next = Some(at + INTERVAL);
        at - now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_one_after_the_other_and_are_not_saved_up() {
        let (pace, start) = (Pace::default(), Instant::now());
        let waits: Vec<Duration> = (0..3).map(|_| pace.turn(start)).collect();
        assert_eq!(waits, [Duration::ZERO, INTERVAL, INTERVAL * 2]);
        let later = start + Duration::from_mins(1);
        assert_eq!([pace.turn(later), pace.turn(later)], [Duration::ZERO, INTERVAL]);
    }
}
