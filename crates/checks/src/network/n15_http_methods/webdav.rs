//! PROPFIND: a share that anyone can browse.

use hoshimori_inspection::evidence::HttpPurpose;
use hoshimori_scheme::{FindingSeverity, Text};

use super::{Shown, dangerous};
use crate::network::web::{Answered, WebPort};
use crate::subject::Statement;
use crate::words::{joined, listed};

/// What PROPFIND showed, on every path tried.
pub(super) fn judge(port: &WebPort<'_>) -> Shown {
    if port.sent(HttpPurpose::PropFind).next().is_none() {
        return Shown::NotTried;
    }
    let control = port.control();
    let answers_like_control =
        control.is_some_and(|control| control.response.status == MULTI_STATUS);
    let mut claims: Vec<Answered<'_>> = port
        .answered(HttpPurpose::PropFind)
        .filter(|answer| answer.response.status == MULTI_STATUS && !answers_like_control)
        .collect();
    if !claims.is_empty() {
        // The decisive one first.
        claims.sort_by_key(|claim| !has_multistatus(*claim));
        let is_proved = claims.first().copied().is_some_and(has_multistatus) && control.is_some();
        let severity = port.subject.severity(FindingSeverity::Medium);
        let evidence = claims.iter().copied().chain(control).map(|seen| seen.observation);
        let said = statement(&claims, is_proved);
        let judgement = if is_proved {
            port.subject.fail("webdav", severity, said, evidence)
        } else {
            port.subject.suspected("webdav", severity, said, evidence)
        };
        return dangerous(judgement, &["CWE-749"]);
    }
    let failures: Vec<Text> =
        port.failed(HttpPurpose::PropFind).map(|(_, error)| error.to_text()).collect();
    if failures.is_empty() {
        return Shown::Refused;
    }
    let failures = listed(failures);
    Shown::Undecided(Text::new(
        format!("PROPFINDの結果が得られない（{}）。", failures.ja),
        format!("PROPFIND gave no answer ({}).", failures.en),
    ))
}

/// RFC 4918 section 11.1.
const MULTI_STATUS: u16 = 207;

/// RFC 4918 section 14.16, whatever the namespace prefix.
fn has_multistatus(seen: Answered<'_>) -> bool {
    seen.response.body_contains("multistatus")
}

fn statement(claims: &[Answered<'_>], is_proved: bool) -> Statement {
    let answers = listed(claims.iter().map(|claim| claim.summary()));
    if is_proved {
        return Statement {
            title: Text::new(
                "認証なしでWebDAVを使える（PROPFIND）",
                "WebDAV is open to anyone (PROPFIND)",
            ),
            because: joined([
                Text::new(
                    format!("PROPFINDにファイルの属性の一覧で答えた（{}）。", answers.ja),
                    format!("PROPFIND was answered with file properties ({}).", answers.en),
                ),
                Text::new(
                    "無意味なメソッドへの応答は異なる。",
                    "A meaningless method is answered differently.",
                ),
            ]),
        };
    }
    Statement {
        title: Text::new("WebDAVが使える疑いがある", "WebDAV may be enabled"),
        because: Text::new(
            format!(
                "PROPFINDにWebDAVの番号で答えた（{}）が、一覧の本文か、無意味なメソッドとの違いを\
                 確かめられない。",
                answers.ja
            ),
            format!(
                "PROPFIND was answered with WebDAV's status ({}), but without its body or without \
                 a control to compare with.",
                answers.en
            ),
        ),
    }
}
