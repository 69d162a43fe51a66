//! N-16 TRACE / TRACK (TRACE/TRACKのサポート有無を確認する).
//!
//! ## What it inspects
//! Whether a web server sends a request back to whoever asks with TRACE or with TRACK, Microsoft's
//! older name for it.
//!
//! ## How it decides
//! Each request carries a random token in a header. Only status 200 with the token in the body is
//! a `fail`. The control is a method of random letters: where the server sends that one back too,
//! it has a page that shows every request, which is `suspected` and not TRACE; so is an echo that
//! is not `message/http` while the control went unanswered. Any other answer, a page that says 200
//! to everything included, is a `pass` for that method. No answer is `inconclusive`.
//!
//! ## What it cannot see
//! TRACE on other paths or virtual hosts than the one asked, and behind a redirect, which is not
//! followed. Whether the answer comes from the server or from a proxy before it.
//!
//! ## References
//! RFC 9110 section 9.3.8; CWE-693; CVE-2003-1567 (TRACK of IIS), CVE-2004-2320
//! and CVE-2010-0386 (the same fault of other servers).

mod statements;

use hoshimori_inspection::evidence::HttpPurpose;
use hoshimori_inspection::finding::Judgement;
use hoshimori_scheme::{CriterionId, FindingSeverity, Text};

use super::offer::Offer;
use super::web::{Answered, WebPort, as_http, web};
use crate::words::listed;
use crate::{Check, Evidence, Need};

/// The check of N-16.
pub(crate) struct HttpTrace;

impl Check for HttpTrace {
    fn id(&self) -> CriterionId {
        WEB.test
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Ports, Need::Services, Need::HttpTrace]
    }

    fn evaluate(&self, evidence: &Evidence<'_>) -> Vec<Judgement> {
        WEB.evaluate(evidence, as_http, |subject, seen| {
            let port = WebPort { subject, seen };
            METHODS.iter().map(|method| method.judge(&port)).collect()
        })
    }
}

const WEB: Offer = web(CriterionId::network(16));

/// A method that may echo.
struct EchoMethod {
    name: &'static str,
    aspect: &'static str,
    purpose: HttpPurpose,
    ids: &'static [&'static str],
}

const METHODS: [EchoMethod; 2] = [
    EchoMethod { name: "TRACE", aspect: "trace", purpose: HttpPurpose::Trace, ids: &["CWE-693"] },
    EchoMethod {
        name: "TRACK",
        aspect: "track",
        purpose: HttpPurpose::Track,
        ids: &["CWE-693", "CVE-2003-1567"],
    },
];

impl EchoMethod {
    fn judge(&self, port: &WebPort<'_>) -> Judgement {
        let mut all: Vec<_> = port.sent(self.purpose).map(|(observation, _)| observation).collect();
        if let Some(echo) = port.answered(self.purpose).find(|answer| is_echo(*answer)) {
            return self.judge_echo(echo, port);
        }
        let mut doubts: Vec<Text> =
            port.failed(self.purpose).map(|(_, error)| error.to_text()).collect();
        if all.is_empty() {
            doubts.push(Text::new("送っていない", "it was not sent"));
            all.extend(port.seen.iter().map(|(observation, _)| *observation));
        }
        if port.answered(self.purpose).any(is_cut) {
            doubts.push(Text::new(
                "応答が長く途中までしか残っていない",
                "only part of the answer was kept",
            ));
        }
        if doubts.is_empty() {
            let answers = listed(port.answered(self.purpose).map(Answered::summary));
            port.subject.pass(self.aspect, self.refused(&answers), all)
        } else {
            port.subject.inconclusive(self.aspect, self.undecided(&listed(doubts)), all)
        }
    }

    fn judge_echo(&self, echo: Answered<'_>, port: &WebPort<'_>) -> Judgement {
        // docs/severity.md: low and not higher, since browsers refuse to send TRACE.
        let severity = FindingSeverity::Low;
        let control = echo_control(port);
        let evidence = [Some(echo), control].into_iter().flatten().map(|seen| seen.observation);
        let is_trace = match control {
            Some(control) => !is_echo_of_control(control),
            None => is_http_message(echo),
        };
        let judgement = if is_trace {
            port.subject.fail(self.aspect, severity, self.echoed(echo, control), evidence)
        } else {
            port.subject.suspected(self.aspect, severity, self.may_echo(control), evidence)
        };
        Judgement { ids: self.ids.iter().map(ToString::to_string).collect(), ..judgement }
    }
}

/// The control that had a token of its own, or else whichever was answered.
fn echo_control<'a>(port: &WebPort<'a>) -> Option<Answered<'a>> {
    let controls = || port.answered(HttpPurpose::ControlMethod);
    controls().find(|control| control.request.token.is_some()).or_else(|| controls().next())
}

fn is_echo(seen: Answered<'_>) -> bool {
    seen.response.status == 200
        && seen.request.token.as_deref().is_some_and(|token| seen.response.body_contains(token))
}

