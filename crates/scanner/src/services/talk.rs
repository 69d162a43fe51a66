//! A conversation with one port, in whatever protocol.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::BoxFuture;
use hoshimori_inspection::evidence::{Access, Clue, ProbeError, Protocol};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::DecodeError;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::channel::{Channel, NoChannel, WebTarget};
use super::handshake::Shown;
use super::identify::Asked;
use super::protocols::{self, Greeter, Likeness};
use super::{Exchange, Prober, tcp, trouble};

/// The most bytes of one answer: descriptions and lists of the longest protocol here, an endpoint
/// map of MSRPC, have some tens of kilobytes.
const MAX_ANSWER: usize = 256 * 1_024;

/// The most bytes of a greeting: ours; legal notices before a login have a page at most.
const MAX_GREETING: usize = 16 * 1_024;

/// How long a server that speaks words unknown to all greeters may pause and go on.
const PAUSE: Duration = Duration::from_millis(250);

/// One way to ask a port what it is: in the words of one protocol, on a connection of its own.
pub(crate) struct Approach {
    /// Ports on which the protocol is at home: there it is asked before all others.
    pub(crate) ports: &'static [u16],
    /// The dialogue. An error other than one of this machine means: not this protocol.
    pub(crate) ask: for<'talk> fn(&'talk mut Talk<'_>) -> Asking<'talk>,
}

/// A dialogue that is going on.
pub(crate) type Asking<'talk> = BoxFuture<'talk, Result<Recognised, ProbeError>>;

/// What a dialogue established.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recognised {
    /// The protocol.
    pub(crate) protocol: Protocol,
    /// What the server told about itself.
    pub(crate) clues: Vec<Clue>,
    /// What it asks of its users, where the dialogue showed it.
    pub(crate) access: Option<Access>,
    /// The line by which a person would recognise it.
    pub(crate) banner: Option<String>,
    /// Why the dialogue ended early although the protocol is certain.
    pub(crate) trouble: Option<ProbeError>,
}

impl Recognised {
    /// A service that proved to speak `protocol` and told nothing more.
    pub(crate) fn as_speaking(protocol: Protocol) -> Self {
        Self { protocol, clues: Vec::new(), access: None, banner: None, trouble: None }
    }
}

/// An open conversation: what is said goes through the recorder of its channel.
pub(crate) struct Talk<'a> {
    prober: &'a Prober<'a>,
    permit: &'a Permit,
    web: WebTarget,
    /// Time for each connection.
    allowed: Duration,
    /// When all connections together have had their time.
    end: Duration,
    channel: Channel,
    /// Exchanges that are over: on connections given up for another, or in the clear before TLS.
    before: Vec<Exchange>,
    /// Bytes that were received and not yet understood.
    heard: Vec<u8>,
    /// Who hears everything that is said.
    asked: Option<&'a Asked>,
}

impl<'a> Talk<'a> {
    /// Opens a conversation with `web`, which may take `allowed`.
    pub(super) async fn open(
        prober: &'a Prober<'a>,
        permit: &'a Permit,
        web: WebTarget,
        allowed: Duration,
    ) -> Result<Self, NoChannel> {
        let end = prober.clock.elapsed() + prober.timing.port;
        let channel = prober.open(permit, &web, allowed).await?;
        let (before, heard) = (Vec::new(), Vec::new());
        let asked = None;
        Ok(Self { prober, permit, web, allowed, end, channel, before, heard, asked })
    }

    /// The same conversation, which ends at `end` however often it calls again.
    pub(super) fn until(self, end: Duration) -> Self {
        Self { end, ..self }
    }

    /// The same conversation, of which `asked` hears everything that is said.
    pub(super) fn heard_by(self, asked: &'a Asked) -> Self {
        asked.note(self.channel.stream.transcript());
        Self { asked: Some(asked), ..self }
    }

    /// The address and port that are asked.
    pub(crate) fn peer(&self) -> SocketAddr {
        SocketAddr::new(self.permit.address(), self.web.port)
    }

    /// The own address and port.
    pub(crate) fn own(&self) -> SocketAddr {
        self.channel.source()
    }

    /// A word of `length` random letters and digits, the same in a resumed inspection; `what`
    /// tells it apart from other words for the same port.
    pub(crate) fn word(&self, what: &str, length: usize) -> String {
        let target = tcp(self.permit, self.web.port);
        self.prober.tokens.token(&self.prober.key("service", target, what), length)
    }

    /// A random number, under the same conditions as [`Talk::word`].
    pub(crate) fn number16(&self, what: &str) -> u16 {
        let word = self.word(what, 16);
        word.bytes().fold(0, |id: u16, byte| id.wrapping_mul(31).wrapping_add(u16::from(byte)))
    }

    /// Sends `bytes`.
    pub(crate) async fn say(&mut self, bytes: &[u8]) -> Result<(), ProbeError> {
        let written = self.channel.stream.write_all(bytes).await;
        written.map_err(|error| trouble::from_io(&error))
    }

