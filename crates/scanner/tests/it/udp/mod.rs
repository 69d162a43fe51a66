//! Asking UDP ports: stand-ins of the tests' own on loopback, and real hosts on a link.

mod answers;
pub(crate) mod bench;
mod clues;
mod daemons;
mod silence;
mod unreachable;
