use std::slice;

use hoshimori_inspection::evidence::{
    CertificateFact, HttpPurpose, KeyFact, Observation, ProbeError, Protocol, TlsOutcome,
    TrustFact, TrustStore, TrustVerdict,
};
use hoshimori_inspection::host::{Facing, KnownHost};
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::Certificate;
use crate::sample::{
    self, assert_weakness_counts, certificate, chain, from, http, judged_with, response, service,
    short, tls,
};

const NAME: &str = "portal.office.example";

fn named(names: &[&str]) -> KnownHost {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    KnownHost { names, ..sample::host() }
}

/// What is said of `leaf`, trusted as `verdict` says and shown to the host's only name.
fn said_of(leaf: CertificateFact, verdict: &TrustVerdict) -> Vec<String> {
    said(&[tls(Some(NAME), chain(leaf, verdict))])
}

fn said(seen: &[Observation]) -> Vec<String> {
    short(&judged_with(&Certificate, seen, &[named(&[NAME])]))
}

fn key(algorithm: &str, bits: u32) -> KeyFact {
    KeyFact { algorithm: algorithm.to_owned(), bits: Some(bits) }
}

#[test]
fn sound_certificate_passes_and_says_until_when() {
    let seen = [tls(Some(NAME), chain(certificate(), &TrustVerdict::Trusted))];
    let judgements = judged_with(&Certificate, &seen, &[named(&[NAME])]);
    assert_eq!(short(&judgements), ["overall pass"]);
    assert!(judgements[0].title.ja.contains("portal.office.example、2027-01-18まで"));
}

#[test]
fn dates_are_compared_with_the_time_of_the_observation() {
    let leaf = |from: &str, until: &str| CertificateFact {
        not_before: from.parse().unwrap(),
        not_after: until.parse().unwrap(),
        ..certificate()
    };
    for (from, until, expected) in [
        ("2026-01-01T00:00:00Z", "2026-11-20T00:59:59Z", "expired fail medium"),
        ("2026-11-21T00:00:00Z", "2027-01-18T00:00:00Z", "not-yet-valid fail medium"),
        ("2026-10-01T00:00:00Z", "2026-12-20T01:00:00Z", "expiring fail low"),
        ("2026-10-01T00:00:00Z", "2026-12-20T01:00:01Z", "overall pass"),
        ("2026-01-01T00:00:00Z", "2027-02-03T00:00:00Z", "overall pass"),
        ("2026-01-01T00:00:00Z", "2027-02-03T00:00:01Z", "too-long fail low"),
    ] {
        let judged = said_of(leaf(from, until), &TrustVerdict::Trusted);
        assert_eq!(judged, [expected], "{from} {until}");
    }
}

#[test]
fn wrong_name_fails_and_another_known_name_makes_it_suspected() {
    let seen = [tls(Some(NAME), chain(certificate(), &TrustVerdict::Trusted))];
    let judge = |names: &[&str], server_name| {
        let seen = [tls(server_name, chain(certificate(), &TrustVerdict::Trusted))];
        short(&judged_with(&Certificate, &seen, &[named(names)])).concat()
    };
    assert_eq!(judge(&["gw.office.example"], None), "name fail medium");
    assert_eq!(judge(&["gw.office.example"], Some("gw.office.example")), "name fail medium");
    assert_eq!(judge(&[NAME, "gw.office.example"], None), "name suspected medium");
    assert_eq!(judge(&[NAME, "gw.office.example"], Some(NAME)), "name suspected medium");
    let unknown = judged_with(&Certificate, &seen, &[]);
    assert_eq!(short(&unknown), ["overall pass"]);
}

#[test]
fn host_without_a_name_needs_its_address_on_the_certificate() {
    let judge = |leaf| {
        let seen = [tls(None, chain(leaf, &TrustVerdict::Trusted))];
        judged_with(&Certificate, &seen, &[])
    };
    let addressed = CertificateFact { ip_names: vec![sample::HOST.into()], ..certificate() };
    assert_eq!(short(&judge(addressed)), ["overall pass"]);
    let other = judge(certificate());
    assert_eq!(short(&other), ["name fail medium"]);
    assert!(other[0].because.en.contains("192.168.10.5") && other[0].because.en.contains(NAME));
}

#[test]
fn untrusted_chains_are_told_apart() {
    let missing = || TrustVerdict::Incomplete { missing: "CN=Sample CA R3".to_owned() };
    for (verdict, expected) in [
        (TrustVerdict::SelfSigned, "self-signed fail medium"),
        (TrustVerdict::UnknownRoot, "unknown-root fail medium"),
        (missing(), "incomplete-chain fail medium"),
        (TrustVerdict::Invalid { detail: "bad".to_owned() }, "invalid-chain fail medium"),
        (TrustVerdict::Unavailable { detail: "none".to_owned() }, "trust inconclusive"),
    ] {
        assert_eq!(said_of(certificate(), &verdict), [expected]);
    }
}

#[test]
fn either_store_suffices() {
    let verdicts = [TrustVerdict::UnknownRoot, TrustVerdict::Trusted];
    let stores = [TrustStore::Mozilla, TrustStore::System];
    let trust = stores.into_iter().zip(verdicts);
    let outcome = TlsOutcome::Chain {
        version: "TLS 1.2".to_owned(),
        certificates: vec![certificate()],
        trust: trust.map(|(store, verdict)| TrustFact { store, verdict }).collect(),
    };
    assert_eq!(said(&[tls(Some(NAME), outcome)]), ["overall pass"]);
}

