//! Scans the TCP ports of hosts: half open where this machine may, by connecting elsewhere.
//!
//! The engine that began a host finishes it, so that each of its ports is in one place of the
//! evidence, whatever this machine may do when an interrupted inspection goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use futures_util::{StreamExt, TryStreamExt, stream};
use hoshimori_inspection::evidence::{Fact, PortSpan};
use hoshimori_inspection::scope::Refusal;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::ConnectScanner;
use hoshimori_scanner::ports::syn::{SynJob, SynReport, SynScanner, Unsuitable};
use hoshimori_scheme::Text;
use tokio::sync::mpsc;

use super::{Collector, Steps};
use crate::error::PipelineError;
use crate::events::{Event, Stage};
use crate::fragile::is_fragile;
use crate::plan::{Engine, PlannedHost};
use crate::vendors::vendor;

/// Hosts whose ports are scanned side by side by connecting.
const HOSTS_AT_ONCE: usize = 8;

impl Collector<'_> {
    pub(super) async fn scan_ports(&self, hosts: &[PlannedHost]) -> Result<(), PipelineError> {
        let unfinished = hosts.iter().filter(|host| !self.ledger().has(&host_task(host)));
        let (half_open, mut by_connect) = self.by_engine(unfinished);
        for (vantage, hosts) in half_open {
            self.begin(&hosts);
            by_connect.extend(self.scan_half_open(vantage, &hosts).await?);
        }
        if !by_connect.is_empty() {
            self.begin(&by_connect);
        }
        stream::iter(by_connect)
            .map(|host| self.scan_by_connect(host))
            .buffer_unordered(HOSTS_AT_ONCE)
            .try_collect::<()>()
            .await
    }

    fn begin(&self, hosts: &[&PlannedHost]) {
        let total = hosts.iter().map(|host| host.ports()).sum();
        let done = hosts.iter().map(|host| self.ports_done(host)).sum();
        self.observer.notice(Event::Begun { stage: Stage::Ports, total, done });
    }

    /// The hosts to scan half open, by vantage, and those to scan by connecting.
    fn by_engine<'h>(
        &self,
        hosts: impl Iterator<Item = &'h PlannedHost>,
    ) -> (BTreeMap<Vantage, Vec<&'h PlannedHost>>, Vec<&'h PlannedHost>) {
        let is_wanted = self.plan.engine == Engine::HalfOpenWherePossible;
        let is_permitted = is_wanted && SynScanner::is_permitted();
        let (mut half_open, mut by_connect) = (BTreeMap::<_, Vec<_>>::new(), Vec::new());
        for host in hosts {
            let ledger = self.ledger();
            let is_begun = host.spans.iter().any(|span| ledger.has(&span_task(host, *span)));
            if is_permitted && !is_begun && !host.address.is_loopback() {
                half_open.entry(host.vantage).or_default().push(host);
            } else {
                by_connect.push(host);
            }
        }
        let is_lacking = is_wanted && !is_permitted;
        if is_lacking && by_connect.iter().any(|host| !host.address.is_loopback()) {
            self.observer.notice(Event::Notice(without_half_open(Unsuitable::NoPacketSocket)));
        }
        (half_open, by_connect)
    }

    /// Scans `hosts` at once and gives back those that only the connect scan can take.
    async fn scan_half_open<'h>(
        &self,
        vantage: Vantage,
        hosts: &[&'h PlannedHost],
    ) -> Result<Vec<&'h PlannedHost>, PipelineError> {
        let jobs = hosts.iter().map(|host| self.job(host)).collect::<Result<_, _>>()?;
        let scanner = SynScanner::new(
            self.gate.clone(),
            vantage,
            self.clock.clone(),
            self.plan.half_open,
            self.tokens.number("order of ports"),
        );
        let (tell, mut reports) = mpsc::unbounded_channel();
        let mut sink = move |report| {
            // It is gone only where an error has ended the inspection already.
            let _ = tell.send(report);
        };
        let steps = Steps(self.observer);
        let mut left = Vec::new();
        let scan = async {
            scanner.scan(jobs, &mut sink, &steps).await;
            drop(sink);
            Ok(())
        };
        let take = async {
            while let Some(report) = reports.recv().await {
                if let Some(address) = self.take(hosts, report)? {
                    left.extend(hosts.iter().copied().find(|host| host.address == address));
                }
            }
            Ok::<(), PipelineError>(())
        };
        // Dropping the scan, as an error here does, ends its threads.
        tokio::try_join!(scan, take)?;
        Ok(left)
    }

    fn job(&self, host: &PlannedHost) -> Result<SynJob, Refusal> {
        Ok(SynJob {
            permit: self.plan.scope.permit(host.address, self.clock.now())?,
            spans: joined(&host.spans),
            is_fragile: self.is_fragile(host.address),
            resumed: self.ledger().checkpoints(host.address).to_vec(),
        })
    }

    /// Journals a report; the address of a host that the connect scan has to take.
    fn take(
        &self,
        hosts: &[&PlannedHost],
        report: SynReport,
    ) -> Result<Option<IpAddr>, PipelineError> {
        match report {
            SynReport::Checkpoint(checkpoint) => {
                let now = self.clock.now();
                self.ledger().note(checkpoint, now, self.clock.elapsed())?;
            }
            SynReport::Open { address, port } => {
                self.observer.notice(Event::Open { address, port });
            }
            SynReport::Host { address, observations } => {
                if let Some(host) = hosts.iter().find(|host| host.address == address) {
                    let permit = self.plan.scope.permit(address, self.clock.now())?;
                    self.finish(host_task(host), &permit, observations)?;
                }
            }
            SynReport::Unsuitable { address, reason } => {
                if reason != Unsuitable::NoRoute {
                    self.observer.notice(Event::Notice(without_half_open(reason)));
                }
                return Ok(Some(address));
            }
        }
        Ok(None)
    }

    async fn scan_by_connect(&self, host: &PlannedHost) -> Result<(), PipelineError> {
        let scanner = ConnectScanner::new(self.gate, host.vantage);
        for span in &host.spans {
            let task = span_task(host, *span);
            if self.ledger().has(&task) {
                continue;
            }
            let permit = self.plan.scope.permit(host.address, self.clock.now())?;
            let seen = scanner.scan(&permit, *span, &Steps(self.observer)).await;
            if let Fact::Ports(fact) = &seen.fact {
                for port in &fact.open {
                    self.observer.notice(Event::Open { address: host.address, port: *port });
                }
            }
            self.finish(task, &permit, vec![seen])?;
        }
        Ok(())
    }

    /// Whether the maker of the interface at `address` makes devices that bear little.
    fn is_fragile(&self, address: IpAddr) -> bool {
        let ledger = self.ledger();
        let of_host = ledger.observations().iter().filter(|seen| seen.target.address == address);
        let macs = of_host.filter_map(|seen| match &seen.fact {
            Fact::Discovery(fact) => fact.mac.as_deref(),
            _ => None,
        });
        macs.filter_map(vendor).any(is_fragile)
    }

    /// How many ports of `host` an interrupted run has asked.
    fn ports_done(&self, host: &PlannedHost) -> u64 {
        let ledger = self.ledger();
        if ledger.has(&host_task(host)) {
            return host.ports();
        }
        if let Some(last) = ledger.checkpoints(host.address).last() {
            return if last.round > 1 { host.ports() } else { u64::from(last.position) };
        }
        let done = host.spans.iter().filter(|span| ledger.has(&span_task(host, **span)));
        done.map(|span| u64::from(span.count())).sum()
    }
}

