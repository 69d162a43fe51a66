//! A UDP socket that speaks with one permitted address.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hoshimori_inspection::evidence::ProbeError;
use hoshimori_inspection::scope::{Permit, is_print_port};
use socket2::Type;
use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::time;

use super::Gate;
#[cfg(target_os = "linux")]
use super::icmp::{self, Notice};
use crate::descriptors::Slot;
use crate::error::OpenError;

/// The longest UDP payload (RFC 768: 16 bits of length, 8 bytes of header).
const LONGEST_PAYLOAD: usize = 65_527;

/// A UDP socket that drops whatever comes from anybody but the permitted address.
pub struct DatagramSocket {
    gate: Gate,
    permit: Permit,
    socket: UdpSocket,
    _slot: Slot,
    source: SocketAddr,
    peer: SocketAddr,
    hears: Hears,
}

/// How a socket is opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Manner {
    /// The own port, or 0 for any.
    pub(crate) own_port: u16,
    /// Whom it hears.
    pub(crate) hears: Hears,
}

impl Manner {
    /// From any port of this machine to one of the host and back.
    pub(crate) const USUAL: Self = Self { own_port: 0, hears: Hears::ThatPort };
}

/// From which ports of the permitted address a socket hears.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Hears {
    /// From the one that it sends to.
    ThatPort,
    /// From all: a server may answer from a port of its own (RFC 1350 section 4).
    AnyPort,
}

/// What came back.
#[derive(Debug)]
pub(crate) enum Heard {
    /// A datagram from the permitted address.
    Datagram {
        /// Its bytes, as many as were wanted.
        bytes: Vec<u8>,
        /// Whether it had more.
        is_cut: bool,
    },
    /// The host itself says that nobody listens there.
    Refused,
    /// Somebody, perhaps the host, says that the port may not be reached.
    Rejected(Rejection),
    /// Nobody on the link has the address of the next hop, so a datagram was never sent.
    Undelivered,
}

/// A message of ICMP that is not the host's word on its port.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Rejection {
    /// Who sent it.
    pub(crate) by: Option<IpAddr>,
    /// Its type and code, where the system tells them.
    pub(crate) kind_and_code: Option<(u8, u8)>,
}

