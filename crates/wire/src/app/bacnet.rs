//! Asking a building controller which one it is (ANSI/ASHRAE 135, annex J for UDP).

use super::text;
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

/// The kind of an answer with a value: complex acknowledgement (clause 20.1.5).
const VALUE: u8 = 3;

/// The longest text of a property that is kept, in characters: ours.
const MAX_TEXT: usize = 255;

/// A property of the device (clause 21).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Property(pub u8);

impl Property {
    /// `application-software-version`.
    pub const APPLICATION_VERSION: Self = Self(12);
    /// `firmware-revision`.
    pub const FIRMWARE: Self = Self(44);
    /// `model-name`.
    pub const MODEL: Self = Self(70);
    /// `object-identifier`.
    pub const IDENTIFIER: Self = Self(75);
    /// `object-name`.
    pub const NAME: Self = Self(77);
    /// `vendor-name`.
    pub const VENDOR: Self = Self(121);

    /// Its name in the standard, of those above.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::APPLICATION_VERSION => Some("application-software-version"),
            Self::FIRMWARE => Some("firmware-revision"),
            Self::MODEL => Some("model-name"),
            Self::IDENTIFIER => Some("object-identifier"),
            Self::NAME => Some("object-name"),
            Self::VENDOR => Some("vendor-name"),
            _ => None,
        }
    }
}

/// Asks for the identifier of the device.
pub fn identifier_request(id: u8) -> Vec<u8> {
    property_request(id, Property::IDENTIFIER)
}

/// Asks for a property of the device. Instance 4,194,303 stands for whichever it is (clause
/// 15.5.2). The answer goes to the asker alone, unlike that to `Who-Is`. `id` comes back.
pub fn property_request(id: u8, property: Property) -> Vec<u8> {
    let network = [0x01, 0x04];
    // A confirmed request in one piece, for answers of up to 1,476 bytes.
    let request = [0x00, 0x05, id, READ_PROPERTY];
    // Device, any instance; the property.
    let parameters = [0x0c, 0x02, 0x3f, 0xff, 0xff, 0x19, property.0];
    [&[BACNET_IP, UNICAST, 0, 17][..], &network, &request, &parameters].concat()
}

/// The property and its text in an answer; nothing where the value is no text.
pub fn text_property(bytes: &[u8]) -> Result<Option<(Property, String)>, DecodeError> {
    let message = Message::decode(bytes)?;
    let mut reader = Reader::new("BACnet property", message.parameters);
    if (message.kind, message.detail) != (VALUE, READ_PROPERTY) {
        return Err(reader.invalid("it is not a value"));
    }
    // The object (context tag 0 of four bytes) and the property (context tag 1 of one byte).
    let [object, _, _, _, _, tag, property, opening] = reader.array()?;
    if (object, tag, opening) != (0x0c, 0x19, 0x3e) {
        return Err(reader.invalid("its parameters are others"));
    }
    // A character string (application tag 7), its length in the tag or behind it (clause 20.2.1.3).
    let length = match reader.u8()? {
        0x75 => match reader.u8()? {
            254 => reader.u16()?.into(),
            255 => return Err(DecodeError::too_long("BACnet property", 0, u16::MAX.into())),
            short => usize::from(short),
        },
        short @ 0x71..=0x74 => usize::from(short & 0x07),
        _ => return Ok(None),
    };
    let mut value = reader.field("BACnet text", length)?;
    let encoding = value.u8()?;
    let bytes = value.rest();
    // UCS-2 (4); all others are told by what they look like.
    let text = if encoding == 4 {
        let units = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair));
        let text: String = char::decode_utf16(units).map(|it| it.unwrap_or('\u{fffd}')).collect();
        text::decode(text.as_bytes(), MAX_TEXT)
    } else {
        text::decode(bytes, MAX_TEXT)
    };
    Ok(Some((Property(property), text)))
}

/// Whether `bytes` are a device's answer to `request`: the value, an error, a reject or an abort
/// (clause 20.1) with its number.
pub fn answers(request: &[u8], bytes: &[u8]) -> bool {
    let (Ok(asked), Ok(answer)) = (Message::decode(request), Message::decode(bytes)) else {
        return false;
    };
    let is_about_it = match answer.kind {
        // The value, and an error.
        VALUE | 5 => answer.detail == READ_PROPERTY,
        // A reject or an abort, with any reason.
        6 | 7 => true,
        _ => false,
    };
    is_about_it && answer.id == asked.id
}

struct Message<'a> {
    kind: u8,
    id: u8,
    /// The service, or the reason why not.
    detail: u8,
    parameters: &'a [u8],
}

impl<'a> Message<'a> {
    fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
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
        Ok(Self { kind, id, detail, parameters: reader.rest() })
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

    /// An answer with `value` of the property `model-name`.
    fn model(value: &[u8]) -> Vec<u8> {
        let head = b"\x01\0\x30\x07\x0c\x0c\x02\0\0\x01\x19\x46\x3e";
        let length = u16::try_from(4 + head.len() + value.len() + 1).unwrap();
        [&[BACNET_IP, UNICAST][..], &length.to_be_bytes(), head, value, b"\x3f"].concat()
    }

    #[test]
    fn texts_are_read_in_their_encodings() {
        for (value, text) in [
            (&b"\x75\x05\0AC-1"[..], "AC-1"),
            (b"\x73\0AC", "AC"),
            (b"\x75\x05\x04\x7a\x7a\x8a\xbf", "空調"),
            (b"\x75\xfe\0\x03\0AC", "AC"),
        ] {
            let read = text_property(&model(value)).unwrap();
            assert_eq!(read, Some((Property::MODEL, text.to_owned())));
        }
        assert_eq!(text_property(&model(b"\x21\x07")), Ok(None), "a number");
        assert!(text_property(&model(b"\x75\x50\0AC")).is_err(), "longer than the message");
        assert!(text_property(&identifier_request(7)).is_err());
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
