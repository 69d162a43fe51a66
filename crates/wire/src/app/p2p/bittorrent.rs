//! The handshake of `BitTorrent` over TCP (BEP 3), and the names of its programs (BEP 20).

use crate::{DecodeError, Reader};

/// The name of the protocol after the byte that tells its length.
const PROTOCOL: &[u8; 19] = b"BitTorrent protocol";

/// One side's handshake.
///
/// | bytes | content |
/// |---|---|
/// | 1 | 19 |
/// | 19 | `BitTorrent protocol` |
/// | 8 | extensions |
/// | 20 | hash of what is to be shared |
/// | 20 | identity of the program |
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Handshake {
    /// What is to be shared. Programs close the connection where they do not know it.
    pub info_hash: [u8; 20],
    /// Who speaks; often `-`, the program, its version, `-`, and random bytes.
    pub peer_id: [u8; 20],
}

impl Handshake {
    /// The handshake.
    pub fn to_bytes(self) -> Vec<u8> {
        [&[19], &PROTOCOL[..], &[0; 8], &self.info_hash, &self.peer_id].concat()
    }

    /// The same for a protocol that there is not.
    pub fn to_spoilt_bytes(self) -> Vec<u8> {
        [&[19], &b"BitTorrent protocoX"[..], &[0; 8], &self.info_hash, &self.peer_id].concat()
    }

    /// Reads the other side's handshake.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("BitTorrent handshake", bytes);
        if reader.u8()? != 19 {
            return Err(reader.invalid("it does not begin with 19"));
        }
        // What comes is compared as it comes, so that a foreign answer is known at once.
        for expected in PROTOCOL {
            if reader.u8()? != *expected {
                return Err(reader.invalid("the protocol has another name"));
            }
        }
        reader.take(8)?;
        let handshake = Self { info_hash: reader.array()?, peer_id: reader.array()? };
        Ok((handshake, reader.offset()))
    }

    /// The program, where its identity tells it in the way of `-TR3000-`.
    pub fn client(self) -> Option<&'static str> {
        match self.peer_id {
            [b'-', first, second, a, b, c, d, b'-', ..]
                if [a, b, c, d].iter().all(u8::is_ascii_alphanumeric) =>
            {
                client([first, second])
            }
            _ => None,
        }
    }
}

/// The program with the two letters `tag`. Others are known to have used the letters of another.
pub(super) fn client(tag: [u8; 2]) -> Option<&'static str> {
    CLIENTS.iter().find(|(known, _)| **known == tag).map(|(_, name)| *name)
}

/// From the list of BEP 20: programs that are common today.
const CLIENTS: [(&[u8; 2], &str); 13] = [
    (b"AZ", "Azureus / Vuze"),
    (b"BC", "BitComet"),
    (b"DE", "Deluge"),
    (b"KT", "KTorrent"),
    (b"LT", "libtorrent"),
    (b"lt", "libTorrent (rTorrent)"),
    (b"qB", "qBittorrent"),
    (b"TL", "Tribler"),
    (b"TR", "Transmission"),
    (b"UM", "µTorrent for Mac"),
    (b"UT", "µTorrent"),
    (b"XL", "Xunlei"),
    (b"BT", "BitTorrent"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: Handshake = Handshake { info_hash: [7; 20], peer_id: *b"-TR3000-abcdefghijkl" };

    #[test]
    fn a_handshake_round_trips_and_every_truncation_is_incomplete() {
        let bytes = OURS.to_bytes();
        assert_eq!(Handshake::decode(&bytes), Ok((OURS, 68)));
        for end in 0..bytes.len() {
            assert!(Handshake::decode(&bytes[..end]).unwrap_err().is_incomplete());
        }
    }

    #[test]
    fn a_foreign_answer_is_refused_at_its_first_other_byte() {
        for bytes in [&b"SSH-"[..], b"\x13Bat", &OURS.to_spoilt_bytes()] {
            assert!(!Handshake::decode(bytes).unwrap_err().is_incomplete());
        }
    }

    #[test]
    fn programs_are_named_where_the_identity_has_the_usual_form() {
        assert_eq!(OURS.client(), Some("Transmission"));
        assert_eq!(Handshake { peer_id: [b'-'; 20], ..OURS }.client(), None);
        assert_eq!(Handshake { peer_id: *b"-ZZ0001-abcdefghijkl", ..OURS }.client(), None);
    }
}
