//! Waking a key exchange daemon of a VPN (RFC 7296, and RFC 2408 and RFC 2409 before it).

use crate::{DecodeError, Reader};

/// Length of the header, the same in all versions (RFC 7296 section 3.1).
const HEADER: u32 = 28;

/// Payloads of version 1: a security association, a notification (RFC 2408 section 3.1).
const SECURITY_ASSOCIATION: u8 = 1;
const NOTIFICATION: u8 = 11;

/// Exchanges of version 1: identity protection, which is main mode, and informational.
const MAIN_MODE: u8 = 2;
const INFORMATIONAL_1: u8 = 5;

/// Exchanges of version 2 (RFC 7296 section 3.1).
const SA_INIT: u8 = 34;
const INFORMATIONAL_2: u8 = 37;

/// Flags of version 2: sent by who began, and sent in response.
const INITIATOR: u8 = 0x08;
const RESPONSE: u8 = 0x20;

/// Ciphers, key lengths, hashes and groups that are proposed in main mode (RFC 2409 appendix A):
/// one that is good today and one that the oldest daemons know.
const TRANSFORMS: [[u8; 4]; 2] = [[7, 1, 4, 14], [5, 0, 2, 2]];

/// A message of a major version that does not exist. A daemon of version 2 should answer with the
/// notification `INVALID_MAJOR_VERSION` (RFC 7296 section 2.5) and keeps nothing of it.
pub fn unknown_version(initiator: u64) -> Vec<u8> {
    header(initiator, [0, 0x30, SA_INIT, INITIATOR], HEADER)
}

/// The first message of main mode (RFC 2409 section 5). A daemon of version 1 answers with its
/// choice or with a refusal; no key and no password takes part in it.
pub fn main_mode(initiator: u64) -> Vec<u8> {
    let transforms: Vec<u8> =
        (1..).zip(TRANSFORMS).flat_map(|(it, one)| transform(it, one)).collect();
    let count = u8::try_from(TRANSFORMS.len()).unwrap_or(0);
    let proposal = payload(&[&[1, 1, 0, count][..], &transforms].concat(), 0);
    // The domain of interpretation of IPsec, and that identities are enough (RFC 2407 4.2.1).
    let association = payload(&[&[0, 0, 0, 1, 0, 0, 0, 1][..], &proposal].concat(), 0);
    let length = HEADER + u32::try_from(association.len()).unwrap_or(0);
    let mut message = header(initiator, [SECURITY_ASSOCIATION, 0x10, MAIN_MODE, 0], length);
    message.extend(association);
    message
}

fn header(initiator: u64, kinds: [u8; 4], length: u32) -> Vec<u8> {
    // No responder yet, and message number 0.
    let length = length.to_be_bytes();
    [&initiator.to_be_bytes()[..], &[0; 8], &kinds, &[0; 4], &length].concat()
}

/// `body` behind the generic header (RFC 2408 section 3.2), followed by a payload of kind `next`.
fn payload(body: &[u8], next: u8) -> Vec<u8> {
    let length = u16::try_from(body.len() + 4).unwrap_or(0).to_be_bytes();
    [&[next, 0][..], &length, body].concat()
}

/// Number `number` of the transforms (RFC 2408 section 3.6).
fn transform(number: u8, [cipher, long_key, hash, group]: [u8; 4]) -> Vec<u8> {
    // KEY_IKE, then cipher, hash, pre-shared key, group, and eight hours of life in seconds.
    let mut body = vec![number, 1, 0, 0];
    body.extend([0x80, 1, 0, cipher, 0x80, 2, 0, hash, 0x80, 3, 0, 1, 0x80, 4, 0, group]);
    body.extend([0x80, 11, 0, 1, 0x80, 12, 0x70, 0x80]);
    if long_key != 0 {
        body.extend([0x80, 14, long_key, 0]);
    }
    let is_last = usize::from(number) == TRANSFORMS.len();
    payload(&body, if is_last { 0 } else { 3 })
}

/// Whether `bytes` are what a daemon says to `request`: its choice or a notification, with the
/// number that the request gave itself.
pub fn answers(request: &[u8], bytes: &[u8]) -> bool {
    let (Ok(asked), Ok(answer)) = (Header::decode(request), Header::decode(bytes)) else {
        return false;
    };
    asked.initiator == answer.initiator && answer.is_of_responder()
}

/// The most payloads of one message that are looked at: ours; a first answer has up to ten.
const MAX_PAYLOADS: usize = 32;

/// The longest vendor identifier that is kept: ours; most are a hash of sixteen bytes.
const MAX_VENDOR_ID: usize = 64;

/// Payloads that identify a vendor, of version 1 and of version 2 (RFC 2408 section 3.16, RFC 7296
/// section 3.12).
const VENDOR_ID_1: u8 = 13;
const VENDOR_ID_2: u8 = 43;

