//! How much bytes look like Japanese prose in each of its two eight-bit encodings.
//!
//! Many texts are valid in both: EUC-JP read as `Shift_JIS` is a row of half-width katakana, and
//! half-width katakana read as EUC-JP are ideographs. What decides is which reading people would
//! write: kana and the ideographs of JIS level 1, and katakana whose voicing marks and small
//! letters stand where the language allows them. A single short word can remain undecidable.

/// A reading of bytes in one encoding.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Reading {
    /// How unlike Japanese it is; less is better.
    pub(super) cost: i64,
    /// Characters outside ASCII that people use every day.
    pub(super) usual: usize,
    /// Bytes that are no character.
    pub(super) wrong: usize,
}

impl Reading {
    /// Whether this is Japanese in spite of some bytes that are no character: frames of binary
    /// protocols stand around texts.
    pub(super) fn is_plausible(self) -> bool {
        self.usual >= 4 && self.wrong * 4 <= self.usual
    }

    fn add(&mut self, cost: i64) {
        self.cost += cost;
        self.usual += usize::from(cost <= COMMON);
    }

    fn add_wrong(&mut self) {
        self.cost += WRONG;
        self.wrong += 1;
    }
}

/// Kana, punctuation and full-width letters of the large character sets.
const PLAIN: i64 = 0;
/// Ideographs of JIS level 1, and letters of half-width katakana.
const COMMON: i64 = 1;
/// Half-width punctuation: EUC-JP kana read as `Shift_JIS` are full of it.
const SELDOM: i64 = 5;
/// Ideographs of JIS level 2: one in a hundred in ordinary texts.
const RARE: i64 = 6;
/// Greek, frames, vendors' and users' own characters, and marks where none can stand.
const STRANGE: i64 = 8;
const WRONG: i64 = 20;
/// A character that the end of the bytes cuts in two.
const CUT: i64 = 3;

/// `bytes` read as EUC-JP.
pub(super) fn as_euc_jp(mut bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    let mut before = 0;
    while let Some((&first, rest)) = bytes.split_first() {
        let mut half = 0;
        bytes = match (first, rest) {
            (0..=0x7f, rest) => rest,
            (0x8e, [letter @ 0xa1..=0xdf, rest @ ..]) => {
                half = *letter;
                reading.add(half_width(before, half));
                rest
            }
            (0x8f, [0xa1..=0xfe, 0xa1..=0xfe, rest @ ..]) => {
                reading.add(RARE);
                rest
            }
            (0xa1..=0xfe, [second @ 0xa1..=0xfe, rest @ ..]) => {
                reading.add(full_width_euc(first, *second));
                rest
            }
            (0x8e | 0x8f | 0xa1..=0xfe, []) | (0x8f, [0xa1..=0xfe]) => {
                reading.cost += CUT;
                &[]
            }
            (_, rest) => {
                reading.add_wrong();
                rest
            }
        };
        before = half;
    }
    reading
}

fn full_width_euc(first: u8, second: u8) -> i64 {
    match (first, second) {
        (0xa1 | 0xa3, _) | (0xa4, 0xa1..=0xf3) | (0xa5, 0xa1..=0xf6) => PLAIN,
        (0xb0..=0xcf, _) => COMMON,
        (0xd0..=0xf4, _) => RARE,
        _ => STRANGE,
    }
}

/// `bytes` read as `Shift_JIS`.
pub(super) fn as_shift_jis(mut bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    let mut before = 0;
    while let Some((&first, rest)) = bytes.split_first() {
        let mut half = 0;
        bytes = match (first, rest) {
            (0..=0x7f, rest) => rest,
            (0xa1..=0xdf, rest) => {
                half = first;
                reading.add(half_width(before, half));
                rest
            }
            (0x81..=0x9f | 0xe0..=0xfc, [second @ (0x40..=0x7e | 0x80..=0xfc), rest @ ..]) => {
                reading.add(full_width_shift_jis(first, *second));
                rest
            }
            (0x81..=0x9f | 0xe0..=0xfc, []) => {
                reading.cost += CUT;
                &[]
            }
            (_, rest) => {
                reading.add_wrong();
                rest
            }
        };
        before = half;
    }
    reading
}

fn full_width_shift_jis(first: u8, second: u8) -> i64 {
    match (first, second) {
        (0x81, _) | (0x82, 0x4f..=0x9a | 0x9f..=0xf1) | (0x83, 0x40..=0x96) => PLAIN,
        (0x88, 0x9f..) | (0x89..=0x97, _) | (0x98, ..=0x72) => COMMON,
        (0x98..=0x9f | 0xe0..=0xea, _) => RARE,
        _ => STRANGE,
    }
}

/// What the half-width katakana `letter` (JIS X 0201) costs behind `before`, which is 0 where no
/// half-width letter stands there.
///
/// What the language allows in its place only pays back, and what it does not allow there is
/// strange. Weighed against a hundred words that devices and offices use.
fn half_width(before: u8, letter: u8) -> i64 {
    let is_voiceable = matches!(before, 0xb3 | 0xb6..=0xc4 | 0xca..=0xce);
    let (is_allowed, cost) = match letter {
        0xa1..=0xa5 => return SELDOM,
        // Small vowels, above all in `ﾌｧ`.
        0xa7..=0xab if before == 0xcc => (true, -2),
        0xa7..=0xab => (matches!(before, 0xb3 | 0xbc | 0xc1..=0xc3 | 0xde), 0),
        // Small ya, yu, yo, as in `ｼｮ`.
        0xac..=0xae => (ends_in_i(before) || matches!(before, 0xc3 | 0xcc | 0xde | 0xdf), -2),
        // Small tsu, and the mark of a long vowel.
        0xaf => (before >= 0xa6, 0),
        0xb0 => (before >= 0xa6, -1),
        // The marks of voiced and half-voiced sounds.
        0xde => (is_voiceable, -1),
        0xdf => (matches!(before, 0xca..=0xce), -2),
        _ => return COMMON,
    };
    if is_allowed { cost } else { STRANGE }
}

/// ki, shi, chi, ni, hi, mi and ri.
fn ends_in_i(letter: u8) -> bool {
    matches!(letter, 0xb7 | 0xbc | 0xc1 | 0xc6 | 0xcb | 0xd0 | 0xd8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_reads_its_own_words_best() {
        let words =
            ["会議室", "複合機", "大阪", "株式会社", "設定", "ファイルサーバー", "名前", "認証"];
        for word in words {
            let (euc, _, _) = encoding_rs::EUC_JP.encode(word);
            assert!(as_euc_jp(&euc).cost <= as_shift_jis(&euc).cost, "{word}");
        }
        for word in ["ﾌﾟﾘﾝﾀｰ", "ｻｰﾊﾞ", "ﾌｧｲﾙｻｰﾊﾞ", "ﾙｰﾀｰ", "ｺﾋﾟｰｷ", "ｼｬｰﾌﾟ", "ｴﾗｰ"]
        {
            let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode(word);
            assert!(as_shift_jis(&sjis).cost < as_euc_jp(&sjis).cost, "{word}");
        }
    }

    #[test]
    fn wrong_bytes_are_counted_and_a_cut_end_is_not_wrong() {
        let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode("会議室受付");
        let framed = [&[0xff][..], &sjis, &[0x89]].concat();
        let reading = as_shift_jis(&framed);
        assert_eq!((reading.usual, reading.wrong), (5, 1));
        assert!(reading.is_plausible());
        assert!(!as_shift_jis(b"Ger\xe4t \xfc\xff").is_plausible());
    }
}
