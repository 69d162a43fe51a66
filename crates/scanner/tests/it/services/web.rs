//! What a web server tells besides its front page, and what is not asked.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use hoshimori_inspection::evidence::{Access, ClueSource, Observation, Protocol};
use hoshimori_scanner::Breadth;
use tokio::io::AsyncWriteExt;

use super::bench::{Bench, NEAR, clues, service};
use super::stand_in::{StandIn, acceptor, read_some, response};

async fn identify(stand_in: &StandIn) -> Observation {
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    bench.prober(NEAR).identify(&permit, stand_in.port, Breadth::Every).await
}

/// A response with these lines in its head.
fn with_fields(status: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{fields}\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// The paths that were asked for, in order; other protocols' words stand between.
fn paths(stand_in: &StandIn) -> Vec<String> {
    let received = String::from_utf8_lossy(&stand_in.received()).into_owned();
    let requests = received.split("GET ").skip(1);
    requests.filter_map(|it| it.split_once(" HTTP/1.1\r\n")).map(|it| it.0.to_owned()).collect()
}

#[tokio::test]
async fn a_login_page_and_its_icons_tell_the_device() {
    let login = "<title>管理画面 &amp; 状態</title><meta name=generator content='Maker 1.2'>\
        <link rel=icon href=img/own.png>";
    let server = StandIn::with_pages(vec![
        ("/", with_fields("302 Found", "Location: /web/login.html\r\nServer: small/1.0", b"")),
        ("/web/login.html", with_fields("200 OK", "Set-Cookie: SID=h0123", login.as_bytes())),
        ("/favicon.ico", with_fields("200 OK", "Content-Type: image/x-icon", b"abc")),
        ("/web/img/own.png", with_fields("200 OK", "Content-Type: image/png", b"message digest")),
    ])
    .await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!(clues(fact, ClueSource::HttpServer), ["small/1.0"]);
    assert_eq!(clues(fact, ClueSource::HttpLocation), ["/web/login.html"]);
    assert_eq!(clues(fact, ClueSource::HtmlTitle), ["管理画面 & 状態"]);
    assert_eq!(clues(fact, ClueSource::HtmlGenerator), ["Maker 1.2"]);
    assert_eq!(clues(fact, ClueSource::HttpCookie), ["SID="]);
    // The values are those of the test suite of RFC 1321.
    let md5 = ["900150983cd24fb0d6963f7d28e17f72", "f96b697d7cb7938d525a2f31aaf161d0"];
    assert_eq!(clues(fact, ClueSource::FaviconMd5), md5);
    assert_eq!(clues(fact, ClueSource::FaviconMurmur3).len(), 2);
    assert!(seen.received.0.starts_with(b"HTTP/1.1 302 Found\r\n"), "the front page comes first");
    assert!(seen.received.0.windows(5).any(|bytes| bytes == b"Maker"), "the others follow");
    assert_eq!(paths(&server), ["/", "/web/login.html", "/favicon.ico", "/web/img/own.png"]);
}

#[tokio::test]
async fn pages_are_read_in_their_own_encoding_and_compressed() {
    let page = b"<meta charset=euc-jp><title>\xbc\xf5\xc9\xd5 7</title>";
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(page).unwrap();
    let body = gzip.finish().unwrap();
    let answer = with_fields("200 OK", "Content-Encoding: gzip", &body);
    let server = StandIn::with_pages(vec![("/", answer)]).await;
    assert_eq!(clues(service(&identify(&server).await), ClueSource::HtmlTitle), ["受付 7"]);
}

#[tokio::test]
async fn nobody_else_is_asked_whatever_a_server_says() {
    let other = StandIn::start_at("127.77.7.2:0", |visit| async move { drop(visit) }).await;
    let elsewhere = format!("Location: http://127.77.7.2:{}/", other.port);
    let page = format!(
        "<link rel=icon href='http://127.77.7.2:{0}/a.ico'>\
         <meta http-equiv=refresh content='0;url=//127.77.7.2:{0}/'>",
        other.port
    );
    for answer in [
        with_fields("301 Moved Permanently", &elsewhere, b""),
        with_fields("200 OK", "Content-Type: text/html", page.as_bytes()),
    ] {
        let server = StandIn::with_pages(vec![("/", answer)]).await;
        assert_eq!(service(&identify(&server).await).protocol, Protocol::Http);
    }
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn only_one_redirect_is_followed() {
    let server = StandIn::start(|mut visit| async move {
        let Some(request) = visit.read_request().await else { return };
        let next = format!("Location: {}x", request.path);
        drop(visit.stream.write_all(&with_fields("302 Found", &next, b"")).await);
    })
    .await;
    assert_eq!(service(&identify(&server).await).protocol, Protocol::Http);
    assert_eq!(paths(&server), ["/", "/x"]);
}

#[tokio::test]
async fn a_page_on_another_port_lends_its_title_and_not_its_software() {
    let acceptor = acceptor("portal.office.example");
    let inner = StandIn::start(move |visit| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut tls) = acceptor.accept(visit.stream).await else { return };
            read_some(&mut tls).await;
            let page = with_fields("200 OK", "Server: inner/2", b"<title>Portal</title>");
            drop(tls.write_all(&page).await);
            drop(tls.shutdown().await);
        }
    })
    .await;
    let location = format!("Location: https://127.78.0.1:{}/login\r\nServer: outer/1", inner.port);
    let answer = with_fields("301 Moved Permanently", &location, b"");
    let outer = StandIn::with_pages(vec![("/", answer)]).await;
    let seen = identify(&outer).await;
    let fact = service(&seen);
    assert_eq!(clues(fact, ClueSource::HtmlTitle), ["Portal"]);
    assert_eq!(clues(fact, ClueSource::HttpServer), ["outer/1"]);
    assert_eq!((fact.protocol, fact.tls), (Protocol::Http, false));
}

