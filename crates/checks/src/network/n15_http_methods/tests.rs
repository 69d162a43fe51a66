use std::slice;

use hoshimori_inspection::evidence::{HttpOutcome, HttpPurpose, Observation, ProbeError};
use hoshimori_inspection::vantage::Vantage;
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::HttpMethods;
use crate::sample::{TOKEN, assert_weakness_counts, from, http, judged, response, short};

const FILE: &str = "/uploads/k7q2.txt";

fn answer(purpose: HttpPurpose, status: u16) -> Observation {
    http(purpose, "/", response(status, &[], ""))
}

fn options(allow: &str) -> Observation {
    http(HttpPurpose::Options, "/", response(200, &[("Allow", allow)], ""))
}

fn multistatus() -> Observation {
    let body = "<D:multistatus xmlns:D=\"DAV:\"/>";
    http(HttpPurpose::PropFind, "/dav/", response(207, &[], body))
}

fn stored() -> [Observation; 4] {
    [
        http(HttpPurpose::Put, FILE, response(201, &[], "")),
        http(HttpPurpose::PutReadBack, FILE, response(200, &[], TOKEN)),
        http(HttpPurpose::PutCleanUp, FILE, response(204, &[], "")),
        http(HttpPurpose::PutGone, FILE, response(404, &[], "")),
    ]
}

/// A server that does nothing unusual and says nothing of itself.
fn plain() -> Vec<Observation> {
    vec![
        answer(HttpPurpose::ControlMethod, 405),
        answer(HttpPurpose::PropFind, 405),
        answer(HttpPurpose::Connect, 400),
    ]
}

fn said(others: &[Observation], more: &[Observation]) -> Vec<String> {
    short(&judged(&HttpMethods, &[others, more].concat()))
}

#[test]
fn without_consent_put_stays_open_unless_a_harmless_declaration_settles_it() {
    assert_eq!(said(&plain(), &[]), ["overall pass", "put inconclusive"]);
    assert_eq!(said(&plain(), &[options("GET, HEAD, POST, OPTIONS")]), ["overall pass"]);
    let declares = options("GET, HEAD, PUT, DELETE");
    assert_eq!(said(&plain(), &[declares]), ["declared suspected low"]);
}

#[test]
fn refused_put_passes() {
    let refused = http(HttpPurpose::Put, FILE, response(405, &[], ""));
    assert_eq!(said(&plain(), &[refused]), ["overall pass"]);
}

#[test]
fn file_that_can_be_read_back_fails_with_the_vantage() {
    assert_eq!(said(&plain(), &stored()), ["put fail high"]);
    let seen: Vec<_> = [plain(), stored().to_vec()]
        .concat()
        .into_iter()
        .map(|o| from(Vantage::Internet, o))
        .collect();
    assert_eq!(short(&judged(&HttpMethods, &seen)), ["put fail critical"]);
}

#[test]
fn file_that_remains_is_named_for_the_operator() {
    let [put, read, _, _] = stored();
    let judgements = judged(&HttpMethods, &[plain(), vec![put, read]].concat());
    assert!(
        judgements[0].because.ja.contains(FILE) && judgements[0].because.en.contains("by hand")
    );
}

#[test]
fn success_that_cannot_be_read_back_is_suspected_unless_everything_succeeds() {
    let claimed = http(HttpPurpose::Put, FILE, response(200, &[], "ok"));
    let other = http(HttpPurpose::PutReadBack, FILE, response(200, &[], "welcome"));
    assert_eq!(said(&plain(), &[claimed.clone(), other.clone()]), ["put suspected high"]);
    let catch_all = [
        answer(HttpPurpose::ControlMethod, 200),
        answer(HttpPurpose::PropFind, 200),
        answer(HttpPurpose::Connect, 200),
    ];
    assert_eq!(said(&catch_all, &[claimed, other]), ["overall pass"]);
    assert_eq!(said(&catch_all, &[]), ["overall inconclusive", "put inconclusive"]);
}

