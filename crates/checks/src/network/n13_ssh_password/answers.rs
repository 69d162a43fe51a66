use hoshimori_inspection::evidence::{Observation, SshAuthFact, SshOutcome};
use hoshimori_scheme::Text;

use super::answer::{Answer, described, user};
use crate::subject::{Seen, Statement};
use crate::words::{itemised, joined, listed};

/// The answers of one server, a user name each, the control last.
pub(super) struct Answers<'a>(Vec<Seen<'a, SshAuthFact>>);

impl<'a> Answers<'a> {
    /// Puts the answers in order.
    pub(super) fn new(asked: &[Seen<'a, SshAuthFact>]) -> Self {
        let mut asked = asked.to_vec();
        asked.sort_by_key(|(_, fact)| fact.is_control);
        Self(asked)
    }

    /// The names that are meant; those of real users only, if there are any among them.
    pub(super) fn names(&self, is_meant: impl Fn(Answer<'a>) -> bool) -> Text {
        let meant = self.0.iter().map(|(_, fact)| *fact).filter(|fact| is_meant(Answer::of(fact)));
        let (controls, real): (Vec<_>, Vec<_>) = meant.partition(|fact| fact.is_control);
        listed(if real.is_empty() { controls } else { real }.into_iter().map(user))
    }

    /// Whether one of them is meant.
    pub(super) fn any(&self, is_meant: impl Fn(Answer<'a>) -> bool) -> bool {
        self.0.iter().any(|(_, fact)| is_meant(Answer::of(fact)))
    }

    /// All observations, those that are meant first.
    pub(super) fn cited(&self, is_meant: impl Fn(Answer<'a>) -> bool) -> Vec<&'a Observation> {
        let (meant, others): (Vec<_>, Vec<_>) =
            self.0.iter().partition(|(_, fact)| is_meant(Answer::of(fact)));
        meant.into_iter().chain(others).map(|(observation, _)| observation).collect()
    }

    /// Why the answers do not prove that no password is taken, if they do not.
    pub(super) fn doubt(&self) -> Option<Text> {
        let is_answered = |fact: &SshAuthFact| Answer::of(fact).refuses_password();
        let open: Vec<_> =
            self.0.iter().filter(|(_, fact)| !is_answered(fact)).map(|(_, f)| user(f)).collect();
        if !open.is_empty() {
            let names = listed(open);
            return Some(Text::new(
                format!("{}について方式が分からない。", names.ja),
                format!("The methods for {} are not known.", names.en),
            ));
        }
        if !self.0.iter().any(|(_, fact)| fact.is_control) {
            return Some(Text::new("対照の名前を尋ねていない。", "No control name was asked."));
        }
        if self.0.iter().all(|(_, fact)| fact.is_control) {
            return Some(Text::new(
                "実在しうる名前を尋ねていない。",
                "No name that may exist was asked.",
            ));
        }
        None
    }

    /// A title and a reason, followed by what each name was offered and how the control compares.
    pub(super) fn say(&self, (title, reason): (Text, Text)) -> Statement {
        let list = itemised(self.0.iter().map(|(_, fact)| described(fact)));
        let answers = Text::new(
            format!("名前ごとの応答：{}。", list.ja),
            format!("Answers by name: {}.", list.en),
        );
        Statement { title, because: joined([reason, answers, self.comparison()]) }
    }

    /// Whether the made-up name is offered what the others are.
    fn comparison(&self) -> Text {
        // A name that gets in without any method differs from those that are shown some.
        let offered = |(_, fact): &Seen<'a, SshAuthFact>| match &fact.outcome {
            SshOutcome::Methods { methods, .. } => Some((fact.is_control, methods.as_slice())),
            SshOutcome::AcceptedWithoutCredential => Some((fact.is_control, &[][..])),
            SshOutcome::Failed(_) => None,
        };
        let (controls, others): (Vec<_>, Vec<_>) =
            self.0.iter().filter_map(offered).partition(|(is_control, _)| *is_control);
        match controls.first() {
            None => Text::new(
                "実在しない名前への方式の提示は得られず、比べられない。",
                "The made-up name was shown no methods to compare with.",
            ),
            Some((_, control)) if others.iter().all(|(_, methods)| methods == control) => {
                Text::new(
                    "実在しない名前にも同じ方式を示す。",
                    "The made-up name is offered the same.",
                )
            }
            Some(_) => Text::new(
                "方式は名前によって異なるため、尋ねていない名前には別の方式を示すことがある。",
                "The methods differ by name; names that were not asked may be offered others.",
            ),
        }
    }
}
