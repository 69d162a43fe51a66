//! What a TLS server sends first: `ServerHello`, certificates, alerts.

use std::fmt;

use tls_parser::nom;
use tls_parser::{
    TlsAlertDescription, TlsMessage, TlsMessageHandshake, TlsRecordType, parse_tls_message_alert,
    parse_tls_message_handshake, parse_tls_raw_record,
};

use super::tls_hello::TlsVersion;
use crate::{DecodeError, Reader};

/// The most certificates of a chain that are kept: real chains have two to five.
pub const MAX_CERTIFICATES: usize = 16;

/// The longest handshake message: OpenSSL takes certificate lists up to 100 KiB by default.
pub const MAX_MESSAGE: usize = 102_400;

/// The longest record: RFC 5246 section 6.2.3 allows 2^14 + 2048 bytes after encryption, and
/// clear records have 2^14 at most; the parser's own limit lies between.
const MAX_RECORD: usize = (1 << 14) + 256;

/// The most records that are read before the certificates have to be there: ours.
const MAX_RECORDS: u32 = 512;

/// A code that says why a peer ends the handshake (RFC 8446 section 6.2), known or not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AlertDescription(pub u8);

impl AlertDescription {
    /// No acceptable set of parameters.
    pub const HANDSHAKE_FAILURE: Self = Self(40);
    /// The version offered is not supported.
    pub const PROTOCOL_VERSION: Self = Self(70);
    /// The server knows no such name.
    pub const UNRECOGNIZED_NAME: Self = Self(112);
}

impl fmt::Display for AlertDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match TlsAlertDescription(self.0) {
            TlsAlertDescription::CloseNotify => f.write_str("close_notify"),
            TlsAlertDescription::UnexpectedMessage => f.write_str("unexpected_message"),
            TlsAlertDescription::HandshakeFailure => f.write_str("handshake_failure"),
            TlsAlertDescription::IllegalParameter => f.write_str("illegal_parameter"),
            TlsAlertDescription::DecodeError => f.write_str("decode_error"),
            TlsAlertDescription::ProtocolVersion => f.write_str("protocol_version"),
            TlsAlertDescription::InsufficientSecurity => f.write_str("insufficient_security"),
            TlsAlertDescription::InternalError => f.write_str("internal_error"),
            TlsAlertDescription::InappropriateFallback => f.write_str("inappropriate_fallback"),
            TlsAlertDescription::UnrecognizedName => f.write_str("unrecognized_name"),
            TlsAlertDescription::NoApplicationProtocol => f.write_str("no_application_protocol"),
            TlsAlertDescription(other) => write!(f, "alert {other}"),
        }
    }
}

/// What a server answered to a `ClientHello`, as far as it is sent in the clear.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ServerFlight {
    /// The version of the `ServerHello`.
    pub version: Option<TlsVersion>,
    /// The cipher suite of the `ServerHello` (IANA TLS parameters).
    pub cipher_suite: Option<u16>,
    /// The certificates in DER, leaf first, at most [`MAX_CERTIFICATES`].
    pub certificates: Vec<Vec<u8>>,
    /// The fatal alert that ended it.
    pub alert: Option<AlertDescription>,
}

impl ServerFlight {
    /// Whether the answer is TLS: a `ServerHello` or an alert was read.
    pub fn is_tls(&self) -> bool {
        self.version.is_some() || self.alert.is_some()
    }
}

/// Reads the server's flight from bytes as they arrive.
#[derive(Clone, Debug, Default)]
pub struct FlightDecoder {
    flight: ServerFlight,
    /// Bytes of a record that has not wholly arrived.
    record: Vec<u8>,
    /// Bytes of a handshake message that has not wholly arrived.
    message: Vec<u8>,
    records: u32,
    is_done: bool,
}

