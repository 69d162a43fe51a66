//! The dialogues of each network.

use hoshimori_inspection::evidence::{PeerNetwork, PeerOutcome};
use hoshimori_wire::DecodeError;
use hoshimori_wire::app::http1::{Head, InvalidRequest, Request};
use hoshimori_wire::app::p2p::bittorrent::Handshake;
use hoshimori_wire::app::p2p::dht::Ping;
use hoshimori_wire::app::p2p::direct_connect::{self, Lock};
use hoshimori_wire::app::p2p::edonkey::{self, HelloAnswer};
use hoshimori_wire::app::p2p::gnutella::{self, Answer};
use hoshimori_wire::app::p2p::soulseek::TransferRequest;
use hoshimori_wire::app::p2p::utp::Syn;
use hoshimori_wire::app::p2p::winny::{self, OPENING, Opening};
use hoshimori_wire::app::p2p::{kad, winmx};

use super::dialogue::{Asker, Dialogue};

/// What software says by itself to whoever connects over TCP.
pub(super) const GREETINGS: &[Dialogue] = &[
    Dialogue {
        network: PeerNetwork::Winny,
        name: "greeting",
        question: nothing,
        spoilt: nothing,
        read: read_winny,
        farewell: None,
    },
    Dialogue {
        network: PeerNetwork::Winmx,
        name: "greeting",
        question: nothing,
        spoilt: nothing,
        read: |_, bytes| winmx::read_greeting(bytes).map(|()| resembles("1")),
        farewell: None,
    },
    Dialogue {
        network: PeerNetwork::DirectConnect,
        name: "lock",
        question: nothing,
        spoilt: nothing,
        read: |_, bytes| {
            let (lock, _) = Lock::decode(bytes)?;
            Ok(answered("$Lock", lock.program.as_deref()))
        },
        farewell: None,
    },
];

/// Winny that waits for the other side's words, before all others: it serves few at a time.
pub(super) const WINNY: &Dialogue = &Dialogue {
    network: PeerNetwork::Winny,
    name: "opening",
    question: |asker| winny::opening(asker.bytes("opening")),
    spoilt: |asker| winny::spoilt_opening(asker.bytes("opening")),
    read: read_winny,
    farewell: None,
};

/// The other dialogues over TCP.
pub(super) const TCP: &[Dialogue] = &[
    Dialogue {
        network: PeerNetwork::Bittorrent,
        name: "handshake",
        question: |asker| handshake(asker).to_bytes(),
        spoilt: |asker| handshake(asker).to_spoilt_bytes(),
        read: read_handshake,
        farewell: None,
    },
    Dialogue {
        network: PeerNetwork::Edonkey,
        name: "hello",
        question: |asker| edonkey::hello(asker.bytes("user")),
        spoilt: |asker| edonkey::spoilt_hello(asker.bytes("user")),
        read: read_hello,
        farewell: None,
    },
    GNUTELLA,
    Dialogue {
        network: PeerNetwork::Soulseek,
        name: "transfer-request",
        question: |asker| transfer(asker, &asker.word("file")).to_bytes(),
        spoilt: |asker| transfer(asker, &asker.word("file")).to_spoilt_bytes(),
        read: read_transfer,
        farewell: None,
    },
    Dialogue {
        network: PeerNetwork::DirectConnect,
        name: "adc-program",
        question: |_| direct_connect::features(),
        spoilt: |_| direct_connect::spoilt_features(),
        read: |_, bytes| direct_connect::read_features(bytes).map(|()| answered("CSUP", None)),
        farewell: None,
    },
    Dialogue {
        network: PeerNetwork::DirectConnect,
        name: "adc-hub",
        question: |_| direct_connect::hub_features(),
        spoilt: |_| direct_connect::spoilt_hub_features(),
        read: |_, bytes| direct_connect::read_hub_features(bytes).map(|()| answered("ISUP", None)),
        farewell: None,
    },
];

/// The dialogues with a web server: Gnutella's programs are one, and some others have one.
pub(super) const WEB: &[Dialogue] = &[
    GNUTELLA,
    Dialogue {
        network: PeerNetwork::Bittorrent,
        name: "transmission-rpc",
        question: |asker| page(asker, "/transmission/rpc").unwrap_or_default(),
        spoilt: |asker| page(asker, &format!("/{}", asker.word("page"))).unwrap_or_default(),
        read: read_transmission,
        farewell: None,
    },
];

/// The dialogues over UDP. The first is the one that most software answers.
pub(super) const UDP: &[Dialogue] = &[
    Dialogue {
        network: PeerNetwork::Bittorrent,
        name: "utp-syn",
        question: |asker| syn(asker).to_bytes(),
        spoilt: |asker| syn(asker).to_spoilt_bytes(),
        read: |asker, bytes| {
            syn(asker).read_acknowledgement(bytes).map(|()| answered("ST_STATE", None))
        },
        farewell: Some(|asker| syn(asker).to_reset()),
    },
    Dialogue {
        network: PeerNetwork::Bittorrent,
        name: "dht-ping",
        question: |asker| ping(asker).to_bytes(),
        spoilt: |asker| ping(asker).to_spoilt_bytes(),
        read: |asker, bytes| ping(asker).answer(bytes).map(|pong| answered("1:y1:r", pong.client)),
        farewell: None,
    },
    Dialogue {
        network: PeerNetwork::Edonkey,
        name: "kad-ping",
        question: |_| kad::ping(),
        spoilt: |_| kad::spoilt_ping(),
        read: |asker, bytes| {
            kad::read_pong(asker.port, bytes).map(|()| answered("KADEMLIA2_PONG", None))
        },
        farewell: None,
    },
];

