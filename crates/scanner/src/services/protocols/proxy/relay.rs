//! Does a proxy connect a stranger? It is asked for ports of its own host, so that nothing leaves
//! the scope: one that is open, and as the control one that is closed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{
    Fact, Observation, ProbeError, RelayFact, RelayOutcome, RelayProtocol,
};
use hoshimori_inspection::scope::{Permit, is_print_port};
use hoshimori_wire::DecodeError;
use hoshimori_wire::app::http1::{Request, Response, ResponseDecoder};
use hoshimori_wire::app::socks::{self, NO_AUTHENTICATION, Reply4};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::services::channel::{Channel, WebTarget};
use crate::services::tunnel::promises_tunnel;
use crate::services::{Account, Prober, repeat, tcp, trouble};

/// The most bytes that are kept of what comes through: a greeting is enough.
const MAX_HEARD: usize = 1_024;

/// The most bytes of an answer of SOCKS: the longest has a name of 255 bytes.
const MAX_ANSWER: usize = 512;

/// Length of the random word in the question that goes through.
const WORD: usize = 16;

/// A proxy and the ports of its own host that it is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RelayTrial {
    /// The port of the proxy.
    pub port: u16,
    /// In which words it is asked.
    pub protocol: RelayProtocol,
    /// A port of the same host that is known to be open.
    pub open_port: u16,
    /// A port of the same host that is known to be closed.
    pub closed_port: u16,
}

impl Prober<'_> {
    /// Asks a proxy to connect to its own host, by the address that we see and by its loopback
    /// address, each time to the open port and to the closed one.
    ///
    /// A proxy that connects to the open port and not to the closed one connects strangers; one
    /// that claims to be connected to both answers everything so. A port that is closed from
    /// outside may be open on the loopback address. Where the far side says nothing, one request
    /// for a page goes through; to a print port nothing does, and no such port is asked for.
    pub async fn relay(&self, permit: &Permit, trial: RelayTrial) -> Vec<Observation> {
        let mut seen = Vec::new();
        if is_print_port(trial.open_port) || is_print_port(trial.closed_port) {
            return seen;
        }
        for address in [permit.address(), loopback_beside(permit.address())] {
            if trial.protocol == RelayProtocol::Socks4 && address.is_ipv6() {
                continue;
            }
            for port in [trial.closed_port, trial.open_port] {
                let to = SocketAddr::new(address, port);
                seen.push(self.ask_to_connect(permit, trial, to).await);
            }
        }
        seen
    }

    async fn ask_to_connect(
        &self,
        permit: &Permit,
        trial: RelayTrial,
        to: SocketAddr,
    ) -> Observation {
        let RelayTrial { port, protocol, .. } = trial;
        let target = tcp(permit, port);
        let variant = format!("{}/{to}", word(protocol));
        let key = self.key("relay", target, &variant);
        let inside = Request::new("GET", &format!("/{}", self.tokens.token(&key, WORD)), "relay");
        let inside = inside.to_bytes().unwrap_or_default();
        let web = WebTarget { port, tls: false, host: to.to_string() };
        let (exchange, outcome) = match self.open(permit, &web, self.timing.answer).await {
            Ok(mut channel) => {
                let outcome = connect(&mut channel, protocol, to).await;
                let outcome = match outcome {
                    Ok(RelayOutcome::Connected { heard }) => {
                        let heard = self.hear_through(&mut channel, heard, &inside).await;
                        RelayOutcome::Connected { heard }
                    }
                    Ok(other) => other,
                    Err(error) => RelayOutcome::Failed(error),
                };
                (channel.exchange(), outcome)
            }
            Err(none) => (none.exchange, RelayOutcome::Failed(none.error)),
        };
        let proxy = format!("{}://{}", word(protocol), SocketAddr::new(permit.address(), port));
        let url = format!("http://{to}/");
        let words = ["curl", "-v", "--max-time", "10", "-p", "-x", &proxy, &url];
        let repeat = repeat::command(&words);
        let is_control = to.port() == trial.closed_port;
        let fact = Fact::Relay(RelayFact { protocol, asked_for: to, is_control, outcome });
        self.observe(Account { key, target, exchange, repeat, note: None, fact })
    }

    /// What comes through: at once, or in answer to `inside`.
    async fn hear_through(&self, channel: &mut Channel, first: Bytes, inside: &[u8]) -> Bytes {
        let mut heard = first.0;
        for question in [&b""[..], inside] {
            if !heard.is_empty() || channel.stream.write_all(question).await.is_err() {
                break;
            }
            let mut buffer = vec![0; MAX_HEARD];
            let reading = channel.stream.read(&mut buffer);
            // Silence and a closed connection both mean that nothing came through.
            let count = timeout(self.timing.guess, reading).await.map_or(0, |it| it.unwrap_or(0));
            heard.extend_from_slice(buffer.get(..count).unwrap_or_default());
        }
        heard.truncate(MAX_HEARD);
        Bytes(heard)
    }
}

