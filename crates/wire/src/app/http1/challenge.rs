use crate::app::text;

/// The most challenges that are read of one field: ours; servers offer two or three schemes.
pub const MAX_CHALLENGES: usize = 8;

/// The longest realm that is kept, in characters: ours.
const MAX_REALM: usize = 256;

/// The longest name of a scheme: ours; `SCRAM-SHA-256` and `Negotiate` are among the longest.
const MAX_SCHEME: usize = 32;

/// What a server asks of somebody who wants in (RFC 9110 section 11.3).
///
/// Of the parameters only the realm is kept: the others are nonces and algorithms.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Challenge {
    /// The scheme, as the server wrote it.
    pub scheme: String,
    /// The realm, without its quotation marks.
    pub realm: Option<String>,
}

impl Challenge {
    /// The challenges in the value of one WWW-Authenticate or Proxy-Authenticate field
    /// (RFC 9110 section 11.6.1): commas stand between challenges and between parameters.
    pub fn read_all(value: &str) -> Vec<Self> {
        let mut challenges: Vec<Self> = Vec::new();
        for element in elements(value) {
            let (first, rest) = element.split_once([' ', '\t']).unwrap_or((element, ""));
            let rest = rest.trim_start();
            let is_parameter = first.contains('=') || rest.starts_with('=');
            let parameter = if is_parameter {
                element
            } else {
                if challenges.len() == MAX_CHALLENGES || !is_scheme(first) {
                    break;
                }
                challenges.push(Self { scheme: first.to_owned(), realm: None });
                rest
            };
            if let (Some(challenge), Some(realm)) = (challenges.last_mut(), realm_in(parameter)) {
                challenge.realm.get_or_insert(realm);
            }
        }
        challenges
    }

    /// `Basic realm="…"`, or the scheme alone.
    pub fn to_text(&self) -> String {
        match &self.realm {
            Some(realm) => format!("{} realm=\"{realm}\"", self.scheme),
            None => self.scheme.clone(),
        }
    }
}

/// The parts between commas outside quotation marks.
fn elements(value: &str) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let parts = value.split(move |character| {
        let is_literal = std::mem::replace(&mut is_escaped, is_quoted && character == '\\');
        if is_literal {
            is_escaped = false;
        } else if character == '"' {
            is_quoted = !is_quoted;
        }
        character == ',' && !is_quoted
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// `token` of RFC 9110 section 5.6.2, as far as schemes use it.
fn is_scheme(word: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    word.len() <= MAX_SCHEME && word.bytes().all(is_token)
}

/// The value of `parameter`, if that is a realm; devices forget the quotation marks.
fn realm_in(parameter: &str) -> Option<String> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("realm") {
        return None;
    }
    let value = value.trim();
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"').unwrap_or(quoted).replace("\\\"", "\""),
        None => value.to_owned(),
    };
    Some(text::one_line(&value, MAX_REALM))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Vec<String> {
        Challenge::read_all(value).iter().map(Challenge::to_text).collect()
    }

    #[test]
    fn schemes_and_realms_are_read_and_nonces_are_not() {
        assert_eq!(read(r#"Basic realm="NETGEAR R7000""#), [r#"Basic realm="NETGEAR R7000""#]);
        assert_eq!(
            read(
                r#"Digest qop="auth, auth-int", realm="IP Camera", nonce="0a,b", Basic realm="b""#
            ),
            [r#"Digest realm="IP Camera""#, r#"Basic realm="b""#]
        );
        assert_eq!(read("Negotiate, NTLM"), ["Negotiate", "NTLM"]);
        assert_eq!(read("Negotiate YIIB="), ["Negotiate"]);
    }

    #[test]
    fn sloppy_devices_are_read() {
        assert_eq!(read("Basic realm=Web Server"), [r#"Basic realm="Web Server""#]);
        assert_eq!(read(r#"Basic Realm = "a""#), [r#"Basic realm="a""#]);
        assert_eq!(read(r#"Basic realm="say \"a, b\"""#), [r#"Basic realm="say "a, b"""#]);
        assert_eq!(read(r#"Basic realm="open"#), [r#"Basic realm="open""#]);
        assert_eq!(read(""), Vec::<String>::new());
        assert_eq!(read("!!! nothing"), Vec::<String>::new());
    }

    #[test]
    fn challenges_are_limited() {
        assert_eq!(Challenge::read_all(&"Basic,".repeat(99)).len(), MAX_CHALLENGES);
    }
}
