//! The bytes of a request, and of a connection, with bounds on size and time.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use super::Limits;

/// Why there is no body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoBody {
    /// It is over the limit.
    TooLarge,
    /// It did not come in time.
    Late,
    /// The client left off in the middle, or it is no body.
    Broken,
}

/// The body of a request. `waits` says that the client sends it only once it is asked to.
pub(super) async fn read(mut body: Incoming, waits: bool, limits: &Limits) -> Result<Vec<u8>, NoBody> {
    let declared = body.size_hint().lower();
    if declared > limits.body as u64 && (waits || declared > limits.discarded as u64) {
        return Err(NoBody::TooLarge);
    }
    let mut whole = Vec::new();
    let mut seen = 0;
    let all = async {
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| NoBody::Broken)?.into_data() else { continue };
            seen += data.len();
            if seen <= limits.body {
                whole.extend_from_slice(&data);
            } else {
                whole = Vec::new();
            }
            if seen > limits.discarded {
                break;
            }
        }
        Ok(())
    };
    let read = tokio::time::timeout(limits.body_time, all).await;
    match read {
        _ if seen > limits.body => Err(NoBody::TooLarge),
        Ok(read) => read.map(|()| whole),
        Err(_) => Err(NoBody::Late),
    }
}

/// A connection that gives up on a reader that takes nothing for too long.
pub(super) struct Patient {
    stream: TcpStream,
    patience: Duration,
    /// Runs while something waits to be written.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    pub(super) fn new(stream: TcpStream, patience: Duration) -> Self {
        Self { stream, patience, deadline: None }
    }

    fn watched<T>(
        &mut self,
        context: &mut Context<'_>,
        step: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let result = step(Pin::new(&mut self.stream), context);
        if result.is_ready() {
            self.deadline = None;
            return result;
        }
        let until = Instant::now() + self.patience;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        match deadline.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.watched(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.watched(context, AsyncWrite::poll_flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.watched(context, AsyncWrite::poll_shutdown)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.watched(context, |stream, context| stream.poll_write_vectored(context, bytes))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
