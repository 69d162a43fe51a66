//! Observations that unit tests are written with: one host, seen from the guest network.

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{
    CertificateFact, Fact, HttpFact, HttpOutcome, HttpPurpose, HttpResponse, KeyFact, Observation,
    ObservationKey, PortSpan, PortsFact, ProbeError, Protocol, ServiceFact, SshAuthFact,
    SshOutcome, TlsFact, TlsOutcome, TrustFact, TrustStore, TrustVerdict,
};
use hoshimori_inspection::finding::Judgement;
use hoshimori_inspection::host::KnownHost;
use hoshimori_inspection::inventory::Inventory;
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_inspection::verdict::Verdict;
use jiff::Timestamp;

use crate::subject::Seen;
use crate::{Check, Evidence};

/// The host of all samples.
pub(crate) const HOST: [u8; 4] = [192, 168, 10, 5];

/// The user name that is a control.
pub(crate) const CONTROL: &str = "h8c1e5f0a2b";

/// The random word in every HTTP request.
pub(crate) const TOKEN: &str = "h0d4f6b9e3a71c58";

/// When everything was seen.
pub(crate) fn now() -> Timestamp {
    "2026-11-20T10:00:00+09:00".parse().unwrap()
}

/// What `check` says of `observations`.
pub(crate) fn judged(check: &dyn Check, observations: &[Observation]) -> Vec<Judgement> {
    judged_with(check, observations, &[])
}

/// What `check` says of `observations` and of what the operator told.
pub(crate) fn judged_with(
    check: &dyn Check,
    observations: &[Observation],
    hosts: &[KnownHost],
) -> Vec<Judgement> {
    let inventory = Inventory::default();
    check.evaluate(&Evidence { observations, hosts, inventory: &inventory, began_at: now() })
}

/// Aspects with verdicts, as `password fail medium`.
pub(crate) fn short(judgements: &[Judgement]) -> Vec<String> {
    let short = |j: &Judgement| match j.verdict {
        Verdict::Fail | Verdict::Suspected => {
            format!("{} {} {}", j.aspect, j.verdict.word(), j.severity.word())
        }
        verdict => format!("{} {}", j.aspect, verdict.word()),
    };
    judgements.iter().map(short).collect()
}

/// Asserts that seeing `weakness` as well loses no fail and leaves no pass for `aspects`.
pub(crate) fn assert_weakness_counts(
    check: &dyn Check,
    others: &[Observation],
    weakness: &[Observation],
    aspects: &[&str],
) {
    let is_fail = |judgement: &Judgement| judgement.verdict == Verdict::Fail;
    let after = judged(check, &[others, weakness].concat());
    for judgement in &after {
        let passes = judgement.verdict == Verdict::Pass && aspects.contains(&judgement.aspect);
        assert!(!passes, "{judgement:?}");
    }
    if judged(check, others).iter().any(is_fail) {
        assert!(after.iter().any(is_fail), "{after:?}");
    }
}

/// The host as the operator describes it.
pub(crate) fn host() -> KnownHost {
    KnownHost { address: HOST.into(), names: Vec::new(), facing: None, expected_tcp: None }
}

/// The same thing seen from another vantage.
pub(crate) fn from(vantage: Vantage, observation: Observation) -> Observation {
    Observation { vantage, ..observation }
}

/// A scan of `span` that found `open` open and all else closed.
pub(crate) fn scan(span: PortSpan, open: &[u16]) -> PortsFact {
    PortsFact {
        span,
        open: open.to_vec(),
        unstable: Vec::new(),
        closed: span.count() - u32::try_from(open.len()).unwrap(),
        filtered: Vec::new(),
        unscanned: Vec::new(),
        attempts: span.count(),
        rtt_us: Some(180),
        accuracy: None,
    }
}

/// An observation of ports.
pub(crate) fn ports(fact: PortsFact) -> Observation {
    let variant = fact.span.to_string();
    observation("ports", Target::host(HOST.into()), &variant, Fact::Ports(fact))
}

/// A port scan as checks see it.
pub(crate) fn seen_ports(observation: &Observation) -> Seen<'_, PortsFact> {
    match &observation.fact {
        Fact::Ports(ports) => (observation, ports),
        other => panic!("no port scan: {other:?}"),
    }
}

