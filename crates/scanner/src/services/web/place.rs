use std::net::{IpAddr, SocketAddr};

use hoshimori_inspection::scope::is_print_port;

use crate::services::channel::WebTarget;

/// The longest path that is followed: ours; longer ones carry a session.
const MAX_PATH: usize = 1_024;

/// Something on a web server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Place {
    pub(super) web: WebTarget,
    pub(super) path: String,
}

impl Place {
    /// The front page of `web`.
    pub(super) fn front(web: &WebTarget) -> Self {
        Self { web: web.clone(), path: "/".to_owned() }
    }

    /// `path` on the same server.
    pub(super) fn at(&self, path: &str) -> Self {
        Self { web: self.web.clone(), path: path.to_owned() }
    }

    /// Whether `other` is on the same port, in the same wrapping.
    pub(super) fn shares_door_with(&self, other: &Self) -> bool {
        (self.web.port, self.web.tls) == (other.web.port, other.web.tls)
    }

    /// Where `reference` (RFC 3986 section 4.1) leads from here, provided that it stays on the
    /// host at `address`: whoever sends us elsewhere would have us ask somebody who has not
    /// agreed. A name is elsewhere, unless it is the one that was asked for.
    pub(super) fn follow(&self, reference: &str, address: IpAddr) -> Option<Self> {
        let reference = reference.split('#').next().unwrap_or_default().trim();
        let own = if self.web.tls { "https" } else { "http" };
        let (scheme, rest) = match reference.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
            _ => (own.to_owned(), reference),
        };
        if scheme != "http" && scheme != "https" {
            return None;
        }
        let tls = scheme == "https";
        let (web, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let end = rest.find(['/', '?']).unwrap_or(rest.len());
                let (authority, path) = rest.split_at_checked(end)?;
                (self.door(authority, tls, address)?, path.to_owned())
            }
            None if tls == self.web.tls => (self.web.clone(), self.resolve(rest)),
            None => return None,
        };
        let path = if path.starts_with('/') { path } else { format!("/{path}") };
        let is_sound = path.len() <= MAX_PATH && path.bytes().all(|byte| byte.is_ascii_graphic());
        is_sound.then_some(Self { web, path })
    }

    /// The server at `authority`, if that is the host at `address` and no printer.
    fn door(&self, authority: &str, tls: bool, address: IpAddr) -> Option<WebTarget> {
        if authority.eq_ignore_ascii_case(&self.web.host) && tls == self.web.tls {
            return Some(self.web.clone());
        }
        let usual = if tls { 443 } else { 80 };
        let with_usual_port = || {
            let bare = authority.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            Some(SocketAddr::new(bare.unwrap_or(authority).parse().ok()?, usual))
        };
        let peer = authority.parse().ok().or_else(with_usual_port)?;
        let is_ours = peer.ip() == address && !is_print_port(peer.port());
        is_ours.then(|| WebTarget { port: peer.port(), tls, host: peer.to_string() })
    }

    /// A reference without authority, from here (RFC 3986 section 5.2, without `..`, which
    /// servers resolve themselves).
    fn resolve(&self, reference: &str) -> String {
        let here = self.path.split('?').next().unwrap_or_default();
        let folder = here.rsplit_once('/').map_or("", |(folder, _)| folder);
        match reference.chars().next() {
            Some('/') => reference.to_owned(),
            Some('?') => format!("{here}{reference}"),
            Some(_) => format!("{folder}/{}", reference.strip_prefix("./").unwrap_or(reference)),
            None => self.path.clone(),
        }
    }
}

/// RFC 3986 section 3.1.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where `reference` leads from `/a/b?c` on 192.0.2.7:8080: port, wrapping, path.
    fn followed(reference: &str) -> Option<(u16, bool, String)> {
        let web = WebTarget { port: 8_080, tls: false, host: "192.0.2.7:8080".into() };
        let here = Place::front(&web).at("/a/b?c");
        let there = here.follow(reference, "192.0.2.7".parse().unwrap())?;
        Some((there.web.port, there.web.tls, there.path))
    }

    #[test]
    fn the_same_address_is_followed_on_any_port() {
        for (reference, port, tls, path) in [
            ("/login", 8_080, false, "/login"),
            ("login?a=b#c", 8_080, false, "/a/login?a=b"),
            ("./x", 8_080, false, "/a/x"),
            ("?d", 8_080, false, "/a/b?d"),
            ("//192.0.2.7:8080/x", 8_080, false, "/x"),
            ("https://192.0.2.7", 443, true, "/"),
            ("HTTPS://192.0.2.7:8443?x", 8_443, true, "/?x"),
            ("http://192.0.2.7/x:y", 80, false, "/x:y"),
        ] {
            assert_eq!(followed(reference), Some((port, tls, path.into())), "{reference}");
        }
    }

    #[test]
    fn no_other_host_and_no_printer_is_asked() {
        for reference in [
            "http://192.0.2.8/",
            "//192.0.2.8/x",
            "https://portal.office.example/",
            "http://192.0.2.7@192.0.2.8/",
            "http://192.0.2.7:9100/",
            "http://192.0.2.7:99999/",
            "ftp://192.0.2.7/",
            "javascript:go()",
            "data:image/png;base64,AAAA",
            "/a b",
            "/受付",
            "/a\r\nX: y",
        ] {
            assert_eq!(followed(reference), None, "{reference}");
        }
        assert_eq!(followed(&format!("/{}", "a".repeat(MAX_PATH))), None);
    }

    #[test]
    fn addresses_of_version_6_are_compared_as_addresses() {
        let web = WebTarget { port: 80, tls: false, host: "[2001:db8::7]:80".into() };
        let here = Place::front(&web);
        let address = "2001:db8::7".parse().unwrap();
        let there = here.follow("https://[2001:DB8:0::7]/x", address).unwrap();
        assert_eq!((there.web.port, there.web.host.as_str()), (443, "[2001:db8::7]:443"));
        assert_eq!(here.follow("http://[2001:db8::8]/", address), None);
    }
}
