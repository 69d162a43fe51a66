//! The TCP connect scan: whole handshakes, no privilege needed.
//!
//! A port is *open* when it completed a handshake twice, *unstable* when it did once, *closed*
//! when it refused, *filtered* when it stayed silent each time or a router answered for it.
//! Everything that goes wrong on this machine makes a port *not scanned*, with the reason; a
//! shortage of descriptors or source ports is waited out first.
//!
//! # How long it takes
//!
//! A silent port is asked twice: after the first wait `w`, again for `2w`. `w` follows the host's
//! round-trip time between 200 ms and 3 s and is 1 s where nothing has answered yet. With 1,024
//! handshakes under way at a time, 65,535 silent ports take
//!
//! | host | waiting | and with a budget of `r` packets a second |
//! |---|---|---|
//! | drops, but answers somewhere within milliseconds | 64 × (0.2 + 0.4) = 38 s | 131,070 / `r` more |
//! | never answers at all | 64 × (1 + 2) = 192 s | 196,605 / `r` more: the kernel repeats a SYN |
//! | loses or limits packets, six rounds at most | 64 × (0.2 + 5 × 0.4) = 141 s | at most 393,210 / `r` more |

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{Fact, Observation, ObservationKey, PortSpan};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;

use super::host::Host;
use super::round::{Endings, Round};
use super::tally::{PortState, Tally};
use super::window::Window;
use crate::gate::Gate;
use crate::progress::{Progress, Quiet};

/// Finds live hosts and their open TCP ports by connecting.
///
/// Keeps what it learns of each host (round-trip time, loss) and of this machine (how many
/// sockets it bears) from one span to the next, so many small spans cost no more than a large
/// one. Several spans and hosts may be scanned at once.
pub struct ConnectScanner<'a> {
    pub(crate) gate: &'a Gate,
    pub(crate) vantage: Vantage,
    window: Window,
    hosts: Mutex<HashMap<IpAddr, Host>>,
}

impl<'a> ConnectScanner<'a> {
    /// A scanner that sends through `gate` and stands on the side `vantage` of the network.
    pub fn new(gate: &'a Gate, vantage: Vantage) -> Self {
        let window = Window::new(gate.descriptor_budget());
        Self { gate, vantage, window, hosts: Mutex::default() }
    }

    /// Finds the state of every port of `span`.
    pub async fn scan(
        &self,
        permit: &Permit,
        span: PortSpan,
        progress: &dyn Progress,
    ) -> Observation {
        let mut tally = Tally::new(span);
        let source = self.ask(permit, progress, &mut tally).await;
        self.ask_again(permit, &mut tally).await;
        self.confirm(permit, &mut tally).await;
        let target = Target::host(permit.address());
        // With leading zeros, so that keys sort as the spans do.
        let variant = format!("{:05}-{:05}", span.first, span.last);
        Observation {
            key: ObservationKey::new("ports", target, self.vantage, &variant),
            seen_at: self.gate.clock().now(),
            vantage: self.vantage,
            source,
            target,
            sent: Bytes::default(),
            received: Bytes::default(),
            repeat: Some(repeat_command(&format!("-Pn -p {span}"), permit.address())),
            note: None,
            fact: Fact::Ports(tally.into_fact()),
        }
    }

    /// Asks every port of the span once.
    async fn ask(
        &self,
        permit: &Permit,
        progress: &dyn Progress,
        tally: &mut Tally,
    ) -> Option<SocketAddr> {
        let wait = self.host(permit).rtt.wait();
        let round = Round { progress, ..self.round(permit, wait) };
        let endings = round.ask(tally.all_ports()).await;
        self.learn(permit, &endings);
        let source = endings.source;
        tally.take_in(endings);
        source
    }

    /// Asks silent ports again until their silence says something.
    async fn ask_again(&self, permit: &Permit, tally: &mut Tally) {
        let mut rounds = 1;
        while rounds < self.host(permit).rounds() {
            let silent = tally.ports_in(PortState::Filtered);
            if silent.is_empty() {
                break;
            }
            let wait = self.host(permit).rtt.patient_wait();
            let endings = self.round(permit, wait).ask(silent).await;
            self.update(permit, |host| host.learn_again(&endings));
            tally.take_in(endings);
            rounds += 1;
        }
    }

    /// Asks ports that completed a handshake to do so again, as often as loss may have hidden it.
    ///
    /// Besides middleboxes that answer now and then, this finds the connection that two sockets
    /// of this machine made with each other while each was asking the other's source port.
    async fn confirm(&self, permit: &Permit, tally: &mut Tally) {
        for _ in 0..self.host(permit).rounds() {
            let unconfirmed = tally.ports_in(PortState::Unstable);
            if unconfirmed.is_empty() {
                break;
            }
            let wait = self.host(permit).rtt.patient_wait();
            tally.confirm(self.round(permit, wait).ask(unconfirmed).await);
        }
    }

    /// A pass over ports of the permitted host that waits for each answer as long as `wait`.
    pub(crate) fn round<'r>(&'r self, permit: &'r Permit, wait: Duration) -> Round<'r> {
        Round { gate: self.gate, permit, window: &self.window, progress: &Quiet, wait }
    }

    /// Learns from asking ports of the permitted host for the first time.
    pub(crate) fn learn(&self, permit: &Permit, endings: &Endings) {
        self.update(permit, |host| host.learn(endings));
    }

    /// What is known of the host so far.
    fn host(&self, permit: &Permit) -> Host {
        self.update(permit, |host| *host)
    }

    fn update<T>(&self, permit: &Permit, learn: impl FnOnce(&mut Host) -> T) -> T {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        learn(hosts.entry(permit.address()).or_default())
    }
}

/// A command line by which a person can see the same.
pub(crate) fn repeat_command(options: &str, address: IpAddr) -> String {
    let family = if address.is_ipv6() { "-6 " } else { "" };
    format!("nmap {family}-n -sT {options} {address}")
}