#[test]
fn page_that_repeats_the_path_is_no_stored_file() {
    let path = format!("/{TOKEN}");
    let page = format!("<p>Nothing found at {path}</p>");
    let seen = [
        http(HttpPurpose::Put, &path, response(200, &[], &page)),
        http(HttpPurpose::PutReadBack, &path, response(200, &[], &page)),
    ];
    assert_eq!(said(&plain(), &seen), ["put suspected high"]);
}

#[test]
fn multistatus_proves_webdav_against_a_control_only() {
    let rest = [answer(HttpPurpose::Connect, 400), options("GET, PROPFIND")];
    let control = answer(HttpPurpose::ControlMethod, 501);
    assert_eq!(said(&rest, &[multistatus(), control]), ["webdav fail medium"]);
    let missing = [
        "webdav suspected medium",
        "declared suspected low",
        "overall inconclusive",
        "put inconclusive",
    ];
    assert_eq!(said(&rest, &[multistatus()]), missing);
    let same = answer(HttpPurpose::ControlMethod, 207);
    assert_eq!(said(&rest, &[multistatus(), same]), ["overall inconclusive", "put inconclusive"]);
}

#[test]
fn only_an_answer_through_the_tunnel_proves_a_proxy() {
    let usual = [
        answer(HttpPurpose::ControlMethod, 405),
        answer(HttpPurpose::PropFind, 405),
        options("GET"),
    ];
    let ask = |purpose, status, body| http(purpose, "192.168.10.5:80", response(status, &[], body));
    let inside = "HTTP/1.1 404 Not Found\r\n\r\n";
    let (connect, control) = (HttpPurpose::Connect, HttpPurpose::ControlMethod);
    let refused = ask(control, 405, "");
    let tunnel = ask(connect, 200, inside);
    assert_eq!(said(&usual, &[tunnel.clone(), refused.clone()]), ["connect-proxy fail high"]);
    assert_eq!(said(&usual, slice::from_ref(&tunnel)), ["connect-proxy suspected high"]);
    assert_eq!(said(&usual, &[tunnel, ask(control, 200, inside)]), ["overall pass"]);
    for status in [200, 502, 503] {
        let claim = [ask(connect, status, ""), refused.clone()];
        assert_eq!(said(&usual, &claim), ["connect-proxy suspected high"], "{status}");
    }
    let closed = http(connect, "192.168.10.5:80", HttpOutcome::Failed(ProbeError::Closed));
    assert_eq!(said(&usual, &[closed, refused]), ["overall pass"]);
}

#[test]
fn file_counts_even_where_put_itself_got_no_good_answer() {
    let [_, read, delete, gone] = stored();
    let put = |outcome| http(HttpPurpose::Put, FILE, outcome);
    let timed_out = HttpOutcome::Failed(ProbeError::TimedOut);
    for outcome in [response(504, &[], ""), timed_out] {
        let seen = [put(outcome), read.clone(), delete.clone(), gone.clone()];
        assert_eq!(said(&plain(), &seen), ["put fail high"]);
    }
}

#[test]
fn failed_probes_are_inconclusive() {
    let silent = |purpose| http(purpose, "/", HttpOutcome::Failed(ProbeError::TimedOut));
    let all = [HttpPurpose::ControlMethod, HttpPurpose::PropFind, HttpPurpose::Connect].map(silent);
    assert_eq!(said(&all, &[options("GET")]), ["overall inconclusive", "put inconclusive"]);
    assert_eq!(
        said(&plain(), &[options("GET"), silent(HttpPurpose::Put)]),
        ["overall inconclusive"]
    );
}

proptest! {
    #[test]
    fn one_more_stored_file_never_makes_a_fail_a_pass(
        others in subsequence(
            [
                plain(),
                vec![
                    options("GET, HEAD"),
                    options("GET, PUT"),
                    multistatus(),
                    answer(HttpPurpose::ControlMethod, 200),
                    answer(HttpPurpose::Connect, 502),
                    http(HttpPurpose::Put, "/k.txt", response(403, &[], "")),
                ],
            ]
            .concat(),
            0..=9,
        )
    ) {
        assert_weakness_counts(&HttpMethods, &others, &stored(), &["put", "overall"]);
    }
}
