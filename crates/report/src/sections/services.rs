//! Open ports and what answers on them.

use hoshimori_inspection::assessment::{HostRecord, PortRecord};
use serde::Serialize;

use crate::context::Context;
use crate::shown::Shown;

/// One open port and what answers on it.
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

impl ServiceRow {
    /// The open ports of every host.
    pub(crate) fn all(context: &Context<'_>) -> Vec<Self> {
        let hosts = context.assessment.hosts.iter();
        hosts
            .flat_map(|host| host.ports.iter().map(move |port| (host, port)))
            .map(|(host, port)| Self::new(context, host, port))
            .collect()
    }

    fn new(context: &Context<'_>, host: &HostRecord, port: &PortRecord) -> Self {
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
}
