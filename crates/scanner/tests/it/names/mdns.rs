use hoshimori_inspection::evidence::NameSource;

use super::finder::{Bench, LONG, SHORT, fact, names, note};
use super::stand_in::{StandIn, address_record, answer, pointer};

const OK: [u8; 2] = [0x84, 0];

/// Whether a question is about an address rather than about services.
fn is_about_address(question: &[u8]) -> bool {
    question.windows(7).any(|part| part == b"in-addr")
}

#[tokio::test]
async fn a_host_tells_its_name_and_its_services() {
    let reply = |question: &[u8]| {
        let records = if is_about_address(question) {
            vec![pointer("受付.local")]
        } else {
            vec![pointer("_ipp._tcp.local"), pointer("_http._tcp.local")]
        };
        vec![answer(question, OK, &records)]
    };
    let Some(host) = StandIn::start("127.83.2.1", 5353, reply) else { return };
    let bench = Bench::new();
    let seen = bench.finder(LONG).mdns(&bench.permit("127.83.2.1")).await;
    assert_eq!(names(&seen), ["受付.local"]);
    assert_eq!(fact(&seen).source, NameSource::Mdns);
    assert_eq!(seen.key.as_str(), "guest/127.83.2.1/name/mdns");
    assert_eq!(note(&seen), "announces _ipp._tcp.local, _http._tcp.local");
    assert!(seen.repeat.as_deref().unwrap().starts_with("dig @127.83.2.1 -p 5353 -x 127.83.2.1 "));
    assert!(seen.source.is_some() && !seen.received.is_empty());
    assert_eq!(host.count(), 2);
}

#[tokio::test]
async fn a_host_that_answers_one_question_is_heard() {
    let reply = |question: &[u8]| {
        if is_about_address(question) {
            return Vec::new();
        }
        let own = address_record("camera.local", [127, 83, 2, 2]);
        let other = address_record("other.local", [127, 83, 2, 99]);
        vec![answer(question, OK, &[pointer("_rtsp._tcp.local"), own, other])]
    };
    let Some(host) = StandIn::start("127.83.2.2", 5353, reply) else { return };
    let bench = Bench::new();
    let seen = bench.finder(SHORT).mdns(&bench.permit("127.83.2.2")).await;
    assert_eq!(names(&seen), ["camera.local"]);
    assert_eq!(note(&seen), "announces _rtsp._tcp.local");
    assert_eq!(host.count(), 3, "the question without an answer comes twice");
}

#[tokio::test]
async fn silence_and_refusal_are_evidence() {
    let bench = Bench::new();
    let refused = bench.finder(LONG).mdns(&bench.permit("127.83.2.3")).await;
    assert!(names(&refused).is_empty());
    assert!(note(&refused).contains("refused"), "{}", note(&refused));
    assert!(!refused.sent.is_empty());

    let Some(host) = StandIn::silent("127.83.2.4", 5353) else { return };
    let silent = bench.finder(SHORT).mdns(&bench.permit("127.83.2.4")).await;
    assert_eq!(note(&silent), "nothing came in time");
    assert_eq!(host.count(), 4);
}

#[tokio::test]
async fn what_is_no_answer_is_kept_as_evidence() {
    let Some(_host) = StandIn::start("127.83.2.5", 5353, |_| vec![b"hello".to_vec()]) else {
        return;
    };
    let bench = Bench::new();
    let seen = bench.finder(SHORT).mdns(&bench.permit("127.83.2.5")).await;
    assert_eq!(seen.received.0, b"hello");
    assert!(note(&seen).contains("not the protocol"), "{}", note(&seen));
}
