use hoshimori_wire::app::dns::{self, Answer};
use hoshimori_wire::app::html::{MAX_REFERENCE, MAX_WORDS, Page};
use hoshimori_wire::app::http1::{Challenge, Head, KEPT_BODY, MAX_CONTENT, ResponseDecoder};
use hoshimori_wire::app::reply_lines::Reply;
use hoshimori_wire::app::ssh_banner::Identification;
use hoshimori_wire::app::ssh_kexinit::KexInit;
use hoshimori_wire::app::ssh_packet::clear_length;
use hoshimori_wire::app::text;
use hoshimori_wire::app::tls_hello::{ClientHello, TlsVersion};
use hoshimori_wire::app::tls_records::FlightDecoder;
use hoshimori_wire::app::x509::Certificate;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::fixture;

/// Bytes that are arbitrary, or a sample with some bytes changed.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let samples = vec![
        fixture!("openssh_hello.bin"),
        fixture!("nginx_front.http"),
        fixture!("apache_trace.http"),
        fixture!("openssl_tls10_flight.bin"),
        fixture!("rsa1024_sha1.der"),
        fixture!("rsa_pss.der"),
        fixture!("version_bind.dns"),
        fixture!("smtp_ehlo.txt"),
        fixture!("ftp_greeting.txt"),
        fixture!("html/login_sjis.html"),
    ];
    let edits = vec((any::<prop::sample::Index>(), any::<u8>()), 1..8);
    let changed = (select(samples), edits).prop_map(|(sample, changes)| {
        let mut bytes = sample.to_vec();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        bytes
    });
    prop_oneof![vec(any::<u8>(), 0..2_048), changed]
}

proptest! {
    #[test]
    fn no_decoder_panics(bytes in hostile_bytes()) {
        let _ = Identification::decode(&bytes);
        let _ = KexInit::decode(&bytes);
        let _ = Head::decode(&bytes);
        let _ = Reply::decode(&bytes);
        let _ = Answer::decode(&bytes);
        let _ = dns::from_tcp(&bytes);
        let _ = Certificate::decode(&bytes);
        prop_assert!(clear_length(&bytes) <= bytes.len());
    }

    #[test]
    fn decoded_text_is_one_safe_line_within_its_limit(
        bytes in hostile_bytes(),
        limit in 0_usize..600,
    ) {
        let text = text::decode(&bytes, limit);
        prop_assert!(text.chars().count() <= limit);
        prop_assert!(!text.chars().any(char::is_control));
    }

    #[test]
    fn what_a_page_tells_is_safe_and_within_its_limits(bytes in hostile_bytes()) {
        let page = Page::read(&bytes, None);
        for words in [page.title, page.generator].into_iter().flatten() {
            prop_assert!(words.chars().count() <= MAX_WORDS);
            prop_assert!(!words.chars().any(char::is_control));
        }
        for reference in [page.icon, page.refresh].into_iter().flatten() {
            prop_assert!(reference.chars().count() <= MAX_REFERENCE);
        }
        Challenge::read_all(&text::decode(&bytes, 600));
    }

    #[test]
    fn a_compressed_body_never_becomes_more_than_its_limit(bytes in hostile_bytes()) {
        for coding in ["gzip", "deflate"] {
            let mut decoder = ResponseDecoder::for_method("GET");
            let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n");
            decoder.push(head.as_bytes()).unwrap();
            decoder.push(&bytes).unwrap();
            prop_assert!(decoder.finish().unwrap().content().len() <= MAX_CONTENT);
        }
    }

    #[test]
    fn a_response_does_not_depend_on_how_its_bytes_arrive(
        bytes in hostile_bytes(),
        size in 1_usize..64,
    ) {
        let read = |parts: &mut dyn Iterator<Item = &[u8]>| {
            let mut decoder = ResponseDecoder::for_method("GET");
            for part in parts {
                decoder.push(part)?;
            }
            decoder.finish()
        };
        let whole = read(&mut std::iter::once(&bytes[..]));
        let parts = read(&mut bytes.chunks(size));
        prop_assert_eq!(whole.as_ref().ok(), parts.as_ref().ok());
        prop_assert!(whole.map_or(0, |response| response.body.len()) <= KEPT_BODY);
    }

    #[test]
    fn a_flight_does_not_depend_on_how_its_bytes_arrive(
        bytes in hostile_bytes(),
        size in 1_usize..64,
    ) {
        let mut whole = FlightDecoder::default();
        let _ = whole.push(&bytes);
        let mut parts = FlightDecoder::default();
        let _ = bytes.chunks(size).try_for_each(|part| parts.push(part).map(|_| ()));
        prop_assert_eq!(whole.flight(), parts.flight());
    }

    #[test]
    fn a_hello_is_a_record_whose_lengths_are_right(
        random in any::<[u8; 32]>(),
        name in prop::option::of("[a-z0-9.-]{1,255}"),
        version in select(vec![TlsVersion::TLS_1_0, TlsVersion::TLS_1_1, TlsVersion::TLS_1_2]),
    ) {
        let hello = ClientHello { version, random, server_name: name.as_deref() };
        let record = hello.to_record().unwrap();
        let (rest, parsed) = tls_parser::parse_tls_plaintext(&record).unwrap();
        prop_assert!(rest.is_empty() && parsed.msg.len() == 1);
    }
}
