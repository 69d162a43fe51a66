//! Times as documents write them: RFC 3339 in Japan Standard Time, to the millisecond.

use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use serde::{Deserialize, Deserializer, Serializer};

use crate::scope::japan;

/// `2026-11-20T09:00:00.123+09:00`.
pub fn rfc3339(time: Timestamp) -> String {
    let round = TimestampRound::new().smallest(Unit::Millisecond).mode(RoundMode::Trunc);
    let zoned = time.round(round).unwrap_or(time).to_zoned_datetime(japan());
    zoned.strftime("%Y-%m-%dT%H:%M:%S.%3f%:z").to_string()
}

/// For `#[serde(with = "moment")]`.
pub fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339(*time))
}

/// For `#[serde(with = "moment")]`.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_japan_time_with_offset() {
        let time: Timestamp = "2026-11-20T00:00:00.1239Z".parse().unwrap();
        assert_eq!(rfc3339(time), "2026-11-20T09:00:00.123+09:00");
    }
}
