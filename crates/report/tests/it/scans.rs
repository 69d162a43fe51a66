//! What the report says of port scans, and that no host, however odd, makes it unreadable.

use hoshimori_inspection::assessment::{
    Accuracy, Assessment, HostName, HostRecord, PortRecord, PortState, ResultRecord,
};
use hoshimori_inspection::evidence::{NameSource, PortNote};
use hoshimori_inspection::target::{Target, Transport};
use hoshimori_inspection::verdict::Verdict;
use hoshimori_report::{ReportInput, ReportModel, Shown, html, pdf};
use hoshimori_scheme::{Language, Scheme};

use crate::pages::Pages;
use crate::sample;

fn input(assessment: &Assessment, language: Language) -> ReportInput<'_> {
    ReportInput { assessment, scheme: Scheme::embedded(), language }
}

fn model(assessment: &Assessment) -> ReportModel {
    ReportModel::new(&input(assessment, Language::Japanese)).unwrap()
}

fn port(port: u16, state: PortState) -> PortRecord {
    PortRecord {
        port,
        protocol: Transport::Tcp,
        state,
        service: None,
        product: None,
        version: None,
        cpe: None,
        banner: None,
    }
}

/// The small sample, its first host with `ports` in place of its own.
fn with_ports(ports: impl IntoIterator<Item = PortRecord>) -> Assessment {
    let mut assessment = sample::small();
    let host = assessment.hosts.iter_mut().find(|host| host.alive).unwrap();
    host.ports = ports.into_iter().collect();
    assessment
}

#[test]
fn chance_of_a_miss_is_said_in_plain_words_with_what_it_rests_on() {
    let report = model(&sample::full());
    let row = |address: &str| {
        report.accuracy.rows.iter().find(|row| row.address.as_str() == address).unwrap()
    };
    let lossy = row("192.168.20.10");
    assert_eq!(lossy.chance.as_str(), "見逃し確率 10万分の1未満");
    assert_eq!((lossy.engine, lossy.loss.as_str()), ("半開走査", "2.9%"));
    let connected = row("192.168.20.13");
    assert_eq!(connected.chance.as_str(), "見逃し確率は示せない（TCP接続方式）");
    assert_eq!((connected.engine, connected.loss.as_str()), ("TCP接続方式", "―"));
    assert!(report.accuracy.explanation.contains(&report.words.accuracy_connect));
}

#[test]
fn counts_of_a_host_add_up_to_its_ports() {
    let report = model(&sample::full());
    for row in &report.accuracy.rows {
        let unstable = if row.address.as_str() == "192.168.10.22" { 212 } else { 0 };
        let open = u32::try_from(row.open).unwrap();
        assert_eq!(open + row.closed + row.silent + row.unscanned + unstable, 65_535);
    }
}

#[test]
fn host_that_stayed_silent_is_among_the_limits_by_what_is_unknown() {
    let report = model(&sample::full());
    let hosts = |limit: &str| {
        let found = report.limits.ports.iter().find(|row| row.limit.as_str() == limit);
        found.unwrap().hosts.as_str().to_owned()
    };
    assert_eq!(hosts("見逃し確率は示せない"), "192.168.30.5");
    assert_eq!(hosts(report.words.limit_went_silent), "192.168.20.12");
    assert!(hosts(report.words.limit_udp_silent).starts_with("192.168.10.1"));
}

#[test]
fn silent_udp_port_is_no_service() {
    let report = model(&sample::full());
    let host = report.udp.iter().find(|row| row.address.as_str() == "192.168.10.1").unwrap();
    let states: Vec<&str> = host.states.iter().map(|line| line.state.as_str()).collect();
    assert_eq!(states, ["応答あり", "途中で拒否された", "応答なし"]);
    assert_eq!(host.states[2].ports.as_str(), "1900（ssdp）、5353（mdns）");
    let is_service = |port: &str| report.services.rows.iter().any(|row| row.port.as_str() == port);
    assert!(is_service("123/udp") && !is_service("1900/udp"));
}

#[test]
fn name_stands_once_with_all_who_use_it() {
    let report = model(&sample::full());
    let host = |address: &str| {
        report.scope.hosts.iter().find(|host| host.address.as_str() == address).unwrap()
    };
    let gateway = host("192.168.10.1").names.iter().map(Shown::as_str);
    assert_eq!(
        gateway.collect::<Vec<_>>(),
        ["gateway.kohan.example.jp（届出、DNSの逆引き）", "mihon-router.local（mDNS）"]
    );
    assert_eq!(host("192.168.10.1").hardware.len(), 2);
}

