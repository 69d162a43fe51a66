//! What a SYN carries so that its answer explains itself.
//!
//! The engine keeps no list of SYNs under way. Each carries the time at which it went and a proof
//! that it is ours, and an answer brings both back:
//!
//! ```text
//! source port = first reserved port + milliseconds modulo 4096
//! sequence    = 22 bits of SipHash(address, port, source port, microseconds) and the 10 bits of
//!               the microseconds within the millisecond
//! ```
//!
//! A SYN-ACK or RST acknowledges `sequence + 1` (RFC 9293 section 3.10.7), an ICMP error quotes the
//! sequence itself. The key is drawn from the system for each scan, so whoever does not see our
//! packets has to guess 22 bits and the source port for one forged answer.
//!
//! The millisecond in the source port makes each retransmission a new connection to the peer. That
//! is needed: Linux answers a repeated SYN of the same connection only every 500 ms
//! (`tcp_invalid_ratelimit`), which looks like loss.
//!
//! The reserved ports lie outside the system's ephemeral ports, so no socket of this machine uses
//! them, and the kernel itself resets a connection that a port has agreed to.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::time::Duration;

/// How many source ports are used: four seconds of milliseconds.
pub(super) const SOURCE_PORTS: u16 = 4_096;

/// Where the reserved ports begin if the system's ephemeral ports leave room there.
const PREFERRED_FIRST: u16 = 61_000;

/// Where they begin otherwise, below the ephemeral ports of any usual setting.
const OTHER_FIRST: u16 = 20_000;

const MICROSECOND_BITS: u32 = 10;

/// Makes and checks cookies.
#[derive(Debug)]
pub(super) struct Cookies {
    key: RandomState,
    first_port: u16,
}

/// The fields of a SYN that carry the cookie.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Cookie {
    pub(super) source_port: u16,
    pub(super) sequence: u32,
}

impl Cookies {
    /// Cookies with a fresh key over the source ports from `first_port` on.
    pub(super) fn new(first_port: u16) -> Self {
        Self { key: RandomState::new(), first_port }
    }

    /// The cookie of a SYN to `port` of `host` that goes now.
    pub(super) fn make(&self, host: IpAddr, port: u16, now: Duration) -> Cookie {
        let millisecond = u16::try_from(now.as_millis() % u128::from(SOURCE_PORTS)).unwrap_or(0);
        let source_port = self.first_port + millisecond;
        let micros = now.subsec_micros() % 1_000;
        Cookie { source_port, sequence: self.sequence(host, port, source_port, micros) }
    }

    /// When the SYN went that an answer belongs to; `None` where it is not ours.
    ///
    /// An answer that is more than four seconds late counts as one to a later SYN.
    pub(super) fn check(
        &self,
        host: IpAddr,
        port: u16,
        cookie: Cookie,
        now: Duration,
    ) -> Option<Duration> {
        let micros = cookie.sequence & ((1 << MICROSECOND_BITS) - 1);
        if self.sequence(host, port, cookie.source_port, micros) != cookie.sequence {
            return None;
        }
        self.sent_at(cookie.source_port, micros, now)
    }

    /// The last time at or before `now` that is written as `source_port` and `micros`.
    pub(super) fn sent_at(&self, source_port: u16, micros: u32, now: Duration) -> Option<Duration> {
        let period = u64::from(SOURCE_PORTS);
        let residue = u64::from(source_port.checked_sub(self.first_port)?);
        let millisecond = u64::try_from(now.as_millis()).ok()?;
        let ago = (millisecond % period + period - residue % period) % period;
        let sent = Duration::from_millis(millisecond.checked_sub(ago)?)
            + Duration::from_micros(micros.into());
        // Within the same millisecond, microseconds ahead of a coarse clock are now.
        Some(sent.min(now))
    }

    fn sequence(&self, host: IpAddr, port: u16, source_port: u16, micros: u32) -> u32 {
        let hash = self.key.hash_one((host, port, source_port, micros));
        let [a, b, c, d, ..] = hash.to_le_bytes();
        (u32::from_le_bytes([a, b, c, d]) << MICROSECOND_BITS) | micros
    }
}

/// The first of [`SOURCE_PORTS`] ports that this system does not give to its own sockets.
pub(crate) fn reserved_ports() -> (u16, u16) {
    let ephemeral = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range");
    let last: Option<u16> =
        ephemeral.ok().and_then(|range| range.split_whitespace().nth(1)?.parse().ok());
    let first = match last {
        Some(last) if last >= PREFERRED_FIRST => OTHER_FIRST,
        _ => PREFERRED_FIRST,
    };
    (first, first + SOURCE_PORTS - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_answer_tells_when_its_syn_went(
            port in any::<u16>(),
            sent in 0_u64..1_000_000_000,
            round_trip in 0_u64..4_000_000,
        ) {
            let host = "192.0.2.1".parse().unwrap();
            let cookies = Cookies::new(PREFERRED_FIRST);
            let sent = Duration::from_micros(sent);
            let cookie = cookies.make(host, port, sent);
            let now = sent + Duration::from_micros(round_trip);
            prop_assert_eq!(cookies.check(host, port, cookie, now), Some(sent));
            let other = Cookie { sequence: cookie.sequence ^ (1 << 20), ..cookie };
            prop_assert_eq!(cookies.check(host, port, other, now), None);
            prop_assert_eq!(cookies.check(host, port ^ 1, cookie, now), None);
        }
    }

    #[test]
    fn a_retransmission_is_a_new_connection() {
        let host = "192.0.2.1".parse().unwrap();
        let cookies = Cookies::new(PREFERRED_FIRST);
        let at = |ms| cookies.make(host, 80, Duration::from_millis(ms)).source_port;
        assert_ne!(at(100), at(101));
    }
}
