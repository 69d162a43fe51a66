//! The names of one source, as many as are kept of them.

use hoshimori_inspection::evidence::Text;

/// The most names that are kept of one source: a host has one or two, a hostile one any number.
pub const MAX_NAMES: usize = 16;

/// The longest name, in characters: RFC 1035 section 2.3.4 allows 255 bytes with the lengths of
/// the first label and of the root.
pub const MAX_NAME: usize = 253;

/// Names without duplicates, and how many were not taken.
#[derive(Debug, Default)]
pub(super) struct Kept {
    names: Vec<String>,
    refused: usize,
}

impl Kept {
    /// Takes `name`, which must be safe to show already, unless it is no name or one too many.
    pub(super) fn add(&mut self, name: &str) {
        let name = name.trim().trim_end_matches('.');
        if self.names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return;
        }
        let is_name = name.chars().any(char::is_alphanumeric) && name.chars().count() <= MAX_NAME;
        if is_name && self.names.len() < MAX_NAMES {
            self.names.push(name.to_owned());
        } else {
            self.refused += 1;
        }
    }

    /// Says how many names were refused.
    pub(super) fn refusals(&self) -> Option<Text> {
        let count = self.refused;
        let text = || {
            Text::new(
                format!("名前として扱えないもの、または{MAX_NAMES}件を超えるものを{count}件除いた"),
                format!("left out {count} that are no names or more than {MAX_NAMES}"),
            )
        };
        (count > 0).then(text)
    }

    pub(super) fn into_names(self) -> Vec<String> {
        self.names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(names: &[&str]) -> Kept {
        let mut kept = Kept::default();
        for name in names {
            kept.add(name);
        }
        kept
    }

    #[test]
    fn names_lose_their_dot_and_come_once() {
        let kept = kept(&["pc.office.example.", "PC.office.example", "受付.local"]);
        assert!(kept.refusals().is_none());
        assert_eq!(kept.into_names(), ["pc.office.example", "受付.local"]);
    }

    #[test]
    fn what_is_no_name_is_counted() {
        let long = "a".repeat(MAX_NAME + 1);
        let kept = kept(&["", ".", " ", "·", "..", &long]);
        assert!(kept.refusals().unwrap().en.contains("left out 6 "));
        assert!(kept.into_names().is_empty());
    }

    #[test]
    fn a_host_has_no_more_names_than_the_limit() {
        let many: Vec<String> = (0..1_000).map(|number| format!("pc{number}")).collect();
        let kept = kept(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(kept.refusals().unwrap().en.contains("left out 984 "));
        assert_eq!(kept.into_names().len(), MAX_NAMES);
    }
}
