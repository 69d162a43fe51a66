//! N-13 SSH password authentication (パスワード認証が許可されていないか確認する).
//!
//! ## What it inspects
//! Which authentication methods each SSH server offers to root, admin, a made-up name and the
//! names that other tests found, after a real key exchange and before any credential.
//!
//! ## How it decides
//! `password` offered to any of the names is a `fail`, and so is `keyboard-interactive` whose
//! prompt asks for a password and nothing else: OpenSSH with PAM takes the same password that
//! way. A server that lets a name in without any credential fails as critical. A prompt that was
//! not seen, that is unclear or that asks for a password and a second factor together is
//! `suspected`. `pass` needs an answer for the made-up name, the control, and for a real one, and
//! keys, tickets or a second factor for every name asked; anything short of it is `inconclusive`.
//! Weak algorithms of the key exchange, Terrapin and protocol version 1 are findings of their own,
//! read from what the server offers; how old its software is belongs to N-02.
//!
//! ## What it cannot see
//! Names that were not asked: the list of methods depends on the user (`Match User`). Whether a
//! second factor follows an accepted password, because no password is ever sent. Accounts that
//! need a key first and a password afterwards are not password accounts, and pass.
//!
//! ## References
//! RFC 4252 sections 5.2, 7 and 8, RFC 4256 section 3.2, RFC 9142, RFC 8758; CWE-307, CWE-306,
//! CWE-327; CVE-2023-48795.

mod algorithms;
mod answer;
mod answers;
mod prompt;
mod statements;

use hoshimori_inspection::evidence::{Fact, Protocol, SshAuthFact};
use hoshimori_inspection::finding::Judgement;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scheme::{CriterionId, FindingSeverity};

use self::answer::Answer;
use self::answers::Answers;
use super::offer::Offer;
use crate::subject::{Seen, Subject};
use crate::{Check, Evidence, Need};

/// The check of N-13.
pub(crate) struct SshPassword;

impl Check for SshPassword {
    fn id(&self) -> CriterionId {
        SSH.test
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Ports, Need::Services, Need::SshAuth]
    }

    fn evaluate(&self, evidence: &Evidence<'_>) -> Vec<Judgement> {
        SSH.evaluate(evidence, as_ssh_auth, |subject, asked| {
            let mut judgements = judge(subject, asked);
            judgements.extend(algorithms::judge(subject, asked));
            judgements
        })
    }
}

const SSH: Offer = Offer {
    test: CriterionId::network(13),
    name: "SSH",
    is_spoken_by: |service| service.protocol == Protocol::Ssh,
};

