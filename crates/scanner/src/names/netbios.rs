//! Names by the host's `NetBIOS` name table.

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{NameSource, Observation, ProbeError, Text};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::target::Target;
use hoshimori_wire::app::netbios::{self, Holder, NodeStatus, Suffix};

use super::asking::{Answer, Asking, NoAnswer};
use super::kept::{Kept, MAX_NAMES};
use super::{Found, NameFinder};

/// Where the name service listens.
const PORT: u16 = 137;

impl NameFinder<'_> {
    /// Asks a host for its name table. `None` for addresses of IPv6, over which there is no
    /// `NetBIOS`: its addresses have four bytes (RFC 1002 section 4.2.2).
    pub async fn netbios(&self, permit: &Permit) -> Option<Observation> {
        let address = permit.address();
        if address.is_ipv6() {
            return None;
        }
        let target = Target::host(address);
        let id = self.question_id(&self.key(target, NameSource::NetBios), "nbstat");
        let question = [netbios::node_status_request(id)];
        let asking = Asking {
            gate: self.gate,
            permit,
            port: PORT,
            wait: self.wait,
            limit: netbios::MAX_MESSAGE,
        };
        let mut heard = asking
            .ask(&question, |datagram| {
                let said = NodeStatus::decode(datagram)?;
                if said.id == id { Ok((0, said)) } else { Err(NoAnswer::to_us()) }
            })
            .await;

        let (mut names, mut notes) = (Kept::default(), Vec::new());
        let received = if let Some(Answer { datagram, said }) = heard.answers.pop().flatten() {
            for machine in names_with(&said, Holder::Host) {
                names.add(&machine);
            }
            notes.extend(workgroup(&said));
            notes.extend(said.unit_id.and_then(unit_id));
            datagram
        } else {
            notes.extend(heard.trouble.as_ref().map(ProbeError::to_text));
            heard.stray.unwrap_or_default()
        };
        let found = Found {
            source: NameSource::NetBios,
            seen_at: self.clock.now(),
            socket: heard.socket,
            sent: Bytes(question.concat()),
            received: Bytes(received),
            repeat: format!("nmblookup -A {address}"),
            names,
            notes,
        };
        Some(self.observe(target, found))
    }
}

/// The names of machines or of groups in a table; the other suffixes are for messages, elections
/// and services that run under the same names.
fn names_with(status: &NodeStatus, holder: Holder) -> impl Iterator<Item = String> {
    let names = status.names.iter().filter(move |name| {
        name.holder == holder && [Suffix::WORKSTATION, Suffix::FILE_SERVER].contains(&name.suffix)
    });
    names.map(netbios::NodeName::to_text)
}

/// The workgroup or domain: what the host belongs to, not what it is called.
fn workgroup(status: &NodeStatus) -> Option<Text> {
    let groups: Vec<String> = names_with(status, Holder::Group).take(MAX_NAMES).collect();
    let list = groups.join(", ");
    let text = || {
        Text::new(
            format!("ワークグループまたはドメイン: {list}"),
            format!("in the workgroup or domain {list}"),
        )
    };
    (!groups.is_empty()).then(text)
}

/// The hardware address that the host states. It can state any: what is seen on the link counts.
fn unit_id(id: [u8; 6]) -> Option<Text> {
    let shown = id.map(|byte| format!("{byte:02x}")).join(":");
    let text = || {
        Text::new(
            format!("機器が自称するMACアドレス: {shown}（未確認）"),
            format!("states the hardware address {shown}, unconfirmed"),
        )
    };
    (id != [0; 6]).then(text)
}
