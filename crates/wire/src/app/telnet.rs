//! Telnet: text with commands in between (RFC 854), and how to refuse every option (RFC 855).

use crate::{DecodeError, Reader};

/// Begins a command: "interpret as command".
const IAC: u8 = 255;
const SB: u8 = 250;
const SE: u8 = 240;
const WILL: u8 = 251;
const WONT: u8 = 252;
const DO: u8 = 253;
const DONT: u8 = 254;

/// The longest subnegotiation that is read: ours; terminal names and speeds are far shorter.
pub const MAX_SUBNEGOTIATION: usize = 1_024;

/// The most text before the first command of a greeting: ours; a line or two.
const MAX_TEXT_BEFORE: usize = 1_024;

/// A piece of a telnet conversation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Piece {
    /// Text up to the next command.
    Text(Vec<u8>),
    /// WILL: the other side wants to use an option.
    Will(u8),
    /// WONT: it does not use it.
    Wont(u8),
    /// DO: it wants us to use an option.
    Do(u8),
    /// DONT: it does not want us to.
    Dont(u8),
    /// A subnegotiation about an option, or a command without one.
    Other(u8),
}

impl Piece {
    /// Reads the next piece, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("telnet command", bytes);
        let text = bytes.iter().position(|byte| *byte == IAC).unwrap_or(bytes.len());
        if text > 0 {
            return Ok((Self::Text(reader.take(text)?.to_vec()), reader.offset()));
        }
        reader.u8()?;
        let piece = match reader.u8()? {
            IAC => Self::Text(vec![IAC]),
            WILL => Self::Will(reader.u8()?),
            WONT => Self::Wont(reader.u8()?),
            DO => Self::Do(reader.u8()?),
            DONT => Self::Dont(reader.u8()?),
            SB => Self::Other(subnegotiation(&mut reader)?),
            command @ SE.. => Self::Other(command),
            _ => return Err(reader.invalid("commands have the numbers 240 to 255")),
        };
        Ok((piece, reader.offset()))
    }

    /// What refuses the piece, if it asks for something: every option may be refused.
    pub fn refusal(&self) -> Option<[u8; 3]> {
        match self {
            Self::Will(option) => Some([IAC, DONT, *option]),
            Self::Do(option) => Some([IAC, WONT, *option]),
            _ => None,
        }
    }
}

/// Reads a subnegotiation to its end and gives its option.
fn subnegotiation(reader: &mut Reader<'_>) -> Result<u8, DecodeError> {
    let (at, option) = (reader.offset(), reader.u8()?);
    for _ in 0..MAX_SUBNEGOTIATION {
        if reader.u8()? == IAC && reader.u8()? == SE {
            return Ok(option);
        }
    }
    Err(DecodeError::too_long("telnet subnegotiation", at, MAX_SUBNEGOTIATION))
}

/// Reads the beginning of a server's words up to its first negotiation of an option, which may
/// stand behind a line of text; says how many bytes that was.
pub fn first_negotiation(bytes: &[u8]) -> Result<(Piece, usize), DecodeError> {
    let mut used = 0;
    loop {
        let rest = bytes.get(used..).unwrap_or_default();
        let (piece, length) = Piece::decode(rest)?;
        used += length;
        match piece {
            Piece::Text(text) => {
                let is_text = |byte: &u8| matches!(byte, 8..=13 | 27 | 32..=126 | 128..=254);
                if !text.iter().all(is_text) {
                    return Err(DecodeError::invalid("telnet greeting", 0, "it is not text"));
                }
                if used > MAX_TEXT_BEFORE {
                    return Err(DecodeError::too_long("telnet greeting", 0, MAX_TEXT_BEFORE));
                }
            }
            Piece::Will(option) | Piece::Wont(option) | Piece::Do(option) | Piece::Dont(option) => {
                if !is_option(option) {
                    return Err(DecodeError::invalid("telnet option", used, "nobody uses it"));
                }
                return Ok((piece, used));
            }
            Piece::Other(_) => {
                return Err(DecodeError::invalid("telnet greeting", used, "nothing was agreed on"));
            }
        }
    }
}

/// Whether IANA's register or wide use knows the option: other protocols have 255 as a byte too.
fn is_option(option: u8) -> bool {
    // 69 and 70, 85 to 93, 200 and 201 are in use by games.
    matches!(option, 0..=49 | 69 | 70 | 85 | 86 | 90 | 91 | 93 | 138..=140 | 200 | 201 | 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_asked_for_is_refused_and_nothing_else() {
        for (piece, refusal) in [
            (Piece::Will(1), Some([IAC, DONT, 1])),
            (Piece::Do(24), Some([IAC, WONT, 24])),
            (Piece::Wont(1), None),
            (Piece::Dont(24), None),
            (Piece::Other(3), None),
        ] {
            assert_eq!(piece.refusal(), refusal);
        }
    }

    #[test]
    fn text_and_commands_are_told_apart() {
        let bytes = b"hi\xff\xff\xff\xfb\x01\xff\xfa\x18\x01\xff\xf0\xff\xf1";
        let mut rest = &bytes[..];
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let (piece, length) = Piece::decode(rest).unwrap();
            pieces.push(piece);
            rest = &rest[length..];
        }
        let text = |text: &[u8]| Piece::Text(text.to_vec());
        let will = Piece::Will(1);
        assert_eq!(pieces, [text(b"hi"), text(b"\xff"), will, Piece::Other(24), Piece::Other(241)]);
    }

    #[test]
    fn sound_and_pictures_are_no_negotiation() {
        // A frame of MPEG audio and the beginning of a JPEG file have 255 first, too.
        for bytes in [&b"\xff\xfb\x90\x64"[..], b"\xff\xd8\xff\xe0", b"\x00\x01\xff\xfb\x01"] {
            assert!(!first_negotiation(bytes).unwrap_err().is_incomplete(), "{bytes:?}");
        }
        assert_eq!(first_negotiation(b"\r\n\xff\xfd\x18..."), Ok((Piece::Do(24), 5)));
    }

    #[test]
    fn an_endless_subnegotiation_is_refused() {
        let endless = [&[IAC, SB, 24][..], &[b'x'; MAX_SUBNEGOTIATION + 1]].concat();
        assert!(Piece::decode(&endless).unwrap_err().is_too_long());
    }
}
