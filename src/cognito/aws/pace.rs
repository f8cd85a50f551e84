//! How fast calls are made: no faster than Cognito's quotas, so that it has nothing to throttle.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use serde_json::Value;

use crate::cognito::quotas::{CATEGORIES, RATE_IN_A_POOL, category, pool_of};

/// The time between two calls where the quota is one a second: networks and clocks bring them closer together.
const ALONE: Duration = Duration::from_millis(1_100);

/// Whose quotas they are: the Region, another server than AWS's, and what is known of the account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Holder {
    pub(super) region: String,
    pub(super) endpoint: Option<String>,
    /// The account's id, or the profile that leads to it.
    pub(super) account: Option<String>,
}

/// What is left of each holder's quotas; all connections of a process draw from one.
static PACES: Mutex<BTreeMap<Holder, Arc<Pace>>> = Mutex::new(BTreeMap::new());

/// What is left of the quotas. What others call in the account is not known here; retries see to that.
#[derive(Debug)]
pub(super) struct Pace {
    /// For each category by its name.
    categories: BTreeMap<&'static str, DefaultDirectRateLimiter>,
    /// For each operation in each pool.
    pools: DefaultKeyedRateLimiter<(&'static str, String)>,
}

/// So many calls a second. One less at once leaves room for calls that catch up with each other on their way.
fn quota(rate: u32) -> Quota {
    match NonZeroU32::new(rate.saturating_sub(1)) {
        Some(burst) => Quota::per_second(burst.saturating_add(1)).allow_burst(burst),
        None => Quota::with_period(ALONE).unwrap_or(Quota::per_second(NonZeroU32::MIN)),
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
    /// What is left of the quotas of a holder.
    pub(super) fn of(holder: Holder) -> Arc<Self> {
        let mut paces = PACES.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(paces.entry(holder).or_default())
    }

    /// Waits until a call may be made.
    pub(super) async fn turn(&self, operation: &'static str, input: &Value) {
        let Some(category) = category(operation) else { return };
        if let Some(pool) = pool_of(input).filter(|_| category.in_pools) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_filled_as_it_is_counted_and_leaves_room() {
        let shape = |rate| (quota(rate).burst_size().get(), quota(rate).replenish_interval());
        assert_eq!(shape(5), (4, Duration::from_millis(200)));
        assert_eq!(shape(20), (19, Duration::from_millis(50)));
        assert_eq!(shape(1), (1, ALONE));
    }

    #[test]
    fn connections_to_one_account_and_region_share_its_quotas() {
        let holder = |region: &str, account: &str| Holder {
            region: region.to_owned(),
            endpoint: None,
            account: Some(account.to_owned()),
        };
        let one = Pace::of(holder("eu-west-1", "111111111111"));
        assert!(Arc::ptr_eq(&one, &Pace::of(holder("eu-west-1", "111111111111"))));
        assert!(!Arc::ptr_eq(&one, &Pace::of(holder("eu-west-2", "111111111111"))));
        assert!(!Arc::ptr_eq(&one, &Pace::of(holder("eu-west-1", "222222222222"))));
    }
}
