//! First words of file-sharing software, as it spoke them.

use hoshimori_wire::DecodeError;
use hoshimori_wire::app::p2p::bittorrent::Handshake;
use hoshimori_wire::app::p2p::dht::{Ping, Pong};
use hoshimori_wire::app::p2p::edonkey::HelloAnswer;
use hoshimori_wire::app::p2p::soulseek::TransferRequest;
use hoshimori_wire::app::p2p::utp::Syn;
use hoshimori_wire::app::p2p::winny::{self, Header, OPENING, Opening};
use hoshimori_wire::app::p2p::{direct_connect, edonkey, gnutella, kad};
use proptest::prelude::*;

use crate::fixture;

/// Asserts that no proper beginning of `bytes` is an answer.
fn assert_whole<T>(bytes: &[u8], read: impl Fn(&[u8]) -> Result<T, DecodeError>) {
    assert!((0..bytes.len()).all(|end| read(&bytes[..end]).is_err()));
    assert!(read(bytes).is_ok());
}

#[test]
fn transmission_acknowledges_an_opening_over_utp() {
    let syn = Syn { connection_id: 0x1234, seq_nr: 0x5678 };
    assert_eq!(syn.to_bytes(), fixture!("p2p/transmission_utp.question"));
    // An extension of ten bytes follows the header.
    assert_whole(&fixture!("p2p/transmission_utp.answer")[..20], |bytes| {
        syn.read_acknowledgement(bytes)
    });
    assert_eq!(syn.read_acknowledgement(fixture!("p2p/transmission_utp.answer")), Ok(()));
}

#[test]
fn transmission_answers_a_ping_and_does_not_name_itself() {
    let ping = Ping { transaction: *b"h1x9", id: [b'a'; 20] };
    assert_eq!(ping.to_bytes(), fixture!("p2p/transmission_dht.question"));
    let answer = fixture!("p2p/transmission_dht.answer");
    assert_eq!(ping.answer(answer), Ok(Pong { client: None }));
    assert_whole(answer, |bytes| ping.answer(bytes));
}

#[test]
fn amule_tells_its_version_and_the_name_of_its_user() {
    assert_eq!(edonkey::hello([0xab; 16]), fixture!("p2p/amule_hello.question"));
    let answer = fixture!("p2p/amule_hello.answer");
    let (said, used) = HelloAnswer::decode(answer).unwrap();
    assert_eq!(said.program.as_deref(), Some("aMule 2.3.3"));
    assert_eq!(said.nickname.as_deref(), Some("http://www.aMule.org"));
    assert_eq!(used, answer.len());
    assert_whole(answer, HelloAnswer::decode);
}

#[test]
fn amule_tells_in_kad_from_which_port_it_was_asked() {
    assert_eq!(kad::ping(), fixture!("p2p/amule_kad.question"));
    assert_whole(fixture!("p2p/amule_kad.answer"), |bytes| kad::read_pong(40_000, bytes));
}

#[test]
fn a_hub_answers_with_its_features() {
    assert_eq!(direct_connect::hub_features(), fixture!("p2p/uhub_adc.question"));
    assert_eq!(direct_connect::read_hub_features(fixture!("p2p/uhub_adc.answer")), Ok(()));
}

#[test]
fn winny_opens_and_introduces_itself() {
    let random = [7, 9, 0x51, 0xa3, 0x0e, 0xc4];
    assert_eq!(winny::opening(random), fixture!("p2p/winny_opening.question"));
    let answer = fixture!("p2p/winny_opening.answer");
    assert_whole(&answer[..OPENING], Opening::decode);
    let (opening, used) = Opening::decode(answer).unwrap();
    assert_whole(&answer[used..], |bytes| opening.header(bytes));
    let (header, _) = opening.header(&answer[used..]).unwrap();
    assert_eq!(header, Header { version: 12_710, name: "Winny Ver2.0b1".into() });
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_without_a_panic_and_prove_nothing(
        bytes in proptest::collection::vec(any::<u8>(), 0..128)
    ) {
        let ping = Ping { transaction: *b"h1x9", id: [1; 20] };
        let syn = Syn { connection_id: 7, seq_nr: 9 };
        let request = TransferRequest { token: 7, file: "h7" };
        prop_assert!(Opening::decode(&bytes).is_err());
        prop_assert!(Handshake::decode(&bytes).is_err());
        prop_assert!(ping.answer(&bytes).is_err());
        prop_assert!(syn.read_acknowledgement(&bytes).is_err());
        prop_assert!(HelloAnswer::decode(&bytes).is_err());
        prop_assert!(kad::read_pong(40_000, &bytes).is_err());
        prop_assert!(gnutella::Answer::decode(&bytes).is_err());
        prop_assert!(request.answer(&bytes).is_err());
        prop_assert!(direct_connect::Lock::decode(&bytes).is_err());
        prop_assert!(direct_connect::read_hub_features(&bytes).is_err());
    }
}
