//! A prober for loopback and for links, and small web servers on addresses of their own.

use std::sync::Arc;

use hoshimori_inspection::clock::{Clock, SystemClock};
use hoshimori_inspection::evidence::{
    ClueSource, Fact, MappingsFact, Observation, ProbeError, ProfileFact,
};
use hoshimori_inspection::scope::{Authorization, Permit, Scope};
use hoshimori_inspection::token::Tokens;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::{Gate, Pacer, Prober, Timing, TrustStores};
use jiff::SignedDuration;

use crate::services::bench::LONG;
use crate::services::stand_in::{HttpRequest, StandIn, response};
use tokio::io::AsyncWriteExt;

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
        Self { gate, clock, tokens: Tokens::from_seed([7; 32]), trust: TrustStores::load() }
    }

    pub(crate) fn prober(&self) -> Prober<'_> {
        self.prober_with(LONG)
    }

    pub(crate) fn prober_with(&self, timing: Timing) -> Prober<'_> {
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
}

/// A web server that gives each request what `reply` makes of it.
pub(crate) async fn web_server<F>(address: &str, reply: F) -> StandIn
where
    F: Fn(&HttpRequest) -> Vec<u8> + Clone + Send + 'static,
{
    StandIn::start_at(address, move |mut visit| {
        let reply = reply.clone();
        async move {
            if let Some(request) = visit.read_request().await {
                drop(visit.stream.write_all(&reply(&request)).await);
            }
        }
    })
    .await
}

pub(crate) fn page(body: &str) -> Vec<u8> {
    response("200 OK", body)
}

pub(crate) fn profile(seen: &Observation) -> &ProfileFact {
    let Fact::Profile(fact) = &seen.fact else { panic!("not about a profile: {seen:?}") };
    fact
}

pub(crate) fn mappings(seen: &Observation) -> &MappingsFact {
    let Fact::Mappings(fact) = &seen.fact else { panic!("not about mappings: {seen:?}") };
    fact
}

/// The texts that came from `source`.
pub(crate) fn texts(fact: &ProfileFact, source: ClueSource) -> Vec<&str> {
    let clues = fact.clues.iter().filter(|clue| clue.from == source);
    clues.map(|clue| clue.text.as_str()).collect()
}

pub(crate) fn is_refused(trouble: Option<&ProbeError>) -> bool {
    matches!(trouble, Some(ProbeError::NotPermitted { .. }))
}
