//! Commands that repeat an observation by hand.

use std::net::{IpAddr, SocketAddr};

use hoshimori_inspection::target::{Target, Transport};

use super::channel::WebTarget;

/// Joins `words` to one shell command; each word stays one word whatever is in it.
pub(crate) fn command(words: &[&str]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// `printf` of `bytes`, escaped, into a connection to `web`.
pub(super) fn through(address: IpAddr, web: &WebTarget, bytes: &[u8]) -> String {
    let peer = SocketAddr::new(address, web.port).to_string();
    let connection = if web.tls {
        command(&["openssl", "s_client", "-quiet", "-connect", &peer])
    } else {
        netcat(address, web.port)
    };
    format!("{} | {connection}", printf(bytes))
}

/// `printf` of `bytes`, if there are any, into TCP or UDP port `target`.
pub(super) fn into_port(target: Target, bytes: &[u8]) -> String {
    let address = target.address.to_string();
    let port = target.port_number().unwrap_or_default().to_string();
    let connection = match target.port {
        Some((_, Transport::Udp)) => command(&["nc", "-u", "-w", "3", &address, &port]),
        _ => command(&["nc", "-w", "5", &address, &port]),
    };
    if bytes.is_empty() { connection } else { format!("{} | {connection}", printf(bytes)) }
}

/// `printf` of `bytes`, escaped.
pub(crate) fn printf(bytes: &[u8]) -> String {
    let escaped: String = bytes
        .iter()
        .enumerate()
        .map(|(at, byte)| match byte {
            // At the beginning it would be an option.
            b'-' if at == 0 => "\\055".to_owned(),
            b'\r' => "\\r".to_owned(),
            b'\n' => "\\n".to_owned(),
            b'%' => "%%".to_owned(),
            b'\\' => "\\\\".to_owned(),
            b' '..=b'~' => char::from(*byte).to_string(),
            other => format!("\\{other:03o}"),
        })
        .collect();
    format!("printf {}", quoted(&escaped))
}

/// `nc` that shows what a server says by itself.
pub(crate) fn netcat(address: IpAddr, port: u16) -> String {
    command(&["nc", "-w", "5", &address.to_string(), &port.to_string()])
}

/// `openssl s_client` that shows the certificates.
pub(crate) fn openssl(address: IpAddr, port: u16, server_name: Option<&str>) -> String {
    let peer = SocketAddr::new(address, port).to_string();
    let mut words = vec!["openssl", "s_client", "-connect", &peer, "-showcerts"];
    match server_name {
        Some(name) => words.extend(["-servername", name]),
        None => words.push("-noservername"),
    }
    command(&words)
}

fn quoted(word: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "@%+=:,./-_".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_cannot_become_a_command() {
        assert_eq!(command(&["ssh", "a; rm x", "it's", ""]), "ssh 'a; rm x' 'it'\\''s' ''");
        assert_eq!(command(&["curl", "http://[::1]:80/"]), "curl 'http://[::1]:80/'");
    }

    #[test]
    fn bytes_are_escaped_for_printf() {
        let address = "192.0.2.1".parse().unwrap();
        let web = WebTarget { port: 80, tls: false, host: "192.0.2.1".into() };
        assert_eq!(
            through(address, &web, b"A%\r\n\x01\\"),
            "printf 'A%%\\r\\n\\001\\\\' | nc -w 5 192.0.2.1 80"
        );
        assert_eq!(printf(b"-a-"), "printf '\\055a-'");
    }

    #[test]
    fn a_port_is_asked_over_its_transport_or_listened_to() {
        let address = "192.0.2.1".parse().unwrap();
        let asked = into_port(Target::udp(address, 4_672), &[0xe4, 0x60]);
        assert_eq!(asked, "printf '\\344`' | nc -u -w 3 192.0.2.1 4672");
        assert_eq!(into_port(Target::tcp(address, 7_743), b""), "nc -w 5 192.0.2.1 7743");
    }
}
