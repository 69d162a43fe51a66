//! The half-open scan: single SYNs, sent and heard as frames, and what they cannot have missed.
//!
//! **How it works.** One loop asks, a second thread helps it to send, and a third one receives.
//! Nothing is kept of a SYN that was sent: its answer brings the time and a proof along (`cookie`).
//! Ports are asked in rounds; a round asks only what has not answered yet. About one packet in a
//! hundred goes to a port that is known to answer, a *canary*: what does not come back was lost,
//! whatever the host's firewall does to other ports. Rounds end when the canaries say that an open
//! port stayed silent in all of them with a chance below 1 in 100,000 (`accuracy`), and the result
//! says that chance. The speed follows the canaries as well (`governor`).
//!
//! **What it leaves behind.** Nothing: every SYN-ACK is answered with a RST, by the engine and by
//! the kernel, which has no socket there. No firewall rule is needed, so none can be left over.
//!
//! **What it does not decide.** A port that agreed is *open* only after a second, whole handshake
//! through the [`Gate`](crate::gate::Gate).
//!
//! Loopback and links other than Ethernet are refused: the connect scan is for these.

mod accuracy;
mod answers;
mod asking;
mod campaign;
mod canary;
mod checkpoint;
mod confirm;
mod cookie;
mod fact;
mod forecast;
mod governor;
mod heard;
mod host;
mod job;
mod ledger;
mod news;
mod order;
mod positions;
pub mod rehearsal;
mod resume;
mod rounds;
mod scanner;
mod signs;
mod silence;
mod states;
mod timing;
mod weight;

#[cfg(test)]
mod tests;

pub use checkpoint::Checkpoint;
pub use job::{Limits, SynJob, SynReport, Unsuitable};
pub use positions::{MalformedPositions, Positions};
pub use scanner::SynScanner;
