//! Methods that a server says it takes.

use std::collections::BTreeSet;

use hoshimori_inspection::evidence::HttpPurpose;
use hoshimori_inspection::finding::Judgement;
use hoshimori_inspection::verdict::Verdict;
use hoshimori_scheme::{FindingSeverity, Text};

use super::{Probes, Shown};
use crate::network::web::{Answered, WebPort};
use crate::subject::Statement;
use crate::words::{joined, listed, named};

/// Suspects the dangerous methods that the server declares and no probe has settled.
pub(super) fn judge(port: &WebPort<'_>, probes: &Probes) -> Option<Judgement> {
    let settled = |method: &str| match method {
        "PUT" => is_settled(&probes.put),
        "DELETE" => is_proved(&probes.put),
        "PROPFIND" => is_settled(&probes.webdav),
        "CONNECT" => is_settled(&probes.connect),
        _ => WEBDAV.contains(&method) && is_proved(&probes.webdav),
    };
    let open: BTreeSet<String> = methods(port)
        .into_iter()
        .filter(|method| is_dangerous(method) && !settled(method))
        .collect();
    if open.is_empty() {
        return None;
    }
    let declarations: Vec<Answered<'_>> = answers(port)
        .filter(|seen| declared_by(*seen).any(|method| open.contains(&method)))
        .collect();
    let said = statement(&open, &declarations);
    let evidence = declarations.iter().map(|seen| seen.observation);
    let suspected = port.subject.suspected("declared", FindingSeverity::Low, said, evidence);
    Some(Judgement { ids: vec!["CWE-749".to_owned()], ..suspected })
}

/// All methods that the answers declare.
pub(super) fn methods(port: &WebPort<'_>) -> BTreeSet<String> {
    answers(port).flat_map(declared_by).collect()
}

/// Whether `method` lets a stranger change files, or use the server as a proxy.
pub(super) fn is_dangerous(method: &str) -> bool {
    ["PUT", "DELETE", "PATCH", "CONNECT"].contains(&method) || WEBDAV.contains(&method)
}

/// RFC 4918 section 9.
const WEBDAV: [&str; 7] = ["PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK"];

/// Answers that may declare: to OPTIONS, and the 405 to a method that nobody knows, which has to
/// list the others (RFC 9110 section 15.5.6).
fn answers<'a>(port: &WebPort<'a>) -> impl Iterator<Item = Answered<'a>> {
    port.answered(HttpPurpose::Options)
        .chain(port.answered(HttpPurpose::OptionsServer))
        .chain(port.answered(HttpPurpose::ControlMethod))
}

/// Allow of RFC 9110 section 10.2.1; Public of RFC 2068, which IIS still sends.
fn declared_by(seen: Answered<'_>) -> impl Iterator<Item = String> {
    let is_declaration =
        |name: &str| ["allow", "public"].iter().any(|known| name.eq_ignore_ascii_case(known));
    let fields = seen.response.headers.iter().filter(move |(name, _)| is_declaration(name));
    fields
        .flat_map(|(_, value)| value.split(','))
        .map(|method| method.trim().to_ascii_uppercase())
        .filter(|method| !method.is_empty())
}

fn is_settled(shown: &Shown) -> bool {
    matches!(shown, Shown::Refused) || is_proved(shown)
}

fn is_proved(shown: &Shown) -> bool {
    matches!(shown, Shown::Finding(judgement) if judgement.verdict == Verdict::Fail)
}

fn statement(open: &BTreeSet<String>, declarations: &[Answered<'_>]) -> Statement {
    let methods = named(open);
    let sources = listed(declarations.iter().map(|seen| seen.summary()));
    Statement {
        title: Text::new(
            format!("変更や中継のメソッドを受け付けると申告している（{}）", methods.ja),
            format!("The server declares methods that change or relay ({})", methods.en),
        ),
        because: joined([
            Text::new(
                format!("応答のAllowまたはPublicヘッダにある（{}）。", sources.ja),
                format!("The header Allow or Public of its answers lists them ({}).", sources.en),
            ),
            Text::new(
                "申告だけで、実際に使えることは確かめていない。",
                "That is a declaration; whether they work was not proved.",
            ),
        ]),
    }
}
