//! A UDP scanner for loopback and for links, and servers that answer as a test tells them to.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use hoshimori_inspection::clock::{Clock, SystemClock};
use hoshimori_inspection::evidence::{Fact, Observation, UdpFact, UdpState};
use hoshimori_inspection::scope::{Authorization, Permit, Scope};
use hoshimori_inspection::token::Tokens;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::{Gate, Pacer, Progress, UdpScanner};
use jiff::{SignedDuration, Timestamp};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Memcached's port, which needs no privilege to listen on.
pub(crate) const MEMCACHED: u16 = 11_211;

pub(crate) struct Bench {
    pub(crate) gate: Gate,
    pub(crate) tokens: Tokens,
    clock: Arc<dyn Clock>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock::start()))
    }

    /// One whose time is that of the runtime, which passes at once where a test has paused it.
    pub(crate) fn with_virtual_time() -> Self {
        Self::with_clock(Arc::new(VirtualClock { start: Instant::now() }))
    }

    pub(crate) fn with_clock(clock: Arc<dyn Clock>) -> Self {
        let gate = Gate::new(clock.clone(), Pacer::new(None, clock.clone()));
        Self { gate, tokens: Tokens::from_seed([5; 32]), clock }
    }

    pub(crate) fn permit(&self, address: &str) -> Permit {
        let now = self.clock.now();
        let networks = ["127.0.0.0/8", "10.83.0.0/16"];
        let scope = Scope::new(Authorization {
            granted_by: "the tests".into(),
            valid_from: now,
            valid_until: now + SignedDuration::from_hours(1),
            networks: networks.map(|network| network.parse().unwrap()).to_vec(),
            exclude: vec![],
            state_changing_probes: false,
            default_credentials: false,
        });
        scope.permit(address.parse().unwrap(), now).unwrap()
    }

    pub(crate) async fn scan(&self, address: &str) -> Scanned {
        self.scan_with(&self.permit(address)).await
    }

    pub(crate) async fn scan_with(&self, permit: &Permit) -> Scanned {
        let told = Told::default();
        let scanner = UdpScanner::new(&self.gate, Vantage::Guest, &self.tokens);
        let began = self.clock.elapsed();
        let seen = scanner.scan(permit, &told).await;
        let took = self.clock.elapsed().saturating_sub(began);
        Scanned { seen, took, told: told.0.into_inner() }
    }
}

struct VirtualClock {
    start: Instant,
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

#[derive(Default)]
struct Told(AtomicU32);

impl Progress for Told {
    fn ports_done(&self, count: u32) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }
}

/// What came of a scan.
pub(crate) struct Scanned {
    pub(crate) seen: Vec<Observation>,
    pub(crate) took: Duration,
    pub(crate) told: u32,
}

impl Scanned {
    pub(crate) fn port(&self, port: u16) -> &Observation {
        let mut of_port = self.seen.iter().filter(|it| it.target.port_number() == Some(port));
        of_port.next().unwrap()
    }

    pub(crate) fn fact(&self, port: u16) -> &UdpFact {
        fact(self.port(port))
    }

    pub(crate) fn state(&self, port: u16) -> UdpState {
        self.fact(port).state
    }

    pub(crate) fn note(&self, port: u16) -> &str {
        self.port(port).note.as_ref().map_or("", |note| note.en.as_str())
    }

    /// The ports in `state`, ascending.
    pub(crate) fn ports_in(&self, state: UdpState) -> Vec<u16> {
        let in_state = self.seen.iter().filter(|it| fact(it).state == state);
        in_state.filter_map(|it| it.target.port_number()).collect()
    }
}

pub(crate) fn fact(seen: &Observation) -> &UdpFact {
    let Fact::Udp(fact) = &seen.fact else { panic!("not about a UDP port: {seen:?}") };
    fact
}

/// A server that ends with the test.
pub(crate) struct Server {
    task: JoinHandle<()>,
}

impl Server {
    /// Answers each datagram to `port` of `address` with what `reply` makes of it.
    pub(crate) fn start<F>(address: &str, port: u16, reply: F) -> Self
    where
        F: FnMut(&[u8]) -> Vec<Vec<u8>> + Send + 'static,
    {
        Self::start_answering_from(socket(address, port), None, reply)
    }

    /// As [`start`](Self::start), with answers that come `from` another socket.
    pub(crate) fn start_answering_from<F>(
        socket: UdpSocket,
        from: Option<UdpSocket>,
        mut reply: F,
    ) -> Self
    where
        F: FnMut(&[u8]) -> Vec<Vec<u8>> + Send + 'static,
    {
        let task = tokio::spawn(async move {
            let mut buffer = [0; 2_048];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
                for answer in reply(&buffer[..length]) {
                    from.as_ref().unwrap_or(&socket).send_to(&answer, peer).await.unwrap();
                }
            }
        });
        Self { task }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A socket of a server.
pub(crate) fn socket(address: &str, port: u16) -> UdpSocket {
    privileged_socket(address, port).expect("the port is free and needs no privilege")
}

/// A socket of a server on a port that may need a privilege; `None` with a message without it.
#[expect(clippy::disallowed_methods, reason = "the test plays the server")]
pub(crate) fn privileged_socket(address: &str, port: u16) -> Option<UdpSocket> {
    let address = SocketAddr::new(address.parse().unwrap(), port);
    let Ok(socket) = std::net::UdpSocket::bind(address) else {
        println!("skipped: port {port} needs a privilege");
        return None;
    };
    socket.set_nonblocking(true).unwrap();
    Some(UdpSocket::from_std(socket).unwrap())
}

/// What memcached says to `question`.
pub(crate) fn version(question: &[u8]) -> Vec<u8> {
    [&question[..8], b"VERSION 1.6.18\r\n"].concat()
}
