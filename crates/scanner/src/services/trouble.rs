//! What to call the failures of libraries and sockets in evidence.

use std::io;

use hoshimori_inspection::evidence::ProbeError;
use hoshimori_wire::DecodeError;
use rustls::AlertDescription;

/// The longest detail that is kept of an error that quotes the peer, in characters.
const MAX_DETAIL: usize = 400;

/// An error while reading from or writing to an open connection.
pub(crate) fn from_io(error: &io::Error) -> ProbeError {
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return from_tls(tls);
    }
    match error.kind() {
        io::ErrorKind::TimedOut => ProbeError::TimedOut,
        io::ErrorKind::FileTooLarge => ProbeError::TooLong,
        io::ErrorKind::ConnectionRefused => ProbeError::Refused,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            ProbeError::Unreachable
        }
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::NotConnected
        | io::ErrorKind::UnexpectedEof
        | io::ErrorKind::WriteZero => ProbeError::Closed,
        // The gate's connections refuse to write to print ports.
        io::ErrorKind::PermissionDenied => ProbeError::NotPermitted { detail: shown(error) },
        _ => ProbeError::Local { detail: shown(error) },
    }
}

/// Bytes that are not the protocol, or too many of them.
pub(crate) fn from_decode(error: &DecodeError) -> ProbeError {
    if error.is_too_long() {
        ProbeError::TooLong
    } else if error.is_incomplete() {
        ProbeError::Closed
    } else {
        ProbeError::Malformed { detail: shown(error) }
    }
}

/// A TLS handshake that the library gave up.
pub(crate) fn from_tls(error: &rustls::Error) -> ProbeError {
    match error {
        rustls::Error::PeerIncompatible(_)
        | rustls::Error::AlertReceived(
            AlertDescription::HandshakeFailure
            | AlertDescription::ProtocolVersion
            | AlertDescription::InsufficientSecurity
            | AlertDescription::NoApplicationProtocol
            | AlertDescription::UnrecognisedName
            // Old servers say so when they do not know the version or an extension.
            | AlertDescription::IllegalParameter
            | AlertDescription::DecodeError,
        ) => ProbeError::NoCommonGround { detail: shown(error) },
        _ => ProbeError::Malformed { detail: shown(error) },
    }
}

/// An SSH connection that the library gave up.
pub(crate) fn from_ssh(error: &russh::Error) -> ProbeError {
    match error {
        russh::Error::IO(error) => from_io(error),
        russh::Error::NoCommonAlgo { kind, theirs, .. } => {
            let kind = format!("{kind:?}").to_lowercase();
            let detail = format!("the server offers only these for {kind}: {}", theirs.join(", "));
            ProbeError::NoCommonGround { detail: shown(&detail) }
        }
        russh::Error::Disconnect
        | russh::Error::HUP
        | russh::Error::SendError
        | russh::Error::RecvError => ProbeError::Closed,
        russh::Error::ConnectionTimeout
        | russh::Error::InactivityTimeout
        | russh::Error::KeepaliveTimeout
        | russh::Error::Elapsed(_) => ProbeError::TimedOut,
        other => ProbeError::Malformed { detail: shown(other) },
    }
}

/// An error as text that is safe to print and not too long.
fn shown(error: &dyn std::fmt::Display) -> String {
    hoshimori_wire::app::text::decode(error.to_string().as_bytes(), MAX_DETAIL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reset_is_the_peer_and_a_full_table_is_this_machine() {
        let reset = io::Error::from(io::ErrorKind::ConnectionReset);
        assert_eq!(from_io(&reset), ProbeError::Closed);
        let full = io::Error::from_raw_os_error(24);
        assert!(matches!(from_io(&full), ProbeError::Local { .. }));
    }

    #[test]
    fn tls_errors_inside_io_errors_are_recognised() {
        let alert = rustls::Error::AlertReceived(AlertDescription::ProtocolVersion);
        let error = io::Error::new(io::ErrorKind::InvalidData, alert);
        assert!(matches!(from_io(&error), ProbeError::NoCommonGround { .. }));
    }

    #[test]
    fn algorithms_of_the_server_are_named_and_bounded() {
        let error = russh::Error::NoCommonAlgo {
            kind: russh::AlgorithmKind::Kex,
            ours: vec!["curve25519-sha256".into()],
            theirs: vec!["x".repeat(64); 100],
        };
        let ProbeError::NoCommonGround { detail } = from_ssh(&error) else {
            panic!("not about common ground")
        };
        assert!(detail.starts_with("the server offers only these for kex: xxx"), "{detail}");
        assert_eq!(detail.chars().count(), MAX_DETAIL);
    }
}
