//! Why the gate opened nothing, and what to call the errors of the system.

use std::io;

use hoshimori_inspection::evidence::{ProbeError, UnscannedReason};
use hoshimori_inspection::scope::Refusal;

/// Why no packet left this machine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum OpenError {
    /// The operator has not consented, or no longer.
    #[error("not sent, outside the consent")]
    NotPermitted(#[from] Refusal),
    /// A printer would print what is written to this port.
    #[error("`{port}` is a print port")]
    PrintPort {
        /// The port.
        port: u16,
    },
    /// The environment: this machine could not.
    #[error("cannot open a socket")]
    Local {
        /// What to call it in evidence.
        reason: UnscannedReason,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl OpenError {
    /// Whether waiting can help.
    pub(crate) fn may_pass(&self) -> bool {
        use UnscannedReason::{NoDescriptors, NoSourcePorts};
        matches!(self, Self::Local { reason: NoDescriptors | NoSourcePorts, .. })
    }

    /// What to call it in evidence.
    pub(crate) fn reason(&self) -> UnscannedReason {
        match self {
            Self::NotPermitted(_) => UnscannedReason::OutsideConsent,
            Self::PrintPort { .. } => UnscannedReason::NotPermittedLocally,
            Self::Local { reason, .. } => *reason,
        }
    }
}

/// An error of a system call on an own socket: whatever it is, it is about this machine.
impl From<io::Error> for OpenError {
    fn from(source: io::Error) -> Self {
        Self::Local { reason: local_reason(&source), source }
    }
}

impl From<OpenError> for ProbeError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NotPermitted(refusal) => Self::NotPermitted { detail: refusal.to_string() },
            OpenError::PrintPort { .. } => Self::NotPermitted { detail: error.to_string() },
            OpenError::Local { reason: UnscannedReason::NetworkUnreachable, .. } => {
                Self::Unreachable
            }
            OpenError::Local { source, .. } => Self::Local { detail: source.to_string() },
        }
    }
}

/// Sorts the errors of `socket` and `connect` themselves.
fn local_reason(error: &io::Error) -> UnscannedReason {
    match error.raw_os_error() {
        // ENOSPC is the limit of sockets that one user may watch for readiness.
        Some(libc::EMFILE | libc::ENFILE | libc::ENOBUFS | libc::ENOMEM | libc::ENOSPC) => {
            UnscannedReason::NoDescriptors
        }
        Some(libc::EADDRNOTAVAIL | libc::EAGAIN) => UnscannedReason::NoSourcePorts,
        Some(libc::ENETUNREACH | libc::ENETDOWN | libc::EHOSTUNREACH) => {
            UnscannedReason::NetworkUnreachable
        }
        Some(libc::EACCES | libc::EPERM) => UnscannedReason::NotPermittedLocally,
        _ => UnscannedReason::LocalError,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_local_error_has_its_reason() {
        let reason = |errno| OpenError::from(io::Error::from_raw_os_error(errno)).reason();
        assert_eq!(reason(libc::EMFILE), UnscannedReason::NoDescriptors);
        assert_eq!(reason(libc::ENFILE), UnscannedReason::NoDescriptors);
        assert_eq!(reason(libc::ENOBUFS), UnscannedReason::NoDescriptors);
        assert_eq!(reason(libc::EADDRNOTAVAIL), UnscannedReason::NoSourcePorts);
        assert_eq!(reason(libc::ENETUNREACH), UnscannedReason::NetworkUnreachable);
        assert_eq!(reason(libc::EPERM), UnscannedReason::NotPermittedLocally);
        assert_eq!(reason(libc::EINVAL), UnscannedReason::LocalError);
    }

    #[test]
    fn only_a_shortage_may_pass() {
        let may_pass = |errno| OpenError::from(io::Error::from_raw_os_error(errno)).may_pass();
        assert!(may_pass(libc::EMFILE) && may_pass(libc::EADDRNOTAVAIL));
        assert!(!may_pass(libc::EACCES) && !may_pass(libc::ENETUNREACH));
    }
}
