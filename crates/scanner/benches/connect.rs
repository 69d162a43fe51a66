//! How fast the connect scan is where the kernel answers itself: 127.0.0.1.

use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use hoshimori_inspection::clock::{Clock, SystemClock};
use hoshimori_inspection::evidence::PortSpan;
use hoshimori_inspection::scope::{Authorization, Permit, Scope};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::{ConnectScanner, Gate, Pacer, Quiet};
use jiff::Timestamp;
use tokio::runtime::Runtime;

const SPAN: u16 = 1_024;

fn main() {
    divan::main();
}

/// One span, as the journal takes them.
#[divan::bench]
fn one_span(bencher: Bencher<'_, '_>) {
    scan_each_time(bencher, &[PortSpan { first: 1, last: SPAN }]);
}

/// Every port in one span.
#[divan::bench(sample_count = 5)]
fn all_ports_at_once(bencher: Bencher<'_, '_>) {
    scan_each_time(bencher, &[PortSpan { first: 1, last: u16::MAX }]);
}

/// Every port, span by span.
#[divan::bench(sample_count = 5)]
fn all_ports_span_by_span(bencher: Bencher<'_, '_>) {
    let first_ports = (0..=u16::MAX).step_by(usize::from(SPAN));
    let spans = first_ports.map(|first| PortSpan { first: first.max(1), last: first | (SPAN - 1) });
    scan_each_time(bencher, &spans.collect::<Vec<_>>());
}

fn scan_each_time(bencher: Bencher<'_, '_>, spans: &[PortSpan]) {
    let runtime = Runtime::new().expect("the machine has threads for a runtime");
    let clock = Arc::new(SystemClock::start());
    let permit = permit(clock.now());
    let gate = Gate::new(clock.clone(), Pacer::new(None, clock));
    let scanner = ConnectScanner::new(&gate, Vantage::Guest);
    let ports: u32 = spans.iter().map(|span| span.count()).sum();
    bencher.counter(ItemsCount::new(ports)).bench_local(|| {
        runtime.block_on(async {
            for span in spans {
                divan::black_box(scanner.scan(&permit, *span, &Quiet).await);
            }
        });
    });
}

fn permit(now: Timestamp) -> Permit {
    let loopback = "127.0.0.0/8".parse().expect("a network");
    let scope = Scope::new(Authorization {
        granted_by: "the benchmark".into(),
        valid_from: now,
        valid_until: Timestamp::MAX,
        networks: vec![loopback],
        exclude: Vec::new(),
        state_changing_probes: false,
        default_credentials: false,
    });
    scope.permit("127.0.0.1".parse().expect("an address"), now).expect("loopback is in scope")
}
