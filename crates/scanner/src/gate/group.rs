//! A UDP socket that calls everybody on one link.

use std::io;
use std::net::{Ipv6Addr, SocketAddr, SocketAddrV6};
use std::time::Duration;

use hoshimori_inspection::scope::LinkPermit;
use socket2::{Domain, Socket, Type};
use tokio::net::UdpSocket;
use tokio::time;

use super::Gate;
use crate::descriptors::Slot;
use crate::error::OpenError;

/// What RFC 6762 section 11 asks of multicast DNS; link-local groups are not routed whatever it is.
const HOP_LIMIT: u32 = 255;

/// A socket on one link. It hears whoever sends to it: the caller decides whom to believe.
pub(crate) struct GroupSocket {
    gate: Gate,
    permit: LinkPermit,
    socket: UdpSocket,
    source: Ipv6Addr,
    _slot: Slot,
}

impl Gate {
    /// Opens a socket that speaks from `source` to groups of the link `interface`.
    #[expect(clippy::disallowed_methods, reason = "the gate is the place where sockets are made")]
    pub(crate) async fn group(
        &self,
        permit: &LinkPermit,
        source: Ipv6Addr,
        interface: u32,
    ) -> Result<GroupSocket, OpenError> {
        let slot = self.descriptors.slot().await?;
        permit.check(source.into(), self.clock.now())?;
        let socket = Socket::new(Domain::IPV6, Type::DGRAM.nonblocking(), None)?;
        socket.set_only_v6(true)?;
        socket.set_multicast_if_v6(interface)?;
        socket.set_multicast_hops_v6(HOP_LIMIT)?;
        socket.set_multicast_loop_v6(false)?;
        socket.bind(&SocketAddrV6::new(source, 0, 0, 0).into())?;
        let socket = UdpSocket::from_std(socket.into())?;
        Ok(GroupSocket { gate: self.clone(), permit: permit.clone(), socket, source, _slot: slot })
    }
}

impl GroupSocket {
    /// Sends one datagram to `port` of `group`, when the packet budget allows and if the consent
    /// still does.
    pub(crate) async fn send(
        &self,
        payload: &[u8],
        group: Ipv6Addr,
        port: u16,
    ) -> Result<(), OpenError> {
        self.gate.pacer.take(1).await;
        self.permit.check(self.source.into(), self.gate.clock.now())?;
        self.socket.send_to(payload, SocketAddrV6::new(group, port, 0, 0)).await?;
        Ok(())
    }

    /// Waits for one datagram, at most `timeout`; what is longer than `limit` bytes is cut.
    pub(crate) async fn receive(
        &self,
        limit: usize,
        timeout: Duration,
    ) -> io::Result<Option<(SocketAddr, Vec<u8>)>> {
        let mut buffer = vec![0; limit];
        match time::timeout(timeout, self.socket.recv_from(&mut buffer)).await {
            Err(_) => Ok(None),
            Ok(received) => {
                let (length, peer) = received?;
                buffer.truncate(length);
                Ok(Some((peer, buffer)))
            }
        }
    }
}
