//! A set of positions in the order of ports, written as spans.

use std::fmt::{self, Display};
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// More spans than this are not read: every second port is half of all.
const MOST_SPANS: usize = 32_768;

/// Positions in the order in which ports are asked; in JSON a string such as `0-21,23,80-442`.
///
/// Two sets are equal when they have the same positions.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Positions {
    /// Ascending, with a gap between any two.
    spans: Vec<RangeInclusive<u16>>,
}

impl Positions {
    /// The positions, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u16> {
        self.spans.iter().cloned().flatten()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Adds a position.
    pub fn insert(&mut self, position: u16) {
        let after = self.spans.partition_point(|span| *span.start() <= position);
        let before = after.checked_sub(1).and_then(|index| self.spans.get_mut(index));
        let (joins_before, is_inside) = before.as_ref().map_or((false, false), |span| {
            (span.end().checked_add(1) == Some(position), span.contains(&position))
        });
        if is_inside {
            return;
        }
        let next = self.spans.get(after).map(|span| (*span.start(), *span.end()));
        let next = next.filter(|(start, _)| position.checked_add(1) == Some(*start));
        let (before, here) = self.spans.split_at_mut(after);
        match (before.last_mut().filter(|_| joins_before), next) {
            (Some(span), Some((_, end))) => {
                *span = *span.start()..=end;
                self.spans.remove(after);
            }
            (Some(span), None) => *span = *span.start()..=position,
            (None, Some((_, end))) => {
                if let Some(span) = here.first_mut() {
                    *span = position..=end;
                }
            }
            (None, None) => self.spans.insert(after, position..=position),
        }
    }
}

impl FromIterator<u16> for Positions {
    fn from_iter<I: IntoIterator<Item = u16>>(positions: I) -> Self {
        let mut set = Self::default();
        positions.into_iter().for_each(|position| set.insert(position));
        set
    }
}

impl Display for Positions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, span) in self.spans.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{}", span.start())?;
            if span.start() < span.end() {
                write!(f, "-{}", span.end())?;
            }
        }
        Ok(())
    }
}

impl From<Positions> for String {
    fn from(positions: Positions) -> Self {
        positions.to_string()
    }
}

/// A text is not an ascending list of positions and spans of them.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{part}` is no position behind the one before it, and no span of such")]
pub struct MalformedPositions {
    part: String,
}

impl FromStr for Positions {
    type Err = MalformedPositions;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut spans: Vec<RangeInclusive<u16>> = Vec::new();
        for part in text.split(',').filter(|_| !text.is_empty()) {
            let malformed = || MalformedPositions { part: part.to_owned() };
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let first: u16 = first.parse().map_err(|_| malformed())?;
            let last: u16 = last.parse().map_err(|_| malformed())?;
            let follows =
                spans.last().is_none_or(|span| u32::from(*span.end()) + 1 < u32::from(first));
            if first > last || !follows || spans.len() >= MOST_SPANS {
                return Err(malformed());
            }
            spans.push(first..=last);
        }
        Ok(Self { spans })
    }
}

impl TryFrom<String> for Positions {
    type Error = MalformedPositions;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_put_in_comes_back_out_of_the_text(
            positions in vec(prop_oneof![0..40_u16, any::<u16>(), 65_500..=u16::MAX], 0..200),
        ) {
            let set: Positions = positions.iter().copied().collect();
            let sorted: BTreeSet<u16> = positions.into_iter().collect();
            prop_assert!(set.iter().eq(sorted));
            prop_assert_eq!(set.to_string().parse(), Ok(set));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9,-]{0,30}") {
            let _ = text.parse::<Positions>();
        }
    }

    #[test]
    fn neighbours_become_one_span() {
        let set: Positions = [3, 1, 2, 9, 65_535, 2].into_iter().collect();
        assert_eq!(set.to_string(), "1-3,9,65535");
    }

    #[test]
    fn a_text_out_of_order_is_refused() {
        for text in ["2,1", "1-3,4", "5-4", "1,,2", "-", "65536"] {
            assert!(text.parse::<Positions>().is_err(), "{text}");
        }
    }
}
