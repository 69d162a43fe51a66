//! Gathers the evidence that a plan asks for, task by task, each one journalled when it is done.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::{StreamExt, TryStreamExt, stream};
use hoshimori_checks::Need;
use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::evidence::{Fact, Observation, Protocol};
use hoshimori_inspection::scope::{Permit, is_print_port};
use hoshimori_inspection::target::{Target, Transport};
use hoshimori_inspection::token::Tokens;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::{ConnectScanner, Gate, Prober, Progress, Timing, TrustStores, WebTarget};

use crate::error::PipelineError;
use crate::events::{Event, Observer, Stage};
use crate::ledger::Ledger;
use crate::plan::{Plan, PlannedHost};

/// Hosts whose ports are scanned side by side.
const HOSTS_AT_ONCE: usize = 8;
/// Addresses of a range that are asked side by side whether they answer.
const DISCOVERIES_AT_ONCE: usize = 32;
/// Probes of services that run side by side, over all hosts.
const PROBES_AT_ONCE: usize = 12;
/// Account names that every system of a shared office may have.
const SSH_USERS: [&str; 2] = ["root", "admin"];

/// Runs the tasks of a plan.
pub(crate) struct Collector<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) gate: &'a Gate,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) tokens: &'a Tokens,
    pub(crate) stores: &'a TrustStores,
    pub(crate) observer: &'a dyn Observer,
    pub(crate) ledger: Mutex<Ledger>,
}

/// One question to one port.
struct Question {
    need: Need,
    target: Target,
    vantage: Vantage,
    tls: bool,
    is_read_only: bool,
}

