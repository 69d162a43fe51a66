//! Asking a building controller which one it is (ANSI/ASHRAE 135, annex J for UDP).

use crate::{DecodeError, Reader};

/// `BACnet` over IP, and a message to one address (annex J.2.1 and J.2.11).
const BACNET_IP: u8 = 0x81;
const UNICAST: u8 = 0x0a;

/// `ReadProperty` (clause 15.5).
const READ_PROPERTY: u8 = 0x0c;

/// Flags of the network layer (clause 6.2.2): a message of its own, a destination, a source.
const NETWORK_MESSAGE: u8 = 0x80;
const HAS_DESTINATION: u8 = 0x20;
const HAS_SOURCE: u8 = 0x08;

/// Asks for the identifier of the device. Instance 4,194,303 stands for whichever it is (clause
/// 15.5.2). The answer goes to the asker alone, unlike that to `Who-Is`. `id` comes back.
pub fn identifier_request(id: u8) -> Vec<u8> {
    let network = [0x01, 0x04];
    // A confirmed request in one piece, for answers of up to 1,476 bytes.
    let request = [0x00, 0x05, id, READ_PROPERTY];
    // Device, any instance; the property `object-identifier`.
    let parameters = [0x0c, 0x02, 0x3f, 0xff, 0xff, 0x19, 75];
    [&[BACNET_IP, UNICAST, 0, 17][..], &network, &request, &parameters].concat()
}

/// Whether `bytes` are a device's answer to `request`: the value, an error, a reject or an abort
/// (clause 20.1) with its number.
pub fn answers(request: &[u8], bytes: &[u8]) -> bool {
    let (Ok(asked), Ok(answer)) = (Message::decode(request), Message::decode(bytes)) else {
        return false;
    };
    let is_about_it = match answer.kind {
        // The value, and an error.
        3 | 5 => answer.detail == READ_PROPERTY,
        // A reject or an abort, with any reason.
        6 | 7 => true,
        _ => false,
    };
    is_about_it && answer.id == asked.id
}

struct Message {
    kind: u8,
    id: u8,
    /// The service, or the reason why not.
    detail: u8,
}

impl Message {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new("BACnet message", bytes);
        if reader.array()? != [BACNET_IP, UNICAST] {
            return Err(reader.invalid("it is not for one address"));
        }
        if usize::from(reader.u16()?) != bytes.len() {
            return Err(reader.invalid("its length is another"));
        }
        let [version, control] = reader.array()?;
        if version != 1 || control & NETWORK_MESSAGE != 0 {
            return Err(reader.invalid("it has nothing for an application"));
        }
        for flag in [HAS_DESTINATION, HAS_SOURCE] {
            if control & flag != 0 {
                let _network = reader.u16()?;
                let length = reader.u8()?;
                reader.take(length.into())?;
            }
        }
        if control & HAS_DESTINATION != 0 {
            let _hops = reader.u8()?;
        }
        let kind = reader.u8()? >> 4;
        if kind == 0 {
            // How long an answer may be.
            reader.u8()?;
        }
        let [id, detail] = reader.array()?;
        Ok(Self { kind, id, detail })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_written_byte_for_byte() {
        let request = identifier_request(7);
        assert_eq!(request, b"\x81\x0a\0\x11\x01\x04\0\x05\x07\x0c\x0c\x02\x3f\xff\xff\x19\x4b");
    }

    #[test]
    fn values_errors_and_refusals_answer() {
        let asked = identifier_request(7);
        for (bytes, is_answer) in [
            (
                &b"\x81\x0a\0\x14\x01\0\x30\x07\x0c\x0c\x02\0\0\x01\x19\x4b\x3e\xc4\x02\x3f"[..],
                true,
            ),
            (b"\x81\x0a\0\x0d\x01\0\x50\x07\x0c\x91\x01\x91\x1f", true),
            (b"\x81\x0a\0\x09\x01\0\x60\x07\x09", true),
            (b"\x81\x0a\0\x09\x01\0\x71\x07\x04", true),
            (b"\x81\x0a\0\x0e\x01\x08\0\x01\x01\x05\x60\x07\x09\x00", true),
            (b"\x81\x0a\0\x09\x01\0\x60\x08\x09", false),
            (b"\x81\x0a\0\x0d\x01\0\x50\x07\x0f\x91\x01\x91\x1f", false),
            (b"\x81\x0a\0\x09\x01\x80\x60\x07\x09", false),
            (b"\x81\x0a\0\x0a\x01\0\x60\x07\x09", false),
            (b"\x81\0\0\x06\0\x30", false),
        ] {
            assert_eq!(answers(&asked, bytes), is_answer, "{bytes:?}");
        }
        assert!(!answers(&asked, &asked));
    }
}