    /// Reads until `decode` is satisfied, and gives what it made of the bytes.
    ///
    /// `decode` gets everything that was received and not yet understood; it says how many bytes
    /// it used, which are gone for the next call, or that more are needed
    /// ([`DecodeError::is_incomplete`]). The first byte has the time of a guess to come, the rest
    /// that of the whole conversation.
    pub(crate) async fn hear<T>(
        &mut self,
        mut decode: impl FnMut(&[u8]) -> Result<(T, usize), DecodeError>,
    ) -> Result<T, ProbeError> {
        loop {
            if !self.heard.is_empty() {
                match decode(&self.heard) {
                    Ok((value, used)) => {
                        self.heard.drain(..used.min(self.heard.len()));
                        return Ok(value);
                    }
                    Err(error) if error.is_incomplete() => {}
                    Err(error) => return Err(trouble::from_decode(&error)),
                }
            }
            if self.read_on().await? == 0 {
                return Err(ProbeError::Closed);
            }
        }
    }

    /// Everything that comes within `wait` of the first byte, at most `limit` bytes. Empty where
    /// nothing comes; for servers whose words have no end mark.
    pub(crate) async fn listen(&mut self, wait: Duration, limit: usize) -> Vec<u8> {
        let listening = async {
            while self.heard.len() < limit {
                match self.read_on().await {
                    Ok(0) | Err(_) => break,
                    Ok(_) => {}
                }
            }
        };
        // The time is up: what has come is all there is.
        let _ = timeout(wait, listening).await;
        std::mem::take(&mut self.heard)
    }

    /// Waits at most `wait` for the first byte, then until a greeter is certain or none is
    /// possible any more, or the server pauses for the time of a guess. `None` where the server
    /// says nothing, or nothing that a greeter knows; what it said stays unread.
    pub(super) async fn await_words(
        &mut self,
        wait: Duration,
    ) -> Result<Option<&'static Greeter>, ProbeError> {
        loop {
            let likeness = match protocols::greeter(&self.heard) {
                Ok(greeter) => return Ok(Some(greeter)),
                Err(_) if self.heard.is_empty() => Likeness::Possible,
                Err(likeness) => likeness,
            };
            if self.heard.len() > MAX_GREETING {
                return Err(ProbeError::TooLong);
            }
            // Words that no greeter can know are read to their pause all the same: they are shown.
            let patience = match (self.heard.is_empty(), likeness) {
                (true, _) => wait,
                (false, Likeness::Possible) => self.prober.timing.guess,
                (false, _) => PAUSE,
            };
            match timeout(patience, self.read_some()).await {
                Err(_) => return Ok(None),
                Ok(Ok(0)) => return Err(ProbeError::Closed),
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(error),
            }
        }
    }

    /// Everything that was received on the present connection, as far as it is kept.
    pub(super) fn received(&self) -> Vec<u8> {
        self.channel.exchange().received.0
    }

    /// What was received and not yet understood.
    pub(crate) fn unread(&self) -> &[u8] {
        &self.heard
    }

    /// Hangs up and opens another connection to the same port, for protocols that need two.
    pub(crate) async fn call_again(&mut self) -> Result<(), ProbeError> {
        let allowed = self.left()?;
        let opened = self.prober.open(self.permit, &self.web, allowed).await;
        let channel = opened.map_err(|none| none.error)?;
        self.tell(&channel);
        let old = std::mem::replace(&mut self.channel, channel);
        self.before.push(old.exchange());
        self.heard.clear();
        Ok(())
    }

    /// Speaks TLS from here on, over the same connection: for protocols that agree upon it in the
    /// clear. Gives what the server shows in the handshake; where that fails, the connection is
    /// gone.
    pub(crate) async fn upgrade_to_tls(&mut self) -> Result<Vec<Clue>, ProbeError> {
        let allowed = self.left()?;
        self.before.push(self.channel.exchange());
        self.heard.clear();
        let hung_up = Channel::hung_up(self.channel.source());
        let clear = std::mem::replace(&mut self.channel, hung_up);
        self.channel = clear.upgrade_to_tls(self.permit.address(), allowed).await?;
        self.tell(&self.channel);
        Ok(self.channel.shown.as_ref().map(Shown::clues).unwrap_or_default())
    }

    /// All that was said on all connections, one after the other.
    pub(super) fn into_exchange(self) -> Exchange {
        let last = self.channel.exchange();
        let before = self.before.into_iter().fold(Exchange::default(), Exchange::followed_by);
        before.followed_by(last)
    }

    fn tell(&self, channel: &Channel) {
        if let Some(asked) = self.asked {
            asked.note(channel.stream.transcript());
        }
    }

    /// The time for one more connection.
    fn left(&self) -> Result<Duration, ProbeError> {
        let left = self.end.saturating_sub(self.prober.clock.elapsed());
        if left.is_zero() { Err(ProbeError::TimedOut) } else { Ok(left.min(self.allowed)) }
    }

    async fn read_on(&mut self) -> Result<usize, ProbeError> {
        if self.heard.is_empty() {
            let guess = self.prober.timing.guess;
            timeout(guess, self.read_some()).await.map_err(|_| ProbeError::TimedOut)?
        } else {
            self.read_some().await
        }
    }

    async fn read_some(&mut self) -> Result<usize, ProbeError> {
        let mut buffer = vec![0; 4_096];
        let read = self.channel.stream.read(&mut buffer).await;
        let count = read.map_err(|error| trouble::from_io(&error))?;
        self.heard.extend_from_slice(buffer.get(..count).unwrap_or_default());
        if self.heard.len() > MAX_ANSWER { Err(ProbeError::TooLong) } else { Ok(count) }
    }
}
