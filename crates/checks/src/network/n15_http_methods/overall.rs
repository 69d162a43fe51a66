//! What remains to be said of a port when the probes have been judged one by one.

use hoshimori_inspection::finding::Judgement;
use hoshimori_scheme::Text;

use super::{Probes, Shown, declared};
use crate::network::web::{WebPort, is_refusal};
use crate::subject::Statement;
use crate::words::{joined, named};

/// A pass where all is settled and clean, inconclusive where something is open, nothing where all
/// is settled by findings.
pub(super) fn judge(port: &WebPort<'_>, probes: &Probes, is_clean: bool) -> Option<Judgement> {
    let methods = declared::methods(port);
    let refused = port.control().filter(|control| is_refusal(control.response.status));
    let mut doubts = Vec::new();
    if let Shown::Undecided(doubt) = &probes.put {
        doubts.push(doubt.clone());
    }
    for (shown, name) in [(&probes.webdav, "PROPFIND"), (&probes.connect, "CONNECT")] {
        match shown {
            Shown::Undecided(doubt) => doubts.push(doubt.clone()),
            Shown::NotTried => doubts.push(Text::new(
                format!("{name}を送っていない。"),
                format!("{name} was not sent."),
            )),
            Shown::Finding(_) | Shown::Refused => {}
        }
    }
    doubts.extend(control_doubt(port, probes));
    let evidence = port.seen.iter().map(|(observation, _)| *observation);
    if !doubts.is_empty() {
        let title =
            Text::new("使えるメソッドを判断しきれない", "Some methods could not be decided");
        let said = Statement { title, because: joined(doubts) };
        return Some(port.subject.inconclusive("overall", said, evidence));
    }
    is_clean.then(|| {
        let mut because =
            vec![Text::new("PROPFINDとCONNECTは使えない。", "PROPFIND and CONNECT do not work.")];
        because.push(match &probes.put {
            Shown::NotTried => Text::new(
                "PUTは、状態を変える検査への同意がないため試していない。",
                "PUT was not tried, for lack of consent to probes that change state.",
            ),
            _ => Text::new("PUTでファイルは置けなかった。", "PUT stored no file."),
        });
        if let Some(control) = refused {
            let status = control.response.status;
            because.push(Text::new(
                format!("無意味なメソッドは{status}で断られる。"),
                format!("A meaningless method is refused with {status}."),
            ));
        }
        if !methods.is_empty() {
            let methods = named(&methods);
            because.push(Text::new(
                format!("サーバの申告は {} だけ。", methods.ja),
                format!("The server declares {} only.", methods.en),
            ));
        }
        let title = match untried_put(port, probes) {
            None => {
                Text::new("危険なHTTPメソッドは見つからない", "No dangerous HTTP method was found")
            }
            Some(_) => Text::new(
                "WebDAVとプロキシの機能はない（PUTは確かめていない）",
                "Neither WebDAV nor a proxy (PUT was not tried)",
            ),
        };
        port.subject.pass("overall", Statement { title, because: joined(because) }, evidence)
    })
}

/// That PUT was not tried, where what the server declares does not settle it either.
pub(super) fn untried_put(port: &WebPort<'_>, probes: &Probes) -> Option<Judgement> {
    let is_refused = port.control().is_some_and(|control| is_refusal(control.response.status));
    let is_settled = is_refused && !declared::methods(port).is_empty();
    if is_settled || !matches!(probes.put, Shown::NotTried) {
        return None;
    }
    let said = Statement {
        title: Text::new("PUTとDELETEを確かめていない", "PUT and DELETE were not tried"),
        because: Text::new(
            "PUTとDELETEは、状態を変える検査への同意がないため試せず、サーバの申告からも分からない。",
            "PUT and DELETE could not be tried without consent to probes that change state, and \
             what the server declares does not settle it.",
        ),
    };
    let evidence = port.seen.iter().map(|(observation, _)| *observation);
    Some(port.subject.inconclusive("put", said, evidence))
}

/// Why the control leaves the other answers without meaning, if it does.
///
/// Where PUT was tried, it was judged by what was stored and not by its status.
fn control_doubt(port: &WebPort<'_>, probes: &Probes) -> Option<Text> {
    match port.control() {
        None => Some(Text::new(
            "無意味なメソッドへの応答がなく、ほかの応答と比べられない。",
            "A meaningless method got no answer to compare with.",
        )),
        Some(control) if port.accepts_anything() && !matches!(probes.put, Shown::Refused) => {
            Some(Text::new(
                format!(
                    "無意味なメソッドにも{}で答えるサーバで、番号からは使えるメソッドが分からない。",
                    control.response.status
                ),
                format!(
                    "A meaningless method is answered with {} too; the status does not tell which \
                 methods work.",
                    control.response.status
                ),
            ))
        }
        Some(_) => None,
    }
}
