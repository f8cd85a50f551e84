//! What goes wrong in a sandbox, and how long things take there: Cognito's quotas, faults, slowness and stale answers.
//!
//! By default nothing of it happens. All of it is drawn from a seed, so a run can be made again.

use std::collections::{BTreeMap, VecDeque};
use std::str::FromStr;
use std::time::Duration;

use serde_json::Value;

use super::Refused;
use super::store::State;
use crate::cognito::ErrorCode;
use crate::cognito::quotas::{RATE_IN_A_POOL, category, pool_of};

/// What a sandbox does to its callers.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// Answers `TooManyRequestsException` to who asks more often than Cognito's quotas allow.
    pub quotas: bool,
    /// How long each call takes. With any, changes of one pool can overlap, which Cognito refuses. Needs tokio's time.
    pub latency: Duration,
    /// What happens to calls, by chance.
    pub faults: Faults,
    /// How long after a change a read may be answered as before it.
    pub stale: Duration,
    /// How long a domain stays `CREATING`, `UPDATING` or `DELETING`, and a new replica `CREATING`.
    pub settling: Duration,
    /// The seed of all chance.
    pub seed: u64,
}

/// How many of all calls fail, from 0 to 1 each.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Faults {
    /// `TooManyRequestsException`, without effect.
    pub throttle: f64,
    /// `InternalErrorException`, without effect.
    pub error: f64,
    /// No answer at all, half of the time after the call took effect.
    pub reset: f64,
}

impl FromStr for Faults {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut faults = Self::default();
        for part in text.split(',') {
            let (name, share) =
                part.split_once('=').ok_or_else(|| format!("`{part}` is not as throttle=0.1"))?;
            let value = share.parse().ok().filter(|share| (0.0..=1.0).contains(share));
            let value = value.ok_or_else(|| format!("`{share}` is not a share from 0 to 1"))?;
            match name {
                "throttle" => faults.throttle = value,
                "error" => faults.error = value,
                "reset" => faults.reset = value,
                _ => return Err(format!("`{name}` is none of throttle, error and reset")),
            }
        }
        let sum = faults.throttle + faults.error + faults.reset;
        if sum > 1.0 { Err("together they are more than 1".to_owned()) } else { Ok(faults) }
    }
}

/// What befalls a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing.
    Answered,
    /// Too many came.
    Throttled,
    /// The service failed.
    Failed,
    /// The connection broke.
    Reset {
        /// Whether after the call took effect.
        after: bool,
    },
}

impl Fate {
    /// What is answered to a call that is not made.
    pub(super) fn without_effect(self) -> Option<Refused> {
        match self {
            Self::Throttled => Some(Refused::new(ErrorCode::TooManyRequests, "Rate exceeded")),
            Self::Failed => Some(Refused::new(ErrorCode::InternalError, "The sandbox was told to fail.")),
            Self::Reset { after: false } => Some(reset()),
            Self::Answered | Self::Reset { after: true } => None,
        }
    }
}

/// No answer.
pub(super) fn reset() -> Refused {
    Refused::new(ErrorCode::NoAnswer, "the connection was reset")
}

/// How many quotas are kept apart before those are forgotten of which nothing is used.
const MOST_QUOTAS: usize = 4_096;

/// How many states before recent changes are kept; of more changes the later ones share one.
const MOST_STATES: usize = 8;

/// What a sandbox remembers of its calls for its conditions.
pub(super) struct Traffic {
    random: fastrand::Rng,
    /// What is left of each quota.
    buckets: BTreeMap<(&'static str, String), Bucket>,
    /// How many changes of each pool are under way.
    pub(super) under_way: BTreeMap<String, usize>,
    /// What was before each recent change, the oldest first.
    before: VecDeque<(Duration, State)>,
}

/// As many calls as a second holds, filled as time goes by.
struct Bucket {
    calls: f64,
    at: Duration,
}

impl Traffic {
    pub(super) fn new(conditions: &Conditions) -> Self {
        Self {
            random: fastrand::Rng::with_seed(conditions.seed),
            buckets: BTreeMap::new(),
            under_way: BTreeMap::new(),
            before: VecDeque::new(),
        }
    }

