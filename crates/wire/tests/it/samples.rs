use hoshimori_wire::app::dns::Answer;
use hoshimori_wire::app::html::Page;
use hoshimori_wire::app::http1::{Progress, Response, ResponseDecoder};
use hoshimori_wire::app::reply_lines::Reply;
use hoshimori_wire::app::ssh_banner::Identification;
use hoshimori_wire::app::ssh_kexinit::KexInit;
use hoshimori_wire::app::ssh_packet::clear_length;
use hoshimori_wire::app::tls_hello::TlsVersion;
use hoshimori_wire::app::tls_records::FlightDecoder;
use hoshimori_wire::app::x509::Certificate;
use hoshimori_wire::app::{ftp, smtp};

use crate::fixture;

#[test]
fn openssh_tells_its_distribution_revision_and_its_algorithms() {
    let bytes = fixture!("openssh_hello.bin");
    let (peer, length) = Identification::decode(bytes).unwrap();
    assert_eq!(peer.software, "OpenSSH_9.2p1");
    assert_eq!(peer.comments.as_deref(), Some("Debian-2+deb12u10"));
    let kexinit = KexInit::decode(&bytes[length..]).unwrap();
    assert_eq!(kexinit.host_key, ["ssh-ed25519"]);
    assert_eq!(kexinit.key_exchange.len(), 12);
    assert!(kexinit.encryption_to_client.iter().any(|name| name == "aes256-gcm@openssh.com"));
    assert_eq!(kexinit.compression_to_client, ["none", "zlib@openssh.com"]);
    assert_eq!(clear_length(&bytes[length..]), bytes.len() - length);
}

/// The response in `bytes`, arriving in parts of seven bytes.
fn response(method: &str, bytes: &[u8]) -> Response {
    let mut decoder = ResponseDecoder::for_method(method);
    let progress: Vec<_> = bytes.chunks(7).map(|part| decoder.push(part).unwrap()).collect();
    assert!(progress.contains(&Progress::Done));
    decoder.finish().unwrap()
}

#[test]
fn nginx_front_page_is_read() {
    let response = response("GET", fixture!("nginx_front.http"));
    assert_eq!((response.head.status, response.head.reason.as_str()), (200, "OK"));
    assert_eq!(response.head.field("server"), Some("nginx/1.22.1"));
    assert_eq!(response.body, "<!doctype html><title>受付</title>\n".as_bytes());
    assert!(!response.is_cut);
}

#[test]
fn apache_trace_is_read_without_its_chunks() {
    let response = response("TRACE", fixture!("apache_trace.http"));
    assert_eq!(response.head.field("Content-Type"), Some("message/http"));
    assert!(response.body.starts_with(b"TRACE /?ck=h0123 HTTP/1.1\r\n"));
    assert!(response.body.ends_with(b"X-Hoshimori: h4567\r\nConnection: close\r\n\r\n"));
}

#[test]
fn a_certificate_is_read_from_a_server_with_tls_1_0_only() {
    let mut decoder = FlightDecoder::default();
    assert_eq!(decoder.push(fixture!("openssl_tls10_flight.bin")), Ok(true));
    let flight = decoder.into_flight();
    assert_eq!(flight.version, Some(TlsVersion::TLS_1_0));
    assert_eq!(flight.certificates, [fixture!("rsa1024_sha1.der")]);
}

#[test]
fn a_weak_old_certificate_is_described() {
    let certificate = Certificate::decode(fixture!("rsa1024_sha1.der")).unwrap();
    assert_eq!(certificate.subject, "CN=old-printer.office.example,O=Example Office,C=JP");
    assert_eq!(certificate.dns_names, ["old-printer.office.example"]);
    assert_eq!(certificate.ip_names, ["192.0.2.9".parse::<std::net::IpAddr>().unwrap()]);
    assert_eq!(certificate.key.bits, Some(1_024));
    assert_eq!(certificate.signature_algorithm, "sha1WithRSAEncryption");
    assert!(certificate.is_self_signed && certificate.is_ca);
    assert_eq!(certificate.not_after - certificate.not_before, 3_650 * 86_400);
}

#[test]
fn a_signature_that_the_verifier_does_not_know_still_counts_as_its_own() {
    let certificate = Certificate::decode(fixture!("rsa1024_sha256.der")).unwrap();
    assert_eq!(certificate.signature_algorithm, "sha256WithRSAEncryption");
    assert!(certificate.is_self_signed);
}

#[test]
fn the_hash_of_a_pss_signature_is_named() {
    let certificate = Certificate::decode(fixture!("rsa_pss.der")).unwrap();
    assert_eq!(certificate.signature_algorithm, "sha256WithRSASSA-PSS");
    assert_eq!(certificate.key.bits, Some(2_048));
    assert!(certificate.is_self_signed);
}

#[test]
fn a_name_server_tells_its_version() {
    let answer = Answer::decode(fixture!("version_bind.dns")).unwrap();
    assert_eq!((answer.id, answer.code, answer.answers), (0x6868, 0, 1));
    assert_eq!(answer.texts, ["9.18.28-1~deb12u2-Debian"]);
    assert!(answer.is_authoritative && !answer.offers_recursion);
}

#[test]
fn replies_of_several_lines_are_read() {
    let bytes = fixture!("smtp_ehlo.txt");
    let (reply, length) = Reply::decode(bytes).unwrap();
    assert_eq!((reply.code, reply.lines.len(), length), (250, 5, bytes.len()));
    let (greeting, _) = Reply::decode(fixture!("ftp_greeting.txt")).unwrap();
    assert_eq!(greeting.lines[0], "共有オフィス ファイル受付");
    assert!(ftp::names_itself(&greeting) && !smtp::names_itself(&greeting));
}

#[test]
fn the_page_of_a_device_in_shift_jis_is_read() {
    let page = Page::read(fixture!("html/login_sjis.html"), None);
    assert_eq!(page.title.as_deref(), Some("複合機 MX-0000 ｽﾃｰﾀｽ & 設定"));
    assert_eq!(page.generator.as_deref(), Some("受付ビルダー 2.1"));
    assert_eq!(page.icon.as_deref(), Some("/images/icon.ico"));
    assert_eq!(page.refresh.as_deref(), Some("/web/login.cgi?lang=ja"));
}
