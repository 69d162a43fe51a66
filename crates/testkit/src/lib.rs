//! The vocabulary that tests of several crates share. A dev-dependency only, never published.
//!
//! - [`Lab`]: real daemons from Debian packages on loopback, as `lab/<scenario>/` sets them up, and
//!   what each must be found to be ([`Expectation`], [`KnownService`]).
//! - [`Recorder`]: listeners that write down every connection, to prove what was sent and what
//!   was not.
//! - [`tap_lan`]: simulated hosts behind a TAP device, for scanners that send whole frames; the only
//!   unsafe code here opens that device.
//! - [`snapshot_filters`]: what varies from run to run in texts that are compared with snapshots.
//!
//! Everything here panics when it cannot do what a test asked for: the test has failed.

mod expectation;
mod filters;
mod known_service;
mod lab;
mod recorder;
#[cfg(target_os = "linux")]
pub mod tap_lan;

pub use expectation::{Expectation, ExpectedResult};
pub use filters::snapshot_filters;
pub use known_service::KnownService;
pub use lab::Lab;
pub use recorder::{Connection, Manner, Recorder};
