//! Asking a memcached server for its version over UDP.

use super::text;
use crate::{DecodeError, Reader};

/// The longest answer to the question, without the header: ours.
const LONGEST_LINE: usize = 256;

/// The command `version` behind the header that datagrams have (memcached `protocol.txt`, section
/// "UDP protocol"): number, sequence, count of datagrams, reserved.
pub fn version_request(id: u16) -> Vec<u8> {
    [&id.to_be_bytes()[..], &[0, 0, 0, 1, 0, 0], b"version\r\n"].concat()
}

/// Whether `bytes` are the line `VERSION …` with the number of `request`.
pub fn answers(request: &[u8], bytes: &[u8]) -> bool {
    let (Ok((asked, _)), Ok((id, line))) = (read(request), read(bytes)) else {
        return false;
    };
    asked == id && line.starts_with(b"VERSION ")
}

/// The version in an answer.
pub fn version(bytes: &[u8]) -> Result<String, DecodeError> {
    let (_, line) = read(bytes)?;
    let wrong = DecodeError::invalid("memcached datagram", 8, "it is not a version");
    let version = line.strip_prefix(b"VERSION ").ok_or(wrong)?;
    Ok(text::decode(version, LONGEST_LINE))
}

/// The number and the one line of a datagram.
fn read(bytes: &[u8]) -> Result<(u16, &[u8]), DecodeError> {
    let mut reader = Reader::new("memcached datagram", bytes);
    let id = reader.u16()?;
    if reader.array()? != [0, 0, 0, 1, 0, 0] {
        return Err(reader.invalid("it is not the only datagram"));
    }
    let line = reader.line(LONGEST_LINE)?;
    reader.finish()?;
    Ok((id, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_written_byte_for_byte() {
        assert_eq!(version_request(0x1234), b"\x12\x34\0\0\0\x01\0\0version\r\n");
    }

    #[test]
    fn only_the_version_with_the_same_number_answers() {
        let asked = version_request(0x1234);
        let answer = b"\x12\x34\0\0\0\x01\0\0VERSION 1.6.18\r\n";
        assert!(answers(&asked, answer));
        assert_eq!(version(answer).unwrap(), "1.6.18");
        assert!(version(&asked).is_err());
        for bytes in [
            &b"\x12\x35\0\0\0\x01\0\0VERSION 1.6.18\r\n"[..],
            b"\x12\x34\0\0\0\x02\0\0VERSION 1.6.18\r\n",
            b"\x12\x34\0\0\0\x01\0\0VERSION 1.6.18",
            b"\x12\x34\0\0\0\x01\0\0VERSION 1.6.18\r\nx",
            b"\x12\x34\0\0\0\x01\0\0ERROR\r\n",
            &asked,
        ] {
            assert!(!answers(&asked, bytes), "{bytes:?}");
        }
    }
}
