//! The second, whole handshake without which no port is called open.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::vantage::Vantage;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::gate::Gate;
use crate::ports::{ConnectScanner, Ending};

/// Handshakes under way at once, over all hosts.
const AT_ONCE: usize = 128;

/// Ports of one host that are confirmed. Where more agree, something answers for the host, and
/// those beyond stay unconfirmed.
const MOST_OF_HOST: usize = 1_000;

/// How often a port that agreed is asked again: with 20 % loss all fail once in ten million.
const TRIES: u32 = 10;

/// How long to wait for the first, at least, and for the later ones at most; each wait is twice the
/// one before. All of them take longer than the system needs to ask the link a second and a third
/// time for a station (RFC 4861 section 10: a second each), for which the handshakes wait.
const SHORTEST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Confirms ports as they are found, while the scan goes on.
pub(super) struct Confirmations {
    gate: Gate,
    vantage: Vantage,
    permits: HashMap<IpAddr, Permit>,
    slots: Arc<Semaphore>,
    running: JoinSet<(IpAddr, u16, bool)>,
    hosts: HashMap<IpAddr, OfHost>,
}

#[derive(Default)]
struct OfHost {
    begun: usize,
    under_way: usize,
    confirmed: BTreeSet<u16>,
}

impl Confirmations {
    pub(super) fn new(gate: Gate, vantage: Vantage, permits: HashMap<IpAddr, Permit>) -> Self {
        Self {
            gate,
            vantage,
            permits,
            slots: Arc::new(Semaphore::new(AT_ONCE)),
            running: JoinSet::new(),
            hosts: HashMap::new(),
        }
    }

    /// Begins to confirm a port.
    pub(super) fn begin(&mut self, address: IpAddr, port: u16, round_trip: Option<Duration>) {
        let Some(permit) = self.permits.get(&address).copied() else { return };
        let host = self.hosts.entry(address).or_default();
        if host.begun >= MOST_OF_HOST {
            return;
        }
        host.begun += 1;
        host.under_way += 1;
        let (gate, vantage, slots) = (self.gate.clone(), self.vantage, self.slots.clone());
        let mut wait = (round_trip.unwrap_or_default() * 3).max(SHORTEST_WAIT);
        self.running.spawn(async move {
            let _slot = slots.acquire_owned().await;
            let scanner = ConnectScanner::new(&gate, vantage);
            for _ in 0..TRIES {
                let endings = scanner.round(&permit, wait).ask(vec![port]).await;
                match endings.ports.first() {
                    Some((_, Ending::Completed)) => return (address, port, true),
                    Some((_, Ending::Silent)) => wait = (wait * 2).min(LONGEST_WAIT.max(wait)),
                    _ => break,
                }
            }
            (address, port, false)
        });
    }

    /// Waits for one more to end: its address, and its port if that was confirmed. None where
    /// nothing is under way.
    pub(super) async fn next(&mut self) -> Option<(IpAddr, Option<u16>)> {
        let joined = self.running.join_next().await?;
        // Nothing cancels these tasks, and what they do does not panic; were it otherwise, the port
        // would stay unconfirmed and its host would be told when the scan ends.
        let (address, port, is_confirmed) = joined.ok()?;
        let host = self.hosts.entry(address).or_default();
        host.under_way -= 1;
        if is_confirmed {
            host.confirmed.insert(port);
        }
        Some((address, is_confirmed.then_some(port)))
    }

    pub(super) fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// Whether nothing of a host is under way.
    pub(super) fn is_done(&self, address: IpAddr) -> bool {
        self.is_idle() || self.hosts.get(&address).is_none_or(|host| host.under_way == 0)
    }

    /// The confirmed ports of a host.
    pub(super) fn take(&mut self, address: IpAddr) -> BTreeSet<u16> {
        self.hosts.remove(&address).map(|host| host.confirmed).unwrap_or_default()
    }
}
