//! Services of Unix systems: rsync, remote procedure calls, and the small ones of inetd.
//!
//! What is left out: discard and time say nothing that proves them, and a question to finger would
//! be about people.

mod ident;
mod onc_rpc;
mod rsync;
mod small;

use super::Greeter;
use crate::services::talk::Approach;

pub(super) const GREETERS: &[Greeter] = &[rsync::GREETER, small::CHARGEN, small::DAYTIME];

pub(super) const APPROACHES: &[Approach] = &[onc_rpc::APPROACH, ident::APPROACH, small::ECHO];
