//! Asks what hosts are called.

use std::net::IpAddr;

use futures_util::future::join;
use hoshimori_inspection::evidence::{Fact, Observation};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::names::{NameFinder, system_name_servers};

use super::Collector;
use crate::error::PipelineError;
use crate::events::Stage;
use crate::plan::PlannedHost;

/// Hosts that are asked for their own names side by side.
const HOSTS_AT_ONCE: usize = 32;

impl Collector<'_> {
    /// Asks the hosts that are there, and the name servers that may be asked about them.
    pub(super) async fn find_names(&self, hosts: &[PlannedHost]) -> Result<(), PipelineError> {
        let alive: Vec<&PlannedHost> =
            hosts.iter().filter(|host| self.is_there(host.address)).collect();
        let tasks = alive.iter().map(|host| (own_names_task(host), *host)).collect();
        self.side_by_side(Stage::Names, HOSTS_AT_ONCE, tasks, |host, permit| async move {
            let finder = self.name_finder(host.vantage);
            let (mdns, netbios) = join(finder.mdns(&permit), finder.netbios(&permit)).await;
            netbios.into_iter().chain([mdns]).collect()
        })
        .await?;
        self.ask_name_servers(&alive).await
    }

    async fn ask_name_servers(&self, hosts: &[&PlannedHost]) -> Result<(), PipelineError> {
        // Where the system's file cannot be read there is no server to ask.
        let servers = system_name_servers().unwrap_or_default();
        let permits: Vec<Permit> = servers
            .into_iter()
            .filter_map(|server| self.plan.scope.permit(server, self.clock.now()).ok())
            .collect();
        let Some(first) = permits.first() else { return Ok(()) };
        let unfinished: Vec<&PlannedHost> = hosts
            .iter()
            .copied()
            .filter(|host| !self.ledger().has(&given_name_task(host)))
            .collect();
        for (vantage, hosts) in by_vantage(&unfinished) {
            let addresses: Vec<IpAddr> = hosts.iter().map(|host| host.address).collect();
            let seen = self.name_finder(vantage).reverse_dns(&permits, &addresses).await;
            for (host, observation) in hosts.into_iter().zip(seen) {
                self.finish(given_name_task(host), first, vec![observation])?;
            }
        }
        Ok(())
    }

    /// Whether anything came from `address`.
    pub(super) fn is_there(&self, address: IpAddr) -> bool {
        let ledger = self.ledger();
        let mut of_host =
            ledger.observations().iter().filter(|seen| seen.target.address == address);
        of_host.any(is_sign_of_life)
    }

    fn name_finder(&self, vantage: Vantage) -> NameFinder<'_> {
        NameFinder {
            gate: self.gate,
            clock: self.clock.as_ref(),
            tokens: self.tokens,
            vantage,
            wait: NameFinder::WAIT,
        }
    }
}

fn is_sign_of_life(seen: &Observation) -> bool {
    match &seen.fact {
        Fact::Discovery(fact) => fact.alive,
        Fact::Ports(fact) => fact.closed > 0 || !fact.open.is_empty() || !fact.unstable.is_empty(),
        _ => false,
    }
}

fn by_vantage<'h>(hosts: &[&'h PlannedHost]) -> Vec<(Vantage, Vec<&'h PlannedHost>)> {
    let mut groups: Vec<(Vantage, Vec<&PlannedHost>)> = Vec::new();
    for host in hosts {
        match groups.iter_mut().find(|(vantage, _)| *vantage == host.vantage) {
            Some((_, group)) => group.push(host),
            None => groups.push((host.vantage, vec![host])),
        }
    }
    groups
}

fn own_names_task(host: &PlannedHost) -> String {
    format!("{}/{}/names", host.vantage, host.address)
}

fn given_name_task(host: &PlannedHost) -> String {
    format!("{}/{}/name", host.vantage, host.address)
}
