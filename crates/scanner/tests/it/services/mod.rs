//! The probes of services against stand-ins of the tests' own and against real daemons.

mod bench;
mod certificates;
pub(crate) mod daemon;
mod dns;
mod http;
mod identify;
mod real;
mod ssh;
mod stand_in;
mod upload;
