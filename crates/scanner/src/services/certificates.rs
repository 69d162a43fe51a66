//! The certificates that a TLS server shows, with and without a server name.

use hoshimori_inspection::bytes::sha256_hex;
use hoshimori_inspection::evidence::{
    CertificateFact, Fact, KeyFact, Observation, ProbeError, Text, TlsFact, TlsOutcome,
};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::tls_hello::TlsVersion;
use hoshimori_wire::app::tls_records::MAX_CERTIFICATES;
use hoshimori_wire::app::x509::Certificate;
use jiff::Timestamp;
use rustls::ProtocolVersion;

use super::handshake::{Alpn, handshake};
use super::hello::Offer;
use super::recorder::Recorder;
use super::trust::Link;
use super::{Account, Exchange, Prober, repeat, tcp, trouble};

/// The most server names that are tried: each costs up to three connections.
pub(super) const MAX_NAMES: usize = 4;

/// A chain as it was sent, and how.
struct Shown {
    version: String,
    ders: Vec<Vec<u8>>,
    exchange: Exchange,
    note: Option<Text>,
}

/// Why no chain was shown.
struct NotShown {
    exchange: Exchange,
    error: ProbeError,
}

impl Prober<'_> {
    /// Reads the certificates for no server name and for each of `names`, at most four.
    ///
    /// First with our own hello of up to TLS 1.2, which takes certificates in the clear from
    /// servers that libraries refuse; then with a library, for TLS 1.3; then with a hello of
    /// TLS 1.0, for servers that cannot bear to hear of newer versions.
    pub async fn certificates(
        &self,
        permit: &Permit,
        port: u16,
        names: &[String],
    ) -> Vec<Observation> {
        let names = names.iter().map(String::as_str).take(MAX_NAMES).map(Some);
        let mut seen = Vec::new();
        for name in std::iter::once(None).chain(names) {
            seen.push(self.certificates_for(permit, port, name).await);
        }
        seen
    }

    async fn certificates_for(
        &self,
        permit: &Permit,
        port: u16,
        name: Option<&str>,
    ) -> Observation {
        let target = tcp(permit, port);
        let variant = name.map_or_else(|| "no-sni".to_owned(), |name| format!("sni/{name}"));
        let (exchange, note, outcome) = match self.shown_to(permit, port, name).await {
            Ok(shown) => {
                let outcome = self.describe(&shown).unwrap_or_else(TlsOutcome::Failed);
                (shown.exchange, shown.note, outcome)
            }
            Err(not) => (not.exchange, None, TlsOutcome::Failed(not.error)),
        };
        self.observe(Account {
            key: self.key("tls", target, &variant),
            target,
            exchange,
            repeat: repeat::openssl(permit.address(), port, name),
            note,
            fact: Fact::Tls(TlsFact { server_name: name.map(str::to_owned), outcome }),
        })
    }

    async fn shown_to(
        &self,
        permit: &Permit,
        port: u16,
        name: Option<&str>,
    ) -> Result<Shown, NotShown> {
        let first = match self.shown_in_clear(permit, port, name, TlsVersion::TLS_1_2).await {
            Err(not) if may_be_of_another_version(&not.error) => not,
            settled => return settled,
        };
        let second = match self.shown_encrypted(permit, port, name).await {
            Err(not) if may_be_of_another_version(&not.error) => not,
            settled => return settled,
        };
        match self.shown_in_clear(permit, port, name, TlsVersion::TLS_1_0).await {
            Err(_) => Err(NotShown { error: both(first.error, second.error), ..first }),
            shown => shown,
        }
    }

    /// With our own hello.
    async fn shown_in_clear(
        &self,
        permit: &Permit,
        port: u16,
        server_name: Option<&str>,
        version: TlsVersion,
    ) -> Result<Shown, NotShown> {
        let offer = Offer { version, server_name, allowed: self.timing.answer, asked: None };
        let answer = self.say_hello(permit, port, offer).await;
        let (exchange, flight) = (answer.exchange, answer.flight);
        match (flight.version, flight.alert) {
            (Some(version), _) if !flight.certificates.is_empty() => Ok(Shown {
                version: version.to_string(),
                ders: flight.certificates,
                exchange,
                note: None,
            }),
            (_, Some(alert)) => {
                let detail = format!("the server answers the hello with {alert}");
                Err(NotShown { exchange, error: ProbeError::NoCommonGround { detail } })
            }
            _ => {
                let none = || ProbeError::Malformed { detail: "it shows no certificate".into() };
                Err(NotShown { exchange, error: answer.trouble.unwrap_or_else(none) })
            }
        }
    }

    /// With a library, which speaks TLS 1.3.
    async fn shown_encrypted(
        &self,
        permit: &Permit,
        port: u16,
        name: Option<&str>,
    ) -> Result<Shown, NotShown> {
        let connected = self.gate.connect(permit, port, self.timing.connect).await;
        let connection =
            connected.map_err(|error| NotShown { exchange: Exchange::default(), error })?;
        let source = connection.source();
        let stream = Recorder::new(connection, self.timing.answer);
        let transcript = stream.transcript();
        let shaken = handshake(stream, permit.address(), name, Alpn::Silent).await;
        let exchange = Exchange::of(source, &transcript);
        let session = match &shaken {
            Ok(stream) => stream.get_ref().1,
            Err(error) => return Err(NotShown { exchange, error: trouble::from_io(error) }),
        };
        let certificates = session.peer_certificates().unwrap_or_default();
        Ok(Shown {
            version: version_name(session.protocol_version()),
            ders: certificates.iter().take(MAX_CERTIFICATES).map(|der| der.to_vec()).collect(),
            exchange,
            note: Some(Text::new(
                "証明書は暗号化された部分にあり、バイト列からは読めない",
                "the certificates are in the encrypted part of these bytes",
            )),
        })
    }

    fn describe(&self, shown: &Shown) -> Result<TlsOutcome, ProbeError> {
        let mut chain = Vec::new();
        for (at, der) in shown.ders.iter().enumerate() {
            match Certificate::decode(der) {
                Ok(certificate) => chain.push(Link { der: der.clone(), certificate }),
                Err(error) if at == 0 => return Err(trouble::from_decode(&error)),
                // A broken certificate behind the leaf is as good as a missing one.
                Err(_) => {}
            }
        }
        if chain.is_empty() {
            return Err(ProbeError::Malformed {
                detail: "the list of certificates is empty".into(),
            });
        }
        let trust = self.trust.judge(&chain, self.clock.now());
        let certificates = chain.into_iter().map(to_evidence).collect();
        Ok(TlsOutcome::Chain { version: shown.version.clone(), certificates, trust })
    }
}