fn without_half_open(reason: Unsuitable) -> Text {
    let why = match reason {
        Unsuitable::NoPacketSocket => {
            Text::new("生パケットの権限がない", "this process may not open packet sockets")
        }
        Unsuitable::NotEthernet => Text::new("イーサネットではない", "the link is not Ethernet"),
        _ => Text::new("経路がない", "there is no route"),
    };
    Text::new(
        format!(
            "TCP接続方式で走査します（{}）。遅くなり、見逃し確率を示せません。`hoshimori doctor` を\
             見てください",
            why.ja
        ),
        format!(
            "scanning by connecting ({}): slower, and no chance of a miss can be stated; see \
             `hoshimori doctor`",
            why.en
        ),
    )
}

/// The ports of `spans` in as few spans as possible: the half-open scan keeps its own place in them.
fn joined(spans: &[PortSpan]) -> Vec<PortSpan> {
    let ports: BTreeSet<u16> = spans.iter().flat_map(|span| span.ports()).collect();
    let mut joined = Vec::new();
    for port in ports {
        PortSpan::push(&mut joined, port);
    }
    joined
}

/// All ports of a host, scanned half open.
fn host_task(host: &PlannedHost) -> String {
    format!("{}/{}/ports", host.vantage, host.address)
}

/// One span of ports, scanned by connecting.
fn span_task(host: &PlannedHost, span: PortSpan) -> String {
    format!("{}/{}/ports/{span}", host.vantage, host.address)
}
