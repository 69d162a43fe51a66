//! The report as words and numbers, without layout: built once, set by two renderers.

use serde::Serialize;

use crate::context::Context;
use crate::error::ReportError;
use crate::input::ReportInput;
use crate::sections::audit::AuditChapter;
use crate::sections::basis::Basis;
use crate::sections::cover::Cover;
use crate::sections::derivation::Derivation;
use crate::sections::draft::Draft;
use crate::sections::findings::FindingsChapter;
use crate::sections::gaps::GapsChapter;
use crate::sections::legend::Legend;
use crate::sections::limits::Limits;
use crate::sections::register::Register;
use crate::sections::results::TestsChapter;
use crate::sections::risks::CommonRisk;
use crate::sections::scans::{ScanAccuracy, UdpRow};
use crate::sections::scope::ScopeChapter;
use crate::sections::services::ServiceTable;
use crate::sections::signatures::Signatures;
use crate::sections::summary::Summary;
use crate::words::Words;

/// The whole report in one language.
///
/// Text of the inspected world is [`Shown`](crate::Shown), the program's own words come from
/// [`Words`]; nothing in here is markup.
#[derive(Clone, Debug, Serialize)]
pub struct ReportModel {
    /// BCP 47 code of the language.
    pub language: &'static str,
    /// Everything the program itself says.
    pub words: Words,
    /// Cover page, and what every page repeats.
    pub cover: Cover,
    /// What the signs mean.
    pub legend: Legend,
    /// Why the report cannot be issued, if it cannot.
    pub draft: Option<Draft>,
    /// Chapter 1.
    pub summary: Summary,
    /// Chapter 2.
    pub scope: ScopeChapter,
    /// Chapter 3.
    pub basis: Basis,
    /// Chapter 4.
    pub audit: AuditChapter,
    /// Chapter 5.
    pub gaps: GapsChapter,
    /// Chapter 6.
    pub network: TestsChapter,
    /// Chapter 6, hosts and services.
    pub services: ServiceTable,
    /// Chapter 6, how much the port scans can have missed.
    pub accuracy: ScanAccuracy,
    /// Chapter 6, UDP ports.
    pub udp: Vec<UdpRow>,
    /// Chapter 7.
    pub wifi: TestsChapter,
    /// Chapter 8.
    pub findings: FindingsChapter,
    /// Chapter 9.
    pub derivation: Derivation,
    /// Chapter 10.
    pub risks: Vec<CommonRisk>,
    /// Chapter 11.
    pub limits: Limits,
    /// Appendix.
    pub register: Register,
    /// Signatures.
    pub signatures: Signatures,
}

impl ReportModel {
    /// The words and numbers of the report on `input`.
    pub fn new(input: &ReportInput<'_>) -> Result<Self, ReportError> {
        let context = Context::new(input)?;
        let draft = Draft::of(&context);
        Ok(Self {
            language: context.language.code(),
            words: *context.words,
            cover: Cover::new(&context),
            legend: Legend::new(&context),
            summary: Summary::new(&context),
            scope: ScopeChapter::new(&context),
            basis: Basis::new(&context),
            audit: AuditChapter::new(&context),
            gaps: GapsChapter::new(&context),
            network: TestsChapter::network(&context),
            services: ServiceTable::new(&context),
            accuracy: ScanAccuracy::new(&context),
            udp: UdpRow::all(&context),
            wifi: TestsChapter::wifi(&context),
            findings: FindingsChapter::new(&context),
            derivation: Derivation::new(&context),
            risks: CommonRisk::all(&context),
            limits: Limits::new(&context),
            register: Register::new(&context),
            signatures: Signatures::new(&context, draft.is_some()),
            draft,
        })
    }
}
