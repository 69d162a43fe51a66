//! Scans addresses with the half-open scan and prints what it found, for the benches of `bench/`.
//!
//! `synscan ADDRESS…` asks all ports of each address, which has to be private or a documentation
//! address: whoever runs it on a network must have the right to.

#![expect(clippy::print_stdout, reason = "a command line program")]

use std::net::IpAddr;
use std::sync::Arc;

use hoshimori_inspection::clock::{Clock, SystemClock};
use hoshimori_inspection::evidence::{Fact, PortSpan};
use hoshimori_inspection::scope::{Authorization, Scope};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::ports::syn::{Limits, SynJob, SynReport, SynScanner};
use hoshimori_scanner::{Gate, Pacer, Quiet};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clock = Arc::new(SystemClock::start());
    let now = clock.now();
    let networks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"];
    let scope = Scope::new(Authorization {
        granted_by: "whoever runs the bench".into(),
        valid_from: now,
        valid_until: now + jiff::SignedDuration::from_hours(1),
        networks: networks.iter().map(|net| net.parse()).collect::<Result<_, _>>()?,
        exclude: vec![],
        state_changing_probes: false,
        default_credentials: false,
    });
    let mut jobs = Vec::new();
    for address in std::env::args().skip(1) {
        let address: IpAddr = address.parse()?;
        let permit = scope.permit(address, now)?;
        let spans = vec![PortSpan { first: 1, last: u16::MAX }];
        jobs.push(SynJob { permit, spans, is_fragile: false, resumed: Vec::new() });
    }
    let limits = Limits::default();
    let gate = Gate::new(clock.clone(), Pacer::new(Some(limits.total), clock.clone()));
    let scanner = SynScanner::new(gate, Vantage::Guest, clock.clone(), limits, 7);
    let mut sink = |report| print(report);
    scanner.scan(jobs, &mut sink, &Quiet).await;
    eprintln!("took {:?}", clock.elapsed());
    Ok(())
}

fn print(report: SynReport) {
    match report {
        SynReport::Host { address, observations } => {
            for seen in observations {
                let Fact::Ports(fact) = seen.fact else { continue };
                for port in &fact.open {
                    println!("open {port} {address}");
                }
                let filtered: u32 = fact.filtered.iter().map(|span| span.count()).sum();
                let unscanned: u32 = fact.unscanned.iter().map(|one| one.span.count()).sum();
                eprintln!(
                    "{address}: {} open, {} unstable, {} closed, {filtered} filtered, {unscanned} \
                     unscanned, rtt {:?} us, {:?}",
                    fact.open.len(),
                    fact.unstable.len(),
                    fact.closed,
                    fact.rtt_us,
                    fact.accuracy,
                );
            }
        }
        SynReport::Unsuitable { address, reason } => eprintln!("{address}: {reason}"),
        SynReport::Open { .. } | SynReport::Checkpoint(_) => {}
    }
}
