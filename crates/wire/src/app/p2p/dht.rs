//! Asking a node of `BitTorrent`'s distributed hash table whether it is there (BEP 5).

use super::bencode::Value;
use super::bittorrent;
use crate::{DecodeError, Reader};

/// A question whether a node is there. Everything in it should be random.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ping {
    /// The number that the answer repeats.
    pub transaction: [u8; 4],
    /// The identity of whoever asks, which joins no routing table unless it asks again.
    pub id: [u8; 20],
}

impl Ping {
    /// The message.
    pub fn to_bytes(self) -> Vec<u8> {
        self.query(b"ping")
    }

    /// The same with a query that there is not: nodes are silent or report an error.
    pub fn to_spoilt_bytes(self) -> Vec<u8> {
        self.query(b"pong")
    }

    /// Whether `bytes` are the answer of another node; then what it says of itself.
    ///
    /// ```text
    /// d 1:r d 2:id 20:<identity> … e 1:t 4:<transaction> [1:v 4:<client>] 1:y 1:r e
    /// ```
    pub fn answer(self, bytes: &[u8]) -> Result<Pong, DecodeError> {
        let value = Value::decode(bytes)?;
        let invalid = |reason| Reader::new("DHT answer", bytes).invalid(reason);
        if value.string(b"y") != Some(b"r") || value.string(b"t") != Some(&self.transaction) {
            return Err(invalid("it does not answer this question"));
        }
        let id = value.entry(b"r").and_then(|answer| answer.string(b"id"));
        let id = id.and_then(|id| <[u8; 20]>::try_from(id).ok());
        if id.is_none_or(|id| id == self.id) {
            return Err(invalid("it has no identity of its own"));
        }
        let tag = value.string(b"v").and_then(|client| client.first_chunk());
        Ok(Pong { client: tag.and_then(|tag| bittorrent::client(*tag)) })
    }

    fn query(self, name: &[u8]) -> Vec<u8> {
        let Self { transaction, id } = self;
        [b"d1:ad2:id20:", &id[..], b"e1:q4:", name, b"1:t4:", &transaction, b"1:y1:qe"].concat()
    }
}

/// The answer of a node.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Pong {
    /// The program, where it names itself in a way that is known (BEP 5, key `v`).
    pub client: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PING: Ping = Ping { transaction: *b"h1x9", id: [b'a'; 20] };

    #[test]
    fn a_question_is_the_one_of_the_specification() {
        assert_eq!(PING.to_bytes(), b"d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:ping1:t4:h1x91:y1:qe");
        assert_ne!(PING.to_spoilt_bytes(), PING.to_bytes());
    }

    #[test]
    fn an_answer_names_another_node_and_repeats_the_number() {
        let answer = b"d1:rd2:id20:bbbbbbbbbbbbbbbbbbbbe1:t4:h1x91:v4:TR\x03\x001:y1:re";
        assert_eq!(PING.answer(answer), Ok(Pong { client: Some("Transmission") }));
        assert!((0..answer.len()).all(|end| PING.answer(&answer[..end]).is_err()));
        for other in [
            &b"d1:rd2:id20:bbbbbbbbbbbbbbbbbbbbe1:t4:h1x81:y1:re"[..],
            b"d1:rd2:id20:aaaaaaaaaaaaaaaaaaaae1:t4:h1x91:y1:re",
            b"d1:rd2:id2:bbe1:t4:h1x91:y1:re",
            b"d1:eli204e14:Method Unknowne1:t4:h1x91:y1:ee",
        ] {
            assert!(PING.answer(other).is_err());
        }
        assert!(PING.answer(&PING.to_bytes()).is_err());
    }
}
