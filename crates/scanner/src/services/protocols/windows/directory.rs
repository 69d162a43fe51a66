//! LDAP: what a directory tells everybody about itself.

use hoshimori_inspection::evidence::{Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::ldap::{self, Answer, Attribute};

use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[389, 636, 3_268, 3_269], ask };

/// The most clues: ours; sixteen attributes have some forty values.
const MAX_CLUES: usize = 96;

/// The most messages of an answer: ours; one entry, its end, and referrals that nobody follows.
const MAX_MESSAGES: usize = 8;

/// The attributes by which a person recognises a directory, the first that it has.
const SPEAKING: [&str; 4] = ["vendorVersion", "vendorName", "dnsHostName", "objectClass"];

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        // Never zero, which is the number of what nobody asked for.
        let id = u32::from(talk.number16("ldap")) << 8 | 1;
        talk.say(&ldap::root_dse_request(id)).await?;
        let mut seen = Recognised::as_speaking(Protocol::Ldap);
        let mut answer = talk.hear(|bytes| Answer::decode(bytes, id)).await?;
        for _ in 0..MAX_MESSAGES {
            match answer {
                Answer::Entry(attributes) => {
                    seen.banner = banner(&attributes);
                    seen.clues = clues(&attributes);
                }
                Answer::Reference => {}
                Answer::Done { code: 0, .. } => return Ok(seen),
                Answer::Done { code, message } => {
                    let said = format!("LDAP result {code} {message}");
                    seen.banner.get_or_insert(said.trim_end().to_owned());
                    return Ok(seen);
                }
            }
            match talk.hear(|bytes| Answer::decode(bytes, id)).await {
                Ok(next) => answer = next,
                Err(error) => return Ok(Recognised { trouble: Some(error), ..seen }),
            }
        }
        Ok(Recognised { trouble: Some(ProbeError::TooLong), ..seen })
    })
}

fn banner(attributes: &[Attribute]) -> Option<String> {
    let named = |name: &&str| attributes.iter().find(|it| it.name.eq_ignore_ascii_case(name));
    let attribute = SPEAKING.iter().find_map(named)?;
    let value = attribute.values.last()?;
    Some(format!("LDAP {}={value}", attribute.name))
}

fn clues(attributes: &[Attribute]) -> Vec<Clue> {
    let pairs = attributes.iter().flat_map(|attribute| {
        attribute.values.iter().map(|value| format!("{}={value}", attribute.name))
    });
    pairs.take(MAX_CLUES).map(|pair| Clue::new(ClueSource::LdapRootDse, &pair)).collect()
}
