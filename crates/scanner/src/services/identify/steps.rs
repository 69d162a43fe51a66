use std::collections::VecDeque;

use hoshimori_wire::app::tls_records::FlightDecoder;

use crate::services::greeting::Greeting;

/// One way of finding out, each on a connection of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Step {
    /// Listen for a moment.
    Listen,
    /// Listen as long as there is time: some servers look names up before they speak.
    ListenLong,
    /// Say hello in TLS, and see what is spoken inside.
    Tls,
    /// The same for a server that has already answered with an alert.
    TlsLong,
    /// Ask for a page.
    Http,
    /// Ask a name server for its version.
    Dns,
}

/// The steps for `port`, most likely first.
pub(super) fn steps(port: u16) -> VecDeque<Step> {
    use Step::{Dns, Http, Listen, ListenLong, Tls};
    VecDeque::from(match port {
        53 => [Dns, Listen, Tls, Http, ListenLong],
        80 | 3_000 | 5_000 | 8_000 | 8_008 | 8_080 | 8_081 | 8_888 => {
            [Http, Tls, Listen, Dns, ListenLong]
        }
        443 | 465 | 636 | 853 | 990 | 993 | 995 | 4_443 | 8_443 | 9_443 => {
            [Tls, Listen, Http, Dns, ListenLong]
        }
        _ => [Listen, Tls, Http, Dns, ListenLong],
    })
}

/// Ports on which TLS mostly carries web pages, so that nobody speaks first.
pub(super) fn is_web_port(port: u16) -> bool {
    matches!(port, 443 | 4_443 | 8_443 | 9_443)
}

/// The step that `bytes`, received in answer to something else, point to.
pub(super) fn hint(bytes: &[u8]) -> Option<Step> {
    let mut decoder = FlightDecoder::default();
    let is_alert = decoder.push(bytes).is_ok() && decoder.flight().is_tls();
    match bytes {
        [] => None,
        _ if is_alert => Some(Step::TlsLong),
        _ if Greeting::is_in(bytes) => Some(Step::ListenLong),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_port_is_asked_everything() {
        for port in [22, 53, 80, 443, 50_000] {
            let steps = steps(port);
            for step in [Step::Listen, Step::Tls, Step::Http, Step::Dns, Step::ListenLong] {
                assert!(steps.contains(&step), "{port} {step:?}");
            }
        }
    }

    #[test]
    fn answers_point_to_the_protocol_that_gives_them() {
        assert_eq!(hint(&[0x15, 3, 1, 0, 2, 2, 10]), Some(Step::TlsLong));
        assert_eq!(hint(b"SSH-2.0-x\r\n"), Some(Step::ListenLong));
        assert_eq!(hint(b"220 ready\r\n500 what?\r\n"), Some(Step::ListenLong));
        assert_eq!(hint(b""), None);
        assert_eq!(hint(b"nonsense"), None);
    }
}