/// Whether a hello of another version may have more success.
fn may_be_of_another_version(error: &ProbeError) -> bool {
    matches!(error, ProbeError::NoCommonGround { .. } | ProbeError::Closed)
}

/// One error for two attempts.
fn both(first: ProbeError, second: ProbeError) -> ProbeError {
    match (first, second) {
        (
            ProbeError::NoCommonGround { detail: first },
            ProbeError::NoCommonGround { detail: second },
        ) => ProbeError::NoCommonGround { detail: format!("{first}; {second}") },
        (ProbeError::Closed, second) => second,
        (first, _) => first,
    }
}

fn version_name(version: Option<ProtocolVersion>) -> String {
    version.map_or_else(|| "TLS".to_owned(), |version| TlsVersion(version.into()).to_string())
}

fn to_evidence(link: Link) -> CertificateFact {
    let Link { der, certificate } = link;
    CertificateFact {
        sha256: sha256_hex(&[&der]),
        key_sha256: sha256_hex(&[&certificate.key_der]),
        subject: certificate.subject,
        issuer: certificate.issuer,
        serial: certificate.serial,
        not_before: moment(certificate.not_before),
        not_after: moment(certificate.not_after),
        dns_names: certificate.dns_names,
        ip_names: certificate.ip_names,
        key: KeyFact { algorithm: certificate.key.algorithm, bits: certificate.key.bits },
        signature_algorithm: certificate.signature_algorithm,
        is_ca: certificate.is_ca,
        is_self_signed: certificate.is_self_signed,
    }
}

/// A time in a certificate; those beyond what a timestamp holds become its first or last moment.
fn moment(seconds: i64) -> Timestamp {
    let limit = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(seconds).unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_refusals_are_told_in_one() {
        let refusal = |detail: &str| ProbeError::NoCommonGround { detail: detail.into() };
        assert_eq!(both(refusal("a"), refusal("b")), refusal("a; b"));
        assert_eq!(both(ProbeError::Closed, refusal("b")), refusal("b"));
        assert_eq!(both(refusal("a"), ProbeError::Closed), refusal("a"));
    }

    #[test]
    fn times_beyond_the_calendar_do_not_fail() {
        assert_eq!(moment(i64::MAX), Timestamp::MAX);
        assert_eq!(moment(i64::MIN), Timestamp::MIN);
    }
}
