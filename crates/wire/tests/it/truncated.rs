use hoshimori_wire::DecodeError;
use hoshimori_wire::app::dns::{self, Answer};
use hoshimori_wire::app::html::Page;
use hoshimori_wire::app::http1::{Head, Progress, ResponseDecoder};
use hoshimori_wire::app::reply_lines::Reply;
use hoshimori_wire::app::ssh_banner::Identification;
use hoshimori_wire::app::ssh_kexinit::KexInit;
use hoshimori_wire::app::tls_records::FlightDecoder;
use hoshimori_wire::app::x509::Certificate;

use crate::fixture;

/// Every proper beginning of `bytes`.
fn beginnings(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    (0..bytes.len()).map(|length| &bytes[..length])
}

fn is_incomplete<T>(result: Result<T, DecodeError>) -> bool {
    result.is_err_and(|error| error.is_incomplete())
}

#[test]
fn cut_identification_is_incomplete() {
    let line = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n";
    assert!(beginnings(line).all(|bytes| is_incomplete(Identification::decode(bytes))));
}

#[test]
fn cut_kexinit_is_incomplete() {
    let bytes = fixture!("openssh_hello.bin");
    let (_, line) = Identification::decode(bytes).unwrap();
    assert!(beginnings(&bytes[line..]).all(|bytes| is_incomplete(KexInit::decode(bytes))));
}

#[test]
fn cut_head_is_incomplete() {
    let bytes = fixture!("nginx_front.http");
    let (_, head) = Head::decode(bytes).unwrap();
    assert!(beginnings(&bytes[..head]).all(|bytes| is_incomplete(Head::decode(bytes))));
}

#[test]
fn cut_response_needs_more_and_is_marked_as_cut() {
    for bytes in [fixture!("nginx_front.http"), fixture!("apache_trace.http")] {
        let (_, head) = Head::decode(bytes).unwrap();
        for part in beginnings(bytes.trim_ascii_end()) {
            let mut decoder = ResponseDecoder::for_method("GET");
            assert_eq!(decoder.push(part), Ok(Progress::NeedsMore), "{}", part.len());
            match decoder.finish() {
                Ok(response) => assert!(response.is_cut && part.len() >= head),
                Err(error) => assert!(error.is_incomplete() && part.len() < head),
            }
        }
    }
}

#[test]
fn cut_reply_is_incomplete() {
    for bytes in [fixture!("smtp_ehlo.txt"), fixture!("ftp_greeting.txt")] {
        assert!(beginnings(bytes).all(|bytes| is_incomplete(Reply::decode(bytes))));
    }
}

#[test]
fn cut_flight_shows_no_certificate() {
    let bytes = fixture!("openssl_tls10_flight.bin");
    let mut decoder = FlightDecoder::default();
    assert_eq!(decoder.push(bytes), Ok(true));
    for part in beginnings(bytes) {
        let mut decoder = FlightDecoder::default();
        if decoder.push(part) == Ok(false) {
            assert!(decoder.flight().certificates.is_empty());
        } else {
            assert_eq!(decoder.flight().certificates, [fixture!("rsa1024_sha1.der")]);
        }
    }
}

#[test]
fn cut_certificate_is_refused() {
    for bytes in [fixture!("rsa1024_sha1.der"), fixture!("rsa_pss.der")] {
        assert!(beginnings(bytes).all(|bytes| Certificate::decode(bytes).is_err()));
    }
}

#[test]
fn cut_dns_answer_is_refused() {
    let bytes = fixture!("version_bind.dns");
    assert!(beginnings(bytes).all(|bytes| Answer::decode(bytes).is_err()));
    let framed = dns::to_tcp(bytes);
    assert!(beginnings(&framed).all(|bytes| is_incomplete(dns::from_tcp(bytes))));
}

#[test]
fn cut_page_tells_nothing_that_the_whole_does_not() {
    let bytes = fixture!("html/login_sjis.html");
    let whole = Page::read(bytes, None);
    let refers_to = |part: Option<String>, whole: &Option<String>| part.is_none() || part == *whole;
    for part in beginnings(bytes) {
        let page = Page::read(part, Some("shift_jis"));
        assert!(refers_to(page.generator, &whole.generator), "{}", part.len());
        assert!(refers_to(page.icon, &whole.icon) && refers_to(page.refresh, &whole.refresh));
    }
}
