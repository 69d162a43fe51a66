//! An open way to a web server, plain or inside TLS.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hoshimori_inspection::evidence::ProbeError;
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::http1::{Progress, Response, ResponseDecoder};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::handshake::{Alpn, Shown, handshake};
use super::recorder::Recorder;
use super::{Exchange, Prober, trouble};

/// A web server to ask.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WebTarget {
    /// Its port.
    pub port: u16,
    /// Whether it speaks HTTP inside TLS.
    pub tls: bool,
    /// The Host header: a known name, or the address; a port after it is allowed.
    pub host: String,
}

impl WebTarget {
    /// The name to send in the SNI extension: the host, unless that is an address.
    pub(super) fn server_name(&self) -> Option<&str> {
        let host = &self.host;
        let is_address = host.parse::<IpAddr>().is_ok() || host.parse::<SocketAddr>().is_ok();
        let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _port)| name);
        Some(name).filter(|name| !is_address && !name.is_empty() && !name.starts_with('['))
    }
}

/// A stream in both directions, whatever carries it.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// An open way to a web server; what goes through it is recorded as plain text.
pub(super) struct Channel {
    pub(super) stream: Recorder<Box<dyn Duplex>>,
    source: SocketAddr,
    /// What the server showed in its handshake, where TLS is spoken.
    pub(super) shown: Option<Shown>,
}

impl Channel {
    /// What went through it so far.
    pub(super) fn exchange(&self) -> Exchange {
        Exchange::of(self.source, &self.stream.transcript())
    }

    /// Own address and port.
    pub(super) fn source(&self) -> SocketAddr {
        self.source
    }

    /// Shakes hands in TLS over the same connection, after which plain text is recorded anew.
    pub(super) async fn upgrade_to_tls(
        self,
        address: IpAddr,
        allowed: Duration,
    ) -> Result<Self, ProbeError> {
        let shaken = handshake(self.stream, address, None, Alpn::Silent).await;
        let tls = shaken.map_err(|error| trouble::from_io(&error))?;
        let shown = Some(Shown::by(&tls));
        let stream = Recorder::new(Box::new(tls) as Box<dyn Duplex>, allowed);
        Ok(Self { stream, source: self.source, shown })
    }

    /// What is left of a channel whose connection is gone.
    pub(super) fn hung_up(source: SocketAddr) -> Self {
        let nothing = Box::new(tokio::io::empty()) as Box<dyn Duplex>;
        Self { stream: Recorder::new(nothing, Duration::ZERO), source, shown: None }
    }

    /// As [`Channel::ask`], where the first byte of the answer has to come within `first`.
    pub(super) async fn ask_within(
        &mut self,
        request: &[u8],
        decoder: ResponseDecoder,
        first: Duration,
    ) -> Result<Response, ProbeError> {
        let transcript = self.stream.transcript();
        let asking = self.ask(request, decoder);
        tokio::pin!(asking);
        match timeout(first, &mut asking).await {
            Ok(answer) => answer,
            Err(_) if transcript.received().is_empty() => Err(ProbeError::TimedOut),
            Err(_) => asking.await,
        }
    }

    /// Sends `request` and reads the answer with `decoder`.
    pub(super) async fn ask(
        &mut self,
        request: &[u8],
        decoder: ResponseDecoder,
    ) -> Result<Response, ProbeError> {
        // A server may answer and close before it has read everything: look for the answer first.
        let written = self.stream.write_all(request).await;
        if let Err(error) = &written
            && error.kind() == io::ErrorKind::PermissionDenied
        {
            return Err(trouble::from_io(error));
        }
        let answer = read_response(&mut self.stream, decoder).await;
        match (written, answer) {
            (Err(error), Err(ProbeError::Closed)) => Err(trouble::from_io(&error)),
            (_, answer) => answer,
        }
    }
}

/// What was seen instead of an open channel.
pub(super) struct NoChannel {
    pub(super) exchange: Exchange,
    pub(super) error: ProbeError,
}

impl Prober<'_> {
    /// Opens a connection to `web`, with TLS where it is spoken there.
    pub(super) async fn open(
        &self,
        permit: &Permit,
        web: &WebTarget,
        allowed: Duration,
    ) -> Result<Channel, NoChannel> {
        match self.open_with(permit, web, allowed, Alpn::Http1).await {
            Err(NoChannel { error: ProbeError::NoCommonGround { detail }, .. })
                if detail.contains("NoApplicationProtocol") =>
            {
                self.open_with(permit, web, allowed, Alpn::Silent).await
            }
            opened => opened,
        }
    }

    async fn open_with(
        &self,
        permit: &Permit,
        web: &WebTarget,
        allowed: Duration,
        alpn: Alpn,
    ) -> Result<Channel, NoChannel> {
        let patience = self.timing.connect.min(allowed);
        let connected = self.gate.connect(permit, web.port, patience).await;
        let connection =
            connected.map_err(|error| NoChannel { exchange: Exchange::default(), error })?;
        let source = connection.source();
        if !web.tls {
            let stream = Recorder::new(Box::new(connection) as Box<dyn Duplex>, allowed);
            return Ok(Channel { stream, source, shown: None });
        }
        let raw = Recorder::new(connection, allowed);
        let transcript = raw.transcript();
        match handshake(raw, permit.address(), web.server_name(), alpn).await {
            Ok(tls) => {
                let shown = Some(Shown::by(&tls));
                let stream = Recorder::new(Box::new(tls) as Box<dyn Duplex>, allowed);
                Ok(Channel { stream, source, shown })
            }
            Err(error) => {
                let exchange = Exchange::of(source, &transcript);
                Err(NoChannel { exchange, error: trouble::from_io(&error) })
            }
        }
    }
}

/// Reads one response; what has come by the end of the connection or of the time is kept.
async fn read_response<S: AsyncRead + Unpin>(
    stream: &mut S,
    mut decoder: ResponseDecoder,
) -> Result<Response, ProbeError> {
    let mut buffer = vec![0; 4_096];
    loop {
        let read = stream.read(&mut buffer).await;
        let is_over = match &read {
            Ok(0) => true,
            Ok(count) => {
                let bytes = buffer.get(..*count).unwrap_or_default();
                let progress = decoder.push(bytes).map_err(|error| trouble::from_decode(&error))?;
                progress == Progress::Done
            }
            // Many servers close a TLS connection without saying so first.
            Err(error) if is_end(error) || decoder.has_head() => true,
            Err(error) => return Err(trouble::from_io(error)),
        };
        if is_over {
            return decoder.finish().map_err(|error| trouble::from_decode(&error));
        }
    }
}

fn is_end(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::UnexpectedEof
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(host: &str) -> WebTarget {
        WebTarget { port: 8_443, tls: true, host: host.into() }
    }

    #[test]
    fn only_names_are_sent_as_server_name() {
        for (host, name) in [
            ("portal.office.example", Some("portal.office.example")),
            ("portal.office.example:8443", Some("portal.office.example")),
            ("192.0.2.7", None),
            ("192.0.2.7:8443", None),
            ("2001:db8::1", None),
            ("[2001:db8::1]", None),
            ("[2001:db8::1]:8443", None),
        ] {
            assert_eq!(web(host).server_name(), name, "{host}");
        }
    }
}
