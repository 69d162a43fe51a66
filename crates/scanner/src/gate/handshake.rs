//! A TCP handshake from its first packet to its end, and what each end means.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::Socket;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Gate;
use crate::descriptors::Slot;
use crate::error::OpenError;

/// Packets beyond the SYN that a completed handshake costs: its ACK, and the FIN or RST at the end.
const PACKETS_AFTER_SYN: u32 = 2;

/// A SYN that is on its way, or has been answered already.
///
/// The kernel answers itself within the system call where the target is this machine: such a
/// handshake ends without the runtime ever hearing of the socket, which is what makes a scan of
/// loopback fast.
pub(crate) struct Knock {
    /// Own address and port.
    pub(crate) source: Option<SocketAddr>,
    /// Where it is.
    pub(crate) stage: Stage,
}

/// Where a handshake is.
pub(crate) enum Stage {
    /// At its end, after this time.
    Ended(Answer, Duration),
    /// Under way.
    Waiting(Waiting),
}

/// How a handshake ended.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Completed.
    Completed(Opened),
    /// Completed, and reset by the peer before it was looked at.
    ///
    /// Linux reports ECONNRESET only for a connection that had been established; a RST in answer
    /// to the SYN is ECONNREFUSED.
    CutOff,
    /// Refused by a RST. ICMP port unreachable ends here as well: the kernel reports both alike.
    Refused,
    /// Nothing came in time.
    Silent,
    /// A router, or the failed address resolution of the last hop, answered instead of the host.
    Rejected,
    /// The socket met itself.
    ///
    /// The kernel may pick the very port that is asked as the source port of the SYN. That SYN
    /// then answers itself (simultaneous open, RFC 9293 section 3.5) and completes although nobody
    /// listens. No source port is taken from a listener, so this never hides an open port.
    ToOneself,
    /// This machine failed.
    Failed(OpenError),
}

/// A connection as the handshake left it.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(super) stream: TcpStream,
    _slot: Slot,
    pub(super) source: SocketAddr,
    pub(super) peer: SocketAddr,
}

impl Opened {
    /// Ends a connection that has done its duty by completing.
    ///
    /// With a RST instead of a FIN: the side that closes first keeps a FIN-closed connection for
    /// a minute (TIME-WAIT), and a host with thousands of open ports would fill this machine's
    /// tables. No data was exchanged that a RST could destroy.
    pub(crate) fn discard(self) {
        // Where the option cannot be set the connection closes with a FIN, which is as correct.
        drop(self.stream.set_zero_linger());
    }
}

impl Knock {
    /// Starts the handshake on a fresh non-blocking socket.
    pub(super) fn send(
        gate: &Gate,
        socket: Socket,
        slot: Slot,
        peer: SocketAddr,
    ) -> Result<Self, OpenError> {
        let began = gate.clock.elapsed();
        let called = socket.connect(&peer.into());
        let source = socket.local_addr().ok().and_then(|address| address.as_socket());
        let ended = |answer| {
            let took = gate.clock.elapsed().saturating_sub(began);
            Ok(Self { source, stage: Stage::Ended(answer, took) })
        };
        if let Err(error) = called
            && !is_under_way(&error)
        {
            // An error of the call is this machine's own, unless it is the answer of the host.
            return match error.kind() {
                io::ErrorKind::ConnectionRefused => ended(Answer::Refused),
                _ => Err(error.into()),
            };
        }
        match socket.take_error()? {
            Some(error) => ended(Answer::from_socket_error(error)),
            None if socket.peer_addr().is_ok() => {
                let stream = TcpStream::from_std(socket.into())?;
                ended(Answer::of_completed(gate, stream, slot))
            }
            None => {
                let stream = TcpStream::from_std(socket.into())?;
                let waiting = Waiting { gate: gate.clone(), stream, slot, began };
                Ok(Self { source, stage: Stage::Waiting(waiting) })
            }
        }
    }
}

/// A handshake that the peer has not answered yet.
pub(crate) struct Waiting {
    gate: Gate,
    stream: TcpStream,
    slot: Slot,
    began: Duration,
}

impl Waiting {
    /// Waits for the answer, at most `limit`; tells how long it took since the SYN.
    pub(crate) async fn answer(self, limit: Duration) -> (Answer, Duration) {
        let Self { gate, stream, slot, began } = self;
        let ready = timeout(limit, stream.writable()).await;
        let took = gate.clock.elapsed().saturating_sub(began);
        let answer = match ready {
            Err(_) => {
                gate.pacer.charge(repeated_syns(limit));
                Answer::Silent
            }
            Ok(Err(error)) => Answer::Failed(error.into()),
            Ok(Ok(())) => match stream.take_error() {
                Ok(None) => Answer::of_completed(&gate, stream, slot),
                Ok(Some(error)) => Answer::from_socket_error(error),
                Err(error) => Answer::Failed(error.into()),
            },
        };
        (answer, took)
    }
}

