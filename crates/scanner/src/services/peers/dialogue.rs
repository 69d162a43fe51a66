use hoshimori_inspection::evidence::{PeerNetwork, PeerOutcome, PeerQuestion};
use hoshimori_inspection::token::Tokens;
use hoshimori_wire::DecodeError;

/// First words with the software of one network.
pub(super) struct Dialogue {
    pub(super) network: PeerNetwork,
    /// Its name among those of the network, as in `utp-syn`.
    pub(super) name: &'static str,
    /// What the software answers. Empty where it speaks first.
    pub(super) question: fn(&Asker<'_>) -> Vec<u8>,
    /// What it does not answer alike, different in one thing.
    pub(super) spoilt: fn(&Asker<'_>) -> Vec<u8>,
    /// Reads the answer: an error means something else, or that more has to come.
    pub(super) read: fn(&Asker<'_>, &[u8]) -> Result<PeerOutcome, DecodeError>,
    /// What to say in the end so that nothing is left open on the other side.
    pub(super) farewell: Option<fn(&Asker<'_>) -> Vec<u8>>,
}

impl Dialogue {
    /// What tells its observations apart from those of other dialogues with the same port.
    pub(super) fn variant(&self, question: PeerQuestion) -> String {
        let control = if question == PeerQuestion::Spoilt { "/control" } else { "" };
        format!("{}/{}{control}", self.network.word(), self.name)
    }

    /// What this side says.
    pub(super) fn words(&self, question: PeerQuestion, asker: &Asker<'_>) -> Vec<u8> {
        match question {
            PeerQuestion::Nothing => Vec::new(),
            PeerQuestion::Real => (self.question)(asker),
            PeerQuestion::Spoilt => (self.spoilt)(asker),
        }
    }
}

/// Who asks: the random numbers of one dialogue, the same in a resumed inspection.
pub(super) struct Asker<'a> {
    pub(super) tokens: &'a Tokens,
    /// Which dialogue with which port.
    pub(super) occasion: String,
    /// The own port.
    pub(super) port: u16,
    /// The Host field of a question in HTTP.
    pub(super) host: String,
}

impl Asker<'_> {
    /// Random bytes; `what` tells them apart from others of the dialogue.
    pub(super) fn bytes<const N: usize>(&self, what: &str) -> [u8; N] {
        let mut bytes = [0; N];
        for (number, chunk) in bytes.chunks_mut(size_of::<u64>()).enumerate() {
            let random = self.tokens.number(&format!("{}/{what}/{number}", self.occasion));
            for (byte, random) in chunk.iter_mut().zip(random.to_be_bytes()) {
                *byte = random;
            }
        }
        bytes
    }

    /// A random word of 16 hexadecimal digits.
    pub(super) fn word(&self, what: &str) -> String {
        format!("{:016x}", u64::from_be_bytes(self.bytes(what)))
    }
}