/// The vendor identifiers in a daemon's answer, each cut where it is long.
pub fn vendor_ids(bytes: &[u8]) -> Result<Vec<Vec<u8>>, DecodeError> {
    let header = Header::decode(bytes)?;
    let mut reader = Reader::new("IKE payloads", bytes);
    reader.array::<{ HEADER as usize }>()?;
    let (mut next, mut found) = (header.next, Vec::new());
    for _ in 0..MAX_PAYLOADS {
        if next == 0 {
            break;
        }
        let kind = next;
        let [following, _flags] = reader.array()?;
        let length = usize::from(reader.u16()?);
        let short = reader.invalid("a payload is shorter than its own header");
        let mut payload = reader.field("IKE payload", length.checked_sub(4).ok_or(short)?)?;
        if matches!(kind, VENDOR_ID_1 | VENDOR_ID_2) {
            let id = payload.rest();
            found.push(id.get(..MAX_VENDOR_ID).unwrap_or(id).to_vec());
        }
        next = following;
    }
    Ok(found)
}

struct Header {
    initiator: u64,
    responder: u64,
    next: u8,
    version: u8,
    exchange: u8,
    flags: u8,
}

impl Header {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new("IKE header", bytes);
        let initiator = u64::from_be_bytes(reader.array()?);
        let responder = u64::from_be_bytes(reader.array()?);
        let [next, version, exchange, flags] = reader.array()?;
        let _number = reader.u32()?;
        if usize::try_from(reader.u32()?) != Ok(bytes.len()) {
            return Err(reader.invalid("its length is another"));
        }
        Ok(Self { initiator, responder, next, version, exchange, flags })
    }

    fn is_of_responder(&self) -> bool {
        match (self.version >> 4, self.exchange) {
            (1, MAIN_MODE) => self.responder != 0 && self.next == SECURITY_ASSOCIATION,
            (1, INFORMATIONAL_1) => self.next == NOTIFICATION,
            (2, SA_INIT | INFORMATIONAL_2) => self.flags & RESPONSE != 0,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPI: u64 = 0x0102_0304_0506_0708;

    #[test]
    fn requests_are_written_byte_for_byte() {
        let unknown = unknown_version(SPI);
        assert_eq!(unknown[..8], [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(unknown[16..], [0, 0x30, 34, 8, 0, 0, 0, 0, 0, 0, 0, 28]);

        let main = main_mode(SPI);
        assert_eq!(main[16..28], [1, 0x10, 2, 0, 0, 0, 0, 0, 0, 0, 0, 116]);
        assert_eq!(main[28..40], [0, 0, 0, 88, 0, 0, 0, 1, 0, 0, 0, 1]);
        assert_eq!(main[40..48], [0, 0, 0, 76, 1, 1, 0, 2]);
        let first =
            b"\x03\0\0\x24\x01\x01\0\0\x80\x01\0\x07\x80\x02\0\x04\x80\x03\0\x01\x80\x04\0\x0e\
            \x80\x0b\0\x01\x80\x0c\x70\x80\x80\x0e\x01\0";
        assert_eq!(main[48..84], *first);
        assert_eq!(main[84..92], [0, 0, 0, 32, 2, 1, 0, 0]);
        assert_eq!(main.len(), 116);
    }

    #[test]
    fn vendors_are_found_behind_other_payloads() {
        let payloads =
            [payload(b"sa", VENDOR_ID_1), payload(b"one", VENDOR_ID_1), payload(b"two", 0)];
        let body = payloads.concat();
        let length = HEADER + u32::try_from(body.len()).unwrap();
        let kinds = [SECURITY_ASSOCIATION, 0x10, MAIN_MODE, 0];
        let bytes = [header(SPI, kinds, length), body].concat();
        assert_eq!(vendor_ids(&bytes).unwrap(), [b"one", b"two"]);
        let endless = header(SPI, [VENDOR_ID_1, 0x10, MAIN_MODE, 0], HEADER + 4);
        assert!(vendor_ids(&[&endless[..], &[VENDOR_ID_1, 0, 0, 3]].concat()).is_err());
    }

    #[test]
    fn what_comes_back_unchanged_is_no_answer() {
        for request in [unknown_version(SPI), main_mode(SPI)] {
            assert!(!answers(&request, &request));
        }
    }

    #[test]
    fn refusals_of_both_versions_answer() {
        let request = main_mode(SPI);
        let refusal = header(SPI, [NOTIFICATION, 0x10, INFORMATIONAL_1, 0], HEADER);
        assert!(answers(&request, &refusal));
        assert!(!answers(&main_mode(SPI + 1), &refusal));
        let refusal = header(SPI, [41, 0x20, SA_INIT, RESPONSE], HEADER);
        assert!(answers(&unknown_version(SPI), &refusal));
        let wrong_length = header(SPI, [41, 0x20, SA_INIT, RESPONSE], HEADER + 1);
        assert!(!answers(&unknown_version(SPI), &wrong_length));
    }
}