impl Answer {
    /// What a connected stream is: an open port, or oneself.
    fn of_completed(gate: &Gate, stream: TcpStream, slot: Slot) -> Self {
        gate.pacer.charge(PACKETS_AFTER_SYN);
        match (stream.local_addr(), stream.peer_addr()) {
            (Ok(source), Ok(peer)) if source == peer => {
                drop(stream.set_zero_linger());
                Self::ToOneself
            }
            (Ok(source), Ok(peer)) => Self::Completed(Opened { stream, _slot: slot, source, peer }),
            // ENOTCONN without a pending error: it was connected and is so no more.
            (_, Err(error)) if error.kind() == io::ErrorKind::NotConnected => Self::CutOff,
            (_, Err(error)) | (Err(error), _) => Self::Failed(error.into()),
        }
    }

    /// What an error that was found on the socket means. It came from the network, most of all
    /// from ICMP, unless it can only be this machine's own.
    fn from_socket_error(error: io::Error) -> Self {
        match error.raw_os_error() {
            Some(libc::ECONNREFUSED) => Self::Refused,
            Some(libc::ECONNRESET) => Self::CutOff,
            Some(libc::ETIMEDOUT) => Self::Silent,
            // An interface that went down, a socket that was killed on this machine, no memory.
            Some(
                libc::ENETDOWN
                | libc::EADDRNOTAVAIL
                | libc::ECONNABORTED
                | libc::ENOBUFS
                | libc::ENOMEM
                | libc::EPERM,
            ) => Self::Failed(error.into()),
            // ENETUNREACH, EHOSTUNREACH, ENOPROTOOPT, …: the ICMP errors of IPv4. EACCES:
            // "administratively prohibited" of ICMPv6.
            _ => Self::Rejected,
        }
    }
}

/// How often the kernel has repeated a SYN that stayed unanswered for `limit`: at most once for
/// each full second before the end (RFC 6298 section 5; Linux backs off only later).
fn repeated_syns(limit: Duration) -> u32 {
    let before_the_end = limit.saturating_sub(Duration::from_nanos(1));
    u32::try_from(before_the_end.as_secs()).unwrap_or(u32::MAX)
}

/// Whether `connect` said that the answer is still to come. After EINTR it goes on as well.
fn is_under_way(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EINPROGRESS | libc::EINTR))
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::sync::Arc;

    use hoshimori_inspection::clock::SystemClock;
    use socket2::{Domain, Type};

    use super::*;
    use crate::pacer::Pacer;

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "the test makes a socket that meets itself")]
    async fn a_socket_that_meets_itself_is_not_an_open_port() {
        let clock = Arc::new(SystemClock::start());
        let gate = Gate::new(clock.clone(), Pacer::new(None, clock));
        let socket = Socket::new(Domain::IPV4, Type::STREAM.nonblocking(), None).unwrap();
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
        let itself = socket.local_addr().unwrap().as_socket().unwrap();
        let slot = gate.descriptors.slot().await.unwrap();
        let knock = Knock::send(&gate, socket, slot, itself).unwrap();
        let answer = match knock.stage {
            Stage::Ended(answer, _) => answer,
            Stage::Waiting(waiting) => waiting.answer(Duration::from_secs(5)).await.0,
        };
        assert!(matches!(answer, Answer::ToOneself), "{answer:?}");
    }

    fn answer(errno: i32) -> Answer {
        Answer::from_socket_error(io::Error::from_raw_os_error(errno))
    }

    #[test]
    fn only_a_refusal_is_a_refusal() {
        assert!(matches!(answer(libc::ECONNREFUSED), Answer::Refused));
        for errno in [libc::EHOSTUNREACH, libc::ENETUNREACH, libc::ENOPROTOOPT, libc::EACCES] {
            assert!(matches!(answer(errno), Answer::Rejected), "{errno}");
        }
        assert!(matches!(answer(libc::ETIMEDOUT), Answer::Silent));
    }

    #[test]
    fn a_second_of_silence_costs_one_packet_and_each_further_one_another() {
        let repeated =
            [200, 1_000, 2_000, 3_000].map(|ms| repeated_syns(Duration::from_millis(ms)));
        assert_eq!(repeated, [0, 0, 1, 2]);
    }

    #[test]
    fn a_reset_after_the_handshake_still_completed_it() {
        assert!(matches!(answer(libc::ECONNRESET), Answer::CutOff));
    }

    #[test]
    fn what_this_machine_did_is_never_the_answer_of_the_host() {
        for errno in [libc::ENETDOWN, libc::ECONNABORTED, libc::ENOBUFS, libc::EADDRNOTAVAIL] {
            assert!(matches!(answer(errno), Answer::Failed(_)), "{errno}");
        }
    }
}
