//! Which interfaces a host has, and where they listen (C706 appendix O, MS-RPCE 2.2.1.2).

use std::fmt;
use std::net::Ipv4Addr;

use super::Interface;
use crate::app::text;
use crate::app::uuid::Uuid;
use crate::{DecodeError, Reader};

/// The endpoint mapper, version 3 (C706 appendix O).
pub const INTERFACE: Interface = Interface {
    uuid: Uuid(*b"\x08\x83\xaf\xe1\x1f\x5d\xc9\x11\x91\xa4\x08\0\x2b\x14\xa0\xfa"),
    version: (3, 0),
};

/// The number of `ept_lookup` in that interface.
pub const LOOKUP: u16 = 2;

/// The most entries that are asked for at a time (MS-RPCE 2.2.1.2.4 allows 500).
pub const MAX_ENTRIES: u32 = 128;

/// The longest annotation (C706 appendix O: `ept_max_annotation_size`).
const MAX_ANNOTATION: u32 = 64;

/// The longest tower: MS-RPCE 2.2.1.2.6 takes up to 2,000 bytes.
const MAX_TOWER: u32 = 2_000;

/// The most floors of a tower: six make the longest of C706 appendix L.
const MAX_FLOORS: u16 = 8;

/// The longest name of a pipe or port in a tower that is shown: ours.
const MAX_NAME: usize = 128;

/// Protocol identifiers of floors (C706 appendix I, MS-RPCE 2.1.1).
const NCACN: u8 = 0x0b;
const NCADG: u8 = 0x0a;
const UUID: u8 = 0x0d;
const TCP: u8 = 0x07;
const UDP: u8 = 0x08;
const IP: u8 = 0x09;
const NAMED_PIPE: u8 = 0x0f;
const LOCAL: u8 = 0x10;
const NETBIOS: u8 = 0x11;
const HTTP: u8 = 0x1f;

/// Where a lookup goes on; all zeros at its beginning and at its end.
pub type Handle = [u8; 20];

/// The stub of `ept_lookup` for all entries (C706 appendix O).
pub fn lookup(handle: Handle) -> Vec<u8> {
    let all_elements = [0; 4];
    // Neither an object nor an interface is asked for; any version.
    let filters = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0];
    [&all_elements[..], &filters, &handle, &MAX_ENTRIES.to_le_bytes()].concat()
}

/// What `ept_lookup` gives.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Found {
    /// Where to go on.
    pub handle: Handle,
    /// The entries.
    pub entries: Vec<Entry>,
}

impl Found {
    /// Reads the whole stub of a response.
    ///
    /// | field        | bytes | kept                                         |
    /// |--------------|-------|----------------------------------------------|
    /// | entry_handle | 20    | yes                                          |
    /// | num_ents     | 4     | at most [`MAX_ENTRIES`], must be             |
    /// | sizes        | 12    | of the array; the last is that of num_ents   |
    /// | entries      |       | whether there is a tower, and the annotation |
    /// | towers       |       | behind all entries                           |
    /// | status       | 4     | no: an error comes without entries           |
    pub fn decode(stub: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::whole("MSRPC endpoint map", stub);
        let handle = reader.array()?;
        let count = reader.u32_le()?;
        let (_room, offset, actual) = (reader.u32_le()?, reader.u32_le()?, reader.u32_le()?);
        if actual > MAX_ENTRIES {
            let limit = MAX_ENTRIES as usize;
            return Err(DecodeError::too_long("MSRPC endpoint map", reader.offset(), limit));
        }
        if offset != 0 || actual != count {
            return Err(reader.invalid("the array has not the size of the list"));
        }
        let heads: Vec<Head> =
            (0..count).map(|_| Head::decode(&mut reader)).collect::<Result<_, _>>()?;
        let mut entries = Vec::new();
        for Head { has_tower, annotation } in heads {
            if has_tower && let Some((interface, binding)) = decode_tower(&mut reader)? {
                entries.push(Entry { interface, binding, annotation });
            }
        }
        Ok(Self { handle, entries })
    }
}

/// An interface and where it listens.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// Which interface.
    pub interface: Interface,
    /// Where.
    pub binding: Binding,
    /// What its programme says of it.
    pub annotation: String,
}

/// As `12345778-1234-abcd-ef00-0123456789ac v1.0 ncacn_ip_tcp:192.0.2.1[49664] annotation`.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { interface: Interface { uuid, version: (major, minor) }, .. } = self;
        write!(f, "{uuid} v{major}.{minor} {}", self.binding)?;
        if self.annotation.is_empty() { Ok(()) } else { write!(f, " {}", self.annotation) }
    }
}

