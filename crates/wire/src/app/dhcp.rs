//! Asking a DHCP server for its settings without taking a lease (RFC 2131).

use std::net::Ipv4Addr;

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
        // Subnet mask, router, name server.
        message.extend([55, 3, 1, 3, 6]);
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

struct Message {
    is_reply: bool,
    id: u32,
    kind: Option<u8>,
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
        let mut message = Self { is_reply: operation == 2, id, kind: None };
        loop {
            match reader.u8()? {
                0 => {}
                255 => return Ok(message),
                option => {
                    let length = reader.u8()?;
                    let mut value = reader.field("DHCP option", length.into())?;
                    if option == 53 {
                        message.kind = Some(value.u8()?);
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
        assert_eq!(request[236..249], [99, 130, 83, 99, 53, 1, 8, 55, 3, 1, 3, 6, 255]);
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
