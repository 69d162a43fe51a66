//! Does a chain lead to a root that people's devices trust?

use std::time::Duration;

use hoshimori_inspection::evidence::{TrustFact, TrustStore, TrustVerdict};
use hoshimori_wire::app::text;
use hoshimori_wire::app::x509::Certificate;
use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};

/// The longest detail that is kept of a verifier's words, in characters.
const MAX_DETAIL: usize = 200;

/// The roots of Mozilla, compiled in, and those of this machine, read once.
///
/// `SSL_CERT_FILE` and `SSL_CERT_DIR` name other roots of the machine, as for OpenSSL.
pub struct TrustStores {
    mozilla: Vec<TrustAnchor<'static>>,
    system: Result<Vec<TrustAnchor<'static>>, String>,
}

impl TrustStores {
    /// Reads the roots of this machine.
    pub fn load() -> Self {
        Self { mozilla: webpki_roots::TLS_SERVER_ROOTS.to_vec(), system: load_system() }
    }

    /// How many roots this machine has, or why they cannot be read.
    pub fn system_roots(&self) -> Result<usize, &str> {
        self.system.as_ref().map(Vec::len).map_err(String::as_str)
    }

    /// What each store says of `chain`, leaf first, whatever its dates are.
    pub(super) fn judge(&self, chain: &[Link], now: Timestamp) -> Vec<TrustFact> {
        let mozilla = judge(&self.mozilla, chain, now);
        let system = match &self.system {
            Ok(anchors) => judge(anchors, chain, now),
            Err(detail) => TrustVerdict::Unavailable { detail: detail.clone() },
        };
        vec![
            TrustFact { store: TrustStore::Mozilla, verdict: mozilla },
            TrustFact { store: TrustStore::System, verdict: system },
        ]
    }
}

/// One certificate of a chain, encoded and decoded.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) der: Vec<u8>,
    pub(super) certificate: Certificate,
}

fn load_system() -> Result<Vec<TrustAnchor<'static>>, String> {
    let loaded = rustls_native_certs::load_native_certs();
    let anchors: Vec<_> = loaded
        .certs
        .iter()
        // A root that cannot be parsed can be no one's issuer.
        .filter_map(|der| anchor_from_trusted_cert(der).ok().map(|anchor| anchor.to_owned()))
        .collect();
    if !anchors.is_empty() {
        return Ok(anchors);
    }
    let said = loaded.errors.first().map(ToString::to_string);
    Err(said.unwrap_or_else(|| "this machine has no root certificates".to_owned()))
}

