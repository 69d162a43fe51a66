use std::process::Command;
use std::time::Duration;

use hoshimori_inspection::evidence::{Observation, PeerOutcome, ProbeError};
use hoshimori_scanner::Timing;
use hoshimori_testkit::Lab;

use super::{answered, is_controlled, otherwise, peer};
use crate::names::link::run_isolated;
use crate::services::bench::{Bench, SHORT};

/// Times for programs that answer at once, on a machine that has other things to do.
const PROMPT: Timing = Timing {
    connect: Duration::from_secs(2),
    banner: Duration::from_millis(300),
    guess: Duration::from_secs(1),
    answer: Duration::from_secs(3),
    port: Duration::from_secs(7),
};

async fn over_tcp(lab: &Lab, port: &str) -> Vec<Observation> {
    let bench = Bench::new();
    bench.prober(PROMPT).peers_tcp(&bench.permit(lab.address()), lab.port(port)).await
}

async fn over_udp(lab: &Lab, port: &str) -> Vec<Observation> {
    let bench = Bench::new();
    bench.prober(PROMPT).peers_udp(&bench.permit(lab.address()), &[lab.port(port)]).await
}

async fn over_web(lab: &Lab, port: &str) -> Vec<Observation> {
    let bench = Bench::new();
    bench.prober(PROMPT).peers_web(&bench.permit(lab.address()), lab.port(port)).await
}

#[tokio::test]
async fn transmission_is_found_by_utp_whatever_it_wants_encrypted() {
    let Some(lab) = Lab::start("p2p-transmission") else { return };
    for port in ["preferred", "required"] {
        let seen = over_udp(&lab, port).await;
        assert_eq!(answered(&seen), ["bittorrent/utp-syn: -"], "{port}");
        assert!(is_controlled(&seen), "{seen:#?}");
        // It knows nothing of what is asked for and hangs up, so that TCP proves nothing at all.
        let seen = over_tcp(&lab, port).await;
        assert!(answered(&seen).is_empty() && otherwise(&seen).is_empty(), "{seen:#?}");
    }
}

#[tokio::test]
async fn the_web_page_of_transmission_is_a_sign_of_it() {
    let Some(lab) = Lab::start("p2p-transmission") else { return };
    let seen = over_web(&lab, "preferred-rpc").await;
    assert_eq!(answered(&seen), ["bittorrent/transmission-rpc: X-Transmission-Session-Id"]);
    assert!(is_controlled(&seen), "{seen:#?}");
}

#[tokio::test]
async fn amule_answers_a_greeting_and_tells_its_version() {
    let Some(lab) = Lab::start("p2p-amule") else { return };
    let seen = over_tcp(&lab, "amule").await;
    let [told] = answered(&seen).try_into().unwrap();
    assert!(told.starts_with("edonkey/hello: aMule 2."), "{told}");
    assert!(is_controlled(&seen), "{seen:#?}");
}

#[tokio::test]
async fn amule_without_kad_is_silent_over_udp_and_silence_is_no_answer() {
    let Some(lab) = Lab::start("p2p-amule") else { return };
    let seen = over_udp(&lab, "amule").await;
    assert_eq!(seen.len(), 3);
    for one in &seen {
        assert_eq!(peer(one).outcome, PeerOutcome::Failed(ProbeError::TimedOut), "{one:#?}");
    }
}

#[tokio::test]
async fn amule_in_kad_tells_from_which_port_it_was_asked() {
    let Some(lab) = Lab::start("p2p-amule-kad") else { return };
    let seen = over_udp(&lab, "amule").await;
    assert_eq!(answered(&seen), ["edonkey/kad-ping: -"], "{seen:#?}");
    assert!(is_controlled(&seen), "{seen:#?}");
}

#[tokio::test]
async fn a_hub_of_direct_connect_is_found() {
    let Some(lab) = Lab::start("p2p-hub") else { return };
    let seen = over_tcp(&lab, "hub").await;
    assert_eq!(answered(&seen), ["direct-connect/adc-hub: -"], "{seen:#?}");
    assert!(is_controlled(&seen), "{seen:#?}");
}

#[tokio::test]
async fn winny_is_found_whoever_speaks_first() {
    let Some(lab) = Lab::start("p2p-winny") else { return };
    let seen = over_tcp(&lab, "speaks").await;
    assert_eq!(answered(&seen), ["winny/greeting: Winny Ver2.0b1"], "{seen:#?}");
    let seen = over_tcp(&lab, "waits").await;
    assert_eq!(answered(&seen), ["winny/opening: Winny Ver2.0b1"], "{seen:#?}");
    assert!(is_controlled(&seen), "{seen:#?}");
}

#[tokio::test]
async fn eleven_other_bytes_and_an_echo_are_not_winny() {
    let Some(lab) = Lab::start("p2p-winny") else { return };
    let seen = over_tcp(&lab, "decoy").await;
    assert!(answered(&seen).is_empty(), "{seen:#?}");
    assert!(otherwise(&seen).starts_with(&["winny/greeting".into()]), "{seen:#?}");
    let seen = over_tcp(&lab, "echo").await;
    assert!(answered(&seen).is_empty(), "{seen:#?}");
    assert!(otherwise(&seen).contains(&"winny/opening".to_owned()), "{seen:#?}");
}

#[tokio::test]
async fn other_servers_are_not_file_sharing_software() {
    for (scenario, port) in [("ssh-password", "ssh"), ("nginx-plain", "web"), ("dropbear", "keys")]
    {
        let Some(lab) = Lab::start(scenario) else { continue };
        let seen = over_tcp(&lab, port).await;
        assert!(answered(&seen).is_empty(), "{scenario}: {seen:#?}");
        assert!(otherwise(&seen).contains(&"winny/opening".to_owned()), "{scenario}: {seen:#?}");
        assert!(answered(&over_web(&lab, port).await).is_empty(), "{scenario}");
    }
}

#[tokio::test]
async fn udp_ports_on_which_nobody_listens_are_known_to_be_closed() {
    let bench = Bench::new();
    let ports = [51_413, 6_881, 4_672];
    let seen = bench.prober(SHORT).peers_udp(&bench.permit("127.78.6.1"), &ports).await;
    assert_eq!(seen.len(), 9);
    for one in &seen {
        assert_eq!(peer(one).outcome, PeerOutcome::Failed(ProbeError::Refused), "{one:#?}");
    }
}

#[test]
fn transmission_in_the_dht_answers_a_ping() {
    run_isolated("peers::lab::transmission_in_the_dht_answers_a_ping_of_its_namespace");
}

/// Its DHT asks the internet for a way in, so it runs where there is none; it answers no loopback
/// address.
#[tokio::test]
#[ignore = "needs a network namespace of its own: see `run_isolated`"]
async fn transmission_in_the_dht_answers_a_ping_of_its_namespace() {
    for words in ["link set lo up", "address add 10.83.5.1/32 dev lo"] {
        assert!(Command::new("ip").args(words.split(' ')).status().unwrap().success());
    }
    let Some(lab) = Lab::start_at_home("p2p-transmission-dht", "10.83.5.1") else { return };
    let seen = over_udp(&lab, "dht").await;
    assert_eq!(answered(&seen), ["bittorrent/dht-ping: -"], "{seen:#?}");
    assert!(is_controlled(&seen), "{seen:#?}");
}
