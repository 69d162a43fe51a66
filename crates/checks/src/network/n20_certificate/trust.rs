use hoshimori_inspection::evidence::{TrustFact, TrustStore, TrustVerdict};
use hoshimori_scheme::{Text, shorten};

use super::Setting;
use super::chain::Shown;
use super::issue::{Certainty, Issue};
use crate::words::{joined, listed};

/// Whether clients have a reason to trust the chain: either store suffices.
///
/// Mozilla's verdict names the fault, since its roots are those that members' browsers have; a
/// certificate signed by itself needs no store to be recognised.
pub(super) fn issue<'a>(shown: &Shown<'a>, setting: &Setting<'_>) -> Option<Issue<'a>> {
    let verdicts = || shown.trust.iter().map(|trust| &trust.verdict);
    if verdicts().any(|verdict| *verdict == TrustVerdict::Trusted) {
        return None;
    }
    let of_mozilla = shown.trust.iter().find(|trust| trust.store == TrustStore::Mozilla);
    let decisive = of_mozilla
        .map(|trust| &trust.verdict)
        .filter(|verdict| !matches!(verdict, TrustVerdict::Unavailable { .. }))
        .or_else(|| verdicts().find(|verdict| **verdict == TrustVerdict::SelfSigned));
    let (aspect, title) = fault(decisive);
    let certainty = match decisive {
        Some(_) => Certainty::Proved(setting.audience.severity()),
        None => Certainty::Undecided,
    };
    let described = shown.described();
    let described = Text::new(format!("{}。", described.ja), format!("This is {}.", described.en));
    let because = joined([described].into_iter().chain(opinions(shown.trust)));
    let weighed = decisive.map(|_| setting.audience.reason());
    Some(Issue {
        aspect,
        certainty,
        title,
        because: joined([because].into_iter().chain(weighed)),
        ids: if decisive.is_some() { &["CWE-295"] } else { &[] },
        evidence: vec![shown.observation],
    })
}

/// Who trusts the chain, where somebody does.
pub(super) fn who_trusts(shown: &Shown<'_>) -> Option<Text> {
    let trusts =
        |store| shown.trust.iter().any(|t| t.store == store && t.verdict == TrustVerdict::Trusted);
    match (trusts(TrustStore::Mozilla), trusts(TrustStore::System)) {
        (true, true) => Some(Text::new(
            "Mozillaのルートも検査用端末のルートも信頼する。",
            "Both Mozilla's roots and this machine's trust it.",
        )),
        (true, false) => {
            Some(Text::new("Mozillaのルートが信頼する。", "Mozilla's roots trust it."))
        }
        (false, true) => Some(Text::new(
            "検査用端末のルートだけが信頼し、Mozillaのルートは信頼しない。利用者の端末では警告が出る\
             ことがある。",
            "Only this machine's roots trust it, Mozilla's do not; other clients may warn.",
        )),
        (false, false) => None,
    }
}

fn fault(verdict: Option<&TrustVerdict>) -> (&'static str, Text) {
    match verdict {
        Some(TrustVerdict::SelfSigned) => (
            "self-signed",
            Text::new("証明書が自己署名である", "The certificate is signed by itself"),
        ),
        Some(TrustVerdict::UnknownRoot) => (
            "unknown-root",
            Text::new(
                "証明書の発行元が信頼されていない",
                "The certificate comes from an issuer that nobody trusts",
            ),
        ),
        Some(TrustVerdict::Incomplete { .. }) => (
            "incomplete-chain",
            Text::new("中間証明書が足りない", "An intermediate certificate is missing"),
        ),
        Some(TrustVerdict::Invalid { .. }) => (
            "invalid-chain",
            Text::new("証明書の連鎖が正しくない", "The chain of certificates is not valid"),
        ),
        Some(TrustVerdict::Trusted | TrustVerdict::Unavailable { .. }) | None => (
            "trust",
            Text::new(
                "証明書の信頼を判断できない",
                "Trust in the certificate could not be decided",
            ),
        ),
    }
}

/// What each store says, in one sentence where they agree.
fn opinions(trust: &[TrustFact]) -> Vec<Text> {
    let sentence = |stores: Text, verdict: &TrustVerdict| {
        let said = in_words(verdict);
        Text::new(format!("{}：{}。", stores.ja, said.ja), format!("{}: {}.", stores.en, said.en))
    };
    match trust {
        [] => vec![Text::new("どのルートとも照合していない。", "It was compared with no roots.")],
        [first, others @ ..] if others.iter().all(|other| other.verdict == first.verdict) => {
            vec![sentence(listed(trust.iter().map(|t| roots(t.store))), &first.verdict)]
        }
        trust => trust.iter().map(|t| sentence(roots(t.store), &t.verdict)).collect(),
    }
}

fn roots(store: TrustStore) -> Text {
    match store {
        TrustStore::Mozilla => Text::new("Mozillaのルート", "Mozilla's roots"),
        TrustStore::System => Text::new("検査用端末のルート", "this machine's roots"),
    }
}

fn in_words(verdict: &TrustVerdict) -> Text {
    match verdict {
        TrustVerdict::Trusted => Text::new("信頼する", "trusted"),
        TrustVerdict::SelfSigned => {
            Text::new("自己署名で、登録されていない", "signed by itself and not listed")
        }
        TrustVerdict::UnknownRoot => {
            Text::new("発行元が登録されていない", "its root is not listed")
        }
        TrustVerdict::Incomplete { missing } => {
            let missing = shorten(missing);
            Text::new(
                format!("発行者「{missing}」の証明書が送られてこない"),
                format!("the certificate of the issuer `{missing}` is not sent"),
            )
        }
        TrustVerdict::Invalid { detail } => {
            let detail = shorten(detail);
            Text::new(format!("検証に失敗（{detail}）"), format!("verification fails ({detail})"))
        }
        TrustVerdict::Unavailable { detail } => {
            let detail = shorten(detail);
            Text::new(format!("読めない（{detail}）"), format!("cannot be read ({detail})"))
        }
    }
}
