use std::net::IpAddr;

use hoshimori_inspection::assessment::Accuracy;
use hoshimori_inspection::assessment::UnscannedRecord;
use hoshimori_inspection::evidence::UnscannedReason;
use hoshimori_inspection::review::Decision;
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;

use super::*;

fn address() -> IpAddr {
    "192.0.2.7".parse().unwrap()
}

fn host(alive: bool, unscanned: u32) -> HostRecord {
    let record = UnscannedRecord { reason: UnscannedReason::NoDescriptors, ports: unscanned };
    HostRecord {
        address: address(),
        names: Vec::new(),
        mac: None,
        vendor: None,
        device: None,
        os: None,
        alive,
        ports: Vec::new(),
        udp: Vec::new(),
        accuracy: Accuracy {
            unscanned: (unscanned > 0).then_some(record).into_iter().collect(),
            ..Accuracy::default()
        },
        identity: None,
    }
}

fn judgement(verdict: Verdict, severity: FindingSeverity, aspect: &'static str) -> Judgement {
    Judgement {
        test: CriterionId::network(16),
        target: Target::tcp(address(), 80),
        vantage: Vantage::Guest,
        aspect,
        verdict,
        severity,
        title: Text::same("t"),
        because: Text::same("b"),
        ids: Vec::new(),
        evidence: Vec::new(),
    }
}

fn state(judged: &[Judgement], hosts: &[HostRecord]) -> TestState {
    status_of(judged, hosts).0
}

#[test]
fn silence_of_every_host_is_not_a_performed_test() {
    assert_eq!(state(&[], &[host(false, 0)]), TestState::NotRun);
    assert_eq!(state(&[], &[]), TestState::NotRun);
}

#[test]
fn absence_of_a_service_needs_every_port_scanned() {
    assert_eq!(state(&[], &[host(true, 0)]), TestState::NotApplicable);
    assert_eq!(state(&[], &[host(true, 5)]), TestState::NotRun);
    let gap = judgement(Verdict::Inconclusive, FindingSeverity::Info, OVERLOOKED);
    assert_eq!(state(std::slice::from_ref(&gap), &[host(true, 0)]), TestState::Done);
    assert_eq!(state(&[gap], &[host(true, 5)]), TestState::NotRun);
}

#[test]
fn test_without_one_decided_result_counts_as_not_performed() {
    let open = judgement(Verdict::Inconclusive, FindingSeverity::Info, "trace");
    let pass = judgement(Verdict::Pass, FindingSeverity::Info, "track");
    assert_eq!(state(std::slice::from_ref(&open), &[host(true, 0)]), TestState::NotRun);
    assert_eq!(state(&[open, pass], &[host(true, 0)]), TestState::Done);
}

#[test]
fn test_recorded_by_hand_stands_in_for_one_that_was_not_run() {
    let status = |test, status| TestStatus { test, status, because: Text::same("x") };
    let id = CriterionId::network;
    let mut tests = [
        status(id(3), TestState::NotRun),
        status(id(4), TestState::NotRun),
        status(id(16), TestState::Done),
    ];
    let record = |test, status| RecordedTest {
        test,
        status,
        because: "y".to_owned(),
        performed_by: "z".to_owned(),
        tool: "dig".to_owned(),
        evidence: Vec::new(),
        findings: Vec::new(),
    };
    let by_hand = [record(id(3), TestState::NotApplicable), record(id(16), TestState::NotRun)];
    join_recorded(&mut tests, &by_hand);
    let after = tests.map(|test| test.status);
    assert_eq!(after, [TestState::NotApplicable, TestState::NotRun, TestState::Done]);
}

fn decided(action: Action) -> Review {
    let result = result_of(&judgement(Verdict::Fail, FindingSeverity::Low, "trace"));
    let decision = Decision {
        action,
        by: "a".to_owned(),
        approved_by: None,
        reason: "r".to_owned(),
        plan_days: None,
    };
    Review { decisions: [(result.id, decision)].into(), overrides: Vec::new() }
}

fn result_of(judgement: &Judgement) -> ResultRecord {
    ResultRecord::new(judgement, &EvidenceRegister::default())
}

fn statuses(verdict: Verdict, severity: FindingSeverity, review: &Review) -> Vec<FindingStatus> {
    let result = result_of(&judgement(verdict, severity, "trace"));
    findings(&[result], &[], review).0.iter().map(|finding| finding.status).collect()
}

#[test]
fn suspicion_counts_only_once_a_person_confirms_it() {
    let low = FindingSeverity::Low;
    assert_eq!(statuses(Verdict::Suspected, low, &Review::default()), []);
    let confirmed = statuses(Verdict::Suspected, low, &decided(Action::Confirm));
    assert_eq!(confirmed, [FindingStatus::Open]);
}

#[test]
fn proved_finding_is_open_until_a_decision_closes_it() {
    let low = FindingSeverity::Low;
    assert_eq!(statuses(Verdict::Fail, low, &Review::default()), [FindingStatus::Open]);
    let closed = statuses(Verdict::Fail, low, &decided(Action::ClosedRetest));
    assert_eq!(closed, [FindingStatus::ClosedRetest]);
    let dismissed = statuses(Verdict::Fail, low, &decided(Action::FalsePositive));
    assert_eq!(dismissed, [FindingStatus::FalsePositive]);
}

#[test]
fn what_is_no_finding_is_never_graded() {
    for verdict in [Verdict::Pass, Verdict::Inconclusive, Verdict::NotApplicable] {
        assert_eq!(statuses(verdict, FindingSeverity::Info, &decided(Action::Confirm)), []);
    }
}

#[test]
fn decision_that_fits_no_result_is_reported() {
    let (_, stray) = findings(&[], &[], &decided(Action::Confirm));
    assert_eq!(stray.len(), 1);
}