impl FlightDecoder {
    /// Takes the next bytes; true once the certificates, or an alert, or the end are there.
    pub fn push(&mut self, bytes: &[u8]) -> Result<bool, DecodeError> {
        self.record.extend_from_slice(bytes);
        let received = std::mem::take(&mut self.record);
        let mut rest = received.as_slice();
        while !self.is_done {
            let Some(record) = split_record(rest)? else { break };
            self.records += 1;
            if self.records > MAX_RECORDS {
                let limit = usize::try_from(MAX_RECORDS).unwrap_or(usize::MAX);
                return Err(DecodeError::too_long("TLS records", 0, limit));
            }
            self.read_record(&record)?;
            rest = record.behind;
        }
        self.record = rest.to_vec();
        Ok(self.is_done)
    }

    /// What was read so far.
    pub fn flight(&self) -> &ServerFlight {
        &self.flight
    }

    /// What was read.
    pub fn into_flight(self) -> ServerFlight {
        self.flight
    }

    fn read_record(&mut self, record: &Record<'_>) -> Result<(), DecodeError> {
        match record.kind {
            TlsRecordType::Handshake => {
                self.message.extend_from_slice(record.content);
                self.read_messages()
            }
            TlsRecordType::Alert => {
                self.read_alert(record.content);
                Ok(())
            }
            // From here on the server encrypts, or it speaks a version we did not offer.
            _ => {
                self.is_done = true;
                Ok(())
            }
        }
    }

    fn read_alert(&mut self, content: &[u8]) {
        if let Ok((_, TlsMessage::Alert(alert))) = parse_tls_message_alert(content)
            && alert.severity.0 != tls_parser::TlsAlertSeverity::Warning.0
        {
            self.flight.alert = Some(AlertDescription(alert.code.0));
            self.is_done = true;
        }
    }

    fn read_messages(&mut self) -> Result<(), DecodeError> {
        let received = std::mem::take(&mut self.message);
        let mut rest = received.as_slice();
        while !self.is_done {
            let Some(length) = message_length(rest)? else { break };
            let Some((message, behind)) = rest.split_at_checked(length) else { break };
            self.read_message(message)?;
            rest = behind;
        }
        self.message = rest.to_vec();
        Ok(())
    }

    fn read_message(&mut self, message: &[u8]) -> Result<(), DecodeError> {
        let wrong = || DecodeError::invalid("TLS handshake message", 0, "it cannot be parsed");
        let (_, parsed) = parse_tls_message_handshake(message).map_err(|_| wrong())?;
        match parsed {
            TlsMessage::Handshake(TlsMessageHandshake::ServerHello(hello)) => {
                self.flight.version = Some(TlsVersion(hello.version.0));
                self.flight.cipher_suite = Some(hello.cipher.0);
            }
            TlsMessage::Handshake(TlsMessageHandshake::Certificate(list)) => {
                let kept = list.cert_chain.iter().take(MAX_CERTIFICATES);
                self.flight.certificates =
                    kept.map(|certificate| certificate.data.to_vec()).collect();
                self.is_done = true;
            }
            TlsMessage::Handshake(TlsMessageHandshake::ServerDone(_)) => self.is_done = true,
            _ => {}
        }
        Ok(())
    }
}

/// One record and the bytes behind it.
struct Record<'a> {
    kind: TlsRecordType,
    content: &'a [u8],
    behind: &'a [u8],
}

/// The first record of `bytes`, unless it has not wholly arrived.
fn split_record(bytes: &[u8]) -> Result<Option<Record<'_>>, DecodeError> {
    let what = "TLS record";
    let mut reader = Reader::new(what, bytes);
    if let Ok([kind, major]) = reader.array()
        && (!(20..=24).contains(&kind) || major != 3)
    {
        return Err(DecodeError::invalid(what, 0, "it has no record type and version of TLS"));
    }
    match parse_tls_raw_record(bytes) {
        Ok((behind, record)) => {
            Ok(Some(Record { kind: record.hdr.record_type, content: record.data, behind }))
        }
        Err(nom::Err::Incomplete(_)) => Ok(None),
        Err(_) => Err(DecodeError::too_long(what, 3, MAX_RECORD)),
    }
}

