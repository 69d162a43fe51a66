//! Asking a DHCP server for its settings without taking a lease (RFC 2131).

use std::net::Ipv4Addr;

use super::text;
use crate::{DecodeError, Reader};

/// The port on which clients hear answers (RFC 2131 section 4.1).
pub const CLIENT_PORT: u16 = 68;

/// What stands before the options (RFC 2131 section 3).
const MAGIC_COOKIE: [u8; 4] = [99, 130, 83, 99];

/// The shortest message that every server and relay takes (RFC 1542 section 2.1).
const SHORTEST: usize = 300;

/// Message type of a client that has an address and asks for everything else (RFC 2132 9.6).
const INFORM: u8 = 8;

/// Message type of the answer.
const ACK: u8 = 5;

/// Options that tell about the server (RFC 2132 sections 3.17, 9.7 and 9.13).
const DOMAIN: u8 = 15;
const SERVER: u8 = 54;
const VENDOR_CLASS: u8 = 60;

/// The longest option (RFC 2132 section 2: one byte tells the length).
const MAX_OPTION: usize = 255;

/// A client that has an address and asks for the settings of its network.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Inform {
    /// A random number, which the answer repeats.
    pub id: u32,
    /// The client's own address, to which the answer goes, at [`CLIENT_PORT`].
    pub own: Ipv4Addr,
    /// The client's hardware address.
    pub hardware: [u8; 6],
}

impl Inform {
    /// DHCPINFORM (RFC 2131 section 4.4.3). The server reserves nothing for it.
    pub fn to_bytes(self) -> Vec<u8> {
        // BOOTREQUEST, Ethernet, six bytes of hardware address, no hops.
        let mut message = vec![1, 1, 6, 0];
        message.extend(self.id.to_be_bytes());
        // No seconds passed, no broadcast wanted.
        message.extend([0; 4]);
        message.extend(self.own.octets());
        // Offered address, server, relay.
        message.extend([0; 12]);
        message.extend(self.hardware);
        // The rest of the hardware address, server name, file name.
        message.extend([0; 10 + 64 + 128]);
        message.extend(MAGIC_COOKIE);
        message.extend([53, 1, INFORM]);
        // Subnet mask, router, name server, domain, vendor class.
        message.extend([55, 5, 1, 3, 6, DOMAIN, VENDOR_CLASS]);
        message.push(255);
        message.resize(SHORTEST, 0);
        message
    }
}

/// Whether `bytes` are a server's DHCPACK to `request`.
pub fn answers(request: &[u8], bytes: &[u8]) -> bool {
    let (Ok(asked), Ok(answer)) = (Message::decode(request), Message::decode(bytes)) else {
        return false;
    };
    answer.is_reply && answer.id == asked.id && answer.kind == Some(ACK)
}

/// What a server tells of itself in its answer.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Settings {
    /// The domain of the network.
    pub domain: Option<String>,
    /// The address by which the server calls itself.
    pub server: Option<Ipv4Addr>,
    /// The vendor class.
    pub vendor_class: Option<String>,
}

impl Settings {
    /// Reads a server's answer.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Message::decode(bytes).map(|message| message.settings)
    }
}

struct Message {
    is_reply: bool,
    id: u32,
    kind: Option<u8>,
    settings: Settings,
}

impl Message {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new("DHCP message", bytes);
        let [operation, _kind, _length, _hops] = reader.array()?;
        let id = reader.u32()?;
        // Times, addresses, hardware address, names.
        reader.take(4 + 16 + 16 + 64 + 128)?;
        if reader.array()? != MAGIC_COOKIE {
            return Err(reader.invalid("it has no options"));
        }
        let is_reply = operation == 2;
        let mut message = Self { is_reply, id, kind: None, settings: Settings::default() };
        loop {
            match reader.u8()? {
                0 => {}
                255 => return Ok(message),
                option => {
                    let length = reader.u8()?;
                    let mut value = reader.field("DHCP option", length.into())?;
                    let settings = &mut message.settings;
                    let text = || text::decode(value.clone().rest(), MAX_OPTION);
                    match option {
                        53 => message.kind = Some(value.u8()?),
                        DOMAIN => settings.domain = Some(text()),
                        SERVER => settings.server = Some(value.array()?.into()),
                        VENDOR_CLASS => settings.vendor_class = Some(text()),
                        _ => {}
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inform() -> Vec<u8> {
        let own = Ipv4Addr::new(192, 0, 2, 7);
        Inform { id: 0x0102_0304, own, hardware: [2, 0, 0, 0, 0, 9] }.to_bytes()
    }

    #[test]
    fn a_request_is_written_byte_for_byte() {
        let request = inform();
        assert_eq!(request.len(), SHORTEST);
        assert_eq!(request[..16], [1, 1, 6, 0, 1, 2, 3, 4, 0, 0, 0, 0, 192, 0, 2, 7]);
        assert_eq!(request[28..34], [2, 0, 0, 0, 0, 9]);
        assert_eq!(request[236..251], [99, 130, 83, 99, 53, 1, 8, 55, 5, 1, 3, 6, 15, 60, 255]);
    }

    #[test]
    fn an_answer_tells_domain_server_and_vendor_class() {
        let mut answer = inform();
        answer.truncate(240);
        answer.extend(b"\x35\x01\x05\x36\x04\xc0\x00\x02\x01\x0f\x0eoffice.example\x3c\x03R-1\xff");
        let settings = Settings::decode(&answer).unwrap();
        assert_eq!(settings.domain.as_deref(), Some("office.example"));
        assert_eq!(settings.server, Some(Ipv4Addr::new(192, 0, 2, 1)));
        assert_eq!(settings.vendor_class.as_deref(), Some("R-1"));
    }

    #[test]
    fn only_an_acknowledgement_answers() {
        let request = inform();
        let mut answer = request.clone();
        answer[0] = 2;
        for (kind, is_answer) in [(5, true), (2, false), (6, false), (8, false)] {
            answer[242] = kind;
            assert_eq!(answers(&request, &answer), is_answer, "{kind}");
        }
        answer[236] = 0;
        assert!(!answers(&request, &answer), "plain BOOTP");
    }
}
