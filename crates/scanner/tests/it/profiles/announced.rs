//! Responders of mDNS, hostile ones among them.

use hoshimori_inspection::evidence::{Access, ClueSource, ProbeError};

use super::bench::{Bench, profile, texts};
use crate::udp::bench::{Server, privileged_socket};

/// What a responder says to `question`: the same number and `records` of which `count` answer.
fn answer(question: &[u8], count: u8, records: &[u8]) -> Vec<u8> {
    let head = [&question[..2], &[0x84, 0, 0, 1, 0, count, 0, 0, 0, 0]].concat();
    [&head, &question[12..], records].concat()
}

/// A record whose name is the one asked about.
fn record(kind: u8, data: &[u8]) -> Vec<u8> {
    let length = u8::try_from(data.len()).unwrap();
    [&[0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60, 0, length], data].concat()
}

/// Whether `question` is about a name that begins with `label`, and for records of `kind`.
fn is_for(question: &[u8], label: &[u8], kind: u8) -> bool {
    let begins = question[12..].get(1..=label.len()) == Some(label);
    begins && question[question.len() - 3] == kind
}

const PTR: u8 = 12;
const TXT: u8 = 16;
const SRV: u8 = 33;

fn responder(question: &[u8]) -> Vec<Vec<u8>> {
    let reply = if is_for(question, b"_ipp", PTR) {
        // `Reception` in front of the name asked about.
        answer(question, 1, &record(PTR, b"\x09Reception\xc0\x0c"))
    } else if is_for(question, b"Reception\x04_ipp", TXT) {
        answer(question, 1, &record(TXT, b"\x0crp=ipp/print\x10ty=Example P-1.0"))
    } else if is_for(question, b"Reception\x04_ipp", SRV) {
        answer(question, 1, &record(SRV, b"\0\0\0\0\x02\x77\x03mfp\xc0\x1b"))
    } else if is_for(question, b"Reception\x0c_device-info", TXT) {
        answer(question, 1, &record(TXT, b"\x0cmodel=MFP-10"))
    } else {
        return Vec::new();
    };
    vec![reply]
}

#[tokio::test]
async fn instances_are_asked_for_their_place_and_text() {
    let address = "127.84.4.1";
    let Some(socket) = privileged_socket(address, 5_353) else { return };
    let _server = Server::start_answering_from(socket, None, responder);
    let bench = Bench::new();
    let types = ["_ipp._tcp".to_owned(), "_ipp._tcp".to_owned(), "nonsense".to_owned()];
    let permit = bench.permit(address);
    let seen = bench.prober().announced_services(&permit, &types).await.unwrap();
    let fact = profile(&seen);
    assert_eq!((fact.access, &fact.trouble), (Some(Access::Open), &None));
    assert_eq!(texts(fact, ClueSource::MdnsService), ["_ipp._tcp"]);
    assert_eq!(texts(fact, ClueSource::MdnsInstance), ["Reception"]);
    assert_eq!(texts(fact, ClueSource::MdnsPort), ["_ipp._tcp:631"]);
    let pairs = ["_ipp._tcp:rp=ipp/print", "_ipp._tcp:ty=Example P-1.0"];
    assert_eq!(texts(fact, ClueSource::MdnsText), pairs);
    assert_eq!(texts(fact, ClueSource::MdnsDeviceModel), ["MFP-10"]);
    assert_eq!(seen.key.as_str(), "guest/127.84.4.1:5353/udp/profile/dns-sd");
    assert!(seen.source.is_some() && !seen.sent.is_empty() && !seen.received.is_empty());
}

#[tokio::test]
async fn without_a_type_nothing_is_asked() {
    let bench = Bench::new();
    let permit = bench.permit("127.84.4.2");
    assert_eq!(bench.prober().announced_services(&permit, &[]).await, None);
    let nonsense = ["ipp".to_owned(), "_device-info._tcp".to_owned()];
    assert_eq!(bench.prober().announced_services(&permit, &nonsense).await, None);
}

#[tokio::test]
async fn a_closed_port_is_told() {
    let bench = Bench::new();
    let permit = bench.permit("127.84.4.3");
    let types = ["_ipp._tcp".to_owned()];
    let seen = bench.prober().announced_services(&permit, &types).await.unwrap();
    let fact = profile(&seen);
    assert_eq!((fact.access, &fact.trouble), (None, &Some(ProbeError::Refused)));
    assert!(fact.clues.is_empty());
}

#[tokio::test]
async fn a_responder_with_endless_instances_is_asked_about_a_few() {
    let address = "127.84.4.4";
    let Some(socket) = privileged_socket(address, 5_353) else { return };
    let (told, counted) = tokio::sync::mpsc::unbounded_channel();
    let _server = Server::start_answering_from(socket, None, move |question| {
        told.send(()).unwrap();
        if !is_for(question, b"_http", PTR) {
            return vec![answer(question, 0, b"")];
        }
        let instance = |at: u8| [b"\x03n", at.to_string().as_bytes(), b"\xc0\x0c"].concat();
        let records: Vec<u8> = (10..100).flat_map(|at| record(PTR, &instance(at))).collect();
        vec![answer(question, 90, &records)]
    });
    let bench = Bench::new();
    let types = ["_http._tcp".to_owned()];
    let permit = bench.permit(address);
    let seen = bench.prober().announced_services(&permit, &types).await.unwrap();
    assert_eq!(texts(profile(&seen), ClueSource::MdnsInstance).len(), 32);
    // Two for the types, two for each instance, four for the device.
    assert_eq!(counted.len(), 2 + 2 * 32 + 4);
}
