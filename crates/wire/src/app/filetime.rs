//! Moments as Windows writes them.

/// FILETIME (MS-DTYP 2.3.3): intervals of 100 ns since the beginning of 1601.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct FileTime(pub u64);

impl FileTime {
    /// Seconds between the beginnings of 1601 and 1970: 369 years with 89 leap days.
    const TO_1970: i64 = 11_644_473_600;

    /// Seconds since 1970; `None` for zero, which servers send when they do not tell.
    pub fn unix_seconds(self) -> Option<i64> {
        let seconds = i64::try_from(self.0 / 10_000_000).ok()?;
        (self.0 != 0).then_some(seconds - Self::TO_1970)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_count_from_1970() {
        assert_eq!(FileTime(116_444_736_000_000_000).unix_seconds(), Some(0));
        assert_eq!(FileTime(0).unix_seconds(), None);
        assert!(FileTime(u64::MAX).unix_seconds().is_some());
    }
}
