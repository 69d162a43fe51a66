//! The TAP device and the namespace around it (`tun.txt` of the kernel's documentation).

use std::fs::{File, OpenOptions};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::process::Command;

/// The name of the device in its namespace.
const NAME: &str = "tap0";

/// This machine's station on the link.
const STATION: &str = "02:00:00:77:00:01";

/// Frames that wait for the responder at most; the usual 1,000 are gone in 3 ms.
const QUEUE: &str = "20000";

/// Moves this thread into a network namespace of its own and opens a TAP device there.
pub(super) fn open_in_namespace() -> io::Result<File> {
    // SAFETY: no memory is involved; only the calling thread changes its namespace.
    #[expect(unsafe_code, reason = "namespaces have no safe wrapper")]
    let outcome = unsafe { libc::unshare(libc::CLONE_NEWNET) };
    checked(outcome)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(libc::O_NONBLOCK);
    let device = options.open("/dev/net/tun")?;
    let flags = libc::IFF_TAP | libc::IFF_NO_PI;
    let mut request = libc::ifreq {
        ifr_name: [0; libc::IFNAMSIZ],
        ifr_ifru: libc::__c_anonymous_ifr_ifru { ifru_flags: i16::try_from(flags).unwrap_or(0) },
    };
    for (place, letter) in request.ifr_name.iter_mut().zip(NAME.bytes()) {
        *place = libc::c_char::try_from(letter).unwrap_or(0);
    }
    // SAFETY: `request` is a whole `ifreq` with a name that ends in zeros, which is what this
    // request takes, and outlives the call.
    #[expect(unsafe_code, reason = "TAP devices have no safe wrapper")]
    let outcome = unsafe { libc::ioctl(device.as_raw_fd(), libc::TUNSETIFF, &raw mut request) };
    checked(outcome)?;
    Ok(device)
}

/// Gives the device its addresses and sets it up.
///
/// # Panics
/// When a command fails.
pub(super) fn set_up(own: Ipv4Addr, own_v6: Ipv6Addr) {
    let (own, own_v6) = (format!("{own}/16"), format!("{own_v6}/64"));
    ip(&["link", "set", "lo", "up"]);
    ip(&["link", "set", NAME, "address", STATION, "txqueuelen", QUEUE]);
    // An address of its own making would be announced, and the test counts what is sent.
    ip(&["link", "set", NAME, "addrgenmode", "none"]);
    ip(&["addr", "add", &own, "dev", NAME]);
    ip(&["addr", "add", &own_v6, "dev", NAME, "nodad"]);
    ip(&["link", "set", NAME, "up"]);
}

fn ip(arguments: &[&str]) {
    let status = Command::new("ip").args(arguments).status();
    let is_done = status.as_ref().is_ok_and(std::process::ExitStatus::success);
    assert!(is_done, "`ip {}` failed: {status:?}", arguments.join(" "));
}

fn checked(outcome: libc::c_int) -> io::Result<()> {
    if outcome < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
