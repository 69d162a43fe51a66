//! An invented inspection of an invented shared office: 64 rows, 30 findings, 240 observations.

use hoshimori_inspection::answer::AuditAnswers;
use hoshimori_inspection::assessment::{
    Assessment, EvidenceRegister, FORMAT, FileRecord, FindingRecord, GradeRecord, Inspection,
    ResultRecord, SchemeStamp, hosts,
};
use hoshimori_inspection::bytes::sha256_hex;
use hoshimori_inspection::file::InspectionFile;
use hoshimori_inspection::finding::TestStatus;
use hoshimori_inspection::grading::{FindingStatus, GradingRequest, grade};
use hoshimori_inspection::recorded::{self, RecordedTest};
use hoshimori_inspection::review::{Action, Review};
use hoshimori_inspection::verdict::{TestState, Verdict};
use hoshimori_scheme::{CriterionId, Scheme, Text};
use serde_json::{Value, json};

mod network;
mod results;
mod scans;

/// The document in `fixtures/sample.json`, built from its sources.
pub(crate) fn full() -> Assessment {
    let silent: Vec<u8> = (2..5).chain(6..21).chain(23..63).collect();
    build(&network::HOSTS, &silent)
}

/// A document with two hosts: every kind of row, few of each.
pub(crate) fn small() -> Assessment {
    build(&network::HOSTS[4..6], &[2, 3, 7])
}

/// A document without hosts and findings.
pub(crate) fn empty() -> Assessment {
    let mut assessment = build(&[], &[]);
    let inspection = assessment.inspection.as_mut().unwrap();
    inspection.recorded.clear();
    inspection.review = Review::default();
    inspection.files.clear();
    inspection.limits.clear();
    inspection.request["vuln"]["findings"] = json!([]);
    inspection.request["overrides"] = json!([]);
    assessment.findings.clear();
    for status in &mut assessment.tests {
        status.because = Text::new("対象となるサービスがない", "the service is nowhere in scope");
    }
    regrade(&mut assessment);
    assessment
}

fn build(answering: &[network::Host], silent: &[u8]) -> Assessment {
    let scheme = Scheme::embedded();
    let file = include_str!("../../fixtures/sample/inspection.toml");
    let file = InspectionFile::parse("inspection.toml", file).unwrap();
    let answers = include_str!("../../fixtures/sample/audit.toml");
    let audit = AuditAnswers::parse("audit.toml", answers, scheme).unwrap();
    let tests = include_str!("../../fixtures/sample/recorded.toml");
    let recorded = recorded::parse("recorded.toml", tests, scheme).unwrap();
    let decisions = include_str!("../../fixtures/sample/review.toml");
    let review = Review::parse("review.toml", decisions, scheme).unwrap();

    let observations = network::observations(answering, silent);
    let inventory = network::inventory(answering);
    let mut hosts = scans::with_vendors(hosts(&observations));
    for host in &mut hosts {
        host.identify(&inventory);
    }
    let register = EvidenceRegister::new(&observations);
    let results = results::all(answering, &register);
    let findings = findings(&results, &recorded, &review);
    let tests = states(scheme, &results, &recorded);
    let request = request(&file, &audit, &tests, &findings, &review);
    let mut assessment = Assessment {
        hoshimori: "0.1.0".into(),
        format: FORMAT.into(),
        authorized_by: None,
        fingerprints: Vec::new(),
        began_at: "2026-11-20T00:12:03Z".parse().unwrap(),
        finished_at: "2026-11-20T04:47:31Z".parse().unwrap(),
        hosts,
        evidence: register.into_records(),
        results,
        tests,
        findings,
        grade: None,
        inspection: Some(Inspection {
            file,
            scheme: stamp(scheme),
            files: files(&audit, &recorded),
            audit,
            recorded,
            review,
            request,
            limits: limits(),
        }),
    };
    regrade(&mut assessment);
    assessment
}

/// Grades the request of `assessment` again, after a test changed it.
pub(crate) fn regrade(assessment: &mut Assessment) {
    let scheme = Scheme::embedded();
    let request = serde_json::to_vec(&assessment.inspection.as_ref().unwrap().request).unwrap();
    let request = GradingRequest::parse(scheme, "request.json", &request).unwrap();
    assessment.grade = Some(GradeRecord::from(&grade(scheme, &request)));
}

fn stamp(scheme: &Scheme) -> SchemeStamp {
    SchemeStamp {
        key: scheme.edition.key.clone(),
        version: scheme.edition.version.clone(),
        rule_set: scheme.grading.rule_set.clone(),
        sha256: sha256_hex(&[scheme.to_single_file().as_bytes()]),
    }
}