    /// Decides what befalls a call.
    pub(super) fn fate(
        &mut self,
        conditions: &Conditions,
        operation: &'static str,
        input: &Value,
        now: Duration,
    ) -> Fate {
        if conditions.quotas && !self.is_within_quotas(operation, input, now) {
            return Fate::Throttled;
        }
        let Faults { throttle, error, reset } = conditions.faults;
        if throttle + error + reset == 0.0 {
            return Fate::Answered;
        }
        let drawn = self.random.f64();
        if drawn < throttle {
            Fate::Throttled
        } else if drawn < throttle + error {
            Fate::Failed
        } else if drawn < throttle + error + reset {
            Fate::Reset { after: self.random.bool() }
        } else {
            Fate::Answered
        }
    }

    /// Takes a call from its quotas, if all of them have one left.
    fn is_within_quotas(&mut self, operation: &'static str, input: &Value, now: Duration) -> bool {
        let Some(category) = category(operation) else { return true };
        let pool = pool_of(input).filter(|_| category.in_pools);
        if self.buckets.len() > MOST_QUOTAS {
            // A second fills every one; callers can name any pool.
            self.buckets.retain(|_, bucket| now.saturating_sub(bucket.at) < Duration::from_secs(1));
        }
        let mut keys = vec![((category.name, String::new()), category.rate)];
        keys.extend(pool.map(|pool| ((operation, pool.to_owned()), RATE_IN_A_POOL)));
        let is_left = keys.iter().all(|(key, rate)| {
            let full = Bucket { calls: f64::from(*rate), at: now };
            let bucket = self.buckets.entry(key.clone()).or_insert(full);
            let passed = now.saturating_sub(bucket.at).as_secs_f64();
            bucket.calls = (bucket.calls + passed * f64::from(*rate)).min(f64::from(*rate));
            bucket.at = now;
            bucket.calls >= 1.0
        });
        for (key, _) in keys.iter().filter(|_| is_left) {
            if let Some(bucket) = self.buckets.get_mut(key) {
                bucket.calls -= 1.0;
            }
        }
        is_left
    }

    /// Remembers what was before a change.
    pub(super) fn remember(&mut self, conditions: &Conditions, before: State, now: Duration) {
        self.forget(conditions, now);
        if self.before.len() == MOST_STATES {
            self.before.pop_back();
        }
        self.before.push_back((now, before));
    }

    /// Forgets the states of which no read may be any more.
    fn forget(&mut self, conditions: &Conditions, now: Duration) {
        while self.before.front().is_some_and(|(at, _)| *at + conditions.stale <= now) {
            self.before.pop_front();
        }
    }

    /// What a read sees that sees no recent change; `None` if it sees all.
    pub(super) fn stale(&mut self, conditions: &Conditions, now: Duration) -> Option<&mut State> {
        self.forget(conditions, now);
        let is_stale = !self.before.is_empty() && self.random.bool();
        self.before.front_mut().filter(|_| is_stale).map(|(_, state)| state)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sandbox::store::Store;

    #[test]
    fn what_is_remembered_of_calls_stays_small() {
        let conditions = Conditions { quotas: true, stale: Duration::from_mins(1), ..Conditions::default() };
        let mut traffic = Traffic::new(&conditions);
        let state = Store::in_memory().state().clone();
        for number in 0..20_000_u64 {
            let (now, input) = (Duration::from_millis(number), json!({ "UserPoolId": number.to_string() }));
            traffic.fate(&conditions, "ListGroups", &input, now);
            if number % 100 == 0 {
                traffic.remember(&conditions, state.clone(), now);
            }
        }
        assert!(traffic.buckets.len() <= MOST_QUOTAS + 1, "{}", traffic.buckets.len());
        assert_eq!(traffic.before.len(), MOST_STATES);
        traffic.remember(&conditions, state, Duration::from_mins(5));
        assert_eq!(traffic.before.len(), 1);
    }
}
