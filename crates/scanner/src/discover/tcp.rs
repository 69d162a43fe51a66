//! Discovery by TCP: a host that completes or refuses any handshake is there.
//!
//! Silence proves nothing: a host may drop all of these ports and still have an open one. The
//! ports are those that something in an office listens on or at least refuses: computers,
//! routers, printers, cameras.

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{
    DiscoveryFact, Fact, Observation, ObservationKey, Text, UnscannedReason,
};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::target::Target;

use crate::ports::{ConnectScanner, Ending, Endings, repeat_command};
use crate::rtt::RoundTrip;

/// HTTPS, HTTP, SSH, SMB, RDP, `NetBIOS`, alternative HTTP, DNS, FTP, telnet, VNC, IPP.
const PORTS: [u16; 12] = [443, 80, 22, 445, 3389, 139, 8080, 53, 21, 23, 5900, 631];

impl ConnectScanner<'_> {
    /// Finds out whether a host answers at the permitted address.
    ///
    /// Takes at most three seconds: one for the first round, two for the second, which only a
    /// host that was silent in the first one gets.
    pub async fn discover(&self, permit: &Permit) -> Observation {
        let unknown = RoundTrip::default();
        let mut endings = self.round(permit, unknown.wait()).ask(PORTS.to_vec()).await;
        if answered_on(&endings).is_empty() {
            endings = self.round(permit, unknown.patient_wait()).ask(PORTS.to_vec()).await;
        }
        self.learn(permit, &endings);
        let answered_on = answered_on(&endings);
        let target = Target::host(permit.address());
        Observation {
            key: ObservationKey::new("discovery", target, self.vantage, "tcp"),
            seen_at: self.gate.clock().now(),
            vantage: self.vantage,
            source: endings.source,
            target,
            sent: Bytes::default(),
            received: Bytes::default(),
            repeat: Some(repeat_command(&format!("-Pn -p {}", list()), permit.address())),
            note: unasked(&endings),
            fact: Fact::Discovery(DiscoveryFact {
                alive: !answered_on.is_empty(),
                answered_on,
                ..DiscoveryFact::default()
            }),
        }
    }
}

/// The ports that completed or refused, ascending.
fn answered_on(endings: &Endings) -> Vec<u16> {
    let completed = endings.ports_with(Ending::Completed);
    let mut ports: Vec<u16> = completed.chain(endings.ports_with(Ending::Refused)).collect();
    ports.sort_unstable();
    ports
}

/// Says how many ports could not be asked and why the first of them could not, so that silence of
/// this machine's own making is not taken for the host's.
fn unasked(endings: &Endings) -> Option<Text> {
    let reasons = endings.ports.iter().filter_map(|(_, ending)| match ending {
        Ending::Unscanned(reason) => Some(*reason),
        _ => None,
    });
    let reasons: Vec<UnscannedReason> = reasons.collect();
    let why = reasons.first()?.to_text();
    let (count, all) = (reasons.len(), PORTS.len());
    Some(Text::new(
        format!("{all}ポートのうち{count}ポートには送れなかった（{}）", why.ja),
        format!("{count} of {all} ports could not be asked ({})", why.en),
    ))
}

fn list() -> String {
    PORTS.map(|port| port.to_string()).join(",")
}
