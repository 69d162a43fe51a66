//! The name table that a host of a Windows network gives to anybody who asks.

use encoding_rs::SHIFT_JIS;

use super::text;
use crate::{DecodeError, Reader};

/// The longest datagram that is decoded: 255 names of 18 bytes, statistics and headers, rounded up.
pub const MAX_MESSAGE: usize = 5_120;

/// Length of a name without its suffix (RFC 1001 section 14.1 as Microsoft uses it).
const NAME: usize = 15;

/// Length of the flags, counts and everything else behind a question's name: type and class.
const TYPE_AND_CLASS: usize = 4;

/// The longest encoded name: RFC 1035 section 3.1 by way of RFC 1002 section 4.1.
const MAX_ENCODED_NAME: usize = 255;

/// NBSTAT, the type of name tables (RFC 1002 section 4.2.1.3).
const NBSTAT: u16 = 0x0021;

/// The class of the internet.
const INTERNET: u16 = 1;

/// Asks a host for its name table: NODE STATUS REQUEST (RFC 1002 section 4.2.17) for the name `*`.
pub fn node_status_request(id: u16) -> Vec<u8> {
    let mut request = id.to_be_bytes().to_vec();
    // No flag, one question, no record.
    request.extend([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    // `*` and 15 zeros, each half of a byte as a letter from `A` (RFC 1001 section 14.1).
    request.push(32);
    request.extend(b"CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    request.push(0);
    request.extend(NBSTAT.to_be_bytes());
    request.extend(INTERNET.to_be_bytes());
    request
}

/// NODE STATUS RESPONSE (RFC 1002 section 4.2.18).
///
/// | field      | bytes      | kept                                           |
/// |------------|------------|------------------------------------------------|
/// | header     | 12         | the number; one record and no error are needed |
/// | name, TTL  | 34 + 8     | no                                             |
/// | RDLENGTH   | 2          | bounds what follows                            |
/// | NUM_NAMES  | 1          | as the length of the list                      |
/// | names      | 18 each    | yes                                            |
/// | statistics | 46 or less | their first six bytes, the unit id             |
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NodeStatus {
    /// The number of the question.
    pub id: u16,
    /// The names, in the order of the table.
    pub names: Vec<NodeName>,
    /// What the host says is its hardware address; some say nothing, some zeros.
    pub unit_id: Option<[u8; 6]>,
}

impl NodeStatus {
    /// Reads a response.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let what = "NetBIOS node status";
        if bytes.len() > MAX_MESSAGE {
            return Err(DecodeError::too_long(what, 0, MAX_MESSAGE));
        }
        let mut reader = Reader::new(what, bytes);
        let id = reader.u16()?;
        let flags = Flags(reader.u16()?);
        if !flags.is_response() {
            return Err(reader.invalid("it is not a response"));
        }
        if flags.code() != 0 {
            return Err(reader.invalid("the host reports an error"));
        }
        let [questions, answers] = [reader.u16()?, reader.u16()?];
        // Records behind the answer.
        reader.u32()?;
        if questions > 1 || answers == 0 {
            return Err(reader.invalid("it has no answer to one question"));
        }
        if questions == 1 {
            skip_name(&mut reader)?;
            reader.take(TYPE_AND_CLASS)?;
        }
        skip_name(&mut reader)?;
        if reader.u16()? != NBSTAT || reader.u16()? != INTERNET {
            return Err(reader.invalid("the record is no name table"));
        }
        // TTL.
        reader.u32()?;
        let length = reader.u16()?;
        let mut table = reader.field("NetBIOS name table", length.into())?;
        let count = table.u8()?;
        let names = (0..count).map(|_| NodeName::decode(&mut table)).collect::<Result<_, _>>()?;
        Ok(Self { id, names, unit_id: table.array().ok() })
    }
}

/// An entry of a name table: a name of 15 bytes, its suffix, its flags.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NodeName {
    /// The name as it is on the wire, filled up with blanks.
    pub name: [u8; NAME],
    /// What the name is for.
    pub suffix: Suffix,
    /// Whether many hosts share the name, as a workgroup, or this one alone has it.
    pub holder: Holder,
}

impl NodeName {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (name, suffix) = (reader.array()?, Suffix(reader.u8()?));
        let is_group = reader.u16()? & 0x8000 != 0;
        let holder = if is_group { Holder::Group } else { Holder::Host };
        Ok(Self { name, suffix, holder })
    }

    /// The name as text that is safe to show. Windows in Japan writes code page 932, also in
    /// half-width katakana that other encodings would claim.
    pub fn to_text(&self) -> String {
        let name = self.name.trim_ascii_end();
        let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
        let (decoded, had_errors) = SHIFT_JIS.decode_without_bom_handling(name);
        if had_errors {
            return text::decode(name, NAME);
        }
        text::decode(decoded.trim_end().as_bytes(), NAME)
    }
}

/// What a name is for: the sixteenth byte of the name.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Suffix(pub u8);

impl Suffix {
    /// The machine, or the workgroup or domain that it is in.
    pub const WORKSTATION: Self = Self(0x00);
    /// The machine as a file server.
    pub const FILE_SERVER: Self = Self(0x20);
}

