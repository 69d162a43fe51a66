//! The one byte that a `WinMX` of the `OpenNap` kind says to whoever connects.

use crate::{DecodeError, Reader};

/// Reads the greeting: the digit 1 and nothing else, before anything is asked. It is a sign, no
/// proof.
pub fn read_greeting(bytes: &[u8]) -> Result<(), DecodeError> {
    let mut reader = Reader::new("WinMX greeting", bytes);
    if reader.u8()? != b'1' {
        return Err(reader.invalid("it is not the digit 1"));
    }
    reader.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_single_digit_is_the_greeting() {
        assert_eq!(read_greeting(b"1"), Ok(()));
        assert!(read_greeting(b"").unwrap_err().is_incomplete());
        for other in [&b"2"[..], b"1\n", b"11", b"SSH-2.0"] {
            assert!(!read_greeting(other).unwrap_err().is_incomplete());
        }
    }
}
