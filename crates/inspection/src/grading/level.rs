use std::fmt;

use hoshimori_scheme::{Grade, LevelKey, Scheme, TargetLevel};
use serde::{Serialize, Serializer};

/// The level that two grades lead to; only the certification body turns it into a decision.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum LevelOutcome {
    /// A level of the scheme.
    Reached {
        /// Its canonical name.
        key: LevelKey,
        /// The stars that the edition shows for it.
        stars: String,
    },
    /// 認証不可: the grades reach no level.
    NoLevel,
    /// 判定不能: a part is incomplete.
    Undetermined,
}

impl LevelOutcome {
    /// The highest level within the cap of `target` whose minima both grades meet (GR-1 section 5).
    pub(super) fn of(scheme: &Scheme, target: TargetLevel, audit: Grade, vuln: Grade) -> Self {
        let reached = scheme.levels.iter().filter(|level| {
            // A worse grade is greater.
            level.rank <= target.rank() && audit <= level.audit_min && vuln <= level.assessment_min
        });
        match reached.max_by_key(|level| level.rank) {
            Some(level) => Self::Reached { key: level.key, stars: level.stars.clone() },
            None => Self::NoLevel,
        }
    }

    /// What results and screens show: stars, 認証不可 or 判定不能.
    pub fn word(&self) -> &str {
        match self {
            Self::Reached { stars, .. } => stars,
            Self::NoLevel => "認証不可",
            Self::Undetermined => "判定不能",
        }
    }
}

impl fmt::Display for LevelOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for LevelOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GR-1 section 5, target ★★★: rows audit A to E, columns assessment A to E.
    const RANKS: [[u8; 5]; 5] = [[3, 3, 1, 0, 0], [2, 2, 1, 0, 0], [1, 1, 1, 0, 0], [0; 5], [0; 5]];

    #[test]
    fn all_cells_of_all_targets_are_as_printed() {
        let words = ["認証不可", "★", "★★", "★★★"];
        for target in TargetLevel::ALL {
            for (row, audit) in RANKS.into_iter().zip(Grade::ALL) {
                for (rank, vuln) in row.into_iter().zip(Grade::ALL) {
                    let level = LevelOutcome::of(Scheme::embedded(), target, audit, vuln);
                    let word = words[usize::from(rank.min(target.rank()))];
                    assert_eq!(level.word(), word, "{target} {audit}/{vuln}");
                }
            }
        }
    }
}
