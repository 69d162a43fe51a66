//! FTP, as far as knowing that a server speaks it (RFC 959).

use super::reply_lines::Reply;

/// A command that FTP servers answer with 200 or ask a login for, and mail servers with 250.
pub const NOOP: &[u8] = b"NOOP\r\n";

/// Asks which system the server runs on (RFC 959 section 4.1.3).
pub const SYST: &[u8] = b"SYST\r\n";

/// Asks what the server can do beyond RFC 959 (RFC 2389 section 3).
pub const FEAT: &[u8] = b"FEAT\r\n";

/// Whether the text of a greeting names the protocol.
pub fn names_itself(greeting: &Reply) -> bool {
    greeting.to_text().to_ascii_uppercase().contains("FTP")
}

/// Whether `answer` to [`NOOP`] is one that FTP gives and SMTP does not: 200 and 421 are in the
/// table of RFC 959 section 5.4, 530 asks for a login first.
pub fn answers_noop(answer: &Reply) -> bool {
    matches!(answer.code, 200 | 530)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_that_carry_the_name_are_recognised() {
        for line in ["220 (vsFTPd 3.0.3)\r\n", "220 ProFTPD Server (office)\r\n", "220 FTP\r\n"] {
            assert!(names_itself(&Reply::decode(line.as_bytes()).unwrap().0), "{line}");
        }
    }
}
