//! SOCKS 5 (RFC 1928) and SOCKS 4.
//!
//! Their answers are a few bytes, so one of them proves little: each proxy is asked twice, and
//! both answers have to be right. It is never asked to connect anywhere but to its own port.

use std::net::IpAddr;
use std::time::Duration;

use hoshimori_inspection::evidence::{Access, ProbeError, Protocol};
use hoshimori_wire::app::socks::{self, NO_AUTHENTICATION, NO_METHOD, PASSWORD, Reply4};

use crate::services::talk::{Approach, Asking, Recognised, Talk};

/// How long a proxy may take to say more than its answer, which it does not.
const PAUSE: Duration = Duration::from_millis(250);

pub(super) const VERSION_5: Approach = Approach { ports: &[1080], ask: ask_version_5 };
pub(super) const VERSION_4: Approach = Approach { ports: &[1080], ask: ask_version_4 };

fn ask_version_5<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        match choose(talk, &[NO_AUTHENTICATION, PASSWORD]).await? {
            NO_AUTHENTICATION => {
                // The reply has a form of its own, whether it can connect or not.
                talk.say(&socks::connect5(talk.peer())).await?;
                talk.hear(socks::decode_reply5).await?;
                Ok(recognised("SOCKS 5", Some(Access::Open)))
            }
            PASSWORD => {
                // A proxy that has to have a password takes nothing less.
                talk.call_again().await?;
                match choose(talk, &[NO_AUTHENTICATION]).await? {
                    NO_METHOD => Ok(recognised("SOCKS 5", Some(Access::CredentialAsked))),
                    _ => Err(foreign()),
                }
            }
            _ => Err(foreign()),
        }
    })
}

/// Offers `methods` and hears which one the proxy takes, and nothing behind it.
async fn choose(talk: &mut Talk<'_>, methods: &[u8]) -> Result<u8, ProbeError> {
    talk.say(&socks::greeting(methods)).await?;
    let method = talk.hear(socks::decode_method).await?;
    let is_whole = talk.unread().is_empty() && (method == NO_METHOD || methods.contains(&method));
    if is_whole { Ok(method) } else { Err(foreign()) }
}

fn ask_version_4<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let peer = talk.peer();
        // The version knows no other addresses; on a host without one it is asked for itself.
        let address = match peer.ip() {
            IpAddr::V4(address) => address,
            IpAddr::V6(_) => std::net::Ipv4Addr::LOCALHOST,
        };
        let request = socks::connect4(address, peer.port());
        talk.say(&request).await?;
        let first = talk.hear(Reply4::decode).await?;
        let has_more = !talk.unread().is_empty() || !talk.listen(PAUSE, 1).await.is_empty();
        if has_more && first != Reply4::Granted {
            return Err(foreign());
        }
        talk.call_again().await?;
        talk.say(&request).await?;
        if talk.hear(Reply4::decode).await? != first {
            return Err(foreign());
        }
        Ok(recognised(
            "SOCKS 4",
            match first {
                Reply4::Granted => Some(Access::Open),
                Reply4::IdentityAsked => Some(Access::Refused),
                // It may refuse everybody, or this connection only.
                Reply4::Rejected => None,
            },
        ))
    })
}

fn recognised(banner: &str, access: Option<Access>) -> Recognised {
    Recognised {
        access,
        banner: Some(banner.to_owned()),
        ..Recognised::as_speaking(Protocol::Socks)
    }
}

fn foreign() -> ProbeError {
    ProbeError::Malformed { detail: "it is not the answer of a SOCKS proxy".into() }
}
