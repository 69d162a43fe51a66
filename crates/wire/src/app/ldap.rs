//! Asking a directory about itself (RFC 4511, RFC 4512 section 5.1): the root DSE, which everybody
//! may read.

use super::{der, text};
use crate::{DecodeError, Reader};

/// `SearchRequest`, `SearchResultEntry`, `SearchResultDone` (RFC 4511 section 4.5).
const SEARCH_REQUEST: u8 = der::application(3);
const SEARCH_ENTRY: u8 = der::application(4);
const SEARCH_DONE: u8 = der::application(5);
const SEARCH_REFERENCE: u8 = der::application(19);

/// The filter `present` (RFC 4511 section 4.5.1.7).
const PRESENT: u8 = 0x87;

/// The most attributes of an entry: ours; a domain controller has some thirty.
const MAX_ATTRIBUTES: usize = 128;

/// The most values of an attribute: ours; lists of controls have some forty.
const MAX_VALUES: usize = 128;

/// The longest value that is kept, in characters: ours; distinguished names have a hundred.
const MAX_VALUE: usize = 256;

/// The attributes that tell which directory it is: those of RFC 4512 section 5.1 and RFC 3045, of
/// Active Directory (MS-ADTS 3.1.1.3.2) and of `OpenLDAP`.
const ATTRIBUTES: [&str; 16] = [
    "objectClass",
    "structuralObjectClass",
    "vendorName",
    "vendorVersion",
    "supportedLDAPVersion",
    "supportedSASLMechanisms",
    "namingContexts",
    "defaultNamingContext",
    "rootDomainNamingContext",
    "dnsHostName",
    "serverName",
    "ldapServiceName",
    "domainFunctionality",
    "forestFunctionality",
    "domainControllerFunctionality",
    "isGlobalCatalogReady",
];

/// A search for the root DSE (RFC 4512 section 5.1) in the name of nobody. `id` comes back.
pub fn root_dse_request(id: u32) -> Vec<u8> {
    let number = |tag, value| der::encode_integer(tag, value);
    let attributes = ATTRIBUTES.map(|name| der::encode(der::OCTETS, &[name.as_bytes()])).concat();
    let search = [
        // The root itself, aliases as they are, any size, five seconds, values too.
        der::encode(der::OCTETS, &[]),
        number(der::ENUMERATED, 0),
        number(der::ENUMERATED, 0),
        number(der::INTEGER, 0),
        number(der::INTEGER, 5),
        b"\x01\x01\x00".to_vec(),
        der::encode(PRESENT, &[b"objectClass"]),
        der::encode(der::SEQUENCE, &[&attributes]),
    ];
    let search = der::encode(SEARCH_REQUEST, &[&search.concat()]);
    der::encode(der::SEQUENCE, &[&number(der::INTEGER, id & 0x7fff_ffff), &search])
}

/// What a directory says to a search.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// The entry, attribute by attribute.
    Entry(Vec<Attribute>),
    /// A referral to another directory, which nobody follows.
    Reference,
    /// The end.
    Done {
        /// resultCode (RFC 4511 section 4.1.9): 0 for success.
        code: i64,
        /// diagnosticMessage: why not.
        message: String,
    },
}

/// An attribute and its values, decoded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}

impl Answer {
    /// Reads the answer to the request with `id`; says how many bytes it has.
    pub fn decode(bytes: &[u8], id: u32) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("LDAP message", bytes);
        let mut message = der::element(&mut reader, der::SEQUENCE)?;
        if der::integer(&mut message, der::INTEGER)? != i64::from(id & 0x7fff_ffff) {
            return Err(message.invalid("it answers another request"));
        }
        let (tag, mut operation) = der::any(&mut message)?;
        let answer = match tag {
            SEARCH_ENTRY => Self::Entry(decode_entry(&mut operation)?),
            SEARCH_REFERENCE => Self::Reference,
            SEARCH_DONE => {
                let code = der::integer(&mut operation, der::ENUMERATED)?;
                let _matched = der::element(&mut operation, der::OCTETS)?;
                let message = der::element(&mut operation, der::OCTETS)?.rest();
                Self::Done { code, message: text::decode(message, MAX_VALUE) }
            }
            _ => return Err(operation.invalid("it does not answer a search")),
        };
        Ok((answer, reader.offset()))
    }
}

