//! What servers claim to be in their first words. Claims, not facts: banners lie.

use hoshimori_wire::app::reply_lines::Reply;
use hoshimori_wire::app::ssh_banner::Identification;

/// A product and its version, as a server gives them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Claim {
    /// The name of the product.
    pub(crate) product: Option<String>,
    /// Its version, with the distribution's revision where it is told.
    pub(crate) version: Option<String>,
}

impl Claim {
    /// From an SSH identification: `OpenSSH_9.2p1` with the comment `Debian-2+deb12u10`.
    pub(crate) fn from_ssh(peer: &Identification) -> Self {
        let (product, version) = match peer.software.find(['_', '-']) {
            Some(at) => peer.software.split_at_checked(at).unwrap_or((&peer.software, "")),
            None => (peer.software.as_str(), ""),
        };
        let version = version.trim_start_matches(['_', '-']);
        let revision = peer.comments.as_deref().unwrap_or_default();
        Self::new(product, &format!("{version} {revision}"))
    }

    /// From the Server field of an HTTP response: `Apache/2.4.62 (Debian)`.
    pub(crate) fn from_http_server(field: &str) -> Self {
        match field.split_once('/') {
            Some((product, version)) if !product.contains(' ') => Self::new(product, version),
            _ => Self::new(field, ""),
        }
    }

    /// From the greeting of an FTP or SMTP server.
    pub(crate) fn from_greeting(greeting: &Reply) -> Self {
        let text = greeting.to_text();
        let named = GREETERS.iter().find_map(|greeter| {
            let at = find_ignoring_case(&text, greeter.name)?;
            let rest = text.get(at + greeter.name.len()..)?;
            Some((greeter.product, rest))
        });
        named.map_or_else(Self::default, |(product, rest)| {
            Self::new(product, &with_distribution(version_in(rest), rest))
        })
    }

    /// From the text that a name server gives for `version.bind`.
    pub(crate) fn from_version_bind(text: &str) -> Self {
        for product in ["dnsmasq", "unbound", "PowerDNS", "Knot DNS", "NSD", "CoreDNS"] {
            if let Some(at) = find_ignoring_case(text, product) {
                let rest = text.get(at + product.len()..).unwrap_or_default();
                return Self::new(product, version_in(rest));
            }
        }
        // BIND gives its bare version, such as `9.18.28-1~deb12u2-Debian`; other text is whatever
        // an administrator wrote there.
        let is_bind = text.starts_with("9.") && text.split('.').count() >= 3;
        Self::new(if is_bind { "BIND" } else { "" }, if is_bind { text } else { "" })
    }

    fn new(product: &str, version: &str) -> Self {
        let told = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Self { product: told(product), version: told(version) }
    }
}

/// A word by which a greeting tells the product.
struct Greeter {
    name: &'static str,
    product: &'static str,
}

/// From the products' own documentation and default configurations.
const GREETERS: &[Greeter] = &[
    Greeter { name: "Postfix", product: "Postfix" },
    Greeter { name: "Exim", product: "Exim" },
    Greeter { name: "Sendmail", product: "Sendmail" },
    Greeter { name: "OpenSMTPD", product: "OpenSMTPD" },
    Greeter { name: "Microsoft ESMTP MAIL Service", product: "Microsoft Exchange or IIS SMTP" },
    Greeter { name: "MailEnable", product: "MailEnable" },
    Greeter { name: "vsFTPd", product: "vsftpd" },
    Greeter { name: "ProFTPD", product: "ProFTPD" },
    Greeter { name: "Pure-FTPd", product: "Pure-FTPd" },
    Greeter { name: "FileZilla Server", product: "FileZilla Server" },
    Greeter { name: "Microsoft FTP Service", product: "Microsoft FTP Service" },
    Greeter { name: "Serv-U FTP", product: "Serv-U" },
];

/// The first word of `text` that has a digit in front and a dot inside, without brackets.
fn version_in(text: &str) -> &str {
    let is_separator =
        |character: char| character.is_whitespace() || "()[];,/-".contains(character);
    text.split(is_separator)
        .map(|word| word.trim_start_matches(['v', 'V']))
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()) && word.contains('.'))
        .unwrap_or_default()
}

/// `version` followed by the distribution that `text` names in brackets, as `(Debian/GNU)` does.
fn with_distribution(version: &str, text: &str) -> String {
    const DISTRIBUTIONS: &[&str] =
        &["Debian", "Ubuntu", "Raspbian", "CentOS", "Rocky", "AlmaLinux"];
    let named = DISTRIBUTIONS.iter().find(|name| find_ignoring_case(text, name).is_some());
    match named {
        Some(name) if !version.is_empty() => format!("{version} ({name})"),
        _ => version.to_owned(),
    }
}

/// Where `needle` begins in `text`, in any ASCII case.
fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    text.to_ascii_lowercase().find(&needle.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(product: &str, version: &str) -> Claim {
        Claim::new(product, version)
    }

    fn ssh(line: &str) -> Claim {
        let (peer, _) = Identification::decode(format!("{line}\r\n").as_bytes()).unwrap();
        Claim::from_ssh(&peer)
    }

    fn greeting(line: &str) -> Claim {
        let (reply, _) = Reply::decode(format!("{line}\r\n").as_bytes()).unwrap();
        Claim::from_greeting(&reply)
    }

    #[test]
    fn ssh_versions_carry_the_distribution_revision() {
        assert_eq!(
            ssh("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10"),
            claim("OpenSSH", "9.2p1 Debian-2+deb12u10")
        );
        assert_eq!(ssh("SSH-2.0-dropbear_2022.83"), claim("dropbear", "2022.83"));
        assert_eq!(ssh("SSH-2.0-Cisco-1.25"), claim("Cisco", "1.25"));
        assert_eq!(ssh("SSH-2.0-ROSSSH"), claim("ROSSSH", ""));
    }

    #[test]
    fn server_fields_are_split_at_the_first_slash() {
        let from = Claim::from_http_server;
        assert_eq!(from("Apache/2.4.62 (Debian)"), claim("Apache", "2.4.62 (Debian)"));
        assert_eq!(from("nginx"), claim("nginx", ""));
        assert_eq!(from("My router 1/2"), claim("My router 1/2", ""));
        assert_eq!(from(""), Claim::default());
    }

    #[test]
    fn greetings_tell_products() {
        assert_eq!(greeting("220 (vsFTPd 3.0.3)"), claim("vsftpd", "3.0.3"));
        assert_eq!(
            greeting("220 mail.office.example ESMTP Postfix (Debian/GNU)"),
            claim("Postfix", "")
        );
        assert_eq!(
            greeting("220 mail.office.example ESMTP Exim 4.96 Fri, 20 Nov 2026"),
            claim("Exim", "4.96")
        );
        assert_eq!(greeting("220 ready"), Claim::default());
    }

    #[test]
    fn name_servers_tell_versions_or_something_else() {
        let from = Claim::from_version_bind;
        assert_eq!(from("9.18.28-1~deb12u2-Debian"), claim("BIND", "9.18.28-1~deb12u2-Debian"));
        assert_eq!(from("dnsmasq-2.90"), claim("dnsmasq", "2.90"));
        assert_eq!(from("none of your business"), Claim::default());
    }
}
