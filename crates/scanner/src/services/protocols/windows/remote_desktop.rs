//! Remote desktop: which security it wants, and the build of Windows behind it.

use hoshimori_inspection::evidence::{Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::ntlmssp;
use hoshimori_wire::app::rdp::credssp::{self, TsRequest};
use hoshimori_wire::app::rdp::{self, Failure, Negotiation, Security, conference};

use super::ntlm;
use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[3_389], ask };

/// All that is offered.
const OFFERED: Security = Security::TLS.with(Security::HYBRID).with(Security::HYBRID_EX);

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let mut seen = Recognised::as_speaking(Protocol::Rdp);
        let chosen = match negotiate(talk, OFFERED).await? {
            Negotiation::Selected(
                chosen @ (Security::STANDARD
                | Security::TLS
                | Security::HYBRID
                | Security::HYBRID_EX),
            ) => chosen,
            Negotiation::Selected(_) => {
                return Err(ProbeError::Malformed { detail: "what was not offered".into() });
            }
            Negotiation::Failed(Failure::TLS_NOT_ALLOWED | Failure::NO_CERTIFICATE) => {
                Security::STANDARD
            }
            Negotiation::Absent => {
                talk.say(&conference::connect_initial()).await?;
                talk.hear(conference::decode_response).await?;
                Security::STANDARD
            }
            Negotiation::Failed(failure) => {
                seen.banner = Some(format!("RDP: refused with code {}", failure.0));
                return Ok(seen);
            }
        };
        let mut told = Vec::new();
        if chosen != Security::STANDARD {
            seen.trouble = ask_inside_tls(talk, chosen, &mut told).await.err();
        }
        let text = match ask_login_first(talk, chosen).await {
            Ok(login) => format!("{chosen} nla={login}"),
            Err(error) => {
                seen.trouble.get_or_insert(error);
                chosen.to_string()
            }
        };
        seen.banner = Some(format!("RDP {text}"));
        seen.clues = vec![Clue::new(ClueSource::RdpProtocol, &text)];
        seen.clues.extend(told);
        Ok(seen)
    })
}

async fn negotiate(talk: &mut Talk<'_>, protocols: Security) -> Result<Negotiation, ProbeError> {
    talk.say(&rdp::connection_request(protocols)).await?;
    talk.hear(Negotiation::decode).await
}

/// Notes what the certificate tells and, where the login comes first, begins an authentication to
/// hear the challenge; hangs up then.
async fn ask_inside_tls(
    talk: &mut Talk<'_>,
    chosen: Security,
    clues: &mut Vec<Clue>,
) -> Result<(), ProbeError> {
    clues.extend(talk.upgrade_to_tls().await?);
    if !chosen.is_hybrid() {
        return Ok(());
    }
    talk.say(&credssp::first_request(&ntlmssp::negotiate())).await?;
    let answer = talk.hear(TsRequest::decode).await?;
    let token = answer.token.ok_or_else(|| {
        let code = answer.error.unwrap_or_default();
        ProbeError::Malformed { detail: format!("no challenge but the error {code:#x}") }
    })?;
    clues.extend(ntlm::clues_in(&token)?);
    Ok(())
}

/// Whether the login has to come before anything else: `required`, `optional`, or `none` where it
/// cannot. A server that `chose` it is asked again for less.
async fn ask_login_first(
    talk: &mut Talk<'_>,
    chosen: Security,
) -> Result<&'static str, ProbeError> {
    if !chosen.is_hybrid() {
        return Ok("none");
    }
    talk.call_again().await?;
    match negotiate(talk, Security::TLS).await? {
        Negotiation::Failed(Failure::HYBRID_REQUIRED) => Ok("required"),
        Negotiation::Selected(_) | Negotiation::Absent => Ok("optional"),
        Negotiation::Failed(failure) => {
            let detail = format!("refused without the login first, with code {}", failure.0);
            Err(ProbeError::Malformed { detail })
        }
    }
}
