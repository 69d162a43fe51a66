//! Asks the UDP ports of addresses and prints what they did, with the bytes of both directions.
//!
//! `udpscan ADDRESS…` asks addresses that have to be private or on loopback: whoever runs it on a
//! network must have the right to.

#![expect(clippy::print_stdout, reason = "a command line program")]

use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;

use hoshimori_inspection::clock::{Clock, SystemClock};
use hoshimori_inspection::evidence::{Fact, Observation};
use hoshimori_inspection::scope::{Authorization, Scope};
use hoshimori_inspection::token::Tokens;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::{Gate, Pacer, Quiet, UdpScanner};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clock = Arc::new(SystemClock::start());
    let now = clock.now();
    let networks =
        ["10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8", "::1/128"];
    let scope = Scope::new(Authorization {
        granted_by: "whoever runs the example".into(),
        valid_from: now,
        valid_until: now + jiff::SignedDuration::from_hours(1),
        networks: networks.iter().map(|net| net.parse()).collect::<Result<_, _>>()?,
        exclude: vec![],
        state_changing_probes: false,
        default_credentials: false,
    });
    let gate = Gate::new(clock.clone(), Pacer::new(None, clock.clone()));
    let tokens = Tokens::from_seed([7; 32]);
    let scanner = UdpScanner::new(&gate, Vantage::Guest, &tokens);
    for address in std::env::args().skip(1) {
        let address: IpAddr = address.parse()?;
        let began = clock.elapsed();
        let permit = scope.permit(address, now)?;
        for seen in scanner.scan(&permit, &Quiet).await {
            print(&seen);
        }
        println!("{address} took {:?}", clock.elapsed().saturating_sub(began));
    }
    Ok(())
}

fn print(seen: &Observation) {
    let Fact::Udp(fact) = &seen.fact else { return };
    let recognised = if fact.is_recognised { ", recognised" } else { "" };
    let (state, attempts) = (fact.state.to_text().en, fact.attempts);
    println!("{} {} {state}{recognised}, asked {attempts} times", seen.target, fact.asked_as);
    if let Some(note) = &seen.note {
        println!("    {}", note.en);
    }
    println!("    sent {}\n    received {}", hex(&seen.sent.0), hex(&seen.received.0));
    if let Some(repeat) = &seen.repeat {
        println!("    {repeat}");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
