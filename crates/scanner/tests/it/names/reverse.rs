use std::io::{Read, Write};
use std::net::{IpAddr, TcpListener};
use std::thread;

use hoshimori_inspection::evidence::NameSource;

use super::finder::{Bench, LONG, SHORT, fact, names, note};
use super::stand_in::{StandIn, answer, asked_host, pointer, socket_address};

const OK: [u8; 2] = [0x85, 0x80];
const NO_SUCH_NAME: [u8; 2] = [0x85, 0x83];
const REFUSED: [u8; 2] = [0x81, 0x85];
const TRUNCATED: [u8; 2] = [0x87, 0x80];

/// `count` addresses that nothing is sent to.
fn addresses(count: u8) -> Vec<IpAddr> {
    (1..=count).map(|host| IpAddr::from([192, 0, 2, host])).collect()
}

/// The answer that calls the host with the last byte 7 `pc7.office.example`.
fn named(question: &[u8]) -> Vec<u8> {
    answer(question, OK, &[pointer(&format!("pc{}.office.example", asked_host(question)))])
}

#[tokio::test]
async fn names_come_in_the_order_of_the_addresses() {
    let Some(server) = StandIn::start("127.83.1.1", 53, |question| vec![named(question)]) else {
        return;
    };
    let bench = Bench::new();
    let seen = bench.finder(LONG).reverse_dns(&[bench.permit("127.83.1.1")], &addresses(100)).await;
    assert_eq!(seen.len(), 100);
    for (seen, host) in seen.iter().zip(1..) {
        assert_eq!(names(seen), [format!("pc{host}.office.example")]);
        assert_eq!(seen.key.as_str(), format!("guest/192.0.2.{host}/name/reverse-dns"));
        assert_eq!(seen.repeat.as_deref(), Some(&*format!("dig @127.83.1.1 -x 192.0.2.{host}")));
        assert_eq!(fact(seen).source, NameSource::ReverseDns);
        assert_eq!(asked_host(&seen.sent.0), host);
        assert_eq!(seen.received.0, named(&seen.sent.0));
        assert!(note(seen).contains("127.83.1.1"));
    }
    assert_eq!(server.count(), 100);
}

#[tokio::test]
async fn a_question_that_is_lost_is_asked_again() {
    let mut first = true;
    let reply = move |question: &[u8]| {
        if std::mem::take(&mut first) { Vec::new() } else { vec![named(question)] }
    };
    let Some(server) = StandIn::start("127.83.1.2", 53, reply) else { return };
    let bench = Bench::new();
    let finder = bench.finder(SHORT);
    let seen = finder.reverse_dns(&[bench.permit("127.83.1.2")], &addresses(3)).await;
    assert!(seen.iter().all(|seen| names(seen).len() == 1), "{seen:?}");
    assert_eq!(server.count(), 4, "only the lost one comes twice");
}

#[tokio::test]
async fn a_silent_server_is_given_up_and_the_next_one_asked() {
    let Some(silent) = StandIn::silent("127.83.1.3", 53) else { return };
    let Some(_server) = StandIn::start("127.83.1.4", 53, |question| vec![named(question)]) else {
        return;
    };
    let bench = Bench::new();
    let finder = bench.finder(SHORT);
    let servers = [bench.permit("127.83.1.3"), bench.permit("127.83.1.4")];
    let seen = finder.reverse_dns(&servers, &addresses(200)).await;
    assert!(seen.iter().all(|seen| names(seen).len() == 1));
    assert_eq!(silent.count(), 2 * 32, "one handful, twice");

    let seen = finder.reverse_dns(&servers[..1], &addresses(40)).await;
    assert!(seen.iter().all(|seen| names(seen).is_empty()));
    assert!(note(&seen[0]).contains("nothing came in time"), "{}", note(&seen[0]));
    assert!(note(&seen[39]).contains("not asked"), "{}", note(&seen[39]));
    assert!(seen[39].sent.is_empty());
}

#[tokio::test]
async fn a_machine_without_a_name_server_refuses() {
    let bench = Bench::new();
    let finder = bench.finder(LONG);
    let seen = finder.reverse_dns(&[bench.permit("127.83.1.5")], &addresses(1)).await;
    assert!(names(&seen[0]).is_empty());
    assert!(note(&seen[0]).contains("refused"), "{}", note(&seen[0]));
}

