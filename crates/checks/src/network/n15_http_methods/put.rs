//! PUT and DELETE, tried only with consent to probes that change state.

use hoshimori_inspection::evidence::{HttpFact, HttpPurpose, Observation};
use hoshimori_scheme::{FindingSeverity, Text, shorten};

use super::{Shown, dangerous};
use crate::network::web::{Answered, WebPort, is_success};
use crate::subject::{Seen, Statement};
use crate::words::{joined, listed};

/// What PUT of a random file showed, on every path tried.
pub(super) fn judge(port: &WebPort<'_>) -> Shown {
    if port.sent(HttpPurpose::Put).next().is_none() {
        return Shown::NotTried;
    }
    let tried: Vec<(Seen<'_, HttpFact>, Stored)> =
        port.sent(HttpPurpose::Put).map(|put| (put, outcome(port, put.1))).collect();
    let first = |stored| tried.iter().find(|(_, seen)| *seen == stored).map(|(put, _)| *put);
    let severity = port.subject.severity(FindingSeverity::High);
    if let Some(put) = first(Stored::ReadBack) {
        let said = proved(put.1, &Fate::of(port, put.1));
        let judgement = port.subject.fail("put", severity, said, story(port, put));
        return dangerous(judgement, &["CWE-650", "CWE-749"]);
    }
    if let Some(put) = first(Stored::Unproved) {
        let said = unproved(put.1);
        let judgement = port.subject.suspected("put", severity, said, story(port, put));
        return dangerous(judgement, &["CWE-650", "CWE-749"]);
    }
    let failures: Vec<Text> =
        port.failed(HttpPurpose::Put).map(|(_, error)| error.to_text()).collect();
    if !failures.is_empty() {
        let failures = listed(failures);
        return Shown::Undecided(Text::new(
            format!("PUTの結果が得られない（{}）。", failures.ja),
            format!("PUT gave no answer ({}).", failures.en),
        ));
    }
    if first(Stored::Unknown).is_some() {
        return Shown::Undecided(Text::new(
            "PUTは成功と答えたが、無意味なメソッドにも成功と答えるサーバで、読み戻しの応答もない。",
            "PUT succeeds, but so does a meaningless method, and reading back got no answer.",
        ));
    }
    Shown::Refused
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Stored {
    /// The random content came back.
    ReadBack,
    /// Success was claimed and cannot be checked.
    Unproved,
    /// Success was claimed by a server that claims it always, and nothing was read.
    Unknown,
    /// PUT itself got no answer.
    NoAnswer,
    /// Nothing was stored.
    No,
}

fn outcome(port: &WebPort<'_>, put: &HttpFact) -> Stored {
    let read = follow_up(port, put, HttpPurpose::PutReadBack);
    if read.is_some_and(|read| is_content(read, put)) {
        // Whatever PUT itself was answered: a gateway may give up on what its server has done.
        return Stored::ReadBack;
    }
    let Some(response) = put.response() else { return Stored::NoAnswer };
    match (is_success(response.status), port.accepts_anything(), read) {
        (false, ..) | (true, true, Some(_)) => Stored::No,
        (true, true, None) => Stored::Unknown,
        (true, false, _) => Stored::Unproved,
    }
}

/// Whether `read` is the stored file and not a page that mentions what was asked for.
fn is_content(read: Answered<'_>, put: &HttpFact) -> bool {
    let token = put.token.as_deref().unwrap_or_default();
    let body = read.response.body.0.trim_ascii();
    read.response.status == 200
        && !token.is_empty()
        && (body == token.as_bytes()
            || (read.response.body_contains(token) && !put.path.contains(token)))
}

/// The answer to the request for `purpose` on the path of `put`.
fn follow_up<'a>(port: &WebPort<'a>, put: &HttpFact, purpose: HttpPurpose) -> Option<Answered<'a>> {
    port.answered(purpose).find(|next| next.request.path == put.path)
}

/// All observations about the file of `put`: stored, read, deleted, gone; and the control.
fn story<'a>(port: &WebPort<'a>, put: Seen<'a, HttpFact>) -> Vec<&'a Observation> {
    let next = [HttpPurpose::PutReadBack, HttpPurpose::PutCleanUp, HttpPurpose::PutGone]
        .map(|purpose| follow_up(port, put.1, purpose));
    let next = next.into_iter().chain([port.control()]).flatten().map(|seen| seen.observation);
    [put.0].into_iter().chain(next).collect()
}

/// What became of the file.
enum Fate {
    /// DELETE removed it.
    Deleted,
    /// It may still be there.
    Remains,
}

impl Fate {
    fn of(port: &WebPort<'_>, put: &HttpFact) -> Self {
        let is_deleted = follow_up(port, put, HttpPurpose::PutCleanUp)
            .is_some_and(|delete| is_success(delete.response.status));
        let is_gone =
            follow_up(port, put, HttpPurpose::PutGone).is_some_and(|read| !is_content(read, put));
        if is_deleted && is_gone { Self::Deleted } else { Self::Remains }
    }
}

fn proved(put: &HttpFact, fate: &Fate) -> Statement {
    let path = shorten(&put.path);
    let stored = Text::new(
        format!("PUT {path} で置いた乱数を、GETで読み戻せた。"),
        format!("The random content that PUT {path} sent was read back with GET."),
    );
    let (title, cleaned) = match fate {
        Fate::Deleted => (
            Text::new(
                "認証なしでファイルを置き、消すことができる（PUT、DELETE）",
                "Anyone can store and delete files (PUT, DELETE)",
            ),
            Text::new(
                "置いたファイルはDELETEで消し、消えたことを確かめた。",
                "DELETE removed the file, and it was seen to be gone.",
            ),
        ),
        Fate::Remains => (
            Text::new("認証なしでファイルを置ける（PUT）", "Anyone can store files (PUT)"),
            Text::new(
                format!("消えたことを確かめられなかった。{path} を手で消すこと。"),
                format!("It was not seen to be gone; delete {path} by hand."),
            ),
        ),
    };
    Statement { title, because: joined([stored, cleaned]) }
}

fn unproved(put: &HttpFact) -> Statement {
    let path = shorten(&put.path);
    Statement {
        title: Text::new("ファイルを置ける疑いがある（PUT）", "Files may be stored (PUT)"),
        because: Text::new(
            format!(
                "PUT {path} に成功と答えたが、置いた内容を読み戻せなかった。{path} が残っていないか\
                 確かめること。"
            ),
            format!(
                "PUT {path} was answered with success, but the content could not be read back. \
                 Look whether {path} is there."
            ),
        ),
    }
}
