use std::collections::BTreeMap;

use hoshimori_scheme::{
    FindingSeverity, Grade, InputError, NonconformitySeverity, Scheme, TargetLevel, Text, shorten,
};

use super::fault::RequestFault;
use super::node::{Fields, Node};
use super::overrides::{OverrideEntry, Part};
use super::request::RequestParts;
use super::score::CvssScore;
use super::sheet::{
    AssessmentSheet, AuditSheet, FindingEntry, FindingStatus, ItemAnswer, ItemResult, TestStatus,
};
use crate::finding::FindingId;

const ITEM_SEVERITIES: [NonconformitySeverity; 3] =
    [NonconformitySeverity::Critical, NonconformitySeverity::Major, NonconformitySeverity::Minor];

const FINDING_SEVERITIES: [FindingSeverity; 5] = [
    FindingSeverity::Info,
    FindingSeverity::Low,
    FindingSeverity::Medium,
    FindingSeverity::High,
    FindingSeverity::Critical,
];

/// The parts of the request that `root` holds (GR-1 section 8.1).
pub(super) fn request(scheme: &Scheme, root: &Node<'_>) -> Result<RequestParts, InputError> {
    let fields = root.object()?;
    Ok(RequestParts {
        target: fields.required("target")?.one_of(&TargetLevel::ALL, TargetLevel::stars)?,
        audit: audit_sheet(scheme, &fields.required("audit")?)?,
        vuln: assessment_sheet(scheme, &fields.required("vuln")?)?,
        overrides: list(&fields, "overrides", override_entry)?,
    })
}

fn audit_sheet(scheme: &Scheme, node: &Node<'_>) -> Result<AuditSheet, InputError> {
    let fields = node.object()?;
    let default = match fields.optional("default") {
        Some(node) => item_result(&node)?,
        None => ItemResult::Conforms,
    };
    let mut items = BTreeMap::new();
    if let Some(node) = fields.optional("items") {
        for (key, answer) in node.object()?.members() {
            let unknown = || RequestFault::UnknownItem(key.to_owned());
            let id = key.parse().map_err(|_| refuse(scheme, &answer, &unknown()))?;
            items.insert(id, item_answer(&answer)?);
        }
    }
    Ok(AuditSheet { default, items })
}

fn item_answer(node: &Node<'_>) -> Result<ItemAnswer, InputError> {
    let fields = node.object()?;
    let severity = |node: Node<'_>| node.one_of(&ITEM_SEVERITIES, NonconformitySeverity::word);
    Ok(ItemAnswer {
        result: item_result(&fields.required("r")?)?,
        severity: fields.optional("sev").map(severity).transpose()?,
        severity_reason: optional_string(&fields, "sev_reason")?,
        reason: optional_string(&fields, "reason")?,
        plan_days: plan_days(&fields)?,
    })
}

fn item_result(node: &Node<'_>) -> Result<ItemResult, InputError> {
    node.one_of(&ItemResult::ALL, ItemResult::word)
}

fn assessment_sheet(scheme: &Scheme, node: &Node<'_>) -> Result<AssessmentSheet, InputError> {
    let fields = node.object()?;
    let default = match fields.optional("default") {
        Some(node) => test_status(&node)?,
        None => TestStatus::Performed,
    };
    let mut tests = BTreeMap::new();
    if let Some(node) = fields.optional("tests") {
        for (key, status) in node.object()?.members() {
            let unknown = || RequestFault::UnknownTest(key.to_owned());
            let id = key.parse().map_err(|_| refuse(scheme, &status, &unknown()))?;
            tests.insert(id, test_status(&status)?);
        }
    }
    let findings = list(&fields, "findings", |node| finding_entry(scheme, node))?;
    Ok(AssessmentSheet { default, tests, findings })
}

fn test_status(node: &Node<'_>) -> Result<TestStatus, InputError> {
    node.one_of(&TestStatus::ALL, TestStatus::word)
}

fn finding_entry(scheme: &Scheme, node: &Node<'_>) -> Result<FindingEntry, InputError> {
    let fields = node.object()?;
    let test = fields.required("test")?;
    let written = test.string()?;
    let unknown = || RequestFault::UnknownTest(written.clone());
    let severity = |node: Node<'_>| node.one_of(&FINDING_SEVERITIES, FindingSeverity::word);
    Ok(FindingEntry {
        id: FindingId::given(fields.required("id")?.string()?),
        test: written.parse().map_err(|_| refuse(scheme, &test, &unknown()))?,
        status: fields.required("status")?.one_of(&FindingStatus::ALL, FindingStatus::word)?,
        cvss: fields.optional("cvss").map(|node| score(&node)).transpose()?,
        severity: fields.optional("severity").map(severity).transpose()?,
        plan_days: plan_days(&fields)?,
    })
}

fn score(node: &Node<'_>) -> Result<CvssScore, InputError> {
    CvssScore::parse(node.number()?).map_err(|error| {
        let allowed = Text::new("書けるのは 0.0 から 10.0 まで", "allowed: 0.0 to 10.0");
        node.fault(error.problem()).with_hint(allowed)
    })
}

fn override_entry(node: &Node<'_>) -> Result<OverrideEntry, InputError> {
    let fields = node.object()?;
    let text = |key| optional_string(&fields, key).map(Option::unwrap_or_default);
    Ok(OverrideEntry {
        part: fields.required("part")?.one_of(&Part::ALL, Part::word)?,
        to: fields.required("to")?.one_of(&Grade::ALL, Grade::letter)?,
        by: text("by")?,
        approved_by: text("approved_by")?,
        reason: text("reason")?,
        evidence: list(&fields, "evidence", Node::string)?,
    })
}

fn plan_days(fields: &Fields<'_>) -> Result<Option<u32>, InputError> {
    let Some(node) = fields.optional("plan_days") else { return Ok(None) };
    let written = node.number()?;
    if written.bytes().all(|byte| byte.is_ascii_digit()) {
        // Digits alone fail to parse only if they are too many, and a plan of millions of years
        // is no more a plan than one of all the days that fit.
        return Ok(Some(written.parse().unwrap_or(u32::MAX)));
    }
    let written = shorten(written);
    let problem = Text::new(
        format!("`{written}` は日数ではありません"),
        format!("`{written}` is not a number of days"),
    );
    let allowed = Text::new("書けるのは 0 以上の整数", "allowed: whole numbers from 0");
    Err(node.fault(problem).with_hint(allowed))
}

fn optional_string(fields: &Fields<'_>, key: &str) -> Result<Option<String>, InputError> {
    fields.optional(key).map(|node| node.string()).transpose()
}

/// The elements of the list under `key`; none if it is absent.
fn list<'a, T>(
    fields: &Fields<'a>,
    key: &str,
    element: impl Fn(&Node<'a>) -> Result<T, InputError>,
) -> Result<Vec<T>, InputError> {
    match fields.optional(key) {
        Some(node) => node.list()?.iter().map(element).collect(),
        None => Ok(Vec::new()),
    }
}

/// The error that `fault`, found while reading `node`, is to the person who wrote it.
fn refuse(scheme: &Scheme, node: &Node<'_>, fault: &RequestFault) -> InputError {
    node.fault(fault.problem()).with_hint(fault.hint(scheme))
}
