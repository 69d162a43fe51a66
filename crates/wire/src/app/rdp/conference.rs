//! The first words behind a connection confirm (MS-RDPBCGR 2.2.1.3 and 2.2.1.4): how a server that
//! negotiates no security proves that it is a remote desktop.

use super::{TPKT, TPKT_HEADER};
use crate::app::der;
use crate::{DecodeError, Reader};

/// A data unit in one piece (ITU-T X.224 section 13.7).
const DATA: [u8; 3] = [2, 0xf0, 0x80];

/// Connect-Initial and Connect-Response of MCS (ITU-T T.125 section 7): both are 0x7f and this.
const LONG_TAG: u8 = 0x7f;
const CONNECT_INITIAL: u8 = der::application(5);
const CONNECT_RESPONSE: u8 = der::application(6);

/// The object identifier of T.124 before both user data (MS-RDPBCGR 4.1.3 and 4.1.4).
const CONFERENCE: &[u8] = b"\x00\x05\x00\x14\x7c\x00\x01";

/// The keys by which data of a client and of a server are told (MS-RDPBCGR 2.2.1.3 and 2.2.1.4).
const FROM_CLIENT: &[u8] = b"Duca";
const FROM_SERVER: &[u8] = b"McDn";

/// The longest answer that is decoded: ours; it holds a certificate of one or two kilobytes.
const MAX_MESSAGE: u16 = 8_192;

/// Parameters of the domain, as in the example of MS-RDPBCGR 4.1.3: wanted, least, most.
const PARAMETERS: &[u8] =
    b"\x30\x19\x02\x01\x22\x02\x01\x02\x02\x01\x00\x02\x01\x01\x02\x01\x00\x02\x01\x01\x02\x02\xff\
    \xff\x02\x01\x02\x30\x19\x02\x01\x01\x02\x01\x01\x02\x01\x01\x02\x01\x01\x02\x01\x00\x02\x01\
    \x01\x02\x02\x04\x20\x02\x01\x02\x30\x1c\x02\x02\xff\xff\x02\x02\xfc\x17\x02\x02\xff\xff\x02\
    \x01\x01\x02\x01\x00\x02\x01\x01\x02\x02\xff\xff\x02\x01\x02";

/// Connect-Initial (MS-RDPBCGR 2.2.1.3) for a screen of 640 by 480 and a client without a name.
pub fn connect_initial() -> Vec<u8> {
    // Version 5, the screen, 8 bits a pixel, the constant of 2.2.1.3.2; language, build, name,
    // keyboard and input method are left out as far as they may be.
    let core = [b"\x01\xc0\x84\x00\x04\x00\x08\x00\x80\x02\xe0\x01\x01\xca\x03\xaa", &[0; 116][..]];
    // Every method of encryption of 2.2.1.3.3.
    let security = b"\x02\xc0\x0c\x00\x1b\x00\x00\x00\x00\x00\x00\x00";
    let settings = [&core.concat()[..], security].concat();
    let inner =
        [&b"\x00\x08\x00\x10\x00\x01\xc0\x00"[..], FROM_CLIENT, &packed(&settings)].concat();
    let conference = [CONFERENCE, &packed(&inner)].concat();
    let selectors = b"\x04\x01\x01\x04\x01\x01\x01\x01\xff";
    let user_data = der::encode(der::OCTETS, &[&conference]);
    let initial = der::encode(CONNECT_INITIAL, &[selectors, PARAMETERS, &user_data]);
    let body = [&DATA[..], &[LONG_TAG], &initial].concat();
    let total = u16::try_from(body.len()).map_or(u16::MAX, |length| length + TPKT_HEADER);
    [&TPKT[..], &total.to_be_bytes(), &body].concat()
}

/// `contents` behind their length in the packed encoding (ITU-T X.691 section 11.9).
fn packed(contents: &[u8]) -> Vec<u8> {
    let length = u16::try_from(contents.len()).unwrap_or(u16::MAX) | 0x8000;
    [&length.to_be_bytes()[..], contents].concat()
}

/// Reads a Connect-Response (MS-RDPBCGR 2.2.1.4); says how many bytes it has.
///
/// Nothing of it is kept but that it is one: result, parameters, and user data of a server.
pub fn decode_response(bytes: &[u8]) -> Result<((), usize), DecodeError> {
    let mut reader = Reader::new("RDP connect response", bytes);
    if reader.array()? != TPKT {
        return Err(reader.invalid("it has no TPKT header"));
    }
    let at = reader.offset();
    let total = reader.u16()?;
    if total > MAX_MESSAGE {
        return Err(DecodeError::too_long("RDP connect response", at, MAX_MESSAGE.into()));
    }
    let rest = total.checked_sub(TPKT_HEADER).ok_or(reader.invalid("its length is too small"))?;
    let mut unit = reader.field("RDP connect response", rest.into())?;
    if unit.array()? != DATA || unit.u8()? != LONG_TAG {
        return Err(unit.invalid("it is no response of MCS"));
    }
    let mut response = der::element(&mut unit, CONNECT_RESPONSE)?;
    let _result = der::integer(&mut response, der::ENUMERATED)?;
    let _connection = der::integer(&mut response, der::INTEGER)?;
    let _parameters = der::element(&mut response, der::SEQUENCE)?;
    let user_data = der::element(&mut response, der::OCTETS)?.rest();
    // The key stands behind two lengths and some flags.
    let has_key = user_data.windows(FROM_SERVER.len()).take(32).any(|key| key == FROM_SERVER);
    if !user_data.starts_with(CONFERENCE) || !has_key {
        return Err(response.invalid("its user data are not those of a remote desktop"));
    }
    Ok(((), reader.offset()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connect_initial_is_told_by_its_lengths_and_does_not_answer_itself() {
        let bytes = connect_initial();
        assert_eq!(usize::from(u16::from_be_bytes([bytes[2], bytes[3]])), bytes.len());
        assert_eq!(bytes[4..10], [2, 0xf0, 0x80, 0x7f, 0x65, 0x82]);
        let rest = usize::from(u16::from_be_bytes([bytes[10], bytes[11]]));
        assert_eq!(rest + 12, bytes.len());
        assert!(!decode_response(&bytes).unwrap_err().is_incomplete());
    }

    #[test]
    fn foreign_user_data_are_refused() {
        let response = b"\x03\x00\x00\x2a\x02\xf0\x80\x7f\x66\x20\x0a\x01\x00\x02\x01\x00\x30\x00\
            \x04\x16\x00\x05\x00\x14\x7c\x00\x01\x2a\x14\x76\x0a\x01\x01\x00\x01\xc0\x00McDx\x00";
        assert!(!decode_response(response).unwrap_err().is_incomplete());
        let mut right = response.to_vec();
        let key = right.len() - 2;
        right[key] = b'n';
        assert_eq!(decode_response(&right), Ok(((), right.len())));
    }
}
