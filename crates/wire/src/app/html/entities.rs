/// The longest reference that is undone, in characters: names have at most a few letters here, and
/// code points seven digits.
const MAX_REFERENCE: usize = 10;

/// Characters that titles of devices spell out (HTML section 13.5).
const NAMED: [(&str, &str); 12] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("middot", "·"),
    ("ndash", "–"),
    ("mdash", "—"),
];

/// `text` with its character references undone; those that are unknown stay as they are.
pub(super) fn undo(text: &str) -> String {
    let mut undone = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        undone.push_str(before);
        let mut near = behind.char_indices().take(MAX_REFERENCE);
        let end = near.find_map(|(at, character)| (character == ';').then_some(at));
        let reference = end.and_then(|end| behind.split_at_checked(end));
        let known = reference.and_then(|(name, rest)| Some((character(name)?, rest)));
        if let Some((character, after)) = known {
            undone.push_str(&character);
            rest = after.strip_prefix(';').unwrap_or(after);
        } else {
            undone.push('&');
            rest = behind;
        }
    }
    undone.push_str(rest);
    undone
}

fn character(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else {
        let known = NAMED.iter().find(|(known, _)| *known == name);
        return known.map(|(_, text)| (*text).to_owned());
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?).map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_undone_once() {
        assert_eq!(undo("a &amp;lt; b &#65;&#x3042;&quot;"), "a &lt; b Aあ\"");
        assert_eq!(undo("R&D &unknown; &#xd800; &;&"), "R&D &unknown; &#xd800; &;&");
        assert_eq!(undo("受付&nbsp;案内"), "受付 案内");
    }
}
