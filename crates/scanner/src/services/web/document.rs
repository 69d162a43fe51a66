use serde_json::{Map, Value};

/// A JSON object by which an API introduces itself.
pub(super) struct Document {
    /// Its members.
    members: Map<String, Value>,
    /// The whole as the server wrote it, without the white space between its parts.
    pub(super) text: String,
}

impl Document {
    /// `bytes` as a JSON object, if they are one and nothing else. The parser limits the depth.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let members = serde_json::from_str(text).ok()?;
        Some(Self { members, text: compact(text) })
    }

    /// Whether it has all of these members.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.members.contains_key(*name))
    }

    /// The text of a member that is a string.
    pub(super) fn word(&self, name: &str) -> Option<&str> {
        self.members.get(name)?.as_str()
    }
}

/// JSON text without the white space between its parts; their order stays that of the server.
fn compact(json: &str) -> String {
    let (mut is_inside, mut is_escaped) = (false, false);
    json.chars()
        .filter(|character| {
            let is_literal = is_escaped;
            is_escaped = is_inside && *character == '\\' && !is_literal;
            if *character == '"' && !is_literal {
                is_inside = !is_inside;
            }
            is_inside || !character.is_ascii_whitespace()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_keeps_its_order_and_loses_its_layout() {
        let json = b"{\n  \"name\" : \"a \\\" b\",\n  \"version\" : { \"number\" : \"7.10.2\" }\n}";
        let document = Document::parse(json).unwrap();
        assert_eq!(document.text, r#"{"name":"a \" b","version":{"number":"7.10.2"}}"#);
        assert!(document.has(&["name", "version"]) && !document.has(&["name", "number"]));
        assert_eq!((document.word("name"), document.word("version")), (Some("a \" b"), None));
    }

    #[test]
    fn what_is_no_object_is_no_document() {
        for bytes in [&b""[..], b"[1]", b"\"a\"", b"{} x", b"{\"a\":1", b"\xff{}", b"<html>"] {
            assert!(Document::parse(bytes).is_none());
        }
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(Document::parse(deep.as_bytes()).is_none());
    }
}
