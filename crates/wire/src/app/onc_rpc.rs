//! Calls of ONC RPC over TCP (RFC 5531) and the list of a port mapper (RFC 1833).

use crate::{DecodeError, Reader};

/// The most bytes of a record: ours; the list of a busy port mapper has a few kilobytes.
pub const MAX_RECORD: usize = 64 * 1_024;

/// The most fragments of a record: ours; servers send one.
pub const MAX_FRAGMENTS: usize = 32;

/// The longest verifier (RFC 5531 section 8.2).
const MAX_VERIFIER: usize = 400;

/// The most entries of a list that are read: ours.
pub const MAX_MAPPINGS: usize = 512;

/// Marks the last fragment of a record (RFC 5531 section 11).
const LAST: u32 = 0x8000_0000;

/// Length of a call without arguments and credentials.
const CALL_LENGTH: u32 = 40;

const CALL: u32 = 0;
const REPLY: u32 = 1;

/// The numbers of programs (IANA's register).
pub mod program {
    /// The port mapper.
    pub const PORT_MAPPER: u32 = 100_000;
    /// NFS.
    pub const NFS: u32 = 100_003;
    /// The mount service of NFS.
    pub const MOUNT: u32 = 100_005;
}

/// A call without arguments and without a credential.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Call {
    /// A random number, which the reply repeats.
    pub id: u32,
    /// Who is called.
    pub program: u32,
    /// In which version.
    pub version: u32,
    /// What is wanted; 0 is the procedure that does nothing.
    pub procedure: u32,
}

impl Call {
    /// The call as a record of one fragment.
    ///
    /// ```text
    /// u32 id | u32 0, call | u32 2 | u32 program | u32 version | u32 procedure
    /// credential and verifier, each: u32 0, none | u32 0, length
    /// ```
    pub fn to_record(self) -> Vec<u8> {
        let Self { id, program, version, procedure } = self;
        let words = [LAST | CALL_LENGTH, id, CALL, 2, program, version, procedure, 0, 0, 0, 0];
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }
}

/// What a server says to a call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    /// The number of the call.
    pub id: u32,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It was done; these are the results.
    Success(Vec<u8>),
    /// The program is not here.
    ProgramUnavailable,
    /// The program is here in versions from `low` to `high`.
    VersionMismatch {
        /// The lowest version.
        low: u32,
        /// The highest version.
        high: u32,
    },
    /// The program has no such procedure, or could not do it (accept status 3 to 5).
    Failed(u32),
    /// The call was denied: another version of RPC, or a credential is wanted.
    Denied,
}

impl Reply {
    /// Reads one record, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("RPC record", bytes);
        let mut record = Vec::new();
        for _ in 0..MAX_FRAGMENTS {
            let at = reader.offset();
            let mark = reader.u32()?;
            let length = usize::try_from(mark & !LAST).unwrap_or(usize::MAX);
            // Every reply has three words; endless empty fragments lead nowhere.
            if record.is_empty() && length < 12 {
                return Err(reader.invalid("a reply has 12 bytes at least"));
            }
            if record.len() + length > MAX_RECORD {
                return Err(DecodeError::too_long("RPC record", at, MAX_RECORD));
            }
            if record.is_empty() {
                // Tells a foreign answer before all of it has come.
                let mut start = reader.clone();
                start.u32()?;
                if start.u32()? != REPLY {
                    return Err(start.invalid("it is not a reply"));
                }
            }
            record.extend_from_slice(reader.take(length)?);
            if mark & LAST != 0 {
                return Ok((Self::from_record(&record)?, reader.offset()));
            }
        }
        Err(DecodeError::too_long("fragments of an RPC record", 0, MAX_FRAGMENTS))
    }

    fn from_record(record: &[u8]) -> Result<Self, DecodeError> {
        let what = "RPC reply";
        let mut reader = Reader::whole(what, record);
        let id = reader.u32()?;
        if reader.u32()? != REPLY {
            return Err(reader.invalid("it is not a reply"));
        }
        let outcome = match reader.u32()? {
            0 => Self::accepted(&mut reader)?,
            1 => Outcome::Denied,
            _ => return Err(reader.invalid("a reply is accepted or denied")),
        };
        Ok(Self { id, outcome })
    }

    fn accepted(reader: &mut Reader<'_>) -> Result<Outcome, DecodeError> {
        reader.u32()?;
        let length = reader.length32(MAX_VERIFIER)?;
        reader.take(length.next_multiple_of(4))?;
        Ok(match reader.u32()? {
            0 => Outcome::Success(reader.rest().to_vec()),
            1 => Outcome::ProgramUnavailable,
            2 => Outcome::VersionMismatch { low: reader.u32()?, high: reader.u32()? },
            status @ 3..=5 => Outcome::Failed(status),
            _ => return Err(reader.invalid("an accept status is 0 to 5")),
        })
    }
}

