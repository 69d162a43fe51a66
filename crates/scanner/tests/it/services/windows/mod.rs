//! Protocols of Windows and of directories: real daemons where a package exists, and stand-ins
//! composed from the specifications for what only Windows says.

mod composed;
mod daemons;
mod directories;
mod file_sharing;
mod foreign;
mod remote_desktop;

use hoshimori_inspection::evidence::Observation;
use hoshimori_scanner::{Breadth, Timing};

use super::bench::Bench;

/// What `port` of the test's own address is.
async fn identify(port: u16, timing: Timing) -> Observation {
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    bench.prober(timing).identify(&permit, port, Breadth::Every).await
}
