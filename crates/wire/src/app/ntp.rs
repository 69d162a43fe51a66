//! The question for the time, and whether a server answered it (RFC 5905).

use crate::{DecodeError, Reader};

/// Length of the header (RFC 5905 section 7.3); extensions and a digest may follow.
const HEADER: usize = 48;

/// Mode of a client (RFC 5905 figure 10).
const CLIENT: u8 = 3;

/// Mode of a server.
const SERVER: u8 = 4;

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

/// Whether `bytes` are what a server says to `request`: its originate timestamp is the request's
/// transmit timestamp. A refusal to serve (kiss-o'-death, stratum 0) is an answer too.
pub fn answers(request: &[u8], bytes: &[u8]) -> bool {
    let (Ok(asked), Ok(answer)) = (Header::decode(request), Header::decode(bytes)) else {
        return false;
    };
    answer.mode == SERVER && answer.originate == asked.transmit
}

struct Header {
    mode: u8,
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
        // Stratum, poll, precision, root delay, root dispersion, reference id and timestamp.
        reader.take(23)?;
        let originate = u64::from_be_bytes(reader.array()?);
        // Receive timestamp.
        reader.take(8)?;
        Ok(Self { mode: flags & 7, originate, transmit: u64::from_be_bytes(reader.array()?) })
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
