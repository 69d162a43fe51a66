//! Remote procedure calls (RFC 5531): the port mapper, NFS and what else answers them.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::onc_rpc::{Call, Mapping, Outcome, Reply, program};

use crate::services::talk::{Approach, Asking, Recognised, Talk};

/// The procedure that does nothing, of every program.
const NULL: u32 = 0;

/// The procedure of a port mapper that lists all programs.
const DUMP: u32 = 4;

/// The most entries of the list that are told: ours.
const MAX_TOLD: usize = 64;

/// Programs that listen on a port of their own, with a version to call and a name (IANA).
const OTHERS: [(u32, u32, &str); 7] = [
    (program::NFS, 3, "nfs"),
    (program::MOUNT, 3, "mountd"),
    (100_021, 4, "nlockmgr"),
    (100_024, 1, "status"),
    (100_227, 3, "nfs_acl"),
    (100_004, 2, "ypserv"),
    (100_007, 2, "ypbind"),
];

pub(super) const APPROACH: Approach = Approach { ports: &[111, 2049, 20_048], ask };

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let call = Call { id: 0, program: program::PORT_MAPPER, version: 2, procedure: DUMP };
        match make(talk, call).await? {
            Outcome::Success(results) => Ok(mapper(&results)),
            Outcome::VersionMismatch { low, high } => Ok(Recognised {
                banner: Some(format!("rpcbind {low}-{high}")),
                ..Recognised::as_speaking(Protocol::Rpcbind)
            }),
            Outcome::ProgramUnavailable => Ok(other(talk).await),
            Outcome::Denied => Ok(Recognised {
                access: Some(Access::Refused),
                ..Recognised::as_speaking(Protocol::OncRpc)
            }),
            Outcome::Failed(_) => Ok(Recognised::as_speaking(Protocol::OncRpc)),
        }
    })
}

/// Makes one call with a random number, which the reply has to repeat.
async fn make(talk: &mut Talk<'_>, call: Call) -> Result<Outcome, ProbeError> {
    let name = format!("rpc {}", call.program);
    let [high, low] = [&name, "rpc"].map(|what| u32::from(talk.number16(what)));
    let id = high << 16 | low;
    talk.say(&Call { id, ..call }.to_record()).await?;
    let reply = talk.hear(Reply::decode).await?;
    if reply.id == id {
        Ok(reply.outcome)
    } else {
        Err(ProbeError::Malformed { detail: "another call's number".into() })
    }
}

/// A port mapper that told its list to a stranger.
fn mapper(results: &[u8]) -> Recognised {
    let list = Mapping::list(results).unwrap_or_default();
    let told = list.iter().take(MAX_TOLD);
    Recognised {
        clues: told.map(|it| Clue::new(ClueSource::RpcProgram, &it.to_string())).collect(),
        access: Some(Access::Open),
        banner: Some(format!("rpcbind, programs: {}", list.len())),
        ..Recognised::as_speaking(Protocol::Rpcbind)
    }
}

/// Calls the usual programs by the procedure that does nothing, until one is at home.
async fn other(talk: &mut Talk<'_>) -> Recognised {
    let mut seen = Recognised::as_speaking(Protocol::OncRpc);
    for (program, version, name) in OTHERS {
        let call = Call { id: 0, program, version, procedure: NULL };
        let versions = match make(talk, call).await {
            Ok(Outcome::Success(_)) => version.to_string(),
            Ok(Outcome::VersionMismatch { low, high }) => format!("{low}-{high}"),
            Ok(_) => continue,
            Err(error) => {
                seen.trouble = Some(error);
                return seen;
            }
        };
        if program == program::NFS {
            seen.protocol = Protocol::Nfs;
        }
        let text = format!("{program} {versions}");
        seen.clues.push(Clue::new(ClueSource::RpcProgram, &text));
        seen.banner = Some(format!("{name} {versions}"));
        return seen;
    }
    seen
}
