//! Asks UDP ports in the words of their protocols.

use hoshimori_scanner::{Quiet, UdpScanner};

use super::Collector;
use crate::error::PipelineError;
use crate::events::Stage;
use crate::plan::PlannedHost;

/// Hosts that are asked side by side: most of the time each waits for tokens of its ICMP limit.
const HOSTS_AT_ONCE: usize = 32;

impl Collector<'_> {
    pub(super) async fn ask_udp(&self, hosts: &[PlannedHost]) -> Result<(), PipelineError> {
        let tasks = hosts.iter().map(|host| (udp_task(host), host)).collect();
        self.side_by_side(Stage::Udp, HOSTS_AT_ONCE, tasks, |host, permit| async move {
            UdpScanner::new(self.gate, host.vantage, self.tokens).scan(&permit, &Quiet).await
        })
        .await
    }
}

fn udp_task(host: &PlannedHost) -> String {
    format!("{}/{}/udp", host.vantage, host.address)
}
