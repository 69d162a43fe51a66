//! First words of Direct Connect: the lock of its old hubs, and the features of ADC.

use crate::app::text;
use crate::{DecodeError, Reader};

/// The longest command that is read: ours; locks and lists of features have about 100 bytes.
const MAX_COMMAND: usize = 1_024;

/// The longest name of a program that is kept, in characters: ours.
const MAX_NAME: usize = 64;

/// A feature that nobody else has, by which an echo is known.
const OWN_FEATURE: &[u8] = b"ADHOSH";

/// Tells the features of this side to another program (ADC 1.0, *SUP*).
pub fn features() -> Vec<u8> {
    b"CSUP ADBASE ADTIGR ADHOSH\n".to_vec()
}

/// The same as a command that there is not.
pub fn spoilt_features() -> Vec<u8> {
    b"CSUX ADBASE ADTIGR ADHOSH\n".to_vec()
}

/// Tells the features of this side to a hub (ADC 1.0, *SUP*).
pub fn hub_features() -> Vec<u8> {
    b"HSUP ADBASE ADTIGR ADHOSH\n".to_vec()
}

/// The same as a command that there is not.
pub fn spoilt_hub_features() -> Vec<u8> {
    b"HSUX ADBASE ADTIGR ADHOSH\n".to_vec()
}

/// Reads the features of another program, which begin with `CSUP AD`.
pub fn read_features(bytes: &[u8]) -> Result<(), DecodeError> {
    features_in("ADC program", b"CSUP AD", bytes)
}

/// Reads the features of a hub, which begin with `ISUP AD`.
pub fn read_hub_features(bytes: &[u8]) -> Result<(), DecodeError> {
    features_in("ADC hub", b"ISUP AD", bytes)
}

fn features_in(what: &'static str, start: &[u8], bytes: &[u8]) -> Result<(), DecodeError> {
    let mut reader = Reader::new(what, bytes);
    expect(&mut reader, start)?;
    let line = reader.line(MAX_COMMAND)?;
    if line.split(|byte| *byte == b' ').any(|feature| feature == OWN_FEATURE) {
        return Err(reader.invalid("it repeats the question"));
    }
    Ok(())
}

/// What an old hub says to whoever connects: `$Lock EXTENDEDPROTOCOL… Pk=program|`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Lock {
    /// The program, as it names itself after `Pk=`.
    pub program: Option<String>,
}

impl Lock {
    /// Reads the command up to its `|`.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("Direct Connect lock", bytes);
        expect(&mut reader, b"$Lock ")?;
        let mut command = Vec::new();
        loop {
            match reader.u8()? {
                b'|' => break,
                byte => command.push(byte),
            }
            if command.len() > MAX_COMMAND {
                let at = reader.offset();
                return Err(DecodeError::too_long("Direct Connect lock", at, MAX_COMMAND));
            }
        }
        let mut words = command.split(|byte| *byte == b' ');
        let key = words.find_map(|word| word.strip_prefix(b"Pk="));
        let key = key.ok_or(reader.invalid("it has no Pk="))?;
        let program = Some(text::decode(key, MAX_NAME)).filter(|name| !name.is_empty());
        Ok((Self { program }, reader.offset()))
    }
}

/// Compares what comes as it comes, so that a foreign answer is known at once.
fn expect(reader: &mut Reader<'_>, start: &[u8]) -> Result<(), DecodeError> {
    for expected in start {
        if reader.u8()? != *expected {
            return Err(reader.invalid("it begins otherwise"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_tells_the_program_of_the_hub() {
        let bytes = b"$Lock EXTENDEDPROTOCOLABC Pk=YnHub|<Hub> hello|";
        let (lock, used) = Lock::decode(bytes).unwrap();
        assert_eq!(lock.program.as_deref(), Some("YnHub"));
        assert_eq!(used, 35);
        for end in 0..used {
            assert!(Lock::decode(&bytes[..end]).unwrap_err().is_incomplete());
        }
    }

    #[test]
    fn other_and_endless_words_are_no_lock() {
        for bytes in [&b"$Lo k"[..], b"$Lock abc|", b"220 "] {
            assert!(!Lock::decode(bytes).unwrap_err().is_incomplete());
        }
        let endless = [&b"$Lock "[..], &[b'a'; 2_000]].concat();
        assert!(Lock::decode(&endless).unwrap_err().is_too_long());
    }

    #[test]
    fn features_of_the_other_side_are_no_echo() {
        assert_eq!(read_features(b"CSUP ADBAS0 ADBASE ADTIGR\n"), Ok(()));
        assert!(!read_features(&features()).unwrap_err().is_incomplete());
        assert!(read_features(b"CSUP ADBASE").unwrap_err().is_incomplete());
        assert_eq!(read_hub_features(b"ISUP ADBASE\nISID AAAB\n"), Ok(()));
        for other in [&hub_features()[..], &spoilt_hub_features(), b"ISTA 240 no\n"] {
            assert!(!read_hub_features(other).unwrap_err().is_incomplete());
        }
        assert!(!read_features(&spoilt_features()).unwrap_err().is_incomplete());
    }
}
