//! A stream that remembers what went through it and cannot be kept waiting for ever.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use hoshimori_inspection::bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// The most bytes that are kept of each direction: an exchange is shown in a report, not filed.
pub(crate) const KEPT: usize = 16 * 1_024;

/// The most bytes that are read from one connection: the longest thing that a probe asks for is a
/// TLS flight of a few records, and an endless answer must not become an endless probe.
const MOST_RECEIVED: usize = 1_024 * 1_024;

/// What went through a [`Recorder`]; clones are the same record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Transcript {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    sent: Vec<u8>,
    received: Vec<u8>,
}

impl Transcript {
    /// The first bytes that were sent.
    pub(crate) fn sent(&self) -> Bytes {
        self.with(|kept| Bytes(kept.sent.clone()))
    }

    /// The first bytes that were received.
    pub(crate) fn received(&self) -> Bytes {
        self.with(|kept| Bytes(kept.received.clone()))
    }

    fn with<T>(&self, look: impl FnOnce(&mut Kept) -> T) -> T {
        look(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Passes bytes through, keeps the first [`KEPT`] of each direction, and fails every read and
/// write once the time allowed for the whole exchange is over.
#[derive(Debug)]
pub(crate) struct Recorder<S> {
    stream: S,
    transcript: Transcript,
    end: Pin<Box<Sleep>>,
    received: usize,
}

impl<S> Recorder<S> {
    /// Records `stream`, which has `allowed` from now on.
    pub(crate) fn new(stream: S, allowed: Duration) -> Self {
        let end = Box::pin(sleep(allowed));
        Self { stream, transcript: Transcript::default(), end, received: 0 }
    }

    /// The record, which outlives the stream.
    pub(crate) fn transcript(&self) -> Transcript {
        self.transcript.clone()
    }

    /// Fails once time is up; wakes the task at that moment otherwise.
    fn check_time(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.end.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }
}

fn keep(kept: &mut Vec<u8>, bytes: &[u8]) {
    let room = KEPT.saturating_sub(kept.len());
    kept.extend(bytes.iter().take(room));
}

impl<S: AsyncRead + Unpin> AsyncRead for Recorder<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check_time(context)?;
        if self.received > MOST_RECEIVED {
            return Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()));
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let new = buffer.filled().get(before..).unwrap_or_default();
        self.received += new.len();
        self.transcript.with(|kept| keep(&mut kept.received, new));
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Recorder<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check_time(context)?;
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = polled {
            let written = bytes.get(..count).unwrap_or(bytes);
            self.transcript.with(|kept| keep(&mut kept.sent, written));
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check_time(context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check_time(context)?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn both_directions_are_kept_up_to_the_limit() {
        let (near, mut far) = duplex(64 * 1_024);
        let mut recorder = Recorder::new(near, LONG);
        recorder.write_all(&vec![b's'; KEPT + 9]).await.unwrap();
        far.write_all(b"answer").await.unwrap();
        let mut buffer = [0; 6];
        recorder.read_exact(&mut buffer).await.unwrap();
        let transcript = recorder.transcript();
        assert_eq!(transcript.sent().0.len(), KEPT);
        assert_eq!(transcript.received().0, b"answer");
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_keeps_dripping_bytes_does_not_hold_the_probe() {
        let (near, mut far) = duplex(64);
        let mut recorder = Recorder::new(near, Duration::from_secs(5));
        let dripping = async {
            while far.write_all(b".").await.is_ok() {
                sleep(Duration::from_secs(1)).await;
            }
        };
        let reading = async {
            let mut all = Vec::new();
            recorder.read_to_end(&mut all).await
        };
        let error = tokio::select! {
            read = reading => read.unwrap_err(),
            () = dripping => unreachable!("the reader stays"),
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(recorder.transcript().received().0, b".....");
    }

    #[tokio::test]
    async fn an_endless_answer_ends() {
        let mut recorder = Recorder::new(tokio::io::repeat(b'x'), LONG);
        let mut sink = tokio::io::sink();
        let error = tokio::io::copy(&mut recorder, &mut sink).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