/// Where an interface listens: the upper floors of a tower (C706 appendix L).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Binding {
    /// How it is reached, as `ncacn_ip_tcp` (C706 appendix I).
    pub sequence: &'static str,
    /// The address or name of the host.
    pub host: String,
    /// The port or pipe.
    pub endpoint: String,
}

impl Binding {
    /// Whether it is reached from the machine itself only.
    pub fn is_local(&self) -> bool {
        self.sequence == "ncalrpc"
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}[{}]", self.sequence, self.host, self.endpoint)
    }
}

/// What stands in the array for an entry: an object, a pointer to the tower, the annotation.
struct Head {
    has_tower: bool,
    annotation: String,
}

impl Head {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.take(size_of::<Uuid>())?;
        let has_tower = reader.u32_le()? != 0;
        let (_offset, length) = (reader.u32_le()?, reader.u32_le()?);
        let bytes = take_aligned(reader, length, MAX_ANNOTATION)?;
        let annotation = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        let annotation = text::decode(annotation, MAX_ANNOTATION as usize);
        Ok(Self { has_tower, annotation: annotation.trim().to_owned() })
    }
}

/// The next `length` bytes, at most `limit`, and what fills them up to a multiple of four.
fn take_aligned<'a>(
    reader: &mut Reader<'a>,
    length: u32,
    limit: u32,
) -> Result<&'a [u8], DecodeError> {
    let at = reader.offset();
    let too_long = DecodeError::too_long("MSRPC endpoint map", at, limit as usize);
    let length = usize::try_from(length).ok().filter(|it| *it <= limit as usize).ok_or(too_long)?;
    let bytes = reader.take(length)?;
    let padding = length.next_multiple_of(4) - length;
    // What follows is aligned; at the very end nothing need be.
    reader.take(padding.min(reader.remaining()))?;
    Ok(bytes)
}

/// A tower (C706 appendix L): the interface, the encoding, then from the protocol down to the host.
/// `None` where it is not about an interface.
fn decode_tower(reader: &mut Reader<'_>) -> Result<Option<(Interface, Binding)>, DecodeError> {
    let _room = reader.u32_le()?;
    let length = reader.u32_le()?;
    let mut tower = Reader::whole("MSRPC tower", take_aligned(reader, length, MAX_TOWER)?);
    let floors = tower.u16_le()?;
    if floors > MAX_FLOORS {
        let at = tower.offset();
        return Err(DecodeError::too_long("MSRPC tower", at, MAX_FLOORS.into()));
    }
    let mut interface = None;
    let mut binding = Binding::default();
    for number in 0..floors {
        let floor = Floor::decode(&mut tower)?;
        match number {
            0 => interface = floor.to_interface(),
            // How values are encoded.
            1 => {}
            _ => floor.add_to(&mut binding),
        }
    }
    Ok(interface.map(|interface| (interface, binding)))
}

/// A floor: a protocol with its version on the left, its address on the right.
struct Floor<'a> {
    protocol: u8,
    version: &'a [u8],
    address: &'a [u8],
}

impl<'a> Floor<'a> {
    fn decode(tower: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let left = tower.u16_le()?;
        let mut left = tower.field("MSRPC tower", left.into())?;
        let (protocol, version) = (left.u8()?, left.rest());
        let right = tower.u16_le()?;
        Ok(Self { protocol, version, address: tower.take(right.into())? })
    }

    fn to_interface(&self) -> Option<Interface> {
        let (uuid, major) = self.version.split_first_chunk().filter(|_| self.protocol == UUID)?;
        let (major, minor) = (major.first_chunk()?, self.address.first_chunk()?);
        let version = (u16::from_le_bytes(*major), u16::from_le_bytes(*minor));
        Some(Interface { uuid: Uuid(*uuid), version })
    }

    fn add_to(&self, binding: &mut Binding) {
        let port = || self.address.first_chunk().map(|port| u16::from_be_bytes(*port).to_string());
        match self.protocol {
            // Which of them it is shows the next floor.
            NCACN | NCADG => {}
            LOCAL => (binding.sequence, binding.endpoint) = ("ncalrpc", self.to_name()),
            NAMED_PIPE => (binding.sequence, binding.endpoint) = ("ncacn_np", self.to_name()),
            TCP => {
                (binding.sequence, binding.endpoint) = ("ncacn_ip_tcp", port().unwrap_or_default());
            }
            UDP => {
                (binding.sequence, binding.endpoint) = ("ncadg_ip_udp", port().unwrap_or_default());
            }
            HTTP => {
                (binding.sequence, binding.endpoint) = ("ncacn_http", port().unwrap_or_default());
            }
            IP => {
                let address = self.address.first_chunk::<4>();
                binding.host =
                    address.map_or_else(String::new, |it| Ipv4Addr::from(*it).to_string());
            }
            NETBIOS => binding.host = self.to_name(),
            // Local calls have a protocol of Microsoft's own, without a number anywhere.
            _ if binding.sequence.is_empty() => binding.sequence = "unknown",
            _ => {}
        }
    }

