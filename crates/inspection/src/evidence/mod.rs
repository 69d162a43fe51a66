//! Facts gathered from the network, each with its bytes, its time and where it was seen from.
//!
//! The scanner makes [`Observation`]s; checks read them and nothing else, so a verdict can be
//! computed again from a stored inspection. Facts are what a probe saw, never what it means.

mod clue;
mod discovery;
mod http;
mod observation;
mod peer;
mod ports;
mod profile;
mod relay;
mod service;
mod ssh;
mod tls;
mod udp;

/// The text of notes, in both languages.
pub use hoshimori_scheme::Text;

pub use clue::{Clue, ClueSource};
pub use discovery::{DiscoveryFact, DiscoveryMethod, NameFact, NameSource};
pub use http::{HttpFact, HttpOutcome, HttpPurpose, HttpResponse};
pub use observation::{Fact, Observation, ObservationKey, ProbeError};
pub use peer::{PeerFact, PeerNetwork, PeerOutcome, PeerQuestion};
pub use ports::{PortAccuracy, PortNote, PortSpan, PortsFact, Unscanned, UnscannedReason};
pub use profile::{MappingsFact, PortMapping, ProfileFact, ProfileSource};
pub use relay::{RelayFact, RelayOutcome, RelayProtocol};
pub use service::{Access, Protocol, ServiceFact};
pub use ssh::{KeyboardPrompt, SshAlgorithms, SshAuthFact, SshOutcome};
pub use tls::{CertificateFact, KeyFact, TlsFact, TlsOutcome, TrustFact, TrustStore, TrustVerdict};
pub use udp::{UdpFact, UdpState};
