//! What N-16 says.

use hoshimori_scheme::{Text, shorten};

use super::EchoMethod;
use crate::network::web::Answered;
use crate::subject::Statement;
use crate::words::joined;

impl EchoMethod {
    pub(super) fn echoed(&self, echo: Answered<'_>, control: Option<Answered<'_>>) -> Statement {
        let name = self.name;
        let content_type = shorten(echo.response.header("content-type").unwrap_or("-"));
        let mut because = vec![
            Text::new(
                format!(
                    "{name}に200で答え、要求に入れた乱数が応答の本文にそのまま戻った\
                         （Content-Type: {content_type}）。"
                ),
                format!(
                    "{name} was answered with 200, and the random word of the request came \
                         back in the body (Content-Type: {content_type})."
                ),
            ),
            match control {
                Some(control) => Text::new(
                    format!(
                        "無意味なメソッドには{}で、送り返さなかった。",
                        control.response.status
                    ),
                    format!(
                        "A meaningless method got {} and was not sent back.",
                        control.response.status
                    ),
                ),
                None => Text::new(
                    "無意味なメソッドには応答がなかった。",
                    "A meaningless method got no answer.",
                ),
            },
        ];
        because.extend(["Cookie", "Authorization"].into_iter().filter_map(|f| fate_of(f, echo)));
        Statement {
            title: Text::new(
                format!("{name}が有効で、要求をそのまま送り返す"),
                format!("{name} is enabled and sends requests back"),
            ),
            because: joined(because),
        }
    }

    pub(super) fn may_echo(&self, control: Option<Answered<'_>>) -> Statement {
        let name = self.name;
        let because = if control.is_some() {
            Text::new(
                "要求に入れた乱数が戻ったが、無意味なメソッドの要求も同じように戻る。要求を表示する\
                 ページであり、TRACEへの対応とは限らない。",
                "The random word came back, and so does a request with a meaningless method: a \
                 page that shows requests, not necessarily support of TRACE.",
            )
        } else {
            Text::new(
                "要求に入れた乱数が戻ったが、message/http ではなく、対照の要求には応答がなかった。",
                "The random word came back, but not as message/http, and the control request got \
                 no answer.",
            )
        };
        Statement {
            title: Text::new(
                format!("{name}の要求が応答に表示される"),
                format!("A {name} request is shown in the answer"),
            ),
            because,
        }
    }

    pub(super) fn refused(&self, answers: &Text) -> Statement {
        let name = self.name;
        Statement {
            title: Text::new(
                format!("{name}は要求を送り返さない"),
                format!("{name} does not send requests back"),
            ),
            because: Text::new(
                format!("要求に入れた乱数は応答に現れなかった（{}）。", answers.ja),
                format!("The random word of the request did not come back ({}).", answers.en),
            ),
        }
    }

    pub(super) fn undecided(&self, doubts: &Text) -> Statement {
        let name = self.name;
        Statement {
            title: Text::new(
                format!("{name}の有無を判断できない"),
                format!("{name} could not be decided"),
            ),
            because: Text::new(
                format!("{name}への応答を確かめられなかった：{}。", doubts.ja),
                format!("The answer to {name} could not be seen: {}.", doubts.en),
            ),
        }
    }
}

/// Whether the server sends `field` back too, where the request had it.
///
/// Apache's `TraceEnable on` removes the fields that an attacker is after, `extended` does not.
fn fate_of(field: &str, echo: Answered<'_>) -> Option<Text> {
    let start = format!("{field}:");
    if !has_field(&echo.observation.sent.0, &start) {
        return None;
    }
    Some(if has_field(&echo.response.body.0, &start) {
        Text::new(format!("{field}も戻る。"), format!("{field} comes back too."))
    } else {
        Text::new(format!("{field}は取り除かれる。"), format!("{field} is removed."))
    })
}

fn has_field(message: &[u8], start: &str) -> bool {
    let is_field = |line: &[u8]| {
        line.get(..start.len()).is_some_and(|name| name.eq_ignore_ascii_case(start.as_bytes()))
    };
    message.split(|byte| *byte == b'\n').any(is_field)
}