/// Who has a name.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Holder {
    /// One host.
    Host,
    /// A group of hosts.
    Group,
}

/// The second word of the header (RFC 1002 section 4.2.1.1).
#[derive(Clone, Copy)]
struct Flags(u16);

impl Flags {
    fn is_response(self) -> bool {
        self.0 & 0x8000 != 0
    }

    fn code(self) -> u16 {
        self.0 & 0x000f
    }
}

/// Reads past a name: labels up to an empty one, or a pointer.
fn skip_name(reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    let start = reader.offset();
    while reader.offset() - start < MAX_ENCODED_NAME {
        match reader.u8()? {
            0 => return Ok(()),
            pointer if pointer >= 0xc0 => return reader.u8().map(drop),
            length if length < 0x40 => reader.take(length.into()).map(drop)?,
            _ => return Err(reader.invalid("a label of unknown kind")),
        }
    }
    Err(DecodeError::too_long("NetBIOS name", start, MAX_ENCODED_NAME))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A response with `table` behind RDLENGTH.
    fn response(table: &[u8]) -> Vec<u8> {
        let mut bytes = node_status_request(0x1234);
        bytes[2..8].copy_from_slice(&[0x84, 0, 0, 0, 0, 1]);
        bytes.extend([0, 0, 0, 0]);
        bytes.extend(u16::try_from(table.len()).unwrap().to_be_bytes());
        bytes.extend(table);
        bytes
    }

    fn entry(name: &[u8], suffix: u8, flags: u16) -> Vec<u8> {
        let mut entry = name.to_vec();
        entry.resize(NAME, b' ');
        entry.push(suffix);
        entry.extend(flags.to_be_bytes());
        entry
    }

    fn name(bytes: &[u8]) -> String {
        let table = [vec![1], entry(bytes, 0, 0x0400)].concat();
        NodeStatus::decode(&response(&table)).unwrap().names[0].to_text()
    }

    #[test]
    fn a_request_is_written_byte_for_byte() {
        let request = node_status_request(0x1234);
        assert_eq!(request.len(), 50);
        assert_eq!(request[..13], *b"\x12\x34\0\0\0\x01\0\0\0\0\0\0\x20");
        assert_eq!(request[13..], *b"CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0\0\x21\0\x01");
    }

    #[test]
    fn a_request_is_no_response() {
        assert!(NodeStatus::decode(&node_status_request(1)).is_err());
    }

    #[test]
    fn a_table_is_read_with_and_without_the_question() {
        let entries = [entry(b"RECEPTION-PC", 0, 0x0400), entry(b"OFFICE", 0, 0x8400)].concat();
        let table = [&[2], &entries[..], &[0, 0, 0x5e, 0, 0x53, 1, 9, 9]].concat();
        let bytes = response(&table);
        let status = NodeStatus::decode(&bytes).unwrap();
        assert_eq!((status.id, status.unit_id), (0x1234, Some([0, 0, 0x5e, 0, 0x53, 1])));
        let names: Vec<_> =
            status.names.iter().map(|it| (it.to_text(), it.suffix, it.holder)).collect();
        assert_eq!(names[0], ("RECEPTION-PC".into(), Suffix::WORKSTATION, Holder::Host));
        assert_eq!(names[1], ("OFFICE".into(), Suffix::WORKSTATION, Holder::Group));

        // The same with the question repeated, and the record's name a pointer to it.
        let question = &node_status_request(0)[12..];
        let header = [&bytes[..4], &[0, 1], &bytes[6..12]].concat();
        let repeated = [&header, question, &[0xc0, 12], &bytes[46..]].concat();
        assert_eq!(NodeStatus::decode(&repeated), Ok(status));
    }

    #[test]
    fn names_are_read_in_code_page_932() {
        let (reception, _, _) = SHIFT_JIS.encode("受付");
        assert_eq!(name(&reception), "受付");
        let (katakana, _, _) = SHIFT_JIS.encode("ｳｹﾂｹ-01");
        assert_eq!(name(&katakana), "ｳｹﾂｹ-01");
        assert_eq!(name(b"B\xfcRO\xff"), "BüROÿ");
    }

    #[test]
    fn names_cannot_disturb_who_reads_them() {
        assert_eq!(name(b"\x01\x02__MSBROWSE__\x02"), "··__MSBROWSE__·");
        assert_eq!(name(b"A\0B"), "A");
        assert_eq!(name(b""), "");
    }

    #[test]
    fn a_table_shorter_than_its_count_is_refused() {
        let table = [vec![2], entry(b"ONE", 0, 0)].concat();
        assert!(NodeStatus::decode(&response(&table)).is_err());
    }

    #[test]
    fn an_endless_name_is_refused() {
        let mut bytes = response(&[0])[..12].to_vec();
        bytes.extend([1, b'A'].repeat(200));
        assert!(NodeStatus::decode(&bytes).unwrap_err().is_too_long());
    }

    #[test]
    fn a_table_without_statistics_has_no_unit_id() {
        let table = [vec![1], entry(b"ONE", 0, 0)].concat();
        assert_eq!(NodeStatus::decode(&response(&table)).unwrap().unit_id, None);
    }
}