#[test]
fn tarpit_is_one_row_and_a_range() {
    let report = model(&with_ports((1..=u16::MAX).map(|number| port(number, PortState::Unstable))));
    let address = report.services.rows[0].address.as_str();
    let rows = report.services.rows.iter().filter(|row| row.address.as_str() == address);
    let rows: Vec<&str> = rows.map(|row| row.port.as_str()).collect();
    assert_eq!(rows, ["1-65535/tcp（65535個）"]);
    assert_eq!(report.services.note, Some(report.words.services_joined));
    let host = report.scope.hosts.iter().find(|host| host.address.as_str() == address).unwrap();
    assert_eq!(host.ports[0].as_str(), "tcp（不安定）: 1-65535");
    let row = report.accuracy.rows.iter().find(|row| row.address.as_str() == address).unwrap();
    assert_eq!(row.open, 0);
}

#[test]
fn host_that_names_a_service_on_every_other_port_stays_readable() {
    let told = |number: u16| PortRecord {
        service: Some("http".to_owned()),
        banner: Some(format!("greeting {number} ").repeat(20)),
        ..port(number, PortState::Open)
    };
    let assessment = with_ports((1..=u16::MAX).step_by(2).map(told));
    let report = model(&assessment);
    assert!(report.services.rows.len() < 200, "{}", report.services.rows.len());
    let joined = report.services.rows.iter().find(|row| row.port.as_str().contains("32668個"));
    assert!(joined.unwrap().port.as_str().contains("、ほか"));
    assert!(html(&input(&assessment, Language::English)).unwrap().len() < 400_000);
    let rendered = pdf(&input(&assessment, Language::Japanese)).unwrap();
    assert_eq!(rendered.warnings, Vec::<String>::new());
    if let Some(pages) = Pages::of(&rendered.bytes) {
        pages.assert_sound();
    }
}

#[test]
fn ports_undecided_for_one_reason_share_a_row() {
    let mut assessment = sample::full();
    let is_undecided = |result: &&ResultRecord| {
        result.verdict == Verdict::Inconclusive && result.target.port.is_some()
    };
    let one = assessment.results.iter().find(is_undecided).unwrap().clone();
    let before = model(&assessment).findings.undecided.len();
    let at = |number| ResultRecord {
        id: serde_json::from_value(format!("{}-{number}", one.id.as_str()).into()).unwrap(),
        target: Target::tcp(one.target.address, number),
        ..one.clone()
    };
    assessment.results.extend((10_000..30_000).map(at));
    let report = model(&assessment);
    assert_eq!(report.findings.undecided.len(), before);
    let shared =
        report.findings.undecided.iter().find(|row| row.target.as_str().contains("20001個"));
    assert!(shared.unwrap().target.as_str().contains("10000-29999"));
}

#[test]
fn thirty_hosts_with_long_names_and_every_remark_keep_to_their_columns() {
    let mut assessment = sample::small();
    let one = assessment.hosts.iter().find(|host| host.names.len() == 3).unwrap().clone();
    let long = "a-name-that-is-as-long-as-they-get-".repeat(4);
    let like = |number: u8| HostRecord {
        address: [10, 255, 254, number].into(),
        names: [NameSource::ReverseDns, NameSource::Mdns, NameSource::NetBios]
            .map(|source| HostName { name: format!("{long}{number}.office.example.jp"), source })
            .into_iter()
            .chain([HostName { name: "X".repeat(63), source: NameSource::Mdns }])
            .collect(),
        accuracy: Accuracy {
            notes: vec![
                PortNote::RefusalsLimited,
                PortNote::QuestionsLimited { packets_per_second: 2_000 },
                PortNote::AnsweredByMiddlebox { ports: 65_535 },
                PortNote::WentSilent { port: 80, packets_per_second: 9, came_back: false },
                PortNote::LossUnknown,
            ],
            packets_sent: Some(99_999_999),
            ..one.accuracy.clone()
        },
        ..one.clone()
    };
    assessment.hosts = (1..=30).map(like).collect();
    for language in [Language::Japanese, Language::English] {
        let rendered = pdf(&input(&assessment, language)).unwrap();
        assert_eq!(rendered.warnings, Vec::<String>::new());
        if let Some(pages) = Pages::of(&rendered.bytes) {
            pages.assert_sound();
        }
    }
}
