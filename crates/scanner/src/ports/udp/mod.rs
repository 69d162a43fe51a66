//! Which UDP ports of a host answer when they are asked in the words of their protocol.
//!
//! A UDP port says nothing to what it does not understand, so each of a short list of ports gets
//! a real question: one that needs no password and no community string, and changes nothing. Five
//! ends are told apart and never taken for each other:
//!
//! | end | what proves it |
//! |---|---|
//! | open | a datagram from the host, whatever is in it |
//! | closed | ICMP port unreachable, and from the host itself |
//! | rejected | any other ICMP that says so, or the same from somebody else on the way |
//! | no answer | nothing, although it was asked up to three times: open, filtered, or lost |
//! | not scanned | this machine could not ask; the reason is kept |
//!
//! # How long it takes
//!
//! A host may say "closed" only so often: Linux six times at once and then once a second. So all
//! ports are asked quickly once, and after that the silent ones no faster than such a host can
//! say so again (see `Pace`).
//!
//! | host | time |
//! |---|---|
//! | closes every port without a limit | 0.3 s |
//! | answers on every one | 1.3 s |
//! | closes every port with the limit of Linux | 10 s |
//! | never says anything | 5.3 s |
//! | whatever it does | 18 s at most |
//!
//! A port that answered in its protocol is listened to for another second: a device of universal
//! plug and play answers several times, and others are asked what they are.

mod clues;
mod conversation;
pub(crate) mod pace;
mod probes;
mod scanner;

pub use scanner::UdpScanner;
