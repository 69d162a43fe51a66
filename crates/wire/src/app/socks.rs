//! Asking a proxy to connect: SOCKS 5 (RFC 1928) and SOCKS 4 (the memo of its author).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::{DecodeError, Reader};

/// Nobody has to prove anything (RFC 1928 section 3).
pub const NO_AUTHENTICATION: u8 = 0;

/// A user name and a password (RFC 1929).
pub const PASSWORD: u8 = 2;

/// None of the methods offered is acceptable.
pub const NO_METHOD: u8 = 0xff;

/// The reply codes of SOCKS 5 that RFC 1928 section 6 defines are 0 to this one.
const LAST_REPLY: u8 = 8;

/// Offers authentication methods, at most 255.
pub fn greeting(methods: &[u8]) -> Vec<u8> {
    let count = u8::try_from(methods.len()).unwrap_or(u8::MAX);
    [&[5, count][..], methods.get(..count.into()).unwrap_or(methods)].concat()
}

/// Reads the method that a proxy chose, and says how many bytes it was.
pub fn decode_method(bytes: &[u8]) -> Result<(u8, usize), DecodeError> {
    let mut reader = Reader::new("SOCKS 5 method", bytes);
    if reader.u8()? != 5 {
        return Err(reader.invalid("the version is not 5"));
    }
    Ok((reader.u8()?, reader.offset()))
}

/// Asks a SOCKS 5 proxy to connect to `to`.
pub fn connect5(to: SocketAddr) -> Vec<u8> {
    let port = to.port().to_be_bytes();
    match to.ip() {
        IpAddr::V4(address) => [&[5, 1, 0, 1][..], &address.octets(), &port].concat(),
        IpAddr::V6(address) => [&[5, 1, 0, 4][..], &address.octets(), &port].concat(),
    }
}

/// Reads the reply code of a SOCKS 5 proxy, and says how many bytes the reply was.
///
/// ```text
/// u8 5 | u8 reply | u8 0 | u8 1 IPv4, 3 name, 4 IPv6 | address | u16 port
/// ```
pub fn decode_reply5(bytes: &[u8]) -> Result<(u8, usize), DecodeError> {
    let mut reader = Reader::new("SOCKS 5 reply", bytes);
    let version = reader.u8()?;
    let reply = reader.u8()?;
    if version != 5 || reply > LAST_REPLY || reader.u8()? != 0 {
        return Err(reader.invalid("it is not `5`, a reply, `0`"));
    }
    let length = match reader.u8()? {
        1 => 4,
        3 => usize::from(reader.u8()?),
        4 => 16,
        _ => return Err(reader.invalid("an address is of kind 1, 3 or 4")),
    };
    reader.take(length + 2)?;
    Ok((reply, reader.offset()))
}

/// Asks a SOCKS 4 proxy to connect; the user is empty.
pub fn connect4(address: Ipv4Addr, port: u16) -> Vec<u8> {
    [&[4, 1][..], &port.to_be_bytes(), &address.octets(), &[0]].concat()
}

/// The answer of a SOCKS 4 proxy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reply4 {
    /// It is connected.
    Granted,
    /// It refuses or could not connect.
    Rejected,
    /// It asks the client's host who the user is, and got no answer or another name.
    IdentityAsked,
}

impl Reply4 {
    /// Reads the reply, and says how many bytes it was: `u8 0 | u8 code | u16 port | address`.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("SOCKS 4 reply", bytes);
        if reader.u8()? != 0 {
            return Err(reader.invalid("a reply begins with 0"));
        }
        let reply = match reader.u8()? {
            90 => Self::Granted,
            91 => Self::Rejected,
            92 | 93 => Self::IdentityAsked,
            _ => return Err(reader.invalid("a reply is 90 to 93")),
        };
        reader.take(6)?;
        Ok((reply, reader.offset()))
    }

    /// The code on the wire; 92 stands for 93 too.
    pub fn code(self) -> u16 {
        match self {
            Self::Granted => 90,
            Self::Rejected => 91,
            Self::IdentityAsked => 92,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_written_byte_for_byte() {
        assert_eq!(greeting(&[NO_AUTHENTICATION, PASSWORD]), [5, 2, 0, 2]);
        let to = "192.0.2.1:80".parse().unwrap();
        assert_eq!(connect5(to), [5, 1, 0, 1, 192, 0, 2, 1, 0, 80]);
        let to: SocketAddr = "[2001:db8::1]:80".parse().unwrap();
        assert_eq!(connect5(to).len(), 22);
        assert_eq!(connect4([192, 0, 2, 1].into(), 80), [4, 1, 0, 80, 192, 0, 2, 1, 0]);
    }

    #[test]
    fn an_echo_is_no_answer() {
        let to = "192.0.2.1:80".parse().unwrap();
        // The first byte after the version is the command of the request and a reply code.
        assert_eq!(decode_reply5(&connect5(to)), Ok((1, 10)));
        assert_eq!(decode_method(&greeting(&[0, 2])), Ok((2, 2)));
        assert!(!Reply4::decode(&connect4([192, 0, 2, 1].into(), 80)).unwrap_err().is_incomplete());
    }

    #[test]
    fn replies_with_any_address_are_read() {
        assert_eq!(decode_reply5(&[5, 0, 0, 3, 2, b'a', b'b', 0, 80, 9]), Ok((0, 9)));
        let mut six = vec![5, 5, 0, 4];
        six.extend([0; 18]);
        assert_eq!(decode_reply5(&six), Ok((5, 22)));
        assert!(!decode_reply5(&[5, 9, 0, 1]).unwrap_err().is_incomplete());
        assert_eq!(Reply4::decode(&[0, 91, 0, 0, 0, 0, 0, 0]), Ok((Reply4::Rejected, 8)));
    }
}
