//! Asking a device for what it offers by universal plug and play.

use std::net::SocketAddr;

use super::http1::Head;
use crate::DecodeError;

/// Asks one device for all that it has: a search by unicast (`UPnP` Device Architecture 2.0,
/// section 1.3.2). It may take one second; a unicast search needs no `MX`, but devices of version
/// 1.0 ignore a search without it.
pub fn search(device: SocketAddr) -> Vec<u8> {
    format!(
        "M-SEARCH * HTTP/1.1\r\nHOST: {device}\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\n\
         ST: ssdp:all\r\n\r\n"
    )
    .into_bytes()
}

/// Whether `bytes` are a device's answer to a search (section 1.3.3): it says what it is and which
/// one. The protocol has no number that the answer repeats.
pub fn answers(_search: &[u8], bytes: &[u8]) -> bool {
    Answer::decode(bytes).is_ok()
}

/// An answer to a search (section 1.3.3). A device gives one for itself, one for each device in
/// it and one for each kind of service.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// `ST`: the device or the kind of device or service that the answer is about.
    pub target: String,
    /// `SERVER`: operating system, version of the architecture, product. Often a fixed text.
    pub server: Option<String>,
    /// `LOCATION`: where the description is, as it is written.
    pub location: Option<String>,
}

impl Answer {
    /// Reads an answer.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (head, _) = Head::decode(bytes)?;
        let value = |name| head.field(name).filter(|value| !value.is_empty()).map(str::to_owned);
        let wrong = DecodeError::invalid("SSDP answer", 0, "it says neither what nor which");
        let target = value("ST").filter(|_| head.status == 200 && value("USN").is_some());
        let target = target.ok_or(wrong)?;
        Ok(Self { target, server: value("SERVER"), location: value("LOCATION") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_written_byte_for_byte() {
        let search = search("192.0.2.1:1900".parse().unwrap());
        let text = "M-SEARCH * HTTP/1.1\r\nHOST: 192.0.2.1:1900\r\nMAN: \"ssdp:discover\"\r\n\
            MX: 1\r\nST: ssdp:all\r\n\r\n";
        assert_eq!(search, text.as_bytes());
    }

    #[test]
    fn an_answer_tells_where_the_description_is() {
        let answer = Answer::decode(
            b"HTTP/1.1 200 OK\r\nst: upnp:rootdevice\r\nUSN: uuid:1::upnp:rootdevice\r\n\
              Server: OS/1 UPnP/1.1 Router/2\r\nLocation: http://192.0.2.1:5000/d.xml\r\n\r\n",
        )
        .unwrap();
        assert_eq!(answer.target, "upnp:rootdevice");
        assert_eq!(answer.server.as_deref(), Some("OS/1 UPnP/1.1 Router/2"));
        assert_eq!(answer.location.as_deref(), Some("http://192.0.2.1:5000/d.xml"));
    }

    #[test]
    fn announcements_and_web_pages_are_no_answers() {
        let answer = b"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:1\r\n\r\n";
        assert!(answers(b"", answer));
        for bytes in [
            &b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"[..],
            b"HTTP/1.1 404 no\r\nST: a\r\nUSN: b\r\n\r\n",
            b"NOTIFY * HTTP/1.1\r\nNT: upnp:rootdevice\r\nUSN: uuid:1\r\n\r\n",
            &search("192.0.2.1:1900".parse().unwrap()),
        ] {
            assert!(!answers(b"", bytes));
        }
    }
}