/// An entry of a port mapper: `program` in `version` listens on `port` of a transport.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Mapping {
    /// The program.
    pub program: u32,
    /// Its version.
    pub version: u32,
    /// 6 for TCP, 17 for UDP.
    pub transport: u32,
    /// The port.
    pub port: u32,
}

impl Mapping {
    /// Reads the results of DUMP (RFC 1833 section 3): before each entry a 1, after the last a 0.
    pub fn list(results: &[u8]) -> Result<Vec<Self>, DecodeError> {
        let what = "port mapper list";
        let mut reader = Reader::whole(what, results);
        let mut list = Vec::new();
        while reader.u32()? != 0 {
            if list.len() == MAX_MAPPINGS {
                return Err(DecodeError::too_long(what, reader.offset(), MAX_MAPPINGS));
            }
            let (program, version) = (reader.u32()?, reader.u32()?);
            let (transport, port) = (reader.u32()?, reader.u32()?);
            list.push(Self { program, version, transport, port });
        }
        reader.finish()?;
        Ok(list)
    }
}

impl std::fmt::Display for Mapping {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { program, version, transport, port } = self;
        match transport {
            6 => write!(f, "{program} {version} tcp {port}"),
            17 => write!(f, "{program} {version} udp {port}"),
            other => write!(f, "{program} {version} {other} {port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(words: &[u32]) -> Vec<u8> {
        let length = LAST | u32::try_from(words.len() * 4).unwrap();
        [length].iter().chain(words).flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn outcomes_are_told_apart() {
        for (words, outcome) in [
            (&[7, 1, 0, 0, 0, 0, 42][..], Outcome::Success(vec![0, 0, 0, 42])),
            (&[7, 1, 0, 0, 0, 1], Outcome::ProgramUnavailable),
            (&[7, 1, 0, 0, 0, 2, 3, 4], Outcome::VersionMismatch { low: 3, high: 4 }),
            (&[7, 1, 0, 0, 0, 3], Outcome::Failed(3)),
            (&[7, 1, 1, 1, 5], Outcome::Denied),
        ] {
            let bytes = record(words);
            assert_eq!(Reply::decode(&bytes), Ok((Reply { id: 7, outcome }, bytes.len())));
        }
    }

    #[test]
    fn an_echo_is_no_reply() {
        let call = Call { id: 7, program: program::NFS, version: 3, procedure: 0 }.to_record();
        assert!(!Reply::decode(&call).unwrap_err().is_incomplete());
    }

    #[test]
    fn fragments_are_joined_and_bounded() {
        let whole = record(&[7, 1, 0, 0, 0, 0]);
        let parts = [&[0, 0, 0, 20][..], &whole[4..24], &[0x80, 0, 0, 4], &whole[24..]].concat();
        assert_eq!(Reply::decode(&parts).unwrap().0, Reply::decode(&whole).unwrap().0);
        let endless = [&[0, 0, 0, 12][..], &whole[4..16], &[0; 400]].concat();
        assert!(Reply::decode(&endless).unwrap_err().is_too_long());
        assert!(Reply::decode(&[0xff; 64]).unwrap_err().is_too_long());
    }

    #[test]
    fn a_list_is_read_to_its_end() {
        let words = [1, program::NFS, 4, 6, 2_049, 1, program::MOUNT, 3, 17, 20_048, 0];
        let bytes: Vec<u8> = words.iter().flat_map(|word: &u32| word.to_be_bytes()).collect();
        let list = Mapping::list(&bytes).unwrap();
        let shown: Vec<String> = list.iter().map(Mapping::to_string).collect();
        assert_eq!(shown, ["100003 4 tcp 2049", "100005 3 udp 20048"]);
        assert!(Mapping::list(&bytes[..bytes.len() - 4]).is_err());
    }
}
