//! A name finder for loopback and for links of the tests' own.

use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::clock::{Clock, SystemClock};
use hoshimori_inspection::evidence::{Fact, NameFact, Observation};
use hoshimori_inspection::scope::{Authorization, Permit, Scope};
use hoshimori_inspection::token::Tokens;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::{Gate, NameFinder, Pacer};
use jiff::SignedDuration;

/// Long for loopback, short for people.
pub(crate) const SHORT: Duration = Duration::from_millis(300);

/// Long enough for an answer that is sure to come, on a busy machine too.
pub(crate) const LONG: Duration = Duration::from_secs(10);

pub(crate) struct Bench {
    gate: Gate,
    clock: Arc<dyn Clock>,
    tokens: Tokens,
    scope: Scope,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let now = clock.now();
        let scope = Scope::new(Authorization {
            granted_by: "the tests".into(),
            valid_from: now,
            valid_until: now + SignedDuration::from_hours(1),
            networks: ["127.0.0.0/8", "10.83.0.0/24", "::1/128"]
                .map(|it| it.parse().unwrap())
                .into(),
            exclude: vec![],
            state_changing_probes: false,
            default_credentials: false,
        });
        let gate = Gate::new(clock.clone(), Pacer::new(None, clock.clone()));
        Self { gate, clock, tokens: Tokens::from_seed([3; 32]), scope }
    }

    pub(crate) fn finder(&self, wait: Duration) -> NameFinder<'_> {
        NameFinder {
            gate: &self.gate,
            clock: self.clock.as_ref(),
            tokens: &self.tokens,
            vantage: Vantage::Guest,
            wait,
        }
    }

    pub(crate) fn permit(&self, address: &str) -> Permit {
        self.scope.permit(address.parse().unwrap(), self.clock.now()).unwrap()
    }
}

pub(crate) fn fact(seen: &Observation) -> &NameFact {
    let Fact::Name(fact) = &seen.fact else { panic!("not about a name: {seen:?}") };
    fact
}

pub(crate) fn names(seen: &Observation) -> &[String] {
    &fact(seen).names
}

/// The note in English, or nothing.
pub(crate) fn note(seen: &Observation) -> &str {
    seen.note.as_ref().map_or("", |note| &note.en)
}

/// Compiles only if the futures can move between threads.
#[test]
fn questions_can_be_asked_on_any_thread() {
    fn assert_send<T: Send>(_: &T) {}
    let bench = Bench::new();
    let (finder, permit) = (bench.finder(SHORT), bench.permit("127.83.0.1"));
    assert_send(&finder.reverse_dns(&[permit], &[]));
    assert_send(&finder.mdns(&permit));
    assert_send(&finder.netbios(&permit));
}
