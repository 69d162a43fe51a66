//! An SSH connection as far as the question who may log in how, by way of `russh`.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hoshimori_inspection::evidence::{KeyboardPrompt, ProbeError, SshOutcome};
use hoshimori_wire::app::text;
use russh::client::{
    AuthResult, Config, DisconnectReason, GexParams, Handle, Handler,
    KeyboardInteractiveAuthResponse, connect_stream,
};
use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PublicKeyOrCertificate};
use russh::{Disconnect, MethodKind, MethodSet, Preferred, SshId, cipher, compression, kex, mac};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::trouble;

/// The longest prompt in a fact, in characters.
const MAX_PROMPT: usize = 200;

/// The most prompts that are kept: a password, a code and a few notices are real.
const MAX_PROMPTS: usize = 16;

/// How long a session may take to end after its connection was given up.
const FAREWELL: Duration = Duration::from_secs(1);

/// Exchanges keys with whoever answers, asks with `none` what `user` may use, and starts
/// `keyboard-interactive` where it is offered to see what it would ask for. Answers nothing.
///
/// Ends when `stream` does; its time limit is the limit of this function.
pub(super) async fn offered_methods<S>(stream: S, user: &str) -> SshOutcome
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let ending = Ending::default();
    let (alive, ended) = oneshot::channel();
    let visitor = Visitor { ending: ending.clone(), _alive: alive };
    let mut session = match connect_stream(Arc::new(configuration()), stream, visitor).await {
        Ok(session) => session,
        Err(error) => return SshOutcome::Failed(trouble::from_ssh(&error)),
    };
    let outcome = ask(&mut session, user).await;
    // Where the session is waiting for answers to prompts it does not hear this, and ends with
    // its handle instead.
    drop(session.disconnect(Disconnect::ByApplication, "", "").await);
    drop(session);
    // The session's task drops its visitor when it ends.
    drop(timeout(FAREWELL, ended).await);
    outcome.unwrap_or_else(|| SshOutcome::Failed(ending.to_probe_error()))
}

/// What the server offers; `None` where the connection ended before it said so.
async fn ask(session: &mut Handle<Visitor>, user: &str) -> Option<SshOutcome> {
    match session.authenticate_none(user).await.ok()? {
        AuthResult::Success => Some(SshOutcome::AcceptedWithoutCredential),
        // The library gives an empty list for a connection that ended, too.
        AuthResult::Failure { remaining_methods, .. } if remaining_methods.is_empty() => None,
        AuthResult::Failure { remaining_methods, .. } => {
            Some(ask_for_prompts(session, user, &remaining_methods).await)
        }
    }
}

async fn ask_for_prompts(
    session: &mut Handle<Visitor>,
    user: &str,
    offered: &MethodSet,
) -> SshOutcome {
    let methods: Vec<String> = offered.iter().map(String::from).collect();
    if !offered.contains(&MethodKind::KeyboardInteractive) {
        return SshOutcome::Methods { methods, prompts: None };
    }
    let started = session.authenticate_keyboard_interactive_start(user, None::<String>).await;
    let prompts = match started {
        Ok(KeyboardInteractiveAuthResponse::Success) => {
            return SshOutcome::AcceptedWithoutCredential;
        }
        Ok(KeyboardInteractiveAuthResponse::Failure { .. }) => Some(Vec::new()),
        // A request without prompts wants an empty answer before it asks anything. None is given.
        Ok(KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. }) => {
            let shown = prompts.into_iter().take(MAX_PROMPTS).map(|prompt| KeyboardPrompt {
                text: text::decode(prompt.prompt.as_bytes(), MAX_PROMPT),
                echo: prompt.echo,
            });
            Some(shown.collect()).filter(|prompts: &Vec<_>| !prompts.is_empty())
        }
        Err(_) => None,
    };
    SshOutcome::Methods { methods, prompts }
}

/// Why a session ended, told by its task.
#[derive(Clone, Default)]
struct Ending(Arc<Mutex<Option<ProbeError>>>);

impl Ending {
    fn set(&self, error: ProbeError) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    fn to_probe_error(&self) -> ProbeError {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        told.unwrap_or(ProbeError::Closed)
    }
}

/// Goes in by any host key, remembers none, and hears why the session ended.
struct Visitor {
    ending: Ending,
    /// Dropped with the visitor when the session's task ends.
    _alive: oneshot::Sender<()>,
}

impl Handler for Visitor {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        _key: &PublicKeyOrCertificate,
    ) -> Result<bool, Self::Error> {
        Ok(true)
    }

    async fn disconnected(
        &mut self,
        reason: DisconnectReason<Self::Error>,
    ) -> Result<(), Self::Error> {
        self.ending.set(match reason {
            DisconnectReason::ReceivedDisconnect(_) => ProbeError::Closed,
            DisconnectReason::Error(russh::Error::NoAuthMethod) => ProbeError::NoCommonGround {
                detail: "the server names no authentication method that is known here".into(),
            },
            DisconnectReason::Error(error) => trouble::from_ssh(&error),
        });
        Ok(())
    }
}

/// Everything the library can do, weak algorithms included: the question is what the server
/// offers, and nothing secret is ever said. Fast key exchanges first.
fn configuration() -> Config {
    let defaults = Config::default();
    Config {
        client_id: SshId::Standard(Cow::Borrowed("SSH-2.0-hoshimori")),
        preferred: Preferred {
            kex: Cow::Borrowed(KEY_EXCHANGES),
            key: Cow::Borrowed(HOST_KEYS),
            cipher: Cow::Borrowed(CIPHERS),
            mac: Cow::Borrowed(MACS),
            compression: Cow::Borrowed(&[compression::NONE]),
            ..Preferred::DEFAULT
        },
        gex: GexParams::new(2_048, 2_048, 8_192).unwrap_or(defaults.gex),
        ..Config::default()
    }
}

const KEY_EXCHANGES: &[kex::Name] = &[
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::ECDH_SHA2_NISTP256,
    kex::ECDH_SHA2_NISTP384,
    kex::ECDH_SHA2_NISTP521,
    kex::MLKEM768X25519_SHA256,
    kex::DH_G14_SHA256,
    kex::DH_G14_SHA1,
    kex::DH_G15_SHA512,
    kex::DH_G16_SHA512,
    kex::DH_GEX_SHA256,
    kex::DH_GEX_SHA1,
    kex::DH_G17_SHA512,
    kex::DH_G18_SHA512,
    kex::DH_G1_SHA1,
    kex::EXTENSION_SUPPORT_AS_CLIENT,
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT,
];

const HOST_KEYS: &[Algorithm] = &[
    Algorithm::Ed25519,
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
    Algorithm::Rsa { hash: Some(HashAlg::Sha512) },
    Algorithm::Rsa { hash: Some(HashAlg::Sha256) },
    Algorithm::Rsa { hash: None },
    Algorithm::Dsa,
];

const CIPHERS: &[cipher::Name] = &[
    cipher::CHACHA20_POLY1305,
    cipher::AES_256_GCM,
    cipher::AES_128_GCM,
    cipher::AES_256_CTR,
    cipher::AES_192_CTR,
    cipher::AES_128_CTR,
    cipher::AES_256_CBC,
    cipher::AES_192_CBC,
    cipher::AES_128_CBC,
    cipher::TRIPLE_DES_CBC,
];

const MACS: &[mac::Name] = &[
    mac::HMAC_SHA512_ETM,
    mac::HMAC_SHA256_ETM,
    mac::HMAC_SHA512,
    mac::HMAC_SHA256,
    mac::HMAC_SHA1_ETM,
    mac::HMAC_SHA1,
];