/// An identified service.
pub(crate) fn service(port: u16, protocol: Protocol, trouble: Option<ProbeError>) -> Observation {
    let fact = ServiceFact { trouble, ..ServiceFact::of(protocol) };
    observation("service", Target::tcp(HOST.into(), port), "", Fact::Service(fact))
}

/// An answer of an SSH server.
pub(crate) fn ssh(user: &str, outcome: SshOutcome) -> Observation {
    let fact = SshAuthFact {
        user: user.to_owned(),
        is_control: user == CONTROL,
        server_version: Some("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7".to_owned()),
        algorithms: None,
        outcome,
    };
    let variant = if user == CONTROL { "control" } else { user };
    observation("ssh-auth", Target::tcp(HOST.into(), 22), variant, Fact::SshAuth(fact))
}

/// A request to port 80 for `purpose`, with what became of it.
pub(crate) fn http(purpose: HttpPurpose, path: &str, outcome: HttpOutcome) -> Observation {
    let method = match purpose {
        HttpPurpose::Front | HttpPurpose::PutReadBack | HttpPurpose::PutGone => "GET",
        HttpPurpose::Options | HttpPurpose::OptionsServer => "OPTIONS",
        HttpPurpose::ControlMethod => "GXQZKVWT",
        HttpPurpose::Trace => "TRACE",
        HttpPurpose::Track => "TRACK",
        HttpPurpose::PropFind => "PROPFIND",
        HttpPurpose::Connect => "CONNECT",
        HttpPurpose::Put => "PUT",
        HttpPurpose::PutCleanUp => "DELETE",
    };
    let fact = HttpFact {
        purpose,
        tls: false,
        host: "192.168.10.5".to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        token: Some(TOKEN.to_owned()),
        outcome,
    };
    let variant = format!("{method}{path}");
    observation("http", Target::tcp(HOST.into(), 80), &variant, Fact::Http(fact))
}

/// A response.
pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: &str) -> HttpOutcome {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    HttpOutcome::Response(HttpResponse {
        status,
        reason: String::new(),
        headers: headers.collect(),
        body: Bytes(body.as_bytes().to_vec()),
        is_cut: false,
    })
}

/// What port 443 shows to `server_name`.
pub(crate) fn tls(server_name: Option<&str>, outcome: TlsOutcome) -> Observation {
    let fact = TlsFact { server_name: server_name.map(str::to_owned), outcome };
    let variant = server_name.map_or("no-sni".to_owned(), |name| format!("sni/{name}"));
    observation("tls", Target::tcp(HOST.into(), 443), &variant, Fact::Tls(fact))
}

/// A chain of one certificate of which both stores say `verdict`.
pub(crate) fn chain(leaf: CertificateFact, verdict: &TrustVerdict) -> TlsOutcome {
    let opinion = |store| TrustFact { store, verdict: verdict.clone() };
    TlsOutcome::Chain {
        version: "TLS 1.3".to_owned(),
        certificates: vec![leaf],
        trust: vec![opinion(TrustStore::Mozilla), opinion(TrustStore::System)],
    }
}

/// A certificate of `portal.office.example` with nothing wrong.
pub(crate) fn certificate() -> CertificateFact {
    CertificateFact {
        subject: "CN=portal.office.example".to_owned(),
        issuer: "CN=Sample CA R3,O=Sample Trust".to_owned(),
        serial: "04c1".to_owned(),
        sha256: "a1".repeat(32),
        key_sha256: "b2".repeat(32),
        not_before: "2026-10-20T00:00:00Z".parse().unwrap(),
        not_after: "2027-01-18T00:00:00Z".parse().unwrap(),
        dns_names: vec!["portal.office.example".to_owned()],
        ip_names: Vec::new(),
        key: KeyFact { algorithm: "EC".to_owned(), bits: Some(256) },
        signature_algorithm: "ecdsa-with-SHA256".to_owned(),
        is_ca: false,
        is_self_signed: false,
    }
}

pub(crate) fn observation(probe: &str, target: Target, variant: &str, fact: Fact) -> Observation {
    Observation {
        key: ObservationKey::new(probe, target, Vantage::Guest, variant),
        seen_at: now(),
        vantage: Vantage::Guest,
        source: None,
        target,
        sent: Bytes::default(),
        received: Bytes::default(),
        repeat: None,
        note: None,
        fact,
    }
}
