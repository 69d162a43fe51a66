//! SMTP, as far as knowing that a server speaks it (RFC 5321).

use super::reply_lines::Reply;

/// A command that every mail server answers with 250 and no FTP server does; it changes nothing.
pub const EHLO: &[u8] = b"EHLO hoshimori.invalid\r\n";

/// The same for servers that deliver into mailboxes (RFC 2033).
pub const LHLO: &[u8] = b"LHLO hoshimori.invalid\r\n";

/// Ends the session.
pub const QUIT: &[u8] = b"QUIT\r\n";

/// Whether the text of a greeting names the protocol (RFC 5321 section 3.1 suggests `ESMTP`).
pub fn names_itself(greeting: &Reply) -> bool {
    let text = greeting.to_text().to_ascii_uppercase();
    text.split(|character: char| !character.is_ascii_alphanumeric())
        .any(|word| matches!(word, "SMTP" | "ESMTP" | "ESMTPS"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_protocol_is_a_word_of_its_own() {
        for (line, names) in [
            ("220 mail.office.example ESMTP Postfix\r\n", true),
            ("220 mail.office.example Simple mail\r\n", false),
            ("220 nosmtphere\r\n", false),
        ] {
            let (reply, _) = Reply::decode(line.as_bytes()).unwrap();
            assert_eq!(names_itself(&reply), names, "{line}");
        }
    }
}