/// As [`is_echo`]; the random letters of the method are a token as well.
fn is_echo_of_control(control: Answered<'_>) -> bool {
    is_echo(control)
        || (control.response.status == 200
            && control.response.body_contains(&control.request.method))
}

/// RFC 9110 section 9.3.8: the body of the answer is the request as `message/http`.
fn is_http_message(seen: Answered<'_>) -> bool {
    let content_type = seen.response.header("content-type").unwrap_or_default();
    content_type.trim_start().to_ascii_lowercase().starts_with("message/http")
}

/// Whether the echo may go on where the kept part ends.
fn is_cut(seen: Answered<'_>) -> bool {
    seen.response.status == 200 && seen.response.is_cut && is_http_message(seen)
}

#[cfg(test)]
mod tests {
    use hoshimori_inspection::bytes::Bytes;
    use hoshimori_inspection::evidence::{HttpOutcome, Observation, ProbeError};
    use proptest::prelude::*;
    use proptest::sample::subsequence;

    use super::*;
    use crate::sample::{TOKEN, assert_weakness_counts, http, judged, response, short};

    const MESSAGE: [(&str, &str); 1] = [("Content-Type", "message/http")];
    const HTML: [(&str, &str); 1] = [("Content-Type", "text/html")];

    fn trace(outcome: HttpOutcome) -> Observation {
        http(HttpPurpose::Trace, "/", outcome)
    }

    fn track(status: u16) -> Observation {
        http(HttpPurpose::Track, "/", response(status, &[], ""))
    }

    fn control(status: u16, body: &str) -> Observation {
        http(HttpPurpose::ControlMethod, "/", response(status, &HTML, body))
    }

    fn echo() -> String {
        format!("TRACE / HTTP/1.1\r\nHost: 192.168.10.5\r\nX-Hoshimori: {TOKEN}\r\n\r\n")
    }

    #[test]
    fn echo_of_the_token_fails_and_is_low() {
        let seen = [trace(response(200, &MESSAGE, &echo())), track(501), control(501, "")];
        let judgements = judged(&HttpTrace, &seen);
        assert_eq!(short(&judgements), ["trace fail low", "track pass"]);
        assert_eq!(judgements[0].evidence, [seen[0].key.clone(), seen[2].key.clone()]);
    }

    #[test]
    fn fields_that_the_server_removes_are_told() {
        let sent = "TRACE / HTTP/1.1\r\nCookie: a=1\r\nAuthorization: Basic eDp5\r\n\r\n";
        let body = format!("TRACE / HTTP/1.1\r\nX-Hoshimori: {TOKEN}\r\nCookie: a=1\r\n\r\n");
        let seen = Observation {
            sent: Bytes(sent.as_bytes().to_vec()),
            ..trace(response(200, &MESSAGE, &body))
        };
        let because = &judged(&HttpTrace, &[seen, track(501), control(501, "")])[0].because;
        assert!(because.en.contains("Cookie comes back too. Authorization is removed."));
    }

    #[test]
    fn refusals_redirects_and_catch_all_pages_pass() {
        for (status, body) in [(405, ""), (501, ""), (403, ""), (301, ""), (200, "welcome")] {
            let seen = [trace(response(status, &HTML, body)), track(status), control(status, body)];
            assert_eq!(short(&judged(&HttpTrace, &seen)), ["trace pass", "track pass"], "{status}");
        }
    }

    #[test]
    fn page_that_shows_every_request_is_only_suspected() {
        let page = trace(response(200, &HTML, &echo()));
        for other in [control(200, "You sent: GXQZKVWT /"), control(200, TOKEN)] {
            let judgements = judged(&HttpTrace, &[page.clone(), track(405), other]);
            assert_eq!(short(&judgements), ["trace suspected low", "track pass"]);
        }
        let judgements = judged(&HttpTrace, &[page, track(405)]);
        assert_eq!(short(&judgements), ["trace suspected low", "track pass"]);
    }

    #[test]
    fn no_answer_is_inconclusive() {
        let silent = trace(HttpOutcome::Failed(ProbeError::TimedOut));
        let judgements = judged(&HttpTrace, &[silent]);
        assert_eq!(short(&judgements), ["trace inconclusive", "track inconclusive"]);
    }

    proptest! {
        #[test]
        fn one_more_echo_never_makes_a_fail_a_pass(
            others in subsequence(
                vec![
                    trace(response(405, &HTML, "")),
                    trace(HttpOutcome::Failed(ProbeError::Closed)),
                    trace(response(200, &HTML, &echo())),
                    track(501),
                    control(501, ""),
                    control(200, TOKEN),
                ],
                0..=6,
            )
        ) {
            let weakness = [trace(response(200, &MESSAGE, &echo()))];
            assert_weakness_counts(&HttpTrace, &others, &weakness, &["trace"]);
        }
    }
}
