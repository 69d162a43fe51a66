//! The question for the time, and whether a server answered it (RFC 5905).

use std::net::Ipv4Addr;

use super::text;
use crate::{DecodeError, Reader};

/// Length of the header (RFC 5905 section 7.3); extensions and a digest may follow.
const HEADER: usize = 48;

/// Mode of a client (RFC 5905 figure 10).
const CLIENT: u8 = 3;

/// Mode of a server.
const SERVER: u8 = 4;

/// Mode of control messages, and the operation that reads variables (RFC 9327 section 2).
const CONTROL: u8 = 6;
const READ_VARIABLES: u8 = 2;

/// The bit that marks the response to a control message.
const RESPONSE: u8 = 0x80;

/// The longest text of variables that is kept, in characters: one datagram of them.
const MAX_VARIABLES: usize = 1_024;

/// Asks a server for the time in version 4.
///
/// `transmit` should be random: the server repeats it, and the time of this machine is nobody's
/// business. All other fields of a client's question are ignored and left empty.
pub fn client_request(transmit: u64) -> Vec<u8> {
    let mut request = vec![0; HEADER - 8];
    if let Some(first) = request.first_mut() {
        *first = 4 << 3 | CLIENT;
    }
    request.extend(transmit.to_be_bytes());
    request
}

/// Asks a server for its system variables (RFC 9327 section 2), which only reads. The reference
/// implementation tells its version and operating system; others are silent.
pub fn variables_request(sequence: u16) -> Vec<u8> {
    let mut request = vec![2 << 3 | CONTROL, READ_VARIABLES];
    request.extend(sequence.to_be_bytes());
    // Status, association 0 for the system, offset, count.
    request.extend([0; 8]);
    request
}

/// The system variables in `bytes`, an answer to [`variables_request`].
pub fn variables(bytes: &[u8]) -> Result<String, DecodeError> {
    Ok(text::decode(Control::decode(bytes)?.data, MAX_VARIABLES))
}

/// What a server tells of its source of time in an answer to [`client_request`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Source {
    /// How far it is from a clock: 1 next to it, 0 for a refusal.
    pub stratum: u8,
    /// The reference identifier (RFC 5905 section 7.3): a word at strata 0 and 1, and behind them
    /// what is usually the address of the next server.
    pub reference: String,
}

impl Source {
    /// Reads a server's answer.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let header = Header::decode(bytes)?;
        if header.mode != SERVER {
            return Err(DecodeError::invalid("NTP header", 0, "it is not of a server"));
        }
        let reference = match header.stratum {
            0 | 1 => {
                let word = header.reference.split(|byte| *byte == 0).next().unwrap_or_default();
                text::decode(word, header.reference.len())
            }
            _ => Ipv4Addr::from(header.reference).to_string(),
        };
        Ok(Self { stratum: header.stratum, reference })
    }
}

/// Whether `bytes` are what a server says to `request`.
///
/// To a question for the time: its originate timestamp is the request's transmit timestamp. A
/// refusal to serve (kiss-o'-death, stratum 0) is an answer too. To a control message: it has the
/// same sequence.
pub fn answers(request: &[u8], bytes: &[u8]) -> bool {
    if let (Ok(asked), Ok(answer)) = (Control::decode_any(request), Control::decode(bytes)) {
        return asked.operation == READ_VARIABLES && answer.sequence == asked.sequence;
    }
    let (Ok(asked), Ok(answer)) = (Header::decode(request), Header::decode(bytes)) else {
        return false;
    };
    answer.mode == SERVER && answer.originate == asked.transmit
}

/// A control message (RFC 9327 section 2).
struct Control<'a> {
    /// With the bits for response, error and more in front.
    operation: u8,
    sequence: u16,
    data: &'a [u8],
}

