//! Random words of control probes, the same again when an inspection resumes.

use crate::bytes::sha256_hex;
use crate::evidence::ObservationKey;

/// Makes the random tokens of one inspection from its seed.
///
/// A token is a hash of the seed and the observation's key: a peer cannot guess it, and a resumed
/// inspection sends the same one.
#[derive(Clone, Debug)]
pub struct Tokens {
    seed: [u8; 32],
}

impl Tokens {
    /// Tokens from `seed`, which must come from the system's random source.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self { seed }
    }

    /// The token of `key`: `length` (at most 64) lower-case letters and digits, a letter first.
    pub fn token(&self, key: &ObservationKey, length: usize) -> String {
        let digest = sha256_hex(&[&self.seed, key.as_str().as_bytes()]);
        let mut token = String::from("h");
        token.extend(digest.chars().take(length.saturating_sub(1)));
        token
    }

    /// As [`token`](Self::token), of capital letters only: fit for a method name.
    pub fn letters(&self, key: &ObservationKey, length: usize) -> String {
        let digest = sha256_hex(&[&self.seed, b"letters", key.as_str().as_bytes()]);
        digest.bytes().take(length).map(|digit| char::from(b'G' + digit % 16)).collect()
    }

    /// A random number for `purpose`.
    pub fn number(&self, purpose: &str) -> u64 {
        let digest = sha256_hex(&[&self.seed, b"number", purpose.as_bytes()]);
        digest.bytes().take(16).fold(0, |number, digit| {
            number << 4 | u64::from(char::from(digit).to_digit(16).unwrap_or(0))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Target;
    use crate::vantage::Vantage;

    #[test]
    fn same_seed_and_key_give_the_same_token_and_others_do_not() {
        let target = Target::tcp("127.0.0.1".parse().unwrap(), 80);
        let trace = ObservationKey::new("http", target, Vantage::Guest, "trace");
        let other = ObservationKey::new("http", target, Vantage::Guest, "track");
        let tokens = Tokens::from_seed([7; 32]);
        assert_eq!(tokens.token(&trace, 16), Tokens::from_seed([7; 32]).token(&trace, 16));
        assert_ne!(tokens.token(&trace, 16), tokens.token(&other, 16));
        assert_ne!(tokens.token(&trace, 16), Tokens::from_seed([8; 32]).token(&trace, 16));
        assert_eq!(tokens.token(&trace, 16).len(), 16);
        assert_eq!(tokens.number("order"), Tokens::from_seed([7; 32]).number("order"));
        assert_ne!(tokens.number("order"), tokens.number("other"));
        assert!(tokens.letters(&trace, 12).bytes().all(|letter| letter.is_ascii_uppercase()));
    }
}
