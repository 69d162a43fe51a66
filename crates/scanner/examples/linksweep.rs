//! Sweeps a network of this machine's link and prints who is there, for the benches of `bench/`.
//!
//! `linksweep NETWORK [EXCLUDED…]` asks each address of an IPv4 network that is not excluded, or
//! calls all nodes of an IPv6 network. It has to be private or for documentation: whoever runs it
//! on a network must have the right to.

#![expect(clippy::print_stdout, reason = "a command line program")]

use std::sync::Arc;

use hoshimori_inspection::clock::{Clock, SystemClock};
use hoshimori_inspection::evidence::{Fact, Observation};
use hoshimori_inspection::scope::{Authorization, Scope};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::discover::link::{LinkSweep, Patience};
use hoshimori_scanner::{Gate, Pacer};
use ipnet::IpNet;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clock = Arc::new(SystemClock::start());
    let now = clock.now();
    let mut arguments = std::env::args().skip(1);
    let network: IpNet = arguments.next().ok_or("which network?")?.parse()?;
    let scope = Scope::new(Authorization {
        granted_by: "whoever runs the bench".into(),
        valid_from: now,
        valid_until: now + jiff::SignedDuration::from_hours(1),
        networks: vec![network, "10.0.0.0/8".parse()?],
        exclude: arguments.map(|net| net.parse()).collect::<Result<_, _>>()?,
        state_changing_probes: false,
        default_credentials: false,
    });
    let gate = Gate::new(clock.clone(), Pacer::new(None, clock.clone()));
    let sweep = LinkSweep::new(gate, Vantage::Guest, Patience::Quick);
    if matches!(network, IpNet::V6(_)) {
        let called = sweep.call_neighbours(&scope, network).await?;
        called.observations.iter().for_each(print);
        eprintln!("{} elsewhere, took {:?}", called.elsewhere, clock.elapsed());
        return Ok(());
    }
    let addresses = scope.addresses_of(network)?.into_iter();
    let permits = addresses.map(|address| scope.permit(address, now)).collect::<Result<_, _>>()?;
    let swept = sweep.sweep(permits).await;
    swept.observations.iter().for_each(print);
    eprintln!("{} unresolved, took {:?}", swept.unresolved.len(), clock.elapsed());
    Ok(())
}

fn print(seen: &Observation) {
    let Fact::Discovery(fact) = &seen.fact else { return };
    if fact.alive || seen.note.is_some() {
        let note = seen.note.as_ref().map_or("", |note| note.en.as_str());
        let station = fact.mac.as_deref().unwrap_or("-");
        let state = if fact.alive { "alive" } else { "silent" };
        println!("{state} {} {station} {:?} {note}", seen.target.address, fact.heard_by);
    }
}
