//! Where a device is administered.

use std::net::{IpAddr, SocketAddr};

use hoshimori_inspection::evidence::ClueSource;
use hoshimori_inspection::target::Transport;

use super::clues::Host;
use super::devices::Told;

/// Where the device at `address` says that it is administered; else the web service by whose pages
/// it was recognised.
///
/// An address on another host is not believed: people will open it.
pub(super) fn url(address: IpAddr, host: &Host, told: &[Told<'_>]) -> Option<String> {
    let stated = told.iter().filter_map(|told| told.words.management_url.as_deref());
    let presented =
        host.heard.iter().filter(|heard| heard.clue.from == ClueSource::UpnpPresentation);
    let presented = presented.map(|heard| heard.clue.text.as_str());
    stated
        .chain(presented)
        .filter_map(|text| on_host(text, address))
        .min()
        .or_else(|| web_service(address, host, told))
}

/// `text` as an address on the host itself; a mere path is one on its web server.
fn on_host(text: &str, address: IpAddr) -> Option<String> {
    let text = text.trim();
    // Browsers and others disagree on what a backslash means in an address.
    if text.chars().any(|sign| sign.is_control() || sign.is_whitespace() || sign == '\\') {
        return None;
    }
    if text.starts_with('/') && !text.starts_with("//") {
        return Some(format!("http://{}{text}", bracketed(address)));
    }
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let is_own = match authority.parse::<SocketAddr>() {
        Ok(socket) => socket.ip() == address,
        Err(_) => authority.trim_matches(['[', ']']).parse() == Ok(address),
    };
    is_own.then(|| text.to_owned())
}

/// The web service, encrypted before others, whose pages told of the device.
fn web_service(address: IpAddr, host: &Host, told: &[Told<'_>]) -> Option<String> {
    let pages = told.iter().filter(|told| {
        let family = told.found.heard.clue.from.word().split('.').next();
        matches!(family, Some("http" | "html" | "favicon" | "api"))
    });
    let services = pages.filter_map(|told| {
        let target = told.found.heard.target;
        let service = host.services.get(&target).filter(|service| service.is_web)?;
        let (port, transport) = target.port?;
        (transport == Transport::Tcp).then_some((!service.is_encrypted, port))
    });
    let (is_plain, port) = services.min()?;
    let host = bracketed(address);
    Some(match (is_plain, port) {
        (true, 80) => format!("http://{host}/"),
        (true, _) => format!("http://{host}:{port}/"),
        (false, 443) => format!("https://{host}/"),
        (false, _) => format!("https://{host}:{port}/"),
    })
}

/// An address as it stands in a URL (RFC 3986 section 3.2.2).
fn bracketed(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_on_the_host_itself_are_believed() {
        let host: IpAddr = "192.0.2.7".parse().unwrap();
        for text in ["http://192.0.2.7/", "https://192.0.2.7:8443/admin?a=b", "http://192.0.2.7"] {
            assert_eq!(on_host(text, host).as_deref(), Some(text));
        }
        assert_eq!(on_host("/index.html", host).as_deref(), Some("http://192.0.2.7/index.html"));
        for text in [
            "http://192.0.2.8/",
            "http://192.0.2.7@example.com/",
            "http://192.0.2.7.example.com/",
            "//example.com/",
            "javascript:alert(1)",
            "http://192.0.2.7/ x",
            "http://192.0.2.7\\@example.com/",
            "",
        ] {
            assert_eq!(on_host(text, host), None, "{text}");
        }
        let host: IpAddr = "2001:db8::7".parse().unwrap();
        assert!(on_host("http://[2001:db8::7]:80/", host).is_some());
    }
}
