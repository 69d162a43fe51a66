//! NNTP, as far as knowing that a server speaks it (RFC 3977).

use super::reply_lines::Reply;

/// Asks for the server's time, which needs no login (RFC 3977 section 7.1).
pub const DATE: &[u8] = b"DATE\r\n";

/// Whether `answer` to [`DATE`] is one that only news servers give: 111 and fourteen digits, or
/// that a login (480) or privacy (483) is wanted.
pub fn is_date(answer: &Reply) -> bool {
    let is_moment = |text: &str| text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit());
    match answer.code {
        111 => is_moment(answer.to_text().trim()),
        480 | 483 => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_moment_is_a_date() {
        for (line, is_answer) in [
            ("111 20261123230217\r\n", true),
            ("111 yesterday\r\n", false),
            ("480 Authentication required\r\n", true),
            ("500 What?\r\n", false),
        ] {
            let (reply, _) = Reply::decode(line.as_bytes()).unwrap();
            assert_eq!(is_date(&reply), is_answer, "{line}");
        }
    }
}
