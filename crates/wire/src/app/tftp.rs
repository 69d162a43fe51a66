//! Asking a TFTP server for a file (RFC 1350).

use crate::{DecodeError, Reader};

/// Opcode of a read request (RFC 1350 section 5).
const READ: u16 = 1;

/// Opcode of a block of the file.
const DATA: u16 = 3;

/// Opcode of a refusal.
const ERROR: u16 = 5;

/// The longest block without the options of RFC 2348.
const LONGEST_BLOCK: usize = 512;

/// The highest error code (RFC 2347 added 8 to those of RFC 1350).
const HIGHEST_ERROR: u16 = 8;

/// Asks for the file `name`, which must not have a zero byte in it. Nothing is written.
pub fn read_request(name: &str) -> Vec<u8> {
    [&READ.to_be_bytes()[..], name.as_bytes(), b"\0octet\0"].concat()
}

/// Whether `bytes` are what a server says to a read request: a refusal or the first block.
///
/// The protocol has no number that the answer repeats; the server's answer comes from a port of
/// its own (RFC 1350 section 4).
pub fn answers(_request: &[u8], bytes: &[u8]) -> bool {
    read(bytes).is_ok()
}

fn read(bytes: &[u8]) -> Result<(), DecodeError> {
    let mut reader = Reader::new("TFTP answer", bytes);
    match reader.u16()? {
        ERROR => {
            if reader.u16()? > HIGHEST_ERROR {
                return Err(reader.invalid("no such error code"));
            }
            match reader.rest().split_last() {
                Some((0, message)) if !message.contains(&0) => Ok(()),
                _ => Err(reader.invalid("the message has no end")),
            }
        }
        DATA if reader.u16()? == 1 && reader.remaining() <= LONGEST_BLOCK => Ok(()),
        _ => Err(reader.invalid("it is neither an error nor the first block")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_written_byte_for_byte() {
        assert_eq!(read_request("h0123"), b"\0\x01h0123\0octet\0");
    }

    #[test]
    fn refusals_and_first_blocks_answer_and_nothing_else() {
        let request = read_request("h0123");
        assert!(answers(&request, b"\0\x05\0\x01File not found\0"));
        assert!(answers(&request, b"\0\x05\0\x02\0"));
        assert!(answers(&request, b"\0\x03\0\x01"));
        for bytes in [
            &b"\0\x05\0\x01File not found"[..],
            b"\0\x05\0\x01a\0b\0",
            b"\0\x05\0\x63x\0",
            b"\0\x03\0\x02",
            b"\0\x04\0\0",
            &request,
        ] {
            assert!(!answers(&request, bytes), "{bytes:?}");
        }
        assert!(!answers(&request, &[&b"\0\x03\0\x01"[..], &[0; 513]].concat()));
    }
}
