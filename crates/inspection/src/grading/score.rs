use std::fmt;

use hoshimori_scheme::{CvssBands, FindingSeverity, Text, shorten};
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// The highest base score, in tenths (CVSS 3.1 specification, section 5).
const HIGHEST_TENTHS: u8 = 100;

/// Stands for every exponent too long for its type; a score so large or so small needs no more.
const VAST_EXPONENT: i64 = 1 << 40;

/// A CVSS 3.1 base score, 0.0 to 10.0, kept and compared as the decimal it was written as.
///
/// No binary fraction is involved, so that `6.9` and `7.0` stay on their own sides of a band, and
/// so does `6.95`. Two scores are equal if they are written alike.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CvssScore {
    written: String,
    tenths: u8,
    has_finer_digits: bool,
}

/// Why a text is not a CVSS base score.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ScoreError {
    /// The text is not a decimal number as JSON writes it.
    #[error("`{0}` is not a decimal number")]
    NotDecimal(String),
    /// The number is below 0 or above 10.
    #[error("a CVSS score of `{0}` does not exist")]
    OutOfRange(String),
}

impl ScoreError {
    /// The message in both languages.
    pub fn problem(&self) -> Text {
        let ja = match self {
            Self::NotDecimal(written) => format!("`{written}` は十進数ではありません"),
            Self::OutOfRange(written) => format!("`{written}` というCVSSスコアはありません"),
        };
        Text::new(ja, self.to_string())
    }
}

impl CvssScore {
    /// The score that `text` writes as a JSON number: `6.9`, `7`, `6.95` or `1e1`.
    pub fn parse(text: &str) -> Result<Self, ScoreError> {
        let decimal = Decimal::parse(text).ok_or_else(|| ScoreError::NotDecimal(shorten(text)))?;
        let (tenths, has_finer_digits) =
            decimal.to_tenths().ok_or_else(|| ScoreError::OutOfRange(shorten(text)))?;
        Ok(Self { written: text.to_owned(), tenths, has_finer_digits })
    }

    /// The score with that many tenths, 0 to 100.
    pub fn from_tenths(tenths: u8) -> Result<Self, ScoreError> {
        Self::parse(&format!("{}.{}", tenths / 10, tenths % 10))
    }

    /// The severity band that the score falls into.
    pub fn severity(&self, bands: CvssBands) -> FindingSeverity {
        // Bands begin at whole tenths, so cutting finer digits off compares exactly; but only 0.0
        // itself is free of risk (section 3.2), and 0.05 must not become it.
        let is_below_a_tenth = self.tenths == 0 && self.has_finer_digits;
        bands.severity(if is_below_a_tenth { 1 } else { self.tenths })
    }

    /// The decimal as it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }
}

