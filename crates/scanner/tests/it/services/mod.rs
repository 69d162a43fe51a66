//! The probes of services against stand-ins of the tests' own and against real daemons.

pub(crate) mod bench;
mod certificates;
pub(crate) mod daemon;
mod database;
mod database_daemons;
mod dns;
mod hostile;
mod http;
mod identify;
mod mail;
mod media;
mod messaging;
mod proxy;
mod real;
mod real_web;
mod remote;
mod ssh;
pub(crate) mod stand_in;
mod strangers;
mod unix;
mod upload;
mod web;
mod windows;
