//! What the kernel heard by ICMP about the datagrams of a socket (`ip(7)`, `IP_RECVERR`).
//!
//! Without this a connected socket learns that a datagram was refused, but neither by whom nor
//! why: a firewall on the way that answers for the host looks like the host, and the codes that
//! routers use (0 and 1 of RFC 792) are not told at all.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::AsRawFd;

use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, setsockopt, sockopt,
};
use socket2::Socket;
use tokio::net::UdpSocket;

/// Room for one message: its header, the error, and the address of who reports it.
const CONTROL: usize = 128;

/// A message about a datagram that was sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Notice {
    /// Who made it.
    pub(super) origin: u8,
    /// Its type.
    pub(super) kind: u8,
    /// Its code.
    pub(super) code: u8,
    /// What the system calls it.
    pub(super) errno: i32,
    /// Who sent it.
    pub(super) by: Option<IpAddr>,
}

impl Notice {
    fn of(error: libc::sock_extended_err, by: Option<IpAddr>) -> Self {
        let errno = i32::try_from(error.ee_errno).unwrap_or(0);
        let (origin, kind, code) = (error.ee_origin, error.ee_type, error.ee_code);
        Self { origin, kind, code, errno, by }
    }
}

/// Has the kernel keep such messages for `socket`, which sends to addresses like `peer`.
pub(super) fn keep_notices(socket: &Socket, peer: IpAddr) -> io::Result<()> {
    match peer {
        IpAddr::V4(_) => setsockopt(socket, sockopt::Ipv4RecvErr, &true)?,
        IpAddr::V6(_) => setsockopt(socket, sockopt::Ipv6RecvErr, &true)?,
    }
    Ok(())
}

/// The oldest message about datagrams of `socket`; would block where there is none.
pub(super) fn next_notice(socket: &UdpSocket) -> io::Result<Notice> {
    let mut control = [0; CONTROL];
    // The first byte of the datagram in question comes along; nobody wants it.
    let mut byte = [0; 1];
    let mut parts = [IoSliceMut::new(&mut byte)];
    let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
    let message =
        recvmsg::<SockaddrStorage>(socket.as_raw_fd(), &mut parts, Some(&mut control), flags)?;
    let notice = message.cmsgs()?.find_map(|part| match part {
        ControlMessageOwned::Ipv4RecvErr(error, by) => {
            let by = by.map(|it| Ipv4Addr::from(u32::from_be(it.sin_addr.s_addr)).into());
            Some(Notice::of(error, by))
        }
        ControlMessageOwned::Ipv6RecvErr(error, by) => {
            let by = by.map(|it| Ipv6Addr::from(it.sin6_addr.s6_addr).into());
            Some(Notice::of(error, by))
        }
        _ => None,
    });
    notice.ok_or_else(|| io::Error::other("a message about a datagram says nothing"))
}