#[tokio::test]
async fn no_such_name_is_an_answer_and_a_refusal_is_none() {
    let reply = |question: &[u8]| {
        let flags = if asked_host(question) == 1 { NO_SUCH_NAME } else { REFUSED };
        vec![answer(question, flags, &[])]
    };
    let Some(_first) = StandIn::start("127.83.1.6", 53, reply) else { return };
    let Some(second) = StandIn::start("127.83.1.7", 53, |question| vec![named(question)]) else {
        return;
    };
    let bench = Bench::new();
    let servers = [bench.permit("127.83.1.6"), bench.permit("127.83.1.7")];
    let seen = bench.finder(LONG).reverse_dns(&servers, &addresses(2)).await;
    assert!(names(&seen[0]).is_empty());
    assert!(note(&seen[0]).contains("NXDOMAIN"), "{}", note(&seen[0]));
    assert_eq!(names(&seen[1]), ["pc2.office.example"]);
    assert_eq!(second.count(), 1);
    let seen = bench.finder(LONG).reverse_dns(&servers[..1], &addresses(2)).await;
    assert!(note(&seen[1]).contains("response code 5"), "{}", note(&seen[1]));
}

#[tokio::test]
async fn answers_to_other_questions_are_not_taken() {
    let reply = |question: &[u8]| {
        let mut other_number = named(question);
        other_number[0] ^= 1;
        let mut other_host = named(question);
        other_host[13] = b'9';
        vec![other_number, other_host, question.to_vec(), b"noise".to_vec()]
    };
    let Some(_server) = StandIn::start("127.83.1.8", 53, reply) else { return };
    let bench = Bench::new();
    let finder = bench.finder(SHORT);
    let seen = finder.reverse_dns(&[bench.permit("127.83.1.8")], &addresses(1)).await;
    assert!(names(&seen[0]).is_empty());
    assert!(note(&seen[0]).contains("not the protocol"), "{}", note(&seen[0]));
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_fetched_over_tcp() {
    let reply = |question: &[u8]| vec![answer(question, TRUNCATED, &[])];
    let Some(_server) = StandIn::start("127.83.1.9", 53, reply) else { return };
    let listener = TcpListener::bind(socket_address("127.83.1.9", 53)).unwrap();
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut length = [0; 2];
        stream.read_exact(&mut length).unwrap();
        let mut question = vec![0; u16::from_be_bytes(length).into()];
        stream.read_exact(&mut question).unwrap();
        let message = named(&question);
        let length = u16::try_from(message.len()).unwrap().to_be_bytes();
        stream.write_all(&[&length[..], &message].concat()).unwrap();
    });
    let bench = Bench::new();
    let finder = bench.finder(LONG);
    let servers = [bench.permit("127.83.1.9")];
    let seen = finder.reverse_dns(&servers, &addresses(1)).await;
    serving.join().unwrap();
    assert_eq!(names(&seen[0]), ["pc1.office.example"]);

    let seen = finder.reverse_dns(&servers, &addresses(2)).await;
    assert!(seen.iter().all(|seen| names(seen).is_empty()));
    assert!(seen.iter().all(|seen| note(seen).contains("cut off")), "{}", note(&seen[0]));
}

#[tokio::test]
async fn hostile_names_are_bounded_and_made_harmless() {
    let reply = |question: &[u8]| {
        let mut records: Vec<_> =
            (0..60).map(|number| pointer(&format!("pc{number}.lan"))).collect();
        records.insert(0, pointer("\u{1b}[2J\u{202e}evil.lan"));
        vec![answer(question, OK, &records)]
    };
    let Some(_server) = StandIn::start("127.83.1.10", 53, reply) else { return };
    let bench = Bench::new();
    let finder = bench.finder(LONG);
    let seen = finder.reverse_dns(&[bench.permit("127.83.1.10")], &addresses(1)).await;
    assert_eq!(names(&seen[0]).len(), 16);
    assert_eq!(names(&seen[0])[0], "·[2J·evil.lan");
    assert!(note(&seen[0]).contains("left out 45 "), "{}", note(&seen[0]));
}

#[tokio::test]
async fn without_a_server_nothing_is_seen() {
    let bench = Bench::new();
    assert!(bench.finder(SHORT).reverse_dns(&[], &addresses(3)).await.is_empty());
}
