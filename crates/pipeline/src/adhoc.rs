//! Single tests by hand: `scan` and `check`, without an inspection file.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::num::NonZeroU32;

use hoshimori_checks::Need;
use hoshimori_inspection::assessment::{Assessment, EvidenceRegister, FORMAT, HostRecord};
use hoshimori_inspection::evidence::{Observation, PortSpan};
use hoshimori_inspection::host::KnownHost;
use hoshimori_inspection::scope::{Authorization, Scope};
use hoshimori_inspection::token::Tokens;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::PacketsPerSecond;
use hoshimori_scanner::discover::link::Patience;
use hoshimori_scanner::ports::syn::Limits;
use hoshimori_scheme::{CriterionId, Scheme};
use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};

use crate::assess::{assess, results};
use crate::error::PipelineError;
use crate::known::Known;
use crate::ledger::Ledger;
use crate::opening::random_seed;
use crate::plan::{Engine, Plan, PlannedHost, Uncountable, is_uncountable, tasks_of, within};
use crate::run::{Surroundings, gather};

/// Packets per second to a network where none are asked for, but for the half-open scan, which
/// follows what the network bears.
const DEFAULT_PACE: NonZeroU32 = NonZeroU32::new(20_000).unwrap();

/// How long a run by hand may take: longer than any, short of forgetting it.
const LONGEST_RUN: SignedDuration = SignedDuration::from_hours(24);

/// One thing to look at, as the person named it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Subject {
    /// Its addresses: one, or a range.
    pub network: IpNet,
    /// The name by which it was called, if it was.
    pub name: Option<String>,
    /// The only ports to look at; the run's ports where it is empty.
    pub ports: Vec<PortSpan>,
}

/// What `scan` and `check` are asked to do.
#[derive(Clone, Debug)]
pub struct ByHand {
    /// What to look at.
    pub subjects: Vec<Subject>,
    /// The ports to scan.
    pub ports: Vec<PortSpan>,
    /// The tests to perform; empty for `scan`.
    pub tests: BTreeSet<CriterionId>,
    /// From which side of the network this machine looks.
    pub vantage: Vantage,
    /// Who allowed it.
    pub authorized_by: Option<String>,
    /// Whether probes that change the state of a target may run.
    pub state_changing_probes: bool,
    /// The fastest pace.
    pub max_packets_per_second: Option<NonZeroU32>,
    /// How ports are scanned.
    pub engine: Engine,
    /// Whether a scan looks at names and services, or at ports only.
    pub looks_at_services: bool,
    /// Whether a scan asks UDP ports.
    pub looks_at_udp: bool,
}

impl ByHand {
    /// Whether it stays on this machine.
    pub fn is_loopback_only(&self) -> bool {
        self.subjects.iter().all(|subject| {
            subject.network.network().is_loopback() && subject.network.broadcast().is_loopback()
        })
    }

    fn plan(&self, now: Timestamp) -> Result<Plan, PipelineError> {
        let scope = Scope::new(Authorization {
            granted_by: self.authorized_by.clone().unwrap_or_default(),
            valid_from: now,
            valid_until: now.checked_add(LONGEST_RUN).unwrap_or(Timestamp::MAX),
            networks: self.subjects.iter().map(|subject| subject.network).collect(),
            exclude: Vec::new(),
            state_changing_probes: self.state_changing_probes,
            default_credentials: false,
        });
        let mut planned: Vec<PlannedHost> = Vec::new();
        let mut known_hosts: Vec<KnownHost> = Vec::new();
        let mut uncountable = Vec::new();
        for subject in &self.subjects {
            let is_named = subject.network.prefix_len() == subject.network.max_prefix_len();
            let ports = if subject.ports.is_empty() { &self.ports } else { &subject.ports };
            let spans: Vec<PortSpan> = ports.iter().copied().flat_map(tasks_of).collect();
            if is_uncountable(&scope, subject.network) {
                let (network, vantage) = (subject.network, self.vantage);
                uncountable.push(Uncountable { network, vantage, spans });
                continue;
            }
            for address in scope.addresses_of(subject.network)? {
                add_host(&mut planned, address, self.vantage, is_named, &spans);
                if let Some(name) = &subject.name {
                    add_name(&mut known_hosts, address, name);
                }
            }
        }
        let pace = self.max_packets_per_second;
        let default = if self.is_loopback_only() { None } else { Some(DEFAULT_PACE) };
        Ok(Plan {
            scope,
            hosts: planned,
            uncountable,
            tests: self.tests.clone(),
            known_hosts,
            packets_per_second: pace.or(default),
            engine: self.engine,
            patience: Patience::Quick,
            half_open: match pace {
                Some(pace) => within(Limits::default(), PacketsPerSecond(pace)),
                None => Limits::default(),
            },
            looks_at_services: self.looks_at_services,
            looks_at_udp: self.looks_at_udp,
            looks_at_names: self.looks_at_services,
        })
    }
}

