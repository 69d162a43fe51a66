//! Codecs for bytes from the network: what a peer said, in our own types.
//!
//! The data flow: the scanner reads bytes from a socket and hands them to a decoder of [`app`];
//! the decoder gives back owned values or a [`DecodeError`] that says what failed, where and how.
//! Encoders give the exact bytes to send.
//!
//! The promises: no I/O, no panic whatever the bytes are, and a stated limit on every length,
//! count and depth that a peer chooses. Where a library does the parsing its limits are checked
//! before it is called and none of its types is seen from outside.
//!
//! ```
//! use hoshimori_wire::app::ssh_banner::Identification;
//!
//! let (peer, length) = Identification::decode(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")?;
//! assert_eq!(peer.software, "OpenSSH_9.2p1");
//! assert_eq!(peer.comments.as_deref(), Some("Debian-2"));
//! assert_eq!(length, 32);
//! # Ok::<(), hoshimori_wire::DecodeError>(())
//! ```

#![forbid(unsafe_code)]

pub mod app;
pub mod checksum;
mod error;
mod join;
pub mod link;
pub mod net;
mod reader;
pub mod transport;

pub use error::{DecodeError, DecodeErrorKind};
pub use reader::Reader;
