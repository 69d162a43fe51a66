//! Our own `ClientHello` and what the server sends back in the clear.

use std::time::Duration;

use hoshimori_inspection::evidence::ProbeError;
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::tls_hello::{ClientHello, TlsVersion};
use hoshimori_wire::app::tls_records::{FlightDecoder, ServerFlight};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

use super::identify::Asked;
use super::recorder::Recorder;
use super::{Exchange, Prober, tcp, trouble};

/// What to offer and how long to wait.
pub(super) struct Offer<'a> {
    /// The highest version.
    pub(super) version: TlsVersion,
    /// The server name, if one is to be sent.
    pub(super) server_name: Option<&'a str>,
    /// Time for the answer.
    pub(super) allowed: Duration,
    /// Who hears what is said.
    pub(super) asked: Option<&'a Asked>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) exchange: Exchange,
    /// As much of the flight as was read.
    pub(super) flight: ServerFlight,
    /// Why it was not read to the certificates or an alert.
    pub(super) trouble: Option<ProbeError>,
}

impl Prober<'_> {
    /// Says hello on a connection of its own and reads as far as the certificates.
    pub(super) async fn say_hello(&self, permit: &Permit, port: u16, offer: Offer<'_>) -> Answer {
        let nothing = |exchange, error| Answer {
            exchange,
            flight: ServerFlight::default(),
            trouble: Some(error),
        };
        let version = offer.version;
        let variant = format!("hello/{version}/{}", offer.server_name.unwrap_or_default());
        let word = self.tokens.token(&self.key("tls", tcp(permit, port), &variant), 32);
        let mut random = [0; 32];
        random.iter_mut().zip(word.bytes()).for_each(|(to, from)| *to = from);
        let hello = ClientHello { version, random, server_name: offer.server_name };
        let record = match hello.to_record() {
            Ok(record) => record,
            Err(error) => {
                let detail = error.to_string();
                return nothing(Exchange::default(), ProbeError::Local { detail });
            }
        };
        let connection =
            match self.gate.connect(permit, port, self.timing.connect.min(offer.allowed)).await {
                Ok(connection) => connection,
                Err(error) => return nothing(Exchange::default(), error),
            };
        let source = connection.source();
        let mut stream = Recorder::new(connection, offer.allowed);
        if let Some(asked) = offer.asked {
            asked.note(stream.transcript());
        }
        if let Err(error) = stream.write_all(&record).await {
            let exchange = Exchange::of(source, &stream.transcript());
            return nothing(exchange, trouble::from_io(&error));
        }
        let mut decoder = FlightDecoder::default();
        let trouble = read_flight(&mut stream, &mut decoder).await.err();
        let exchange = Exchange::of(source, &stream.transcript());
        Answer { exchange, flight: decoder.into_flight(), trouble }
    }
}

async fn read_flight<S: AsyncRead + Unpin>(
    stream: &mut S,
    decoder: &mut FlightDecoder,
) -> Result<(), ProbeError> {
    let mut buffer = vec![0; 4_096];
    loop {
        let count = stream.read(&mut buffer).await.map_err(|error| trouble::from_io(&error))?;
        if count == 0 {
            return Err(ProbeError::Closed);
        }
        let bytes = buffer.get(..count).unwrap_or_default();
        if decoder.push(bytes).map_err(|error| trouble::from_decode(&error))? {
            return Ok(());
        }
    }
}
