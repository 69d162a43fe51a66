//! What a judgement is about, and the four ways to judge it.

use hoshimori_inspection::evidence::{Observation, ObservationKey};
use hoshimori_inspection::finding::Judgement;
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_inspection::verdict::Verdict;
use hoshimori_scheme::{CriterionId, FindingSeverity, Text};

/// An observation with the fact of the kind that a check looks at.
pub(crate) type Seen<'a, T> = (&'a Observation, &'a T);

/// One target as one test sees it from one vantage.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Subject {
    /// The test.
    pub(crate) test: CriterionId,
    /// From where.
    pub(crate) vantage: Vantage,
    /// The target.
    pub(crate) target: Target,
}

/// The words of a judgement.
pub(crate) struct Statement {
    /// The heading.
    pub(crate) title: Text,
    /// The reason.
    pub(crate) because: Text,
}

impl Subject {
    /// Not vulnerable, proved.
    pub(crate) fn pass<'a>(
        self,
        aspect: &'static str,
        said: Statement,
        evidence: impl IntoIterator<Item = &'a Observation>,
    ) -> Judgement {
        self.judgement(Verdict::Pass, aspect, said, evidence)
    }

    /// Could not be decided.
    pub(crate) fn inconclusive<'a>(
        self,
        aspect: &'static str,
        said: Statement,
        evidence: impl IntoIterator<Item = &'a Observation>,
    ) -> Judgement {
        self.judgement(Verdict::Inconclusive, aspect, said, evidence)
    }

    /// Vulnerable, proved by behaviour.
    pub(crate) fn fail<'a>(
        self,
        aspect: &'static str,
        severity: FindingSeverity,
        said: Statement,
        evidence: impl IntoIterator<Item = &'a Observation>,
    ) -> Judgement {
        Judgement { severity, ..self.judgement(Verdict::Fail, aspect, said, evidence) }
    }

    /// An indicator only.
    pub(crate) fn suspected<'a>(
        self,
        aspect: &'static str,
        severity: FindingSeverity,
        said: Statement,
        evidence: impl IntoIterator<Item = &'a Observation>,
    ) -> Judgement {
        Judgement { severity, ..self.judgement(Verdict::Suspected, aspect, said, evidence) }
    }

    /// `base` as it counts from this vantage, where the severity table does not name one: a step
    /// worse from the internet, a step better inside the operator's own networks, never below low.
    pub(crate) fn severity(self, base: FindingSeverity) -> FindingSeverity {
        match self.vantage {
            Vantage::Internet => worse(base),
            Vantage::Guest => base,
            Vantage::Business | Vantage::Management => milder(base),
        }
    }

    fn judgement<'a>(
        self,
        verdict: Verdict,
        aspect: &'static str,
        said: Statement,
        evidence: impl IntoIterator<Item = &'a Observation>,
    ) -> Judgement {
        Judgement {
            test: self.test,
            target: self.target,
            vantage: self.vantage,
            aspect,
            verdict,
            severity: FindingSeverity::Info,
            title: said.title,
            because: said.because,
            ids: Vec::new(),
            evidence: cited(evidence),
        }
    }
}

fn worse(severity: FindingSeverity) -> FindingSeverity {
    match severity {
        FindingSeverity::Info => FindingSeverity::Info,
        FindingSeverity::Low => FindingSeverity::Medium,
        FindingSeverity::Medium => FindingSeverity::High,
        FindingSeverity::High | FindingSeverity::Critical => FindingSeverity::Critical,
    }
}

fn milder(severity: FindingSeverity) -> FindingSeverity {
    match severity {
        FindingSeverity::Info => FindingSeverity::Info,
        FindingSeverity::Low | FindingSeverity::Medium => FindingSeverity::Low,
        FindingSeverity::High => FindingSeverity::Medium,
        FindingSeverity::Critical => FindingSeverity::High,
    }
}

/// The keys of `evidence` in its order, each once.
fn cited<'a>(evidence: impl IntoIterator<Item = &'a Observation>) -> Vec<ObservationKey> {
    let mut keys: Vec<ObservationKey> = Vec::new();
    for observation in evidence {
        if !keys.contains(&observation.key) {
            keys.push(observation.key.clone());
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vantage_moves_severity_by_one_step_and_not_below_low() {
        let at = |vantage| Subject {
            test: CriterionId::network(15),
            vantage,
            target: Target::tcp([192, 0, 2, 1].into(), 80),
        };
        let all = [FindingSeverity::Low, FindingSeverity::Medium, FindingSeverity::High];
        let seen = |vantage| all.map(|base| at(vantage).severity(base).word());
        assert_eq!(seen(Vantage::Internet), ["medium", "high", "critical"]);
        assert_eq!(seen(Vantage::Guest), ["low", "medium", "high"]);
        assert_eq!(seen(Vantage::Business), ["low", "low", "medium"]);
    }
}