/// Says in the words of `protocol` that a connection to `to` is wanted.
async fn connect(
    channel: &mut Channel,
    protocol: RelayProtocol,
    to: SocketAddr,
) -> Result<RelayOutcome, ProbeError> {
    match (protocol, to.ip()) {
        (RelayProtocol::Socks5, _) => {
            let greeting = socks::greeting(&[NO_AUTHENTICATION]);
            let (method, _) = ask(channel, &greeting, socks::decode_method).await?;
            if method != NO_AUTHENTICATION {
                return Ok(RelayOutcome::CredentialAsked);
            }
            let (reply, behind) = ask(channel, &socks::connect5(to), socks::decode_reply5).await?;
            Ok(match reply {
                0 => RelayOutcome::Connected { heard: Bytes(behind) },
                code => RelayOutcome::Refused { code: code.into() },
            })
        }
        (RelayProtocol::Socks4, IpAddr::V4(address)) => {
            let request = socks::connect4(address, to.port());
            let (reply, behind) = ask(channel, &request, Reply4::decode).await?;
            Ok(match reply {
                Reply4::Granted => RelayOutcome::Connected { heard: Bytes(behind) },
                Reply4::IdentityAsked => RelayOutcome::CredentialAsked,
                Reply4::Rejected => RelayOutcome::Refused { code: reply.code() },
            })
        }
        (RelayProtocol::Socks4, IpAddr::V6(_)) => {
            Err(ProbeError::NoCommonGround { detail: "SOCKS 4 has no IPv6".into() })
        }
        (RelayProtocol::HttpConnect, _) => {
            let authority = to.to_string();
            let request = Request::new("CONNECT", &authority, &authority).to_bytes();
            let request =
                request.map_err(|error| ProbeError::Local { detail: error.to_string() })?;
            let decoder = ResponseDecoder::for_method("CONNECT");
            Ok(of_response(channel.ask(&request, decoder).await?))
        }
    }
}

/// A proxy's answer to CONNECT (RFC 9110 section 9.3.6).
fn of_response(response: Response) -> RelayOutcome {
    match response.head.status {
        407 => RelayOutcome::CredentialAsked,
        _ if promises_tunnel(&response) => {
            RelayOutcome::Connected { heard: Bytes(response.behind) }
        }
        code => RelayOutcome::Refused { code },
    }
}

/// Sends `request` and reads the answer; gives what came behind it too.
async fn ask<T>(
    channel: &mut Channel,
    request: &[u8],
    decode: impl Fn(&[u8]) -> Result<(T, usize), DecodeError>,
) -> Result<(T, Vec<u8>), ProbeError> {
    let written = channel.stream.write_all(request).await;
    written.map_err(|error| trouble::from_io(&error))?;
    let mut heard = Vec::new();
    while heard.len() <= MAX_ANSWER {
        let mut buffer = vec![0; MAX_ANSWER];
        let read = channel.stream.read(&mut buffer).await;
        let count = read.map_err(|error| trouble::from_io(&error))?;
        heard.extend_from_slice(buffer.get(..count).unwrap_or_default());
        match decode(&heard) {
            Ok((value, used)) => return Ok((value, heard.split_off(used.min(heard.len())))),
            Err(error) if error.is_incomplete() && count > 0 => {}
            Err(error) => return Err(trouble::from_decode(&error)),
        }
    }
    Err(ProbeError::TooLong)
}

/// The loopback address of the family of `address`: a proxy's own host as well.
fn loopback_beside(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    }
}

/// The scheme by which `curl` knows the protocol, which also tells the keys apart.
fn word(protocol: RelayProtocol) -> &'static str {
    match protocol {
        RelayProtocol::Socks4 => "socks4",
        RelayProtocol::Socks5 => "socks5",
        RelayProtocol::HttpConnect => "http",
    }
}