/// `SearchResultEntry` (RFC 4511 section 4.5.2): a name and a list of attributes.
fn decode_entry(operation: &mut Reader<'_>) -> Result<Vec<Attribute>, DecodeError> {
    let name = der::element(operation, der::OCTETS)?;
    if name.remaining() != 0 {
        return Err(name.invalid("the entry is not the root"));
    }
    let mut list = der::element(operation, der::SEQUENCE)?;
    let mut attributes = Vec::new();
    while list.remaining() > 0 {
        if attributes.len() == MAX_ATTRIBUTES {
            return Err(DecodeError::too_long("LDAP entry", list.offset(), MAX_ATTRIBUTES));
        }
        let mut attribute = der::element(&mut list, der::SEQUENCE)?;
        let name = der::element(&mut attribute, der::OCTETS)?.rest();
        let mut set = der::element(&mut attribute, der::SET)?;
        let mut values = Vec::new();
        while set.remaining() > 0 {
            if values.len() == MAX_VALUES {
                return Err(DecodeError::too_long("LDAP attribute", set.offset(), MAX_VALUES));
            }
            values.push(text::decode(der::element(&mut set, der::OCTETS)?.rest(), MAX_VALUE));
        }
        attributes.push(Attribute { name: text::decode(name, MAX_VALUE), values });
    }
    Ok(attributes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer with `operation`.
    fn answer(id: u8, operation: &[u8]) -> Vec<u8> {
        der::encode(der::SEQUENCE, &[&[2, 1, id], operation])
    }

    #[test]
    fn a_request_asks_for_the_root_and_nothing_below() {
        let bytes = root_dse_request(7);
        let mut reader = Reader::new("test", &bytes);
        let mut message = der::element(&mut reader, der::SEQUENCE).unwrap();
        reader.finish().unwrap();
        assert_eq!(der::integer(&mut message, der::INTEGER), Ok(7));
        let mut search = der::element(&mut message, SEARCH_REQUEST).unwrap();
        let expected =
            b"\x04\0\x0a\x01\0\x0a\x01\0\x02\x01\0\x02\x01\x05\x01\x01\0\x87\x0bobjectClass";
        assert_eq!(search.take(expected.len()).unwrap(), expected);
        assert!(Answer::decode(&bytes, 7).is_err(), "it is no answer to itself");
    }

    #[test]
    fn an_entry_is_read_with_all_values() {
        let values = b"\x31\x08\x04\x02v1\x04\x02v2";
        let attribute = der::encode(der::SEQUENCE, &[b"\x04\x01a", values]);
        let list = der::encode(der::SEQUENCE, &[&attribute]);
        let bytes = answer(7, &der::encode(SEARCH_ENTRY, &[b"\x04\0", &list]));
        let attribute = Attribute { name: "a".into(), values: vec!["v1".into(), "v2".into()] };
        assert_eq!(Answer::decode(&bytes, 7), Ok((Answer::Entry(vec![attribute]), bytes.len())));
        assert!(Answer::decode(&bytes, 8).is_err());
        for length in 0..bytes.len() {
            assert!(Answer::decode(&bytes[..length], 7).unwrap_err().is_incomplete());
        }
    }

    #[test]
    fn the_end_is_read_with_its_reason() {
        let done = der::encode(SEARCH_DONE, &[b"\x0a\x01\x01\x04\0\x04\x04bind"]);
        let (read, _) = Answer::decode(&answer(7, &done), 7).unwrap();
        assert_eq!(read, Answer::Done { code: 1, message: "bind".into() });
    }

    #[test]
    fn more_values_than_any_directory_has_are_refused() {
        let values = der::encode(der::SET, &[&b"\x04\0".repeat(200)]);
        let attribute = der::encode(der::SEQUENCE, &[b"\x04\x01a", &values]);
        let list = der::encode(der::SEQUENCE, &[&attribute]);
        let bytes = answer(7, &der::encode(SEARCH_ENTRY, &[b"\x04\0", &list]));
        assert!(Answer::decode(&bytes, 7).unwrap_err().is_too_long());
    }
}