impl fmt::Display for CvssScore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl Serialize for CvssScore {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.written.clone()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

/// A JSON number taken apart: its value is `0.digits` times ten to the power of `point`.
struct Decimal {
    is_negative: bool,
    /// Without leading zeros; empty for zero.
    digits: String,
    point: i64,
}

impl Decimal {
    /// Takes a number of RFC 8259 section 6 apart.
    fn parse(text: &str) -> Option<Self> {
        let (is_negative, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => (true, unsigned),
            None => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let has_needless_zero = whole.len() > 1 && whole.starts_with('0');
        if !is_digits(whole) || has_needless_zero || !fraction.is_none_or(is_digits) {
            return None;
        }
        let all = format!("{whole}{}", fraction.unwrap_or_default());
        let digits = all.trim_start_matches('0').to_owned();
        let zeros = i64::try_from(all.len() - digits.len()).ok()?;
        let point = i64::try_from(whole.len()).ok()? - zeros + exponent;
        Some(Self { is_negative, digits, point })
    }

    /// The whole tenths, and whether a digit other than 0 follows them; `None` outside 0 to 10.
    fn to_tenths(&self) -> Option<(u8, bool)> {
        if self.digits.is_empty() {
            return Some((0, false));
        }
        if self.is_negative || self.point > 2 {
            return None;
        }
        // A number below one tenth has no digit to take: its first one stands further right.
        let wanted = usize::try_from(self.point + 1).unwrap_or(0);
        let mut digits = self.digits.chars().map(|digit| digit.to_digit(10).unwrap_or(0));
        let tenths = (0..wanted).fold(0, |tenths, _| tenths * 10 + digits.next().unwrap_or(0));
        let has_finer_digits = digits.any(|digit| digit != 0);
        let tenths = u8::try_from(tenths).ok()?;
        let is_above = tenths > HIGHEST_TENTHS || (tenths == HIGHEST_TENTHS && has_finer_digits);
        (!is_above).then_some((tenths, has_finer_digits))
    }
}

fn parse_exponent(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let size =
        if is_digits(digits) { digits.parse().unwrap_or(VAST_EXPONENT) } else { return None };
    Some(sign * size.min(VAST_EXPONENT))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BANDS: CvssBands = CvssBands {
        low_from_tenths: 1,
        medium_from_tenths: 40,
        high_from_tenths: 70,
        critical_from_tenths: 90,
    };

    fn severity(text: &str) -> FindingSeverity {
        CvssScore::parse(text).unwrap().severity(BANDS)
    }

    #[test]
    fn every_tenth_falls_into_its_band() {
        for tenths in 0..=100 {
            let score = CvssScore::from_tenths(tenths).unwrap();
            let expected = match tenths {
                0 => FindingSeverity::Info,
                1..=39 => FindingSeverity::Low,
                40..=69 => FindingSeverity::Medium,
                70..=89 => FindingSeverity::High,
                _ => FindingSeverity::Critical,
            };
            assert_eq!(score.severity(BANDS), expected, "{score}");
        }
    }

    #[test]
    fn spelling_of_a_score_does_not_change_its_band() {
        for text in ["7", "7.0", "7.000", "70e-1", "0.7e1", "0.7E+1", "700E-0002"] {
            assert_eq!(severity(text), FindingSeverity::High, "{text}");
        }
        for text in ["10", "10.0", "1e1", "1E+1", "0.001e4"] {
            assert_eq!(severity(text), FindingSeverity::Critical, "{text}");
        }
        for text in ["0", "0.0", "-0", "-0.0", "0e99", "0e99999999999999999999"] {
            assert_eq!(severity(text), FindingSeverity::Info, "{text}");
        }
    }

    #[test]
    fn digits_beyond_tenths_are_compared_exactly() {
        assert_eq!(severity("6.95"), FindingSeverity::Medium);
        assert_eq!(severity("6.99999999999999999999999999999999"), FindingSeverity::Medium);
        assert_eq!(severity("3.9999"), FindingSeverity::Low);
        assert_eq!(severity("8.95"), FindingSeverity::High);
        assert_eq!(severity("7.00000000000000000000000000000001"), FindingSeverity::High);
    }

    #[test]
    fn only_zero_itself_is_without_risk() {
        for text in ["0.05", "0.0001", "1e-2", "1e-400", "1e-99999999999999999999"] {
            assert_eq!(severity(text), FindingSeverity::Low, "{text}");
        }
    }

    #[test]
    fn refuses_what_lies_outside_zero_to_ten() {
        for text in
            ["-0.1", "-1e-99", "10.1", "10.00000000000000000001", "11", "99", "1e2", "1e999"]
        {
            let refused = ScoreError::OutOfRange(text.to_owned());
            assert_eq!(CvssScore::parse(text), Err(refused), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_json_number() {
        for text in
            ["", "-", "7.", ".7", "+7", "07", "7e", "7e+", "7,0", "7.0.0", "７", "NaN", "1e1e1"]
        {
            let refused = ScoreError::NotDecimal(text.to_owned());
            assert_eq!(CvssScore::parse(text), Err(refused), "{text}");
        }
    }

    #[test]
    fn serializes_as_the_number_it_was_written_as() {
        let score = CvssScore::parse("6.9500").unwrap();
        assert_eq!(serde_json::to_string(&score).unwrap(), "6.9500");
    }
}
