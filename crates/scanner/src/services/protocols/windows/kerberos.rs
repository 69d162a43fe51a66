//! Kerberos: a key distribution centre is known by how it refuses a stranger.

use hoshimori_inspection::evidence::{Clue, ClueSource, Protocol};
use hoshimori_wire::app::kerberos::{Refusal, Stranger, ticket_request};

use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[88], ask };

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let name = talk.word("kerberos-name", 12);
        let realm = format!("{}.INVALID", talk.word("kerberos-realm", 12).to_uppercase());
        let nonce = u32::from(talk.number16("kerberos"));
        talk.say(&ticket_request(Stranger { name: &name, realm: &realm, nonce })).await?;
        let refusal = talk.hear(Refusal::decode).await?;
        Ok(Recognised {
            clues: clues(&refusal, &realm),
            banner: Some(banner(&refusal)),
            ..Recognised::as_speaking(Protocol::Kerberos)
        })
    })
}

/// The realms that the centre names by itself: many only repeat the one they were `asked` for.
fn clues(refusal: &Refusal, asked: &str) -> Vec<Clue> {
    let realms = [Some(&refusal.realm), refusal.client_realm.as_ref()];
    let mut told: Vec<&String> = realms.into_iter().flatten().collect();
    told.retain(|realm| !realm.is_empty() && realm.as_str() != asked);
    told.dedup();
    told.into_iter().map(|realm| Clue::new(ClueSource::KerberosRealm, realm)).collect()
}

fn banner(refusal: &Refusal) -> String {
    let Refusal { code, time, text, .. } = refusal;
    let reason = refusal.reason().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let text = text.as_ref().map(|text| format!(" {text}")).unwrap_or_default();
    format!("Kerberos error {code}{reason}{text} at {time}")
}