impl<'a> Control<'a> {
    /// Reads a response without an error.
    fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let control = Self::decode_any(bytes)?;
        // The bit for more fragments may be set: the first has the version.
        if control.operation & !0x20 != RESPONSE | READ_VARIABLES {
            let reason = "it is not a response with variables";
            return Err(DecodeError::invalid("NTP control message", 1, reason));
        }
        Ok(control)
    }

    fn decode_any(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new("NTP control message", bytes);
        let [flags, operation] = reader.array()?;
        if flags & 7 != CONTROL {
            return Err(reader.invalid("it is of another mode"));
        }
        let sequence = reader.u16()?;
        // Status, association, offset.
        reader.take(6)?;
        let count = reader.u16()?;
        Ok(Self { operation, sequence, data: reader.take(count.into())? })
    }
}

struct Header {
    mode: u8,
    stratum: u8,
    reference: [u8; 4],
    originate: u64,
    transmit: u64,
}

impl Header {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new("NTP header", bytes);
        let flags = reader.u8()?;
        if !(1..=4).contains(&(flags >> 3 & 7)) {
            return Err(reader.invalid("its version is not 1 to 4"));
        }
        let stratum = reader.u8()?;
        // Poll, precision, root delay, root dispersion.
        reader.take(10)?;
        let reference = reader.array()?;
        // Reference timestamp.
        reader.take(8)?;
        let originate = u64::from_be_bytes(reader.array()?);
        // Receive timestamp.
        reader.take(8)?;
        let transmit = u64::from_be_bytes(reader.array()?);
        Ok(Self { mode: flags & 7, stratum, reference, originate, transmit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_written_byte_for_byte() {
        let request = client_request(0x0102_0304_0506_0708);
        assert_eq!(request[0], 0x23);
        assert!(request[1..40].iter().all(|byte| *byte == 0));
        assert_eq!(request[40..], [1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn a_source_is_a_word_or_an_address() {
        let mut answer = client_request(7);
        answer[0] = 0x24;
        for (stratum, id, reference) in
            [(1, *b"GPS\0", "GPS"), (0, *b"DENY", "DENY"), (3, [192, 0, 2, 1], "192.0.2.1")]
        {
            answer[1] = stratum;
            answer[12..16].copy_from_slice(&id);
            let source = Source::decode(&answer).unwrap();
            assert_eq!((source.stratum, source.reference.as_str()), (stratum, reference));
        }
        assert!(Source::decode(&client_request(7)).is_err());
    }

    #[test]
    fn variables_answer_their_own_question_only() {
        let request = variables_request(0x1234);
        assert_eq!(request, [0x16, 2, 0x12, 0x34, 0, 0, 0, 0, 0, 0, 0, 0]);
        let answer = |operation: u8, sequence: [u8; 2]| {
            let head = [&[0x16, operation][..], &sequence, &[6, 0x15, 0, 0, 0, 0, 0, 9]].concat();
            [&head[..], b"version=1"].concat()
        };
        let told = answer(0x82, [0x12, 0x34]);
        assert!(answers(&request, &told));
        assert_eq!(variables(&told).unwrap(), "version=1");
        assert!(answers(&request, &answer(0xa2, [0x12, 0x34])), "more to come");
        assert!(!answers(&request, &answer(0xc2, [0x12, 0x34])), "an error");
        assert!(!answers(&request, &answer(0x82, [0x12, 0x35])));
        assert!(!answers(&request, &request));
        assert!(!answers(&client_request(7), &told));
        assert!((0..told.len()).all(|length| variables(&told[..length]).is_err()));
    }

    #[test]
    fn a_broadcast_or_an_unknown_version_is_no_answer() {
        let request = client_request(7);
        let mut answer = request.clone();
        answer[24..32].copy_from_slice(&7_u64.to_be_bytes());
        for (flags, is_answer) in [(0x24, true), (0x1c, true), (0x25, false), (0x3c, false)] {
            answer[0] = flags;
            assert_eq!(answers(&request, &answer), is_answer, "{flags:#x}");
        }
    }
}
