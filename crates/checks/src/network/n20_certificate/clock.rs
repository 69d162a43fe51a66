use std::collections::BTreeMap;

use hoshimori_inspection::evidence::{Fact, Observation, Protocol};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scheme::Text;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

use super::issue::{Certainty, Issue};
use crate::Evidence;

/// The clock at a vantage contradicts most of the servers seen from there.
#[derive(Clone, Debug)]
pub(super) struct ClockDoubt<'a> {
    contradicting: Vec<&'a Observation>,
    servers: usize,
}

impl<'a> ClockDoubt<'a> {
    /// Compares the times of observations with the Date headers (RFC 9110 section 6.6.1) that came
    /// with them: at least two servers, and more than half of all, have to be over a day off.
    /// One device with a dead battery proves nothing.
    pub(super) fn of(vantage: Vantage, evidence: &Evidence<'a>) -> Option<Self> {
        let mut servers: BTreeMap<_, (&Observation, SignedDuration)> = BTreeMap::new();
        for observation in evidence.observations.iter().filter(|seen| seen.vantage == vantage) {
            if let Some(date) = date_header(observation) {
                let off = observation.seen_at.duration_since(date).abs();
                servers.insert(observation.target, (observation, off));
            }
        }
        let contradicting: Vec<_> = servers
            .values()
            .filter(|(_, off)| *off > SignedDuration::from_hours(24))
            .map(|(observation, _)| *observation)
            .collect();
        (contradicting.len() >= 2 && contradicting.len() * 2 > servers.len())
            .then_some(Self { contradicting, servers: servers.len() })
    }

    /// The question that stays open: whether the dates of a certificate are right.
    pub(super) fn issue(&self, certificate: &'a Observation) -> Issue<'a> {
        let (off, all) = (self.contradicting.len(), self.servers);
        let cited = self.contradicting.iter().copied().take(3);
        Issue {
            aspect: "clock",
            certainty: Certainty::Undecided,
            title: Text::new(
                "検査用端末の時計が疑わしく、証明書の期限を判断できない",
                "This machine's clock is in doubt, so dates could not be decided",
            ),
            because: Text::new(
                format!(
                    "HTTPのDateヘッダを示した{all}台（ポートごと）のうち{off}台が、検査用端末の時計と\
                     24時間を超えて違う。"
                ),
                format!(
                    "{off} of {all} servers that send a Date header are more than 24 hours off \
                     this machine's clock."
                ),
            ),
            ids: &[],
            evidence: [certificate].into_iter().chain(cited).collect(),
        }
    }
}

/// The date that a web server sent, in answer to a probe or while its protocol was identified.
fn date_header(observation: &Observation) -> Option<Timestamp> {
    let date = match &observation.fact {
        Fact::Http(http) => http.response()?.header("date")?.to_owned(),
        Fact::Service(service) if service.protocol == Protocol::Http => {
            let text = String::from_utf8_lossy(&observation.received.0);
            let mut head = text.lines().take_while(|line| !line.is_empty());
            head.find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("date").then(|| value.to_owned())
            })?
        }
        _ => return None,
    };
    DATES.parse_timestamp(date.trim()).ok()
}

/// IMF-fixdate is a subset of what RFC 5322 writes.
const DATES: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);
