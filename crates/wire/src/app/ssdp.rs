//! Asking a device for what it offers by universal plug and play.

use std::net::SocketAddr;

use super::http1::Head;

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
    Head::decode(bytes).is_ok_and(|(head, _)| {
        let has = |name| head.field(name).is_some_and(|value| !value.is_empty());
        head.status == 200 && has("ST") && has("USN")
    })
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
