//! The algorithms that an SSH peer offers.

use super::{ssh_packet, text};
use crate::{DecodeError, Reader};

/// The longest name: RFC 4251 section 6 allows 64 characters.
pub const MAX_NAME: usize = 64;

/// The most names in one list: ours; OpenSSH 10 offers fewer than 20.
pub const MAX_NAMES: usize = 256;

const MESSAGE: u8 = 20;

/// Key exchange initialisation (RFC 4253 section 7.1).
///
/// | field                                   | bytes       |
/// |-----------------------------------------|-------------|
/// | SSH_MSG_KEXINIT                         | 1, value 20 |
/// | cookie                                  | 16          |
/// | ten name-lists, in the order below      | 4 + length  |
/// | first_kex_packet_follows                | 1           |
/// | reserved                                | 4           |
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KexInit {
    /// `kex_algorithms`.
    pub key_exchange: Vec<String>,
    /// `server_host_key_algorithms`.
    pub host_key: Vec<String>,
    /// `encryption_algorithms_client_to_server`.
    pub encryption_to_server: Vec<String>,
    /// `encryption_algorithms_server_to_client`.
    pub encryption_to_client: Vec<String>,
    /// `mac_algorithms_client_to_server`.
    pub mac_to_server: Vec<String>,
    /// `mac_algorithms_server_to_client`.
    pub mac_to_client: Vec<String>,
    /// `compression_algorithms_client_to_server`.
    pub compression_to_server: Vec<String>,
    /// `compression_algorithms_server_to_client`.
    pub compression_to_client: Vec<String>,
}

impl KexInit {
    /// Reads the packet that follows the identification line.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut payload = ssh_packet::decode(&mut Reader::new("SSH KEXINIT", bytes))?;
        if payload.u8()? != MESSAGE {
            return Err(payload.invalid("the first packet is not KEXINIT"));
        }
        let _cookie: [u8; 16] = payload.array()?;
        let kexinit = Self {
            key_exchange: names(&mut payload)?,
            host_key: names(&mut payload)?,
            encryption_to_server: names(&mut payload)?,
            encryption_to_client: names(&mut payload)?,
            mac_to_server: names(&mut payload)?,
            mac_to_client: names(&mut payload)?,
            compression_to_server: names(&mut payload)?,
            compression_to_client: names(&mut payload)?,
        };
        let _languages_to_server = names(&mut payload)?;
        let _languages_to_client = names(&mut payload)?;
        let _first_kex_packet_follows = payload.u8()?;
        let _reserved = payload.u32()?;
        payload.finish()?;
        Ok(kexinit)
    }
}

/// A name-list (RFC 4251 section 5): comma-separated names behind their common length.
fn names(reader: &mut Reader<'_>) -> Result<Vec<String>, DecodeError> {
    let length = reader.length32(ssh_packet::MAX_PACKET)?;
    let at = reader.offset();
    let list = reader.take(length)?;
    if list.is_empty() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for name in list.split(|byte| *byte == b',') {
        if name.len() > MAX_NAME {
            return Err(DecodeError::too_long("SSH algorithm name", at, MAX_NAME));
        }
        if names.len() == MAX_NAMES {
            return Err(DecodeError::too_long("SSH name-list", at, MAX_NAMES));
        }
        names.push(text::decode(name, MAX_NAME));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<u8> {
        let length = u32::try_from(text.len()).unwrap();
        [&length.to_be_bytes()[..], text.as_bytes()].concat()
    }

    #[test]
    fn an_empty_list_has_no_name() {
        assert_eq!(names(&mut Reader::new("test", &list(""))), Ok(vec![]));
    }

    #[test]
    fn refuses_long_names_and_long_lists() {
        for text in ["x".repeat(MAX_NAME + 1), "a,".repeat(MAX_NAMES)] {
            let error = names(&mut Reader::new("test", &list(&text))).unwrap_err();
            assert!(error.is_too_long(), "{text}");
        }
    }

    #[test]
    fn refuses_another_first_message() {
        let error = KexInit::decode(&[0, 0, 0, 3, 1, 30, 0]).unwrap_err();
        assert!(!error.is_incomplete());
    }
}