const GNUTELLA: Dialogue = Dialogue {
    network: PeerNetwork::Gnutella,
    name: "connect",
    question: |_| gnutella::connect(),
    spoilt: |_| gnutella::spoilt_connect(),
    read: |_, bytes| {
        let (answer, _) = Answer::decode(bytes)?;
        let proof = format!("GNUTELLA/0.6 {}", answer.status);
        Ok(PeerOutcome::Answered { proof, client: answer.user_agent })
    },
    farewell: None,
};

/// What this side says where it only listens.
fn nothing(_: &Asker<'_>) -> Vec<u8> {
    Vec::new()
}

fn read_winny(_: &Asker<'_>, bytes: &[u8]) -> Result<PeerOutcome, DecodeError> {
    let (opening, _) = Opening::decode(bytes)?;
    // The name comes with the next block, which is not needed for the proof.
    let header = opening.header(bytes.get(OPENING..).unwrap_or_default()).ok();
    let client = header.map(|(header, _)| header.name).filter(|name| !name.is_empty());
    Ok(PeerOutcome::Answered { proof: "RC4: 01 00 00 00 61".to_owned(), client })
}

fn handshake(asker: &Asker<'_>) -> Handshake {
    Handshake { info_hash: asker.bytes("hash"), peer_id: asker.bytes("peer") }
}

fn read_handshake(asker: &Asker<'_>, bytes: &[u8]) -> Result<PeerOutcome, DecodeError> {
    let (theirs, _) = Handshake::decode(bytes)?;
    let is_own = theirs.peer_id == handshake(asker).peer_id;
    Ok(if is_own {
        PeerOutcome::Otherwise
    } else {
        answered("BitTorrent protocol", theirs.client())
    })
}

fn read_hello(_: &Asker<'_>, bytes: &[u8]) -> Result<PeerOutcome, DecodeError> {
    let (answer, _) = HelloAnswer::decode(bytes)?;
    // What the user calls himself stays in the bytes: it is nobody's business here.
    Ok(answered("OP_HELLOANSWER", answer.program.as_deref()))
}

fn transfer<'a>(asker: &Asker<'_>, file: &'a str) -> TransferRequest<'a> {
    TransferRequest { token: u32::from_be_bytes(asker.bytes("token")), file }
}

fn read_transfer(asker: &Asker<'_>, bytes: &[u8]) -> Result<PeerOutcome, DecodeError> {
    let (response, _) = transfer(asker, "").answer(bytes)?;
    let reason = response.reason.unwrap_or_default();
    Ok(answered(&format!("TransferResponse {reason}"), None))
}

fn syn(asker: &Asker<'_>) -> Syn {
    Syn {
        connection_id: u16::from_be_bytes(asker.bytes("connection")),
        seq_nr: u16::from_be_bytes(asker.bytes("sequence")),
    }
}

fn ping(asker: &Asker<'_>) -> Ping {
    Ping { transaction: asker.bytes("transaction"), id: asker.bytes("id") }
}

fn page(asker: &Asker<'_>, path: &str) -> Result<Vec<u8>, InvalidRequest> {
    Request::new("GET", path, &asker.host).to_bytes()
}

fn read_transmission(_: &Asker<'_>, bytes: &[u8]) -> Result<PeerOutcome, DecodeError> {
    let (head, _) = Head::decode(bytes)?;
    Ok(match head.field(TRANSMISSION_FIELD) {
        Some(_) => resembles(TRANSMISSION_FIELD),
        None => PeerOutcome::Otherwise,
    })
}

/// The field that Transmission's RPC sends with 409 to whoever has no session yet.
const TRANSMISSION_FIELD: &str = "X-Transmission-Session-Id";

fn resembles(sign: &str) -> PeerOutcome {
    PeerOutcome::Resembles { sign: sign.to_owned() }
}

fn answered(proof: &str, client: Option<&str>) -> PeerOutcome {
    PeerOutcome::Answered { proof: proof.to_owned(), client: client.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use hoshimori_inspection::token::Tokens;

    use super::*;

    #[test]
    fn no_dialogue_takes_its_own_question_for_an_answer() {
        let tokens = Tokens::from_seed([7; 32]);
        let asker = Asker {
            tokens: &tokens,
            occasion: "test".into(),
            port: 40_000,
            host: "192.0.2.1".into(),
        };
        for dialogue in [TCP, WEB, UDP].into_iter().flatten() {
            let question = (dialogue.question)(&asker);
            let read = (dialogue.read)(&asker, &question);
            assert!(!matches!(read, Ok(PeerOutcome::Answered { .. })), "{}", dialogue.name);
            assert_ne!(question, (dialogue.spoilt)(&asker), "{}", dialogue.name);
        }
    }
}