fn judge(subject: Subject, asked: &[Seen<'_, SshAuthFact>]) -> Vec<Judgement> {
    let answers = Answers::new(asked);
    let mut judgements = Vec::new();
    if answers.any(|answer| answer == Answer::Entry) {
        let evidence = answers.cited(|answer| answer == Answer::Entry);
        let said = answers.say(statements::without_credential());
        let fail = subject.fail("no-credential", FindingSeverity::Critical, said, evidence);
        judgements.push(Judgement { ids: vec!["CWE-306".to_owned()], ..fail });
    }
    if answers.any(Answer::takes_password) {
        let evidence = answers.cited(Answer::takes_password);
        let said = answers.say(statements::takes_password(&answers));
        let fail = subject.fail("password", severity(subject.vantage), said, evidence);
        judgements.push(Judgement { ids: vec!["CWE-307".to_owned()], ..fail });
    }
    if !judgements.is_empty() {
        return judgements;
    }
    let is_unclear = |answer| matches!(answer, Answer::UnclearPrompt(_));
    let judgement = if answers.any(is_unclear) {
        let evidence = answers.cited(is_unclear);
        let said = answers.say(statements::may_take_password());
        let suspected = subject.suspected("password", severity(subject.vantage), said, evidence);
        Judgement { ids: vec!["CWE-307".to_owned()], ..suspected }
    } else if let Some(doubt) = answers.doubt() {
        let said = answers.say(statements::undecided(doubt));
        subject.inconclusive("password", said, answers.cited(|answer| !answer.refuses_password()))
    } else {
        subject.pass(
            "password",
            answers.say(statements::no_password(&answers)),
            answers.cited(|_| true),
        )
    };
    vec![judgement]
}

/// docs/severity.md: the row names the vantage itself.
fn severity(vantage: Vantage) -> FindingSeverity {
    match vantage {
        Vantage::Internet => FindingSeverity::High,
        Vantage::Guest => FindingSeverity::Medium,
        Vantage::Business | Vantage::Management => FindingSeverity::Low,
    }
}

fn as_ssh_auth(fact: &Fact) -> Option<&SshAuthFact> {
    match fact {
        Fact::SshAuth(auth) => Some(auth),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use hoshimori_inspection::evidence::{KeyboardPrompt, Observation, ProbeError, SshOutcome};
    use proptest::prelude::*;
    use proptest::sample::subsequence;

    use super::*;
    use crate::sample::{CONTROL, assert_weakness_counts, from, judged, service, short, ssh};

    fn methods(methods: &[&str]) -> SshOutcome {
        let methods = methods.iter().map(|method| (*method).to_owned()).collect();
        SshOutcome::Methods { methods, prompts: None }
    }

    fn interactive(prompts: Option<&[&str]>) -> SshOutcome {
        let prompt = |text: &&str| KeyboardPrompt { text: (*text).to_owned(), echo: false };
        SshOutcome::Methods {
            methods: vec!["publickey".to_owned(), "keyboard-interactive".to_owned()],
            prompts: prompts.map(|prompts| prompts.iter().map(prompt).collect()),
        }
    }

    /// What is said when root, admin and the control are all offered `outcome`.
    fn judged_all(outcome: &SshOutcome) -> Vec<String> {
        let asked = ["root", "admin", CONTROL].map(|user| ssh(user, outcome.clone()));
        short(&judged(&SshPassword, &asked))
    }

    #[test]
    fn password_method_fails_by_vantage_and_keys_alone_pass() {
        let asked = ["root", "admin", CONTROL].map(|user| ssh(user, methods(&["password"])));
        let seen_from = |vantage| {
            let asked: Vec<_> = asked.iter().map(|seen| from(vantage, seen.clone())).collect();
            short(&judged(&SshPassword, &asked)).concat()
        };
        assert_eq!(seen_from(Vantage::Internet), "password fail high");
        assert_eq!(seen_from(Vantage::Guest), "password fail medium");
        assert_eq!(seen_from(Vantage::Business), "password fail low");
        assert_eq!(judged_all(&methods(&["publickey", "hostbased"])), ["password pass"]);
    }

    #[test]
    fn keyboard_interactive_is_judged_by_its_prompt() {
        assert_eq!(judged_all(&interactive(Some(&["Password: "]))), ["password fail medium"]);
        assert_eq!(judged_all(&interactive(Some(&["Verification code: "]))), ["password pass"]);
        for unclear in [None, Some(&[][..]), Some(&["Response: "][..])] {
            assert_eq!(judged_all(&interactive(unclear)), ["password suspected medium"]);
        }
    }

    #[test]
    fn entry_without_any_credential_is_critical() {
        let all = judged_all(&SshOutcome::AcceptedWithoutCredential);
        assert_eq!(all, ["no-credential fail critical"]);
    }

    #[test]
    fn exception_for_one_user_fails_and_is_cited_first() {
        let keys = methods(&["publickey"]);
        let asked = [
            ssh("admin", methods(&["publickey", "password"])),
            ssh(CONTROL, keys.clone()),
            ssh("root", keys),
        ];
        let judgements = judged(&SshPassword, &asked);
        assert_eq!(short(&judgements), ["password fail medium"]);
        assert_eq!(judgements[0].evidence[0], asked[0].key);
        assert!(judgements[0].because.en.contains("differ by name"));
        assert!(judgements[0].because.ja.contains("admin: publickey、password"));
    }

    #[test]
    fn missing_answers_are_inconclusive_and_never_a_pass() {
        let keys = || methods(&["publickey"]);
        let silent = || SshOutcome::Failed(ProbeError::Closed);
        for asked in [
            vec![ssh("root", keys()), ssh(CONTROL, silent())],
            vec![ssh("root", silent()), ssh(CONTROL, keys())],
            vec![ssh("root", keys())],
            vec![ssh(CONTROL, keys())],
            vec![ssh("root", methods(&[])), ssh(CONTROL, keys())],
            vec![ssh("root", methods(&["securid-1@vendor.example"])), ssh(CONTROL, keys())],
        ] {
            assert_eq!(short(&judged(&SshPassword, &asked)), ["password inconclusive"]);
        }
    }

    #[test]
    fn server_that_was_not_asked_is_inconclusive() {
        let server = service(22, Protocol::Ssh, None);
        assert_eq!(short(&judged(&SshPassword, &[server])), ["not-probed inconclusive"]);
    }

    #[test]
    fn port_that_could_not_be_identified_may_hide_a_server() {
        for trouble in [None, Some(ProbeError::Closed)] {
            let hidden = service(2222, Protocol::Silent, trouble);
            assert_eq!(short(&judged(&SshPassword, &[hidden])), ["overlooked inconclusive"]);
        }
        let other = service(80, Protocol::Http, None);
        assert!(judged(&SshPassword, &[other]).is_empty());
    }

    fn any_answers() -> impl Strategy<Value = Vec<Observation>> {
        let outcomes = [
            methods(&["publickey"]),
            methods(&["password"]),
            interactive(None),
            interactive(Some(&["Verification code: "])),
            SshOutcome::Failed(ProbeError::TimedOut),
        ];
        let users = ["root", "hanako", CONTROL];
        let answer = |user| outcomes.clone().map(|outcome| ssh(user, outcome));
        subsequence(users.map(answer).concat(), 0..=15)
    }

    proptest! {
        #[test]
        fn one_more_weak_answer_never_makes_a_fail_a_pass(others in any_answers()) {
            for weak in [methods(&["password"]), SshOutcome::AcceptedWithoutCredential] {
                let weakness = [ssh("admin", weak)];
                let aspects = ["password", "no-credential"];
                assert_weakness_counts(&SshPassword, &others, &weakness, &aspects);
            }
        }
    }
}
