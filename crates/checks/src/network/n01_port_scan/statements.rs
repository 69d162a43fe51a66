//! What N-01 says.

use std::collections::BTreeMap;

use hoshimori_inspection::evidence::{DiscoveryFact, PortNote, UdpFact, UdpState, UnscannedReason};
use hoshimori_scheme::Text;

use super::BELIEVABLE_OPEN_PORTS;
use crate::network::port_table::{PortState, PortTable};
use crate::subject::{Seen, Statement};
use crate::words::{self, joined};

/// Why the table does not show all there is.
pub(super) fn doubts(
    table: &PortTable,
    missed: &BTreeMap<UnscannedReason, usize>,
    chance: Option<f64>,
) -> Option<Statement> {
    let mut doubts = Vec::new();
    let outside = table.count(PortState::Outside);
    if outside > 0 {
        let scanned = ALL_PORTS.saturating_sub(outside);
        doubts.push(Text::new(
            format!("全65535ポートのうち{scanned}ポートだけが走査の対象だった。"),
            format!("Only {scanned} of the 65535 ports were to be scanned."),
        ));
    }
    for (reason, count) in missed {
        let reason = reason.to_text();
        doubts.push(Text::new(
            format!("{count}ポートを走査できなかった（{}）。", reason.ja),
            format!("{count} ports could not be scanned: {}.", reason.en),
        ));
    }
    let unstable: Vec<u16> = table.ports(PortState::Unstable).collect();
    if !unstable.is_empty() {
        let ports = words::ports(unstable.iter().copied());
        doubts.push(Text::new(
            format!("ポート{ports}は一度だけ接続を受け入れ、二度目は受け入れなかった。"),
            format!("Port {ports} accepted a connection once and not a second time."),
        ));
    }
    let answered = [PortState::Open, PortState::Unstable, PortState::Closed];
    if answered.iter().all(|state| table.count(*state) == 0) {
        doubts.push(Text::new(
            "どのポートからも応答がなく、ホストがそこにあるかも分からない。",
            "No port answered, so it is not even known whether the host is there.",
        ));
    }
    if let Some(chance) = chance.filter(|chance| *chance >= TOLERABLE_CHANCE) {
        let percent = (chance * 1e4).ceil() / 100.0;
        doubts.push(Text::new(
            format!("パケットの損失が多く、開いているポートを見逃した確率が最大{percent}%ある。"),
            format!("So many packets were lost that a port was missed with up to {percent} %."),
        ));
    }
    if !table.adds_up() {
        doubts.push(Text::new(
            "走査の記録の数が合わない。",
            "The counts of the scan record do not add up.",
        ));
    }
    (!doubts.is_empty()).then(|| Statement {
        title: Text::new("開いているポートの一覧が完全でない", "The list of ports is not complete"),
        because: joined(doubts.into_iter().chain([summary(table)])),
    })
}

const ALL_PORTS: usize = 65_535;

/// docs/severity.md: a chance of having missed one port at which the list counts as incomplete.
/// The scan aims ten times lower.
const TOLERABLE_CHANCE: f64 = 1e-4;

fn summary(table: &PortTable) -> Text {
    let open: Vec<u16> = table.ports(PortState::Open).collect();
    let list = words::ports(open.iter().copied());
    let (ja_list, en_list) = match list.as_str() {
        "" => (String::new(), String::new()),
        list => (format!("（{list}）"), format!(" ({list})")),
    };
    let [closed, filtered] = [PortState::Closed, PortState::Filtered].map(|s| table.count(s));
    Text::new(
        format!("開放{}{ja_list}、拒否{closed}、無応答{filtered}。", open.len()),
        format!("{} open{en_list}, {closed} refused, {filtered} silent.", open.len()),
    )
}

