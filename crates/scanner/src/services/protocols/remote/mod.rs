//! Remote control: screens, terminals, debuggers, devices, and shells that nobody meant to offer.
//!
//! What is left out: rlogin, rsh and rexec. Their servers say nothing before the client has named
//! a user and, for the latter two, a command, which is an attempt to log in. `AnyDesk` is known by
//! its certificate alone, which the fact about TLS has.

mod adb;
mod irc;
mod jdwp;
mod prompt;
mod shell;
mod smart_install;
mod teamviewer;
mod telnet;
mod vnc;
mod x11;

use super::Greeter;
use crate::services::talk::Approach;

pub(in crate::services) use shell::SHELL;

pub(super) const GREETERS: &[Greeter] =
    &[vnc::GREETER, teamviewer::GREETER, telnet::GREETER, irc::GREETER];

/// Texts that end as a prompt does: less certain than any protocol, so asked after all of them.
pub(super) const PROMPTS: &[Greeter] = &[telnet::WITHOUT_OPTIONS, shell::GREETER];

pub(super) const APPROACHES: &[Approach] =
    &[x11::APPROACH, adb::APPROACH, jdwp::APPROACH, smart_install::APPROACH, irc::APPROACH];
