//! TLS with whoever answers: no certificate is refused here, judging them is for checks.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use hoshimori_inspection::evidence::{Clue, ClueSource};
use hoshimori_wire::app::text;
use hoshimori_wire::app::x509::Certificate;
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Which application protocol to offer (RFC 7301).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Alpn {
    /// `http/1.1`.
    Http1,
    /// No extension at all.
    Silent,
}

/// Shakes hands over `stream`, sending `server_name` if there is one.
pub(crate) async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    address: IpAddr,
    server_name: Option<&str>,
    alpn: Alpn,
) -> io::Result<TlsStream<S>> {
    let name = match server_name {
        Some(name) => ServerName::try_from(name.to_owned())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?,
        // An address is never sent as a server name (RFC 6066 section 3).
        None => ServerName::IpAddress(address.into()),
    };
    let config = configuration(alpn).map_err(io::Error::other)?;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// The longest name of an application protocol that is kept: one length byte states it
/// (RFC 7301 section 3.1).
const MAX_PROTOCOL: usize = 255;

/// What a server showed of itself in its handshake.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Shown {
    /// Its own certificate in DER.
    pub(crate) certificate: Option<Vec<u8>>,
    /// The application protocol that it chose.
    pub(crate) protocol: Option<String>,
}

impl Shown {
    /// What the server at the other end of `stream` showed.
    pub(crate) fn by<S>(stream: &TlsStream<S>) -> Self {
        let (_, session) = stream.get_ref();
        let chain = session.peer_certificates().unwrap_or_default();
        Self {
            certificate: chain.first().map(|leaf| leaf.to_vec()),
            protocol: session.alpn_protocol().map(|name| text::decode(name, MAX_PROTOCOL)),
        }
    }

    /// What it tells about the server.
    pub(crate) fn clues(&self) -> Vec<Clue> {
        let leaf = self.certificate.as_deref().and_then(|der| Certificate::decode(der).ok());
        let names = leaf.map(|leaf| {
            [(ClueSource::TlsSubject, leaf.subject), (ClueSource::TlsIssuer, leaf.issuer)]
        });
        let protocol = self.protocol.clone().map(|name| (ClueSource::TlsAlpn, name));
        names
            .into_iter()
            .flatten()
            .chain(protocol)
            .filter(|(_, text)| !text.is_empty())
            .map(|(from, text)| Clue::new(from, &text))
            .collect()
    }
}

fn configuration(alpn: Alpn) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(rustls::ALL_VERSIONS)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AcceptsAny))
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    if alpn == Alpn::Http1 {
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
    }
    Ok(config)
}

/// Takes every certificate and every signature. No secret is ever sent over such a connection.
#[derive(Debug)]
struct AcceptsAny;

impl ServerCertVerifier for AcceptsAny {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![
            SignatureScheme::ECDSA_NISTP256_SHA256,
            SignatureScheme::ECDSA_NISTP384_SHA384,
            SignatureScheme::ECDSA_NISTP521_SHA512,
            SignatureScheme::ED25519,
            SignatureScheme::ED448,
            SignatureScheme::RSA_PSS_SHA256,
            SignatureScheme::RSA_PSS_SHA384,
            SignatureScheme::RSA_PSS_SHA512,
            SignatureScheme::RSA_PKCS1_SHA256,
            SignatureScheme::RSA_PKCS1_SHA384,
            SignatureScheme::RSA_PKCS1_SHA512,
            SignatureScheme::ECDSA_SHA1_Legacy,
            SignatureScheme::RSA_PKCS1_SHA1,
        ]
    }
}
