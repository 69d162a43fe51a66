//! The shape of a check: what it needs to see, and how it judges what was seen.

use hoshimori_inspection::evidence::{Fact, Observation};
use hoshimori_inspection::finding::Judgement;
use hoshimori_inspection::host::KnownHost;
use hoshimori_inspection::inventory::Inventory;
use hoshimori_scheme::CriterionId;
use jiff::Timestamp;

/// Evidence that a check needs; the pipeline gathers each kind once for all checks.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Need {
    /// States of all TCP ports.
    Ports,
    /// States of the UDP ports that can be asked in the words of their protocol.
    Udp,
    /// The protocol behind each open port.
    Services,
    /// A second look at services that may let anybody in.
    Confirmation,
    /// Whether proxies connect strangers.
    Relays,
    /// Whether ports answer as file-sharing software does.
    Peers,
    /// The port mappings that routers keep for hosts behind them.
    PortMappings,
    /// Authentication methods of SSH servers.
    SshAuth,
    /// Answers of web servers to unusual methods.
    HttpMethods,
    /// Answers of web servers to TRACE and TRACK.
    HttpTrace,
    /// Certificates of TLS servers.
    Certificates,
}

/// One technical test of the scheme.
pub trait Check: Sync {
    /// The row of the scheme that this check decides.
    fn id(&self) -> CriterionId;

    /// What has to be gathered before it can decide.
    fn needs(&self) -> &'static [Need];

    /// Judges the evidence. Pure: the same evidence always gives the same judgements, in a fixed
    /// order. An empty list means that nothing in scope offers what the test looks at.
    fn evaluate(&self, evidence: &Evidence<'_>) -> Vec<Judgement>;
}

/// Everything a check may look at.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// All observations of the inspection, sorted by key.
    pub observations: &'a [Observation],
    /// What the operator has said about hosts.
    pub hosts: &'a [KnownHost],
    /// What the hosts and their services are.
    pub inventory: &'a Inventory,
    /// When the inspection began, by this machine's clock.
    pub began_at: Timestamp,
}

impl<'a> Evidence<'a> {
    /// The observations whose fact `pick` recognises, with that fact.
    pub fn facts<T: 'a>(
        &self,
        pick: impl Fn(&'a Fact) -> Option<&'a T> + 'a,
    ) -> impl Iterator<Item = (&'a Observation, &'a T)> {
        self.observations.iter().filter_map(move |seen| pick(&seen.fact).map(|fact| (seen, fact)))
    }
}
