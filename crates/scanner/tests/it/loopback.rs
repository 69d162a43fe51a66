//! Listeners of the tests' own, and the kernel's word on who else listens.
//!
//! Each test has an address of 127.0.0.0/8 to itself.

use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use hoshimori_inspection::clock::{Clock, SystemClock};
use hoshimori_inspection::evidence::{Fact, Observation, PortsFact};
use hoshimori_inspection::scope::{Authorization, Permit, Scope};
use hoshimori_scanner::{Gate, Pacer};
use jiff::SignedDuration;
use socket2::{Domain, Socket, Type};

/// A gate for loopback and the scope that permits it for an hour.
pub(crate) struct Loopback {
    pub(crate) gate: Gate,
    scope: Scope,
    clock: Arc<dyn Clock>,
}

impl Loopback {
    pub(crate) fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock::start()))
    }

    pub(crate) fn with_clock(clock: Arc<dyn Clock>) -> Self {
        let now = clock.now();
        let scope = Scope::new(Authorization {
            granted_by: "the tests".into(),
            valid_from: now,
            valid_until: now + SignedDuration::from_hours(1),
            networks: vec!["127.0.0.0/8".parse().unwrap()],
            exclude: vec!["127.99.0.0/16".parse().unwrap()],
            state_changing_probes: false,
            default_credentials: false,
        });
        Self { gate: Gate::new(clock.clone(), Pacer::new(None, clock.clone())), scope, clock }
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }

    pub(crate) fn permit(&self, address: &str) -> Permit {
        self.scope.permit(address.parse().unwrap(), self.clock.now()).unwrap()
    }
}

pub(crate) fn listen(address: &str, port: u16) -> TcpListener {
    TcpListener::bind(SocketAddr::new(address.parse().unwrap(), port)).unwrap()
}

/// A listener whose queue holds one connection, and that one is `free` or taken.
///
/// With the queue full the kernel drops every SYN: to a scanner the port is filtered.
#[expect(clippy::disallowed_methods, reason = "the test makes its own listener and fills it")]
pub(crate) fn listen_for_one(address: &str, port: u16, queue: Queue) -> OneSeat {
    let address = SocketAddr::new(address.parse().unwrap(), port);
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
    socket.set_reuse_address(true).unwrap();
    socket.bind(&address.into()).unwrap();
    socket.listen(0).unwrap();
    let guest = matches!(queue, Queue::Full).then(|| TcpStream::connect(address).unwrap());
    OneSeat { _listener: socket, _guest: guest }
}

/// Whether the queue of a listener has room.
#[derive(Clone, Copy)]
pub(crate) enum Queue {
    Free,
    Full,
}

pub(crate) struct OneSeat {
    _listener: Socket,
    _guest: Option<TcpStream>,
}

/// How many connections wait in the queue of `listener`.
pub(crate) fn waiting_connections(listener: &TcpListener) -> usize {
    listener.set_nonblocking(true).unwrap();
    std::iter::from_fn(|| listener.accept().ok()).count()
}

/// The TCP ports that the kernel says are listening at `address`, wildcards included.
pub(crate) fn listening_at(address: &str) -> BTreeSet<u16> {
    let address: IpAddr = address.parse().unwrap();
    let IpAddr::V4(address) = address else { panic!("an IPv4 address of loopback") };
    let here = format!("{:08X}", u32::from_le_bytes(address.octets()).to_be().swap_bytes());
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap());
    let lines = tables.iter().flat_map(|table| table.lines().skip(1));
    lines
        .filter_map(|line| {
            let mut fields = line.split_whitespace().skip(1);
            let (host, port) = fields.next()?.split_once(':')?;
            let is_listening = fields.nth(1)? == "0A";
            let is_here = host == here || host.bytes().all(|digit| digit == b'0');
            (is_listening && is_here).then(|| u16::from_str_radix(port, 16).unwrap())
        })
        .collect()
}

pub(crate) fn ports_fact(observation: Observation) -> PortsFact {
    match observation.fact {
        Fact::Ports(fact) => fact,
        other => panic!("not a fact about ports: {other:?}"),
    }
}
