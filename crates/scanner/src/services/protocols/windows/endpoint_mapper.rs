//! Remote procedure calls: which interfaces a host has.

use hoshimori_inspection::evidence::{Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::msrpc::endpoint_map::{self, Entry, Found, Handle};
use hoshimori_wire::app::msrpc::{self, Answer};

use crate::services::talk::{Approach, Asking, Recognised, Talk};
use crate::services::trouble;

/// The mapper, and the first of the ports that Windows gives to its other interfaces: from 49152
/// on, in present versions from 49664 on.
pub(super) const APPROACH: Approach = Approach { ports: PORTS, ask };

const PORTS: &[u16] = &[
    135, 49_152, 49_153, 49_154, 49_155, 49_156, 49_157, 49_664, 49_665, 49_666, 49_667, 49_668,
    49_669, 49_670,
];

/// The most clues: ours; a domain controller has some two hundred endpoints that others reach.
const MAX_CLUES: usize = 256;

/// The most lookups, so that a map without an end is left: ours; four give 512 entries.
const MAX_LOOKUPS: u32 = 4;

/// The most pieces of one answer: ours; the entries of a lookup fill some ten.
const MAX_PIECES: usize = 32;

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let [high, low] = ["msrpc-high", "msrpc-low"].map(|what| u32::from(talk.number16(what)));
        // Room for the calls that follow.
        let call = (high << 16 | low) & !0xff;
        talk.say(&msrpc::bind(call, endpoint_map::INTERFACE)).await?;
        let mut seen = Recognised::as_speaking(Protocol::Msrpc);
        match talk.hear(|bytes| Answer::decode(bytes, call)).await? {
            Answer::Bound => {
                let (entries, trouble) = read_map(talk, call).await;
                seen.banner = Some(format!("MSRPC endpoint mapper: {} endpoints", entries.len()));
                seen.clues = clues(&entries);
                seen.trouble = trouble;
            }
            // Another service of RPC, which has no map.
            Answer::NotBound => seen.banner = Some("MSRPC".into()),
            Answer::Piece { .. } | Answer::Fault { .. } => {
                return Err(ProbeError::Malformed { detail: "no answer to a bind".into() });
            }
        }
        Ok(seen)
    })
}

/// Reads the map, as much of it as the limits allow.
async fn read_map(talk: &mut Talk<'_>, call: u32) -> (Vec<Entry>, Option<ProbeError>) {
    let mut entries = Vec::new();
    let mut handle = Handle::default();
    for number in 1..=MAX_LOOKUPS {
        match look_up(talk, call | number, handle).await {
            Ok(found) => {
                let is_over = found.entries.is_empty() || found.handle == Handle::default();
                entries.extend(found.entries);
                if is_over {
                    return (entries, None);
                }
                handle = found.handle;
            }
            Err(error) => return (entries, Some(error)),
        }
    }
    (entries, Some(ProbeError::TooLong))
}

async fn look_up(talk: &mut Talk<'_>, call: u32, handle: Handle) -> Result<Found, ProbeError> {
    let stub = endpoint_map::lookup(handle);
    talk.say(&msrpc::request(call, endpoint_map::LOOKUP, &stub)).await?;
    let mut whole = Vec::new();
    for _ in 0..MAX_PIECES {
        match talk.hear(|bytes| Answer::decode(bytes, call)).await? {
            Answer::Piece { stub, is_last } => {
                whole.extend(stub);
                if is_last {
                    let found = Found::decode(&whole);
                    return found.map_err(|error| trouble::from_decode(&error));
                }
            }
            Answer::Fault { status } => {
                let detail = format!("the endpoint mapper fails with {status:#010x}");
                return Err(ProbeError::Malformed { detail });
            }
            Answer::Bound | Answer::NotBound => {
                return Err(ProbeError::Malformed { detail: "a bind that was not asked".into() });
            }
        }
    }
    Err(ProbeError::TooLong)
}

/// Each endpoint that others than the host itself reach, once.
fn clues(entries: &[Entry]) -> Vec<Clue> {
    let mut texts: Vec<String> = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.binding.is_local()) {
        let text = entry.to_string();
        if texts.len() < MAX_CLUES && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.iter().map(|text| Clue::new(ClueSource::MsrpcEndpoint, text)).collect()
}
