//! The first words of file sharing in Windows networks: versions 2 and 3 (MS-SMB2), version 1
//! (MS-CIFS, MS-SMB), and the session service of `NetBIOS` around them (RFC 1002).
//!
//! Of each only the negotiation and the first half of the session setup exist here: what a server
//! tells anybody. No login can be written with it.

pub mod session;
pub mod smb1;
pub mod smb2;

use std::fmt;

/// Whether a server signs what it says (MS-SMB2 2.2.4, MS-CIFS 2.2.4.52.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Signing {
    /// It insists on it.
    Required,
    /// It does if the client wants it.
    Enabled,
    /// It cannot.
    Disabled,
}

impl fmt::Display for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Required => "required",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        })
    }
}

/// NTSTATUS (MS-ERREF 2.3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Status(pub u32);

impl Status {
    /// Done.
    pub const SUCCESS: Self = Self(0);
    /// The server has said its part of an authentication and waits for the client's.
    pub const MORE_PROCESSING_REQUIRED: Self = Self(0xc000_0016);
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#010x}", self.0)
    }
}
