//! Frames of the local link.

pub mod arp;
pub mod ethernet;
