//! Which TCP ports of a host accept connections, and which UDP ports answer.

mod connect;
mod host;
mod round;
#[cfg(target_os = "linux")]
pub mod syn;
mod tally;
pub mod udp;
mod window;

pub use connect::ConnectScanner;
pub(crate) use connect::repeat_command;
pub(crate) use round::{Ending, Endings};
