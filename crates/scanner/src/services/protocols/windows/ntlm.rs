//! The challenge of NTLM, whatever carried it.

use hoshimori_inspection::evidence::{Clue, ClueSource, ProbeError};
use hoshimori_wire::app::ntlmssp::Challenge;
use hoshimori_wire::app::spnego;

use crate::services::trouble;

/// What the challenge in `token`, bare or inside SPNEGO, tells about the host.
pub(super) fn clues_in(token: &[u8]) -> Result<Vec<Clue>, ProbeError> {
    let challenge = spnego::response_token(token).and_then(Challenge::decode);
    challenge.map(clues).map_err(|error| trouble::from_decode(&error))
}

/// The clues of a challenge. The version is that of Windows only where Windows sent it: others,
/// such as Samba, write what they like there.
fn clues(challenge: Challenge) -> Vec<Clue> {
    let build = challenge.version.map(|version| version.to_string());
    [
        (ClueSource::NtlmBuild, build),
        (ClueSource::NtlmComputer, challenge.computer),
        (ClueSource::NtlmDomain, challenge.domain),
        (ClueSource::NtlmDnsComputer, challenge.dns_computer),
        (ClueSource::NtlmDnsDomain, challenge.dns_domain),
    ]
    .into_iter()
    .filter_map(|(from, text)| text.map(|text| Clue::new(from, &text)))
    .collect()
}
