//! CONNECT: a server that carries strangers' traffic.

use hoshimori_inspection::evidence::{HttpPurpose, ProbeError};
use hoshimori_scheme::{FindingSeverity, Text};

use super::{Shown, dangerous};
use crate::network::web::{Answered, WebPort, is_success};
use crate::subject::Statement;
use crate::words::listed;

/// What CONNECT to the server's own port showed, beside a random method that asked for the same.
pub(super) fn judge(port: &WebPort<'_>) -> Shown {
    if port.sent(HttpPurpose::Connect).next().is_none() {
        return Shown::NotTried;
    }
    let severity = port.subject.severity(FindingSeverity::High);
    let answers =
        || port.answered(HttpPurpose::Connect).map(|seen| (seen, port.control_like(seen)));
    let relaying = |(seen, control): &(Answered<'_>, Option<Answered<'_>>)| {
        is_tunnel(*seen) && control.is_some_and(|control| !is_tunnel(control))
    };
    if let Some((tunnel, control)) = answers().find(relaying) {
        let evidence = [Some(tunnel), control].into_iter().flatten().map(|seen| seen.observation);
        let said = carried(tunnel);
        let judgement = port.subject.fail("connect-proxy", severity, said, evidence);
        return dangerous(judgement, &["CWE-749"]);
    }
    let claiming = |(seen, control): &(Answered<'_>, Option<Answered<'_>>)| {
        claims_relay(seen.response.status)
            && control.or(port.control()).is_none_or(|usual| !claims_relay(usual.response.status))
    };
    if let Some((claim, control)) = answers().find(claiming) {
        let evidence = [Some(claim), control].into_iter().flatten().map(|seen| seen.observation);
        let said = relays(claim);
        let judgement = port.subject.suspected("connect-proxy", severity, said, evidence);
        return dangerous(judgement, &["CWE-749"]);
    }
    // Servers without a proxy often close the connection rather than answer CONNECT.
    let failures: Vec<Text> = port
        .failed(HttpPurpose::Connect)
        .filter(|(_, error)| !matches!(error, ProbeError::Closed))
        .map(|(_, error)| error.to_text())
        .collect();
    if failures.is_empty() {
        return Shown::Refused;
    }
    let failures = listed(failures);
    Shown::Undecided(Text::new(
        format!("CONNECTの結果が得られない（{}）。", failures.ja),
        format!("CONNECT gave no answer ({}).", failures.en),
    ))
}

/// Whether a bare success (RFC 9110 section 9.3.6) is followed by what the far end says: the head
/// of a response or a TLS record of handshake or alert, never a page.
fn is_tunnel(seen: Answered<'_>) -> bool {
    let has_content = ["content-length", "transfer-encoding"]
        .iter()
        .any(|field| seen.response.header(field).is_some());
    let speaks = [&b"HTTP/1."[..], &[0x16, 0x03], &[0x15, 0x03]]
        .iter()
        .any(|start| seen.response.body.0.starts_with(start));
    is_success(seen.response.status) && !has_content && speaks
}

/// Whether the status speaks of a tunnel, or of a gateway that could not make one.
fn claims_relay(status: u16) -> bool {
    is_success(status) || [502, 503, 504].contains(&status)
}

fn carried(seen: Answered<'_>) -> Statement {
    let answer = seen.summary();
    Statement {
        title: Text::new(
            "誰でも中継に使えるプロキシになっている（CONNECT）",
            "The server is a proxy open to anyone (CONNECT)",
        ),
        because: Text::new(
            format!(
                "{}。開いたトンネルを通して送った要求に、その先から応答が届いた。無意味なメソッドでは\
                 起きない。",
                answer.ja
            ),
            format!(
                "{}. A request sent through the tunnel was answered from its far end, which a \
                 meaningless method does not bring about.",
                answer.en
            ),
        ),
    }
}

fn relays(seen: Answered<'_>) -> Statement {
    let answer = seen.summary();
    Statement {
        title: Text::new(
            "中継に使える疑いがある（CONNECT）",
            "The server may relay for anyone (CONNECT)",
        ),
        because: Text::new(
            format!(
                "中継を思わせる応答があった（{}）が、トンネルを通った応答がないか、無意味なメソッドと\
                 比べられない。",
                answer.ja
            ),
            format!(
                "The answer is that of a relay ({}), but nothing came through a tunnel, or there \
                 is no meaningless method to compare with.",
                answer.en
            ),
        ),
    }
}
