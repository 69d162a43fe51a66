//! The transport layer.

pub mod tcp;
pub mod udp;
