//! Finds out behind which addresses a host is: by frames on the link, by echo and TCP beyond it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hoshimori_inspection::evidence::Fact;
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::ConnectScanner;
use hoshimori_scanner::discover::link::{Called, LinkSweep, NotCalled};
use hoshimori_scheme::Text;
use ipnet::IpNet;

use super::Collector;
use crate::error::PipelineError;
use crate::events::{Event, Stage};
use crate::plan::{Engine, PlannedHost, Uncountable};

/// Addresses of a range that are asked by TCP side by side whether they answer.
const DISCOVERIES_AT_ONCE: usize = 32;

impl Collector<'_> {
    pub(super) async fn discover(&self) -> Result<(), PipelineError> {
        if self.plan.engine == Engine::HalfOpenWherePossible {
            for uncountable in &self.plan.uncountable {
                self.call_neighbours(uncountable).await?;
            }
            self.sweep_links().await?;
        }
        self.ask_by_tcp().await
    }

    /// Calls the hosts of a network that nobody can count through.
    async fn call_neighbours(&self, uncountable: &Uncountable) -> Result<(), PipelineError> {
        let Uncountable { network, vantage, .. } = *uncountable;
        let task = format!("{vantage}/{network}/neighbours");
        if self.ledger().has(&task) {
            return Ok(());
        }
        match self.link_sweep(vantage).call_neighbours(&self.plan.scope, network).await {
            Ok(Called { observations, elsewhere }) => {
                let now = self.clock.now();
                self.plan.scope.authorization().check(now)?;
                self.ledger().finish(task, now, self.clock.elapsed(), observations)?;
                if elsewhere > 0 {
                    self.observer.notice(Event::Notice(answered_elsewhere(elsewhere, network)));
                }
            }
            Err(reason) => self.observer.notice(Event::Notice(not_called(&reason))),
        }
        Ok(())
    }

    /// Asks all addresses at once that are on a link of this machine or behind a router of it.
    async fn sweep_links(&self) -> Result<(), PipelineError> {
        let hosts = self.candidates();
        let mut permits: BTreeMap<Vantage, Vec<Permit>> = BTreeMap::new();
        for host in hosts.iter().filter(|host| !host.address.is_loopback()) {
            let tasks = [link_task(host), tcp_task(host)];
            if !tasks.iter().any(|task| self.ledger().has(task)) {
                let permit = self.plan.scope.permit(host.address, self.clock.now())?;
                permits.entry(host.vantage).or_default().push(permit);
            }
        }
        for (vantage, permits) in permits {
            let total = permits.len() as u64;
            self.observer.notice(Event::Begun { stage: Stage::Discovery, total, done: 0 });
            let swept = self.link_sweep(vantage).sweep(permits).await;
            for seen in swept.observations {
                let address = seen.target.address;
                let permit = self.plan.scope.permit(address, self.clock.now())?;
                self.finish(format!("{vantage}/{address}/link"), &permit, vec![seen])?;
            }
        }
        Ok(())
    }

    /// Asks the addresses of ranges by TCP of which nothing is known yet.
    async fn ask_by_tcp(&self) -> Result<(), PipelineError> {
        let decided: BTreeSet<IpAddr> = self
            .ledger()
            .observations()
            .iter()
            // A station that answers for others decides nothing, and its note says so.
            .filter(|seen| match &seen.fact {
                Fact::Discovery(fact) => fact.alive || seen.note.is_none(),
                _ => false,
            })
            .filter(|seen| !seen.key.as_str().ends_with("/tcp"))
            .map(|seen| seen.target.address)
            .collect();
        let hosts: Vec<&PlannedHost> = self
            .plan
            .hosts
            .iter()
            .filter(|host| !host.is_named && !decided.contains(&host.address))
            .collect();
        if hosts.is_empty() {
            return Ok(());
        }
        let tasks = hosts.iter().map(|host| (tcp_task(host), *host)).collect();
        self.side_by_side(Stage::Discovery, DISCOVERIES_AT_ONCE, tasks, |host, permit| async move {
            let scanner = ConnectScanner::new(self.gate, host.vantage);
            vec![scanner.discover(&permit).await]
        })
        .await
    }

    /// The named hosts, and those of ranges that answered or could not be asked.
    pub(super) fn hosts_to_scan(&self) -> Vec<PlannedHost> {
        let alive: BTreeSet<IpAddr> = self
            .ledger()
            .observations()
            .iter()
            // A note of the last question tells that this machine could not ask; that silence is
            // not the host's.
            .filter(|seen| match &seen.fact {
                Fact::Discovery(fact) => {
                    let could_not_ask = seen.note.is_some() && seen.key.as_str().ends_with("/tcp");
                    fact.alive || could_not_ask
                }
                _ => false,
            })
            .map(|seen| seen.target.address)
            .collect();
        let answers = |host: &PlannedHost| host.is_named || alive.contains(&host.address);
        self.candidates().into_iter().filter(answers).collect()
    }

    /// The hosts of the plan, and those that answered a call.
    fn candidates(&self) -> Vec<PlannedHost> {
        let mut hosts = self.plan.hosts.clone();
        let mut known: BTreeSet<IpAddr> = hosts.iter().map(|host| host.address).collect();
        let ledger = self.ledger();
        let called = ledger.observations().iter().filter(|seen| {
            let key = seen.key.as_str();
            key.ends_with("/multicast") || key.ends_with("/multicast-dns")
        });
        for address in called.map(|seen| seen.target.address) {
            let mut networks = self.plan.uncountable.iter();
            let network = networks.find(|of| of.network.contains(&address));
            // A host may have answered more than one call.
            if let Some(of) = network.filter(|_| known.insert(address)) {
                let (vantage, spans) = (of.vantage, of.spans.clone());
                hosts.push(PlannedHost { address, vantage, is_named: false, spans });
            }
        }
        hosts
    }

    fn link_sweep(&self, vantage: Vantage) -> LinkSweep {
        LinkSweep::new(self.gate.clone(), vantage, self.plan.patience)
    }
}

fn answered_elsewhere(count: usize, network: IpNet) -> Text {
    Text::new(
        format!(
            "{network} の接続先で{count}台の機器が対象外のアドレス（リンクローカルなど）だけから\
             答えました。この版では検査できません"
        ),
        format!(
            "on the link of `{network}` {count} devices answered only from addresses out of scope, \
             such as link-local ones; this version cannot inspect them"
        ),
    )
}

fn not_called(reason: &NotCalled) -> Text {
    match reason {
        NotCalled::NotOnLink(network) => Text::new(
            format!("{network} につながっていないため、その機器に呼びかけられません"),
            format!("this machine is not connected to `{network}`, so its hosts are not called"),
        ),
        NotCalled::NotPermitted(refusal) => {
            let why = refusal.to_text();
            Text::new(
                format!("IPv6の機器に呼びかけません（{}）", why.ja),
                format!("IPv6 hosts are not called ({})", why.en),
            )
        }
        _ => Text::new(
            "IPv6の機器に呼びかけられません（この機械から生パケットを送れない）",
            "IPv6 hosts cannot be called (this machine cannot send raw packets)",
        ),
    }
}

fn link_task(host: &PlannedHost) -> String {
    format!("{}/{}/link", host.vantage, host.address)
}

fn tcp_task(host: &PlannedHost) -> String {
    format!("{}/{}/discovery", host.vantage, host.address)
}