/// What grading sees: proved, confirmed and recorded findings with the decisions on them.
fn findings(
    results: &[ResultRecord],
    recorded: &[RecordedTest],
    review: &Review,
) -> Vec<FindingRecord> {
    let of_results = results.iter().filter_map(|result| {
        let decision = review.decisions.get(&result.id);
        let action = decision.map(|decision| decision.action);
        let is_finding = match result.verdict {
            Verdict::Fail => true,
            Verdict::Suspected => action == Some(Action::Confirm),
            _ => false,
        };
        is_finding.then(|| FindingRecord {
            id: result.id.clone(),
            test: result.test,
            target: result.target.to_string(),
            title: result.title.clone(),
            because: result.because.clone(),
            severity: result.severity,
            status: match action {
                Some(Action::ClosedRetest) => FindingStatus::ClosedRetest,
                Some(Action::FalsePositive) => FindingStatus::FalsePositive,
                _ => FindingStatus::Open,
            },
            plan_days: decision.and_then(|decision| decision.plan_days),
            ids: result.ids.clone(),
            evidence: result.evidence.clone(),
            repeat: result.repeat.clone(),
        })
    });
    let by_hand = recorded.iter().flat_map(|test| {
        test.findings.iter().map(|finding| FindingRecord {
            id: finding.id.clone(),
            test: test.test,
            target: finding.target.clone(),
            title: Text::same(&finding.title),
            because: Text::same(&finding.because),
            severity: finding.severity,
            status: FindingStatus::Open,
            plan_days: None,
            ids: finding.ids.clone(),
            evidence: Vec::new(),
            repeat: None,
        })
    });
    of_results.chain(by_hand).collect()
}

fn states(scheme: &Scheme, results: &[ResultRecord], recorded: &[RecordedTest]) -> Vec<TestStatus> {
    let state = |id: CriterionId| {
        let count = results.iter().filter(|result| result.test == id).count();
        if let Some(test) = recorded.iter().find(|test| test.test == id) {
            (test.status, Text::same(&test.because))
        } else if count > 0 {
            let text =
                Text::new(format!("{count}件の対象を判断した"), format!("judged {count} targets"));
            (TestState::Done, text)
        } else {
            let text = Text::new("対象となるサービスがない", "the service is nowhere in scope");
            (TestState::NotApplicable, text)
        }
    };
    let status = |id| {
        let (status, because) = state(id);
        TestStatus { test: id, status, because }
    };
    scheme.tests().iter().map(|test| status(test.id)).collect()
}

fn request(
    file: &InspectionFile,
    audit: &AuditAnswers,
    tests: &[TestStatus],
    findings: &[FindingRecord],
    review: &Review,
) -> Value {
    let items: serde_json::Map<String, Value> = audit
        .iter()
        .map(|(id, answer)| {
            let mut item = json!({ "r": answer.result, "reason": answer.reason });
            if let Some(severity) = answer.severity {
                item["sev"] = json!(severity);
            }
            if let Some(plan) = &answer.plan {
                item["plan_days"] = json!(plan.days);
            }
            (id.to_string(), item)
        })
        .collect();
    let missing: serde_json::Map<String, Value> = tests
        .iter()
        .filter(|test| test.status == TestState::NotRun)
        .map(|test| (test.test.to_string(), json!("未実施")))
        .collect();
    let findings: Vec<Value> = findings
        .iter()
        .map(|finding| {
            json!({
                "id": finding.id,
                "test": finding.test,
                "status": finding.status,
                "severity": finding.severity,
                "plan_days": finding.plan_days,
            })
        })
        .collect();
    json!({
        "target": file.inspection.target_level,
        "audit": { "default": "未評価", "items": items },
        "vuln": { "default": "検出なし", "tests": missing, "findings": findings },
        "overrides": review.overrides,
    })
}

fn files(audit: &AuditAnswers, recorded: &[RecordedTest]) -> Vec<FileRecord> {
    let of_audit =
        audit.iter().flat_map(|(id, answer)| answer.evidence.iter().map(move |path| (id, path)));
    let of_tests =
        recorded.iter().flat_map(|test| test.evidence.iter().map(move |path| (test.test, path)));
    let file = |(criterion, path): (CriterionId, &String)| FileRecord {
        criterion,
        path: path.clone(),
        size_bytes: 1024 * path.len() as u64,
        sha256: sha256_hex(&[path.as_bytes()]),
    };
    of_audit.chain(of_tests).map(file).collect()
}

fn limits() -> Vec<Text> {
    vec![
        Text::new(
            "3階の会議室Bは使用中のため、Wi-Fiの測定点に含めていない。",
            "Meeting room B on the third floor was in use and is no Wi-Fi survey point.",
        ),
        Text::new(
            "機器管理用ネットワークはエージェントから検査した。",
            "The management network was inspected from an agent.",
        ),
    ]
}