impl Collector<'_> {
    /// Does every task of the plan that the ledger does not have yet.
    pub(crate) async fn collect(&self) -> Result<(), PipelineError> {
        self.discover().await?;
        let hosts = self.hosts_to_scan();
        self.scan_ports(&hosts).await?;
        if self.plan.looks_at_services {
            self.identify(&hosts).await?;
            self.ask().await?;
        }
        let now = self.clock.now();
        Ok(self.ledger().complete(now)?)
    }

    async fn discover(&self) -> Result<(), PipelineError> {
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
    fn hosts_to_scan(&self) -> Vec<&PlannedHost> {
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
        self.plan.hosts.iter().filter(answers).collect()
    }

    async fn scan_ports(&self, hosts: &[&PlannedHost]) -> Result<(), PipelineError> {
        let (mut total, mut done) = (0, 0);
        for host in hosts {
            for span in &host.spans {
                total += u64::from(span.count());
                if self.ledger().has(&ports_task(host, *span)) {
                    done += u64::from(span.count());
                }
            }
        }
        self.observer.notice(Event::Begun { stage: Stage::Ports, total, done });
        stream::iter(hosts)
            .map(|host| self.scan_ports_of(host))
            .buffer_unordered(HOSTS_AT_ONCE)
            .try_collect::<()>()
            .await
    }

    async fn scan_ports_of(&self, host: &PlannedHost) -> Result<(), PipelineError> {
        let scanner = ConnectScanner::new(self.gate, host.vantage);
        for span in &host.spans {
            let task = ports_task(host, *span);
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

    async fn identify(&self, hosts: &[&PlannedHost]) -> Result<(), PipelineError> {
        let vantages: BTreeMap<IpAddr, Vantage> =
            hosts.iter().map(|host| (host.address, host.vantage)).collect();
        let mut tasks = Vec::new();
        for target in self.open_ports() {
            if let Some(vantage) = vantages.get(&target.address) {
                tasks.push((format!("{vantage}/{target}/service"), (target, *vantage)));
            }
        }
        for host in hosts.iter().filter(|host| host.spans.iter().any(|span| span.count() > 1)) {
            let target = Target::udp(host.address, 53);
            tasks.push((format!("{}/{target}/service", host.vantage), (target, host.vantage)));
        }
        self.side_by_side(
            Stage::Services,
            PROBES_AT_ONCE,
            tasks,
            |(target, vantage), permit| async move {
                let prober = self.prober(vantage);
                match target.port {
                    Some((port, Transport::Tcp)) => vec![prober.identify(&permit, port).await],
                    _ => prober.identify_dns_udp(&permit).await.into_iter().collect(),
                }
            },
        )
        .await
    }

    async fn ask(&self) -> Result<(), PipelineError> {
        let tasks = self
            .questions()
            .into_iter()
            .map(|question| {
                let Question { need, target, vantage, .. } = &question;
                (format!("{vantage}/{target}/{need:?}"), question)
            })
            .collect();
        self.side_by_side(Stage::Probes, PROBES_AT_ONCE, tasks, |question, permit| async move {
            self.answer(&question, permit).await
        })
        .await
    }

    /// Which questions the services seen so far raise.
    fn questions(&self) -> Vec<Question> {
        let needs = self.plan.needs();
        let ledger = self.ledger();
        let printers: BTreeSet<IpAddr> = ledger
            .observations()
            .iter()
            .filter(|seen| seen.target.port_number().is_some_and(is_print_port))
            .filter(|seen| matches!(seen.fact, Fact::Service(_)))
            .map(|seen| seen.target.address)
            .collect();
        let mut questions = Vec::new();
        for seen in ledger.observations() {
            let Fact::Service(service) = &seen.fact else { continue };
            let wanted: &[Need] = match (service.protocol, service.tls) {
                (Protocol::Ssh, _) => &[Need::SshAuth],
                (Protocol::Http, false) => &[Need::HttpMethods, Need::HttpTrace],
                (Protocol::Http, true) => &[Need::HttpMethods, Need::HttpTrace, Need::Certificates],
                (_, true) => &[Need::Certificates],
                _ => &[],
            };
            questions.extend(wanted.iter().filter(|need| needs.contains(need)).map(|need| {
                Question {
                    need: *need,
                    target: seen.target,
                    vantage: seen.vantage,
                    tls: service.tls,
                    is_read_only: printers.contains(&seen.target.address),
                }
            }));
        }
        questions
    }

    async fn answer(&self, question: &Question, permit: Permit) -> Vec<Observation> {
        let Some(port) = question.target.port_number() else { return Vec::new() };
        let permit = if question.is_read_only { permit.read_only() } else { permit };
        let prober = self.prober(question.vantage);
        let known = self.plan.known_host(question.target.address);
        let names: &[String] = known.map_or(&[], |host| host.names.as_slice());
        let web = || WebTarget {
            port,
            tls: question.tls,
            host: names.first().cloned().unwrap_or_else(|| literal(question.target.address)),
        };
        match question.need {
            Need::SshAuth => prober.ssh_auth(&permit, port, &SSH_USERS.map(str::to_owned)).await,
            Need::HttpMethods => prober.http_methods(&permit, &web()).await,
            Need::HttpTrace => prober.http_trace(&permit, &web()).await,
            Need::Certificates => prober.certificates(&permit, port, names).await,
            Need::Ports | Need::Services => Vec::new(),
        }
    }

    /// Runs the tasks that are not finished yet, `at_once` of them at a time.
    async fn side_by_side<T: TaskSubject, F: Future<Output = Vec<Observation>>>(
        &self,
        stage: Stage,
        at_once: usize,
        tasks: Vec<(String, T)>,
        work: impl Fn(T, Permit) -> F,
    ) -> Result<(), PipelineError> {
        let total = tasks.len() as u64;
        let open: Vec<(String, T)> =
            tasks.into_iter().filter(|(task, _)| !self.ledger().has(task)).collect();
        let done = total - open.len() as u64;
        self.observer.notice(Event::Begun { stage, total, done });
        let work = &work;
        stream::iter(open)
            .map(|(task, subject)| async move {
                let permit = self.plan.scope.permit(subject.address(), self.clock.now())?;
                let seen = work(subject, permit).await;
                self.finish(task, &permit, seen)?;
                self.observer.notice(Event::Advanced { steps: 1 });
                Ok(())
            })
            .buffer_unordered(at_once)
            .try_collect::<()>()
            .await
    }

    /// Journals what a task saw, unless the consent ended while it ran: then it was cut short.
    fn finish(
        &self,
        task: String,
        permit: &Permit,
        seen: Vec<Observation>,
    ) -> Result<(), PipelineError> {
        let now = self.clock.now();
        permit.check(now)?;
        self.ledger().finish(task, now, self.clock.elapsed(), seen)?;
        Ok(())
    }

    fn open_ports(&self) -> Vec<Target> {
        let ledger = self.ledger();
        let mut targets: Vec<Target> = Vec::new();
        for seen in ledger.observations() {
            if let Fact::Ports(fact) = &seen.fact {
                let ports = fact.open.iter();
                targets.extend(ports.map(|port| Target::tcp(seen.target.address, *port)));
            }
        }
        // Neighbouring tasks go to different hosts, so that none is asked everything at once.
        targets.sort_by_key(|target| (target.port, target.address));
        targets
    }

    fn prober(&self, vantage: Vantage) -> Prober<'_> {
        Prober {
            gate: self.gate,
            clock: self.clock,
            tokens: self.tokens,
            vantage,
            timing: Timing::from_rtt(None),
            trust: self.stores,
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        // A panic while the ledger is held cannot leave it half changed: it is only appended to.
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a task is about.
trait TaskSubject {
    fn address(&self) -> IpAddr;
}

impl TaskSubject for &PlannedHost {
    fn address(&self) -> IpAddr {
        self.address
    }
}

impl TaskSubject for (Target, Vantage) {
    fn address(&self) -> IpAddr {
        self.0.address
    }
}

impl TaskSubject for Question {
    fn address(&self) -> IpAddr {
        self.target.address
    }
}

/// Hands the steps of a port scan on to the observer.
struct Steps<'a>(&'a dyn Observer);

impl Progress for Steps<'_> {
    fn ports_done(&self, count: u32) {
        self.0.notice(Event::Advanced { steps: u64::from(count) });
    }
}

fn discovery_task(host: &PlannedHost) -> String {
    format!("{}/{}/discovery", host.vantage, host.address)
}

fn ports_task(host: &PlannedHost, span: hoshimori_inspection::evidence::PortSpan) -> String {
    format!("{}/{}/ports/{span}", host.vantage, host.address)
}

/// An address as a URL or Host header has it (RFC 3986 section 3.2.2).
fn literal(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}
