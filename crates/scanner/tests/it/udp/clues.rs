//! What is gathered from a port that has answered in its protocol.

use hoshimori_inspection::evidence::{ClueSource, UdpState};

use super::bench::{Bench, Server, fact, privileged_socket};

/// The texts of the clues that `port` gave, from `source`.
fn texts(scanned: &super::bench::Scanned, port: u16, source: ClueSource) -> Vec<&str> {
    let clues = fact(scanned.port(port)).clues.iter();
    clues.filter(|clue| clue.from == source).map(|clue| clue.text.as_str()).collect()
}

fn ssdp(kind: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\nST: {kind}\r\nUSN: uuid:1::{kind}\r\nSERVER: OS/1 UPnP/1.1 Router/2\r\n\
         LOCATION: http://192.0.2.1:5000/rootDesc.xml\r\n\r\n"
    )
    .into_bytes()
}

#[tokio::test]
async fn several_answers_of_one_search_are_read() {
    let address = "127.82.9.1";
    let answers = ["upnp:rootdevice", "urn:x:device:Gateway:1", "urn:x:service:Connection:1"];
    let _server = Server::start(address, 1_900, move |_| answers.map(ssdp).to_vec());
    let scanned = Bench::new().scan(address).await;
    assert_eq!(texts(&scanned, 1_900, ClueSource::SsdpType), answers);
    assert_eq!(texts(&scanned, 1_900, ClueSource::SsdpServer), ["OS/1 UPnP/1.1 Router/2"]);
    let locations = texts(&scanned, 1_900, ClueSource::SsdpLocation);
    assert_eq!(locations, ["http://192.0.2.1:5000/rootDesc.xml"]);
    let seen = scanned.port(1_900);
    assert_eq!(seen.received.0, answers.map(ssdp).concat());
    assert_eq!(scanned.fact(1_900).attempts, 1);
}

#[tokio::test]
async fn a_flood_of_answers_is_kept_within_bounds() {
    let address = "127.82.9.2";
    let _server =
        Server::start(address, 1_900, |_| (0..400).map(|at| ssdp(&format!("urn:{at}"))).collect());
    let scanned = Bench::new().scan(address).await;
    assert_eq!(scanned.fact(1_900).clues.len(), 128);
    assert!(scanned.port(1_900).received.0.len() <= 16 * 1_024);
}

#[tokio::test]
async fn a_controller_that_answered_is_asked_what_it_is() {
    let address = "127.82.9.3";
    let _server = Server::start(address, 47_808, |question| {
        let (id, property) = (question[8], question[16]);
        let value: &[u8] = match property {
            75 => b"\xc4\x02\x00\x00\x01",
            121 => b"\x75\x08\x00Example",
            70 => b"\x75\x05\x00AC-1",
            // `unknown-property` (clause 18) for all others.
            _ => {
                return vec![
                    [b"\x81\x0a\0\x0d\x01\0\x50", &[id][..], b"\x0c\x91\x02\x91\x20"].concat(),
                ];
            }
        };
        let head = [b"\x01\0\x30", &[id][..], b"\x0c\x0c\x02\0\0\x01\x19", &[property], b"\x3e"];
        let body = [&head.concat(), value, b"\x3f"].concat();
        let length = u16::try_from(body.len() + 4).unwrap().to_be_bytes();
        vec![[b"\x81\x0a", &length[..], &body].concat()]
    });
    let scanned = Bench::new().scan(address).await;
    let told = texts(&scanned, 47_808, ClueSource::BacnetDevice);
    assert_eq!(told, ["vendor-name=Example", "model-name=AC-1"]);
    // The first question and five further ones.
    assert_eq!(scanned.port(47_808).sent.0.len(), 6 * 17);
    let repeat = scanned.port(47_808).repeat.as_ref().unwrap();
    assert_eq!(repeat.matches("\\201\\n").count(), 1, "one question is repeated: {repeat}");
}

#[tokio::test]
async fn a_time_server_is_asked_for_its_variables() {
    let address = "127.82.9.4";
    let Some(socket) = privileged_socket(address, 123) else { return };
    let _server = Server::start_answering_from(socket, None, |question| {
        if question[0] & 7 == 6 {
            let text = b"version=\"ntpd 4.2.8p15\", system=\"Linux/5.10\"";
            let count = u8::try_from(text.len()).unwrap();
            let head = [&[0x16, 0x82][..], &question[2..4], &[6, 0x15, 0, 0, 0, 0, 0, count]];
            return vec![[&head.concat(), &text[..]].concat()];
        }
        let mut answer = question.to_vec();
        (answer[0], answer[1]) = (0x24, 2);
        answer[12..16].copy_from_slice(&[192, 0, 2, 1]);
        answer[24..32].copy_from_slice(&question[40..48]);
        vec![answer]
    });
    let scanned = Bench::new().scan(address).await;
    let told = texts(&scanned, 123, ClueSource::NtpSystem);
    let variables = "version=\"ntpd 4.2.8p15\", system=\"Linux/5.10\"";
    assert_eq!(told, ["stratum=2, refid=192.0.2.1", variables]);
}

#[tokio::test]
async fn what_is_not_the_protocol_tells_nothing_and_is_asked_nothing_further() {
    let address = "127.82.9.5";
    let _server = Server::start(address, 47_808, |_| vec![b"hello".to_vec()]);
    let scanned = Bench::new().scan(address).await;
    let fact = scanned.fact(47_808);
    assert_eq!((fact.state, fact.is_recognised), (UdpState::Open, false));
    assert!(fact.clues.is_empty());
    assert_eq!(scanned.port(47_808).sent.0.len(), 17);
}
