//! Lines of an IRC server (RFC 2812 section 2.3).

use super::text;
use crate::{DecodeError, Reader};

/// The longest line that is read: 512 bytes by the RFC, and room for the tags of `IRCv3`.
pub const MAX_LINE: usize = 8_192;

/// One line of a server: `:prefix COMMAND parameters :last parameter`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// The name of the server.
    pub prefix: Option<String>,
    /// A word, or three digits.
    pub command: String,
    /// The parameters, the last one without its colon.
    pub parameters: Vec<String>,
}

impl Message {
    /// Reads one line, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("IRC line", bytes);
        let line = text::decode(reader.line(MAX_LINE)?, MAX_LINE);
        let (prefix, rest) = match line.strip_prefix(':') {
            Some(rest) => {
                let (prefix, rest) = rest.split_once(' ').ok_or(reader.invalid("no command"))?;
                (Some(prefix.to_owned()), rest)
            }
            None => (None, line.as_str()),
        };
        let (middle, last) = match rest.split_once(" :") {
            Some((middle, last)) => (middle, Some(last)),
            None => (rest, None),
        };
        let mut words = middle.split(' ').filter(|word| !word.is_empty()).map(str::to_owned);
        let command = words.next().filter(|word| match prefix {
            Some(_) => is_command(word),
            None => NAMELESS.contains(&word.as_str()),
        });
        let command = command.ok_or(reader.invalid("a server says no such thing"))?;
        let parameters = words.chain(last.map(str::to_owned)).collect();
        Ok((Self { prefix, command, parameters }, reader.offset()))
    }

    /// Whether a server of IRC says this when it turns a visitor away, as one does who has too many
    /// connections: `ERROR :reason` (RFC 2812 section 3.7.4).
    pub fn refuses(&self) -> bool {
        let is_told = self.parameters.first().is_some_and(|reason| reason.contains(' '));
        self.prefix.is_none() && self.command == "ERROR" && is_told
    }

    /// Whether only a server of IRC says this to `CAP LS` and to a PING with `word`: it names
    /// itself, and answers one of the two or says that nobody has registered.
    pub fn is_of_server(&self, word: &str) -> bool {
        if self.prefix.is_none() {
            return false;
        }
        let has = |wanted: &str| self.parameters.iter().any(|it| it == wanted);
        match self.command.as_str() {
            "PONG" => has(word),
            "CAP" => has("LS"),
            // ERR_NOTREGISTERED, ERR_UNKNOWNCOMMAND.
            "451" => true,
            "421" => has("CAP") || has("PING"),
            _ => false,
        }
    }
}

/// Whether `word` is a word of capitals or three digits.
fn is_command(word: &str) -> bool {
    let is_number = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    is_number || word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Words that a server says without its name in front.
const NAMELESS: [&str; 3] = ["NOTICE", "ERROR", "PING"];

/// Asks what the server can do and for an echo of `word`, without registering as anybody.
pub fn question(word: &str) -> Vec<u8> {
    format!("CAP LS 302\r\nPING :{word}\r\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(line: &str) -> Message {
        Message::decode(line.as_bytes()).unwrap().0
    }

    #[test]
    fn parameters_are_split_and_the_last_keeps_its_blanks() {
        let it = message(":irc.office.example 451 * :You have not registered\r\n");
        assert_eq!(it.prefix.as_deref(), Some("irc.office.example"));
        assert_eq!(it.parameters, ["*", "You have not registered"]);
    }

    #[test]
    fn only_a_server_that_names_itself_is_believed() {
        for (line, is_server) in [
            (":a.example PONG a.example :h123\r\n", true),
            (":a.example PONG a.example :other\r\n", false),
            (":a.example CAP * LS :multi-prefix\r\n", true),
            (":a.example 451 * PING :Connection not registered\r\n", true),
            ("PING :h123\r\n", false),
            (":a.example NOTICE * :hello\r\n", false),
        ] {
            assert_eq!(message(line).is_of_server("h123"), is_server, "{line}");
        }
    }

    #[test]
    fn a_visitor_may_be_turned_away_with_a_reason() {
        assert!(message("ERROR :Connection refused, too many connections\r\n").refuses());
        assert!(!message("ERROR\r\n").refuses());
        assert!(!message("ERROR :x\r\n").refuses());
    }

    #[test]
    fn other_protocols_are_refused() {
        for line in
            ["HTTP/1.1 400 Bad Request\r\n", "CAP LS 302\r\n", "+OK ready\r\n", "\r\n", ":x\r\n"]
        {
            assert!(!Message::decode(line.as_bytes()).unwrap_err().is_incomplete(), "{line}");
        }
    }
}