    fn to_name(&self) -> String {
        let name = self.address.split(|byte| *byte == 0).next().unwrap_or_default();
        text::decode(name, MAX_NAME)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A floor as it is on the wire.
    fn floor(left: &[u8], right: &[u8]) -> Vec<u8> {
        let length = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap().to_le_bytes();
        [&length(left)[..], left, &length(right), right].concat()
    }

    /// A map of one entry with `floors` behind interface and encoding.
    fn map(annotation: &[u8], floors: &[Vec<u8>]) -> Vec<u8> {
        let interface = floor(&[&[UUID][..], &INTERFACE.to_bytes()[..18]].concat(), &[0, 0]);
        let encoding = floor(&[&[UUID][..], &super::super::NDR.to_bytes()[..18]].concat(), &[0, 0]);
        let count = u8::try_from(floors.len() + 2).unwrap();
        let mut tower = [&[count, 0][..], &interface, &encoding, &floors.concat()].concat();
        let length = u32::try_from(tower.len()).unwrap().to_le_bytes();
        tower.resize(tower.len().next_multiple_of(4), 0);
        let mut text = annotation.to_vec();
        text.resize(text.len().next_multiple_of(4), 0);
        let text_length = u32::try_from(annotation.len()).unwrap().to_le_bytes();
        [
            &[7; 20][..],
            &[1, 0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
            &[0; 16],
            &[3, 0, 0, 0, 0, 0, 0, 0],
            &text_length,
            &text,
            &length,
            &length,
            &tower,
            &[0; 4],
        ]
        .concat()
    }

    fn shown(annotation: &[u8], floors: &[Vec<u8>]) -> String {
        let found = Found::decode(&map(annotation, floors)).unwrap();
        assert_eq!(found.handle, [7; 20]);
        found.entries[0].to_string()
    }

    #[test]
    fn a_lookup_is_written_byte_for_byte() {
        let stub = lookup([9; 20]);
        assert_eq!(stub[..16], *b"\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0");
        assert_eq!(stub[16..], [&[9; 20][..], &[128, 0, 0, 0]].concat());
    }

    #[test]
    fn entries_are_shown_with_where_they_listen() {
        let uuid = "e1af8308-5d1f-11c9-91a4-08002b14a0fa v3.0";
        let tcp = [floor(&[NCACN], &[0, 0]), floor(&[TCP], &[0xc0, 0x00])];
        let tcp = [&tcp[..], &[floor(&[IP], &[192, 0, 2, 1])]].concat();
        assert_eq!(shown(b"", &tcp), format!("{uuid} ncacn_ip_tcp:192.0.2.1[49152]"));
        let pipe = [floor(&[NCACN], &[0, 0]), floor(&[NAMED_PIPE], b"\\PIPE\\x\0")];
        let pipe = [&pipe[..], &[floor(&[NETBIOS], b"\\\\HOST\0")]].concat();
        assert_eq!(
            shown(b"KeyIso\0", &pipe),
            format!("{uuid} ncacn_np:\\\\HOST[\\PIPE\\x] KeyIso")
        );
        let local = [floor(&[0x0c], &[0, 0]), floor(&[LOCAL], b"LRPC-1\0")];
        let found = Found::decode(&map(b"", &local)).unwrap();
        assert!(found.entries[0].binding.is_local());
    }

    #[test]
    fn every_cut_before_the_status_is_refused() {
        let bytes = map(b"annotation", &[floor(&[TCP], &[0, 135])]);
        let whole = Found::decode(&bytes).unwrap();
        for length in 0..bytes.len() - 4 {
            match Found::decode(&bytes[..length]) {
                Err(_) => {}
                // Nothing but the filling behind the last tower is missing.
                Ok(found) => assert!(found == whole && length + 8 > bytes.len(), "{length}"),
            }
        }
    }

    #[test]
    fn counts_over_their_limits_are_refused() {
        let mut bytes = map(b"", &[]);
        bytes[20..24].copy_from_slice(&[0xff; 4]);
        bytes[32..36].copy_from_slice(&[0xff; 4]);
        assert!(Found::decode(&bytes).unwrap_err().is_too_long());
    }
}
