use hoshimori_inspection::evidence::UdpState;
use hoshimori_inspection::scope::is_print_port;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::{Quiet, UdpScanner};

use super::bench::{Bench, MEMCACHED, Server, fact, privileged_socket, socket, version};

/// The list of the catalogue of tests, N-01.
const LIST: [u16; 15] =
    [53, 67, 69, 123, 137, 161, 500, 623, 1900, 3702, 5060, 5353, 5683, 11_211, 47_808];

#[tokio::test]
async fn a_server_that_speaks_the_protocol_is_open_and_recognised() {
    let address = "127.82.1.1";
    let _server = Server::start(address, MEMCACHED, |question| vec![version(question)]);
    let scanned = Bench::new().scan(address).await;
    let fact = scanned.fact(MEMCACHED);
    assert_eq!((fact.state, fact.is_recognised, fact.attempts), (UdpState::Open, true, 1));
    assert_eq!(fact.asked_as, "memcached");
    let seen = scanned.port(MEMCACHED);
    assert_eq!(seen.key.as_str(), "guest/127.82.1.1:11211/udp/udp");
    assert!(seen.sent.0.ends_with(b"version\r\n"));
    assert_eq!(seen.received.0, version(&seen.sent.0));
    assert!(seen.source.is_some());
    let repeat = seen.repeat.as_ref().unwrap();
    assert!(repeat.ends_with("version\\r\\n' | nc -u -w 3 127.82.1.1 11211"), "{repeat}");
}

#[tokio::test]
async fn every_port_of_the_list_is_told_once_in_order() {
    let scanned = Bench::new().scan("127.82.1.2").await;
    let ports: Vec<_> = scanned.seen.iter().filter_map(|it| it.target.port_number()).collect();
    assert_eq!(ports, LIST);
    assert_eq!(UdpScanner::ports().collect::<Vec<_>>(), LIST);
    assert!(!LIST.iter().any(|port| is_print_port(*port)));
    assert_eq!(scanned.told, 15);
}

#[tokio::test]
async fn where_nobody_listens_every_port_is_closed_at_the_first_question() {
    let scanned = Bench::new().scan("127.82.1.3").await;
    assert_eq!(scanned.ports_in(UdpState::Closed), LIST);
    assert!(scanned.seen.iter().all(|it| fact(it).attempts == 1 && it.received.is_empty()));
    assert!(scanned.note(1_900).contains("multicast"));
}

#[tokio::test]
async fn what_is_not_the_protocol_is_open_and_not_recognised() {
    let address = "127.82.1.4";
    let hostile: [(u16, Vec<u8>); 7] = [
        (1_900, vec![]),
        (3_702, b"<wsd:ProbeMatches/>".to_vec()),
        (5_060, b"SIP/2.0 200 OK\r\n".repeat(90)),
        (5_353, vec![0xff; 2_000]),
        (5_683, vec![0x64, 0x45, 0, 0]),
        (MEMCACHED, b"\0\0\0\0\0\x01\0\0VERSION 1\r\n".to_vec()),
        (47_808, b"\x81\x0a\xff\xff\x01\x28\xff".to_vec()),
    ];
    let servers: Vec<_> = hostile
        .iter()
        .cloned()
        .map(|(port, bytes)| Server::start(address, port, move |_| vec![bytes.clone()]))
        .collect();
    let scanned = Bench::new().scan(address).await;
    for (port, bytes) in &hostile {
        let fact = scanned.fact(*port);
        assert_eq!((fact.state, fact.is_recognised), (UdpState::Open, false), "{port}");
        assert_eq!(&scanned.port(*port).received.0, bytes);
    }
    drop(servers);
}

#[tokio::test]
async fn an_echo_is_open_and_not_recognised() {
    let address = "127.82.1.5";
    let echoes = [1_900, 3_702, 5_060, 5_353, 5_683, MEMCACHED, 47_808];
    let servers = echoes.map(|port| Server::start(address, port, |asked| vec![asked.to_vec()]));
    let scanned = Bench::new().scan(address).await;
    for port in echoes {
        let fact = scanned.fact(port);
        assert_eq!((fact.state, fact.is_recognised), (UdpState::Open, false), "{port}");
    }
    drop(servers);
}

#[tokio::test]
async fn of_a_long_answer_the_beginning_is_kept() {
    let address = "127.82.1.6";
    let _server = Server::start(address, MEMCACHED, |_| vec![vec![b'x'; 60_000]]);
    let scanned = Bench::new().scan(address).await;
    assert_eq!(scanned.state(MEMCACHED), UdpState::Open);
    assert_eq!(scanned.port(MEMCACHED).received.0, [b'x'; 4_096]);
    assert!(scanned.note(MEMCACHED).contains("first 4096 bytes"));
}

#[tokio::test]
async fn tftp_is_heard_from_another_port_of_the_same_host() {
    let address = "127.82.1.7";
    let Some(server) = privileged_socket(address, 69) else { return };
    let other_port = socket(address, 0);
    let refusal = |_: &[u8]| vec![b"\0\x05\0\x01File not found\0".to_vec()];
    let _server = Server::start_answering_from(server, Some(other_port), refusal);
    let scanned = Bench::new().scan(address).await;
    let fact = scanned.fact(69);
    assert_eq!((fact.state, fact.is_recognised), (UdpState::Open, true));
    assert!(scanned.port(69).repeat.as_ref().unwrap().contains("socat"));
}

#[tokio::test]
async fn the_numbers_of_questions_follow_from_the_seed() {
    let bench = Bench::new();
    let (first, again) = (bench.scan("127.82.1.8").await, bench.scan("127.82.1.8").await);
    let other = bench.scan("127.82.1.9").await;
    for port in LIST.into_iter().filter(|port| ![1_900, 5_060].contains(port)) {
        assert_eq!(first.port(port).sent, again.port(port).sent, "{port}");
        assert_ne!(first.port(port).sent, other.port(port).sent, "{port}");
    }
}

#[test]
fn a_scan_can_run_on_any_thread() {
    fn assert_send<T: Send>(_: &T) {}
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _in_runtime = runtime.enter();
    let bench = Bench::new();
    let (permit, scanner) =
        (bench.permit("127.82.1.9"), UdpScanner::new(&bench.gate, Vantage::Guest, &bench.tokens));
    assert_send(&scanner.scan(&permit, &Quiet));
}
