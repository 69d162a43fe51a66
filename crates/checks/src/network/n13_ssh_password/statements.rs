//! What N-13 says: titles and reasons, before the answers themselves.

use hoshimori_scheme::Text;

use super::answer::Answer;
use super::answers::Answers;
use crate::words::joined;

pub(super) fn takes_password(answers: &Answers<'_>) -> (Text, Text) {
    let names = answers.names(Answer::takes_password);
    let reason = if answers.any(|answer| answer == Answer::Password) {
        Text::new(
            format!("{}に password 方式を示した。", names.ja),
            format!("The method `password` is offered to {}.", names.en),
        )
    } else {
        Text::new(
            format!(
                "password 方式は示さないが、{}への keyboard-interactive がパスワードを尋ねる。\
                 同じパスワードでログインできる。",
                names.ja
            ),
            format!(
                "`password` is not offered, but `keyboard-interactive` asks {} for a \
                 password, which lets in just the same.",
                names.en
            ),
        )
    };
    let limit = Text::new(
        "パスワードは送っていないため、後に第二の要素を求めるかは分からない。",
        "No password was sent, so it is not known whether a second factor follows.",
    );
    let title = Text::new(
        format!("SSHでパスワード認証が許可されている（{}）", names.ja),
        format!("SSH allows password authentication ({})", names.en),
    );
    (title, joined([reason, limit]))
}

pub(super) fn without_credential() -> (Text, Text) {
    (
        Text::new("SSHが認証なしで受け入れる", "SSH lets users in without any credential"),
        Text::new(
            "鍵もパスワードも示さない要求（none）が受け入れられた。",
            "A request without key or password (`none`) was accepted.",
        ),
    )
}

pub(super) fn may_take_password() -> (Text, Text) {
    (
        Text::new(
            "SSHでパスワード認証が許可されている疑いがある",
            "SSH may allow password authentication",
        ),
        Text::new(
            "keyboard-interactive が何を尋ねるか、問い合わせ文からは決められない。サーバの設定を\
             確かめること。",
            "What `keyboard-interactive` asks for cannot be told from its prompt. Look at the \
             server's configuration.",
        ),
    )
}

pub(super) fn undecided(doubt: Text) -> (Text, Text) {
    (Text::new("SSHの認証方式を判断できない", "The methods of SSH could not be decided"), doubt)
}

pub(super) fn no_password(answers: &Answers<'_>) -> (Text, Text) {
    let reason = Text::new(
        "尋ねたどの名前にも、パスワードだけで入れる方式を示さなかった。結果は尋ねた名前に限る。",
        "No name asked was offered a method that takes a password alone. This holds for the names \
         asked.",
    );
    let factor = answers.any(|answer| matches!(answer, Answer::SecondFactor(_))).then(|| {
        Text::new(
            "keyboard-interactive は最初に第二の要素を尋ね、その先の問い合わせは見ていない。",
            "`keyboard-interactive` asks for a second factor first; what follows was not seen.",
        )
    });
    let title = Text::new(
        "SSHはパスワード認証を許可していない",
        "SSH does not allow password authentication",
    );
    (title, joined([reason].into_iter().chain(factor)))
}
