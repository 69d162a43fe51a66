//! Names of hosts: from stand-ins of the tests' own on loopback, and from real daemons.

mod finder;
pub(crate) mod link;
mod mdns;
mod netbios;
mod real;
mod reverse;
mod stand_in;
