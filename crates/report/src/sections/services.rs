//! Open ports and what answers on them.

use hoshimori_inspection::assessment::{HostRecord, PortRecord, PortState};
use hoshimori_inspection::target::Transport;
use serde::Serialize;

use super::ports::{kinds, spans};
use crate::context::Context;
use crate::shown::Shown;
use crate::words::fill;

/// A host with more ports of one kind is answered for by something else (docs/severity.md), or
/// plays a trick: more rows than this tell a reader nothing.
const MOST_LISTED: usize = 100;

/// Open ports and what answers on them.
#[derive(Clone, Debug, Serialize)]
pub struct ServiceTable {
    /// The ports, by host.
    pub rows: Vec<ServiceRow>,
    /// What to know where ports were joined into one row.
    pub note: Option<&'static str>,
}

/// One open port and what answers on it, or many of which little is known.
#[derive(Clone, Debug, Serialize)]
pub struct ServiceRow {
    /// The host.
    pub address: Shown,
    /// Number and transport.
    pub port: Shown,
    /// Open, or only once.
    pub state: &'static str,
    /// The protocol.
    pub service: Shown,
    /// What the server claims to be.
    pub product: Shown,
    /// Its greeting.
    pub banner: Shown,
}

impl ServiceTable {
    /// The ports of every host.
    pub(crate) fn new(context: &Context<'_>) -> Self {
        let mut table = Self { rows: Vec::new(), note: None };
        for host in &context.assessment.hosts {
            table.add(context, host);
        }
        table
    }

    fn add(&mut self, context: &Context<'_>, host: &HostRecord) {
        let mut single = Vec::new();
        let mut joined = Vec::new();
        for (transport, state, ports) in kinds(&host.ports) {
            if ports.len() <= MOST_LISTED {
                single.extend(ports);
                continue;
            }
            let (mut told, mut bare): (Vec<&PortRecord>, Vec<&PortRecord>) =
                ports.into_iter().partition(|port| port.service.is_some());
            bare.extend(told.split_off(told.len().min(MOST_LISTED)));
            bare.sort_by_key(|port| port.port);
            single.extend(told);
            if !bare.is_empty() {
                joined.push(ServiceRow::joined(context, host, (transport, state), &bare));
            }
        }
        single.sort_by_key(|port| (port.port, port.protocol));
        self.rows.extend(single.into_iter().map(|port| ServiceRow::single(context, host, port)));
        if !joined.is_empty() {
            self.note = Some(context.words.services_joined);
        }
        self.rows.extend(joined);
    }
}

impl ServiceRow {
    fn single(context: &Context<'_>, host: &HostRecord, port: &PortRecord) -> Self {
        let product: Vec<&str> =
            [&port.product, &port.version].into_iter().flatten().map(String::as_str).collect();
        Self {
            address: Shown::from(host.address.to_string()),
            port: Shown::from(format!("{}/{}", port.port, port.protocol.word())),
            state: context.words.port_state(port.state),
            service: context.stated(port.service.as_deref()),
            product: Shown::from(product.join(" ")),
            banner: port.banner.as_deref().map(Shown::new).unwrap_or_default(),
        }
    }

    fn joined(
        context: &Context<'_>,
        host: &HostRecord,
        (transport, state): (Transport, PortState),
        ports: &[&PortRecord],
    ) -> Self {
        let spans = spans(context, ports.iter().map(|port| port.port));
        let count = ports.len().to_string();
        let values = [("ports", spans.as_str()), ("protocol", transport.word()), ("count", &count)];
        Self {
            address: Shown::from(host.address.to_string()),
            port: fill(context.words.ports_joined, &values),
            state: context.words.port_state(state),
            service: context.words.not_stated.into(),
            product: Shown::default(),
            banner: Shown::default(),
        }
    }
}
