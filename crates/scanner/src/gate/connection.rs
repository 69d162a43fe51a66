//! An open TCP connection that cannot write to a print port.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use hoshimori_inspection::evidence::ProbeError;
use hoshimori_inspection::scope::is_print_port;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::handshake::Opened;
use crate::error::OpenError;

/// An open TCP connection.
///
/// There is no way from here to the socket inside: all that is written passes
/// [`poll_write`](AsyncWrite::poll_write), and that refuses where the peer's port is a print port.
#[derive(Debug)]
pub struct Connection {
    opened: Opened,
}

impl Connection {
    pub(super) fn new(opened: Opened) -> Result<Self, ProbeError> {
        // Probes write whole requests; waiting for more to send would only add to their time.
        opened.stream.set_nodelay(true).map_err(OpenError::from)?;
        Ok(Self { opened })
    }

    /// Own address and port.
    pub fn source(&self) -> SocketAddr {
        self.opened.source
    }

    /// The peer's port.
    pub fn port(&self) -> u16 {
        self.opened.peer.port()
    }

    fn stream(&mut self) -> Pin<&mut tokio::net::TcpStream> {
        Pin::new(&mut self.opened.stream)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if is_print_port(self.port()) {
            return Poll::Ready(Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "a printer would print what is written to this port",
            )));
        }
        self.stream().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(context)
    }
}
