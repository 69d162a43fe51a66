use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use crate::error::ReportError;

const REGULAR: &[u8] = include_bytes!("../../assets/fonts/BIZUDPGothic-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../assets/fonts/BIZUDPGothic-Bold.ttf");

/// The embedded font family in its two weights.
pub(super) struct Fonts {
    pub(super) book: LazyHash<FontBook>,
    pub(super) fonts: Vec<Font>,
}

impl Fonts {
    /// The family, read once.
    pub(super) fn embedded() -> Result<&'static Self, ReportError> {
        static FONTS: LazyLock<Option<Fonts>> = LazyLock::new(|| {
            let read = |data| Font::new(Bytes::new(data), 0);
            let fonts = vec![read(REGULAR)?, read(BOLD)?];
            Some(Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts })
        });
        FONTS.as_ref().ok_or(ReportError::Fonts)
    }

    /// Whether both weights have a glyph for `character`.
    pub(super) fn cover(&self, character: char) -> bool {
        self.fonts.iter().all(|font| font.info().coverage.contains(u32::from(character)))
    }
}

#[cfg(test)]
mod tests {
    use hoshimori_scheme::{Language, Scheme};

    use super::*;
    use crate::words::Words;

    fn missing(text: &str) -> String {
        let fonts = Fonts::embedded().unwrap();
        text.chars().filter(|c| !c.is_control() && !fonts.cover(*c)).collect()
    }

    #[test]
    fn fonts_have_every_character_of_the_scheme() {
        assert_eq!(missing(&serde_json::to_string(Scheme::embedded()).unwrap()), "");
    }

    #[test]
    fn fonts_have_every_character_of_the_words_and_templates() {
        for language in [Language::Japanese, Language::English] {
            assert_eq!(missing(&serde_json::to_string(Words::of(language)).unwrap()), "");
        }
        for (_, text) in super::super::world::TEMPLATES {
            assert_eq!(missing(text), "");
        }
    }

    #[test]
    fn fonts_have_difficult_characters_and_lack_a_rare_one() {
        assert_eq!(missing("★☆①▲●髙﨑ー…㈱℡Ⅳ－～×△○？［］"), "");
        assert_eq!(missing("𠮷野"), "𠮷");
    }
}