fn judge(anchors: &[TrustAnchor<'_>], chain: &[Link], now: Timestamp) -> TrustVerdict {
    let Some(leaf) = chain.first() else {
        return TrustVerdict::Invalid { detail: "the chain is empty".to_owned() };
    };
    if leaf.certificate.is_self_signed && !is_anchor(anchors, &leaf.certificate) {
        return TrustVerdict::SelfSigned;
    }
    match verify(anchors, chain, leaf, now) {
        Ok(()) => TrustVerdict::Trusted,
        Err(webpki::Error::UnknownIssuer) => explain(chain, leaf),
        Err(error) => {
            let detail = text::decode(format!("{error:?}").as_bytes(), MAX_DETAIL);
            TrustVerdict::Invalid { detail }
        }
    }
}

fn verify(
    anchors: &[TrustAnchor<'_>],
    chain: &[Link],
    leaf: &Link,
    now: Timestamp,
) -> Result<(), webpki::Error> {
    let der = CertificateDer::from(leaf.der.as_slice());
    let intermediates: Vec<CertificateDer<'_>> =
        chain.iter().skip(1).map(|link| CertificateDer::from(link.der.as_slice())).collect();
    let time = moment_of_validity(&leaf.certificate, now);
    EndEntityCert::try_from(&der)?
        .verify_for_usage(
            ALL_VERIFICATION_ALGS,
            anchors,
            &intermediates,
            time,
            KeyUsage::server_auth(),
            None,
            None,
        )
        .map(drop)
}

/// Now, or the nearest moment at which the leaf is valid: that it has expired is another matter
/// than whether its chain is trusted.
fn moment_of_validity(leaf: &Certificate, now: Timestamp) -> UnixTime {
    let seconds = now.as_second().max(leaf.not_before).min(leaf.not_after);
    let seconds = u64::try_from(seconds).unwrap_or(0);
    UnixTime::since_unix_epoch(Duration::from_secs(seconds))
}

/// Why no issuer was found. That a root has the name of the issuer and another key is told by the
/// verifier itself, so here no root of the store is the issuer.
fn explain(chain: &[Link], leaf: &Link) -> TrustVerdict {
    let top = top_of(chain, &leaf.certificate);
    if top.is_self_issued() {
        TrustVerdict::UnknownRoot
    } else {
        TrustVerdict::Incomplete { missing: top.issuer.clone() }
    }
}

/// The last certificate on the way from the leaf from issuer to issuer, in whatever order sent.
fn top_of<'a>(chain: &'a [Link], leaf: &'a Certificate) -> &'a Certificate {
    let mut top = leaf;
    // Each step goes to another certificate at best, so this many steps reach the end.
    for _ in chain {
        let issuer = chain.iter().map(|link| &link.certificate).find(|candidate| {
            candidate.subject_der == top.issuer_der && candidate.subject_der != top.subject_der
        });
        match issuer {
            Some(issuer) => top = issuer,
            None => break,
        }
    }
    // A self-issued root behind the last one is the end itself.
    let root = chain.iter().map(|link| &link.certificate);
    root.filter(|root| root.is_self_issued())
        .find(|root| root.subject_der == top.issuer_der)
        .unwrap_or(top)
}

/// Whether a certificate is itself one of the roots.
fn is_anchor(anchors: &[TrustAnchor<'_>], certificate: &Certificate) -> bool {
    let (subject, key) = (content(&certificate.subject_der), content(&certificate.key_der));
    anchors.iter().any(|anchor| {
        anchor.subject.as_ref() == subject && anchor.subject_public_key_info.as_ref() == key
    })
}

/// The bytes inside the outermost DER element: trust anchors leave its tag and length out.
fn content(der: &[u8]) -> &[u8] {
    let header = match der.get(1) {
        Some(length @ 0x81..=0x84) => 2 + usize::from(length & 0x7f),
        _ => 2,
    };
    der.get(header..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rcgen::{
        BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, Issuer, KeyPair,
        date_time_ymd,
    };

    use super::*;

    fn params(name: &str) -> CertificateParams {
        let mut params = CertificateParams::new(vec![format!("{name}.example")]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params
    }

    fn authority(name: &str) -> CertificateParams {
        let mut params = params(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
    }

    fn link(der: &[u8]) -> Link {
        Link { der: der.to_vec(), certificate: Certificate::decode(der).unwrap() }
    }

    /// A root, an intermediate signed by it, and a leaf signed by that.
    struct Chain {
        leaf: Link,
        intermediate: Link,
        root: Link,
    }

    impl Chain {
        fn with_leaf(leaf: &CertificateParams) -> Self {
            let key = || KeyPair::generate().unwrap();
            let root = CertifiedIssuer::self_signed(authority("root"), key()).unwrap();
            let middle = CertifiedIssuer::signed_by(authority("middle"), key(), &root).unwrap();
            let issuer: &Issuer<'_, KeyPair> = &middle;
            let leaf = leaf.signed_by(&key(), issuer).unwrap();
            let intermediate = link(middle.der());
            Self { leaf: link(leaf.der()), intermediate, root: link(root.der()) }
        }

        fn anchors(&self) -> Vec<TrustAnchor<'static>> {
            let der = CertificateDer::from(self.root.der.clone());
            vec![anchor_from_trusted_cert(&der).unwrap().to_owned()]
        }
    }

    fn now() -> Timestamp {
        "2026-11-20T12:00:00+09:00".parse().unwrap()
    }

    #[test]
    fn a_whole_chain_to_a_known_root_is_trusted_with_or_without_the_root() {
        let chain = Chain::with_leaf(&params("leaf"));
        let sent = [chain.leaf.clone(), chain.intermediate.clone()];
        assert_eq!(judge(&chain.anchors(), &sent, now()), TrustVerdict::Trusted);
        let sent = [chain.leaf.clone(), chain.root.clone(), chain.intermediate.clone()];
        assert_eq!(judge(&chain.anchors(), &sent, now()), TrustVerdict::Trusted);
    }

    #[test]
    fn an_expired_leaf_does_not_change_whom_it_is_from() {
        let mut leaf = params("leaf");
        leaf.not_before = date_time_ymd(2020, 1, 1);
        leaf.not_after = date_time_ymd(2021, 1, 1);
        let chain = Chain::with_leaf(&leaf);
        let sent = [chain.leaf.clone(), chain.intermediate.clone()];
        assert_eq!(judge(&chain.anchors(), &sent, now()), TrustVerdict::Trusted);
    }

    #[test]
    fn a_missing_intermediate_is_named() {
        let chain = Chain::with_leaf(&params("leaf"));
        let verdict = judge(&chain.anchors(), std::slice::from_ref(&chain.leaf), now());
        let TrustVerdict::Incomplete { missing } = verdict else { panic!("{verdict:?}") };
        assert!(missing.starts_with("CN=middle"), "{missing}");
    }

    #[test]
    fn a_root_that_nobody_knows_is_told_from_a_missing_one() {
        let chain = Chain::with_leaf(&params("leaf"));
        let other = Chain::with_leaf(&params("leaf"));
        let sent = [chain.leaf.clone(), chain.intermediate.clone(), chain.root.clone()];
        assert_eq!(judge(&[], &sent, now()), TrustVerdict::UnknownRoot);
        // The other root has the same name and another key.
        for sent in [&sent[..], &sent[..2]] {
            let verdict = judge(&other.anchors(), sent, now());
            assert!(matches!(verdict, TrustVerdict::Invalid { .. }), "{verdict:?}");
        }
    }

    #[test]
    fn a_self_signed_leaf_is_called_so_even_when_it_says_ca() {
        for params in [params("device"), authority("device")] {
            let key = KeyPair::generate().unwrap();
            let leaf = link(params.self_signed(&key).unwrap().der());
            assert_eq!(judge(&[], &[leaf], now()), TrustVerdict::SelfSigned);
        }
    }

    #[test]
    fn a_self_signed_leaf_that_is_a_root_of_the_machine_is_trusted() {
        let key = KeyPair::generate().unwrap();
        let leaf = link(params("device").self_signed(&key).unwrap().der());
        let der = CertificateDer::from(leaf.der.clone());
        let anchors = [anchor_from_trusted_cert(&der).unwrap().to_owned()];
        assert_eq!(judge(&anchors, &[leaf], now()), TrustVerdict::Trusted);
    }

    #[test]
    fn mozilla_roots_are_compiled_in() {
        let stores = TrustStores {
            mozilla: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
            system: Err("no".into()),
        };
        let chain = Chain::with_leaf(&params("leaf"));
        let sent = [chain.leaf, chain.intermediate, chain.root];
        let facts = stores.judge(&sent, now());
        assert_eq!(facts[0].verdict, TrustVerdict::UnknownRoot);
        assert_eq!(facts[1].verdict, TrustVerdict::Unavailable { detail: "no".into() });
    }
}
