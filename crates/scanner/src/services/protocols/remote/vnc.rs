//! Screens over the remote framebuffer protocol (RFC 6143).
//!
//! Where a server offers a way in that asks for nothing, that way is taken up to the name of the
//! desktop, as a viewer that shares it with others. No password is ever sent. Some servers count
//! connections that prove nothing, so there are few.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::rfb::nested::{self, InnerType};
use hoshimori_wire::app::rfb::{self, Desktop, Dialect, Security, SecurityType, Version};

use crate::services::protocols::{Greeter, Likeness};
use crate::services::talk::{Asking, Recognised, Talk};

pub(super) const GREETER: Greeter = Greeter { recognises, go_on };

fn recognises(bytes: &[u8]) -> Likeness {
    Likeness::of(&Version::decode(bytes))
}

fn go_on<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let version = talk.hear(Version::decode).await?;
        let mut seen = Recognised {
            clues: vec![Clue::new(ClueSource::VncVersion, &version.to_string())],
            banner: Some(format!("RFB {version}")),
            ..Recognised::as_speaking(Protocol::Vnc)
        };
        match offer(talk, version.dialect()).await {
            Ok(Security::Offered(types)) => {
                if let Err(error) = weigh(talk, version.dialect(), &types, &mut seen).await {
                    seen.trouble = Some(error);
                }
            }
            Ok(Security::Refused(reason)) => refuse(&mut seen, &reason),
            Err(error) => seen.trouble = Some(error),
        }
        Ok(seen)
    })
}

/// Answers in `dialect` and hears which security types there are.
async fn offer(talk: &mut Talk<'_>, dialect: Dialect) -> Result<Security, ProbeError> {
    talk.say(dialect.to_bytes()).await?;
    talk.hear(|bytes| Security::decode(dialect, bytes)).await
}

/// Finds out what the `types` ask of a visitor.
async fn weigh(
    talk: &mut Talk<'_>,
    dialect: Dialect,
    types: &[SecurityType],
    seen: &mut Recognised,
) -> Result<(), ProbeError> {
    let numbers: Vec<String> = types.iter().map(|one| one.0.to_string()).collect();
    seen.clues.push(Clue::new(ClueSource::VncSecurity, &numbers.join(",")));
    if types.contains(&SecurityType::NONE) {
        return enter(talk, dialect, seen).await;
    }
    let mut all_ask = true;
    let mut is_first = true;
    for one in types {
        if one.asks_credential() {
            continue;
        }
        let inner = match *one {
            SecurityType::VENCRYPT | SecurityType::TIGHT => {
                if !is_first {
                    talk.call_again().await?;
                    talk.hear(Version::decode).await?;
                    offer(talk, dialect).await?;
                }
                is_first = false;
                choose(talk, *one, dialect).await?
            }
            // What is agreed on inside TLS, or unknown, may be nothing at all.
            _ => {
                all_ask = false;
                continue;
            }
        };
        let numbers: Vec<String> = inner.iter().map(|it| it.0.to_string()).collect();
        let text = format!("{}:{}", one.0, numbers.join(","));
        seen.clues.push(Clue::new(ClueSource::VncSecurity, &text));
        // A server of TightVNC's negotiation that lists nothing wants nothing.
        if inner.is_empty() || inner.iter().any(|it| it.asks_nothing()) {
            seen.access = Some(Access::Open);
            return Ok(());
        }
    }
    seen.access = all_ask.then_some(Access::CredentialAsked);
    Ok(())
}

/// Takes the way that asks for nothing.
async fn enter(
    talk: &mut Talk<'_>,
    dialect: Dialect,
    seen: &mut Recognised,
) -> Result<(), ProbeError> {
    if dialect != Dialect::V3_3 {
        talk.say(&[SecurityType::NONE.0]).await?;
    }
    if dialect == Dialect::V3_8 {
        if let Some(reason) = talk.hear(rfb::decode_result).await? {
            refuse(seen, &reason);
            return Ok(());
        }
        seen.access = Some(Access::Open);
    }
    talk.say(rfb::SHARED_CLIENT_INIT).await?;
    let desktop = talk.hear(Desktop::decode).await?;
    seen.access = Some(Access::Open);
    seen.banner = seen.banner.take().map(|banner| format!("{banner}, {}", desktop.name));
    seen.clues.push(Clue::new(ClueSource::VncDesktop, &desktop.name));
    Ok(())
}

/// Chooses a type that negotiates once more, and hears what is inside.
async fn choose(
    talk: &mut Talk<'_>,
    one: SecurityType,
    dialect: Dialect,
) -> Result<Vec<InnerType>, ProbeError> {
    if dialect != Dialect::V3_3 {
        talk.say(&[one.0]).await?;
    }
    if one == SecurityType::VENCRYPT {
        talk.hear(nested::vencrypt_version).await?;
        talk.say(nested::VENCRYPT_VERSION).await?;
        return talk.hear(nested::vencrypt_types).await;
    }
    if talk.hear(nested::tight_tunnels).await? > 0 {
        talk.say(nested::NO_TUNNEL).await?;
    }
    talk.hear(nested::tight_types).await
}

fn refuse(seen: &mut Recognised, reason: &str) {
    seen.access = Some(Access::Refused);
    seen.banner = seen.banner.take().map(|banner| format!("{banner}, {reason}"));
    seen.clues.push(Clue::new(ClueSource::Banner, reason));
}
