//! Ports in a few words, however many there are.

use hoshimori_inspection::assessment::{HostRecord, PortRecord, PortState};
use hoshimori_inspection::evidence::PortSpan;
use hoshimori_inspection::target::Transport;

use crate::context::Context;
use crate::shown::Shown;
use crate::words::fill;

/// About six lines of a column. A host that agrees on every other port has 32,768 spans.
const MOST_SPANS: usize = 30;

/// The ports of `host` as lines, one for each transport and state.
pub(crate) fn lines(context: &Context<'_>, host: &HostRecord) -> Vec<Shown> {
    let words = context.words;
    kinds(&host.ports)
        .into_iter()
        .map(|(transport, state, ports)| {
            let spans = spans(context, ports.iter().map(|port| port.port));
            let values = [("protocol", transport.word()), ("ports", spans.as_str())];
            match state {
                PortState::Open => fill(words.ports_of, &values),
                PortState::Unstable => fill(words.ports_of_unstable, &values),
            }
        })
        .collect()
}

/// `ports` by transport and state, without the empty ones.
pub(crate) fn kinds(ports: &[PortRecord]) -> Vec<(Transport, PortState, Vec<&PortRecord>)> {
    let mut kinds = Vec::new();
    for transport in [Transport::Tcp, Transport::Udp] {
        for state in [PortState::Open, PortState::Unstable] {
            let is_of = |port: &&PortRecord| (port.protocol, port.state) == (transport, state);
            let found: Vec<&PortRecord> = ports.iter().filter(is_of).collect();
            if !found.is_empty() {
                kinds.push((transport, state, found));
            }
        }
    }
    kinds
}

/// Ascending `ports` as spans; where they are too many, how many more there are.
pub(crate) fn spans(context: &Context<'_>, ports: impl IntoIterator<Item = u16>) -> Shown {
    let mut all = Vec::new();
    for port in ports {
        PortSpan::push(&mut all, port);
    }
    let shown = context.join(all.iter().take(MOST_SPANS));
    let more: u32 = all.iter().skip(MOST_SPANS).map(|span| span.count()).sum();
    if more == 0 {
        return shown;
    }
    fill(context.words.and_more, &[("list", shown.as_str()), ("count", &more.to_string())])
}