fn add_host(
    planned: &mut Vec<PlannedHost>,
    address: IpAddr,
    vantage: Vantage,
    is_named: bool,
    spans: &[PortSpan],
) {
    match planned.iter_mut().find(|host| host.address == address) {
        None => {
            planned.push(PlannedHost { address, vantage, is_named, spans: spans.to_vec() });
        }
        Some(host) => {
            host.is_named |= is_named;
            let new: Vec<PortSpan> =
                spans.iter().copied().filter(|span| !host.spans.contains(span)).collect();
            host.spans.extend(new);
        }
    }
}

fn add_name(known: &mut Vec<KnownHost>, address: IpAddr, name: &str) {
    match known.iter_mut().find(|host| host.address == address) {
        None => known.push(KnownHost {
            address,
            names: vec![name.to_owned()],
            facing: None,
            expected_tcp: None,
        }),
        Some(host) if host.names.iter().any(|other| other == name) => {}
        Some(host) => host.names.push(name.to_owned()),
    }
}

/// What `scan` found.
#[derive(Debug)]
pub struct Scanned {
    /// The hosts.
    pub hosts: Vec<HostRecord>,
    /// When it began.
    pub began_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
}

/// Scans ports and, if asked for, names services; judges nothing.
pub async fn scan(by_hand: &ByHand, around: &Surroundings<'_>) -> Result<Scanned, PipelineError> {
    let began_at = around.clock.now();
    let observations = collect(&by_hand.plan(began_at)?, around).await?;
    let Known { hosts, .. } = Known::new(&observations, &around.fingerprints.packs);
    Ok(Scanned { hosts, began_at, finished_at: around.clock.now() })
}

/// Performs single tests and says their verdicts.
pub async fn check(
    scheme: &Scheme,
    by_hand: &ByHand,
    around: &Surroundings<'_>,
) -> Result<Assessment, PipelineError> {
    let began_at = around.clock.now();
    let mut plan = by_hand.plan(began_at)?;
    let needs = plan.needs();
    plan.looks_at_names = false;
    // Gateways are found by their answers to a search.
    plan.looks_at_udp = needs.contains(&Need::Udp) || needs.contains(&Need::PortMappings);
    plan.looks_at_services = needs.iter().any(|need| !matches!(need, Need::Ports | Need::Udp));
    let observations = collect(&plan, around).await?;
    let known = Known::new(&observations, &around.fingerprints.packs);
    let register = EvidenceRegister::new(&observations);
    let assessed = assess(scheme, &plan, &observations, &known, began_at);
    Ok(Assessment {
        hoshimori: env!("CARGO_PKG_VERSION").to_owned(),
        format: FORMAT.to_owned(),
        inspection: None,
        authorized_by: by_hand.authorized_by.clone(),
        began_at,
        finished_at: around.clock.now(),
        results: results(&assessed.judgements, &register),
        evidence: register.into_records(),
        fingerprints: around.fingerprints.imported.clone(),
        tests: assessed.tests,
        hosts: known.hosts,
        findings: Vec::new(),
        grade: None,
    })
}

async fn collect(
    plan: &Plan,
    around: &Surroundings<'_>,
) -> Result<Vec<Observation>, PipelineError> {
    let tokens = Tokens::from_seed(random_seed()?);
    gather(plan, Ledger::in_memory(), &tokens, around).await
}
