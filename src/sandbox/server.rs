//! The sandbox over HTTP, in the protocol of AWS: what takes an endpoint takes it for Cognito.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::{Sandbox, SandboxError};

mod body;
mod exchange;
mod keeper;
mod log;
mod protocol;
mod redact;
mod sts;

use keeper::Keeper;
pub use log::{Log, LogError};

/// What one client may cost, and how long one may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest body of a request, in bytes.
    pub body: usize,
    /// How much of a larger body is read and thrown away, so that its sender gets to read why.
    pub discarded: usize,
    /// How long the head of a request may take, and a connection may be idle.
    pub head_time: Duration,
    /// How long a body may take.
    pub body_time: Duration,
    /// How long an answer may wait for its reader.
    pub answer_time: Duration,
    /// The most connections at a time; further ones wait.
    pub connections: usize,
    /// How long calls under way may take once the server is to stop.
    pub stop_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 8 << 20,
            discarded: 64 << 20,
            head_time: Duration::from_secs(30),
            body_time: Duration::from_secs(30),
            answer_time: Duration::from_secs(30),
            connections: 512,
            stop_time: Duration::from_secs(5),
        }
    }
}

/// Says what goes wrong beside the calls: the state file or the log cannot be written.
pub type Complain = Box<dyn Fn(&str) + Send + Sync>;

/// A sandbox that is to be served.
pub struct Server {
    shared: Arc<Shared>,
}

/// Which connections are to end once they have answered what they are at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drain {
    /// Those that were answered before.
    Idle,
    /// All.
    All,
}

/// What every connection needs.
struct Shared {
    sandbox: Arc<Sandbox>,
    limits: Limits,
    log: Option<Log>,
    keeper: Arc<Keeper>,
    complain: Arc<Complain>,
    started: Instant,
    /// How many calls came in.
    calls: AtomicU64,
    slots: Arc<Semaphore>,
}

impl Server {
    /// A server of a sandbox.
    pub fn new(sandbox: Sandbox, limits: Limits, log: Option<Log>, complain: Complain) -> Self {
        let sandbox = Arc::new(sandbox);
        let complain = Arc::new(complain);
        let keeper = Arc::new(Keeper::new(Arc::clone(&sandbox), Arc::clone(&complain)));
        let slots = Arc::new(Semaphore::new(limits.connections));
        let (started, calls) = (Instant::now(), AtomicU64::new(0));
        Self { shared: Arc::new(Shared { sandbox, limits, log, keeper, complain, started, calls, slots }) }
    }

    /// Serves until `stop` is done; then calls under way are answered and the state is written. Returns how many calls
    /// there were.
    ///
    /// # Errors
    /// The last state cannot be written.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
    ) -> Result<u64, SandboxError> {
        let shared = self.shared;
        let keeping = tokio::spawn(Arc::clone(&shared.keeper).keep());
        let (drain, draining) = watch::channel(Drain::Idle);
        let mut connections = JoinSet::new();
        let mut stop = pin!(stop);
        loop {
            let next = pin!(accept(&shared, &listener, &drain));
            match select(next, stop.as_mut()).await {
                Either::Left(((stream, slot), _)) => {
                    let (shared, draining) = (Arc::clone(&shared), draining.clone());
                    connections.spawn(async move {
                        connection(shared, stream, draining).await;
                        drop(slot);
                    });
                }
                Either::Right(_) => break,
            }
            while connections.try_join_next().is_some() {}
        }
        drop(listener);
        drain.send_replace(Drain::All);
        let ended = async { while connections.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(shared.limits.stop_time, ended).await;
        connections.abort_all();
        keeping.abort();
        shared.sandbox.flush()?;
        Ok(shared.calls.load(Ordering::Relaxed))
    }
}

/// The next connection. Where all slots are taken, those that are idle make room.
async fn accept(
    shared: &Shared,
    listener: &TcpListener,
    drain: &watch::Sender<Drain>,
) -> (TcpStream, tokio::sync::OwnedSemaphorePermit) {
    loop {
        let (stream, _) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Too many open files, or a client that is gone already.
                if !matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
                {
                    drain.send_replace(Drain::Idle);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                continue;
            }
        };
        let mut slot = Arc::clone(&shared.slots).try_acquire_owned().ok();
        if slot.is_none() {
            drain.send_replace(Drain::Idle);
            slot = Arc::clone(&shared.slots).acquire_owned().await.ok();
        }
        if let Some(slot) = slot {
            let _ = stream.set_nodelay(true);
            return (stream, slot);
        }
    }
}

/// Serves one connection until its client leaves it, or until it is to make room.
async fn connection(shared: Arc<Shared>, stream: TcpStream, mut draining: watch::Receiver<Drain>) {
    draining.mark_unchanged();
    let address = stream.local_addr().ok();
    let (head_time, answer_time) = (shared.limits.head_time, shared.limits.answer_time);
    let used = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&used);
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        seen.store(true, Ordering::Relaxed);
        async move { exchange::answer(&shared, request, address).await }
    });
    let stream = TokioIo::new(body::Patient::new(stream, answer_time));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_time)
        .serve_connection(stream, service);
    let mut connection = pin!(connection);
    // How a connection ends is its client's matter.
    loop {
        match select(connection.as_mut(), pin!(draining.changed())).await {
            Either::Right((Ok(()), _)) => {}
            Either::Right((Err(_), _)) | Either::Left(_) => return,
        }
        let must = *draining.borrow_and_update() == Drain::All;
        // Who has yet to say something came to be answered.
        if must || used.load(Ordering::Relaxed) {
            break;
        }
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}
