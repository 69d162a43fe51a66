//! A UDP socket that speaks with one permitted address.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use hoshimori_inspection::evidence::ProbeError;
use hoshimori_inspection::scope::{Permit, is_print_port};
use tokio::net::UdpSocket;
use tokio::time;

use super::Gate;
use crate::descriptors::Slot;
use crate::error::OpenError;

/// The longest UDP payload (RFC 768: 16 bits of length, 8 bytes of header).
const LONGEST_PAYLOAD: usize = 65_527;

/// A connected UDP socket: the kernel drops whatever comes from anybody else.
pub struct DatagramSocket {
    gate: Gate,
    permit: Permit,
    socket: UdpSocket,
    _slot: Slot,
    source: SocketAddr,
    peer: SocketAddr,
}

impl DatagramSocket {
    pub(super) fn new(
        gate: Gate,
        permit: Permit,
        socket: UdpSocket,
        slot: Slot,
    ) -> Result<Self, OpenError> {
        let source = socket.local_addr()?;
        let peer = socket.peer_addr()?;
        Ok(Self { gate, permit, socket, _slot: slot, source, peer })
    }

    /// Sends one datagram, when the packet budget allows and if the consent still does.
    pub async fn send(&self, payload: &[u8]) -> Result<(), ProbeError> {
        if is_print_port(self.peer.port()) {
            return Err(ProbeError::NotPermitted {
                detail: format!("`{}` is a print port", self.peer.port()),
            });
        }
        self.gate.pacer.take(1).await;
        self.permit.check(self.gate.clock.now()).map_err(OpenError::from)?;
        match self.socket.send(payload).await {
            // What an earlier datagram brought about (ICMP) shows at the next call.
            Err(error) => Err(to_probe_error(error)),
            Ok(_) => Ok(()),
        }
    }

    /// Waits for one datagram, at most `timeout`; one of more than `limit` bytes is too long.
    pub async fn receive(&self, limit: usize, timeout: Duration) -> Result<Vec<u8>, ProbeError> {
        // One byte more than allowed tells a full datagram from one that was cut.
        let mut buffer = vec![0; limit.min(LONGEST_PAYLOAD) + 1];
        match time::timeout(timeout, self.socket.recv(&mut buffer)).await {
            Err(_) => Err(ProbeError::TimedOut),
            Ok(Err(error)) => Err(to_probe_error(error)),
            Ok(Ok(received)) if received > limit => Err(ProbeError::TooLong),
            Ok(Ok(received)) => {
                buffer.truncate(received);
                Ok(buffer)
            }
        }
    }

    /// Own address and port.
    pub fn source(&self) -> SocketAddr {
        self.source
    }
}

fn to_probe_error(error: io::Error) -> ProbeError {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => ProbeError::Refused,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            ProbeError::Unreachable
        }
        _ => OpenError::from(error).into(),
    }
}