pub(super) fn complete(
    table: &PortTable,
    chance: Option<f64>,
    udp: &[Seen<'_, UdpFact>],
    operator_was_asked: bool,
) -> Statement {
    let open = table.count(PortState::Open);
    let mut because = vec![
        Text::new("TCPの1から65535までを走査した。", "TCP ports 1 to 65535 were scanned."),
        summary(table),
    ];
    if chance.is_some() && table.count(PortState::Filtered) > 0 {
        because.push(Text::new(
            "開いているポートを見逃した確率は1万分の1未満。",
            "The chance that an open port was missed is below 1 in 10,000.",
        ));
    }
    because.extend(udp_summary(udp));
    because.push(if operator_was_asked {
        Text::new(
            "開いているポートはすべて、運営者が必要と説明したもの。",
            "The operator has explained every open port.",
        )
    } else {
        Text::new(
            "必要なポートを運営者から聞いていないため、要否は判断していない。",
            "The operator has not said which ports are needed, so that is not judged.",
        )
    });
    let plain: Vec<u16> =
        table.ports(PortState::Open).filter(|port| PLAIN_LOGIN_PORTS.contains(port)).collect();
    if !plain.is_empty() {
        let ports = words::ports(plain);
        because.push(Text::new(
            format!(
                "ポート{ports}は慣例では暗号化しない遠隔ログイン用（番号だけでは判断しない）。"
            ),
            format!(
                "Port {ports} is customary for remote login in clear text (a number alone decides \
                 nothing)."
            ),
        ));
    }
    Statement {
        title: Text::new(
            format!("TCP全ポートを走査し、{open}ポートが開いていた"),
            format!("All TCP ports scanned, {open} open"),
        ),
        because: joined(because),
    }
}

/// telnet, exec, login, shell (IANA service names).
const PLAIN_LOGIN_PORTS: [u16; 4] = [23, 512, 513, 514];

/// Which UDP ports answered, and how many did what else.
fn udp_summary(udp: &[Seen<'_, UdpFact>]) -> Option<Text> {
    let count = |wanted: fn(UdpState) -> bool| udp.iter().filter(|(_, f)| wanted(f.state)).count();
    let open: Vec<u16> = udp
        .iter()
        .filter(|(_, fact)| fact.state == UdpState::Open)
        .filter_map(|(seen, _)| seen.target.port_number())
        .collect();
    let list = words::ports(open.iter().copied());
    let (ja_list, en_list) = match list.as_str() {
        "" => (String::new(), String::new()),
        list => (format!("（{list}）"), format!(" ({list})")),
    };
    let closed = count(|state| state == UdpState::Closed);
    let silent = count(|state| state == UdpState::NoAnswer);
    (!udp.is_empty()).then(|| {
        Text::new(
            format!(
                "UDPは{}ポートに問い合わせ、応答{}{ja_list}、閉{closed}、無応答{silent}\
                 （無応答は開閉のどちらとも言えない）。",
                udp.len(),
                open.len(),
            ),
            format!(
                "Of {} UDP ports that were asked, {} answered{en_list}, {closed} are closed, \
                 {silent} were silent (which says neither open nor closed).",
                udp.len(),
                open.len(),
            ),
        )
    })
}

/// A host that stopped answering and came back.
pub(super) fn silence(note: PortNote) -> Statement {
    let what = note.to_text();
    Statement {
        title: Text::new(
            "ポート走査の途中で機器が応答しなくなった",
            "The device stopped answering during the port scan",
        ),
        because: Text::new(
            format!(
                "{}。走査に耐えられない機器か、走査を遮断する装置がある。どちらかを確かめること。",
                what.ja
            ),
            format!(
                "{}. Either the device does not bear a scan or something blocks scans: find out \
                 which.",
                what.en
            ),
        ),
    }
}

pub(super) fn unexplained(unexplained: &[u16], table: &PortTable) -> Statement {
    let ports = words::ports(unexplained.iter().copied());
    Statement {
        title: Text::new(
            format!("運営者の説明がないポートが開いている（{ports}）"),
            format!("Ports are open that the operator has not explained ({ports})"),
        ),
        because: joined([
            Text::new(
                format!("ポート{ports}は接続を二度とも受け入れたが、必要なポートの一覧にない。"),
                format!(
                    "Port {ports} accepted two connections and is not among the ports that the \
                     operator needs."
                ),
            ),
            summary(table),
        ]),
    }
}

pub(super) fn middlebox(table: &PortTable) -> Statement {
    let open = table.count(PortState::Open);
    let ports = words::ports(table.ports(PortState::Open));
    Statement {
        title: Text::new(
            format!("{open}ポートが開いて見え、中間の装置が代わりに応答している疑いがある"),
            format!("{open} ports seem open; a device in between may be answering"),
        ),
        because: Text::new(
            format!(
                "開いて見えるポートが{BELIEVABLE_OPEN_PORTS}を超える（{ports}）。ファイアウォールや\
                 透過プロキシが代わりに受け入れることがあり、ホスト自身のポートと区別できない。"
            ),
            format!(
                "More than {BELIEVABLE_OPEN_PORTS} ports seem open ({ports}). Firewalls and \
                 transparent proxies accept connections for others; the host's own ports cannot \
                 be told apart."
            ),
        ),
    }
}

pub(super) fn not_scanned(discovery: &DiscoveryFact) -> Statement {
    let title = Text::new("ポートを走査していない", "The ports were not scanned");
    let because = if discovery.alive {
        Text::new(
            "ホストは応答したが、ポートの走査の記録がない。",
            "The host answered; no scan is recorded.",
        )
    } else {
        Text::new(
            "運営者が挙げたホストだが応答がない。不在か、応答を遮断しているかは区別できない。",
            "The operator names this host and it did not answer; absent and shielded look alike.",
        )
    };
    Statement { title, because }
}
