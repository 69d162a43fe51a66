//! Gathers evidence from the network: the only crate of the workspace that opens sockets.
//!
//! # The problem
//!
//! An inspector signs what this crate saw. A port that it overlooks is a fault that nobody
//! repairs; a packet to the wrong address, or an hour too late, is an offence. So each result says
//! how it came about, failures of the inspecting machine never look like properties of the
//! inspected one, and the right to send is a value that has to be shown.
//!
//! # The data flow
//!
//! A [`Permit`] of the scope goes in, an [`Observation`] comes out:
//!
//! ```text
//! Permit ─> ConnectScanner ─┐               ┌─> Observation: is a host there? which ports?
//!                           ├─> Gate ─> net ┤
//! Permit ─> services ───────┘   Pacer       └─> Observation: which protocol, what does it allow?
//! ```
//!
//! [`gate`] opens the sockets, [`pacer`] says when; [`discover`] and [`ports`] find what listens,
//! [`services`] asks it what it is, [`names`] what it is called.
//!
//! # What it promises
//!
//! - No packet leaves without a permit, outside its time window, above the packet budget; no byte
//!   is written to a print port. See [`gate`].
//! - A port is reported closed only when it refused. What this machine could not do (descriptors,
//!   source ports, routes, permissions, consent) is reported as not scanned, with the reason.
//! - A port is reported open only when two handshakes completed, and never because a socket met
//!   itself.
//! - A probe that fails is evidence, not an error: nothing here returns `Err` for what a target
//!   does.
//!
//! A permit cannot be made here, only shown:
//!
//! ```compile_fail,E0451
//! use hoshimori_inspection::scope::Permit;
//!
//! let forged = Permit {
//!     address: "192.0.2.1".parse().unwrap(),
//!     valid_from: jiff::Timestamp::MIN,
//!     valid_until: jiff::Timestamp::MAX,
//!     may_change_state: true,
//! };
//! ```
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//!
//! use hoshimori_inspection::clock::{Clock, SystemClock};
//! use hoshimori_inspection::evidence::{Fact, PortSpan};
//! use hoshimori_inspection::scope::{Authorization, Scope};
//! use hoshimori_inspection::vantage::Vantage;
//! use hoshimori_scanner::{ConnectScanner, Gate, Pacer, Quiet};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let clock = Arc::new(SystemClock::start());
//! let now = clock.now();
//! let scope = Scope::new(Authorization {
//!     granted_by: "the operator".into(),
//!     valid_from: now,
//!     valid_until: "9999-01-01T00:00:00Z".parse()?,
//!     networks: vec!["127.0.0.0/8".parse()?],
//!     exclude: vec![],
//!     state_changing_probes: false,
//!     default_credentials: false,
//! });
//! let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
//! let port = listener.local_addr()?.port();
//!
//! let gate = Gate::new(clock.clone(), Pacer::new(None, clock));
//! let scanner = ConnectScanner::new(&gate, Vantage::Guest);
//! let permit = scope.permit("127.0.0.1".parse()?, now)?;
//! let span = PortSpan { first: port, last: port };
//! let Fact::Ports(fact) = scanner.scan(&permit, span, &Quiet).await.fact else { unreachable!() };
//! assert_eq!(fact.open, [port]);
//! # Ok(())
//! # }
//! ```
//!
//! [`Permit`]: hoshimori_inspection::scope::Permit
//! [`Observation`]: hoshimori_inspection::evidence::Observation

mod descriptors;
pub mod device;
pub mod discover;
mod error;
pub mod gate;
pub mod names;
pub mod pacer;
pub mod ports;
mod profiles;
pub mod progress;
mod random;
mod rtt;
pub mod services;

/// Where cameras speak ONVIF unless they name another place.
pub use hoshimori_wire::app::onvif::SERVICE_PATH as ONVIF_PATH;

pub use gate::{Connection, DatagramSocket, Gate};
pub use names::NameFinder;
pub use pacer::{Pacer, PacketsPerSecond};
pub use ports::ConnectScanner;
pub use ports::udp::UdpScanner;
pub use progress::{Progress, Quiet};
pub use services::{Breadth, PeerPorts, Prober, RelayTrial, Timing, TrustStores, WebTarget};
