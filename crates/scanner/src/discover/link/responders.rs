//! The multicast DNS responders of a link (RFC 6762): computers, telephones and printers that
//! announce services, also those that answer no echo request to all nodes.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::scope::LinkPermit;
use hoshimori_wire::app::dns;
use hoshimori_wire::app::dns_pointer::{Pointers, SERVICE_KINDS, services_question};

use crate::error::OpenError;
use crate::gate::Gate;

/// All responders of a link (RFC 6762 section 3).
pub(super) const GROUP: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xfb);

/// Where they listen.
const PORT: u16 = 5353;

/// How long answers are waited for, each time: responders spread theirs over half a second
/// (section 6).
const WAITS: [Duration; 2] = [Duration::from_millis(700), Duration::from_secs(1)];

/// The most answers that are read, and the most responders that are remembered.
const MOST_ANSWERS: usize = 16_384;
const MOST_RESPONDERS: usize = 4_096;

/// The same question by hand on the link called `name`.
pub(super) fn repeat(name: &str) -> String {
    format!("dig @{GROUP}%{name} -p {PORT} {SERVICE_KINDS} PTR")
}

/// What a call to all responders brought.
pub(super) struct Responders {
    /// The question.
    pub(super) question: Bytes,
    /// The first answer of each address.
    pub(super) answers: BTreeMap<IpAddr, Bytes>,
}

/// Asks the responders of the link `interface` for their kinds of services, as a resolver that is
/// not one of them: they answer to it alone (section 6.7). Nothing else tells an answer from
/// nonsense than the number of the question.
pub(super) async fn call(
    gate: &Gate,
    permit: &LinkPermit,
    source: Ipv6Addr,
    interface: u32,
    id: u16,
) -> Result<Responders, OpenError> {
    let question = services_question(id).map_err(io::Error::other)?;
    let socket = gate.group(permit, source, interface).await?;
    let mut answers = BTreeMap::new();
    let mut read = 0;
    for wait in WAITS {
        socket.send(&question, GROUP, PORT).await?;
        let until = gate.clock().elapsed() + wait;
        while read < MOST_ANSWERS {
            let left = until.saturating_sub(gate.clock().elapsed());
            if left.is_zero() {
                break;
            }
            let Some((peer, datagram)) = socket.receive(dns::MAX_MESSAGE, left).await? else {
                break;
            };
            read += 1;
            let is_answer =
                peer.port() == PORT && Pointers::decode(&datagram).is_ok_and(|said| said.id == id);
            if is_answer && answers.len() < MOST_RESPONDERS {
                answers.entry(peer.ip()).or_insert(Bytes(datagram));
            }
        }
    }
    Ok(Responders { question: Bytes(question), answers })
}
