use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// Waits for a time.
pub type Sleep<'a> = &'a (dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Sync);

/// How to wait for what the service does in the background, and for how long at most.
#[derive(Clone, Copy)]
pub struct Wait<'a> {
    /// The longest wait for one thing.
    pub limit: Duration,
    /// Waits.
    pub sleep: Sleep<'a>,
}

/// The pause after the first look, and the longest one.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(10);

/// The pauses of one wait: longer and longer, together no longer than the limit.
pub(super) struct Pauses<'a> {
    wait: Wait<'a>,
    next: Duration,
    left: Duration,
}

impl Wait<'static> {
    /// No waiting: everything is looked at once.
    pub fn none() -> Self {
        Self { limit: Duration::ZERO, sleep: &|_| Box::pin(std::future::ready(())) }
    }
}

impl<'a> Wait<'a> {
    /// Begins a wait of at most `most`, or of the limit if that is shorter.
    pub(super) fn begin(self, most: Duration) -> Pauses<'a> {
        Pauses { wait: self, next: FIRST, left: self.limit.min(most) }
    }
}

impl Pauses<'_> {
    /// Pauses; `false` once the time is over.
    pub(super) async fn pause(&mut self) -> bool {
        if self.left.is_zero() {
            return false;
        }
        let pause = self.next.min(self.left);
        (self.wait.sleep)(pause).await;
        self.left -= pause;
        self.next = (self.next * 2).min(LONGEST);
        true
    }
}
