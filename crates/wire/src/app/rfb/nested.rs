//! Security types that negotiate once more: whether one of the inner ones asks for nothing.

use crate::{DecodeError, Reader};

/// The most inner types that are read: ours; servers offer half a dozen.
pub const MAX_INNER: usize = 64;

/// The version of `VeNCrypt` that a client and a server agree on.
pub const VENCRYPT_VERSION: &[u8] = &[0, 2];

/// Tells a server of `TightVNC`'s negotiation that no tunnel is wanted.
pub const NO_TUNNEL: &[u8] = &[0; 4];

/// An inner type of `VeNCrypt`, as its authors list them in the community's description of RFB.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InnerType(pub u32);

impl InnerType {
    /// TLS without certificate, and nobody has to prove anything inside.
    pub const TLS_NONE: Self = Self(257);
    /// TLS with certificate, and nobody has to prove anything inside.
    pub const X509_NONE: Self = Self(260);

    /// Whether the type lets everybody in.
    pub fn asks_nothing(self) -> bool {
        matches!(self, Self(1) | Self::TLS_NONE | Self::X509_NONE)
    }
}

/// The version that a `VeNCrypt` server announces, and how many bytes it was.
pub fn vencrypt_version(bytes: &[u8]) -> Result<([u8; 2], usize), DecodeError> {
    let mut reader = Reader::new("VeNCrypt version", bytes);
    let version = reader.array()?;
    match version {
        [0, 1 | 2] => Ok((version, reader.offset())),
        _ => Err(reader.invalid("the versions are 0.1 and 0.2")),
    }
}

/// The inner types of `VeNCrypt` 0.2: whether the version suits, the count, four bytes for each.
pub fn vencrypt_types(bytes: &[u8]) -> Result<(Vec<InnerType>, usize), DecodeError> {
    let mut reader = Reader::new("VeNCrypt types", bytes);
    if reader.u8()? != 0 {
        return Err(reader.invalid("the server refuses the version that it offered"));
    }
    let count = usize::from(reader.u8()?);
    let types = types(&mut reader, count, 0)?;
    Ok((types, reader.offset()))
}

/// How many tunnels a server of `TightVNC`'s negotiation offers; their descriptions are read.
pub fn tight_tunnels(bytes: &[u8]) -> Result<(usize, usize), DecodeError> {
    let mut reader = Reader::new("TightVNC tunnels", bytes);
    let count = reader.length32(MAX_INNER)?;
    types(&mut reader, count, CAPABILITY_NAME)?;
    Ok((count, reader.offset()))
}

/// The inner types of `TightVNC`'s negotiation; an empty list means that nothing is asked.
pub fn tight_types(bytes: &[u8]) -> Result<(Vec<InnerType>, usize), DecodeError> {
    let mut reader = Reader::new("TightVNC types", bytes);
    let count = reader.length32(MAX_INNER)?;
    let types = types(&mut reader, count, CAPABILITY_NAME)?;
    Ok((types, reader.offset()))
}

/// Vendor and signature behind the code of a capability.
const CAPABILITY_NAME: usize = 12;

fn types(
    reader: &mut Reader<'_>,
    count: usize,
    behind: usize,
) -> Result<Vec<InnerType>, DecodeError> {
    let mut types = Vec::new();
    for _ in 0..count {
        types.push(InnerType(reader.u32()?));
        reader.take(behind)?;
    }
    Ok(types)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_types_without_a_credential_are_seen() {
        let bytes = [0, 2, 0, 0, 1, 2, 0, 0, 1, 1];
        let (types, length) = vencrypt_types(&bytes).unwrap();
        assert_eq!(length, bytes.len());
        assert_eq!(types, [InnerType(258), InnerType::TLS_NONE]);
        assert!(!types[0].asks_nothing() && types[1].asks_nothing());
    }

    #[test]
    fn capabilities_of_tightvnc_are_read_past_their_names() {
        let mut bytes = vec![0, 0, 0, 1, 0, 0, 0, 2];
        bytes.extend(b"STDVVNCAUTH_");
        assert_eq!(tight_types(&bytes), Ok((vec![InnerType(2)], 20)));
        assert_eq!(tight_tunnels(&[0; 4]), Ok((0, 4)));
        assert!(tight_types(&[0xff; 4]).unwrap_err().is_too_long());
    }
}
