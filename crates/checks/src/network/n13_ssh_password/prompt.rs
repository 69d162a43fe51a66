//! What the prompts of `keyboard-interactive` (RFC 4256 section 3.2) ask for.

use hoshimori_inspection::evidence::KeyboardPrompt;

/// What a round of prompts wants.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Prompted {
    /// A password and nothing else.
    Password,
    /// A second factor and no password.
    SecondFactor,
    /// Cannot be told: no prompt, words that are not known here, or both at once.
    Unclear,
}

/// Reads one round of prompts.
pub(super) fn read(prompts: &[KeyboardPrompt]) -> Prompted {
    let read: Vec<Asked> = prompts.iter().map(asked).collect();
    let has = |asked| read.contains(&asked);
    match (has(Asked::Password), has(Asked::SecondFactor), has(Asked::Other)) {
        (true, false, _) => Prompted::Password,
        (false, true, false) => Prompted::SecondFactor,
        _ => Prompted::Unclear,
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Asked {
    Password,
    SecondFactor,
    Other,
}

fn asked(prompt: &KeyboardPrompt) -> Asked {
    let mut text = prompt.text.to_lowercase();
    let mut wants_one_time = false;
    for phrase in ONE_TIME_PASSWORD {
        if text.contains(phrase) {
            wants_one_time = true;
            text = text.replace(phrase, "");
        }
    }
    let wants_password = PASSWORD.iter().any(|word| text.contains(word));
    let wants_factor = wants_one_time || SECOND_FACTOR.iter().any(|word| text.contains(word));
    match (wants_password, wants_factor) {
        // A password is not shown as it is typed; what is shown may be something else.
        (true, false) if !prompt.echo => Asked::Password,
        (false, true) => Asked::SecondFactor,
        _ => Asked::Other,
    }
}

/// Phrases that name a second factor although they contain the word password (`pam_oath` says
/// ``One-time password (OATH) for `user':``).
const ONE_TIME_PASSWORD: [&str; 7] = [
    "one-time password",
    "one time password",
    "one-time-password",
    "onetime password",
    "ワンタイムパスワード",
    "ワンタイム・パスワード",
    "使い捨てパスワード",
];

/// SSSD with a one-time password asks for the password as `First Factor`.
const PASSWORD: [&str; 5] = ["password", "passwd", "パスワード", "暗証", "first factor"];

/// Words of SSSD and of the PAM modules of Google Authenticator, Duo, OATH and Yubico, with
/// translations.
const SECOND_FACTOR: [&str; 14] = [
    "verification code",
    "passcode",
    "one-time",
    "otp",
    "authenticator",
    "second factor",
    "two-factor",
    "token code",
    "yubikey",
    "push",
    "確認コード",
    "認証コード",
    "検証コード",
    "ワンタイム",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read_texts(texts: &[&str]) -> Prompted {
        let prompt = |text: &&str| KeyboardPrompt { text: (*text).to_owned(), echo: false };
        read(&texts.iter().map(prompt).collect::<Vec<_>>())
    }

    #[test]
    fn password_is_recognised_in_the_words_that_servers_use() {
        for text in ["Password: ", "(hanako@gw) Password:", "パスワード：", "First Factor: "]
        {
            assert_eq!(read_texts(&[text]), Prompted::Password, "{text}");
        }
    }

    #[test]
    fn one_time_password_is_a_second_factor_and_no_password() {
        for text in [
            "One-time password (OATH) for `hanako': ",
            "Verification code: ",
            "Duo two-factor login for hanako. Passcode or option (1-3): ",
            "ワンタイムパスワードを入力してください：",
            "Yubikey for `hanako': ",
        ] {
            assert_eq!(read_texts(&[text]), Prompted::SecondFactor, "{text}");
        }
    }

    #[test]
    fn unknown_words_missing_prompts_and_both_factors_at_once_are_unclear() {
        for texts in [
            &["Response: "][..],
            &[],
            &["Password & verification code: "],
            &["First Factor: ", "Second Factor (optional): "],
        ] {
            assert_eq!(read_texts(texts), Prompted::Unclear, "{texts:?}");
        }
    }

    #[test]
    fn password_that_is_shown_as_it_is_typed_is_unclear() {
        let shown = KeyboardPrompt { text: "Password: ".to_owned(), echo: true };
        assert_eq!(read(&[shown]), Prompted::Unclear);
    }
}
