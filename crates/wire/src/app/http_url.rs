//! Addresses of documents and services that devices name (RFC 3986, RFC 9110 section 4.2).

use std::fmt;
use std::net::IpAddr;

/// The longest URL: the least that RFC 9110 section 4.1 asks recipients to take.
pub const MAX_URL: usize = 8_000;

/// An `http` or `https` URL without credentials and fragment.
///
/// ```
/// use hoshimori_wire::app::http_url::HttpUrl;
///
/// let url = HttpUrl::parse("http://192.0.2.1:5000/rootDesc.xml").unwrap();
/// assert_eq!(url.address(), Some([192, 0, 2, 1].into()));
/// assert_eq!(url.join("ctl/IPConn").unwrap().to_string(), "http://192.0.2.1:5000/ctl/IPConn");
/// ```
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct HttpUrl {
    /// Whether the scheme is `https`.
    pub tls: bool,
    /// The host as it is written, brackets included.
    pub host: String,
    /// The port, that of the scheme where none is written.
    pub port: u16,
    /// Path and query, beginning with `/`.
    pub target: String,
}

impl HttpUrl {
    /// Reads a URL. `None` for other schemes, for credentials in it, and for signs that may not
    /// stand in one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > MAX_URL || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let (scheme, rest) = text.split_once("://")?;
        let tls = if scheme.eq_ignore_ascii_case("https") {
            true
        } else if scheme.eq_ignore_ascii_case("http") {
            false
        } else {
            return None;
        };
        let rest = rest.split('#').next()?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(end)?;
        let (host, port) = split_authority(authority)?;
        let port = match port {
            None | Some("") => {
                if tls {
                    443
                } else {
                    80
                }
            }
            Some(digits) => digits.parse().ok().filter(|port| *port != 0)?,
        };
        let slash = if target.starts_with('/') { "" } else { "/" };
        Some(Self { tls, host: host.to_owned(), port, target: format!("{slash}{target}") })
    }

    /// The host as an address, if it is written as one.
    pub fn address(&self) -> Option<IpAddr> {
        let Some(inner) = self.host.strip_prefix('[') else { return self.host.parse().ok() };
        let inner = inner.strip_suffix(']')?;
        // The zone (RFC 6874) means something on the device only.
        let address = inner.split('%').next()?;
        address.parse().ok().filter(IpAddr::is_ipv6)
    }

    /// What `reference` means in a document from here (RFC 3986 section 5.2, without removal of
    /// dot segments).
    pub fn join(&self, reference: &str) -> Option<Self> {
        let reference = reference.trim();
        let scheme = if self.tls { "https" } else { "http" };
        if reference.is_empty() {
            return None;
        }
        if reference.contains("://") {
            return Self::parse(reference);
        }
        if reference.starts_with("//") {
            return Self::parse(&format!("{scheme}:{reference}"));
        }
        let authority = format!("{scheme}://{}:{}", self.host, self.port);
        if reference.starts_with('/') {
            return Self::parse(&format!("{authority}{reference}"));
        }
        let path = self.target.split('?').next()?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        Self::parse(&format!("{authority}{folder}/{reference}"))
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        write!(f, "{scheme}://{}:{}{}", self.host, self.port, self.target)
    }
}

/// Host and port of an authority without credentials (RFC 3986 section 3.2).
fn split_authority(authority: &str) -> Option<(&str, Option<&str>)> {
    if authority.contains('@') || authority.is_empty() {
        return None;
    }
    if authority.starts_with('[') {
        let end = authority.find(']')? + 1;
        let (host, rest) = authority.split_at_checked(end)?;
        return match rest.strip_prefix(':') {
            None if rest.is_empty() => Some((host, None)),
            None => None,
            port => Some((host, port)),
        };
    }
    let (host, port) = match authority.split_once(':') {
        None => (authority, None),
        Some((host, port)) => (host, Some(port)),
    };
    (!host.is_empty()).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        for (text, tls, host, port, target) in [
            ("http://192.0.2.1", false, "192.0.2.1", 80, "/"),
            ("HTTPS://nas.office.example/a?b=c#d", true, "nas.office.example", 443, "/a?b=c"),
            ("http://[fe80::1%25eth0]:49152?x", false, "[fe80::1%25eth0]", 49_152, "/?x"),
            (" http://192.0.2.1:/a ", false, "192.0.2.1", 80, "/a"),
        ] {
            let url = HttpUrl::parse(text).unwrap();
            assert_eq!((url.tls, &*url.host, url.port, &*url.target), (tls, host, port, target));
        }
    }

    #[test]
    fn what_could_lead_elsewhere_is_refused() {
        for text in [
            "ftp://192.0.2.1/",
            "http:/192.0.2.1/",
            "http:///a",
            "http://192.0.2.1:0/",
            "http://192.0.2.1:65536/",
            "http://user@192.0.2.1/",
            "http://192.0.2.1:80@198.51.100.1/",
            "http://[::1/",
            "http://[::1]x/",
            "http://192.0.2.1/a b",
            "http://192.0.2.1/\r\nX: y",
        ] {
            assert_eq!(HttpUrl::parse(text), None, "{text}");
        }
        assert_eq!(HttpUrl::parse(&format!("http://a/{}", "x".repeat(MAX_URL))), None);
    }

    #[test]
    fn only_what_is_written_as_an_address_is_one() {
        let address = |text: &str| HttpUrl::parse(text).unwrap().address();
        assert_eq!(address("http://[fe80::1%25eth0]/"), Some("fe80::1".parse().unwrap()));
        for text in ["http://3221225985/", "http://0300.0.2.1/", "http://a/", "http://[192.0.2.1]/"]
        {
            assert_eq!(address(text), None, "{text}");
        }
    }

    #[test]
    fn references_are_read_from_where_they_stand() {
        let base = HttpUrl::parse("http://192.0.2.1:5000/upnp/desc.xml?v=1/2").unwrap();
        for (reference, wanted) in [
            ("/ctl", "http://192.0.2.1:5000/ctl"),
            ("ctl?a", "http://192.0.2.1:5000/upnp/ctl?a"),
            ("http://192.0.2.1:5001/ctl", "http://192.0.2.1:5001/ctl"),
            ("//198.51.100.1/ctl", "http://198.51.100.1:80/ctl"),
        ] {
            assert_eq!(base.join(reference).unwrap().to_string(), wanted);
        }
        assert_eq!(base.join(" "), None);
    }
}
