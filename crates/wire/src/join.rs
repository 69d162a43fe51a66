//! Headers of a fixed length from their fields.

/// The bytes of `parts` one behind the other, cut off or filled with zeros to `N`.
pub(crate) fn join<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut bytes = [0; N];
    let mut rest = bytes.as_mut_slice();
    for part in parts {
        let Some((place, after)) = rest.split_at_mut_checked(part.len()) else { break };
        place.copy_from_slice(part);
        rest = after;
    }
    bytes
}
