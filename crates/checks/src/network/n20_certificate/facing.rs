use hoshimori_inspection::evidence::{Fact, Protocol};
use hoshimori_inspection::host::{Facing, KnownHost};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scheme::{FindingSeverity, Text};

use crate::Evidence;
use crate::subject::Subject;

/// Whose clients see a certificate, and how that is known.
#[derive(Clone, Debug)]
pub(super) struct Audience {
    facing: Facing,
    basis: Text,
}

impl Audience {
    /// What the operator said or, where he has not, what the vantage suggests: members see what
    /// the guest network and the internet show, except a printer's own pages.
    pub(super) fn of(subject: Subject, known: Option<&KnownHost>, evidence: &Evidence<'_>) -> Self {
        if let Some(facing) = known.and_then(|host| host.facing) {
            return Self { facing, basis: Text::new("運営者の申告", "as the operator says") };
        }
        let is_printer = evidence.observations.iter().any(|observation| {
            observation.target.address == subject.target.address
                && matches!(&observation.fact, Fact::Service(s) if s.protocol == Protocol::Printer)
        });
        match subject.vantage {
            Vantage::Internet => Self {
                facing: Facing::Members,
                basis: Text::new("インターネットから見える", "seen from the internet"),
            },
            Vantage::Guest if is_printer => Self {
                facing: Facing::Internal,
                basis: Text::new("印刷用のポートがある", "the host has a print port"),
            },
            Vantage::Guest => Self {
                facing: Facing::Members,
                basis: Text::new("利用者側から見える", "seen from the guest network"),
            },
            Vantage::Business | Vantage::Management => Self {
                facing: Facing::Internal,
                basis: Text::new("運営者の網で見た", "seen inside the operator's network"),
            },
        }
    }

    /// How bad a fault is that makes clients refuse or distrust the certificate.
    pub(super) fn severity(&self) -> FindingSeverity {
        match self.facing {
            Facing::Members => FindingSeverity::Medium,
            Facing::Internal => FindingSeverity::Low,
        }
    }

    /// Why that severity.
    pub(super) fn reason(&self) -> Text {
        let Text { ja, en } = &self.basis;
        match self.facing {
            Facing::Members => Text::new(
                format!("利用者が使う画面として評価した（{ja}）。"),
                format!("Judged as a page that members use ({en})."),
            ),
            Facing::Internal => Text::new(
                format!("内部の機器として評価した（{ja}）。"),
                format!("Judged as an internal device ({en})."),
            ),
        }
    }
}
