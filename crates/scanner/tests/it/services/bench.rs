//! A prober for loopback with short times.

use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::clock::{Clock, SystemClock};
use hoshimori_inspection::evidence::{
    ClueSource, Fact, HttpFact, Observation, ServiceFact, SshAuthFact, TlsFact,
};
use hoshimori_inspection::scope::{Authorization, Permit, Scope};
use hoshimori_inspection::token::Tokens;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::{Breadth, Gate, Pacer, Prober, Timing, TrustStores, WebTarget};
use jiff::SignedDuration;

/// How long a test waits for a probe that must come to an end by itself.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// Times that are long for loopback and short for people.
pub(crate) const SHORT: Timing = Timing {
    connect: Duration::from_millis(500),
    banner: Duration::from_millis(100),
    guess: Duration::from_millis(300),
    answer: Duration::from_millis(700),
    port: Duration::from_secs(2),
};

/// The times for a host nearby, twice as fast.
pub(crate) const NEAR: Timing = Timing {
    connect: Duration::from_millis(500),
    banner: Duration::from_millis(150),
    guess: Duration::from_millis(750),
    answer: Duration::from_millis(2_500),
    port: Duration::from_millis(3_500),
};

/// Times for daemons that compute keys in unoptimised builds.
pub(crate) const LONG: Timing = Timing {
    connect: Duration::from_secs(5),
    banner: Duration::from_millis(300),
    guess: Duration::from_secs(2),
    answer: Duration::from_secs(20),
    port: Duration::from_secs(30),
};

pub(crate) struct Bench {
    gate: Gate,
    clock: Arc<dyn Clock>,
    tokens: Tokens,
    trust: TrustStores,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let gate = Gate::new(clock.clone(), Pacer::new(None, clock.clone()));
        Self { gate, clock, tokens: Tokens::from_seed([9; 32]), trust: TrustStores::load() }
    }

    pub(crate) fn prober(&self, timing: Timing) -> Prober<'_> {
        Prober {
            gate: &self.gate,
            clock: self.clock.as_ref(),
            tokens: &self.tokens,
            vantage: Vantage::Guest,
            timing,
            trust: &self.trust,
        }
    }

    pub(crate) fn permit(&self, address: &str) -> Permit {
        self.permit_with(address, Storing::Refused)
    }

    pub(crate) fn permit_with(&self, address: &str, storing: Storing) -> Permit {
        let now = self.clock.now();
        let scope = Scope::new(Authorization {
            granted_by: "the tests".into(),
            valid_from: now,
            valid_until: now + SignedDuration::from_hours(1),
            // The second is used in network namespaces of a test's own only.
            networks: vec!["127.0.0.0/8".parse().unwrap(), "10.83.0.0/16".parse().unwrap()],
            exclude: vec![],
            state_changing_probes: matches!(storing, Storing::Allowed),
            default_credentials: false,
        });
        scope.permit(address.parse().unwrap(), now).unwrap()
    }
}

/// Whether the consent covers storing data.
#[derive(Clone, Copy)]
pub(crate) enum Storing {
    Allowed,
    Refused,
}

pub(crate) fn plain(port: u16) -> WebTarget {
    WebTarget { port, tls: false, host: format!("127.78.0.1:{port}") }
}

pub(crate) fn service(seen: &Observation) -> &ServiceFact {
    let Fact::Service(fact) = &seen.fact else { panic!("not about a service: {seen:?}") };
    fact
}

/// What answers on `port` of 127.78.0.1.
pub(crate) async fn identified(port: u16, timing: Timing) -> ServiceFact {
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    let seen = bench.prober(timing).identify(&permit, port, Breadth::Every).await;
    service(&seen).clone()
}

/// The texts that came from `source`.
pub(crate) fn clues(fact: &ServiceFact, source: ClueSource) -> Vec<&str> {
    fact.clues_from(source).collect()
}

pub(crate) fn ssh(seen: &Observation) -> &SshAuthFact {
    let Fact::SshAuth(fact) = &seen.fact else { panic!("not about SSH: {seen:?}") };
    fact
}

pub(crate) fn tls(seen: &Observation) -> &TlsFact {
    let Fact::Tls(fact) = &seen.fact else { panic!("not about TLS: {seen:?}") };
    fact
}

pub(crate) fn http(seen: &Observation) -> &HttpFact {
    let Fact::Http(fact) = &seen.fact else { panic!("not about HTTP: {seen:?}") };
    fact
}

/// The observation whose key ends with `variant`.
pub(crate) fn named<'a>(seen: &'a [Observation], variant: &str) -> &'a Observation {
    let keys: Vec<_> = seen.iter().map(|it| it.key.as_str()).collect();
    let found = seen.iter().find(|it| it.key.as_str().ends_with(&format!("/{variant}")));
    found.unwrap_or_else(|| panic!("no `{variant}` in {keys:?}"))
}

/// Compiles only if the futures of all probes can move between threads.
#[test]
fn probes_can_run_on_any_thread() {
    fn assert_send<T: Send>(_: &T) {}
    let bench = Bench::new();
    let (prober, permit, web) = (bench.prober(SHORT), bench.permit("127.78.0.1"), plain(80));
    assert_send(&prober.identify(&permit, 80, Breadth::Every));
    assert_send(&prober.identify_dns_udp(&permit));
    assert_send(&prober.ssh_auth(&permit, 22, &[]));
    assert_send(&prober.http_methods(&permit, &web));
    assert_send(&prober.http_trace(&permit, &web));
    assert_send(&prober.certificates(&permit, 443, &[]));
    assert_send(&prober.peers_tcp(&permit, 7_743));
    assert_send(&prober.peers_web(&permit, 9_091));
    assert_send(&prober.peers_udp(&permit, &[51_413]));
}
