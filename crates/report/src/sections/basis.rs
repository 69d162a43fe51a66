//! Chapter 3: criteria, methods, period and team.

use hoshimori_scheme::AuditMethod;
use serde::Serialize;

use super::Fact;
use crate::context::Context;
use crate::shown::Shown;
use crate::words::fill;

/// Chapter 3: criteria, methods, period and team.
#[derive(Clone, Debug, Serialize)]
pub struct Basis {
    /// Scheme edition, rule set, column.
    pub criteria: Vec<Fact>,
    /// The three methods.
    pub methods: Vec<Fact>,
    /// Times, body and people.
    pub team: Vec<Fact>,
    /// Tests performed by other means.
    pub recorded: Vec<RecordedRow>,
}

/// One test that was performed by other means and recorded by hand.
#[derive(Clone, Debug, Serialize)]
pub struct RecordedRow {
    /// The test.
    pub test: Shown,
    /// Whether it was performed.
    pub state: Shown,
    /// Who did it.
    pub performed_by: Shown,
    /// With what.
    pub tool: Shown,
    /// What was done, or why not.
    pub because: Shown,
}

impl Basis {
    pub(crate) fn new(context: &Context<'_>) -> Self {
        Self {
            criteria: criteria(context),
            methods: methods(context),
            team: team(context),
            recorded: recorded(context),
        }
    }
}

fn criteria(context: &Context<'_>) -> Vec<Fact> {
    let words = context.words;
    let edition = &context.scheme.edition;
    let values =
        [("key", &*edition.key), ("version", &*edition.version), ("dated", &*edition.dated)];
    vec![
        Fact::new(words.programme, context.text(&edition.title)),
        Fact::new(words.guide, context.text(&edition.guide)),
        Fact::new(words.edition, fill(words.edition_value, &values)),
        Fact::new(words.edition_hash, context.inspection.scheme.sha256.as_str()),
        Fact::new(words.rule_set, context.scheme.grading.rule_set.as_str()),
        Fact::new(words.target_column, context.target().stars()),
    ]
}

fn methods(context: &Context<'_>) -> Vec<Fact> {
    let words = context.words;
    let all = [
        AuditMethod::Document,
        AuditMethod::Interview,
        AuditMethod::Observation,
        AuditMethod::Sampling,
        AuditMethod::Technical,
    ];
    let is_used = |method: &AuditMethod| {
        context.scheme.audit().iter().any(|item| item.methods.contains(method))
    };
    let used = context.join(all.into_iter().filter(is_used).map(|method| words.method(method)));
    vec![
        Fact::new(
            words.method_audit_title,
            fill(words.method_audit, &[("methods", used.as_str())]),
        ),
        Fact::new(words.method_network_title, words.method_network),
        Fact::new(words.method_wifi_title, words.method_wifi),
    ]
}

fn team(context: &Context<'_>) -> Vec<Fact> {
    let words = context.words;
    let assessment = context.assessment;
    let file = &context.inspection.file;
    let body = &file.inspection_body;
    let pace = file.pace;
    let pace = [
        ("all", &*pace.max_packets_per_second.to_string()),
        ("fragile", &*pace.fragile_packets_per_second.to_string()),
    ];
    let time = |time| Shown::from(hoshimori_inspection::scope::InJapan(time).to_string());
    vec![
        Fact::new(words.began, time(assessment.began_at)),
        Fact::new(words.finished, time(assessment.finished_at)),
        Fact::new(words.body, body.name.as_str()),
        Fact::new(words.audit_registration, body.audit_registration.as_str()),
        Fact::new(words.assessment_registration, body.assessment_registration.as_str()),
        Fact::new(words.inspectors, context.join(&body.inspectors)),
        Fact::new(words.tool, format!("hoshimori {}", assessment.hoshimori)),
        Fact::new(words.pace, fill(words.pace_value, &pace)),
    ]
}

fn recorded(context: &Context<'_>) -> Vec<RecordedRow> {
    let recorded = context.inspection.recorded.iter();
    recorded
        .map(|test| RecordedRow {
            test: context.test_name(test.test),
            state: context.text(&test.status.name()),
            performed_by: Shown::new(&test.performed_by),
            tool: Shown::new(&test.tool),
            because: Shown::new(&test.because),
        })
        .collect()
}
