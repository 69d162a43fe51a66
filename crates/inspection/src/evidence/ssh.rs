use serde::{Deserialize, Serialize};

use super::ProbeError;

/// What an SSH server offers one user name before any credential is sent.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SshAuthFact {
    /// The user name asked for.
    pub user: String,
    /// Whether the name is a random one that no system has: the control probe.
    pub is_control: bool,
    /// The identification line of the server (RFC 4253 section 4.2).
    pub server_version: Option<String>,
    /// The algorithms of its KEXINIT.
    pub algorithms: Option<SshAlgorithms>,
    /// What it offered.
    pub outcome: SshOutcome,
}

/// How the authentication dialogue went.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum SshOutcome {
    /// The `none` request was refused with a list of methods (RFC 4252 section 5.2).
    Methods {
        /// Method names in the server's order.
        methods: Vec<String>,
        /// Prompts of `keyboard-interactive` (RFC 4256), which is started wherever it is listed.
        /// Empty where the server refused it without asking anything; `None` where it is not
        /// listed, or where it is and the prompts could not be read.
        prompts: Option<Vec<KeyboardPrompt>>,
    },
    /// The `none` request was accepted: no credential is needed.
    AcceptedWithoutCredential,
    /// The dialogue did not get so far.
    Failed(ProbeError),
}

/// One prompt of `keyboard-interactive`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct KeyboardPrompt {
    /// The text, at most 200 characters.
    pub text: String,
    /// Whether the answer is shown as it is typed.
    pub echo: bool,
}

/// Algorithm names of a KEXINIT (RFC 4253 section 7.1), server to client where there are two.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct SshAlgorithms {
    /// Key exchange.
    pub key_exchange: Vec<String>,
    /// Host key.
    pub host_key: Vec<String>,
    /// Encryption.
    pub encryption: Vec<String>,
    /// Integrity.
    pub mac: Vec<String>,
}
