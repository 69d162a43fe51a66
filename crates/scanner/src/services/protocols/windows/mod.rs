//! What Windows speaks, and what its directories speak: file sharing, remote desktop, remote
//! procedure calls, LDAP and Kerberos.
//!
//! Each is asked for what it tells anybody. Authentications are begun where the first answer names
//! the build of the system, and never gone on with: nobody logs in, nobody's account is touched.

mod directory;
mod endpoint_mapper;
mod kerberos;
mod ntlm;
mod remote_desktop;
mod smb;

use crate::services::talk::Approach;

pub(super) const APPROACHES: &[Approach] = &[
    smb::DIRECT,
    smb::OVER_NETBIOS,
    remote_desktop::APPROACH,
    endpoint_mapper::APPROACH,
    directory::APPROACH,
    kerberos::APPROACH,
];
