//! Chapter 8: results that could not be decided.

use std::collections::BTreeMap;
use std::net::IpAddr;

use hoshimori_inspection::assessment::ResultRecord;
use hoshimori_inspection::target::Transport;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scheme::CriterionId;
use serde::Serialize;

use super::ports::spans;
use crate::context::Context;
use crate::shown::Shown;
use crate::words::fill;

/// More ports of one host than this that are undecided for one reason share a row.
const MOST_LISTED: usize = 20;
/// How many pieces of evidence a shared row names.
const NAMED_EVIDENCE: usize = 3;

/// One result that could not be decided, or many of one host with the same reason.
#[derive(Clone, Debug, Serialize)]
pub struct UndecidedRow {
    /// The test.
    pub test: Shown,
    /// Where.
    pub target: Shown,
    /// From where.
    pub vantage: Shown,
    /// Why it could not be decided.
    pub because: Shown,
    /// Numbers of the evidence.
    pub evidence: Shown,
    /// A command that repeats it.
    pub repeat: Shown,
}

/// What results have in common that are told in one row.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct Likeness<'a> {
    test: CriterionId,
    address: IpAddr,
    transport: Option<Transport>,
    vantage: Vantage,
    because: &'a str,
}

impl UndecidedRow {
    pub(crate) fn all(context: &Context<'_>) -> Vec<Self> {
        let mut alike: BTreeMap<Likeness<'_>, Vec<&ResultRecord>> = BTreeMap::new();
        for result in context.undecided() {
            alike.entry(Likeness::of(result)).or_default().push(result);
        }
        let row = |result| match alike.get(&Likeness::of(result)).map(Vec::as_slice) {
            Some(results @ [first, ..]) if results.len() > MOST_LISTED => {
                (first.id == result.id).then(|| Self::shared(context, first, results))
            }
            _ => Some(Self::single(context, result)),
        };
        context.undecided().filter_map(row).collect()
    }

    fn single(context: &Context<'_>, result: &ResultRecord) -> Self {
        Self {
            test: context.test_name(result.test),
            target: Shown::from(result.target.to_string()),
            vantage: context.text(&result.vantage.name()),
            because: context.text(&result.because),
            evidence: context.join(&result.evidence),
            repeat: result.repeat.as_deref().map(Shown::new).unwrap_or_default(),
        }
    }

    /// The row of `results`, all like `first`.
    fn shared(context: &Context<'_>, first: &ResultRecord, results: &[&ResultRecord]) -> Self {
        let words = context.words;
        let target = first.target.port.map(|(_, transport)| {
            let ports = results.iter().filter_map(|result| result.target.port_number());
            let spans = spans(context, ports);
            let count = results.len().to_string();
            let values =
                [("ports", spans.as_str()), ("protocol", transport.word()), ("count", &count)];
            format!("{} {}", first.target.address, fill(words.ports_joined, &values))
        });
        let evidence: Vec<_> = results.iter().flat_map(|result| &result.evidence).collect();
        let named = context.join(evidence.iter().take(NAMED_EVIDENCE));
        let more = evidence.len().saturating_sub(NAMED_EVIDENCE).to_string();
        Self {
            target: target.map_or_else(|| first.target.to_string().into(), Shown::from),
            evidence: fill(words.and_more, &[("list", named.as_str()), ("count", &more)]),
            ..Self::single(context, first)
        }
    }
}

impl<'a> Likeness<'a> {
    fn of(result: &'a ResultRecord) -> Self {
        Self {
            test: result.test,
            address: result.target.address,
            transport: result.target.port.map(|(_, transport)| transport),
            vantage: result.vantage,
            because: &result.because.ja,
        }
    }
}
