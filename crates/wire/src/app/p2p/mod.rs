//! First words of file-sharing software: what to say to it, and how to know its answer.
//!
//! Every question comes in two forms: the real one, and a spoilt one that differs in the one thing
//! by which the software knows its own. What answers both alike is something else.

mod bencode;
pub mod bittorrent;
pub mod dht;
pub mod direct_connect;
pub mod edonkey;
pub mod gnutella;
pub mod kad;
mod rc4;
pub mod soulseek;
pub mod utp;
pub mod winmx;
pub mod winny;
