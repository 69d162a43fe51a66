//! Smart Install of Cisco switches: the question and answer that Cisco's own checker published.

use crate::{DecodeError, Reader};

/// Asks whether the switch is a client of Smart Install; it changes nothing.
pub const QUESTION: &[u8] =
    &[0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0];

/// What a client of Smart Install says to it.
const ANSWER: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0];

/// Reads the answer, which is always the same, and says how many bytes it was.
pub fn decode_answer(bytes: &[u8]) -> Result<((), usize), DecodeError> {
    let mut reader = Reader::new("Smart Install answer", bytes);
    for wanted in ANSWER {
        if reader.u8()? != *wanted {
            return Err(reader.invalid("it is not the answer of a Smart Install client"));
        }
    }
    Ok(((), reader.offset()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_is_no_answer() {
        assert!(!decode_answer(QUESTION).unwrap_err().is_incomplete());
        assert_eq!(decode_answer(ANSWER), Ok(((), 24)));
    }
}
