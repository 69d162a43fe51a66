//! What an SSH server offers one user name.

use hoshimori_inspection::evidence::{KeyboardPrompt, ProbeError, SshAuthFact, SshOutcome};
use hoshimori_scheme::{Text, shorten};

use super::prompt::{self, Prompted};
use crate::words::named;

/// What one user name is offered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Answer<'a> {
    /// Entry without any credential.
    Entry,
    /// The method `password`.
    Password,
    /// `keyboard-interactive`, which asks for a password.
    PasswordPrompt(&'a [KeyboardPrompt]),
    /// `keyboard-interactive`, and its prompt does not tell what it wants, or was not seen.
    UnclearPrompt(&'a [KeyboardPrompt]),
    /// `keyboard-interactive`, which asks for a second factor and no password.
    SecondFactor(&'a [KeyboardPrompt]),
    /// Only methods that take no password.
    Keys,
    /// No method, or one whose meaning is not known here.
    Unknown,
    /// The dialogue broke off.
    None(&'a ProbeError),
}

impl<'a> Answer<'a> {
    /// Reads `fact`.
    pub(super) fn of(fact: &'a SshAuthFact) -> Self {
        let (methods, prompts) = match &fact.outcome {
            SshOutcome::AcceptedWithoutCredential => return Self::Entry,
            SshOutcome::Failed(error) => return Self::None(error),
            SshOutcome::Methods { methods, prompts } => (methods, prompts),
        };
        let offers = |name: &str| methods.iter().any(|method| method == name);
        if offers("password") {
            return Self::Password;
        }
        if offers(INTERACTIVE) {
            let prompts = prompts.as_deref().unwrap_or_default();
            return match prompt::read(prompts) {
                Prompted::Password => Self::PasswordPrompt(prompts),
                Prompted::SecondFactor => Self::SecondFactor(prompts),
                Prompted::Unclear => Self::UnclearPrompt(prompts),
            };
        }
        let is_known = |method: &String| WITHOUT_PASSWORD.contains(&method.as_str());
        if !methods.is_empty() && methods.iter().all(is_known) { Self::Keys } else { Self::Unknown }
    }

    /// Whether a password, or nothing at all, lets the user in.
    pub(super) fn takes_password(self) -> bool {
        matches!(self, Self::Password | Self::PasswordPrompt(_))
    }

    /// Whether no password can let the user in, as far as this name is concerned.
    pub(super) fn refuses_password(self) -> bool {
        matches!(self, Self::Keys | Self::SecondFactor(_))
    }
}

const INTERACTIVE: &str = "keyboard-interactive";

/// RFC 4252 sections 7 and 9, RFC 4462: proof by a key or a ticket.
const WITHOUT_PASSWORD: [&str; 4] = ["publickey", "hostbased", "gssapi-with-mic", "gssapi-keyex"];

/// `root: publickey, password`, with what the prompt says.
pub(super) fn described(fact: &SshAuthFact) -> Text {
    let name = user(fact);
    let offered = match (&fact.outcome, Answer::of(fact)) {
        (SshOutcome::Methods { methods, .. }, answer) => {
            let methods = match methods.as_slice() {
                [] => Text::new("方式の提示なし", "no method listed"),
                methods => named(methods),
            };
            match answer {
                Answer::PasswordPrompt(prompts)
                | Answer::UnclearPrompt(prompts)
                | Answer::SecondFactor(prompts) => with_prompts(&methods, prompts),
                _ => methods,
            }
        }
        (SshOutcome::AcceptedWithoutCredential, _) => {
            Text::new("認証なしで受け入れた", "let in without any credential")
        }
        (SshOutcome::Failed(error), _) => error.to_text(),
    };
    Text::new(format!("{}: {}", name.ja, offered.ja), format!("{}: {}", name.en, offered.en))
}

/// The user name, told apart where it is the control.
pub(super) fn user(fact: &SshAuthFact) -> Text {
    let name = shorten(&fact.user);
    if fact.is_control {
        Text::new(format!("実在しない名前 {name}"), format!("the made-up name {name}"))
    } else {
        Text::same(name)
    }
}

fn with_prompts(methods: &Text, prompts: &[KeyboardPrompt]) -> Text {
    if prompts.is_empty() {
        return Text::new(
            format!("{}（問い合わせ文は得られず）", methods.ja),
            format!("{} (no prompt was seen)", methods.en),
        );
    }
    let prompts: Vec<String> =
        prompts.iter().take(3).map(|prompt| shorten(prompt.text.trim())).collect();
    let prompts = prompts.join(" / ");
    Text::new(
        format!("{}（問い合わせ文「{prompts}」）", methods.ja),
        format!("{} (prompt `{prompts}`)", methods.en),
    )
}