#[tokio::test]
async fn challenges_are_clues_and_ask_for_a_credential() {
    let fields = "WWW-Authenticate: Digest realm=\"IP Camera\", nonce=\"7\", Basic realm=\"b\"";
    let answer = with_fields("401 Unauthorized", fields, b"");
    let server = StandIn::with_pages(vec![("/", answer)]).await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    let realms = ["Digest realm=\"IP Camera\"", "Basic realm=\"b\""];
    assert_eq!(clues(fact, ClueSource::HttpChallenge), realms);
    assert_eq!(fact.access, Some(Access::CredentialAsked));
    assert_eq!(paths(&server), ["/"]);
}

#[tokio::test]
async fn a_container_engine_that_answers_strangers_is_open() {
    let version = b"{\n \"Version\": \"20.10.24+dfsg1\",\n \"ApiVersion\": \"1.41\"\n}";
    let server = StandIn::with_pages(vec![
        (
            "/",
            with_fields("404 Not Found", "Api-Version: 1.41", b"{\"message\":\"page not found\"}"),
        ),
        ("/version", with_fields("200 OK", "Content-Type: application/json", version)),
    ])
    .await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    let told = [r#"{"Version":"20.10.24+dfsg1","ApiVersion":"1.41"}"#];
    assert_eq!(clues(fact, ClueSource::ApiVersion), told);
    assert_eq!(fact.access, Some(Access::Open));
    assert_eq!(paths(&server), ["/", "/version"]);
}

#[tokio::test]
async fn a_search_engine_introduces_itself() {
    let json =
        b"{\"cluster_name\": \"a\", \"version\": {\"number\": \"7.10.2\"}, \"tagline\": \"b\"}";
    let answer = with_fields("200 OK", "Content-Type: application/json; charset=UTF-8", json);
    let server = StandIn::with_pages(vec![("/", answer)]).await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert!(clues(fact, ClueSource::ApiVersion)[0].contains(r#""number":"7.10.2""#));
    assert_eq!(fact.access, Some(Access::Open));
    assert_eq!(paths(&server), ["/"], "an API has no icon");
}

#[tokio::test]
async fn a_proxy_that_refuses_a_path_tells_its_name() {
    let fields =
        "Server: squid/5.7\r\nX-Squid-Error: ERR_INVALID_URL 0\r\nVia: 1.1 gate (squid/5.7)";
    let server =
        StandIn::with_pages(vec![("/", with_fields("400 Bad Request", fields, b""))]).await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.tls), (Protocol::Http, false));
    assert_eq!(clues(fact, ClueSource::HttpServer), ["squid/5.7"]);
    assert_eq!(clues(fact, ClueSource::HttpVia), ["1.1 gate (squid/5.7)"]);
    assert_eq!(clues(fact, ClueSource::HttpPoweredBy), ["X-Squid-Error: ERR_INVALID_URL 0"]);
}

#[tokio::test]
async fn a_server_that_stops_answering_costs_one_wait_and_no_more() {
    let server = StandIn::start(|mut visit| async move {
        let Some(request) = visit.read_request().await else { return };
        if request.path == "/" {
            drop(visit.stream.write_all(&response("200 OK", "<title>a</title>")).await);
        } else {
            visit.read_to_end().await;
        }
    })
    .await;
    let seen = identify(&server).await;
    assert_eq!(clues(service(&seen), ClueSource::HtmlTitle), ["a"]);
    assert_eq!(service(&seen).trouble, None);
    assert_eq!(paths(&server), ["/", "/favicon.ico"]);
}
