//! Which authentication methods an SSH server offers to whom (RFC 4252).

use hoshimori_inspection::evidence::{
    Fact, Observation, ProbeError, SshAlgorithms, SshAuthFact, SshOutcome, Text,
};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::ssh_banner::Identification;
use hoshimori_wire::app::ssh_kexinit::KexInit;
use hoshimori_wire::app::ssh_packet::clear_length;

use super::recorder::Recorder;
use super::{Account, Exchange, Prober, repeat, ssh_session, tcp};

/// The most user names that are asked for on one server; with the control that makes three
/// connections, which neither `MaxStartups` nor common lock-out rules mind.
pub const MAX_SSH_NAMES: usize = 2;

/// Length of the user name that no system has.
const CONTROL_NAME: usize = 12;

impl Prober<'_> {
    /// Asks what the server offers each of `users`, at most [`MAX_SSH_NAMES`], and then a random
    /// name: one connection after the other, never a password.
    ///
    /// The answer holds for the names asked for, since servers may decide by name.
    pub async fn ssh_auth(&self, permit: &Permit, port: u16, users: &[String]) -> Vec<Observation> {
        let mut seen = Vec::new();
        for user in users.iter().take(MAX_SSH_NAMES) {
            seen.push(self.offered_to(permit, port, Name::Given(user)).await);
        }
        seen.push(self.offered_to(permit, port, Name::Control).await);
        seen
    }

    async fn offered_to(&self, permit: &Permit, port: u16, name: Name<'_>) -> Observation {
        let target = tcp(permit, port);
        let key = self.key("ssh-auth", target, name.variant());
        let user = match name {
            Name::Given(user) => user.to_owned(),
            Name::Control => self.tokens.token(&key, CONTROL_NAME),
        };
        let (exchange, outcome) = self.converse(permit, port, &user).await;
        let heard = Heard::in_bytes(&exchange.received.0);
        let exchange = heard.without_cipher_text(exchange);
        let fact = SshAuthFact {
            user,
            is_control: matches!(name, Name::Control),
            server_version: heard.peer.as_ref().map(|peer| peer.line.clone()),
            outcome: heard.explain(outcome),
            algorithms: heard.algorithms,
        };
        self.observe(Account {
            key,
            target,
            repeat: command(permit, port, &fact.user),
            note: note_on(&fact.outcome),
            exchange,
            fact: Fact::SshAuth(fact),
        })
    }

    async fn converse(&self, permit: &Permit, port: u16, user: &str) -> (Exchange, SshOutcome) {
        // Servers that look up names before they speak, and slow devices that exchange keys, take
        // longer than anything else that answers.
        let allowed = self.timing.answer * 2;
        match self.gate.connect(permit, port, self.timing.connect).await {
            Err(error) => (Exchange::default(), SshOutcome::Failed(error)),
            Ok(connection) => {
                let source = connection.source();
                let stream = Recorder::new(connection, allowed);
                let transcript = stream.transcript();
                let outcome = ssh_session::offered_methods(stream, user).await;
                (Exchange::of(source, &transcript), outcome)
            }
        }
    }
}

/// Who to ask for.
#[derive(Clone, Copy)]
enum Name<'a> {
    Given(&'a str),
    Control,
}

impl<'a> Name<'a> {
    fn variant(self) -> &'a str {
        match self {
            Self::Given(user) => user,
            Self::Control => "control",
        }
    }
}

/// What the server said in the clear, read by our own parser.
struct Heard {
    peer: Option<Identification>,
    algorithms: Option<SshAlgorithms>,
    /// How many bytes were received before encryption began.
    clear: usize,
}

impl Heard {
    fn in_bytes(received: &[u8]) -> Self {
        let Ok((peer, line)) = Identification::decode(received) else {
            return Self { peer: None, algorithms: None, clear: received.len() };
        };
        let packets = received.get(line..).unwrap_or_default();
        let algorithms = KexInit::decode(packets).ok().map(|kexinit| SshAlgorithms {
            key_exchange: kexinit.key_exchange,
            host_key: kexinit.host_key,
            encryption: kexinit.encryption_to_client,
            mac: kexinit.mac_to_client,
        });
        Self { peer: Some(peer), algorithms, clear: line + clear_length(packets) }
    }

    /// The exchange up to the point from which nobody can read it.
    fn without_cipher_text(&self, mut exchange: Exchange) -> Exchange {
        let sent = Self::in_bytes(&exchange.sent.0).clear;
        exchange.sent.0.truncate(sent);
        exchange.received.0.truncate(self.clear);
        exchange
    }

    /// A failure whose cause is in the first line: a server that speaks SSH 1 only.
    fn explain(&self, outcome: SshOutcome) -> SshOutcome {
        let old = self
            .peer
            .as_ref()
            .filter(|peer| peer.protocol.starts_with("1.") && peer.protocol != "1.99");
        match (outcome, old) {
            (SshOutcome::Failed(_), Some(peer)) => {
                let detail = format!("the server speaks SSH {} only", peer.protocol);
                SshOutcome::Failed(ProbeError::NoCommonGround { detail })
            }
            (outcome, _) => outcome,
        }
    }
}

fn command(permit: &Permit, port: u16, user: &str) -> String {
    let (address, port) = (permit.address().to_string(), port.to_string());
    let mut words = vec!["ssh", "-v", "-o", "PreferredAuthentications=none"];
    words.extend(["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]);
    words.extend(["-p", &port, "-l", user, &address]);
    repeat::command(&words)
}

fn note_on(outcome: &SshOutcome) -> Option<Text> {
    let is_encrypted = !matches!(outcome, SshOutcome::Failed(_));
    is_encrypted.then(|| {
        Text::new(
            "暗号化が始まるまでのバイト列。認証方式の一覧は暗号化の中で受け取った",
            "bytes up to the beginning of encryption; the methods were received inside it",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_servers_without_ssh_2_are_called_old() {
        let failed = || SshOutcome::Failed(ProbeError::TimedOut);
        let heard = Heard::in_bytes(b"SSH-1.5-old\n");
        assert!(matches!(
            heard.explain(failed()),
            SshOutcome::Failed(ProbeError::NoCommonGround { .. })
        ));
        let heard = Heard::in_bytes(b"SSH-1.99-both\n");
        assert_eq!(heard.explain(failed()), failed());
    }

    #[test]
    fn bytes_that_are_not_ssh_are_kept_whole() {
        let heard = Heard::in_bytes(b"HTTP/1.1 400 Bad Request\r\n");
        assert!(heard.peer.is_none() && heard.clear == 26);
    }
}
