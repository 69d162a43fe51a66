//! Kafka: which requests a broker knows, and whether it answers a stranger.

use crate::{DecodeError, Reader};

/// The longest answer that is read: ours; a broker lists some eighty requests of six bytes each,
/// and a cluster some brokers.
const MAX_RESPONSE: usize = 64 * 1_024;

/// The most requests of a list: ours; Kafka 4 knows about ninety.
const MAX_REQUESTS: usize = 256;

/// Number of the request `ApiVersions`.
pub const API_VERSIONS: u16 = 18;

/// Number of the request `Metadata`.
pub const METADATA: u16 = 3;

/// Asks which requests the broker knows (`ApiVersions` version 0, Kafka protocol guide).
///
/// ```text
/// 4 length | 2 request | 2 version | 4 number | 2 length, n name of the client | body
/// ```
pub fn api_versions(number: u32) -> Vec<u8> {
    request(API_VERSIONS, 0, number, &[])
}

/// Asks for the brokers and for no topic (`Metadata` version 1 with an empty list).
pub fn brokers(number: u32) -> Vec<u8> {
    request(METADATA, 1, number, &[0; 4])
}

fn request(kind: u16, version: u16, number: u32, body: &[u8]) -> Vec<u8> {
    let head = [&kind.to_be_bytes()[..], &version.to_be_bytes(), &number.to_be_bytes()].concat();
    let request = [&head[..], b"\0\x09hoshimori", body].concat();
    let length = u32::try_from(request.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&length[..], &request].concat()
}

/// The range of versions in which a broker knows one request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Known {
    /// The number of the request.
    pub request: u16,
    /// The oldest version.
    pub oldest: u16,
    /// The newest version.
    pub newest: u16,
}

/// The answer to [`api_versions`] under `number`, and how many bytes it was.
pub fn decode_api_versions(bytes: &[u8], number: u32) -> Result<(Vec<Known>, usize), DecodeError> {
    let mut reader = Reader::new("Kafka response", bytes);
    let mut body = read_response(&mut reader, number)?;
    if body.u16()? != 0 {
        return Err(body.invalid("the broker reports an error"));
    }
    let count = body.length32(MAX_REQUESTS)?;
    let mut known = Vec::new();
    for _ in 0..count {
        known.push(Known { request: body.u16()?, oldest: body.u16()?, newest: body.u16()? });
    }
    body.finish()?;
    if known.iter().any(|known| known.request == API_VERSIONS) {
        Ok((known, reader.offset()))
    } else {
        Err(reader.invalid("the broker does not know the request that it answers"))
    }
}

/// The number of brokers in the answer to [`brokers`] under `number`, and how many bytes it was.
pub fn decode_brokers(bytes: &[u8], number: u32) -> Result<(usize, usize), DecodeError> {
    let mut reader = Reader::new("Kafka response", bytes);
    let count = read_response(&mut reader, number)?.length32(MAX_REQUESTS)?;
    Ok((count, reader.offset()))
}

/// What is in a response; its number is that of the request.
fn read_response<'a>(reader: &mut Reader<'a>, number: u32) -> Result<Reader<'a>, DecodeError> {
    let length = reader.length32(MAX_RESPONSE)?;
    if reader.u32()? != number {
        return Err(reader.invalid("it answers another request"));
    }
    reader.field("Kafka response", length.saturating_sub(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_written_byte_for_byte() {
        assert_eq!(api_versions(7), b"\0\0\0\x13\0\x12\0\0\0\0\0\x07\0\x09hoshimori");
        assert_eq!(brokers(7), b"\0\0\0\x17\0\x03\0\x01\0\0\0\x07\0\x09hoshimori\0\0\0\0");
    }

    #[test]
    fn the_list_of_requests_is_read() {
        let bytes = b"\0\0\0\x16\0\0\0\x07\0\0\0\0\0\x02\0\x03\0\x00\0\x08\0\x12\0\0\0\x03";
        let (known, used) = decode_api_versions(bytes, 7).unwrap();
        assert_eq!(known[1], Known { request: API_VERSIONS, oldest: 0, newest: 3 });
        assert_eq!((known.len(), used), (2, bytes.len()));
        assert!(!decode_api_versions(bytes, 8).unwrap_err().is_incomplete());
    }

    #[test]
    fn brokers_are_counted() {
        let bytes = b"\0\0\0\x08\0\0\0\x07\0\0\0\x02";
        assert_eq!(decode_brokers(bytes, 7), Ok((2, bytes.len())));
    }

    #[test]
    fn the_question_itself_is_no_answer() {
        for bytes in [api_versions(7), brokers(7)] {
            assert!(!decode_api_versions(&bytes, 7).unwrap_err().is_incomplete());
        }
    }
}