impl DatagramSocket {
    pub(super) async fn open(
        gate: &Gate,
        permit: &Permit,
        port: u16,
        manner: Manner,
    ) -> Result<Self, OpenError> {
        let peer = SocketAddr::new(permit.address(), port);
        let own = match (manner.hears, permit.address()) {
            // A socket that is not connected would not tell its address.
            (Hears::AnyPort, _) => own_address(gate, permit, peer).await?,
            (Hears::ThatPort, IpAddr::V4(_)) => Ipv4Addr::UNSPECIFIED.into(),
            (Hears::ThatPort, IpAddr::V6(_)) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let (socket, slot) = gate.open(permit, Type::DGRAM, 0).await?;
        // Several hosts may be asked from one own port at once; each socket hears its own host.
        socket.set_reuse_address(manner.own_port != 0)?;
        socket.bind(&SocketAddr::new(own, manner.own_port).into())?;
        if manner.hears == Hears::ThatPort {
            socket.connect(&peer.into())?;
        }
        #[cfg(target_os = "linux")]
        icmp::keep_notices(&socket, peer.ip())?;
        let socket = UdpSocket::from_std(socket.into())?;
        let source = socket.local_addr()?;
        let (gate, permit, hears) = (gate.clone(), *permit, manner.hears);
        Ok(Self { gate, permit, socket, _slot: slot, source, peer, hears })
    }

    /// Sends one datagram, when the packet budget allows and if the consent still does.
    pub async fn send(&self, payload: &[u8]) -> Result<(), ProbeError> {
        match self.put(payload).await? {
            None | Some(Heard::Datagram { .. }) => Ok(()),
            Some(Heard::Refused) => Err(ProbeError::Refused),
            Some(Heard::Rejected(_) | Heard::Undelivered) => Err(ProbeError::Unreachable),
        }
    }

    /// Waits for one datagram, at most `timeout`; one of more than `limit` bytes is too long.
    pub async fn receive(&self, limit: usize, timeout: Duration) -> Result<Vec<u8>, ProbeError> {
        match time::timeout(timeout, self.hear(limit)).await {
            Err(_) => Err(ProbeError::TimedOut),
            Ok(Err(error)) => Err(error.into()),
            Ok(Ok(Heard::Datagram { is_cut: true, .. })) => Err(ProbeError::TooLong),
            Ok(Ok(Heard::Datagram { bytes, is_cut: false })) => Ok(bytes),
            Ok(Ok(Heard::Refused)) => Err(ProbeError::Refused),
            Ok(Ok(Heard::Rejected(_) | Heard::Undelivered)) => Err(ProbeError::Unreachable),
        }
    }

    /// Sends one datagram as [`send`](Self::send) does.
    ///
    /// Nothing is sent where something has come back for an earlier one that nobody has heard
    /// yet: that is given instead.
    pub(crate) async fn put(&self, payload: &[u8]) -> Result<Option<Heard>, OpenError> {
        let port = self.peer.port();
        if is_print_port(port) {
            return Err(OpenError::PrintPort { port });
        }
        self.gate.pacer.take(1).await;
        self.permit.check(self.gate.clock.now())?;
        let sent = match self.hears {
            Hears::ThatPort => self.socket.send(payload).await,
            Hears::AnyPort => self.socket.send_to(payload, self.peer).await,
        };
        match sent {
            Ok(_) => Ok(None),
            Err(error) => self.explain(error),
        }
    }

    /// Waits for what comes back, without end. Of a datagram at most `limit` bytes are kept.
    pub(crate) async fn hear(&self, limit: usize) -> Result<Heard, OpenError> {
        // One byte more than wanted tells a full datagram from one that was cut.
        let mut buffer = vec![0; limit.min(LONGEST_PAYLOAD) + 1];
        loop {
            // A message of ICMP makes the socket ready for nothing but an error.
            let ready = self.socket.ready(Interest::READABLE | Interest::ERROR).await?;
            if ready.is_error()
                && let Some(heard) = self.look_for_notices()?
            {
                return Ok(heard);
            }
            match self.socket.try_recv_from(&mut buffer) {
                Ok((length, from)) if self.is_peer(from) => {
                    buffer.truncate(length.min(limit));
                    return Ok(Heard::Datagram { bytes: buffer, is_cut: length > limit });
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => {
                    if let Some(heard) = self.explain(error)? {
                        return Ok(heard);
                    }
                }
            }
        }
    }

    /// Own address and port.
    pub fn source(&self) -> SocketAddr {
        self.source
    }

    /// The address and port that are sent to.
    pub(crate) fn peer(&self) -> SocketAddr {
        self.peer
    }

    fn is_peer(&self, from: SocketAddr) -> bool {
        let is_port = self.hears == Hears::AnyPort || from.port() == self.peer.port();
        is_port && from.ip() == self.peer.ip()
    }

    /// What the messages of ICMP say that have come for this socket, up to the first that counts.
    #[cfg(target_os = "linux")]
    fn look_for_notices(&self) -> Result<Option<Heard>, OpenError> {
        loop {
            let next = || icmp::next_notice(&self.socket);
            match self.socket.try_io(Interest::ERROR, next) {
                Ok(notice) => match self.read_notice(notice)? {
                    None => {}
                    heard => return Ok(heard),
                },
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Elsewhere the next call on the socket fails and tells what happened.
    #[cfg(not(target_os = "linux"))]
    fn look_for_notices(&self) -> Result<Option<Heard>, OpenError> {
        match self.socket.take_error()? {
            Some(error) => self.explain(error),
            None => Ok(None),
        }
    }

    /// What an error of `send` or `recv` means: where a message of ICMP waits, it is about an
    /// earlier datagram; otherwise it is about this machine.
    #[cfg(target_os = "linux")]
    fn explain(&self, error: io::Error) -> Result<Option<Heard>, OpenError> {
        match icmp::next_notice(&self.socket) {
            Ok(notice) => self.read_notice(notice),
            // Somebody has read the message already.
            Err(_) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(None),
            Err(_) => Err(error.into()),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn explain(&self, error: io::Error) -> Result<Option<Heard>, OpenError> {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Ok(Some(Heard::Refused)),
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                Ok(Some(Heard::Rejected(Rejection::default())))
            }
            _ => Err(error.into()),
        }
    }

    /// What a message says of the port; nothing where it is about something else.
    #[cfg(target_os = "linux")]
    fn read_notice(&self, notice: Notice) -> Result<Option<Heard>, OpenError> {
        let Notice { origin, kind, code, errno, by } = notice;
        let rejection = Rejection { by, kind_and_code: Some((kind, code)) };
        let is_by_host = by == Some(self.peer.ip());
        let is_by_oneself = by == Some(self.source.ip());
        match (origin, kind, code) {
            // Destination unreachable: the port (RFC 792, RFC 4443 section 3.1).
            (libc::SO_EE_ORIGIN_ICMP, 3, 3) | (libc::SO_EE_ORIGIN_ICMP6, 1, 4) if is_by_host => {
                Ok(Some(Heard::Refused))
            }
            // The host or its link address: what the kernel tells itself when nobody on the link
            // answers its question for the address.
            (libc::SO_EE_ORIGIN_ICMP, 3, 1) | (libc::SO_EE_ORIGIN_ICMP6, 1, 3)
                if is_by_oneself && !is_by_host =>
            {
                Ok(Some(Heard::Undelivered))
            }
            // Too long for the way; the kernel cuts the next one.
            (libc::SO_EE_ORIGIN_ICMP, 3, 4) | (libc::SO_EE_ORIGIN_ICMP6, 2, _) => Ok(None),
            // Destination unreachable for other reasons, time exceeded, parameter problem.
            (libc::SO_EE_ORIGIN_ICMP, 3 | 11 | 12, _)
            | (libc::SO_EE_ORIGIN_ICMP6, 1 | 3 | 4, _) => Ok(Some(Heard::Rejected(rejection))),
            (libc::SO_EE_ORIGIN_ICMP | libc::SO_EE_ORIGIN_ICMP6, ..) => Ok(None),
            _ => Err(io::Error::from_raw_os_error(errno).into()),
        }
    }
}

/// The own address from which datagrams to `peer` go.
async fn own_address(gate: &Gate, permit: &Permit, peer: SocketAddr) -> Result<IpAddr, OpenError> {
    let (socket, _slot) = gate.open(permit, Type::DGRAM, 0).await?;
    socket.connect(&peer.into())?;
    let own = socket.local_addr()?.as_socket();
    own.map(|own| own.ip()).ok_or_else(|| io::Error::from(io::ErrorKind::AddrNotAvailable).into())
}
