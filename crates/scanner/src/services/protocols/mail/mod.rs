//! Mailboxes: POP3 and IMAP. Mail transport and news greet with three digits, as file servers do.

mod imap;
mod pop3;

use super::Greeter;

pub(super) const GREETERS: &[Greeter] = &[pop3::GREETER, imap::GREETER];
