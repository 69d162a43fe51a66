//! The one place that opens sockets, and it opens none without a permit.
//!
//! Everything that leaves this machine for a target goes through [`Gate`]. It keeps three
//! promises that no caller can break:
//!
//! - **No packet without consent.** The address comes out of a [`Permit`], which only a scope can
//!   make; its time window is looked at again after every wait, right before the socket opens.
//! - **No packet above the budget.** Each one is taken from the [`Pacer`], those that the system
//!   sends of its own accord included.
//! - **No byte to a print port.** A [`Connection`] or [`DatagramSocket`] to one refuses to write.

mod connection;
mod datagram;
#[cfg(target_os = "linux")]
mod group;
mod handshake;
#[cfg(target_os = "linux")]
mod icmp;
pub mod raw;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::evidence::ProbeError;
use hoshimori_inspection::scope::Permit;
use socket2::{Domain, Socket, Type};

use crate::descriptors::{Descriptors, Slot};
use crate::error::OpenError;
use crate::pacer::{Pacer, PacketsPerSecond};

pub use connection::Connection;
pub use datagram::DatagramSocket;
pub(crate) use datagram::{Heard, Hears, Manner, Rejection};
pub(crate) use handshake::{Answer, Knock, Stage};

/// How often to knock again after having reached oneself; see [`Answer::ToOneself`].
pub(crate) const TRIES_PAST_ONESELF: u32 = 3;

/// Opens sockets to permitted addresses, within the packet budget. Clones are the same gate.
#[derive(Clone)]
pub struct Gate {
    clock: Arc<dyn Clock>,
    pacer: Pacer,
    descriptors: Arc<Descriptors>,
}

impl Gate {
    /// A gate that sends no faster than `pacer` allows.
    ///
    /// Raises this process's soft limit of open files to its hard limit and takes what is left
    /// after a reserve as its budget of sockets.
    pub fn new(clock: Arc<dyn Clock>, pacer: Pacer) -> Self {
        Self { clock, pacer, descriptors: Arc::new(Descriptors::claim()) }
    }

    /// The same gate for one fragile host, held to `cap` within the same total.
    #[must_use]
    pub fn for_host(&self, cap: PacketsPerSecond) -> Self {
        Self { pacer: self.pacer.for_host(cap), ..self.clone() }
    }

    /// Opens a TCP connection; `timeout` bounds the handshake, not the wait for the budget.
    pub async fn connect(
        &self,
        permit: &Permit,
        port: u16,
        timeout: Duration,
    ) -> Result<Connection, ProbeError> {
        for _ in 0..TRIES_PAST_ONESELF {
            let knock = self.knock(permit, port).await?;
            let answer = match knock.stage {
                Stage::Ended(answer, _) => answer,
                Stage::Waiting(waiting) => waiting.answer(timeout).await.0,
            };
            return match answer {
                Answer::Completed(opened) => Connection::new(opened),
                Answer::ToOneself => continue,
                Answer::CutOff => Err(ProbeError::Closed),
                Answer::Refused => Err(ProbeError::Refused),
                Answer::Silent => Err(ProbeError::TimedOut),
                Answer::Rejected => Err(ProbeError::Unreachable),
                Answer::Failed(error) => Err(error.into()),
            };
        }
        Err(ProbeError::Refused)
    }

    /// Opens a UDP socket that hears nobody but the permitted address. Sends nothing yet.
    pub async fn datagram(&self, permit: &Permit, port: u16) -> Result<DatagramSocket, ProbeError> {
        Ok(self.datagram_in(permit, port, Manner::USUAL).await?)
    }

    /// Opens a UDP socket as [`datagram`](Self::datagram) does, in another manner.
    pub(crate) async fn datagram_in(
        &self,
        permit: &Permit,
        port: u16,
        manner: Manner,
    ) -> Result<DatagramSocket, OpenError> {
        DatagramSocket::open(self, permit, port, manner).await
    }

    /// Sends the first packet of a TCP handshake and tells what came back at once, if anything.
    pub(crate) async fn knock(&self, permit: &Permit, port: u16) -> Result<Knock, OpenError> {
        let (socket, slot) = self.open(permit, Type::STREAM, 1).await?;
        Knock::send(self, socket, slot, SocketAddr::new(permit.address(), port))
    }

    /// How many sockets there may be at once.
    pub(crate) fn descriptor_budget(&self) -> usize {
        self.descriptors.budget()
    }

    /// The clock that permits are checked against.
    pub(crate) fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// The same clock, for a thread of its own.
    pub(crate) fn shared_clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    /// The budget of one sender of whole frames: never above `cap`, and within the same total.
    pub(crate) fn budget(&self, cap: PacketsPerSecond) -> Pacer {
        self.pacer.for_host(cap)
    }

    /// Waits for the budget, then checks the permit, then makes a socket: no wait comes between
    /// the check and the socket.
    #[expect(clippy::disallowed_methods, reason = "the gate is the place where sockets are made")]
    async fn open(
        &self,
        permit: &Permit,
        kind: Type,
        packets: u32,
    ) -> Result<(Socket, Slot), OpenError> {
        let slot = self.descriptors.slot().await?;
        self.pacer.take(packets).await;
        permit.check(self.clock.now())?;
        let domain = match permit.address() {
            IpAddr::V4(_) => Domain::IPV4,
            IpAddr::V6(_) => Domain::IPV6,
        };
        let socket = Socket::new(domain, kind.nonblocking(), None)?;
        Ok((socket, slot))
    }
}