#[test]
fn weak_keys_signatures_and_authorities_are_faults_of_their_own() {
    let leaf = |key, signature: &str| CertificateFact {
        key,
        signature_algorithm: signature.to_owned(),
        ..certificate()
    };
    let good = "sha256WithRSAEncryption";
    for (leaf, expected) in [
        (leaf(key("RSA", 1024), good), "weak-key fail medium"),
        (leaf(key("RSA", 2047), good), "weak-key fail low"),
        (leaf(key("RSA", 2048), good), "overall pass"),
        (leaf(key("EC", 192), good), "weak-key fail low"),
        (leaf(key("1.2.643.7.1.1.1.1", 256), good), "weak-key inconclusive"),
        (leaf(key("RSA", 2048), "md5WithRSAEncryption"), "weak-signature fail medium"),
        (leaf(key("RSA", 2048), "ecdsa-with-SHA1"), "weak-signature fail low"),
        (CertificateFact { is_ca: true, ..certificate() }, "ca-leaf fail low"),
    ] {
        assert_eq!(said_of(leaf, &TrustVerdict::Trusted), [expected]);
    }
}

#[test]
fn root_may_sign_itself_with_an_old_hash() {
    let root = CertificateFact {
        is_ca: true,
        is_self_signed: true,
        signature_algorithm: "sha1WithRSAEncryption".to_owned(),
        ..certificate()
    };
    let mut outcome = chain(certificate(), &TrustVerdict::Trusted);
    if let TlsOutcome::Chain { certificates, .. } = &mut outcome {
        certificates.push(root);
    }
    assert_eq!(said(&[tls(Some(NAME), outcome)]), ["overall pass"]);
}

#[test]
fn what_members_see_weighs_more_than_a_device() {
    let seen = tls(Some(NAME), chain(certificate(), &TrustVerdict::SelfSigned));
    let judge = |seen: &[Observation], facing| {
        let host = KnownHost { facing, ..named(&[NAME]) };
        short(&judged_with(&Certificate, seen, &[host])).concat()
    };
    let (medium, low) = ("self-signed fail medium", "self-signed fail low");
    assert_eq!(judge(slice::from_ref(&seen), None), medium);
    assert_eq!(judge(slice::from_ref(&seen), Some(Facing::Internal)), low);
    assert_eq!(judge(&[seen.clone(), service(9100, Protocol::Printer, None)], None), low);
    let inside = from(Vantage::Business, seen);
    assert_eq!(judge(slice::from_ref(&inside), None), low);
    assert_eq!(judge(&[inside], Some(Facing::Members)), medium);
}

#[test]
fn clock_that_most_servers_contradict_leaves_the_dates_open() {
    let dated = |port, date: &str| {
        let http = http(HttpPurpose::Front, "/", response(200, &[("Date", date)], ""));
        Observation { target: Target::tcp([10, 0, 0, 1].into(), port), ..http }
    };
    let (right, wrong) = ("Fri, 20 Nov 2026 00:59:30 GMT", "Mon, 23 Nov 2026 01:00:00 GMT");
    let expired =
        CertificateFact { not_after: "2026-11-01T00:00:00Z".parse().unwrap(), ..certificate() };
    let judge = |dates: &[&str]| {
        let dated = (8000..).zip(dates).map(|(port, date)| dated(port, date));
        let shown = tls(Some(NAME), chain(expired.clone(), &TrustVerdict::Trusted));
        said(&dated.chain([shown]).collect::<Vec<_>>()).concat()
    };
    assert_eq!(judge(&[wrong, wrong]), "clock inconclusive");
    assert_eq!(judge(&[wrong, wrong, right]), "clock inconclusive");
    assert_eq!(judge(&[wrong, wrong, right, right]), "expired fail medium");
    assert_eq!(judge(&[wrong]), "expired fail medium");
}

#[test]
fn chain_for_a_known_name_is_judged_and_the_other_mentioned() {
    let other = CertificateFact { sha256: "cd".repeat(32), ..certificate() };
    let seen = [
        tls(None, chain(other, &TrustVerdict::SelfSigned)),
        tls(Some(NAME), chain(certificate(), &TrustVerdict::Trusted)),
    ];
    let judgements = judged_with(&Certificate, &seen, &[named(&[NAME])]);
    assert_eq!(short(&judgements), ["overall pass"]);
    assert!(judgements[0].because.en.contains("Clients that send no name"));
}

#[test]
fn no_chain_is_inconclusive() {
    let failed = || TlsOutcome::Failed(ProbeError::TimedOut);
    let empty = TlsOutcome::Chain {
        version: "TLS 1.2".to_owned(),
        certificates: Vec::new(),
        trust: Vec::new(),
    };
    for seen in [vec![tls(None, failed())], vec![tls(Some(NAME), empty)]] {
        assert_eq!(said(&seen), ["chain inconclusive"]);
    }
    let good = tls(None, chain(certificate(), &TrustVerdict::Trusted));
    assert_eq!(said(&[tls(Some(NAME), failed()), good]), ["chain inconclusive"]);
}

proptest! {
    #[test]
    fn one_more_weak_chain_never_makes_a_fail_a_pass(
        others in subsequence(
            vec![
                tls(None, chain(certificate(), &TrustVerdict::Trusted)),
                tls(None, chain(certificate(), &TrustVerdict::SelfSigned)),
                tls(Some(NAME), chain(certificate(), &TrustVerdict::Trusted)),
                tls(Some("gw"), chain(certificate(), &TrustVerdict::UnknownRoot)),
                tls(Some("gw"), TlsOutcome::Failed(ProbeError::Closed)),
                service(443, Protocol::Http, None),
            ],
            0..=6,
        )
    ) {
        let weakness = [tls(Some(NAME), chain(certificate(), &TrustVerdict::SelfSigned))];
        assert_weakness_counts(&Certificate, &others, &weakness, &["self-signed", "overall"]);
    }
}
