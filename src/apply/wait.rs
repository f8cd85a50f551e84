use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// Waits for a time.
pub type Sleep<'a> = &'a (dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Sync);

/// How to wait, and for how long at most.
#[derive(Clone, Copy)]
pub struct Wait<'a> {
    /// The longest wait for one thing that the service does in the background, such as a domain that comes or goes.
    pub limit: Duration,
    /// The longest wait for one's turn, and for reads that are behind. Zero is for a service where neither happens: an
    /// update that is built on a read that is behind can undo what was written before it.
    pub brief: Duration,
    /// Waits.
    pub sleep: Sleep<'a>,
}

/// The pause after the first look, and the longest one.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(10);

/// How long a change waits for its turn.
const TURN: Duration = Duration::from_secs(30);

/// How long a read may be behind a write.
pub(super) const BEHIND: Duration = Duration::from_secs(3);

/// The pauses of one wait: longer and longer, together no longer than the limit.
pub(super) struct Pauses<'a> {
    wait: Wait<'a>,
    next: Duration,
    left: Duration,
}

impl Wait<'static> {
    /// No waiting: everything is looked at once.
    pub fn none() -> Self {
        Self { limit: Duration::ZERO, brief: Duration::ZERO, sleep: &|_| Box::pin(std::future::ready(())) }
    }
}

impl<'a> Wait<'a> {
    /// Begins a wait for something in the background, of at most `most` or the limit if that is shorter.
    pub(super) fn begin(self, most: Duration) -> Pauses<'a> {
        Pauses { wait: self, next: FIRST, left: self.limit.min(most) }
    }

    /// Begins a wait for one's turn, while another one changes the pool.
    pub(super) fn for_turn(self) -> Pauses<'a> {
        Pauses { wait: self, next: FIRST, left: self.brief.min(TURN) }
    }

    /// Begins a wait for a read to catch up with a write.
    pub(super) fn for_reads(self) -> Pauses<'a> {
        Pauses { wait: self, next: FIRST, left: self.brief.min(BEHIND) }
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
