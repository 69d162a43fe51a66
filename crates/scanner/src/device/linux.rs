//! A real link of Linux: a packet socket (`packet(7)`), the only unsafe code of the workspace.
//!
//! Sent frames go straight to the driver (`PACKET_QDISC_BYPASS`), many in one call; a capture on
//! this machine does not see them, one at the other end of the cable does. Received frames pass a
//! filter in the kernel that lets through what can be an answer to us, and are counted there when
//! the buffer overflows.

use std::io;
use std::mem::size_of_val;
use std::os::fd::AsRawFd;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::clock::Clock;
use libc::{c_int, c_uint, c_void, iovec, mmsghdr, msghdr, socklen_t};
use socket2::{Domain, SockFilter, Socket, Type};

use super::{Device, Inbox, KEPT_BYTES, Link, Received};
use crate::gate::raw::Batch;

/// Frames that one call to the system sends or receives.
const FRAMES_PER_CALL: usize = 64;

/// What the system may hold for us: small frames take about 768 bytes each, so this is a tenth of
/// a second at 300,000 a second.
const RECEIVE_BUFFER: c_int = 32 * 1024 * 1024;

/// How long a call that may wait does so, whatever it was asked for: only the thread of a
/// [`Pump`](super::pump::Pump) waits here, and it comes back.
const LONGEST_CALL: Duration = Duration::from_millis(20);

/// A packet socket on one interface.
pub struct LinuxDevice {
    socket: Socket,
    link: Link,
    clock: Arc<dyn Clock>,
}

impl LinuxDevice {
    /// Opens `link` for answers to ports `first_port..=last_port` of this machine, which needs
    /// `CAP_NET_RAW`.
    #[expect(clippy::disallowed_methods, reason = "sends only what `gate::raw` put in a batch")]
    pub fn open(
        link: Link,
        (first_port, last_port): (u16, u16),
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        // Protocol 0: nothing is received before the filter is in place.
        let socket = Socket::new(Domain::PACKET, Type::RAW, None)?;
        socket.attach_filter(&answers(first_port, last_port))?;
        set_option(&socket, libc::SOL_PACKET, libc::PACKET_IGNORE_OUTGOING, 1)?;
        set_option(&socket, libc::SOL_PACKET, libc::PACKET_QDISC_BYPASS, 1)?;
        // Without CAP_NET_ADMIN the system's limit holds; overflow is counted and slows us down.
        if set_option(&socket, libc::SOL_SOCKET, libc::SO_RCVBUFFORCE, RECEIVE_BUFFER).is_err() {
            socket.set_recv_buffer_size(usize::try_from(RECEIVE_BUFFER).unwrap_or(usize::MAX))?;
        }
        socket.set_read_timeout(Some(LONGEST_CALL))?;
        bind(&socket, link.index)?;
        Ok(Self { socket, link, clock })
    }
}

impl Device for LinuxDevice {
    fn link(&self) -> &Link {
        &self.link
    }

    fn send(&self, batch: &Batch) -> io::Result<usize> {
        let mut parts = [NO_PART; FRAMES_PER_CALL];
        let mut count = 0;
        for (part, frame) in parts.iter_mut().zip(batch.frames()) {
            *part = iovec { iov_base: frame.as_ptr().cast_mut().cast(), iov_len: frame.len() };
            count += 1;
        }
        let mut messages = parts.each_mut().map(message);
        // SAFETY: the first `count` of `messages` each point to one of `parts`, which outlives the
        // call, and that to a frame of `batch`, which is borrowed for as long. The system reads the
        // frames and writes only `msg_len`.
        #[expect(unsafe_code, reason = "many frames in one call have no safe wrapper")]
        let sent =
            unsafe { libc::sendmmsg(self.socket.as_raw_fd(), messages.as_mut_ptr(), count, 0) };
        usize::try_from(sent).map_err(|_| io::Error::last_os_error())
    }

    fn receive(&self, inbox: &mut Inbox, wait: Duration) -> io::Result<()> {
        let mut buffers = [[0_u8; KEPT_BYTES]; FRAMES_PER_CALL];
        let mut parts = buffers
            .each_mut()
            .map(|buffer| iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: KEPT_BYTES });
        let mut messages = parts.each_mut().map(message);
        let room = c_uint::try_from(inbox.room().min(FRAMES_PER_CALL)).unwrap_or(0);
        let flags = if wait.is_zero() { libc::MSG_DONTWAIT } else { libc::MSG_WAITFORONE };
        // SAFETY: each of `messages` points to one of `parts` and that to one of `buffers` of the
        // stated length; all outlive the call and nothing else refers to them during it. `room` is
        // at most their number. No time limit is passed.
        #[expect(unsafe_code, reason = "many frames in one call have no safe wrapper")]
        let received = unsafe {
            libc::recvmmsg(
                self.socket.as_raw_fd(),
                messages.as_mut_ptr(),
                room,
                flags,
                ptr::null_mut(),
            )
        };
        let Ok(received) = usize::try_from(received) else {
            let error = io::Error::last_os_error();
            return match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(()),
                _ => Err(error),
            };
        };
        let lengths = messages.map(|message| message.msg_len);
        let at = self.clock.elapsed();
        for (buffer, length) in buffers.iter().zip(lengths).take(received) {
            let length = usize::try_from(length).unwrap_or(0);
            inbox.push(Received::new(buffer.get(..length).unwrap_or(buffer), at));
        }
        Ok(())
    }

    fn dropped(&self) -> io::Result<u64> {
        let mut statistics = libc::tpacket_stats { tp_packets: 0, tp_drops: 0 };
        let mut length = socklen_t::try_from(size_of_val(&statistics)).unwrap_or(0);
        // SAFETY: `statistics` is a valid place of `length` bytes for what this option gives.
        #[expect(unsafe_code, reason = "the counters of a packet socket have no safe wrapper")]
        let outcome = unsafe {
            libc::getsockopt(
                self.socket.as_raw_fd(),
                libc::SOL_PACKET,
                libc::PACKET_STATISTICS,
                ptr::from_mut(&mut statistics).cast::<c_void>(),
                &raw mut length,
            )
        };
        checked(outcome)?;
        Ok(statistics.tp_drops.into())
    }
}