/// The length of the first handshake message with its header, if the header has arrived.
fn message_length(bytes: &[u8]) -> Result<Option<usize>, DecodeError> {
    const HEADER: usize = 4;
    let mut reader = Reader::new("TLS handshake message", bytes);
    let Ok([_kind, high, middle, low]) = reader.array() else { return Ok(None) };
    usize::try_from(u32::from_be_bytes([0, high, middle, low]))
        .ok()
        .filter(|length| *length <= MAX_MESSAGE)
        .map(|length| Some(HEADER + length))
        .ok_or(DecodeError::too_long("TLS handshake message", 1, MAX_MESSAGE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[kind, 3, 3], &length[..], content].concat()
    }

    /// A `ServerHello` for TLS 1.0 with RC4, and a Certificate message with two entries.
    fn messages() -> Vec<u8> {
        let hello = [&[3, 1][..], &[7; 32], &[0, 0, 5, 0]].concat();
        let chain = [0, 0, 9, 0, 0, 2, b'a', b'b', 0, 0, 1, b'c'];
        [&[2, 0, 0, 38][..], &hello, &[11, 0, 0, 12], &chain].concat()
    }

    #[test]
    fn certificates_are_read_however_records_cut_the_messages() {
        let messages = messages();
        for cut in 1..messages.len() {
            let bytes = [record(22, &messages[..cut]), record(22, &messages[cut..])].concat();
            let mut decoder = FlightDecoder::default();
            let done: Vec<bool> = bytes.chunks(3).map(|part| decoder.push(part).unwrap()).collect();
            assert_eq!(done.last(), Some(&true));
            let flight = decoder.into_flight();
            assert_eq!(flight.version, Some(TlsVersion::TLS_1_0));
            assert_eq!(flight.cipher_suite, Some(5));
            assert_eq!(flight.certificates, [b"ab".to_vec(), b"c".to_vec()]);
        }
    }

    #[test]
    fn a_fatal_alert_ends_the_flight_and_a_warning_does_not() {
        let mut decoder = FlightDecoder::default();
        assert_eq!(decoder.push(&record(21, &[1, 112])), Ok(false));
        assert_eq!(decoder.push(&record(21, &[2, 70])), Ok(true));
        assert_eq!(decoder.flight().alert, Some(AlertDescription::PROTOCOL_VERSION));
        assert!(decoder.flight().is_tls());
    }

    #[test]
    fn other_protocols_are_refused_at_the_first_bytes() {
        for bytes in [&b"HTTP/1.1 400"[..], b"SSH-2.0-x", b"220 x", &[0x16, 0x05, 0, 0]] {
            assert!(FlightDecoder::default().push(bytes).is_err());
        }
        assert_eq!(FlightDecoder::default().push(b"\x16"), Ok(false));
    }

    #[test]
    fn stated_lengths_over_the_limits_are_refused_before_the_bytes_arrive() {
        let long_record = [22, 3, 3, 0xff, 0xff];
        assert!(FlightDecoder::default().push(&long_record).unwrap_err().is_too_long());
        let long_message = record(22, &[11, 0xff, 0xff, 0xff]);
        assert!(FlightDecoder::default().push(&long_message).unwrap_err().is_too_long());
    }

    #[test]
    fn endless_warnings_are_refused() {
        let endless = record(21, &[1, 0]).repeat(600);
        assert!(FlightDecoder::default().push(&endless).unwrap_err().is_too_long());
    }

    #[test]
    fn unknown_alerts_are_shown_by_number() {
        assert_eq!(AlertDescription(200).to_string(), "alert 200");
        assert_eq!(AlertDescription(40).to_string(), "handshake_failure");
    }
}
