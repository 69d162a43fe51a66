//! Finds out behind which addresses of a range a host is.

use std::collections::BTreeSet;
use std::net::IpAddr;

use hoshimori_inspection::evidence::Fact;
use hoshimori_scanner::ConnectScanner;

use super::Collector;
use crate::error::PipelineError;
use crate::events::Stage;
use crate::plan::PlannedHost;

/// Addresses of a range that are asked side by side whether they answer.
const DISCOVERIES_AT_ONCE: usize = 32;

impl Collector<'_> {
    pub(super) async fn discover(&self) -> Result<(), PipelineError> {
        let hosts: Vec<&PlannedHost> = self.plan.hosts.iter().filter(|h| !h.is_named).collect();
        if hosts.is_empty() {
            return Ok(());
        }
        let tasks = hosts.iter().map(|host| (discovery_task(host), *host)).collect();
        self.side_by_side(Stage::Discovery, DISCOVERIES_AT_ONCE, tasks, |host, permit| async move {
            let scanner = ConnectScanner::new(self.gate, host.vantage);
            vec![scanner.discover(&permit).await]
        })
        .await
    }

    /// The named hosts, and those of ranges that answered or could not be asked.
    pub(super) fn hosts_to_scan(&self) -> Vec<PlannedHost> {
        let ledger = self.ledger();
        let alive: BTreeSet<IpAddr> = ledger
            .observations()
            .iter()
            // A note tells that this machine could not ask; that silence is not the host's.
            .filter(|seen| match &seen.fact {
                Fact::Discovery(fact) => fact.alive || seen.note.is_some(),
                _ => false,
            })
            .map(|seen| seen.target.address)
            .collect();
        let answers = |host: &&PlannedHost| host.is_named || alive.contains(&host.address);
        self.plan.hosts.iter().filter(answers).cloned().collect()
    }
}

fn discovery_task(host: &PlannedHost) -> String {
    format!("{}/{}/discovery", host.vantage, host.address)
}