const NO_PART: iovec = iovec { iov_base: ptr::null_mut(), iov_len: 0 };

/// A message of one part, without address and control data.
fn message(part: &mut iovec) -> mmsghdr {
    let msg_hdr = msghdr {
        msg_name: ptr::null_mut(),
        msg_namelen: 0,
        msg_iov: part,
        msg_iovlen: 1,
        msg_control: ptr::null_mut(),
        msg_controllen: 0,
        msg_flags: 0,
    };
    mmsghdr { msg_hdr, msg_len: 0 }
}

fn set_option(socket: &Socket, level: c_int, name: c_int, value: c_int) -> io::Result<()> {
    let length = socklen_t::try_from(size_of_val(&value)).unwrap_or(0);
    // SAFETY: `value` is a valid `int` of `length` bytes, which is what these options take.
    #[expect(unsafe_code, reason = "the options of a packet socket have no safe wrapper")]
    let outcome = unsafe {
        let value = ptr::from_ref(&value).cast::<c_void>();
        libc::setsockopt(socket.as_raw_fd(), level, name, value, length)
    };
    checked(outcome)
}

/// Binds to the interface of number `index`, for every protocol.
fn bind(socket: &Socket, index: u32) -> io::Result<()> {
    let all = u16::try_from(libc::ETH_P_ALL).unwrap_or(0).to_be();
    let address = libc::sockaddr_ll {
        sll_family: u16::try_from(libc::AF_PACKET).unwrap_or(0),
        sll_protocol: all,
        sll_ifindex: c_int::try_from(index).map_err(io::Error::other)?,
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    };
    let length = socklen_t::try_from(size_of_val(&address)).unwrap_or(0);
    // SAFETY: `address` is a whole `sockaddr_ll` of `length` bytes, the kind that a packet socket
    // takes.
    #[expect(unsafe_code, reason = "link addresses have no safe wrapper")]
    let outcome = unsafe { libc::bind(socket.as_raw_fd(), ptr::from_ref(&address).cast(), length) };
    checked(outcome)
}

fn checked(outcome: c_int) -> io::Result<()> {
    if outcome < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Lets pass what can be an answer: TCP to ports `first..=last` without SYN alone, ICMP, ARP.
///
/// The system takes 802.1Q tags off before a packet socket sees a frame, so those of other VLANs
/// on the same cable would look like frames of this link. Tag 0 stands for a priority only.
fn answers(first: u16, last: u16) -> [SockFilter; 22] {
    const WORD: u16 = 0x20;
    const HALF: u16 = 0x28;
    const BYTE: u16 = 0x30;
    const HALF_AT_X: u16 = 0x48;
    const IP_LENGTH: u16 = 0xb1;
    const EQUAL: u16 = 0x15;
    const AT_LEAST: u16 = 0x35;
    const MORE: u16 = 0x25;
    const ANY_BIT: u16 = 0x45;
    const RETURN: u16 = 0x06;
    // SKF_AD_OFF + SKF_AD_VLAN_TAG of `linux/filter.h`: what the system knows beside the bytes.
    const VLAN_TAG: u32 = 0xffff_f000 + 44;
    let line = |code, k, if_true, if_false| SockFilter::new(code, if_true, if_false, k);
    let (first, last) = (u32::from(first), u32::from(last));
    [
        line(WORD, VLAN_TAG, 0, 0),
        line(ANY_BIT, 0x0fff, 19, 0),
        line(HALF, 12, 0, 0),
        line(EQUAL, 0x0806, 16, 0),
        line(EQUAL, 0x86dd, 9, 0),
        line(EQUAL, 0x0800, 0, 15),
        // IPv4: the protocol, no fragment, the port.
        line(BYTE, 23, 0, 0),
        line(EQUAL, 1, 12, 0),
        line(EQUAL, 6, 0, 12),
        line(HALF, 20, 0, 0),
        line(ANY_BIT, 0x1fff, 10, 0),
        line(IP_LENGTH, 14, 0, 0),
        line(HALF_AT_X, 16, 0, 0),
        line(AT_LEAST, first, 5, 7),
        // IPv6: the protocol, the port. Extension headers are not followed.
        line(BYTE, 20, 0, 0),
        line(EQUAL, 58, 4, 0),
        line(EQUAL, 6, 0, 4),
        line(HALF, 56, 0, 0),
        line(AT_LEAST, first, 0, 2),
        line(MORE, last, 1, 0),
        line(RETURN, 0xffff, 0, 0),
        line(RETURN, 0, 0, 0),
    ]
}
