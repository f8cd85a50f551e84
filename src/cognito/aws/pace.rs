//! How fast calls are made: no faster than Cognito's quotas, so that it has nothing to throttle.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use serde_json::Value;

use crate::cognito::quotas::{CATEGORIES, RATE_IN_A_POOL, category};

/// What networks and clocks may make of a second: calls that leave a second apart arrive closer to each other.
const LATE: f64 = 1.1;

/// What is left of the quotas. What others call in the account is not known here; retries see to that.
#[derive(Debug)]
pub(super) struct Pace {
    /// For each category by its name.
    categories: BTreeMap<&'static str, DefaultDirectRateLimiter>,
    /// For each operation in each pool.
    pools: DefaultKeyedRateLimiter<(&'static str, String)>,
}

/// So many calls a second. One less at once leaves room for calls that catch up with each other on their way; where
/// the quota is one call, the room is in the time between two.
fn quota(rate: u32) -> Quota {
    match NonZeroU32::new(rate.saturating_sub(1)) {
        Some(burst) => Quota::per_second(burst.saturating_add(1)).allow_burst(burst),
        None => {
            Quota::with_period(Duration::from_secs_f64(LATE)).unwrap_or(Quota::per_second(NonZeroU32::MIN))
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        let of = |rate| RateLimiter::direct(quota(rate));
        Self {
            categories: CATEGORIES.iter().map(|category| (category.name, of(category.rate))).collect(),
            pools: RateLimiter::keyed(quota(RATE_IN_A_POOL)),
        }
    }
}

impl Pace {
    /// Waits until a call may be made.
    pub(super) async fn turn(&self, operation: &'static str, input: &Value) {
        let Some(category) = category(operation) else { return };
        if let Some(pool) = input["UserPoolId"].as_str().filter(|_| category.in_pools) {
            let key = (operation, pool.to_owned());
            wait(|| self.pools.check_key(&key)).await;
        }
        if let Some(limiter) = self.categories.get(category.name) {
            wait(|| limiter.check()).await;
        }
    }
}

/// Waits until a limiter lets a call through.
async fn wait(check: impl Fn() -> Result<(), governor::NotUntil<<DefaultClock as Clock>::Instant>>) {
    while let Err(not_until) = check() {
        tokio::time::sleep(not_until.wait_time_from(DefaultClock::default().now())).await;
    }
}
